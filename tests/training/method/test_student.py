"""The teacher's part of the student's loss, by hand."""

import math
from dataclasses import dataclass

import pytest
import torch

from engine.training.method.batch import Batch
from engine.training.method.student import transfer_loss
from engine.training.method.teacher import Latents, Posteriors
from engine.training.systems.debcm import score_transfer_loss

ONE = torch.tensor([[1.0, 0.0]])
OTHER = torch.tensor([[0.0, 1.0]])
FLAT = torch.zeros(1, 2)


EMPTY = torch.empty(0)
BATCH = Batch(EMPTY, EMPTY, EMPTY, EMPTY, EMPTY, EMPTY, EMPTY, EMPTY)


@dataclass(frozen=True)
class FixedTeacher:
    """Gives the same posteriors for every batch."""

    fixed: Posteriors

    def posteriors(self, batch: Batch) -> Posteriors:
        return self.fixed


def latents(video: torch.Tensor, music: torch.Tensor) -> Latents:
    return Latents(video, FLAT, music, FLAT, video, music)


def test_posteriors_are_compared_from_the_teacher_to_the_student() -> None:
    teacher = FixedTeacher(Posteriors(ONE, FLAT + 2.0, OTHER, FLAT))
    # Video: ½·2·(e² - 2 - 1) of the variances, music: ½·(1 + 1) of the means; over 2 dimensions.
    expected = (math.exp(2) - 3 + 1) / 2
    assert float(transfer_loss(teacher, BATCH, latents(ONE, ONE))) == pytest.approx(expected)


def test_scores_are_compared_as_cosines_of_the_means() -> None:
    teacher = FixedTeacher(Posteriors(ONE, FLAT, ONE, FLAT))
    assert float(score_transfer_loss(teacher, BATCH, latents(ONE, OTHER))) == pytest.approx(1.0)
    assert float(score_transfer_loss(teacher, BATCH, latents(OTHER, OTHER))) == 0.0
