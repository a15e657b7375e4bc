"""Rows for a library without any decoder or network."""

from collections.abc import Callable
from pathlib import Path

import pytest

from engine.encoders.profile import Profile
from engine.library.files import AnalysedFile
from engine.library.library import Library
from engine.library.marks import Marks
from engine.library.tracks import TrackFile
from engine.media.tags import Tags

GENRES = 10
MakeFile = Callable[..., AnalysedFile]


def analysed(
    path: Path,
    *,
    genre: int = 0,
    content_hash: str = "",
    features_version: str = "music-1",
    tags: Tags | None = None,
    marks: Marks | None = None,
) -> AnalysedFile:
    """A made-up analysed file; `genre` is the index of the surely recognised one."""
    name = path.name.encode("utf-8", "replace").decode("utf-8")
    return AnalysedFile(
        file=TrackFile(path, 10, 1, content_hash or name, 60.0, features_version),
        tags=tags or Tags(title=Path(name).stem),
        profile=Profile(
            genre="jazz",
            genre_probabilities=tuple(float(index == genre) for index in range(GENRES)),
            moods={"happy": 1.5},
            bpm=120.0,
            key="A minor",
            vocals=0.1,
            loudness_lufs=-14.0,
        ),
        features=b"features of " + path.name.encode("utf-8", "surrogateescape"),
        profile_pack="profile 1",
        marks=marks,
    )


@pytest.fixture
def make_file() -> MakeFile:
    return analysed


@pytest.fixture
def library(tmp_path: Path) -> Library:
    return Library.open(tmp_path / "db" / "library.sqlite")
