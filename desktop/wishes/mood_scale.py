"""Where valence and arousal are on the mood pad, and where its tracks are."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QPointF, QRectF

from engine.ranking.affect_area import AffectArea

# Of the pad's cells, which count the tracks of a large library.
N_CELLS = 96
# So many of the list's first tracks are in colour and can be clicked.
N_FIRST = 24
_SMALLEST_AREA = 0.05

Float32Array = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class MoodScale:
    """The plane from -1 to 1 in a rectangle of a widget: valence to the right, arousal upwards.

    Attributes:
        area: in pixels.
    """

    area: QRectF

    def to_pixels(self, valence: float, arousal: float) -> QPointF:
        """Return where a mood is."""
        return QPointF(
            self.area.left() + (valence + 1) / 2 * self.area.width(),
            self.area.bottom() - (arousal + 1) / 2 * self.area.height(),
        )

    def to_mood(self, place: QPointF) -> tuple[float, float]:
        """Return the valence and arousal of a place, in hundredths; outside, of the nearest."""
        valence = 2 * (place.x() - self.area.left()) / max(self.area.width(), 1) - 1
        arousal = 2 * (self.area.bottom() - place.y()) / max(self.area.height(), 1) - 1
        return clipped(valence), clipped(arousal)

    def rectangle(self, area: AffectArea) -> QRectF:
        """Return where an area is."""
        return QRectF(
            self.to_pixels(area.valence[0], area.arousal[1]),
            self.to_pixels(area.valence[1], area.arousal[0]),
        )


@dataclass(frozen=True, slots=True, eq=False)
class Dots:
    """The tracks on the pad.

    Attributes:
        points: float32 (n, 2), valence and arousal; without tracks whose mood isn't known.
        counts: int64 (N_CELLS, N_CELLS), how many of them each cell has; rows from low arousal.
        first: float32 (k, 2), the points of the list's first tracks, in its order.
    """

    points: Float32Array
    counts: npt.NDArray[np.int64]
    first: Float32Array

    @classmethod
    def of(cls, points: Float32Array) -> "Dots":
        """Return the dots of a list's tracks, float32 (n, 2) in its order."""
        known = points[points.any(axis=1)]
        cells = np.clip(((known + 1) / 2 * N_CELLS).astype(np.int64), 0, N_CELLS - 1)
        counts = np.bincount(cells[:, 1] * N_CELLS + cells[:, 0], minlength=N_CELLS**2)
        return cls(known, counts.reshape(N_CELLS, N_CELLS), points[:N_FIRST])

    def __len__(self) -> int:
        return len(self.points)

    def is_same_set(self, other: "Dots") -> bool:
        """Return whether the same tracks are there, in whatever order."""
        return len(self) == len(other) and np.array_equal(self.counts, other.counts)


def area_between(one: tuple[float, float], other: tuple[float, float]) -> AffectArea | None:
    """Return the area between two corners; None where it is too small to be meant."""
    low = [min(ends) for ends in zip(one, other, strict=True)]
    high = [max(ends) for ends in zip(one, other, strict=True)]
    if min(high[0] - low[0], high[1] - low[1]) < _SMALLEST_AREA:
        return None
    return AffectArea((low[0], high[0]), (low[1], high[1]))


def moved_area(area: AffectArea, valence: float, arousal: float) -> AffectArea:
    """Return an area moved within the plane, by so much valence and arousal."""
    return AffectArea(_moved(area.valence, valence), _moved(area.arousal, arousal))


def resized_area(area: AffectArea, valence: float, arousal: float) -> AffectArea:
    """Return an area whose right and upper edges are moved, within the plane."""
    return AffectArea(_resized(area.valence, valence), _resized(area.arousal, arousal))


def clipped(value: float) -> float:
    """Return a value in hundredths, from -1 to 1."""
    return round(min(max(value, -1.0), 1.0), 2)


def _moved(ends: tuple[float, float], by: float) -> tuple[float, float]:
    by = min(max(by, -1 - ends[0]), 1 - ends[1])
    return clipped(ends[0] + by), clipped(ends[1] + by)


def _resized(ends: tuple[float, float], by: float) -> tuple[float, float]:
    low = min(ends[0], 1 - _SMALLEST_AREA)
    return clipped(low), clipped(max(ends[1] + by, low + _SMALLEST_AREA))
