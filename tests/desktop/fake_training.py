"""The training of a session without an engine: it reads nothing, and learns at once."""

import threading
from pathlib import Path

from desktop.engine_training import EngineTraining
from desktop.training_session import OnPoint, TrainingStart, TrainingWish
from engine.errors import SoundbedError
from engine.path_checks import is_there
from engine.paths import user_models_dir
from engine.progress import LearningPoint, Progress
from engine.stories.known_packs import bundled_pack, described_pack
from engine.training.data.features_cache import FeatureOptions
from engine.training.method.training_config import TrainingConfig
from engine.training.pack_comparison import Comparison
from engine.training.paired_ranks import PairedInterval
from engine.training.preparation import Preparation, ReadPairs
from engine.training.training_request import TrainingReport, TrainingRequest
from engine.training.unfinished_training import UnfinishedTraining
from tests.current_packs import current_pack
from tests.training.tiny_pairs import make_clip_pairs

CAUTION = "All pairs are by one uploader."
N_EPOCHS = 5
CHANGE = PairedInterval(-0.03, -0.05, -0.01, 55, 11)


class FakeTraining(EngineTraining):
    """Trains to a copy of the tiny pack.

    Attributes:
        can_train: whether PyTorch is said to be there.
        unfinished: what is said to have been begun.
        training_error: is raised by preparing or training, if any.
        training_gate: keeps a training waiting until it is set.
        reason: why the pack isn't published; "" where it is.
        wishes: what was prepared.
        trained: "begin" and "continue", in their order.
    """

    can_train = True
    unfinished: UnfinishedTraining | None = None
    training_error: SoundbedError | None = None
    training_gate: threading.Event | None = None
    reason = ""

    def __init__(self) -> None:
        self.wishes: list[TrainingWish] = []
        self.trained: list[str] = []
        self._out = Path("mine")

    def training_start(self) -> TrainingStart:
        packs = (described_pack(bundled_pack(), in_use=True),)
        name = "my-edits-2" if is_there(user_models_dir() / "my-edits") else "my-edits"
        return TrainingStart(self.can_train, packs, name, self.unfinished)

    def prepare_training(self, wish: TrainingWish, progress: Progress) -> Preparation:
        self.wishes.append(wish)
        progress.step("Analysing finished edits", 3, 12)
        if self.training_error is not None:
            raise self.training_error
        self._out = wish.edits.parent / wish.name
        request = TrainingRequest(
            wish.edits, self._out, TrainingConfig(), base=wish.base, features=FeatureOptions()
        )
        skipped = ((wish.edits / "torn.mp4", "it is damaged."),)
        pairs = ReadPairs(make_clip_pairs(60, n_uploaders=12), None, skipped)
        return Preparation(request, pairs, "soundbed-2", 55, "", 5, (CAUTION,))

    def begin_training(
        self, preparation: Preparation, progress: Progress, on_point: OnPoint
    ) -> TrainingReport:
        self.trained.append("begin")
        return self._train(progress, on_point)

    def continue_training(self, progress: Progress, on_point: OnPoint) -> TrainingReport:
        self.trained.append("continue")
        return self._train(progress, on_point)

    def forget_training(self) -> None:
        self.unfinished = None

    def _train(self, progress: Progress, on_point: OnPoint) -> TrainingReport:
        for epoch in range(1, N_EPOCHS + 1):
            progress.step("Training", epoch / N_EPOCHS, 6)
            on_point(LearningPoint("epoch", epoch, 30, 1 / epoch, 0.4 - 0.02 * epoch))
        while self.training_gate is not None and not self.training_gate.wait(0.01):
            progress.step("Training", 1.2, 6)
        if self.training_error is not None:
            raise self.training_error
        extra = {"candidate": self.reason} if self.reason else {}
        pack = current_pack(self._out.name + ("-candidate" if self.reason else ""), extra=extra)
        return TrainingReport(
            pack=pack,
            out=pack.with_name(self._out.name),
            space="mine:0",
            n_ugc=60,
            n_pgc=0,
            base="soundbed-2",
            held_out_rank=0.3,
            comparison=Comparison("soundbed-2", CHANGE, 0.34, 0.31),
            reason=self.reason,
            is_published=not self.reason,
            skipped=(),
        )
