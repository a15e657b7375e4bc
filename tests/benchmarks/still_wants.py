"""What stills get: scenes of unknown classes and repositories, and OASIS against Emotify.

    python -m tests.benchmarks.still_wants DATA [--cache FOLDER] [--seeds 3] [--members 1]
                                           [--only scenes|oasis]

Packs are made by the recipe of packaging/build_matching.py, without what is asked.

- Scenes: five folds of the classes times three of the repositories; a picture's pack knows neither
  its class nor its repository. Fit to the wants of the class (see `wants_measures`), written by a
  language model, and the same for the lists dealt to stills of other classes.
- OASIS: five folds of themes, each with a fifth of Emotify's pieces. Neither the pack nor the
  profile heads know the themes or the pieces of a fold. Spearman's correlation of a picture's
  valence and arousal, as people rated them, with the mean over the first ten of the fold's 64
  pieces, by what Emotify's listeners felt.
- Variety: 160 pictures of OASIS, the first of each theme and then further ones, with the bundled
  library, by the same packs.
"""

import argparse
from collections import defaultdict
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import numpy.typing as npt
from scipy.stats import spearmanr

from build_matching import Learned, Material, build, fit_learned
from engine.encoders.matching import MatchingPack
from engine.encoders.profile import Profile
from engine.music.features import MusicFeatures
from engine.paths import bundled_library_dir
from engine.ranking.query import make_query
from engine.training.data.features_cache import default_cache, music_features
from engine.training.data.pairs import PairSet
from engine.training.method.training_config import TrainingConfig
from heads import data as heads_data
from heads.mood import valence_arousal
from prepare_training import standardised
from tests.benchmarks.figures import print_seeds
from tests.benchmarks.fold_packs import Music, profiles_without, scores_of
from tests.benchmarks.wants_measures import (
    MEASURES,
    Judgement,
    Written,
    dealt_measures,
)
from wants.regression import folds_of
from wants.tables import read_rows

N_CLASS_FOLDS, N_REPOSITORY_FOLDS, N_THEME_FOLDS = 5, 3, 5
N_TOP, N_VARIETY_TOP, N_VARIED = 10, 5, 160
_N_DEALS = 5

Float32Array = npt.NDArray[np.float32]
Indices = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]
Figures = dict[str, float]


@dataclass(frozen=True, slots=True, eq=False)
class Emotify:
    """Emotify's pieces.

    Attributes:
        heads: all music that the profile heads learn from, Emotify's pieces in the same order.
        features: of the pieces.
        felt: float64 (n, 2), valence and arousal, standardised.
    """

    heads: heads_data.Music
    features: tuple[MusicFeatures, ...]
    felt: npt.NDArray[np.float64]

    @classmethod
    def read(cls, data: Path, cache: Path) -> "Emotify":
        """Read the pieces."""
        pieces = read_rows(data / "emotify/ratings.csv")
        return cls(
            heads_data.read_music(data, bundled_library_dir(), cache),
            tuple(music_features(data / "emotify" / one["file"], cache) for one in pieces),
            standardised(valence_arousal(heads_data.emotion_shares(pieces))),
        )

    def profiles(self, asked: Bools) -> tuple[Profile, ...]:
        """Return the profiles of some pieces, by heads that don't know them."""
        known = np.zeros(len(self.heads.named.names), bool)
        features = [self.features[row] for row in np.flatnonzero(asked)]
        return profiles_without(self.heads, asked, known, features)


def queries(pack: MatchingPack, material: Material, rows: Indices) -> Float32Array:
    """Return the queries of pictures, float32 (n, 128)."""
    readings = [pack.read_clip(material.described.features[row]) for row in rows]
    return np.stack([make_query(pack, reading).vector for reading in readings])


def fold_pack(material: Material, learned: Learned, kept: Bools, seed: int) -> MatchingPack:
    """Return a pack made from some pictures."""
    with TemporaryDirectory() as folder:
        return build(material, learned, kept, Path(folder) / "fold", seed)


