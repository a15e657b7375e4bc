"""How often the guard of `soundbed train` would publish a pack that is worse by a known amount.

    OMP_NUM_THREADS=1 PYTHONPATH=packaging:. python -m tests.benchmarks.publishing_errors DATA
        [--cache FOLDER] [--packs 20] [--users 100]

DATA is the folder of the real data. Clips, music and makers are real, the worse packs are made, so
that the rank of the own music is worse by so much over all clips of all makers. One kind is like
the bundled pack, which it is compared with: a small random change of its music network. The other
kind is unlike: both packs are the bundled one's scores with noise of their own, and the second has
more of it. A user is a draw of makers with some clips of theirs; the guard compares the two packs
on these, in the folds of `Judge`. A loss of .02 is what it promises to hold back 39 times of 40: it
is published by mistake where the interval excludes it. A pack is only published if it gains, too.

The bundled pack has learnt from these clips. That matters little here, as no pack is fitted: what
is asked is how well a difference that is known can be told from some clips.
"""

import argparse
from collections.abc import Callable
from dataclasses import dataclass
from itertools import product
from pathlib import Path

import numpy as np
import numpy.typing as npt

from engine.encoders.matching import MatchingPack
from engine.encoders.score_weights import N_LEARNED, SCALE
from engine.training.data.features_cache import default_cache
from engine.training.data.pairs import PairSet, join
from engine.training.data.same_clips import with_joined_sources
from engine.training.fine_tune import moved
from engine.training.pack_comparison import Comparison
from engine.training.paired_ranks import (
    embed_clips,
    embed_tracks,
    paired_interval,
    ranks_of_pairs,
)
from engine.training.publishing import CHANCE, Judge, reason_against
from tests.benchmarks.retraining import maker_set

LOSSES = (-0.05, -0.02, 0.0, 0.02, 0.03, 0.05)
"""Below 0 the two packs change places: the second one gains so much."""
N_EDITS = (40, 120)
_N_HALVINGS = 30

Float32Array = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True, eq=False)
class Ranked:
    """All clips with the scores of two packs.

    Attributes:
        pairs: n clips, each with its own music.
        before, after: float32 (n, n), of clips and the music of clips, by a pack and by a worse
            one.
    """

    pairs: PairSet
    before: Float32Array
    after: Float32Array

    def guard(self, judge: Judge, chosen: npt.NDArray[np.int64]) -> Comparison:
        """Return what the guard finds on some clips, as `Judge.compare` would."""
        mask = np.isin(np.arange(self.pairs.n_videos), chosen)
        edits = self.pairs.of_videos(mask)
        before, after, sources = [], [], []
        for fold in judge.folds(edits):
            rows = np.flatnonzero(mask)[fold]
            own = np.stack([np.arange(len(rows))] * 2, axis=1)
            before.append(ranks_of_pairs(self.before[np.ix_(rows, rows)], own))
            after.append(ranks_of_pairs(self.after[np.ix_(rows, rows)], own))
            sources.append(self.pairs.sources[rows])
        ranks, of_clips = np.concatenate(after), np.concatenate(sources)
        return Comparison(
            "before",
            paired_interval(np.concatenate(before), ranks, of_clips),
            from_chance=paired_interval(np.full_like(ranks, CHANCE), ranks, of_clips),
        )


