"""scores.json: what is known of each track from its score, and what was measured on it."""

import colorsys
import hashlib
import json
from collections.abc import Sequence
from dataclasses import fields, is_dataclass
from enum import Enum
from pathlib import Path
from random import Random

from composer.instruments import instruments
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
    """Write scores.json, one track a line, in the order given."""
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
        "title": score.about.title,
        "description": score.about.description,
        "artist": ARTIST,
        "licence": LICENCE,
        "genre": score.about.genre,
        "moods": list(score.about.moods),
        "bpm": score.tempo.bpm,
        "key": score.key.name,
        "mode": score.key.mode,
        "time_signature": score.tempo.time_signature,
        "beats_per_bar": score.sections[0].beats_per_bar,
        "is_instrumental": True,
        "first_beat_s": LEAD_IN_S,
        "beats_s": beat_times(score),
        "bars_s": bar_times(score),
        "arousal": score.about.arousal,
        "has_pulse": score.about.has_pulse,
        "loop_s": list(loop_times(score)),
        "energy_per_bar": energy_per_bar(score),
        "roles": {part.name: part.role for part in score.parts},
        "instruments": instruments(score),
        "colours": list(cover_colours(score)),
        "sections": [
            {
                "name": section.name,
                "start_s": round(LEAD_IN_S + section.start_beats * score.tempo.beat_s, 4),
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
    """Return a hash of all that decides the sound: notes, voices, strips and room.

    Only values count, so that code can be rewritten: 2 and 2.0 are the same, and so are a default
    and the same value written out.
    """
    desk = [_values([part.voice, part.strip]) for part in score.parts]
    text = json.dumps([desk, _values(score.room)], sort_keys=True)
    return hashlib.sha256(midi_bytes(score) + text.encode()).hexdigest()


def _values(value: object) -> object:
    """Return a part of a score as JSON has it."""
    if is_dataclass(value):
        named = {field.name: _values(getattr(value, field.name)) for field in fields(value)}
        return {"type": type(value).__name__, **named}
    if isinstance(value, Enum):
        return value.name
    if isinstance(value, list | tuple):
        return [_values(one) for one in value]
    if isinstance(value, bool | str):
        return value
    if isinstance(value, int | float):
        return float(value)
    raise TypeError(f"can't be part of a fingerprint: {value!r}")


def beat_times(score: Score) -> list[float]:
    """Every beat from the first to the end of the last bar, in seconds."""
    return [round(LEAD_IN_S + n * score.tempo.beat_s, 4) for n in range(round(score.n_beats) + 1)]


def bar_times(score: Score) -> list[float]:
    """The first beat of every bar, in seconds."""
    return beat_times(score)[:: score.sections[0].beats_per_bar]


def loop_times(score: Score) -> tuple[float, float]:
    """Start and end of the part that a player may loop, in seconds: between intro and ending."""
    first = score.sections[1 if len(score.sections) > 2 else 0]
    start_s, end_s = (
        round(LEAD_IN_S + section.start_beats * score.tempo.beat_s, 4)
        for section in (first, score.sections[-1])
    )
    return start_s, end_s


def energy_per_bar(score: Score) -> list[float]:
    """How much is played in each bar, from the notes alone: 0 to 1, the fullest bar is 1."""
    beats_per_bar = score.sections[0].beats_per_bar
    power = [0.0] * round(score.n_beats / beats_per_bar)
    for part in score.parts:
        for note in part.notes:
            bar = min(len(power) - 1, max(0, int(note.start_beats // beats_per_bar)))
            power[bar] += (note.velocity / 127) ** 2 * min(1.0, note.duration_beats)
    fullest = max(power)
    return [round((value / fullest) ** 0.5, 3) for value in power]


def cover_colours(score: Score) -> tuple[str, str]:
    """Two colours for the cover as "#rrggbb": the first by genre, the second similar.

    The livelier the piece, the lighter they are. The seed shifts them, so that no two are the same.
    """
    rng = Random(f"{score.seed}/cover")
    place = int(hashlib.sha256(score.about.genre.encode()).hexdigest()[:8], 16) / 16**8
    hue = (place + rng.uniform(-0.025, 0.025)) % 1
    lightness = 0.3 + 0.3 * score.about.arousal
    mode_turn = 0.08 if score.key.mode == "major" else -0.08
    second_hue = (hue + mode_turn + rng.uniform(-0.03, 0.03)) % 1
    return _hex_colour(hue, lightness, 0.55), _hex_colour(second_hue, lightness * 0.55, 0.6)


def _hex_colour(hue: float, lightness: float, saturation: float) -> str:
    channels = colorsys.hls_to_rgb(hue, lightness, saturation)
    return "#" + "".join(f"{round(255 * channel):02x}" for channel in channels)
