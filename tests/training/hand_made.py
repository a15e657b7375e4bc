"""A hand-made benchmark: the right track of every video is known, and so is every score."""

from dataclasses import replace
from typing import ClassVar

import numpy as np
import numpy.typing as npt

from engine.progress import Progress
from engine.training.data.benchmark_data import (
    BenchmarkData,
    Queries,
    TestSet,
    TrainingData,
    target_popularity,
    true_match,
)
from engine.training.data.pairs import PairSet
from engine.training.data.split_data import SplitData, with_own_tests
from engine.training.method.training_config import TrainingConfig
from engine.training.systems.contract import Scorer

Fit = tuple[str, bool, int]
"""Of a fake system: its name, whether with professionals' pairs, the seed."""
GENRES = ("jazz", "pop")
N_TRACKS, N_QUERIES, N_NEGATIVES = 40, 12, 20


def make_pairs(n_pairs: int = 30) -> PairSet:
    """Video i goes with track i modulo 20, of which the even ones are jazz."""
    videos = np.arange(n_pairs)
    return PairSet(
        video_vectors=np.eye(n_pairs, 6, dtype=np.float32),
        music_vectors=np.eye(N_TRACKS, 6, dtype=np.float32),
        pairs=np.stack([videos, videos % 20], axis=1),
        weights=np.ones(n_pairs, dtype=np.float32),
        uploaders=(videos % 5).astype(np.str_),
        genres=np.arange(N_TRACKS) % 2,
        sources=videos.astype(np.str_),
        genre_names=GENRES,
        video_blocks=(6,),
        music_blocks=(6,),
        video_version="video-1",
        music_version="music-1",
        origin="made by hand",
    )


def make_test(name: str, pairs: PairSet) -> TestSet:
    """Query i asks for track i; the true match falls with the distance from it."""
    rows = np.arange(N_QUERIES)
    vectors = np.zeros((N_QUERIES, 6), dtype=np.float32)
    vectors[:, 0] = rows
    tastes = np.where((rows % 3 == 0)[:, None], [0.8, 0.2], [0.25, 0.75]).astype(np.float32)
    near = -np.abs(rows[:, None] - np.arange(N_TRACKS)).astype(np.float32)
    true_top, shares = true_match(near, pairs.genres, len(GENRES))
    return TestSet(
        name=name,
        queries=Queries(vectors, tastes),
        targets=rows,
        negatives=np.stack([row + 1 + np.arange(N_NEGATIVES) for row in rows]),
        popularity=target_popularity(rows, pairs.pairs[:, 1], N_TRACKS),
        true_top=true_top,
        true_genre_shares=shares,
    )


def make_data(seed: int = 0, with_pgc: bool = True) -> BenchmarkData:
    """The data, of whose test sets "diverse" and "do" are reported."""
    pairs = make_pairs()
    return BenchmarkData(
        name="hand-made",
        ugc=pairs,
        pgc=replace(pairs, origin="professionals") if with_pgc else None,
        validation=make_test("validation", pairs),
        tests=(make_test("diverse", pairs), make_test("do", pairs)),
        is_simulated=True,
        description="Simulated by hand.",
    )


def make_given(seed: int = 0) -> SplitData:
    """The data as somebody's, of which every seed has another validation set."""
    return with_own_tests(make_data(seed))


class ByDistance:
    """Scores by minus the distance to track (index of the query + `off`)."""

    def __init__(self, off: int) -> None:
        self.off = off

    def score(
        self, queries: Queries, candidates: npt.NDArray[np.int64] | None = None
    ) -> npt.NDArray[np.float32]:
        wanted = queries.video_vectors[:, 0] + self.off
        scores = -np.abs(wanted[:, None] - np.arange(N_TRACKS)[None, :]).astype(np.float32)
        return scores if candidates is None else np.take_along_axis(scores, candidates, axis=1)


class FakeSystem:
    """`right` finds every target; `wrong` is off by `off` tracks; both count their fits."""

    fits: ClassVar[list[Fit]] = []

    def __init__(self, name: str, off: int = 0, needs_pgc: bool = False) -> None:
        self.name, self.off, self.needs_pgc = name, off, needs_pgc

    def fit(self, data: TrainingData, config: TrainingConfig, progress: Progress) -> Scorer:
        progress.step("learning", 1, 2)
        FakeSystem.fits.append((self.name, data.pgc is not None, config.seed))
        return ByDistance(self.off)


def make_fake(name: str, **settings: int) -> FakeSystem:
    """The fakes by name."""
    off = {"right": 0, "wrong": 20}.get(name, 3)
    return FakeSystem(name, settings.get("off", off), needs_pgc=name == "teacher")
