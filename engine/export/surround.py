"""Mixes the music into a clip's surround sound, which keeps its channels."""

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

from engine.arrangement.arrangement import Arrangement
from engine.arrangement.gains import PEAK_CEILING_DBTP, linear_gain
from engine.export.mixing import MIX_RATE_HZ, levelled_music_blocks
from engine.media.limiter import limit_peaks
from engine.media.waveform import read_blocks
from engine.progress import Progress

Samples = npt.NDArray[np.float32]


def mix_surround_blocks(
    arrangement: Arrangement, layout: str, n_channels: int, progress: Progress
) -> Iterator[Samples]:
    """Yield the finished sound: the clip's own in all its channels, the music in front.

    Mixed down to stereo without a change of level, it is what `mix_blocks` yields. No true peak is
    above `PEAK_CEILING_DBTP`.

    Args:
        arrangement: what to mix.
        layout: libav's name of the channels' places, the front left and right first.
        n_channels: of the layout.
        progress: may cancel.

    Returns:
        Blocks float32 (n, n_channels), in sum as long as the clip.
    """
    summed = _summed(arrangement, layout, n_channels, progress)
    return limit_peaks(summed, MIX_RATE_HZ, PEAK_CEILING_DBTP)


def _summed(
    arrangement: Arrangement, layout: str, n_channels: int, progress: Progress
) -> Iterator[Samples]:
    clip = _Clip(arrangement, layout, n_channels)
    for music in levelled_music_blocks(arrangement, progress):
        block = clip.take(len(music))
        block[:, :2] += music
        yield block


class _Clip:
    """Reads the clip's own sound at the user's level, in pieces of any length.

    Args:
        arrangement: whose clip.
        layout: of the channels.
        n_channels: of the layout.
    """

    def __init__(self, arrangement: Arrangement, layout: str, n_channels: int) -> None:
        self._gain = np.float32(linear_gain(arrangement.clip_gain_db))
        self._blocks = iter(
            read_blocks(arrangement.clip.path, MIX_RATE_HZ, n_channels, layout=layout)
            if self._gain > 0
            else ()
        )
        self._pending = np.zeros((0, n_channels), np.float32)

    def take(self, n: int) -> Samples:
        """Return the next `n` samples; after the end of the sound, silence."""
        out = np.zeros((n, self._pending.shape[1]), np.float32)
        n_done = 0
        while n_done < n:
            if not len(self._pending):
                following = next(self._blocks, None)
                if following is None:
                    break
                self._pending = following.samples * self._gain
            part = self._pending[: n - n_done]
            self._pending = self._pending[len(part) :]
            out[n_done : n_done + len(part)] = part
            n_done += len(part)
        return out
