"""Our own electronic instruments: oscillators, filters and envelopes in numpy."""

from collections.abc import Callable
from functools import lru_cache

import numpy as np
import numpy.typing as npt
from scipy import signal

from composer.effects import RATE_HZ, Stereo
from composer.midi import LEAD_IN_S
from composer.score import Part, Score

Mono = npt.NDArray[np.float64]


def play(score: Score, part: Part, n_samples: int) -> Stereo:
    """Play a part with its patch.

    Raises:
        KeyError: for a patch that doesn't exist.
    """
    patch = _PATCHES[part.voice.name]
    out = np.zeros((n_samples, 2), np.float32)
    for note in part.notes:
        start = max(0, round((note.start_beats * score.beat_s + LEAD_IN_S) * RATE_HZ))
        # Lengths on a grid of 5 ms let equal notes share one computation.
        length_s = max(0.03, round(note.duration_beats * score.beat_s / 0.005) * 0.005)
        sound = _tone(patch, note.pitch, length_s)
        loud = (note.velocity / 100) ** 1.6
        end = min(n_samples, start + len(sound))
        out[start:end] += (loud * sound[: end - start]).astype(np.float32)
    return out


@lru_cache(maxsize=512)
def _tone(patch: Callable[[float, float], Mono], pitch: int, length_s: float) -> Mono:
    sound = patch(440.0 * 2 ** ((pitch - 69) / 12), length_s)
    return sound if sound.ndim == 2 else np.repeat(sound[:, None], 2, 1)


def _time(length_s: float) -> Mono:
    return np.arange(round(length_s * RATE_HZ)) / RATE_HZ


def _envelope(length_s: float, attack_s: float, release_s: float, sustain: float = 1.0,
              decay_s: float = 0.2) -> Mono:  # fmt: skip
    """Attack, decay to `sustain`, hold, and release after the note's length."""
    time_s = _time(length_s + release_s)
    body = np.minimum(1, time_s / max(attack_s, 1e-4))
    body *= sustain + (1 - sustain) * np.exp(-np.maximum(0, time_s - attack_s) / decay_s)
    after = np.maximum(0, time_s - length_s)
    fade = np.exp(-4.5 * after / max(release_s, 1e-3))
    return np.asarray(body * fade * np.clip((time_s[-1] - time_s) / 0.005, 0, 1))


def _saw(frequency_hz: float, n: int, phase: float = 0.0) -> Mono:
    """A sawtooth whose step is rounded off over two samples (PolyBLEP) against aliasing."""
    step = frequency_hz / RATE_HZ
    at = (phase + step * np.arange(n)) % 1
    rise = np.where(at < step, at / step, 0)
    fall = np.where(at > 1 - step, (at - 1) / step, 0)
    blep = np.where(at < step, rise + rise - rise**2 - 1, 0)
    blep += np.where(at > 1 - step, fall**2 + fall + fall + 1, 0)
    return np.asarray(2 * at - 1 - blep)


def _pulse(frequency_hz: float, n: int, share: float) -> Mono:
    return _saw(frequency_hz, n) - _saw(frequency_hz, n, share)


def _lowpass(sound: Mono, frequency_hz: float, q: float = 0.9) -> Mono:
    omega = 2 * np.pi * min(frequency_hz, 0.45 * RATE_HZ) / RATE_HZ
    alpha = np.sin(omega) / (2 * q)
    b = np.array([1, 2, 1]) * (1 - np.cos(omega)) / 2
    a = np.array([1 + alpha, -2 * np.cos(omega), 1 - alpha])
    once = signal.lfilter(b / a[0], a / a[0], sound, axis=0)
    return np.asarray(signal.lfilter(b / a[0], a / a[0], once, axis=0))


def _swept(sound: Mono, curve: Mono, low_hz: float, high_hz: float, q: float = 1.1) -> Mono:
    """Sweep a low-pass from `low_hz` (curve 0) to `high_hz` (curve 1), between five fixed ones."""
    cutoffs = np.geomspace(low_hz, high_hz, 5)
    place = np.clip(curve, 0, 1) * 4
    out = np.zeros_like(sound)
    for number, cutoff in enumerate(cutoffs):
        share = np.clip(1 - np.abs(place - number), 0, 1)
        out += _lowpass(sound, cutoff, q) * (share if sound.ndim == 1 else share[:, None])
    return out


