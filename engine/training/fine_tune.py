"""A pack changed a little by a few dozen pairs: a residual of its music encoder.

How far it may go is chosen by two cross-validations inside the pairs, one that holds out clips and
one that holds out whole sources: what helps the next clip of these makers must not be bought at the
price of other makers. Not to change anything is one of the choices.
"""

import hashlib
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from engine.encoders.matching import BANK, CONTENT, DYNAMICS, MUSIC, VIDEO, MatchingPack
from engine.encoders.pack_fingerprints import FINGERPRINTS, SeenClips, together
from engine.encoders.pack_manifest import load_manifest, read_file, save_manifest, sha256_of
from engine.encoders.score_weights import HUB, LEARNED, N_LEARNED, SCALE, STILL
from engine.progress import LearningPoint, Progress
from engine.training.data.pairs import PairSet, join, joined_origins
from engine.training.data.same_clips import clip_numbers
from engine.training.data.splits import source_folds
from engine.training.learners import Curve, Description
from engine.training.method.music_residual import fit_residuals, with_residual
from engine.training.pack_comparison import COMPARED
from engine.training.paired_ranks import embed_clips, embed_tracks, ranks_of_pairs
from engine.training.seen_clips import clips_of
from engine.translation import tr

# λ from a change of next to nothing to a large one.
PENALTIES = (1.0, 0.3, 0.1, 0.03, 0.01)
N_FOLDS = 5
# A fit takes time with the square of the pairs; more would hardly change 96 · 96 numbers.
_MAX_PAIRS = 600
_SIZES = ("none", *(f"{number} of {len(PENALTIES)}" for number in range(1, len(PENALTIES) + 1)))
_PANEL = "rank of held-out clips by the size of the change"
_OWN_ENTRIES = ("candidate", COMPARED, "training")

_CARD = """\
# {pack_id}

A matching pack for Soundbed, fine-tuned from {base}: its music encoder has one more layer, a small
change of the learned axes. All else is that of {base}.

## What it learnt from

{n_pairs} pairs from {n_sources} sources: {origin}. None of these clips or recordings is part of the
pack; only weights are.

## How well

Size of the change: {size}, chosen by cross-validation inside the pairs. Mean rank of the own music
there (0 best, 0.5 chance), on held-out clips and then on clips of held-out sources: {before} by
{base}, {after} with the change. These clips decided the size, so expect somewhat worse results; the
comparison at the end, if there is one, is on clips that decided nothing.

## Limits

- It knows what a few dozen edits show: what their makers like, at least as much as what fits.
- All limits of {base} apply.

"""

Bools = npt.NDArray[np.bool_]
Floats = npt.NDArray[np.float64]
Float32Array = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True, eq=False)
class FineTune:
    """Fine-tunes a pack.

    Attributes:
        base: the pack.
        seed: of the folds, and of which pairs of a large set are learnt from.
    """

    base: MatchingPack
    seed: int = 0

    def fit(
        self, ugc: PairSet, pgc: PairSet | None, progress: Progress, work_folder: Path
    ) -> "TunedPack":
        """See `Learner`; a fit takes seconds and saves no state."""
        pairs = ugc if pgc is None else join(ugc, pgc)
        clips, tracks = embed_clips(self.base, pairs), embed_tracks(self.base, pairs)
        known = _Embedded(self.base, pairs.pairs, clips, tracks, self.seed)
        order = np.random.default_rng(self.seed).permutation(ugc.n_videos)
        # Copies of a clip, and the parts of one edit, are held out together.
        shuffled = order[clip_numbers(ugc)].astype(np.str_)
        folds = [source_folds(groups, N_FOLDS, self.seed) for groups in (shuffled, ugc.sources)]
        # All clips of one source: nothing is known of others.
        folds = [plan for plan in folds if len(plan) > 1]
        n_folds, n_done = sum(map(len, folds)), 0
        ranks = np.zeros((len(folds), 1 + len(PENALTIES), ugc.n_pairs))
        learnt_ranks = []
        for number, plan in enumerate(folds):
            is_done = np.zeros(ugc.n_pairs, np.bool_)
            for fold in plan:
                progress.step(tr("Training"), n_done, n_folds)
                n_done += 1
                out = fold[ugc.pairs[:, 0]]
                of_pairs = np.concatenate([out, np.zeros(pairs.n_pairs - len(out), np.bool_)])
                learnt, ranks[number][:, out] = known.ranks_without(of_pairs)
                learnt_ranks.append(learnt)
                is_done |= out
                _report(progress, np.mean(learnt_ranks, axis=0), ranks[number][:, is_done])
        chosen = choose(ranks.mean(axis=0))
        residual = np.zeros((N_LEARNED, N_LEARNED))
        if chosen:
            residual = known.residuals(np.ones(pairs.n_pairs, np.bool_))[chosen - 1]
        return TunedPack(self.base, pairs, residual.astype(np.float32), chosen, ranks.mean(axis=2))


