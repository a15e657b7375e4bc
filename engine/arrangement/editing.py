"""Changes to the music items of an arrangement: what the user fixes stays, the rest is solved
again around it.

Items stay inside the part of the clip that gets music. Where a track closed with its own ending,
it does so after a change as well. What a change isn't about stays as it is: levels, markers,
volume points, and the other items but for the fades where they overlap.
"""

import math
from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

from engine.arrangement.arrangement import Arrangement, MusicItem, TrackReference
from engine.arrangement.clip_part import ClipPart
from engine.arrangement.covering import cover, reaches_ending
from engine.arrangement.music_form import MusicForm
from engine.arrangement.overlaps import with_item, without_item
from engine.arrangement.refitting import SHORTEST_S, ended, started
from engine.arrangement.segments import TOLERANCE_S, Segment
from engine.arrangement.slicing import after, before
from engine.errors import InputError
from engine.translation import tr

# An item that ends so much before the next one, or before the part does, was meant to reach it.
_UNNOTICED_S = 1.0


def index_at(arrangement: Arrangement, frame: int) -> int:
    """Return the item that plays at a frame, the later one of two, or else the closest one."""
    at_s = float(arrangement.clip.time_of(frame))

    def distance(index: int) -> tuple[float, int]:
        item = arrangement.items[index]
        starts_s = arrangement.start_s(item)
        return max(starts_s - at_s, at_s - starts_s - item.duration_s, 0.0), -index

    return min(range(len(arrangement.items)), key=distance)


def slip(
    arrangement: Arrangement, index: int, track_start_s: float, form: MusicForm
) -> Arrangement:
    """Let an item begin elsewhere in its track, at the same place of the clip.

    Args:
        arrangement: to change.
        index: of the item.
        track_start_s: earlier where too little of the track would remain.
        form: of the item's track.
    """
    item = arrangement.items[index]
    keeps_ending = reaches_ending(item.segments, form)
    segments = cover(
        room_s(arrangement, index), form, track_start_s, by_hand=True, keeps_ending=keeps_ending
    )
    return with_item(arrangement, index, _with_segments(item, segments))


def move(arrangement: Arrangement, index: int, start_frame: int) -> Arrangement:
    """Move an item along the clip, as far as its part goes; where it overlaps, it crossfades."""
    item = arrangement.items[index]
    rate = arrangement.clip.frame_rate
    first, _ = _part_frames(arrangement)
    room_s = arrangement.part_s[1] - item.duration_s + TOLERANCE_S
    latest = math.floor(Fraction(room_s) * rate)
    if latest < first:
        # It is longer than the part: its place is where the part begins or where it already is.
        latest = first = min(item.start_frame, first)
    return with_item(
        arrangement, index, replace(item, start_frame=_within(start_frame, first, latest))
    )


def trim(
    arrangement: Arrangement,
    index: int,
    form: MusicForm,
    *,
    start_frame: int | None = None,
    end_frame: int | None = None,
) -> Arrangement:
    """Let an item start or end at another frame.

    A later start leaves out what played before it; an earlier one plays more of the track. An
    item that closes with the track's own ending does so at its new end.

    Args:
        arrangement: to change.
        index: of the item.
        form: of the item's track.
        start_frame: of the clip; None to keep the start.
        end_frame: the first frame after the item; None to keep the end.

    Raises:
        InputError: when less than half a second would remain.
    """
    item, time_of = arrangement.items[index], arrangement.clip.time_of
    first, last = _part_frames(arrangement)
    start = item.start_frame if start_frame is None else _within(start_frame, first, last)
    starts_s = float(time_of(start))
    if end_frame is None:
        ends_s = arrangement.start_s(item) + room_s(arrangement, index)
    else:
        ends_s = min(float(time_of(_within(end_frame, first, last))), arrangement.part_s[1])
    if ends_s - starts_s < SHORTEST_S:
        raise InputError(tr("music can't be shorter than half a second."))
    segments = started(
        item.segments, float(time_of(start - item.start_frame)), ends_s - starts_s, form
    )
    if end_frame is not None:
        segments = ended(segments, ends_s - starts_s, form)
    trimmed = replace(_with_segments(item, segments), start_frame=start)
    return with_item(arrangement, index, trimmed)


