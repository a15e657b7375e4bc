"""Histograms of picks, by hand and against a slow twin."""

import time
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pytest

from engine.training.data.pairs import PairSet
from engine.training.data.tastes import leave_one_out_tastes, mean_taste


def picks(uploaders: Sequence[str], genres: npt.NDArray[np.int64], n_genres: int = 2) -> PairSet:
    """Pairs of one video and one track each."""
    n = len(genres)
    return PairSet(
        video_vectors=np.zeros((n, 1), dtype=np.float32),
        music_vectors=np.zeros((n, 1), dtype=np.float32),
        pairs=np.stack([np.arange(n)] * 2, axis=1),
        weights=np.ones(n, dtype=np.float32),
        uploaders=np.asarray(uploaders, dtype=np.str_),
        genres=genres,
        sources=np.asarray(uploaders, dtype=np.str_),
        genre_names=tuple(f"genre {number}" for number in range(n_genres)),
        video_blocks=(1,),
        music_blocks=(1,),
        video_version="video-1",
        music_version="music-1",
        origin="made by hand",
    )


PICKS = picks(["ann", "ann", "ann", "bob", "eve"], np.array([0, 0, 1, 1, -1]))
MEAN = np.array([0.3, 0.7], dtype=np.float32)


def test_the_mean_histogram_is_over_uploaders_not_over_pairs() -> None:
    # ann: (2/3, 1/3), bob: (0, 1); eve has no known genre and doesn't count.
    assert mean_taste(PICKS) == pytest.approx([1 / 3, 2 / 3])


def test_without_any_genre_the_mean_is_uniform() -> None:
    assert mean_taste(picks(["eve"], np.array([-1]), 4)) == pytest.approx([0.25] * 4)


def test_a_histogram_leaves_its_own_pair_out() -> None:
    histograms = leave_one_out_tastes(PICKS, MEAN)
    assert histograms[0] == pytest.approx([0.5, 0.5])
    assert histograms[2] == pytest.approx([1.0, 0.0])


def test_an_empty_histogram_becomes_the_mean() -> None:
    histograms = leave_one_out_tastes(PICKS, MEAN)
    assert histograms[3] == pytest.approx(MEAN)
    assert histograms[4] == pytest.approx(MEAN)


def test_histograms_equal_their_twin() -> None:
    rng = np.random.default_rng(0)
    uploaders = [f"user {n}" for n in rng.integers(0, 9, 80)]
    genres = rng.integers(-1, 4, 80)
    mean = np.full(4, 0.25, dtype=np.float32)
    for row, histogram in enumerate(leave_one_out_tastes(picks(uploaders, genres, 4), mean)):
        others = [
            genre
            for other, (uploader, genre) in enumerate(zip(uploaders, genres, strict=True))
            if uploader == uploaders[row] and other != row and genre >= 0
        ]
        shares = [others.count(genre) / len(others) for genre in range(4)] if others else mean
        assert histogram == pytest.approx(shares, abs=1e-7)


def test_histograms_of_a_whole_dataset_take_no_loop_over_pairs() -> None:
    rng = np.random.default_rng(0)
    uploaders = rng.integers(0, 12_000, 146_351).astype(np.str_).tolist()
    pairs = picks(uploaders, rng.integers(-1, 6, 146_351), 6)
    started_s = time.process_time()
    histograms = leave_one_out_tastes(pairs, np.full(6, 1 / 6, dtype=np.float32))
    assert time.process_time() - started_s < 2.0
    assert histograms.sum(axis=1) == pytest.approx(np.ones(146_351), abs=1e-5)
