"""The calls that the window makes to the engine to train a pack, see `desktop.session`."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from engine.progress import LearningPoint, Progress
from engine.stories.known_packs import KnownPack

if TYPE_CHECKING:
    from engine.training.preparation import Preparation
    from engine.training.training_request import TrainingReport
    from engine.training.unfinished_training import UnfinishedTraining

OnPoint = Callable[[LearningPoint], None]


@dataclass(frozen=True, slots=True)
class TrainingStart:
    """What is known before anything is chosen.

    Attributes:
        can_train: whether this installation has what training needs.
        packs: those that can be fine-tuned, the one in use first.
        name: for a new pack, not used yet.
        unfinished: a training run that was begun, and can be continued.
    """

    can_train: bool
    packs: tuple[KnownPack, ...]
    name: str
    unfinished: "UnfinishedTraining | None" = None


@dataclass(frozen=True, slots=True)
class TrainingWish:
    """What the user asks for.

    Attributes:
        edits: a folder of finished edits, or a .csv table.
        name: of the new pack.
        base: folder of the pack to fine-tune; None to learn from scratch.
        uploaders: a .csv table that says who made the edits of a folder.
        professionals: edits by professionals, in the same forms; needed from scratch.
    """

    edits: Path
    name: str
    base: Path | None
    uploaders: Path | None = None
    professionals: Path | None = None


class TrainingSession(Protocol):
    """Training, as the window uses it."""

    def training_start(self) -> TrainingStart:
        """Return what is known before anything is chosen."""

    def prepare_training(self, wish: TrainingWish, progress: Progress) -> "Preparation":
        """Read the edits, and find out what could be learnt from them.

        Raises:
            SoundbedError: when they can't be used, or the pack can't be written.
        """

    def begin_training(
        self, preparation: "Preparation", progress: Progress, on_point: OnPoint
    ) -> "TrainingReport":
        """Train a pack in a process of its own, see `engine.training.train_isolated`.

        Args:
            preparation: what is learnt, and from what.
            progress: cancelling keeps the run, to be continued.
            on_point: called on the job's thread with what is measured.
        """

    def continue_training(self, progress: Progress, on_point: OnPoint) -> "TrainingReport":
        """Continue the training run that was begun, likewise."""

    def forget_training(self) -> None:
        """Don't continue the training run that was begun.

        Raises:
            InputError: when another window of Soundbed is training.
        """

    def publish_candidate(self, candidate: Path, out: Path) -> None:
        """Publish a pack that may be worse than the one it was compared with.

        Args:
            candidate: its folder, which is deleted.
            out: the folder that it was to be written to.
        """

    def discard_pack(self, folder: Path) -> None:
        """Delete a pack that isn't used."""
