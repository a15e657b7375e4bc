"""Given data, split anew for each seed, so that a spread over seeds is one over splits."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
import numpy.typing as npt

from engine.training.data.benchmark_data import BenchmarkData
from engine.training.data.digests import digest_of
from engine.training.data.given_splits import Split, given_splits
from engine.training.data.own_pairs import held_out_test
from engine.training.data.pairs import PairSet
from engine.training.data.same_clips import clip_numbers

_LARGEST_SHARE = 0.5
"""Of an uploader's videos that validate: the others have to show their taste."""


@dataclass(frozen=True, slots=True)
class SplitData:
    """Data that somebody gave, and how they are split.

    Attributes:
        first: the split of seed 0.
        split: makes the split of a seed; the same seed gives the same one.
        description: what the data are, in a sentence for the tables.
        others: makes each further split from a seed, by the name of its test set.
        skipped: files that could not be used, with the reason.
    """

    first: BenchmarkData
    split: Split
    description: str
    others: Mapping[str, Split] = field(default_factory=dict)
    skipped: tuple[tuple[Path, str], ...] = ()

    @property
    def made_from(self) -> str:
        """What the data are, other for other data that are described alike."""
        return f"{self.description} ({digest_of(self.first)})"


def with_own_tests(data: BenchmarkData) -> SplitData:
    """Return a set that comes with test sets.

    They stay: who published the set chose them, and results elsewhere are of them. Each seed but 0,
    which keeps the set as it is, trains on other videos; see `validation_anew`.
    """
    description = f"{data.description} Each seed has other validation videos."
    return SplitData(
        data,
        lambda seed: validation_anew(data, seed) if seed else data,
        description,
        given_splits(data.ugc, data.pgc),
    )


def validation_anew(data: BenchmarkData, seed: int) -> BenchmarkData:
    """Return the data with as many other videos for validation, taken from the training pairs.

    Those of the set's own validation are left out: of some formats no more is known of them than
    their picture and track. Sets too small to spare any keep what they have.

    Args:
        data: the set.
        seed: of the draw.
    """
    chosen = _drawn_videos(data.ugc, data.validation.n, np.random.default_rng(seed))
    if not chosen.any():
        return data
    # What is learnt from is neither a copy nor another part of what is asked.
    clips = clip_numbers(data.ugc)
    known = np.isin(clips, clips[chosen])
    training = data.ugc.take(~known[data.ugc.pairs[:, 0]])
    validation = held_out_test(data.validation.name, data.ugc, chosen, training, seed)
    return replace(data, ugc=training, validation=validation)


def _drawn_videos(pairs: PairSet, n: int, rng: np.random.Generator) -> npt.NDArray[np.bool_]:
    """Return a mask (n_videos,) of n random videos, at most half of each uploader's."""
    videos, first = np.unique(pairs.pairs[:, 0], return_index=True)
    _, uploaders = np.unique(pairs.uploaders[first], return_inverse=True)
    order = rng.permutation(len(videos))
    room = np.floor(_LARGEST_SHARE * np.bincount(uploaders)).astype(np.int64)
    # The place of each video among those of its uploader, in the random order.
    grouped = order[np.argsort(uploaders[order], kind="stable")]
    sizes = np.bincount(uploaders)
    places = np.empty(len(videos), dtype=np.int64)
    places[grouped] = np.arange(len(videos)) - np.repeat(np.cumsum(sizes) - sizes, sizes)
    free = order[places[order] < room[uploaders[order]]][:n]
    mask = np.zeros(pairs.n_videos, dtype=np.bool_)
    mask[videos[free]] = True
    return mask
