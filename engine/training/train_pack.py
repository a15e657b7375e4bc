"""STORY: finished edits → a pack, new or fine-tuned → compared with the pack in use → published."""

import shutil
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from engine.encoders.active import matching_pack
from engine.encoders.matching import MatchingPack
from engine.encoders.pack_fingerprints import SeenClips
from engine.encoders.visual import check_network_pack
from engine.errors import InputError, TrainingError
from engine.files import replacing_folder
from engine.paths import cache_dir
from engine.progress import PartProgress, Progress
from engine.training.data.features_cache import FeatureOptions
from engine.training.data.pairs import MIN_PAIRS, PairSet, require_alike
from engine.training.data.readers import read_spec
from engine.training.fine_tune import FineTune
from engine.training.fitting.checkpoint import run_key
from engine.training.fitting.distributed import is_first, one_per_host_first, require_same
from engine.training.from_scratch import FromScratch, is_for_bundled_network
from engine.training.learners import Learner, LearntPack
from engine.training.method.onnx_export import require_experts
from engine.training.method.training_config import TrainingConfig
from engine.training.pack_comparison import COMPARED, Comparison, as_dict, change_of
from engine.training.pack_target import check_target
from engine.training.publishing import Judge, reads, reason_against
from engine.training.seen_clips import seen_videos
from engine.training.systems.registry import SHIPPED, require_encoders
from engine.training.training_report import add_report
from engine.translation import tr
from engine.video.descriptors import N_DESCRIPTORS

_CANDIDATE = "-candidate"
# With fewer, a pack from scratch ranks worse than a fine-tuned one.
_FEW_PAIRS = 300


@dataclass(frozen=True, slots=True)
class TrainingRequest:
    """What a pack is trained from, how, and where it goes.

    Attributes:
        ugc_spec: pairs that uploaders chose: a folder of edits, a .csv table, or a .npz.
        out: folder of the new pack; its name becomes the pack's id.
        config: settings.
        pgc_spec: pairs that professionals chose, in the same forms; most recipes need them.
        base: folder of the pack to fine-tune; None for the pack in use, or from scratch where
            there are professionals' pairs or a recipe.
        recipe: name of the system that a pack is learnt with from scratch, see `ENCODERS`; None
            for the bundled pack's.
        uploaders: a .csv table that names the uploaders of the clips of a folder.
        features: where features of edits are computed and cached.
        replace: whether an existing pack at `out` may be replaced by one that passes.
        force: whether the pack is published, and an existing one replaced, also when it may rank
            worse than the pack in use.
        fresh: whether to discard a saved state and start again.
    """

    ugc_spec: Path
    out: Path
    config: TrainingConfig
    pgc_spec: Path | None = None
    base: Path | None = None
    recipe: str | None = None
    uploaders: Path | None = None
    features: FeatureOptions = field(default_factory=FeatureOptions)
    replace: bool = False
    force: bool = False
    fresh: bool = False

    @property
    def fine_tunes(self) -> bool:
        """Whether a pack is fine-tuned, not learnt from scratch."""
        return self.base is not None or (self.pgc_spec is None and self.recipe is None)

    @property
    def candidate(self) -> Path:
        """Where a pack goes that isn't published."""
        return self.out.with_name(f"{self.out.name}{_CANDIDATE}")


@dataclass(frozen=True, slots=True)
class TrainingReport:
    """The result of a training run.

    Attributes:
        pack: the folder of the finished pack: the one that was asked for, or of the candidate.
        space: id of its embedding space.
        n_ugc, n_pgc: pairs that were learnt from.
        base: name of the pack that was fine-tuned; None from scratch.
        held_out_rank: mean normalised rank of the own music on sources held out inside the fit
            (0 best, .5 chance); None where nothing could be held out.
        comparison: with the pack in use.
        reason: why the pack isn't published, or only by force; "" where nothing speaks against it.
        is_published: whether the pack is where it was asked for.
        skipped: files that could not be used, with the reason.
        cautions: what the data can't show, such as the taste of a single uploader.
    """

    pack: Path
    space: str
    n_ugc: int
    n_pgc: int
    base: str | None
    held_out_rank: float | None
    comparison: Comparison
    reason: str
    is_published: bool
    skipped: tuple[tuple[Path, str], ...]
    cautions: tuple[str, ...] = ()


