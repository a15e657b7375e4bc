"""What dragged things snap to: beats, bars, cuts, markers, the playhead, edges of other music."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
import numpy.typing as npt

from desktop.timeline.targets import OF_ITEMS, Kind, Target, time_of
from engine.arrangement import editing
from engine.arrangement.arrangement import Arrangement, MusicItem
from engine.arrangement.music_form import MusicForm
from engine.arrangement.segments import times_in_item

Times = npt.NDArray[np.float64]

_SAME_TIME_S = 1e-3


@dataclass(frozen=True, slots=True, eq=False)
class Surroundings:
    """What a change of an arrangement goes by.

    Attributes:
        forms: of its tracks, by path.
        cuts_s: (n,) the cuts of the clip, rising.
        playhead_s: where the playhead is.
        reach_s: how near something snaps; 0 where it doesn't.
    """

    forms: Mapping[Path, MusicForm]
    cuts_s: Times
    playhead_s: float = 0.0
    reach_s: float = 0.0

    def form(self, item: MusicItem) -> MusicForm:
        """Return the form of an item's track."""
        return self.forms[item.track.path]


@dataclass(frozen=True, slots=True)
class Snapped:
    """A time after snapping.

    Attributes:
        time_s: where the target goes.
        line_s: what it snapped to, in seconds of the clip; None where it didn't.
    """

    time_s: float
    line_s: float | None = None


def snapped(
    target: Target, arrangement: Arrangement, time_s: float, around: Surroundings
) -> Snapped:
    """Return where a target goes that is dragged to a time.

    Args:
        target: what is dragged.
        arrangement: before the drag.
        time_s: where it is dragged to.
        around: what it snaps to.
    """
    if around.reach_s <= 0:
        return Snapped(time_s)
    if target.kind is Kind.SPLICE:
        return _snapped_splice(target, arrangement, time_s, around)
    lines_s = _lines(target, arrangement, around)
    if target.kind is Kind.ITEM:
        return _snapped_item(arrangement, target.index, time_s, lines_s, around)
    nearest_s = nearest(lines_s, time_s)
    if nearest_s is None or abs(nearest_s - time_s) > around.reach_s:
        return Snapped(time_s)
    return Snapped(nearest_s, nearest_s)


def snapped_start(
    arrangement: Arrangement, index: int, track_start_s: float, around: Surroundings
) -> Snapped:
    """Return where in its track a slipped item starts: on a beat, or with a bar on a cut.

    Args:
        arrangement: before the drag.
        index: of the item.
        track_start_s: where in the track it would start.
        around: what it snaps to.

    Returns:
        The start in the track, and where in the clip it matches.
    """
    item = arrangement.items[index]
    form, starts_s = around.form(item), arrangement.start_s(item)
    beats = np.append(np.asarray(form.beats_s, np.float64), 0.0)
    found: list[tuple[float, float, float]] = []
    beat_s = nearest(np.sort(beats), track_start_s)
    if beat_s is not None:
        found.append((abs(beat_s - track_start_s), beat_s, starts_s))
    bars = np.sort(np.asarray(form.downbeats_s, np.float64))
    for time_s in _marks(arrangement, around):
        into_s = float(time_s) - starts_s
        bar_s = nearest(bars, track_start_s + into_s)
        if 0 < into_s < item.duration_s and bar_s is not None and bar_s >= into_s:
            found.append((abs(bar_s - into_s - track_start_s), bar_s - into_s, float(time_s)))
    near = [each for each in found if each[0] <= around.reach_s]
    if not near:
        return Snapped(track_start_s)
    _, start_s, line_s = min(near)
    return Snapped(start_s, line_s)


def neighbour_line(
    target: Target, arrangement: Arrangement, steps: int, around: Surroundings
) -> float:
    """Return the beat after a target, or the one before it; for a splice, the next bar line.

    Without beats there, half a second counts as one.

    Args:
        target: from where.
        arrangement: with the music.
        steps: 1 or -1.
        around: has the forms of the tracks.
    """
    time_s = time_of(target, arrangement)
    if target.kind is Kind.SPLICE:
        item = arrangement.items[target.index]
        choices = editing.splice_choices(
            arrangement, target.index, target.splice, around.form(item)
        )
        lines_s = arrangement.start_s(item) + np.asarray(choices, np.float64)
    else:
        lines_s = beats_in_clip(arrangement, around)
    beyond = lines_s[(lines_s - time_s) * steps > _SAME_TIME_S]
    if not len(beyond):
        return time_s + 0.5 * steps if not len(lines_s) else time_s
    return float(beyond.min() if steps > 0 else beyond.max())


