import numpy as np
import pytest

from engine.training.method.erasure import erase_concept
from engine.training.method.scaling import fit_scaling

RNG = np.random.default_rng(0)
CONCEPT = RNG.dirichlet(np.ones(3), 4_000).astype(np.float32)
CONTENT = RNG.normal(size=(4_000, 2)).astype(np.float32)
# Three features follow the concept, two the content; all are mixed.
MIXED = np.hstack([CONCEPT - 1 / 3, CONTENT]) @ RNG.normal(size=(5, 5)) + 4.0
VECTORS = (MIXED + 0.1 * RNG.normal(size=MIXED.shape)).astype(np.float32)


def explained(inputs: np.ndarray, wanted: np.ndarray) -> float:
    """Return the share of variance that least squares explains, without rounding errors."""
    columns = np.hstack([inputs, np.ones((len(inputs), 1))])
    left = wanted - columns @ np.linalg.lstsq(columns, wanted, rcond=1e-4)[0]
    return 1.0 - float(left.var(axis=0).sum() / wanted.var(axis=0).sum())


def test_the_concept_is_erased_and_nothing_else() -> None:
    scaling = fit_scaling(VECTORS, (5,), 5)
    erased = erase_concept(scaling, VECTORS, CONCEPT)
    before = (VECTORS - scaling.mean) @ scaling.projection
    after = (VECTORS - erased.mean) @ erased.projection
    assert explained(before, CONCEPT) > 0.8
    assert explained(after, CONCEPT) == pytest.approx(0.0, abs=1e-5)
    assert explained(after, CONTENT) == pytest.approx(explained(before, CONTENT), abs=0.02)


def test_a_concept_that_never_changes_leaves_the_scaling_alone() -> None:
    scaling = fit_scaling(VECTORS, (5,), 4)
    constant = np.full((4_000, 3), 1 / 3, dtype=np.float32)
    erased = erase_concept(scaling, VECTORS, constant)
    assert erased.projection == pytest.approx(scaling.projection)


def test_a_picture_that_never_changes_leaves_the_scaling_alone() -> None:
    alike = np.ones_like(VECTORS)
    scaling = fit_scaling(alike, (5,), 4)
    erased = erase_concept(scaling, alike, CONCEPT)
    assert erased.projection == pytest.approx(scaling.projection)
