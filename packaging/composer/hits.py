"""Sampled drums: CC0 hits of Debian's sonic-pi-samples, and a few made of noise."""

from collections.abc import Callable
from functools import lru_cache
from pathlib import Path

import numpy as np
import numpy.typing as npt
import soundfile
import soxr
from scipy import signal

from composer.effects import RATE_HZ, Stereo
from composer.midi import LEAD_IN_S
from composer.rhythm import DRUMS
from composer.score import Part, Score
from composer.tools import sample_folder

# Drum → (sample or own sound, gain in dB, playback rate, pan).
_Kit = dict[str, tuple[str, float, float, float]]

_ACOUSTIC: _Kit = {
    "kick": ("drum_bass_hard", 2, 1.0, 0),
    "snare": ("drum_snare_hard", 0, 1.0, 0.05),
    "stick": ("perc_snap2", -4, 1.0, 0.1),
    "clap": (":clap", -4, 1.0, 0),
    "hat": ("drum_cymbal_closed", -5, 1.0, -0.35),
    "pedal": ("drum_cymbal_pedal", -6, 1.0, -0.35),
    "open": ("drum_cymbal_open", -9, 1.0, -0.35),
    "crash": ("drum_splash_hard", -5, 0.82, 0.4),
    "ride": ("drum_cymbal_soft", -8, 1.1, 0.45),
    "bell": ("drum_cymbal_hard", -9, 1.25, 0.45),
    "splash": ("drum_splash_soft", -5, 1.0, 0.3),
    "tom_low": ("drum_tom_lo_hard", -1, 1.0, 0.4),
    "tom_mid": ("drum_tom_mid_hard", -1, 1.0, 0.1),
    "tom_high": ("drum_tom_hi_hard", -1, 1.0, -0.3),
    "cowbell": ("drum_cowbell", -9, 1.0, 0.2),
    "shaker": (":shaker", -10, 1.0, 0.35),
    "tambourine": (":shaker", -8, 1.3, 0.35),
}
_KITS: dict[str, _Kit] = {
    "acoustic": _ACOUSTIC,
    "metal": {
        **_ACOUSTIC,
        "kick": (":metal_kick", 3, 1.0, 0),
        "snare": (":metal_snare", 2, 1.0, 0),
        "hat": ("drum_cymbal_closed", -6, 1.0, -0.4),
        "crash": ("drum_splash_hard", -4, 0.78, 0.5),
        "ride": ("drum_cymbal_hard", -9, 1.0, 0.5),
    },
    "boom bap": {
        **_ACOUSTIC,
        "kick": ("bd_fat", 3, 0.9, 0),
        "snare": ("sn_dolf", -1, 0.96, 0.03),
        "hat": ("drum_cymbal_closed", -8, 0.94, -0.2),
        "open": ("drum_cymbal_open", -12, 0.94, -0.2),
    },
    "trap": {
        **_ACOUSTIC,
        "kick": ("bd_808", 1, 1.05, 0),
        "snare": ("sn_dub", -2, 1.1, 0),
        "clap": (":clap", -2, 1.0, 0),
        "hat": (":hat", -10, 1.15, -0.15),
        "open": (":open_hat", -12, 1.0, 0.2),
        "stick": ("perc_snap", -4, 1.0, 0.3),
        "crash": ("elec_cymbal", -8, 0.8, 0),
    },
    "house": {
        **_ACOUSTIC,
        "kick": ("bd_haus", 3, 1.0, 0),
        "snare": ("elec_hi_snare", -6, 1.0, 0),
        "clap": (":clap", -2, 1.0, 0),
        "hat": (":hat", -12, 1.0, -0.2),
        "open": (":open_hat", -9, 1.0, 0.15),
        "crash": ("elec_cymbal", -8, 0.8, 0),
    },
    "techno": {
        **_ACOUSTIC,
        "kick": ("bd_tek", 3, 1.0, 0),
        "snare": ("elec_filt_snare", -5, 1.0, 0),
        "clap": (":clap", -4, 0.9, 0),
        "hat": (":hat", -11, 0.9, -0.2),
        "open": (":open_hat", -8, 0.9, 0.1),
        "stick": ("elec_wood", -8, 1.0, 0.4),
        "crash": ("elec_cymbal", -8, 0.7, 0),
    },
    "gated": {
        **_ACOUSTIC,
        "kick": ("bd_klub", 2, 1.0, 0),
        "snare": (":gated_snare", 1, 1.0, 0),
        "tom_low": ("elec_fuzz_tom", -2, 0.7, 0.4),
        "tom_mid": ("elec_fuzz_tom", -2, 0.9, 0.0),
        "tom_high": ("elec_fuzz_tom", -2, 1.1, -0.4),
        "hat": (":hat", -11, 1.0, -0.2),
        "open": (":open_hat", -10, 1.0, 0.15),
    },
    "chip": {
        **_ACOUSTIC,
        "kick": (":chip_kick", 0, 1.0, 0),
        "snare": (":chip_noise", -4, 1.0, 0),
        "hat": (":chip_noise", -14, 2.2, 0),
        "crash": (":chip_noise", -6, 0.4, 0),
    },
    "cinematic": {
        **_ACOUSTIC,
        "kick": ("bd_boom", 3, 0.8, 0),
        "tom_low": (":taiko", 3, 0.8, -0.15),
        "tom_mid": (":taiko", 1, 1.05, 0.2),
        "tom_high": (":taiko", -1, 1.4, 0.35),
        "crash": ("drum_splash_hard", -6, 0.62, 0.2),
        "splash": ("misc_cineboom", 0, 1.0, 0),
    },
}
_NAMES = {number: name for name, number in DRUMS.items()}


