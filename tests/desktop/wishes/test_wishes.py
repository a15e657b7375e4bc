"""The wishes of a request, without a window."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from desktop.wishes.wishes import (
    Kind,
    Wish,
    added,
    mood_words,
    parse_description,
    turned_round,
    wishes_of,
    with_reference,
    without_wish,
)
from engine.ranking.affect_area import AffectArea
from engine.ranking.query import Correction
from engine.ranking.references import Reference
from engine.stories.ranking_options import RankingOptions

FIRST = Reference("First Light", "hash-1")
SONG = Reference("A & B", "hash-2", Path("/songs/ab.mp3"), is_wanted=False)
ALL = RankingOptions(
    text="calm piano, rainy street",
    without="drums, vocals",
    references=(FIRST, SONG),
    correction=Correction(0.5, -0.4, ("dreamy",)),
    area=AffectArea((0.2, 0.8), (-0.6, 0.0)),
)


def changed(**changes: Any) -> list[str]:
    """Return the labels of the wishes after a change."""
    return [wish.label for wish in wishes_of(replace(ALL, **changes))]


@pytest.mark.parametrize(
    ("text", "wanted", "unwanted", "unknown"),
    [
        ("calm piano", ("calm piano",), (), ()),
        ("calm piano -drums", ("calm piano",), ("drums",), ()),
        ("-drums -vocals", (), ("drums", "vocals"), ()),
        ("without drums", (), ("drums",), ()),
        ("no drums", (), ("drums",), ()),
        ("sad strings, no vocals, slow", ("sad strings", "slow"), ("vocals",), ()),
        ("ruhig ohne Schlagzeug", ("ruhig",), ("Schlagzeug",), ()),
        ("-wobble lo-fi", ("lo-fi",), (), ("wobble",)),
        # A dash within a word or alone, and a negation that names nothing, are left as they are.
        ("hip-hop - 90s", ("hip-hop - 90s",), (), ()),
        ("no idea", ("no idea",), (), ()),
        ("", (), (), ()),
        (" ,;! ", (), (), ()),
    ],
)
def test_what_is_typed_is_taken_apart(
    text: str, wanted: tuple[str, ...], unwanted: tuple[str, ...], unknown: tuple[str, ...]
) -> None:
    found = parse_description(text)
    assert (found.wanted, found.unwanted, found.unknown) == (wanted, unwanted, unknown)


def test_a_pasted_page_is_one_wish() -> None:
    page = ", ".join(f"clause {n}" for n in range(40))
    assert parse_description(page).wanted == (page,)
    assert [wish.text for wish in wishes_of(RankingOptions(text=page))] == [page]


def test_each_wish_has_words() -> None:
    assert [wish.label for wish in wishes_of(ALL)] == [
        "calm piano",
        "rainy street",
        "without drums",
        "without vocals",
        "like First Light",
        "less like A & B",
        "mood around: happy, calm",
        "mood: happy, calm",
    ]
    assert wishes_of(RankingOptions(correction=Correction(moods=("sad",)))) == []


def test_a_description_is_added_once() -> None:
    changes = added(ALL, parse_description("rainy street, slow -drums -guitar"))
    assert changes == {
        "text": "calm piano, rainy street, slow",
        "without": "drums, vocals, guitar",
    }


@pytest.mark.parametrize("place", range(8))
def test_taking_one_away_leaves_the_others(place: int) -> None:
    wishes = wishes_of(ALL)
    left = changed(**without_wish(ALL, wishes[place]))
    assert left == [wish.label for n, wish in enumerate(wishes) if n != place]


def test_moods_set_elsewhere_survive_the_pad() -> None:
    mood = Wish(Kind.MOOD, "")
    assert without_wish(ALL, mood) == {"correction": Correction(moods=("dreamy",))}


def test_a_wish_can_be_turned_round() -> None:
    words, _, drums, _, first, song, area, mood = wishes_of(ALL)
    changes = turned_round(ALL, words)
    assert changes == {"text": "rainy street", "without": "drums, vocals, calm piano"}
    changes = turned_round(ALL, drums)
    assert changes == {"text": "calm piano, rainy street, drums", "without": "vocals"}
    changes = turned_round(ALL, first)
    assert changes is not None
    assert [each.is_wanted for each in changes["references"]] == [False, False]
    changes = turned_round(ALL, song)
    assert changes is not None
    assert [each.is_wanted for each in changes["references"]] == [True, True]
    # Neither has an opposite; and what names nothing can't be left out.
    assert turned_round(ALL, area) is turned_round(ALL, mood) is None
    unnamed = RankingOptions(text="a walk in the park")
    assert turned_round(unnamed, wishes_of(unnamed)[0]) is None


def test_music_is_wanted_or_unwanted_not_both() -> None:
    less = Reference("First Light", "hash-1", is_wanted=False)
    assert with_reference((FIRST, SONG), less) == (SONG, less)


def test_moods_in_words() -> None:
    assert mood_words(0.5, 0.5) == "happy, energetic"
    assert mood_words(-0.5, 0.0) == "sad"
    assert mood_words(0.1, -0.2) == "calm"
    assert mood_words(0.0, 0.1) == "neutral"
