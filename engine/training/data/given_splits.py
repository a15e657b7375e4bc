"""Further splits of given pairs: other genres in testing than in training, and later than earlier.

The genre interventions of DebCM (section 5.6.1, Figure 3) and the drift of one person's taste
(section 5.6.2, Figure 5), on pairs that somebody gave. What a set can't bear is refused with the
reason; nothing is made up for it.
"""

from collections.abc import Callable, Mapping
from functools import partial

import numpy as np
import numpy.typing as npt

from engine.errors import TrainingError
from engine.training.data.benchmark_data import BenchmarkData, TestSet
from engine.training.data.own_pairs import held_out_test
from engine.training.data.pairs import PairSet
from engine.training.data.same_clips import (
    clip_numbers,
    linked,
    with_joined_sources,
    without_sources,
)
from engine.translation import tr

SHARES = (0.5, 0.6, 0.7, 0.8)
"""The strengths X of Figure 3, of given pairs and of simulated ones."""
LATER = "later"
_PARTS = (0.5, 0.25, 0.25)
"""Of the videos, for training, validation and test; the paper's 8 : 1 : 1 needs far larger sets."""
_N_DRAWS = 1_000
_MIN_TRACKS = 2
"""Of each of the two genres, in each part: fewer aren't a genre."""
_MIN_HISTORY = 8
_LATER_SHARE = 0.25

Indices = npt.NDArray[np.int64]
Split = Callable[[int], BenchmarkData]


def given_splits(ugc: PairSet, pgc: PairSet | None) -> Mapping[str, Split]:
    """Return what makes each split from a seed, by the name of its test set.

    Args:
        ugc: pairs that uploaders chose.
        pgc: pairs that professionals chose, if there are any.
    """
    ugc, pgc, _ = with_joined_sources(ugc, pgc)
    splits: dict[str, Split] = {
        f"x{round(100 * share)}": partial(genre_split, ugc, pgc, share) for share in SHARES
    }
    return {**splits, LATER: lambda seed: later_split(ugc, pgc, seed)}


def genre_split(ugc: PairSet, pgc: PairSet | None, share: float, seed: int) -> BenchmarkData:
    """Return a split with the two largest genres as X : 1 - X in training, reversed in testing.

    Parts have disjoint tracks, and disjoint sources: sources that share a track stay together. The
    number of tracks of both genres is the same for every X, so that only their ratio changes; the
    others of these genres are left out, and all tracks of other genres stay. Test sets recommend
    among their own tracks.

    Args:
        ugc, pgc: as in `given_splits`.
        share: X, one of `SHARES`.
        seed: of the draw of sources and tracks.

    Raises:
        TrainingError: when the set has too few tracks of two genres, or too few sources.
    """
    first, second = _largest_genres(ugc)
    units, picked = _units(ugc), np.bincount(ugc.pairs[:, 1], minlength=ugc.n_tracks) > 0
    rng = np.random.default_rng([seed, 5])
    drawn = _drawn_parts(ugc, units, (first, second), rng)
    if drawn is None:
        names = ugc.genre_names
        raise TrainingError(
            tr(
                "these pairs can't be split by genre: “{first}” ({n_first} tracks) and “{second}”"
                " ({n_second}) aren't enough in enough sources."
            ).format(
                first=names[first],
                n_first=int((picked & (ugc.genres == first)).sum()),
                second=names[second],
                n_second=int((picked & (ugc.genres == second)).sum()),
            ),
            remedy=tr("Leave out --splits, or add edits by more makers."),
        )
    parts, n_both = drawn
    kept = []
    for part, tracks in enumerate(parts):
        ratio = share if part == 0 else 1.0 - share
        n_first = round(n_both[part] * ratio)
        chosen = [tracks[~np.isin(ugc.genres[tracks], (first, second))]]
        for genre, n in ((first, n_first), (second, n_both[part] - n_first)):
            chosen.append(rng.permutation(tracks[ugc.genres[tracks] == genre])[:n])
        kept.append(np.sort(np.concatenate(chosen)))
    training = ugc.take(np.isin(ugc.pairs[:, 1], kept[0]))
    asking = ugc.sources[ugc.pairs[np.isin(ugc.pairs[:, 1], np.concatenate(kept[1:])), 0]]
    name = f"x{round(100 * share)}"
    return BenchmarkData(
        name=name,
        ugc=training,
        pgc=None if pgc is None else without_sources(pgc, asking),
        validation=_of_tracks("validation", ugc, kept[1], training, seed),
        tests=(_of_tracks(name, ugc, kept[2], training, seed + 1),),
        is_simulated=False,
        description=(
            f"{ugc.origin}; training has {ugc.genre_names[first]} and {ugc.genre_names[second]} "
            f"tracks as {share:g} to {1 - share:g}, testing the other way round, with other "
            f"tracks of other sources, seed {seed}."
        ),
    )