def play(score: Score, part: Part, n_samples: int) -> Stereo:
    """Play a part of drum hits with its kit.

    Raises:
        KeyError: for a kit or a drum that doesn't exist.
    """
    kit = _KITS[part.voice.name]
    out = np.zeros((n_samples, 2), np.float32)
    for number, note in enumerate(part.notes):
        name, gain_db, speed, pan = kit[_NAMES[note.pitch]]
        # No two strokes of a hand are alike: pitch moves by a hair from hit to hit.
        speed *= 1 + 0.012 * ((number * 7) % 5 - 2) / 2
        sound = _hit(name, round(speed, 3))
        start = max(0, round((note.start_beats * score.beat_s + LEAD_IN_S) * RATE_HZ))
        end = min(n_samples, start + len(sound))
        level = 10 ** (gain_db / 20) * (note.velocity / 100) ** 1.5
        sides = np.sqrt(np.array([(1 - pan) / 2, (1 + pan) / 2])) * np.sqrt(2)
        out[start:end] += (level * sound[: end - start, None] * sides).astype(np.float32)
    return out


@lru_cache(maxsize=256)
def _hit(name: str, speed: float) -> npt.NDArray[np.float32]:
    sound = _OWN[name[1:]]() if name.startswith(":") else _sample(name)
    if speed != 1.0:
        sound = soxr.resample(sound, RATE_HZ * speed, RATE_HZ).astype(np.float32)
    return sound


@lru_cache(maxsize=64)
def _sample(name: str) -> npt.NDArray[np.float32]:
    path: Path = sample_folder() / f"{name}.flac"
    sound, rate_hz = soundfile.read(path, dtype="float32", always_2d=True)
    mono = soxr.resample(sound.mean(1), rate_hz, RATE_HZ)
    return np.asarray(mono / np.abs(mono).max() * 0.5, np.float32)


def _noise(length_s: float, decay_s: float, seed: int) -> npt.NDArray[np.float64]:
    n = round(length_s * RATE_HZ)
    envelope = np.exp(-np.arange(n) / RATE_HZ / decay_s)
    return np.asarray(np.random.default_rng(seed).standard_normal(n) * envelope)


def _band(sound: npt.NDArray[np.float64], low_hz: float, high_hz: float) -> npt.NDArray[np.float64]:
    sections = signal.butter(2, (low_hz, high_hz), "bandpass", fs=RATE_HZ, output="sos")
    return np.asarray(signal.sosfilt(sections, sound))


def _levelled(sound: npt.NDArray[np.float64]) -> npt.NDArray[np.float32]:
    return (sound / np.abs(sound).max() * 0.5).astype(np.float32)


def clap() -> npt.NDArray[np.float32]:
    """Several hands, not quite together."""
    out = np.zeros(round(0.35 * RATE_HZ))
    for number, late_s in enumerate((0.0, 0.011, 0.022, 0.03)):
        start = round(late_s * RATE_HZ)
        burst = _noise(0.3, 0.09 if number == 3 else 0.006, 5 + number)
        out[start : start + len(burst)] += burst[: len(out) - start]
    return _levelled(_band(out, 900, 5200))


