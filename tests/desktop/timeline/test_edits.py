"""What a drag or a key does to the arrangement, without a window."""

from dataclasses import replace

import numpy as np
import pytest

from desktop.timeline.edits import (
    Drag,
    Dragged,
    dragged,
    nudged,
    removed,
    with_in,
    with_marker,
    with_out,
    with_point,
)
from desktop.timeline.layout import LaneKind, lanes, level_y
from desktop.timeline.scale import Scale
from desktop.timeline.snapping import Surroundings, nearest
from desktop.timeline.targets import (
    Kind,
    Shown,
    Target,
    VolumeLine,
    all_targets,
    exists,
    time_of,
)
from desktop.timeline.times import TimeFormat
from desktop.timeline.words import describe
from engine.arrangement import editing
from engine.arrangement.arrangement import Arrangement
from engine.arrangement.automation import VolumePoint
from engine.arrangement.clip_part import ClipPart, Marker
from engine.arrangement.music_form import MusicForm
from engine.arrangement.segments import Segment
from engine.errors import InputError
from engine.media.timecode import TimecodeBase
from tests.arrangements import CLIP, TRACK, arranged, with_item

FORM = MusicForm(60.0, np.arange(0, 60, 0.5), np.arange(0, 60, 2.0), np.ones(60))
# From 4 to 12 s of a clip of 20 s with cuts at 7.08 and 15 s, from 10.0 s of its track, and cut
# from 14 to 30 s of it, which is at 8 s of the clip.
MUSIC = with_item(
    arranged(
        Segment(10.0, 0.0, 4.0, fade_out_s=0.25),
        Segment(29.75, 3.75, 4.25, fade_in_s=0.25),
        clip_s=20.0,
    ),
    start_frame=100,
)
FREE = Surroundings({TRACK: FORM}, np.array([7.08, 15.0]), playhead_s=18.0)
SNAPPING = replace(FREE, reach_s=0.15)


def drag(
    kind: Kind, from_s: float, to_s: float, around: Surroundings = SNAPPING, **more: object
) -> Dragged:
    index = more.pop("index", 0)
    origin = more.pop("origin", MUSIC)
    gain_db = more.pop("gain_db", None)
    assert isinstance(index, int) and isinstance(origin, Arrangement)
    assert gain_db is None or isinstance(gain_db, float)
    begun = Drag(Target(kind, index), origin, from_s, bool(more.pop("slips", False)))
    result = dragged(begun, to_s, around, gain_db)
    assert result is not None
    return result


def test_an_item_moves_by_as_much_as_the_pointer() -> None:
    moved = drag(Kind.ITEM, 6.0, 8.2, FREE)
    assert moved.arrangement.items[0].start_frame == 100 + round(2.2 * 25)
    assert moved.arrangement.items[0].segments == MUSIC.items[0].segments
    assert moved.line_s is None


@pytest.mark.parametrize(
    ("to_s", "start_s", "line_s"),
    [
        (17.05, 15.0, 15.0),  # its start on the cut
        (9.1, 7.08, 7.08),
        (13.93, 12.0, 20.0),  # its end on the end of the clip
        (9.02, 7.0, 15.0),  # a bar, 8 s after its start, on the cut
    ],
)
def test_an_item_snaps_with_start_end_and_bars(to_s: float, start_s: float, line_s: float) -> None:
    found = drag(Kind.ITEM, 6.0, to_s, replace(SNAPPING, playhead_s=0.0))
    assert found.line_s == pytest.approx(line_s)
    # An item of 8 s can't start later than 12 s into the clip.
    starts_s = found.arrangement.start_s(found.arrangement.items[0])
    assert starts_s == pytest.approx(min(start_s, 12.0))


def test_an_item_stays_in_the_clip() -> None:
    assert drag(Kind.ITEM, 6.0, -50.0).arrangement.items[0].start_frame == 0
    last = drag(Kind.ITEM, 6.0, 50.0).arrangement.items[0]
    assert last.start_frame == 300


