"""From stems to a mix: chains, levels, places, a shared room, and the whole treated as one."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import signal

from composer.effects import RATE_HZ, Stereo, apply, rms
from composer.render import Stem, Stems
from composer.score import Room, Score

# The level from which each part starts where the balance is the desk's and not the hall's.
_PART_RMS = 0.1


@dataclass(frozen=True, slots=True)
class Mix:
    """The piece as one stereo sound, (n, 2) float32 at 48 kHz, not yet at its final level."""

    score: Score
    sound: Stereo


def mix(stems: Stems) -> Mix:
    """Put the stems together."""
    room = stems.score.room
    dry = np.zeros_like(stems.channels[0].sound)
    sent = np.zeros_like(dry)
    ducking = _ducking(stems.kicks_s, len(dry))
    for stem in stems.channels:
        channel = _channel(stem, ducking, room.is_natural)
        dry += channel
        sent += channel * np.float32(stem.strip.reverb)
    wet = _reverb(sent, room)
    return Mix(stems.score, apply(room.effects, dry + wet))


def _channel(stem: Stem, ducking: npt.NDArray[np.float32], is_natural: bool) -> Stereo:
    strip = stem.strip
    sound = apply(strip.effects, stem.sound)
    if not is_natural:
        sound = sound * np.float32(_PART_RMS / rms(sound))
    if strip.duck_db:
        sound = sound * (10 ** (-strip.duck_db * ducking / 20))[:, None]
    # Constant power; at the centre both sides pass as they are.
    angle = (strip.pan + 1) * np.pi / 4
    sides = np.sqrt(2) * np.array([np.cos(angle), np.sin(angle)])
    return np.asarray(sound * (10 ** (strip.gain_db / 20) * sides), np.float32)


def _ducking(kicks_s: tuple[float, ...], n: int) -> npt.NDArray[np.float32]:
    """1 at each kick, falling to 0 within a quarter of a second."""
    curve = np.zeros(n, np.float32)
    shape = np.exp(-np.arange(round(0.35 * RATE_HZ)) / RATE_HZ / 0.09).astype(np.float32)
    rise = np.linspace(0, 1, 240, dtype=np.float32)
    shape = np.concatenate([rise, shape])
    for onset_s in kicks_s:
        start = max(0, round(onset_s * RATE_HZ) - len(rise))
        end = min(n, start + len(shape))
        curve[start:end] = np.maximum(curve[start:end], shape[: end - start])
    return curve


def _reverb(sent: Stereo, room: Room) -> Stereo:
    """Convolve with a synthetic room: noise that decays, its treble twice as fast."""
    rng = np.random.default_rng(2024)
    n = round(room.reverb_s * 1.2 * RATE_HZ)
    time_s = np.arange(n) / RATE_HZ
    noise = rng.standard_normal((n, 2))
    split = signal.butter(1, room.brightness_hz / 3, fs=RATE_HZ, output="sos")
    low = signal.sosfilt(split, noise, axis=0)
    decay = np.log(1000) / room.reverb_s
    tail = low * np.exp(-decay * time_s)[:, None]
    tail += (noise - low) * np.exp(-2 * decay * time_s)[:, None]
    limits = signal.butter(2, (160, room.brightness_hz), "bandpass", fs=RATE_HZ, output="sos")
    tail = signal.sosfilt(limits, tail, axis=0)
    tail *= np.minimum(1, time_s / 0.012)[:, None]
    tail /= np.sqrt((tail**2).sum(0))
    early = round(0.018 * RATE_HZ)
    wet = np.stack([signal.fftconvolve(sent[:, c], tail[:, c])[: len(sent)] for c in (0, 1)], 1)
    return np.concatenate([np.zeros((early, 2)), wet[:-early]]).astype(np.float32)
