"""How often an item plays the same part of its track, with numbers counted by hand."""

from engine.arrangement.repetition import Repetition, repetition
from engine.arrangement.slicing import join


def measured(*pieces: tuple[float, float], crossfade_s: float = 0.25) -> Repetition:
    return repetition(join(pieces, crossfade_s, 0.0, 0.0))


def test_one_piece_is_played_once() -> None:
    assert measured((0.0, 60.0)) == Repetition(1, 0.0, 1, 1.0)


def test_a_loop_of_a_stretch_is_counted_as_often_as_it_plays() -> None:
    found = measured((0.0, 40.0), (10.0, 40.0), (10.0, 40.0), (10.0, 60.0))
    # 30 s four times, 30 s once.
    assert (found.stretch_times, found.most_times, found.mean_times) == (4, 4, 150 / 60)
    assert found.seconds_thrice == 4 * 30


def test_pieces_no_longer_than_a_stretch_may_return_in_other_order() -> None:
    one, two, three = (0.0, 15.0), (15.0, 30.0), (30.0, 45.0)
    found = measured(one, three, two, one, two, three, one, three, one)
    assert found.most_times == 4
    # One after three, and three after one, twice each.
    assert (found.stretch_times, found.seconds_thrice) == (2, 0.0)


def test_an_order_that_returns_counts_across_its_jumps() -> None:
    one, two = (0.0, 15.0), (30.0, 45.0)
    assert measured(one, two, one, two, one, two).stretch_times == 3


def test_exactly_twenty_seconds_are_no_stretch() -> None:
    assert measured((0.0, 20.0), (40.0, 60.0), (0.0, 20.0), (60.0, 80.0)).stretch_times == 1
    assert measured((0.0, 21.0), (40.0, 60.0), (0.0, 21.0), (60.0, 80.0)).stretch_times == 2


def test_crossfades_dont_count_as_places_of_their_own() -> None:
    pieces = ((0.0, 30.0), (10.0, 30.0), (10.0, 50.0))
    assert measured(*pieces, crossfade_s=0.25) == measured(*pieces, crossfade_s=2.0)
