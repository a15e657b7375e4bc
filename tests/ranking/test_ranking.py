from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pytest

from engine.encoders.profile import Profile
from engine.encoders.wants import WANTED_GENRES
from engine.library.columns import TrackColumns
from engine.library.picks import Pick
from engine.library.tracks import Track
from engine.ranking.diversity import N_CANDIDATES, N_SPREAD, spread_out
from engine.ranking.scores import best_first, copies, descending, first_copies
from engine.ranking.taste import expected_bias, genre_histogram, genre_matrix, shares_of
from tests.tracks import make_track

GENRES = ("hip-hop", "jazz", "classical")


def track(number: int, **values: object) -> Track:
    return make_track(number, profile=Profile(**values))  # type: ignore[arg-type]


def test_the_highest_score_comes_first_and_ties_keep_one_order() -> None:
    scores = np.asarray([0.6, 1.0, 0.6], np.float32)
    names = [("b",), ("a",), ("a",)]
    found = best_first(scores, lambda tied: [names[index] for index in tied], 3)
    assert found.tolist() == [1, 2, 0]
    assert best_first(scores[:0], lambda tied: [names[index] for index in tied], 3).tolist() == []


def test_only_ties_among_the_first_are_named() -> None:
    scores = np.random.default_rng(0).integers(0, 300, 500).astype(np.float32)
    asked: list[int] = []

    def names(tied: Sequence[int]) -> list[tuple[object, ...]]:
        asked.extend(tied)
        return [(-index,) for index in tied]

    found = best_first(scores, names, len(scores)).tolist()
    assert found == sorted(range(500), key=lambda index: (-scores[index], -index))
    values, counts = np.unique(scores, return_counts=True)
    assert sorted(asked) == np.flatnonzero(np.isin(scores, values[counts > 1])).tolist()
    asked.clear()
    first = best_first(scores, names, 8).tolist()
    assert first[:8] == found[:8]
    assert 0 < len(asked) <= 16
    # With all that are as good as the last one; behind them in the order of the indexes.
    end = int((scores >= scores[found[7]]).sum())
    assert first[:end] == found[:end]
    assert first == found[:end] + sorted(found[end:], key=lambda index: (-scores[index], index))


def test_thousands_of_equal_scores_are_not_named() -> None:
    scores = np.zeros(5_000, np.float32)
    scores[[7, 3]] = 1.0
    asked: list[int] = []

    def names(tied: Sequence[int]) -> list[tuple[object, ...]]:
        asked.extend(tied)
        return [(-index,) for index in tied]

    order = best_first(scores, names, 100).tolist()
    assert (order[:4], sorted(asked)) == ([7, 3, 0, 1], [3, 7])
    assert sorted(order) == list(range(5_000))


def test_scores_are_sorted_as_numpy_sorts_them() -> None:
    random = np.random.default_rng(2)
    scores = np.round(random.normal(0, 1, 3_000), 1).astype(np.float32)
    scores[random.integers(0, 3_000, 30)] = [-0.0, 0.0, np.inf, -np.inf, np.nan] * 6
    assert descending(scores).tolist() == np.argsort(-scores, kind="stable").tolist()
    assert descending(scores[:0]).tolist() == []


def test_files_with_copies_are_numbered_by_their_content() -> None:
    # The second and the third differ in the upper half alone.
    contents = np.asarray([7, 5, (1 << 40) + 5, 0, 7, 0, 9], np.uint64)
    may_have, numbers = copies(contents)
    assert may_have.tolist() == [True, True, True, False, True, False, False]
    assert numbers[0] == numbers[4]
    assert len({*numbers[:3].tolist()}) == 3
    for few in ([], [3], [0], [0, 0]):
        assert not copies(np.asarray(few, np.uint64))[0].any()


def test_copies_are_listed_once_and_unknown_files_all() -> None:
    contents = np.asarray([7, 0, 9, 7, 0], np.uint64)
    assert first_copies(np.asarray([3, 1, 0, 4, 2]), contents).tolist() == [3, 1, 4, 2]


def probabilities(**shares: float) -> tuple[float, ...]:
    return tuple(shares.get(genre.replace("-", "_"), 0.0) for genre in WANTED_GENRES)


def test_the_first_picks_move_a_taste_little_many_move_it_much() -> None:
    mean = np.asarray([0.5, 0.3, 0.2], np.float32)
    jazz = Pick("clip", "track", "", probabilities(jazz=1.0), "")
    one = genre_histogram([jazz], GENRES, mean)
    # (1 + 5·0.3) / 6 and (95 + 5·0.3) / 100
    assert one is not None and one == pytest.approx([2.5 / 6, 2.5 / 6, 1 / 6])
    many = genre_histogram([jazz] * 95, GENRES, mean)
    assert many is not None and many[1] == pytest.approx(0.965)


