"""The user's own pairs as benchmark data: whole sources are held out, no true match is known."""

from pathlib import Path

import numpy as np
import numpy.typing as npt

from engine.errors import TrainingError
from engine.training.data.benchmark_data import (
    N_NEGATIVES,
    BenchmarkData,
    Queries,
    TestSet,
    draw_negatives,
    target_popularity,
)
from engine.training.data.intervened_tests import harder_halves
from engine.training.data.pairs import MIN_PAIRS, PairSet, require_alike
from engine.training.data.same_clips import with_joined_sources, without_sources
from engine.training.data.splits import held_out_sources
from engine.training.data.tastes import leave_one_out_tastes, tastes_of
from engine.translation import tr

TEST_SHARE = 0.2
VALIDATION_SHARE = 0.125
"""Of the rest: a tenth of all."""


def own_benchmark(
    ugc: PairSet, pgc: PairSet | None, seed: int, ugc_path: Path, pgc_path: Path | None = None
) -> BenchmarkData:
    """Hold out a fifth of the videos for the test and a tenth for validation, by source.

    Sources that share a clip are one source, and professionals' pairs of held-out sources are left
    out. The catalogue is every track there is. The test is whether a held-out picture finds the
    music that its uploader chose. Where the set allows, its harder halves are tests of their own;
    see `harder_halves`.

    Args:
        ugc: pairs that uploaders chose.
        pgc: pairs that professionals chose, if there are any.
        seed: of the split and the negatives.
        ugc_path: where the uploaders' pairs come from, for messages.
        pgc_path: where the professionals' come from.

    Raises:
        TrainingError: when there are too few pairs or sources, or the two sets don't match.
    """
    ugc.require(MIN_PAIRS, ugc_path)
    if pgc is not None:
        require_alike(ugc, pgc, pgc_path)
    ugc, pgc, _ = with_joined_sources(ugc, pgc)
    tested = held_out_sources(ugc.sources, TEST_SHARE, seed)
    rest = np.flatnonzero(~tested)
    validated = np.zeros(ugc.n_videos, dtype=np.bool_)
    validated[rest[held_out_sources(ugc.sources[rest], VALIDATION_SHARE, seed + 1)]] = True
    if not tested[ugc.pairs[:, 0]].any() or not validated[ugc.pairs[:, 0]].any():
        raise TrainingError(
            tr("there are too few sources to hold some out for a test."),
            path=ugc_path,
            remedy=tr("Sort the edits into at least ten subfolders, one for each maker."),
        )
    held_out = tested | validated
    training = ugc.take(~held_out[ugc.pairs[:, 0]])
    asked = {"test": tested, **harder_halves(ugc, tested, seed)}
    return BenchmarkData(
        name=ugc_path.resolve().stem,
        ugc=training,
        pgc=None if pgc is None else without_sources(pgc, ugc.sources[held_out]),
        validation=held_out_test("validation", ugc, validated, training, seed),
        tests=tuple(
            held_out_test(name, ugc, chosen, training, seed + 1) for name, chosen in asked.items()
        ),
        is_simulated=False,
        description=f"{ugc.origin or ugc_path.name}; whole sources held out, seed {seed}.",
    )


def held_out_test(
    name: str,
    pairs: PairSet,
    held_out: npt.NDArray[np.bool_],
    training: PairSet,
    seed: int,
    pool: npt.NDArray[np.int64] | None = None,
) -> TestSet:
    """Return a test set that asks for the music of held-out videos among all tracks.

    An uploader without a training pair has the taste of their other pairs: nobody learns from
    them, but they are known where somebody asks.

    Args:
        name: of the set.
        pairs: with all videos.
        held_out: (n_videos,) mask.
        training: the other pairs, for tastes and popularity, with the same catalogue.
        seed: of the negatives, and of the track where a video has several.
        pool: (n,) the only tracks that may be recommended; None for all.
    """
    rng = np.random.default_rng(seed)
    asks = held_out[pairs.pairs[:, 0]]
    if pool is not None:
        asks &= np.isin(pairs.pairs[:, 1], pool)
    rows = rng.permutation(np.flatnonzero(asks))
    # Each video asks once, for one of its tracks at random.
    _, first = np.unique(pairs.pairs[rows, 0], return_index=True)
    rows = np.sort(rows[first])
    chosen = pairs.take(rows)
    videos, targets = chosen.pairs[:, 0], chosen.pairs[:, 1]
    learnt = tastes_of(training)
    tastes, drifts = learnt.of(chosen.uploaders)
    unlearnt = ~np.isin(chosen.uploaders, training.uploaders)
    tastes[unlearnt] = leave_one_out_tastes(pairs, learnt.mean)[rows[unlearnt]]
    candidates = np.arange(pairs.n_tracks) if pool is None else pool
    text, has_text = chosen.extras.text_vectors, chosen.extras.has_text
    return TestSet(
        name=name,
        queries=Queries(
            chosen.video_vectors[videos],
            tastes,
            text_vectors=None if text is None else text[videos],
            has_text=None if has_text is None else has_text[videos],
            drifts=drifts,
            uploaders=chosen.uploaders,
        ),
        targets=targets,
        negatives=draw_negatives(targets, candidates, N_NEGATIVES, rng),
        popularity=target_popularity(targets, training.pairs[:, 1], training.n_tracks),
        candidates_pool=pool,
    )
