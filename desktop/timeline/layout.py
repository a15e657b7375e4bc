"""Where the lanes of the timeline are: ruler, film, clip sound, music and volume."""

from dataclasses import dataclass
from enum import Enum

from desktop import theme
from engine.arrangement.arrangement import Arrangement
from engine.arrangement.gains import MUTED_DB

_GAP_PX = 4.0
_TITLE_PX = 15.0
# Louder or quieter points are drawn at the edge of the volume lane.
HIGHEST_DB, LOWEST_DB = 6.0, -36.0
_VOLUME_MARGIN_PX = 5.0
# A point that is dragged along the clip keeps its level until the pointer leaves this.
_STEADY_PX = 3.0
_LEVEL_STEP_DB, _FINE_STEP_DB = 0.5, 0.1
_FINE_SHARE = 1 / 8


class LaneKind(Enum):
    """What a lane shows."""

    RULER = "ruler"
    FILM = "film"
    CLIP = "clip"
    MUSIC = "music"
    VOLUME = "volume"


@dataclass(frozen=True, slots=True)
class Lane:
    """One lane, in pixels of the timeline.

    Attributes:
        kind: what it shows.
        top: its upper edge.
        height: without the gap below.
        row: of the music, from 0.
    """

    kind: LaneKind
    top: float
    height: float
    row: int = 0

    @property
    def bottom(self) -> float:
        """Its lower edge."""
        return self.top + self.height


# Least and wanted height beside the text, and what share of the room beyond that each gets.
_HEIGHTS = {
    LaneKind.FILM: (11.0, 31.0, 1.0),
    LaneKind.CLIP: (5.0, 19.0, 1.0),
    LaneKind.MUSIC: (29.0, 53.0, 3.0),
    LaneKind.VOLUME: (13.0, 29.0, 1.0),
}


def ruler_px() -> float:
    """Return the height of the ruler: a line of times above a line of marks."""
    return theme.scaled(2 * _TITLE_PX)


def title_px() -> float:
    """Return the height of the title of an item."""
    return theme.scaled(_TITLE_PX)


def handle_px() -> float:
    """Return where the handles of the fades are, below the upper edge of an item."""
    return title_px() + 5.0


def _least_px(kind: LaneKind) -> float:
    return _HEIGHTS[kind][0] + title_px()


def _wanted_px(kind: LaneKind) -> float:
    return _HEIGHTS[kind][1] + title_px()


def lanes(height: float, n_rows: int, has_sound: bool, scrolled_px: float = 0.0) -> list[Lane]:
    """Return the lanes from top to bottom, as high as there is room, or more where it's too small.

    Args:
        height: of the timeline.
        n_rows: of music.
        has_sound: whether the clip has sound of its own.
        scrolled_px: how far everything below the ruler is scrolled up.
    """
    kinds = _kinds(n_rows, has_sound)
    room = height - ruler_px() - _GAP_PX * len(kinds)
    least, wanted = sum(map(_least_px, kinds)), sum(map(_wanted_px, kinds))
    share = sum(_HEIGHTS[kind][2] for kind in kinds)
    found = [Lane(LaneKind.RULER, 0.0, ruler_px())]
    top, row = ruler_px() + _GAP_PX - scrolled_px, 0
    for kind in kinds:
        low, middle, more = _least_px(kind), _wanted_px(kind), _HEIGHTS[kind][2]
        if room >= wanted:
            tall = middle + (room - wanted) * more / share
        else:
            tall = low + (middle - low) * max(0.0, (room - least) / (wanted - least))
        found.append(Lane(kind, top, tall, row if kind is LaneKind.MUSIC else 0))
        row += kind is LaneKind.MUSIC
        top += tall + _GAP_PX
    return found


def least_height(n_rows: int, has_sound: bool) -> float:
    """Return the height at which no lane needs to be scrolled."""
    kinds = _kinds(n_rows, has_sound)
    return ruler_px() + sum(_least_px(kind) + _GAP_PX for kind in kinds)


def wanted_height(n_rows: int, has_sound: bool) -> float:
    """Return the height that shows everything well."""
    kinds = _kinds(n_rows, has_sound)
    return ruler_px() + sum(_wanted_px(kind) + _GAP_PX for kind in kinds)


def rows_of(arrangement: Arrangement | None) -> list[int]:
    """Return the row of each item: the first one in which nothing plays any more."""
    rows: list[int] = []
    ends_s: list[float] = []
    for item in arrangement.items if arrangement is not None else ():
        assert arrangement is not None
        starts_s = arrangement.start_s(item)
        free = (row for row, end_s in enumerate(ends_s) if end_s <= starts_s + 1e-6)
        row = next(free, len(ends_s))
        ends_s[row : row + 1] = [starts_s + item.duration_s]
        rows.append(row)
    return rows


def level_y(lane: Lane, gain_db: float) -> float:
    """Return where a level is drawn in the volume lane."""
    share = (min(max(gain_db, LOWEST_DB), HIGHEST_DB) - LOWEST_DB) / (HIGHEST_DB - LOWEST_DB)
    return lane.bottom - _VOLUME_MARGIN_PX - share * (lane.height - 2 * _VOLUME_MARGIN_PX)


def level_at(lane: Lane, y: float) -> float:
    """Return the level at a height of the volume lane; silence at its lower edge."""
    share = (lane.bottom - _VOLUME_MARGIN_PX - y) / (lane.height - 2 * _VOLUME_MARGIN_PX)
    if share < 0.0:
        return MUTED_DB
    return LOWEST_DB + min(share, 1.0) * (HIGHEST_DB - LOWEST_DB)


def dragged_level(lane: Lane, gain_db: float, moved_px: float, *, is_fine: bool) -> float:
    """Return the level of a volume point after a drag; small moves up and down don't change it.

    Args:
        lane: of the volume.
        gain_db: before the drag.
        moved_px: how far down the pointer went.
        is_fine: whether a pixel changes an eighth as much, in steps of 0.1 dB instead of 0.5.
    """
    beyond_px = max(abs(moved_px) - _STEADY_PX, 0.0)
    if not beyond_px:
        return gain_db
    down_px = (beyond_px if moved_px > 0 else -beyond_px) * (_FINE_SHARE if is_fine else 1.0)
    level_db = level_at(lane, level_y(lane, gain_db) + down_px)
    step_db = _FINE_STEP_DB if is_fine else _LEVEL_STEP_DB
    return level_db if level_db <= MUTED_DB else round(round(level_db / step_db) * step_db, 1)


def _kinds(n_rows: int, has_sound: bool) -> list[LaneKind]:
    sound = [LaneKind.CLIP] if has_sound else []
    return [LaneKind.FILM, *sound, *[LaneKind.MUSIC] * max(n_rows, 1), LaneKind.VOLUME]
