"""The curve from scores to fits."""

from typing import Any

import numpy as np
import pytest

from engine.encoders.fit_levels import FitLevels

CURVE = FitLevels(np.array([0.0, 1.0, 2.0]), np.array([0.1, 0.5, 0.9]))


def test_between_two_points_the_probability_rises_evenly() -> None:
    found = [CURVE.probability(score) for score in (-5, 0, 0.5, 1, 1.75, 9)]
    assert found == pytest.approx([0.1, 0.1, 0.3, 0.5, 0.8, 0.9])


def test_a_probability_has_a_word() -> None:
    words = [CURVE.fit(score) for score in (1.24, 1.26, 1.99, 2.0, 3.0)]
    assert words == ["weak", "fair", "fair", "strong", "strong"]


def test_the_curve_survives_a_manifest() -> None:
    again = FitLevels.parse(CURVE.as_dict())
    assert again.scores == pytest.approx(CURVE.scores)
    assert again.probabilities == pytest.approx(CURVE.probabilities)


@pytest.mark.parametrize(
    ("scores", "probabilities"),
    [
        ([0.0], [0.5]),
        ([0.0, 1.0], [0.5]),
        ([1.0, 0.0], [0.1, 0.2]),
        ([0.0, 0.0], [0.1, 0.2]),
        ([0.0, 1.0], [0.2, 0.1]),
        ([0.0, 1.0], [-0.1, 0.1]),
        ([0.0, 1.0], [0.5, 1.5]),
        ([0.0, float("inf")], [0.1, 0.2]),
        ([0.0, 1.0], [0.1, float("nan")]),
        ([[0.0, 1.0]], [[0.1, 0.2]]),
        (["low", "high"], [0.1, 0.2]),
        (None, [0.1, 0.2]),
    ],
)
def test_a_curve_that_makes_no_sense_is_refused(scores: Any, probabilities: Any) -> None:
    with pytest.raises(ValueError, match=r"the curve of fits|convert"):
        FitLevels.parse({"scores": scores, "probabilities": probabilities})
