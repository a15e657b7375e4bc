"""STORY: finished edits → pairs → teacher and student → a model pack."""

import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from engine.encoders.matching import PACK_KIND, StudentPack
from engine.encoders.pack_manifest import load_manifest
from engine.errors import InputError, PackError
from engine.files import replacing_folder
from engine.paths import cache_dir
from engine.progress import Progress
from engine.training.data.features_cache import default_cache
from engine.training.data.pairs import PairSet, join, require_alike
from engine.training.data.readers import read_spec
from engine.training.fitting.checkpoint import run_key
from engine.training.fitting.distributed import first_of_host_first, is_first, require_same
from engine.training.fitting.members import Member, fit_members
from engine.training.fitting.model_card import model_card
from engine.training.method.export import Parity, export_pack
from engine.training.method.training_config import TrainingConfig
from engine.translation import tr

# Below this even a validation split says nothing.
_MIN_PAIRS = 16


@dataclass(frozen=True, slots=True)
class TrainingReport:
    """What came of a training run.

    Attributes:
        pack: the folder of the finished pack.
        space: id of its embedding space.
        n_ugc, n_pgc: pairs that were learnt from.
        teacher_rank, student_rank: mean normalised rank of the own music on the members' held-out
            sources (0 best, .5 chance); None where nothing could be held out.
        parity: difference between torch and onnxruntime.
        skipped: files that could not be used, with the reason.
        cautions: what the data can't show, such as the taste of a single uploader.
    """

    pack: Path
    space: str
    n_ugc: int
    n_pgc: int
    teacher_rank: float | None
    student_rank: float | None
    parity: Parity
    skipped: tuple[tuple[Path, str], ...]
    cautions: tuple[str, ...] = ()


def train_pack(
    ugc_spec: Path,
    pgc_spec: Path,
    out: Path,
    config: TrainingConfig,
    progress: Progress,
    cache_folder: Path | None = None,
    scheduler: str | None = None,
    force: bool = False,
    fresh: bool = False,
) -> TrainingReport | None:
    """Train a matching pack from finished edits.

    The state of the training is kept in the user's cache until the pack is written: with the
    same data and settings it goes on from there.

    Args:
        ugc_spec: pairs that uploaders chose: a folder of edits, a .csv table, or a .npz.
        pgc_spec: pairs that professionals chose, in the same forms.
        out: folder of the new pack; its name becomes the pack's id.
        config: settings.
        progress: steps once an edit and once a training step; cancelling keeps the state.
        cache_folder: of features; None for the user's own cache.
        scheduler: address of a Dask scheduler that describes the edits; None for processes here.
        force: whether a pack that is there already may be replaced.
        fresh: whether to forget a kept state and start anew.

    Returns:
        What came of it; None in a process that only helps the first one, which writes the pack.

    Raises:
        InputError: when `out` is there and may not be replaced, or the scheduler isn't there.
        TrainingError: when the data don't suffice or training fails.
        ExportError: when the pack can't be written.
    """
    if is_first():
        _check_target(out, force)
    cache = cache_folder or default_cache()
    with first_of_host_first():
        ugc_reading = read_spec(ugc_spec, cache, progress, scheduler)
        pgc_reading = read_spec(pgc_spec, cache, progress, scheduler)
    ugc, pgc = ugc_reading.pairs, pgc_reading.pairs
    ugc.require(_MIN_PAIRS, ugc_spec)
    pgc.require(_MIN_PAIRS, pgc_spec)
    require_alike(ugc, pgc, pgc_spec)
    both = join(ugc, pgc)
    key = run_key(config, ugc, pgc)
    require_same(key)
    work_folder = kept_states() / key
    if fresh and is_first():
        shutil.rmtree(work_folder, ignore_errors=True)
    members = fit_members(ugc, pgc, config, progress, work_folder)
    if not is_first():
        return None
    progress.step(tr("Writing the pack"))
    with replacing_folder(out) as folder:
        parity = export_pack(
            folder,
            out.name,
            [member.student for member in members],
            both,
            model_card(out.name, ugc, pgc, members, config),
            {"training": {**config.as_dict(), **_results(ugc, pgc, members)}},
        )
        space = StudentPack.load(folder).space
    shutil.rmtree(work_folder, ignore_errors=True)
    return TrainingReport(
        pack=out,
        space=space,
        n_ugc=ugc.n_pairs,
        n_pgc=pgc.n_pairs,
        teacher_rank=mean_rank([member.teacher_fit.verdict for member in members]),
        student_rank=mean_rank([member.student_fit.verdict for member in members]),
        parity=parity,
        skipped=ugc_reading.skipped + pgc_reading.skipped,
        cautions=ugc.cautions(),
    )


def kept_states() -> Path:
    """Return the folder where unfinished runs keep their state, each in a folder of its own."""
    return cache_dir() / "training-states"


def mean_rank(ranks: list[float | None]) -> float | None:
    """Return the mean of the validation ranks that there are."""
    known = [rank for rank in ranks if rank is not None]
    return float(np.mean(known)) if known else None


def _results(ugc: PairSet, pgc: PairSet, members: tuple[Member, ...]) -> dict[str, Any]:
    return {
        "n_ugc_pairs": ugc.n_pairs,
        "n_pgc_pairs": pgc.n_pairs,
        "teacher_validation_rank": [member.teacher_fit.verdict for member in members],
        "student_validation_rank": [member.student_fit.verdict for member in members],
    }


def _check_target(out: Path, force: bool) -> None:
    if not out.exists() and not out.is_symlink():
        return
    if not force:
        raise InputError(
            tr("There is something of that name already."),
            path=out,
            remedy=tr("Choose another name, or replace a pack with --force."),
        )
    # Never clear away a folder that only happens to have the name.
    try:
        kind = load_manifest(out).kind
    except PackError:
        kind = ""
    if kind != PACK_KIND or out.is_symlink():
        raise InputError(
            tr("This isn't a matching pack, so it is not replaced."),
            path=out,
            remedy=tr("Choose another name."),
        )
