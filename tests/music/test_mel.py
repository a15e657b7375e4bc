"""Mel bands compared with librosa's; frames and patches of sound in blocks."""

import librosa
import numpy as np
import numpy.typing as npt
import pytest

from engine.music.mel import (
    Framer,
    PatchSampler,
    hann,
    log_mel,
    mel_filterbank,
    mel_power,
    power_spectra,
)


def noise(n: int) -> npt.NDArray[np.float32]:
    return np.random.default_rng(0).standard_normal(n).astype(np.float32)


def test_the_filterbank_equals_librosas() -> None:
    expected = librosa.filters.mel(sr=16_000, n_fft=512, n_mels=96).T
    assert np.abs(mel_filterbank() - expected).max() < 1e-7


def test_the_spectrogram_equals_librosas() -> None:
    sound = noise(20_001)
    expected = librosa.feature.melspectrogram(
        y=sound, sr=16_000, n_fft=512, hop_length=256, n_mels=96, pad_mode="constant"
    ).T
    framer = Framer(512, 256)
    parts = [framer.push(part) for part in np.split(sound, [100, 9000, 9001])]
    frames = np.concatenate([*parts, framer.finish()])
    mel = mel_power(power_spectra(frames))
    assert mel.shape == expected.shape == (79, 96)
    np.testing.assert_allclose(mel, expected, rtol=1e-5)


def test_frames_are_centred_on_multiples_of_the_hop() -> None:
    framer = Framer(4, 2)
    frames = np.concatenate((framer.push(np.arange(1, 6, dtype=np.float32)), framer.finish()))
    assert frames.tolist() == [[0, 0, 1, 2], [1, 2, 3, 4], [3, 4, 5, 0]]


def test_an_empty_block_gives_no_frames() -> None:
    framer = Framer(4, 2)
    assert framer.push(np.empty(0, np.float32)).shape == (0, 4)


def test_hann_of_four_samples() -> None:
    np.testing.assert_allclose(hann(4), [0, 0.5, 1, 0.5], atol=1e-7)


def test_a_tone_fills_the_band_around_it() -> None:
    tone = np.sin(2 * np.pi * 1000 * np.arange(4096) / 16_000).astype(np.float32)
    mel = mel_power(power_spectra(Framer(512, 256).push(tone)))[4]
    centres_hz = librosa.mel_frequencies(98, fmin=0, fmax=8000)[1:-1]
    assert abs(centres_hz[mel.argmax()] - 1000) < 30


def test_log_mel_stays_finite_on_the_loudest_music() -> None:
    # A full-scale tone exceeds float16's limit of 65536: 10000 · 128².
    assert log_mel(np.array([0, 0.0009, 16384], np.float32)) == pytest.approx([0, 1, 8.2144], 1e-4)


def numbered_frames(first: int, last: int) -> npt.NDArray[np.float32]:
    return np.repeat(np.arange(first, last, dtype=np.float32)[:, None], 96, axis=1)


def test_patches_are_consecutive_and_an_incomplete_one_is_left_out() -> None:
    sampler = PatchSampler(4)
    for first in range(0, 400, 100):
        sampler.push(numbered_frames(first, first + 100))
    patches = sampler.patches()
    assert patches.shape == (2, 187, 96)
    assert patches[:, 0, 0].tolist() == [0, 187]


def test_many_patches_are_thinned_evenly() -> None:
    sampler = PatchSampler(4)
    sampler.push(numbered_frames(0, 187 * 11))
    # Eleven patches and at most four kept: every fourth one.
    assert (sampler.patches()[:, 0, 0] / 187).tolist() == [0, 4, 8]


def test_a_short_sound_is_repeated_to_fill_a_patch() -> None:
    sampler = PatchSampler(4)
    sampler.push(numbered_frames(0, 100))
    patch = sampler.patches()
    assert patch.shape == (1, 187, 96)
    assert patch[0, [99, 100, 186], 0].tolist() == [99, 0, 86]
    assert PatchSampler(4).patches().tolist() == np.zeros((1, 187, 96)).tolist()
