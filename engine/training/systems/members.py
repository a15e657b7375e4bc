"""The members of an ensemble: one system fitted several times, with other sources held out."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from engine.errors import TrainingError
from engine.progress import PartProgress, Progress
from engine.training.data.benchmark_data import TrainingData
from engine.training.fitting.records import TEACHER, FitRecord, recording
from engine.training.fitting.trainer import Fit
from engine.training.fitting.validation import split_off
from engine.training.method.experts import Encoder, TwoBranchNetwork
from engine.training.method.training_config import TrainingConfig
from engine.training.systems.contract import AverageScorer, Scorer, System
from engine.training.systems.registry import SHIPPED, make_system
from engine.training.systems.two_branches import ContentScorer
from engine.translation import tr


@dataclass(frozen=True, slots=True)
class Member:
    """One member of an ensemble.

    Attributes:
        scorer: ranks tracks.
        fits: of its networks, in their order.
    """

    scorer: Scorer
    fits: tuple[FitRecord, ...]

    @property
    def student(self) -> TwoBranchNetwork:
        """The network that ranks, whose posterior means are compared by dot product.

        Raises:
            TrainingError: when the system ranks in another way.
        """
        # A subclass scores by more than its encoders, and a branch may have layers behind them.
        if type(self.scorer) is not ContentScorer or not isinstance(
            self.scorer.network.video_encoder, Encoder
        ):
            raise TrainingError(
                tr("This system ranks by more than two encoders, so it can't be exported."),
                remedy=tr("Choose another system, such as debcm or cmvae."),
            )
        return self.scorer.network

    @property
    def student_fit(self) -> Fit | None:
        """How the fit went of the network that learns from uploaders; None without one."""
        return self._fit(False)

    @property
    def teacher_fit(self) -> Fit | None:
        """How its teacher's fit went; None without one."""
        return self._fit(True)

    def _fit(self, of_teacher: bool) -> Fit | None:
        found = [one.fit for one in self.fits if (one.role == TEACHER) == of_teacher]
        return found[-1] if found else None


def fit_members(
    data: TrainingData,
    config: TrainingConfig,
    progress: Progress,
    states: Path | None = None,
    system: System | None = None,
) -> tuple[Member, ...]:
    """Fit a system `config.n_members` times.

    Unless a validation set decides when to stop, each member holds out other sources for that, so
    that the members together learn from all of them.

    Args:
        data: what is learnt from.
        config: the settings; each member adds its number to the seed.
        progress: steps once a training step; early stopping makes it jump ahead.
        states: the folder where the state of each fit is saved and resumed from; None saves
            nothing.
        system: what is fitted; None for the recipe of the bundled pack.
    """
    system = system or make_system(SHIPPED)
    members = []
    for index in range(config.n_members):
        own = replace(config, seed=config.seed + index)
        part = PartProgress(progress, index, config.n_members)
        with recording(states) as fits:
            scorer = system.fit(_part(data, own), own, part)
        members.append(Member(scorer, tuple(fits)))
    return tuple(members)


def scorer_of(members: Sequence[Member]) -> Scorer:
    """Return what scores by the mean of the members."""
    scorers = [member.scorer for member in members]
    return scorers[0] if len(scorers) == 1 else AverageScorer(scorers)


def _part(data: TrainingData, config: TrainingConfig) -> TrainingData:
    """Return what a member learns from."""
    if config.stopping == "validation" and data.validation is not None:
        return data
    train, held_out = split_off(data.ugc, config)
    return replace(data, ugc=train, held_out=held_out, reference=data)


class OneStage(PartProgress):
    """All fits as one stage, so that the time left is that of the whole run."""

    def __init__(self, whole: Progress) -> None:
        super().__init__(whole, 0, 1)

    def step(self, stage: str, done: float = 0, total: float | None = None, item: str = "") -> None:
        """Report; see `Progress.step`."""
        self._whole.step(tr("Training"), done, total, item)
