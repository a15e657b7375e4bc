"""Effects: stereo in, stereo out, named by the scores. Arrays are (n, 2) float32."""

from collections.abc import Callable

import numpy as np
from scipy import signal

from composer.amps import amp, bass_amp, cabinet
from composer.echoes import auto_wah, rotary, spring, tape_echo
from composer.filters import RATE_HZ, Stereo, envelope, filtered, rms, stretched
from composer.score import Effect
from composer.spectra import match_pop

__all__ = ["RATE_HZ", "Stereo", "apply", "rms"]


def apply(effects: tuple[Effect, ...], sound: Stereo) -> Stereo:
    """Run a chain of effects over a sound."""
    for effect in effects:
        sound = _EFFECTS[effect.name](sound, *effect.amounts).astype(np.float32)
    return sound


def highpass(sound: Stereo, frequency_hz: float) -> Stereo:
    """Cut what lies below."""
    return filtered(sound, "highpass", frequency_hz)


def lowpass(sound: Stereo, frequency_hz: float) -> Stereo:
    """Cut what lies above."""
    return filtered(sound, "lowpass", frequency_hz)


def peak(sound: Stereo, frequency_hz: float, gain_db: float, q: float = 0.9) -> Stereo:
    """A bell of an equaliser (R. Bristow-Johnson's cookbook)."""
    amplitude = 10 ** (gain_db / 40)
    omega = 2 * np.pi * frequency_hz / RATE_HZ
    alpha = np.sin(omega) / (2 * q)
    b = np.array([1 + alpha * amplitude, -2 * np.cos(omega), 1 - alpha * amplitude])
    a = np.array([1 + alpha / amplitude, -2 * np.cos(omega), 1 - alpha / amplitude])
    return np.asarray(signal.lfilter(b / a[0], a / a[0], sound, axis=0), np.float32)


def highshelf(sound: Stereo, frequency_hz: float, gain_db: float) -> Stereo:
    """Lift or lower everything above, gently."""
    above = filtered(sound, "highpass", frequency_hz, 1)
    return np.asarray(sound + (10 ** (gain_db / 20) - 1) * above, np.float32)


def lowshelf(sound: Stereo, frequency_hz: float, gain_db: float) -> Stereo:
    """Lift or lower everything below, gently."""
    below = filtered(sound, "lowpass", frequency_hz, 1)
    return np.asarray(sound + (10 ** (gain_db / 20) - 1) * below, np.float32)


def saturate(sound: Stereo, drive_db: float) -> Stereo:
    """Round the peaks off, relative to the sound's own level; the level stays."""
    level = rms(sound) * 4
    gain = 10 ** (drive_db / 20)
    bent = np.tanh(sound / level * gain) * level / gain
    return np.asarray(bent * (rms(sound) / max(rms(bent), 1e-9)), np.float32)


def excite(sound: Stereo, share: float) -> Stereo:
    """Add overtones of the treble: air above instruments whose samples end at 8 kHz."""
    treble = filtered(sound, "highpass", 2500)
    level = max(rms(treble), 1e-9)
    bent = np.tanh(treble / level) * level + np.abs(treble)
    return np.asarray(sound + share * filtered(bent, "highpass", 7000, 4), np.float32)


def gate(sound: Stereo, threshold_db: float) -> Stereo:
    """Silence what lies this far under the sound's own level, so that stops are stops."""
    followed = envelope(sound, 0.001, 0.04)
    floor = rms(sound) * 10 ** (threshold_db / 20)
    openness = np.clip((followed / max(floor, 1e-9)) ** 3, 0, 1)
    return np.asarray(sound * stretched(openness, len(sound))[:, None], np.float32)


def compress(
    sound: Stereo,
    threshold_db: float,
    ratio: float,
    attack_s: float = 0.008,
    release_s: float = 0.12,
) -> Stereo:
    """A compressor whose threshold counts from the sound's own level; makes up what it takes."""
    followed = envelope(sound, attack_s, release_s)
    over_db = 20 * np.log10(np.maximum(followed, 1e-7) / max(rms(sound), 1e-9)) - threshold_db
    gain_db = -np.maximum(over_db, 0) * (1 - 1 / ratio)
    pressed = sound * stretched(10 ** (gain_db / 20), len(sound))[:, None]
    return np.asarray(pressed * (rms(sound) / max(rms(pressed), 1e-9)), np.float32)


