"""STORY: finished edits → what a pack would be trained on, and judged by; needs no torch."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from engine.encoders.active import matching_pack
from engine.encoders.matching import MatchingPack
from engine.encoders.pack_fingerprints import SeenClips
from engine.encoders.visual import check_network_pack
from engine.errors import InputError, TrainingError
from engine.progress import Progress
from engine.training.data.pairs import MIN_PAIRS, PairSet, require_alike
from engine.training.data.readers import read_spec
from engine.training.data.same_clips import note_on_copies, with_joined_sources
from engine.training.evaluate_pack import unknown_clips
from engine.training.pack_target import check_target
from engine.training.publishing import Judge, reads
from engine.training.seen_clips import seen_videos
from engine.training.systems.registry import require_encoders
from engine.training.training_request import TrainingRequest
from engine.translation import tr

# With fewer, a pack from scratch ranks worse than a fine-tuned one.
_FEW_PAIRS = 300


@dataclass(frozen=True, slots=True, eq=False)
class ReadPairs:
    """What was read for a training run.

    Attributes:
        ugc: pairs that uploaders chose.
        pgc: pairs that professionals chose; None without them.
        skipped: files that could not be used, with the reason.
        notes: what was noticed and the user should read.
    """

    ugc: PairSet
    pgc: PairSet | None
    skipped: tuple[tuple[Path, str], ...]
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class Preparation:
    """What a training run would use.

    Attributes:
        request: what is asked for.
        pairs: what would be learnt from.
        before: name of the pack that the new one would be compared with.
        n_compared: clips that the comparison would be made on, each by a pack without its source.
        problem: why nothing could be compared; "" where something can.
        n_seen: clips that this pack has learnt from already.
        cautions: what the data can't show, such as the taste of a single uploader.
    """

    request: TrainingRequest
    pairs: ReadPairs
    before: str
    n_compared: int
    problem: str
    n_seen: int
    cautions: tuple[str, ...]

    @property
    def n_clips(self) -> int:
        """How many clips of the uploaders there are, or parts of long edits."""
        return self.pairs.ugc.n_videos

    @property
    def n_edits(self) -> int:
        """How many edits these are; as many as clips where their files aren't known."""
        files = self.pairs.ugc.extras.clip_ids
        return self.n_clips if files is None else len(np.unique(files))

    @property
    def n_sources(self) -> int:
        """From how many sources they are."""
        return len(np.unique(self.pairs.ugc.sources))

    @property
    def n_uploaders(self) -> int:
        """By how many uploaders they are."""
        return len(np.unique(self.pairs.ugc.uploaders))


def prepare_training(request: TrainingRequest, progress: Progress) -> Preparation:
    """Read the edits, and find out what could be learnt and shown with them.

    Args:
        request: of the training run.
        progress: steps once an edit; may cancel.

    Raises:
        InputError, ExportError, PackError, TrainingError: see `train_pack`.
    """
    check_options(request)
    check_targets(request)
    before = matching_pack(request.base)
    pairs = read_pairs(request, progress)
    require_readable(request, before, pairs.ugc)
    listed = SeenClips.of_pack(before.folder)
    seen = seen_videos(pairs.ugc, listed)
    judge = Judge(before, seen, request.config.seed)
    warnings = cautions(request, pairs)
    if listed is None or not listed.is_complete:
        warnings = (*warnings, unknown_clips(before))
    folds = judge.folds(pairs.ugc)
    return Preparation(
        request=request,
        pairs=pairs,
        before=before.id,
        n_compared=int(sum(fold.sum() for fold in folds)),
        problem=judge.problem(pairs.ugc),
        n_seen=int(seen.sum()),
        cautions=warnings,
    )


def check_options(request: TrainingRequest) -> None:
    """Check that the options go together.

    Raises:
        InputError: when they don't.
    """
    if request.recipe is not None:
        require_encoders(request.recipe)
        if request.base is not None:
            raise InputError(
                tr("A pack is fine-tuned, or learnt from scratch by a recipe, not both."),
                remedy=tr("Leave out --from or --recipe."),
            )


def check_targets(request: TrainingRequest) -> None:
    """Check, before anything is read, that the pack and a candidate could be written.

    Raises:
        InputError, ExportError: see `check_target`.
        PackError: when the picture network can't be used.
    """
    may_replace = request.replace or request.force
    check_target(request.out, may_replace)
    check_target(request.candidate, may_replace)
    check_network_pack(request.features.network)


def read_pairs(request: TrainingRequest, progress: Progress) -> ReadPairs:
    """Read uploaders' and professionals' pairs; sources that share a clip become one.

    Raises:
        TrainingError: when there are too few, or the two don't go together.
    """
    ugc = read_spec(request.ugc_spec, request.features, progress, request.uploaders)
    ugc.pairs.require(MIN_PAIRS, request.ugc_spec)
    others, skipped = None, ugc.skipped
    if request.pgc_spec is not None:
        pgc = read_spec(request.pgc_spec, request.features, progress)
        pgc.pairs.require(MIN_PAIRS, request.pgc_spec)
        require_alike(ugc.pairs, pgc.pairs, request.pgc_spec)
        others, skipped = pgc.pairs, skipped + pgc.skipped
    joined, others, n_joined = with_joined_sources(ugc.pairs, others)
    return ReadPairs(joined, others, skipped, tuple(filter(None, (note_on_copies(n_joined),))))


def require_readable(request: TrainingRequest, base: MatchingPack, pairs: PairSet) -> None:
    """Check that the pairs have the features that a pack to be fine-tuned needs.

    Raises:
        TrainingError: when they don't.
    """
    if request.fine_tunes and not reads(base, pairs):
        raise TrainingError(
            tr("the pairs don't have the features that {pack} needs.").format(pack=base.id),
            path=request.ugc_spec,
            remedy=tr("Fine-tune another pack, or train from scratch."),
        )


def cautions(request: TrainingRequest, pairs: ReadPairs) -> tuple[str, ...]:
    """Return what the pairs can't show, and what was noticed."""
    found = (*pairs.notes, *pairs.ugc.cautions())
    if not request.fine_tunes and pairs.ugc.n_pairs < _FEW_PAIRS:
        text = tr(
            "{n} pairs are few to learn from scratch: the result depends more on chance than that "
            "of fine-tuning a pack."
        )
        found = (*found, text.format(n=pairs.ugc.n_pairs))
    return found