def hat() -> npt.NDArray[np.float32]:
    """A closed hi-hat of six square waves and noise."""
    return _levelled(_band(_metal(0.09, 0.022), 6500, 15000))


def open_hat() -> npt.NDArray[np.float32]:
    """The same, let ring."""
    return _levelled(_band(_metal(0.4, 0.12), 6000, 15000))


def _metal(length_s: float, decay_s: float) -> npt.NDArray[np.float64]:
    time_s = np.arange(round(length_s * RATE_HZ)) / RATE_HZ
    tones = sum(
        np.sign(np.sin(2 * np.pi * f * time_s))
        for f in (2051.0, 3047.0, 3693.0, 5223.0, 5401.0, 8000.0)
    )
    mix = 0.25 * np.asarray(tones) + 0.8 * np.random.default_rng(3).standard_normal(len(time_s))
    return np.asarray(mix * np.exp(-time_s / decay_s))


def shaker() -> npt.NDArray[np.float32]:
    """Seeds in a shell."""
    sound = _noise(0.12, 0.035, 9)
    sound *= np.minimum(1, np.arange(len(sound)) / (0.018 * RATE_HZ))
    return _levelled(_band(sound, 4500, 12000))


def metal_kick() -> npt.NDArray[np.float32]:
    """The sampled kick, with a beater's click around 2-4 kHz."""
    body = _hit("drum_heavy_kick", 1.0).astype(np.float64)
    click = _band(_noise(0.03, 0.004, 21), 1800, 5500)
    body[: len(click)] += 0.9 * click[: len(body)]
    return _levelled(body)


def metal_snare() -> npt.NDArray[np.float32]:
    """The sampled snare with a cracked edge."""
    body = _hit("drum_snare_hard", 1.0).astype(np.float64)
    wires = _band(_noise(0.22, 0.06, 22), 1500, 9000)
    body[: len(wires)] += 0.35 * wires[: len(body)]
    return _levelled(np.tanh(3 * body))


def gated_snare() -> npt.NDArray[np.float32]:
    """The eighties: a snare in a big room that is cut off."""
    body = np.zeros(round(0.34 * RATE_HZ))
    snare = _hit("drum_snare_hard", 0.9)
    body[: len(snare)] += snare[: len(body)]
    room = _band(_noise(0.34, 0.4, 23), 300, 6500)
    body += 0.25 * room * (np.arange(len(body)) < 0.26 * RATE_HZ)
    body *= np.clip((len(body) - np.arange(len(body))) / (0.04 * RATE_HZ), 0, 1)
    return _levelled(body)


def chip_kick() -> npt.NDArray[np.float32]:
    """A falling square."""
    time_s = np.arange(round(0.14 * RATE_HZ)) / RATE_HZ
    pitch = 50 + 260 * np.exp(-time_s / 0.02)
    wave = np.sign(np.sin(2 * np.pi * np.cumsum(pitch) / RATE_HZ))
    return _levelled(_band(wave * np.exp(-time_s / 0.06), 30, 6000))


def chip_noise() -> npt.NDArray[np.float32]:
    """A game console's noise channel."""
    coarse = np.repeat(np.random.default_rng(4).choice((-1.0, 1.0), 2400), 4)
    return _levelled(coarse * np.exp(-np.arange(len(coarse)) / RATE_HZ / 0.05))


def taiko() -> npt.NDArray[np.float32]:
    """A large drum: a falling skin, its wood, and the hall."""
    time_s = np.arange(round(1.3 * RATE_HZ)) / RATE_HZ
    pitch = 62 * (1 + 0.5 * np.exp(-time_s / 0.03))
    skin = np.sin(2 * np.pi * np.cumsum(pitch) / RATE_HZ) * np.exp(-time_s / 0.28)
    skin += 0.4 * np.sin(2 * np.pi * np.cumsum(pitch * 1.59) / RATE_HZ) * np.exp(-time_s / 0.12)
    stick = _band(_noise(1.3, 0.02, 31), 300, 3000)
    return _levelled(skin + 0.35 * stick)


_OWN: dict[str, Callable[[], npt.NDArray[np.float32]]] = {
    sound.__name__: sound
    for sound in (
        clap, hat, open_hat, shaker, metal_kick, metal_snare, gated_snare, chip_kick, chip_noise,
        taiko,
    )
}  # fmt: skip
