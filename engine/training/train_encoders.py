"""STORY: pairs in any format → a fitted recipe → two encoders as ONNX, for research."""

import shutil
from dataclasses import dataclass, field
from pathlib import Path

from engine.progress import Progress
from engine.training.data.features_cache import FeatureOptions
from engine.training.data.loaders import Opening
from engine.training.data.open_benchmark import open_training
from engine.training.data.pairs import MIN_PAIRS
from engine.training.fitting.checkpoint import run_key
from engine.training.fitting.distributed import is_first, one_per_host_first, require_same
from engine.training.method.onnx_export import Parity
from engine.training.method.training_config import TrainingConfig
from engine.training.pack_target import check_target
from engine.training.systems.contract import no_professionals
from engine.training.systems.encoder_files import ENCODERS_KIND, FittedSystem, write_encoders
from engine.training.systems.members import OneStage, fit_members
from engine.training.systems.registry import SHIPPED, make_system, require_encoders
from engine.training.training_request import saved_states
from engine.translation import tr


@dataclass(frozen=True, slots=True)
class EncodersRequest:
    """What encoders are trained from, how, and where they go.

    Attributes:
        pairs: a folder of benchmark data, ours or in DebCM's format, or uploaders' edits as
            `train_pack` reads them.
        out: the folder to write.
        config: settings.
        recipe: name of a system, see `ENCODERS`.
        pgc: professionals' edits, besides the user's own.
        allow_pickle: whether Python objects in DebCM's format may be read, in the restricted way.
        features: where features of edits are computed and cached.
        replace: whether existing encoders may be replaced.
        fresh: whether to discard a saved state and start again.
    """

    pairs: Path
    out: Path
    config: TrainingConfig
    recipe: str = SHIPPED
    pgc: Path | None = None
    allow_pickle: bool = False
    features: FeatureOptions = field(default_factory=FeatureOptions)
    replace: bool = False
    fresh: bool = False


@dataclass(frozen=True, slots=True)
class EncodersReport:
    """The result.

    Attributes:
        folder: of the encoders.
        n_ugc, n_pgc: pairs that were learnt from.
        parity: difference between torch and onnxruntime.
        skipped: files that could not be used, with the reason.
        cautions: what the data can't show.
    """

    folder: Path
    n_ugc: int
    n_pgc: int
    parity: Parity
    skipped: tuple[tuple[Path, str], ...]
    cautions: tuple[str, ...]


def train_encoders(request: EncodersRequest, progress: Progress) -> EncodersReport | None:
    """Train a recipe and save it as two encoders; see `encoder_files`.

    Test sets aren't read for it. The state is saved as by `train_pack`: a run with the same data
    and settings resumes from it.

    Args:
        request: data, recipe, settings and target.
        progress: steps once an edit and once a training step; cancelling keeps the saved state.

    Returns:
        The result; None in a process that only helps the first one.

    Raises:
        InputError: when the recipe can't be exported, or something else has the target's name.
        TrainingError: when there are too few data or training fails.
        ExportError: when the files can't be written.
    """
    require_encoders(request.recipe)
    if is_first():
        check_target(request.out, request.replace, ENCODERS_KIND)
    with one_per_host_first():
        opening = Opening(request.allow_pickle, request.features, progress)
        data, skipped = open_training(request.pairs, request.pgc, opening)
    data.ugc.require(MIN_PAIRS, request.pairs)
    system = make_system(request.recipe)
    if system.needs_pgc and data.pgc is None:
        raise no_professionals(request.recipe)
    key = run_key(request.config, data.ugc, *([] if data.pgc is None else [data.pgc]))
    require_same(key)
    states = saved_states() / f"{key}-{request.recipe}"
    if request.fresh and is_first():
        shutil.rmtree(states, ignore_errors=True)
    members = fit_members(data, request.config, OneStage(progress), states, system)
    if not is_first():
        return None
    progress.step(tr("Writing the encoders"))
    fitted = FittedSystem(request.recipe, members, data, request.config)
    parity = write_encoders(request.out, fitted)
    shutil.rmtree(states, ignore_errors=True)
    return EncodersReport(
        folder=request.out,
        n_ugc=data.ugc.n_pairs,
        n_pgc=0 if data.pgc is None else data.pgc.n_pairs,
        parity=parity,
        skipped=skipped,
        cautions=data.ugc.cautions(),
    )