def _spread(frequency_hz: float, n: int, cents: tuple[float, ...]) -> Mono:
    """Detuned saws from left to right."""
    out = np.zeros((n, 2))
    rng = np.random.default_rng(round(frequency_hz * 100))
    for place, cent in enumerate(cents):
        pan = place / max(1, len(cents) - 1)
        wave = _saw(frequency_hz * 2 ** (cent / 1200), n, rng.random())
        out += wave[:, None] * np.sqrt([1 - pan, pan])
    return out / np.sqrt(len(cents))


def sub(frequency_hz: float, length_s: float) -> Mono:
    """The 808's long kick as a bass: a falling sine, gently bent."""
    release_s = 0.12
    time_s = _time(length_s + release_s)
    bent = frequency_hz * (1 + 1.2 * np.exp(-time_s / 0.018))
    wave = np.sin(2 * np.pi * np.cumsum(bent) / RATE_HZ)
    body = np.exp(-time_s / 1.1) * _envelope(length_s, 0.003, release_s)
    return np.asarray(0.75 * np.tanh(2.2 * wave * body))


def saw_bass(frequency_hz: float, length_s: float) -> Mono:
    """A synthesiser bass with a plucked filter."""
    shape = _envelope(length_s, 0.004, 0.05, 0.7, 0.15)
    n = len(shape)
    wave = _saw(frequency_hz, n) + 0.8 * _saw(frequency_hz * 1.004, n, 0.3)
    wave += 0.8 * np.sin(2 * np.pi * frequency_hz / 2 * np.arange(n) / RATE_HZ)
    curve = np.exp(-np.arange(n) / RATE_HZ / 0.12)
    return 0.32 * _swept(wave, curve, 260, 2400) * shape


def reese(frequency_hz: float, length_s: float) -> Mono:
    """Two saws that beat against each other, dark."""
    shape = _envelope(length_s, 0.02, 0.1)
    n = len(shape)
    wave = _spread(frequency_hz, n, (-14, -5, 6, 15))
    sway = 0.5 + 0.5 * np.sin(2 * np.pi * 0.6 * np.arange(n) / RATE_HZ)
    low = np.sin(2 * np.pi * frequency_hz * np.arange(n) / RATE_HZ)[:, None]
    return (0.4 * _swept(wave, sway, 220, 900) + 0.35 * low) * shape[:, None]


def acid(frequency_hz: float, length_s: float) -> Mono:
    """A resonant square that squelches."""
    shape = _envelope(length_s, 0.003, 0.04, 0.6, 0.2)
    n = len(shape)
    curve = np.exp(-np.arange(n) / RATE_HZ / 0.09)
    return 0.28 * _swept(_pulse(frequency_hz, n, 0.5), curve, 300, 3200, 2.6) * shape


def supersaw(frequency_hz: float, length_s: float) -> Mono:
    """Seven detuned saws, wide and bright."""
    shape = _envelope(length_s, 0.01, 0.22, 0.85)
    wave = _spread(frequency_hz, len(shape), (-19, -12, -5, 0, 6, 11, 18))
    return 0.3 * _lowpass(wave, 7800, 0.7) * shape[:, None]


def pluck(frequency_hz: float, length_s: float) -> Mono:
    """A short bright note whose filter closes at once."""
    shape = _envelope(length_s, 0.002, 0.25, 0.15, 0.16)
    n = len(shape)
    wave = _spread(frequency_hz, n, (-7, 0, 8))
    return 0.4 * _swept(wave, np.exp(-np.arange(n) / RATE_HZ / 0.1), 500, 6500) * shape[:, None]


def lead(frequency_hz: float, length_s: float) -> Mono:
    """A singing lead with late vibrato."""
    shape = _envelope(length_s, 0.02, 0.18, 0.8)
    time_s = np.arange(len(shape)) / RATE_HZ
    depth = 0.004 * np.clip((time_s - 0.2) / 0.4, 0, 1)
    pitch = frequency_hz * (1 + depth * np.sin(2 * np.pi * 5.4 * time_s))
    phase = np.cumsum(pitch) / RATE_HZ
    n_harmonics = max(1, min(24, int(9000 / frequency_hz)))
    wave = sum(np.sin(2 * np.pi * k * phase) / k**1.15 for k in range(1, n_harmonics + 1))
    return np.asarray(0.3 * np.asarray(wave) * shape)


def chip(frequency_hz: float, length_s: float) -> Mono:
    """A game console's pulse wave."""
    shape = _envelope(length_s, 0.002, 0.03, 0.75, 0.1)
    return 0.2 * _lowpass(_pulse(frequency_hz, len(shape), 0.25), 9000, 0.7) * shape