def _report(progress: Progress, learnt: Floats, held_out: Floats) -> None:
    """Report the mean ranks by the size of the change, so far.

    Args:
        progress: of the fit.
        learnt: (1 + n_penalties,), on pairs that were learnt from.
        held_out: (1 + n_penalties, n), of the pairs held out.
    """
    for size, (of_learnt, of_held_out) in enumerate(zip(learnt, held_out, strict=True)):
        point = LearningPoint(
            "size", size, len(PENALTIES), float(of_learnt), float(of_held_out.mean())
        )
        progress.point(point)


def choose(ranks: Floats) -> int:
    """Return the row of the best mean rank, or 0, for no change, where it isn't clearly better.

    One of five sizes nearly always does better by chance: it must by more than a standard error.

    Args:
        ranks: (1 + n_penalties, n) of held-out pairs; the first row is without a change.
    """
    best = int(ranks.mean(axis=1).argmin())
    gains = ranks[0] - ranks[best]
    return best if gains.mean() > gains.std() / np.sqrt(gains.size) else 0


@dataclass(frozen=True, slots=True, eq=False)
class _Embedded:
    """Pairs in the space of the pack.

    Attributes:
        pack: the pack.
        pairs: int64 (n_pairs, 2), clip and track.
        clips: float32 (n_clips, 128).
        tracks: float32 (n_tracks, 128).
        seed: see `FineTune`.
    """

    pack: MatchingPack
    pairs: npt.NDArray[np.int64]
    clips: Float32Array
    tracks: Float32Array
    seed: int

    def ranks_without(self, held_out: Bools) -> tuple[Floats, Floats]:
        """Return ranks by a fit without some pairs; the first of each is without a change.

        Args:
            held_out: (n_pairs,).

        Returns:
            (1 + n_penalties,), mean ranks of pairs that were learnt from, and
            (1 + n_penalties, n), the ranks of those held out.
        """
        kept = self._learnt(~held_out)
        changed = [moved(self.pack, self.tracks, one) for one in self.residuals(~held_out)]
        learnt, ranks = [], []
        for tracks in (self.tracks, *changed):
            scores = self.clips @ tracks.T
            learnt.append(ranks_of_pairs(scores, kept).mean())
            ranks.append(ranks_of_pairs(scores, self.pairs[held_out]))
        return np.array(learnt), np.stack(ranks)

    def _learnt(self, kept: Bools) -> npt.NDArray[np.int64]:
        """Return the pairs, of some, that a fit learns from, (n, 2)."""
        pairs = self.pairs[kept]
        if len(pairs) > _MAX_PAIRS:
            return np.random.default_rng(self.seed).permutation(pairs)[:_MAX_PAIRS]
        return pairs

    def residuals(self, kept: Bools) -> list[Floats]:
        """Return what is learnt from some pairs, (n_pairs,), for each penalty."""
        pairs = self._learnt(kept)
        known = np.zeros((len(self.clips), len(self.tracks)), np.bool_)
        known[self.pairs[:, 0], self.pairs[:, 1]] = True
        clips, tracks = self.clips[pairs[:, 0]], self.tracks[pairs[:, 1]]
        return fit_residuals(
            (clips @ tracks.T / SCALE).astype(np.float64),
            clips[:, LEARNED].astype(np.float64),
            (tracks[:, LEARNED] / SCALE).astype(np.float64),
            known[pairs[:, 0][:, None], pairs[:, 1][None]],
            PENALTIES,
        )


