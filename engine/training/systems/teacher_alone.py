"""The teacher as a system: fitted to professionals' pairs alone (Alg. 1)."""

from dataclasses import dataclass, replace
from functools import partial

from engine.progress import Progress
from engine.training.data.benchmark_data import TrainingData
from engine.training.data.pairs import PairSet
from engine.training.data.tastes import mean_taste
from engine.training.fitting.records import TEACHER, note, resumed_fit
from engine.training.fitting.trainer import Fit, Objective
from engine.training.fitting.validation import split_off, validation_rank
from engine.training.method.teacher import TeacherNetwork, freeze
from engine.training.method.training_config import TrainingConfig
from engine.training.systems.contract import Scorer, no_professionals
from engine.training.systems.kept import Kept
from engine.training.systems.two_branches import (
    ContentScorer,
    input_scalings,
    seeded,
    start_branches,
)
from engine.translation import tr

_fitted: Kept[tuple[TeacherNetwork, Fit]] = Kept(4)


def shared_teacher(
    data: TrainingData, config: TrainingConfig, progress: Progress
) -> TeacherNetwork | None:
    """Return the frozen teacher of these pairs and settings, fitted on the first call.

    All systems that learn from a teacher share it. Professionals' pairs of held-out sources decide
    when it stops; it never sees an uploader's choice. It starts from plain correlations, also with
    `within_uploaders`: what professionals choose carries no taste.

    Args:
        data: the professionals' pairs are what it learns from; the uploaders' only share in the
            input scalings.
        config: the shared settings; with `erase_taste` its picture is that of such a student.
        progress: steps with the training.

    Returns:
        The teacher; None without professionals' pairs.
    """
    pgc = data.pgc
    if pgc is None:
        return None
    own = _own_settings(config)
    teacher, found = _fitted.get(
        (data.whole.ugc, pgc), own, lambda: _fit_teacher(data, pgc, own, progress)
    )
    note(TEACHER, found)
    return teacher


def _own_settings(config: TrainingConfig) -> TrainingConfig:
    """Return the settings without those of students, which teachers have in common."""
    students = ("transfer_weight", "pgc_weight", "bias_scale", "taste_penalty", "taste_rate")
    defaults = {name: getattr(TrainingConfig(), name) for name in students}
    return replace(config, within_uploaders=False, **defaults)


def _fit_teacher(
    data: TrainingData, pgc: PairSet, config: TrainingConfig, progress: Progress
) -> tuple[TeacherNetwork, Fit]:
    scalings = input_scalings(data, config)
    network = seeded(lambda: TeacherNetwork(*scalings, config), config.seed)
    train, held_out = split_off(pgc, config)
    validation_loss = None if held_out is None else partial(validation_rank, network, held_out)
    start_branches(network, train, config)
    objective = Objective(
        network, network.training_loss, [train], mean_taste(data.whole.ugc), validation_loss
    )
    found = resumed_fit(TEACHER, objective, config, progress, tr("Training the teacher"))
    freeze(network)
    return network, found


@dataclass(frozen=True, slots=True)
class Teacher:
    """Cross-generation and matching on professionals' pairs (Eq. 1-6)."""

    name: str = "teacher"
    needs_pgc: bool = True

    def fit(self, data: TrainingData, config: TrainingConfig, progress: Progress) -> Scorer:
        """Fit to professionals' pairs; see `System`.

        Raises:
            TrainingError: when there are none.
        """
        teacher = shared_teacher(data, config, progress)
        if teacher is None:
            raise no_professionals(self.name)
        return ContentScorer(teacher, data.catalogue.music_vectors)
