"""Values of the score replace measured ones everywhere but in the vector."""

import json
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile

import index_library
from engine.encoders.wants import WANTED_GENRES
from engine.errors import SoundbedError
from engine.library.clips import SavedClip
from engine.library.library import Library
from engine.library.marks import Marks, Section
from engine.library.migrations import MIGRATIONS, migrate
from engine.music.features import MusicFeatures
from engine.music.vector import VECTOR_LENGTH, VERSION

ENTRY: dict[str, Any] = {
    "bpm": 84, "beats_s": [0.1, 0.8], "bars_s": [0.1], "beats_per_bar": 3, "key": "D",
    "mode": "minor", "is_instrumental": True, "arousal": 0.25, "instruments": ["bass", "piano"],
}  # fmt: skip


def measured() -> MusicFeatures:
    return MusicFeatures(
        version=VERSION, vector=np.arange(VECTOR_LENGTH, dtype=np.float32), duration_s=60.0,
        msd_tags=np.zeros(50, np.float32), mtt_tags=np.zeros(50, np.float32), bpm=168.0,
        bpm_confidence=0.5, beats_s=np.zeros(0, np.float32), downbeats_s=np.zeros(0, np.float32),
        beats_per_bar=4, key="F", mode="major", key_confidence=0.4, loudness_lufs=-14.0,
        loudness_range_lu=5.0, true_peak_dbtp=-1.0, brightness=1000.0, onset_density_hz=2.0,
        energy_curve=np.ones(60, np.float32), peaks=np.zeros((10, 2), np.int8), vocals=0.1,
    )  # fmt: skip


def test_the_score_replaces_tempo_beats_bars_and_key() -> None:
    known = index_library.scored(measured(), ENTRY)
    assert (known.bpm, known.key, known.mode, known.beats_per_bar) == (84.0, "D", "minor", 3)
    assert known.vocals == 0
    assert known.beats_s.tolist() == pytest.approx([0.1, 0.8])
    assert known.downbeats_s.tolist() == pytest.approx([0.1])
    assert known.vector.tolist() == measured().vector.tolist()


def test_the_finished_database_is_one_file_that_opens_as_immutable(tmp_path: Path) -> None:
    library = Library.open(tmp_path / "library.sqlite")
    clip = SavedClip("clip", Path("/clip.mp4"), "{}")
    library.clips.save(clip)
    index_library._make_immutable(library.database.path)
    assert [path.name for path in tmp_path.iterdir()] == ["library.sqlite"]
    assert Library.open_bundled(tmp_path).clips.get("clip") == clip


def test_genre_moods_and_arousal_are_those_of_the_score(tmp_path: Path) -> None:
    (tmp_path / "a.opus").write_bytes(b"sound")
    entry = ENTRY | {
        "title": "Late Rain", "artist": "Soundbed", "licence": "CC0-1.0",
        "moods": ["calm", "happy"], "genre": "lo-fi",
        "sections": [{"name": "intro", "start_s": 0.1, "n_bars": 4, "energy": 0.4}],
    }  # fmt: skip
    row = index_library._row(entry, tmp_path / "a.opus", tmp_path, "hash", measured())
    genre = np.argmax(row.profile.genre_probabilities)
    assert (row.profile.genre, WANTED_GENRES[genre]) == ("lo-fi", "lo-fi")
    assert sum(row.profile.genre_probabilities) == 1.0
    for mood, score in row.profile.moods.items():
        assert score >= 2.0 if mood in entry["moods"] else score <= -0.25
    # Happy is 1, calm .3; the score's arousal goes from 0 to 1.
    assert (row.profile.valence, row.profile.arousal) == (0.65, -0.5)
    assert row.profile.instruments == ("bass", "piano")
    assert row.marks is not None and row.marks.sections == (Section("intro", 0.1, 4, 0.4),)
    with pytest.raises(SoundbedError, match=r"a\.opus: there is no axis for zouk"):
        index_library._row(entry | {"genre": "zouk"}, tmp_path / "a.opus", tmp_path, "", measured())
    late = [entry["sections"][0] | {"start_s": 61.0}]
    with pytest.raises(SoundbedError, match=r"a\.opus: the marks .*start_s"):
        index_library._row(
            entry | {"sections": late}, tmp_path / "a.opus", tmp_path, "", measured()
        )


def test_known_features_are_loaded_from_a_database_of_an_older_schema(tmp_path: Path) -> None:
    path = tmp_path / "library.sqlite"
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        migrate(connection, path, MIGRATIONS[:1])
        connection.execute(
            "INSERT INTO tracks (path, path_text, content_hash, size_bytes, modified_ns, state, "
            "title, duration_s, features) VALUES (x'61', 'a', 'hash', 1, 1, 'ready', 'A', 60, ?)",
            (measured().to_bytes(),),
        )
    before = path.read_bytes()
    found = index_library._load_known(tmp_path, tmp_path / "copy.sqlite")
    assert found["hash"].vector.tolist() == measured().vector.tolist()
    assert path.read_bytes() == before


def test_a_missing_track_is_named(tmp_path: Path) -> None:
    (tmp_path / "scores.json").write_text('{"tracks": [{"file": "jazz-09.opus"}]}')
    with pytest.raises(SoundbedError, match=r"jazz-09\.opus.*build_library"):
        index_library.index_bundled(tmp_path)


def test_tracks_are_analysed_in_parallel_and_then_known(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "tracks").mkdir()
    entries = []
    for name, pitch_hz in (("b", 440.0), ("a", 330.0)):
        sound = 0.1 * np.sin(2 * np.pi * pitch_hz * np.arange(6 * 16_000) / 16_000)
        soundfile.write(tmp_path / "tracks" / f"{name}.wav", sound, 16_000)
        entries.append(
            ENTRY | {
                "file": f"{name}.wav", "title": name.upper(), "artist": "Soundbed",
                "licence": "CC0-1.0", "moods": ["calm"], "genre": "lo-fi",
                "loop_s": [0.1, 4.0],
            }
        )  # fmt: skip
    (tmp_path / "scores.json").write_text(json.dumps({"tracks": entries}))
    assert index_library.index_bundled(tmp_path, n_jobs=2) == (2, 2)
    assert capsys.readouterr().err.count("analysed") == 2
    assert index_library.index_bundled(tmp_path, n_jobs=2) == (2, 0)
    first, second = Library.open_bundled(tmp_path).tracks.all()
    assert (first.title, second.title, first.genre) == ("A", "B", "lo-fi")
    assert first.marks == Marks(loop_s=(0.1, 4.0), arousal=0.25)
    assert first.path == tmp_path / "tracks" / "a.wav"
