"""Basses."""

from collections.abc import Callable

import numpy as np

from composer.sound import RATE_HZ
from composer.synth.oscillators import (
    Wave,
    modulated,
    pulse,
    saw,
    seconds,
    sine,
    triangle,
    turns,
    unison,
)
from composer.synth.shaping import Tone, decay, drive, envelope, lowpass, shaped, sway


def sub(tone: Tone) -> Wave:
    """The 808's long kick as a bass: a falling sine, gently bent."""
    shape = envelope(tone.length_s, 0.003, 0.12)
    n = len(shape)
    bent = tone.frequency_hz * (1 + 1.2 * decay(n, 0.018))
    return 0.75 * drive(sine(bent, n) * decay(n, 1.1) * shape, 2.2)


def saw_bass(tone: Tone) -> Wave:
    """A synthesiser bass with a plucked filter and an octave below."""
    shape = envelope(tone.length_s, 0.003, 0.05, 0.7, 0.15)
    n = len(shape)
    wave = saw(tone.frequency_hz, n) + 0.8 * saw(tone.frequency_hz * 1.004, n, 0.3)
    wave += 0.8 * sine(tone.frequency_hz / 2, n)
    cutoff = 240 + tone.opened(2300) * decay(n, 0.1)
    return 0.34 * lowpass(wave, cutoff, 1.5, 96) * shape


def round_bass(tone: Tone) -> Wave:
    """Deep house: almost a sine, with a little wood at the start."""
    shape = envelope(tone.length_s, 0.005, 0.08, 0.75, 0.3)
    n = len(shape)
    wave = 0.9 * sine(tone.frequency_hz, n) + 0.35 * triangle(tone.frequency_hz * 2, n)
    wave += 0.5 * decay(n, 0.03) * triangle(tone.frequency_hz * 3, n)
    return 0.5 * drive(lowpass(wave, tone.opened(700, 2)) * shape, 1.6)


def organ_bass(tone: Tone) -> Wave:
    """The house organ as a bass: a hollow struck tone by frequency modulation."""
    shape = envelope(tone.length_s, 0.002, 0.06, 0.35, 0.16)
    n = len(shape)
    index = (0.5 + 1.5 * tone.brightness) * decay(n, 0.07) + 0.35
    wave = modulated(tone.frequency_hz, n, 2, index) + 0.4 * sine(tone.frequency_hz * 3, n)
    return 0.5 * drive(wave * shape, 1.3)


def rolling_bass(tone: Tone) -> Wave:
    """Trance: a tight saw between the kicks, its filter quick and round."""
    shape = envelope(tone.length_s, 0.002, 0.03, 0.55, 0.1)
    n = len(shape)
    wave = saw(tone.frequency_hz, n) + 0.7 * pulse(tone.frequency_hz, n, 0.35, 0.2)
    wave += 0.7 * sine(tone.frequency_hz, n)
    cutoff = 180 + tone.opened(1900) * decay(n, 0.06)
    return 0.34 * drive(lowpass(wave, cutoff, 2.2, 64) * shape, 1.2)


def reese(tone: Tone) -> Wave:
    """Saws that beat against each other, dark, over a firm sine."""
    shape = envelope(tone.length_s, 0.015, 0.1)
    n = len(shape)
    wave = unison(tone.frequency_hz, n, (-16, -5, 6, 17), 0.8)
    cutoff = tone.opened(260) * 2 ** (1.9 * sway(n, 0.7))
    low = sine(tone.frequency_hz, n)[:, None]
    return shaped(0.45 * lowpass(wave, cutoff, 1.6) + 0.4 * low, shape)


def acid(tone: Tone) -> Wave:
    """A resonant saw that squelches, more so when it is struck."""
    shape = envelope(tone.length_s, 0.003, 0.03, 0.6, 0.2)
    n = len(shape)
    wave = 0.7 * saw(tone.frequency_hz, n) + 0.5 * pulse(tone.frequency_hz, n, 0.5, 0.1)
    cutoff = 220 + tone.opened(2400, 4) * decay(n, 0.05 + 0.09 * tone.brightness)
    return 0.36 * drive(lowpass(wave, cutoff, 7.0, 64) * shape, 1.7)


