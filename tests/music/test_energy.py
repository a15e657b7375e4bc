"""Energy and peaks of sounds with known levels."""

import numpy as np
import pytest

from engine.music.energy import LevelStream
from engine.music.timbre import SpectrumAverage

RATE_HZ = 16_000


def test_energy_is_the_root_mean_square_of_each_second() -> None:
    levels = LevelStream()
    sound = np.concatenate((np.full(RATE_HZ, 0.5), np.zeros(RATE_HZ), np.full(100, -0.25)))
    for block in np.array_split(sound.astype(np.float32), 5):
        levels.push(block)
    assert levels.energy_curve().tolist() == [0.5, 0, 0.25]
    assert levels.duration_s == pytest.approx(2 + 100 / RATE_HZ)


def test_peaks_are_the_extremes_of_each_column() -> None:
    levels = LevelStream()
    sound = np.zeros(1000, np.float32)
    sound[[10, 400, 900]] = 1, -0.5, 2
    levels.push(sound)
    # Columns of 320 samples; peaks beyond full scale are drawn at full scale.
    assert levels.peaks().tolist() == [[0, 127], [-64, 0], [0, 127], [0, 0]]


def test_long_sounds_have_a_thousand_columns() -> None:
    levels = LevelStream()
    for _ in range(60):
        levels.push(np.full(RATE_HZ, 0.1, np.float32))
    levels.push(np.full(RATE_HZ, -1, np.float32))
    peaks = levels.peaks()
    assert peaks.shape == (1000, 2)
    assert peaks.dtype == np.int8
    assert peaks[0].tolist() == [13, 13]
    assert peaks[-1].tolist() == [-127, -127]


def test_an_empty_sound_has_no_levels() -> None:
    levels = LevelStream()
    assert len(levels.energy_curve()) == len(levels.peaks()) == 0
    assert levels.duration_s == 0


def test_brightness_is_the_centre_of_the_magnitudes() -> None:
    spectrum = SpectrumAverage()
    power = np.zeros((2, 257), np.float32)
    # 16000 / 512 = 31.25 Hz per bin: magnitude 3 at 1 kHz and 1 at 3 kHz give 1.5 kHz.
    power[0, 32], power[1, 96] = 9, 1
    spectrum.push(power)
    assert spectrum.brightness_hz() == pytest.approx(1500)
    assert spectrum.bass_share() == 0
    power[:] = 0
    power[0, 4] = 10
    spectrum.push(power)
    assert spectrum.bass_share() == pytest.approx(0.5)


def test_silence_has_no_timbre() -> None:
    assert SpectrumAverage().brightness_hz() == SpectrumAverage().bass_share() == 0
