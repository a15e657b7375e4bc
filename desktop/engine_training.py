"""The part of the session that trains packs."""

from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from desktop.training_session import OnPoint, TrainingSession, TrainingStart, TrainingWish
from engine.errors import InputError
from engine.path_checks import is_there
from engine.paths import user_models_dir
from engine.progress import Progress
from engine.translation import tr

if TYPE_CHECKING:
    from engine.training.preparation import Preparation
    from engine.training.training_request import TrainingReport

_NEEDED = ("torch", "onnxscript", "matplotlib")
_NAME = "my-edits"


class EngineTraining(TrainingSession):
    """Runs the training; the methods are described in `desktop.training_session`."""

    def training_start(self) -> TrainingStart:
        from engine.stories.known_packs import known_packs
        from engine.training.unfinished_training import unfinished_training

        usable = [pack for pack in known_packs() if not pack.problem]
        packs = sorted(usable, key=lambda pack: not pack.in_use)
        can_train = all(map(find_spec, _NEEDED))
        return TrainingStart(can_train, tuple(packs), _unused_name(), unfinished_training())

    def prepare_training(self, wish: TrainingWish, progress: Progress) -> "Preparation":
        from engine.encoders.active import visual_pack
        from engine.training.data.features_cache import FeatureOptions
        from engine.training.preparation import prepare_training
        from engine.training.systems.registry import SHIPPED, configuration
        from engine.training.training_request import TrainingRequest, candidate_of

        out = user_models_dir() / wish.name
        for pack in (out, candidate_of(out)):
            if is_there(pack):
                raise InputError(
                    tr("you have a pack with this name already."),
                    path=pack,
                    remedy=tr("Choose another name."),
                )
        network = None if wish.base is None else visual_pack(wish.base)
        request = TrainingRequest(
            ugc_spec=wish.edits,
            out=out,
            config=configuration(SHIPPED),
            pgc_spec=wish.professionals,
            base=wish.base,
            uploaders=wish.uploaders,
            features=FeatureOptions(network=network),
        )
        return prepare_training(request, progress)

    def begin_training(
        self, preparation: "Preparation", progress: Progress, on_point: OnPoint
    ) -> "TrainingReport":
        from engine.training.train_isolated import begin_training

        return begin_training(preparation, progress, on_point)

    def continue_training(self, progress: Progress, on_point: OnPoint) -> "TrainingReport":
        from engine.training.train_isolated import continue_training

        return continue_training(progress, on_point)

    def forget_training(self) -> None:
        from engine.training.train_isolated import abandon_training

        abandon_training()

    def publish_candidate(self, candidate: Path, out: Path) -> None:
        from engine.stories.publish_pack import publish_candidate

        publish_candidate(candidate, out)

    def discard_pack(self, folder: Path) -> None:
        from engine.stories.publish_pack import discard_pack

        discard_pack(folder)


def _unused_name() -> str:
    from engine.training.training_request import candidate_of

    name, number = _NAME, 1
    while any(map(is_there, (user_models_dir() / name, candidate_of(user_models_dir() / name)))):
        number += 1
        name = f"{_NAME}-{number}"
    return name
