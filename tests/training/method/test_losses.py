"""Each fast loss against a slow twin, and against values worked out by hand."""

import math

import pytest
import torch

from engine.training.method.losses import gaussian_kl, generation_loss, matching_loss, prior_kl


def matching_twin(scores: torch.Tensor, positives: torch.Tensor, margin: float, k: int) -> float:
    """The matching loss in loops, as its definition reads."""
    n = len(scores)
    total = 0.0
    for row in range(n):
        for matrix, known in ((scores, positives), (scores.T, positives.T)):
            gaps = [
                max(0.0, margin - float(matrix[row, row]) + float(matrix[row, other]))
                for other in range(n)
                if not known[row, other]
            ]
            hardest = sorted(gaps, reverse=True)[:k]
            total += sum(hardest) / max(len(hardest), 1) / n / 2
    return total


@pytest.mark.parametrize("n_hardest", [1, 3, 40])
def test_matching_equals_its_twin(n_hardest: int) -> None:
    generator = torch.Generator().manual_seed(1)
    scores = torch.rand(7, 7, generator=generator)
    positives = torch.eye(7, dtype=torch.bool)
    positives[0, 3] = positives[5, 2] = positives[5, 6] = True
    loss = matching_loss(scores, positives, 0.05, n_hardest)
    assert float(loss) == pytest.approx(matching_twin(scores, positives, 0.05, n_hardest), abs=1e-6)


def test_matching_by_hand() -> None:
    scores = torch.tensor([[0.9, 0.88], [0.1, 0.5]])
    # Row 0: .05 - .9 + .88 = .03; row 1: below 0. Column 0: below 0; column 1: .05 - .5 + .88.
    loss = matching_loss(scores, torch.eye(2, dtype=torch.bool), 0.05, 40)
    assert float(loss) == pytest.approx((0.03 + 0.43) / 4)


def test_matching_uses_the_hardest_negatives_not_the_easiest() -> None:
    scores = torch.tensor([[0.5, 0.9, -0.9], [0.0, 0.95, 0.0], [0.0, 0.0, 0.95]])
    loss = matching_loss(scores, torch.eye(3, dtype=torch.bool), 0.05, 1)
    # Row 0: .05 - .5 + .9 = .45; column 1: .05 - .95 + .9 = 0; all else is below 0.
    assert float(loss) == pytest.approx(0.45 / 6)


def test_pairs_that_share_the_track_are_no_negatives() -> None:
    scores = torch.full((3, 3), 0.5)
    assert float(matching_loss(scores, torch.ones(3, 3, dtype=torch.bool), 0.05, 40)) == 0.0
    assert float(matching_loss(scores, torch.eye(3, dtype=torch.bool), 0.05, 40)) > 0.0


def test_kl_of_two_gaussians_agrees_with_monte_carlo() -> None:
    generator = torch.Generator().manual_seed(2)
    mean, to_mean = torch.randn(2, 1, 3, generator=generator, dtype=torch.float64)
    log_variance, to_log_variance = torch.randn(2, 1, 3, generator=generator, dtype=torch.float64)
    deviation, to_deviation = (0.5 * log_variance).exp(), (0.5 * to_log_variance).exp()
    draws = mean + deviation * torch.randn(400_000, 3, generator=generator, dtype=torch.float64)
    of = torch.distributions.Normal(mean, deviation).log_prob(draws)
    to = torch.distributions.Normal(to_mean, to_deviation).log_prob(draws)
    estimate = (of - to).sum(dim=1)
    error = 4 * float(estimate.std()) / math.sqrt(len(draws))
    exact = float(gaussian_kl(mean, log_variance, to_mean, to_log_variance)[0])
    assert exact == pytest.approx(float(estimate.mean()), abs=error)


def test_kl_by_hand() -> None:
    zeros = torch.zeros(1, 2)
    assert float(gaussian_kl(zeros, zeros, zeros, zeros)[0]) == pytest.approx(0.0, abs=1e-6)
    # Same spread, means 2 apart in one of two dimensions: ½ · 2² = 2.
    apart = gaussian_kl(torch.tensor([[2.0, 0.0]]), zeros, zeros, zeros)
    assert float(apart[0]) == pytest.approx(2.0)
    # σ² = e against 1 in two dimensions: ½ · 2 · (-1 + e - 1).
    assert float(prior_kl(zeros, zeros + 1.0)[0]) == pytest.approx(math.e - 2.0)


def test_kl_pulls_the_student_towards_the_teacher() -> None:
    student = torch.tensor([[0.0]], requires_grad=True)
    zero = torch.zeros(1, 1)
    gaussian_kl(torch.ones(1, 1), zero, student, zero).sum().backward()
    assert student.grad is not None
    assert float(student.grad) == pytest.approx(-1.0)


def test_generation_by_hand() -> None:
    assert float(generation_loss(torch.tensor([[1.0, 3.0]]), torch.zeros(1, 2))) == 5.0
