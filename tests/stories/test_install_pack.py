"""A pack is installed completely or not at all; what was installed before stays."""

import errno
import os
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from engine.encoders.active import matching_pack
from engine.errors import (
    Cancelled,
    ExportError,
    LibraryError,
    MusicPackError,
)
from engine.files import replacing, write_bytes
from engine.library.library import Library
from engine.library.reasons import FileCheck
from engine.library.removed import RemoveFolder
from engine.library.scan import FoundFile
from engine.music_packs import installed
from engine.music_packs.installed import installed_packs, tidy
from engine.paths import music_packs_dir
from engine.progress import Progress, ProgressStep, silent
from engine.stories.index import index_folder, rescan
from engine.stories.install_pack import install_pack
from engine.unfinished import sweep
from tests.library.stored_vectors import stored_vectors
from tests.music_packs.samples import (
    add_embeddings,
    edit_manifest,
    features,
    write_pack,
    write_tone,
)
from tests.stories.installing import (
    StopAt,
    everything,
    install,
)

pytestmark = pytest.mark.usefixtures("no_processes")


def test_tracks_are_added_with_all_that_is_known(library: Library, pack: Path) -> None:
    report = install(pack, library)
    assert (report.n_tracks, report.was_installed, report.replaced, report.n_analysed) == (
        2, False, None, 0,
    )  # fmt: skip
    first, second = library.tracks.all()
    assert (first.title, first.tags.artist, first.tags.licence, first.file.state) == (
        "Piece 0", "Ada", "CC-BY-4.0", "ready",
    )  # fmt: skip
    assert (first.genre, first.profile.bpm, first.tags.url) == ("jazz", 90.0, "https://example.org")
    assert first.path == report.pack.folder / "tracks" / "a.wav"
    assert second.path.read_bytes().startswith(b"RIFF")
    assert library.tracks.features(first.file.id).to_bytes() == features().to_bytes()
    assert (report.pack.folder / "licences" / "ada.txt").read_text() == "Name Ada.\n"
    assert [found.id for found in installed_packs(library)] == ["night-drive"]


def test_tracks_are_embedded_from_their_features_not_by_what_the_pack_says(
    library: Library, pack: Path
) -> None:
    active = matching_pack()
    # Another direction of length 1 for each track: as if it suited the clips of the pack's maker.
    add_embeddings(pack, active.space)
    install(pack, library)
    ids, vectors = stored_vectors(library, active.space)
    assert len(ids) == 2
    for track_id, vector in zip(ids.tolist(), vectors, strict=True):
        track = library.tracks.get(track_id)
        expected = active.embed_music(library.tracks.features(track_id), track.profile).vector
        assert np.array_equal(vector, expected)


def test_installing_again_forgets_what_was_wrong_with_a_copy(library: Library, pack: Path) -> None:
    install(pack, library)
    (track, *_) = library.tracks.all()
    failed = library.files.store_failed(FoundFile(track.path, 1, 1), "it is damaged.")
    library.checks.set(failed, FileCheck("unreadable"))
    install(pack, library)
    assert library.tracks.n_by_state()["failed"] == 0
    assert library.checks.all() == {}


def test_installing_twice_is_harmless_and_repairs_the_copies(library: Library, pack: Path) -> None:
    folder = install(pack, library).pack.folder
    before = everything(library)
    (folder / "tracks" / "a.wav").unlink()
    (folder / "tracks" / "sub" / "b.wav").write_bytes(b"damaged")
    report = install(pack, library)
    assert report.was_installed
    after = everything(library)
    assert after.embeddings == before.embeddings and after.contents == before.contents
    # The copies are newer than they were, and otherwise the same.
    assert [replace(t, file=replace(t.file, modified_ns=0)) for t in after.tracks] == [
        replace(t, file=replace(t.file, modified_ns=0)) for t in before.tracks
    ]


def test_a_rescan_changes_nothing(library: Library, pack: Path) -> None:
    install(pack, library)
    before = everything(library)
    report = rescan(library, silent())
    assert (report.unchanged, report.added, report.offline) == (2, 0, 0)
    assert everything(library) == before


def test_a_newer_version_replaces_the_older_and_its_copies(
    library: Library, tmp_path: Path
) -> None:
    old = install(write_pack(tmp_path / "1.zip"), library).pack.folder
    report = install(write_pack(tmp_path / "2.zip", ("c.wav",), version=2), library)
    assert report.replaced == 1
    assert [track.path.name for track in library.tracks.all()] == ["c.wav"]
    assert not old.exists()
    with pytest.raises(MusicPackError, match=r"version 2 .* is installed.*library remove night-d"):
        install(tmp_path / "1.zip", library)
    other = write_pack(tmp_path / "3.zip", ("d.wav",), version=2)
    with pytest.raises(MusicPackError, match="another pack with the id night-drive"):
        install(other, library)
    assert len(library.tracks.all()) == 1


