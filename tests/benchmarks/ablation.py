"""What each part of the matching pack earns: what real clips get without it.

    OMP_NUM_THREADS=1 PYTHONPATH=packaging:. python -m tests.benchmarks.ablation DATA
        [--cache FOLDER] [--seeds 3] [--members 1] [--only switched|refitted]

Folds, clips and figures are those of `picture_wants`. For each seed and fold a pack is made once by
the recipe, and ranks with one part after the other switched off; then the picture's experts are
fitted again without some of what they learn from. Prints the figures of each variant, and how they
differ from those of all parts (mean and spread of the differences, by seed).

Where a weight of the score is changed, the tracks' corrections for hubs come from reference queries
with the same weight. Where an expert is silenced, they come from those by both.
"""

import argparse
import copy
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, fields, replace
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import numpy.typing as npt

from build_matching import Learned, Material, fit_learned
from engine.encoders.experts import Gaussian
from engine.encoders.matching import ClipReading, MatchingPack
from engine.encoders.score_weights import LEARNED, N_LEARNED, STILL, ScoreWeights
from engine.encoders.wants import N_AXES, WANTED_GENRES, WANTED_MOODS
from engine.ranking.query import make_query
from engine.training.data.features_cache import default_cache
from engine.training.method.training_config import TrainingConfig
from tests.benchmarks.figures import print_seeds
from tests.benchmarks.fold_packs import BOTH, CONTENT, DYNAMICS, FoldPack, Music, scores_of
from tests.benchmarks.picture_wants import (
    CCA,
    N_FOLDS,
    Clips,
    Ranked,
    fit_to_wants,
    own_music,
    rank_by_cca,
    references,
    variety,
)
from wants.experts import Classifier, Inputs
from wants.regression import Block, folds_of

ALL = "all parts"
COLUMNS = {
    "AUC": "AUC",
    "strict@5": "strict@5",
    "top one wrong": "top one wrong",
    "micro-clips: mean rank": "micro: mean rank",
    "median": "median",
    "Recall@10": "Recall@10",
    "music videos: mean rank": "videos: mean rank",
    "median of 100": "median of 100",
    "emotion@10": "emotion@10",
    "in some top ten": "in some top ten",
    "most frequent first": "first",
}
# A feature with such a penalty has no weight.
_IGNORED = 1e9
# A photograph with such a weight isn't learnt from.
_UNKNOWN = 1e-9

Float32Array = npt.NDArray[np.float32]
Indices = npt.NDArray[np.int64]
Figures = dict[str, float]
Readings = Mapping[str, ClipReading]


@dataclass(frozen=True, slots=True)
class Variant:
    """A pack with a part switched off.

    Attributes:
        weights: changes the weights of the score.
        reading: chooses what is read in a clip: by both experts or by one, given the pack.
        is_spread: whether music that sounds alike is kept apart in a list.
    """

    weights: Callable[[ScoreWeights], ScoreWeights] = lambda weights: weights
    reading: Callable[[Readings, MatchingPack], ClipReading] = lambda found, pack: found[BOTH]
    is_spread: bool = True


def without_axes(first: int, last: int) -> Variant:
    """Return the variant in which some of the named axes don't count."""

    def changed(weights: ScoreWeights) -> ScoreWeights:
        gains = weights.gains.copy()
        gains[first:last] = 0
        return replace(weights, gains=gains)

    return Variant(changed)


def one_certainty(found: Readings, pack: MatchingPack) -> ClipReading:
    """Return what is read in a clip, each expert as certain of all axes as of the average one."""
    whole = found[BOTH]
    prior = pack.prior.precision
    wants = {
        name: Gaussian(factor.mean, np.float32((factor.precision / prior).mean()) * prior)
        for name, factor in whole.wants.items()
    }
    return replace(whole, wants=wants)


