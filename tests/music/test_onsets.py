"""Onset strength and onset times of sounds with known onsets."""

import numpy as np
import numpy.typing as npt

from engine.music.mel import Framer, log_mel, mel_power, power_spectra
from engine.music.onsets import OnsetCurves, OnsetStream, local_mean, onset_times, prominence

RATE_HZ = 16_000
Sound = npt.NDArray[np.float64]


def curves_of(sound: Sound, n_blocks: int = 1) -> OnsetCurves:
    framer, stream = Framer(512, 256), OnsetStream()
    for block in np.array_split(sound.astype(np.float32), n_blocks):
        stream.push(log_mel(mel_power(power_spectra(framer.push(block)))))
    stream.push(log_mel(mel_power(power_spectra(framer.finish()))))
    return stream.curves()


def plucks(times_s: list[float], duration_s: float, frequency_hz: float = 440) -> Sound:
    t = np.arange(int(duration_s * RATE_HZ)) / RATE_HZ
    sound = np.zeros_like(t)
    for start_s in times_s:
        since = np.maximum(t - start_s, 0)
        sound += (t >= start_s) * np.exp(-since / 0.1) * np.sin(2 * np.pi * frequency_hz * since)
    return 0.3 * sound


def test_each_pluck_is_one_onset() -> None:
    times_s = [0.5, 1.0, 1.3, 2.0, 2.9]
    found = onset_times(curves_of(plucks(times_s, 4)))
    np.testing.assert_allclose(found, times_s, atol=0.03)


def test_blocks_make_no_difference() -> None:
    sound = plucks([0.5, 1.0], 2)
    whole, blocks = curves_of(sound), curves_of(sound, n_blocks=7)
    np.testing.assert_allclose(whole.strength, blocks.strength, atol=1e-5)
    np.testing.assert_allclose(whole.low, blocks.low, atol=1e-5)


def test_a_held_tone_and_silence_have_no_onsets() -> None:
    t = np.arange(3 * RATE_HZ) / RATE_HZ
    curves = curves_of(0.3 * np.sin(2 * np.pi * 440 * t + 0.2 * np.sin(2 * np.pi * 5 * t)))
    # The sound starts and stops at the ends of the file; between them nothing starts.
    times_s = onset_times(curves)
    assert not np.any((times_s > 0.1) & (times_s < 2.9))
    assert len(onset_times(curves_of(np.zeros(RATE_HZ)))) == 0
    assert len(onset_times(OnsetStream().curves())) == 0


def test_the_low_curve_shows_bass_only() -> None:
    bass, bell = curves_of(plucks([0.5], 1, 80)), curves_of(plucks([0.5], 1, 3000))
    # The attack's click is in every band, the tone only in its own.
    assert bass.low.max() > 2 * bass.strength.max()
    assert bell.low.max() < bell.strength.max()


def test_the_local_mean_at_an_edge_uses_the_values_there_are() -> None:
    means = local_mean(np.array([0, 0, 6, 0], np.float32))
    np.testing.assert_allclose(means, 1.5)
    assert prominence(np.zeros(5, np.float32)).tolist() == [0] * 5
