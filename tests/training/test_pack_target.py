"""Where a pack may go, found out before any training."""

import os
from collections import namedtuple
from pathlib import Path

import pytest

from engine.errors import ExportError, InputError
from engine.paths import bundled_models_dir
from engine.training import pack_target
from engine.training.pack_target import check_target
from tests.tiny_matching import TinyPack


def test_a_new_name_is_fine_also_in_folders_that_are_still_to_be_made(tmp_path: Path) -> None:
    check_target(tmp_path / "a" / "b" / "mine", may_replace=False)
    assert list(tmp_path.iterdir()) == []


def test_only_a_pack_is_replaced_and_only_where_that_was_asked_for(tmp_path: Path) -> None:
    pack = TinyPack().write(tmp_path / "mine")
    check_target(pack, may_replace=True)
    with pytest.raises(InputError, match=r"mine.*already exists.*--replace"):
        check_target(pack, may_replace=False)
    (tmp_path / "photos").mkdir()
    with pytest.raises(InputError, match="isn't a matching pack"):
        check_target(tmp_path / "photos", may_replace=True)
    (tmp_path / "link").symlink_to(pack)
    with pytest.raises(InputError, match="isn't a matching pack"):
        check_target(tmp_path / "link", may_replace=True)


def test_encoders_do_not_take_the_place_of_a_pack(tmp_path: Path) -> None:
    pack = TinyPack().write(tmp_path / "mine")
    with pytest.raises(InputError, match="aren't saved encoders"):
        check_target(pack, may_replace=True, kind="encoders")


@pytest.mark.parametrize("name", ["", "..", "a\nb", "long" * 30])
def test_a_name_that_no_pack_can_have(name: str, tmp_path: Path) -> None:
    out = Path("/") if not name else tmp_path / name
    with pytest.raises(InputError, match="can't have this name"):
        check_target(out, may_replace=True)


def test_soundbeds_own_models_stay(tmp_path: Path) -> None:
    for out in (bundled_models_dir() / "mine", bundled_models_dir() / "soundbed-2"):
        with pytest.raises(InputError, match="Soundbed's own models"):
            check_target(out, may_replace=True)


def test_a_file_where_the_folder_should_be(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("")
    with pytest.raises(InputError, match=r"notes\.txt.*isn't a folder"):
        check_target(tmp_path / "notes.txt" / "mine", may_replace=False)


def test_a_folder_that_cannot_be_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise PermissionError(13, os.strerror(13))

    # Not by its permissions, which the administrator doesn't feel.
    monkeypatch.setattr(pack_target, "scratch_folder", refuse)
    with pytest.raises(ExportError, match=r"can't be written \(Permission denied.*writable"):
        check_target(tmp_path / "mine", may_replace=False)


def test_a_full_drive(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    usage = namedtuple("usage", "total used free")
    monkeypatch.setattr("shutil.disk_usage", lambda _: usage(1, 1, 63 * 2**20))
    with pytest.raises(ExportError, match="only 63 MB free"):
        check_target(tmp_path / "mine", may_replace=False)
    assert list(tmp_path.iterdir()) == []
