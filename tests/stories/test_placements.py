"""A track isn't placed twice under the same picture, and is placed again when anything changed."""

from dataclasses import replace
from typing import Any, cast

import numpy as np
import pytest

from engine.arrangement.clip_part import ClipPart
from engine.arrangement.placing import Placement
from engine.library.libraries import Libraries
from engine.library.tracks import Track
from engine.media.tags import Tags
from engine.stories import placements
from engine.stories.placements import PlacedUnder, Placements, placements_of
from tests.desktop.fake_session import make_clip_features
from tests.tracks import make_track
from tests.video_infos import video_info

DESCRIPTORS = make_clip_features().descriptors
TRACK = make_track(3)


def place(known: Placements, clip: PlacedUnder, track: Track = TRACK) -> Placement:
    """Return the placement; each new one is another object."""
    return known.get(clip, track, lambda: cast(Any, object()))


def test_only_what_changed_is_placed_again() -> None:
    known, clip = Placements(), PlacedUnder.of(video_info(20.0), None, DESCRIPTORS)
    first = place(known, clip)
    assert place(known, PlacedUnder.of(video_info(20.0), None, DESCRIPTORS), make_track(3)) is first
    other_cuts = replace(DESCRIPTORS, cuts_s=np.array([3.0], np.float32))
    for changed in (
        PlacedUnder.of(video_info(21.0), None, DESCRIPTORS),
        PlacedUnder.of(video_info(20.0), ClipPart(0, 100), DESCRIPTORS),
        PlacedUnder.of(video_info(20.0), None, other_cuts),
    ):
        assert place(known, changed) is not first
    for track in (
        replace(TRACK, tags=Tags("Renamed")),
        replace(TRACK, file=replace(TRACK.file, features_version="new")),
        make_track(3, origin="bundled"),
        make_track(4),
    ):
        first = place(known, clip)
        assert place(known, clip, track) is not first


def test_the_oldest_ones_go(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(placements, "_MOST", 2)
    known, clip = Placements(), PlacedUnder.of(video_info(20.0), None, DESCRIPTORS)
    first, second = place(known, clip, make_track(1)), place(known, clip, make_track(2))
    assert place(known, clip, make_track(1)) is first
    place(known, clip, make_track(3))
    assert place(known, clip, make_track(1)) is first
    assert place(known, clip, make_track(2)) is not second


def test_each_session_has_its_own() -> None:
    one, other = Libraries(), Libraries()
    assert placements_of(one) is placements_of(one)
    assert placements_of(one) is not placements_of(other)
