"""Ridge regression with a penalty for each block of features, and how far to trust it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Float64Array = npt.NDArray[np.float64]

# An axis that can't be estimated still gets this part of the prior's precision: its estimate has
# shrunk to almost nothing anyway.
_LEAST = 0.02


@dataclass(frozen=True, slots=True, eq=False)
class Line:
    """y = (x - centre) weights + mean.

    Attributes:
        centre: float64 (k,).
        weights: float64 (k, m).
        mean: float64 (m,).
    """

    centre: Float64Array
    weights: Float64Array
    mean: Float64Array

    def predict(self, inputs: npt.NDArray[np.floating]) -> Float64Array:
        """Return (n, m) for (n, k)."""
        return np.asarray((inputs - self.centre) @ self.weights + self.mean)


@dataclass(frozen=True, slots=True)
class Block:
    """Neighbouring features with one penalty.

    Attributes:
        n: how many.
        penalty: relative to their mean variance.
    """

    n: int
    penalty: float


def fit_ridge(
    inputs: Float64Array, targets: Float64Array, weights: Float64Array, blocks: Sequence[Block]
) -> Line:
    """Fit a weighted ridge regression.

    Args:
        inputs: (n, k).
        targets: (n, m).
        weights: (n,) of the rows.
        blocks: k features in all.
    """
    shares = weights / weights.sum()
    centre, mean = shares @ inputs, shares @ targets
    centred = inputs - centre
    gram = (centred * shares[:, None]).T @ centred
    variances, start = gram.diagonal(), 0
    penalties = np.empty(len(variances))
    for block in blocks:
        columns = slice(start, start + block.n)
        penalties[columns] = block.penalty * variances[columns].mean()
        start += block.n
    product = (centred * shares[:, None]).T @ (targets - mean)
    return Line(centre, np.linalg.solve(gram + np.diag(penalties), product), mean)


def held_out(
    groups: Sequence[str], n_folds: int, seed: int
) -> list[tuple[npt.NDArray[np.bool_], npt.NDArray[np.bool_]]]:
    """Return (kept, held out) row masks of folds of about equal size; groups stay together."""
    fold = folds_of(groups, n_folds, seed)
    return [(fold != number, fold == number) for number in range(n_folds)]


def folds_of(
    groups: Sequence[str] | npt.NDArray[np.str_], n_folds: int, seed: int
) -> npt.NDArray[np.int64]:
    """Return the fold (n,) of each row; a group's rows are in one fold, folds about as large."""
    rng = np.random.default_rng(seed)
    names, sizes = np.unique(np.asarray(groups), return_counts=True)
    # The largest groups first, each into the smallest fold, with some chance.
    order = np.argsort(-(sizes + rng.random(len(sizes)) * 3))
    loads, fold_of = np.zeros(n_folds), {}
    for index in order:
        fold = int(np.argmin(loads + 2 * rng.random(n_folds)))
        fold_of[str(names[index])] = fold
        loads[fold] += sizes[index]
    return np.array([fold_of[str(group)] for group in groups])


def held_out_predictions(
    predict: Callable[[npt.NDArray[np.bool_]], Float64Array],
    groups: Sequence[str],
    n_folds: int,
    seed: int,
) -> Float64Array:
    """Return predictions (n, m), each by a fit without the row's group.

    Args:
        predict: fits on the rows of a mask and returns predictions for all n rows.
        groups: (n,).
        n_folds: how many fits.
        seed: of the folds.
    """
    out: Float64Array | None = None
    for kept, rows in held_out(groups, n_folds, seed):
        found = predict(kept)
        out = np.zeros_like(found) if out is None else out
        out[rows] = found[rows]
    assert out is not None
    return out


@dataclass(frozen=True, slots=True, eq=False)
class Certainty:
    """How an estimate becomes the factor of an expert beside a prior.

    An estimate q with variance v is the product of the prior and the factor: the factor's
    precision is 1/v - 1/v0, and its mean lies beyond q as seen from the prior.

    Attributes:
        prior_mean, prior_variance: float64 (m,).
        variance: float64 (m,), of the estimates' errors on held-out rows.
    """

    prior_mean: Float64Array
    prior_variance: Float64Array
    variance: Float64Array

    @property
    def precision(self) -> Float64Array:
        """Of the factor, (m,)."""
        least = _LEAST / self.prior_variance
        return np.maximum(1 / self.variance - 1 / self.prior_variance, least)

    @property
    def stretch(self) -> Float64Array:
        """What the estimate's distance from the prior mean is multiplied with, (m,)."""
        return (1 / self.prior_variance + self.precision) / self.precision

    def apply(self, line: Line) -> Line:
        """Return the line of the factor's mean, for the line of the estimate."""
        mean = self.prior_mean + (line.mean - self.prior_mean) * self.stretch
        return Line(line.centre, line.weights * self.stretch, mean)
