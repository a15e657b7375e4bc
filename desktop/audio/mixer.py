"""The live mix: the music and the clip's own sound, each at its level, limited as exports are."""

import math
from dataclasses import dataclass, field
from enum import Enum

import numpy as np
import numpy.typing as npt

from engine.arrangement.automation import GainPoints, gain_curve
from engine.arrangement.gains import PEAK_CEILING_DBTP, linear_gain
from engine.media.limiter import PeakLimiter
from engine.media.sound_file import RATE_HZ, SoundFile

Samples = npt.NDArray[np.float32]

CROSSFADE_SAMPLES = round(0.015 * RATE_HZ)
# How far ahead of a change a zero crossing of the old sound is looked for.
_SEARCH_SAMPLES = round(0.010 * RATE_HZ)
_BEFORE = range(-_SEARCH_SAMPLES, 1)
_NO_POINTS = GainPoints(np.zeros(0), np.zeros(0))


class Source(Enum):
    """A channel of the mix."""

    MUSIC = "music"
    CLIP = "clip"


@dataclass(slots=True)
class _Voice:
    """One sound being played from one place on, fading in or out where it begins or ends.

    Attributes:
        sound: None for silence.
        position: of the next sample, in samples of the clip.
        speed: samples of the clip per sample; negative in reverse.
        fade: samples since the fade began, negative before it begins; None without a fade.
        ending: whether it fades out.
        share: how much of it is there, 0 where the file isn't filled yet.
    """

    sound: SoundFile | None
    position: float
    speed: float
    fade: int | None = None
    ending: bool = False
    share: float = 1.0

    @property
    def ended(self) -> bool:
        return self.ending and (self.fade is None or self.fade >= CROSSFADE_SAMPLES)

    def places(self, n: int) -> npt.NDArray[np.int64]:
        steps: npt.NDArray[np.int64] = np.rint(np.arange(n) * self.speed).astype(np.int64)
        return steps + math.floor(self.position)

    def read(self, n: int) -> Samples | None:
        """Return the next n samples, None for silence, and advance."""
        places = self.places(n)
        self.position += n * self.speed
        fade = self.fade
        if fade is not None:
            self.fade = fade + n
        if self.sound is None:
            return None
        sound = self.sound.read(places)
        before = self.share
        self.share = float(self.sound.is_ready(int(places[0]), int(places[-1])))
        if before != 1.0 or self.share != 1.0:
            sound *= np.linspace(before, self.share, n, dtype=np.float32)[:, None]
        if fade is not None:
            angle = np.clip((np.arange(fade, fade + n) + 0.5) / CROSSFADE_SAMPLES, 0, 1)
            curve = np.cos(angle * np.pi / 2) if self.ending else np.sin(angle * np.pi / 2)
            sound *= curve.astype(np.float32)[:, None]
            if not self.ending and self.fade is not None and self.fade >= CROSSFADE_SAMPLES:
                self.fade = None
        return sound

    def zero_crossing(self) -> int:
        """Return after how many samples the sound next crosses zero, 0 when it doesn't soon."""
        if self.sound is None:
            return 0
        level = self.sound.read(self.places(_SEARCH_SAMPLES)).sum(1)
        crossings = np.flatnonzero(np.diff(np.signbit(level)))
        return int(crossings[0]) + 1 if len(crossings) else int(np.argmin(np.abs(level)))


@dataclass(slots=True)
class _Channel:
    sound: SoundFile | None = None
    voices: list[_Voice] = field(default_factory=list)
    target: float = 1.0
    current: float = 1.0

    def jump(self, position: float, speed: float) -> None:
        """Fade to another place of the sound, now."""
        self.end(0)
        self.voices.append(_Voice(self.sound, position, speed, fade=0))

    def change(self, sound: SoundFile | None, position: float, speed: float) -> None:
        """Fade from what plays to a sound at a place; the old one ends at a zero crossing."""
        self.sound = sound
        playing = [voice for voice in self.voices if not voice.ending]
        wait = max((voice.zero_crossing() for voice in playing), default=0)
        self.end(wait)
        self.voices.append(_Voice(sound, position, speed, fade=-wait))

    def end(self, wait: int) -> None:
        """Fade out all that plays, in `wait` samples."""
        # What would have begun after this never plays.
        self.voices = [voice for voice in self.voices if voice.ending or voice.fade not in _BEFORE]
        for voice in self.voices:
            if not voice.ending:
                # What was still fading in turns round at its level.
                voice.fade = -wait if voice.fade is None else CROSSFADE_SAMPLES - voice.fade
                voice.ending = True

    def read(self, n: int) -> Samples | None:
        """Return the next n samples at the channel's level, None for silence."""
        before, self.current = self.current, self.target
        parts = [part for voice in self.voices if (part := voice.read(n)) is not None]
        self.voices = [voice for voice in self.voices if not voice.ended]
        if not parts or (before == 0.0 and self.target == 0.0):
            return None
        sound: Samples = np.sum(parts, axis=0) if len(parts) > 1 else parts[0]
        if before != self.target:
            sound *= np.linspace(before, self.target, n + 1, dtype=np.float32)[1:, None]
        elif before != 1.0:
            sound *= np.float32(before)
        return sound