def main() -> None:
    """Print how often packs are published, by their true loss and the number of edits."""
    import prepare_training

    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("data", type=Path)
    parser.add_argument("--cache", type=Path, default=default_cache())
    parser.add_argument("--packs", type=int, default=20)
    parser.add_argument("--users", type=int, default=100)
    arguments = parser.parse_args()
    pack = MatchingPack.load()
    pairs = own_music(join(*prepare_training.read_sets(arguments.data, arguments.cache)))
    clips, tracks = embed_clips(pack, pairs), embed_tracks(pack, pairs)[pairs.pairs[:, 1]]
    judge = Judge(pack, np.zeros(0, np.bool_))
    print(f"{pairs.n_videos} clips of {len(np.unique(pairs.sources))} makers\n")
    print("| packs | true loss | edits | loss of .02 excluded | published |\n|---|---|---|---|---|")
    for kind, loss in product(("alike", "unlike"), LOSSES):
        packs = []
        for seed in range(arguments.packs):
            if kind == "alike":
                scores = changed(pack, clips, tracks, abs(loss), seed)
            else:
                scores = noisy(clips @ tracks.T / SCALE, abs(loss), seed)
            packs.append(Ranked(pairs, *(scores if loss >= 0 else scores[::-1])))
        for n_edits in N_EDITS:
            excluded, published = [], []
            for number, ranked in enumerate(packs):
                for user in range(arguments.users):
                    seed = number * arguments.users + user
                    found = guarded(ranked, judge, n_edits, seed)
                    assert found.interval is not None
                    excluded.append(found.interval.high < 0.02)
                    published.append(not reason_against(found, changes_nothing=False))
            shares = f"{np.mean(excluded):.3f} | {np.mean(published):.3f}"
            print(f"| {kind} | {loss:.2f} | {n_edits} | {shares} |", flush=True)


def own_music(pairs: PairSet) -> PairSet:
    """Return each clip with its own music, in one pair each; makers who share a clip as one."""
    clips = pairs.of_videos(np.array([bool(maker_set(str(name))) for name in pairs.sources]))
    _, first = np.unique(clips.pairs[:, 0], return_index=True)
    return with_joined_sources(clips.take(first))[0]


def guarded(ranked: Ranked, judge: Judge, n_edits: int, seed: int) -> Comparison:
    """Draw a user, and return what the guard finds on their edits.

    Makers are drawn until they have half as many clips again as are then drawn of theirs.
    """
    rng = np.random.default_rng([seed, n_edits])
    sources = ranked.pairs.sources
    chosen: list[int] = []
    for source in rng.permutation(np.unique(sources)):
        chosen += np.flatnonzero(sources == source).tolist()
        if len(chosen) >= 1.5 * n_edits:
            break
    return ranked.guard(judge, rng.permutation(chosen)[:n_edits])


def changed(
    pack: MatchingPack, clips: Float32Array, tracks: Float32Array, loss: float, seed: int
) -> tuple[Float32Array, Float32Array]:
    """Return scores (n, n) by a pack, and by one with a random change that loses so much.

    Args:
        pack: the better one.
        clips, tracks: by it, (n, 128) each; clip i has track i.
        loss: of the mean rank over all clips.
        seed: of the change.
    """
    drawn = np.random.default_rng(seed).normal(size=(N_LEARNED, N_LEARNED)) / np.sqrt(N_LEARNED)
    before = clips @ tracks.T
    return before, losing(before, lambda size: clips @ moved(pack, tracks, size * drawn).T, loss)


def noisy(scores: Float32Array, loss: float, seed: int) -> tuple[Float32Array, Float32Array]:
    """Return scores with noise as large as their spread, and others that lose so much to them."""
    rng = np.random.default_rng(seed)
    one, other = (rng.normal(size=scores.shape).astype(np.float32) for _ in range(2))
    usual = np.float32(scores.std())
    before = scores + usual * one
    return before, losing(before, lambda size: scores + np.float32(size) * usual * other, loss)


def losing(
    before: Float32Array, after: Callable[[float], Float32Array], loss: float
) -> Float32Array:
    """Return what `after` gives at the size at which so much of the mean rank is lost."""
    own = np.stack([np.arange(len(before))] * 2, axis=1)
    wanted = ranks_of_pairs(before, own).mean() + loss
    # Ranks get worse with the size, nearly; the largest size that loses no more.
    low, high = 0.0, 0.05
    while ranks_of_pairs(after(high), own).mean() <= wanted:
        high *= 2
    for _ in range(_N_HALVINGS):
        middle = (low + high) / 2
        is_less = ranks_of_pairs(after(middle), own).mean() <= wanted
        low, high = (middle, high) if is_less else (low, middle)
    return after(low)


if __name__ == "__main__":
    main()
