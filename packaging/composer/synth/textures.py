"""Textures: risers, impacts, weather and noise."""

from collections.abc import Callable

import numpy as np
from scipy import signal

from composer.sound import RATE_HZ
from composer.synth.oscillators import Wave, noise, saw, seconds, sine
from composer.synth.shaping import (
    Tone,
    bandpass,
    decay,
    drive,
    envelope,
    highpass,
    lowpass,
    shaped,
    sway,
)


def riser(tone: Tone) -> Wave:
    """Noise that opens up towards the next section."""
    n = round(tone.length_s * RATE_HZ)
    curve = np.linspace(0, 1, n)
    wave = lowpass(noise(n, 7), 300 * 30**curve, 2.4)
    return shaped(0.16 * highpass(wave, 200), curve**2 * np.clip((1 - curve) / 0.01, 0, 1))


def tone_riser(tone: Tone) -> Wave:
    """Saws that climb two octaves while their filter opens."""
    n = round(tone.length_s * RATE_HZ)
    curve = np.linspace(0, 1, n)
    climbing = tone.frequency_hz * 4**curve
    wave = np.stack([saw(climbing, n), saw(climbing * 1.006, n, 0.3)], 1)
    wave = lowpass(wave, 400 * 20**curve, 2.2)
    return shaped(0.16 * wave, curve**1.5 * np.clip((1 - curve) / 0.01, 0, 1))


def downlifter(tone: Tone) -> Wave:
    """Noise that falls away after a climax."""
    n = round(tone.length_s * RATE_HZ)
    curve = np.linspace(1, 0, n)
    wave = lowpass(noise(n, 8), 250 * 36**curve, 2.0)
    return shaped(0.18 * highpass(wave, 150), curve**1.4 * np.minimum(1, seconds(n) / 0.005))


def impact(tone: Tone) -> Wave:
    """A low blow with a cloud of dust, tuned to the root."""
    n = round(max(tone.length_s, 2.5) * RATE_HZ)
    low = 2.0 ** (round(np.log2(45 / tone.frequency_hz))) * tone.frequency_hz
    blow = sine(low * (1 + 1.5 * decay(n, 0.05)), n) * decay(n, 0.6)
    dust = lowpass(noise(n, 9), 200 + tone.opened(4000) * decay(n, 0.25)) * decay(n, 0.4)[:, None]
    wave = drive(blow, 1.6)[:, None] + 0.5 * dust
    return shaped(0.5 * wave, np.clip((n - np.arange(n)) / (0.3 * RATE_HZ), 0, 1))


def reverse_swell(tone: Tone) -> Wave:
    """A cymbal played backwards into the next bar."""
    n = round(tone.length_s * RATE_HZ)
    wave = bandpass(noise(n, 10), 2500, 12000)
    curve = np.exp(-np.arange(n)[::-1] / RATE_HZ / max(0.2, 0.22 * tone.length_s))
    return shaped(0.2 * wave, curve * np.clip((n - np.arange(n)) / 480, 0, 1))


def wind(tone: Tone) -> Wave:
    """Gusts over a plain."""
    shape = envelope(tone.length_s, min(2.0, 0.3 * tone.length_s), 2.0)
    n = len(shape)
    out = np.empty((n, 2))
    raw = noise(n, round(tone.frequency_hz * 3))
    for side in (0, 1):
        gust = 0.5 * sway(n, 0.11, 0.3 * side) + 0.5 * sway(n, 0.237, 0.1 + 0.2 * side)
        voice = lowpass(raw[:, side], 260 * 2 ** (2.2 * gust), 2.6, 480)
        out[:, side] = voice * (0.3 + 0.7 * gust)
    return shaped(0.4 * highpass(out, 120), shape)


