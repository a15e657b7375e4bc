"""Level over time: energy per second, and peaks for drawing a waveform."""

import numpy as np
import numpy.typing as npt

from engine.music.mel import RATE_HZ

Float32Array = npt.NDArray[np.float32]

MAX_PEAK_COLUMNS = 1000
_COLUMN_SAMPLES = RATE_HZ // 50


class LevelStream:
    """Measures energy per second and peaks per 20 ms, block by block."""

    def __init__(self) -> None:
        self._second = np.empty(0, np.float32)
        self._column = np.empty(0, np.float32)
        self._energies: list[Float32Array] = []
        self._extremes: list[Float32Array] = []
        self._n_samples = 0

    def push(self, samples: Float32Array) -> None:
        """Add the next samples, at 16 kHz."""
        self._n_samples += len(samples)
        seconds, self._second = _whole(self._second, samples, RATE_HZ)
        self._energies.append(np.mean(seconds**2, axis=1))
        columns, self._column = _whole(self._column, samples, _COLUMN_SAMPLES)
        self._extremes.append(np.stack((columns.min(axis=1), columns.max(axis=1)), axis=1))

    @property
    def duration_s(self) -> float:
        """Length of the sound so far."""
        return self._n_samples / RATE_HZ

    def energy_curve(self) -> Float32Array:
        """Return (n,) float32, the root mean square of each second, 0..1 of full scale.

        The last value may cover less than a second; an empty sound has no values.
        """
        energies = list(self._energies)
        if len(self._second):
            energies.append(np.mean(self._second**2, keepdims=True))
        return np.sqrt(np.concatenate(energies or [np.empty(0, np.float32)]))

    def peaks(self) -> npt.NDArray[np.int8]:
        """Return (n, 2) int8, lowest and highest sample (127 is full scale) of up to 1000 columns.

        The columns have equal length and cover the whole sound.
        """
        extremes = list(self._extremes)
        if len(self._column):
            extremes.append(np.array([[self._column.min(), self._column.max()]], np.float32))
        columns = np.concatenate(extremes or [np.empty((0, 2), np.float32)])
        if len(columns) > MAX_PEAK_COLUMNS:
            starts = np.arange(MAX_PEAK_COLUMNS) * len(columns) // MAX_PEAK_COLUMNS
            lowest = np.minimum.reduceat(columns[:, 0], starts)
            highest = np.maximum.reduceat(columns[:, 1], starts)
            columns = np.stack((lowest, highest), axis=1)
        return np.round(np.clip(columns, -1, 1) * 127).astype(np.int8)


def _whole(
    rest: Float32Array, samples: Float32Array, length: int
) -> tuple[Float32Array, Float32Array]:
    """Return rest and samples as (n, length), and the remaining samples."""
    sound = np.concatenate((rest, samples))
    n_whole = len(sound) // length
    return sound[: n_whole * length].reshape(n_whole, length), sound[n_whole * length :].copy()
