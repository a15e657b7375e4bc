"""What on the timeline can be selected and dragged, and which of it is under the pointer."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import Enum

from desktop.timeline.layout import Lane, LaneKind, handle_px, level_y
from desktop.timeline.scale import Scale
from engine.arrangement.arrangement import Arrangement, MusicItem
from engine.arrangement.automation import gain_points

_GRIP_PX = 6.0
_POINT_PX = 7.0
# Closer to the line than this, a click adds a point.
_LINE_PX = 6.0


class Kind(Enum):
    """What a target is."""

    ITEM = "item"
    START = "start"
    END = "end"
    FADE_IN = "fade in"
    FADE_OUT = "fade out"
    SPLICE = "splice"
    POINT = "point"
    MARKER = "marker"
    IN = "in"
    OUT = "out"


OF_ITEMS = (Kind.ITEM, Kind.START, Kind.END, Kind.FADE_IN, Kind.FADE_OUT, Kind.SPLICE)


@dataclass(frozen=True, slots=True)
class Target:
    """Something that can be selected.

    Attributes:
        kind: what it is.
        index: of the music item, the volume point or the marker.
        splice: it lies between the segments `splice` and `splice + 1` of the item.
    """

    kind: Kind
    index: int = 0
    splice: int = 0


@dataclass(frozen=True, slots=True)
class VolumeLine:
    """The volume line, where a click adds a point."""


def all_targets(arrangement: Arrangement) -> list[Target]:
    """Return everything that can be selected, in the order in which keys step through it."""
    found = []
    for index, item in enumerate(arrangement.items):
        splices = [Target(Kind.SPLICE, index, splice) for splice in range(len(item.segments) - 1)]
        found += [Target(Kind.ITEM, index), Target(Kind.START, index), Target(Kind.FADE_IN, index)]
        found += [*splices, Target(Kind.FADE_OUT, index), Target(Kind.END, index)]
    found += [Target(Kind.POINT, index) for index in range(len(arrangement.volume))]
    found += [Target(Kind.MARKER, index) for index in range(len(arrangement.markers))]
    return found + ([Target(Kind.IN), Target(Kind.OUT)] if arrangement.part is not None else [])


def exists(target: Target, arrangement: Arrangement) -> bool:
    """Return whether an arrangement has a target."""
    if target.kind in OF_ITEMS:
        if target.index >= len(arrangement.items):
            return False
        n_splices = len(arrangement.items[target.index].segments) - 1
        return target.kind is not Kind.SPLICE or target.splice < n_splices
    if target.kind is Kind.POINT:
        return target.index < len(arrangement.volume)
    if target.kind is Kind.MARKER:
        return target.index < len(arrangement.markers)
    return arrangement.part is not None


def time_of(target: Target, arrangement: Arrangement) -> float:
    """Return when in the clip a target is, in seconds."""
    if target.kind in OF_ITEMS:
        item = arrangement.items[target.index]
        starts_s = arrangement.start_s(item)
        ends_s = starts_s + item.duration_s
        if target.kind is Kind.SPLICE:
            return starts_s + splice_s(item, target.splice)
        times_s = {
            Kind.END: ends_s,
            Kind.FADE_IN: starts_s + item.fade_in_s,
            Kind.FADE_OUT: ends_s - item.fade_out_s,
        }
        return times_s.get(target.kind, starts_s)
    if target.kind is Kind.POINT:
        return float(arrangement.clip.time_of(arrangement.volume[target.index].frame))
    if target.kind is Kind.MARKER:
        return float(arrangement.clip.time_of(arrangement.markers[target.index].frame))
    return arrangement.part_s[0 if target.kind is Kind.IN else 1]


def splice_s(item: MusicItem, splice: int) -> float:
    """Return when in the item a splice is: where its earlier segment ends."""
    return item.segments[splice].item_end_s


@dataclass(frozen=True, slots=True)
class Shown:
    """What the timeline shows, where.

    Attributes:
        arrangement: the music.
        scale: times as pixels.
        lanes: from top to bottom.
        rows: of each music item, see `rows_of`.
    """

    arrangement: Arrangement
    scale: Scale
    lanes: Sequence[Lane]
    rows: Sequence[int]

    def lane(self, kind: LaneKind, row: int = 0) -> Lane | None:
        """Return a lane, None where it isn't shown."""
        found = (lane for lane in self.lanes if lane.kind is kind and lane.row == row)
        return next(found, None)

    def lane_at(self, y: float) -> Lane | None:
        """Return the lane at a height."""
        # The ruler is first: it covers what is scrolled under it.
        return next((lane for lane in self.lanes if lane.top <= y <= lane.bottom), None)

    def at(self, x: float, y: float) -> Target | VolumeLine | None:
        """Return what is under the pointer, the smallest thing first."""
        lane = self.lane_at(y)
        if lane is None:
            return None
        if lane.kind is LaneKind.RULER:
            return self._nearest(self._on_ruler(), x)
        if lane.kind is LaneKind.VOLUME:
            return self._on_volume(lane, x, y)
        return self._on_music(lane, x, y) if lane.kind is LaneKind.MUSIC else None

    def _on_ruler(self) -> Iterator[Target]:
        yield from (Target(Kind.MARKER, index) for index in range(len(self.arrangement.markers)))
        if self.arrangement.part is not None:
            yield from (Target(Kind.IN), Target(Kind.OUT))

    def _on_volume(self, lane: Lane, x: float, y: float) -> Target | VolumeLine | None:
        arrangement = self.arrangement
        points = (Target(Kind.POINT, index) for index in range(len(arrangement.volume)))
        near = self._nearest(points, x, _POINT_PX)
        if near is not None:
            level = level_y(lane, arrangement.volume[near.index].gain_db)
            if abs(y - level) <= 2 * _POINT_PX:
                return near
        line_db = volume_line(arrangement, self.scale.time(x))
        return VolumeLine() if abs(y - level_y(lane, line_db)) <= _LINE_PX else None

    def _on_music(self, lane: Lane, x: float, y: float) -> Target | None:
        rows = self.rows
        # The later one of two items lies on top.
        for index in reversed(range(len(rows))):
            if rows[index] == lane.row:
                found = self._on_item(index, lane, x, y)
                if found is not None:
                    return found
        return None

    def _on_item(self, index: int, lane: Lane, x: float, y: float) -> Target | None:
        item = self.arrangement.items[index]
        left = self.scale.x(self.arrangement.start_s(item))
        right = self.scale.x(self.arrangement.start_s(item) + item.duration_s)
        grip = min(_GRIP_PX, max((right - left) / 6, 2.0))
        if not left - grip <= x <= right + grip:
            return None
        if abs(y - lane.top - handle_px()) <= _GRIP_PX:
            # The handles lie on the corners where there is no fade.
            handles = (Target(kind, index) for kind in (Kind.FADE_IN, Kind.FADE_OUT))
            on_fade = self._nearest(handles, x)
            if on_fade is not None:
                return on_fade
        elif y > lane.top + handle_px():
            edges = (Target(kind, index) for kind in (Kind.START, Kind.END))
            on_edge = self._nearest(edges, x, grip)
            if on_edge is not None:
                return on_edge
            n_splices = len(item.segments) - 1
            splices = (Target(Kind.SPLICE, index, number) for number in range(n_splices))
            on_splice = self._nearest(splices, x, grip)
            if on_splice is not None:
                return on_splice
        return Target(Kind.ITEM, index) if left <= x <= right else None

    def _nearest(
        self, targets: Iterator[Target], x: float, within_px: float = _GRIP_PX
    ) -> Target | None:
        near = [
            (abs(self.scale.x(time_of(target, self.arrangement)) - x), number, target)
            for number, target in enumerate(targets)
        ]
        near = [each for each in near if each[0] <= within_px]
        return min(near)[2] if near else None


def volume_line(arrangement: Arrangement, time_s: float) -> float:
    """Return the level of the user's volume points at a time, in dB."""
    points = gain_points(arrangement.volume, arrangement.clip.frame_rate, None)
    return float(points.at(time_s))
