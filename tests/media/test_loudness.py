"""Loudness of the test signals of EBU Tech 3341 and 3342."""

from pathlib import Path

import numpy as np
import pytest
import soundfile

from engine.media.loudness import SILENCE_LUFS, measure_loudness

RATE = 48_000


def write_tone(path: Path, *levels_db: float, duration_s: float = 5.0) -> Path:
    """Write a stereo tone of 997 Hz, `duration_s` at each of the given peak levels."""
    time_s = np.arange(round(duration_s * RATE)) / RATE
    tone = np.sin(2 * np.pi * 997 * time_s)
    wave = np.concatenate([10 ** (level / 20) * tone for level in levels_db])
    soundfile.write(path, np.stack([wave, wave], axis=1), RATE, subtype="FLOAT")
    return path


# EBU Tech 3341, test case 1 and 2: a stereo tone with peaks at -23 dBFS reads -23 LUFS.
@pytest.mark.parametrize("level_db", [-23.0, -33.0, -6.0])
def test_a_tone_reads_its_level(tmp_path: Path, level_db: float) -> None:
    found = measure_loudness(write_tone(tmp_path / "tone.wav", level_db))
    assert found.integrated_lufs == pytest.approx(level_db, abs=0.1)
    assert found.true_peak_dbtp == pytest.approx(level_db, abs=0.2)
    assert found.range_lu == pytest.approx(0.0, abs=0.1)


def test_quiet_parts_are_gated(tmp_path: Path) -> None:
    # EBU Tech 3341, test case 3: the quiet ends are below the relative gate.
    found = measure_loudness(
        write_tone(tmp_path / "tone.wav", -36.0, *[-23.0] * 6, -36.0, duration_s=10)
    )
    assert found.integrated_lufs == pytest.approx(-23.0, abs=0.1)


def test_range_of_two_levels(tmp_path: Path) -> None:
    # EBU Tech 3342, test case 1: 20 s at -20 and 20 s at -30 dBFS have a range of 10 LU.
    found = measure_loudness(write_tone(tmp_path / "tone.wav", -20.0, -30.0, duration_s=20))
    assert found.range_lu == pytest.approx(10.0, abs=1.0)


def test_momentary_curve_follows_the_level(tmp_path: Path) -> None:
    found = measure_loudness(write_tone(tmp_path / "tone.wav", -20.0, -40.0))
    assert len(found.momentary_lufs) == 100
    assert found.momentary_lufs[40] == pytest.approx(-20, abs=0.1)
    assert found.momentary_lufs[90] == pytest.approx(-40, abs=0.1)


def test_only_the_given_part_is_measured(tmp_path: Path) -> None:
    path = write_tone(tmp_path / "tone.wav", -20.0, -40.0)
    assert measure_loudness(path, start_s=6.0, duration_s=3.0).integrated_lufs == pytest.approx(
        -40, abs=0.1
    )


def test_true_peak_lies_between_the_samples(tmp_path: Path) -> None:
    # A tone at a quarter of the rate, sampled at 45 degrees: samples at 0.5, crests at 0.707.
    wave = 0.5 * np.tile([1.0, 1.0, -1.0, -1.0], RATE)
    wave *= np.clip(np.minimum(np.arange(len(wave)), np.arange(len(wave))[::-1]) / RATE, 0, 1)
    soundfile.write(tmp_path / "tone.wav", np.stack([wave, wave], axis=1), RATE, subtype="FLOAT")
    found = measure_loudness(tmp_path / "tone.wav")
    assert found.true_peak_dbtp == pytest.approx(20 * np.log10(0.5 * 2**0.5), abs=0.2)


def test_silence_has_the_lowest_values(tmp_path: Path) -> None:
    soundfile.write(tmp_path / "silence.wav", np.zeros((RATE * 2, 2)), RATE)
    found = measure_loudness(tmp_path / "silence.wav")
    assert found.integrated_lufs == SILENCE_LUFS
    assert found.true_peak_dbtp == -120
    assert found.range_lu == 0
