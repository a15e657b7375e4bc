"""Long versions: nothing over 20 s is played three times up to ten minutes, and all is on bars."""

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest

from engine.arrangement.covering import cover, reaches_ending
from engine.arrangement.music_form import MusicForm, form_of
from engine.arrangement.repetition import repetition
from engine.arrangement.segments import Segment
from engine.library.library import Library
from engine.library.marks import Marks, Section

LIBRARY = Library.open_bundled()
TRACKS = LIBRARY.tracks.all()[::9]
# 72 beats a minute in 4/4 for 70 s.
BEATS = np.arange(0.3, 69.0, 60 / 72)
MARKS = Marks(
    sections=(
        Section("intro", float(BEATS[0]), 2, 0.3),
        Section("verse", float(BEATS[8]), 4, 0.5),
        Section("chorus", float(BEATS[24]), 4, 0.9),
        Section("verse", float(BEATS[40]), 4, 0.5),
        Section("chorus", float(BEATS[56]), 4, 0.9),
        Section("end", float(BEATS[72]), 2, 0.4),
    ),
    loop_s=(float(BEATS[8]), float(BEATS[72])),
)
ENERGY = np.interp(np.arange(70), [0, 10, 20, 40, 66, 69], [0.2, 0.5, 0.9, 0.5, 0.8, 0.1])
FORMS = {
    "score": MusicForm(70.0, BEATS, BEATS[::4], ENERGY, MARKS),
    "bars": MusicForm(70.0, BEATS, BEATS[::4], ENERGY),
    "beats": MusicForm(70.0, BEATS, energy_curve=ENERGY),
    "energy": MusicForm(70.0, energy_curve=ENERGY),
    "nothing": MusicForm(70.0),
}
ALL = pytest.mark.parametrize("form", FORMS.values(), ids=FORMS)
LENGTHS = pytest.mark.parametrize("clip_s", [150.0, 201.7, 300.0, 433.3, 600.0])


def bundled_forms() -> list[MusicForm]:
    """Each ninth bundled track, with its marks and without."""
    forms = [form_of(track, LIBRARY.tracks.features(track.file.id)) for track in TRACKS]
    return [*forms, *(replace(form, marks=None) for form in forms)]


def check(segments: tuple[Segment, ...], form: MusicForm, clip_s: float) -> None:
    """It fills the clip, crossfades at each jump, and closes with the track's ending."""
    assert clip_s - 1.0 <= segments[-1].item_end_s <= clip_s + 1e-6
    assert reaches_ending(segments, form)
    for earlier, later in pairwise(segments):
        overlap_s = earlier.item_end_s - later.item_start_s
        assert overlap_s == pytest.approx(later.fade_in_s) == pytest.approx(earlier.fade_out_s)
        entered_s = later.track_start_s + later.fade_in_s
        # A jump to where it left would be a crossfade of the music with itself.
        assert abs(entered_s - earlier.track_end_s) > 0.03


@ALL
@LENGTHS
@pytest.mark.parametrize("start_s", [0.0, 25.0, 55.0])
def test_no_stretch_over_20_s_is_played_three_times(
    form: MusicForm, clip_s: float, start_s: float
) -> None:
    segments = cover(clip_s, form, start_s, by_hand=True)
    check(segments, form, clip_s)
    assert repetition(segments).stretch_times <= 2
    assert segments[0].track_start_s == pytest.approx(start_s, abs=60 / 72)


@pytest.mark.parametrize("clip_s", [200.0, 600.0])
def test_nor_of_a_bundled_track(clip_s: float) -> None:
    for form in bundled_forms():
        segments = cover(clip_s, form, 0.0)
        check(segments, form, clip_s)
        found = repetition(segments)
        assert found.stretch_times <= 2
        # No moment is played much more often than it must be at least.
        assert found.most_times <= 2.1 * clip_s / form.duration_s


@pytest.mark.parametrize("name", ["score", "bars"])
@LENGTHS
def test_each_jump_is_from_bar_line_to_bar_line(name: str, clip_s: float) -> None:
    form = FORMS[name]
    for earlier, later in pairwise(cover(clip_s, form, 0.0)):
        for line_s in (earlier.track_end_s, later.track_start_s + later.fade_in_s):
            assert np.abs(np.asarray(form.downbeats_s, np.float64) - line_s).min() < 1e-6


def test_the_track_plays_its_own_course_first_and_neither_intro_nor_ending_twice() -> None:
    segments = cover(500.0, FORMS["score"], 0.0)
    assert MARKS.loop_s is not None
    first, end = MARKS.loop_s
    assert segments[0].track_start_s == 0.0
    assert segments[0].track_end_s == pytest.approx(end)
    for segment in segments[1:-1]:
        assert segment.track_start_s + segment.fade_in_s >= first - 1e-6
        assert segment.track_end_s <= end + 1e-6
        # Phrases neither stutter nor last long enough to be a stretch of their own.
        assert 6.0 <= segment.duration_s <= 20.3


def test_a_jump_joins_bars_of_similar_energy_or_follows_the_composers_own_step() -> None:
    form = FORMS["score"]
    sections = [(one.start_s, one.energy) for one in MARKS.sections]
    steps = []
    for earlier, later in pairwise(cover(600.0, form, 0.0)):
        left_s, entered_s = earlier.track_end_s - 0.1, later.track_start_s + later.fade_in_s + 0.1
        before, after = (
            max(one for one in sections if one[0] <= time_s)[1] for time_s in (left_s, entered_s)
        )
        steps.append(abs(before - after))
    assert np.mean(np.array(steps) <= 0.41) == 1.0
    assert np.mean(np.array(steps) < 0.01) > 0.4


def test_a_clip_of_hours_is_covered_with_phrases_that_return_late() -> None:
    for form in FORMS.values():
        segments = cover(4 * 3600.0, form, 0.0)
        check(segments, form, 4 * 3600.0)
        assert len(segments) < 2000
        # Within any ten minutes nothing over 20 s is played three times.
        part = [one for one in segments if 5000 <= one.item_start_s <= 5500]
        shifted = tuple(replace(one, item_start_s=one.item_start_s - 5000) for one in part)
        assert repetition(shifted).stretch_times <= 2


def test_a_loop_that_repeats_once_stays_as_the_score_has_it() -> None:
    first, second = cover(70.0 + (MARKS.loop_s or (0, 0))[1] - BEATS[8], FORMS["score"], 0.0)
    assert first.track_end_s == pytest.approx(BEATS[72])
    assert second.track_start_s + second.fade_in_s == pytest.approx(BEATS[8])


@ALL
def test_clips_of_a_few_seconds_are_covered_from_any_start(form: MusicForm) -> None:
    for clip_s in np.arange(0.6, 25.0, 0.7).tolist():
        for start_s in (0.0, 9.5, 40.0, 66.0):
            for keeps_ending in (False, True):
                segments = cover(clip_s, form, start_s, by_hand=True, keeps_ending=keeps_ending)
                assert clip_s - 1.0 <= segments[-1].item_end_s <= clip_s + 1e-6
