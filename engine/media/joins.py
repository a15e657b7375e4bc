"""Where a file's time stamps begin again or jump, and by how much each part has to be shifted.

Recordings that were joined end to end, and broadcasts that were interrupted, have time stamps
that start again or leap ahead. The picture decides: each part starts where the last one's picture
ended, and the sound moves with it, so that they stay in sync. A long picture under continuing
sound isn't a jump, nor is a short hole.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt

Times = npt.NDArray[np.float64]

# A decoding time that is earlier than the one before by more than this begins again.
_BACK_S = 0.1
# Without a jump of the other kind of stream beside it, only a longer one counts.
_ALONE_S = 10.0
# Pictures of one part come in another order within so many packets.
_REORDERED = 16
# Jumps of picture and sound at one place are this similar.
_SAME_JUMP_S = 2.0
# Sound whose next packet comes within this time has not jumped.
_CONTINUED_S = 1.0
# And their packets this close together.
_NEAR_PACKETS = 2_000
# Without sound, only regular pictures tell a jump from a long picture.
_REGULAR_S = 1.0


@dataclass(frozen=True, slots=True)
class StreamTimes:
    """The packets of one stream, in the order of the file.

    Attributes:
        index: of the stream.
        shown_s: (n,), when each is shown.
        decoded_s: (n,), when each is decoded; NaN where unknown.
        order: (n,), its number among the packets of all streams.
        is_key: (n,), whether decoding can start there.
    """

    index: int
    shown_s: Times
    decoded_s: Times
    order: npt.NDArray[np.int64]
    is_key: npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a stream, from one jump to the next.

    Attributes:
        first: number of its first packet in the stream.
        shift_s: added to its times.
        start_s: when it takes over from the part before, in continued times.
    """

    first: int
    shift_s: float
    start_s: float = -math.inf


def find_parts(
    picture: StreamTimes, sounds: Sequence[StreamTimes], least_ahead_s: float
) -> dict[int, tuple[Part, ...]]:
    """Return the parts of each stream by its index; nothing for a file without jumps.

    Args:
        picture: the clip's picture.
        sounds: its sound.
        least_ahead_s: a shorter hole isn't a jump ahead.
    """
    found: dict[int, list[Part]] = {each.index: [Part(0, 0.0)] for each in (picture, *sounds)}
    cuts = _cuts(picture, sounds, least_ahead_s)
    if not cuts:
        return {}
    shift_s = 0.0
    bounds = [0, *cuts, len(picture.shown_s)]
    for before, cut, end in zip(bounds, cuts, bounds[2:], strict=False):
        old = picture.shown_s[before:cut] + shift_s
        new = picture.shown_s[cut:end]
        start_s = _continued(old, bool(picture.is_key[cut]))
        shift_s = start_s - float(new.min())
        found[picture.index].append(Part(cut, shift_s, start_s))
        for sound in sounds:
            first = _sound_cut(picture, cut, (before, end), sound)
            parts = found[sound.index]
            while parts and parts[-1].first >= first:
                parts.pop()  # without sound
            from_s = -math.inf
            if parts:
                from_s = _takes_over(sound, parts[-1], first, shift_s, start_s)
            parts.append(Part(first, shift_s, from_s))
    return {index: tuple(parts) for index, parts in found.items()}


def _cuts(picture: StreamTimes, sounds: Sequence[StreamTimes], least_ahead_s: float) -> list[int]:
    """Return the numbers of the picture's packets at which a new part begins."""
    found: list[int] = []
    for cut in _jumps(picture, least_ahead_s):
        first = found[-1] if found else 0
        before = float(picture.shown_s[first:cut].max())
        after = float(picture.shown_s[cut : cut + _REORDERED].min())
        jump_s = after - before
        if jump_s > 0:
            is_real = not any(_covers(each, picture, cut, before, after) for each in sounds)
            if not sounds:
                is_real = _step(picture.shown_s[first:cut]) < _REGULAR_S
        else:
            is_real = -jump_s > _ALONE_S or not any(
                _continues(each, picture, cut, jump_s) for each in sounds
            )
        if is_real:
            found.append(cut)
    return found


def _jumps(stream: StreamTimes, least_ahead_s: float) -> list[int]:
    shown = stream.shown_s
    n = len(shown)
    back = np.flatnonzero(np.diff(stream.decoded_s) < -_BACK_S) + 1
    # Ahead of all before, with all the packets that follow.
    lowest = shown.copy()
    for offset in range(1, min(_REORDERED, n)):
        lowest[: n - offset] = np.minimum(lowest[: n - offset], shown[offset:])
    found = set(back.tolist())
    bounds = [0, *back.tolist(), n]
    for first, end in pairwise(bounds):
        if end - first < 2:
            continue
        highest = np.maximum.accumulate(shown[first:end])
        ahead = np.flatnonzero(lowest[first + 1 : end] - highest[:-1] > least_ahead_s)
        found.update((ahead + first + 1).tolist())
    return sorted(found)


