"""How well tracks fit written wants, and the curve from scores to fits."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from scipy.optimize import isotonic_regression

from engine.encoders.fit_levels import FitLevels
from engine.encoders.profile import Profile
from engine.encoders.track_axes import track_axes
from wants.tables import Wants

_HAS_FROM = 0.5
# Points of the curve in the manifest.
_N_POINTS = 25


def fits(profiles: Sequence[Profile], wants: Wants) -> npt.NDArray[np.bool_]:
    """Return (n,), which tracks have a mood or genre that is wanted, and none that is avoided."""
    has = np.stack([track_axes(profile) for profile in profiles])[:, :-2] >= _HAS_FROM
    wanted = has[:, wants.weights[:-2] > 0].any(axis=1)
    return np.asarray(wanted & ~has[:, wants.avoided[:-2]].any(axis=1))


def fit_curve(
    scores: npt.NDArray[np.float32], profiles: Sequence[Profile], wants: Sequence[Wants]
) -> FitLevels:
    """Return the isotonic curve from scores to the share of tracks that fit.

    Args:
        scores: (m, n) of n tracks for m clips.
        profiles: of the tracks.
        wants: of the clips.
    """
    x = scores.ravel().astype(np.float64)
    y = np.stack([fits(profiles, one) for one in wants]).ravel().astype(np.float64)
    order = np.argsort(x, kind="stable")
    x, y = x[order], isotonic_regression(y[order]).x
    points = np.unique(np.linspace(0, len(x) - 1, _N_POINTS).round().astype(int))
    kept = np.unique(x[points], return_index=True)[1]
    return FitLevels(x[points][kept], np.maximum.accumulate(y[points][kept]))
