"""Leads and brass."""

from collections.abc import Callable

import numpy as np

from composer.synth.oscillators import (
    Wave,
    modulated,
    pulse,
    saw,
    sine,
    triangle,
    turns,
    unison,
    vibrato,
)
from composer.synth.shaping import (
    Tone,
    bandpass,
    decay,
    drive,
    envelope,
    formants,
    highpass,
    lowpass,
    shaped,
)


def supersaw(tone: Tone) -> Wave:
    """Seven detuned saws, wide and bright."""
    shape = envelope(tone.length_s, 0.01, 0.22, 0.85)
    n = len(shape)
    wave = unison(tone.frequency_hz, n, (-19, -12, -5, 0, 6, 11, 18))
    wave = highpass(lowpass(wave, tone.opened(7500)), 0.8 * tone.frequency_hz)
    return shaped(0.24 * wave, shape)


def lead(tone: Tone) -> Wave:
    """A singing lead with late vibrato."""
    shape = envelope(tone.length_s, 0.02, 0.18, 0.8)
    n = len(shape)
    at = 2 * np.pi * turns(vibrato(tone.frequency_hz, n, 5.4, 0.004, 0.2), n)
    n_harmonics = max(1, min(24, int(9000 / tone.frequency_hz)))
    fall = 1.75 - 0.8 * tone.brightness
    wave = sum(np.sin(k * at) / k**fall for k in range(1, n_harmonics + 1))
    return np.asarray(0.3 * np.asarray(wave) * shape)


def saw_lead(tone: Tone) -> Wave:
    """Two saws that slide up into the note, the filter wide open."""
    shape = envelope(tone.length_s, 0.008, 0.2, 0.85)
    n = len(shape)
    sung = vibrato(tone.frequency_hz, n, 5.8, 0.005, 0.25) * (1 - 0.03 * decay(n, 0.025))
    wave = unison(sung, n, (-7, 7), 0.5) + 0.5 * pulse(sung / 2, n, 0.4)[:, None]
    cutoff = tone.opened(1500) + tone.opened(3800) * decay(n, 0.25)
    return shaped(0.28 * lowpass(wave, cutoff, 1.7), shape)


def square_lead(tone: Tone) -> Wave:
    """A hollow lead: a square and its octave, vibrato late."""
    shape = envelope(tone.length_s, 0.01, 0.16, 0.8)
    n = len(shape)
    sung = vibrato(tone.frequency_hz, n, 5.2, 0.006, 0.3)
    wave = pulse(sung, n, 0.5) + 0.3 * pulse(2 * sung, n, 0.3)
    return 0.22 * lowpass(wave, tone.opened(3600), 1.4) * shape


def soft_lead(tone: Tone) -> Wave:
    """A breathy triangle, as a flute behind glass."""
    shape = envelope(tone.length_s, 0.06, 0.3, 0.85)
    n = len(shape)
    sung = vibrato(tone.frequency_hz, n, 4.7, 0.005, 0.35)
    rng = np.random.default_rng(round(tone.frequency_hz))
    breath = bandpass(rng.standard_normal(n), tone.frequency_hz, 4 * tone.frequency_hz)
    wave = triangle(sung, n) + 0.2 * sine(2 * sung, n) + 0.12 * breath
    return 0.4 * lowpass(wave, tone.opened(3000)) * shape


def brass(tone: Tone) -> Wave:
    """The eighties' synthetic brass: saws whose filter opens with the lips."""
    shape = envelope(tone.length_s, 0.025, 0.16, 0.85, 0.3)
    n = len(shape)
    bent = tone.frequency_hz * (1 - 0.012 * decay(n, 0.04))
    wave = unison(bent, n, (-9, -3, 4, 10), 0.9)
    opening = 1 - decay(n, 0.045)
    cutoff = 260 + tone.opened(3800) * opening * (0.55 + 0.45 * decay(n, 0.35))
    return shaped(0.3 * lowpass(wave, cutoff, 1.5), shape)


def hoover(tone: Tone) -> Wave:
    """The rave's swooping stack of pulses."""
    shape = envelope(tone.length_s, 0.01, 0.15, 0.9)
    n = len(shape)
    bent = tone.frequency_hz * (1 - 0.35 * decay(n, 0.05))
    wave = unison(bent, n, (-22, -8, 9, 21)) + 0.6 * unison(bent / 2, n, (-12, 13))
    return shaped(0.26 * drive(lowpass(wave, tone.opened(4200), 1.8), 1.5), shape)


def vowel_lead(tone: Tone) -> Wave:
    """A synthetic voice that sings ah and oh."""
    shape = envelope(tone.length_s, 0.05, 0.25, 0.9)
    n = len(shape)
    sung = vibrato(tone.frequency_hz, n, 5.3, 0.008, 0.25)
    wave = unison(sung, n, (-6, 0, 6), 0.5)
    open_mouth = formants(wave, ((750, 1.0), (1180, 0.6), (2650, 0.25)), 5.0)
    return shaped(0.5 * (open_mouth + 0.12 * lowpass(wave, 1800.0)), shape)


def fm_lead(tone: Tone) -> Wave:
    """A bright digital lead whose edge softens as it is held."""
    shape = envelope(tone.length_s, 0.006, 0.2, 0.75, 0.4)
    n = len(shape)
    sung = vibrato(tone.frequency_hz, n, 5.6, 0.004, 0.3)
    index = (0.4 + 2.2 * tone.brightness) * (0.35 + 0.65 * decay(n, 0.3))
    wave = modulated(sung, n, 2, index, 0.4) + 0.4 * modulated(1.004 * sung, n, 1, 0.7 * index)
    return 0.3 * wave * shape


def chip(tone: Tone) -> Wave:
    """A game console's pulse wave."""
    shape = envelope(tone.length_s, 0.002, 0.03, 0.75, 0.1)
    return 0.2 * lowpass(pulse(tone.frequency_hz, len(shape), 0.25), 9000) * shape


def chip_square(tone: Tone) -> Wave:
    """The console's other pulse, half and half, with vibrato."""
    shape = envelope(tone.length_s, 0.002, 0.05, 0.8, 0.15)
    n = len(shape)
    wave = pulse(vibrato(tone.frequency_hz, n, 6.5, 0.007, 0.15), n, 0.5)
    return 0.2 * lowpass(wave, 8000) * shape


def rave_stab(tone: Tone) -> Wave:
    """A sampled-sounding chord stab: bright saws, cut short and a little dirty."""
    shape = envelope(tone.length_s, 0.002, 0.12, 0.3, 0.14)
    n = len(shape)
    wave = unison(tone.frequency_hz, n, (-12, 0, 12)) + 0.4 * saw(2 * tone.frequency_hz, n)[:, None]
    cutoff = 500 + tone.opened(5200) * decay(n, 0.13)
    return shaped(0.28 * drive(lowpass(wave, cutoff, 1.8, 96), 1.5), shape)


PATCHES: tuple[Callable[[Tone], Wave], ...] = (
    supersaw, lead, saw_lead, square_lead, soft_lead, brass, hoover, vowel_lead, fm_lead, chip,
    chip_square, rave_stab,
)  # fmt: skip
