import numpy as np

from tests.benchmarks.still_wants import varied
from tests.benchmarks.twelve_scenes import marked, spaced
from wants.tables import Wants


def test_varied_pictures_take_each_source_in_turn() -> None:
    sources = np.array(["a", "a", "a", "b", "b", "c"])
    assert varied(sources, 3).tolist() == [0, 3, 5]
    assert varied(sources, 5).tolist() == [0, 3, 5, 1, 4]


def test_pictures_are_spaced_evenly_and_not_at_the_ends() -> None:
    assert spaced(list("abcdefghi"), 3) == ["c", "e", "g"]


def test_words_are_marked_by_the_wants() -> None:
    wants = Wants.parse(
        {"moods": "calm:0.7", "genres": "", "avoid_moods": "", "avoid_genres": "metal"}
    )
    assert [marked(word, wants) for word in ("calm", "metal", "pop")] == ["calm+", "metal-", "pop"]
