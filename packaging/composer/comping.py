"""Patterns that accompany: chords held, strummed and broken, bass lines and riffs."""

from dataclasses import dataclass
from random import Random
from typing import ClassVar

from composer.rhythm import read_grid
from composer.score import ChordSpan, Note, Section
from composer.theory import nearest_pitch, voice


def _voicings(
    section: Section, centre: int, n_voices: int
) -> list[tuple[ChordSpan, tuple[int, ...]]]:
    previous: tuple[int, ...] = ()
    voiced = []
    for span in section.chords:
        previous = voice(span.chord, previous, centre, n_voices)
        voiced.append((span, previous))
    return voiced


def _bar_starts(section: Section) -> list[float]:
    return [section.start_beats + bar * section.beats_per_bar for bar in range(section.n_bars)]


@dataclass(frozen=True, slots=True)
class Pad:
    """Chords held for their whole length.

    Attributes:
        centre: MIDI pitch around which the chords are voiced.
        n_voices: notes in a chord.
        velocity: of the notes.
        bass_octave: add the lowest note of the chord below.
    """

    role: ClassVar[str] = "pad"
    centre: int = 60
    n_voices: int = 4
    velocity: int = 70
    bass_octave: bool = False

    def __call__(self, section: Section, rng: Random) -> list[Note]:
        """Write the section."""
        notes = []
        for span, pitches in _voicings(section, self.centre, self.n_voices):
            if self.bass_octave:
                pitches = (nearest_pitch((span.chord.lowest,), self.centre - 14), *pitches)
            for pitch in pitches:
                touch = self.velocity + rng.randrange(-4, 5)
                notes.append(Note(span.start_beats, span.duration_beats * 0.99, pitch, touch))
        return notes


@dataclass(frozen=True, slots=True)
class Comp:
    """Chords struck in a rhythm.

    Attributes:
        grid: onsets of one bar or several, separated by "|".
        centre: MIDI pitch around which the chords are voiced.
        n_voices: notes in a chord.
        velocity: added to the grid's.
        spread_beats: how far a strum takes from the first string to the last.
        short: share of the written length that sounds.
        power: root, fifth and octave instead of the chord.
    """

    role: ClassVar[str] = "chords"
    grid: str
    centre: int = 60
    n_voices: int = 4
    velocity: int = 0
    spread_beats: float = 0.0
    short: float = 0.95
    power: bool = False

    def __call__(self, section: Section, rng: Random) -> list[Note]:
        """Write the section."""
        voiced = {
            span.start_beats: pitches
            for span, pitches in _voicings(section, self.centre, self.n_voices)
        }
        bars = self.grid.split("|")
        notes = []
        for number, start in enumerate(_bar_starts(section)):
            hits = list(read_grid(bars[number % len(bars)], section.beats_per_bar))
            for place, hit in enumerate(hits):
                at = start + hit.offset_beats
                pitches = voiced[max(change for change in voiced if change <= at + 1e-6)]
                if self.power:
                    root = nearest_pitch((section.chord_at(at).root,), self.centre)
                    pitches = (root, root + 7, root + 12)
                # Downstrokes and upstrokes alternate.
                order = pitches if place % 2 == 0 else pitches[::-1]
                for string, pitch in enumerate(order):
                    late = string * self.spread_beats
                    length = max(0.05, hit.duration_beats * self.short - late)
                    loud = max(1, min(127, hit.velocity + self.velocity + rng.randrange(-3, 4)))
                    notes.append(Note(at + late, length, pitch, loud))
        return notes


@dataclass(frozen=True, slots=True)
class Broken:
    """Broken chords.

    Attributes:
        order: one entry a step, such as "0 2 1 2"; several bars are separated by "|". Numbers are
            voices from low to high, then the same an octave higher; "r" is a bass note, "." rests.
        steps_per_bar: how many steps fill a bar.
        centre: MIDI pitch around which the chords are voiced.
        n_voices: notes in a chord.
        velocity: of the notes.
        ring: how many steps a note sounds.
    """

    role: ClassVar[str] = "chords"
    order: str
    steps_per_bar: int = 8
    centre: int = 60
    n_voices: int = 3
    velocity: int = 76
    ring: float = 1.0

    def __call__(self, section: Section, rng: Random) -> list[Note]:
        """Write the section."""
        voiced = _voicings(section, self.centre, self.n_voices)
        steps = self.order.replace("|", " ").split()
        length = section.beats_per_bar / self.steps_per_bar
        notes = []
        for number in range(section.n_bars * self.steps_per_bar):
            mark = steps[number % len(steps)]
            if mark == ".":
                continue
            at = section.start_beats + number * length
            span, pitches = max(
                (v for v in voiced if v[0].start_beats <= at + 1e-6),
                key=lambda v: v[0].start_beats,
            )
            if mark == "r":
                pitch = nearest_pitch((span.chord.lowest,), self.centre - 15)
            else:
                octave, place = divmod(int(mark), len(pitches))
                pitch = pitches[place] + 12 * octave
            accent = 10 if (number * length) % section.beats_per_bar == 0 else 0
            loud = max(1, min(127, self.velocity + accent + rng.randrange(-4, 5)))
            notes.append(Note(at, length * self.ring, pitch, loud))
        return notes


