"""Files and folders that are written whole or not at all."""

import os
from pathlib import Path

import pytest

from engine import files
from engine.errors import ExportError


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
        files.delete_unfinished()
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
        if target == pack and not path.name.endswith(".old"):
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
