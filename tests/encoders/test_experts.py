"""The product of Gaussian experts."""

import numpy as np
import pytest

from engine.encoders.experts import Gaussian, combined, product


def gaussian(mean: list[float], precision: list[float]) -> Gaussian:
    return Gaussian(np.array(mean, np.float32), np.array(precision, np.float32))


def test_the_product_is_the_density_of_the_factors_multiplied() -> None:
    prior = gaussian([0.2], [1.5])
    experts = [gaussian([1.0], [2.0]), gaussian([-0.5], [0.7])]
    grid = np.linspace(-6, 6, 24001)
    density = np.ones_like(grid)
    for one in (prior, *experts):
        density *= np.exp(-0.5 * one.precision[0] * (grid - one.mean[0]) ** 2)
    density /= density.sum()
    mean = (grid * density).sum()
    fused = product(prior, experts)
    assert fused.mean[0] == pytest.approx(mean, abs=1e-5)
    assert 1 / fused.precision[0] == pytest.approx(((grid - mean) ** 2 * density).sum(), abs=1e-5)


def test_a_silent_expert_changes_nothing() -> None:
    prior, expert = gaussian([0.0, 0.3], [1.0, 2.0]), gaussian([1.0, -1.0], [3.0, 0.0])
    with_silent = product(prior, [expert, Gaussian.silent(2)])
    alone = product(prior, [expert])
    assert np.array_equal(with_silent.mean, alone.mean)
    assert alone.mean.tolist() == pytest.approx([0.75, 0.3])
    assert np.isinf(Gaussian.silent(2).deviation).all()


@pytest.mark.parametrize("precision", [[-1.0], [np.nan], [1.0, 1.0]])
def test_impossible_precisions_are_refused(precision: list[float]) -> None:
    with pytest.raises(ValueError, match="precision"):
        gaussian([0.0], precision)


def test_a_combined_factor_changes_a_product_as_its_parts_do() -> None:
    prior = Gaussian(np.array([1, -1, 0], np.float32), np.array([1, 2, 4], np.float32))
    one = Gaussian(np.array([0, 2, 1], np.float32), np.array([3, 0.5, 0], np.float32))
    other = Gaussian(np.array([4, 1, 9], np.float32), np.array([1, 0.5, 0], np.float32))
    both = combined([one, other])
    assert both.mean.tolist() == [1, 1.5, 0]
    assert both.precision.tolist() == [4, 1, 0]
    expected, found = product(prior, [one, other]), product(prior, [both])
    np.testing.assert_allclose(found.mean, expected.mean, atol=1e-6)
    np.testing.assert_allclose(found.precision, expected.precision)
