"""What can't be used is listed with its reason."""

from collections.abc import Callable
from pathlib import Path

from engine.library.files import AnalysedFile
from engine.library.left_out import LeftOut
from engine.library.library import Library
from engine.library.problems import find_problems
from engine.library.reasons import FileCheck
from engine.library.scan import FoundFile

MUSIC = Path("/music")


def test_failed_incomplete_and_left_out_files_are_found(
    library: Library, make_file: Callable[..., AnalysedFile]
) -> None:
    folder = library.folders.add(MUSIC)
    whole, part = (
        library.files.store(folder.id, make_file(MUSIC / name)) for name in ("a.mp3", "b.mp3")
    )
    library.checks.set(part, FileCheck("incomplete", 12, 60, "1"))
    short = library.files.store_failed(FoundFile(MUSIC / "c.mp3", 1, 1), "it is too short.")
    library.checks.set(short, FileCheck("too short", decoder="1"))
    # Without a reason, as an earlier version stored it.
    old = library.files.store_failed(FoundFile(MUSIC / "d\udce9.mp3", 1, 1), "it is damaged.")
    film = LeftOut(MUSIC / "e.mp4", "film")
    library.left_out.replace(folder.id, MUSIC, [film])
    found = find_problems(library.database)
    assert [(file.track_id, file.reason, file.is_usable) for file in found.files] == [
        (part, "incomplete", True),
        (short, "too short", False),
        (old, "unreadable", False),
    ]
    assert found.files[2].path == MUSIC / "d\udce9.mp3"
    assert found.left_out == (film,)
    assert whole not in {file.track_id for file in found.files}