class Mixer:
    """Mixes two sound files that start with the clip, at a speed that may be negative.

    Output sample k is sample `position + round(k * speed)` of the clip: fast playback skips samples
    and reverse playback turns them round, as a shuttle does. Everything comes out `latency`
    samples late.

    Attributes:
        position: of the next sample, in samples of the clip.
        speed: 1 is normal.
        running: whether it plays.
        loop: first sample and end of the part that repeats; None to play on.
        jumps: of the last samples read, after how many of them the loop began again, and where.
    """

    def __init__(self) -> None:
        self.position = 0.0
        self.speed = 1.0
        self.running = False
        self.loop: tuple[int, int] | None = None
        self.jumps: list[tuple[int, float]] = []
        self._channels = {source: _Channel() for source in Source}
        self._levels = _NO_POINTS
        self._limiter = PeakLimiter(RATE_HZ, PEAK_CEILING_DBTP)
        self.latency = self._limiter.latency

    def start(self, position: float, speed: float) -> None:
        """Play from a sample of the clip; what plays fades into it."""
        self.position, self.speed, self.running = position, speed, True
        for channel in self._channels.values():
            channel.change(channel.sound, position, speed)

    def stop(self) -> None:
        """Fade out."""
        self.running = False
        for channel in self._channels.values():
            channel.end(0)

    def set_sound(self, source: Source, sound: SoundFile | None) -> None:
        """Change to another sound, None for silence, at the same moment of the clip."""
        channel = self._channels[source]
        if self.running:
            channel.change(sound, self.position, self.speed)
        else:
            channel.sound = sound

    def set_gain(self, source: Source, gain_db: float) -> None:
        """Set the level of a channel; the next block fades to it, so that nothing clicks."""
        self._channels[source].target = linear_gain(gain_db)

    def set_levels(self, levels: GainPoints) -> None:
        """Set the music's level over the clip: its volume points and ducking."""
        self._levels = levels

    def read(self, n_samples: int) -> Samples:
        """Return the next samples, float32 (n_samples, 2), and advance.

        It is silent beyond the ends of the sounds, where they aren't filled yet, and while the
        mixer doesn't run. No true peak is above the ceiling of exports.
        """
        self.jumps = []
        parts, n_left = [], n_samples
        while n_left:
            n = self._until_jump(n_left)
            parts.append(self._mixed(n))
            n_left -= n
            self._jump_back(n_samples - n_left)
        return self._limiter.push(np.concatenate(parts)) if parts else np.zeros((0, 2), np.float32)

    def _until_jump(self, n_samples: int) -> int:
        """Return how many of the next samples come before the end of the loop."""
        if self.loop is None or not self.running or self.speed <= 0:
            return n_samples
        n_before = math.ceil((self.loop[1] - self.position) / self.speed)
        return n_before if 0 < n_before < n_samples else n_samples

    def _jump_back(self, n_read: int) -> None:
        """Where the loop's end was reached, continue at its beginning."""
        if self.loop is None or not self.running or self.speed <= 0:
            return
        first, end = self.loop
        # A position that was beyond it before doesn't belong to the loop.
        if end <= self.position < end + self.speed:
            self.position = first + (self.position - end) % (end - first)
            self.jumps.append((n_read, self.position))
            for channel in self._channels.values():
                channel.jump(self.position, self.speed)

    def _mixed(self, n_samples: int) -> Samples:
        mixed = np.zeros((n_samples, 2), np.float32)
        music = self._channels[Source.MUSIC].read(n_samples)
        if music is not None:
            mixed += music * self._curve(n_samples)
        clip = self._channels[Source.CLIP].read(n_samples)
        if clip is not None:
            mixed += clip
        if self.running:
            self.position += n_samples * self.speed
        return mixed

    def _curve(self, n: int) -> Samples:
        first = math.floor(self.position)
        if self.speed == 1.0:
            return gain_curve(self._levels, first, n, RATE_HZ)[:, None]
        return gain_curve(self._levels, first, 1, RATE_HZ)[:, None]
