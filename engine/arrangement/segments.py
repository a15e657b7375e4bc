"""The parts of a track that play, and how times in the track map to the music item."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from engine.errors import InputError
from engine.translation import tr

MAX_SEGMENTS = 10_000
MAX_DURATION_S = 7 * 24 * 3600.0
# How far times may be off from adding floating-point numbers.
TOLERANCE_S = 1e-6

Times = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Segment:
    """One part of a track in a music item.

    Neighbours overlap by their crossfade: the next one's `fade_in_s` is this one's `fade_out_s`.

    Attributes:
        track_start_s: where it starts in the track.
        item_start_s: where it starts in the music item.
        duration_s: its length, fades included.
        fade_in_s: equal-power fade at its start.
        fade_out_s: equal-power fade at its end.
    """

    track_start_s: float
    item_start_s: float
    duration_s: float
    fade_in_s: float = 0.0
    fade_out_s: float = 0.0

    def __post_init__(self) -> None:
        times_s = (
            self.track_start_s,
            self.item_start_s,
            self.duration_s,
            self.fade_in_s,
            self.fade_out_s,
        )
        if not all(0 <= time_s <= MAX_DURATION_S for time_s in times_s):
            raise unusable("segments")
        if self.duration_s == 0 or self.fade_in_s + self.fade_out_s > self.duration_s + TOLERANCE_S:
            raise unusable("segments")

    @property
    def item_end_s(self) -> float:
        """Where it ends in the music item."""
        return self.item_start_s + self.duration_s

    @property
    def track_end_s(self) -> float:
        """Where it ends in the track."""
        return self.track_start_s + self.duration_s


def times_in_item(segments: Iterable[Segment], track_times_s: npt.ArrayLike) -> Times:
    """Return when times of the track play in the item, rising; those that don't are left out."""
    times_s = np.asarray(track_times_s, np.float64).ravel()
    found = [
        times_s[(times_s >= one.track_start_s) & (times_s < one.track_end_s)]
        - one.track_start_s
        + one.item_start_s
        for one in segments
    ]
    return np.sort(np.concatenate(found)) if found else np.zeros(0)


def times_in_track(segments: Iterable[Segment], item_times_s: npt.ArrayLike) -> Times:
    """Return what times of the track play at times of the item; in a crossfade, the later one's."""
    times_s = np.asarray(item_times_s, np.float64)
    found = np.zeros_like(times_s)
    for segment in segments:
        started = times_s >= segment.item_start_s
        found[started] = times_s[started] - segment.item_start_s + segment.track_start_s
    return found


def unusable(field: str) -> InputError:
    """Return the error for an invalid field of an arrangement."""
    return InputError(
        tr("the arrangement can't be used: its {field} is invalid.").format(field=field),
        remedy=tr("Choose the track again."),
    )
