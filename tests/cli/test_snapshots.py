"""`soundbed library snapshots` and `soundbed library restore`."""

import io
import json
import sys
from pathlib import Path

import pytest

from engine.__main__ import main
from engine.library.clips import SavedClip
from engine.library.library import Library
from engine.library.picks import Pick
from engine.library.snapshots import Snapshots
from engine.paths import user_library
from tests import unusable

Capture = pytest.CaptureFixture[str]


@pytest.fixture
def name() -> str:
    """A snapshot of a library with one clip, which has another one and a pick now."""
    library = Library.open()
    library.clips.save(SavedClip("one", Path("/clips/one.mp4"), "{}"))
    taken = Snapshots(user_library()).take("daily")
    library.clips.save(SavedClip("two", Path("/clips/two.mp4"), "{}"))
    library.picks.add(Pick("one", "track", "Night drive", (), "2026-01-01T00:00:00+00:00"))
    return taken.name


def run(capsys: Capture, *arguments: str) -> tuple[int, str, str]:
    code = main(["library", *arguments])
    out, err = capsys.readouterr()
    return code, out, err


def clips() -> list[bool]:
    return [Library.open().clips.get(name) is not None for name in ("one", "two")]


def test_without_snapshots_the_list_says_so(capsys: Capture) -> None:
    assert run(capsys, "snapshots")[:2] == (0, "There is no snapshot of your library yet.\n")
    code, _, err = run(capsys, "restore", "latest")
    assert code == 2
    assert "There is no snapshot of your library yet." in err


def test_snapshots_are_listed(capsys: Capture, name: str) -> None:
    _, out, _ = run(capsys, "snapshots")
    assert name in out and "daily" in out
    _, out, _ = run(capsys, "snapshots", "--json")
    (row,) = json.loads(out)["snapshots"]
    assert (row["name"], row["kind"]) == (name, "daily")
    assert Path(row["path"]).is_file()


def test_a_restore_shows_what_changes_and_can_be_undone(capsys: Capture, name: str) -> None:
    code, out, _ = run(capsys, "restore", name, "--yes")
    assert code == 0
    assert "Picks: 1 is lost (Night drive)" in out
    assert "Clips with music: 1 is lost (/clips/two.mp4)" in out
    assert clips() == [True, False]
    undo = out.rsplit(" ", 1)[-1].strip()
    code, out, _ = run(capsys, "restore", undo, "--yes")
    assert (code, clips()) == (0, [True, True])
    assert "Clips with music: 1 comes back (/clips/two.mp4)" in out
    assert "Nothing would change" in run(capsys, "restore", undo, "--yes")[1]


def test_it_asks_where_somebody_can_answer(
    capsys: Capture, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    code, out, err = run(capsys, "restore", name)
    assert (code, clips()) == (2, [True, True])
    assert "is lost" in out and "--yes" in err
    monkeypatch.setattr(sys, "stdin", io.StringIO("no\n"))
    monkeypatch.setattr(sys.stdin, "isatty", lambda: True, raising=False)
    assert run(capsys, "restore", name)[0] == 130
    assert clips() == [True, True]
    # Ctrl-D.
    monkeypatch.setattr(sys, "stdin", io.StringIO(""))
    monkeypatch.setattr(sys.stdin, "isatty", lambda: True, raising=False)
    assert run(capsys, "restore", name)[0] == 130
    assert clips() == [True, True]
    monkeypatch.setattr(sys, "stdin", io.StringIO("Yes\n"))
    monkeypatch.setattr(sys.stdin, "isatty", lambda: True, raising=False)
    assert run(capsys, "restore", name)[0] == 0
    assert clips() == [True, False]


def test_a_damaged_library_is_restored(capsys: Capture, name: str) -> None:
    unusable.not_a_database(user_library())
    code, _, err = run(capsys, "add", "/tmp")
    assert code == 2
    assert len(err.splitlines()) == 1 and "soundbed library snapshots" in err
    code, out, _ = run(capsys, "restore", "latest", "--yes")
    assert code == 0
    assert "can't be used as it is now; it will be kept in" in out
    assert clips() == [True, False]


def test_a_command_that_changes_the_library_keeps_the_state_before(
    capsys: Capture, tmp_path: Path
) -> None:
    run(capsys, "rescan")
    assert Snapshots(user_library()).all() == ()  # there was no library yet
    Library.open().folders.add(tmp_path)
    assert run(capsys, "remove", str(tmp_path))[0] == 0
    (taken,) = Snapshots(user_library()).all()
    assert run(capsys, "restore", taken.name, "--yes")[1].startswith(
        f"Folders: 1 comes back ({tmp_path})"
    )