def test_edges_snap_to_beats_and_cuts() -> None:
    start = drag(Kind.START, 4.0, 4.42)
    assert start.arrangement.items[0].start_frame == pytest.approx(4.5 * 25, abs=1)
    assert start.line_s == pytest.approx(4.5)
    end = drag(Kind.END, 12.0, 15.1)
    item = end.arrangement.items[0]
    assert end.arrangement.start_s(item) + item.duration_s == pytest.approx(15.0, abs=0.05)
    assert end.line_s == 15.0


def test_what_snaps_to_the_same_is_not_solved_again() -> None:
    begun = Drag(Target(Kind.END), MUSIC, 12.0)
    first = dragged(begun, 15.1, SNAPPING)
    assert dragged(begun, 15.05, SNAPPING, before=first) is first
    assert dragged(begun, 15.6, SNAPPING, before=first) is not first


def test_an_edge_that_cannot_go_there_stays() -> None:
    begun = Drag(Target(Kind.START, 0), MUSIC, 4.0)
    assert dragged(begun, 11.9, FREE) is None


def test_fades_end_where_their_handles_are() -> None:
    assert drag(Kind.FADE_IN, 4.0, 5.3, FREE).arrangement.items[0].fade_in_s == pytest.approx(1.3)
    out = drag(Kind.FADE_OUT, 12.0, 10.95).arrangement.items[0]
    assert out.fade_out_s == pytest.approx(1.0)  # a beat is at 11.0 s of the clip
    assert drag(Kind.FADE_IN, 4.0, 1.0, FREE).arrangement.items[0].fade_in_s == 0.0
    both = drag(Kind.FADE_IN, 4.0, 50.0, FREE, origin=with_item(MUSIC, fade_out_s=3.0))
    assert both.arrangement.items[0].fade_in_s == pytest.approx(5.0)


def test_a_splice_snaps_to_bars_however_far() -> None:
    found = drag(Kind.SPLICE, 8.0, 9.2)
    item = found.arrangement.items[0]
    assert found.line_s == 10.0
    # It leaves and enters two seconds later, and all else stays in place.
    assert item.segments[0].track_end_s == pytest.approx(16.0)
    assert item.segments[1].track_start_s == pytest.approx(31.75)
    assert item.duration_s == MUSIC.items[0].duration_s
    free = drag(Kind.SPLICE, 8.0, 9.2, FREE).arrangement.items[0]
    assert free.segments[0].track_end_s == pytest.approx(15.2)


def test_music_slips_to_its_beats_or_with_a_bar_on_a_cut() -> None:
    one = with_item(arranged(Segment(10.0, 0.0, 8.0), clip_s=20.0), start_frame=100)
    slipped = drag(Kind.ITEM, 6.0, 5.6, origin=one, slips=True)
    assert slipped.arrangement.items[0].track_start_s == pytest.approx(10.5)
    # The cut at 7.08 s is 3.08 s into the item: the bar at 14 s plays there from 10.92 s on.
    on_cut = drag(Kind.ITEM, 6.0, 5.12, origin=one, slips=True)
    assert on_cut.arrangement.items[0].track_start_s == pytest.approx(10.92)
    assert on_cut.line_s == pytest.approx(7.08)
    free = drag(Kind.ITEM, 6.0, 5.6, FREE, origin=one, slips=True)
    assert free.arrangement.items[0].track_start_s == pytest.approx(10.4)


VOLUME = replace(MUSIC, volume=(VolumePoint(50, 0.0), VolumePoint(100, -6.0)))


def test_points_move_between_their_neighbours() -> None:
    moved = drag(Kind.POINT, 2.0, 3.04, FREE, origin=VOLUME, gain_db=-3.0)
    assert moved.arrangement.volume == (VolumePoint(76, -3.0), VolumePoint(100, -6.0))
    stopped = drag(Kind.POINT, 2.0, 9.0, FREE, origin=VOLUME)
    assert stopped.arrangement.volume[0] == VolumePoint(99, 0.0)
    snapped = drag(Kind.POINT, 4.0, 7.1, origin=VOLUME, index=1)
    assert snapped.arrangement.volume[1].frame == 177


