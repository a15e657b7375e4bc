"""Music items that overlap crossfade, and others give way to one that is put over them."""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from engine.arrangement.arrangement import Arrangement, ClipReference, MusicItem
from engine.arrangement.segments import TOLERANCE_S, Segment
from engine.arrangement.slicing import after, before

_SHORTEST_S = 0.5


def with_item(arrangement: Arrangement, index: int, item: MusicItem) -> Arrangement:
    """Return the arrangement with another item in place of one, crossfading where it overlaps."""
    items = list(arrangement.items)
    at_start, at_end = _crossfades(arrangement.clip, items, index)
    items[index] = replace(
        item,
        fade_in_s=0.0 if at_start else item.fade_in_s,
        fade_out_s=0.0 if at_end else item.fade_out_s,
    )
    return crossfaded(arrangement, _uncrossed(items, index, at_start, at_end))


def without_item(arrangement: Arrangement, index: int) -> Arrangement:
    """Return the arrangement without one of its items, of which there are more."""
    items = list(arrangement.items)
    items = _uncrossed(items, index, *_crossfades(arrangement.clip, items, index))
    return replace(arrangement, items=(*items[:index], *items[index + 1 :]))


def crossfaded(arrangement: Arrangement, items: Iterable[MusicItem]) -> Arrangement:
    """Return the arrangement with these items, in order, crossfading where they overlap.

    An item that ends within another one is mixed with it.
    """
    ordered = sorted(items, key=lambda item: item.start_frame)
    for number in range(len(ordered) - 1):
        earlier, later = ordered[number : number + 2]
        overlap_s = _overlap_s(arrangement.clip, earlier, later)
        if overlap_s <= TOLERANCE_S:
            continue
        out_s = min(max(overlap_s, earlier.fade_out_s), earlier.duration_s - earlier.fade_in_s)
        in_s = min(max(overlap_s, later.fade_in_s), later.duration_s)
        out_later_s = min(later.fade_out_s, later.duration_s - in_s)
        ordered[number] = replace(earlier, fade_out_s=out_s)
        ordered[number + 1] = replace(later, fade_in_s=in_s, fade_out_s=out_later_s)
    return replace(arrangement, items=tuple(ordered))


def making_room(
    arrangement: Arrangement, first_frame: int, end_frame: int, overlap_s: float
) -> tuple[MusicItem, ...]:
    """Return what remains of the items beside a part of the clip.

    Args:
        arrangement: with the items.
        first_frame, end_frame: of the part.
        overlap_s: by how much they may still reach into it.
    """
    return tuple(
        part
        for item in arrangement.items
        for part in _beside(arrangement.clip, item, first_frame, end_frame, overlap_s)
    )


def _beside(
    clip: ClipReference, item: MusicItem, first_frame: int, end_frame: int, overlap_s: float
) -> Iterator[MusicItem]:
    starts_s = float(clip.time_of(item.start_frame))
    until_s = float(clip.time_of(first_frame)) + overlap_s - starts_s
    if until_s >= item.duration_s - TOLERANCE_S:
        yield item
        return
    if until_s - overlap_s > _SHORTEST_S:
        yield _cut(item, before(item.segments, until_s), at_end=True)
    resumes = max(item.start_frame, end_frame - round(overlap_s * clip.frame_rate))
    from_s = float(clip.time_of(resumes - item.start_frame))
    if item.duration_s - from_s - overlap_s > _SHORTEST_S:
        rest = after(item.segments, from_s) if resumes > item.start_frame else item.segments
        cut = _cut(item, rest, at_start=resumes > item.start_frame)
        yield replace(cut, start_frame=resumes)


def _cut(
    item: MusicItem, segments: tuple[Segment, ...], *, at_start: bool = False, at_end: bool = False
) -> MusicItem:
    duration_s = max(segment.item_end_s for segment in segments)
    fade_in_s = 0.0 if at_start else min(item.fade_in_s, duration_s)
    fade_out_s = 0.0 if at_end else min(item.fade_out_s, duration_s - fade_in_s)
    return replace(item, segments=segments, fade_in_s=fade_in_s, fade_out_s=fade_out_s)


def _crossfades(clip: ClipReference, items: list[MusicItem], index: int) -> tuple[bool, bool]:
    """Return whether an item crossfades with the one before it, and with the one after it."""
    pairs = ((index - 1, index), (index, index + 1))
    at_start, at_end = (
        one >= 0 and other < len(items) and _overlap_s(clip, items[one], items[other]) > TOLERANCE_S
        for one, other in pairs
    )
    return at_start, at_end


def _uncrossed(items: list[MusicItem], index: int, at_start: bool, at_end: bool) -> list[MusicItem]:
    """Return the items, the neighbours of one without the fades of their crossfades with it."""
    if at_start:
        items[index - 1] = replace(items[index - 1], fade_out_s=0.0)
    if at_end:
        items[index + 1] = replace(items[index + 1], fade_in_s=0.0)
    return items


def _overlap_s(clip: ClipReference, earlier: MusicItem, later: MusicItem) -> float:
    """Return for how long one item goes over into the next; 0 where that one ends within it."""
    starts_s = float(clip.time_of(later.start_frame))
    ends_s = float(clip.time_of(earlier.start_frame)) + earlier.duration_s
    if later.start_frame <= earlier.start_frame or starts_s + later.duration_s < ends_s:
        return 0.0
    return max(0.0, ends_s - starts_s)
