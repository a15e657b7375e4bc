"""What decides how a track is placed and cut: its beats, bars, energy and marks."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from engine.library.marks import Marks

if TYPE_CHECKING:
    from engine.library.tracks import Track
    from engine.music.features import MusicFeatures

_Values = npt.NDArray[np.float32] | npt.NDArray[np.float64]


def _none() -> _Values:
    return np.zeros(0, np.float32)


@dataclass(frozen=True, slots=True, eq=False)
class MusicForm:
    """The form of a track; all times are seconds in the track.

    Attributes:
        duration_s: its length, above 0.
        beats_s: (n,) beat times; may be empty.
        downbeats_s: (n,) bar lines; may be empty.
        energy_curve: (n,) energy over the track, evenly spaced, any unit; may be empty.
        marks: the sections of its score, None for a recording.
    """

    duration_s: float
    beats_s: _Values = field(default_factory=_none)
    downbeats_s: _Values = field(default_factory=_none)
    energy_curve: _Values = field(default_factory=_none)
    marks: Marks | None = None


def form_of(track: "Track", features: "MusicFeatures") -> MusicForm:
    """Return the form of a track from its marks and its measured features."""
    return MusicForm(
        duration_s=features.duration_s,
        beats_s=features.beats_s,
        downbeats_s=features.downbeats_s,
        energy_curve=features.energy_curve,
        marks=track.marks,
    )
