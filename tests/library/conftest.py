"""Rows for a library without any decoder or network."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from engine.library.files import AnalysedFile
from engine.library.library import Library

GENRES = 10
MakeFile = Callable[..., AnalysedFile]


def analysed(path: Path, **changes: object) -> AnalysedFile:
    """A made-up analysed file; `genre` picks the surely recognised genre's index."""
    genre = int(str(changes.pop("genre", 0)))
    profile = {
        "genre": "jazz",
        "genre_probabilities": [float(index == genre) for index in range(GENRES)],
        "moods": {"happy": 1.5},
        "bpm": changes.pop("bpm", 120.0),
        "key": "A minor",
        "vocals": changes.pop("vocals", 0.1),
        "loudness_lufs": -14.0,
    }
    values: dict[str, object] = {
        "path": path,
        "size_bytes": 10,
        "modified_ns": 1,
        "content_hash": path.name.encode("utf-8", "replace").decode("utf-8"),
        "title": path.stem.encode("utf-8", "replace").decode("utf-8"),
        "artist": None,
        "album": None,
        "licence": None,
        "url": None,
        "duration_s": 60.0,
        "features_version": "music-1",
        "features": b"features of " + path.name.encode("utf-8", "surrogateescape"),
        "profile_pack": "profile 1",
        "profile": json.dumps(profile),
    }
    return AnalysedFile(**(values | changes))  # type: ignore[arg-type]


@pytest.fixture
def make_file() -> MakeFile:
    return analysed


@pytest.fixture
def library(tmp_path: Path) -> Library:
    return Library.open(tmp_path / "db" / "library.sqlite")
