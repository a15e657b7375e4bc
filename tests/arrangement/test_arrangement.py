from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from engine.arrangement.arrangement import Arrangement, ClipReference, MusicItem, TrackReference
from engine.arrangement.placing import place_from
from engine.arrangement.segments import Segment
from engine.errors import InputError
from engine.media.tags import Tags
from tests.arrangements import arranged, with_item
from tests.tracks import make_track

NTSC = ClipReference(Path("/clips/clip.mov"), 10.01, Fraction(30_000, 1001), "01:00:00;00")
TRACK = TrackReference(Path("/music/käse.ogg"), "hash", Tags(title="Käse", licence="CC0"))
TWO_ITEMS = Arrangement(
    NTSC,
    (
        MusicItem(TRACK, (Segment(5.0, 0.0, 4.0),)),
        MusicItem(TRACK, (Segment(0.0, 0.0, 5.0),), start_frame=100, gain_db=-6.0),
    ),
)


def test_items_start_on_frames_exactly() -> None:
    # 100 frames at 30000/1001 per second are 3.3366… seconds.
    assert NTSC.time_of(100) == Fraction(1001, 300)
    assert TWO_ITEMS.start_s(TWO_ITEMS.items[1]) == pytest.approx(3.336_667)


def test_length_and_place_in_the_track_of_an_item() -> None:
    item = MusicItem(TRACK, (Segment(5.0, 0.0, 6.0, 0.05, 0.25), Segment(1.0, 5.75, 4.25, 0.25)))
    assert (item.duration_s, item.track_start_s) == (10.0, 5.0)


def test_both_gains_of_an_item_count_and_its_lowest_level_is_silence() -> None:
    (item,) = arranged(Segment(0, 0, 12)).items
    assert replace(item, match_gain_db=-6.0, gain_db=-14.0).gain == pytest.approx(0.1)
    assert replace(item, match_gain_db=6.0, gain_db=-60.0).gain == 0.0


def test_a_track_without_a_title_goes_by_the_name_of_its_file() -> None:
    assert TRACK.title == "Käse"
    assert replace(TRACK, tags=Tags()).title == "käse"


def test_sources_are_the_clip_and_each_track_once() -> None:
    assert TWO_ITEMS.sources == (NTSC.path, TRACK.path)


def test_levels_change_one_at_a_time() -> None:
    quiet = replace(TWO_ITEMS, music_gain_db=-6.0)
    changed = quiet.with_gains(clip_gain_db=-9.0)
    assert (changed.music_gain_db, changed.clip_gain_db) == (-6.0, -9.0)
    assert changed.items == TWO_ITEMS.items


@pytest.mark.parametrize(
    "segments",
    [
        (),
        (Segment(0, 5, 8),),  # beyond the clip
        (Segment(0, 5, 1), Segment(0, 1, 1)),  # out of order
    ],
)
def test_segments_beyond_the_clip_or_out_of_order_are_refused(
    segments: tuple[Segment, ...],
) -> None:
    with pytest.raises(InputError, match="segments"):
        arranged(*segments)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"start_frame": -1}, "start_frame"),
        ({"start_frame": 1}, "segments"),  # 40 ms beyond the clip's end
        ({"match_gain_db": 25.0}, "gain"),
        ({"gain_db": float("nan")}, "gain"),
        ({"fade_in_s": 7.0, "fade_out_s": 7.0}, "fades"),
        ({"fade_in_s": -1.0}, "fades"),
        ({"fade_out_s": float("nan")}, "fades"),
    ],
)
def test_items_that_make_no_sense_are_refused(changes: dict[str, float], field: str) -> None:
    with pytest.raises(InputError, match=field):
        with_item(arranged(Segment(0, 0, 12)), **changes)


def test_items_are_in_order_and_never_none() -> None:
    with pytest.raises(InputError, match="items"):
        replace(TWO_ITEMS, items=())
    with pytest.raises(InputError, match="items"):
        replace(TWO_ITEMS, items=TWO_ITEMS.items[::-1])


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"path": Path("relative.mp4")}, "clip"),
        ({"duration_s": 0.0}, "duration"),
        ({"duration_s": float("nan")}, "duration"),
        ({"duration_s": 1e300}, "duration"),
        ({"frame_rate": Fraction(0)}, "frame_rate"),
        ({"frame_rate": Fraction(-25)}, "frame_rate"),
        ({"start_timecode": "x" * 2000}, "start_timecode"),
    ],
)
def test_clips_that_make_no_sense_are_refused(changes: dict[str, Any], field: str) -> None:
    with pytest.raises(InputError, match=field):
        replace(NTSC, **changes)


def test_tracks_that_make_no_sense_are_refused() -> None:
    with pytest.raises(InputError, match="track"):
        replace(TRACK, path=Path("relative.ogg"))
    with pytest.raises(InputError, match="tags"):
        replace(TRACK, tags=Tags(artist="x" * 2000))


def test_a_placed_track_brings_what_export_needs() -> None:
    info: Any = SimpleNamespace(
        path=Path("/c.mov"), duration_s=20.0, frame_rate=Fraction(25), start_timecode="10:00:00:00"
    )
    tags = Tags("T", "A", None, "CC0", "https://example.org/t")
    track = make_track(path=Path("/t.opus"), tags=tags)
    features: Any = SimpleNamespace(
        duration_s=60.0,
        downbeats_s=np.arange(0, 60, 2, dtype=np.float32),
        beats_s=np.arange(0, 60, 0.5, dtype=np.float32),
        energy_curve=np.ones(60, np.float32),
        loudness_lufs=-16.0,
        true_peak_dbtp=-4.0,
    )
    placed = place_from(info, track, features, 8.0)
    assert placed.clip == ClipReference(Path("/c.mov"), 20.0, Fraction(25), "10:00:00:00")
    (item,) = placed.items
    assert item.track == TrackReference(Path("/t.opus"), "hash1", tags)
    assert (item.start_frame, item.track_start_s) == (0, 8.0)
    assert item.match_gain_db == pytest.approx(2.0)
    assert (item.gain_db, placed.music_gain_db, placed.clip_gain_db) == (0.0, 0.0, 0.0)
