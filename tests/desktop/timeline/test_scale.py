"""Times and pixels, the ruler, the lanes."""

from dataclasses import replace
from fractions import Fraction
from itertools import pairwise

import pytest

from desktop.timeline.layout import (
    LaneKind,
    lanes,
    least_height,
    level_at,
    level_y,
    rows_of,
    wanted_height,
)
from desktop.timeline.scale import SHORTEST_SHOWN_S, Scale
from desktop.timeline.times import TimeFormat, format_time
from engine.arrangement.segments import Segment
from engine.media.timecode import TimecodeBase, timecode_base
from tests.arrangements import arranged, with_item

WHOLE = Scale(100.0, 1000.0).fitted()
NTSC = Fraction(30_000, 1001)


def test_times_and_pixels() -> None:
    assert (WHOLE.x(50.0), WHOLE.time(250.0)) == (500.0, 25.0)
    assert (WHOLE.time(-20.0), WHOLE.time(2000.0), WHOLE.time_outside(-20.0)) == (0.0, 100.0, -2.0)
    assert Scale().x(3.0) == 0.0


def test_zoom_keeps_the_time_under_the_pointer() -> None:
    closer = WHOLE.zoomed(4.0, 300.0)
    assert closer.shown_s == 25.0
    assert closer.x(30.0) == pytest.approx(300.0)
    assert closer.zoomed(1 / 4, 300.0) == WHOLE


def test_zoom_and_scroll_stay_within_the_clip() -> None:
    assert WHOLE.zoomed(1e9, 0.0).shown_s == SHORTEST_SHOWN_S
    assert WHOLE.zoomed(0.1, 0.0) == WHOLE
    closer = WHOLE.zoomed(2.0, 0.0)
    assert closer.scrolled(1e9).first_s == 50.0
    assert closer.scrolled(-5.0).first_s == 0.0
    assert closer.scrolled(20.0).first_s == 1.0
    assert WHOLE.resized(500.0).x(50.0) == 250.0


def test_the_page_turns_when_the_playhead_leaves_it() -> None:
    closer = WHOLE.zoomed(10.0, 0.0)
    assert closer.revealing(5.0) == closer
    turned = closer.revealing(10.5)
    assert turned.first_s <= 10.5 < turned.end_s
    assert WHOLE.revealing(200.0) == WHOLE


@pytest.mark.parametrize(
    ("time_s", "decimals", "text"),
    [
        (0.0, 2, "0:00.00"),
        (83.456, 2, "1:23.46"),
        (59.999, 2, "1:00.00"),
        (3723.0, 0, "1:02:03"),
        (-1.0, 1, "0:00.0"),
    ],
)
def test_times_as_text(time_s: float, decimals: int, text: str) -> None:
    assert format_time(time_s, decimals) == text


def test_a_time_in_each_format() -> None:
    times = TimeFormat(timecode_base(NTSC, "01:00:00;00"))
    at_s = float(1800 / NTSC)
    texts = [replace(times, display=d).text(at_s) for d in ("timecode", "frames", "seconds")]
    assert texts == ["01:01:00;02", "1800", "1:00.06"]
    # The length of a clip counts from zero.
    assert times.length_text(at_s) == "00:01:00;02"


def test_a_frame_is_named_from_its_start_to_its_end() -> None:
    times = TimeFormat(TimecodeBase(Fraction(25)), "frames")
    assert [times.text(t) for t in (0.0, 0.039, 0.04, 0.079)] == ["0", "0", "1", "1"]


def test_ticks_are_round_times_far_enough_apart() -> None:
    seconds = TimeFormat(TimecodeBase(Fraction(25)), "seconds")
    labels = [tick.label for tick in seconds.ticks(Scale(10.0, 800.0).fitted(), 70.0)]
    assert labels == [f"0:{n:02d}" for n in range(11)]
    frames = replace(seconds, display="frames").ticks(Scale(10.0, 800.0).fitted(), 70.0)
    assert [tick.label for tick in frames[:3]] == ["0", "50", "100"]
    hours = seconds.ticks(Scale(4 * 3600.0, 800.0).fitted(), 70.0)
    assert [tick.label for tick in hours[:3]] == ["0:00", "30:00", "1:00:00"]


