"""The teacher as a system: fitted to professionals' pairs alone (Alg. 1)."""

from collections import OrderedDict
from dataclasses import dataclass, replace
from functools import partial

from engine.errors import TrainingError
from engine.progress import Progress
from engine.training.data.benchmark_data import TrainingData
from engine.training.data.pairs import PairSet
from engine.training.data.splits import held_out_sources
from engine.training.data.tastes import mean_taste
from engine.training.fitting.trainer import Objective, fit
from engine.training.fitting.validation import validation_rank
from engine.training.method.teacher import TeacherNetwork, freeze
from engine.training.method.training_config import TrainingConfig
from engine.training.systems.contract import Scorer
from engine.training.systems.two_branches import (
    ContentScorer,
    input_scalings,
    seeded,
    start_branches,
)
from engine.translation import tr

_N_KEPT = 4
_TeacherKey = tuple[int, int, TrainingConfig]
# The sets are kept beside the network: as long as they exist, no other set can have their id.
_fitted: OrderedDict[_TeacherKey, tuple[PairSet, PairSet, TeacherNetwork]] = OrderedDict()


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
    ugc, pgc = data.ugc, data.pgc
    if pgc is None:
        return None
    config = replace(config, within_uploaders=False)
    key = (id(ugc), id(pgc), config)
    if key not in _fitted:
        _fitted[key] = (ugc, pgc, _fit_teacher(data, pgc, config, progress))
    _fitted.move_to_end(key)
    if len(_fitted) > _N_KEPT:
        _fitted.popitem(last=False)
    return _fitted[key][2]


def _fit_teacher(
    data: TrainingData, pgc: PairSet, config: TrainingConfig, progress: Progress
) -> TeacherNetwork:
    scalings = input_scalings(data, config)
    network = seeded(lambda: TeacherNetwork(*scalings, config), config.seed)
    held_out = held_out_sources(pgc.sources, config.validation_share, config.seed)
    train, validation_loss = pgc, None
    if held_out.any():
        train = pgc.of_videos(~held_out)
        validation_loss = partial(validation_rank, network, pgc.of_videos(held_out))
    start_branches(network, train, config)
    objective = Objective(
        network, network.training_loss, [train], mean_taste(data.ugc), validation_loss
    )
    fit(objective, config, progress, tr("Training the teacher"))
    freeze(network)
    return network


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
            raise TrainingError(
                tr("The teacher learns from professionals' pairs, and there are none."),
                remedy=tr("Add finished edits by professionals, or leave this system out."),
            )
        return ContentScorer(teacher, data.ugc.music_vectors)