def pulse_bass(tone: Tone) -> Wave:
    """Synthwave's running sixteenths: a pulse whose width breathes, punchy and warm."""
    shape = envelope(tone.length_s, 0.002, 0.04, 0.65, 0.12)
    n = len(shape)
    share = 0.36 + 0.1 * sway(n, 0.9)
    wave = pulse(tone.frequency_hz, n, share) + 0.8 * saw(tone.frequency_hz * 0.997, n, 0.4)
    wave += 0.5 * sine(tone.frequency_hz, n)
    cutoff = 300 + tone.opened(2600) * decay(n, 0.075)
    return 0.3 * lowpass(wave, cutoff, 1.9, 96) * shape


def dx_bass(tone: Tone) -> Wave:
    """The eighties' digital bass: a hard metallic strike, then a round tone."""
    shape = envelope(tone.length_s, 0.001, 0.06, 0.4, 0.35)
    n = len(shape)
    index = (0.8 + 3.0 * tone.brightness) * decay(n, 0.09) + 0.7
    wave = modulated(tone.frequency_hz, n, 1, index, 0.8)
    wave += 0.35 * decay(n, 0.03) * modulated(tone.frequency_hz * 2, n, 3.5, 2.0)
    wave += 0.4 * sine(tone.frequency_hz, n)
    return 0.4 * wave * shape


def layered_bass(tone: Tone) -> Wave:
    """The running pulse under a digital strike, as two synthesisers on one keyboard."""
    pulsing, struck = pulse_bass(tone), dx_bass(tone)
    longer = np.zeros(max(len(pulsing), len(struck)))
    longer[: len(pulsing)] += 0.9 * pulsing
    longer[: len(struck)] += 0.3 * struck
    return longer


def growl_bass(tone: Tone) -> Wave:
    """Dark synth: saws and a square driven hard, the filter biting at each note."""
    shape = envelope(tone.length_s, 0.002, 0.04, 0.8, 0.2)
    n = len(shape)
    wave = unison(tone.frequency_hz, n, (-13, 0, 14), 0.6)
    wave += 0.8 * pulse(tone.frequency_hz / 2, n, 0.45)[:, None]
    cutoff = tone.opened(700) + tone.opened(4200) * decay(n, 0.11)
    return 0.34 * shaped(drive(lowpass(wave, cutoff, 2.4, 96), 2.6), shape)


def moog_bass(tone: Tone) -> Wave:
    """A soft fat bass with three oscillators and a lazy filter."""
    shape = envelope(tone.length_s, 0.006, 0.09, 0.8, 0.4)
    n = len(shape)
    wave = saw(tone.frequency_hz, n) + 0.8 * saw(tone.frequency_hz * 1.006, n, 0.6)
    wave += 0.8 * triangle(
        tone.frequency_hz / 2 if tone.frequency_hz > 70 else tone.frequency_hz, n
    )
    cutoff = tone.opened(260, 2) + tone.opened(900, 2) * decay(n, 0.2)
    return 0.34 * drive(lowpass(wave, cutoff, 2.0) * shape, 1.3)


def chip_triangle(tone: Tone) -> Wave:
    """A game console's bass: a triangle in sixteen steps."""
    shape = envelope(tone.length_s, 0.002, 0.02)
    at = turns(tone.frequency_hz, len(shape)) % 1
    steps = np.round((4 * np.abs(at - 0.5) - 1) * 8) / 8
    return 0.45 * lowpass(steps, 6000) * shape


def deep_rumble(tone: Tone) -> Wave:
    """Techno's rumble: a low tone and dark noise that swell behind the kick."""
    shape = envelope(tone.length_s, 0.04, 0.12)
    n = len(shape)
    rng = np.random.default_rng(round(tone.frequency_hz * 10))
    dark = lowpass(rng.standard_normal(n) * 2, 180.0)
    wave = drive(sine(tone.frequency_hz, n) + 0.8 * dark, 1.4)
    wobbly = 1 + 0.25 * np.sin(2 * np.pi * 7 * seconds(n))
    return 0.5 * lowpass(wave, min(tone.opened(260), 0.4 * RATE_HZ)) * shape * wobbly


PATCHES: tuple[Callable[[Tone], Wave], ...] = (
    sub, saw_bass, round_bass, organ_bass, rolling_bass, reese, acid, pulse_bass, dx_bass,
    layered_bass, growl_bass, moog_bass, chip_triangle, deep_rumble,
)  # fmt: skip
