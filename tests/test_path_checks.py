"""A path of the user's is asked for so that a drive that fails is no error."""

import errno
import re
from pathlib import Path

import pytest

from engine.path_checks import is_file, is_folder, is_there
from tests.import_graph import ROOT

# Paths of the program's own, and entries of folders that were listed.
_OWN = {
    "engine/library/database.py",
    "engine/library/restoring.py",
    "engine/library/scan.py",
    "engine/stories/build_pack.py",
    "engine/stories/doctor.py",
    "engine/stories/render.py",
    "desktop/app.py",
}


def test_what_is_there_is_told_apart(tmp_path: Path) -> None:
    file = tmp_path / "a"
    file.write_bytes(b"")
    asked = [(is_there(p), is_file(p), is_folder(p)) for p in (file, tmp_path, tmp_path / "b")]
    assert asked == [(True, True, False), (True, False, True), (False, False, False)]
    assert not is_there(Path("a\0b"))


def test_nothing_is_there_on_a_drive_that_fails(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(path: Path, **_: object) -> None:
        raise OSError(errno.ENOTCONN, "Transport endpoint is not connected", str(path))

    monkeypatch.setattr(Path, "stat", fail)
    assert (is_there(tmp_path), is_file(tmp_path), is_folder(tmp_path)) == (False, False, False)


def test_paths_of_the_user_are_asked_for_safely() -> None:
    folders = ("engine/stories", "engine/cli", "engine/library", "engine/export", "desktop")
    asking = {
        path.relative_to(ROOT).as_posix()
        for folder in folders
        for path in (ROOT / folder).rglob("*.py")
        if re.search(r"(?<!user_library\(\))\.(is_file|is_dir|exists)\(\)", path.read_text("utf-8"))
    }
    assert asking == _OWN
