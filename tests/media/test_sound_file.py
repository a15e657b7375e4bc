"""Sound that is read while it is still being written."""

from pathlib import Path

import numpy as np
import pytest

from engine.errors import ExportError, MediaUnreadable
from engine.media.sound_file import RATE_HZ, Samples, SoundFile, create_sound


def steps(first: int, n: int) -> Samples:
    """Sample k of the sound is k / 2^20 on the left and its negative on the right."""
    left = np.arange(first, first + n) / 2**20
    return np.stack([left, -left], 1).astype(np.float32)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Two and a half seconds, with nothing there yet."""
    path = tmp_path / "a.sound"
    create_sound(path, 5 * RATE_HZ // 2)
    return path


def test_what_is_not_filled_is_silent(path: Path) -> None:
    sound = SoundFile(path)
    assert (sound.n_samples, sound.ready.tolist()) == (120_000, [False, False, False])
    assert not sound.read(np.arange(120_000)).any()
    assert not sound.is_ready(0, 10)


def test_a_reader_sees_what_another_one_fills(path: Path) -> None:
    reading, writing = SoundFile(path), SoundFile(path)
    writing.fill(1, [steps(RATE_HZ, 70_000), steps(RATE_HZ + 70_000, 2_000)])
    assert reading.ready.tolist() == [False, True, True]
    places = np.array([RATE_HZ - 1, RATE_HZ, 2 * RATE_HZ + 5, 119_999, 120_000, -1])
    expected = np.where((places >= RATE_HZ) & (places < 120_000), places, 0) / 2**20
    np.testing.assert_allclose(reading.read(places)[:, 0], expected, atol=7e-5)
    np.testing.assert_allclose(reading.read(places)[:, 1], -expected, atol=7e-5)


def test_says_what_is_ready_and_missing(path: Path) -> None:
    sound = SoundFile(path)
    sound.fill(1, [steps(0, RATE_HZ)])
    assert sound.is_ready(RATE_HZ, 2 * RATE_HZ - 1)
    assert sound.is_ready(2 * RATE_HZ - 1, RATE_HZ)
    assert not sound.is_ready(RATE_HZ, 2 * RATE_HZ)
    assert sound.is_ready(120_000, 130_000)
    assert sound.missing(0.0, 9.0) == (0, 1)
    assert sound.missing(1.0, 1.0) is None
    assert sound.missing(1.0, 1.1) == (2, 3)
    assert sound.missing(0.5, 0.2) == (0, 1)
    assert sound.missing(2.4, 9.0) == (2, 3)


def test_a_part_of_a_block_is_not_ready(path: Path) -> None:
    sound = SoundFile(path)
    sound.fill(0, [steps(0, RATE_HZ - 1)])
    assert not sound.ready.any()


def test_keeps_what_is_above_full_scale(path: Path) -> None:
    sound = SoundFile(path)
    sound.fill(0, [np.full((RATE_HZ, 2), 3.0, np.float32)])
    assert sound.read(np.arange(3)).max() == pytest.approx(3.0, abs=1e-4)


@pytest.mark.parametrize("content", [b"", b"not a sound at all", b"SBSOUND1" + bytes(8) + b"x"])
def test_a_damaged_file_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "b.sound"
    with pytest.raises(MediaUnreadable, match=r"b\.sound"):
        SoundFile(path)
    path.write_bytes(content)
    with pytest.raises(MediaUnreadable, match=r"b\.sound"):
        SoundFile(path)


def test_a_full_disk_leaves_the_block_missing(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_handle: int, _data: bytes) -> int:
        raise OSError(28, "No space left on device")

    sound = SoundFile(path)
    monkeypatch.setattr("os.write", full)
    with pytest.raises(ExportError, match="No space left"):
        sound.fill(0, [steps(0, RATE_HZ)])
    assert not sound.ready.any()


def test_a_file_that_was_replaced_is_not_filled(path: Path) -> None:
    sound = SoundFile(path)
    path.unlink()
    create_sound(path, sound.n_samples)
    with pytest.raises(ExportError, match="replaced"):
        sound.fill(0, [steps(0, RATE_HZ)])
