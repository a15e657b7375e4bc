"""Synthesised and layered drums that no sample gives. Mono float32, peak 0.5."""

from collections.abc import Callable
from functools import lru_cache

import numpy as np
import numpy.typing as npt
import soundfile
import soxr
from scipy import signal

from composer.sound import RATE_HZ
from composer.tools import sample_folder

Drum = npt.NDArray[np.float32]
_Curve = npt.NDArray[np.float64]


@lru_cache(maxsize=96)
def sample(name: str) -> Drum:
    """Read a CC0 sample of Debian's sonic-pi-samples."""
    sound, rate_hz = soundfile.read(
        sample_folder() / f"{name}.flac", dtype="float32", always_2d=True
    )
    mono = soxr.resample(sound.mean(1), rate_hz, RATE_HZ)
    return np.asarray(mono / np.abs(mono).max() * 0.5, np.float32)


def _noise(length_s: float, decay_s: float, seed: int) -> _Curve:
    n = round(length_s * RATE_HZ)
    envelope = np.exp(-np.arange(n) / RATE_HZ / decay_s)
    return np.asarray(np.random.default_rng(seed).standard_normal(n) * envelope)


def _band(sound: _Curve, low_hz: float, high_hz: float) -> _Curve:
    sections = signal.butter(2, (low_hz, high_hz), "bandpass", fs=RATE_HZ, output="sos")
    return np.asarray(signal.sosfilt(sections, sound))


def _levelled(sound: _Curve) -> Drum:
    return np.asarray(sound / np.abs(sound).max() * 0.5, np.float32)


def clap() -> Drum:
    """Several hands, not quite together."""
    out = np.zeros(round(0.35 * RATE_HZ))
    for number, late_s in enumerate((0.0, 0.011, 0.022, 0.03)):
        start = round(late_s * RATE_HZ)
        burst = _noise(0.3, 0.09 if number == 3 else 0.006, 5 + number)
        out[start : start + len(burst)] += burst[: len(out) - start]
    return _levelled(_band(out, 900, 5200))


def hat() -> Drum:
    """A closed hi-hat of six square waves and noise."""
    return _levelled(_band(_metal(0.09, 0.022), 6500, 15000))


def open_hat() -> Drum:
    """An open hi-hat: the same, ringing longer."""
    return _levelled(_band(_metal(0.4, 0.12), 6000, 15000))


def _metal(length_s: float, decay_s: float) -> _Curve:
    time_s = np.arange(round(length_s * RATE_HZ)) / RATE_HZ
    tones = sum(
        np.sign(np.sin(2 * np.pi * f * time_s))
        for f in (2051.0, 3047.0, 3693.0, 5223.0, 5401.0, 8000.0)
    )
    mix = 0.25 * np.asarray(tones) + 0.8 * np.random.default_rng(3).standard_normal(len(time_s))
    return np.asarray(mix * np.exp(-time_s / decay_s))


def shaker() -> Drum:
    """Seeds in a shell."""
    sound = _noise(0.12, 0.035, 9)
    sound *= np.minimum(1, np.arange(len(sound)) / (0.018 * RATE_HZ))
    return _levelled(_band(sound, 4500, 12000))


def metal_kick() -> Drum:
    """The sampled kick, with a beater's click around 2-4 kHz."""
    body = sample("drum_heavy_kick").astype(np.float64)
    click = _band(_noise(0.03, 0.004, 21), 1800, 5500)
    body[: len(click)] += 0.9 * click[: len(body)]
    return _levelled(body)


def metal_snare() -> Drum:
    """The sampled snare with a cracked edge."""
    body = sample("drum_snare_hard").astype(np.float64)
    wires = _band(_noise(0.22, 0.06, 22), 1500, 9000)
    body[: len(wires)] += 0.35 * wires[: len(body)]
    return _levelled(np.tanh(3 * body))


def gated_snare() -> Drum:
    """The eighties: a snare in a big room that is cut off."""
    body = np.zeros(round(0.34 * RATE_HZ))
    snare = soxr.resample(sample("drum_snare_hard"), 0.9, 1)
    body[: len(snare)] += snare[: len(body)]
    room = _band(_noise(0.34, 0.4, 23), 300, 6500)
    body += 0.25 * room * (np.arange(len(body)) < 0.26 * RATE_HZ)
    body *= np.clip((len(body) - np.arange(len(body))) / (0.04 * RATE_HZ), 0, 1)
    return _levelled(body)


