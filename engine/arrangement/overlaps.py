"""Music items that overlap crossfade; their fades come and go with the overlap."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from engine.arrangement.arrangement import Arrangement, ClipReference, MusicItem
from engine.arrangement.segments import TOLERANCE_S


def with_item(arrangement: Arrangement, index: int, item: MusicItem) -> Arrangement:
    """Return the arrangement with another item in place of one, crossfading where it overlaps.

    Fades stay where an overlap with a neighbour does, and go with it where it goes.
    """
    old = arrangement.items[index]
    items = _placed((*arrangement.items[:index], item, *arrangement.items[index + 1 :]))
    at = next(number for number, one in enumerate(items) if one is item)
    clip, found = arrangement.clip, list(items)
    for step in (-1, 1):
        was, now = _neighbour(arrangement.items, index + step), _neighbour(items, at + step)
        before_s = _overlap_s(clip, *_in_order(was, old, step))
        after_s = _overlap_s(clip, *_in_order(now, item, step))
        if was is now and abs(before_s - after_s) <= TOLERANCE_S:
            continue
        if before_s > TOLERANCE_S:
            found[at] = _faded(found[at], step, 0.0)
            found = [_faded(one, -step, 0.0) if one is was else one for one in found]
        if after_s > TOLERANCE_S:
            found[at] = _faded(found[at], step, after_s)
            found[at + step] = _faded(found[at + step], -step, after_s)
    return replace(arrangement, items=tuple(found))


def without_item(arrangement: Arrangement, index: int) -> Arrangement:
    """Return the arrangement without one of its items, of which there are more."""
    items, old = list(arrangement.items), arrangement.items[index]
    for step in (-1, 1):
        other = _neighbour(arrangement.items, index + step)
        if _overlap_s(arrangement.clip, *_in_order(other, old, step)) > TOLERANCE_S:
            items[index + step] = _faded(items[index + step], -step, 0.0)
    return replace(arrangement, items=(*items[:index], *items[index + 1 :]))


def _placed(items: Iterable[MusicItem]) -> tuple[MusicItem, ...]:
    return tuple(sorted(items, key=lambda item: item.start_frame))


def _neighbour(items: Sequence[MusicItem], index: int) -> MusicItem | None:
    return items[index] if 0 <= index < len(items) else None


def _in_order(
    neighbour: MusicItem | None, item: MusicItem, step: int
) -> tuple[MusicItem | None, MusicItem | None]:
    """Return an item and its neighbour before (-1) or after it (1), by time."""
    return (neighbour, item) if step < 0 else (item, neighbour)


def _faded(item: MusicItem, step: int, fade_s: float) -> MusicItem:
    """Return the item with a fade at its start (-1) or its end (1), as long as there is room."""
    if step < 0:
        return replace(item, fade_in_s=min(fade_s, item.duration_s - item.fade_out_s))
    return replace(item, fade_out_s=min(fade_s, item.duration_s - item.fade_in_s))


def _overlap_s(clip: ClipReference, earlier: MusicItem | None, later: MusicItem | None) -> float:
    """Return for how long one item goes over into the next; 0 where that one ends within it."""
    if earlier is None or later is None or later.start_frame <= earlier.start_frame:
        return 0.0
    starts_s = float(clip.time_of(later.start_frame))
    ends_s = float(clip.time_of(earlier.start_frame)) + earlier.duration_s
    return 0.0 if starts_s + later.duration_s < ends_s else max(0.0, ends_s - starts_s)
