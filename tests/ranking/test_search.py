"""Words find tracks by title, artist, album, genre and moods."""

import gettext
from collections.abc import Iterator

import numpy as np
import pytest

from engine.encoders.profile import Profile
from engine.library.library import Library
from engine.library.texts import TrackTexts, folded
from engine.ranking.candidates import Candidates
from engine.ranking.search import find, words_in
from engine.translation import use_catalogue
from tests.tracks import candidates_of, make_track

TEXTS = ("Calm Waters\nAnna Björk\nSeas", "Rock & Roll\nThe Waters", "雨夜\n王菲", "Night Drive")
PROFILES = (
    Profile(genre="hip-hop", moods={"tender": 2.0}),
    Profile(genre="metal", moods={"calm": 0.2}),
    Profile(genre="lo-fi", moods={"calm": 2.0}),
    Profile(genre="synthwave"),
)


@pytest.fixture(scope="module")
def candidates() -> Candidates:
    return candidates_of([make_track(n, profile=each) for n, each in enumerate(PROFILES, 1)])


def texts(_library: Library) -> TrackTexts:
    return TrackTexts.of((n, folded(text), folded(text)) for n, text in enumerate(TEXTS, 1))


def found(candidates: Candidates, text: str) -> list[int]:
    return [int(place) for place in np.flatnonzero(find(candidates, text, texts))]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("waters", [0, 1]), ("WATERS calm", [0]), ("calm waters", [0]), ("bjork", [0]),
        ("Björk", [0]), ("ater", [0, 1]), ("雨", [2]), ("夜雨", []), ("菲 雨", [2]),
        ("calm", [0, 2]), ("cal", [0, 2]), ("alm", [0]), ("lofi", [2]), ("lo-fi", [2]),
        ("hop", [0]), ("ho", [0]),
        ("hip-hop tender", [0]), ("metal roll", [1]), ("drive", [3]), ("d", [3]),
        ("", [0, 1, 2, 3]),
        ("   ", [0, 1, 2, 3]), ("“rock”", [1]), ("rock & roll", [1]), ("rock - roll", [1]),
        ("&", [1]), ("nothing here", []),
    ],
)  # fmt: skip
def test_all_words_are_found_in_any_order(
    candidates: Candidates, text: str, expected: list[int]
) -> None:
    assert found(candidates, text) == expected


@pytest.mark.parametrize(
    "text",
    [
        '"', "''", "*", "%", "_", "\\", "(", "NEAR", "NEAR(", "a AND", "OR", "NOT", "-", "--",
        "col:x",
        "^", "{}", "…", "\0", "\n", "\ud800", "🙂", "x" * 10_000, "word " * 5_000, "é" * 3_000,
        "\u0301", "?!" * 100,
    ],
)  # fmt: skip
def test_nothing_that_is_typed_is_an_error(candidates: Candidates, text: str) -> None:
    assert len(find(candidates, text, texts)) == 4


def test_signs_are_looked_for_only_where_there_is_nothing_else() -> None:
    assert words_in("  Rock &  Rock ‘n’ “Roll” ") == ("Rock", "n", "Roll")
    assert words_in("?! ?!") == ("?!",)
    assert words_in('""') == ()
    assert words_in("\u200b \u202e") == ()
    assert len(words_in(" ".join(map(str, range(100))))) == 16


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("ruhige", [2]), ("Zärtlich", [0]), ("平静", [2]), ("Night ruhig", []), ("drive", [3]),
        # A title has the word: it isn't the mood that is meant.
        ("waters", [0, 1]), ("суровый", []),
    ],
)  # fmt: skip
def test_words_for_moods_in_any_language_are_found_where_nothing_else_is(
    candidates: Candidates, text: str, expected: list[int]
) -> None:
    assert found(candidates, text) == expected


class _German(gettext.NullTranslations):
    def gettext(self, message: str) -> str:
        return {"calm": "ruhig", "synthwave": "Synthwave"}.get(message, message)


@pytest.fixture
def german() -> Iterator[None]:
    before = use_catalogue(_German())
    yield
    use_catalogue(before)


def test_moods_are_found_in_the_users_language(candidates: Candidates, german: None) -> None:
    assert found(candidates, "ruhig") == [2]
    assert found(candidates, "Ruh") == [2]
    assert found(candidates, "calm") == [0, 2]


def test_tracks_whose_texts_arent_known_yet_are_found_by_genre(candidates: Candidates) -> None:
    few = TrackTexts.of([(2, "rock", "rock"), (9, "metal", "metal")])
    assert find(candidates, "rock", lambda _: few).tolist() == [False, True, False, False]
    assert find(candidates, "metal", lambda _: few).tolist() == [False, True, False, False]
    nothing = TrackTexts.of([])
    assert find(candidates, "lo-fi", lambda _: nothing).tolist() == [False, False, True, False]
