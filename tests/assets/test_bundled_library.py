"""The bundled library as a whole: size, variety, no duplicates, made from its scores."""

import io
import json
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace
from itertools import combinations, pairwise
from pathlib import Path
from typing import Any

import mido
import pytest

from composer.catalogue import bar_times, beat_times, fingerprint
from composer.form import compose
from composer.genres import BRIEFS
from composer.midi import midi_bytes
from composer.score import Score
from engine.paths import bundled_library_dir

LIBRARY = bundled_library_dir()
ENTRIES: list[dict[str, Any]] = json.loads((LIBRARY / "scores.json").read_text(encoding="utf-8"))[
    "tracks"
]
N_GENRES = 14
N_TRACKS_PER_GENRE = 9
MAX_BYTES = 100e6
MIN_MOODS = 3
MIN_TEMPI = 3
# Melodies count as alike when they share too many sequences of this many intervals.
MELODY_INTERVALS = 6
MAX_SHARED_MELODY = 1 / 3


@pytest.fixture(scope="module")
def scores() -> dict[str, Score]:
    return {brief.slug: compose(brief) for brief in BRIEFS}


def test_the_library_has_its_tracks_and_no_other_files() -> None:
    names = [entry["file"] for entry in ENTRIES]
    assert len(names) == len(set(names)) == N_GENRES * N_TRACKS_PER_GENRE
    assert sorted(names) == sorted(path.name for path in (LIBRARY / "tracks").iterdir())
    assert names == [f"{brief.slug}.opus" for brief in BRIEFS]
    assert sum(path.stat().st_size for path in (LIBRARY / "tracks").iterdir()) <= MAX_BYTES


def test_every_genre_has_three_moods_three_tempi_and_both_modes() -> None:
    by_genre = defaultdict(list)
    for entry in ENTRIES:
        by_genre[entry["genre"]].append(entry)
    assert len(by_genre) == N_GENRES
    for genre, entries in by_genre.items():
        assert len(entries) == N_TRACKS_PER_GENRE, genre
        assert len({mood for entry in entries for mood in entry["moods"]}) >= MIN_MOODS, genre
        # Tempi that differ by less than 5 % count as one.
        tempi = sorted({entry["bpm"] for entry in entries})
        steps = sum(faster / slower > 1.05 for slower, faster in pairwise(tempi))
        assert steps + 1 >= MIN_TEMPI, genre
        assert {entry["mode"] for entry in entries} == {"major", "minor"}, genre


def test_titles_and_descriptions_are_all_different() -> None:
    for name in ("title", "description", "seed"):
        assert len({entry[name] for entry in ENTRIES}) == len(ENTRIES), name


def test_no_two_tracks_share_harmony_tempo_and_key() -> None:
    seen: dict[tuple[Any, ...], str] = {}
    for brief in BRIEFS:
        courses = tuple(dict.fromkeys(plan.progression for plan in brief.sections))
        same = (courses, brief.tempo.bpm, brief.key)
        assert same not in seen, (brief.slug, seen[same])
        seen[same] = brief.slug
    assert len(seen) == len(ENTRIES)


def test_no_two_melodies_are_alike(scores: dict[str, Score]) -> None:
    turns = {slug: set(melodic_turns(score)) for slug, score in scores.items()}
    alike = {
        (one, other): len(turns[one] & turns[other])
        for one, other in combinations(turns, 2)
        if len(turns[one] & turns[other])
        > MAX_SHARED_MELODY * min(len(turns[one]), len(turns[other]))
    }
    assert alike == {}
    assert all(turns.values())


def test_a_transposed_melody_counts_as_the_same(scores: dict[str, Score]) -> None:
    score = scores["jazz-01"]
    higher = tuple(
        replace(part, notes=tuple(replace(note, pitch=note.pitch + 5) for note in part.notes))
        for part in score.parts
    )
    slower = replace(score.tempo, bpm=score.tempo.bpm - 10)
    turns = set(melodic_turns(score))
    assert turns == set(melodic_turns(replace(score, parts=higher, tempo=slower)))
    assert len(turns) > 20


def melodic_turns(score: Score) -> Iterator[tuple[int, ...]]:
    """Yield each sequence of intervals in the leading parts, independent of transposition."""
    pitched = [part for part in score.parts if part.voice.engine != "hits" and part.notes]
    leading = [part for part in pitched if part.role in ("melody", "riff", "counter")]
    for part in leading or pitched:
        highest: dict[int, int] = {}
        for note in part.notes:
            step = round(note.start_beats * 8)
            highest[step] = max(note.pitch, highest.get(step, 0))
        line = [highest[step] for step in sorted(highest)]
        intervals = [after - before for before, after in pairwise(line)]
        for start in range(len(intervals) - MELODY_INTERVALS + 1):
            turn = tuple(intervals[start : start + MELODY_INTERVALS])
            # Repeated notes don't make a melody.
            if sum(interval != 0 for interval in turn) >= MELODY_INTERVALS / 2:
                yield turn


@pytest.mark.parametrize("brief", BRIEFS, ids=lambda b: b.slug)
def test_a_track_was_made_from_its_current_score(brief: Any, scores: dict[str, Score]) -> None:
    entry = next(e for e in ENTRIES if e["file"] == f"{brief.slug}.opus")
    score = scores[brief.slug]
    assert entry["score_sha256"] == fingerprint(score)
    assert (entry["bpm"], entry["key"], entry["mode"]) == (
        score.tempo.bpm,
        score.key.name,
        score.key.mode,
    )
    assert score.sections[-1].chords[-1].chord.root == score.key.tonic
    assert entry["beats_s"] == beat_times(score)
    assert entry["bars_s"] == bar_times(score) == entry["beats_s"][:: entry["beats_per_bar"]]
    assert entry["beats_s"][-1] < entry["duration_s"] + score.tempo.beat_s


@pytest.mark.slow
def test_the_notes_of_each_track_are_stored_as_midi(scores: dict[str, Score]) -> None:
    folder = Path(__file__).resolve().parents[2] / "packaging" / "scores"
    kept = {path.stem: path.read_bytes() for path in folder.glob("*.mid")}
    assert set(kept) == {Path(entry["file"]).stem for entry in ENTRIES}
    for slug, data in kept.items():
        assert data == midi_bytes(scores[slug]), slug
        assert mido.MidiFile(file=io.BytesIO(data)).length > 40
    assert sum(map(len, kept.values())) < 5e6