def move_splice(
    arrangement: Arrangement, index: int, splice: int, item_s: float, form: MusicForm
) -> Arrangement:
    """Let the jump between two segments take place at another time, all else staying in place.

    Args:
        arrangement: to change.
        index: of the item.
        splice: it lies between segments `splice` and `splice + 1`.
        item_s: the wanted time in the item, where the earlier segment ends; the nearest one at
            which both have music.
        form: of the item's track.
    """
    item = arrangement.items[index]
    earlier, later = item.segments[splice : splice + 2]
    least_s, most_s = _splice_range(earlier, later, form)
    by_s = min(max(item_s - earlier.item_end_s, least_s), most_s)
    segments = list(item.segments)
    segments[splice] = replace(earlier, duration_s=earlier.duration_s + by_s)
    segments[splice + 1] = replace(
        later,
        track_start_s=max(0.0, later.track_start_s + by_s),
        item_start_s=later.item_start_s + by_s,
        duration_s=later.duration_s - by_s,
    )
    return with_item(arrangement, index, _with_segments(item, tuple(segments)))


def splice_choices(
    arrangement: Arrangement, index: int, splice: int, form: MusicForm
) -> tuple[float, ...]:
    """Return the times in the item at which a jump falls on a bar line, rising.

    Args:
        arrangement: with the item.
        index: of the item.
        splice: see `move_splice`.
        form: of the item's track; beats count where it has no bars.
    """
    earlier, later = arrangement.items[index].segments[splice : splice + 2]
    least_s, most_s = _splice_range(earlier, later, form)
    lines = form.downbeats_s if len(form.downbeats_s) else form.beats_s
    by_s = (float(line) - earlier.track_end_s for line in lines)
    return tuple(sorted(earlier.item_end_s + by for by in by_s if least_s <= by <= most_s))


def set_fades(
    arrangement: Arrangement, index: int, fade_in_s: float, fade_out_s: float
) -> Arrangement:
    """Set the fades of an item; together they are at most as long as it is."""
    item = arrangement.items[index]
    fade_in_s = _limited(fade_in_s, item.duration_s)
    fade_out_s = _limited(fade_out_s, item.duration_s - fade_in_s)
    return _replaced(arrangement, index, replace(item, fade_in_s=fade_in_s, fade_out_s=fade_out_s))


def set_gain(arrangement: Arrangement, index: int, gain_db: float) -> Arrangement:
    """Set the user's level of an item."""
    return _replaced(arrangement, index, replace(arrangement.items[index], gain_db=gain_db))


def set_muted(arrangement: Arrangement, index: int, muted: bool) -> Arrangement:
    """Mute an item, or let it play again."""
    return _replaced(arrangement, index, replace(arrangement.items[index], muted=muted))


def split(arrangement: Arrangement, index: int, frame: int) -> Arrangement:
    """Make two items of one, which sound as it did.

    Raises:
        InputError: when the frame is not well inside the item.
    """
    item = arrangement.items[index]
    at_s = float(arrangement.clip.time_of(frame - item.start_frame))
    if not SHORTEST_S <= at_s <= item.duration_s - SHORTEST_S:
        raise InputError(tr("music can't be shorter than half a second."))
    first = _with_segments(replace(item, fade_out_s=0.0), before(item.segments, at_s))
    second = _with_segments(replace(item, fade_in_s=0.0), after(item.segments, at_s))
    second = replace(second, start_frame=frame)
    items = (*arrangement.items[:index], first, second, *arrangement.items[index + 1 :])
    return replace(arrangement, items=tuple(sorted(items, key=lambda one: one.start_frame)))


def remove(arrangement: Arrangement, index: int) -> Arrangement:
    """Remove an item.

    Raises:
        InputError: when it is the only one.
    """
    if len(arrangement.items) == 1:
        raise InputError(
            tr("this is the only music under the clip."), remedy=tr("Mute it instead.")
        )
    return without_item(arrangement, index)


