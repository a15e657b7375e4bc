"""Whether a new pack may take the place of another: the guard that retraining can't hurt.

The whole recipe is repeated without some sources, a fold at a time, and each of these packs ranks
the music of the clips that it never saw, beside the pack in use. The pack that is published has
learnt from all sources by the same recipe: a fold's pack stands for it, and knows somewhat less.
"""

import math
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from engine.encoders.matching import MUSIC, VIDEO, MatchingPack
from engine.encoders.pack_manifest import load_manifest
from engine.files import scratch_folder
from engine.progress import PartProgress, Progress
from engine.training.data.pairs import PairSet
from engine.training.data.same_clips import without_sources
from engine.training.data.splits import source_folds
from engine.training.learners import Learner, LearntPack
from engine.training.pack_comparison import Comparison, describe
from engine.training.paired_ranks import PairedInterval, own_ranks, paired_interval
from engine.translation import tr, trn

N_FOLDS = 5
# The mean rank, 0 to 1, of who knows nothing.
CHANCE = 0.5
# Of the mean rank, 0 to 1: the loss that the interval of a published pack excludes.
MAX_LOSS = 0.02
# So many clips show a loss of .02; the other folds of large sets need not be learnt.
_ENOUGH_CLIPS = 1000

Bools = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False)
class Judge:
    """What a new pack is compared with, and on which clips.

    Attributes:
        before: the pack in use.
        seen: (n_videos,) clips of the uploaders that it learnt from.
        seed: of the folds.
    """

    before: MatchingPack
    seen: Bools
    seed: int = 0

    def folds(self, ugc: PairSet) -> list[Bools]:
        """Return the clips to hold out together, (n_videos,) each; none where none can be.

        Whole sources are held out, of which the pack in use has seen no clip.
        """
        known = np.isin(ugc.sources, np.unique(ugc.sources[self.seen]))
        if self.problem(ugc):
            return []
        folds = [fold & ~known for fold in source_folds(ugc.sources, N_FOLDS, self.seed)]
        return _enough([fold for fold in folds if fold.any()])

    def problem(self, ugc: PairSet) -> str:
        """Return why nothing can be compared; "" where something can."""
        name = self.before.id
        if not reads(self.before, ugc):
            text = tr("{pack} needs features of another version, so it can't be compared.")
            return text.format(pack=name)
        n_sources = len(np.unique(ugc.sources))
        if n_sources < 2:
            return tr(
                "All edits are from one source, so they can't show how the pack does on others: "
                "name who made them, or add edits by somebody else."
            )
        n_new = n_sources - len(np.unique(ugc.sources[self.seen]))
        if n_new < 2:
            text = tr("{pack} learnt from these edits itself, so they can't show which is better.")
            return text.format(pack=name)
        return ""

    def compare(
        self,
        learner: Learner,
        ugc: PairSet,
        pgc: PairSet | None,
        progress: Progress,
        work_folder: Path,
    ) -> Comparison:
        """Repeat the recipe without each fold, and compare on that fold.

        Args:
            learner: the recipe.
            ugc: pairs that uploaders chose; their sources are held out.
            pgc: pairs that professionals chose; those of a held-out source are left out.
            progress: counts a fold as one part of `len(folds) + 1`.
            work_folder: where the states of the fits are saved, each in its own folder.
        """
        # It imports torch, without which packs are compared.
        from engine.training.fitting.distributed import is_first

        name, folds = self.before.id, self.folds(ugc)
        if not folds:
            return Comparison(name, problem=self.problem(ugc))
        before, after, sources = [], [], []
        for number, fold in enumerate(folds):
            part = PartProgress(progress, number, len(folds) + 1)
            kept = None if pgc is None else without_sources(pgc, ugc.sources[fold])
            learnt = learner.fit(ugc.of_videos(~fold), kept, part, work_folder / f"fold-{number}")
            if is_first():
                rows = fold[ugc.pairs[:, 0]]
                before.append(own_ranks(self.before, ugc.take(rows)))
                after.append(_ranks_of(learnt, name, ugc.take(rows)))
                sources.append(ugc.sources[ugc.pairs[rows, 0]])
        if not is_first():
            return Comparison(name)
        ranks_before, ranks_after = np.concatenate(before), np.concatenate(after)
        of_clips = np.concatenate(sources)
        interval = paired_interval(ranks_before, ranks_after, of_clips)
        chance = np.full_like(ranks_after, CHANCE)
        return Comparison(
            name,
            interval,
            float(ranks_before.mean()),
            float(ranks_after.mean()),
            paired_interval(chance, ranks_after, of_clips),
        )


