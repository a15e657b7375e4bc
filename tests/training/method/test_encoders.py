import numpy as np
import pytest
import torch

from engine.training.method.encoders import GaussianEncoder, _kept, sample
from engine.training.method.scaling import fit_scaling
from engine.training.method.training_config import TrainingConfig


def test_scaling_centres_and_orders_its_components() -> None:
    rng = np.random.default_rng(0)
    vectors = (rng.normal(size=(200, 5)) * [9, 1, 1, 1, 1] + 3).astype(np.float32)
    scaling = fit_scaling(vectors, (5,), 3)
    scaled = (vectors - scaling.mean) @ scaling.projection
    assert scaling.n_components == 3
    assert scaled.mean(axis=0) == pytest.approx([0.0] * 3, abs=1e-5)
    assert scaled.var(axis=0)[0] == pytest.approx(1.0, abs=1e-3)
    assert np.cov(scaled.T)[0, 1] == pytest.approx(0.0, abs=1e-4)


def test_a_small_block_weighs_as_much_as_a_large_one() -> None:
    rng = np.random.default_rng(0)
    shared = rng.normal(size=(300, 1))
    large = shared + 0.01 * rng.normal(size=(300, 50))
    small = rng.normal(size=(300, 1))
    scaling = fit_scaling(np.hstack([large, small]).astype(np.float32), (50, 1), 2)
    weight_of_small = np.abs(scaling.projection[50])
    # One direction in each block, of the same total variance: two equal components.
    scaled = (np.hstack([large, small]) - scaling.mean) @ scaling.projection
    assert scaled.var(axis=0)[1] == pytest.approx(1.0, abs=0.2)
    assert weight_of_small.max() > 0.5


def test_a_constant_feature_is_ignored() -> None:
    vectors = np.random.default_rng(0).normal(size=(20, 3)).astype(np.float32)
    vectors[:, 1] = 7.0
    scaling = fit_scaling(vectors, (3,), 3)
    assert scaling.n_components == 2
    assert scaling.projection[1] == pytest.approx([0.0, 0.0])


def test_the_posterior_has_unit_means_and_starts_narrow() -> None:
    vectors = np.random.default_rng(0).normal(size=(50, 6)).astype(np.float32)
    config = TrainingConfig(n_latent=16)
    encoder = GaussianEncoder(fit_scaling(vectors, (6,), 4), config).eval()
    mean, log_variance = encoder(torch.from_numpy(vectors))
    assert mean.norm(dim=1).detach().numpy() == pytest.approx(np.ones(50), abs=1e-5)
    assert log_variance.detach().numpy() == pytest.approx(np.full((50, 16), -4.0))


def test_a_sample_has_the_posterior_spread() -> None:
    torch.manual_seed(0)
    mean = torch.full((20_000, 1), 2.0)
    drawn = sample(mean, torch.full_like(mean, 2 * float(np.log(0.5))))
    assert float(drawn.mean()) == pytest.approx(2.0, abs=0.02)
    assert float(drawn.std()) == pytest.approx(0.5, abs=0.02)


@pytest.mark.parametrize("dropout", [0.0, 0.2, 0.75])
def test_the_chosen_share_of_inputs_is_dropped(dropout: float) -> None:
    torch.manual_seed(0)
    kept = _kept(torch.empty(500, 401), 1.0 - dropout).float()
    assert float(kept.mean()) == pytest.approx(1.0 - dropout, abs=0.005 if dropout else 0.0)


def test_half_precision_ends_before_the_posterior() -> None:
    vectors = np.random.default_rng(0).normal(size=(50, 6)).astype(np.float32)
    encoder = GaussianEncoder(fit_scaling(vectors, (6,), 4), TrainingConfig(n_latent=16)).eval()
    expected = encoder(torch.from_numpy(vectors))
    with torch.autocast("cpu", torch.bfloat16):
        found = encoder(torch.from_numpy(vectors))
    for one, other in zip(expected, found, strict=True):
        assert other.dtype == torch.float32
        assert torch.allclose(one, other, atol=0.02)
    assert found[0].norm(dim=1).detach().numpy() == pytest.approx(np.ones(50), abs=1e-5)
