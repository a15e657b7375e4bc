"""What real clips get, by folds over their sources: fit to the wants, own music, variety.

    python -m tests.benchmarks.picture_wants DATA [--cache FOLDER] [--seeds 3] [--members 1]

For each seed and each of five folds, a pack is made by the recipe of packaging/build_matching.py
without the fold's sources, and ranks for the fold's clips as the app does. DATA is the folder of
the shared data. Its wants were written by a language model that was shown frames, not by people.

- Blindness: mean rank of the makers' own music among all sounds of the set (0 first, .5 chance), by
  both experts, by content and by dynamics alone.
- Fit to the wants: see `wants_measures`; *dealt* are the same lists, given to clips of other
  sources. *One list* is the one that suits all clips (of a set) best, *oracle* knows the wants.
- Own music: median of that rank, and Recall@10. Emotion@10: the share of the first ten sounds of
  other sources that have the music video's emotion.
- Variety: over all clips and the bundled library.

Chance and linear CCA (of the mean embedding and the sound of the folds' other clips) stand beside.
The sounds' profiles come from heads that don't know the fold's music videos. The weights of the
score and the experts' penalties were chosen on other folds of the same clips.
"""

import argparse
from collections import defaultdict
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import numpy.typing as npt

from build_matching import Material, fit_learned
from engine.encoders.profile import ProfilePack
from engine.paths import bundled_library_dir
from engine.training.data.features_cache import default_cache, music_features
from engine.training.fitting.metrics import label_share, own_ranks
from engine.training.method.canonical_correlation import CanonicalCorrelations
from engine.training.method.training_config import TrainingConfig
from heads import data as heads_data
from tests.benchmarks.figures import print_seeds
from tests.benchmarks.fold_packs import BOTH, WAYS, FoldPack, Music, profiles_without, scores_of
from tests.benchmarks.wants_measures import (
    MEASURES,
    Judgement,
    Variety,
    Written,
    dealt_measures,
)
from wants.regression import folds_of

N_FOLDS = 5
N_TOP = 10
CCA = "CCA"
SETS = {"micro-clips": ("micro_clips", "micro_clips_2"), "music videos": ("music_videos",)}
_CCA_RIDGE = 30.0
_CCA_AXES = 32

Float32Array = npt.NDArray[np.float32]
Indices = npt.NDArray[np.int64]
Figures = dict[str, float]


@dataclass(frozen=True, slots=True, eq=False)
class Clips:
    """The real clips, in the order of the material.

    Attributes:
        rows: int64 (m,), of the material.
        sets, sources, labels: (m,).
        sounds: their own music; the profiles are those of the bundled pack.
        heads: all music that the heads of the profile pack learn from.
        judgement: of the bundled tracks, for each clip.
        written: what the bundled tracks were written for.
    """

    rows: Indices
    sets: npt.NDArray[np.str_]
    sources: npt.NDArray[np.str_]
    labels: npt.NDArray[np.str_]
    sounds: Music
    heads: heads_data.Music
    judgement: Judgement
    written: Written

    @classmethod
    def read(cls, material: Material, data: Path, cache: Path, library: Music) -> "Clips":
        """Read their sounds and wants."""
        inputs = material.inputs
        rows = np.flatnonzero(inputs.is_clip & np.isfinite(inputs.wants).all(axis=1))
        pictures = [material.described.pictures[row] for row in rows]
        profiles = ProfilePack.load()
        features = tuple(music_features(one.path, cache) for one in pictures)
        sounds = Music(
            tuple(one.path.name for one in pictures),
            features,
            tuple(profiles.profile(one) for one in features),
            ("",) * len(rows),
        )
        written = Written.read(data / "wants/library.csv", library.files)
        return cls(
            rows,
            np.array([one.set for one in pictures]),
            np.array([one.source for one in pictures]),
            np.array([one.label for one in pictures]),
            sounds,
            heads_data.read_music(data, bundled_library_dir(), cache),
            Judgement.of([one.wants for one in pictures if one.wants], written),
            written,
        )

    def sounds_without(self, held_out: frozenset[str]) -> Music:
        """Return the sounds, their profiles by heads that don't know some sources."""
        heads = self.heads
        named = np.isin(np.char.add("music video ", heads.named.sources), list(held_out))
        rated = np.zeros(len(heads.rated.vectors), bool)
        found = profiles_without(heads, rated, named, self.sounds.features)
        return replace(self.sounds, profiles=found)

    def of_set(self, name: str) -> Indices:
        """Return the rows of a set."""
        return np.flatnonzero(np.isin(self.sets, SETS[name]))


