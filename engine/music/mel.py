"""Power spectra and mel bands, computed block by block.

The constants are musicnn's: 16 kHz, Hann windows of 512 samples every 256, 96 bands of equal
area on Slaney's mel scale.
"""

from functools import cache

import numpy as np
import numpy.typing as npt

from engine.encoders.audio import N_BANDS, PATCH_FRAMES

RATE_HZ = 16_000
FFT_SAMPLES = 512
HOP_SAMPLES = 256
FRAME_RATE_HZ = RATE_HZ / HOP_SAMPLES

# Slaney's scale (Auditory Toolbox, 1998): linear below 1 kHz, logarithmic above.
_LINEAR_HZ_PER_MEL = 200 / 3
_BREAK_HZ = 1000.0
_BREAK_MEL = _BREAK_HZ / _LINEAR_HZ_PER_MEL
_LOG_STEP = np.log(6.4) / 27

Float32Array = npt.NDArray[np.float32]


class Framer:
    """Splits blocks of sound into overlapping frames, each centred on a multiple of the hop.

    Args:
        size: samples per frame; even.
        hop: samples from one frame to the next.
    """

    def __init__(self, size: int, hop: int) -> None:
        self._size = size
        self._hop = hop
        # Half a frame of silence before the sound centres the first frame on sample 0.
        self._rest = np.zeros(size // 2, np.float32)

    def push(self, samples: Float32Array) -> Float32Array:
        """Return the frames (n, size) that are now complete, as a read-only view."""
        sound = np.concatenate((self._rest, samples))
        n_frames = max(0, (len(sound) - self._size) // self._hop + 1)
        self._rest = sound[n_frames * self._hop :].copy()
        if n_frames == 0:
            return np.empty((0, self._size), np.float32)
        windows = np.lib.stride_tricks.sliding_window_view(sound, self._size)
        return windows[:: self._hop][:n_frames]

    def finish(self) -> Float32Array:
        """Return the last frames, which reach beyond the end."""
        return self.push(np.zeros(self._size // 2, np.float32))


@cache
def hann(size: int) -> Float32Array:
    """Return the periodic Hann window."""
    phase = 2 * np.pi * np.arange(size) / size
    return (0.5 - 0.5 * np.cos(phase)).astype(np.float32)


def power_spectra(frames: Float32Array) -> Float32Array:
    """Return |FFT|² of Hann-windowed frames: (n, size) to (n, size / 2 + 1)."""
    spectra = np.fft.rfft(frames * hann(frames.shape[1]), axis=1)
    return np.asarray(spectra.real**2 + spectra.imag**2, np.float32)


@cache
def mel_filterbank() -> Float32Array:
    """Return the triangular filters (257, 96), each of unit area over frequency."""
    edges_hz = _mel_to_hz(np.linspace(0.0, _hz_to_mel(RATE_HZ / 2), N_BANDS + 2))
    bins_hz = np.linspace(0, RATE_HZ / 2, FFT_SAMPLES // 2 + 1)
    low, centre, high = edges_hz[:-2], edges_hz[1:-1], edges_hz[2:]
    rising = (bins_hz[:, None] - low) / (centre - low)
    falling = (high - bins_hz[:, None]) / (high - centre)
    triangles = np.maximum(0, np.minimum(rising, falling))
    return (triangles * 2 / (high - low)).astype(np.float32)


def mel_power(power: Float32Array) -> Float32Array:
    """Return the power in each mel band: (n, 257) to (n, 96)."""
    return power @ mel_filterbank()


def log_mel(mel: Float32Array) -> Float32Array:
    """Return log10(10000 m + 1), musicnn's input."""
    # Single precision: half precision would overflow on loud music.
    return np.asarray(np.log10(np.float32(10_000) * mel + np.float32(1)), np.float32)


class PatchSampler:
    """Samples patches of 187 frames, spread evenly over a sound of unknown length.

    Whenever it has more than `max_patches`, it drops every other one and from then on samples half
    as often, so memory and time stay bounded for any length.

    Args:
        max_patches: maximum number of patches; even.
    """

    def __init__(self, max_patches: int) -> None:
        self._max_patches = max_patches
        self._stride = 1
        self._n_seen = 0
        self._kept: list[Float32Array] = []
        self._rest = np.empty((0, N_BANDS), np.float32)

    def push(self, mel: Float32Array) -> None:
        """Add the next frames (n, 96)."""
        frames = np.concatenate((self._rest, mel))
        n_patches = len(frames) // PATCH_FRAMES
        for patch in frames[: n_patches * PATCH_FRAMES].reshape(-1, PATCH_FRAMES, N_BANDS):
            if self._n_seen % self._stride == 0:
                self._kept.append(patch.copy())
            self._n_seen += 1
            if len(self._kept) > self._max_patches:
                self._kept = self._kept[::2]
                self._stride *= 2
        self._rest = frames[n_patches * PATCH_FRAMES :].copy()

    def patches(self) -> Float32Array:
        """Return the patches, (n, 187, 96).

        An incomplete last patch is left out; a sound shorter than one patch (3 s) is repeated to
        fill it.
        """
        if self._kept:
            return np.stack(self._kept)
        if len(self._rest) == 0:
            return np.zeros((1, PATCH_FRAMES, N_BANDS), np.float32)
        order = np.arange(PATCH_FRAMES) % len(self._rest)
        return self._rest[order][None]


def _hz_to_mel(frequency_hz: float) -> float:
    if frequency_hz < _BREAK_HZ:
        return frequency_hz / _LINEAR_HZ_PER_MEL
    return float(_BREAK_MEL + np.log(frequency_hz / _BREAK_HZ) / _LOG_STEP)


def _mel_to_hz(mels: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    linear = mels * _LINEAR_HZ_PER_MEL
    logarithmic = _BREAK_HZ * np.exp(_LOG_STEP * (mels - _BREAK_MEL))
    return np.where(mels < _BREAK_MEL, linear, logarithmic)
