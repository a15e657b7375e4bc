"""The teacher as a system: professionals' pairs alone (Alg. 1), asked about uploaders' videos."""

from collections import OrderedDict
from dataclasses import dataclass

from engine.errors import TrainingError
from engine.progress import Progress
from engine.training.data.benchmark_data import TestSet
from engine.training.data.pairs import PairSet
from engine.training.data.splits import held_out_sources
from engine.training.fitting.trainer import fit, validation_rank
from engine.training.method.teacher import TeacherNetwork, freeze
from engine.training.method.training_config import TrainingConfig
from engine.training.systems.content import (
    ContentScorer,
    input_scalings,
    mean_taste,
    seeded,
    start_branches,
)
from engine.training.systems.contract import Scorer
from engine.translation import tr

_N_KEPT = 4
_TeacherKey = tuple[int, int, TrainingConfig, bool]
# The sets are kept beside the network, so that an id stands for the same set as long as it is used.
_fitted: OrderedDict[_TeacherKey, tuple[PairSet, PairSet, TeacherNetwork]] = OrderedDict()


def shared_teacher(
    ugc: PairSet,
    pgc: PairSet,
    config: TrainingConfig,
    progress: Progress,
    erase_taste: bool = False,
) -> TeacherNetwork:
    """Return the frozen teacher of these sets and settings, fitted the first time it's asked for.

    Every system that is taught is taught by the same teacher. Professionals' pairs of held-out
    sources tell it when to stop; it never sees an uploader's choice.

    Args:
        ugc: gives the input scalings their share, nothing else.
        pgc: what it learns from.
        config: the shared settings.
        progress: steps with the training.
        erase_taste: see `input_scalings`; for a student whose picture is read like that.
    """
    key = (id(ugc), id(pgc), config, erase_taste)
    if key not in _fitted:
        _fitted[key] = (ugc, pgc, _fit_teacher(ugc, pgc, config, progress, erase_taste))
    _fitted.move_to_end(key)
    if len(_fitted) > _N_KEPT:
        _fitted.popitem(last=False)
    return _fitted[key][2]


def _fit_teacher(
    ugc: PairSet, pgc: PairSet, config: TrainingConfig, progress: Progress, erase_taste: bool
) -> TeacherNetwork:
    scalings = input_scalings(ugc, pgc, config, erase_taste)
    network = seeded(lambda: TeacherNetwork(*scalings, config), config.seed)
    held = held_out_sources(pgc.sources, config.validation_share, config.seed)
    train, judged = (pgc.of_videos(~held), pgc.of_videos(held)) if held.any() else (pgc, None)
    start_branches(network, train, config)
    fit(
        network,
        network.training_loss,
        [train],
        None if judged is None else lambda: validation_rank(network, judged),
        mean_taste(ugc),
        config,
        progress,
        tr("Training the teacher"),
        config.seed,
    )
    freeze(network)
    return network


@dataclass(frozen=True, slots=True)
class Teacher:
    """Cross-generation and matching on professionals' pairs (Eq. 1-6)."""

    name: str = "teacher"
    needs_pgc: bool = True

    def fit(
        self,
        ugc: PairSet,
        pgc: PairSet | None,
        validation: TestSet,
        config: TrainingConfig,
        progress: Progress,
    ) -> Scorer:
        """Fit to professionals' pairs; see `System`.

        Raises:
            TrainingError: when there are none.
        """
        if pgc is None:
            raise TrainingError(
                tr("The teacher learns from professionals' pairs, and there are none."),
                remedy=tr("Give it finished edits of professionals, or leave it out."),
            )
        return ContentScorer(shared_teacher(ugc, pgc, config, progress), ugc.music_vectors)
