"""STORY: finished edits → a pack, new or fine-tuned → compared with the pack in use → published."""

import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from engine.encoders.active import matching_pack
from engine.encoders.matching import MatchingPack
from engine.encoders.pack_fingerprints import SeenClips
from engine.errors import TrainingError
from engine.files import replacing_folder
from engine.progress import PartProgress, Progress
from engine.training.data.pairs import PairSet
from engine.training.fine_tune import FineTune
from engine.training.fitting.checkpoint import run_key
from engine.training.fitting.distributed import is_first, one_per_host_first, require_same
from engine.training.from_scratch import FromScratch, is_for_bundled_network
from engine.training.learners import Learner, LearntPack
from engine.training.method.onnx_export import require_experts
from engine.training.pack_comparison import COMPARED, Comparison, as_dict, change_of
from engine.training.preparation import (
    ReadPairs,
    cautions,
    check_options,
    check_targets,
    read_pairs,
    require_readable,
)
from engine.training.publishing import Judge, reason_against
from engine.training.seen_clips import seen_videos
from engine.training.systems.registry import SHIPPED
from engine.training.training_report import add_report
from engine.training.training_request import TrainingReport, TrainingRequest, saved_states
from engine.translation import tr
from engine.video.descriptors import N_DESCRIPTORS


def train_pack(request: TrainingRequest, progress: Progress) -> TrainingReport | None:
    """Train a matching pack from finished edits, and publish it unless it may be worse.

    A pack that gains nothing against the pack in use, or may lose more than .02 of the mean rank
    (see `publishing`), is written as a candidate, beside the folder that was asked for. The state
    of the training is saved until the pack is written: a run with the same data and settings
    resumes from it.

    Args:
        request: data, settings and target.
        progress: steps once an edit and once a training step; cancelling keeps the saved state.

    Returns:
        The result; None in a process that only helps the first one, which writes the pack.

    Raises:
        InputError: when `out` exists and may not be replaced, the options don't go together, or the
            table of uploaders or the scheduler can't be used.
        PackError: when the pack to start from or to compare with can't be used.
        TrainingError: when there are too few data or training fails.
        ExportError: when the pack can't be written.
    """
    check_options(request)
    if is_first():
        check_targets(request)
    before = matching_pack(request.base)
    with one_per_host_first():
        pairs = read_pairs(request, progress)
    ugc, pgc = pairs.ugc, pairs.pgc
    _require_clips(ugc)
    require_readable(request, before, ugc)
    work_folder = _work_folder(request, before, pairs)
    learner = _learner(request, before)
    judge = Judge(before, seen_videos(ugc, SeenClips.of_pack(before.folder)), request.config.seed)
    comparison = judge.compare(learner, ugc, pgc, progress, work_folder)
    n_folds = len(judge.folds(ugc))
    last = PartProgress(progress, n_folds, n_folds + 1)
    learnt = learner.fit(ugc, pgc, last, work_folder / "all")
    if not is_first():
        return None
    progress.step(tr("Writing the pack"))
    reason = reason_against(comparison, learnt.changes_nothing)
    is_published = request.force or not reason
    pack = request.out if is_published else request.candidate
    space = _write_pack(pack, learnt, _Verdict(comparison, reason, is_published))
    shutil.rmtree(work_folder, ignore_errors=True)
    return TrainingReport(
        pack=pack,
        out=request.out,
        space=space,
        n_ugc=ugc.n_pairs,
        n_pgc=0 if pgc is None else pgc.n_pairs,
        base=before.id if request.fine_tunes else None,
        held_out_rank=learnt.held_out_rank,
        comparison=comparison,
        reason=reason,
        is_published=is_published,
        skipped=pairs.skipped,
        cautions=_cautions(request, pairs),
    )


@dataclass(frozen=True, slots=True)
class _Verdict:
    comparison: Comparison
    reason: str
    is_published: bool


def _write_pack(out: Path, learnt: LearntPack, verdict: _Verdict) -> str:
    """Write the pack, whole or not at all, and return its embedding space."""
    extra: dict[str, Any] = {COMPARED: as_dict(verdict.comparison)}
    if not verdict.is_published:
        extra["candidate"] = verdict.reason
    with replacing_folder(out) as folder:
        made = learnt.write(folder, out.name)
        notes = "\n\n".join(filter(None, (change_of(verdict.comparison), verdict.reason)))
        add_report(folder, made, notes, extra)
        return MatchingPack.load(folder).space


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
            remedy=tr(
                "Prepare them again from the finished edits; on the command line, --encoders makes "
                "encoders for research of them."
            ),
        )


def _work_folder(request: TrainingRequest, before: MatchingPack, pairs: ReadPairs) -> Path:
    """Return where the states of a run with these data and settings are saved."""
    start = f"{before.space} {request.recipe or ''}"
    sets = [pairs.ugc] if pairs.pgc is None else [pairs.ugc, pairs.pgc]
    key = run_key(request.config, *sets, start=start)
    require_same(key)
    folder = (request.states or saved_states()) / key
    if request.fresh and is_first():
        shutil.rmtree(folder, ignore_errors=True)
    return folder


def _learner(request: TrainingRequest, base: MatchingPack) -> Learner:
    if request.fine_tunes:
        return FineTune(base, request.config.seed)
    return FromScratch(request.config, request.recipe or SHIPPED)


def _cautions(request: TrainingRequest, pairs: ReadPairs) -> tuple[str, ...]:
    found = cautions(request, pairs)
    if request.fine_tunes or is_for_bundled_network(pairs.ugc):
        return found
    text = tr(
        "What pictures want is only known for the bundled picture network: this pack ranks by what "
        "your edits have in common."
    )
    return (*found, text)
