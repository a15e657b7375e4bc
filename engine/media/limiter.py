"""Keep true peaks below a ceiling: a limiter that looks ahead, for files and for live sound."""

from collections.abc import Iterable, Iterator
from itertools import chain

import numpy as np
import numpy.typing as npt

Samples = npt.NDArray[np.float32]

_HEADROOM_DB = 0.3  # how much a changing gain can raise a peak between samples
_FRAMES_PER_S = 1000  # gains are computed once per frame, and run in straight lines between
_N_AHEAD = 5  # frames over which the gain falls before a peak
_RELEASE_FRAMES = 80
_RELEASED = 0.9999
_OVERSAMPLING = 4  # ITU-R BS.1770 measures true peaks at four times 48 kHz
_N_TAPS = 32
# Below this share of the ceiling, no usual sound has a true peak above it.
_SAFE_SHARE = 0.6


class PeakLimiter:
    """Limits sound block by block, all channels alike; it comes out `latency` samples later.

    Args:
        rate_hz: sample rate.
        ceiling_dbtp: no true peak is above it, in dB relative to full scale; usually -1.
        n_channels: of the sound.
    """

    def __init__(self, rate_hz: int, ceiling_dbtp: float, n_channels: int = 2) -> None:
        self._n_frame = rate_hz // _FRAMES_PER_S
        self._ceiling = 10 ** ((ceiling_dbtp - _HEADROOM_DB) / 20)
        self.latency = self._n_frame * (_N_AHEAD + 3)
        # The input from the frame before the next one to be given out, and what its frames allow.
        # It starts with silence, in which the gain can fall.
        n_before = _N_AHEAD + 2
        self._sound = np.zeros((n_before * self._n_frame, n_channels), np.float32)
        self._allowed = np.ones(n_before)
        self._recent = np.ones(_N_AHEAD)
        self._gain = 1.0
        self._edge = 1.0
        n_ready = self.latency - (n_before - 1) * self._n_frame
        self._ready = np.zeros((n_ready, n_channels), np.float32)

    def push(self, block: Samples) -> Samples:
        """Take float32 (n, channels) of any length; return as many samples, limited and delayed."""
        self._sound = np.concatenate((self._sound, block))
        self._measure()
        n_out = max(len(self._allowed) - 2 - _N_AHEAD, 0)
        if n_out:
            self._ready = np.concatenate((self._ready, self._limit(n_out)))
        out, self._ready = self._ready[: len(block)], self._ready[len(block) :]
        return out

    def _measure(self) -> None:
        """Find how much gain each new whole frame allows."""
        first = len(self._allowed)
        last = (len(self._sound) - _N_TAPS) // self._n_frame
        if last <= first:
            return
        start, end = first * self._n_frame, last * self._n_frame
        sound = self._sound[start - _N_TAPS : end + _N_TAPS]
        if np.abs(sound).max() <= self._ceiling * _SAFE_SHARE:
            allowed = np.ones(last - first)
        else:
            peaks = _true_peaks(sound).reshape(last - first, self._n_frame).max(1)
            allowed = np.minimum(1.0, self._ceiling / np.maximum(peaks, self._ceiling))
        self._allowed = np.concatenate((self._allowed, allowed))

    def _limit(self, n: int) -> Samples:
        """Return the first n frames after the one before them, at the gains of those ahead."""
        allowed = self._allowed[1 : 1 + n + 1 + _N_AHEAD]
        if self._gain == 1.0 and self._edge == 1.0 and allowed.min() == 1.0:
            limited = self._sound[self._n_frame : (n + 1) * self._n_frame]
        else:
            gains = self._gains(allowed, n)
            between = np.arange(self._n_frame) / self._n_frame
            curve = gains[:-1, None] + (gains[1:] - gains[:-1])[:, None] * between
            sound = self._sound[self._n_frame : (n + 1) * self._n_frame]
            limited = sound * curve.astype(np.float32).reshape(-1, 1)
        self._sound = self._sound[n * self._n_frame :]
        self._allowed = self._allowed[n:]
        return limited

    def _gains(self, allowed: npt.NDArray[np.float64], n: int) -> npt.NDArray[np.float64]:
        """Return the gains at the n + 1 edges of n frames; in no frame above what it allows."""
        lowest = np.lib.stride_tricks.sliding_window_view(allowed, _N_AHEAD + 1).min(1)
        followed = []
        gain = self._gain
        for ahead in lowest.tolist():
            gain = min(ahead, gain + (1.0 - gain) / _RELEASE_FRAMES)
            if gain > _RELEASED and ahead == 1.0:
                gain = 1.0
            followed.append(gain)
        # Each value is the mean of values that all allow this frame, so that the gain falls slowly.
        run = np.concatenate((self._recent, followed))
        smooth = np.lib.stride_tricks.sliding_window_view(run, _N_AHEAD + 1).mean(1)
        edges = np.concatenate(([self._edge], np.minimum(smooth[:-1], smooth[1:])))
        # The frame after the last one given out is computed again with the next block.
        self._gain = followed[n - 1]
        self._recent = run[n : n + _N_AHEAD]
        self._edge = float(edges[-1])
        return edges


def limit_peaks(blocks: Iterable[Samples], rate_hz: int, ceiling_dbtp: float) -> Iterator[Samples]:
    """Yield the same sound with no true peak above `ceiling_dbtp`; quieter sound is unchanged.

    Args:
        blocks: float32 (n, channels) each, of any length.
        rate_hz: sample rate of the blocks.
        ceiling_dbtp: in dB relative to full scale, usually -1.

    Returns:
        Blocks float32 (m, channels), together exactly as long as the input and in sync with it;
        all channels are lowered alike.
    """
    waiting = iter(blocks)
    first = next(waiting, None)
    if first is None:
        return
    n_channels = first.shape[1]
    limiter = PeakLimiter(rate_hz, ceiling_dbtp, n_channels)
    n_in, n_early = 0, limiter.latency
    for block in chain([first], waiting):
        n_in += len(block)
        limited = limiter.push(block)
        skipped = min(n_early, len(limited))
        n_early -= skipped
        if skipped < len(limited):
            yield limited[skipped:]
    if n_in:
        yield limiter.push(np.zeros((limiter.latency, n_channels), np.float32))[n_early:]


def _interpolation() -> Samples:
    """Return the filters (taps, phases) that give the sound between samples."""
    phases = np.arange(1, _OVERSAMPLING) / _OVERSAMPLING
    times = np.arange(_N_TAPS)[:, None] - (_N_TAPS // 2 - 1) - phases
    taps = np.sinc(times) * np.cos(np.pi * times / (_N_TAPS + 1)) ** 2
    filters: Samples = (taps / taps.sum(0)).astype(np.float32)
    return filters


_TAPS = _interpolation()


def _true_peaks(sound: Samples) -> Samples:
    """Return the highest level of all channels at and after each sample, context left out."""
    inner = slice(_N_TAPS, -_N_TAPS)
    peaks: Samples = np.maximum.reduce(np.abs(sound[inner]).T)
    for channel in np.ascontiguousarray(sound.T):
        windows = np.lib.stride_tricks.sliding_window_view(channel, _N_TAPS)
        around = windows[_N_TAPS - (_N_TAPS // 2 - 1) :][: len(peaks)]
        # Overlapping windows are copied: numpy multiplies them five times faster.
        between = _TAPS.T @ np.ascontiguousarray(around.T)
        np.maximum(peaks, np.abs(between).max(0), out=peaks)
    return peaks