@dataclass(frozen=True, slots=True, eq=False)
class Ranked:
    """Scores and lists of one system for all clips, each by a fold without its source.

    Attributes:
        orders: int64 (m, n) of the bundled tracks.
        sounds: float32 (m, m), scores of the clips' sounds.
    """

    orders: Indices
    sounds: Float32Array


def rank_seed(
    material: Material, clips: Clips, library: Music, seed: int, n_members: int
) -> dict[str, Ranked]:
    """Return what each system ranks, by folds."""
    folds = folds_of(clips.sources, N_FOLDS, seed)
    m, n = len(clips.rows), len(library.files)
    ranked = {
        way: Ranked(np.zeros((m, n), np.int64), np.zeros((m, m), np.float32))
        for way in (*WAYS, CCA)
    }
    for fold in range(N_FOLDS):
        asked = np.flatnonzero(folds == fold)
        config = TrainingConfig(seed=1000 * seed, n_members=n_members, device="cpu")
        for way, of_fold in rank_fold(material, clips, library, asked, config).items():
            ranked[way].orders[asked] = of_fold.orders
            ranked[way].sounds[asked] = of_fold.sounds
    return ranked


def rank_fold(
    material: Material, clips: Clips, library: Music, asked: Indices, config: TrainingConfig
) -> dict[str, Ranked]:
    """Return what each system, made without the sources of the asked clips, ranks for them."""
    held_out = frozenset(clips.sources[asked].tolist())
    kept = ~np.isin(material.inputs.sources, list(held_out))
    learned = fit_learned(material, "fold", held_out, config)
    with TemporaryDirectory() as folder:
        one = FoldPack.build(material, learned, kept, Path(folder) / "fold", config.seed)
    tracks, sounds = library.vectors(one.pack), clips.sounds_without(held_out).vectors(one.pack)
    features = [material.described.features[row] for row in clips.rows[asked]]
    found = {}
    for way, queries in one.queries(features).items():
        orders = library.orders(scores_of(one.pack, queries, tracks), tracks)
        found[way] = Ranked(orders, scores_of(one.pack, queries, sounds))
    found[CCA] = rank_by_cca(material, clips, library, asked)
    return found


def rank_by_cca(material: Material, clips: Clips, library: Music, asked: Indices) -> Ranked:
    """Return what linear CCA ranks, fitted to the other clips and their own sounds."""
    content = np.stack([material.described.features[row].content for row in clips.rows])
    sounds = np.stack([one.vector for one in clips.sounds.features])
    learnt = ~np.isin(clips.sources, clips.sources[asked])
    correlations = CanonicalCorrelations(content[learnt], sounds[learnt])
    axes = correlations.axes(_CCA_RIDGE).leading(_CCA_AXES)
    tracks = axes.project_tracks(np.stack([one.vector for one in library.features]))
    videos = axes.project_videos(content[asked])
    orders = np.argsort(-(videos @ tracks.T), axis=1, kind="stable")
    return Ranked(orders, videos @ axes.project_tracks(sounds).T)


def own_music(ranked: Ranked, clips: Clips) -> Figures:
    """Return the figures on the makers' own music."""
    found = {}
    for name in SETS:
        rows = clips.of_set(name)
        scores = ranked.sounds[np.ix_(rows, rows)]
        ranks = own_ranks(scores, np.eye(len(rows), dtype=bool))
        found[f"{name}: mean rank"] = float(ranks.mean())
        if name == "micro-clips":
            in_top = ranks * (len(rows) - 1) < N_TOP
            found["median"], found["Recall@10"] = float(np.median(ranks)), float(in_top.mean())
            for part, chosen in _unknown_to_soundbed_1(clips, rows).items():
                found[f"{part}: mean rank"] = float(ranks[chosen].mean())
                found[f"{part}: median"] = float(np.median(ranks[chosen]))
                found[f"{part}: Recall@10"] = float(in_top[chosen].mean())
        else:
            found["median of 100"] = float(np.median(ranks) * (len(rows) - 1) + 1)
            others = clips.sources[rows][:, None] != clips.sources[rows][None]
            labels = clips.labels[rows]
            shares = label_share(scores, labels, labels, others, N_TOP)
            found["emotion@10"] = float(shares.mean())
    return found


