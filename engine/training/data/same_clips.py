"""Clips that stand in a set more than once, perhaps under the names of two makers.

A clip that is held out under one name and learnt from under another would praise what knows it, so
sources that share a clip stay on one side of a split.
"""

from dataclasses import replace

import numpy as np
import numpy.typing as npt

from engine.encoders.clip_sketches import ClipSketches, stacked
from engine.encoders.pack_fingerprints import is_fingerprint
from engine.training.data.pairs import PairSet
from engine.translation import trn

Indices = npt.NDArray[np.int64]


def with_joined_sources(
    ugc: PairSet, pgc: PairSet | None = None
) -> tuple[PairSet, PairSet | None, int]:
    """Return the sets with one source for all that share a clip, and how many stand for several.

    Args:
        ugc: pairs that uploaders chose.
        pgc: pairs that professionals chose, with features of the same version. A source of the
            same name is the same source.
    """
    sets = [ugc] if pgc is None else [ugc, pgc]
    names, of_videos = np.unique(np.concatenate([one.sources for one in sets]), return_inverse=True)
    videos = linked(len(of_videos), _same_clips(sets))
    first = linked(len(names), np.stack([of_videos, of_videos[videos]], axis=1))
    joined = names[first][of_videos]
    found = [
        replace(one, sources=sources)
        for one, sources in zip(sets, np.split(joined, [ugc.n_videos]), strict=False)
    ]
    return found[0], found[1] if pgc is not None else None, int((np.bincount(first) > 1).sum())


def clip_numbers(pairs: PairSet) -> Indices:
    """Return a number for each video of a set, the same for videos of one clip, (n_videos,).

    Videos of one file are of one clip, whatever part of it they are, as are other exports of it.
    """
    return linked(pairs.n_videos, _same_clips([pairs]))


def linked(n: int, links: Indices) -> Indices:
    """Return the smallest number of all that each of n is linked with, directly or not, (n,).

    Args:
        n: how many there are.
        links: (m, 2), which two belong together.
    """
    smallest = np.arange(n)
    while True:
        found = smallest.copy()
        for one, other in (links.T, links.T[::-1]):
            np.minimum.at(found, one, smallest[other])
        # A chain of n links ends after about log n rounds.
        found = found[found]
        if np.array_equal(found, smallest):
            return smallest
        smallest = found


def without_sources(pairs: PairSet, held_out: npt.NDArray[np.str_]) -> PairSet:
    """Return the pairs of videos that aren't of any of some sources."""
    kept = ~np.isin(pairs.sources, held_out)
    return pairs if kept.all() else pairs.of_videos(kept)


def note_on_copies(n_joined: int) -> str:
    """Return a note on sources that were joined; "" for none."""
    if not n_joined:
        return ""
    return trn(
        "Some makers have a clip in common: they count as {n} maker.",
        "Some makers have clips in common: they count as {n} makers.",
        n_joined,
    ).format(n=n_joined)


def _same_clips(sets: list[PairSet]) -> Indices:
    """Return pairs of videos, numbered through all sets, that are of one clip, (m, 2)."""
    # Of features that aren't a clip's content and dynamics, nobody knows how near copies lie.
    sketches = stacked(
        [
            ClipSketches.of(one.video_vectors, one.video_version, bool(one.video_experts))
            for one in sets
        ]
    )
    files = np.concatenate([_files(one) for one in sets])
    known = np.flatnonzero([is_fingerprint(name) for name in files.tolist()])
    _, first, inverse = np.unique(files[known], return_index=True, return_inverse=True)
    of_files = np.stack([known[first[inverse]], known], axis=1)
    return np.concatenate([sketches.copies(), of_files])


def _files(pairs: PairSet) -> npt.NDArray[np.str_]:
    files = pairs.extras.clip_ids
    return np.full(pairs.n_videos, "", np.str_) if files is None else files
