"""Ridge regression, folds by groups, and how far an estimate is trusted."""

from typing import Any

import numpy as np
import numpy.typing as npt
import pytest

from engine.encoders.experts import Gaussian, product
from wants.regression import (
    Block,
    Certainty,
    Line,
    fit_ridge,
    folds_of,
    held_out,
    held_out_predictions,
)


def test_a_ridge_is_the_least_squares_fit_with_penalties() -> None:
    rng = np.random.default_rng(0)
    inputs, targets = rng.normal(size=(40, 5)) * [1, 2, 3, 4, 5], rng.normal(size=(40, 2)) + 3
    weights = rng.uniform(0.1, 4, 40)
    line = fit_ridge(inputs, targets, weights, [Block(2, 0.5), Block(3, 2.0)])
    shares = weights / weights.sum()
    variance = shares @ np.square(inputs - shares @ inputs)
    penalties = np.repeat([0.5 * variance[:2].mean(), 2 * variance[2:].mean()], [2, 3])
    # The penalties as further rows; a constant as a further column, which has none.
    rows = np.sqrt(shares)[:, None] * np.column_stack([inputs, np.ones(40)])
    extra = np.column_stack([np.diag(np.sqrt(penalties)), np.zeros(5)])
    goal = np.vstack([np.sqrt(shares)[:, None] * targets, np.zeros((5, 2))])
    solution = np.linalg.lstsq(np.vstack([rows, extra]), goal, rcond=None)[0]
    assert line.weights == pytest.approx(solution[:5], abs=1e-9)
    new = rng.normal(size=(7, 5))
    assert line.predict(new) == pytest.approx(new @ solution[:5] + solution[5], abs=1e-9)


def test_a_row_without_weight_does_not_count() -> None:
    rng = np.random.default_rng(1)
    inputs, targets = rng.normal(size=(20, 3)), rng.normal(size=(20, 1))
    weights = np.r_[np.ones(15), np.zeros(5)]
    whole = fit_ridge(inputs, targets, weights, [Block(3, 1.0)])
    part = fit_ridge(inputs[:15], targets[:15], weights[:15], [Block(3, 1.0)])
    assert whole.weights == pytest.approx(part.weights)


GROUPS = [f"source {n}" for n in range(30) for _ in range(1 + n % 5)]


def test_groups_stay_together_in_folds_of_about_equal_size() -> None:
    fold = folds_of(GROUPS, 4, seed=0)
    for group in set(GROUPS):
        rows = [n for n, name in enumerate(GROUPS) if name == group]
        assert len(set(fold[rows].tolist())) == 1
    sizes = np.bincount(fold, minlength=4)
    assert sizes.min() > 0.7 * len(GROUPS) / 4
    assert np.array_equal(fold, folds_of(GROUPS, 4, seed=0))
    assert not np.array_equal(fold, folds_of(GROUPS, 4, seed=1))


def test_each_row_is_held_out_once() -> None:
    folds = held_out(GROUPS, 4, seed=0)
    assert np.sum([rows for _, rows in folds], axis=0).tolist() == [1] * len(GROUPS)
    assert all(np.array_equal(kept, ~rows) for kept, rows in folds)


def test_a_prediction_comes_from_a_fit_without_the_group() -> None:
    def groups_seen(kept: npt.NDArray[np.bool_]) -> npt.NDArray[np.float64]:
        """Return for all rows which groups were learnt from, (n, 30)."""
        names = sorted(set(GROUPS))
        seen = {name for name, is_kept in zip(GROUPS, kept, strict=True) if is_kept}
        row = np.array([float(name in seen) for name in names])
        return np.tile(row, (len(GROUPS), 1))

    found = held_out_predictions(groups_seen, GROUPS, 3, seed=5)
    names = sorted(set(GROUPS))
    own = np.array([names.index(group) for group in GROUPS])
    assert not found[np.arange(len(GROUPS)), own].any()
    assert found.sum(axis=1).min() >= 10


def certainty(error: Any) -> Certainty:
    return Certainty(np.array([0.2, -0.4]), np.array([0.5, 0.5]), np.array(error))


def test_prior_and_factor_make_the_estimate() -> None:
    known = certainty([0.1, 0.3])
    estimate = Line(np.zeros(1), np.array([[0.7, -0.2]]), np.array([0.3, 0.1]))
    mean = known.apply(estimate).predict(np.array([[1.0]]))[0]
    factor = Gaussian(mean.astype(np.float32), known.precision.astype(np.float32))
    prior = Gaussian(
        known.prior_mean.astype(np.float32), (1 / known.prior_variance).astype(np.float32)
    )
    both = product(prior, [factor])
    assert both.mean == pytest.approx([1.0, -0.1], abs=1e-5)
    assert 1 / both.precision == pytest.approx([0.1, 0.3], abs=1e-5)


def test_an_axis_that_cannot_be_estimated_still_has_some_precision() -> None:
    worse = certainty([0.5, 0.9])
    assert worse.precision == pytest.approx([0.04, 0.04])
    assert worse.stretch == pytest.approx([51, 51])
