"""Several tracks under one clip, one after the other, with crossfades at bar lines.

A crossfade starts on a bar line of the track that ends, and ends on the one with which the next
track begins, which falls on the wanted frame.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from engine.arrangement.arrangement import ClipReference, MusicItem, TrackReference
from engine.arrangement.clip_part import ClipPart
from engine.arrangement.covering import cover
from engine.arrangement.music_form import MusicForm
from engine.arrangement.segments import Segment, times_in_item
from engine.arrangement.slicing import before

# A crossfade is at least so long, and at most a bar longer.
_SHORTEST_FADE_S = 1.5
_LONGEST_FADE_S = 5.0
# Where the next track has nothing before its beginning, the one before it fades out under it.
_UNDER_S = 1.0
# A track that another one follows is left before its ending, which dies away.
_ENDING_S = 16.0


@dataclass(frozen=True, slots=True)
class Cue:
    """A track, and from where on it plays.

    Attributes:
        track: the track.
        form: of the track.
        frame: of the clip, where it is at full level.
        start_s: where in the track that is, such as on a bar line.
        match_gain_db: of the track, see `MusicItem`.
    """

    track: TrackReference
    form: MusicForm
    frame: int
    start_s: float = 0.0
    match_gain_db: float = 0.0


def in_sequence(
    clip: ClipReference, cues: Sequence[Cue], part: ClipPart | None = None
) -> tuple[MusicItem, ...]:
    """Return music items that play tracks one after the other.

    Each plays up to the next one, in a long version where it is too short for that; the last one
    closes with its own ending.

    Args:
        clip: the clip.
        cues: by frame, no two within half a second; never empty.
        part: where music is placed; None for the whole clip.
    """
    covered = _covered(clip, cues, part)
    items: list[MusicItem] = []
    fade_s = 0.0
    for number, (cue, segments) in enumerate(zip(cues, covered, strict=True)):
        item = MusicItem(cue.track, segments, cue.frame, cue.match_gain_db)
        item = _leading_in(clip, item, fade_s)
        if number + 1 < len(cues):
            next_s = covered[number + 1][0].track_start_s
            item, fade_s = _fading_out(clip, item, cue, cues[number + 1].frame, next_s)
        items.append(item)
    return tuple(items)


def _covered(
    clip: ClipReference, cues: Sequence[Cue], part: ClipPart | None
) -> list[tuple[Segment, ...]]:
    """Return the segments of each cue up to the next one and longer, or up to the end."""
    end_frame = clip.n_frames if part is None else min(part.end_frame, clip.n_frames)
    end_s = min(float(clip.time_of(end_frame)), clip.duration_s)
    starts_s = [float(clip.time_of(cue.frame)) for cue in cues]
    ends_s = [*(start_s + _UNDER_S + _ENDING_S for start_s in starts_s[1:]), end_s]
    return [
        cover(
            until_s - start_s,
            cue.form,
            cue.start_s,
            by_hand=True,
            keeps_ending=number == len(cues) - 1,
        )
        for number, (cue, start_s, until_s) in enumerate(zip(cues, starts_s, ends_s, strict=True))
    ]


def _leading_in(clip: ClipReference, item: MusicItem, fade_s: float) -> MusicItem:
    """Return the item with music before its start to fade in, as far as its track has some."""
    first, *others = item.segments
    most_s = min(fade_s, first.track_start_s)
    n_frames = min(int(most_s * clip.frame_rate), item.start_frame)
    lead_s = float(clip.time_of(n_frames))
    if lead_s <= 0:
        return item
    first = replace(
        first,
        track_start_s=max(0.0, first.track_start_s - lead_s),
        duration_s=first.duration_s + lead_s,
        fade_in_s=0.0,
    )
    later = (replace(one, item_start_s=one.item_start_s + lead_s) for one in others)
    return replace(
        item,
        segments=(first, *later),
        start_frame=item.start_frame - n_frames,
        fade_in_s=lead_s,
    )


def _fading_out(
    clip: ClipReference, item: MusicItem, cue: Cue, next_frame: int, next_s: float
) -> tuple[MusicItem, float]:
    """Return the item cut and faded where the next track begins, and the length of that fade.

    Args:
        clip: the clip.
        item: with music before its start.
        cue: of the item.
        next_frame: where the next track is at full level.
        next_s: where in that track this is, so that it has as much to fade in.
    """
    has_lead = next_s >= _SHORTEST_FADE_S
    ends_s = float(clip.time_of(next_frame - item.start_frame)) + (0.0 if has_lead else _UNDER_S)
    ends_s = min(ends_s, item.duration_s)
    longest_s = min(_LONGEST_FADE_S, next_s) if has_lead else _LONGEST_FADE_S
    lines = times_in_item(item.segments, cue.form.downbeats_s)
    lines = lines[(lines <= ends_s - _SHORTEST_FADE_S) & (lines >= ends_s - longest_s)]
    fade_s = ends_s - float(lines[-1]) if lines.size else _SHORTEST_FADE_S
    room_s = min(ends_s - item.fade_in_s, float(clip.time_of(next_frame - cue.frame)) / 2)
    fade_s = max(0.0, min(fade_s, room_s))
    segments = before(item.segments, ends_s)
    # The last segment may have a fade of its own.
    segments = (*segments[:-1], replace(segments[-1], fade_out_s=0.0))
    return replace(item, segments=segments, fade_out_s=fade_s), fade_s
