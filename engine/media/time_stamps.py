"""Lay decoded sound by its time stamps.

A file's time stamps jitter (Matroska rounds to milliseconds, recorders by more), so not every
deviation is real. One that lasts is: a hole becomes silence, an overlap is skipped, and a clock
that runs a little fast or slow is followed by stretching, which can't be heard.
"""

from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Samples = npt.NDArray[np.float32]

# A smaller deviation is left alone: it is jitter, and can't be heard.
_TOLERANCE_S = 0.0025
# A larger one that lasts is a step, not the drift of a clock.
_STEP_S = 0.004
# At the very end there is too little left to tell jitter from a step.
_JITTER_S = 0.05
# A longer gap means a broken time stamp.
_MAX_GAP_S = 600.0
# How far to look ahead, and over how long a drift is made up for.
_AHEAD_S = 1.0
_JUDGED_S = 0.5
_MIN_JUDGED = 8
# Time stamps of so many pieces that agree this closely are no jitter.
_RUN = 6
_AGREEMENT_S = 0.0012
_TAPS = 16


@dataclass(frozen=True, slots=True)
class TimedSamples:
    """A piece of decoded sound.

    Attributes:
        time_s: when it starts, None when unknown.
        samples: float32 (n, channels).
    """

    time_s: float | None
    samples: Samples


def lay_by_time_stamps(
    pieces: Iterable[TimedSamples], rate_hz: int, start_s: float, *, from_zero: bool = False
) -> Iterator[Samples]:
    """Yield the sound from `start_s` on without gaps, each sample at its time.

    Args:
        pieces: in order, at one rate; those before `start_s` are left out.
        rate_hz: sample rate.
        start_s: time of the first sample wanted.
        from_zero: whether time zero is that of the first piece, as in a file without a picture.

    Returns:
        Blocks float32 (n, channels).
    """
    layer = _Layer(rate_hz, round(start_s * rate_hz), from_zero and start_s == 0)
    for piece in pieces:
        layer.add(piece)
        while layer.n_ahead > _AHEAD_S * rate_hz and layer.n_pieces > _MIN_JUDGED:
            yield from layer.take()
    while layer.n_pieces:
        yield from layer.take()


class _Layer:
    """Holds pieces back until it is known whether their time stamps jitter or step."""

    def __init__(self, rate_hz: int, position: int, starts_exactly: bool) -> None:
        self._rate_hz = rate_hz
        self._position = position
        self._pieces: deque[tuple[int | None, Samples]] = deque()
        self._has_started = starts_exactly
        self._last = np.zeros((0, 1), np.float32)
        self.n_ahead = 0

    @property
    def n_pieces(self) -> int:
        return len(self._pieces)

    def add(self, piece: TimedSamples) -> None:
        due = None if piece.time_s is None else round(piece.time_s * self._rate_hz)
        self._pieces.append((due, piece.samples))
        self.n_ahead += len(piece.samples)

    def take(self) -> Iterator[Samples]:
        """Yield the next piece, with what its time stamp asks for before it."""
        gap = self._gap()
        if 0 < abs(gap) < _STEP_S * self._rate_hz and self._has_started:
            yield self._stretched(gap)
            return
        samples = self._pop()
        if gap > 0:
            yield self._passed(np.zeros((gap, samples.shape[1]), np.float32))
        n_skipped = max(-gap, 0)
        while self._has_started and n_skipped > len(samples) and self._pieces:
            n_skipped -= len(samples)
            samples = self._pop()
        samples = samples[n_skipped:]
        if len(samples):
            self._has_started = True
            yield self._passed(samples)

    def _pop(self) -> Samples:
        _, samples = self._pieces.popleft()
        self.n_ahead -= len(samples)
        return samples

    def _passed(self, samples: Samples) -> Samples:
        self._position += len(samples)
        self._last = samples[-_TAPS:]
        return samples

    def _gap(self) -> int:
        """Return by how many samples the next piece is late, jitter left out; negative is early."""
        due = self._pieces[0][0]
        own = 0 if due is None else due - self._position
        if abs(own) > _MAX_GAP_S * self._rate_hz:
            return 0
        if not self._has_started:
            # The start is exact; later, following jitter would cause clicks.
            return self._agreed(own, self._deviations(_JUDGED_S))
        if abs(own) <= _TOLERANCE_S * self._rate_hz:
            return 0
        following = self._deviations(_JUDGED_S)
        run = following[:_RUN]
        if len(run) == _RUN and np.ptp(run) <= _AGREEMENT_S * self._rate_hz:
            return self._agreed(float(np.median(run)), following)
        if len(following) < _MIN_JUDGED:
            return own if abs(own) > _JITTER_S * self._rate_hz else 0
        middle = float(np.median(following))
        jitter = 3 * float(np.median(np.abs(following - middle)))
        least = max(_TOLERANCE_S * self._rate_hz, jitter)
        if abs(middle) <= least or abs(own - middle) > least:
            return 0
        return round(middle)

    def _agreed(self, about: float, deviations: npt.NDArray[np.int64]) -> int:
        """Return the mean of the deviations close to one: most of their rounding cancels out."""
        close = deviations[np.abs(deviations - about) <= _AGREEMENT_S * self._rate_hz]
        return round(float(close.mean()) if len(close) else about)

    def _deviations(self, within_s: float) -> npt.NDArray[np.int64]:
        """Return by how many samples each of the following pieces is late."""
        position = self._position
        found: list[int] = []
        for due, samples in self._pieces:
            if position - self._position > within_s * self._rate_hz and len(found) >= _MIN_JUDGED:
                break
            if due is not None:
                found.append(due - position)
            position += len(samples)
        return np.array(found, np.int64)

    def _stretched(self, gap: int) -> Samples:
        """Return the following second, made longer or shorter by `gap` samples."""
        parts = [self._pop()]
        tolerance = _TOLERANCE_S * self._rate_hz
        position = self._position + len(parts[0])
        while self._pieces and position - self._position < _AHEAD_S * self._rate_hz:
            due = self._pieces[0][0]
            if due is not None and abs(due - position - gap) > tolerance:
                break
            parts.append(self._pop())
            position += len(parts[-1])
        samples = np.concatenate(parts)
        after = self._pieces[0][1] if self._pieces else samples[:0]
        longer = stretch(samples, max(len(samples) + gap, 1), self._last, after)
        return self._passed(longer)


def stretch(samples: Samples, n_out: int, before: Samples, after: Samples) -> Samples:
    """Resample `samples` to `n_out` samples by a windowed sinc; for small changes of length.

    Args:
        samples: float32 (n, channels).
        n_out: the new length.
        before: what was played before, of which the filter needs 16 samples.
        after: what is played afterwards.
    """
    n, n_channels = samples.shape
    silence = np.zeros((_TAPS, n_channels), np.float32)
    head = np.concatenate([silence, before.reshape(-1, n_channels)])[-_TAPS:]
    tail = np.concatenate([after, silence])[:_TAPS]
    padded = np.concatenate([head, samples, tail])
    at = np.arange(n_out) * (n / n_out)
    whole = at.astype(np.int64)
    fraction = at - whole
    total = np.zeros((n_out, n_channels))
    weights = np.zeros(n_out)
    for offset in range(1 - _TAPS, _TAPS + 1):
        distance = offset - fraction
        weight = np.sinc(distance) * np.cos(np.pi / 2 * distance / _TAPS) ** 2
        total += weight[:, None] * padded[whole + _TAPS + offset]
        weights += weight
    return np.asarray(total / weights[:, None], np.float32)
