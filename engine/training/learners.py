"""What makes a pack of pairs: the contract of training from scratch and of fine-tuning."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from engine.progress import Progress
from engine.training.data.pairs import PairSet


@dataclass(frozen=True, slots=True)
class Curve:
    """A line of the pack's plot of its training.

    Attributes:
        name: what it shows.
        panel: title of the part of the plot that it is in.
        axis: what its steps are.
        values: one a step.
        steps: (n,), of each value; empty for 1, 2, 3, …
    """

    name: str
    panel: str
    axis: str
    values: tuple[float, ...]
    steps: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True)
class Description:
    """What a pack says of how it was made.

    Attributes:
        card: text of the model card, in Markdown.
        results: plain values for the manifest.
        curves: for the plot.
    """

    card: str
    results: Mapping[str, Any]
    curves: Sequence[Curve]


class LearntPack(Protocol):
    """What was learnt, before it is written."""

    @property
    def changes_nothing(self) -> bool:
        """Whether the pack ranks as the one that it was made from."""

    @property
    def held_out_rank(self) -> float | None:
        """Mean normalised rank of the own music on sources held out inside (0 best, .5 chance)."""

    def write(self, folder: Path, pack_id: str) -> Description:
        """Write a complete pack into an existing, empty folder.

        Args:
            folder: of the pack.
            pack_id: its name.

        Raises:
            TrainingError: when it can't be exported.
        """


class Learner(Protocol):
    """Learns packs. When several processes train together, each calls it in the same way."""

    def fit(
        self, ugc: PairSet, pgc: PairSet | None, progress: Progress, work_folder: Path
    ) -> LearntPack:
        """Learn from pairs.

        Args:
            ugc: pairs that uploaders chose.
            pgc: pairs that professionals chose.
            progress: steps through the fit; cancelling keeps the saved state.
            work_folder: where the state of the fit is saved and resumed from.

        Raises:
            TrainingError: when the fit fails.
        """
