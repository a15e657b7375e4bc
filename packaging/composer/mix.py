"""From stems to a mix: effects, level and pan of each part, a shared room, and the mix bus."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import signal

from composer.effects import apply_all
from composer.render import Stem, Stems
from composer.room import reverberate
from composer.score import Score
from composer.sound import RATE_HZ, Stereo, rms

# The level from which each part starts, unless the room is natural.
_PART_RMS = 0.1


@dataclass(frozen=True, slots=True)
class Mix:
    """The piece as one stereo sound, (n, 2) float32 at 48 kHz, not yet at its final level."""

    score: Score
    sound: Stereo


def mix(stems: Stems) -> Mix:
    """Mix the stems."""
    room = stems.score.room
    dry = np.zeros_like(stems.channels[0].sound)
    sent = np.zeros_like(dry)
    ducking = _ducking(stems.kicks_s, len(dry))
    for stem in stems.channels:
        channel = _channel(stem, ducking, room.is_natural)
        dry += channel
        sent += channel * np.float32(stem.strip.reverb)
    whole = dry + reverberate(sent, room)
    return Mix(stems.score, _treat(apply_all(room.effects, whole)))


def _channel(stem: Stem, ducking: npt.NDArray[np.float32], is_natural: bool) -> Stereo:
    strip = stem.strip
    sound = apply_all(strip.effects, stem.sound)
    if not is_natural:
        sound = sound * np.float32(_PART_RMS / rms(sound))
    if strip.duck_db:
        ducked = 10 ** (-strip.duck_db * ducking / 20)
        sound = np.asarray(sound * ducked[:, None], np.float32)
    # Constant power; at the centre both sides pass as they are.
    angle = (strip.pan + 1) * np.pi / 4
    sides = np.sqrt(2) * np.array([np.cos(angle), np.sin(angle)])
    return np.asarray(sound * (10 ** (strip.gain_db / 20) * sides), np.float32)


def _ducking(kicks_s: tuple[float, ...], n: int) -> npt.NDArray[np.float32]:
    """Return a curve that is 1 at each kick and falls to 0 within a quarter of a second."""
    curve = np.zeros(n, np.float32)
    shape = np.exp(-np.arange(round(0.35 * RATE_HZ)) / RATE_HZ / 0.09).astype(np.float32)
    rise = np.linspace(0, 1, 240, dtype=np.float32)
    shape = np.concatenate([rise, shape])
    for onset_s in kicks_s:
        start = max(0, round(onset_s * RATE_HZ) - len(rise))
        end = min(n, start + len(shape))
        curve[start:end] = np.maximum(curve[start:end], shape[: end - start])
    return curve


def _treat(sound: Stereo) -> Stereo:
    """Cut what is too low to hear, and keep the mix mono-compatible."""
    lowest = signal.butter(2, 24, "highpass", fs=RATE_HZ, output="sos")
    sound = signal.sosfilt(lowest, sound, axis=0)
    middle, side = sound.mean(1), (sound[:, 0] - sound[:, 1]) / 2
    # A phone plays the sum of both channels. With at most as much energy in the side signal as in
    # the middle, left and right don't cancel.
    share = float((side**2).sum()) / max(float((middle**2).sum()), 1e-12)
    side *= min(1.0, 1 / np.sqrt(max(share, 1e-12)))
    return np.stack([middle + side, middle - side], 1).astype(np.float32)
