"""What is known of each track from its score, as the JSON beside the audio."""

import hashlib
import json
from collections.abc import Sequence
from pathlib import Path

from composer.master import Master
from composer.midi import LEAD_IN_S, midi_bytes
from composer.score import Score
from engine.files import write_text

ARTIST = "Soundbed"
LICENCE = "CC0-1.0"


def read_catalogue(path: Path) -> list[dict[str, object]]:
    """Read the entries of scores.json; none when it isn't there yet."""
    if not path.is_file():
        return []
    return list(json.loads(path.read_text(encoding="utf-8"))["tracks"])


def write_catalogue(entries: Sequence[dict[str, object]], path: Path) -> None:
    """Write scores.json, one track after another in the order given."""
    lines = ",\n".join("  " + json.dumps(entry, ensure_ascii=False) for entry in entries)
    write_text(path, f'{{"version": 1, "tracks": [\n{lines}\n]}}\n')


def describe(finished: Master) -> dict[str, object]:
    """Return the entry of one finished track: score first, then what was measured.

    Beats are exact: the tempo is constant, and the music starts after the lead-in. In 6/8 the
    beat is the dotted quarter, two in a bar.
    """
    score = finished.score
    return {
        "file": finished.path.name,
        "title": score.title,
        "description": score.description,
        "artist": ARTIST,
        "licence": LICENCE,
        "genre": score.genre,
        "moods": list(score.moods),
        "bpm": score.bpm,
        "key": score.key.name,
        "mode": score.key.mode,
        "time_signature": score.time_signature,
        "beats_per_bar": score.sections[0].beats_per_bar,
        "is_instrumental": True,
        "first_beat_s": LEAD_IN_S,
        "beats_s": beat_times(score),
        "bars_s": bar_times(score),
        "sections": [
            {
                "name": section.name,
                "start_s": round(LEAD_IN_S + section.start_beats * score.beat_s, 4),
                "n_bars": section.n_bars,
                "energy": section.energy,
            }
            for section in score.sections
        ],
        "seed": score.seed,
        "score_sha256": fingerprint(score),
        "duration_s": round(finished.duration_s, 3),
        "loudness_lufs": round(finished.loudness_lufs, 2),
        "true_peak_dbtp": round(finished.true_peak_dbtp, 2),
    }


def fingerprint(score: Score) -> str:
    """Return a hash of all that decides the sound: notes, voices, strips and room."""
    desk = [(part.voice, part.strip) for part in score.parts]
    return hashlib.sha256(midi_bytes(score) + repr((desk, score.room)).encode()).hexdigest()


def beat_times(score: Score) -> list[float]:
    """Every beat from the first to the end of the last bar, in seconds."""
    return [round(LEAD_IN_S + n * score.beat_s, 4) for n in range(round(score.n_beats) + 1)]


def bar_times(score: Score) -> list[float]:
    """The first beat of every bar, in seconds."""
    return beat_times(score)[:: score.sections[0].beats_per_bar]
