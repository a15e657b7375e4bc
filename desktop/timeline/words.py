"""The selection of the timeline in words, for the label below it and for screen readers."""

from dataclasses import replace
from itertools import pairwise

from desktop.timeline.targets import OF_ITEMS, Kind, Target, time_of
from desktop.timeline.times import TimeFormat, format_time
from desktop.timeline.waveform import played_parts
from engine.arrangement.arrangement import Arrangement, MusicItem
from engine.arrangement.gains import MUTED_DB
from engine.media.tags import Tags
from engine.translation import tr


def describe(target: Target, arrangement: Arrangement, times: TimeFormat) -> str:
    """Return what a target is and where, as a sentence."""
    if target.kind in OF_ITEMS:
        return _describe_of_item(target, arrangement, times)
    at = times.text(time_of(target, arrangement))
    if target.kind is Kind.POINT:
        return tr("Volume point {n} of {total} at {time}: {gain}").format(
            n=target.index + 1,
            total=len(arrangement.volume),
            time=at,
            gain=level_text(arrangement.volume[target.index].gain_db),
        )
    if target.kind is Kind.MARKER:
        name = arrangement.markers[target.index].name
        if name:
            return tr("Marker “{name}” at {time}").format(name=name, time=at)
        return tr("Marker {n} at {time}").format(n=target.index + 1, time=at)
    if target.kind is Kind.IN:
        return tr("In point at {time}").format(time=at)
    return tr("Out point at {time}").format(time=at)


def describe_scene(scene: int, scenes_s: tuple[tuple[float, float], ...], times: TimeFormat) -> str:
    """Return which scene is selected, and where it is.

    Args:
        scene: its number, from 0.
        scenes_s: from when to when each is.
        times: how times are written.
    """
    starts_s, ends_s = scenes_s[scene]
    return tr("Scene {n} of {total}: {start} to {end}").format(
        n=scene + 1, total=len(scenes_s), start=times.text(starts_s), end=times.text(ends_s)
    )


def untitled(arrangement: Arrangement) -> Arrangement:
    """Return an arrangement without the titles of its tracks, to be shown only."""
    tags = Tags(title=tr("Music"))
    items = [replace(item, track=replace(item.track, tags=tags)) for item in arrangement.items]
    return replace(arrangement, items=tuple(items))


def level_text(gain_db: float) -> str:
    """Return a level in dB."""
    if gain_db <= MUTED_DB:
        return tr("off")
    return tr("{gain} dB").format(gain=f"{gain_db:+.1f}" if gain_db else "0.0")


def _describe_of_item(target: Target, arrangement: Arrangement, times: TimeFormat) -> str:
    item = arrangement.items[target.index]
    title, at = item.track.title, times.text(time_of(target, arrangement))
    if target.kind is Kind.ITEM:
        starts_s = arrangement.start_s(item)
        text = tr("{title}, {start} to {end}, plays from {track_start} of the track").format(
            title=title,
            start=at,
            end=times.text(starts_s + item.duration_s),
            track_start=format_time(item.track_start_s, 1),
        )
        return tr("{item} (muted)").format(item=text) if item.muted else text
    if target.kind is Kind.SPLICE:
        earlier, later = item.segments[target.splice : target.splice + 2]
        return tr("Splice {n} of {total} in {title} at {time}: {left} jumps to {entered}").format(
            n=target.splice + 1,
            total=len(item.segments) - 1,
            title=title,
            time=at,
            left=format_time(earlier.track_end_s, 1),
            entered=format_time(later.track_start_s + later.fade_in_s, 1),
        )
    if target.kind is Kind.FADE_IN:
        return tr("Fade-in of {title}: {seconds:.2f} s").format(title=title, seconds=item.fade_in_s)
    if target.kind is Kind.FADE_OUT:
        return tr("Fade-out of {title}: {seconds:.2f} s").format(
            title=title, seconds=item.fade_out_s
        )
    if target.kind is Kind.START:
        return tr("Start of {title} at {time}").format(title=title, time=at)
    return tr("End of {title} at {time}").format(title=title, time=at)


def describe_parts(item: MusicItem) -> str:
    """Return which parts of its track an item plays, as a sentence."""
    parts = played_parts(item)
    if any(later[0] < earlier[1] for earlier, later in pairwise(parts)):
        return tr("The whole track, repeated at a bar line to fill the clip")
    times = [
        tr("{start} to {end}").format(start=format_time(start_s, 1), end=format_time(end_s, 1))
        for start_s, end_s in parts
    ]
    if len(times) == 1:
        return tr("From {time}").format(time=times[0])
    return tr("Cut at bar lines: {times}").format(times=", ".join(times))