@dataclass(frozen=True, slots=True)
class Bass:
    """A bass line in a rhythm.

    Attributes:
        grid: onsets of one bar or several, separated by "|".
        degrees: one an onset, repeated; several bars are separated by "|". "1" is the root, "3",
            "5" and "7" are notes of the chord, "8" is the octave, "a" leads into the next chord.
        centre: MIDI pitch near which the roots lie.
        short: share of the written length that sounds.
        velocity: added to the grid's.
    """

    role: ClassVar[str] = "bass"
    grid: str
    degrees: str = "1"
    centre: int = 38
    short: float = 0.95
    velocity: int = 0

    def __call__(self, section: Section, rng: Random) -> list[Note]:
        """Write the section."""
        bars, names = self.grid.split("|"), self.degrees.split("|")
        notes = []
        for number, start in enumerate(_bar_starts(section)):
            degrees = names[number % len(names)].split()
            hits = read_grid(bars[number % len(bars)], section.beats_per_bar)
            for place, hit in enumerate(hits):
                at = start + hit.offset_beats
                pitch = self._pitch(section, at, hit.duration_beats, degrees[place % len(degrees)])
                loud = max(1, min(127, hit.velocity + self.velocity + rng.randrange(-3, 4)))
                notes.append(Note(at, hit.duration_beats * self.short, pitch, loud))
        return notes

    def _pitch(self, section: Section, at: float, duration: float, degree: str) -> int:
        chord = section.chord_at(at)
        lowest = nearest_pitch((chord.lowest,), self.centre)
        if degree == "1":
            return lowest
        if degree == "8":
            return lowest + 12
        if degree == "a":
            # The note before a change leads into the next one by a scale step.
            coming = nearest_pitch((section.chord_at(at + duration).lowest,), lowest)
            return section.key.step(coming, -1 if coming >= lowest else 1)
        root = nearest_pitch((chord.root,), self.centre)
        interval = {"3": 1, "5": 2, "7": 3}[degree]
        above = chord.intervals[min(interval, len(chord.intervals) - 1)]
        return root + above % 12


@dataclass(frozen=True, slots=True)
class Walking:
    """A walking bass: the root on each change, chord notes between, a step into the next root.

    Attributes:
        centre: MIDI pitch around which the line stays.
        skips: chance that a beat is followed by a soft eighth.
    """

    role: ClassVar[str] = "bass"
    centre: int = 40
    skips: float = 0.12

    def __call__(self, section: Section, rng: Random) -> list[Note]:
        """Write the section."""
        notes: list[Note] = []
        previous = nearest_pitch((section.chords[0].chord.lowest,), self.centre)
        n_beats = round(section.duration_beats)
        for beat in range(n_beats):
            at = section.start_beats + beat
            chord, coming = section.chord_at(at), section.chord_at(at + 1)
            is_change = beat == 0 or chord != section.chord_at(at - 1)
            if is_change:
                pitch = nearest_pitch((chord.lowest,), 0.6 * previous + 0.4 * self.centre)
            elif coming != chord and beat < n_beats - 1:
                target = nearest_pitch((coming.lowest,), previous)
                pitch = target + rng.choice((-1, 1, -2 if target > previous else 2))
            else:
                aim = previous + rng.choice((-4, 3, 4, 5))
                pitch = nearest_pitch(chord.pitch_classes, 0.7 * aim + 0.3 * self.centre)
                if pitch == previous:
                    pitch = nearest_pitch(chord.pitch_classes, previous + 4)
            notes.append(Note(at, 0.92, pitch, 92 if beat % 2 else 86))
            if rng.random() < self.skips:
                notes.append(Note(at + 0.5, 0.3, pitch, 58))
            previous = pitch
        return notes


@dataclass(frozen=True, slots=True)
class Riff:
    """A fixed figure of scale steps above the chord's root or the tonic.

    Attributes:
        grid: onsets of one bar or several, separated by "|".
        steps: scale steps, one an onset, repeated; several bars are separated by "|".
        centre: MIDI pitch near which the figure starts.
        from_tonic: count from the key's tonic instead of the chord's root.
        fifths: add the fifth and the octave (power chords).
        short: share of the written length that sounds.
        velocity: added to the grid's.
    """

    role: ClassVar[str] = "riff"
    grid: str
    steps: str
    centre: int = 40
    from_tonic: bool = False
    fifths: bool = False
    short: float = 0.95
    velocity: int = 0

    def __call__(self, section: Section, rng: Random) -> list[Note]:
        """Write the section."""
        bars, figures = self.grid.split("|"), self.steps.split("|")
        notes: list[Note] = []
        for number, start in enumerate(_bar_starts(section)):
            figure = [int(step) for step in figures[number % len(figures)].split()]
            hits = read_grid(bars[number % len(bars)], section.beats_per_bar)
            for place, hit in enumerate(hits):
                at = start + hit.offset_beats
                base = section.key.tonic if self.from_tonic else section.chord_at(at).root
                step = figure[place % len(figure)]
                root = nearest_pitch((base,), self.centre)
                pitch = section.key.step(root, step) if step else root
                loud = max(1, min(127, hit.velocity + self.velocity + rng.randrange(-3, 4)))
                length = hit.duration_beats * self.short
                pitches = (pitch, pitch + 7, pitch + 12) if self.fifths else (pitch,)
                notes.extend(Note(at, length, p, loud) for p in pitches)
        return notes
