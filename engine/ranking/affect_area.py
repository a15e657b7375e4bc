"""A part of the mood pad: the tracks whose valence and arousal lie in a rectangle.

An area is a filter, and it says what is wanted: tracks outside aren't listed, and its middle takes
the place of what the picture asks for, so that the tracks in the middle come first where all else
is equal.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from engine.encoders.wants import AXES
from engine.errors import InputError
from engine.translation import tr

if TYPE_CHECKING:
    from engine.library.columns import TrackColumns

BoolArray = npt.NDArray[np.bool_]
_VALENCE, _AROUSAL = AXES.index("valence"), AXES.index("arousal")


@dataclass(frozen=True, slots=True)
class AffectArea:
    """A rectangle in the plane of valence and arousal, edges included.

    Attributes:
        valence, arousal: from and to, -1 to 1.
    """

    valence: tuple[float, float]
    arousal: tuple[float, float]

    def __post_init__(self) -> None:
        for low, high in (self.valence, self.arousal):
            if not -1 <= low <= high <= 1:
                raise InputError(
                    tr("Valence and arousal must be between -1 and 1, the lower end first.")
                )

    @property
    def middle(self) -> tuple[float, float]:
        """Valence and arousal of the middle."""
        return sum(self.valence) / 2, sum(self.arousal) / 2

    def contains(self, tracks: "TrackColumns") -> BoolArray:
        """Return bool (n,), which of n tracks are inside."""
        valence, arousal = tracks.axes[:, _VALENCE], tracks.axes[:, _AROUSAL]
        return _within(valence, self.valence) & _within(arousal, self.arousal)


def nothing_inside(n_tracks: int) -> InputError:
    """Return the error that none of n tracks lies in an area."""
    return InputError(
        tr("None of the {n} tracks lies in this area of the mood pad.").format(n=n_tracks),
        remedy=tr("Draw a larger one, or clear it."),
    )


def _within(values: npt.NDArray[np.float32], ends: tuple[float, float]) -> BoolArray:
    # As float32, so that a track on the edge is inside.
    low, high = np.float32(ends[0]), np.float32(ends[1])
    return np.asarray((values >= low) & (values <= high), np.bool_)
