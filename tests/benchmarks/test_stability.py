from pathlib import Path

import numpy as np
import pytest

from tests.benchmarks.stability import Film, crop, shared


@pytest.mark.parametrize(("size", "expected"), [((40, 20), (10, 20)), ((20, 40), (20, 10))])
def test_a_crop_is_the_middle_in_the_other_orientation(
    size: tuple[int, int], expected: tuple[int, int]
) -> None:
    frames = np.zeros((1, *size, 3), np.uint8)
    frames[0, size[0] // 2, size[1] // 2] = 255
    cropped = crop(frames)
    assert cropped.shape[1:3] == expected
    assert cropped[0, expected[0] // 2, expected[1] // 2].tolist() == [255, 255, 255]


def test_a_film_is_written_and_read(tmp_path: Path) -> None:
    frames = np.zeros((10, 64, 48, 3), np.uint8)
    frames[:, :, :24] = 200
    Film(frames, 10).write(tmp_path / "clip.mp4", "18")
    found = Film.read(tmp_path / "clip.mp4")
    assert found.rate == 10
    assert found.frames.shape == frames.shape
    assert np.abs(found.frames.astype(int) - frames)[:, :, 4:20].mean() < 10


def test_shares_of_a_list() -> None:
    assert shared(["a", "b"], ["b", "c"]) == 0.5
