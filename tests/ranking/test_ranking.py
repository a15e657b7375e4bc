import numpy as np
import pytest

from engine.encoders.profile import Profile
from engine.errors import InputError
from engine.library.history import Pick
from engine.library.tracks import Track, genre_matrix
from engine.ranking.diversity import spread_out
from engine.ranking.filters import check_genres, keep_wanted
from engine.ranking.scores import best_first, content_scores
from engine.ranking.taste import expected_bias, genre_histogram
from tests.tracks import make_track

GENRES = ("hip-hop", "jazz", "classical")


def track(number: int, **values: object) -> Track:
    return make_track(number, profile=Profile(**values))  # type: ignore[arg-type]


TRACKS = (
    track(1, genre="jazz", bpm=100.0, vocals=0.9),
    track(2, genre="jazz", bpm=140.0, vocals=0.1),
    track(3, genre=None, bpm=89.6, vocals=0.0),
    track(4, genre="hip-hop", bpm=None, vocals=None),
)


def test_filters_keep_what_is_asked_for() -> None:
    assert keep_wanted(TRACKS) == [0, 1, 2, 3]
    assert keep_wanted(TRACKS, genres=("jazz",)) == [0, 1]
    assert keep_wanted(TRACKS, genres=("jazz", "hip-hop")) == [0, 1, 3]
    assert keep_wanted(TRACKS, bpm=(90, 120)) == [0, 2]
    assert keep_wanted(TRACKS, no_vocals=True) == [1, 2]


def test_the_filter_that_leaves_nothing_is_named() -> None:
    with pytest.raises(InputError, match=r"none of the 4 tracks passes .*200-210 BPM"):
        keep_wanted(TRACKS, bpm=(200, 210))
    with pytest.raises(InputError, match="“no vocals” took the last after “the genre hip-hop”"):
        keep_wanted(TRACKS, genres=("hip-hop",), no_vocals=True)


def test_genres_are_spelt_as_people_do() -> None:
    assert check_genres(["Jazz", "hip hop", "HIPHOP"], GENRES) == ("jazz", "hip-hop")
    assert check_genres(["lofi", "Lo_Fi", "synth-wave"], ["synthwave", "lo-fi"]) == (
        "lo-fi",
        "synthwave",
    )
    with pytest.raises(InputError, match=r"“polka”.*hip-hop, jazz, classical"):
        check_genres(["polka"], GENRES)


def test_scores_are_cosines_and_ties_keep_one_order() -> None:
    vectors = np.asarray([[1, 0], [0.6, 0.8], [1, 0]], np.float32)
    scores = content_scores(np.asarray([0.6, 0.8], np.float32), vectors)
    assert scores == pytest.approx([0.6, 1.0, 0.6])
    assert best_first(scores, [("b",), ("a",), ("a",)]).tolist() == [1, 2, 0]


def test_the_first_picks_move_a_taste_little_many_move_it_much() -> None:
    mean = np.asarray([0.5, 0.3, 0.2], np.float32)
    jazz = Pick("clip", "track", "", (0.0, 1.0, 0.0), "")
    one = genre_histogram([jazz], mean)
    # (1 + 5·0.3) / 6 and (95 + 5·0.3) / 100
    assert one is not None and one == pytest.approx([2.5 / 6, 2.5 / 6, 1 / 6])
    many = genre_histogram([jazz] * 95, mean)
    assert many is not None and many[1] == pytest.approx(0.965)


def test_without_usable_picks_there_is_no_taste() -> None:
    mean = np.asarray([0.5, 0.3, 0.2], np.float32)
    assert genre_histogram([], mean) is None
    assert genre_histogram([Pick("c", "t", "", (1.0,), "")], mean) is None


def test_an_unsure_track_feels_the_average_of_its_genres() -> None:
    known = track(1, genre_probabilities=(0.0, 1.0, 0.0))
    unsure = track(2, genre_probabilities=(0.5, 0.5, 0.0))
    matrix = genre_matrix([known, unsure, track(3)], 3)
    bias = expected_bias(matrix, np.asarray([-0.3, 0.6, 0.0], np.float32))
    assert bias == pytest.approx([0.6, 0.15, 0.1])


A, B = [1.0, 0.0], [0.0, 1.0]


def test_near_duplicates_are_spread_and_copies_hidden() -> None:
    vectors = np.asarray([A, A, A, B, B], np.float32)
    scores = np.asarray([0.90, 0.89, 0.88, 0.85, 0.70], np.float32)
    order = [0, 1, 2, 3, 4]
    # 1 and 2 sound like 0 and cost 0.1: 3 (.85) comes before them (.79, .78), 4 (.70 - .1) doesn't.
    assert list(spread_out(order, scores, vectors, list("abcde"))) == [0, 3, 1, 2, 4]
    assert list(spread_out(order, scores, vectors, ["a", "a", "c", "d", ""])) == [0, 3, 2, 4]


def test_a_poor_match_is_never_lifted_for_the_sake_of_variety() -> None:
    vectors = np.asarray([A, A, B], np.float32)
    scores = np.asarray([0.9, 0.8, 0.2], np.float32)
    assert list(spread_out([0, 1, 2], scores, vectors, ["", "", ""])) == [0, 1, 2]


def test_different_tracks_keep_their_order() -> None:
    vectors = np.eye(4, dtype=np.float32)
    scores = np.asarray([0.3, 0.1, 0.4, 0.2], np.float32)
    assert list(spread_out([2, 0, 3, 1], scores, vectors, ["", "", "", ""])) == [2, 0, 3, 1]
