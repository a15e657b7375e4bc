from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from engine.training.data.benchmark_data import (
    LIST_LENGTH,
    N_TRUE_TOP,
    BenchmarkData,
    Queries,
    genre_shares,
    target_popularity,
    true_match,
)
from tests.present import present
from tests.training import hand_made


def test_popularity_is_the_share_of_the_picks() -> None:
    picks = np.array([0, 0, 0, 1])
    # Track 2 was never picked: half a pick.
    shares = target_popularity(np.array([0, 1, 2, 0]), picks, 3)
    assert shares.tolist() == [0.75, 0.25, 0.125, 0.75]
    assert shares.dtype == np.float32
    assert target_popularity(np.array([0]), np.array([], dtype=np.int64), 1).tolist() == [0.5]


def test_genre_shares_by_hand() -> None:
    genres = np.array([0, 1, 1, -1])
    shares = genre_shares(np.array([[0, 1, 2, 3], [3, 3, 3, 3]]), genres, 3)
    assert shares.tolist() == [[0.25, 0.5, 0], [0, 0, 0]]


def test_the_true_match_is_best_first_and_ties_go_to_the_lower_index() -> None:
    scores = np.zeros((1, 40), dtype=np.float32)
    scores[0, [7, 20]] = [2, 3]
    top, shares = true_match(scores, (np.arange(40) == 20).astype(np.int64), 2)
    assert top.shape == (1, N_TRUE_TOP)
    assert top[0, :5].tolist() == [20, 7, 0, 1, 2]
    assert shares[0].tolist() == pytest.approx([14 / LIST_LENGTH, 1 / LIST_LENGTH])


def test_queries_take_rows_of_every_part() -> None:
    queries = Queries(
        video_vectors=np.arange(6, dtype="f4").reshape(3, 2),
        tastes=np.eye(3, dtype="f4"),
        drifts=np.array([0.0, 1.0, 2.0], "f4"),
        uploaders=np.array(["a", "b", "c"]),
    )
    part = queries.take(np.array([2, 0]))
    assert part.n == 2 and part.video_vectors.tolist() == [[4, 5], [0, 1]]
    assert present(part.uploaders).tolist() == ["c", "a"]
    assert present(part.drifts).tolist() == [2, 0]
    assert part.text_vectors is None


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"video_vectors": np.zeros(12, "f4")}, "isn't a matrix"),
        ({"video_vectors": np.full((12, 6), np.nan, "f4")}, "NaN"),
        ({"tastes": np.full((11, 2), 0.5, "f4")}, "tastes"),
        ({"tastes": np.full((12, 2), 0.4, "f4")}, "a taste isn't 1"),
        ({"tastes": np.tile([1.5, -0.5], (12, 1)).astype("f4")}, "negative"),
        ({"text_vectors": np.zeros((12, 3), "f4")}, "has_text"),
        ({"drifts": np.zeros(3, "f4")}, "drifts hasn't 12 rows"),
        ({"uploaders": np.array(["a"])}, "uploaders hasn't 12 rows"),
    ],
)
def test_queries_that_do_not_fit_are_refused(change: dict[str, Any], problem: str) -> None:
    with pytest.raises(ValueError, match=problem):
        replace(hand_made.make_data().validation.queries, **change)


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"targets": np.arange(11)}, "targets"),
        ({"targets": np.full(12, -1)}, "negative index"),
        ({"negatives": np.zeros(12, np.int64)}, "negatives"),
        ({"negatives": np.tile(np.arange(20), (12, 1))}, "among its negatives"),
        ({"popularity": np.zeros(12, "f4")}, "positive"),
        ({"popularity": np.full(12, np.nan, "f4")}, "positive"),
        ({"candidates_pool": np.arange(5)}, "isn't in candidates_pool"),
        ({"true_top": None}, "goes with true_genre_shares"),
        ({"true_genre_shares": np.zeros((12, 3), "f4")}, "true_genre_shares"),
    ],
)
def test_a_test_set_that_does_not_fit_is_refused(change: dict[str, Any], problem: str) -> None:
    with pytest.raises(ValueError, match=problem):
        replace(hand_made.make_data().validation, **change)


def test_an_empty_test_set_is_refused() -> None:
    test = hand_made.make_data().validation
    none = np.zeros(0, dtype=np.int64)
    with pytest.raises(ValueError, match="test set validation is empty"):
        replace(test, queries=test.queries.take(none), targets=none)


def test_the_catalogue_has_to_hold_every_track() -> None:
    data: BenchmarkData = hand_made.make_data()
    assert data.validation.n_tracks_needed == 32  # query 11 has the negatives 12 to 31
    few = replace(data.ugc, music_vectors=np.eye(31, 6, dtype="f4"), genres=np.zeros(31, np.int64))
    with pytest.raises(ValueError, match="test set validation names a track that doesn't exist"):
        replace(data, ugc=few)


def test_test_sets_go_with_the_training_pairs() -> None:
    data: BenchmarkData = hand_made.make_data()
    with pytest.raises(ValueError, match="no test set"):
        replace(data, tests=())
    with pytest.raises(ValueError, match="one name"):
        replace(data, tests=(data.validation,))
    with pytest.raises(ValueError, match="other genres"):
        replace(data, pgc=replace(present(data.pgc), genre_names=("pop", "jazz")))
    with pytest.raises(ValueError, match="counts taste in other genres"):
        replace(data, ugc=replace(data.ugc, genre_names=("jazz", "pop", "metal")), pgc=None)
    wider = replace(data.ugc, video_vectors=np.zeros((30, 7), "f4"), video_blocks=(7,))
    with pytest.raises(ValueError, match="other video features"):
        replace(data, ugc=wider)


def test_professionals_count_as_one_uploader_beside_the_others() -> None:
    data = hand_made.make_data()
    assert data.pgc is not None and len(np.unique(data.pgc.uploaders)) == 5
    joined = data.training(with_pgc=True).joined()
    n = data.ugc.n_pairs
    assert joined.uploaders[:n].tolist() == data.ugc.uploaders.tolist()
    assert len(np.unique(joined.uploaders[n:])) == 1
