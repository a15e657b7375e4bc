"""Onset strength and note onsets."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from engine.encoders.audio import N_BANDS
from engine.music.mel import FRAME_RATE_HZ

Float32Array = npt.NDArray[np.float32]

# A note's attack takes about two frames (32 ms).
_LAG = 2
# Bands up to about 370 Hz: kick drum and bass.
_N_LOW_BANDS = 12
_LOCAL_MEAN_S = 1.5
_PEAK_REACH = 2
# An onset must rise this many deviations above the local mean …
_PEAK_DEVIATIONS = 0.5
# … and by this much at least, in log10 units of a band, to exclude flicker of held notes.
_PEAK_FLOOR = 0.02


@dataclass(frozen=True, slots=True)
class OnsetCurves:
    """Onset strength over time, `FRAME_RATE_HZ` values per second.

    Attributes:
        strength: (n,) float32, mean rise of the log-mel bands.
        low: (n,) float32, the same for the lowest bands only.
    """

    strength: Float32Array
    low: Float32Array

    def __post_init__(self) -> None:
        if self.strength.ndim != 1 or self.strength.shape != self.low.shape:
            raise ValueError("both curves must be one-dimensional and equally long")


class OnsetStream:
    """Spectral flux with vibrato suppression, block by block.

    s(t) = mean over bands of max(0, L(t, b) - max(L(t-2, b-1), L(t-2, b), L(t-2, b+1))), after
    Böck & Widmer, "Maximum filter vibrato suppression for onset detection" (2013).
    """

    def __init__(self) -> None:
        self._before = np.empty((0, N_BANDS), np.float32)
        self._strength: list[Float32Array] = []
        self._low: list[Float32Array] = []

    def push(self, log_mel: Float32Array) -> None:
        """Add the next log-mel frames (n, 96)."""
        if len(self._before) == 0 and len(log_mel):
            # Nothing precedes the first frames: compare them with themselves.
            self._before = np.repeat(log_mel[:1], _LAG, axis=0)
        frames = np.concatenate((self._before, log_mel))
        past = frames[: len(log_mel)]
        padded = np.pad(past, ((0, 0), (1, 1)), mode="edge")
        widest = np.maximum(np.maximum(padded[:, :-2], past), padded[:, 2:])
        rise = np.maximum(frames[_LAG:] - widest, 0) if len(log_mel) else past
        self._strength.append(rise.mean(axis=1))
        self._low.append(rise[:, :_N_LOW_BANDS].mean(axis=1))
        self._before = frames[len(log_mel) :]

    def curves(self) -> OnsetCurves:
        """Return the curves so far."""
        nothing = [np.empty(0, np.float32)]
        return OnsetCurves(
            np.concatenate(self._strength or nothing), np.concatenate(self._low or nothing)
        )


def prominence(strength: Float32Array) -> npt.NDArray[np.float64]:
    """Return the excess over the local mean, divided by its standard deviation."""
    excess = np.maximum(strength - local_mean(strength), 0)
    spread = excess.std()
    return excess / spread if spread > 0 else excess


def local_mean(curve: Float32Array) -> npt.NDArray[np.float64]:
    """Return the mean over 1.5 s around each value."""
    half = int(_LOCAL_MEAN_S * FRAME_RATE_HZ / 2)
    sums = np.concatenate(([0.0], np.cumsum(curve, dtype=np.float64)))
    index = np.arange(len(curve))
    first = np.maximum(index - half, 0)
    last = np.minimum(index + half + 1, len(curve))
    return np.asarray((sums[last] - sums[first]) / (last - first), np.float64)


def onset_times(curves: OnsetCurves) -> Float32Array:
    """Return the times of note onsets in seconds: local peaks well above the local mean."""
    strength = curves.strength
    if len(strength) < 2 * _PEAK_REACH + 1:
        return np.empty(0, np.float32)
    padded = np.pad(strength, _PEAK_REACH)
    windows = np.lib.stride_tricks.sliding_window_view(padded, 2 * _PEAK_REACH + 1)
    threshold = local_mean(strength) + _PEAK_DEVIATIONS * strength.std()
    is_peak = (strength == windows.max(axis=1)) & (strength > np.maximum(threshold, _PEAK_FLOOR))
    frames = np.flatnonzero(is_peak)
    # A plateau of equal values is one onset.
    frames = frames[np.diff(frames, prepend=-_PEAK_REACH - 1) > _PEAK_REACH]
    return (frames / FRAME_RATE_HZ).astype(np.float32)