def test_without_usable_picks_there_is_no_taste() -> None:
    mean = np.asarray([0.5, 0.3, 0.2], np.float32)
    assert genre_histogram([], GENRES, mean) is None
    assert genre_histogram([Pick("c", "t", "", (1.0,), "")], GENRES, mean) is None
    metal = Pick("c", "t", "", probabilities(metal=1.0), "")
    assert genre_histogram([metal], GENRES, mean) is None


def test_a_genre_unknown_to_the_pack_counts_as_the_nearest() -> None:
    mixed = probabilities(lo_fi=0.4, hip_hop=0.1, jazz=0.3, metal=0.2)
    assert shares_of(mixed, GENRES) == pytest.approx([0.625, 0.375, 0.0])
    assert shares_of(mixed, WANTED_GENRES) == pytest.approx(mixed)
    of_ten = mixed[:10]
    assert shares_of(of_ten, GENRES) == pytest.approx([0.25, 0.75, 0.0])


def test_an_unsure_track_feels_the_average_of_its_genres() -> None:
    known = track(1, genre_probabilities=probabilities(jazz=1.0))
    unsure = track(2, genre_probabilities=probabilities(hip_hop=0.5, jazz=0.5))
    matrix = genre_matrix(TrackColumns.of([known, unsure, track(3)]), GENRES)
    bias = expected_bias(matrix, np.asarray([-0.3, 0.6, 0.0], np.float32))
    assert bias == pytest.approx([0.6, 0.15, 0.1])


def spread(
    order: list[int],
    scores: npt.NDArray[np.float32],
    vectors: npt.NDArray[np.float32],
    n: int = N_SPREAD,
) -> list[int]:
    found = spread_out(np.asarray(order), scores, lambda some: vectors[some], n)
    return [int(index) for index in found]


A, B = [1.0, 0.0], [0.0, 1.0]


def test_near_duplicates_are_spread() -> None:
    vectors = np.asarray([A, A, A, B, B], np.float32)
    scores = np.asarray([0.90, 0.89, 0.88, 0.85, 0.70], np.float32)
    # 1 and 2 sound like 0 and cost 0.1: 3 (.85) comes before them (.79, .78), 4 (.70 - .1) doesn't.
    assert spread([0, 1, 2, 3, 4], scores, vectors) == [0, 3, 1, 2, 4]
    assert spread([0, 2, 3, 4], scores, vectors) == [0, 3, 2, 4]
    # Behind the first rank nothing is moved.
    assert spread([0, 1, 2, 3, 4], scores, vectors, 1) == [0, 1, 2, 3, 4]
    assert spread([], scores, vectors) == []


def test_a_poor_match_is_never_lifted_for_the_sake_of_variety() -> None:
    vectors = np.asarray([A, A, B], np.float32)
    scores = np.asarray([0.9, 0.8, 0.2], np.float32)
    assert spread([0, 1, 2], scores, vectors) == [0, 1, 2]


def test_different_tracks_keep_their_order() -> None:
    vectors = np.eye(4, dtype=np.float32)
    scores = np.asarray([0.3, 0.1, 0.4, 0.2], np.float32)
    assert spread([2, 0, 3, 1], scores, vectors) == [2, 0, 3, 1]


def test_a_long_list_is_spread_like_one_rank_after_the_other() -> None:
    random = np.random.default_rng(3)
    scores = random.random(700).astype(np.float32)
    # Groups of tracks that sound alike.
    vectors = np.eye(40, dtype=np.float32)[random.integers(0, 40, 700)]
    order = np.argsort(-scores, kind="stable").tolist()
    found = spread(order, scores, vectors)
    expected = _rank_by_rank(order, scores, vectors, N_SPREAD)
    assert found == expected
    assert found[:N_SPREAD] != order[:N_SPREAD]
    assert sorted(found) == sorted(order)


def _rank_by_rank(
    order: list[int],
    scores: npt.NDArray[np.float32],
    vectors: npt.NDArray[np.float32],
    n: int,
) -> list[int]:
    """The slow twin of `spread_out`."""
    left, found = list(order), list[int]()
    while len(found) < n:
        candidates, recent = left[:N_CANDIDATES], found[-5:]

        def value(index: int, recent: list[int] = recent) -> float:
            is_near = any(vectors[index] @ vectors[other] > 0.95 for other in recent)
            return float(scores[index]) - 0.1 * is_near

        best = max(candidates, key=value)
        left.remove(best)
        found.append(best)
    return found + left
