"""Improvised jazz lines: chord scales, guide tones on the changes, approach notes."""

from dataclasses import dataclass
from random import Random
from typing import ClassVar

from composer.form import Pattern
from composer.score import Note, Section
from composer.theory import SCALES, Chord, Key, along, folded, nearest_pitch


@dataclass(frozen=True, slots=True)
class Solo:
    """A soloist: phrases of eighths with rests; a change starts on its third or seventh.

    Attributes:
        low: lowest MIDI pitch.
        high: highest MIDI pitch.
        phrase_beats: shortest and longest phrase.
        rest_beats: shortest and longest rest between phrases.
        chromatic: chance that a change is approached by a half-step.
        blue: chance that a phrase stays in the blues scale of the key.
        held: chance that a note is a long one.
        triplets: chance that a beat is an arpeggio of three.
        velocity: added to every note's.
    """

    role: ClassVar[str] = "melody"
    low: int
    high: int
    phrase_beats: tuple[int, int] = (5, 9)
    rest_beats: tuple[int, int] = (1, 3)
    chromatic: float = 0.55
    blue: float = 0.12
    held: float = 0.12
    triplets: float = 0.08
    velocity: int = 0

    def __call__(self, section: Section, rng: Random) -> list[Note]:
        """Write the section."""
        rng = Random(f"{rng.random()}/{section.ordinal}")  # A second chorus differs.
        notes: list[Note] = []
        pitch = nearest_pitch(_guides(section.chords[0].chord), (self.low + self.high) / 2)
        beat = float(rng.choice((0.5, 1.0, 1.5)))
        while beat < section.duration_beats - 1:
            length = rng.randint(*self.phrase_beats)
            end = min(beat + length, section.duration_beats)
            phrase = self._phrase(section, beat, end, pitch, rng)
            notes += phrase
            if phrase:
                pitch = phrase[-1].pitch
            beat = end + rng.randint(*self.rest_beats) + rng.choice((0.0, 0.5))
        return notes

    def _phrase(
        self, section: Section, beat: float, end: float, pitch: int, rng: Random
    ) -> list[Note]:
        is_blue = rng.random() < self.blue
        direction = 1 if pitch < (self.low + self.high) / 2 else -1
        notes: list[Note] = []
        while beat < end - 0.25:
            at = section.start_beats + beat
            chord = section.chord_at(at)
            if beat % 1 == 0 and end - beat > 2 and rng.random() < self.triplets:
                for third, step in enumerate(self._arpeggio(chord, pitch)):
                    notes.append(self._note(at + third / 3, 1 / 3, step, rng))
                    pitch = step
                beat += 1
                direction = -1
                continue
            long = rng.random() < self.held
            length = rng.choice((1.0, 1.5)) if long else 0.5
            length = min(length, end - beat)
            pitch, direction = self._next(section, at, pitch, direction, is_blue, rng)
            notes.append(self._note(at, length, pitch, rng))
            beat += length
        if notes:
            last = notes.pop()
            chord = section.chord_at(last.start_beats)
            notes.append(
                Note(
                    last.start_beats,
                    rng.choice((0.4, 0.9, 1.4)),
                    self._within(nearest_pitch(chord.pitch_classes, last.pitch)),
                    min(127, last.velocity + 4),
                )
            )
        return notes

    def _next(
        self, section: Section, at: float, pitch: int, direction: int, is_blue: bool, rng: Random
    ) -> tuple[int, int]:
        """Return the next note and the direction of the line."""
        if pitch >= self.high - 2:
            direction = -1
        elif pitch <= self.low + 2:
            direction = 1
        elif rng.random() < 0.16:
            direction = -direction
        chord, coming = section.chord_at(at), section.chord_at(at + 0.5)
        key = section.key
        if is_blue:
            blues = tuple((key.tonic + step) % 12 for step in SCALES["blues"])
            return self._within(along(pitch, direction, blues)), direction
        if coming != chord:
            target = nearest_pitch(_guides(coming), pitch + direction)
            below = rng.random() < 0.6
            if rng.random() < self.chromatic:
                return self._within(target + (-1 if below else 1)), 1 if below else -1
        is_on_beat = (at - section.start_beats) % 1 == 0
        if is_on_beat and chord != section.chord_at(at - 0.5):
            return self._within(nearest_pitch(_guides(chord), pitch + direction)), direction
        tones = chord.pitch_classes
        if is_on_beat or rng.random() < 0.25:
            step = along(pitch, direction, tones)
            if abs(step - pitch) <= 4 or rng.random() < 0.3:
                return self._within(step), direction
        return self._within(along(pitch, direction, chord_scale(chord, key))), direction

    def _arpeggio(self, chord: Chord, pitch: int) -> list[int]:
        steps = []
        for _ in range(3):
            pitch = along(pitch, 1, chord.pitch_classes)
            steps.append(self._within(pitch))
        return steps

    def _note(self, at: float, length: float, pitch: int, rng: Random) -> Note:
        # The bebop accent is off the beat, and high notes speak louder.
        accent = 8 if at % 1 else 0
        height = round(8 * (pitch - self.low) / (self.high - self.low))
        velocity = 80 + self.velocity + accent + height + rng.randrange(-5, 6)
        return Note(at, length * 0.94, pitch, max(1, min(127, velocity)))

    def _within(self, pitch: int) -> int:
        return folded(pitch, self.low, self.high)