def chip_kick() -> Drum:
    """A falling square."""
    time_s = np.arange(round(0.14 * RATE_HZ)) / RATE_HZ
    pitch = 50 + 260 * np.exp(-time_s / 0.02)
    wave = np.sign(np.sin(2 * np.pi * np.cumsum(pitch) / RATE_HZ))
    return _levelled(_band(wave * np.exp(-time_s / 0.06), 30, 6000))


def chip_noise() -> Drum:
    """A game console's noise channel."""
    coarse = np.repeat(np.random.default_rng(4).choice((-1.0, 1.0), 2400), 4)
    return _levelled(coarse * np.exp(-np.arange(len(coarse)) / RATE_HZ / 0.05))


def taiko() -> Drum:
    """A large drum: a falling skin, its wood, and the hall."""
    time_s = np.arange(round(1.3 * RATE_HZ)) / RATE_HZ
    pitch = 62 * (1 + 0.5 * np.exp(-time_s / 0.03))
    skin = np.sin(2 * np.pi * np.cumsum(pitch) / RATE_HZ) * np.exp(-time_s / 0.28)
    skin += 0.4 * np.sin(2 * np.pi * np.cumsum(pitch * 1.59) / RATE_HZ) * np.exp(-time_s / 0.12)
    stick = _band(_noise(1.3, 0.02, 31), 300, 3000)
    return _levelled(skin + 0.35 * stick)


def fat_kick() -> Drum:
    """Boom bap's: a thick low skin that falls slowly, saturated, with a short beater."""
    return _thick(64, 82, 0.14, 0.13, 7, 0.3)


def punchy_kick() -> Drum:
    """The same, higher and tighter."""
    return _thick(74, 84, 0.14, 0.12, 9, 0.45)


def dusty_kick() -> Drum:
    """The same through an old sampler: no click, twelve bits."""
    body = signal.sosfilt(_low(2600), _thick(68, 80, 0.15, 0.12, 11, 0.1).astype(np.float64))
    return _levelled(np.round(body * 400) / 400)


def trap_kick() -> Drum:
    """A thick kick that leaves the long tail to the bass."""
    return _thick(60, 110, 0.12, 0.12, 12, 0.5)


def _thick(
    low_hz: float, fall_hz: float, fall_s: float, decay_s: float, drive: float, click: float
) -> Drum:
    # Measured: the tagging networks take a slow fall and strong saturation for hip-hop, a fast
    # fall for techno.
    time_s = np.arange(round(0.62 * RATE_HZ)) / RATE_HZ
    pitch = low_hz + fall_hz * np.exp(-time_s / fall_s)
    skin = np.sin(2 * np.pi * np.cumsum(pitch) / RATE_HZ) * np.exp(-time_s / decay_s)
    body = np.tanh(drive * skin)
    beater = _band(_noise(0.62, 0.004, 41), 900, 6000)
    body += click * beater / np.abs(beater).max()
    return _levelled(body * np.clip((time_s[-1] - time_s) / 0.05, 0, 1))


def cracked_snare() -> Drum:
    """A snare, a higher one for its edge, and a room, saturated together."""
    return _layered((("drum_snare_hard", 1.0, 1.0), ("elec_hi_snare", 1.0, 0.55)), 0.16, 2.5)


def dusty_snare() -> Drum:
    """A snare from a worn record: low, short and dull."""
    body = _layered((("sn_generic", 0.94, 1.0), ("drum_snare_hard", 0.86, 0.6)), 0.12, 3.5)
    return _levelled(signal.sosfilt(_low(6200), body.astype(np.float64)))


def funky_snare() -> Drum:
    """A tight, high, ringing snare."""
    return _layered((("drum_snare_hard", 1.14, 1.0), ("sn_generic", 1.2, 0.4)), 0.07, 1.6)


