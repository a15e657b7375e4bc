"""Pads."""

from collections.abc import Callable

import numpy as np

from composer.sound import RATE_HZ
from composer.synth.oscillators import Wave, noise, pulse, seconds, sine, unison
from composer.synth.shaping import (
    Tone,
    bandpass,
    decay,
    envelope,
    formants,
    highpass,
    lowpass,
    shaped,
    sway,
)

# Samples between two settings of a filter: pads change slowly.
_SLOW = 480


def _swell(tone: Tone, attack_s: float, release_s: float, share: float = 0.4) -> Wave:
    """An envelope whose attack never takes more than a share of the note."""
    return envelope(tone.length_s, min(attack_s, share * tone.length_s), release_s)


def warm_pad(tone: Tone) -> Wave:
    """Slow detuned saws under a low-pass."""
    shape = _swell(tone, 0.9, 1.4)
    wave = unison(tone.frequency_hz, len(shape), (-9, -4, 3, 9))
    return shaped(0.3 * lowpass(wave, tone.opened(min(1600, 6 * tone.frequency_hz), 2)), shape)


def juno_pad(tone: Tone) -> Wave:
    """A saw, a moving pulse and an octave below, as the eighties' polyphonic synthesisers."""
    shape = _swell(tone, 0.35, 0.9)
    n = len(shape)
    share = 0.32 + 0.3 * sway(n, 0.45)
    wave = unison(tone.frequency_hz, n, (-6, 6), 0.9)
    wave[:, 0] += 0.6 * pulse(tone.frequency_hz * 1.0015, n, share)
    wave[:, 1] += 0.6 * pulse(tone.frequency_hz * 0.9985, n, 0.94 - share)
    wave += 0.3 * sine(tone.frequency_hz / 2, n)[:, None]
    cutoff = tone.opened(1900) * (0.75 + 0.5 * sway(n, 0.11, tone.frequency_hz % 1))
    return shaped(0.26 * lowpass(wave, cutoff, 1.5, _SLOW), shape)


def string_machine(tone: Tone) -> Wave:
    """The seventies' ensemble: two octaves of saws through three slow delays."""
    shape = _swell(tone, 0.4, 0.8)
    n = len(shape)
    time_s = seconds(n)
    out = np.zeros((n, 2))
    for place, pan in enumerate((0.15, 0.5, 0.85)):
        drift = 1 + 0.0022 * np.sin(2 * np.pi * (0.6 * time_s + place / 3))
        drift += 0.0006 * np.sin(2 * np.pi * (5.9 * time_s + place / 3))
        wave = unison(tone.frequency_hz * drift, n, (0,)) + 0.5 * unison(
            2 * tone.frequency_hz * drift, n, (3,)
        )
        out += wave * np.sqrt([1 - pan, pan])
    out = highpass(lowpass(out, tone.opened(4200, 2)), max(180, 0.9 * tone.frequency_hz))
    return shaped(0.17 * out, shape)


def choir_pad(tone: Tone) -> Wave:
    """Voices that hum from oo to ah, made of saws and formants."""
    shape = _swell(tone, 0.8, 1.2)
    n = len(shape)
    time_s = seconds(n)
    shaken = tone.frequency_hz * (1 + 0.004 * np.sin(2 * np.pi * 4.9 * time_s))
    wave = unison(shaken, n, (-14, -6, 5, 13))
    closed = formants(wave, ((330, 1.0), (800, 0.35), (2300, 0.06)), 5.0)
    opened = formants(wave, ((680, 0.9), (1100, 0.6), (2500, 0.2), (3400, 0.08)), 5.0)
    mouth = sway(n, 0.13, tone.frequency_hz % 1)[:, None] * (0.4 + 0.8 * tone.brightness)
    breath = 0.05 * bandpass(noise(n, 11), 1500, 6000)
    return shaped(0.6 * (closed * (1 - 0.6 * mouth) + opened * mouth + breath), shape)


def dark_pad(tone: Tone) -> Wave:
    """Low, muffled saws that rise and sink like a tide."""
    shape = _swell(tone, 1.6, 2.2)
    n = len(shape)
    wave = unison(tone.frequency_hz, n, (-13, -4, 5, 14))
    wave += 0.5 * unison(tone.frequency_hz / 2, n, (-5, 6))
    cutoff = tone.opened(330, 2) * 2 ** (1.2 * sway(n, 0.08, tone.frequency_hz % 1))
    return shaped(0.3 * lowpass(wave, cutoff, 2.0, _SLOW), shape)


def sweep_pad(tone: Tone) -> Wave:
    """A chord whose filter opens for as long as it is held."""
    shape = _swell(tone, 0.25, 1.0)
    n = len(shape)
    wave = unison(tone.frequency_hz, n, (-12, -5, 0, 6, 13))
    way = np.minimum(1, seconds(n) / tone.length_s)
    cutoff = tone.opened(380, 2) * 2 ** (3.6 * way)
    return shaped(0.27 * lowpass(wave, cutoff, 2.2, 240), shape)