_N_GENRES, _N_NAMED = len(WANTED_GENRES), len(WANTED_GENRES) + len(WANTED_MOODS)
SWITCHED: Mapping[str, Variant] = {
    ALL: Variant(),
    "no content": Variant(reading=lambda found, pack: found[DYNAMICS]),
    "no dynamics": Variant(reading=lambda found, pack: found[CONTENT]),
    "the same certainty for all axes": Variant(reading=one_certainty),
    "no learned axes": Variant(lambda weights: replace(weights, learned=0.0)),
    "learned axes alone": without_axes(0, N_AXES),
    "no genres": without_axes(0, _N_GENRES),
    "no moods": without_axes(_N_GENRES, _N_NAMED),
    "no valence and arousal": without_axes(_N_NAMED, N_AXES),
    "nothing avoided": Variant(lambda weights: replace(weights, avoided=0.0)),
    "the prior counts in full": Variant(lambda weights: replace(weights, prior_share=0.0)),
    "no correction for hubs": Variant(lambda weights: replace(weights, hub_share=0.0)),
    "similar music not kept apart": Variant(is_spread=False),
}


@dataclass(frozen=True, slots=True, eq=False)
class PartialClassifier(Classifier):
    """A classifier some of whose inputs the content expert ignores.

    Attributes:
        ignored: numbers of the blocks.
    """

    ignored: frozenset[int]

    @property
    def blocks(self) -> tuple[Block, ...]:
        """The parts of the inputs with their penalties."""
        whole = Classifier(self.weights, self.bias, self.wants).blocks
        return tuple(
            replace(block, penalty=_IGNORED) if number in self.ignored else block
            for number, block in enumerate(whole)
        )


@dataclass(frozen=True, slots=True, eq=False)
class ClipsAlone(Inputs):
    """Inputs of which the wants of clips alone count; valence and arousal as before."""

    @property
    def weights(self) -> npt.NDArray[np.float64]:
        """Weight of each picture, (n,)."""
        return np.where(self.is_clip, 1.0, _UNKNOWN)


def ignoring(*blocks: int) -> Callable[[Material], Material]:
    """Return what makes the content expert ignore some blocks of its inputs."""

    def changed(material: Material) -> Material:
        one = material.classifier
        partial = PartialClassifier(one.weights, one.bias, one.wants, frozenset(blocks))
        return replace(material, classifier=partial)

    return changed


def of_clips_alone(material: Material) -> Material:
    """Return the material with which the experts learn wants from clips alone."""
    of_all = material.inputs
    inputs = ClipsAlone(**{one.name: getattr(of_all, one.name) for one in fields(of_all)})
    return replace(material, inputs=inputs)


# The blocks are the embedding, the posterior over classes, and what their names ask for.
REFITTED: Mapping[str, Callable[[Material], Material]] = {
    "content without what class names ask for": ignoring(2),
    "content without the posterior": ignoring(1),
    "content by the embedding alone": ignoring(1, 2),
    "content learnt without photographs": of_clips_alone,
}


def with_weights(pack: MatchingPack, weights: ScoreWeights) -> MatchingPack:
    """Return the pack with other weights of the score, also in its reference queries."""
    changed = copy.copy(pack)
    changed.bank = reference_queries(pack, weights)
    changed.weights = weights
    return changed


def reference_queries(pack: MatchingPack, weights: ScoreWeights) -> Float32Array:
    """Return the bank of a pack, its clips' queries made anew with other weights.

    Wants on axes without a gain can't be read from a query; they become the prior's share.
    """
    old = pack.weights
    bank = pack.bank.copy()
    for row in np.flatnonzero(bank[:, STILL] == 0):
        named = bank[row, :N_AXES]
        slope = old.gains * np.where(named < 0, old.avoided, 1.0)
        asked = np.divide(named, slope, out=np.zeros(N_AXES), where=slope > 0)
        mean = asked + old.prior_share * pack.prior.mean
        learned = bank[row, LEARNED] / old.learned if old.learned else np.zeros(N_LEARNED)
        wants = Gaussian(mean.astype(np.float32), pack.prior.precision)
        bank[row] = weights.query(wants, pack.prior, learned.astype(np.float32))
    return bank


def rank(
    pack: MatchingPack, variant: Variant, readings: list[Readings], library: Music, sounds: Music
) -> Ranked:
    """Return what a variant of a pack ranks for clips."""
    weights = variant.weights(pack.weights)
    changed = with_weights(pack, weights) if weights is not pack.weights else pack
    queries = np.stack(
        [make_query(changed, variant.reading(found, changed)).vector for found in readings]
    )
    tracks = library.vectors(changed)
    scores = scores_of(changed, queries, tracks)
    orders = library.orders(scores, tracks) if variant.is_spread else np.argsort(-scores, axis=1)
    return Ranked(orders, scores_of(changed, queries, sounds.vectors(changed)))


