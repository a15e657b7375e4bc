"""The marks of a track are read from any source, and refused if they are invalid."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from engine.errors import InputError
from engine.library.files import AnalysedFile
from engine.library.library import Library
from engine.library.marks import Marks, Section
from engine.library.scan import FoundFile

VALUES: dict[str, Any] = {
    "sections": [
        {"name": "intro", "start_s": 0.1, "n_bars": 4, "energy": 0.4},
        {"name": "verse", "start_s": 8.1, "n_bars": 8, "energy": 0.8},
    ],
    "loop_s": [8.1, 24.1],
    "energy_per_bar": [0.5, 1.0],
    "roles": {"fiddle": "melody"},
    "colours": ["#10a0ff", "#000000"],
    "arousal": 0.4,
}
MARKS = Marks(
    sections=(Section("intro", 0.1, 4, 0.4), Section("verse", 8.1, 8, 0.8)),
    loop_s=(8.1, 24.1),
    energy_per_bar=(0.5, 1.0),
    roles={"fiddle": "melody"},
    colours=("#10a0ff", "#000000"),
    arousal=0.4,
)


def test_marks_come_back_equal_from_their_json() -> None:
    assert Marks.from_values(VALUES, 30.0) == MARKS
    assert Marks.from_json(MARKS.to_json(), 30.0) == MARKS


def test_missing_marks_are_empty_and_unknown_ones_ignored() -> None:
    assert Marks.from_values({"title": "Not a mark"}, 30.0) == Marks()
    assert Marks.from_json(Marks().to_json(), 30.0) == Marks()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("sections", "verse"),
        ("sections", ["verse"]),
        ("sections", VALUES["sections"][::-1]),
        ("sections", [VALUES["sections"][0]] * 2),
        ("sections", [VALUES["sections"][0] | {"start_s": 30.0}]),
        ("sections", [VALUES["sections"][0] | {"start_s": float("nan")}]),
        ("sections", [VALUES["sections"][0] | {"start_s": True}]),
        ("sections", [VALUES["sections"][0] | {"n_bars": 0}]),
        ("sections", [VALUES["sections"][0] | {"n_bars": 1.5}]),
        ("sections", [VALUES["sections"][0] | {"energy": float("inf")}]),
        ("sections", [VALUES["sections"][0] | {"name": "\x1b[2J"}]),
        ("sections", [VALUES["sections"][0] | {"name": None}]),
        ("loop_s", [8.1]),
        ("loop_s", [8.1, 8.1]),
        ("loop_s", [24.1, 8.1]),
        ("loop_s", [8.1, 30.1]),
        ("energy_per_bar", [0.5, -0.1]),
        ("energy_per_bar", [0.5] * 6000),
        ("roles", ["melody"]),
        ("roles", {"fiddle": 3}),
        ("colours", ["red"]),
        ("colours", ["#10a0ff; color: url(x)"]),
        ("arousal", 1.1),
        ("arousal", "high"),
        ("arousal", 10**400),
    ],
)
def test_marks_that_make_no_sense_are_refused(name: str, value: object) -> None:
    with pytest.raises(InputError, match="marks of a track can't be used"):
        Marks.from_values(VALUES | {name: value}, 30.0)


@pytest.mark.parametrize("text", ["", "[]", "null", "[" * 100_000, "x" * 300_000])
def test_what_is_no_json_object_is_refused(text: str) -> None:
    with pytest.raises(InputError):
        Marks.from_json(text, 30.0)


def test_the_library_keeps_marks_and_copies_them_with_the_track(
    library: Library, make_file: Callable[..., AnalysedFile]
) -> None:
    folder = library.folders.add(Path("/music"))
    with_marks = make_file(Path("/music/a.opus"), marks=MARKS)
    first = library.files.store(folder.id, with_marks)
    found = FoundFile(Path("/music/b.opus"), 10, 5)
    copied = library.files.copy(library.tracks.get(first).file, found)
    plain = library.files.store(folder.id, make_file(Path("/music/c.opus")))
    assert library.tracks.get(first).marks == library.tracks.get(copied).marks == MARKS
    assert library.tracks.get(plain).marks is None
    # The same path with other bytes is another piece, whose form nobody knows.
    library.files.store(folder.id, make_file(Path("/music/a.opus"), content_hash="new"))
    assert library.tracks.get(first).marks is None
