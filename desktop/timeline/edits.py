"""What dragging or nudging a target does to the arrangement."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TypeVar

from desktop.timeline.snapping import (
    Snapped,
    Surroundings,
    neighbour_line,
    snapped,
    snapped_start,
)
from desktop.timeline.targets import OF_ITEMS, Kind, Target, time_of
from engine.arrangement import editing
from engine.arrangement.arrangement import Arrangement
from engine.arrangement.automation import VolumePoint
from engine.arrangement.clip_part import ClipPart, Marker
from engine.errors import InputError

Change = Callable[[Arrangement], Arrangement]
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Drag:
    """A drag that has begun.

    Attributes:
        target: what is dragged.
        origin: the arrangement before it.
        grabbed_s: the time where it was taken.
        slips: whether an item moves in its track instead of along the clip.
    """

    target: Target
    origin: Arrangement
    grabbed_s: float
    slips: bool = False


@dataclass(frozen=True, slots=True)
class Dragged:
    """What a drag has come to.

    Attributes:
        arrangement: with the change.
        target: what is dragged, as it is called there.
        snapped: where it went, after snapping; None when it didn't move in time.
    """

    arrangement: Arrangement
    target: Target
    snapped: Snapped | None = None

    @property
    def line_s(self) -> float | None:
        """What it snapped to, None where it didn't."""
        return None if self.snapped is None else self.snapped.line_s


def dragged(
    drag: Drag,
    to_s: float,
    around: Surroundings,
    gain_db: float | None = None,
    before: Dragged | None = None,
) -> Dragged | None:
    """Return what a drag comes to at a time, None where nothing can be put there.

    Args:
        drag: since when.
        to_s: where the pointer is.
        around: what it goes by.
        gain_db: at the pointer's height, for a volume point; None to keep its level.
        before: what it came to a moment ago; it is kept where it snaps to the same.
    """
    origin, target = drag.origin, drag.target
    try:
        if drag.slips:
            item = origin.items[target.index]
            start_s = max(0.0, item.track_start_s - (to_s - drag.grabbed_s))
            found = snapped_start(origin, target.index, start_s, around)
            if before is not None and before.snapped == found:
                return before
            changed = editing.slip(origin, target.index, found.time_s, around.form(item))
        else:
            wanted_s = time_of(target, origin) + to_s - drag.grabbed_s
            found = snapped(target, origin, wanted_s, around)
            if before is not None and before.snapped == found and gain_db is None:
                return before
            changed = placed(target, origin, found.time_s, around)
            if target.kind is Kind.POINT and gain_db is not None:
                changed = levelled(target, changed, gain_db)
    except InputError:
        return None
    return Dragged(changed, _renamed(drag, changed, found), found)


def placed(
    target: Target, arrangement: Arrangement, time_s: float, around: Surroundings
) -> Arrangement:
    """Return the arrangement with a target at another time of the clip, as near as is possible.

    Raises:
        InputError: when it can't be anywhere near.
    """
    clip, index = arrangement.clip, target.index
    frame = clip.frame_at(time_s)
    if target.kind in OF_ITEMS:
        return _item_placed(target, arrangement, time_s, around)
    if target.kind is Kind.POINT:
        volume = list(arrangement.volume)
        least = volume[index - 1].frame + 1 if index else 0
        most = volume[index + 1].frame - 1 if index + 1 < len(volume) else clip.n_frames
        volume[index] = replace(volume[index], frame=min(max(frame, least), most))
        return replace(arrangement, volume=tuple(volume))
    if target.kind is Kind.MARKER:
        markers = list(arrangement.markers)
        markers[index] = replace(markers[index], frame=min(frame, clip.n_frames - 1))
        return with_markers(arrangement, markers)
    part = _part(arrangement)
    if target.kind is Kind.IN:
        part = ClipPart(min(frame, part.end_frame - 1), part.end_frame)
    else:
        part = ClipPart(part.first_frame, max(frame, part.first_frame + 1))
    return editing.set_part(arrangement, part, around.forms)


def nudged(
    target: Target, arrangement: Arrangement, steps: int, by_beat: bool, around: Surroundings
) -> Dragged | None:
    """Return the arrangement with a target moved by keys, None where it can't be.

    Args:
        target: what moves.
        arrangement: before.
        steps: forward, or back below 0.
        by_beat: by beats, splices by bars; else by frames.
        around: what it goes by.
    """
    time_s = time_of(target, arrangement)
    if by_beat:
        to_s = neighbour_line(target, arrangement, steps, around)
    else:
        to_s = time_s + steps / float(arrangement.clip.frame_rate)
    drag = Drag(target, arrangement, time_s)
    return dragged(drag, to_s, replace(around, reach_s=0.0))


def levelled(target: Target, arrangement: Arrangement, gain_db: float) -> Arrangement:
    """Return the arrangement with a volume point at another level."""
    volume = list(arrangement.volume)
    volume[target.index] = replace(volume[target.index], gain_db=gain_db)
    return replace(arrangement, volume=tuple(volume))


