"""The segments of a music item for another start or end: as few as can be are chosen anew."""

from dataclasses import replace

from engine.arrangement.covering import cover, reaches_ending
from engine.arrangement.music_form import MusicForm
from engine.arrangement.repetition import repetition
from engine.arrangement.segments import TOLERANCE_S, Segment
from engine.arrangement.slicing import after, before, moved

# An item, or what a segment plays beside its crossfades.
SHORTEST_S = 0.5
# Against a click where music is cut off.
_EDGE_FADE_S = 0.05
# So many segments at the end are chosen anew before all of them are.
_MAX_ANEW = 8


def started(
    segments: tuple[Segment, ...], late_s: float, room_s: float, form: MusicForm
) -> tuple[Segment, ...]:
    """Return the segments of an item that starts later, all else staying in place.

    Args:
        segments: of the item.
        late_s: by how much later; below 0 for earlier.
        room_s: its length from there.
        form: of the track.
    """
    first, *others = segments
    ends_s = max(one.item_end_s for one in segments)
    if late_s > TOLERANCE_S:
        if late_s >= ends_s - SHORTEST_S:
            return cover(room_s, form, 0.0)
        first, *others = after(segments, late_s)
        fade_s = min(_EDGE_FADE_S, first.duration_s - first.fade_out_s)
        return (replace(first, fade_in_s=max(0.0, fade_s)), *others)
    if late_s >= -TOLERANCE_S:
        return segments
    if first.track_start_s + late_s < 0:
        return cover(room_s, form, 0.0)
    first = replace(
        first,
        track_start_s=first.track_start_s + late_s,
        duration_s=first.duration_s - late_s,
    )
    return (first, *moved(tuple(others), -late_s))


def ended(segments: tuple[Segment, ...], room_s: float, form: MusicForm) -> tuple[Segment, ...]:
    """Return the segments of an item that ends after `room_s`.

    If it closed with the track's own ending, it does so there, and what plays long before its
    end stays as it is.

    Args:
        segments: of the item.
        room_s: its new length.
        form: of the track.
    """
    last = segments[-1]
    longer_s = room_s - last.item_end_s
    if abs(longer_s) <= TOLERANCE_S:
        return segments
    if reaches_ending(segments, form):
        return _with_ending(segments, room_s, form)
    if last.track_end_s + longer_s > form.duration_s:
        return _closing(segments[0].track_start_s, room_s, form)
    fade_s = last.fade_out_s
    if longer_s < 0:
        *others, last = before(segments, room_s)
    else:
        *others, last = segments
        last = replace(last, duration_s=last.duration_s + longer_s)
    fade_s = min(max(fade_s, _EDGE_FADE_S), last.duration_s - last.fade_in_s)
    return (*others, replace(last, fade_out_s=max(0.0, fade_s)))


def _with_ending(
    segments: tuple[Segment, ...], room_s: float, form: MusicForm
) -> tuple[Segment, ...]:
    """Return the segments up to one of the last that fit, and from its start on others.

    Where a stretch would then be played three times, all are chosen anew.
    """
    kept = [number for number, one in enumerate(segments) if one.item_start_s < room_s]
    for number in kept[-_MAX_ANEW:][::-1]:
        found = _continued(segments, number, room_s, form)
        if found and reaches_ending(found, form) and repetition(found).stretch_times < 3:
            return found
    return _closing(segments[0].track_start_s, room_s, form)


def _continued(
    segments: tuple[Segment, ...], number: int, room_s: float, form: MusicForm
) -> tuple[Segment, ...]:
    """Return the segments before one, and from its start on others; none where nothing fits."""
    fade_s = segments[number].fade_in_s if number else 0.0
    entered_s = segments[number].item_start_s + fade_s
    track_s = segments[number].track_start_s + fade_s
    if room_s - entered_s < SHORTEST_S:
        return ()
    first, *others = _closing(track_s, room_s - entered_s, form)
    if abs(first.track_start_s - track_s) > TOLERANCE_S:
        return ()
    if number == 0:
        return (first, *others)
    if first.duration_s < first.fade_out_s + SHORTEST_S or track_s < fade_s:
        return ()  # no room for the crossfade into it
    first = replace(
        first,
        track_start_s=max(0.0, first.track_start_s - fade_s),
        duration_s=first.duration_s + fade_s,
        fade_in_s=fade_s,
    )
    later = moved(tuple(others), entered_s)
    return (*segments[:number], *moved((first,), entered_s - fade_s), *later)


def _closing(start_s: float, room_s: float, form: MusicForm) -> tuple[Segment, ...]:
    return cover(room_s, form, start_s, by_hand=True, keeps_ending=True)
