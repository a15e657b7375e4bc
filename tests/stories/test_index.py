"""The scan with a fake analysis: what it decides, not what it measures."""

import os
import shutil
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any, ClassVar

import pytest

from engine.encoders.profile import Profile
from engine.errors import Cancelled, InputError, MediaUnreadable, MovingPicture, SoundbedError
from engine.library.files import AnalysedFile
from engine.library.library import Library
from engine.library.reasons import FileCheck
from engine.library.removed import RemoveFolder, RemoveTrack
from engine.library.scan import content_hash
from engine.library.track_analysis import analyse_file
from engine.library.tracks import TrackFile
from engine.media.tags import Tags
from engine.media.track_probe import decoder_version
from engine.music.vector import VERSION
from engine.progress import Progress, silent
from engine.stories import index
from engine.stories.index import index_folder, rescan


class FakePool:
    """Analyses in this process; a file whose bytes say "bad" can't be used."""

    analysed: ClassVar[list[str]] = []
    stop_after: ClassVar[int | None] = None

    def __init__(self, n_workers: int, **_: object) -> None:
        assert n_workers >= 1

    def __enter__(self) -> "FakePool":
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def map_unordered(
        self, function: object, tasks: list[tuple[Path, tuple[Path]]], **_: object
    ) -> Iterator[tuple[Path, AnalysedFile | SoundbedError]]:
        assert function is analyse_file
        for number, (key, (path,)) in enumerate(tasks):
            if number == self.stop_after:
                raise Cancelled
            self.analysed.append(path.name)
            if b"bad" in path.read_bytes():
                yield key, MediaUnreadable("it is damaged.", path=path, remedy="Mend it.")
            elif b"film" in path.read_bytes():
                yield key, MovingPicture("it is a film.", path=path)
            elif b"part" in path.read_bytes():
                check = FileCheck("incomplete", 12.0, 60.0, decoder_version())
                yield key, replace(made_up(path), check=check)
            else:
                yield key, made_up(path)


def made_up(path: Path) -> AnalysedFile:
    status = path.stat()
    return AnalysedFile(
        TrackFile(path, status.st_size, status.st_mtime_ns, content_hash(path), 60.0, VERSION),
        Tags(path.stem),
        Profile(bpm=100, key="C major", vocals=0.0, loudness_lufs=-14),
        b"features",
        "profile 1",
    )


@pytest.fixture(autouse=True)
def fakes(monkeypatch: pytest.MonkeyPatch) -> None:
    import engine.media.worker

    monkeypatch.setattr(engine.media.worker, "WorkerPool", FakePool)
    monkeypatch.setattr(FakePool, "analysed", [])
    monkeypatch.setattr(FakePool, "stop_after", None)
    monkeypatch.setattr(index, "embed_with_active_pack", lambda *_: None)
    monkeypatch.setattr("engine.stories.reanalyse.usable_pack", lambda: None)


@pytest.fixture
def library(tmp_path: Path) -> Library:
    return Library.open(tmp_path / "library.sqlite")


@pytest.fixture
def music(tmp_path: Path) -> Path:
    folder = tmp_path / "music"
    (folder / "sub").mkdir(parents=True)
    for name in ("a.mp3", "b.flac", "sub/c.ogg"):
        (folder / name).write_bytes(b"sound of " + name.encode())
    return folder


def states(library: Library) -> dict[str, str]:
    return {track.path.name: track.file.state for track in library.tracks.all()}


def test_a_folder_is_analysed_once(library: Library, music: Path) -> None:
    report = index_folder(music, library, silent())
    assert (report.added, report.unchanged, report.failed, report.offline) == (3, 0, (), 0)
    assert report.music_s == 180
    again = index_folder(music, library, silent())
    assert (again.added, again.unchanged) == (0, 3)
    assert FakePool.analysed == ["a.mp3", "b.flac", "c.ogg"]


