"""Plucks, keys and bells."""

from collections.abc import Callable

import numpy as np
from scipy import signal

from composer.sound import RATE_HZ
from composer.synth.oscillators import Wave, modulated, pulse, sine, unison
from composer.synth.shaping import Tone, bandpass, decay, drive, envelope, lowpass, shaped


def pluck(tone: Tone) -> Wave:
    """A short bright note whose filter closes at once."""
    shape = envelope(tone.length_s, 0.002, 0.25, 0.15, 0.16)
    n = len(shape)
    wave = unison(tone.frequency_hz, n, (-7, 0, 8))
    cutoff = 400 + tone.opened(6000) * decay(n, 0.07)
    return shaped(0.36 * lowpass(wave, cutoff, 1.5, 96), shape)


def square_pluck(tone: Tone) -> Wave:
    """A hollow, woody arpeggiator."""
    shape = envelope(tone.length_s, 0.002, 0.18, 0.1, 0.14)
    n = len(shape)
    wave = pulse(tone.frequency_hz, n, 0.5) + 0.4 * pulse(tone.frequency_hz * 1.003, n, 0.25)
    cutoff = 300 + tone.opened(3800) * decay(n, 0.06)
    return 0.32 * lowpass(wave, cutoff, 2.6, 96) * shape


def trance_pluck(tone: Tone) -> Wave:
    """Five saws, very short, very bright."""
    shape = envelope(tone.length_s, 0.001, 0.16, 0.2, 0.09)
    n = len(shape)
    wave = unison(tone.frequency_hz, n, (-15, -7, 0, 8, 14))
    cutoff = 700 + tone.opened(9000) * decay(n, 0.055)
    return shaped(0.34 * lowpass(wave, cutoff, 1.8, 64), shape)


def chord_stab(tone: Tone) -> Wave:
    """Dub techno: a filtered chord that an echo carries on."""
    shape = envelope(tone.length_s, 0.003, 0.2, 0.25, 0.18)
    n = len(shape)
    wave = unison(tone.frequency_hz, n, (-10, 0, 11))
    cutoff = 180 + tone.opened(1700) * decay(n, 0.12)
    return shaped(0.36 * lowpass(wave, cutoff, 2.4, 96), shape)


def organ_stab(tone: Tone) -> Wave:
    """The house organ: hollow, percussive, gone."""
    shape = envelope(tone.length_s, 0.002, 0.09, 0.3, 0.2)
    n = len(shape)
    index = (0.4 + 1.4 * tone.brightness) * decay(n, 0.1) + 0.3
    wave = modulated(tone.frequency_hz, n, 2, index) + 0.45 * sine(3 * tone.frequency_hz, n)
    wave += 0.3 * decay(n, 0.02) * sine(6 * tone.frequency_hz, n)
    return 0.3 * wave * shape


def dx_piano(tone: Tone) -> Wave:
    """The eighties' electric piano: a tine that rings above a round body."""
    shape = envelope(tone.length_s, 0.002, 0.35, 0.0, 1.5)
    n = len(shape)
    body = modulated(tone.frequency_hz, n, 1, 0.9 * tone.brightness * decay(n, 0.6))
    tine = modulated(tone.frequency_hz * 1.002, n, 14, 0.5 * tone.brightness * decay(n, 0.09))
    left, right = body + 0.6 * tine, body + 0.6 * np.roll(tine, 60)
    return shaped(0.26 * np.stack([left, right], 1), shape)


def soft_keys(tone: Tone) -> Wave:
    """A felted electric piano."""
    shape = envelope(tone.length_s, 0.008, 0.4, 0.0, 1.3)
    n = len(shape)
    index = 1.6 * tone.brightness * decay(n, 0.25)
    return 0.36 * modulated(tone.frequency_hz, n, 1, index) * shape


