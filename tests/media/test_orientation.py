"""Turned and mirrored clips: shown, analysed, in proxies and in exports."""

from contextlib import closing
from itertools import product
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest

from engine.media.frame_reader import FrameReader
from engine.media.frames import sample_frames
from engine.media.orientation import Orientation
from engine.media.probe import probe_video
from engine.media.proxy import make_proxy
from engine.media.screen import ScreenConverter
from engine.progress import silent
from tests.media.exporting import export
from tests.numbered_clips import NumberedClip, read_number, write_numbered

ORIENTATIONS = [Orientation(*each) for each in product((False, True), repeat=3)]
UPRIGHT_SIZE = (320, 180)


def matrix_of(orientation: Orientation) -> tuple[int, int, int, int]:
    """a, b, c, d of ISO/IEC 14496-12: x, y are shown at a x + c y, b x + d y."""
    across, down = -1 if orientation.mirrors else 1, -1 if orientation.flips else 1
    return (0, down, across, 0) if orientation.transposes else (across, 0, 0, down)


def write(folder: Path, orientation: Orientation, name: str = "clip.mp4") -> Path:
    clip = NumberedClip(
        name,
        n_frames=10,
        size=UPRIGHT_SIZE,
        matrix=matrix_of(orientation),
        turn=orientation.revert,
    )
    return write_numbered(folder, clip)


def shown(path: Path) -> list[int | None]:
    """The numbers that the frames carry as they are shown; None for one that isn't upright."""
    numbers = []
    with closing(FrameReader(path)) as reader:
        screen = ScreenConverter()
        found = reader.frame_at(0.0)
        while found is not None:
            pixels = screen.convert(found.frame, UPRIGHT_SIZE)
            numbers.append(read_number((pixels >> 8 & 255).astype(np.uint8)))
            found = reader.frame_after(found.time_s)
    return numbers


def analysed(path: Path) -> list[int | None]:
    samples = sample_frames(probe_video(path), silent())
    return [read_number(np.ascontiguousarray(sample.pixels[:, :, 1])) for sample in samples]


@pytest.mark.parametrize("orientation", ORIENTATIONS, ids=str)
def test_every_orientation_is_obeyed_everywhere(orientation: Orientation, tmp_path: Path) -> None:
    path = write(tmp_path, orientation)
    info = probe_video(path)
    assert info.orientation == orientation
    assert (info.width, info.height) == UPRIGHT_SIZE
    assert shown(path) == list(range(10))
    assert set(analysed(path)) <= set(range(10))
    assert shown(make_proxy(info, tmp_path, silent())) == list(range(10))


@pytest.mark.parametrize("orientation", ORIENTATIONS, ids=str)
def test_exports_keep_every_orientation(orientation: Orientation, tmp_path: Path) -> None:
    path = write(tmp_path, orientation)
    for name in ("out.mp4", "out.mov", "out.mkv"):
        made = export(path, name)
        assert probe_video(made.out).orientation == orientation, name
        assert shown(made.out) == list(range(10))
        assert made.notes == ()


@pytest.mark.parametrize("orientation", ORIENTATIONS, ids=str)
def test_turning_back_is_the_reverse(orientation: Orientation) -> None:
    pixels: npt.NDArray[np.int64] = np.arange(12).reshape(3, 4)
    assert np.array_equal(orientation.apply(orientation.revert(pixels)), pixels)
    assert np.array_equal(orientation.revert(orientation.apply(pixels)), pixels)
