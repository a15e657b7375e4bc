from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pytest

from engine.encoders.profile import Profile
from engine.encoders.wants import WANTED_GENRES
from engine.library.columns import TrackColumns
from engine.library.picks import Pick
from engine.library.tracks import Track
from engine.ranking.diversity import spread_out
from engine.ranking.scores import best_first
from engine.ranking.taste import expected_bias, genre_histogram, genre_matrix, shares_of
from tests.tracks import make_track

GENRES = ("hip-hop", "jazz", "classical")


def track(number: int, **values: object) -> Track:
    return make_track(number, profile=Profile(**values))  # type: ignore[arg-type]


def test_the_highest_score_comes_first_and_ties_keep_one_order() -> None:
    scores = np.asarray([0.6, 1.0, 0.6], np.float32)
    names = [("b",), ("a",), ("a",)]
    assert list(best_first(scores, lambda tied: [names[index] for index in tied])) == [1, 2, 0]


def test_a_long_list_is_sorted_in_parts_and_names_only_ties(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("engine.ranking.scores._N_FIRST", 8)
    scores = np.random.default_rng(0).integers(0, 300, 500).astype(np.float32)
    asked: list[int] = []

    def names(tied: Sequence[int]) -> list[tuple[object, ...]]:
        asked.extend(tied)
        return [(-index,) for index in tied]

    found = list(best_first(scores, names))
    assert found == sorted(range(500), key=lambda index: (-scores[index], -index))
    values, counts = np.unique(scores, return_counts=True)
    assert sorted(asked) == np.flatnonzero(np.isin(scores, values[counts > 1])).tolist()
    asked.clear()
    next(best_first(scores, names))
    assert len(asked) <= 16


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
    contents: list[str],
) -> list[int]:
    return list(spread_out(order, scores, lambda indexes: vectors[indexes], contents))


A, B = [1.0, 0.0], [0.0, 1.0]


def test_near_duplicates_are_spread_and_copies_hidden() -> None:
    vectors = np.asarray([A, A, A, B, B], np.float32)
    scores = np.asarray([0.90, 0.89, 0.88, 0.85, 0.70], np.float32)
    order = [0, 1, 2, 3, 4]
    # 1 and 2 sound like 0 and cost 0.1: 3 (.85) comes before them (.79, .78), 4 (.70 - .1) doesn't.
    assert spread(order, scores, vectors, list("abcde")) == [0, 3, 1, 2, 4]
    assert spread(order, scores, vectors, ["a", "a", "c", "d", ""]) == [
        0,
        3,
        2,
        4,
    ]


def test_a_poor_match_is_never_lifted_for_the_sake_of_variety() -> None:
    vectors = np.asarray([A, A, B], np.float32)
    scores = np.asarray([0.9, 0.8, 0.2], np.float32)
    assert spread([0, 1, 2], scores, vectors, ["", "", ""]) == [0, 1, 2]


def test_different_tracks_keep_their_order() -> None:
    vectors = np.eye(4, dtype=np.float32)
    scores = np.asarray([0.3, 0.1, 0.4, 0.2], np.float32)
    assert spread([2, 0, 3, 1], scores, vectors, ["", "", "", ""]) == [
        2,
        0,
        3,
        1,
    ]