def bell(tone: Tone) -> Wave:
    """A struck bell by frequency modulation (Chowning)."""
    shape = envelope(max(tone.length_s, 0.2), 0.002, 1.6, 0.0, 0.7)
    n = len(shape)
    index = (0.8 + 2.3 * tone.brightness) * decay(n, 0.35)
    return 0.32 * modulated(tone.frequency_hz, n, 3.5, index) * shape


def glass_bell(tone: Tone) -> Wave:
    """A drop on glass: few high partials, long and clear."""
    shape = envelope(max(tone.length_s, 0.4), 0.003, 2.2, 0.0, 0.9)
    n = len(shape)
    wave = sine(tone.frequency_hz, n)
    for ratio, level, time_s in ((2.76, 0.35, 0.5), (5.4, 0.18, 0.25), (8.93, 0.08, 0.12)):
        if ratio * tone.frequency_hz < 0.4 * RATE_HZ:
            shade = level * (0.3 + tone.brightness)
            wave += shade * decay(n, time_s) * sine(ratio * tone.frequency_hz, n)
    return 0.34 * wave * shape


def mallet(tone: Tone) -> Wave:
    """Wood under a soft mallet."""
    shape = envelope(max(tone.length_s, 0.1), 0.001, 0.4, 0.0, 0.22)
    n = len(shape)
    wave = sine(tone.frequency_hz, n) + 0.3 * decay(n, 0.05) * sine(3.93 * tone.frequency_hz, n)
    wave += 0.25 * tone.brightness * decay(n, 0.012) * sine(9.6 * tone.frequency_hz, n)
    return 0.42 * wave * shape


def kalimba(tone: Tone) -> Wave:
    """A thumbed tongue of metal on its box."""
    shape = envelope(max(tone.length_s, 0.15), 0.001, 0.7, 0.0, 0.45)
    n = len(shape)
    wave = sine(tone.frequency_hz, n) + 0.25 * decay(n, 0.08) * sine(5.4 * tone.frequency_hz, n)
    rng = np.random.default_rng(17)
    knock = bandpass(rng.standard_normal(n), 150, 900) * decay(n, 0.012)
    return 0.4 * (wave + 0.6 * tone.brightness * knock) * shape


def string_pluck(tone: Tone) -> Wave:
    """A plucked string: a burst of noise that runs round and loses its treble (Karplus-Strong)."""
    shape = envelope(max(tone.length_s, 0.2), 0.0005, 0.5)
    n = len(shape)
    period = RATE_HZ / tone.frequency_hz
    # The average of two samples in the loop takes half a sample itself.
    lag = int(period - 0.5)
    share = period - 0.5 - lag
    loss = 0.996
    feedback = np.zeros(lag + 3)
    feedback[0] = 1.0
    feedback[lag : lag + 3] -= loss * 0.5 * np.array([1 - share, 1.0, share])
    burst = np.zeros(n)
    rng = np.random.default_rng(round(tone.frequency_hz))
    burst[:lag] = rng.uniform(-1, 1, lag)[: min(lag, n)]
    burst = lowpass(burst, tone.opened(5500))
    wave = np.asarray(signal.lfilter([1.0], feedback, burst))
    return 0.5 * wave * shape


def toy_pluck(tone: Tone) -> Wave:
    """A music box of pulses: narrow, quick, a little out of tune."""
    shape = envelope(tone.length_s, 0.001, 0.3, 0.0, 0.25)
    n = len(shape)
    wave = pulse(tone.frequency_hz, n, 0.12) + 0.5 * sine(4.01 * tone.frequency_hz, n)
    return 0.3 * drive(lowpass(wave, tone.opened(5200)) * shape, 1.1)


PATCHES: tuple[Callable[[Tone], Wave], ...] = (
    pluck, square_pluck, trance_pluck, chord_stab, organ_stab, dx_piano, soft_keys, bell,
    glass_bell, mallet, kalimba, string_pluck, toy_pluck,
)  # fmt: skip