@pytest.mark.parametrize("rate", [24, 25, 30, 50, 60])
def test_timecodes_within_seconds_are_evenly_apart(rate: int) -> None:
    times = TimeFormat(TimecodeBase(Fraction(rate)))
    for width_px in range(400, 20_000, 300):
        scale = Scale(4.0, float(width_px)).fitted()
        xs = [scale.x(tick.time_s) for tick in times.ticks(scale, 104.0)]
        steps = [after - before for before, after in pairwise(xs)]
        assert min(steps) >= 103.9, width_px
        assert max(steps) == pytest.approx(min(steps), rel=0.01), width_px


def test_ticks_fall_on_round_timecodes_with_the_clips_own_start() -> None:
    times = TimeFormat(timecode_base(Fraction(25), "10:00:00:05"))
    ticks = times.ticks(Scale(10.0, 500.0).fitted(), 90.0)
    assert [tick.label for tick in ticks[:2]] == ["10:00:02:00", "10:00:04:00"]
    assert ticks[0].time_s == pytest.approx(45 / 25)
    near = times.ticks(Scale(10.0, 500.0).fitted().zoomed(20.0, 0.0), 90.0)
    assert [tick.label for tick in near[:2]] == ["10:00:00:05", "10:00:00:10"]


def test_ticks_skip_the_numbers_that_drop_frame_leaves_out() -> None:
    times = TimeFormat(timecode_base(NTSC, None))
    ticks = times.ticks(Scale(3 * 3600.0, 1000.0).fitted().zoomed(170.0, 0.0), 400.0)
    assert [tick.label for tick in ticks][:3] == ["00:00:00;00", "00:00:30;00", "00:01:00;02"]
    assert ticks[2].time_s == pytest.approx(1800 / NTSC)
    hours = times.ticks(Scale(3 * 3600.0, 1000.0).fitted(), 100.0)
    assert [tick.label for tick in hours][:3] == ["00:00:00;00", "00:30:00;00", "01:00:00;00"]
    assert hours[2].time_s == pytest.approx(3600, abs=0.1)


def test_lanes_fill_the_height_and_shrink_down_to_their_least() -> None:
    for height in (least_height(1, True), wanted_height(1, True), 600.0):
        found = lanes(height, 1, True)
        assert found[-1].bottom == pytest.approx(height - 4, abs=4.1)
        kinds = ["ruler", "film", "clip", "music", "volume"]
        assert [lane.kind.value for lane in found] == kinds
    tiny = lanes(50.0, 3, False)
    assert [lane.row for lane in tiny if lane.kind is LaneKind.MUSIC] == [0, 1, 2]
    assert tiny[-1].bottom == pytest.approx(least_height(3, False) - 0, abs=4.1)
    scrolled = lanes(50.0, 3, False, 30.0)
    assert scrolled[0] == tiny[0]
    assert scrolled[1].top == tiny[1].top - 30


def test_overlapping_music_is_in_rows() -> None:
    one = arranged(Segment(0.0, 0.0, 4.0), clip_s=20.0)
    (item,) = one.items
    starts = (0, 75, 100, 175)  # 0, 3, 4 and 7 s, 4 s each
    several = replace(one, items=tuple(replace(item, start_frame=frame) for frame in starts))
    assert rows_of(several) == [0, 1, 0, 1]
    assert rows_of(None) == []
    assert rows_of(with_item(one, start_frame=3)) == [0]


def test_levels_and_their_heights() -> None:
    volume = lanes(300.0, 1, True)[-1]
    for gain_db in (6.0, 0.0, -12.0, -36.0):
        assert level_at(volume, level_y(volume, gain_db)) == pytest.approx(gain_db)
    assert level_y(volume, 24.0) == level_y(volume, 6.0)
    assert level_at(volume, volume.bottom) == -60.0
