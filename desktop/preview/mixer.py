"""The live mix: the music and the clip's own sound, each at its own level."""

import math
from dataclasses import dataclass, field
from enum import Enum
from pathlib import Path

import numpy as np
import numpy.typing as npt

from engine.arrangement.automation import GainPoints
from engine.arrangement.gains import MUTED_DB, linear_gain
from engine.errors import MediaUnreadable
from engine.translation import tr

Samples = npt.NDArray[np.int16] | npt.NDArray[np.float32]

RATE_HZ = 48_000
_INT16_FULL_SCALE = 32768.0


class Source(Enum):
    """A channel of the mix."""

    MUSIC = "music"
    CLIP = "clip"


def map_samples(path: Path) -> Samples:
    """Memory-map the sound of a preview, read-only.

    Raises:
        MediaUnreadable: when the file is gone or damaged.
    """
    try:
        samples: Samples = np.lib.format.open_memmap(path, mode="r")
    except (OSError, ValueError) as error:
        raise MediaUnreadable(
            tr("the sound of the preview can't be read."),
            path=path,
            remedy=tr("Select the track again."),
        ) from error
    return samples


@dataclass(slots=True)
class _Channel:
    samples: Samples | None = None
    target: float = 1.0
    current: float = 1.0


@dataclass(slots=True)
class Mixer:
    """Mixes two memory-mapped sounds, at a speed that may be negative.

    Output sample k is source sample `position + round(k * speed)`: fast playback skips samples and
    reverse playback turns them round, as a shuttle does. Both sounds start with the clip.
    """

    position: float = 0.0
    speed: float = 1.0
    running: bool = False
    _levels: GainPoints = field(default_factory=lambda: GainPoints(np.zeros(0), np.zeros(0)))
    _channels: dict[Source, _Channel] = field(
        default_factory=lambda: {source: _Channel() for source in Source}
    )

    def set_samples(self, source: Source, samples: Samples | None) -> None:
        """Set the sound of a channel, int16 or float32 (n, 2); None is silence."""
        self._channels[source].samples = samples

    def set_gain(self, source: Source, gain_db: float) -> None:
        """Set the level of a channel; the next block fades to it, so that nothing clicks."""
        self._channels[source].target = linear_gain(gain_db)

    def set_levels(self, points: GainPoints) -> None:
        """Set the level of the music over the clip, beside that of its channel."""
        self._levels = points

    def read(self, n_samples: int) -> npt.NDArray[np.float32]:
        """Return the next samples, float32 (n_samples, 2) within ±1, and advance.

        It is silent beyond the ends of the sounds, and while the mixer doesn't run.
        """
        mixed = np.zeros((n_samples, 2), np.float32)
        if n_samples == 0 or not self.running:
            return mixed
        steps = np.rint(np.arange(n_samples) * self.speed).astype(np.int64)
        places = math.floor(self.position) + steps
        fade = np.linspace(1 / n_samples, 1, n_samples, dtype=np.float32)[:, None]
        for source, channel in self._channels.items():
            if source is Source.MUSIC and len(self._levels.times_s):
                gains_db = self._levels.at(places / RATE_HZ)
                factors = np.where(gains_db <= MUTED_DB, 0.0, 10 ** (gains_db / 20))
                _add(mixed, channel, places, fade, factors.astype(np.float32)[:, None])
                continue
            _add(mixed, channel, places, fade)
        self.position += n_samples * self.speed
        return np.clip(mixed, -1.0, 1.0, out=mixed)


def _add(
    mixed: npt.NDArray[np.float32],
    channel: _Channel,
    places: npt.NDArray[np.int64],
    fade: npt.NDArray[np.float32],
    levels: npt.NDArray[np.float32] | float = 1.0,
) -> None:
    before, channel.current = channel.current, channel.target
    if channel.samples is None or (before == 0.0 and channel.target == 0.0):
        return
    inside = (places >= 0) & (places < len(channel.samples))
    if not inside.any():
        return
    sound = np.zeros_like(mixed)
    sound[inside] = channel.samples[places[inside]]
    if channel.samples.dtype == np.int16:
        sound /= _INT16_FULL_SCALE
    mixed += sound * (before + (channel.target - before) * fade) * levels
