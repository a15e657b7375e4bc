"""How well the rhythm of a clip fits its music, from measured motion, cuts, onsets and beats.

DebCM (section 5.1.1) takes the videos of T_matching by the matching scores of CMT (Di et al. 2021),
which relate the motion of a picture to the density of the notes, and its cuts to strong beats. The
paper gives no formula: this is ours, of what the app measures. Its parts are stored with each pair,
as ranks can only be formed over a whole set.
"""

from dataclasses import astuple, dataclass

import numpy as np
import numpy.typing as npt

from engine.music.features import MusicFeatures
from engine.video.clip_features import VideoFeatures

_NEAR_S = 0.12
"""A cut this close to a beat is on it: three frames of a clip at 25 frames a second."""
_MIN_COURSE = 4
_UNDECIDED = 0.5

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Rhythm:
    """How the rhythm of one clip and its music relate; one row of `Extras.rhythms`.

    Attributes:
        motion: mean speed of the picture, in its long sides per second.
        note_density_hz: note onsets per second, while the clip runs.
        course: correlation over the clip, second by second, of motion with note onsets; 0 where
            one of them doesn't change.
        accents: share of the cuts that are on strong beats, less the share of the time that is
            within 0.12 s of one: 0 is chance. 0 without cuts or strong beats.
        n_cuts: how many cuts `accents` counts; 0 where there are no strong beats.
    """

    motion: float
    note_density_hz: float
    course: float
    accents: float
    n_cuts: float

    def as_row(self) -> npt.NDArray[np.float32]:
        """Return float32 (5,), in the order of the attributes."""
        return np.array(astuple(self), dtype=np.float32)


def measure_rhythm(
    video: VideoFeatures, music: MusicFeatures, onsets_s: npt.NDArray[np.float32]
) -> Rhythm:
    """Return how the rhythm of a clip and its music relate; the music starts with the clip.

    Args:
        video: features of the clip.
        music: features of its track. Strong beats are its downbeats, or all beats where bars
            weren't found.
        onsets_s: (n,) note onsets of the track.
    """
    # Samples are the middles of equal parts.
    duration_s = float(video.times_s[-1] + video.times_s[0])
    speeds = video.descriptors.motion_curve.astype(np.float64)
    inside = onsets_s[onsets_s < duration_s]
    notes, _ = np.histogram(inside, bins=len(speeds), range=(0.0, max(duration_s, 1e-6)))
    strong = music.downbeats_s if len(music.downbeats_s) else music.beats_s
    accents, n_cuts = _accents(video.descriptors.cuts_s, strong, duration_s)
    return Rhythm(
        motion=float(speeds.mean()),
        note_density_hz=len(inside) / max(duration_s, 1e-6),
        course=_correlation(speeds, notes.astype(np.float64)),
        accents=accents,
        n_cuts=n_cuts,
    )


def cmt_scores(rhythms: npt.NDArray[np.float32]) -> Floats:
    """Return how well the rhythm of each pair fits (n,), between 0 and 1; .5 is chance.

    The mean of three ranks over the set: how near the rank of the motion is to the rank of the note
    density, the correlation of both over the clip, and the cuts on strong beats. A pair without
    cuts or strong beats counts .5 for these.

    Args:
        rhythms: (n, 5), rows of `Rhythm`.
    """
    motion, density, course, accents, n_cuts = rhythms.astype(np.float64).T
    level = ranks(-np.abs(ranks(motion) - ranks(density)))
    hits = np.full(len(rhythms), _UNDECIDED)
    has_cuts = n_cuts > 0
    hits[has_cuts] = ranks(accents[has_cuts])
    return np.asarray((level + ranks(course) + hits) / 3)


def ranks(values: npt.NDArray[np.floating]) -> Floats:
    """Return the rank of each value, from 0 for the lowest to 1; equal values share theirs."""
    if len(values) < 2:
        return np.full(len(values), _UNDECIDED)
    _, inverse, counts = np.unique(values, return_inverse=True, return_counts=True)
    middle = np.cumsum(counts) - (counts + 1) / 2
    return np.asarray(middle[inverse] / (len(values) - 1), dtype=np.float64)


def _accents(
    cuts_s: npt.NDArray[np.float32], strong_s: npt.NDArray[np.float32], duration_s: float
) -> tuple[float, float]:
    strong_s = strong_s[strong_s < duration_s]
    if not len(cuts_s) or not len(strong_s):
        return 0.0, 0.0
    on_beat = np.abs(cuts_s[:, None] - strong_s).min(axis=1) <= _NEAR_S
    # The time near a beat: windows that overlap count once.
    starts, ends = np.maximum(strong_s - _NEAR_S, 0), np.minimum(strong_s + _NEAR_S, duration_s)
    covered = np.maximum(ends - np.maximum(starts, np.concatenate([[0.0], ends[:-1]])), 0).sum()
    return float(on_beat.mean() - covered / duration_s), float(len(cuts_s))


def _correlation(one: Floats, other: Floats) -> float:
    if len(one) < _MIN_COURSE or np.ptp(one) == 0 or np.ptp(other) == 0:
        return 0.0
    return float(np.corrcoef(one, other)[0, 1])
