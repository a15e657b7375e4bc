"""Times in a clip as commands take them: seconds, 1:02:03.5, or a timecode such as 01:00:10:05."""

import argparse
import re
from typing import TYPE_CHECKING

from engine.errors import InputError
from engine.translation import tr

if TYPE_CHECKING:
    from engine.arrangement.clip_part import ClipPart
    from engine.media.probe import VideoInfo

_CLOCK = re.compile(r"(?:(?:([0-9]{1,3}):)?([0-9]{1,2}):)?([0-9]{1,6}(?:\.[0-9]{1,6})?)", re.ASCII)
_TIMECODE = re.compile(r"([0-9]{1,2}:[0-9]{2}:[0-9]{2})[:;.,]([0-9]{2,3})", re.ASCII)


def add_part_options(parser: argparse.ArgumentParser) -> None:
    """Add --in and --out."""
    parser.add_argument(
        "--in",
        dest="in_point",
        type=time_text,
        metavar=tr("TIME"),
        help=tr("the clip's in point: seconds, 1:02.5, or its timecode; music plays from there"),
    )
    parser.add_argument(
        "--out",
        dest="out_point",
        type=time_text,
        metavar=tr("TIME"),
        help=tr("the clip's out point; music plays up to there"),
    )


def time_text(text: str) -> str:
    """Return the text of a time; for argparse.

    Raises:
        argparse.ArgumentTypeError: when it isn't one.
    """
    if not (_TIMECODE.fullmatch(text) or _CLOCK.fullmatch(text)):
        raise argparse.ArgumentTypeError(
            tr("“{text}” isn't a time; write it as 62.5, 1:02.5 or 01:00:10:05").format(text=text)
        )
    return text


def frame_of(info: "VideoInfo", text: str) -> int:
    """Return the frame at a time, at most the number of frames.

    Args:
        info: the clip; its timecode counts where it has one.
        text: a time.

    Raises:
        InputError: when a timecode is before the clip's first or can't exist at its rate.
    """
    from engine.arrangement.arrangement import clip_reference

    clip = clip_reference(info)
    found = _CLOCK.fullmatch(text)
    if found is None:
        return min(_frame_of_timecode(info, text), clip.n_frames)
    hours, minutes, seconds = (float(group or 0) for group in found.groups())
    return clip.frame_at(3600 * hours + 60 * minutes + seconds)


def clip_part(info: "VideoInfo", in_text: str | None, out_text: str | None) -> "ClipPart | None":
    """Return the part between the in and the out point; None for the whole clip.

    Raises:
        InputError: when nothing is between them.
    """
    from engine.arrangement.arrangement import clip_reference
    from engine.arrangement.clip_part import ClipPart

    if in_text is None and out_text is None:
        return None
    n_frames = clip_reference(info).n_frames
    first = 0 if in_text is None else frame_of(info, in_text)
    end = n_frames if out_text is None else frame_of(info, out_text)
    if first >= end:
        raise InputError(
            tr("nothing is between the in and the out point."),
            path=info.path,
            remedy=tr("Set the in point before the out point, and before the clip's end."),
        )
    return ClipPart(first, end)


def _frame_of_timecode(info: "VideoInfo", text: str) -> int:
    from engine.media.timecode import timecode_base

    base = timecode_base(info.frame_rate, info.start_timecode)
    found = _TIMECODE.fullmatch(text)
    assert found is not None
    # Drop-frame or not as in the clip, however the user wrote it.
    wanted = f"{found[1].zfill(8)}{';' if base.is_drop else ':'}{found[2]}"
    at = timecode_base(info.frame_rate, wanted)
    frame = at.first_frame - base.first_frame
    if at.text(0) != wanted or frame < 0:
        raise InputError(
            tr("the clip has no frame at {timecode}; it starts at {start}.").format(
                timecode=text, start=base.text(0)
            ),
            path=info.path,
        )
    return frame