@dataclass(frozen=True, slots=True, eq=False)
class Fold:
    """What the packs of a fold are made from and asked.

    Attributes:
        material: of all pictures.
        clips: all clips.
        library: the bundled tracks.
        asked: rows of the clips that are ranked for.
        seed: of the packs.
        n_members: students of each pack.
    """

    material: Material
    clips: Clips
    library: Music
    asked: Indices
    seed: int
    n_members: int

    def rank(self, only: str | None) -> Iterator[tuple[str, Ranked]]:
        """Yield what each variant, made without the sources of the asked clips, ranks for them."""
        held_out = frozenset(self.clips.sources[self.asked].tolist())
        config = TrainingConfig(seed=1000 * self.seed, n_members=self.n_members, device="cpu")
        learned = fit_learned(self.material, "fold", held_out, config)
        sounds = self.clips.sounds_without(held_out)
        pack, readings = self._pack(self.material, learned, held_out, config.seed)
        for name, variant in SWITCHED.items():
            if name == ALL or only != "refitted":
                yield name, rank(pack, variant, readings, self.library, sounds)
        if only != "switched":
            for name, changed in REFITTED.items():
                other, found = self._pack(changed(self.material), learned, held_out, config.seed)
                yield name, rank(other, Variant(), found, self.library, sounds)
        yield CCA, rank_by_cca(self.material, self.clips, self.library, self.asked)

    def _pack(
        self, material: Material, learned: Learned, held_out: frozenset[str], seed: int
    ) -> tuple[MatchingPack, list[Readings]]:
        """Return a pack, and what it reads in the asked clips."""
        kept = ~np.isin(material.inputs.sources, list(held_out))
        with TemporaryDirectory() as folder:
            one = FoldPack.build(material, learned, kept, Path(folder) / "fold", seed)
        features = [material.described.features[row] for row in self.clips.rows[self.asked]]
        return one.pack, [one.readings(each) for each in features]


def figures(ranked: Ranked, clips: Clips) -> Figures:
    """Return the figures of a variant, in the order of `COLUMNS`."""
    found = own_music(ranked, clips) | fit_to_wants(ranked.orders, clips)
    found |= variety(ranked.orders, clips)[0]
    return {short: found[name] for name, short in COLUMNS.items()}


def differences(found: Mapping[str, list[Figures]]) -> dict[str, list[Figures]]:
    """Return by how much the figures of each variant differ from those of all parts, by seed."""
    return {
        name: [
            {column: one[column] - whole[column] for column in one}
            for one, whole in zip(seeds, found[ALL], strict=True)
        ]
        for name, seeds in found.items()
        if name not in (ALL, CCA)
    }


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("data", type=Path)
    parser.add_argument("--cache", type=Path, default=default_cache())
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--members", type=int, default=1, help="students of each pack")
    parser.add_argument("--only", choices=("switched", "refitted"))
    arguments = parser.parse_args()
    material, library = Material.read(arguments.data, arguments.cache), Music.bundled()
    clips = Clips.read(material, arguments.data, arguments.cache, library)
    m, n = len(clips.rows), len(library.files)
    print(f"{m} clips, {len(set(clips.sources))} sources", flush=True)
    found = defaultdict(list)
    for seed in range(arguments.seeds):
        ranked: defaultdict[str, Ranked] = defaultdict(
            lambda: Ranked(np.zeros((m, n), np.int64), np.zeros((m, m), np.float32))
        )
        folds = folds_of(clips.sources, N_FOLDS, seed)
        for number in range(N_FOLDS):
            asked = np.flatnonzero(folds == number)
            fold = Fold(material, clips, library, asked, seed, arguments.members)
            for name, of_fold in fold.rank(arguments.only):
                ranked[name].orders[asked] = of_fold.orders
                ranked[name].sounds[asked] = of_fold.sounds
        for name, one in ranked.items():
            found[name].append(figures(one, clips))
        print(f"\nAfter {seed + 1} of {arguments.seeds} seeds\n")
        print_seeds(found)
        print("Without the part, less all parts\n")
        print_seeds(differences(found))
    print(f"Chance: {references(clips)['chance']}")


if __name__ == "__main__":
    main()
