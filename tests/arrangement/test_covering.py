from itertools import pairwise

import numpy as np
import numpy.typing as npt
import pytest

from engine.arrangement.covering import cover
from engine.arrangement.music_form import MusicForm
from engine.arrangement.segments import Segment
from engine.errors import InputError

# 120 beats a minute in 4/4 from 0.1 s: a beat every half second, a bar every two.
BEATS = np.arange(0.1, 60, 0.5)
BARS = BEATS[::4]


def covered(
    clip_s: float,
    start_s: float = 0.0,
    beats: npt.ArrayLike = BEATS,
    bars: npt.ArrayLike = BARS,
    energy: npt.ArrayLike = (),
) -> tuple[Segment, ...]:
    """Cover a clip with a track of a minute."""
    return cover(clip_s, form(60.0, beats, bars, energy), start_s)


def form(
    track_s: float,
    beats: npt.ArrayLike = (),
    bars: npt.ArrayLike = (),
    energy: npt.ArrayLike = (),
) -> MusicForm:
    beats_s, downbeats_s, curve = (np.asarray(values, float) for values in (beats, bars, energy))
    return MusicForm(track_s, beats_s, downbeats_s, curve)


def test_long_track_gives_one_excerpt_from_the_start_it_was_given() -> None:
    assert covered(20, start_s=8.1) == (Segment(8.1, 0.0, 20, fade_in_s=0.05, fade_out_s=3.0),)


def test_excerpt_from_the_beginning_has_no_fade_in() -> None:
    assert covered(20)[0].fade_in_s == 0.0


def test_excerpt_off_the_beat_enters_softly() -> None:
    assert covered(20, start_s=8.35)[0].fade_in_s == 0.5


def test_fades_of_a_short_clip_leave_half_of_it_alone() -> None:
    (segment,) = covered(2, start_s=8.35)
    assert (segment.fade_in_s, segment.fade_out_s) == (0.5, 0.5)


def test_start_too_late_moves_back_to_a_bar() -> None:
    # Only 10 s are to spare; the last bar line before is at 8.1 s.
    assert covered(50, start_s=40.0)[0].track_start_s == pytest.approx(8.1)


def test_excerpt_up_to_the_tracks_end_keeps_its_ending() -> None:
    assert covered(50, start_s=10.0, bars=[10.0])[0].fade_out_s == 0.0


def test_track_a_moment_too_short_is_not_repeated() -> None:
    assert covered(60.5) == (Segment(0.0, 0.0, 60.0),)


@pytest.mark.parametrize("clip_s", [70, 95.3, 200, 1234.5, 14_400])
def test_short_track_repeats_at_bar_lines_and_closes_with_its_own_ending(clip_s: float) -> None:
    segments = covered(clip_s)
    assert len(segments) > 1
    last = segments[-1]
    # The last bar begins at 58.1 s; of what rings on after it, half may go.
    assert 60.0 - last.track_end_s <= 0.95 + 1e-6
    assert last.fade_out_s <= 1.9
    assert clip_s - 1.0 <= last.item_end_s <= clip_s + 1e-6
    for earlier, later in pairwise(segments):
        overlap_s = earlier.item_end_s - later.item_start_s
        assert overlap_s == pytest.approx(later.fade_in_s) == pytest.approx(earlier.fade_out_s)
        left = earlier.track_start_s + earlier.duration_s
        entered = later.track_start_s + later.fade_in_s
        assert np.abs(BARS - left).min() < 1e-6
        assert np.abs(BARS - entered).min() < 1e-6


def test_jump_keeps_the_pulse() -> None:
    # Along the clip each bar of each segment is two seconds after the one before.
    shown = [
        beat - segment.track_start_s + segment.item_start_s
        for segment in covered(200)
        for beat in BEATS
        if segment.track_start_s + segment.fade_in_s - 1e-6
        <= beat
        < segment.track_start_s + segment.duration_s - 1e-6
    ]
    assert np.allclose(np.diff(shown), 0.5)


def test_loop_prefers_an_even_number_of_bars() -> None:
    first, second = covered(70)
    length_s = first.track_start_s + first.duration_s - second.track_start_s - second.fade_in_s
    assert length_s == pytest.approx(12.0)


def test_loop_joins_passages_of_equal_energy() -> None:
    energy = np.where(np.arange(60) < 30, 0.1, 1.0)
    first, second, *_ = covered(100, energy=energy)
    left = first.track_start_s + first.duration_s
    entered = second.track_start_s + second.fade_in_s
    assert (left < 30) == (entered < 30)


@pytest.mark.parametrize("clip_s", [62.0, 75.5, 200.0, 3600.0])
def test_music_without_beats_meets_the_length_exactly(clip_s: float) -> None:
    segments = covered(clip_s, bars=(), beats=())
    assert segments[-1].item_end_s == pytest.approx(clip_s)
    assert segments[-1].track_start_s + segments[-1].duration_s == pytest.approx(60.0)
    assert all(0 <= s.track_start_s < 60 for s in segments)


def test_nonsense_times_are_ignored() -> None:
    odd = [np.nan, -3.0, np.inf, 9e9]
    assert covered(200, bars=odd, beats=odd) == covered(200, bars=(), beats=())


@pytest.mark.parametrize("track_s", [0.4, 1.0, 3.0])
def test_very_short_tracks_still_fill_a_clip(track_s: float) -> None:
    segments = cover(30, form(track_s, beats=[0.2, 0.4, 0.6]), 0)
    assert segments[-1].item_end_s == pytest.approx(30, abs=1.0)


def test_absurdly_short_track_is_refused_in_words() -> None:
    with pytest.raises(InputError, match="far too short"):
        cover(14_400, form(0.1), 0)
