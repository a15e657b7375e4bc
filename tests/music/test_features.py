"""Music features of synthetic files with known answers, of odd files, and stored ones."""

import io
from dataclasses import fields
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
import soundfile

from engine.encoders.audio import MusicTagger
from engine.errors import Cancelled, LibraryError, MediaError
from engine.music.features import MusicFeatures, describe_music
from engine.music.vector import LAYOUT, VECTOR_LENGTH
from engine.progress import Progress, ProgressStep, silent

RATE_HZ = 22_050
A_MINOR_HZ = (220.0, 261.63, 329.63)


@pytest.fixture(scope="module")
def tagger() -> MusicTagger:
    return MusicTagger.load(n_threads=1)


def song(duration_s: float, bpm: float = 100) -> npt.NDArray[np.float32]:
    """An A minor chord with a click on each beat, louder on the first of four."""
    t = np.arange(int(duration_s * RATE_HZ)) / RATE_HZ
    chord = 0.05 * np.sum([np.sin(2 * np.pi * note_hz * t) for note_hz in A_MINOR_HZ], axis=0)
    beat, since_s = np.divmod(t, 60 / bpm)
    height = np.where(beat % 4 == 0, 0.6, 0.3)
    click = height * np.exp(-since_s / 0.02) * np.random.default_rng(0).standard_normal(len(t))
    return np.asarray(chord + click * 0.3, np.float32)


def write(path: Path, sound: npt.NDArray[np.floating[Any]], rate_hz: int = RATE_HZ) -> Path:
    soundfile.write(path, sound, rate_hz, subtype="FLOAT")
    return path


@pytest.fixture(scope="module")
def analysed(tagger: MusicTagger, tmp_path_factory: pytest.TempPathFactory) -> MusicFeatures:
    path = write(tmp_path_factory.mktemp("song") / "song.wav", song(16))
    return describe_music(path, tagger, silent())


def test_a_synthetic_song_is_analysed_correctly(analysed: MusicFeatures) -> None:
    assert analysed.duration_s == pytest.approx(16, abs=0.01)
    assert analysed.bpm == pytest.approx(100, rel=0.01)
    assert analysed.beats_per_bar == 4
    np.testing.assert_allclose((analysed.downbeats_s + 1.2) % 2.4, 1.2, atol=0.03)
    assert (analysed.key, analysed.mode) == ("A", "minor")
    assert analysed.onset_density_hz == pytest.approx(100 / 60, rel=0.1)
    assert len(analysed.energy_curve) == 16
    assert analysed.peaks.shape == (800, 2)
    assert analysed.version == "music-1"
    assert analysed.vector.shape == (VECTOR_LENGTH,)


def test_the_level_changes_only_the_loudness(
    analysed: MusicFeatures, tagger: MusicTagger, tmp_path: Path
) -> None:
    quiet = describe_music(write(tmp_path / "quiet.wav", song(16) / 4), tagger, silent())
    assert analysed.loudness_lufs - quiet.loudness_lufs == pytest.approx(12.04, abs=0.15)
    np.testing.assert_allclose(quiet.msd_tags, analysed.msd_tags, atol=0.01)
    assert quiet.bpm == pytest.approx(analysed.bpm, rel=0.01)
    level = LAYOUT["descriptors"].start + 3
    others = np.delete(np.arange(VECTOR_LENGTH), level)
    np.testing.assert_allclose(quiet.vector[others], analysed.vector[others], atol=0.15)


def test_a_piece_twice_as_long_is_nearly_the_same(
    analysed: MusicFeatures, tagger: MusicTagger, tmp_path: Path
) -> None:
    twice = np.concatenate((song(16), song(16)))
    long = describe_music(write(tmp_path / "long.wav", twice), tagger, silent())
    other = np.random.default_rng(1).standard_normal(16 * RATE_HZ).astype(np.float32) * 0.1
    noise = describe_music(write(tmp_path / "noise.wav", other), tagger, silent())
    near = np.linalg.norm(long.vector - analysed.vector)
    far = np.linalg.norm(noise.vector - analysed.vector)
    assert near < 0.15 * far


@pytest.mark.parametrize("duration_s", [0.02, 0.5, 2.9])
def test_snippets_have_features(tagger: MusicTagger, tmp_path: Path, duration_s: float) -> None:
    features = describe_music(write(tmp_path / "short.wav", song(duration_s)), tagger, silent())
    assert features.duration_s == pytest.approx(duration_s, abs=0.01)
    assert features.bpm == 0
    assert len(features.beats_s) == 0


