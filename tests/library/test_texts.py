"""Titles, artists and albums in memory: folded, searched, and read again when they change."""

import os
import unicodedata
from pathlib import Path

import numpy as np
import pytest

from engine.library.library import Library
from engine.library.texts import TextCache, TrackTexts, folded
from engine.library.track_edits import EditTracks, TrackEdit
from tests.library.conftest import analysed


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Für Elise", "fur elise"), ("CAFÉ", "cafe"), ("Straße", "strasse"),
        ("Ångström", "angstrom"),
        ("Smørrebrød", "smorrebrod"), ("Łódź", "lodz"), ("ПЁТР", "петр"), ("雨の夜", "雨の夜"),
        ("ＡＢＣ", "abc"), ("", ""), ("İSTANBUL", "istanbul"), ("Ταξίδις", "ταξιδισ"),
        # Letters in a style, and signs that nobody sees.
        ("\U0001d4d7\U0001d4f2 \u210ci \u2116 5 X\u2122", "hi hi no 5 xtm"),
        ("ca\u200bfe\u0301\ufeff", "cafe"), ("soft\u00adly", "softly"),
        ("\u202eabc\u202c", "abc"), ("\u2764\ufe0f", "\u2764"), ("\u200b", ""),
    ],
)  # fmt: skip
def test_accents_and_capitals_are_folded(text: str, expected: str) -> None:
    assert folded(text) == expected
    assert folded(unicodedata.normalize("NFD", text)) == expected


def test_words_and_parts_of_words_are_found_wherever_they_are() -> None:
    random = np.random.default_rng(1)
    signs = "abc雨夜é "
    texts = ["".join(random.choice(list(signs), random.integers(0, 12))) for _ in range(300)]
    found = TrackTexts.of((number, text, text) for number, text in enumerate(texts))
    for word in ("a", "ab", "bca", "雨", "雨夜", "é", " ", "zz", "aaaaaaaaaaaaaaaaaaaa"):
        assert np.flatnonzero(found.having(word)).tolist() == [
            number for number, text in enumerate(texts) if word in text
        ]
    ends = TrackTexts.of([(1, "ab", "ab"), (2, "ba", "ba"), (3, "b", "b")])
    for word in ("abb", "bab", "bac", "abc", "aba", "b\0b", "\0", "a\0", "ab" * 9, "b" * 20 + "a"):
        assert not ends.having(word).any()
    nothing = TrackTexts.of([])
    assert len(nothing.having("a")) == 0


@pytest.fixture
def library() -> Library:
    own = Library.open()
    folder = own.folders.add(Path("/music"))
    for number in range(4):
        own.files.store(folder.id, analysed(Path(f"/music/{number}.mp3")))
    return own


def change(library: Library, statement: str, *values: object) -> None:
    with library.database.writing() as connection:
        connection.execute(statement, values)


def test_changes_are_seen_at_once_and_the_rest_isnt_read_again(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    cache = TextCache()
    first = cache.of(library)
    assert first.ids.tolist() == [1, 2, 3, 4]
    assert cache.of(library) is first
    for column in ("title", "artist", "album"):
        change(library, f"UPDATE tracks SET {column} = ? WHERE id = 2", f"New {column}")
    change(library, "UPDATE tracks SET state = 'offline' WHERE id = 4")
    second = cache.of(library)
    assert second.ids.tolist() == [1, 2, 3]
    assert second.texts[1] == "new title\nnew artist\nnew album"
    assert second.texts[0] == first.texts[0]
    # A row that changes without a trigger shows what is read again.
    change(library, "DROP TRIGGER track_changed")
    change(library, "UPDATE tracks SET title = 'unseen' WHERE id = 1")
    change(library, "DELETE FROM tracks WHERE id = 3")
    third = cache.of(library)
    assert third.ids.tolist() == [1, 2]
    assert third.titles[0] == first.titles[0]
    monkeypatch.setattr("engine.library.texts._MANY", 0)
    change(library, "DELETE FROM tracks WHERE id = 2")
    assert cache.of(library).titles == ("unseen",)


def test_a_track_without_a_title_has_that_of_its_file(library: Library) -> None:
    raw = b"/music/caf\xe9 night.mp3"
    change(library, "UPDATE tracks SET title = '', artist = NULL, path = ? WHERE id = 1", raw)
    change(library, "UPDATE tracks SET title = 'x' || char(0) || 'y' WHERE id = 2")
    texts = TextCache().of(library)
    assert texts.titles[0].endswith(" night")
    assert texts.having("night").tolist() == [True, False, False, False]
    assert texts.having("y").tolist()[1]
    assert os.fsdecode(raw)


def test_titles_have_their_places_in_the_alphabet_of_all_libraries() -> None:
    one = TrackTexts.of([(1, "b", "b"), (2, "a", "a")])
    other = TrackTexts.of([(1, "aa", "aa"), (2, "b", "b")])
    cache = TextCache()
    ranks = cache.ranks([one, other])
    assert [each.tolist() for each in ranks] == [[2, 0], [1, 2]]
    assert cache.ranks([one, other]) is ranks
    assert [each.tolist() for each in cache.ranks([other, one])] == [[1, 2], [2, 0]]
    assert [each.tolist() for each in cache.ranks([one])] == [[1, 0]]
    assert cache.ranks([]) == ()


def test_what_the_user_edited_and_the_genre_of_the_file_are_found(library: Library) -> None:
    cache = TextCache()
    cache.of(library)
    library.apply(EditTracks((("1.mp3", TrackEdit(title="Édited", artist="Mo")),)))
    library.genre_tags.set([("2.mp3", "Progressive Rock")])
    texts = cache.of(library)
    assert texts.having("edited").tolist() == [False, True, False, False]
    assert texts.titles[1] == "edited"
    assert texts.having("sive rock").tolist() == [False, False, True, False]