def test_points_are_added_and_replaced_by_frame() -> None:
    changed, target = with_point(VOLUME, VolumePoint(75, -9.0))
    assert target == Target(Kind.POINT, 1)
    assert [point.frame for point in changed.volume] == [50, 75, 100]
    again, target = with_point(changed, VolumePoint(75, -1.0))
    assert (len(again.volume), again.volume[target.index].gain_db) == (3, -1.0)


def test_markers_keep_their_name_when_they_pass_others() -> None:
    marked = replace(MUSIC, markers=(Marker(10, "a"), Marker(60, "b")))
    found = drag(Kind.MARKER, 0.4, 4.4, FREE, origin=marked)
    assert found.arrangement.markers == (Marker(60, "b"), Marker(110, "a"))
    assert found.target == Target(Kind.MARKER, 1)
    added, target = with_marker(marked, Marker(30))
    assert (target.index, len(added.markers)) == (1, 3)


def test_items_are_found_again_when_they_pass_others() -> None:
    late = with_item(MUSIC, start_frame=150).items[0]
    short = replace(late, segments=(Segment(0.0, 0.0, 2.0),), start_frame=0)
    two = replace(MUSIC, items=(short, late))
    found = drag(Kind.ITEM, 1.0, 17.0, FREE, origin=two)
    assert found.target == Target(Kind.ITEM, 1)
    assert found.arrangement.items[1].segments[0].track_start_s == 0.0


def test_in_and_out_points() -> None:
    part = with_in(MUSIC, 50, FREE)
    assert part.part == ClipPart(50, 500)
    both = with_out(part, 399, FREE)
    assert both.part == ClipPart(50, 400)
    first_s, end_s = both.part_s
    (item,) = both.items
    assert both.start_s(item) == first_s
    assert both.start_s(item) + item.duration_s <= end_s + 1e-6
    # An in point after the out point, and the other way round, takes the rest of the clip.
    assert with_in(both, 450, FREE).part == ClipPart(450, 500)
    assert with_out(both, 20, FREE).part == ClipPart(0, 21)
    assert with_in(part, 0, FREE).part is None
    assert removed(Target(Kind.IN), both, FREE).part is None
    moved = drag(Kind.OUT, 16.0, 15.1, origin=both)
    assert moved.arrangement.part == ClipPart(50, 375)
    assert drag(Kind.IN, 2.0, 19.0, FREE, origin=both).arrangement.part == ClipPart(399, 400)


def test_nothing_snaps_without_reach_and_nearest_finds_the_nearest() -> None:
    assert drag(Kind.START, 4.0, 4.42, FREE).line_s is None
    times_s = np.array([1.0, 2.0, 4.0])
    assert [nearest(times_s, at) for at in (-9.0, 1.4, 1.6, 3.2, 99.0)] == [1, 1, 2, 4, 4]
    assert nearest(np.zeros(0), 1.0) is None


def test_keys_nudge_by_frames_and_beats() -> None:
    item, end = Target(Kind.ITEM), Target(Kind.END)
    by_frame = nudged(item, MUSIC, 1, False, SNAPPING)
    assert by_frame is not None
    assert by_frame.arrangement.items[0].start_frame == 101
    by_beat = nudged(item, MUSIC, -1, True, SNAPPING)
    # Before its first beat there is none.
    assert by_beat is not None
    assert by_beat.arrangement == MUSIC
    shorter = nudged(end, MUSIC, -1, True, SNAPPING)
    assert shorter is not None
    assert time_of(end, shorter.arrangement) == pytest.approx(11.5, abs=0.05)
    splice = nudged(Target(Kind.SPLICE), MUSIC, 1, True, SNAPPING)
    assert splice is not None
    assert time_of(Target(Kind.SPLICE), splice.arrangement) == pytest.approx(10.0)
    no_beats = replace(FREE, forms={TRACK: MusicForm(60.0)})
    half = nudged(item, MUSIC, 1, True, no_beats)
    assert half is not None
    assert half.arrangement.items[0].start_frame == pytest.approx(100 + 12.5, abs=0.6)


