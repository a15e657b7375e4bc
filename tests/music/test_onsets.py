"""Onset strength and onset times of sounds whose onsets are known."""

import numpy as np

from engine.music.mel import Framer, log_mel, mel_power, power_spectra
from engine.music.onsets import OnsetCurves, OnsetStream, local_mean, onset_times, prominence

RATE_HZ = 16_000


def heard(sound: np.ndarray, n_blocks: int = 1) -> OnsetCurves:
    framer, stream = Framer(512, 256), OnsetStream()
    for block in np.array_split(sound.astype(np.float32), n_blocks):
        stream.push(log_mel(mel_power(power_spectra(framer.push(block)))))
    stream.push(log_mel(mel_power(power_spectra(framer.finish()))))
    return stream.curves()


def plucks(times_s: list[float], duration_s: float, frequency_hz: float = 440) -> np.ndarray:
    t = np.arange(int(duration_s * RATE_HZ)) / RATE_HZ
    sound = np.zeros_like(t)
    for start_s in times_s:
        since = np.maximum(t - start_s, 0)
        sound += (t >= start_s) * np.exp(-since / 0.1) * np.sin(2 * np.pi * frequency_hz * since)
    return 0.3 * sound


def test_each_pluck_is_one_onset() -> None:
    times_s = [0.5, 1.0, 1.3, 2.0, 2.9]
    found = onset_times(heard(plucks(times_s, 4)))
    np.testing.assert_allclose(found, times_s, atol=0.03)


def test_blocks_make_no_difference() -> None:
    sound = plucks([0.5, 1.0], 2)
    whole, pieces = heard(sound), heard(sound, n_blocks=7)
    np.testing.assert_allclose(whole.strength, pieces.strength, atol=1e-5)
    np.testing.assert_allclose(whole.low, pieces.low, atol=1e-5)


def test_a_held_tone_and_silence_have_no_onsets() -> None:
    t = np.arange(3 * RATE_HZ) / RATE_HZ
    held = heard(0.3 * np.sin(2 * np.pi * 440 * t + 0.2 * np.sin(2 * np.pi * 5 * t)))
    # The sound begins and ends with the file: what lies between is still.
    times_s = onset_times(held)
    assert not np.any((times_s > 0.1) & (times_s < 2.9))
    assert len(onset_times(heard(np.zeros(RATE_HZ)))) == 0
    assert len(onset_times(OnsetStream().curves())) == 0


def test_the_low_curve_hears_the_bass_alone() -> None:
    bass, bell = heard(plucks([0.5], 1, 80)), heard(plucks([0.5], 1, 3000))
    # The click of the attack reaches every band, the tone only its own.
    assert bass.low.max() > 2 * bass.strength.max()
    assert bell.low.max() < bell.strength.max()


def test_the_local_mean_of_an_edge_counts_what_is_there() -> None:
    means = local_mean(np.array([0, 0, 6, 0], np.float32))
    np.testing.assert_allclose(means, 1.5)
    assert prominence(np.zeros(5, np.float32)).tolist() == [0] * 5
