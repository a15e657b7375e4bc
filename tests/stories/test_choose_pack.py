"""Another matching pack is chosen, and the one before again."""

import errno
import os
import shutil
from pathlib import Path

import pytest

from engine.encoders.active import matching_pack
from engine.encoders.matching import MUSIC, space_of
from engine.encoders.pack_fingerprints import FINGERPRINTS
from engine.encoders.profile import Profile
from engine.errors import Cancelled, ExportError, InputError, LibraryError, PackError
from engine.library.library import Library
from engine.paths import settings_file
from engine.progress import Progress, ProgressStep, silent
from engine.settings import Settings, load_settings, save_settings, set_setting
from engine.stories import choose_pack as story
from engine.stories.choose_pack import pack_before, roll_back, use_pack
from engine.stories.known_packs import bundled_pack, pack_in_use
from tests.current_packs import WHY, current_pack
from tests.stories.recommend.readable import features, stored


@pytest.fixture
def library(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Library:
    """The user's library of three tracks, without vectors."""
    monkeypatch.setattr("engine.stories.embed.profile_pack_id", lambda: "profile 1")
    own = Library.open()
    folder = own.folders.add(tmp_path)
    for name in "abc":
        own.files.store(folder.id, stored(tmp_path / f"{name}.mp3", 0.5))
    return own


def earlier() -> list[Path]:
    return [Path(text) if text else bundled_pack() for text in load_settings().earlier_packs]


def test_a_pack_is_used_and_the_one_before_is_remembered() -> None:
    set_setting("theme", "dark")
    first, second = current_pack("first"), current_pack("second")
    change = use_pack(first, silent())
    assert (change.folder, change.before, change.id) == (first, bundled_pack(), "first")
    assert matching_pack().id == "first"
    use_pack(second, silent())
    assert matching_pack().id == "second"
    assert earlier() == [first, bundled_pack()]
    assert load_settings().theme == "dark"


def test_one_goes_back_step_by_step() -> None:
    first, second = current_pack("first"), current_pack("second")
    use_pack(first, silent())
    use_pack(second, silent())
    change = roll_back(silent())
    assert (change.folder, change.before) == (first, second)
    assert roll_back(silent()).folder == bundled_pack() == pack_in_use()
    with pytest.raises(InputError, match="No other matching pack was in use before"):
        roll_back(silent())


def test_the_bundled_pack_is_used_again_whatever_its_folder_is() -> None:
    use_pack(current_pack("first"), silent())
    use_pack(bundled_pack(), silent())
    assert load_settings().active_pack == ""
    with pytest.raises(InputError, match="in use already"):
        use_pack(bundled_pack(), silent())


def test_a_candidate_is_only_used_when_forced() -> None:
    folder = current_pack("worse", extra={"candidate": WHY})
    with pytest.raises(InputError, match=f"only a candidate: {WHY}.*--force"):
        use_pack(folder, silent())
    assert pack_in_use() == bundled_pack()
    assert use_pack(folder, silent(), force=True).candidate == WHY
    assert pack_in_use() == folder


def edit(folder: Path) -> None:
    (folder / MUSIC).write_bytes(b"other")


def remove(folder: Path) -> None:
    (folder / MUSIC).unlink()


def cut(folder: Path) -> None:
    (folder / "manifest.json").write_text('{"format": 1, "id"')


@pytest.mark.parametrize("damage", [edit, remove, cut, shutil.rmtree])
def test_a_pack_that_cannot_be_used_leaves_the_old_one(damage: object) -> None:
    folder = current_pack("broken")
    damage(folder)  # type: ignore[operator]  # one of the functions above
    for force in (False, True):
        with pytest.raises(PackError, match="broken"):
            use_pack(folder, silent(), force=force)
    assert pack_in_use() == bundled_pack()
    assert earlier() == []


def test_a_pack_whose_list_of_known_clips_is_damaged_is_refused() -> None:
    folder = current_pack("broken", files={FINGERPRINTS: b"x"})
    with pytest.raises(PackError, match=r"fingerprints\.txt.*is damaged"):
        use_pack(folder, silent())
    assert pack_in_use() == bundled_pack()


def test_a_pack_for_other_features_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    folder = current_pack("mine")
    monkeypatch.setattr("engine.stories.known_packs.VERSION", "music-2")
    with pytest.raises(PackError, match="needs features “music-1”, not “music-2”"):
        use_pack(folder, silent())


def test_the_users_tracks_are_embedded_before_the_pack_is_used(library: Library) -> None:
    folder = current_pack("first")
    space = space_of(folder)
    assert len(library.embeddings.missing(space, "music-1")) == 3
    change = use_pack(folder, silent())
    assert change.n_embedded == 3
    assert library.embeddings.missing(space, "music-1") == []
    # The vectors are kept: going back and forth embeds nothing again.
    use_pack(bundled_pack(), silent())
    assert use_pack(folder, silent()).n_embedded == 0


def test_whoever_stops_it_keeps_the_old_pack(library: Library) -> None:
    folder = current_pack("first")

    def stop(step: ProgressStep) -> None:
        if step.stage == "Embedding tracks":
            progress.cancel()

    progress = Progress(stop)
    with pytest.raises(Cancelled):
        use_pack(folder, progress)
    assert pack_in_use() == bundled_pack()
    assert use_pack(folder, silent()).folder == folder


def test_a_library_that_cannot_be_used_leaves_the_old_pack(library: Library) -> None:
    path = library.database.path
    path.write_bytes(b"no library")
    for ending in ("-wal", "-shm"):
        path.with_name(path.name + ending).unlink(missing_ok=True)
    with pytest.raises(LibraryError, match=r"library\.sqlite"):
        use_pack(current_pack("first"), silent())
    assert pack_in_use() == bundled_pack()


def test_settings_that_cannot_be_written_leave_the_old_pack(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    set_setting("theme", "dark")
    before = settings_file().read_bytes()

    def fail(*_: object) -> None:
        raise ExportError("the disk is full.")

    monkeypatch.setattr("engine.settings.write_text", fail)
    with pytest.raises(ExportError, match="disk is full"):
        use_pack(current_pack("first"), silent())
    assert settings_file().read_bytes() == before


def test_packs_that_are_gone_are_passed_over() -> None:
    first, second, third = (current_pack(name) for name in ("first", "second", "third"))
    for folder in (first, second, third):
        use_pack(folder, silent())
    shutil.rmtree(second)
    (first / MUSIC).write_bytes(b"other")
    change = roll_back(silent())
    assert change.folder == bundled_pack()
    assert [path for path, _ in change.passed_over] == [second, first]
    assert earlier() == []


def test_the_pack_in_use_is_not_gone_back_to() -> None:
    first, second = current_pack("first"), current_pack("second")
    for folder in (first, bundled_pack(), second, bundled_pack()):
        use_pack(folder, silent())
    shutil.rmtree(second)
    before = pack_before()
    assert before is not None and before.folder == first
    change = roll_back(silent())
    assert (change.folder, change.before) == (first, bundled_pack())
    assert [path for path, _ in change.passed_over] == [second]
    assert earlier() == [bundled_pack()]
    save_settings(Settings(active_pack=str(first), earlier_packs=(str(first),)))
    assert pack_before() is None
    with pytest.raises(InputError, match="No other matching pack was in use before"):
        roll_back(silent())


def test_where_no_earlier_pack_can_be_used_nothing_changes(tmp_path: Path) -> None:
    first = current_pack("first")
    save_settings(Settings(active_pack=str(first), earlier_packs=(str(tmp_path / "gone"),)))
    with pytest.raises(
        PackError, match=r"gone.*can be used any more.*soundbed pack use soundbed-2"
    ):
        roll_back(silent())
    assert pack_in_use() == first


def test_a_pack_that_is_loaded_ranks_on_after_its_folder_was_deleted() -> None:
    folder = current_pack("first")
    use_pack(folder, silent())
    pack = matching_pack()
    shutil.rmtree(folder)
    assert matching_pack() is pack
    assert pack.embed_music(features(0.5), Profile()).space == pack.space


def test_a_pack_that_vanished_while_in_use_is_told_with_the_way_back() -> None:
    folder = current_pack("first")
    use_pack(folder, silent())
    shutil.rmtree(folder)
    with pytest.raises(PackError, match=r"first.*isn't there any more.*soundbed pack rollback"):
        matching_pack()
    roll_back(silent())
    assert matching_pack().id == bundled_pack().name


def test_a_pack_on_a_drive_that_fails_is_not_there(monkeypatch: pytest.MonkeyPatch) -> None:
    folder = current_pack("first")
    use_pack(folder, silent())
    stat = Path.stat

    def fail(path: Path, **options: bool) -> os.stat_result:
        if path == folder or folder in path.parents:
            raise OSError(errno.ENOTCONN, "Transport endpoint is not connected", str(path))
        return stat(path, **options)

    monkeypatch.setattr(Path, "stat", fail)
    with pytest.raises(PackError, match=r"first.*isn't there any more"):
        matching_pack()


def test_two_who_go_back_at_once_do_not_go_back_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    first, second = current_pack("first"), current_pack("second")
    use_pack(first, silent())
    use_pack(second, silent())
    embed = story._embed

    def meanwhile(*arguments: object) -> object:
        monkeypatch.setattr(story, "_embed", embed)
        roll_back(silent())
        return 0

    monkeypatch.setattr(story, "_embed", meanwhile)
    with pytest.raises(InputError, match="chosen meanwhile"):
        roll_back(silent())
    assert pack_in_use() == first
