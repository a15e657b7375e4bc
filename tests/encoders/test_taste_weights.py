"""What a taste adds to scores."""

import math
from typing import Any

import numpy as np
import pytest

from engine.encoders.taste_weights import TasteWeights
from tests.tiny_matching import TASTE


def test_genres_work_on_each_other() -> None:
    values = {**TASTE, "log_weight": 0.0, "genre_weights": [[0.0, 0.4], [0.0, 0.0]]}
    weights = TasteWeights.parse(values, 2)
    # u - ū = (.3, -.3): a liking for the first genre is one for the second as well.
    bias = weights.bias(np.array([0.8, 0.2], np.float32), np.array([0, 1]))
    assert bias == pytest.approx([0, 0.3 * 0.4])


def test_the_logarithm_grows_with_the_share() -> None:
    weights = TasteWeights.parse({**TASTE, "genre_weights": [[0.0, 0.0]] * 2}, 2)
    bias = weights.bias(np.array([0.9, 0.1], np.float32), np.array([1, -1, 0]))
    expected = [0.2 * math.log(0.2 / 0.6), 0, 0.2 * math.log(1.0 / 0.6)]
    assert bias == pytest.approx(expected, abs=1e-6)


@pytest.mark.parametrize(
    "changes",
    [
        {"mean": [0.5, 0.3, 0.2]},
        {"mean": [0.5, float("nan")]},
        {"genre_weights": [[0.1, 0.0]]},
        {"genre_weights": [[0.1, 0.0], [0.0, float("inf")]]},
        {"epsilon": 0.0},
        {"epsilon": float("nan")},
        {"log_weight": float("nan")},
    ],
)
def test_weights_that_make_no_sense_are_refused(changes: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="taste weights"):
        TasteWeights.parse({**TASTE, **changes}, 2)
