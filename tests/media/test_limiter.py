"""The limiter on tones."""

from pathlib import Path

import numpy as np
import pytest
import soundfile

from engine.media.limiter import PeakLimiter, Samples, limit_peaks
from engine.media.loudness import measure_loudness

RATE_HZ = 48_000


def tone(hz: float, level: float, seconds: float = 4.0) -> Samples:
    time_s = np.arange(round(seconds * RATE_HZ)) / RATE_HZ
    wave = level * np.sin(2 * np.pi * hz * time_s + 0.3)
    # Fades avoid overshoot at the ends, which music doesn't have.
    wave *= np.clip(np.minimum(time_s, time_s[::-1]) / 0.05, 0, 1)
    return np.stack([wave, wave], 1).astype(np.float32)


def limited(sound: Samples, n_blocks: int = 7) -> Samples:
    return np.concatenate(list(limit_peaks(np.array_split(sound, n_blocks), RATE_HZ, -1.0)))


def test_quiet_sound_stays_in_sync_and_unchanged() -> None:
    sound = tone(1000, 0.3)
    out = limited(sound)
    assert out.shape == sound.shape
    inner = slice(1000, -1000)
    assert np.abs(out[inner] - sound[inner]).max() < 1e-4


def test_length_is_kept_for_any_blocks() -> None:
    sound = tone(440, 0.9, 1.2345)
    for n_blocks in (1, 3, 50):
        assert limited(sound, n_blocks).shape == sound.shape


@pytest.mark.parametrize("hz", [997.0, 11_999.0])
def test_true_peak_stays_below_the_ceiling(hz: float, tmp_path: Path) -> None:
    # At a quarter of the sample rate the true peaks are up to 3 dB above the samples.
    path = tmp_path / "loud.wav"
    soundfile.write(path, limited(tone(hz, 1.7)), RATE_HZ, subtype="FLOAT")
    assert measure_loudness(path).true_peak_dbtp <= -1.0


def test_empty_blocks_do_not_end_the_sound() -> None:
    nothing = np.zeros((0, 2), np.float32)
    out = list(limit_peaks([nothing, tone(440, 0.2, 0.5), nothing], RATE_HZ, -1.0))
    assert sum(map(len, out)) == RATE_HZ // 2
    assert list(limit_peaks([], RATE_HZ, -1.0)) == []


def test_noise_stays_below_the_ceiling(tmp_path: Path) -> None:
    noise = np.random.default_rng(1).normal(0, 0.5, (4 * RATE_HZ, 2)).astype(np.float32)
    path = tmp_path / "noise.wav"
    soundfile.write(path, limited(noise), RATE_HZ, subtype="FLOAT")
    assert measure_loudness(path).true_peak_dbtp <= -1.0


def test_loud_sound_from_the_first_sample_on_is_limited() -> None:
    out = limited(np.full((RATE_HZ // 10, 2), 2.0, np.float32))
    assert np.abs(out).max() <= 10 ** (-1.3 / 20) + 1e-6


def test_small_blocks_give_the_same_sound_later() -> None:
    sound = tone(300, 1.5, 1.0) * np.linspace(0.1, 1, RATE_HZ, dtype=np.float32)[:, None]
    limiter = PeakLimiter(RATE_HZ, -1.0)
    sizes = np.random.default_rng(2).integers(1, 900, 60)
    starts = np.minimum(np.cumsum(sizes), len(sound))
    out = np.concatenate([limiter.push(part) for part in np.split(sound, starts)])
    assert out.shape == sound.shape
    expected = limited(sound, 1)[: -limiter.latency]
    np.testing.assert_allclose(out[limiter.latency :], expected, atol=1e-6)
    assert not out[: limiter.latency].any()


def test_the_gain_is_back_soon_after_a_peak() -> None:
    sound = tone(1000, 0.5, 2.0)
    sound[RATE_HZ : RATE_HZ + 480] *= 6
    out = limited(sound)
    assert np.abs(out[RATE_HZ : RATE_HZ + 480]).max() < 0.9
    assert np.abs(out[RATE_HZ + 480 : RATE_HZ + 2400]).max() < 0.45
    later = slice(RATE_HZ + RATE_HZ // 2, -RATE_HZ // 4)
    np.testing.assert_allclose(out[later], sound[later], rtol=0.01, atol=1e-4)