@dataclass(frozen=True, slots=True, eq=False)
class TunedPack:
    """A pack with a residual; see `LearntPack`.

    Attributes:
        base: what was fine-tuned.
        pairs: what it learnt from.
        residual: float32 (96, 96).
        chosen: 0 for no change, else 1 + the number of the penalty.
        ranks: (n, 1 + n_penalties), mean ranks of held-out clips, and of clips of held-out
            sources where there are several.
    """

    base: MatchingPack
    pairs: PairSet
    residual: Float32Array
    chosen: int
    ranks: Floats

    @property
    def changes_nothing(self) -> bool:
        """Whether no change did better than the pack itself."""
        return self.chosen == 0

    @property
    def held_out_rank(self) -> float | None:
        """The rank on clips of held-out sources, of the size that was chosen."""
        return float(self.ranks[-1, self.chosen])

    def write(self, folder: Path, pack_id: str) -> Description:
        """See `LearntPack`: all but the music network is copied."""
        source = self.base.folder
        manifest = load_manifest(source)
        files = {}
        for name in (CONTENT, DYNAMICS, VIDEO, MUSIC, BANK):
            data = read_file(source, manifest, name)
            if name == MUSIC:
                data = with_residual(data, self.residual)
            (folder / name).write_bytes(data)
            files[name] = sha256_of(data)
        listed = together([SeenClips.of_pack(source), clips_of(self.pairs)]).to_bytes()
        (folder / FINGERPRINTS).write_bytes(listed)
        files[FINGERPRINTS] = sha256_of(listed)
        extra = {name: value for name, value in manifest.extra.items() if name not in _OWN_ENTRIES}
        digest = hashlib.sha256("".join(files.values()).encode()).hexdigest()
        save_manifest(
            folder,
            replace(
                manifest,
                id=pack_id,
                files=files,
                embedding_space=f"{pack_id}:{digest[:8]}",
                training_data=joined_origins(self.pairs.origin, manifest.training_data),
                extra=extra,
            ),
        )
        return Description(self._card(pack_id), self._results(), self._curves())

    def _card(self, pack_id: str) -> str:
        return _CARD.format(
            pack_id=pack_id,
            base=self.base.id,
            origin=self.pairs.origin,
            n_pairs=self.pairs.n_pairs,
            n_sources=len(np.unique(self.pairs.sources)),
            size=_SIZES[self.chosen],
            before=", ".join(f"{rank:.3f}" for rank in self.ranks[:, 0]),
            after=", ".join(f"{rank:.3f}" for rank in self.ranks[:, self.chosen]),
        )

    def _results(self) -> dict[str, Any]:
        return {
            "base": self.base.id,
            "base_space": self.base.space,
            "n_pairs": self.pairs.n_pairs,
            "penalty": PENALTIES[self.chosen - 1] if self.chosen else None,
            "held_out_ranks": self.ranks.round(4).tolist(),
        }

    def _curves(self) -> list[Curve]:
        names = ("held-out clips", "held-out sources")
        return [
            Curve(
                name, _PANEL, "size of the change", tuple(ranks.tolist()), tuple(range(len(ranks)))
            )
            for name, ranks in zip(names, self.ranks, strict=False)
        ]


def moved(pack: MatchingPack, tracks: Float32Array, residual: Floats) -> Float32Array:
    """Return tracks (n, 128) as the pack with a residual places them, for use in scores.

    The last number, which only fills a vector up to length 1, isn't made anew.
    """
    learned = tracks[:, LEARNED]
    changed = learned + learned @ residual.T
    lengths = np.linalg.norm(learned, axis=1) / np.linalg.norm(changed, axis=1)
    found = tracks.copy()
    found[:, LEARNED] = changed * lengths[:, None]
    clips = pack.bank[pack.bank[:, STILL] == 0]
    if len(clips):
        found[:, HUB] = 0
        found[:, HUB] = pack.weights.hub(found, clips, pack.weights.n_closest)
    return found
