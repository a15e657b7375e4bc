"""Where a track starts under a clip, and how well the music matches the picture."""

from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest

from engine.arrangement.alignment import Alignment
from engine.arrangement.clip_part import ClipPart
from engine.arrangement.covering import cover
from engine.arrangement.music_form import form_of
from engine.arrangement.placing import Placement, place, place_from
from engine.library.library import Library
from engine.library.marks import Marks, Section
from engine.library.tracks import Track
from tests.tracks import make_track

# Bars of two seconds; quiet for 32 s, loud for 24, quiet to the end at 64 s.
ENERGY = np.repeat([0.2, 1.0, 0.2], [32, 24, 8]).astype(np.float32)
MUSIC = SimpleNamespace(
    duration_s=64.0,
    energy_curve=ENERGY,
    beats_s=np.arange(0, 64, 0.5, dtype=np.float32),
    downbeats_s=np.arange(0, 64, 2.0, dtype=np.float32),
    loudness_lufs=-14.0,
    true_peak_dbtp=-1.0,
)
FORM = Marks(
    sections=(
        Section("intro", 0.0, 8, 0.2),
        Section("verse", 16.0, 8, 0.2),
        Section("loud", 32.0, 12, 1.0),
        Section("end", 56.0, 4, 0.2),
    )
)


def info(clip_s: float) -> Any:
    return SimpleNamespace(
        path=Path("/c.mp4"), duration_s=clip_s, frame_rate=Fraction(25), start_timecode=None
    )


def descriptors(curve: npt.ArrayLike, cuts_s: tuple[float, ...] = ()) -> Any:
    return SimpleNamespace(
        motion_curve=np.asarray(curve, np.float32), cuts_s=np.array(cuts_s, np.float32)
    )


def track(marks: Marks | None) -> Track:
    return make_track(marks=marks)


def placed(clip_s: float, descriptors: Any, marks: Marks | None = FORM) -> Placement:
    music: Any = MUSIC
    return place(info(clip_s), descriptors, track(marks), music)


def start_s(placement: Placement) -> float:
    return placement.arrangement.items[0].track_start_s


def aligned(clip_s: float, descriptors: Any, marks: Marks | None = FORM) -> Alignment:
    return placed(clip_s, descriptors, marks).alignment


def test_without_marks_it_starts_at_the_tracks_own_beginning() -> None:
    found = placed(20.0, descriptors(np.ones(20)), None)
    assert (start_s(found), found.alignment.start_s) == (0.0, 0.0)


def test_an_intro_that_would_fill_a_short_clip_gives_way_to_a_section() -> None:
    # The intro lasts 16 s; the first section mark after it is at 16 s.
    assert start_s(placed(20.0, descriptors(np.ones(20)))) == 16.0


def test_a_long_clip_still_begins_with_the_track() -> None:
    assert start_s(placed(64.0, descriptors(np.ones(64)))) == 0.0


def test_movement_is_that_of_the_version_and_not_of_what_was_left_out() -> None:
    # From the verse on, 20 s of the track are quiet for 16 s and loud for 4; the version goes
    # over into the quiet ending.
    motion = np.repeat([0.2, 1.0], [16, 4])
    assert aligned(20.0, descriptors(motion), None).movement > 0.9
    assert aligned(20.0, descriptors(motion)).movement < 0.5


def test_cuts_meet_beats_after_a_jump_as_before_it() -> None:
    found = aligned(20.0, descriptors(np.ones(20), (1.0, 5.5, 12.0, 17.5)))
    assert (found.cuts_on_beat, found.n_cuts) == (1.0, 4)


def test_a_start_chosen_by_hand_leaves_the_track_uncut() -> None:
    music: Any = MUSIC
    by_hand = place_from(info(20.0), track(FORM), music, 9.5)
    assert by_hand == place_from(info(20.0), track(None), music, 9.5)
    (segment,) = by_hand.items[0].segments
    assert (segment.track_start_s, segment.duration_s) == (9.5, 20.0)


@pytest.mark.parametrize("clip_s", [20.0, 74.0, 130.0, 600.0, 7200.0])
@pytest.mark.parametrize("marks", [FORM, None], ids=["score", "recording"])
def test_under_a_clip_of_any_length_the_music_can_be_moved(
    clip_s: float, marks: Marks | None
) -> None:
    music: Any = MUSIC
    starts = {
        start_s: place_from(info(clip_s), track(marks), music, start_s).items[0]
        for start_s in (0.0, 8.0, 16.0, 24.0)
    }
    assert [item.track_start_s for item in starts.values()] == list(starts)
    assert all(clip_s - 1 <= item.duration_s <= clip_s + 1e-6 for item in starts.values())


@pytest.mark.parametrize("marks", [FORM, None], ids=["score", "recording"])
def test_between_in_and_out_it_is_placed_as_under_a_clip_of_that_length(
    marks: Marks | None,
) -> None:
    music: Any = MUSIC
    part = ClipPart(first_frame=250, end_frame=1000)
    alone = placed(30.0, descriptors(np.ones(30)), marks).arrangement
    within = place(info(60.0), descriptors(np.ones(30)), track(marks), music, part).arrangement
    assert within == replace(
        alone,
        clip=within.clip,
        part=part,
        items=(replace(alone.items[0], start_frame=250),),
    )
    assert within.clip.duration_s == 60.0
    chosen = place_from(info(60.0), track(marks), music, 8.0, part).items[0]
    assert (chosen.start_frame, chosen.track_start_s) == (250, 8.0)
    assert chosen.duration_s == pytest.approx(30.0)


@pytest.mark.parametrize("clip_s", [15.0, 30.0, 45.0, 100.0])
def test_placing_again_from_the_placed_start_changes_nothing(clip_s: float) -> None:
    # The list shows a start; covering the clip again from there gives the same music.
    library = Library.open_bundled()
    for bundled in library.tracks.all()[::4]:
        music = library.tracks.features(bundled.file.id)
        found = place(info(clip_s), descriptors(np.linspace(0, 1, 30)), bundled, music)
        (item,) = found.arrangement.items
        assert found.alignment.start_s == item.track_start_s
        assert cover(clip_s, form_of(bundled, music), item.track_start_s) == item.segments
