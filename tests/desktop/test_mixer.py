from pathlib import Path

import numpy as np
import pytest
from PySide6.QtMultimedia import QAudioFormat

from desktop.preview.clock import encode
from desktop.preview.mixer import Mixer, Source, map_samples
from engine.errors import MediaUnreadable


def ramp(n_frames: int, step: int = 1000) -> np.ndarray:
    """int16 samples 0, step, 2 step, … on the left and their negatives on the right."""
    left = np.arange(n_frames, dtype=np.int16) * step
    return np.stack([left, -left], axis=1)


@pytest.fixture
def mixer() -> Mixer:
    mixer = Mixer(running=True)
    mixer.set_samples(Source.MUSIC, ramp(8))
    return mixer


def test_sums_both_sounds(mixer: Mixer) -> None:
    mixer.set_samples(Source.CLIP, np.full((8, 2), 0.25, np.float32))
    mixed = mixer.read(3)
    left = [0.25, 1000 / 32768 + 0.25, 2000 / 32768 + 0.25]
    right = [0.25, -1000 / 32768 + 0.25, -2000 / 32768 + 0.25]
    np.testing.assert_allclose(mixed, np.stack([left, right], axis=1), atol=1e-7)


def test_continues_where_it_stopped(mixer: Mixer) -> None:
    mixer.read(3)
    np.testing.assert_allclose(mixer.read(2)[:, 0] * 32768, [3000, 4000], atol=1e-3)
    assert mixer.position == 5


def test_is_silent_beyond_the_end_and_before_the_start(mixer: Mixer) -> None:
    mixer.position = 6
    np.testing.assert_allclose(mixer.read(4)[:, 0] * 32768, [6000, 7000, 0, 0], atol=1e-3)
    mixer.position = -2
    np.testing.assert_allclose(mixer.read(4)[:, 0] * 32768, [0, 0, 0, 1000], atol=1e-3)


def test_double_speed_takes_every_second_sample(mixer: Mixer) -> None:
    mixer.speed = 2.0
    np.testing.assert_allclose(mixer.read(3)[:, 0] * 32768, [0, 2000, 4000], atol=1e-3)
    assert mixer.position == 6


def test_negative_speed_plays_in_reverse(mixer: Mixer) -> None:
    mixer.position, mixer.speed = 4, -1.0
    np.testing.assert_allclose(mixer.read(3)[:, 0] * 32768, [4000, 3000, 2000], atol=1e-3)
    assert mixer.position == 1


def test_a_new_level_fades_in_over_one_block(mixer: Mixer) -> None:
    mixer.set_samples(Source.MUSIC, np.full((100, 2), 0.5, np.float32))
    mixer.set_gain(Source.MUSIC, -60.0)
    # From 1 to 0 over four frames: 0.75, 0.5, 0.25, 0.
    np.testing.assert_allclose(mixer.read(4)[:, 0], [0.375, 0.25, 0.125, 0.0], atol=1e-7)
    np.testing.assert_allclose(mixer.read(4), 0.0)


def test_minus_six_decibels_is_half(mixer: Mixer) -> None:
    mixer.set_samples(Source.MUSIC, np.full((100, 2), 0.5, np.float32))
    mixer.set_gain(Source.MUSIC, -6.0206)
    mixer.read(1)
    np.testing.assert_allclose(mixer.read(2), 0.25, atol=1e-5)


def test_the_sum_stays_within_full_scale(mixer: Mixer) -> None:
    for source in Source:
        mixer.set_samples(source, np.full((4, 2), 0.9, np.float32))
    np.testing.assert_array_equal(mixer.read(2), np.ones((2, 2), np.float32))


def test_a_stopped_mixer_is_silent_and_keeps_its_position(mixer: Mixer) -> None:
    mixer.running = False
    mixer.position = 3
    np.testing.assert_array_equal(mixer.read(5), np.zeros((5, 2)))
    assert mixer.position == 3


def test_no_samples(mixer: Mixer) -> None:
    assert mixer.read(0).shape == (0, 2)


def test_encodes_for_the_sink() -> None:
    mixed = np.array([[1.0, -1.0], [0.5, 0.0]], np.float32)
    as_int = encode(mixed, QAudioFormat.SampleFormat.Int16)
    assert np.frombuffer(as_int, np.int16).tolist() == [32767, -32767, 16384, 0]
    as_float = encode(mixed, QAudioFormat.SampleFormat.Float)
    assert np.frombuffer(as_float, np.float32).tolist() == [1.0, -1.0, 0.5, 0.0]


def test_a_preview_is_mapped_and_stays_on_disk(tmp_path: Path) -> None:
    path = tmp_path / "music.npy"
    np.save(path, ramp(4))
    samples = map_samples(path)
    assert samples.tolist() == [[0, 0], [1000, -1000], [2000, -2000], [3000, -3000]]
    assert isinstance(samples, np.memmap)
    with pytest.raises(ValueError, match="read-only"):
        samples[0, 0] = 1


@pytest.mark.parametrize("content", [b"", b"not an array at all"])
def test_a_damaged_preview_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "music.npy"
    with pytest.raises(MediaUnreadable, match=r"music\.npy"):
        map_samples(path)
    path.write_bytes(content)
    with pytest.raises(MediaUnreadable, match=r"music\.npy"):
        map_samples(path)
