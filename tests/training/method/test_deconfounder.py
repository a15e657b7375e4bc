import math

import numpy as np
import pytest
import torch

from engine.training.method.deconfounder import EPSILON, Deconfounder


def filled() -> Deconfounder:
    confounder = Deconfounder(np.array([0.25, 0.75], dtype=np.float32), n_latent=2)
    with torch.no_grad():
        confounder.log_weight.fill_(0.5)
        confounder.genre_weights.copy_(torch.tensor([[1.0, 2.0], [3.0, 4.0]]))
        confounder.content_weights.copy_(torch.tensor([[1.0, 0.0], [0.0, -1.0]]))
    return confounder


def test_the_interaction_by_hand() -> None:
    bias = filled()(
        torch.tensor([[1.0, 0.0]]), torch.tensor([0, 1, -1]), torch.tensor([[0.6, 0.8]] * 3)
    )
    # u - ū = (.75, -.75); content: .75 · .6 + .75 · .8 = 1.05
    first = 0.5 * math.log((1 + EPSILON) / (0.25 + EPSILON)) + 0.75 * (1 - 3) + 1.05
    second = 0.5 * math.log(EPSILON / (0.75 + EPSILON)) + 0.75 * (2 - 4) + 1.05
    assert bias[0].tolist() == pytest.approx([first, second, 1.05], abs=1e-5)


def test_the_average_taste_adds_nothing() -> None:
    bias = filled()(torch.tensor([[0.25, 0.75]]), torch.tensor([0, 1]), torch.ones(2, 2))
    assert bias[0].tolist() == pytest.approx([0.0, 0.0], abs=1e-6)


def test_it_changes_a_ranking_unlike_the_papers_operator() -> None:
    tastes, genres, music = torch.tensor([[1.0, 0.0]]), torch.tensor([0, 1]), torch.zeros(2, 2)
    bias = filled()(tastes, genres, music)[0].tolist()
    assert bias[0] - bias[1] != pytest.approx(0.0)


def test_no_gradient_passes_into_the_music() -> None:
    music = torch.ones(2, 2, requires_grad=True)
    confounder = filled()
    confounder(torch.tensor([[1.0, 0.0]]), torch.tensor([0, 1]), music).sum().backward()
    assert music.grad is None
    assert confounder.content_weights.grad is not None
