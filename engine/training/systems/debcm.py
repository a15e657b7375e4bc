"""DebCM: a student of uploaders' pairs, taste separated from match, beside a frozen teacher."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
from torch import Tensor

from engine.errors import InputError
from engine.progress import PartProgress, Progress
from engine.training.data.benchmark_data import TrainingData
from engine.training.data.tastes import mean_taste
from engine.training.fitting.trainer import BatchLoss
from engine.training.fitting.validation import split_off
from engine.training.method.batch import Batch
from engine.training.method.scaling import InputScaling
from engine.training.method.student import Guide, StudentNetwork, transfer_loss
from engine.training.method.teacher import Latents, PosteriorTable
from engine.training.method.training_config import TrainingConfig
from engine.training.systems.contract import Scorer, no_professionals
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
        teacher_weight: λ of Eq. 10, of the KL between the teacher's posteriors and the student's;
            None for `transfer_weight` of the configuration.
        score_weight: of the teacher's scores of the batch, distilled besides or instead of the
            posteriors.
        pgc_weight: of professionals' pairs in the student's own loss, which then also follows the
            teacher on them; the paper's student sees none. None for that of the configuration.
        warm_start: whether the student starts from the teacher's weights.
    """

    name: str = "debcm"
    needs_pgc: bool = False
    operator: str = "interaction"
    teacher_weight: float | None = 0.1
    score_weight: float = 0.0
    pgc_weight: float | None = 0.0
    warm_start: bool = True

    def __post_init__(self) -> None:
        if self.operator not in OPERATORS:
            raise InputError(
                tr("There is no operator called {name}.").format(name=self.operator),
                remedy=tr("Choose from {names}.").format(names=", ".join(OPERATORS)),
            )

    def fit(self, data: TrainingData, config: TrainingConfig, progress: Progress) -> Scorer:
        """Fit to uploaders' pairs, beside a teacher if there are professionals'; see `System`.

        Raises:
            TrainingError: when there are none, but needed.
        """
        if data.pgc is None and self.needs_pgc:
            raise no_professionals(self.name)
        own = self._own_settings(config)
        scalings = input_scalings(data, config)
        student, scorer = self.student(scalings, mean_taste(data.whole.ugc), own)
        teacher = shared_teacher(data, config, PartProgress(progress, 0, 2))
        if teacher is not None and self.warm_start:
            student.load_state_dict(teacher.state_dict(), strict=False)
        else:
            start_branches(student, data.ugc, config)
        train = [data.ugc]
        if data.pgc is not None and own.pgc_weight:
            train.append(split_off(data.pgc, config)[0])
        guides = [] if teacher is None else [PosteriorTable(teacher, pairs) for pairs in train]
        learner = Learner(student, self.loss(student, guides), train, scorer, is_started=True)
        return fit_content(learner, data, own, PartProgress(progress, 1, 2), self.name)

    def _own_settings(self, config: TrainingConfig) -> TrainingConfig:
        teacher, pgc = self.teacher_weight, self.pgc_weight
        return replace(
            config,
            transfer_weight=config.transfer_weight if teacher is None else teacher,
            pgc_weight=config.pgc_weight if pgc is None else pgc,
        )

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

    def loss(self, student: Student, guides: Sequence[Guide]) -> BatchLoss:
        """Return Eq. 10 for a student beside a frozen teacher, or the student's loss alone.

        Beyond Alg. 2 the student may also see professionals' pairs: a few uploaders show too
        little variety to transfer what the teacher knows.

        Args:
            student: its settings weigh the terms.
            guides: the teacher's posteriors of each set that is learnt from; none without one.
        """
        pgc_weight = student.config.pgc_weight

        def batch_loss(batches: Sequence[Batch], annealed: float) -> Tensor:
            latents = [student.infer(batch.video, batch.music) for batch in batches]
            if len(batches) == 1:
                loss = student.loss(batches[0], latents[0], annealed)
                return loss + self._guidance(student.config, guides, batches, latents)
            # Professionals' choices carry no taste: their pairs are scored by content alone.
            matched = student.content_loss(batches[1], latents[1], annealed)
            guidance = self._guidance(student.config, guides, batches, latents)
            loss = student.loss(batches[0], latents[0], annealed)
            return loss + pgc_weight * matched + guidance

        return batch_loss

    def _guidance(
        self,
        config: TrainingConfig,
        guides: Sequence[Guide],
        batches: Sequence[Batch],
        latents: Sequence[Latents],
    ) -> Tensor | float:
        """Return the loss of the student's posteriors and scores against the teacher's."""
        parts = [*zip(guides, batches, latents, strict=False)]
        guided = config.transfer_weight * sum(transfer_loss(*part) for part in parts)
        if self.score_weight:
            guided = guided + self.score_weight * sum(score_transfer_loss(*part) for part in parts)
        return guided


def score_transfer_loss(teacher: Guide, batch: Batch, latents: Latents) -> Tensor:
    """Mean square difference between the teacher's cosines of the batch and the student's."""
    guide = teacher.posteriors(batch)
    wanted = guide.video_mean @ guide.music_mean.T
    return (latents.video_mean @ latents.music_mean.T - wanted).square().mean()