def beats_in_clip(arrangement: Arrangement, around: Surroundings) -> Times:
    """Return when beats of all music play, in seconds of the clip, in no order."""
    beats = [
        arrangement.start_s(item) + beats_in_item(item, around.form(item))
        for item in arrangement.items
    ]
    return np.concatenate(beats)


def nearest(times_s: Times, time_s: float) -> float | None:
    """Return the one of rising times that is nearest to a time, None where there is none."""
    if not len(times_s):
        return None
    after = int(np.searchsorted(times_s, time_s))
    near = times_s[max(after - 1, 0) : after + 1]
    return float(near[np.abs(near - time_s).argmin()])


@lru_cache(maxsize=256)
def beats_in_item(item: MusicItem, form: MusicForm) -> Times:
    """Return when beats of its track play in an item, in seconds from its start, rising."""
    return times_in_item(item.segments, form.beats_s)


@lru_cache(maxsize=256)
def bars_in_item(item: MusicItem, form: MusicForm) -> Times:
    """Return when bars of its track begin in an item, in seconds from its start, rising."""
    return times_in_item(item.segments, form.downbeats_s)


def _snapped_splice(
    target: Target, arrangement: Arrangement, time_s: float, around: Surroundings
) -> Snapped:
    """A splice belongs on a bar line: it snaps however far the next one is."""
    item = arrangement.items[target.index]
    starts_s = arrangement.start_s(item)
    choices = editing.splice_choices(arrangement, target.index, target.splice, around.form(item))
    nearest_s = nearest(np.asarray(choices, np.float64), time_s - starts_s)
    if nearest_s is None:
        return Snapped(time_s)
    return Snapped(starts_s + nearest_s, starts_s + nearest_s)


def _snapped_item(
    arrangement: Arrangement, index: int, time_s: float, lines_s: Times, around: Surroundings
) -> Snapped:
    """An item snaps with its start, its end, or with a bar on what is seen."""
    item = arrangement.items[index]
    found: list[tuple[float, float, float]] = []
    for into_s in (0.0, item.duration_s):
        line_s = nearest(lines_s, time_s + into_s)
        if line_s is not None:
            found.append((abs(line_s - into_s - time_s), line_s - into_s, line_s))
    bars = bars_in_item(item, around.form(item))
    for mark in _marks(arrangement, around):
        bar_s = nearest(bars, float(mark) - time_s)
        if bar_s is not None:
            found.append((abs(mark - bar_s - time_s), float(mark - bar_s), float(mark)))
    near = [each for each in found if each[0] <= around.reach_s]
    if not near:
        return Snapped(time_s)
    _, start_s, line_s = min(near)
    return Snapped(start_s, line_s)


def _marks(arrangement: Arrangement, around: Surroundings) -> Times:
    """Return the moments of the picture: cuts, markers and the playhead."""
    moments = [float(arrangement.clip.time_of(marker.frame)) for marker in arrangement.markers]
    return np.concatenate([around.cuts_s, np.array([*moments, around.playhead_s])])


def _lines(target: Target, arrangement: Arrangement, around: Surroundings) -> Times:
    """Return all times that a target may snap to, rising."""
    clip = arrangement.clip
    own = target.index if target.kind in OF_ITEMS else None
    found: list[Times] = [around.cuts_s, np.array([around.playhead_s, 0.0, clip.duration_s])]
    if target.kind not in (Kind.IN, Kind.OUT):
        found.append(np.array(arrangement.part_s))
    for index, marker in enumerate(arrangement.markers):
        if target != Target(Kind.MARKER, index):
            found.append(np.array([float(clip.time_of(marker.frame))]))
    for index, item in enumerate(arrangement.items):
        starts_s = arrangement.start_s(item)
        if index != own:
            found.append(np.array([starts_s, starts_s + item.duration_s]))
        # The beats of an item that moves as a whole move with it.
        if index != own or target.kind is not Kind.ITEM:
            found.append(starts_s + beats_in_item(item, around.form(item)))
    return np.sort(np.concatenate(found))
