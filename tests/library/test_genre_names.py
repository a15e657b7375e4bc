"""Genre tags as programs write them, and what they mean."""

import pytest

from engine.encoders.wants import WANTED_GENRES
from engine.library import genre_names
from engine.library.genre_names import genres_in


@pytest.mark.parametrize(
    ("tag", "genres"),
    [
        ("Hip-Hop/Rap", ("hip-hop",)),
        ("Soundtrack", ("cinematic",)),
        ("(24)", ("cinematic",)),
        ("24", ("cinematic",)),
        ("(32)Classical", ("classical",)),
        ("(8)(5)", ("jazz", "funk")),
        ("R&B/Soul", ("funk",)),
        ("Drum & Bass", ("electronic",)),
        ("Jazz; Funk", ("jazz", "funk")),
        ("LO-FI HIP HOP", ("lo-fi",)),
        ("Électronique", ("electronic",)),
        ("Folk, World, & Country", ("folk",)),
        ("Singer/Songwriter", ("folk",)),
        ("Electronic - House", ("electronic",)),
        ("クラシック", ("classical",)),
        ("ambient", ("ambient",)),
        ("Rock", ()),
        ("(17)Rock", ()),
        ("255", ()),
        ("", ()),
        ("x" * 10_000, ()),
        ("<b>Jazz</b>", ()),
    ],
)
def test_what_a_tag_means(tag: str, genres: tuple[str, ...]) -> None:
    assert genres_in(tag) == genres


def test_no_name_means_two_genres_and_all_genres_are_ours() -> None:
    seen: dict[str, str] = {}
    for genre, names in genre_names._NAMES.items():
        assert genre in WANTED_GENRES
        for name in names:
            plain = genre_names._plain(name)
            assert seen.setdefault(plain, genre) == genre, name
    assert set(genre_names._NUMBERS.values()) <= set(WANTED_GENRES)
    assert set(genre_names._NAMES) == set(WANTED_GENRES)


def test_at_most_three_genres_count() -> None:
    assert genres_in("Jazz/Funk/Folk/Pop") == ("jazz", "funk", "folk")
