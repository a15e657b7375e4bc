"""DebCM: a student of uploaders' pairs, taste separated from match, beside a frozen teacher."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
from torch import Tensor

from engine.errors import InputError
from engine.progress import Progress
from engine.training.data.benchmark_data import TrainingData
from engine.training.data.tastes import mean_taste
from engine.training.fitting.trainer import BatchLoss
from engine.training.method.batch import Batch
from engine.training.method.scaling import InputScaling
from engine.training.method.student import Guide, StudentNetwork, transfer_loss
from engine.training.method.teacher import Latents, PosteriorTable
from engine.training.method.training_config import TrainingConfig
from engine.training.systems.contract import Scorer
from engine.training.systems.operators import OperatorScorer, OperatorStudent, PlainStudent
from engine.training.systems.teacher_alone import shared_teacher
from engine.training.systems.two_branches import (
    ContentScorer,
    Learner,
    ScorerFactory,
    fit_content,
    input_scalings,
    seeded,
    start_branches,
)
from engine.translation import tr

Student = StudentNetwork | PlainStudent | OperatorStudent
OPERATORS = ("interaction", "none", "residual", "paper")


@dataclass(frozen=True, slots=True)
class DebCM:
    """The paper's system, with a choice of how taste is adjusted for.

    Its start and what its picture shows are parts of their own, as of every system (`parts.py`).

    Attributes:
        operator: "interaction" (b(u, m) in the training score, zero at inference; ours), "none",
            "residual" (z_m + W·E_g·ū) or "paper" (Linear(z_m ‖ E_g·ū), Eq. 9).
        teacher_weight: λ of Eq. 10, of the KL between the teacher's posteriors and the student's.
        score_weight: of the teacher's scores of the batch, distilled besides or instead of the
            posteriors.
        pgc_weight: of professionals' pairs in the student's own loss; the paper's student sees
            none.
        bias_scale: τ, how strongly taste enters the training score of the interaction.
        taste_penalty: of the interaction's squared weights B and C.
        taste_rate: learning rate of the interaction's weights, times that of the encoders.
        warm_start: whether the student starts from the teacher's weights.
    """

    name: str = "debcm"
    needs_pgc: bool = False
    operator: str = "interaction"
    teacher_weight: float = 0.1
    score_weight: float = 0.0
    pgc_weight: float = 0.0
    bias_scale: float = 0.5
    taste_penalty: float = 0.01
    taste_rate: float = 1.0
    warm_start: bool = True

    def __post_init__(self) -> None:
        if self.operator not in OPERATORS:
            raise InputError(
                tr("There is no operator called {name}.").format(name=self.operator),
                remedy=tr("Choose from {names}.").format(names=", ".join(OPERATORS)),
            )

    def fit(self, data: TrainingData, config: TrainingConfig, progress: Progress) -> Scorer:
        """Fit to uploaders' pairs, beside a teacher if there are professionals'; see `System`."""
        own = replace(
            config,
            bias_scale=self.bias_scale,
            taste_penalty=self.taste_penalty,
            taste_rate=self.taste_rate,
        )
        scalings = input_scalings(data, config)
        student, scorer = self.student(scalings, mean_taste(data.ugc), own)
        teacher = shared_teacher(data, config, progress)
        if teacher is not None and self.warm_start:
            student.load_state_dict(teacher.state_dict(), strict=False)
        else:
            start_branches(student, data.ugc, config)
        train = [data.ugc]
        if data.pgc is not None and self.pgc_weight:
            train.append(data.pgc)
        guide = None if teacher is None else PosteriorTable(teacher, data.ugc)
        learner = Learner(student, self.loss(student, guide), train, scorer, is_started=True)
        return fit_content(learner, data, own, progress, self.name)

    def student(
        self,
        scalings: tuple[InputScaling, InputScaling],
        taste: npt.NDArray[np.float32],
        config: TrainingConfig,
    ) -> tuple[Student, ScorerFactory]:
        """Return the network of this operator, and what scores with it.

        Args:
            scalings: of picture and sound.
            taste: (n_genres,) ū.
            config: settings of the student.
        """
        if self.operator == "interaction":
            interacting = seeded(lambda: StudentNetwork(*scalings, taste, config), config.seed)
            return interacting, ContentScorer
        if self.operator == "none":
            return seeded(lambda: PlainStudent(*scalings, config), config.seed), ContentScorer
        residual = self.operator == "residual"
        concatenating = seeded(
            lambda: OperatorStudent(*scalings, taste, config, residual), config.seed
        )
        return concatenating, OperatorScorer

    def loss(self, student: Student, guide: PosteriorTable | None) -> BatchLoss:
        """Return Eq. 10 for a student beside a frozen teacher, or the student's loss alone."""

        def batch_loss(batches: Sequence[Batch], annealed: float) -> Tensor:
            latents = student.infer(batches[0].video, batches[0].music)
            loss = student.loss(batches[0], latents, annealed)
            if guide is not None:
                loss = loss + self.guidance(guide, batches[0], latents)
            if len(batches) > 1:
                pgc = batches[1]
                of_pgc = student.infer(pgc.video, pgc.music)
                # Professionals' choices carry no taste: their pairs are scored by content alone.
                loss = loss + self.pgc_weight * student.content_loss(pgc, of_pgc, annealed)
            return loss

        return batch_loss

    def guidance(self, guide: PosteriorTable, batch: Batch, latents: Latents) -> Tensor:
        """Return the loss of the student's posteriors and scores against the teacher's."""
        guided = self.teacher_weight * transfer_loss(guide, batch, latents)
        if self.score_weight:
            guided = guided + self.score_weight * score_transfer_loss(guide, batch, latents)
        return guided


def score_transfer_loss(teacher: Guide, batch: Batch, latents: Latents) -> Tensor:
    """Mean square difference between the teacher's cosines of the batch and the student's."""
    guide = teacher.posteriors(batch)
    wanted = guide.video_mean @ guide.music_mean.T
    return (latents.video_mean @ latents.music_mean.T - wanted).square().mean()
