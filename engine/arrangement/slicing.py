"""Making the segments of a music item from pieces of its track, and cutting them at a time."""

from collections.abc import Sequence
from dataclasses import replace

from engine.arrangement.segments import TOLERANCE_S, Segment


def join(
    pieces: Sequence[tuple[float, float]], crossfade_s: float, fade_in_s: float, fade_out_s: float
) -> tuple[Segment, ...]:
    """Put pieces of a track end to end.

    Args:
        pieces: (from, to) each, seconds in the track.
        crossfade_s: it ends where a piece does, so that the next one begins at full level.
        fade_in_s, fade_out_s: of the first and of the last one.
    """
    lengths_s = [to_s - from_s for from_s, to_s in pieces]
    # Before its very beginning a track has nothing to fade in, and a short piece room for one fade.
    fades = [
        min(fade_in_s, lengths_s[0] / 2),
        *(
            min(crossfade_s, from_s, before_s / 2)
            for (from_s, _), before_s in zip(pieces[1:], lengths_s, strict=False)
        ),
    ]
    fade_out_s = min(fade_out_s, lengths_s[-1] / (2 if len(pieces) == 1 else 1))
    segments: list[Segment] = []
    item_s = 0.0
    for number, (from_s, to_s) in enumerate(pieces):
        early_s = fades[number] if number else 0.0
        segments.append(
            Segment(
                track_start_s=from_s - early_s,
                item_start_s=item_s - early_s,
                duration_s=early_s + to_s - from_s,
                fade_in_s=fades[number],
                fade_out_s=fades[number + 1] if number + 1 < len(pieces) else fade_out_s,
            )
        )
        item_s += to_s - from_s
    return tuple(segments)


def before(segments: tuple[Segment, ...], item_s: float) -> tuple[Segment, ...]:
    """Return what plays before a time of the item, with a plain cut there.

    In a crossfade the earlier segment plays on up to the cut.

    Args:
        segments: of the item.
        item_s: above 0.
    """
    kept = [one for one in segments if one.item_start_s < item_s - TOLERANCE_S]
    while len(kept) > 1 and kept[-1].item_start_s + kept[-1].fade_in_s >= item_s - TOLERANCE_S:
        kept.pop()
    last = kept[-1]
    duration_s = min(last.duration_s, item_s - last.item_start_s)
    if duration_s < last.duration_s - TOLERANCE_S:
        fade_in_s = min(last.fade_in_s, duration_s)
        kept[-1] = replace(last, duration_s=duration_s, fade_in_s=fade_in_s, fade_out_s=0.0)
    return tuple(kept)


def after(segments: tuple[Segment, ...], item_s: float) -> tuple[Segment, ...]:
    """Return what plays from a time of the item on, which becomes its start, with a plain cut.

    In a crossfade the later segment begins at the cut.

    Args:
        segments: of the item.
        item_s: before its end.
    """
    n_started = sum(one.item_start_s <= item_s + TOLERANCE_S for one in segments)
    first, *others = segments[max(n_started - 1, 0) :]
    late_s = max(0.0, item_s - first.item_start_s)
    if late_s > TOLERANCE_S:
        first = replace(
            first,
            track_start_s=first.track_start_s + late_s,
            item_start_s=item_s,
            duration_s=first.duration_s - late_s,
            fade_in_s=0.0,
            fade_out_s=min(first.fade_out_s, first.duration_s - late_s),
        )
    return moved((first, *others), -item_s)


def moved(segments: tuple[Segment, ...], by_s: float) -> tuple[Segment, ...]:
    """Return the segments that much later in the item; none starts before it."""
    return tuple(replace(one, item_start_s=max(0.0, one.item_start_s + by_s)) for one in segments)
