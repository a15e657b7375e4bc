"""Tempo, beats and bars of click tracks."""

import numpy as np
import numpy.typing as npt
import pytest

from engine.music.mel import FRAME_RATE_HZ
from engine.music.onsets import OnsetCurves, prominence
from engine.music.rhythm import Rhythm, describe_rhythm, estimate_tempo, track_beats

Curve = npt.NDArray[np.float32]
Times = npt.NDArray[np.float64]

CHROMA_RATE_HZ = 7.8125
NO_CHROMA = np.zeros((0, 12), np.float32)


def clicks(times_s: Times, duration_s: float, heights: Times | float = 1.0) -> Curve:
    curve = np.zeros(int(duration_s * FRAME_RATE_HZ), np.float32)
    frames = np.round(times_s * FRAME_RATE_HZ).astype(int)
    curve[frames] = heights
    curve[np.minimum(frames + 1, len(curve) - 1)] = np.asarray(heights) / 2
    return curve


def steady(bpm: float, duration_s: float, start_s: float = 0.3) -> Times:
    return np.arange(start_s, duration_s - 0.1, 60 / bpm)


@pytest.mark.parametrize("bpm", [60, 74.5, 90, 100, 120, 128.3, 140, 174])
def test_the_tempo_of_clicks(bpm: float) -> None:
    found, confidence = estimate_tempo(prominence(clicks(steady(bpm, 30), 30)))
    assert min(abs(found / (bpm * factor) - 1) for factor in (1, 2, 0.5)) < 0.01
    assert confidence > 0.5


@pytest.mark.parametrize("bpm", [80, 100, 120, 140])
def test_near_two_beats_a_second_the_octave_is_right_too(bpm: float) -> None:
    found, _ = estimate_tempo(prominence(clicks(steady(bpm, 30), 30)))
    assert found == pytest.approx(bpm, rel=0.01)


def test_noise_has_less_pulse_than_clicks() -> None:
    noise = np.random.default_rng(0).random(2000).astype(np.float32)
    _, confidence = estimate_tempo(prominence(noise))
    assert confidence < 0.1


def test_beats_fall_on_the_clicks() -> None:
    times_s = steady(110, 20)
    rhythm = describe_rhythm(curves(clicks(times_s, 20)), NO_CHROMA, CHROMA_RATE_HZ)
    assert rhythm.bpm == pytest.approx(110, rel=0.01)
    assert len(rhythm.beats_s) == pytest.approx(len(times_s), abs=1)
    apart_s = np.abs(rhythm.beats_s[:, None] - times_s).min(axis=1)
    assert apart_s.max() < 0.025


def test_beats_follow_a_rising_tempo() -> None:
    bpm = np.linspace(100, 112, 40)
    times_s = 0.3 + np.concatenate(([0], np.cumsum(60 / bpm)))
    pulse = prominence(clicks(times_s, times_s[-1] + 1))
    beats_s = track_beats(pulse, 106) / FRAME_RATE_HZ
    apart_s = np.abs(beats_s[:, None] - times_s).min(axis=1)
    assert len(beats_s) == pytest.approx(len(times_s), abs=1)
    assert np.mean(apart_s < 0.03) > 0.95


def test_no_beats_in_the_silence_around_the_music() -> None:
    times_s = steady(120, 12, start_s=4)
    rhythm = describe_rhythm(curves(clicks(times_s, 20)), NO_CHROMA, CHROMA_RATE_HZ)
    assert rhythm.beats_s.min() > 3.4
    assert rhythm.beats_s.max() < 12.5


@pytest.mark.parametrize(("metre", "first"), [(4, 0), (4, 1), (4, 3), (3, 0), (3, 2)])
def test_bars_start_at_the_accents(metre: int, first: int) -> None:
    times_s = steady(120, 30)
    accents = np.where(np.arange(len(times_s)) % metre == first, 2.0, 1.0)
    strength = clicks(times_s, 30, accents)
    rhythm = describe_rhythm(curves(strength), NO_CHROMA, CHROMA_RATE_HZ)
    assert rhythm.beats_per_bar == metre
    np.testing.assert_allclose(rhythm.downbeats_s[:5], times_s[first::metre][:5], atol=0.025)


def test_bars_start_where_the_harmony_changes() -> None:
    times_s = steady(120, 32, start_s=0)
    chroma = np.zeros((int(32 * CHROMA_RATE_HZ), 12), np.float32)
    # Two chords, two seconds (four beats) each, from the second beat on.
    chord = (np.arange(len(chroma)) / CHROMA_RATE_HZ - 0.5) // 2 % 2
    chroma[:, 0], chroma[:, 7] = chord, 1 - chord
    rhythm = describe_rhythm(curves(clicks(times_s, 32)), chroma, CHROMA_RATE_HZ)
    assert rhythm.beats_per_bar == 4
    np.testing.assert_allclose(rhythm.downbeats_s % 2, 0.5, atol=0.03)


@pytest.mark.parametrize("duration_s", [0, 1, 2.9, 60])
def test_silence_and_snippets_have_no_pulse(duration_s: float) -> None:
    nothing = np.zeros(int(duration_s * FRAME_RATE_HZ), np.float32)
    rhythm = describe_rhythm(curves(nothing), NO_CHROMA, CHROMA_RATE_HZ)
    assert (rhythm.bpm, rhythm.confidence, rhythm.onset_density_hz) == (0, 0, 0)
    assert len(rhythm.beats_s) == len(rhythm.downbeats_s) == 0


def test_too_few_beats_give_no_bars() -> None:
    rhythm = describe_rhythm(curves(clicks(steady(100, 4), 4)), NO_CHROMA, CHROMA_RATE_HZ)
    assert rhythm.beats_per_bar == 0
    assert len(rhythm.downbeats_s) == 0


def test_an_invalid_rhythm_is_refused() -> None:
    nothing = np.empty(0, np.float32)
    with pytest.raises(ValueError, match="out of range"):
        Rhythm(120, 1.5, nothing, nothing, 4, 1)


def curves(strength: Curve) -> OnsetCurves:
    return OnsetCurves(strength, strength)
