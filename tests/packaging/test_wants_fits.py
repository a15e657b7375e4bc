"""From scores to fits."""

import numpy as np
import pytest

from engine.encoders.profile import Profile
from engine.encoders.wants import AXES, N_AXES
from wants.fits import fit_curve, fits
from wants.tables import Wants


def wants(wanted: tuple[str, ...], avoided: tuple[str, ...] = ()) -> Wants:
    weights, not_wanted = np.zeros(N_AXES), np.zeros(N_AXES, bool)
    weights[[AXES.index(name) for name in wanted]] = 0.3
    not_wanted[[AXES.index(name) for name in avoided]] = True
    return Wants(weights, not_wanted)


def test_a_track_fits_with_something_wanted_and_nothing_avoided() -> None:
    profiles = [
        Profile(genre="jazz"),
        Profile(genre="jazz", moods={"dark": 3.0}),
        Profile(genre="pop", moods={"sad": 3.0}),
        Profile(genre="pop", moods={"sad": 0.1}),
    ]
    assert fits(profiles, wants(("jazz", "sad"), ("dark",))).tolist() == [True, False, True, False]
    assert not fits(profiles, wants(())).any()


def test_the_curve_is_the_share_of_tracks_that_fit() -> None:
    rng = np.random.default_rng(1)
    scores = rng.uniform(-1, 1, (60, 50)).astype(np.float32)
    profiles = [Profile(genre="jazz" if n % 2 else "pop") for n in range(50)]
    # Jazz is wanted by clips for which its scores are made high, with the score as probability.
    chance = (scores + 1) / 2
    asked = []
    for row in range(60):
        is_jazz = rng.random() < 0.5
        asked.append(wants(("jazz",) if is_jazz else ("pop",)))
        for column in range(50):
            fit = (column % 2 == 1) == is_jazz
            # Bayes: scores of fits rise, those of the others fall.
            while (rng.random() < chance[row, column]) != fit:
                scores[row, column] = rng.uniform(-1, 1)
                chance[row, column] = (scores[row, column] + 1) / 2
    curve = fit_curve(scores, profiles, asked)
    assert (np.diff(curve.scores) > 0).all() and (np.diff(curve.probabilities) >= 0).all()
    for score in (-0.8, -0.4, 0.0, 0.4, 0.8):
        assert curve.probability(score) == pytest.approx((score + 1) / 2, abs=0.08)


def test_equal_scores_make_one_point() -> None:
    scores = np.array([[0.0, 0.0, 1.0, 1.0]], np.float32)
    profiles = [Profile(genre=genre) for genre in ("pop", "pop", "jazz", "jazz")]
    curve = fit_curve(scores, profiles, [wants(("jazz",))])
    assert curve.scores.tolist() == [0, 1]
    assert curve.probabilities.tolist() == [0, 1]
