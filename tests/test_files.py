"""Files and folders that are written whole or not at all."""

import os
import threading
from pathlib import Path

import pytest

from engine import files
from engine.errors import ExportError
from engine.unfinished import ASIDE, delete_unfinished


def names_in(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_a_file_is_replaced_only_when_the_block_ends_well(tmp_path: Path) -> None:
    path = tmp_path / "plan.json"
    path.write_text("old")
    with pytest.raises(RuntimeError), files.replacing(path) as beside:
        beside.write_text("half")
        raise RuntimeError
    assert path.read_text() == "old"
    files.write_text(path, "new")
    assert path.read_text() == "new"
    assert names_in(tmp_path) == ["plan.json"]


def test_unfinished_files_are_deleted_and_finished_ones_stay(tmp_path: Path) -> None:
    files.write_text(tmp_path / "plan.json", "whole")
    with files.replacing(tmp_path / "video.mp4") as beside:
        delete_unfinished()
        assert names_in(tmp_path) == ["plan.json"]
        beside.write_text("whole")
    assert names_in(tmp_path) == ["plan.json", "video.mp4"]


def test_a_folder_is_replaced_only_when_the_block_ends_well(tmp_path: Path) -> None:
    pack = tmp_path / "pack"
    pack.mkdir()
    (pack / "model").write_text("old")
    with pytest.raises(RuntimeError), files.replacing_folder(pack) as beside:
        (beside / "model").write_text("half")
        raise RuntimeError
    assert (pack / "model").read_text() == "old"
    with files.replacing_folder(pack) as beside:
        (beside / "other").write_text("new")
    assert names_in(pack) == ["other"]
    assert names_in(tmp_path) == ["pack"]


def test_whoever_replaces_a_folder_waits_for_another_one(tmp_path: Path) -> None:
    pack, entered = tmp_path / "pack", threading.Event()

    def replace_it() -> None:
        with files.replacing_folder(pack) as beside:
            entered.set()
            (beside / "second").touch()

    thread = threading.Thread(target=replace_it)
    with files.replacing_folder(pack) as beside:
        (beside / "first").touch()
        thread.start()
        assert not entered.wait(0.2)
    thread.join()
    assert names_in(pack) == ["second"]
    assert names_in(tmp_path) == ["pack"]


def test_a_new_folder_follows_the_users_umask(tmp_path: Path) -> None:
    before = os.umask(0o027)
    try:
        with files.replacing_folder(tmp_path / "pack"):
            pass
    finally:
        os.umask(before)
    assert (tmp_path / "pack").stat().st_mode & 0o777 == 0o750


def test_the_old_folder_comes_back_when_the_new_one_cant_take_its_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pack = tmp_path / "pack"
    pack.mkdir()
    (pack / "model").write_text("old")
    rename = Path.rename

    def fail_on_the_new(path: Path, target: Path) -> Path:
        if target == pack and not path.name.endswith(ASIDE):
            raise OSError(28, "No space left on device")
        return rename(path, target)

    monkeypatch.setattr(Path, "rename", fail_on_the_new)
    with (
        pytest.raises(ExportError, match="No space left"),
        files.replacing_folder(pack) as beside,
    ):
        (beside / "model").write_text("new")
    assert (pack / "model").read_text() == "old"
    assert names_in(tmp_path) == ["pack"]


def test_a_folder_that_cant_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(ExportError, match="pack"), files.replacing_folder(tmp_path / "file/pack"):
        pass


# Several files, all or none


def make_all(folder: Path, *names: str) -> list[Path]:
    return [folder / name for name in names]


def test_all_files_are_replaced_together_and_folders_are_made(tmp_path: Path) -> None:
    old = tmp_path / "a.xml"
    old.write_text("old")
    paths = make_all(tmp_path, "a.xml", "a media/1.wav", "a media/2.wav")
    with files.replacing_all(paths) as staged:
        for path in paths:
            staged[path].write_text(path.name)
        assert old.read_text() == "old"
        assert not (tmp_path / "a media").exists()
    assert [path.read_text() for path in paths] == ["a.xml", "1.wav", "2.wav"]
    assert names_in(tmp_path) == ["a media", "a.xml"]


def test_an_error_leaves_all_files_as_they_were(tmp_path: Path) -> None:
    old = tmp_path / "a.xml"
    old.write_text("old")
    paths = make_all(tmp_path, "a.xml", "a media/1.wav")
    with pytest.raises(RuntimeError), files.replacing_all(paths) as staged:
        for path in paths:
            staged[path].write_text("new")
        raise RuntimeError
    assert old.read_text() == "old"
    assert names_in(tmp_path) == ["a.xml"]


@pytest.mark.parametrize("n_moved", [0, 1, 2])
def test_files_that_were_moved_go_back_when_a_later_one_can_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, n_moved: int
) -> None:
    paths = make_all(tmp_path, "a.xml", "media/1.wav", "b.xml")
    for path in (paths[0], paths[2]):
        path.write_text("old")
    replace, moves = Path.replace, []

    def fail_later(self: Path, target: Path) -> Path:
        if target in paths and not self.name.endswith(ASIDE):
            moves.append(target)
            if len(moves) > n_moved:
                raise OSError(5, "Input/output error")
        return replace(self, target)

    monkeypatch.setattr(Path, "replace", fail_later)
    with (
        pytest.raises(ExportError, match="Input/output error"),
        files.replacing_all(paths) as staged,
    ):
        for path in paths:
            staged[path].write_text("new")
    assert [path.read_text() for path in (paths[0], paths[2])] == ["old", "old"]
    assert names_in(tmp_path) == ["a.xml", "b.xml"]


def test_a_file_of_several_that_can_not_be_written_is_named(tmp_path: Path) -> None:
    paths = make_all(tmp_path, "a.xml", "a media/1.wav")
    with (
        pytest.raises(ExportError) as caught,
        files.replacing_all(paths) as staged,
        files.replacing(staged[paths[1]]),
    ):
        raise OSError(28, "No space left on device")
    assert caught.value.path == paths[1]
    assert "No space left on device" in str(caught.value)
    assert names_in(tmp_path) == []


def test_a_file_that_was_not_written_is_an_error(tmp_path: Path) -> None:
    paths = make_all(tmp_path, "a.xml", "b.xml")
    with pytest.raises(ExportError, match=r"b\.xml"), files.replacing_all(paths) as staged:
        staged[paths[0]].write_text("new")
    assert names_in(tmp_path) == []


def test_a_folder_for_several_that_can_not_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("mine")
    with (
        pytest.raises(ExportError, match=r"a\.xml"),
        files.replacing_all([tmp_path / "file/a.xml"]),
    ):
        pass
    assert names_in(tmp_path) == ["file"]
