"""Names that any system can hold."""

import pytest

from engine.music_packs.names import folded, is_portable, portable, slug


@pytest.mark.parametrize(
    "name",
    [
        "", "/etc/passwd", "../a.mp3", "a/../b.mp3", "./a.mp3", "a//b.mp3", "a/", "C:a.mp3",
        "a\\b.mp3", "con.mp3", "NUL", "sub/COM1.ogg", "lpt¹.ogg", "a.mp3.", "a ", " a", "a?.mp3",
        "a\n.mp3", "a\u202egpj.mp3", "e\u0301.mp3", "a\0b", "\ud800.mp3", "x" * 121,
        "tracks/.a.mp3",
        "/".join("abcdefghij"), "d/" * 7 + "y" * 110 + "/" + "z" * 100,
    ],
)  # fmt: skip
def test_names_that_some_system_forbids_are_refused(name: str) -> None:
    assert not is_portable(name)


@pytest.mark.parametrize(
    "name", ["a.mp3", "tracks/Été à la mer.opus", "コンサート/夜.flac", "console.ogg"]
)
def test_ordinary_names_are_allowed(name: str) -> None:
    assert is_portable(name)


def test_names_that_differ_in_capitals_alone_are_one() -> None:
    assert folded("Straße/É.mp3") == folded("STRASSE/e\u0301.mp3")


@pytest.mark.parametrize(
    "name",
    [
        "con.mp3", "a?b*.MP3", "x" * 300 + ".ogg", "a" * 80 + "/" + "b" * 90 + "/" + "c" * 99,
        "tracks/.hidden.mp3", "tracks/ .mp3", "e\u0301.mp3", "a\u202eb.ogg", "tracks/a. /b.wav",
        "tracks/" + "夜" * 200 + ".flac", "tracks/\ufffd\ufffd.mp3",
    ],
)  # fmt: skip
def test_any_name_is_made_portable_and_keeps_its_ending(name: str) -> None:
    made = portable(name, set())
    assert is_portable(made)
    assert made.endswith(name[-4:].lower() if name[-4] == "." else name[-5:] if "." in name else "")


def test_names_that_would_collide_are_counted() -> None:
    taken: set[str] = set()
    made = [portable(name, taken) for name in ("t/A.mp3", "t/a.mp3", "t/a?.mp3", "t/a_.mp3")]
    assert made == ["t/A.mp3", "t/a-2.mp3", "t/a_.mp3", "t/a_-2.mp3"]


def test_of_deep_folders_those_next_to_the_file_stay_below_the_first() -> None:
    assert portable("tracks/Artist/Album/a.mp3", set()) == "tracks/Artist/Album/a.mp3"
    assert portable("tracks/A/B/C/d.mp3", set()) == "tracks/B/C/d.mp3"
    assert portable("tracks/a.mp3", set()) == "tracks/a.mp3"


def test_a_title_becomes_an_id() -> None:
    assert slug("  Été in   München! (vol. 2) ") == "ete-in-munchen-vol-2"
    assert slug("夜") == ""
