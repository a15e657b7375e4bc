"""Where a track starts and what it shares with the picture, as it is heard under the clip."""

from types import SimpleNamespace

import numpy as np
import pytest

from engine.arrangement.placing import place
from engine.arrangement.segments import lay_under
from engine.library.library import Library
from engine.library.marks import Marks, Section
from engine.library.tracks import Track
from tests.tracks import make_track

# Bars of two seconds; quiet for 32 s, loud for 24, quiet to the end at 64 s.
ENERGY = np.repeat([0.2, 1.0, 0.2], [32, 24, 8]).astype(np.float32)
MUSIC = SimpleNamespace(
    duration_s=64.0,
    energy_curve=ENERGY,
    beats_s=np.arange(0, 64, 0.5, np.float32),
    downbeats_s=np.arange(0, 64, 2.0, np.float32),
)
FORM = Marks(
    sections=(
        Section("intro", 0.0, 8, 0.2),
        Section("verse", 16.0, 8, 0.2),
        Section("loud", 32.0, 12, 1.0),
        Section("end", 56.0, 4, 0.2),
    )
)


def seen(curve: np.ndarray, cuts_s: tuple[float, ...] = ()) -> SimpleNamespace:
    return SimpleNamespace(
        motion_curve=curve.astype(np.float32), cuts_s=np.array(cuts_s, np.float32)
    )


def track(marks: Marks | None) -> Track:
    return make_track(marks=marks)


def test_without_marks_it_is_the_alignment_and_the_tracks_own_beginning() -> None:
    found = place(20.0, seen(np.ones(20)), track(None), MUSIC)
    assert found.start_s == 0


def test_an_intro_that_would_fill_a_short_clip_gives_way_to_a_section() -> None:
    # The intro lasts 16 s; the first section mark after it is at 16 s.
    assert place(20.0, seen(np.ones(20)), track(FORM), MUSIC).start_s == 16.0


def test_a_long_clip_still_begins_with_the_track() -> None:
    assert place(64.0, seen(np.ones(64)), track(FORM), MUSIC).start_s == 0.0


def test_movement_is_that_of_the_version_and_not_of_what_was_left_out() -> None:
    # From the verse on, 20 s of the track are quiet for 16 s and loud for 4; the version goes
    # over into the quiet ending.
    motion = np.repeat([0.2, 1.0], [16, 4])
    uncut = place(20.0, seen(motion), track(None), MUSIC)
    assert uncut.movement > 0.9
    cut = place(20.0, seen(motion), track(FORM), MUSIC)
    assert cut.movement < 0.5


def test_cuts_meet_beats_after_a_jump_as_before_it() -> None:
    found = place(20.0, seen(np.ones(20), (1.0, 5.5, 12.0, 17.5)), track(FORM), MUSIC)
    assert (found.cuts_on_beat, found.n_cuts) == (1.0, 4)


@pytest.mark.parametrize("clip_s", [15.0, 30.0, 45.0, 100.0])
def test_the_start_that_is_shown_is_the_one_that_is_heard(clip_s: float) -> None:
    library = Library.open_bundled()
    for bundled in library.tracks.all()[::4]:
        music = library.tracks.features(bundled.file.id)
        start_s = place(clip_s, seen(np.linspace(0, 1, 30)), bundled, music).start_s
        segments = lay_under(
            clip_duration_s=clip_s,
            track_duration_s=music.duration_s,
            start_s=start_s,
            downbeats_s=music.downbeats_s,
            beats_s=music.beats_s,
            energy=music.energy_curve,
            marks=bundled.marks,
        )
        assert segments[0].track_start_s == start_s
