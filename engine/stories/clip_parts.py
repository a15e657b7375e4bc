"""The part of an analysed clip between its in and its out point."""

from engine.arrangement.arrangement import clip_reference
from engine.arrangement.clip_part import ClipPart
from engine.errors import InputError
from engine.stories.analyse import ClipAnalysis
from engine.translation import tr


def part_of(clip: ClipAnalysis, part: ClipPart | None) -> ClipAnalysis:
    """Return the analysis of a part of a clip, as if it were a clip of its own.

    Raises:
        InputError: when it is after the clip's end.
    """
    if part is None:
        return clip
    starts_s, ends_s = clip_reference(clip.info).part_s(part)
    if starts_s >= ends_s:
        raise InputError(
            tr("the clip ends before the in point."),
            path=clip.info.path,
            remedy=tr("Set an earlier one."),
        )
    return clip.part(starts_s, ends_s)
