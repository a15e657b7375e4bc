"""How often a music item plays the same part of its track."""

from collections import Counter
from dataclasses import dataclass

import numpy as np

from engine.arrangement.segments import Segment

# A stretch longer than this that returns is noticed.
STRETCH_S = 20.0
# Jumps that land this close to each other land in the same place.
_SAME_PLACE_S = 0.05


@dataclass(frozen=True, slots=True)
class Repetition:
    """How often a music item plays the same part of its track.

    Attributes:
        stretch_times: how often the stretch longer than `STRETCH_S` that is played most often is
            played, jumps within it included.
        seconds_thrice: for how long stretches are played that are played three times or more.
        most_times: how often the moment of the track that is played most often is played.
        mean_times: how often each moment of the track that is played at all is, on average. No
            arrangement has less than the length of the item over that of the track.
    """

    stretch_times: int
    seconds_thrice: float
    most_times: int
    mean_times: float


def repetition(segments: tuple[Segment, ...]) -> Repetition:
    """Measure how often the segments of an item play the same part of the track.

    The track is divided at all places where a segment starts or ends, so that the item is a
    sequence of pieces of which any two are the same or have nothing in common. The sequence from
    the start of each piece on, just longer than `STRETCH_S`, is counted.
    """
    starts = [one.track_start_s + (one.fade_in_s if n else 0) for n, one in enumerate(segments)]
    ends = [one.track_end_s for one in segments]
    edges = _edges(starts + ends)
    firsts = np.abs(edges - np.array(starts)[:, None]).argmin(axis=1)
    lasts = np.abs(edges - np.array(ends)[:, None]).argmin(axis=1)
    played = np.concatenate(
        [np.arange(first, last) for first, last in zip(firsts, lasts, strict=True)]
    )
    lengths_s = np.diff(edges)
    times = np.bincount(played, minlength=len(lengths_s))
    until_s = np.concatenate(([0.0], np.cumsum(lengths_s[played])))
    stops = np.searchsorted(until_s, until_s[:-1] + STRETCH_S + _SAME_PLACE_S)
    stretches = [
        tuple(played[place:stop].tolist())
        for place, stop in enumerate(stops)
        if stop < len(until_s)
    ]
    counted = Counter(stretches)
    thrice = [
        (float(until_s[place]), float(until_s[stops[place]]))
        for place, stretch in enumerate(stretches)
        if counted[stretch] >= 3
    ]
    return Repetition(
        stretch_times=max(counted.values(), default=1),
        seconds_thrice=_covered_s(thrice),
        most_times=int(times.max()),
        mean_times=float(lengths_s @ times / lengths_s[times > 0].sum()),
    )


def _edges(times_s: list[float]) -> "np.ndarray[tuple[int], np.dtype[np.float64]]":
    """Return the times, rising, those that are the same place once."""
    ordered = np.sort(np.array(times_s))
    kept = np.concatenate(([True], np.diff(ordered) > _SAME_PLACE_S))
    return ordered[kept]


def _covered_s(spans_s: list[tuple[float, float]]) -> float:
    """Return the length of spans that start later and later, overlaps counted once."""
    covered_s, reached_s = 0.0, 0.0
    for starts_s, ends_s in spans_s:
        covered_s += max(0.0, ends_s - max(starts_s, reached_s))
        reached_s = max(reached_s, ends_s)
    return covered_s
