"""Copies of a file and versions of a piece are found, and nothing else is taken for one."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from engine.errors import Cancelled
from engine.library.duplicates import base_title, find_duplicates
from engine.library.files import AnalysedFile
from engine.library.library import Library
from engine.library.scan import FoundFile
from engine.library.track_edits import EditTracks, TrackEdit
from engine.media.tags import Tags
from engine.progress import Progress, silent

MakeFile = Callable[..., AnalysedFile]
MUSIC = Path("/music")


@pytest.fixture
def add(library: Library, make_file: MakeFile) -> Callable[..., int]:
    """Return a function that adds a track with a title, a length and a direction of its vector."""
    folder = library.folders.add(MUSIC)
    numbers = iter(range(10_000))

    def added(
        title: str, artist: str | None = "Mo", length_s: float = 60.0, angle: float | None = None
    ) -> int:
        number = next(numbers)
        analysed = make_file(MUSIC / f"{number}.mp3", tags=Tags(title=title, artist=artist))
        file = replace(analysed.file, duration_s=length_s)
        track_id = library.files.store(folder.id, replace(analysed, file=file))
        vector = np.random.default_rng(number).normal(size=8)
        if angle is not None:
            vector = np.array([np.cos(angle), np.sin(angle), *[0] * 6])
        library.embeddings.store("one", [(track_id, np.asarray(vector, np.float32))])
        return track_id

    return added


def groups(library: Library) -> list[tuple[str, tuple[int, ...]]]:
    found = find_duplicates(library.database, library.columns("one"), silent())
    return [(group.kind, group.ids) for group in found]


@pytest.mark.parametrize(
    ("title", "base", "is_version"),
    [
        ("First Light (60s)", "first light", True),
        ("First Light - Instrumental", "first light", True),
        ("first_light_loop", "first light", True),
        ("First Light (No Drums) [Loop]", "first light", True),
        ("First Light 0:30", "first light", True),
        ("First Light v2", "first light", True),
        ("First Light", "first light", False),
        ("Loop", "loop", False),
        ("Live", "live", False),
        ("Piano Version", "piano version", False),
        ("Shortbread", "shortbread", False),
        ("Mixtape", "mixtape", False),
        ("夜に駆ける (Instrumental)", "夜に駆ける", True),
        ("", "", False),
        ("(((" * 1000, "", False),
    ],
)
def test_what_a_title_is_without_the_words_of_versions(
    title: str, base: str, is_version: bool
) -> None:
    assert base_title(title) == (base, is_version)


def test_copies_have_the_same_bytes(library: Library, add: Callable[..., int]) -> None:
    first, _ = add("Dawn"), add("Dusk")
    copy = library.files.copy(library.tracks.get(first).file, FoundFile(MUSIC / "c.mp3", 10, 1))
    assert groups(library) == [("copies", (first, copy))]
    library.files.mark([library.tracks.get(copy).file], "offline")
    assert groups(library) == []


def test_versions_have_one_title_and_one_artist(library: Library, add: Callable[..., int]) -> None:
    dawn = [add("Dawn"), add("Dawn (Instrumental)"), add("Dawn - 30s")]
    add("Dawn (Loop)", artist="Somebody Else")
    assert groups(library) == [("versions", tuple(dawn))]
    # What the user says counts.
    library.apply(EditTracks((("1.mp3", TrackEdit(title="Noon")),)))
    assert groups(library) == [("versions", (dawn[0], dawn[2]))]


def test_one_title_without_such_words_must_sound_alike(
    library: Library, add: Callable[..., int]
) -> None:
    add("Untitled", angle=0.0, length_s=50)
    add("Untitled", angle=1.0, length_s=60)
    assert groups(library) == []
    add("Untitled", angle=0.1, length_s=70)
    assert groups(library) == [("versions", (1, 3))]


def test_two_encodings_of_one_recording_are_versions(
    library: Library, add: Callable[..., int]
) -> None:
    add("Track 01", artist="A", angle=0.5, length_s=60.0)
    add("Night", artist="B", angle=0.5001, length_s=60.1)
    add("Other length", artist="C", angle=0.5, length_s=64.0)
    add("Other sound", artist="D", angle=0.6, length_s=60.0)
    assert groups(library) == [("versions", (1, 2))]


def test_an_empty_library_and_one_without_vectors(library: Library, make_file: MakeFile) -> None:
    assert groups(library) == []
    folder = library.folders.add(MUSIC)
    for name in ("Dawn", "Dawn (Loop)"):
        tags = Tags(title=name, artist="Mo")
        library.files.store(folder.id, make_file(MUSIC / f"{name}.mp3", tags=tags))
    assert groups(library) == [("versions", (1, 2))]


def test_it_can_be_cancelled(library: Library, add: Callable[..., int]) -> None:
    add("Dawn")
    progress = Progress()
    progress.cancel()
    with pytest.raises(Cancelled):
        find_duplicates(library.database, library.columns("one"), progress)
