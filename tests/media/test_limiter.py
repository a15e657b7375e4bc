"""The limiter on tones."""

from pathlib import Path

import numpy as np
import pytest
import soundfile

from engine.media.limiter import Samples, limit_peaks
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
