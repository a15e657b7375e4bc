from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from urllib.request import url2pathname

import opentimelineio as otio
import pytest

from engine.arrangement.arrangement import Arrangement, ClipReference, MusicItem, TrackReference
from engine.arrangement.segments import Segment
from engine.export.otio_timeline import timeline_text
from engine.media.tags import Tags
from tests.arrangements import with_item

ARRANGEMENT = Arrangement(
    ClipReference(
        Path("/clips/a b ü.mp4"), 10.01, Fraction(30_000, 1001), start_timecode="01:00:00;00"
    ),
    (
        MusicItem(
            TrackReference(Path("/music/track.ogg"), tags=Tags("Track", "Someone", licence="CC0")),
            (Segment(5.0, 0.0, 6.0, 0.05, 0.25), Segment(1.0, 5.75, 4.0, 0.25, 0.0)),
            match_gain_db=-3.5,
            gain_db=-2.0,
        ),
    ),
    music_gain_db=-6.0,
)


def read(text: str) -> otio.schema.Timeline:
    timeline = otio.adapters.read_from_string(text, "otio_json")
    assert isinstance(timeline, otio.schema.Timeline)
    return timeline


def test_tracks_of_a_clip_with_sound() -> None:
    timeline = read(timeline_text(ARRANGEMENT, with_clip_sound=True))
    assert [(track.name, track.kind) for track in timeline.tracks] == [
        ("Picture", "Video"),
        ("Clip sound", "Audio"),
        ("Music", "Audio"),
    ]


@pytest.mark.parametrize("gain_db", [-60.0, -100.0])
def test_muted_clip_sound_is_left_out(gain_db: float) -> None:
    arrangement = ARRANGEMENT.with_gains(clip_gain_db=gain_db)
    assert len(read(timeline_text(arrangement, with_clip_sound=True)).tracks) == 2


def test_picture_counts_frames_from_the_start_timecode() -> None:
    timeline = read(timeline_text(ARRANGEMENT, with_clip_sound=False))
    # One hour of drop-frame timecode is 107,892 frames.
    assert timeline.global_start_time == otio.opentime.RationalTime(107_892, 30_000 / 1001)
    (clip,) = timeline.tracks[0]
    assert clip.source_range.start_time.value == 107_892
    assert clip.source_range.duration.value == 300
    assert clip.source_range.duration.to_seconds() == pytest.approx(10.01)
    assert clip.media_reference.target_url == "file:///clips/a%20b%20%C3%BC.mp4"


def test_music_is_cut_where_the_crossfade_ends() -> None:
    timeline = read(timeline_text(ARRANGEMENT, with_clip_sound=False))
    music = timeline.tracks[1]
    first, crossfade, second = music
    assert isinstance(crossfade, otio.schema.Transition)
    assert (crossfade.in_offset.value, crossfade.out_offset.value) == (12_000, 0)
    assert first.source_range == otio.opentime.TimeRange(
        otio.opentime.RationalTime(240_000, 48_000), otio.opentime.RationalTime(288_000, 48_000)
    )
    assert second.source_range == otio.opentime.TimeRange(
        otio.opentime.RationalTime(60_000, 48_000), otio.opentime.RationalTime(180_000, 48_000)
    )
    # 5.75 s + 4 s, the crossfade not counted twice.
    assert music.duration().to_seconds() == pytest.approx(9.75)
    assert second.range_in_parent().start_time.to_seconds() == pytest.approx(6.0)


def test_levels_fades_and_credits_stand_in_the_metadata() -> None:
    first = read(timeline_text(ARRANGEMENT, with_clip_sound=False)).tracks[1][0]
    about = first.metadata["soundbed"]
    assert about["gain_db"] == -11.5
    assert (about["fade_in_s"], about["item_fade_in_s"]) == (0.05, 0.0)
    assert dict(about["tags"]) == {"title": "Track", "artist": "Someone", "licence": "CC0"}


def test_music_that_starts_later_follows_a_gap() -> None:
    arrangement = with_item(ARRANGEMENT, segments=(Segment(0.0, 2.0, 5.0),))
    timeline = read(timeline_text(arrangement, with_clip_sound=False))
    gap, music = timeline.tracks[1]
    assert isinstance(gap, otio.schema.Gap)
    assert gap.duration().to_seconds() == 2.0
    assert music.range_in_parent().start_time.to_seconds() == 2.0


def test_exported_wav_takes_the_tracks_place() -> None:
    text = timeline_text(ARRANGEMENT, with_clip_sound=False, music_wav=Path("/out/music.wav"))
    (item,) = read(text).tracks[1]
    assert item.name == "Track"
    assert item.media_reference.target_url == "file:///out/music.wav"
    assert [dict(tags) for tags in item.metadata["soundbed"]["tracks"]] == [
        {"title": "Track", "artist": "Someone", "licence": "CC0"}
    ]
    assert item.source_range.duration.to_seconds() == pytest.approx(10.01)


def test_rate_without_timecode_starts_at_zero() -> None:
    clip = replace(ARRANGEMENT.clip, frame_rate=Fraction(2987, 100))
    arrangement = replace(ARRANGEMENT, clip=clip)
    timeline = read(timeline_text(arrangement, with_clip_sound=False))
    assert timeline.global_start_time is None
    assert timeline.tracks[0][0].source_range.start_time.value == 0


def test_names_that_are_no_utf_8_still_find_their_file() -> None:
    odd = replace(ARRANGEMENT.clip, path=Path("/clips/sea\udcff.mp4"))
    arrangement = replace(ARRANGEMENT, clip=odd)
    clip = read(timeline_text(arrangement, with_clip_sound=False)).tracks[0][0]
    assert clip.media_reference.target_url == "file:///clips/sea%FF.mp4"
    assert url2pathname("/music/track.ogg") == "/music/track.ogg"
    assert clip.name == "sea?.mp4"


def with_second_item(start_frame: int) -> Arrangement:
    (item,) = ARRANGEMENT.items
    other = MusicItem(
        TrackReference(Path("/music/other.ogg")), (Segment(0.0, 0.0, 1.0),), start_frame
    )
    short = replace(item, segments=(Segment(5.0, 0.0, 6.0),))
    return replace(ARRANGEMENT, items=(short, other))


def test_items_after_each_other_share_a_track() -> None:
    *_, music = read(timeline_text(with_second_item(210), with_clip_sound=False)).tracks
    first, gap, second = music
    assert (first.name, second.name) == ("Track", "other")
    # Frame 210 is sample 336,336; the first item ends at sample 288,000.
    assert gap.source_range.duration.value == 48_336
    assert second.range_in_parent().start_time.value == 336_336
    assert second.media_reference.target_url == "file:///music/other.ogg"


def test_items_that_overlap_are_on_tracks_of_their_own() -> None:
    timeline = read(timeline_text(with_second_item(150), with_clip_sound=False))
    assert [track.name for track in timeline.tracks] == ["Picture", "Music", "Music 2"]
    (first,) = timeline.tracks[1]
    gap, second = timeline.tracks[2]
    assert (first.name, second.name) == ("Track", "other")
    assert second.range_in_parent().start_time.value == gap.source_range.duration.value == 240_240


def test_an_exported_wav_names_all_tracks() -> None:
    text = timeline_text(
        with_second_item(150), with_clip_sound=False, music_wav=Path("/out/music.wav")
    )
    *_, music = read(text).tracks
    (item,) = music
    assert item.name == "Track + other"
    assert len(item.metadata["soundbed"]["tracks"]) == 2
