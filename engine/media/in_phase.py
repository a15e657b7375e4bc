"""One channel from several, also where they are out of phase and would cancel each other out.

A cable that is wired the wrong way round, a "wide" effect or a karaoke mix turns one side over: the
mean of both is silence. Such a side is turned back before it is added.
"""

import math
from collections.abc import Iterable, Iterator, Sequence

import numpy as np
import numpy.typing as npt

Samples = npt.NDArray[np.float32]

# Correlations of wide music are above the first one; below it a channel is turned over, until its
# correlation is above the second one.
_OPPOSED, _AGREEING = -0.5, 0.0
_MEMORY_S = 0.5
_CROSS_FADE_S = 0.02
# Of libav's mix to stereo, the mean of left and right.
_WEIGHTS = {
    **dict.fromkeys(("FL", "FR"), 0.5),
    "FC": math.sqrt(0.5),
    **dict.fromkeys(("BL", "BR", "SL", "SR", "FLC", "FRC"), math.sqrt(0.125)),
    "BC": 0.5,
    "LFE": 0.0,
}
STEREO_WEIGHTS = (0.5, 0.5)


def weights_of(channels: Sequence[str]) -> tuple[float, ...]:
    """Return how much of each channel goes into one.

    Args:
        channels: libav's names of their places.
    """
    return tuple(_WEIGHTS.get(name, 0.5) for name in channels)


def in_phase(
    chunks: Iterable[Samples], rate_hz: int, weights: Sequence[float] = STEREO_WEIGHTS
) -> Iterator[Samples]:
    """Yield one channel: the weighted sum of all, each turned over where it opposes the others.

    Args:
        chunks: float32 (n, channels) each; those of one channel pass as they are.
        rate_hz: sample rate.
        weights: of each channel.

    Returns:
        float32 (n, 1) each.
    """
    adders = [_Adder(rate_hz) for _ in weights[1:]]
    for chunk in chunks:
        if chunk.shape[1] == 1:
            yield np.ascontiguousarray(chunk)
            continue
        mix = np.float32(weights[0]) * chunk[:, 0]
        for adder, weight, channel in zip(adders, weights[1:], chunk.T[1:], strict=False):
            if weight:
                mix = adder.add(mix, np.float32(weight) * channel)
        yield mix[:, None]


class _Adder:
    """Adds a channel to a mix, and remembers whether it is turned over."""

    def __init__(self, rate_hz: int) -> None:
        self._rate_hz = rate_hz
        self._product = self._mix_energy = self._channel_energy = 0.0
        self._sign: float | None = None

    def add(
        self, mix: npt.NDArray[np.float32], channel: npt.NDArray[np.float32]
    ) -> npt.NDArray[np.float32]:
        """Return the sum."""
        before = self._sign
        sign = self._judge(mix, channel)
        if before is None or before == sign:
            return mix + channel if sign > 0 else mix - channel
        n_faded = min(len(mix), round(_CROSS_FADE_S * self._rate_hz))
        gain = np.full(len(mix), sign, np.float32)
        gain[:n_faded] = np.linspace(before, sign, n_faded, dtype=np.float32)
        return mix + gain * channel

    def _judge(self, mix: npt.NDArray[np.float32], channel: npt.NDArray[np.float32]) -> float:
        kept = math.exp(-len(mix) / (_MEMORY_S * self._rate_hz))
        # Floating-point files may contain any number.
        one, other = (np.nan_to_num(np.clip(each, -8, 8)) for each in (mix, channel))
        self._product = kept * self._product + float(one @ other)
        self._mix_energy = kept * self._mix_energy + float(one @ one)
        self._channel_energy = kept * self._channel_energy + float(other @ other)
        size = math.sqrt(self._mix_energy * self._channel_energy)
        if size > 0:
            correlation = self._product / size
            if self._sign == -1:
                self._sign = -1.0 if correlation <= _AGREEING else 1.0
            else:
                self._sign = -1.0 if correlation < _OPPOSED else 1.0
        return self._sign or 1.0