@dataclass(frozen=True, slots=True)
class Blocks:
    """A tune in block chords: another pattern with chord notes below each note.

    Attributes:
        tune: writes the upper voice.
        n_below: how many notes are added below.
        drop: the second voice from above goes an octave down (drop two).
        shortest_beats: shorter notes of the tune get no chord.
    """

    role: ClassVar[str] = "melody"
    tune: Pattern
    n_below: int = 3
    drop: bool = False
    shortest_beats: float = 0.0

    def __call__(self, section: Section, rng: Random) -> list[Note]:
        """Write the section."""
        notes = []
        for note in self.tune(section, rng):
            notes.append(note)
            if note.duration_beats < self.shortest_beats:
                continue
            classes = section.chord_at(note.start_beats).pitch_classes
            pitch = note.pitch
            below: list[int] = []
            while len(below) < self.n_below:
                pitch = along(pitch, -1, classes)
                if note.pitch - pitch > 1:
                    below.append(pitch)
            if self.drop and len(below) > 1:
                below[0] -= 12
            quieter = max(1, note.velocity - 9)
            notes += [Note(note.start_beats, note.duration_beats, p, quieter) for p in below]
        return notes


def chord_scale(chord: Chord, key: Key) -> tuple[int, ...]:
    """The scale of a chord as pitch classes: the key's where it fits, else by the chord's kind."""
    if set(chord.pitch_classes) <= set(key.pitch_classes):
        return key.pitch_classes
    intervals = {step % 12 for step in chord.intervals}
    if {4, 10} <= intervals:
        # With a lowered or raised ninth: half-tone, whole tone.
        steps = (0, 1, 3, 4, 6, 7, 9, 10) if intervals & {1, 3} else (0, 2, 4, 5, 7, 9, 10)
    elif 4 in intervals:
        steps = (0, 2, 4, 6, 7, 9, 11)
    elif {3, 6, 10} <= intervals:
        steps = (0, 1, 3, 5, 6, 8, 10)
    elif {3, 6, 9} <= intervals:
        steps = (0, 2, 3, 5, 6, 8, 9, 11)
    elif 3 in intervals:
        steps = (0, 2, 3, 5, 7, 9, 11) if 11 in intervals else (0, 2, 3, 5, 7, 9, 10)
    else:
        steps = (0, 2, 4, 5, 7, 9, 10)
    return tuple((chord.root + step) % 12 for step in steps)


def _guides(chord: Chord) -> tuple[int, ...]:
    """Third and seventh, or third and fifth of a triad."""
    above = [step for step in chord.intervals if step % 12 in (3, 4, 9, 10, 11)]
    return tuple((chord.root + step) % 12 for step in (above or chord.intervals[1:]))