def rank_scenes(
    material: Material, learned: Learned, library: Music, rows: Indices, seed: int
) -> Indices:
    """Return the lists (n, n_tracks) of pictures, by packs that know neither class nor source."""
    labels, sources = (
        np.array(values) for values in (material.inputs.labels, material.inputs.sources)
    )
    by_class = folds_of(labels[rows], N_CLASS_FOLDS, seed)
    by_source = folds_of(sources[rows], N_REPOSITORY_FOLDS, seed)
    orders = np.zeros((len(rows), len(library.files)), np.int64)
    for block in range(N_CLASS_FOLDS * N_REPOSITORY_FOLDS):
        one, other = divmod(block, N_REPOSITORY_FOLDS)
        of_class, of_source = by_class == one, by_source == other
        asked = np.flatnonzero(of_class & of_source)
        if len(asked) == 0:
            continue
        # Also OASIS's pictures of the same name.
        kept = ~np.isin(labels, labels[rows[of_class]])
        kept &= ~np.isin(sources, sources[rows[of_source]])
        pack = fold_pack(material, learned, kept, seed)
        tracks = library.vectors(pack)
        scores = scores_of(pack, queries(pack, material, rows[asked]), tracks)
        orders[asked] = library.orders(scores, tracks)
    return orders


def scenes(material: Material, library: Music, data: Path, n_seeds: int, n_members: int) -> None:
    """Print the tables of scenes."""
    pictures = material.described.pictures
    rows = np.array([row for row, one in enumerate(pictures) if one.set == "scenes" and one.wants])
    written = Written.read(data / "wants/library.csv", library.files)
    wants = [one.wants for one in (pictures[row] for row in rows) if one.wants]
    judgement = Judgement.of(wants, written)
    labels = [pictures[row].label for row in rows]
    found = defaultdict(list)
    for seed in range(n_seeds):
        # No scene is among the pairs: the students are the same for all folds.
        config = TrainingConfig(seed=1000 * seed, n_members=n_members, device="cpu")
        learned = fit_learned(material, "fold", frozenset(), config)
        orders = rank_scenes(material, learned, library, rows, seed)
        own = np.nanmean(judgement.measure(orders), axis=0)
        dealt = dealt_measures(judgement, orders, labels, _N_DEALS)
        for name, values in (("own lists", own), ("dealt", dealt), ("gain", own - dealt)):
            found[name].append(_named(values))
        print(f"seed {seed}: {found['own lists'][-1]} {found['gain'][-1]}", flush=True)
    lists = {
        "one list": np.repeat(judgement.one_list()[None], len(rows), axis=0),
        "oracle": judgement.oracle_orders(),
    }
    for name, orders in lists.items():
        found[name].append(_named(np.nanmean(judgement.measure(orders), axis=0)))
    found["chance"].append(_named(np.nanmean(judgement.chance(), axis=0)))
    print(f"\n{len(rows)} scenes of {len(set(labels))} classes\n")
    print_seeds(found)


