"""Times in a clip as the commands take them."""

import argparse
from fractions import Fraction
from typing import Any

import pytest

from engine.arrangement.clip_part import ClipPart
from engine.cli.times import clip_part, frame_of, time_text
from engine.errors import InputError
from tests.video_infos import video_info

NTSC = Fraction(30_000, 1001)


@pytest.mark.parametrize(
    ("text", "frame"),
    [
        ("0", 0),
        ("2.5", 62),
        ("1:02", 1550),
        ("0:01:02.04", 1551),
        ("90", 2250),
        ("99999", 2500),
        ("00:00:10:05", 255),
        ("0:00:10;05", 255),
        ("01:00:00:00", 2500),
    ],
)
def test_seconds_clock_and_timecode_are_frames(text: str, frame: int) -> None:
    assert frame_of(video_info(100.0), text) == frame


def test_timecode_counts_from_the_clips_own_start() -> None:
    info = video_info(100.0, start_timecode="01:00:00:00")
    assert frame_of(info, "01:00:10:05") == 255
    for text in ("00:00:10:05", "01:00:10:30"):
        with pytest.raises(InputError, match="01:00:00:00"):
            frame_of(info, text)


def test_drop_frame_is_as_in_the_clip() -> None:
    info = video_info(100.0, frame_rate=NTSC, start_timecode="00:59:58;00")
    assert frame_of(info, "01:00:00:00") == frame_of(info, "01:00:00;00") == 60
    # The first two numbers of the next minute are left out.
    assert frame_of(info, "01:01:00:02") - frame_of(info, "01:00:59:29") == 1
    with pytest.raises(InputError, match="no frame at"):
        frame_of(info, "01:01:00:00")


@pytest.mark.parametrize("text", ["", "abc", "-1", "1:2:3:4:5", "1e3", "5 s"])
def test_what_is_no_time_is_refused(text: str) -> None:
    with pytest.raises(argparse.ArgumentTypeError, match="isn't a time"):
        time_text(text)


@pytest.mark.parametrize(
    ("points", "part"),
    [
        ((None, None), None),
        (("10", None), ClipPart(250, 2500)),
        ((None, "20"), ClipPart(0, 500)),
        (("00:00:10:00", "0:20"), ClipPart(250, 500)),
    ],
)
def test_in_and_out_points_make_a_part(points: Any, part: ClipPart | None) -> None:
    assert clip_part(video_info(100.0), *points) == part


@pytest.mark.parametrize("points", [("20", "10"), ("10", "10"), ("100", None)])
def test_nothing_between_them_is_refused(points: Any) -> None:
    with pytest.raises(InputError, match="nothing is between"):
        clip_part(video_info(100.0), *points)