def test_a_folder_above_the_data_folder_leaves_packs_alone(
    library: Library, pack: Path, soundbed_home: Path
) -> None:
    folder = install(pack, library).pack.folder
    before = library.tracks.all()
    report = index_folder(soundbed_home, library, silent())
    assert (report.added, report.offline, report.unchanged) == (0, 0, 0)
    assert library.tracks.all() == before
    library.apply(RemoveFolder(soundbed_home))
    install(pack, library)
    assert [found.folder for found in installed_packs(library)] == [folder]


@pytest.mark.parametrize(
    "fault", ["edited", "no licence", "no sound", "length is different", "bad features"]
)
def test_a_bad_pack_leaves_everything_as_it_was(
    library: Library, pack: Path, tmp_path: Path, fault: str
) -> None:
    install(pack, library)
    before = everything(library)
    options: dict[str, Any] = {"version": 2}
    if fault == "bad features":
        options["feature_bytes"] = features().to_bytes()[:-9]
    if fault == "no licence":
        options["change"] = lambda values: values["tracks"][0].update(licence="")
    bad = write_pack(tmp_path / "b.zip", **options)
    if fault == "edited":
        data = bad.read_bytes()
        bad.write_bytes(data.replace(b"RIFF", b"RIFX"))
    if fault == "no sound":
        bad = _with_sound(tmp_path, b"<html>no music</html>")
    if fault == "length is different":
        bad = _with_sound(tmp_path, write_tone(tmp_path / "long.wav", 100, 30).read_bytes())
    with pytest.raises(MusicPackError) as caught:
        install(bad, library)
    assert str(bad) in str(caught.value)
    assert everything(library) == before


def _with_sound(tmp_path: Path, data: bytes) -> Path:
    """A pack, whole by its manifest, whose sound is something else."""
    tone = write_tone

    def fake(path: Path, *_: object) -> Path:
        path.write_bytes(data)
        return path

    from tests.music_packs import samples

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(samples, "write_tone", fake)
        made = samples.write_pack(tmp_path / "b.zip", version=2)
    assert samples.write_tone is tone
    return made


def test_cancelled_at_any_step_the_library_is_as_it_was(
    library: Library, pack: Path, tmp_path: Path
) -> None:
    install(pack, library)
    before = everything(library)
    newer = write_pack(tmp_path / "2.zip", version=2, first_tone_hz=300)
    n_cancelled = 0
    while True:
        try:
            install_pack(newer, library, StopAt(n_cancelled))
            break
        except Cancelled:
            n_cancelled += 1
            assert everything(library) == before
    assert n_cancelled > 8
    assert [found.version for found in installed_packs(library)] == [2]


def test_a_pack_that_another_soundbed_installs_is_waited_for(library: Library, pack: Path) -> None:
    before, steps = everything(library), []

    def give_up(step: ProgressStep) -> None:
        steps.append(step.stage)
        progress.cancel()

    progress = Progress(give_up)
    with installed.pack_lock("night-drive"), pytest.raises(Cancelled):
        install_pack(pack, library, progress)
    assert set(steps) == {"Waiting for another Soundbed"}
    assert everything(library) == before


@pytest.mark.parametrize("n_writes", [0, 1, 2, 3, 4])
def test_a_disk_that_fills_up_leaves_everything_as_it_was(
    library: Library, pack: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, n_writes: int
) -> None:
    install(pack, library)
    before = everything(library)
    newer = write_pack(tmp_path / "2.zip", version=2, first_tone_hz=300)
    written = []

    def full(path: Path) -> Any:
        written.append(path)
        if len(written) > n_writes:
            raise ExportError("the disk is full.", path=path) from OSError(errno.ENOSPC, "full")
        return replacing(path)

    monkeypatch.setattr(installed, "replacing", full)
    monkeypatch.setattr(installed, "write_text", lambda path, text: _write(full, path, text))
    # It names no temporary folder.
    said = "music-packs: .*nothing was installed. Free some space"
    with pytest.raises(MusicPackError, match=said):
        install(newer, library)
    assert everything(library) == before
    assert not [path for path in music_packs_dir().iterdir() if path.name.startswith(".")]


def _write(replacing: Any, path: Path, text: str) -> None:
    with replacing(path) as beside:
        beside.write_text(text)


def test_too_little_room_is_seen_before_anything_is_copied(
    library: Library, pack: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _: shutil._ntuple_diskusage(9, 9, 2**20))
    with pytest.raises(MusicPackError, match="50 MB are needed, 1 MB are free"):
        install(pack, library)
    assert library.tracks.all() == ()


