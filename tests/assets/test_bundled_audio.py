"""The bundled music as shipped: every file decoded once, and held against its score."""

import json
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "packaging"))

from composer.catalogue import bar_times, beat_times, fingerprint
from composer.form import compose
from composer.genres import BRIEFS

from engine.media.loudness import measure_loudness
from engine.media.probe import probe_audio
from engine.paths import bundled_library_dir

TRACKS = bundled_library_dir() / "tracks"
ENTRIES: list[dict[str, Any]] = json.loads(
    (bundled_library_dir() / "scores.json").read_text(encoding="utf-8")
)["tracks"]
GENRES = (
    "hip-hop", "jazz", "classical", "reggae", "pop", "metal", "ambient", "electronic",
    "cinematic", "folk",
)  # fmt: skip


def test_the_scores_and_the_files_are_the_same_tracks() -> None:
    names = [entry["file"] for entry in ENTRIES]
    assert sorted(names) == sorted(path.name for path in TRACKS.glob("*.opus"))
    assert names == [f"{brief.slug}.opus" for brief in BRIEFS]
    assert len(names) >= 30


def test_every_genre_has_at_least_three_tracks() -> None:
    counts = Counter(entry["genre"] for entry in ENTRIES)
    assert set(counts) == set(GENRES)
    assert min(counts.values()) >= 3


def test_all_tracks_together_stay_small() -> None:
    assert sum(path.stat().st_size for path in TRACKS.iterdir()) < 25e6


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda e: e["file"])
def test_a_track_is_as_loud_as_all_others_and_never_clips_or_falls_silent(
    entry: dict[str, Any],
) -> None:
    path = TRACKS / entry["file"]
    info = probe_audio(path)
    assert (info.codec, info.n_channels, info.rate_hz) == ("opus", 2, 48_000)
    assert 45 <= info.duration_s <= 90
    assert info.duration_s == pytest.approx(entry["duration_s"], abs=0.05)
    assert (info.tags.title, info.tags.artist) == (entry["title"], "Soundbed")
    assert info.tags.licence is not None
    assert info.tags.licence.startswith("CC0-1.0")

    loudness = measure_loudness(path)
    assert loudness.integrated_lufs == pytest.approx(-14, abs=0.5)
    assert loudness.true_peak_dbtp <= -1.0

    # Windows of 0.4 s every 0.1 s: twelve silent ones in a row are a gap of 1.5 s.
    is_silent = loudness.momentary_lufs < -60
    heard = np.flatnonzero(~is_silent)
    inside = is_silent[: heard[-1]]
    gaps = np.diff(np.flatnonzero(np.concatenate([[True], ~inside, [True]])))
    assert gaps.max() < 12
    # It ends by dying away, not in the middle of a sound.
    assert loudness.momentary_lufs[-1] < -28


@pytest.mark.parametrize("brief", BRIEFS, ids=lambda b: b.slug)
def test_a_track_was_made_from_the_score_that_the_composer_writes(brief: Any) -> None:
    entry = next(e for e in ENTRIES if e["file"] == f"{brief.slug}.opus")
    score = compose(brief)
    assert entry["score_sha256"] == fingerprint(score)
    assert (entry["bpm"], entry["key"], entry["mode"]) == (
        score.bpm,
        score.key.name,
        score.key.mode,
    )
    assert entry["beats_s"] == beat_times(score)
    assert entry["bars_s"] == bar_times(score) == entry["beats_s"][:: entry["beats_per_bar"]]
    assert entry["beats_s"][-1] < entry["duration_s"] + score.beat_s
