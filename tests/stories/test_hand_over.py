"""Exports of several files: all of them are written, or none."""

import shutil
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile

from engine.arrangement.arrangement import Arrangement
from engine.errors import Cancelled, ExportError
from engine.export.export_format import ExportFormat, ExportTask
from engine.export.formats import FORMATS
from engine.media.probe import VideoInfo, probe_video
from engine.progress import Progress, silent
from engine.stories import hand_over
from engine.stories.hand_over import write_exports
from tests.busy_arrangement import busy

WriteClip = Callable[..., Path]
Exports = list[tuple[ExportFormat, ExportTask]]
N_SIZES = 8


@pytest.fixture(scope="module")
def info(write_clip: WriteClip, tmp_path_factory: pytest.TempPathFactory) -> VideoInfo:
    """Two seconds with sound."""
    folder = tmp_path_factory.mktemp("clips")
    return probe_video(write_clip(folder / "clip.mp4", n_frames=50, size=(64, 36)))


@pytest.fixture(scope="module")
def arrangement(info: VideoInfo, tmp_path_factory: pytest.TempPathFactory) -> Arrangement:
    """Everything that a timeline can hold."""
    path = tmp_path_factory.mktemp("tracks") / "track.wav"
    noise = np.random.default_rng(0).uniform(-0.2, 0.2, (60 * 8_000, 2))
    soundfile.write(path, noise, 8_000)
    return busy(info, path)