def reads(pack: MatchingPack, pairs: PairSet) -> bool:
    """Return whether the pairs' features are those that a pack needs."""
    inputs = load_manifest(pack.folder).inputs
    lengths = [tuple(inputs[name]["features"])[-1] for name in (VIDEO, MUSIC)]
    return (pairs.video_version, pairs.music_version) == (
        pack.video_version,
        pack.music_version,
    ) and lengths == [pairs.video_vectors.shape[1], pairs.music_vectors.shape[1]]


def _ranks_of(learnt: LearntPack, name: str, held_out: PairSet) -> npt.NDArray[np.float64]:
    with scratch_folder() as folder:
        learnt.write(folder, name)
        return own_ranks(MatchingPack.load(folder, is_own=True), held_out)


def reason_against(comparison: Comparison, changes_nothing: bool) -> str:
    """Return why a pack isn't published, in a sentence or two; "" where it is.

    Args:
        comparison: of its recipe with the pack in use.
        changes_nothing: whether it ranks as the pack that it was made from.
    """
    if comparison.problem:
        return comparison.problem
    if changes_nothing:
        return tr(
            "These edits teach nothing that helps on other clips: {pack} is as good without them."
        ).format(pack=comparison.before)
    interval = comparison.interval
    # One that gained nothing on other makers' clips has no reason to take another one's place.
    if interval is None or (interval.mean < 0 and interval.high < MAX_LOSS):
        return _against_chance(comparison)
    shown = describe(interval)
    if interval.mean >= MAX_LOSS:
        return tr(
            "On clips that neither pack learnt from, it is worse than {pack}: {shown}"
        ).format(pack=comparison.before, shown=shown)
    if interval.mean >= 0:
        text = tr(
            "On clips that neither pack learnt from, it is no better than {pack}: {shown} More "
            "edits may teach it more."
        )
        return text.format(pack=comparison.before, shown=shown)
    return " ".join(
        [
            tr("There are too few edits to tell that it isn't worse than {pack}: {shown}").format(
                pack=comparison.before, shown=shown
            ),
            _wanted(interval),
        ]
    )


def _against_chance(comparison: Comparison) -> str:
    """Return that a pack finds the own music no better than chance; "" where it does.

    Where edits have the wrong music, no pack can lose by them against another.
    """
    if comparison.from_chance is None or comparison.from_chance.high < 0:
        return ""
    return tr(
        "On edits that it didn't learn from, it finds their own music no better than chance. Check "
        "that each edit has the music that you chose for it, or add more edits."
    )


def n_more_clips(interval: PairedInterval) -> int:
    """Return about how many more clips could show that nothing is lost, at the same mean.

    The width of an interval falls with the root of the number of clips and sources.
    """
    room = MAX_LOSS - interval.mean
    if room <= 0:
        raise ValueError("at this mean, no number of clips shows it")
    n_needed = interval.n_clips * ((interval.high - interval.mean) / room) ** 2
    return max(math.ceil(n_needed) - interval.n_clips, 1)


def _wanted(interval: PairedInterval) -> str:
    n_clips = n_more_clips(interval)
    n_sources = max(1, math.ceil(n_clips * interval.n_sources / interval.n_clips))
    clips = trn("about {n} more edit", "about {n} more edits", n_clips).format(n=n_clips)
    sources = trn("{n} more source", "{n} more sources", n_sources).format(n=n_sources)
    return tr("It would take {clips} from {sources} to know.").format(clips=clips, sources=sources)


def _enough(folds: list[Bools]) -> list[Bools]:
    """Return as many folds as hold enough clips."""
    chosen, n_clips = [], 0
    for fold in folds:
        chosen.append(fold)
        n_clips += int(fold.sum())
        if n_clips >= _ENOUGH_CLIPS:
            break
    return chosen
