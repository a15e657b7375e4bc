"""Synthetic voices, electric pianos, clavinets, organ and melodica."""

import numpy as np

from composer.synth.oscillators import Wave, modulated, noise, saw, seconds, turns, vibrato
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

# First formants of five vowels with their levels (Peterson and Barney, 1952, men's means).
_VOWELS = {
    "ah": ((730.0, 1.0), (1090.0, 0.6), (2440.0, 0.25), (3400.0, 0.12)),
    "uh": ((640.0, 1.0), (1190.0, 0.5), (2390.0, 0.2), (3300.0, 0.1)),
    "eh": ((530.0, 1.0), (1840.0, 0.5), (2480.0, 0.3), (3500.0, 0.12)),
    "oh": ((570.0, 1.0), (840.0, 0.7), (2410.0, 0.15), (3300.0, 0.08)),
    "ee": ((270.0, 1.0), (2290.0, 0.4), (3010.0, 0.3), (3600.0, 0.15)),
}


def chop_ah(tone: Tone) -> Wave:
    """A sung "ah" cut off a record, sliding into its pitch."""
    return _sung(tone, "ah", -1.5)


def chop_oh(tone: Tone) -> Wave:
    """A round "oh" that falls at its end."""
    return _sung(tone, "oh", 1.0)


def chop_hey(tone: Tone) -> Wave:
    """A shout that opens from eh to ee, with breath before it."""
    shape = envelope(min(tone.length_s, 0.34), 0.018, 0.09, 0.7, 0.12)
    n = len(shape)
    wave = _throat(tone.frequency_hz * (1 + 0.12 * decay(n, 0.05)), n)
    mouth = np.clip(seconds(n) / 0.2, 0, 1)
    sung = formants(wave, _VOWELS["eh"], 6.0) * (1 - mouth)
    sung += formants(wave, _VOWELS["ee"], 6.0) * mouth
    breath = 0.5 * bandpass(noise(n, 17, 1)[:, 0], 1200, 5000) * decay(n, 0.03)
    return 0.9 * drive(sung + breath, 1.6) * shape


def syllables(tone: Tone) -> Wave:
    """A speaking voice without words: each pitch has its own vowel and consonant."""
    names = tuple(_VOWELS)
    number = round(12 * np.log2(tone.frequency_hz / 27.5))
    shape = envelope(min(tone.length_s, 0.24), 0.012, 0.04, 0.8, 0.08)
    n = len(shape)
    wave = _throat(tone.frequency_hz * (1 + 0.1 * (0.6 - seconds(n) / 0.25)), n)
    spoken = formants(wave, _VOWELS[names[number % len(names)]], 6.0)
    hiss = 0.35 * (number % 3) * highpass(noise(n, number, 1)[:, 0], 2500) * decay(n, 0.02)
    return np.asarray(0.9 * drive(spoken, 1.4) * shape + 0.3 * hiss)


def _sung(tone: Tone, vowel: str, slide_semitones: float) -> Wave:
    shape = envelope(tone.length_s, 0.02, 0.08, 0.75, 0.2)
    n = len(shape)
    bent = vibrato(tone.frequency_hz, n, 5.4, 0.008, 0.18)
    bent = bent * 2 ** (slide_semitones / 12 * decay(n, 0.06))
    breath = 0.04 * bandpass(noise(n, 19, 1)[:, 0], 1500, 6000)
    return 0.9 * (formants(_throat(bent, n), _VOWELS[vowel], 6.0) + breath) * shape


def _throat(frequency_hz: float | Wave, n: int) -> Wave:
    """What the vocal folds give: a saw whose treble is soft."""
    return np.asarray(lowpass(saw(frequency_hz, n), 5200.0))


