"""The sum that is heard: the track's sound and the clip's own, each at its own level."""

import math
from dataclasses import dataclass, field
from enum import Enum

import numpy as np
import numpy.typing as npt

from desktop.preview.wav import Samples
from engine.arrangement.plan import linear_gain

RATE_HZ = 48_000
_INT16_FULL_SCALE = 32768.0


class Source(Enum):
    """What the mixer sums."""

    MUSIC = "music"
    CLIP = "clip"


@dataclass(slots=True)
class _Channel:
    samples: Samples | None = None
    target: float = 1.0
    current: float = 1.0


@dataclass(slots=True)
class Mixer:
    """Sums two memory-mapped sounds from a position on, at a speed that may be negative.

    The samples at output frame k are those of source frame `position + round(k * speed)`:
    faster play skips samples and backward play reverses them, as a shuttle does.
    Both sounds start where the clip starts.
    """

    position: float = 0.0
    speed: float = 1.0
    running: bool = False
    _channels: dict[Source, _Channel] = field(
        default_factory=lambda: {source: _Channel() for source in Source}
    )

    def set_samples(self, source: Source, samples: Samples | None) -> None:
        """Replace one sound; None is silence."""
        self._channels[source].samples = samples

    def set_gain(self, source: Source, gain_db: float) -> None:
        """Set a level; the next block slides to it, so that nothing clicks."""
        self._channels[source].target = linear_gain(gain_db)

    def read(self, n_frames: int) -> npt.NDArray[np.float32]:
        """Return the next frames (n_frames, 2), within ±1, and move on.

        Beyond either end of a sound there is silence, and while it doesn't run.
        """
        mixed = np.zeros((n_frames, 2), np.float32)
        if n_frames == 0 or not self.running:
            return mixed
        steps = np.rint(np.arange(n_frames) * self.speed).astype(np.int64)
        frames = math.floor(self.position) + steps
        slide = np.linspace(1 / n_frames, 1, n_frames, dtype=np.float32)[:, None]
        for channel in self._channels.values():
            _add(mixed, channel, frames, slide)
        self.position += n_frames * self.speed
        return np.clip(mixed, -1.0, 1.0, out=mixed)


def _add(
    mixed: npt.NDArray[np.float32],
    channel: _Channel,
    frames: npt.NDArray[np.int64],
    slide: npt.NDArray[np.float32],
) -> None:
    before, channel.current = channel.current, channel.target
    if channel.samples is None or (before == 0.0 and channel.target == 0.0):
        return
    inside = (frames >= 0) & (frames < len(channel.samples))
    if not inside.any():
        return
    sound = np.zeros_like(mixed)
    sound[inside] = channel.samples[frames[inside]]
    if channel.samples.dtype == np.int16:
        sound /= _INT16_FULL_SCALE
    mixed += sound * (before + (channel.target - before) * slide)
