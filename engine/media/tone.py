"""Tone mapping: HDR frames for an ordinary screen."""

from functools import cache

import numpy as np
import numpy.typing as npt

PQ = 16
HLG = 18
# Diffuse white of HDR programmes (ITU-R BT.2408).
_WHITE_NITS = 203.0
# The brightness that maps to full white.
_PEAK_NITS = 1000.0
# In diffuse whites; what is darker isn't changed.
_KNEE = np.float32(0.5)
# Linear BT.2020 to BT.709 primaries (ITU-R BT.2087).
_TO_BT709 = np.array(
    [[1.6605, -0.5876, -0.0728], [-0.1246, 1.1329, -0.0083], [-0.0182, -0.1006, 1.1187]],
    np.float32,
)
_N_LEVELS = 4096


def tone_map(pixels: npt.NDArray[np.uint16], transfer: int) -> npt.NDArray[np.uint8]:
    """Map PQ or HLG frames with BT.2020 primaries to ordinary RGB.

    What is darker than a knee K stays as it is, so that an HDR picture resembles its ordinary
    version; what is brighter is compressed up to the peak P. With L in diffuse whites, of the
    brightest channel, which keeps hues: L' = K + (1 - K) a t / (1 + (a - 1) t), where
    t = (L - K) / (P - K) and a = (P - K) / (1 - K), so that there is no kink at the knee.

    Args:
        pixels: uint16 (h, w, 3), full-range RGB as coded.
        transfer: 16 (PQ, SMPTE ST 2084) or 18 (HLG, ITU-R BT.2100).

    Returns:
        uint8 (h, w, 3), BT.709 primaries, for a screen of BT.1886, which ordinary video is made
        for.
    """
    linear = _linear_levels(transfer)[pixels >> 4]
    brightest = linear.max(axis=2, keepdims=True)
    scale = _compressed(brightest) / np.maximum(brightest, np.float32(1e-6))
    shown = np.clip((linear * scale) @ _TO_BT709.T, 0.0, 1.0)
    levels: npt.NDArray[np.uint8] = _screen_levels()[(shown * (_N_LEVELS - 1) + 0.5).astype(int)]
    return levels


def _compressed(light: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    peak = np.float32(_PEAK_NITS / _WHITE_NITS)
    steep = (peak - _KNEE) / (1 - _KNEE)
    above = np.maximum(light - _KNEE, 0) / (peak - _KNEE)
    bright = _KNEE + (1 - _KNEE) * steep * above / (1 + (steep - 1) * above)
    return np.where(light <= _KNEE, light, bright)


def tone_map_packed(pixels: npt.NDArray[np.uint16], transfer: int) -> npt.NDArray[np.uint32]:
    """Map HDR frames as `tone_map` does, from a table of 128 levels a channel: ten times as fast.

    Args:
        pixels: uint16 (h, w, 3), full-range RGB as coded.
        transfer: 16 (PQ) or 18 (HLG).

    Returns:
        uint32 (h, w), each blue + 256 green + 65536 red + 2^24 · 255.
    """
    coarse = (pixels >> 9).astype(np.int32)
    index = coarse[..., 0] << 14 | coarse[..., 1] << 7 | coarse[..., 2]
    packed: npt.NDArray[np.uint32] = _packed_colours(transfer)[index]
    return packed


@cache
def _packed_colours(transfer: int) -> npt.NDArray[np.uint32]:
    # Each entry is the colour in the middle of its levels.
    levels = (np.arange(128, dtype=np.uint16) << 9) + np.uint16(256)
    grid = np.stack(np.meshgrid(levels, levels, levels, indexing="ij"), axis=-1)
    red, green, blue = np.moveaxis(tone_map(grid.reshape(128, -1, 3), transfer), 2, 0)
    packed: npt.NDArray[np.uint32] = (
        blue.astype(np.uint32)
        | green.astype(np.uint32) << 8
        | red.astype(np.uint32) << 16
        | np.uint32(0xFF000000)
    )
    return packed.reshape(-1)


@cache
def _linear_levels(transfer: int) -> npt.NDArray[np.float32]:
    """Return linear light, in diffuse whites, for each of 4096 coded levels."""
    coded = np.arange(_N_LEVELS) / (_N_LEVELS - 1)
    if transfer == PQ:
        m1, m2, c1, c2, c3 = 2610 / 16384, 78.84375, 0.8359375, 18.8515625, 18.6875
        root = coded ** (1 / m2)
        nits = 10_000 * (np.maximum(root - c1, 0) / (c2 - c3 * root)) ** (1 / m1)
    else:
        a, b, c = 0.17883277, 0.28466892, 0.55991073
        scene = np.where(coded <= 0.5, coded**2 / 3, (np.exp((coded - c) / a) + b) / 12)
        # The system gamma of a 1000-nit screen, per channel.
        nits = _PEAK_NITS * scene**1.2
    return (nits / _WHITE_NITS).astype(np.float32)


@cache
def _screen_levels() -> npt.NDArray[np.uint8]:
    """Return the level for each of 4096 levels of linear light (ITU-R BT.1886)."""
    light = np.arange(_N_LEVELS) / (_N_LEVELS - 1)
    return (light ** (1 / 2.4) * 255 + 0.5).astype(np.uint8)
