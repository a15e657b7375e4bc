"""Versions of a track with musical cuts, with numbers that can be checked by hand."""

from itertools import pairwise
from typing import Any

import numpy as np
import pytest

from engine.arrangement.covering import cover
from engine.arrangement.cuts import lengthen, shorten
from engine.arrangement.jumps import Cut, Lengths
from engine.arrangement.music_form import MusicForm
from engine.arrangement.segments import Segment, Times
from engine.library.marks import Marks, Section

# 120 beats a minute in 4/4 from 0 s: a beat each half second, a bar each two. 64 s in four
# sections, then two seconds of ringing.
BEATS = np.arange(0.0, 64.1, 0.5)
BARS = BEATS[::4]
FORM = Marks(
    sections=(
        Section("intro", 0.0, 4, 0.4),
        Section("verse", 8.0, 8, 0.6),
        Section("chorus", 24.0, 8, 1.0),
        Section("verse", 40.0, 8, 0.6),
        Section("end", 56.0, 4, 0.5),
    ),
    loop_s=(8.0, 56.0),
)
TRACK_S = 66.0


def cut(clip_s: float, start_s: float = 0.0, bars: Times = BARS, marks: Marks = FORM) -> Cut | None:
    return shorten(Lengths(clip_s, TRACK_S, TRACK_S, gap_s=1.0), start_s, bars, BEATS, marks)


def test_a_jump_joins_bars_of_similar_energy_and_the_end_is_the_tracks_own() -> None:
    # 16 s less than the track: verse and verse are alike, with the chorus between them left out,
    # but so are many others; the chosen one keeps the loudest part and leaves out a verse.
    found = cut(50.0)
    assert found is not None
    (entry_s, left_s), (entered_s, end_s) = found.pieces
    assert (entry_s, end_s, found.fade_out_s) == (0.0, 66.0, 0.0)
    assert entered_s - left_s == 16.0
    levels = {0: 0.4, 8: 0.6, 24: 1.0, 40: 0.6, 56: 0.5}
    before, after = (
        levels[max(s for s in levels if s <= time_s)] for time_s in (left_s - 1, entered_s)
    )
    assert before == after
    assert left_s in BARS and entered_s in BARS


def test_energy_per_bar_counts_where_the_score_has_it() -> None:
    # All bars but two are far from any other: only 10 s and 36 s sound alike.
    energy = np.linspace(0.0, 1.0, 33)
    energy[18] = energy[4]
    marks = Marks(FORM.sections, energy_per_bar=tuple(energy.tolist()))
    found = cut(40.0, marks=marks)
    assert found is not None
    assert found.pieces == ((0.0, 10.0), (36.0, 66.0))


def test_what_bars_cant_make_up_is_an_unnoticed_earlier_end() -> None:
    found = cut(50.8)
    assert found is not None
    assert sum(to_s - from_s for from_s, to_s in found.pieces) == pytest.approx(50.0)
    assert found.fade_out_s == 0.0


def test_or_the_last_chord_rings_more_briefly() -> None:
    # The ring-out is 2 s long, of which half may go; 49.2 s is 0.8 s less than 50.
    found = cut(49.2)
    assert found is not None
    assert found.pieces[-1][1] == pytest.approx(65.2)
    assert found.fade_out_s == pytest.approx(1.2)


def test_the_version_ends_with_the_last_sound_and_not_with_silence() -> None:
    # 6 s of silence end the file: the picture ends with the music at 66 s, and what remains of
    # the half second between them is the file's own silence.
    found = shorten(Lengths(50.5, 72.0, TRACK_S, gap_s=1.0), 0.0, BARS, BEATS, FORM)
    assert found is not None
    assert found.pieces[-1][1] == pytest.approx(66.5)
    assert found.fade_out_s == 0.25


def test_or_the_entry_moves_by_a_beat() -> None:
    # Bars alone end 1.5 s early or 0.5 s late: too early, and with no ringing to shorten too
    # late. One beat in, it ends with the picture.
    found = shorten(Lengths(49.5, 64.0, 64.0, gap_s=0.2), 0.0, BARS, BEATS, FORM)
    assert found is not None
    assert found.pieces[0][0] == 0.5
    assert sum(to_s - from_s for from_s, to_s in found.pieces) == pytest.approx(49.5)


def test_the_wanted_entry_stays() -> None:
    for start_s in (8.0, 12.0, 24.0):
        found = cut(30.0, start_s)
        assert found is not None
        assert found.pieces[0][0] == start_s


def test_asking_again_with_the_entry_that_was_found_changes_nothing() -> None:
    for clip_s in np.arange(14.0, 66.0, 0.7):
        first = cut(float(clip_s), 8.0)
        assert first is not None
        assert cut(float(clip_s), first.pieces[0][0]) == first


def test_the_composers_own_step_is_no_shock() -> None:
    # Quiet, loud, quiet, loud: what follows the first quiet part may as well be the second loud
    # one, and the climax plays.
    sections = (
        Section("intro", 0.0, 8, 0.2),
        Section("loud", 16.0, 8, 1.0),
        Section("calm", 32.0, 4, 0.2),
        Section("loud", 40.0, 8, 1.0),
        Section("end", 56.0, 4, 0.5),
    )
    found = cut(42.0, marks=Marks(sections))
    assert found is not None
    assert found.pieces == ((0.0, 16.0), (40.0, 66.0))