def glass_pad(tone: Tone) -> Wave:
    """Partials that breathe in and out, each on its own side."""
    shape = _swell(tone, 1.8, 2.4, 0.45)
    n = len(shape)
    rng = np.random.default_rng(round(tone.frequency_hz * 10))
    out = np.zeros((n, 2))
    for partial, level in ((1, 1.0), (2, 0.5), (3, 0.22), (4.02, 0.16), (6.01, 0.08)):
        if partial * tone.frequency_hz > 9000:
            continue
        for side in (0, 1):
            drift = 1 + rng.normal(0, 0.0009)
            breath = 0.3 + 0.7 * sway(n, rng.uniform(0.07, 0.23), side * 0.3)
            shade = tone.brightness + 0.3 if partial > 1 else 1.0
            out[:, side] += (
                level * shade * breath * sine(tone.frequency_hz * partial * drift, n, rng.random())
            )
    return shaped(0.3 * out, shape)


def shimmer_pad(tone: Tone) -> Wave:
    """A chord's upper octaves, as reverberation that climbs."""
    shape = _swell(tone, 2.2, 2.8, 0.5)
    n = len(shape)
    out = 0.6 * unison(tone.frequency_hz, n, (-8, 0, 8))
    for octave, level in ((2, 0.5), (4, 0.28)):
        if octave * tone.frequency_hz < 5000:
            swelling = sway(n, 0.17, 0.21 * octave + tone.frequency_hz % 1)[:, None]
            out += level * swelling * unison(octave * tone.frequency_hz, n, (-11, 3, 10))
    wave = highpass(lowpass(out, tone.opened(2600, 2)), 0.9 * tone.frequency_hz)
    return shaped(0.24 * wave, shape)


def air_pad(tone: Tone) -> Wave:
    """Wind that has found its pitch: noise through narrow resonances."""
    shape = _swell(tone, 1.4, 2.2)
    n = len(shape)
    wind = noise(n, round(tone.frequency_hz))
    peaks = tuple(
        (k * tone.frequency_hz, 1 / k) for k in (1, 2, 3, 4) if k * tone.frequency_hz < 12000
    )
    tuned = formants(wind, peaks, 45.0)
    gusts = (0.55 + 0.45 * sway(n, 0.21, tone.frequency_hz % 1))[:, None]
    return shaped(1.6 * tuned * gusts + 0.12 * sine(tone.frequency_hz, n)[:, None], shape)


def drone(tone: Tone) -> Wave:
    """A dark bed: low saws, slowly filtered, with wind."""
    shape = _swell(tone, 2.5, 3.0)
    n = len(shape)
    seed = round(tone.frequency_hz * 10)
    wave = unison(tone.frequency_hz, n, (-11, -3, 4, 12))
    wave += 0.3 * unison(2 * tone.frequency_hz, n, (-6, 7))
    breath = sway(n, 0.09, np.random.default_rng(seed).random())
    wind = lowpass(noise(n, seed), 700) * (0.2 * breath[:, None])
    cutoff = tone.opened(150, 2) * 2 ** (2.2 * breath)
    return shaped(0.36 * lowpass(wave, cutoff, 1.6, _SLOW) + 0.5 * wind, shape)


def bowed_metal(tone: Tone) -> Wave:
    """A bowed gong: partials that don't agree, one after another."""
    shape = _swell(tone, 2.4, 3.0, 0.5)
    n = len(shape)
    rng = np.random.default_rng(round(tone.frequency_hz * 7))
    out = np.zeros((n, 2))
    for ratio in (1.0, 1.49, 2.13, 2.76, 3.61, 4.44):
        if ratio * tone.frequency_hz > 6000:
            continue
        pan = rng.random()
        swelling = sway(n, rng.uniform(0.06, 0.19), rng.random()) ** 2
        partial = sine(ratio * tone.frequency_hz, n, rng.random()) * swelling / ratio**0.7
        out += partial[:, None] * np.sqrt([1 - pan, pan])
    return shaped(0.35 * out, shape)


def organ_pad(tone: Tone) -> Wave:
    """Drawbars that fade in, with a slowly turning loudspeaker."""
    shape = _swell(tone, 0.3, 0.6)
    n = len(shape)
    out = np.zeros((n, 2))
    for partial, level in ((0.5, 0.4), (1, 1.0), (2, 0.6), (3, 0.35), (4, 0.25), (6, 0.12)):
        for side in (0, 1):
            turning = 1 + 0.0011 * np.sin(2 * np.pi * (0.8 * seconds(n) + 0.25 * side))
            if partial * tone.frequency_hz < 0.4 * RATE_HZ:
                out[:, side] += level * sine(partial * tone.frequency_hz * turning, n)
    return shaped(0.22 * out * (0.7 + 0.3 * decay(n, 1.5))[:, None], shape)


PATCHES: tuple[Callable[[Tone], Wave], ...] = (
    warm_pad, juno_pad, string_machine, choir_pad, dark_pad, sweep_pad, glass_pad, shimmer_pad,
    air_pad, drone, bowed_metal, organ_pad,
)  # fmt: skip
