"""Patterns for transitions between sections: risers, impacts, rolls, and beds below a section."""

from dataclasses import dataclass
from random import Random
from typing import ClassVar

from composer.rhythm import DRUMS, read_grid
from composer.score import Note, Section
from composer.theory import nearest_pitch


@dataclass(frozen=True, slots=True)
class Rise:
    """One note that ends with the section, such as a riser or a reversed cymbal."""

    role: ClassVar[str] = "texture"
    n_bars: int = 4
    centre: int = 48
    velocity: int = 96

    def __call__(self, section: Section, rng: Random) -> list[Note]:
        """Write the section."""
        length = float(min(self.n_bars, section.n_bars) * section.beats_per_bar)
        start = section.start_beats + section.duration_beats - length
        pitch = nearest_pitch((section.key.tonic,), self.centre)
        return [Note(start, length, pitch, self.velocity)]


@dataclass(frozen=True, slots=True)
class Fall:
    """One note on the section's first beat, such as an impact or falling noise."""

    role: ClassVar[str] = "texture"
    n_bars: int = 2
    centre: int = 36
    velocity: int = 100

    def __call__(self, section: Section, rng: Random) -> list[Note]:
        """Write the section."""
        length = float(min(self.n_bars, section.n_bars) * section.beats_per_bar)
        pitch = nearest_pitch((section.chords[0].chord.root,), self.centre)
        return [Note(section.start_beats, length, pitch, self.velocity)]


@dataclass(frozen=True, slots=True)
class Bed:
    """One note on the tonic for the whole section, such as a drone, the sea or wind."""

    role: ClassVar[str] = "texture"
    centre: int = 48
    velocity: int = 84

    def __call__(self, section: Section, rng: Random) -> list[Note]:
        """Write the section."""
        pitch = nearest_pitch((section.key.tonic,), self.centre)
        return [Note(section.start_beats, section.duration_beats, pitch, self.velocity)]


@dataclass(frozen=True, slots=True)
class Roll:
    """A drum roll at the end of the section: quarters, eighths, sixteenths, each louder."""

    role: ClassVar[str] = "drums"
    n_bars: int = 4
    drum: str = "snare"

    def __call__(self, section: Section, rng: Random) -> list[Note]:
        """Write the section."""
        n_bars = min(self.n_bars, section.n_bars)
        first = section.start_beats + section.duration_beats - n_bars * section.beats_per_bar
        notes = []
        for bar in range(n_bars):
            n_left = n_bars - bar
            grid = "x" * (16 if n_left == 1 else 8 if n_left == 2 else 4)
            for hit in read_grid(grid, section.beats_per_bar):
                at = bar * section.beats_per_bar + hit.offset_beats
                loud = 46 + round(60 * at / (n_bars * section.beats_per_bar))
                notes.append(Note(first + at, hit.duration_beats, DRUMS[self.drum], loud))
        return notes