def replace_track(
    arrangement: Arrangement,
    index: int,
    track: TrackReference,
    form: MusicForm,
    match_gain_db: float = 0.0,
) -> Arrangement:
    """Let another track play where an item does.

    Args:
        arrangement: to change.
        index: of the item.
        track: the other track.
        form: of that track.
        match_gain_db: of that track, see `MusicItem`.
    """
    item = replace(arrangement.items[index], track=track, match_gain_db=match_gain_db)
    segments = cover(room_s(arrangement, index), form, 0.0)
    return with_item(arrangement, index, _with_segments(item, segments))


def set_part(
    arrangement: Arrangement, part: ClipPart | None, forms: Mapping[Path, MusicForm]
) -> Arrangement:
    """Set the in and out points; the music is solved again to fill the part.

    An item outside the part is removed, one that reaches beyond it is trimmed, and the first and
    the last one fill it up to its ends.

    Args:
        arrangement: to change.
        part: None for the whole clip.
        forms: of all its tracks, by path.
    """
    changed = replace(arrangement, part=part)
    first, last = _part_frames(changed)
    ends_s = changed.part_s[1]
    for index in reversed(range(len(changed.items))):
        item = changed.items[index]
        is_inside = (
            changed.start_s(item) < ends_s - SHORTEST_S
            and changed.start_s(item) + item.duration_s > changed.part_s[0] + SHORTEST_S
        )
        if not is_inside and len(changed.items) > 1:
            changed = without_item(changed, index)
    if len(changed.items) == 1:
        (item,) = changed.items
        keeps_start = item.start_frame == first
        form = forms[item.track.path]
        segments = cover(ends_s - changed.part_s[0], form, item.track_start_s if keeps_start else 0)
        return replace(changed, items=(replace(_with_segments(item, segments), start_frame=first),))
    paths = [item.track.path for item in changed.items]
    changed = trim(changed, 0, forms[paths[0]], start_frame=first)
    return trim(changed, len(paths) - 1, forms[paths[-1]], end_frame=last)


def _splice_range(earlier: Segment, later: Segment, form: MusicForm) -> tuple[float, float]:
    """Return how much earlier (below 0) and later a splice may be."""
    crossfade_s = later.fade_in_s
    least_s = max(
        earlier.fade_in_s + crossfade_s + SHORTEST_S - earlier.duration_s,
        -later.track_start_s,
    )
    most_s = min(
        later.duration_s - later.fade_out_s - crossfade_s - SHORTEST_S,
        form.duration_s - earlier.track_end_s,
    )
    return min(least_s, 0.0), max(most_s, 0.0)


def room_s(arrangement: Arrangement, index: int) -> float:
    """Return how long an item has to be: it may end unnoticeably before what it was to reach."""
    item = arrangement.items[index]
    starts_s = arrangement.start_s(item)
    ends_s = starts_s + item.duration_s
    edges_s = [arrangement.part_s[1]]
    edges_s += [arrangement.start_s(other) for other in arrangement.items[index + 1 :]]
    close_s = [edge_s for edge_s in edges_s if 0 <= edge_s - ends_s <= _UNNOTICED_S]
    return min(close_s, default=ends_s) - starts_s


def _part_frames(arrangement: Arrangement) -> tuple[int, int]:
    part = arrangement.part or ClipPart(0, arrangement.clip.n_frames)
    return part.first_frame, min(part.end_frame, arrangement.clip.n_frames)


def _with_segments(item: MusicItem, segments: tuple[Segment, ...]) -> MusicItem:
    """Return the item with other segments; its fades become shorter where it does."""
    duration_s = max(segment.item_end_s for segment in segments)
    fade_in_s = min(item.fade_in_s, duration_s)
    fade_out_s = min(item.fade_out_s, duration_s - fade_in_s)
    return replace(item, segments=segments, fade_in_s=fade_in_s, fade_out_s=fade_out_s)


def _replaced(arrangement: Arrangement, index: int, item: MusicItem) -> Arrangement:
    items = (*arrangement.items[:index], item, *arrangement.items[index + 1 :])
    return replace(arrangement, items=items)


def _within(value: int, least: int, most: int) -> int:
    return min(max(value, least), most)


def _limited(value_s: float, most_s: float) -> float:
    return min(max(value_s, 0.0), most_s)
