"""Versions of bundled tracks for clips of 15, 30 and 60 seconds, mixed and measured."""

from fractions import Fraction
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from engine.arrangement.arrangement import Arrangement, ClipReference, MusicItem, reference_to
from engine.arrangement.covering import cover
from engine.arrangement.music_form import form_of
from engine.arrangement.segments import Segment
from engine.export.mixing import MIX_RATE_HZ, Samples, music_blocks
from engine.library.library import Library
from engine.library.tracks import Track
from engine.progress import silent

LIBRARY = Library.open_bundled()


def one_each() -> list[Track]:
    """The first track over a minute long of three genres."""
    found: dict[str, Track] = {}
    for track in LIBRARY.tracks.all():
        if track.file.duration_s > 60 and track.genre in ("folk", "hip-hop", "jazz"):
            found.setdefault(str(track.genre), track)
    return list(found.values())


def covering(track: Track, clip_s: float) -> tuple[Segment, ...]:
    return cover(clip_s, form_of(track, LIBRARY.tracks.features(track.file.id)), 0.0)


def mixed(track: Track, segments: tuple[Segment, ...], clip_s: float) -> Samples:
    clip = ClipReference(Path("/clip.mp4"), clip_s, Fraction(25))
    arrangement = Arrangement(clip, (MusicItem(reference_to(track), segments),))
    return np.concatenate(list(music_blocks(arrangement, silent())))


def level_db(sound: Samples) -> float:
    return float(10 * np.log10(np.mean(np.square(sound, dtype=np.float64)) + 1e-12))


@pytest.mark.parametrize("clip_s", [15.0, 30.0, 60.0])
@pytest.mark.parametrize("track", one_each(), ids=lambda track: track.genre)
def test_a_version_fills_the_clip_and_dies_away_with_it(track: Track, clip_s: float) -> None:
    segments = covering(track, clip_s)
    sound = mixed(track, segments, clip_s)
    assert len(sound) == round(clip_s * MIX_RATE_HZ)
    second = MIX_RATE_HZ
    whole_db = level_db(sound)
    # Nearly nothing in its last tenth of a second, and falling through its last two seconds.
    assert level_db(sound[-second // 10 :]) < whole_db - 30
    falling = [
        level_db(sound[len(sound) - 2 * second :][n : n + second // 2])
        for n in range(0, 2 * second, second // 2)
    ]
    assert falling[-1] == min(falling)
    # Yet there is music until it dies away, and no silence before the picture ends.
    assert level_db(sound[-4 * second : -second]) > whole_db - 30
    last = segments[-1]
    # It is the track's own ending, the whole of its last section.
    assert track.marks is not None
    ending_s = track.marks.sections[-1].start_s
    assert last.track_start_s + last.fade_in_s <= ending_s + 1e-3
    assert last.track_start_s + last.duration_s > ending_s + 2


@pytest.mark.parametrize("clip_s", [15.0, 30.0])
@pytest.mark.parametrize("track", one_each(), ids=lambda track: track.genre)
def test_cuts_fall_on_bars_and_keep_the_beat(track: Track, clip_s: float) -> None:
    segments = covering(track, clip_s)
    music = LIBRARY.tracks.features(track.file.id)
    bar_s = float(np.median(np.diff(music.downbeats_s)))
    assert len(segments) > 1
    played = [
        float(line) - segment.track_start_s + segment.item_start_s
        for segment in segments
        for line in music.downbeats_s
        if segment.track_start_s + segment.fade_in_s - 1e-3
        <= line
        < segment.track_start_s + segment.duration_s - 1e-3
    ]
    assert np.allclose(np.diff(played), bar_s, atol=2e-3)
    ends = [segment.item_end_s for segment in segments[:-1]]
    assert all(min(abs(end_s - line_s) for line_s in played) < 2e-3 for end_s in ends)


def test_no_cut_is_a_gap_or_a_bump() -> None:
    (track, *_) = one_each()
    segments = covering(track, 30.0)
    sound = mixed(track, segments, 30.0)
    for earlier, later in pairwise(segments):
        first, last = (round(t * MIX_RATE_HZ) for t in (later.item_start_s, earlier.item_end_s))
        around = sound[first - MIX_RATE_HZ : last + MIX_RATE_HZ]
        assert abs(level_db(sound[first:last]) - level_db(around)) < 9