def _covers(
    sound: StreamTimes, picture: StreamTimes, cut: int, before_s: float, after_s: float
) -> bool:
    """Whether sound plays in the middle of a hole of the picture."""
    quarter_s = (after_s - before_s) / 4
    times = sound.shown_s
    if np.any(np.diff(picture.decoded_s) < -_BACK_S):
        # Elsewhere, the same times belong to other parts.
        first, last = picture.order[max(cut - _REORDERED, 0)], picture.order[cut]
        times = times[(sound.order > first) & (sound.order < last)]
    return bool(np.any((times > before_s + quarter_s) & (times < after_s - quarter_s)))


def _sound_jumps(sound: StreamTimes) -> npt.NDArray[np.int64]:
    return np.flatnonzero(np.abs(np.diff(sound.shown_s)) > _BACK_S) + 1


def _continues(sound: StreamTimes, picture: StreamTimes, cut: int, jump_s: float) -> bool:
    """Whether sound plays on in time where the picture jumps back."""
    if _jump_beside(sound, picture, cut, jump_s) is not None:
        return False
    after = int(np.searchsorted(sound.order, picture.order[cut]))
    if not 0 < after < len(sound.order):
        return False
    step_s = float(sound.shown_s[after] - sound.shown_s[after - 1])
    return 0 <= step_s < _CONTINUED_S


def _jump_beside(sound: StreamTimes, picture: StreamTimes, cut: int, jump_s: float) -> int | None:
    """Return the number of the sound's packet at which it jumps as the picture does."""
    jumps = _sound_jumps(sound)
    sizes = sound.shown_s[jumps] - sound.shown_s[jumps - 1]
    distances = np.abs(sound.order[jumps] - picture.order[cut])
    alike = (np.abs(sizes - jump_s) < _SAME_JUMP_S) & (distances < _NEAR_PACKETS)
    if not alike.any():
        return None
    return int(jumps[alike][np.argmin(distances[alike])])


def _sound_cut(
    picture: StreamTimes, cut: int, neighbours: tuple[int, int], sound: StreamTimes
) -> int:
    """Return the number of the sound's packet at which it jumps with the picture.

    Args:
        picture, sound: the streams.
        cut: number of the picture's packet.
        neighbours: the jumps of the picture before and after this one.
    """
    before = picture.shown_s[max(cut - _REORDERED, 0) : cut].max()
    after = picture.shown_s[cut : cut + _REORDERED].min()
    beside = _jump_beside(sound, picture, cut, float(after - before))
    first = int(np.searchsorted(sound.order, picture.order[cut]))
    if beside is None:
        return first
    place = int(sound.order[beside])
    distance = abs(place - int(picture.order[cut]))
    for other in neighbours:
        # The jump of a part that has sound, beside one that has none.
        is_jump = 0 < other < len(picture.order)
        if is_jump and abs(place - int(picture.order[other])) < distance:
            return first
    return beside


def _takes_over(sound: StreamTimes, last: Part, first: int, shift_s: float, due_s: float) -> float:
    """Return when the sound of a part takes over from that of the last one.

    Recordings overlap a little: their sound starts before their picture and ends after it.
    """
    if first >= len(sound.shown_s):
        return math.inf
    starts_s = float(sound.shown_s[first]) + shift_s
    ends_s = (
        float(sound.shown_s[first - 1]) + last.shift_s + _step(sound.shown_s[last.first : first])
    )
    return min(max(due_s, starts_s), ends_s) if starts_s < ends_s else starts_s


def _step(shown_s: Times) -> float:
    steps = np.diff(np.sort(shown_s))
    steps = steps[steps > 0]
    return float(np.median(steps)) if len(steps) else 0.04


def _continued(old: Times, at_key: bool) -> float:
    """Return when the first picture of the next part is due."""
    step_s = _step(old)
    if not at_key and len(old) > 1:
        # In the middle of a group, it may come before pictures that were already read.
        last = np.sort(old)[-_REORDERED:]
        holes = np.flatnonzero(np.diff(last) > 1.5 * step_s)
        if len(holes):
            return float(last[holes[0]] + step_s)
    return float(old.max()) + step_s


def decoding_times(shown_s: Times) -> Times:
    """Return when pictures can be decoded that are shown at some times, in the order of the file.

    Those that a file gives, or that libav computes, are wrong around a jump.
    """
    in_order = np.sort(shown_s)
    return in_order - float((in_order - shown_s).max(initial=0.0))
