"""Which matching packs there are, and what is wrong with them."""

import errno
import json
import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from engine.encoders.matching import MUSIC
from engine.errors import InputError
from engine.paths import user_models_dir
from engine.progress import silent
from engine.settings import Settings, save_settings
from engine.stories.choose_pack import use_pack
from engine.stories.known_packs import bundled_pack, find_known_pack, known_packs
from tests.current_packs import WHY, current_pack
from tests.tiny_matching import TinyPack


def test_bundled_own_and_used_packs_are_listed_once(tmp_path: Path) -> None:
    mine, away = current_pack("mine"), current_pack("away", inside=tmp_path)
    seen = current_pack("seen", inside=tmp_path / "more", seen=frozenset({"0" * 16}))
    use_pack(mine, silent())
    use_pack(away, silent())
    packs = known_packs()
    assert [(pack.folder, pack.place, pack.in_use) for pack in packs] == [
        (bundled_pack(), "bundled", False), (mine, "models", False), (away, "elsewhere", True)
    ]  # fmt: skip
    assert all(pack.problem == "" and pack.candidate == "" for pack in packs)
    assert packs[1].training_data == "none"
    # A folder of packs, and a pack.
    assert [pack.folder for pack in known_packs([tmp_path / "more", away])][3:] == [seen]
    (found,) = known_packs([seen])[3:]
    assert found.seen is not None and len(found.seen.fingerprints) == 1


def test_other_packs_and_folders_are_not_listed() -> None:
    (user_models_dir() / "empty").mkdir(parents=True)
    TinyPack(fields={"kind": "visual"}).write(user_models_dir() / "network")
    assert [pack.folder for pack in known_packs()] == [bundled_pack()]


def test_candidates_and_broken_packs_say_why(tmp_path: Path) -> None:
    current_pack("candidate", extra={"candidate": WHY})
    edited = current_pack("edited")
    (edited / MUSIC).write_bytes(b"other")
    (current_pack("torn") / "manifest.json").write_text("{")
    save_settings(Settings(active_pack=str(tmp_path / "gone")))
    by_name = {pack.folder.name: pack for pack in known_packs()}
    assert by_name["candidate"].candidate == WHY and by_name["candidate"].problem == ""
    assert "music.onnx" in by_name["edited"].problem
    assert "manifest is damaged" in by_name["torn"].problem
    assert by_name["gone"].in_use and "missing" in by_name["gone"].problem


@pytest.fixture
def unreadable(monkeypatch: pytest.MonkeyPatch) -> Callable[[Path], None]:
    """Return a function that takes away the right to read a folder, from the administrator too."""
    stat, iterdir = Path.stat, Path.iterdir

    def refuse(folder: Path) -> None:
        def stat_outside(path: Path, **options: bool) -> os.stat_result:
            if folder in path.parents:
                raise PermissionError(errno.EACCES, "Permission denied", str(path))
            return stat(path, **options)

        def iterdir_outside(path: Path) -> Iterator[Path]:
            if path == folder or folder in path.parents:
                raise PermissionError(errno.EACCES, "Permission denied", str(path))
            return iterdir(path)

        monkeypatch.setattr(Path, "stat", stat_outside)
        monkeypatch.setattr(Path, "iterdir", iterdir_outside)

    return refuse


def test_a_pack_in_a_folder_that_cannot_be_read_is_listed_with_the_reason(
    unreadable: Callable[[Path], None],
) -> None:
    locked, mine = current_pack("locked"), current_pack("mine")
    unreadable(locked)
    packs = {pack.folder: pack for pack in known_packs()}
    assert packs[locked].problem == "the folder can't be read (Permission denied)."
    assert (packs[locked].id, packs[locked].place) == ("locked", "models")
    assert packs[mine].problem == ""
    assert find_known_pack("mine") == mine


def test_a_folder_of_packs_that_cannot_be_read_is_listed_with_the_reason(
    unreadable: Callable[[Path], None], tmp_path: Path
) -> None:
    current_pack("mine")
    current_pack("away", inside=tmp_path / "more")
    unreadable(user_models_dir())
    assert known_packs()[1].problem == "the folder can't be read (Permission denied)."
    (tmp_path / "more" / "away" / "manifest.json").unlink()
    assert known_packs([tmp_path / "more"])[-1].folder == tmp_path / "more"
    unreadable(tmp_path / "more")
    assert "Permission denied" in known_packs([tmp_path / "more"])[-1].problem


def test_a_folder_that_has_no_pack_or_is_not_there_says_so(tmp_path: Path) -> None:
    problems = [pack.problem for pack in known_packs([tmp_path, tmp_path / "gone"])[1:]]
    assert problems == [
        "there is no matching pack in this folder.",
        "there is no such folder.",
    ]
    (tmp_path / "file").write_text("x")
    assert "can't be read (Not a directory)" in known_packs([tmp_path / "file"])[1].problem


@pytest.mark.parametrize("reason", [["nested"], {"a": 1}, 3, True, "x\x1b[31m" * 1000])
def test_a_strangers_reason_is_shown_as_plain_short_text(reason: object) -> None:
    folder = current_pack("strange")
    values = json.loads((folder / "manifest.json").read_text())
    values["extra"]["candidate"] = reason
    (folder / "manifest.json").write_text(json.dumps(values))
    found = known_packs()[1].candidate
    assert found and found.isprintable() and len(found) <= 500


def test_a_pack_is_found_by_folder_or_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    mine = current_pack("mine")
    assert find_known_pack("mine") == find_known_pack(str(mine)) == mine
    assert find_known_pack("soundbed-2") == bundled_pack()
    with pytest.raises(InputError, match=r"yours.*no such matching pack.*soundbed pack list"):
        find_known_pack("yours")
    # A folder comes before a name.
    monkeypatch.chdir(tmp_path)
    here = current_pack("mine", inside=tmp_path)
    assert find_known_pack("mine") == here
    here.rename(tmp_path / "elsewhere")
    # Another folder whose manifest has the same name.
    TinyPack(fields={"id": "mine"}).write(user_models_dir() / "copy")
    with pytest.raises(InputError, match="several matching packs have the name “mine”"):
        find_known_pack("mine")
