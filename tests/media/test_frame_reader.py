"""Frames by time, and how many of them stay in memory."""

import gc
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest
from av.video.frame import VideoFrame

from engine.errors import MediaNotFound
from engine.media.frame_reader import FrameReader, TimedFrame
from engine.media.screen import ScreenConverter
from tests.numbered_clips import ODD_CLIPS, NumberedClip, number_at, read_number, write_numbered

TURNED = next(clip for clip in ODD_CLIPS if clip.name == "turned.mp4")
VARIABLE = next(clip for clip in ODD_CLIPS if clip.name == "variable.mp4")


@pytest.fixture
def no_collector() -> Iterator[None]:
    """Memory as it is while Python's collector has no reason to come."""
    gc.collect()
    gc.disable()
    yield
    gc.enable()


def n_frames() -> int:
    # By type(): isinstance() asks proxies of other libraries, and some of them warn.
    return sum(type(one) is VideoFrame for one in gc.get_objects())


def number(found: TimedFrame | None, screen: ScreenConverter) -> int | None:
    assert found is not None
    pixels = screen.convert(found.frame, screen.fit(found.frame, (320, 320)))
    return read_number((pixels >> 8 & 255).astype(np.uint8))


@pytest.mark.parametrize("clip", [TURNED, VARIABLE], ids=lambda clip: clip.name)
def test_each_frame_is_found_by_its_time_in_any_order(clip: NumberedClip, tmp_path: Path) -> None:
    screen = ScreenConverter()
    times_s = clip.frame_times()
    with closing(FrameReader(write_numbered(tmp_path, clip))) as reader:
        for n in (0, 60, 3, 61, 99, 50, 51, 0):
            assert number(reader.frame_at(times_s[n]), screen) == number_at(clip, times_s[n])
        after = reader.frame_after(times_s[40])
        before = reader.frame_before(times_s[40])
        assert (number(after, screen), number(before, screen)) == (41, 39)
        assert reader.frame_after(times_s[-1]) is None
        assert reader.frame_before(0.0) is None


def test_a_clip_that_was_deleted_is_not_found(tmp_path: Path) -> None:
    with pytest.raises(MediaNotFound, match="no such file"):
        FrameReader(tmp_path / "clip.mp4")


def test_memory_does_not_grow_with_the_clip_nor_with_the_number_of_clips(
    tmp_path: Path, no_collector: None
) -> None:
    path = write_numbered(tmp_path, TURNED)
    gc.collect()
    # To the end, and left in the middle, as when another clip is opened.
    for n_wanted in (100, 60, 60):
        with closing(FrameReader(path)) as reader:
            screen = ScreenConverter()
            found = reader.frame_at(0.0)
            n_shown = 0
            while found is not None and n_shown < n_wanted:
                screen.convert(found.frame, (180, 320))
                found = reader.frame_after(found.time_s)
                n_shown += 1
            assert n_shown == n_wanted
            # Those that are kept for a step back, and the one that was asked how it stands.
            assert n_frames() <= 48 + 5
        del reader, found
        assert n_frames() <= 5
