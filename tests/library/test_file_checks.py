"""Reasons why files can't be used: which error has which, and how they are kept."""

import pickle
from pathlib import Path

import pytest

from engine.errors import (
    DecoderCrashed,
    MediaEncrypted,
    MediaError,
    MediaIncomplete,
    MediaNotFound,
    MediaSilent,
    MediaTooLarge,
    MediaTooShort,
    MediaUnreadable,
    MissingStream,
    TimedOut,
)
from engine.library.library import Library
from engine.library.reasons import FileCheck, check_of
from engine.library.removed import RemoveFolder
from engine.library.scan import FoundFile


@pytest.mark.parametrize(
    ("kind", "reason"),
    [
        (MediaTooShort, "too short"),
        (MediaSilent, "silent"),
        (MediaEncrypted, "encrypted"),
        (TimedOut, "timed out"),
        (DecoderCrashed, "unreadable"),
        (MediaUnreadable, "unreadable"),
        (MissingStream, "unreadable"),
        (MediaTooLarge, "unreadable"),
        (MediaNotFound, "unreadable"),
    ],
)
def test_each_error_has_its_reason(kind: type[MediaError], reason: str) -> None:
    check = check_of(kind("it is bad."), "1")
    assert (check.reason, check.label, check.decoder) == (reason, reason, "1")


def test_how_much_is_missing_survives_the_way_from_a_worker() -> None:
    error = MediaIncomplete("cut.", path=Path("a.mp3"), found_s=12.4, claimed_s=60.0)
    check = check_of(pickle.loads(pickle.dumps(error)), "1")
    assert check == FileCheck("incomplete", 12.4, 60.0, "1")
    assert check.label == "incomplete: 12 of 60 s"


def test_reasons_stay_with_their_tracks(tmp_path: Path) -> None:
    library = Library.open(tmp_path / "library.sqlite")
    library.folders.add(Path("/music"))
    track_id = library.files.store_failed(FoundFile(Path("/music/a.mp3"), 1, 1), "it is silent.")
    check = FileCheck("silent", decoder="1")
    library.checks.set(track_id, check)
    removal = RemoveFolder(Path("/music")).apply(library.database)
    assert library.checks.all() == {}
    removal.apply(library.database)
    assert library.checks.all() == {track_id: check}
    assert library.checks.of(track_id) == check
    library.checks.set(track_id, None)
    assert library.checks.all() == {}
