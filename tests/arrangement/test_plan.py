import json
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from engine.arrangement.plan import MUTED_DB, MixPlan, linear_gain, match_gain, plan_mix
from engine.arrangement.segments import Segment
from engine.errors import InputError
from engine.library.marks import Marks, Section
from engine.media.tags import Tags
from tests.tracks import make_track


def a_plan(**changes: Any) -> MixPlan:
    plan = MixPlan(
        clip_path=Path("/clips/sea\udcff.mp4"),
        clip_duration_s=10.01,
        frame_rate=Fraction(30_000, 1001),
        start_timecode="01:00:00;00",
        track_path=Path("/music/käse.ogg"),
        title="Käse",
        artist=None,
        licence="CC0",
        link=None,
        segments=(Segment(5.0, 0.0, 6.0, 0.05, 0.25), Segment(1.0, 5.75, 4.25, 0.25, 0.0)),
        match_gain_db=-3.5,
        music_gain_db=-6.0,
    )
    return replace(plan, **changes)


def test_json_gives_back_an_equal_plan() -> None:
    assert MixPlan.from_json(a_plan().to_json()) == a_plan()


def test_rate_stays_exact_in_json() -> None:
    assert json.loads(a_plan().to_json())["frame_rate"] == "30000/1001"


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("version", 2),
        ("version", "1"),
        ("clip_path", "relative.mp4"),
        ("clip_path", "/a\0b"),
        ("clip_path", 3),
        ("clip_duration_s", 0),
        ("clip_duration_s", float("nan")),
        ("clip_duration_s", float("inf")),
        ("clip_duration_s", True),
        ("clip_duration_s", "10"),
        ("clip_duration_s", 1e300),
        ("frame_rate", "1e9999999"),
        ("frame_rate", "25/0"),
        ("frame_rate", "0"),
        ("frame_rate", "-25"),
        ("frame_rate", 25),
        ("title", ["x"]),
        ("title", "x" * 2000),
        ("music_gain_db", 400),
        ("music_gain_db", None),
        ("segments", []),
        ("segments", {}),
        ("segments", [1]),
        ("segments", [{"track_start_s": 0}]),
        ("segments", [[0, 0, 1, 0, 0]] * 3),
        ("extra", 1),
    ],
)
def test_json_of_strangers_is_refused(field: str, value: object) -> None:
    values = json.loads(a_plan().to_json()) | {field: value}
    with pytest.raises(InputError):
        MixPlan.from_json(json.dumps(values))


@pytest.mark.parametrize("text", ["", "{", "[]", "null", '"x"', "[" * 100_000, "{}"])
def test_text_that_is_no_plan_is_refused(text: str) -> None:
    with pytest.raises(InputError):
        MixPlan.from_json(text)


def test_missing_field_is_refused() -> None:
    values = json.loads(a_plan().to_json())
    del values["licence"]
    with pytest.raises(InputError):
        MixPlan.from_json(json.dumps(values))


def test_segments_beyond_the_clip_or_out_of_order_are_refused() -> None:
    with pytest.raises(InputError):
        a_plan(segments=(Segment(0, 5, 6),))
    with pytest.raises(InputError):
        a_plan(segments=(Segment(0, 5, 1), Segment(0, 1, 1)))


def test_match_gain_reaches_the_target_unless_peaks_are_in_the_way() -> None:
    assert match_gain(-20.0, -12.0) == pytest.approx(6.0)
    assert match_gain(-20.0, -3.0) == pytest.approx(2.0)
    assert match_gain(-8.0, 0.5) == pytest.approx(-6.0)
    assert match_gain(-14.0, -1.0) == pytest.approx(0.0)


@pytest.mark.parametrize("loudness", [float("-inf"), float("nan"), -70.0])
def test_silence_is_not_raised(loudness: float) -> None:
    assert match_gain(loudness, -120.0) == 0.0


def test_linear_gain() -> None:
    assert linear_gain(0.0) == 1.0
    assert linear_gain(-20.0) == pytest.approx(0.1)
    assert linear_gain(MUTED_DB) == 0.0


def test_sliders_move_one_at_a_time() -> None:
    moved = a_plan().with_gains(clip_gain_db=-9.0)
    assert (moved.music_gain_db, moved.clip_gain_db) == (-6.0, -9.0)
    assert moved.segments == a_plan().segments


def laid(marks: Marks | None = None, *, by_hand: bool = False) -> MixPlan:
    info = SimpleNamespace(
        path=Path("/c.mov"), duration_s=20.0, frame_rate=Fraction(25), start_timecode="10:00:00:00"
    )
    tags = Tags("T", "A", licence="CC0", url="https://example.org/t")
    track = make_track(path=Path("/t.opus"), tags=tags, marks=marks)
    features = SimpleNamespace(
        duration_s=60.0,
        downbeats_s=np.arange(0, 60, 2, dtype=np.float32),
        beats_s=np.arange(0, 60, 0.5, dtype=np.float32),
        energy_curve=np.ones(60, np.float32),
        loudness_lufs=-16.0,
        true_peak_dbtp=-4.0,
    )
    return plan_mix(info, track, features, 8.0, by_hand=by_hand)  # type: ignore[arg-type]


def test_plan_mix_takes_over_what_export_needs() -> None:
    plan = laid()
    assert plan.start_s == 8.0
    assert plan.match_gain_db == pytest.approx(2.0)
    assert plan.start_timecode == "10:00:00:00"
    assert (plan.title, plan.artist, plan.licence, plan.link) == (
        "T",
        "A",
        "CC0",
        "https://example.org/t",
    )
    assert MixPlan.from_json(plan.to_json()) == plan


def test_a_track_with_marks_is_cut_to_its_own_ending_unless_the_start_was_chosen() -> None:
    marks = Marks((Section("theme", 0.0, 28, 0.5), Section("end", 56.0, 2, 0.5)))
    plan = laid(marks)
    assert plan.start_s == 8.0
    assert plan.segments[-1].track_start_s + plan.segments[-1].duration_s == 60.0
    assert plan.segments[-1].clip_end_s == 20.0
    assert MixPlan.from_json(plan.to_json()) == plan
    assert laid(marks, by_hand=True) == laid()