def trap_snare() -> Drum:
    """A snare with a clap on top."""
    return _layered((("elec_hi_snare", 1.06, 1.0), ("sn_generic", 1.1, 0.6)), 0.2, 2.5)


def _layered(layers: tuple[tuple[str, float, float], ...], room_s: float, drive: float) -> Drum:
    """Mix samples (name, speed, share), add a room that decays in `room_s`, and saturate."""
    body = np.zeros(round(0.5 * RATE_HZ))
    for name, speed, share in layers:
        stroke = soxr.resample(sample(name), speed, 1)[: len(body)]
        body[: len(stroke)] += share * stroke
    room = _band(_noise(0.5, room_s, 43), 250, 5200)
    body += 0.12 * room / np.abs(room).max()
    return _levelled(np.tanh(drive * body / np.abs(body).max()))


def _low(frequency_hz: float) -> _Curve:
    return np.asarray(signal.butter(2, frequency_hz, "lowpass", fs=RATE_HZ, output="sos"))


def rim() -> Drum:
    """A stick across the rim: wood, and the shell under it."""
    time_s = np.arange(round(0.16 * RATE_HZ)) / RATE_HZ
    wood = sum(
        share * np.sin(2 * np.pi * pitch_hz * time_s) * np.exp(-time_s / decay_s)
        for pitch_hz, share, decay_s in (
            (392.0, 0.7, 0.03), (848.0, 0.9, 0.022), (1710.0, 1.0, 0.012), (2930.0, 0.4, 0.006),
        )
    )  # fmt: skip
    return _levelled(np.asarray(wood) + 0.5 * _band(_noise(0.16, 0.003, 51), 1500, 8000))


def brush() -> Drum:
    """Wires swept over the skin."""
    sweep = _band(_noise(0.3, 0.11, 52), 900, 7500)
    return _levelled(sweep * np.minimum(1, np.arange(len(sweep)) / (0.02 * RATE_HZ)))


def brush_tap() -> Drum:
    """A stroke with a brush, with the tone of the skin."""
    body = 0.6 * sample("drum_snare_soft").astype(np.float64)
    wires = _band(_noise(0.2, 0.05, 53), 1200, 8000)
    body[: len(wires)] += 0.2 * wires[: len(body)] / np.abs(wires).max()
    return _levelled(body)


def soft_kick() -> Drum:
    """A felt beater on a damped skin."""
    body = _thick(58, 60, 0.07, 0.1, 2.2, 0.0).astype(np.float64)
    return _levelled(signal.sosfilt(_low(1400), body))


def timbale() -> Drum:
    """A metal shell: the reggae drummer's fills."""
    time_s = np.arange(round(0.4 * RATE_HZ)) / RATE_HZ
    skin = sum(
        share * np.sin(2 * np.pi * 340 * ratio * time_s) * np.exp(-time_s / decay_s)
        for ratio, share, decay_s in ((1, 1.0, 0.09), (1.59, 0.6, 0.06), (2.3, 0.4, 0.05))
    )
    return _levelled(np.asarray(skin) + 0.4 * _band(_noise(0.4, 0.008, 54), 1500, 7000))


def conga() -> Drum:
    """An open tone on a long drum."""
    time_s = np.arange(round(0.5 * RATE_HZ)) / RATE_HZ
    pitch = 205 * (1 + 0.08 * np.exp(-time_s / 0.02))
    skin = np.sin(2 * np.pi * np.cumsum(pitch) / RATE_HZ) * np.exp(-time_s / 0.11)
    skin += 0.35 * np.sin(2 * np.pi * np.cumsum(pitch * 1.52) / RATE_HZ) * np.exp(-time_s / 0.05)
    return _levelled(skin + 0.5 * _band(_noise(0.5, 0.006, 55), 500, 4000))


OWN: dict[str, Callable[[], Drum]] = {
    sound.__name__: sound
    for sound in (
        clap, hat, open_hat, shaker, metal_kick, metal_snare, gated_snare, chip_kick, chip_noise,
        taiko, fat_kick, punchy_kick, dusty_kick, trap_kick, cracked_snare, dusty_snare,
        funky_snare, trap_snare, rim, brush, brush_tap, soft_kick, timbale, conga,
    )
}  # fmt: skip
