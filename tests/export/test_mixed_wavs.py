"""The music, the mix and the stems as WAVs: what adds up, and when they start."""

from dataclasses import replace
from pathlib import Path

import av
import numpy as np
import numpy.typing as npt
import pytest
import soundfile

from engine.arrangement.arrangement import Arrangement, TrackReference
from engine.arrangement.clip_part import ClipPart
from engine.export.export_format import ExportTask
from engine.export.mixed_wavs import stem_files, write_mix, write_music, write_stems
from engine.progress import silent
from tests.busy_arrangement import busy
from tests.edits import info_of

RATE_HZ = 48_000


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Ten seconds of a clip's sound, quiet."""
    path = tmp_path_factory.mktemp("clips") / "clip.wav"
    time_s = np.arange(10 * RATE_HZ) / RATE_HZ
    tone = 0.1 * np.sin(2 * np.pi * 440 * time_s)
    soundfile.write(path, np.stack([tone, tone], 1), RATE_HZ, subtype="FLOAT")
    return path


@pytest.fixture(scope="module")
def track(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("tracks") / "track.wav"
    noise = np.random.default_rng(0).uniform(-0.1, 0.1, (60 * RATE_HZ, 2))
    soundfile.write(path, noise, RATE_HZ, subtype="FLOAT")
    return path


@pytest.fixture
def task(clip: Path, track: Path, tmp_path: Path) -> ExportTask:
    info = info_of(path=clip, start_timecode="01:00:00:00")
    (tmp_path / "out stems").mkdir()
    arrangement = busy(info, track)
    first, second = arrangement.items
    other = track.with_name("other.wav")
    other.write_bytes(track.read_bytes())
    second = replace(second, track=TrackReference(other))
    return ExportTask(info, replace(arrangement, items=(first, second)), tmp_path / "out.wav")


def changed(task: ExportTask, arrangement: Arrangement) -> ExportTask:
    return replace(task, arrangement=arrangement)


def read(path: Path) -> npt.NDArray[np.float64]:
    sound, rate = soundfile.read(path, always_2d=True)
    assert rate == RATE_HZ
    return np.asarray(sound, np.float64)


def time_reference(path: Path) -> int:
    with av.open(str(path)) as container:
        return int(container.metadata["time_reference"])


def test_the_folder_of_the_stems_repeats_no_word(task: ExportTask) -> None:
    folders = {
        name: {path.parent.name for path in stem_files(replace(task, out=task.out.with_name(name)))}
        for name in ("film.wav", "film stems.wav")
    }
    assert folders == {"film.wav": {"film stems"}, "film stems.wav": {"film stems"}}


def test_stems_add_up_to_the_mix(task: ExportTask) -> None:
    write_stems(task, silent())
    files = stem_files(task)
    assert [path.name for path in files] == [
        "01 Rain _ _Wind_ _1.wav",
        "02 other.wav",
        "03 Clip sound.wav",
    ]
    mix = read(task.out)
    assert mix.shape == (10 * RATE_HZ, 2)
    # Each has its own rounding to 24 bits.
    assert np.abs(sum(read(path) for path in files) - mix).max() <= 4 * 2**-23
    assert {time_reference(path) for path in (task.out, *files)} == {3600 * RATE_HZ}


def test_music_and_clip_sound_are_the_mix(task: ExportTask) -> None:
    write_mix(task, silent())
    mix = read(task.out)
    write_music(task, silent())
    music = read(task.out)
    clip = 10 ** (-1.5 / 20) * read(task.info.path)
    assert np.abs(mix - music - clip).max() <= 4 * 2**-23


def test_a_part_is_cut_out_and_starts_at_its_own_time(task: ExportTask) -> None:
    write_mix(task, silent())
    whole = read(task.out)
    write_mix(changed(task, replace(task.arrangement, part=ClipPart(50, 150))), silent())
    part = read(task.out)
    assert part.shape == (4 * RATE_HZ, 2)
    assert np.abs(part - whole[2 * RATE_HZ : 6 * RATE_HZ]).max() <= 2**-22
    assert time_reference(task.out) == 3602 * RATE_HZ


def test_what_does_not_play_has_no_stem(task: ExportTask) -> None:
    first, second = task.arrangement.items
    arrangement = replace(task.arrangement, items=(replace(first, muted=True), second))
    muted = changed(task, arrangement.with_gains(clip_gain_db=-60.0))
    assert [path.name for path in stem_files(muted)] == ["01 other.wav"]
    write_stems(muted, silent())
    assert np.abs(read(task.out) - read(stem_files(muted)[0])).max() <= 2**-22