@pytest.mark.parametrize(
    ("clip_s", "changes"),
    [
        (8.0, {}),  # the ending alone is longer
        (30.0, {"marks": Marks()}),
        (30.0, {"bars": BARS[:1]}),
    ],
)
def test_without_length_bars_or_marks_there_is_no_version(
    clip_s: float, changes: dict[str, Any]
) -> None:
    assert cut(clip_s, **changes) is None


def test_a_long_clip_repeats_the_loop_of_the_score() -> None:
    # 66 + 48 = 114 s is one repeat more than the track.
    found = lengthen(Lengths(114.0, TRACK_S, TRACK_S, gap_s=1.0), BARS, BEATS, FORM)
    assert found is not None
    assert found.pieces == ((0.0, 56.0), (8.0, 66.0))


def test_the_last_repeat_is_cut_to_what_is_missing() -> None:
    found = lengthen(Lengths(200.0, TRACK_S, TRACK_S, gap_s=1.0), BARS, BEATS, FORM)
    assert found is not None
    # 56 + 48 + 48 + 42 s: the last repeat lacks the 16 s that 210 s would be too long by, less
    # the second by which it may end early or ring on.
    assert found.pieces[:3] == ((0.0, 56.0), (8.0, 56.0), (8.0, 56.0))
    total_s = sum(to_s - from_s for from_s, to_s in found.pieces)
    assert 199.0 <= total_s <= 200.0
    assert found.pieces[-1][1] + found.fade_out_s >= 65.0


def test_a_clip_that_bars_dont_fit_is_entered_on_a_beat() -> None:
    # 112 s less whole bars of two seconds are 110 s, 0.6 s too few where 0.3 s may be missing.
    # Three beats into the track they are 110.5.
    found = lengthen(Lengths(110.6, 64.0, 64.0, gap_s=0.3), BARS, BEATS, FORM)
    assert found is not None
    assert found.pieces[0] == (1.5, 56.0)
    total_s = sum(to_s - from_s for from_s, to_s in found.pieces)
    assert total_s == pytest.approx(110.5)


def test_a_little_that_is_missing_is_a_jump_back_and_no_loop() -> None:
    # 8 s more than the track: less than a whole repeat of 48 s.
    found = lengthen(Lengths(74.0, TRACK_S, TRACK_S, gap_s=0.5), BARS, BEATS, FORM)
    assert found is not None
    (start_s, left_s), (again_s, end_s) = found.pieces
    assert (start_s, left_s - again_s, end_s) == (0.0, 8.0, 66.0)
    # Neither the intro nor the ending plays twice.
    assert 8.0 <= again_s < left_s <= 56.0


def test_without_a_loop_there_is_no_longer_version() -> None:
    marks = Marks(FORM.sections)
    assert lengthen(Lengths(200.0, TRACK_S, TRACK_S, gap_s=1.0), BARS, BEATS, marks) is None


def covered(
    clip_s: float, start_s: float = 8.0, marks: Marks | None = FORM, *, by_hand: bool = False
) -> tuple[Segment, ...]:
    return cover(clip_s, MusicForm(TRACK_S, BEATS, BARS, marks=marks), start_s, by_hand=by_hand)


@pytest.mark.parametrize("clip_s", [15.0, 30.0, 60.0, 65.9, 90.0, 200.0, 3600.0])
def test_segments_overlap_by_their_crossfade_and_end_with_the_picture(clip_s: float) -> None:
    segments = covered(clip_s)
    last = segments[-1]
    assert clip_s - 1.0 <= last.item_end_s <= clip_s + 1e-6
    assert last.track_start_s + last.duration_s >= 65.0 - 1e-6
    for earlier, later in pairwise(segments):
        overlap_s = earlier.item_end_s - later.item_start_s
        assert overlap_s == pytest.approx(0.25)
        assert later.fade_in_s == earlier.fade_out_s == pytest.approx(0.25)
        assert np.abs(BARS - (earlier.track_start_s + earlier.duration_s)).min() < 1e-6
        assert np.abs(BARS - (later.track_start_s + later.fade_in_s)).min() < 1e-6


def test_a_start_chosen_by_hand_is_followed_by_what_follows_it() -> None:
    assert covered(30.0, start_s=9.5, by_hand=True) == covered(30.0, start_s=9.5, marks=None)
    (segment,) = covered(30.0, start_s=9.5, by_hand=True)
    assert (segment.track_start_s, segment.duration_s) == (9.5, 30.0)


def test_a_track_whose_loop_begins_at_once_has_nothing_to_fade_in_there() -> None:
    marks = Marks(FORM.sections, loop_s=(0.0, 56.0))
    first, second, *_ = covered(122.0, marks=marks)
    assert (first.fade_out_s, second.fade_in_s, second.track_start_s) == (0.0, 0.0, 0.0)


def test_nonsense_marks_give_no_error() -> None:
    # Sections that aren't on a bar line, energies all zero.
    marks = Marks((Section("a", 3.3, 1, 0.0), Section("b", 3.4, 1, 0.0)), (3.3, 3.4))
    for clip_s in (5.0, 15.0, 64.0, 70.0, 500.0):
        assert covered(clip_s, marks=marks)[-1].item_end_s <= clip_s + 1e-6