def test_stopped_in_the_middle_it_resumes(library: Library, music: Path) -> None:
    FakePool.stop_after = 2
    with pytest.raises(Cancelled):
        index_folder(music, library, silent())
    assert len(library.tracks.all()) == 2
    FakePool.stop_after = None
    report = index_folder(music, library, silent())
    assert (report.added, report.unchanged) == (1, 2)
    assert FakePool.analysed == ["a.mp3", "b.flac", "c.ogg"]


def test_a_bad_file_is_recorded_and_the_others_are_analysed(library: Library, music: Path) -> None:
    (music / "a.mp3").write_bytes(b"bad")
    report = index_folder(music, library, silent())
    assert report.added == 2
    (problem,) = report.failed
    assert (problem.path, problem.message) == (music / "a.mp3", "it is damaged. Mend it.")
    assert problem.check.reason == "unreadable"
    assert states(library)["a.mp3"] == "failed"
    assert rescan(library, silent()).failed == ()  # as it was: not read again
    (music / "a.mp3").rename(music.parent / "a.mp3")
    assert rescan(library, silent()).offline == 0
    assert states(library)["a.mp3"] == "failed"  # no music that could come back
    (music / "a.mp3").write_bytes(b"repaired")
    assert rescan(library, silent()).added == 1
    assert states(library)["a.mp3"] == "ready"


def test_a_film_is_left_out_and_not_opened_again(library: Library, music: Path) -> None:
    (music / "holiday.mp4").write_bytes(b"film")
    report = index_folder(music, library, silent())
    assert (report.added, report.failed) == (3, ())
    assert [(each.path.name, each.cause) for each in report.left_out] == [("holiday.mp4", "film")]
    again = rescan(library, silent())
    assert [each.path.name for each in again.left_out] == ["holiday.mp4"]
    assert FakePool.analysed.count("holiday.mp4") == 1
    (music / "holiday.mp4").write_bytes(b"only music")
    assert (rescan(library, silent()).added, library.left_out.all()) == (1, ())


def test_a_link_to_another_added_folder_is_not_left_out(
    library: Library, music: Path, tmp_path: Path
) -> None:
    (tmp_path / "elsewhere").mkdir()
    (music / "album").symlink_to(tmp_path / "elsewhere")
    assert len(index_folder(music, library, silent()).left_out) == 1
    index_folder(tmp_path / "elsewhere", library, silent())
    assert index_folder(music, library, silent()).left_out == ()


def test_an_incomplete_file_is_usable_and_says_so(library: Library, music: Path) -> None:
    (music / "a.mp3").write_bytes(b"part of a song")
    report = index_folder(music, library, silent())
    assert (report.added, [each.message for each in report.incomplete]) == (
        3,
        ["incomplete: 12 of 60 s"],
    )
    assert states(library)["a.mp3"] == "ready"
    # Its drive may go away: then it is missing, whatever its sound is like.
    assert {track.file.message for track in library.tracks.all()} == {""}
    shutil.copyfile(music / "a.mp3", music / "copy.mp3")
    rescan(library, silent())
    assert (
        sorted(check.label for check in library.checks.all().values())
        == ["incomplete: 12 of 60 s"] * 2
    )


