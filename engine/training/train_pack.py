"""STORY: finished edits → pairs → teacher and student → a matching pack."""

import shutil
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from engine.encoders.matching import BUNDLED_PACK, PACK_KIND, MatchingPack
from engine.encoders.pack_manifest import load_manifest
from engine.encoders.score_weights import LEARNED, STILL
from engine.encoders.visual import check_network_pack
from engine.errors import InputError, PackError, TrainingError
from engine.files import replacing_folder
from engine.paths import bundled_models_dir, cache_dir
from engine.progress import Progress
from engine.ranking.query import make_query
from engine.training.data.benchmark_data import TrainingData
from engine.training.data.features_cache import FeatureOptions
from engine.training.data.pairs import PairSet, join, require_alike
from engine.training.data.pooled import PooledClip
from engine.training.data.readers import read_spec
from engine.training.fitting.checkpoint import run_key
from engine.training.fitting.distributed import is_first, one_per_host_first, require_same
from engine.training.fitting.model_card import model_card
from engine.training.fitting.trainer import Fit
from engine.training.method.onnx_export import Parity, export_networks, require_experts
from engine.training.method.training_config import TrainingConfig
from engine.training.pack_writer import (
    PackContents,
    PictureParts,
    empty_bank,
    replace_bank,
    write_pack,
)
from engine.training.seen_clips import clips_of
from engine.training.silent_parts import silent_parts
from engine.training.systems.members import Member, OneStage, fit_members
from engine.translation import tr
from engine.video.descriptors import N_DESCRIPTORS

# With fewer pairs, even a validation split means nothing.
_MIN_PAIRS = 16


@dataclass(frozen=True, slots=True)
class TrainingRequest:
    """What a pack is trained from, how, and where it goes.

    Attributes:
        ugc_spec: pairs that uploaders chose: a folder of edits, a .csv table, or a .npz.
        pgc_spec: pairs that professionals chose, in the same forms.
        out: folder of the new pack; its name becomes the pack's id.
        config: settings.
        features: where features of edits are computed and cached.
        force: whether an existing pack may be replaced.
        fresh: whether to discard a saved state and start again.
    """

    ugc_spec: Path
    pgc_spec: Path
    out: Path
    config: TrainingConfig
    features: FeatureOptions = field(default_factory=FeatureOptions)
    force: bool = False
    fresh: bool = False


@dataclass(frozen=True, slots=True)
class TrainingReport:
    """The result of a training run.

    Attributes:
        pack: the folder of the finished pack.
        space: id of its embedding space.
        n_ugc, n_pgc: pairs that were learnt from.
        student_rank: mean normalised rank of the own music on the members' held-out sources
            (0 best, .5 chance); None where nothing could be held out.
        parity: difference between torch and onnxruntime.
        skipped: files that could not be used, with the reason.
        cautions: what the data can't show, such as the taste of a single uploader.
    """

    pack: Path
    space: str
    n_ugc: int
    n_pgc: int
    student_rank: float | None
    parity: Parity
    skipped: tuple[tuple[Path, str], ...]
    cautions: tuple[str, ...] = ()


def train_pack(request: TrainingRequest, progress: Progress) -> TrainingReport | None:
    """Train a matching pack from finished edits.

    The state of the training is saved in the user's cache until the pack is written. A run with
    the same data and settings resumes from it.

    Args:
        request: data, settings and target.
        progress: steps once an edit and once a training step; cancelling keeps the saved state.

    Returns:
        The result; None in a process that only helps the first one, which writes the pack.

    Raises:
        InputError: when `out` exists and may not be replaced, or the scheduler can't be reached.
        TrainingError: when there are too few data or training fails.
        ExportError: when the pack can't be written.
    """
    if is_first():
        _check_target(request.out, request.force)
        check_network_pack(request.features.network)
    ugc, pgc, skipped = _read_pairs(request, progress)
    key = run_key(request.config, ugc, pgc)
    require_same(key)
    work_folder = saved_states() / key
    if request.fresh and is_first():
        shutil.rmtree(work_folder, ignore_errors=True)
    members = fit_members(TrainingData(ugc, pgc), request.config, OneStage(progress), work_folder)
    if not is_first():
        return None
    progress.step(tr("Writing the pack"))
    space, parity = _write_pack(request, ugc, pgc, members)
    shutil.rmtree(work_folder, ignore_errors=True)
    return TrainingReport(
        pack=request.out,
        space=space,
        n_ugc=ugc.n_pairs,
        n_pgc=pgc.n_pairs,
        student_rank=mean_rank([_rank(member.student_fit) for member in members]),
        parity=parity,
        skipped=skipped,
        cautions=_cautions(ugc),
    )


def saved_states() -> Path:
    """Return the folder where unfinished runs save their state, each in its own folder."""
    return cache_dir() / "training-states"