def later_split(ugc: PairSet, pgc: PairSet | None, seed: int) -> BenchmarkData:
    """Return a split in time: the last quarter of each longer history asks, the rest is learnt.

    The taste of a query is that of its uploader's earlier picks, so that picks of another genre
    than the usual one are drifts (Figure 5). Half of what is held out, the earlier half, validates.

    Args:
        ugc, pgc: as in `given_splits`. Without `Extras.taken` the order of the pairs counts as the
            order in time.
        seed: of the negatives; the split has no chance in it.

    Raises:
        TrainingError: when no uploader has enough pairs.
    """
    taken = ugc.extras.taken
    order = np.argsort(np.arange(ugc.n_pairs) if taken is None else taken, kind="stable")
    held_out: dict[str, list[int]] = {"validation": [], LATER: []}
    for name in np.unique(ugc.uploaders):
        rows = order[ugc.uploaders[order] == name]
        if len(rows) < _MIN_HISTORY:
            continue
        last = rows[-max(2, round(_LATER_SHARE * len(rows))) :]
        held_out["validation"] += last[: len(last) // 2].tolist()
        held_out[LATER] += last[len(last) // 2 :].tolist()
    if not held_out[LATER]:
        raise TrainingError(
            tr("no uploader has {n} edits, so there is no earlier and later.").format(
                n=_MIN_HISTORY
            ),
            remedy=tr("Leave out --splits, or name the uploaders of the edits."),
        )
    out = np.zeros(ugc.n_pairs, dtype=np.bool_)
    out[held_out["validation"] + held_out[LATER]] = True
    # A video with several tracks is either learnt or asks.
    videos = np.zeros(ugc.n_videos, dtype=np.bool_)
    videos[ugc.pairs[out, 0]] = True
    # As is every copy of it, and every part of one edit.
    clips = clip_numbers(ugc)
    videos = np.isin(clips, clips[videos])
    training = ugc.take(~videos[ugc.pairs[:, 0]])
    sets = []
    for name, rows in held_out.items():
        asks = np.zeros(ugc.n_videos, dtype=np.bool_)
        asks[ugc.pairs[rows, 0]] = True
        sets.append(held_out_test(name, ugc, asks, training, seed))
    how = "in time" if taken is not None else "in the order of the edits, as no times are known"
    return BenchmarkData(
        name=LATER,
        ugc=training,
        pgc=None if pgc is None else without_sources(pgc, ugc.sources[videos]),
        validation=sets[0],
        tests=(sets[1],),
        is_simulated=False,
        description=(
            f"{ugc.origin}; the last edits of each uploader with {_MIN_HISTORY} or more, {how}, "
            "ask; the earlier ones of the same uploaders are learnt."
        ),
    )


def _largest_genres(pairs: PairSet) -> tuple[int, int]:
    tracks = np.unique(pairs.pairs[:, 1])
    known = pairs.genres[tracks][pairs.genres[tracks] >= 0]
    counts = np.bincount(known, minlength=max(len(pairs.genre_names), 2))
    first, second = np.argsort(-counts, kind="stable")[:2]
    if not counts[second]:
        raise TrainingError(
            tr("these pairs can't be split by genre: fewer than two genres are known."),
            remedy=tr("Leave out --splits."),
        )
    return int(first), int(second)


def _units(pairs: PairSet) -> Indices:
    """Return what must stay in one part, for each track: those linked by sources are one."""
    _, sources = np.unique(pairs.sources, return_inverse=True)
    of_pair = sources[pairs.pairs[:, 0]]
    n_sources = int(sources.max(initial=-1)) + 1
    links = np.stack([of_pair, n_sources + pairs.pairs[:, 1]], axis=1)
    return linked(n_sources + pairs.n_tracks, links)[n_sources:]


def _drawn_parts(
    pairs: PairSet, units: Indices, genres: tuple[int, int], rng: np.random.Generator
) -> tuple[list[Indices], list[int]] | None:
    """Return the tracks of each part, and how many of both genres each can keep for every X.

    Of many draws, the one that keeps most; None when all keep too few.
    """
    picked = np.unique(pairs.pairs[:, 1])
    names = np.unique(units[picked])
    edges = np.cumsum(_PARTS)
    sizes = np.bincount(units[pairs.pairs[:, 1]], minlength=len(names) and int(names.max()) + 1)
    best: tuple[float, list[Indices], list[int]] | None = None
    for _ in range(_N_DRAWS):
        order = rng.permutation(names)
        # Whole units, in random order, until each part has its share of the pairs.
        middles = np.cumsum(sizes[order]) - sizes[order] / 2
        part_of = np.full(int(names.max()) + 1, -1)
        part_of[order] = np.searchsorted(edges, middles / sizes[order].sum())
        parts = [picked[part_of[units[picked]] == part] for part in range(3)]
        n_both = [
            _n_both(pairs.genres[tracks], genres if part == 0 else genres[::-1])
            for part, tracks in enumerate(parts)
        ]
        # The smaller of what validation and test keep decides.
        kept = min(n_both[0] / 3, n_both[1], n_both[2])
        if min(n_both) >= _needed() and (best is None or kept > best[0]):
            best = (kept, parts, n_both)
    return None if best is None else (best[1], best[2])


def _n_both(track_genres: Indices, genres: tuple[int, int]) -> int:
    """Return how many tracks of both genres there are at every X, the share of the first."""
    n_first, n_second = (int((track_genres == genre).sum()) for genre in genres)
    return int(min(n_first / SHARES[-1], n_second / (1.0 - SHARES[0])))


def _needed() -> int:
    # Of the rarer genre at the strongest X, `_MIN_TRACKS`.
    return int(np.ceil(_MIN_TRACKS / (1.0 - SHARES[-1]) - 1e-9))


def _of_tracks(name: str, pairs: PairSet, tracks: Indices, training: PairSet, seed: int) -> TestSet:
    """Return the videos of these tracks as a test set that recommends among them alone."""
    asks = np.zeros(pairs.n_videos, dtype=np.bool_)
    asks[pairs.pairs[np.isin(pairs.pairs[:, 1], tracks), 0]] = True
    return held_out_test(name, pairs, asks, training, seed, tracks)