def test_silence_and_broken_samples_have_features(tagger: MusicTagger, tmp_path: Path) -> None:
    still = describe_music(write(tmp_path / "still.wav", np.zeros(5 * RATE_HZ)), tagger, silent())
    assert still.loudness_lufs == -70
    assert still.key_confidence == still.bpm == still.onset_density_hz == 0
    sound = song(5)
    sound[1000:1010] = np.nan
    sound[2000:2010] = np.inf
    broken = describe_music(write(tmp_path / "broken.wav", sound), tagger, silent())
    assert np.isfinite(broken.vector).all()


def test_a_clips_sound_has_features(tagger: MusicTagger, shared_media: Path) -> None:
    features = describe_music(shared_media / "bigbuckbunny.mp4", tagger, silent())
    assert 3 < features.duration_s < 10
    assert -60 < features.loudness_lufs < -5


def test_a_file_without_sound_is_an_error(tagger: MusicTagger, tmp_path: Path) -> None:
    text = tmp_path / "notes.mp3"
    text.write_text("no music")
    with pytest.raises(MediaError, match=r"notes\.mp3"):
        describe_music(text, tagger, silent())


def test_progress_names_the_stages_and_cancel_stops(tagger: MusicTagger, tmp_path: Path) -> None:
    path = write(tmp_path / "song.wav", song(16))
    steps: list[ProgressStep] = []
    describe_music(path, tagger, Progress(steps.append))
    stages = list(dict.fromkeys(step.stage for step in steps))
    assert len(stages) == 3
    assert max(step.done for step in steps if step.stage == stages[1]) == 10

    progress = Progress(lambda step: progress.cancel() if step.stage == stages[1] else None)
    with pytest.raises(Cancelled):
        describe_music(path, tagger, progress)


def test_stored_features_are_read_back_unchanged(analysed: MusicFeatures) -> None:
    stored = analysed.to_bytes()
    read = MusicFeatures.from_bytes(stored)
    for field in fields(MusicFeatures):
        kept, found = getattr(analysed, field.name), getattr(read, field.name)
        assert type(found) is type(kept), field.name
        np.testing.assert_array_equal(found, kept, err_msg=field.name)
    assert read.to_bytes() == stored
    assert len(stored) < 20_000


def test_features_of_another_version_are_read_but_keep_its_name(analysed: MusicFeatures) -> None:
    values = {field.name: getattr(analysed, field.name) for field in fields(MusicFeatures)}
    older = {**values, "version": "music-0", "vector": np.zeros(5, np.float32), "mood": 1}
    read = MusicFeatures.from_bytes(archive(older))
    assert (read.version, len(read.vector)) == ("music-0", 5)
    np.testing.assert_array_equal(read.beats_s, analysed.beats_s)
    with pytest.raises(LibraryError, match=r"another version \(music-0\).*Rescan"):
        MusicFeatures.from_bytes(archive({**older, "beats_s": np.zeros((2, 2))}))


def test_what_the_first_version_stored_is_still_read(analysed: MusicFeatures) -> None:
    # A field that a later version adds must have a default: see `MusicFeatures.from_bytes`.
    of_music_1 = (
        "vector duration_s msd_tags mtt_tags bpm bpm_confidence beats_s downbeats_s beats_per_bar "
        "key mode key_confidence loudness_lufs loudness_range_lu true_peak_dbtp brightness "
        "onset_density_hz energy_curve peaks vocals"
    )
    values = {name: getattr(analysed, name) for name in of_music_1.split()}
    values |= {"version": "music-1", "vector": np.zeros(612, np.float32)}
    assert MusicFeatures.from_bytes(archive(values)).duration_s == analysed.duration_s


@pytest.mark.parametrize("damage", ["empty", "text", "truncated", "pickle", "shape"])
def test_damaged_features_are_refused(analysed: MusicFeatures, damage: str) -> None:
    values = {field.name: getattr(analysed, field.name) for field in fields(MusicFeatures)}
    data = analysed.to_bytes()
    if damage == "pickle":
        data = archive({**values, "vector": np.array([{}], object)}, allow_pickle=True)
    elif damage == "shape":
        data = archive({**values, "vector": np.zeros(3, np.float32)})
    else:
        data = {"empty": b"", "text": b"hello", "truncated": data[: len(data) // 2]}[damage]
    with pytest.raises(LibraryError, match="the stored analysis of a track is damaged"):
        MusicFeatures.from_bytes(data)


def archive(values: dict[str, Any], allow_pickle: bool = False) -> bytes:
    buffer = io.BytesIO()
    np.savez(buffer, allow_pickle=allow_pickle, **values)
    return buffer.getvalue()
