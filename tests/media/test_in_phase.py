"""Channels out of phase are mixed as if they were in phase."""

from pathlib import Path

import numpy as np
import pytest
import soundfile

from engine.media.in_phase import in_phase
from engine.media.waveform import read_waveform

RATE = 22_050
Sound = np.ndarray


def groove(seed: int = 1) -> Sound:
    """Four seconds of beats and noise, float32 (n,)."""
    time_s = np.arange(4 * RATE) / RATE
    kick = 0.5 * np.sin(2 * np.pi * 60 * time_s) * np.exp(-18 * (time_s % 0.5))
    hiss = 0.1 * np.random.default_rng(seed).standard_normal(len(time_s))
    return np.asarray(kick + hiss * np.exp(-60 * (time_s % 0.25)), np.float32)


def delayed(sound: Sound, by_s: float) -> Sound:
    return np.concatenate([np.zeros(round(by_s * RATE), np.float32), sound])[: len(sound)]


def mono(*channels: Sound, weights: tuple[float, ...] = (0.5, 0.5), step: int = 1024) -> Sound:
    sound = np.stack(channels, axis=1)
    chunks = (sound[at : at + step] for at in range(0, len(sound), step))
    return np.concatenate(list(in_phase(chunks, RATE, weights)))[:, 0]


def level_db(sound: Sound) -> float:
    return float(10 * np.log10((sound**2).mean() + 1e-12))


def test_in_phase_it_is_the_mean_to_the_bit() -> None:
    left, right = groove(1), groove(2)
    assert np.array_equal(mono(left, right), np.stack([left, right], axis=1).mean(axis=1))


def test_wide_music_is_not_turned_over() -> None:
    noise = np.random.default_rng(3).standard_normal((2, 4 * RATE)).astype(np.float32)
    wide = noise[0], -0.3 * noise[0] + noise[1]
    assert np.array_equal(mono(*wide), np.stack(wide, axis=1).mean(axis=1))


@pytest.mark.parametrize(
    ("left", "right"),
    [
        (groove(), -groove()),
        (groove(), -0.5 * groove()),
        (groove(), delayed(-groove(), 1 / 60)),
        (groove(), delayed(groove(), 1 / 120)),
        (groove(), np.concatenate([groove()[: 2 * RATE], -groove()[2 * RATE :]])),
    ],
    ids=["inverted", "inverted and softer", "inverted and later", "half a wave later", "in part"],
)
def test_sides_that_cancel_out_are_kept(left: Sound, right: Sound) -> None:
    assert level_db(mono(left, right)) > level_db(left) - 3
    assert level_db((left + right) / 2) < level_db(mono(left, right)) - 1


def test_inverted_it_is_the_same_as_in_phase() -> None:
    np.testing.assert_allclose(mono(groove(), -groove()), groove(), atol=1e-6)


@pytest.mark.parametrize("inverted", [(1,), (2,), (3,), (1, 3)])
def test_surround_with_inverted_channels(inverted: tuple[int, ...]) -> None:
    weights = (0.5, 0.5, 0.5, 0.5)
    signs = [-1.0 if index in inverted else 1.0 for index in range(4)]
    found = mono(*(sign * groove() for sign in signs), weights=weights)
    np.testing.assert_allclose(found, 2 * groove(), atol=1e-5)


@pytest.mark.parametrize("n_channels", [2, 4])
def test_files_are_read_in_phase(tmp_path: Path, n_channels: int) -> None:
    channels = [groove() if index % 2 == 0 else -groove() for index in range(n_channels)]
    path = tmp_path / "song.wav"
    soundfile.write(path, 0.3 * np.stack(channels, axis=1), RATE, subtype="FLOAT")
    found = read_waveform(path, RATE, 1)[:, 0]
    assert np.corrcoef(found, groove())[0, 1] > 0.999
