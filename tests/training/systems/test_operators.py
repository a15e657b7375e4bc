"""Why the paper's operator can't take taste out of a ranking."""

import numpy as np
import pytest
import torch

from engine.training.method.scaling import InputScaling
from engine.training.systems.contract import benchmark_config
from engine.training.systems.operators import OperatorStudent


@pytest.mark.parametrize("residual", [False, True])
def test_average_taste_cancels_in_a_ranking_for_one_video(residual: bool) -> None:
    scaling = InputScaling(np.zeros(5, np.float32), np.eye(5, dtype=np.float32))
    torch.manual_seed(0)
    taste = np.array([0.2, 0.8], np.float32)
    student = OperatorStudent(scaling, scaling, taste, benchmark_config(n_latent=4), residual)
    music, video = torch.randn(6, 4), torch.randn(3, 4)
    with torch.no_grad():
        one = video @ student.adjusted(music, torch.tensor([1.0, 0.0])).T
        other = video @ student.adjusted(music, torch.tensor([0.0, 1.0])).T
    gap = one - other
    assert float(gap.abs().max()) > 0.01
    np.testing.assert_allclose(gap, gap[:, :1].expand(-1, 6), atol=1e-5)
