"""Amplifiers, boxes and the equaliser that follows real spectra, on sounds that are known."""

import numpy as np
import pytest

from composer.effects import BassAmp, Box, Cabinet, GuitarAmp, MatchPop
from composer.effects.spectra import BANDS_HZ, POP_DB, third_octaves_db
from composer.filters import minimum_phase
from composer.sound import RATE_HZ, Stereo, rms


def sine(frequency_hz: float, level: float = 0.5) -> Stereo:
    time_s = np.arange(RATE_HZ) / RATE_HZ
    return np.repeat((level * np.sin(2 * np.pi * frequency_hz * time_s))[:, None], 2, 1).astype(
        np.float32
    )


def noise(seed: int = 3) -> Stereo:
    mono = np.random.default_rng(seed).standard_normal((4 * RATE_HZ, 1))
    return np.repeat(0.1 * mono, 2, 1).astype(np.float32)


def partial(sound: Stereo, frequency_hz: float) -> float:
    spectrum = np.abs(np.fft.rfft(sound[:RATE_HZ, 0] * np.hanning(RATE_HZ)))
    return float(spectrum[round(frequency_hz)])


@pytest.mark.parametrize("box", list(Box))
def test_a_box_passes_the_middle_and_ends_steeply(box: Box) -> None:
    cabinet = Cabinet(box)
    gains = {f: rms(cabinet.apply(sine(f))) / rms(sine(f)) for f in (40, 200, 2000, 10_000)}
    assert gains[200] == pytest.approx(1, abs=0.3)
    assert gains[10_000] < 0.06
    assert gains[2000] > 10 * gains[10_000]
    assert gains[40] < gains[200]


def test_a_minimum_phase_response_has_its_gains_and_starts_at_once() -> None:
    frequencies_hz = np.array([20.0, 500.0, 1000.0, 2000.0, 20_000.0])
    response = minimum_phase(frequencies_hz, np.array([0.0, 0.0, -6.0, 0.0, 0.0]), 2048)
    gains = np.abs(np.fft.rfft(response, RATE_HZ))
    assert 20 * np.log10(gains[1000]) == pytest.approx(-6, abs=0.3)
    assert 20 * np.log10(gains[5000]) == pytest.approx(0, abs=0.3)
    # Most of its energy comes first: an equaliser that rings ahead would smear every stroke.
    assert (response[:64] ** 2).sum() > 0.95 * (response**2).sum()


def test_more_drive_brings_more_overtones() -> None:
    def dirt(drive_db: float) -> float:
        driven = GuitarAmp(drive_db).apply(sine(200))
        return partial(driven, 1000) / partial(driven, 200)

    assert dirt(0) < dirt(12) < dirt(30)
    left, right = GuitarAmp(drive_db=20).apply(sine(200)).T
    np.testing.assert_allclose(left, right, atol=1e-6)


def test_a_driven_chord_stays_within_bounds_and_keeps_no_steady_offset() -> None:
    driven = GuitarAmp(drive_db=30).apply(sine(110) + sine(165))
    assert np.abs(driven).max() < 0.6
    assert abs(float(driven[RATE_HZ // 2 :].mean())) < 0.01 * rms(driven)


def test_the_bass_keeps_its_fundamental_clean() -> None:
    amp = BassAmp(drive_db=18, share=0.5)
    driven = amp.apply(sine(80))
    assert partial(driven, 80) > 0.9 * partial(sine(80), 80)
    # What is driven sounds beside it.
    both = amp.apply(sine(80) + sine(400, 0.2))
    assert partial(both, 1200) > 20 * partial(sine(80) + sine(400, 0.2), 1200)


def test_a_match_goes_part_of_the_way_to_real_pop() -> None:
    sound = noise()
    middle = slice(3, 18)

    def distance(x: Stereo) -> float:
        missing = (POP_DB - third_octaves_db(x))[middle]
        return float(np.abs(missing - missing.mean()).mean())

    whole, half = distance(sound), distance(MatchPop(strength=0.5).apply(sound))
    assert 0.35 * whole < half < 0.75 * whole
    assert distance(MatchPop(strength=0.0).apply(sound)) == pytest.approx(whole, rel=0.01)


def test_bands_of_white_noise_rise_by_a_decibel_a_third() -> None:
    bands_db = third_octaves_db(noise())
    assert len(bands_db) == len(BANDS_HZ) == 24
    assert np.diff(bands_db)[6:].mean() == pytest.approx(1, abs=0.1)
    assert 10 * np.log10((10 ** (bands_db / 10)).sum()) == pytest.approx(0, abs=1e-6)