def rhodes(tone: Tone) -> Wave:
    """An electric piano of tines: a bell's edge on a soft body, barking when struck hard."""
    shape = envelope(tone.length_s, 0.003, 0.16, 0.12, 0.9)
    n = len(shape)
    bark = (0.25 + 1.3 * tone.brightness**2) * (0.25 + 0.75 * decay(n, 0.22))
    body = modulated(tone.frequency_hz, n, 1, bark)
    bell = np.sin(2 * np.pi * turns(min(14 * tone.frequency_hz, 9000.0), n)) * decay(n, 0.05)
    return 0.34 * (body + 0.09 * tone.brightness * bell) * shape


def wurlitzer(tone: Tone) -> Wave:
    """An electric piano of reeds: hollow, nasal, a little overdriven."""
    shape = envelope(tone.length_s, 0.004, 0.12, 0.1, 0.6)
    n = len(shape)
    index = (0.5 + 1.2 * tone.brightness) * (0.4 + 0.6 * decay(n, 0.18))
    reed = modulated(tone.frequency_hz, n, 2, index) + 0.3 * modulated(tone.frequency_hz, n, 1, 0.6)
    return 0.32 * drive(bandpass(reed, 120, 4200, 1), 1.5) * shape


def clavinet(tone: Tone) -> Wave:
    """A struck string over two pickups, damped by yarn as soon as the key is up."""
    shape = envelope(tone.length_s, 0.001, 0.03, 0.25, 0.35)
    n = len(shape)
    phase = turns(tone.frequency_hz, n)
    wave = np.zeros(n)
    for partial in range(1, max(2, min(30, int(9000 / tone.frequency_hz)))):
        # The pickups' places on the string leave out some partials.
        level = np.sin(np.pi * partial * 0.11) * np.sin(np.pi * partial * 0.29)
        ring = decay(n, 0.9 / partial**0.6)
        wave += level * np.sin(2 * np.pi * partial * phase) * ring / partial**0.25
    knock = 0.4 * bandpass(noise(n, 23, 1)[:, 0], 900, 4000) * decay(n, 0.004)
    opened = lowpass(wave + knock, tone.opened(4200.0, 2.0))
    return 0.28 * drive(highpass(opened, 140), 1.4) * shape


def wah_clavinet(tone: Tone) -> Wave:
    """The same through a pedal that opens and closes with each stroke."""
    dry = clavinet(tone)
    n = len(dry)
    curve = 450 + 2400 * tone.brightness * decay(n, 0.11) * (1 - decay(n, 0.018))
    return 1.5 * lowpass(dry, np.asarray(curve), 4.5, 64)


def bubble_organ(tone: Tone) -> Wave:
    """Drawbars 8' and 4' behind a low-pass: the shuffle under a skank."""
    shape = envelope(tone.length_s, 0.006, 0.03, 0.9)
    n = len(shape)
    wave = np.zeros(n)
    for foot, level in ((0.5, 0.5), (1, 1.0), (1.5, 0.35), (2, 0.45), (3, 0.12)):
        wave += level * np.sin(2 * np.pi * turns(foot * tone.frequency_hz, n))
    click = 0.2 * bandpass(noise(n, 29, 1)[:, 0], 1000, 4000) * decay(n, 0.003)
    return 0.2 * shaped(wave + click, shape)


def melodica(tone: Tone) -> Wave:
    """A blown reed: nasal, a breath before each note, vibrato late."""
    shape = envelope(tone.length_s, 0.045, 0.07, 0.85, 0.3)
    n = len(shape)
    sung = vibrato(tone.frequency_hz, n, 5.2, 0.007, 0.3) * (1 - 0.012 * decay(n, 0.05))
    reed = saw(sung, n) - 0.9 * saw(sung, n, 0.38)
    nasal = formants(reed, ((620.0, 0.7), (1450.0, 1.0), (2900.0, 0.4)), 2.5)
    breath = 0.03 * bandpass(noise(n, 31, 1)[:, 0], 1500, 6000)
    return 0.42 * (lowpass(nasal + 0.25 * reed, tone.opened(4600.0, 2.0)) + breath) * shape


PATCHES = (
    chop_ah, chop_oh, chop_hey, syllables, rhodes, wurlitzer, clavinet, wah_clavinet,
    bubble_organ, melodica,
)  # fmt: skip
