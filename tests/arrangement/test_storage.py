"""Saved arrangements: this version, version 1 as users have it, newer ones, and damaged ones."""

import json
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from engine.arrangement.arrangement import Arrangement, ClipReference, MusicItem, TrackReference
from engine.arrangement.history import ArrangementHistory
from engine.arrangement.segments import Segment
from engine.arrangement.storage import (
    history_from_json,
    history_to_json,
    replaceable,
)
from engine.errors import ArrangementFromFuture, InputError
from engine.media.tags import Tags

# Written by the program as it was when version 1 was the only one.
VERSION_1 = Path(__file__).parent / "saved_version_1"

TRACK = TrackReference(Path("/music/käse.ogg"), "hash", Tags("Käse", None, None, "CC0"))
ARRANGEMENT = Arrangement(
    ClipReference(Path("/clips/sea\udcff.mp4"), 10.01, Fraction(30_000, 1001), "01:00:00;00"),
    (
        MusicItem(
            TRACK,
            (Segment(5.0, 0.0, 6.0, 0.05, 0.25), Segment(1.0, 5.75, 4.25, 0.25, 0.0)),
            match_gain_db=-3.5,
        ),
        MusicItem(
            replace(TRACK, tags=Tags()),
            (Segment(0.0, 0.0, 2.0),),
            start_frame=100,
            gain_db=-6.0,
            fade_in_s=0.5,
            fade_out_s=1.0,
        ),
    ),
    music_gain_db=-6.0,
)
QUIETER = ARRANGEMENT.with_gains(music_gain_db=-12.0)


def saved(*arrangements: Arrangement) -> Any:
    """What is saved of a history, decoded, to be changed by a test."""
    return json.loads(history_to_json(ArrangementHistory(arrangements)))


def test_json_gives_back_an_equal_history() -> None:
    history = ArrangementHistory((ARRANGEMENT, QUIETER), 1)
    again = history_from_json(history_to_json(history))
    assert again.arrangements == (ARRANGEMENT, QUIETER)
    assert again.position == 1


def test_the_saved_form_is_readable_and_exact() -> None:
    values = saved(ARRANGEMENT)
    assert (values["version"], values["position"]) == (3, 0)
    (arrangement,) = values["arrangements"]
    assert arrangement["clip"]["frame_rate"] == "30000/1001"
    first, second = arrangement["items"]
    assert second["start_frame"] == 100
    assert first["track"]["path"] == "/music/käse.ogg"
    assert first["track"]["tags"]["title"] == "Käse"
    assert first["segments"][1]["item_start_s"] == 5.75


CLIP_VALUES = [
    ("path", "relative.mp4"),
    ("path", "/a\0b"),
    ("path", 3),
    ("duration_s", 0),
    ("duration_s", float("nan")),
    ("duration_s", float("inf")),
    ("duration_s", True),
    ("duration_s", "10"),
    ("duration_s", 1e300),
    ("duration_s", 10**400),
    ("frame_rate", "1e9999999"),
    ("frame_rate", "25/0"),
    ("frame_rate", "0"),
    ("frame_rate", "-25"),
    ("frame_rate", "٢٥"),
    ("frame_rate", 25),
    ("start_timecode", 1),
    ("extra", 1),
]
ITEM_VALUES = [
    ("track", {"path": "/t.ogg", "content_hash": "", "tags": {"title": ["x"]}}),
    ("track", {"path": "/t.ogg", "content_hash": "", "tags": {"title": "x" * 2000}}),
    ("track", {"path": "/t.ogg", "content_hash": "", "tags": {}, "extra": 1}),
    ("track", "/t.ogg"),
    ("start_frame", 1.5),
    ("start_frame", 10**30),
    ("start_frame", True),
    ("gain_db", 400),
    ("gain_db", None),
    ("segments", []),
    ("segments", {}),
    ("segments", [1]),
    ("segments", [{"track_start_s": 0}]),
    ("segments", [[0, 0, 1, 0, 0]] * 3),
    ("extra", 1),
]


@pytest.mark.parametrize(("field", "value"), CLIP_VALUES)
def test_clips_of_strangers_are_refused(field: str, value: object) -> None:
    values = saved(ARRANGEMENT)
    values["arrangements"][0]["clip"][field] = value
    with pytest.raises(InputError):
        history_from_json(json.dumps(values))


@pytest.mark.parametrize(("field", "value"), ITEM_VALUES)
def test_items_of_strangers_are_refused(field: str, value: object) -> None:
    values = saved(ARRANGEMENT)
    values["arrangements"][0]["items"][0][field] = value
    with pytest.raises(InputError):
        history_from_json(json.dumps(values))


@pytest.mark.parametrize(
    "change",
    [
        {"position": 1},
        {"position": -1},
        {"position": True},
        {"arrangements": []},
        {"arrangements": 3},
        {"extra": 1},
        {"version": 0},
        {"version": "2"},
        {"version": True},
        {"version": 1},
    ],
)
def test_broken_histories_are_refused(change: dict[str, object]) -> None:
    with pytest.raises(InputError):
        history_from_json(json.dumps(saved(ARRANGEMENT) | change))


def test_too_many_steps_are_refused() -> None:
    values = saved(ARRANGEMENT)
    values["arrangements"] *= 101
    with pytest.raises(InputError):
        history_from_json(json.dumps(values))


def test_missing_fields_are_refused() -> None:
    values = saved(ARRANGEMENT)
    del values["arrangements"][0]["items"][0]["gain_db"]
    with pytest.raises(InputError, match="missing or unknown fields"):
        history_from_json(json.dumps(values))


