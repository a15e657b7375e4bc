"""Timbre of a whole piece: brightness and bass."""

import numpy as np
import numpy.typing as npt

from engine.music.mel import FFT_SAMPLES, RATE_HZ

_BASS_HZ = 200.0


class SpectrumAverage:
    """Sums magnitude and power spectra, block by block; loud passages weigh most."""

    def __init__(self) -> None:
        n_bins = FFT_SAMPLES // 2 + 1
        self._bins_hz = np.linspace(0, RATE_HZ / 2, n_bins)
        self._magnitude = np.zeros(n_bins)
        self._power = np.zeros(n_bins)

    def push(self, power: npt.NDArray[np.float32]) -> None:
        """Add the next power spectra (n, 257)."""
        self._magnitude += np.sqrt(power).sum(axis=0, dtype=np.float64)
        self._power += power.sum(axis=0, dtype=np.float64)

    def brightness_hz(self) -> float:
        """Return the spectral centroid Σ f |X(f)| / Σ |X(f)|, 0..8000; 0 for silence."""
        total = self._magnitude.sum()
        return float(self._bins_hz @ self._magnitude / total) if total > 0 else 0.0

    def bass_share(self) -> float:
        """Return the share of the power below 200 Hz, 0..1; 0 for silence."""
        total = self._power.sum()
        return float(self._power[self._bins_hz < _BASS_HZ].sum() / total) if total > 0 else 0.0