@pytest.fixture
def in_process(monkeypatch: pytest.MonkeyPatch) -> None:
    """Write in this process, which is faster."""

    def run(function: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        if "progress" in kwargs:
            return function(*args, progress=kwargs["progress"])
        return function(*args)

    def write(kind: ExportFormat, task: ExportTask, progress: Progress) -> None:
        kind.write(task, progress)

    monkeypatch.setattr(hand_over, "run_isolated", run)
    monkeypatch.setattr(hand_over, "_write", write)


def exports_to(
    folder: Path, info: VideoInfo, arrangement: Arrangement, *, overwrite: bool = False
) -> Exports:
    """Every format, those of one suffix under names of their own."""
    return [
        (kind, ExportTask(info, arrangement, folder / f"{kind.name}{kind.suffixes[0]}", overwrite))
        for kind in FORMATS
    ]


def contents(folder: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


def test_relative_names_are_taken_from_the_working_folder(
    info: VideoInfo,
    arrangement: Arrangement,
    tmp_path: Path,
    in_process: None,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    write_exports(exports_to(Path("new"), info, arrangement), silent())
    written = (tmp_path / "new" / "fcpxml.fcpxml").read_text()
    assert (tmp_path / "new").as_uri() in written


def test_all_formats_are_written_at_once(
    info: VideoInfo, arrangement: Arrangement, tmp_path: Path, in_process: None
) -> None:
    exports = exports_to(tmp_path, info, arrangement)
    plans = write_exports(exports, silent())
    assert [plan.out for plan in plans] == [task.out for _, task in exports]
    wanted = {path for kind, task in exports for path in kind.files(task)}
    assert {path for path in tmp_path.rglob("*") if path.is_file()} == wanted
    # Music, mix and stems; four pieces for each of three timelines; two tracks, the clip's sound.
    assert sum(path.suffix == ".wav" for path in wanted) == 3 + 12 + 3


def test_timelines_of_one_name_share_their_music(
    info: VideoInfo, arrangement: Arrangement, tmp_path: Path, in_process: None
) -> None:
    exports = [
        (kind, ExportTask(info, arrangement, tmp_path / f"edit{kind.suffixes[0]}"))
        for kind in FORMATS
        if kind.name in ("fcp7", "fcpxml", "otio")
    ]
    write_exports(exports, silent())
    assert len(list((tmp_path / "edit music").iterdir())) == 4
    other = arrangement.with_gains(music_gain_db=-6.0)
    mixed = [exports[0], (exports[1][0], ExportTask(info, other, exports[1][1].out, True))]
    with pytest.raises(ExportError, match="already"):
        write_exports(mixed, silent())
    shutil.rmtree(tmp_path / "edit music")
    (tmp_path / "edit.xml").unlink()
    with pytest.raises(ExportError, match="two outputs"):
        write_exports(mixed, silent())


def test_a_file_beside_that_is_there_is_not_replaced_unasked(
    info: VideoInfo, arrangement: Arrangement, tmp_path: Path, in_process: None
) -> None:
    (kind,) = (kind for kind in FORMATS if kind.name == "fcp7")
    task = ExportTask(info, arrangement, tmp_path / "edit.xml")
    theirs = kind.beside(task)[1]
    theirs.parent.mkdir()
    theirs.write_text("mine")
    with pytest.raises(ExportError, match="already") as caught:
        write_exports([(kind, task)], silent())
    assert caught.value.path == theirs
    assert contents(tmp_path) == {str(theirs.relative_to(tmp_path)): b"mine"}


def test_one_that_can_not_be_written_keeps_all_others_away(
    info: VideoInfo, arrangement: Arrangement, tmp_path: Path, in_process: None
) -> None:
    (tmp_path / "out").mkdir()
    exports = exports_to(tmp_path / "out", info, arrangement)
    gone = exports_to(tmp_path / "out", info, arrangement)[-1]
    (tmp_path / "file").write_text("mine")
    broken = (gone[0], ExportTask(info, arrangement, tmp_path / "file" / "credits.txt"))
    with pytest.raises(ExportError, match=r"credits\.txt"):
        write_exports([*exports[:-1], broken], silent())
    assert contents(tmp_path) == {"file": b"mine"}


def test_cancelling_leaves_nothing(
    info: VideoInfo, arrangement: Arrangement, tmp_path: Path, in_process: None
) -> None:
    progress = Progress()
    n_steps = 0

    def cancel_later(_: object) -> None:
        nonlocal n_steps
        n_steps += 1
        if n_steps == 8:
            progress.cancel()

    progress = Progress(cancel_later)
    with pytest.raises(Cancelled):
        write_exports(exports_to(tmp_path, info, arrangement), progress)
    assert list(tmp_path.iterdir()) == []


@contextmanager
def small_disk(folder: Path, size: int) -> Iterator[Path]:
    """Mount a file system of a size, which only root may."""
    folder.mkdir(exist_ok=True)
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(folder)],
        capture_output=True,
        check=False,
    )
    if mounted.returncode:
        pytest.skip("only root can mount a small disk")
    try:
        yield folder
    finally:
        subprocess.run(["umount", str(folder)], check=True)


@pytest.mark.skipif(shutil.which("mount") is None, reason="no small disk without mount")
@pytest.mark.parametrize("has_old_files", [False, True])
def test_a_full_disk_leaves_what_was_there(
    info: VideoInfo,
    arrangement: Arrangement,
    tmp_path: Path,
    in_process: None,
    has_old_files: bool,
) -> None:
    whole = tmp_path / "whole"
    exports = exports_to(whole, info, arrangement)
    write_exports(exports, silent())
    files = {path.relative_to(whole): path.stat().st_size for path in whole.rglob("*")}
    total = sum(-(-size // 4096) * 4096 for size in files.values())
    rng = np.random.default_rng(has_old_files)
    n_whole = 0
    for size in sorted(rng.integers(40_000, round(1.4 * total), N_SIZES).tolist()):
        with small_disk(tmp_path / "disk", size) as disk:
            out = disk / "out"
            out.mkdir()
            if has_old_files:
                for _, task in exports:
                    (out / task.out.name).write_text("old")
            before = contents(disk)
            try:
                write_exports(exports_to(out, info, arrangement, overwrite=True), silent())
            except ExportError as error:
                assert contents(disk) == before, size
                assert sorted(disk.iterdir()) == [out]
                assert "\n" not in str(error) and ".soundbed-" not in str(error)
                assert error.path is not None and out in Path(error.path).parents
            else:
                n_whole += 1
                assert set(contents(out)) == {str(name) for name in files if name.suffix}
    assert 0 < n_whole < N_SIZES