def parallel(sound: Stereo, threshold_db: float, ratio: float, share: float) -> Stereo:
    """Add a hard compressed copy: body without losing the hits."""
    return np.asarray(sound + share * compress(sound, threshold_db, ratio, 0.002), np.float32)


def crush(sound: Stereo, bits: float, rate_hz: float) -> Stereo:
    """An old sampler: few bits, few samples a second."""
    loudest = max(float(np.abs(sound).max()), 1e-9)
    held = (np.floor(np.arange(len(sound)) * rate_hz / RATE_HZ) * RATE_HZ / rate_hz).astype(int)
    steps = 2 ** (bits - 1)
    return np.asarray(np.round(sound[held] / loudest * steps) / steps * loudest, np.float32)


def wow(sound: Stereo, depth_ms: float, rate_hz: float) -> Stereo:
    """A tape that doesn't run quite evenly."""
    n = len(sound)
    time_s = np.arange(n) / RATE_HZ
    sway = np.sin(2 * np.pi * rate_hz * time_s) + 0.4 * np.sin(2 * np.pi * rate_hz * 2.7 * time_s)
    at = np.clip(np.arange(n) - (1 + sway) * depth_ms * RATE_HZ / 1000, 0, n - 1)
    return np.stack([np.interp(at, np.arange(n), sound[:, c]) for c in (0, 1)], 1)


def vinyl(sound: Stereo, level_db: float) -> Stereo:
    """The hiss and crackle of a record, this far under the music."""
    rng = np.random.default_rng(33)
    n = len(sound)
    crackle = rng.standard_normal(n) * (rng.random(n) < 12 / RATE_HZ) * 9
    hiss = 0.22 * rng.standard_normal(n)
    noise = filtered(np.repeat((crackle + hiss)[:, None], 2, 1).astype(np.float32), "lowpass", 5200)
    # The needle lifts with the music's end: noise follows its envelope down.
    presence = stretched(np.clip(envelope(sound, 0.3, 1.2) / (0.3 * rms(sound)), 0, 1), n)
    noise *= presence[:, None] * rms(sound) * 10 ** (level_db / 20) / rms(noise)
    return np.asarray(sound + noise, np.float32)


def chorus(sound: Stereo, depth_ms: float, rate_hz: float, share: float) -> Stereo:
    """Two detuned copies, one for each side."""
    n = len(sound)
    time_s = np.arange(n) / RATE_HZ
    copies = []
    for channel, phase in ((0, 0.0), (1, np.pi / 2)):
        delay = (12 + depth_ms * np.sin(2 * np.pi * rate_hz * time_s + phase)) * RATE_HZ / 1000
        at = np.clip(np.arange(n) - delay, 0, n - 1)
        copies.append(np.interp(at, np.arange(n), sound[:, channel]))
    return np.asarray(sound + share * np.stack(copies, 1), np.float32)


def delay(sound: Stereo, time_s: float, feedback: float, share: float) -> Stereo:
    """An echo that goes from side to side and darkens."""
    lag = round(time_s * RATE_HZ)
    echoed = sound.copy()
    repeat = sound * share
    while share > 0.01 and lag < len(sound):
        repeat = np.concatenate([np.zeros((lag, 2), np.float32), repeat[:-lag]])[:, ::-1]
        repeat = filtered(repeat, "lowpass", 3800, 1)
        echoed += repeat
        repeat = repeat * feedback
        share *= feedback
    return echoed


def tremolo(sound: Stereo, rate_hz: float, depth: float) -> Stereo:
    """A level that swings from left to right."""
    time_s = np.arange(len(sound)) / RATE_HZ
    sway = np.sin(2 * np.pi * rate_hz * time_s) * depth
    return np.asarray(sound * np.stack([1 - depth + sway, 1 - depth - sway], 1), np.float32)


_EFFECTS: dict[str, Callable[..., Stereo]] = {
    effect.__name__: effect
    for effect in (
        highpass, lowpass, peak, highshelf, lowshelf, saturate, excite, amp, cabinet, bass_amp,
        gate, compress, parallel, crush, wow, vinyl, chorus, delay, tremolo, match_pop,
        spring, tape_echo, rotary, auto_wah,
    )
}  # fmt: skip
