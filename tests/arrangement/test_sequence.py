"""Several tracks in a row: crossfades from bar line to bar line, each where it was wanted."""

from fractions import Fraction
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from engine.arrangement.arrangement import Arrangement, ClipReference, MusicItem, TrackReference
from engine.arrangement.clip_part import ClipPart
from engine.arrangement.covering import reaches_ending
from engine.arrangement.music_form import MusicForm
from engine.arrangement.segments import times_in_item
from engine.arrangement.sequence import Cue, in_sequence

RATE = Fraction(24_000, 1001)


def form(bpm: float, track_s: float = 80.0) -> MusicForm:
    beats = np.arange(0.2, track_s - 1, 60 / bpm)
    return MusicForm(track_s, beats, beats[::4])


FORMS = {"slow": form(70), "quick": form(128), "free": MusicForm(60.0)}


def clip(duration_s: float) -> ClipReference:
    return ClipReference(Path("/c.mp4"), duration_s, RATE)


def cue(name: str, at_s: float, bar: int = 0) -> Cue:
    music = FORMS[name]
    start_s = float(music.downbeats_s[bar]) if bar else 0.0
    return Cue(TrackReference(Path(f"/m/{name}.ogg")), music, round(at_s * RATE), start_s)


def start_s(item: MusicItem) -> float:
    return float(item.start_frame / RATE)


def check(items: tuple[MusicItem, ...], duration_s: float) -> None:
    """They fill the clip without a hole, no more than two at once, faded where they overlap."""
    Arrangement(clip(duration_s), items)
    assert start_s(items[0]) == 0.0
    assert duration_s - 1.0 <= start_s(items[-1]) + items[-1].duration_s <= duration_s + 1e-3
    for earlier, later in pairwise(items):
        overlap_s = start_s(earlier) + earlier.duration_s - start_s(later)
        assert 0.9 < overlap_s <= 6.1
        assert earlier.fade_out_s >= overlap_s - 0.05
        assert later.fade_in_s <= overlap_s + 0.05
    for first, third in zip(items, items[2:], strict=False):
        assert start_s(first) + first.duration_s <= start_s(third) + 1e-6


def test_a_crossfade_goes_from_bar_line_to_bar_line() -> None:
    cues = (cue("slow", 0), cue("quick", 41.0, bar=4), cue("slow", 95.5, bar=6))
    items = in_sequence(clip(140.0), cues)
    check(items, 140.0)
    for (earlier, later), wanted in zip(pairwise(items), cues[1:], strict=True):
        at_s = float(wanted.frame / RATE)
        # The next track is at full level on its bar line, on the wanted frame.
        assert start_s(later) + later.fade_in_s == pytest.approx(at_s)
        assert later.track_start_s + later.fade_in_s == pytest.approx(wanted.start_s)
        # The track before it is left from a bar line of its own on.
        left_s = earlier.duration_s - earlier.fade_out_s
        music = FORMS[Path(earlier.track.path).stem]
        assert np.abs(times_in_item(earlier.segments, music.downbeats_s) - left_s).min() < 0.05
        assert 1.5 <= earlier.fade_out_s < 1.5 + 4 * 60 / 70


def test_a_track_that_starts_with_its_beginning_starts_on_the_frame_without_a_fade() -> None:
    items = in_sequence(clip(100.0), (cue("quick", 0), cue("slow", 50.0)))
    check(items, 100.0)
    assert (items[1].start_frame, items[1].fade_in_s) == (round(50.0 * RATE), 0.0)
    assert start_s(items[0]) + items[0].duration_s == pytest.approx(51.0, abs=0.05)


@pytest.mark.parametrize("names", [("slow", "quick"), ("free", "slow"), ("quick", "free")])
@pytest.mark.parametrize("at_s", [3.0, 30.0, 300.0])
def test_tracks_of_any_kind_follow_each_other_after_any_time(
    names: tuple[str, str], at_s: float
) -> None:
    duration_s = at_s + 200.0
    items = in_sequence(clip(duration_s), (cue(names[0], 0), cue(names[1], at_s)))
    check(items, duration_s)
    assert reaches_ending(items[-1].segments, FORMS[names[1]])
    # The first one goes over into the second before its own ending dies away.
    assert not reaches_ending(items[0].segments, FORMS[names[0]])


def test_music_ends_with_the_part() -> None:
    part = ClipPart(round(10 * RATE), round(70 * RATE))
    items = in_sequence(clip(100.0), (cue("slow", 10.0), cue("quick", 40.0)), part)
    ends_s = start_s(items[-1]) + items[-1].duration_s
    assert float(70 - 1) <= ends_s <= float(part.end_frame / RATE) + 1e-6


def test_hours_of_tracks_are_quick_and_small() -> None:
    names = ("slow", "quick", "free")
    cues = [cue(names[n % 3], at_s=120.0 * n) for n in range(120)]
    items = in_sequence(clip(4 * 3600.0), cues)
    check(items, 4 * 3600.0)
    assert sum(len(item.segments) for item in items) < 1500