def oasis_seed(
    material: Material, emotify: Emotify, library: Music, data: Path, config: TrainingConfig
) -> Figures:
    """Return the figures of one seed."""
    pictures = material.described.pictures
    rows = np.array([row for row, one in enumerate(pictures) if one.set == "oasis"])
    norms = {one["file"]: one for one in read_rows(data / "oasis/norms.csv")}
    of_rows = [norms[pictures[row].path.name] for row in rows]
    seen = np.array([[float(one[f"{name}_mean"]) for name in _AFFECT] for one in of_rows])
    sources = np.array([pictures[row].source for row in rows])
    folds = folds_of(sources, N_THEME_FOLDS, config.seed)
    n_pieces = len(emotify.features)
    of_piece = np.random.default_rng(config.seed).permutation(n_pieces) % N_THEME_FOLDS
    felt, estimated = np.zeros((len(rows), 2)), np.zeros((len(rows), 2))
    orders = np.zeros((len(rows), len(library.files)), np.int64)
    for fold in range(N_THEME_FOLDS):
        asked, pieces = np.flatnonzero(folds == fold), of_piece == fold
        held_out = frozenset(sources[asked].tolist())
        without = replace(material, pgc=_without_pieces(material, pieces))
        learned = fit_learned(without, "fold", held_out, config)
        kept = ~np.isin(material.inputs.sources, list(held_out))
        pack = fold_pack(material, learned, kept, config.seed)
        vectors = np.stack(
            [
                pack.embed_music(emotify.features[row], profile).vector
                for row, profile in zip(
                    np.flatnonzero(pieces), emotify.profiles(pieces), strict=True
                )
            ]
        )
        of_fold = queries(pack, material, rows[asked])
        best = np.argsort(-scores_of(pack, of_fold, vectors), axis=1, kind="stable")[:, :N_TOP]
        felt[asked] = emotify.felt[pieces][best].mean(axis=1)
        estimated[asked] = [
            make_query(pack, pack.read_clip(material.described.features[row])).wants.mean[-2:]
            for row in rows[asked]
        ]
        tracks = library.vectors(pack)
        orders[asked] = library.orders(scores_of(pack, of_fold, tracks), tracks)
    chosen = varied(sources, N_VARIED)
    n, variety = len(library.files), orders[chosen]
    counts = np.bincount(variety[:, :N_VARIETY_TOP].ravel(), minlength=n)
    return {
        **{name: _spearman(seen[:, n], felt[:, n]) for n, name in enumerate(_AFFECT)},
        **{
            f"estimate of {a}": _spearman(seen[:, n], estimated[:, n])
            for n, a in enumerate(_AFFECT)
        },
        "tracks in some top five": float((counts > 0).sum()),
        "largest share": float(counts.max() / len(chosen)),
    }


def varied(sources: npt.NDArray[np.str_], n: int) -> Indices:
    """Return the rows of n pictures: the first of each source, then the second, and so on."""
    seen: defaultdict[str, int] = defaultdict(int)
    turns = []
    for row, source in enumerate(sources.tolist()):
        turns.append((seen[source], row))
        seen[source] += 1
    return np.array([row for _, row in sorted(turns)[:n]], np.int64)


_AFFECT = ("valence", "arousal")


def _without_pieces(material: Material, pieces: Bools) -> PairSet:
    """Return the professionals' pairs without some of Emotify's pieces, the last tracks there."""
    pgc = material.pgc
    held_out = np.zeros(pgc.n_tracks, bool)
    held_out[-len(pieces) :] = pieces
    return pgc.take(~held_out[pgc.pairs[:, 1]])


def _spearman(first: npt.NDArray[np.float64], second: npt.NDArray[np.float64]) -> float:
    return float(spearmanr(first, second).statistic)


def _named(values: npt.NDArray[np.float64]) -> Figures:
    return dict(zip(MEASURES, values.tolist(), strict=True))


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("data", type=Path)
    parser.add_argument("--cache", type=Path, default=default_cache())
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--members", type=int, default=1, help="students of each pack")
    parser.add_argument("--only", choices=("scenes", "oasis"))
    arguments = parser.parse_args()
    material, library = Material.read(arguments.data, arguments.cache), Music.bundled()
    if arguments.only != "scenes":
        emotify = Emotify.read(arguments.data, arguments.cache)
        found = []
        for seed in range(arguments.seeds):
            config = TrainingConfig(seed=1000 * seed, n_members=arguments.members, device="cpu")
            found.append(oasis_seed(material, emotify, library, arguments.data, config))
            print(f"seed {seed}: {found[-1]}", flush=True)
        print("\nOASIS against Emotify\n")
        print_seeds({"own lists": found})
    if arguments.only != "oasis":
        scenes(material, library, arguments.data, arguments.seeds, arguments.members)


if __name__ == "__main__":
    main()
