from engine.arrangement.alignment import Alignment
from engine.ranking.placement_words import placement_words


def test_what_meets_is_said_with_its_numbers() -> None:
    assert placement_words(Alignment(8.0, 0.5, 60, 0.75, 0.2, 8)) == (
        "6 of 8 cuts fall on a beat",
        "the music rises and falls with the movement",
    )


def test_what_chance_gives_is_not_claimed() -> None:
    # Among 9 moments .9 is within three deviations; beats that meet 45 % of all cuts meet 75 %.
    assert placement_words(Alignment(8.0, 0.9, 9, 0.75, 0.45, 8)) == ()
    assert placement_words(Alignment(0.0, 0.0, 0, 0.0, 0.0, 0)) == ()