def mean_rank(ranks: Sequence[float | None]) -> float | None:
    """Return the mean of the known validation ranks; None when none is known."""
    known = [rank for rank in ranks if rank is not None]
    return float(np.mean(known)) if known else None


def _read_pairs(
    request: TrainingRequest, progress: Progress
) -> tuple[PairSet, PairSet, tuple[tuple[Path, str], ...]]:
    """Return uploaders' and professionals' pairs, and the files that couldn't be used."""
    with one_per_host_first():
        ugc = read_spec(request.ugc_spec, request.features, progress)
        pgc = read_spec(request.pgc_spec, request.features, progress)
    ugc.pairs.require(_MIN_PAIRS, request.ugc_spec)
    pgc.pairs.require(_MIN_PAIRS, request.pgc_spec)
    require_alike(ugc.pairs, pgc.pairs, request.pgc_spec)
    _require_clips(ugc.pairs)
    return ugc.pairs, pgc.pairs, ugc.skipped + pgc.skipped


def _write_pack(
    request: TrainingRequest, ugc: PairSet, pgc: PairSet, members: tuple[Member, ...]
) -> tuple[str, Parity]:
    """Write the pack and return its embedding space and its parity."""
    config, out = request.config, request.out
    pairs = join(ugc, pgc)
    networks = export_networks([member.student for member in members], pairs)
    contents = PackContents(
        out.name,
        _picture_parts(pairs),
        networks,
        model_card(out.name, ugc, pgc, members, config),
        {"training": {**config.as_dict(), **_results(ugc, pgc, members)}},
        clips_of(pairs),
    )
    with replacing_folder(out) as folder:
        write_pack(folder, contents, pairs, empty_bank())
        pack = MatchingPack.load(folder)
        replace_bank(folder, _bank(pack, pairs))
        return MatchingPack.load(folder).space, networks.parity


def _require_clips(pairs: PairSet) -> None:
    """Check that a pack can read clips as the pairs have them.

    Raises:
        TrainingError: when their features aren't content, spread and descriptors.
    """
    require_experts(pairs)
    content, dynamics = pairs.expert_columns
    if dynamics.stop - dynamics.start != content.stop + N_DESCRIPTORS:
        raise TrainingError(
            tr("the pairs' video features aren't those of clips."),
            remedy=tr("Prepare them again from the finished edits."),
        )


def _is_bundled_network(pairs: PairSet) -> bool:
    manifest = load_manifest(bundled_models_dir() / BUNDLED_PACK)
    return pairs.video_version == manifest.feature_versions["video"]


def _picture_parts(pairs: PairSet) -> PictureParts:
    """Return the bundled experts on the wants, which edits alone can't teach, or silent ones for
    the pairs of another picture network.
    """
    parts = PictureParts.of_pack(bundled_models_dir() / BUNDLED_PACK)
    if _is_bundled_network(pairs):
        return parts
    return silent_parts(parts, pairs.expert_columns[0].stop)


def _cautions(pairs: PairSet) -> tuple[str, ...]:
    if _is_bundled_network(pairs):
        return pairs.cautions()
    text = tr(
        "What pictures want is only known for the bundled picture network: this pack ranks by what "
        "your edits have in common."
    )
    return (*pairs.cautions(), text)


def _bank(pack: MatchingPack, pairs: PairSet) -> npt.NDArray[np.float32]:
    """Return the queries of the clips that were learnt from: the reference for this library."""
    clips = [PooledClip.of(vector, pairs.video_version) for vector in pairs.video_vectors]
    queries = [make_query(pack, pack.read_clip(clip)).vector for clip in clips]
    # The bundled stills have no place on the learned axes of this pack.
    bundled = MatchingPack.load(bundled_models_dir() / BUNDLED_PACK).bank
    stills = bundled[bundled[:, STILL] > 0]
    stills[:, LEARNED] = 0
    return np.concatenate([np.stack(queries), stills])


def _results(ugc: PairSet, pgc: PairSet, members: tuple[Member, ...]) -> dict[str, Any]:
    return {
        "n_ugc_pairs": ugc.n_pairs,
        "n_pgc_pairs": pgc.n_pairs,
        "teacher_validation_rank": [_rank(one.teacher_fit) for one in members],
        "student_validation_rank": [_rank(one.student_fit) for one in members],
    }


def _rank(fit: Fit | None) -> float | None:
    return None if fit is None else fit.validation_loss


def _check_target(out: Path, force: bool) -> None:
    if not out.exists() and not out.is_symlink():
        return
    if not force:
        raise InputError(
            tr("something with this name already exists."),
            path=out,
            remedy=tr("Choose another name, or replace a pack with --force."),
        )
    # Never delete a folder that only happens to have the name.
    try:
        is_pack = load_manifest(out).kind == PACK_KIND
    except PackError:
        is_pack = False
    if not is_pack or out.is_symlink():
        raise InputError(
            tr("this isn't a matching pack, so it isn't replaced."),
            path=out,
            remedy=tr("Choose another name."),
        )