def chip_triangle(frequency_hz: float, length_s: float) -> Mono:
    """A game console's bass: a triangle in sixteen steps."""
    shape = _envelope(length_s, 0.002, 0.02)
    at = (frequency_hz / RATE_HZ * np.arange(len(shape))) % 1
    steps = np.round((4 * np.abs(at - 0.5) - 1) * 8) / 8
    return 0.45 * _lowpass(steps, 6000, 0.7) * shape


def warm_pad(frequency_hz: float, length_s: float) -> Mono:
    """Slow detuned saws under a low-pass."""
    shape = _envelope(length_s, min(0.9, 0.4 * length_s), 1.4)
    wave = _spread(frequency_hz, len(shape), (-9, -4, 3, 9))
    return 0.32 * _lowpass(wave, min(1600, 6 * frequency_hz), 0.7) * shape[:, None]


def glass_pad(frequency_hz: float, length_s: float) -> Mono:
    """Partials that breathe in and out, each on its own side."""
    shape = _envelope(length_s, min(1.8, 0.45 * length_s), 2.4)
    time_s = np.arange(len(shape)) / RATE_HZ
    rng = np.random.default_rng(round(frequency_hz * 10))
    out = np.zeros((len(shape), 2))
    for partial, level in ((1, 1.0), (2, 0.5), (3, 0.22), (4.02, 0.16), (6.01, 0.08)):
        if partial * frequency_hz > 9000:
            continue
        for side in (0, 1):
            drift = 1 + rng.normal(0, 0.0009)
            sway = 0.65 + 0.35 * np.sin(2 * np.pi * rng.uniform(0.07, 0.23) * time_s + side * 2)
            tone = np.sin(2 * np.pi * (frequency_hz * partial * drift * time_s + rng.random()))
            out[:, side] += level * sway * tone
    return 0.3 * out * shape[:, None]


def drone(frequency_hz: float, length_s: float) -> Mono:
    """A dark bed: low saws, slowly filtered, with wind."""
    shape = _envelope(length_s, min(2.5, 0.4 * length_s), 3.0)
    n = len(shape)
    rng = np.random.default_rng(round(frequency_hz * 10))
    wave = _spread(frequency_hz, n, (-11, -3, 4, 12)) + 0.3 * _spread(2 * frequency_hz, n, (-6, 7))
    sway = 0.45 + 0.4 * np.sin(2 * np.pi * 0.09 * np.arange(n) / RATE_HZ + rng.uniform(0, 6))
    wind = _lowpass(rng.standard_normal((n, 2)), 700, 0.8) * (0.2 * sway[:, None])
    return (0.4 * _swept(wave, sway, 140, 800) + 0.5 * wind) * shape[:, None]


def bell(frequency_hz: float, length_s: float) -> Mono:
    """A struck bell by frequency modulation (Chowning)."""
    time_s = _time(max(length_s, 0.2) + 1.6)
    index = 2.4 * np.exp(-time_s / 0.35)
    wave = np.sin(
        2 * np.pi * frequency_hz * time_s + index * np.sin(2 * np.pi * 3.5 * frequency_hz * time_s)
    )
    fade = np.clip((time_s[-1] - time_s) / 0.05, 0, 1)
    return 0.32 * wave * np.exp(-time_s / 0.7) * np.minimum(1, time_s / 0.002) * fade


def soft_keys(frequency_hz: float, length_s: float) -> Mono:
    """A felted electric piano."""
    shape = _envelope(length_s, 0.008, 0.4, 0.0, 1.3)
    time_s = np.arange(len(shape)) / RATE_HZ
    index = 1.1 * np.exp(-time_s / 0.25)
    phase = 2 * np.pi * frequency_hz * time_s
    return 0.36 * np.sin(phase + index * np.sin(phase)) * shape


def riser(frequency_hz: float, length_s: float) -> Mono:
    """Noise that opens up towards the next section."""
    n = round(length_s * RATE_HZ)
    rng = np.random.default_rng(7)
    curve = np.linspace(0, 1, n)
    noise = _swept(rng.standard_normal((n, 2)), curve, 300, 9000, 1.4)
    return 0.16 * noise * (curve**2 * np.clip((1 - curve) / 0.01, 0, 1))[:, None]


_PATCHES: dict[str, Callable[[float, float], Mono]] = {
    patch.__name__: patch
    for patch in (
        sub, saw_bass, reese, acid, supersaw, pluck, lead, chip, chip_triangle, warm_pad,
        glass_pad, drone, bell, soft_keys, riser,
    )
}  # fmt: skip