def test_the_only_music_cannot_be_removed() -> None:
    with pytest.raises(InputError):
        removed(Target(Kind.ITEM), MUSIC, FREE)
    assert removed(Target(Kind.POINT, 0), VOLUME, FREE).volume == (VolumePoint(100, -6.0),)


def test_removing_a_fade_leaves_the_music() -> None:
    faded = editing.set_fades(MUSIC, 0, 1.0, 2.0)
    (item,) = removed(Target(Kind.FADE_IN), faded, FREE).items
    assert (item.fade_in_s, item.fade_out_s) == (0.0, 2.0)
    (item,) = removed(Target(Kind.FADE_OUT), faded, FREE).items
    assert (item.fade_in_s, item.fade_out_s) == (1.0, 0.0)


FULL = replace(
    VOLUME, markers=(Marker(10, "Logo"), Marker(60)), part=ClipPart(50, 400), items=MUSIC.items
)


def test_every_target_exists_has_a_time_and_words() -> None:
    times = TimeFormat(TimecodeBase(MUSIC.clip.frame_rate), "seconds")
    targets = all_targets(FULL)
    assert [describe(target, FULL, times) for target in targets] == [
        "track, 0:04.00 to 0:12.00, plays from 0:10.0 of the track",
        "Start of track at 0:04.00",
        "Fade-in of track: 0.00 s",
        "Splice 1 of 1 in track at 0:08.00: 0:14.0 jumps to 0:30.0",
        "Fade-out of track: 0.00 s",
        "End of track at 0:12.00",
        "Volume point 1 of 2 at 0:02.00: 0.0 dB",
        "Volume point 2 of 2 at 0:04.00: -6.0 dB",
        "Marker “Logo” at 0:00.40",
        "Marker 2 at 0:02.40",
        "In point at 0:02.00",
        "Out point at 0:16.00",
    ]
    assert all(exists(target, FULL) for target in targets)
    bare = arranged(Segment(0.0, 0.0, 4.0), clip_s=20.0)
    assert len([target for target in targets if exists(target, bare)]) == 5
    muted = with_item(FULL, muted=True)
    assert describe(targets[0], muted, times).endswith("(muted)")


def test_what_is_under_the_pointer() -> None:
    rows = lanes(300.0, 1, True)
    shown = Shown(FULL, Scale(20.0, 1000.0).fitted(), rows, [0])  # 50 px a second
    music, volume = shown.lane(LaneKind.MUSIC), shown.lane(LaneKind.VOLUME)
    assert music is not None and volume is not None
    title, handle, body = music.top + 5, music.top + 20, music.top + 40
    assert shown.at(300, body) == Target(Kind.ITEM)
    assert (shown.at(203, body), shown.at(598, body)) == (Target(Kind.START), Target(Kind.END))
    assert shown.at(203, handle) == Target(Kind.FADE_IN)
    assert shown.at(597, handle) == Target(Kind.FADE_OUT)
    assert shown.at(203, title) == Target(Kind.ITEM)
    assert shown.at(402, body) == Target(Kind.SPLICE)
    assert shown.at(700, body) is None
    assert shown.at(20, 20) == Target(Kind.MARKER, 0)
    assert (shown.at(102, 20), shown.at(800, 20)) == (Target(Kind.IN), Target(Kind.OUT))
    assert shown.at(201, level_y(volume, -6.0)) == Target(Kind.POINT, 1)
    assert shown.at(150, level_y(volume, -3.0)) == VolumeLine()
    assert shown.at(150, level_y(volume, -30.0)) is None
    assert shown.at(300, rows[1].top + 10) is None
    assert shown.at(300, 5000) is None
    assert FULL.clip.path == CLIP
