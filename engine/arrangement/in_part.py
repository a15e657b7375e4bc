"""Lets one track play in a part of the clip, such as a scene; the music around it stays."""

from dataclasses import replace

from engine.arrangement.arrangement import Arrangement, MusicItem, TrackReference
from engine.arrangement.clip_part import ClipPart
from engine.arrangement.covering import cover
from engine.arrangement.music_form import MusicForm
from engine.arrangement.refitting import SHORTEST_S
from engine.arrangement.segments import TOLERANCE_S
from engine.arrangement.slicing import after, before

# The music before a part plays so far into it, and the music of a part into what follows.
CROSSFADE_S = 0.5


def put_in_part(
    arrangement: Arrangement,
    part: ClipPart,
    track: TrackReference,
    form: MusicForm,
    start_s: float = 0.0,
    match_gain_db: float = 0.0,
) -> Arrangement:
    """Let a track play in a part of the clip instead of the music there.

    What played across an edge of the part is cut there, with a crossfade. Putting another track
    into the same part leaves the rest as the first one did.

    Args:
        arrangement: to change.
        part: of the clip, inside the part that gets music.
        track: the track.
        form: of the track.
        start_s: where in the track it starts.
        match_gain_db: of the track, see `MusicItem`.
    """
    around = music_around(arrangement, part)
    starts_s, ends_s = arrangement.clip.part_s(part)
    before_it = [item for item in around if item.start_frame < part.first_frame]
    after_it = around[len(before_it) :]
    reaches_in = any(_end_s(arrangement, item) > starts_s + TOLERANCE_S for item in before_it)
    has_after = bool(after_it) and after_it[0].start_frame == part.end_frame
    length_s = ends_s - starts_s + (CROSSFADE_S if has_after else 0.0)
    segments = cover(length_s, form, start_s)
    item = MusicItem(track, segments, part.first_frame, match_gain_db)
    fade_in_s = min(CROSSFADE_S, item.duration_s / 2) if reaches_in else 0.0
    fade_out_s = min(CROSSFADE_S, item.duration_s / 2) if has_after else 0.0
    item = replace(item, fade_in_s=fade_in_s, fade_out_s=fade_out_s)
    return replace(arrangement, items=(*before_it, item, *after_it))


def music_around(arrangement: Arrangement, part: ClipPart) -> tuple[MusicItem, ...]:
    """Return the music outside a part, cut at its edges; that before it plays a moment longer.

    Args:
        arrangement: the music.
        part: of the clip.
    """
    starts_s, ends_s = arrangement.clip.part_s(part)
    before_it, after_it = [], []
    for item in arrangement.items:
        item_starts_s, item_ends_s = arrangement.start_s(item), _end_s(arrangement, item)
        if item.start_frame >= part.end_frame:
            after_it.append(item)
            continue
        if item_starts_s < starts_s - SHORTEST_S:
            before_it.append(_ended(item, starts_s + CROSSFADE_S - item_starts_s))
        if item_ends_s > ends_s + max(CROSSFADE_S, SHORTEST_S) + TOLERANCE_S:
            after_it.append(_started(item, ends_s - item_starts_s, part.end_frame))
    return (*before_it, *sorted(after_it, key=lambda item: item.start_frame))


def _ended(item: MusicItem, at_s: float) -> MusicItem:
    """Return what plays of an item before a time in it, faded out."""
    if item.duration_s <= at_s + TOLERANCE_S:
        return item
    segments = before(item.segments, at_s)
    room_s = max(segment.item_end_s for segment in segments)
    fade_in_s = min(item.fade_in_s, room_s / 2)
    fade_out_s = min(CROSSFADE_S, room_s - fade_in_s)
    return replace(item, segments=segments, fade_in_s=fade_in_s, fade_out_s=fade_out_s)


def _started(item: MusicItem, at_s: float, frame: int) -> MusicItem:
    """Return what plays of an item from a time in it on, faded in, at a frame of the clip."""
    segments = after(item.segments, at_s)
    room_s = max(segment.item_end_s for segment in segments)
    fade_out_s = min(item.fade_out_s, room_s / 2)
    fade_in_s = min(CROSSFADE_S, room_s - fade_out_s)
    return replace(
        item,
        segments=segments,
        start_frame=frame,
        fade_in_s=fade_in_s,
        fade_out_s=fade_out_s,
    )


def _end_s(arrangement: Arrangement, item: MusicItem) -> float:
    return arrangement.start_s(item) + item.duration_s
