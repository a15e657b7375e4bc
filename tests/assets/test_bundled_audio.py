"""The audio files of the bundled music, compared with their scores.

The measured tempo must be within 3 % of the score's, its half or its double; pieces without a pulse
are left out. The measured key must have the score's tonic and mode. The relative key and the keys a
fifth above and below are common mistakes: in tonal genres, one track in eight may have one of them,
and none a more distant key. In genres led by drums, power chords or drones, a third of the tracks
may have any key.
"""

import csv
import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from engine.media.track_probe import probe_audio
from engine.media.waveform import read_waveform
from engine.music.key import PITCH_CLASSES
from engine.paths import bundled_library_dir

# A trial of packaging/build_library.py --into can be checked as well.
LIBRARY = Path(os.environ.get("SOUNDBED_CHECKED_LIBRARY", bundled_library_dir()))
TRACKS = LIBRARY / "tracks"
ENTRIES: list[dict[str, Any]] = json.loads((LIBRARY / "scores.json").read_text(encoding="utf-8"))[
    "tracks"
]
# Levels in bands of two thirds of an octave from 40 Hz on, in dB relative to the whole, of the 320
# pieces of Emotify: minimum, first percentile, 99th percentile, maximum.
REAL_DB = np.array(
    [
        [-54.1, -47.7, -48.9, -30.8, -28.5, -29.8, -33.8, -35.6, -44.2, -50.9, -60.5, -65.8, -76.0],
        [-40.3, -37.8, -33.0, -26.6, -23.2, -28.4, -29.4, -29.4, -34.9, -43.9, -56.9, -63.1, -74.2],
        [-2.2, -3.0, -3.1, -3.2, -1.9, -2.1, -2.7, -4.7, -8.5, -11.4, -12.4, -11.2, -19.5],
        [-0.4, -2.0, -1.8, -2.8, -1.3, -1.0, -1.7, -3.0, -7.5, -10.4, -9.7, -5.0, -11.8],
    ]
)
LOWEST_DB, LOW_DB, HIGH_DB, HIGHEST_DB = REAL_DB
MAX_RARE_BANDS = 2
# Quieter bands are inaudible, and in real files only contain coding noise.
INAUDIBLE_DB = -70.0
LESS_TONAL_GENRES = ("hip-hop", "metal", "electronic", "ambient")
Measure = Callable[[Path], Any]
each_track = pytest.mark.parametrize("entry", ENTRIES, ids=lambda e: e["file"])


@each_track
def test_a_file_matches_its_entry(entry: dict[str, Any]) -> None:
    path = TRACKS / entry["file"]
    info = probe_audio(path)
    assert (info.codec, info.n_channels, info.rate_hz) == ("opus", 2, 48_000)
    assert 50 <= info.duration_s <= 120
    assert info.duration_s == pytest.approx(entry["duration_s"], abs=0.05)
    assert path.stat().st_size * 8 / info.duration_s >= 80_000
    assert (info.tags.title, info.tags.artist) == (entry["title"], "Soundbed")
    assert info.tags.licence is not None
    assert info.tags.licence.startswith("CC0-1.0")


@each_track
def test_a_track_is_as_loud_as_all_others_and_never_clips(
    entry: dict[str, Any], measure: Measure
) -> None:
    measured = measure(TRACKS / entry["file"])
    assert measured.loudness.integrated_lufs == pytest.approx(-14, abs=0.5)
    assert measured.loudness.true_peak_dbtp <= -1.0
    assert measured.n_clipped < 2
    assert measured.offset < 1e-3


@each_track
def test_a_track_falls_silent_only_at_its_end(entry: dict[str, Any], measure: Measure) -> None:
    measured = measure(TRACKS / entry["file"])
    # Windows of 0.4 s every 0.1 s: twelve silent ones in a row are a gap of 1.5 s.
    is_silent = measured.loudness.momentary_lufs < -60
    inside = is_silent[: np.flatnonzero(~is_silent)[-1]]
    gaps = np.diff(np.flatnonzero(np.concatenate([[True], ~inside, [True]])))
    assert gaps.max() < 12


@each_track
def test_a_track_ends_with_a_chord_that_dies_away(entry: dict[str, Any], measure: Measure) -> None:
    measured = measure(TRACKS / entry["file"])
    assert entry["sections"][-1]["name"] == "end"
    assert measured.loudness.momentary_lufs[-1] < -28
    assert measured.tail_db < -60