def train_pack(request: TrainingRequest, progress: Progress) -> TrainingReport | None:
    """Train a matching pack from finished edits, and publish it unless it may be worse.

    A pack that may lose more than .02 of the mean rank against the pack in use (see `publishing`)
    is written as a candidate, beside the folder that was asked for. The state of the training is
    saved until the pack is written: a run with the same data and settings resumes from it.

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
    _check(request)
    before = matching_pack(request.base)
    ugc, pgc, skipped = _read_pairs(request, progress)
    start = f"{before.space} {request.recipe or ''}"
    key = run_key(request.config, *([ugc] if pgc is None else [ugc, pgc]), start=start)
    require_same(key)
    work_folder = saved_states() / key
    if request.fresh and is_first():
        shutil.rmtree(work_folder, ignore_errors=True)
    learner = _learner(request, before, ugc)
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
        space=space,
        n_ugc=ugc.n_pairs,
        n_pgc=0 if pgc is None else pgc.n_pairs,
        base=before.id if request.fine_tunes else None,
        held_out_rank=learnt.held_out_rank,
        comparison=comparison,
        reason=reason,
        is_published=is_published,
        skipped=skipped,
        cautions=_cautions(ugc, request.fine_tunes),
    )


def _check(request: TrainingRequest) -> None:
    """Check, before anything is read, what can't be trained or written."""
    if request.recipe is not None:
        require_encoders(request.recipe)
        if request.base is not None:
            raise InputError(
                tr("A pack is fine-tuned, or learnt from scratch by a recipe, not both."),
                remedy=tr("Leave out --from or --recipe."),
            )
    if is_first():
        check_target(request.out, request.replace or request.force)
        check_target(request.candidate, may_replace=True)
        check_network_pack(request.features.network)


def saved_states() -> Path:
    """Return the folder where unfinished runs save their state, each in its own folder."""
    return cache_dir() / "training-states"


def _read_pairs(
    request: TrainingRequest, progress: Progress
) -> tuple[PairSet, PairSet | None, tuple[tuple[Path, str], ...]]:
    """Return uploaders' and professionals' pairs, and the files that couldn't be used."""
    with one_per_host_first():
        ugc = read_spec(request.ugc_spec, request.features, progress, request.uploaders)
        pgc = None
        if request.pgc_spec is not None:
            pgc = read_spec(request.pgc_spec, request.features, progress)
    ugc.pairs.require(MIN_PAIRS, request.ugc_spec)
    _require_clips(ugc.pairs)
    if pgc is None:
        return ugc.pairs, None, ugc.skipped
    pgc.pairs.require(MIN_PAIRS, request.pgc_spec)
    require_alike(ugc.pairs, pgc.pairs, request.pgc_spec)
    return ugc.pairs, pgc.pairs, ugc.skipped + pgc.skipped


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
            remedy=tr("Prepare them again from the finished edits, or add --encoders."),
        )


def _learner(request: TrainingRequest, base: MatchingPack, pairs: PairSet) -> Learner:
    """Return what learns the pack.

    Raises:
        TrainingError: when the base needs other features than the pairs have.
    """
    if not request.fine_tunes:
        return FromScratch(request.config, request.recipe or SHIPPED)
    if not reads(base, pairs):
        raise TrainingError(
            tr("the pairs don't have the features that {pack} needs.").format(pack=base.id),
            path=request.ugc_spec,
            remedy=tr("Fine-tune another pack (--from), or train from scratch (--pgc)."),
        )
    return FineTune(base, request.config.seed)


def _cautions(pairs: PairSet, fine_tunes: bool) -> tuple[str, ...]:
    found = pairs.cautions()
    if not fine_tunes and pairs.n_pairs < _FEW_PAIRS:
        text = tr(
            "{n} pairs are few to learn from scratch. Fine-tuning does better: leave out --pgc, or "
            "name a pack with --from."
        )
        found = (*found, text.format(n=pairs.n_pairs))
    if fine_tunes or is_for_bundled_network(pairs):
        return found
    text = tr(
        "What pictures want is only known for the bundled picture network: this pack ranks by what "
        "your edits have in common."
    )
    return (*found, text)
