"""The product of experts by hand, and fusing with whatever there is."""

import numpy as np
import pytest
import torch

from engine.training.systems.cmvae import product_of_experts


def test_precisions_weigh_the_experts_and_the_prior_is_one() -> None:
    # Variances 1/2 and 1/5: precisions 2, 5 and the prior's 1 make 8.
    means = torch.tensor([[[4.0]], [[8.0]]])
    log_variances = -torch.tensor([[[2.0]], [[5.0]]]).log()
    mean, log_variance = product_of_experts(means, log_variances, torch.ones(2, 1, dtype=bool))
    assert float(mean) == pytest.approx((2 * 4 + 5 * 8) / 8)
    assert float(log_variance.exp()) == pytest.approx(1 / 8)


def test_a_missing_modality_drops_out() -> None:
    means = torch.tensor([[[4.0], [4.0], [4.0]], [[8.0], [8.0], [8.0]]])
    log_variances = -torch.tensor([[[2.0]] * 3, [[5.0]] * 3]).log()
    present = torch.tensor([[True, False, False], [False, True, False]])
    mean, log_variance = product_of_experts(means, log_variances, present)
    np.testing.assert_allclose(mean[:, 0], [8 / 3, 40 / 6, 0.0], rtol=1e-6)
    np.testing.assert_allclose(log_variance.exp()[:, 0], [1 / 3, 1 / 6, 1.0], rtol=1e-6)
