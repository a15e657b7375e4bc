"""The orders of a list."""

from dataclasses import replace
from types import SimpleNamespace
from typing import Any, cast

import numpy as np
import pytest

from engine.encoders.profile import Profile
from engine.errors import InputError
from engine.library.columns import TrackColumns
from engine.library.library import Library
from engine.library.texts import TextCache, TrackTexts, folded
from engine.ranking.candidates import Candidates, Part
from engine.ranking.sort_keys import SORT_KEYS, Sort
from engine.ranking.sorting import ordered
from tests.tracks import make_track

# Title, tempo, length, arousal, content.
OWN = (
    ("Éclair", 120.0, 90.0, 0.2, "1"),
    ("zebra", None, 60.0, -0.4, "2"),
    ("10 Miles", 80.0, 200.0, None, "3"),
    ("eclipse", 80.0, 60.0, 0.9, "4"),
    ("Another", 80.0, 61.0, 0.9, "2"),
)
BUNDLED = (("Dawn", 100.0, 120.0, 0.0, "6"),)
SCORES = np.asarray([0.1, 0.2, 0.9, 0.3, 0.5, 0.4], np.float32)
NAMES = [row[0] for row in (*BUNDLED, *OWN)]


class _Texts(TextCache):
    def of(self, library: Library) -> TrackTexts:
        rows = BUNDLED if library.origin == "bundled" else OWN
        return TrackTexts.of((n, folded(row[0]), folded(row[0])) for n, row in enumerate(rows, 1))


@pytest.fixture(scope="module")
def candidates() -> Candidates:
    parts = []
    for origin, rows in (("bundled", BUNDLED), ("own", OWN)):
        tracks = []
        for number, (_title, bpm, duration_s, arousal, content) in enumerate(rows, 1):
            valence = None if arousal is None else 0.3
            profile = Profile(bpm=bpm, arousal=arousal, valence=valence)
            track = make_track(number, duration_s=duration_s, profile=profile)
            tracks.append(replace(track, file=replace(track.file, content_hash=content)))
        vectors = np.eye(128, dtype=np.float32)[: len(rows)]
        names = SimpleNamespace(names=lambda ids: {each: (str(each), each) for each in ids})
        library: Any = SimpleNamespace(origin=origin, tracks=names)
        columns = TrackColumns.of(tracks, vectors)
        parts.append(Part(cast(Library, library), columns, np.arange(len(tracks))))
    return Candidates(tuple(parts))


def listed(candidates: Candidates, sort: Sort) -> list[str]:
    order = ordered(candidates, SCORES, sort, 20, _Texts())
    return [NAMES[index].lower() for index in order]


@pytest.mark.parametrize(
    ("sort", "expected"),
    [
        # “Another” is a copy of the file of “zebra”: the one that comes first is listed.
        (Sort(), ["zebra", "eclipse", "10 miles", "éclair", "dawn"]),
        (Sort("fit", is_reversed=True), ["dawn", "éclair", "10 miles", "eclipse", "zebra"]),
        (Sort("title"), ["10 miles", "another", "dawn", "éclair", "eclipse"]),
        (Sort("title", is_reversed=True), ["zebra", "eclipse", "éclair", "dawn", "10 miles"]),
        # Equal tempos are by fit.
        (Sort("tempo"), ["eclipse", "another", "10 miles", "dawn", "éclair"]),
        (Sort("tempo", is_reversed=True), ["éclair", "dawn", "eclipse", "another", "10 miles"]),
        (Sort("length"), ["zebra", "eclipse", "éclair", "dawn", "10 miles"]),
        (Sort("length", is_reversed=True), ["10 miles", "dawn", "éclair", "another", "eclipse"]),
        # What isn't known comes last, either way.
        (Sort("energy"), ["zebra", "dawn", "éclair", "eclipse", "10 miles"]),
        (Sort("energy", is_reversed=True), ["eclipse", "another", "éclair", "dawn", "10 miles"]),
        (Sort("added"), ["another", "eclipse", "10 miles", "éclair", "dawn"]),
        (Sort("added", is_reversed=True), ["dawn", "éclair", "zebra", "10 miles", "eclipse"]),
    ],
)
def test_each_order(candidates: Candidates, sort: Sort, expected: list[str]) -> None:
    assert listed(candidates, sort) == expected


def test_every_key_has_a_title_and_an_unknown_one_is_refused() -> None:
    assert len({key.title for key in SORT_KEYS}) == len(SORT_KEYS) == 6
    assert [key.name for key in SORT_KEYS if Sort(key.name).descends] == ["fit", "added"]
    with pytest.raises(InputError, match=r"can't be sorted by “colour”.*fit, title, tempo"):
        Sort(cast(Any, "colour"))