def haze(tone: Tone) -> Wave:
    """The air of a place: noise that falls by 3 dB an octave, to 12 kHz, hardly moving."""
    shape = envelope(tone.length_s, min(3.0, 0.3 * tone.length_s), 3.0)
    n = len(shape)
    # Three shelves in a row come within half a decibel of that slope.
    raw = noise(n, round(tone.frequency_hz * 13))
    pink = signal.lfilter(
        (0.049922, -0.095994, 0.050613, -0.004409), (1, -2.494956, 2.017266, -0.522189), raw, axis=0
    )
    breath = 0.7 + 0.3 * np.stack([sway(n, 0.07), sway(n, 0.053, 0.4)], 1)
    return shaped(1.2 * bandpass(np.asarray(pink), 250, 12000, 1) * breath, shape)


def waves(tone: Tone) -> Wave:
    """The sea: surf that comes in, breaks and draws back."""
    shape = envelope(tone.length_s, min(2.0, 0.3 * tone.length_s), 2.5)
    n = len(shape)
    out = np.empty((n, 2))
    raw = noise(n, round(tone.frequency_hz * 5))
    for side in (0, 1):
        place = (seconds(n) / 7.3 + 0.12 * side) % 1
        swell = np.where(place < 0.45, (place / 0.45) ** 2.5, ((1 - place) / 0.55) ** 1.6)
        foam = lowpass(raw[:, side], 350 * 2 ** (3.6 * swell), 1.3, 480)
        out[:, side] = foam * (0.15 + 0.85 * swell)
    return shaped(0.4 * highpass(out, 90), shape)


def rain(tone: Tone) -> Wave:
    """Drops near and far."""
    shape = envelope(tone.length_s, min(1.5, 0.3 * tone.length_s), 1.5)
    n = len(shape)
    rng = np.random.default_rng(round(tone.frequency_hz * 2))
    drops = rng.standard_normal((n, 2)) * (rng.random((n, 2)) < 45 / RATE_HZ) * 4
    near = bandpass(drops, 900, 5200)
    far = bandpass(noise(n, 12), 1200, 8000) * 0.1
    return shaped(0.5 * (near + far), shape)


def sparks(tone: Tone) -> Wave:
    """Stars: short high sines at random moments, tuned to the note's overtones."""
    shape = envelope(tone.length_s, min(1.0, 0.3 * tone.length_s), 1.5)
    n = len(shape)
    rng = np.random.default_rng(round(tone.frequency_hz * 11))
    out = np.zeros((n, 2))
    for _ in range(max(1, int(1.6 * tone.length_s))):
        start = int(rng.integers(0, max(1, n - RATE_HZ // 2)))
        size = min(n - start, RATE_HZ)
        pitch_hz = tone.frequency_hz * float(rng.choice((4, 6, 8, 12)))
        pan = rng.random()
        ping = sine(min(pitch_hz, 9000), size) * decay(size, rng.uniform(0.08, 0.3))
        ping *= np.minimum(1, seconds(size) / 0.004) * rng.uniform(0.3, 1)
        out[start : start + size] += ping[:, None] * np.sqrt([1 - pan, pan])
    return shaped(0.25 * out, shape)


def sub_swell(tone: Tone) -> Wave:
    """A very low tone that comes and goes, felt rather than heard."""
    shape = envelope(tone.length_s, 0.45 * tone.length_s, 1.5)
    n = len(shape)
    wave = drive(sine(tone.frequency_hz, n) + 0.4 * sine(1.006 * tone.frequency_hz, n), 1.6)
    return 0.5 * wave * shape


def heartbeat(tone: Tone) -> Wave:
    """Two dull beats, one softer."""
    n = round(max(tone.length_s, 0.7) * RATE_HZ)
    out = np.zeros(n)
    for late_s, level in ((0.0, 1.0), (0.26, 0.6)):
        start = round(late_s * RATE_HZ)
        beat = sine(46 * (1 + 0.6 * decay(n - start, 0.03)), n - start) * decay(n - start, 0.09)
        out[start:] += level * beat
    fade = np.clip((n - np.arange(n)) / 2400, 0, 1)
    return 0.6 * out * fade * np.minimum(1, seconds(n) / 0.004)


PATCHES: tuple[Callable[[Tone], Wave], ...] = (
    riser, tone_riser, downlifter, impact, reverse_swell, wind, haze, waves, rain, sparks,
    sub_swell, heartbeat,
)  # fmt: skip
