"""The frame rate that an editing program gives a clip, and how many frames it then has.

Average rates don't do: a phone's clip averages 29.94, two joined clips 52.5, and no program has
timelines of such rates. The nominal rate is the commonest distance between pictures, as one of the
rates that programs have.
"""

from dataclasses import dataclass
from fractions import Fraction

import numpy as np
import numpy.typing as npt
from av.container import InputContainer
from av.video.stream import VideoStream

from engine.media.continuous import Continuity, Retimer, read_continuous

_Ticks = npt.NDArray[np.int64]

EDITING_RATES = tuple(
    sorted(
        [Fraction(rate) for rate in (24, 25, 30, 48, 50, 60, 100, 120, 240)]
        + [Fraction(rate * 1000, 1001) for rate in (24, 30, 48, 60, 120, 240)]
    )
)
# Pictures that come less often than 24 times a second each last several frames of one of these,
# the first that is a multiple of their rate.
_SLOW_RATES = (
    *(Fraction(rate) for rate in (25, 30, 24, 50, 60, 48, 100, 120)),
    *(Fraction(rate * 1000, 1001) for rate in (30, 24, 60, 48, 120)),
)
_DEFAULT_RATE = Fraction(30)
# 24 and 23.976 differ by a thousandth; time stamps that are rounded leave less.
_SAME_RATE = Fraction(1, 2500)
# A rate that is further from the nearest one than this isn't a worn version of it.
_NEAR_RATE = Fraction(1, 20)
# Steps this close to the commonest one are the same step, with jitter.
_JITTER = 0.1
# Shorter ones are two pictures in the place of one, where clips were joined.
_MIN_STEP_S = Fraction(1, 500)
# Without an index, the rate is that of the beginning.
_MAX_PACKETS = 600
_MAX_BYTES = 64 << 20


@dataclass(frozen=True, slots=True)
class PictureTiming:
    """When a clip's pictures are shown, for a timeline of whole frames.

    Attributes:
        rate: nominal frames per second, one of `EDITING_RATES`.
        n_frames: how many frames of that rate the picture has.
        is_variable: whether the pictures' own times leave those frames by more than one.
    """

    rate: Fraction
    n_frames: int
    is_variable: bool


def picture_timing(
    container: InputContainer, stream: VideoStream, continuity: Continuity, duration_s: float
) -> PictureTiming:
    """Return the nominal timing of a clip, from its index or else from its first packets.

    Args:
        container: just opened; it is left at another place.
        stream: the clip's picture, the only one that isn't discarded.
        continuity: of the file.
        duration_s: of the picture.
    """
    ticks, n_pictures = _shown_ticks(container, stream, continuity)
    time_base = stream.time_base or Fraction(1, 90_000)
    own_rate = _own_rate(ticks, time_base) or stream.guessed_rate or stream.average_rate
    rate = nominal_rate(Fraction(own_rate)) if own_rate else _DEFAULT_RATE
    is_slow = own_rate is not None and own_rate < EDITING_RATES[0] * (1 - _NEAR_RATE)
    is_even = _is_even(ticks) if is_slow else _deviation(ticks, time_base, rate) <= 1
    if is_even and not is_slow and n_pictures is not None:
        return PictureTiming(rate, max(1, n_pictures), is_variable=False)
    # A frame more than the media has would be past its end; less than a hundredth is rounding.
    n_frames = round(duration_s * rate) if is_even else int(duration_s * rate + 0.01)
    return PictureTiming(rate, max(1, n_frames), is_variable=not is_even)


def nominal_rate(rate: Fraction) -> Fraction:
    """Return the rate of a timeline for pictures that come at `rate`, as in `EDITING_RATES`."""
    nearest = min(EDITING_RATES, key=lambda editing: abs(editing - rate))
    if abs(nearest - rate) <= rate * _NEAR_RATE:
        return nearest
    if rate > EDITING_RATES[0]:
        return nearest
    for slow in _SLOW_RATES:
        n_repeats = round(slow / rate)
        if abs(slow / rate - n_repeats) <= n_repeats * _SAME_RATE:
            return slow
    return _DEFAULT_RATE


def _own_rate(ticks: _Ticks, time_base: Fraction) -> Fraction | None:
    """Return the rate of the commonest step between pictures; None with one picture."""
    steps = np.diff(ticks)
    steps = steps[steps > 0]
    long_enough = steps[steps >= float(_MIN_STEP_S / time_base)]
    if len(long_enough):
        steps = long_enough
    if not len(steps):
        return None
    values, counts = np.unique(steps, return_counts=True)
    commonest = values[np.argmax(counts)]
    # Coarse time stamps alternate, such as 33 and 34 ms: their mean is the step.
    near = steps[np.abs(steps - commonest) <= max(_JITTER * commonest, 1)]
    return 1 / (Fraction(int(near.sum()), len(near)) * time_base)


def _deviation(ticks: _Ticks, time_base: Fraction, rate: Fraction) -> float:
    """Return by how many frames the pictures' times leave the even ones, at most."""
    times = (ticks - ticks[:1]) * float(time_base * rate)
    return float(np.abs(times - np.arange(len(times))).max(initial=0.0))


def _is_even(ticks: _Ticks) -> bool:
    steps = np.diff(ticks)
    return not len(steps) or bool(np.ptp(steps) <= max(_JITTER * steps.max(), 2))


def _shown_ticks(
    container: InputContainer, stream: VideoStream, continuity: Continuity
) -> tuple[_Ticks, int | None]:
    """Return the times of the pictures or of the first ones, rising, and how many there are."""
    entries = stream.index_entries
    # Matroska's index has keyframes only, and no sizes.
    if continuity.has_jumps or not (
        stream.frames and len(entries) == stream.frames and entries[-1].size > 0
    ):
        return _demuxed_ticks(container, stream, continuity)
    n_hidden = sum(entry.is_discard for entry in entries)
    if n_hidden:
        # The index holds decoding times, in which hidden pictures lie between the others.
        return _demuxed_ticks(container, stream, continuity)[0], len(entries) - n_hidden
    return np.sort(np.array([entry.timestamp for entry in entries], np.int64)), len(entries)


def _demuxed_ticks(
    container: InputContainer, stream: VideoStream, continuity: Continuity
) -> tuple[_Ticks, int | None]:
    shown: list[int] = []
    n_bytes, n_pictures = 0, None
    for n_packets, packet in enumerate(read_continuous(container, Retimer(continuity), stream)):
        if n_packets >= _MAX_PACKETS or n_bytes > _MAX_BYTES:
            break
        time = packet.pts if packet.pts is not None else packet.dts
        n_bytes += packet.size
        if packet.size and time is not None and not packet.is_discard:
            shown.append(time)
    else:
        n_pictures = len(shown)
    return np.sort(np.array(shown, np.int64)), n_pictures
