"""Step grids, drum patterns, swing and human timing."""

from collections.abc import Iterator
from dataclasses import dataclass
from random import Random
from typing import ClassVar

from composer.score import Note, Section, Tempo

# General MIDI drum notes, by the names that the patterns use (turntables where GM 2 has them).
DRUMS = {
    "scratch": 29,
    "scratch_pull": 30,
    "backspin": 31,
    "rewind": 32,
    "kick": 36,
    "stick": 37,
    "snare": 38,
    "clap": 39,
    "swirl": 40,
    "tom_low": 45,
    "tom_mid": 47,
    "tom_high": 50,
    "hat": 42,
    "pedal": 44,
    "open": 46,
    "crash": 49,
    "ride": 51,
    "bell": 53,
    "tambourine": 54,
    "splash": 55,
    "cowbell": 56,
    "bongo_high": 60,
    "bongo_low": 61,
    "conga_high": 63,
    "conga_low": 64,
    "shaker": 70,
    "clave": 75,
    "triangle": 81,
}

_LEVELS = {"X": 118, "x": 98, "o": 78, "g": 42}


@dataclass(frozen=True, slots=True)
class Feel:
    """How a player's timing and touch differ from the grid.

    Attributes:
        loose_ms: standard deviation of the onset.
        late_ms: constant lag behind the beat; negative is ahead.
        touch: standard deviation of the velocity.
    """

    loose_ms: float = 6.0
    late_ms: float = 0.0
    touch: float = 5.0


MACHINE = Feel(0.0, 0.0, 2.0)
TIGHT = Feel(3.0, 0.0, 4.0)
LAID_BACK = Feel(8.0, 14.0, 7.0)


@dataclass(frozen=True, slots=True)
class Hit:
    """An onset of a grid, in beats from the start of its bar."""

    offset_beats: float
    duration_beats: float
    velocity: int


def read_grid(grid: str, beats_per_bar: int) -> Iterator[Hit]:
    """Read one bar: X accent, x normal, o soft, g ghost, - hold, . rest; spaces are ignored."""
    steps = grid.replace(" ", "")
    length = beats_per_bar / len(steps)
    for place, mark in enumerate(steps):
        if mark in _LEVELS:
            n_held = len(steps[place + 1 :]) - len(steps[place + 1 :].lstrip("-"))
            yield Hit(place * length, (1 + n_held) * length, _LEVELS[mark])
        elif mark not in "-.":
            raise ValueError(f"not a rhythm grid: {grid!r}")


def drums(
    grids: dict[str, str],
    fill: dict[str, str] | tuple[dict[str, str], ...] = (),
    every: int = 4,
    crash: bool = False,
) -> "DrumPattern":
    """Return a drum pattern.

    Args:
        grids: drum name → grid of one bar or of several, separated by "|".
        fill: the bar played at the end of every `every` bars; one of several is chosen each time.
        every: how many bars apart the fills are.
        crash: a cymbal on the first beat of the section.
    """
    return DrumPattern(grids, (fill,) if isinstance(fill, dict) else fill, every, crash)


@dataclass(frozen=True, slots=True)
class DrumPattern:
    """A drummer: repeated bars with fills, and a cymbal at the start; see `drums`."""

    role: ClassVar[str] = "drums"
    grids: dict[str, str]
    fills: tuple[dict[str, str], ...]
    every: int
    crash: bool

    def __call__(self, section: Section, rng: Random) -> list[Note]:
        """Write the section."""
        notes = []
        for bar in range(section.n_bars):
            is_fill = bool(self.fills) and bar % self.every == self.every - 1
            grids = rng.choice(self.fills) if is_fill else self.grids
            start = section.start_beats + bar * section.beats_per_bar
            for name, text in grids.items():
                bars = text.split("|")
                for hit in read_grid(bars[bar % len(bars)], section.beats_per_bar):
                    if hit.velocity == _LEVELS["g"] and rng.random() < 0.3:
                        continue
                    at = start + hit.offset_beats
                    notes.append(Note(at, hit.duration_beats, DRUMS[name], hit.velocity))
        if self.crash:
            length = float(section.beats_per_bar)
            notes.append(Note(section.start_beats, length, DRUMS["crash"], 104))
        return notes


def swung(beat: float, swing: float, grid_beats: float) -> float:
    """Move the second of each pair of steps later: 0.5 is straight, 0.667 a triplet."""
    pair = 2 * grid_beats
    whole, place = divmod(beat + 1e-9, pair)
    if place < grid_beats:
        bent = place * swing / 0.5
    else:
        bent = pair * swing + (place - grid_beats) * (1 - swing) / 0.5
    return whole * pair + bent


def humanise(notes: list[Note], feel: Feel, tempo: Tempo, rng: Random) -> tuple[Note, ...]:
    """Swing the notes, then vary onsets and velocities as a player does; sorted by onset."""
    beats_per_ms = tempo.bpm / 60_000
    played = []
    # One error for each onset, so that the notes of a chord stay together, but not exactly.
    errors: dict[float, float] = {}
    for note in sorted(notes, key=lambda n: (n.start_beats, n.pitch)):
        start = swung(note.start_beats, tempo.swing, tempo.swing_beats)
        end = swung(note.start_beats + note.duration_beats, tempo.swing, tempo.swing_beats)
        if note.start_beats not in errors:
            errors[note.start_beats] = rng.gauss(feel.late_ms, feel.loose_ms)
        error_ms = errors[note.start_beats] + rng.gauss(0, feel.loose_ms / 3)
        # The first note may be early by at most the lead-in of a tenth of a second.
        start += max(-90.0, min(90.0, error_ms)) * beats_per_ms
        velocity = min(127, max(1, round(note.velocity + rng.gauss(0, feel.touch))))
        played.append(Note(start, max(0.03, end - start), note.pitch, velocity))
    return tuple(sorted(played, key=lambda n: (n.start_beats, n.pitch)))