def _unknown_to_soundbed_1(clips: Clips, rows: Indices) -> dict[str, npt.NDArray[np.bool_]]:
    """Return which clips of some rows soundbed-1 never saw, and of those which of new sources."""
    later = clips.sets[rows] == "micro_clips_2"
    # Its sources below 100 are those of micro_clips.
    numbers = np.array([int(source.rsplit(" ", 1)[1]) for source in clips.sources[rows]])
    return {"micro_clips_2": later, "of new sources": later & (numbers >= 100)}


def fit_to_wants(orders: Indices, clips: Clips) -> Figures:
    """Return the measures of lists, over all clips."""
    return named(np.nanmean(clips.judgement.measure(orders), axis=0))


def references(clips: Clips) -> dict[str, Figures]:
    """Return the measures of lists that no system makes."""
    judgement = clips.judgement
    one = np.zeros((len(clips.rows), len(MEASURES)))
    for name in np.unique(clips.sets):
        rows = np.flatnonzero(clips.sets == name)
        of_set = judgement.of_rows(rows)
        one[rows] = of_set.measure(np.repeat(of_set.one_list()[None], len(rows), axis=0))
    everywhere = np.repeat(judgement.one_list()[None], len(clips.rows), axis=0)
    return {
        "one list for all": fit_to_wants(everywhere, clips),
        "one list for each set": named(np.nanmean(one, axis=0)),
        "chance": named(np.nanmean(judgement.chance(), axis=0)),
        "oracle": fit_to_wants(judgement.oracle_orders(), clips),
    }


def named(values: npt.NDArray[np.float64]) -> Figures:
    """Return measures by their names."""
    return dict(zip(MEASURES, values.tolist(), strict=True))


def variety(orders: Indices, clips: Clips) -> tuple[Figures, str]:
    """Return the figures on variety, and the genre that is the most above its share."""
    found = Variety.of(orders, clips.judgement.oracle_orders(), clips.written, N_TOP)
    return {
        "in some top ten": float(found.n_in_top),
        "most frequent first": found.most_first,
        "in most top tens": found.most_in_top,
        "genre against oracle": found.genre_ratio,
    }, found.genre


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("data", type=Path)
    parser.add_argument("--cache", type=Path, default=default_cache())
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--members", type=int, default=1, help="students of each pack")
    arguments = parser.parse_args()
    material, library = Material.read(arguments.data, arguments.cache), Music.bundled()
    clips = Clips.read(material, arguments.data, arguments.cache, library)
    print(f"{len(clips.rows)} clips, {len(set(clips.sources))} sources\n", flush=True)
    own, fit = defaultdict(list), defaultdict(list)
    varied, genres = defaultdict(list), set()
    for seed in range(arguments.seeds):
        for way, ranked in rank_seed(material, clips, library, seed, arguments.members).items():
            own[way].append(own_music(ranked, clips))
            fit[way].append(fit_to_wants(ranked.orders, clips))
            if way == BOTH:
                dealt = dealt_measures(clips.judgement, ranked.orders, clips.sources.tolist())
                fit["both, dealt"].append(named(dealt))
                figures, genre = variety(ranked.orders, clips)
                varied[way].append(figures)
                genres.add(genre)
        print(f"seed {seed}: {own[BOTH][-1]} {fit[BOTH][-1]} {varied[BOTH][-1]}", flush=True)
    print("\nOwn music\n")
    print_seeds(own)
    print("Fit to the wants\n")
    print_seeds(fit | {name: [figures] for name, figures in references(clips).items()})
    print(f"Variety (genres the most above the oracle's share: {', '.join(sorted(genres))})\n")
    oracle, _ = variety(clips.judgement.oracle_orders(), clips)
    print_seeds(varied | {"oracle": [oracle]})


if __name__ == "__main__":
    main()