def test_a_library_that_cannot_be_written_leaves_no_files(
    library: Library, pack: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise LibraryError("the disk is full.")

    monkeypatch.setattr("engine.library.embeddings.Embeddings.store", fail)
    with pytest.raises(LibraryError):
        install(pack, library)
    assert library.folders.all() == ()
    assert library.tracks.all() == ()
    assert list(music_packs_dir().iterdir()) == []


KILLED = """
import os, signal, sys
from pathlib import Path
import engine.media.worker
from tests.stories.installing import PoolInThisProcess, StopAt
from engine.stories import install_pack as story
from engine.library.library import Library
engine.media.worker.WorkerPool = PoolInThisProcess
story.embed_with_active_pack = lambda *_: None
class Kill(StopAt):
    def step(self, *args):
        self.left -= 1
        if self.left < 0:
            os.kill(os.getpid(), signal.SIGKILL)
progress = Kill(int(sys.argv[2]))
if sys.argv[3] == "before commit":
    real = story._rename
    def rename(*args):
        real(*args)
        os.kill(os.getpid(), signal.SIGKILL)
    story._rename = rename
story.install_pack(Path(sys.argv[1]), Library.open(), progress)
"""


@pytest.mark.parametrize("when", ["copying", "before commit"])
def test_killed_it_leaves_the_library_as_it_was_and_the_next_one_tidies_up(
    library: Library, pack: Path, tmp_path: Path, when: str
) -> None:
    install(pack, library)
    before = everything(library)
    newer = write_pack(tmp_path / "2.zip", version=2, first_tone_hz=300)
    n_steps = "4" if when == "copying" else "1000"
    done = subprocess.run(
        [sys.executable, "-c", KILLED, str(newer), n_steps, when],
        cwd=Path(__file__).resolve().parents[2],
        capture_output=True,
        check=False,
        timeout=120,
    )
    assert done.returncode == -9, done.stderr
    assert replace(everything(library), contents=before.contents) == before
    left = list(music_packs_dir().iterdir())
    assert len(left) == 2  # the installed one, and what the killed one left
    # As the next start does, and the next command that changes the library.
    sweep()
    tidy(library)
    assert len(list(music_packs_dir().iterdir())) == 1
    report = install(newer, library)
    assert report.replaced == 1
    assert [path.name for path in music_packs_dir().iterdir()] == [report.pack.folder.name]


def test_killed_before_the_replaced_copies_are_deleted_the_next_start_deletes_them(
    library: Library, pack: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = install(pack, library).pack.folder

    class Killed(BaseException):
        pass

    def kill(_: Path) -> None:
        raise Killed

    newer = write_pack(tmp_path / "newer.soundbed.zip", version=2)
    with monkeypatch.context() as patch, pytest.raises(Killed):
        patch.setattr("engine.stories.install_pack.delete_copies", kill)
        install(newer, library)
    new = library.folders.all()[0].path
    assert old.exists() and new != old
    tidy(library)
    assert list(music_packs_dir().iterdir()) == [new]


def test_a_folder_of_the_users_own_among_the_packs_is_never_swept(
    library: Library, pack: Path
) -> None:
    own = music_packs_dir() / "mine"
    own.mkdir(parents=True)
    write_bytes(own / "a.wav", b"mine")
    os.utime(own, (1, 1))
    install(pack, library)
    assert (own / "a.wav").read_bytes() == b"mine"


def test_features_of_another_version_are_made_again(
    library: Library, pack: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    analysed = []

    def analyse(path: Path) -> Any:
        from tests.stories.test_index import made_up

        analysed.append(path.name)
        return made_up(path)

    monkeypatch.setattr("engine.stories.analyse_files.analyse_file", analyse)
    # Its features are made up.
    monkeypatch.setattr("engine.stories.install_pack.usable_pack", lambda: None)
    edit_manifest(pack, lambda values: values.update(features_version="music-0"))
    report = install(pack, library)
    assert (report.n_analysed, analysed) == (2, ["a.wav", "b.wav"])
    first = library.tracks.all()[0]
    assert (first.title, first.tags.licence, first.profile.bpm) == ("Piece 0", "CC-BY-4.0", 100)
    assert first.path == report.pack.folder / "tracks" / "a.wav"
    assert install(pack, library, analyse=True).was_installed


def test_a_mark_that_cannot_be_deleted_loses_nothing(
    library: Library, pack: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    unlink = Path.unlink

    def failing(path: Path, missing_ok: bool = False) -> None:
        if path.name == installed.UNFINISHED:
            raise OSError(errno.EIO, "Input/output error", str(path))
        unlink(path, missing_ok)

    monkeypatch.setattr(Path, "unlink", failing)
    install(pack, library)
    monkeypatch.undo()
    tidy(library)
    assert [track.path.exists() for track in library.tracks.all()] == [True, True]
    assert list(music_packs_dir().rglob(installed.UNFINISHED)) == []