@pytest.mark.parametrize("text", ["", "{", "[]", "null", '"x"', "[" * 100_000, "{}", "3"])
def test_text_that_is_no_history_is_refused_in_one_line(text: str) -> None:
    with pytest.raises(InputError, match="can't be read") as refused:
        history_from_json(text)
    assert len(str(refused.value).splitlines()) == 1


# Version 1


def test_version_1_of_a_bundled_track_opens_with_every_step() -> None:
    history = history_from_json((VERSION_1 / "bundled_track.json").read_text())
    assert (len(history.arrangements), history.position) == (3, 1)
    current = history.current
    assert current.clip == ClipReference(Path("/home/ida/Videos/demo.mp4"), 24.0, Fraction(24))
    assert (current.music_gain_db, current.clip_gain_db) == (-6.0, -60.0)
    (item,) = current.items
    assert item.track == TrackReference(
        Path("/opt/soundbed/assets/library/tracks/cinematic-02.opus"),
        tags=Tags("A Letter from the Front", "Soundbed", None, "CC0-1.0"),
    )
    assert (item.start_frame, item.gain_db, item.fade_in_s, item.fade_out_s) == (0, 0.0, 0.0, 0.0)
    assert item.match_gain_db == pytest.approx(-0.041)
    assert item.segments == (
        Segment(0.0, 0.0, 7.841899871826172, 0.0, 0.25),
        Segment(57.91450119018555, 7.591899871826172, 16.408100128173828, 0.25, 0.25),
    )
    assert history.arrangements[2].items[0].track_start_s == 17.25


def test_version_1_of_a_recording_keeps_its_web_address_and_odd_names() -> None:
    current = history_from_json((VERSION_1 / "looped_recording.json").read_text()).current
    assert current.clip.path == Path("/home/ida/Videos/sea\udcff.mov")
    assert current.clip.frame_rate == Fraction(30_000, 1001)
    assert current.clip.start_timecode == "01:00:00;00"
    (item,) = current.items
    assert item.track.tags == Tags("Käse", "Duo", None, "CC-BY-4.0", "https://example.org/kaese")
    assert len(item.segments) == 3


@pytest.mark.parametrize("path", sorted(VERSION_1.glob("*.json")), ids=lambda path: path.stem)
def test_version_1_is_written_back_as_this_version(path: Path) -> None:
    old = history_from_json(path.read_text())
    text = history_to_json(old)
    assert json.loads(text)["version"] == 3
    again = history_from_json(text)
    assert (again.arrangements, again.position) == (old.arrangements, old.position)


def test_there_are_samples_of_version_1() -> None:
    assert len(list(VERSION_1.glob("*.json"))) == 3


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("version", "1"),
        ("clip_path", "/a\0b"),
        ("clip_duration_s", float("nan")),
        ("clip_duration_s", True),
        ("frame_rate", "25/0"),
        ("title", ["x"]),
        ("title", "x" * 2000),
        ("music_gain_db", None),
        ("segments", []),
        ("segments", [{"track_start_s": 0}]),
        ("extra", 1),
    ],
)
def test_damaged_version_1_is_refused(field: str, value: object) -> None:
    values = json.loads((VERSION_1 / "looped_recording.json").read_text())
    values["plans"][0][field] = value
    with pytest.raises(InputError):
        history_from_json(json.dumps(values))


@pytest.mark.parametrize(
    "change", [{"position": 1}, {"position": True}, {"plans": []}, {"plans": 3}, {"x": 1}]
)
def test_broken_history_of_version_1_is_refused(change: dict[str, object]) -> None:
    values = json.loads((VERSION_1 / "looped_recording.json").read_text())
    with pytest.raises(InputError):
        history_from_json(json.dumps(values | change))


# Version 2

VERSION_2 = Path(__file__).parent / "saved_version_2" / "two_tracks.json"


def test_version_2_opens_with_every_step_and_changes_nothing() -> None:
    history = history_from_json(VERSION_2.read_text())
    assert (len(history.arrangements), history.position) == (3, 1)
    current = history.current
    assert [item.start_frame for item in current.items] == [0, 719]
    assert (current.part, current.markers, current.volume, current.ducking) == (None, (), (), None)
    assert current.target_lufs == -14.0
    assert not any(item.muted for item in current.items)
    assert current.items[1].match_gain_db == 2.5
    text = history_to_json(history)
    assert json.loads(text)["version"] == 3
    assert history_from_json(text) == history


@pytest.mark.parametrize(
    "change",
    [
        {"markers": []},
        {"ducking": None},
        {"items": None},
        {"items": [1]},
        {"items": [{"muted": 1}]},
    ],
)
def test_version_2_with_fields_that_it_cannot_have_is_refused(change: dict[str, object]) -> None:
    values = json.loads(VERSION_2.read_text())
    values["arrangements"][0] |= change
    with pytest.raises(InputError):
        history_from_json(json.dumps(values))


@pytest.mark.parametrize("plans", [None, 3, [3], {}])
def test_broken_history_of_version_2_is_refused(plans: object) -> None:
    with pytest.raises(InputError):
        history_from_json(json.dumps({"version": 2, "position": 0, "arrangements": plans}))


# Newer versions


def test_a_newer_version_is_refused_in_one_sentence_whatever_it_holds() -> None:
    for values in ({"version": 4}, saved(ARRANGEMENT) | {"version": 99, "scenes": []}):
        with pytest.raises(ArrangementFromFuture, match="newer version of Soundbed") as refused:
            history_from_json(json.dumps(values))
        assert len(str(refused.value).splitlines()) == 1


def test_a_newer_version_is_never_replaced() -> None:
    newer = json.dumps({"version": 4})
    with pytest.raises(ArrangementFromFuture):
        replaceable(newer)
    assert replaceable("damaged") is None
    history = ArrangementHistory((ARRANGEMENT,))
    assert replaceable(history_to_json(history)) == history