def with_point(arrangement: Arrangement, point: VolumePoint) -> tuple[Arrangement, Target]:
    """Add a volume point, or replace the one on its frame; return it as well."""
    others = [each for each in arrangement.volume if each.frame != point.frame]
    volume = tuple(sorted([*others, point], key=lambda each: each.frame))
    return replace(arrangement, volume=volume), Target(Kind.POINT, volume.index(point))


def with_marker(arrangement: Arrangement, marker: Marker) -> tuple[Arrangement, Target]:
    """Add a marker, or replace the one on its frame; return it as well."""
    others = [each for each in arrangement.markers if each.frame != marker.frame]
    changed = with_markers(arrangement, [*others, marker])
    return changed, Target(Kind.MARKER, changed.markers.index(marker))


def with_markers(arrangement: Arrangement, markers: list[Marker]) -> Arrangement:
    """Return the arrangement with these markers, in order."""
    return replace(arrangement, markers=tuple(sorted(markers, key=lambda each: each.frame)))


def with_in(arrangement: Arrangement, frame: int, around: Surroundings) -> Arrangement:
    """Set the in point; an out point that isn't after it goes to the end."""
    clip = arrangement.clip
    frame, end = min(frame, clip.n_frames - 1), _part(arrangement).end_frame
    part = ClipPart(frame, end if end > frame else clip.n_frames)
    return editing.set_part(arrangement, _unless_whole(part, arrangement), around.forms)


def with_out(arrangement: Arrangement, frame: int, around: Surroundings) -> Arrangement:
    """Set the out point after a frame; an in point that isn't before it goes to the start."""
    first, end = _part(arrangement).first_frame, min(frame + 1, arrangement.clip.n_frames)
    part = ClipPart(first if first < end else 0, end)
    return editing.set_part(arrangement, _unless_whole(part, arrangement), around.forms)


def removed(target: Target, arrangement: Arrangement, around: Surroundings) -> Arrangement:
    """Return the arrangement without a target; edges and splices belong to their item.

    Raises:
        InputError: when it is the only music.
    """
    if target.kind in (Kind.FADE_IN, Kind.FADE_OUT):
        item = arrangement.items[target.index]
        fade_in_s = 0.0 if target.kind is Kind.FADE_IN else item.fade_in_s
        fade_out_s = 0.0 if target.kind is Kind.FADE_OUT else item.fade_out_s
        return editing.set_fades(arrangement, target.index, fade_in_s, fade_out_s)
    if target.kind in OF_ITEMS:
        return editing.remove(arrangement, target.index)
    if target.kind is Kind.POINT:
        return replace(arrangement, volume=_without(arrangement.volume, target.index))
    if target.kind is Kind.MARKER:
        return replace(arrangement, markers=_without(arrangement.markers, target.index))
    return editing.set_part(arrangement, None, around.forms)


def _item_placed(
    target: Target, arrangement: Arrangement, time_s: float, around: Surroundings
) -> Arrangement:
    index, item = target.index, arrangement.items[target.index]
    form, frame = around.form(item), arrangement.clip.frame_at(time_s)
    into_s = time_s - arrangement.start_s(item)
    if target.kind is Kind.ITEM:
        return editing.move(arrangement, index, frame)
    if target.kind is Kind.START:
        return editing.trim(arrangement, index, form, start_frame=frame)
    if target.kind is Kind.END:
        return editing.trim(arrangement, index, form, end_frame=frame)
    if target.kind is Kind.SPLICE:
        return editing.move_splice(arrangement, index, target.splice, into_s, form)
    if target.kind is Kind.FADE_IN:
        fade_in_s = min(max(into_s, 0.0), item.duration_s - item.fade_out_s)
        return editing.set_fades(arrangement, index, fade_in_s, item.fade_out_s)
    fade_out_s = min(max(item.duration_s - into_s, 0.0), item.duration_s - item.fade_in_s)
    return editing.set_fades(arrangement, index, item.fade_in_s, fade_out_s)


def _renamed(drag: Drag, changed: Arrangement, found: Snapped) -> Target:
    """Return what a target is called after a change that may have put it past others."""
    target = drag.target
    if target.kind is Kind.MARKER:
        same = list(range(len(changed.markers)))
    elif target.kind in (Kind.ITEM, Kind.START) and not drag.slips:
        track = drag.origin.items[target.index].track
        same = [n for n, item in enumerate(changed.items) if item.track == track]
    else:
        return target
    targets = [replace(target, index=index) for index in same]
    return min(targets, key=lambda each: abs(time_of(each, changed) - found.time_s))


def _part(arrangement: Arrangement) -> ClipPart:
    return arrangement.part or ClipPart(0, arrangement.clip.n_frames)


def _unless_whole(part: ClipPart, arrangement: Arrangement) -> ClipPart | None:
    return None if part == ClipPart(0, arrangement.clip.n_frames) else part


def _without(values: tuple[T, ...], index: int) -> tuple[T, ...]:
    return values[:index] + values[index + 1 :]
