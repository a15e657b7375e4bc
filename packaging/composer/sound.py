"""Stereo sound as an array: its type, its sample rate and its level."""

import numpy as np
import numpy.typing as npt

RATE_HZ = 48_000
# (n, 2) float32: left and right.
Stereo = npt.NDArray[np.float32]
# (n,) float64: one value for each sample, block, band or frequency.
Curve = npt.NDArray[np.float64]

_BLOCK_SAMPLES = 4800


def rms(sound: Stereo) -> float:
    """Return the level of a sound, measured only where it isn't silent."""
    power = (sound.astype(np.float64) ** 2).mean(-1) if sound.ndim == 2 else sound**2
    if not len(power) or power.max() <= 0:
        return 1e-9
    n_blocks = len(power) // _BLOCK_SAMPLES
    blocks = power[: n_blocks * _BLOCK_SAMPLES].reshape(-1, _BLOCK_SAMPLES).mean(1)
    if not len(blocks) or blocks.max() <= 0:
        return float(np.sqrt(power.mean()))
    return float(np.sqrt(blocks[blocks > blocks.max() * 1e-3].mean()))