@each_track
def test_a_track_keeps_its_sound_in_mono(entry: dict[str, Any], measure: Measure) -> None:
    assert measure(TRACKS / entry["file"]).least_correlation > -0.2


@each_track
def test_the_spectrum_is_within_the_range_of_real_music(
    entry: dict[str, Any], measure: Measure
) -> None:
    bands_db = np.maximum(measure(TRACKS / entry["file"]).bands_db, INAUDIBLE_DB)
    outside = np.flatnonzero((bands_db < LOWEST_DB) | (bands_db > HIGHEST_DB))
    rare = np.flatnonzero((bands_db < LOW_DB) | (bands_db > HIGH_DB))
    assert outside.tolist() == [], bands_db.round(1)
    assert len(rare) <= MAX_RARE_BANDS, (rare, bands_db.round(1))


@each_track
def test_the_measured_tempo_is_that_of_the_score(entry: dict[str, Any], measure: Measure) -> None:
    if not entry.get("has_pulse", True):
        pytest.skip("the score says that this piece has no pulse")
    ratio = measure(TRACKS / entry["file"]).bpm / entry["bpm"]
    assert any(abs(ratio / octave - 1) <= 0.03 for octave in (0.5, 1, 2)), ratio


@each_track
def test_the_measured_key_is_right_or_closely_related(
    entry: dict[str, Any], measure: Measure
) -> None:
    if entry["genre"] in LESS_TONAL_GENRES:
        pytest.skip("keys of this genre are judged together")
    key = measure(TRACKS / entry["file"]).key
    assert (key.name, key.mode) in {written(entry), *kin(entry)}


def test_seven_measured_keys_of_eight_are_exact(measure: Measure) -> None:
    tonal = [entry for entry in ENTRIES if entry["genre"] not in LESS_TONAL_GENRES]
    keys = {entry["file"]: measure(TRACKS / entry["file"]).key for entry in tonal}
    other = {e["file"]: key for e in tonal
             if ((key := keys[e["file"]]).name, key.mode) != written(e)}  # fmt: skip
    assert len(other) <= len(tonal) / 8, other


@pytest.mark.parametrize("genre", LESS_TONAL_GENRES)
def test_two_measured_keys_of_three_are_near_where_drums_or_drones_lead(
    genre: str, measure: Measure
) -> None:
    entries = [entry for entry in ENTRIES if entry["genre"] == genre]
    keys = [(measure(TRACKS / entry["file"]).key, entry) for entry in entries]
    far = {entry["file"]: key for key, entry in keys
           if (key.name, key.mode) not in {written(entry), *kin(entry)}}  # fmt: skip
    assert len(far) <= len(entries) / 3, far


def test_the_range_of_spectra_is_that_of_real_music(
    shared_data: Path, spectrum_db: Callable[..., Any]
) -> None:
    folder = shared_data / "emotify"
    with (folder / "ratings.csv").open(encoding="utf-8", newline="") as file:
        names = [row["file"] for row in csv.DictReader(file)][::16]
    bands_db = np.stack(
        [spectrum_db(read_waveform(folder / name, 48_000, 2).mean(axis=1)) for name in names]
    )
    assert ((bands_db > LOWEST_DB - 0.06) & (bands_db < HIGHEST_DB + 0.06)).all()
    # Nearly all are within the percentiles, which aren't much wider than the music's spread.
    assert ((bands_db > LOW_DB) & (bands_db < HIGH_DB)).mean() > 0.9
    spread_db = np.quantile(bands_db, 0.9, axis=0) - np.quantile(bands_db, 0.1, axis=0)
    assert (3 * spread_db > HIGH_DB - LOW_DB).all()


def written(entry: dict[str, Any]) -> tuple[str, str]:
    """Return the key of the score."""
    return entry["key"], entry["mode"]


def kin(entry: dict[str, Any]) -> set[tuple[str, str]]:
    """Return the relative key, and the keys a fifth above and below."""
    tonic = PITCH_CLASSES.index(entry["key"])
    step, other = (9, "minor") if entry["mode"] == "major" else (3, "major")
    fifths = {(PITCH_CLASSES[(tonic + n) % 12], entry["mode"]) for n in (5, 7)}
    return {(PITCH_CLASSES[(tonic + step) % 12], other), *fifths}
