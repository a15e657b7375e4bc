"""Real files through the real stages, in real worker processes."""

from pathlib import Path

import numpy as np
import pytest
import soundfile

from engine.library.library import Library
from engine.library.track_analysis import analyse_file
from engine.music.features import MusicFeatures
from engine.progress import silent
from engine.stories.index import index_folder, rescan

RATE_HZ = 16_000


def write_clicks(path: Path, bpm: float, duration_s: float) -> None:
    """A tone of A (440 Hz) that is struck on every beat."""
    time_s = np.arange(int(duration_s * RATE_HZ)) / RATE_HZ
    since_beat_s = time_s % (60 / bpm)
    sound = 0.4 * np.sin(2 * np.pi * 440 * time_s) * np.exp(-8 * since_beat_s)
    soundfile.write(path, sound.astype(np.float32), RATE_HZ)


def test_a_file_is_analysed(tmp_path: Path) -> None:
    path = tmp_path / "my song.wav"
    write_clicks(path, 120, 20)
    found = analyse_file(path)
    assert (found.tags.title, found.file.path) == ("my song", path)
    assert found.file.size_bytes == path.stat().st_size
    assert found.file.duration_s == pytest.approx(20, abs=0.01)
    profile = found.profile
    assert profile.bpm == pytest.approx(120, rel=0.02)
    assert sum(profile.genre_probabilities) == pytest.approx(1, abs=1e-3)
    assert len(profile.moods) == 10
    features = MusicFeatures.from_bytes(found.features)
    assert profile.key == f"{features.key} {features.mode}"


def test_sound_that_time_stamps_lay_over_itself_is_missed(tmp_path: Path) -> None:
    path = tmp_path / "headless.flac"
    sound = np.random.default_rng(1).uniform(-0.8, 0.8, 20 * 44_100)
    soundfile.write(path, sound, 44_100)
    data = path.read_bytes()
    # Without a header libav takes the frames for half as long.
    path.write_bytes(bytes(100) + data[100:])
    found = analyse_file(path)
    assert found.check is not None
    assert found.check.found_s == pytest.approx(10, abs=1)
    assert found.check.claimed_s == pytest.approx(20, abs=1)


def test_a_folder_through_worker_processes(tmp_path: Path) -> None:
    folder = tmp_path / "music"
    folder.mkdir()
    write_clicks(folder / "one.wav", 100, 8)
    write_clicks(folder / "two.flac", 140, 8)
    (folder / "text.mp3").write_text("this is no music")
    library = Library.open()
    report = index_folder(folder, library, silent())
    assert (report.added, len(report.failed)) == (2, 1)
    assert report.music_s == pytest.approx(16, abs=0.1)
    states = {track.path.name: track.file.state for track in library.tracks.all()}
    assert states == {"one.wav": "ready", "two.flac": "ready", "text.mp3": "failed"}
    failed = next(track for track in library.tracks.all() if track.file.state == "failed")
    assert failed.file.message and str(folder) not in failed.file.message
    again = rescan(library, silent())
    assert (again.added, again.unchanged, again.unusable) == (0, 2, 1)
