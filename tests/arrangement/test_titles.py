"""What undo and redo call each change."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from engine.arrangement.arrangement import Arrangement, TrackReference
from engine.arrangement.automation import Ducking, Span, VolumePoint
from engine.arrangement.clip_part import ClipPart, Marker
from engine.arrangement.segments import Segment
from engine.arrangement.titles import title_of
from tests.arrangements import arranged, with_item

# Two pieces of a track, from 1 to 7 s of the clip.
BEFORE = with_item(
    arranged(Segment(10.0, 0.0, 3.0), Segment(20.0, 3.0, 3.0)), start_frame=25, match_gain_db=-2.0
)


def pieces(first_s: float, splice_s: float, length_s: float = 6.0) -> tuple[Segment, ...]:
    rest_s = length_s - splice_s
    return Segment(first_s, 0.0, splice_s), Segment(26.0 - rest_s, splice_s, rest_s)


def other_track(before: Arrangement) -> Arrangement:
    return with_item(before, track=TrackReference(Path("/music/other.ogg")))


def twice(before: Arrangement) -> Arrangement:
    (item,) = before.items
    return replace(before, items=(item, replace(item, start_frame=50)))


@pytest.mark.parametrize(
    ("change", "title"),
    [
        (lambda a: replace(a, part=ClipPart(25, 50)), "Set in and out"),
        (other_track, "Change track"),
        (twice, "Split music"),
        (lambda a: replace(a, items=(*a.items, *other_track(a).items)), "Add music"),
        (lambda a: with_item(a, muted=True), "Mute music"),
        (lambda a: with_item(a, gain_db=-3.0), "Change levels"),
        (lambda a: with_item(a, fade_in_s=1.0), "Change fades"),
        (lambda a: with_item(a, start_frame=50), "Move music"),
        (lambda a: with_item(a, start_frame=50, segments=pieces(11, 2, 5)), "Trim music"),
        (lambda a: with_item(a, segments=pieces(10, 3, 5)), "Trim music"),
        # It is levelled by what plays, so its gain changes too.
        (lambda a: with_item(a, segments=pieces(12, 3), match_gain_db=-3.0), "Slip music"),
        (lambda a: with_item(a, segments=pieces(10, 2)), "Move splice"),
        (lambda a: with_item(replace(a, target_lufs=-23.0), match_gain_db=-9.0), "Change loudness"),
        (lambda a: replace(a, markers=(Marker(3),)), "Add marker"),
        (lambda a: replace(a, volume=(VolumePoint(3, -6.0),)), "Change volume"),
        (lambda a: replace(a, ducking=Ducking((Span(1, 2),), 9.0)), "Change ducking"),
        (lambda a: a.with_gains(clip_gain_db=-3.0), "Change levels"),
    ],
)
def test_titles(change: Callable[[Arrangement], Arrangement], title: str) -> None:
    assert title_of(BEFORE, change(BEFORE)) == title


def test_titles_of_what_is_taken_away() -> None:
    assert title_of(None, BEFORE) == "Add music"
    assert title_of(twice(BEFORE), BEFORE) == "Remove music"
    assert title_of(with_item(BEFORE, muted=True), BEFORE) == "Unmute music"
    assert title_of(replace(BEFORE, part=ClipPart(25, 50)), BEFORE) == "Clear in and out"
    marked = replace(BEFORE, markers=(Marker(3),))
    assert title_of(marked, BEFORE) == "Remove marker"
    assert title_of(marked, replace(marked, markers=(Marker(3, "here"),))) == "Change marker"