@pytest.mark.parametrize("content", [b"bad", b"part"])
def test_another_version_of_the_decoders_tries_again(
    library: Library, music: Path, content: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    (music / "a.mp3").write_bytes(content)
    index_folder(music, library, silent())
    rescan(library, silent())
    assert FakePool.analysed.count("a.mp3") == 1
    monkeypatch.setattr("engine.media.track_probe._READER", 1000)
    rescan(library, silent())
    assert FakePool.analysed.count("a.mp3") == 2


def test_adding_again_tries_failed_files_again(library: Library, music: Path) -> None:
    (music / "a.mp3").write_bytes(b"bad")
    index_folder(music, library, silent())
    assert len(index_folder(music, library, silent()).failed) == 1
    assert FakePool.analysed.count("a.mp3") == 2


def test_a_moved_and_a_touched_file_are_recognised(library: Library, music: Path) -> None:
    index_folder(music, library, silent())
    before = {track.path.name: track.file.id for track in library.tracks.all()}
    (music / "a.mp3").rename(music / "sub" / "renamed.mp3")
    os.utime(music / "b.flac", ns=(1, 1))
    report = rescan(library, silent())
    assert (report.added, report.moved, report.unchanged, report.offline) == (0, 1, 2, 0)
    after = {track.path.name: track.file.id for track in library.tracks.all()}
    assert after["renamed.mp3"] == before["a.mp3"]
    assert len(FakePool.analysed) == 3


def test_a_copy_is_not_analysed_again(library: Library, music: Path) -> None:
    index_folder(music, library, silent())
    shutil.copyfile(music / "a.mp3", music / "copy.mp3")
    report = rescan(library, silent())
    # It is new in the library, although its analysis isn't.
    assert (report.added, report.unchanged) == (1, 3)
    assert states(library)["copy.mp3"] == "ready"
    assert "copy.mp3" not in FakePool.analysed


def test_a_changed_file_is_analysed_again_under_its_number(library: Library, music: Path) -> None:
    index_folder(music, library, silent())
    before = {track.path.name: track.file.id for track in library.tracks.all()}
    (music / "a.mp3").write_bytes(b"another sound")
    assert rescan(library, silent()).added == 1
    assert {track.path.name: track.file.id for track in library.tracks.all()} == before


def test_missing_files_go_offline_and_come_back(
    library: Library, music: Path, tmp_path: Path
) -> None:
    index_folder(music, library, silent())
    music.rename(tmp_path / "unplugged")
    assert rescan(library, silent()).offline == 3
    assert set(states(library).values()) == {"offline"}
    (tmp_path / "unplugged").rename(music)
    (music / "sub" / "c.ogg").unlink()
    assert rescan(library, silent()).offline == 1
    assert states(library) == {"a.mp3": "ready", "b.flac": "ready", "c.ogg": "offline"}
    assert len(FakePool.analysed) == 3


def test_a_removed_track_stays_away(library: Library, music: Path) -> None:
    index_folder(music, library, silent())
    (removed,) = (track for track in library.tracks.all() if track.path.name == "a.mp3")
    library.folders.remove_track(removed.file.id)
    rescan(library, silent())
    assert set(states(library)) == {"b.flac", "c.ogg"}
    index_folder(music, library, silent())
    assert set(states(library)) == {"a.mp3", "b.flac", "c.ogg"}


def test_features_of_an_older_version_are_made_again(
    library: Library, music: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    index_folder(music, library, silent())
    with library.database.writing() as connection:
        connection.execute("UPDATE tracks SET features_version = 'music-0'")
    report = rescan(library, silent())
    assert (report.added, report.unchanged, report.renewed) == (0, 3, 3)
    assert {file.features_version for file in library.files.known()} == {VERSION}


def test_adding_a_part_of_an_added_folder_marks_nothing_else_offline(
    library: Library, music: Path
) -> None:
    index_folder(music, library, silent())
    report = index_folder(music / "sub", library, silent())
    assert (report.unchanged, report.offline) == (1, 0)
    assert len(library.folders.all()) == 1


def test_a_missing_folder_is_not_added(library: Library, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="doesn't exist"):
        index_folder(tmp_path / "missing", library, silent())
    assert library.folders.all() == ()


def test_cancelling_reaches_the_scan(library: Library, music: Path) -> None:
    progress = Progress()
    progress.cancel()
    with pytest.raises(Cancelled):
        index_folder(music, library, progress)
    assert library.tracks.all() == ()


def test_the_table_of_licences_completes_the_tags(library: Library, music: Path) -> None:
    (music / "licences.csv").write_text("file,licence,title\na.mp3,CC0-1.0,Dawn\nsub/*,MIT,\n")
    index_folder(music, library, silent())
    found = {track.path.name: (track.title, track.tags.licence) for track in library.tracks.all()}
    assert found == {"a.mp3": ("Dawn", "CC0-1.0"), "b.flac": ("b", None), "c.ogg": ("c", "MIT")}


def test_a_table_of_another_program_is_ignored(library: Library, music: Path) -> None:
    (music / "licences.csv").write_bytes(b"\xff\x00program;seats\n")
    assert index_folder(music, library, silent()).added == 3


def test_adding_a_folder_is_undone_by_removing_it(library: Library, music: Path) -> None:
    report = index_folder(music, library, silent())
    assert report.inverse == RemoveFolder(music)
    library.apply(report.inverse)
    assert library.tracks.all() == () == library.folders.all()
    # Removing this one would not leave the library as it was.
    index_folder(music, library, silent())
    assert index_folder(music, library, silent()).inverse is None
    assert index_folder(music.parent, library, silent()).inverse is None


# While another process changes the same library


def meanwhile(monkeypatch: pytest.MonkeyPatch, act: Callable[[], object], after: int = 1) -> None:
    """Do something when so many files are analysed, as another process would."""
    plain = FakePool.map_unordered

    def interrupted(self: FakePool, *args: Any, **options: Any) -> Iterator[Any]:
        for number, result in enumerate(plain(self, *args, **options)):
            if number == after:
                act()
            yield result

    monkeypatch.setattr(FakePool, "map_unordered", interrupted)


def test_a_folder_removed_during_its_scan_stays_removed(
    library: Library, music: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    meanwhile(monkeypatch, lambda: library.apply(RemoveFolder(music)))
    report = index_folder(music, library, silent())
    assert report.added == 1
    assert (library.folders.all(), library.tracks.all()) == ((), ())


def test_the_number_of_a_removed_folder_may_be_another_ones_now(
    library: Library, music: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def replace_folder() -> None:
        library.apply(RemoveFolder(music))
        library.folders.add(music.parent / "other")

    meanwhile(monkeypatch, replace_folder)
    index_folder(music, library, silent())
    assert [folder.path for folder in library.folders.all()] == [music.parent / "other"]
    assert library.tracks.all() == ()


def test_a_track_removed_during_the_scan_of_its_folder_stays_removed(
    library: Library, music: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (music / "a.mp3").write_bytes(b"bad")
    index_folder(music, library, silent())
    (music / "a.mp3").write_bytes(b"repaired")
    (music / "d.mp3").write_bytes(b"new")
    failed = library.tracks.at(music / "a.mp3")
    assert failed is not None
    meanwhile(monkeypatch, lambda: library.apply(RemoveTrack(failed.file.id)), after=0)
    assert rescan(library, silent()).added == 1
    assert sorted(states(library)) == ["b.flac", "c.ogg", "d.mp3"]


def test_a_folder_that_became_part_of_another_keeps_the_scanned_tracks(
    library: Library, music: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    meanwhile(monkeypatch, lambda: library.folders.add(music.parent))
    assert index_folder(music, library, silent()).added == 3
    (folder,) = library.folders.all()
    assert folder.path == music.parent
    assert len(states(library)) == 3


def test_a_copy_of_a_track_that_was_removed_meanwhile_is_analysed(
    library: Library, music: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    index_folder(music, library, silent())
    shutil.copy(music / "a.mp3", music / "copy.mp3")
    known = library.tracks.at(music / "a.mp3")
    assert known is not None

    def remove_and_read(path: Path) -> str:
        if library.tracks.at(music / "a.mp3") is not None:
            library.apply(RemoveTrack(known.file.id))
        return content_hash(path)

    monkeypatch.setattr("engine.stories.scan_comparison.content_hash", remove_and_read)
    assert rescan(library, silent()).added == 1
    assert sorted(states(library)) == ["b.flac", "c.ogg", "copy.mp3"]


def test_two_scans_of_a_folder_at_once_analyse_each_file_once(
    library: Library, music: Path
) -> None:
    with ThreadPoolExecutor(4) as threads:
        reports = [threads.submit(index_folder, music, library, silent()) for _ in range(4)]
    assert sorted(report.result().added for report in reports) == [0, 0, 0, 3]
    assert sorted(FakePool.analysed) == ["a.mp3", "b.flac", "c.ogg"]
