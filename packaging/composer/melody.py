"""Melodies grown from a motif: rhythm and contour return, pitches follow the harmony."""

from dataclasses import dataclass
from random import Random

from composer.rhythm import read_grid
from composer.score import Note, Section
from composer.theory import nearest_pitch


@dataclass(frozen=True, slots=True)
class Melody:
    """A player of tunes.

    Each letter of `form` is a bar; a letter keeps its rhythm and its contour wherever it returns,
    so that a listener knows it again, while its pitches bend to the chord beneath. The last bar
    of a phrase comes to rest on a chord note.

    Args:
        rhythms: grids of one bar to draw from.
        low, high: range as MIDI pitches.
        form: letters of the bars, repeated over the section.
        leap: chance that a step of the contour is a leap.
        rest: chance that a bar which isn't the first of its phrase stays silent.
        variation: chance that a note of a returning section is ornamented.
        velocity: added to every note's.
        thirds: a second voice a third below the longer notes.
    """

    rhythms: tuple[str, ...]
    low: int
    high: int
    form: str = "abac"
    leap: float = 0.18
    rest: float = 0.0
    variation: float = 0.15
    velocity: int = 0
    thirds: bool = False

    def __call__(self, section: Section, rng: Random) -> list[Note]:
        """Write the section."""
        motifs = {
            letter: self._motif(rng, section.beats_per_bar) for letter in sorted(set(self.form))
        }
        fresh = Random(rng.random() + section.ordinal)
        notes: list[Note] = []
        pitch = float(nearest_pitch(section.chords[0].chord.pitch_classes, self._centre))
        for bar in range(section.n_bars):
            place = bar % len(self.form)
            start = section.start_beats + bar * section.beats_per_bar
            is_cadence = place == len(self.form) - 1 or bar == section.n_bars - 1
            if place and not is_cadence and rng.random() < self.rest:
                continue
            rhythm, contour = motifs[self.form[place]]
            # Phrases rise towards their third quarter, as sung ones do.
            arch = 4.0 * (1 - abs(place / max(1, len(self.form) - 1) - 0.6))
            aim = 0.55 * pitch + 0.45 * (self._centre + arch)
            written = self._bar(section, start, rhythm, contour, aim, is_cadence)
            if section.ordinal and fresh.random() < self.variation * 2:
                written = self._ornament(section, written, fresh)
            if written:
                pitch = float(written[-1].pitch)
            notes.extend(written)
        if self.thirds:
            notes += [self._third(section, note) for note in notes if note.duration_beats >= 0.5]
        return notes

    @property
    def _centre(self) -> float:
        return (self.low + self.high) / 2

    def _motif(self, rng: Random, beats_per_bar: int) -> tuple[str, tuple[int, ...]]:
        rhythm = rng.choice(self.rhythms)
        n_notes = sum(1 for _ in read_grid(rhythm, beats_per_bar))
        contour = [0]
        direction = rng.choice((1, -1))
        for _ in range(max(0, n_notes - 1)):
            if rng.random() < self.leap:
                step = rng.choice((2, 3, 4)) * direction
                direction = -direction  # A leap is answered by steps the other way.
            else:
                if rng.random() < 0.32:
                    direction = -direction
                step = direction if rng.random() < 0.86 else 0
            contour.append(contour[-1] + step)
        return rhythm, tuple(contour)

    def _bar(
        self,
        section: Section,
        start: float,
        rhythm: str,
        contour: tuple[int, ...],
        aim: float,
        is_cadence: bool,
    ) -> list[Note]:
        hits = list(read_grid(rhythm, section.beats_per_bar))
        if is_cadence and len(hits) > 2:
            hits = hits[: max(2, (len(hits) + 1) // 2)]
        anchor: int | None = None
        notes: list[Note] = []
        for number, hit in enumerate(hits):
            at = start + hit.offset_beats
            chord = section.chord_at(at)
            if anchor is None:
                anchor = nearest_pitch(chord.pitch_classes[:4], self._within(aim))
            wanted = section.key.step(anchor, contour[number]) if contour[number] else anchor
            is_strong = hit.offset_beats % (section.beats_per_bar / 2) < 1e-6
            is_last = number == len(hits) - 1
            duration = hit.duration_beats
            if is_cadence and is_last:
                wanted = nearest_pitch(chord.triad.pitch_classes, wanted)
                duration = start + section.beats_per_bar - at
            elif is_strong or hit.duration_beats >= 1 or is_last:
                move = contour[number] - contour[number - 1] if notes else 0
                before = notes[-1].pitch if notes else wanted
                wanted = _chord_note(chord.pitch_classes[:4], wanted, before, move)
            velocity = 88 + self.velocity + (6 if is_strong else -2) + min(8, 2 * contour[number])
            pitch = self._fold(round(wanted))
            notes.append(Note(at, duration * 0.96, pitch, max(30, min(120, velocity))))
        return notes

    def _within(self, pitch: float) -> float:
        return min(self.high - 3, max(self.low + 3, pitch))

    def _fold(self, pitch: int) -> int:
        while pitch > self.high:
            pitch -= 12
        while pitch < self.low:
            pitch += 12
        return pitch

    def _ornament(self, section: Section, notes: list[Note], rng: Random) -> list[Note]:
        if not notes:
            return notes
        place = rng.randrange(len(notes))
        note = notes[place]
        if note.duration_beats < 0.9:
            return notes
        half = note.duration_beats / 2
        neighbour = section.key.step(note.pitch, rng.choice((1, -1)))
        split = [
            Note(note.start_beats, half / 2, note.pitch, note.velocity),
            Note(note.start_beats + half / 2, half / 2, neighbour, max(1, note.velocity - 8)),
            Note(note.start_beats + half, half, note.pitch, max(1, note.velocity - 4)),
        ]
        return [*notes[:place], *split, *notes[place + 1 :]]

    def _third(self, section: Section, note: Note) -> Note:
        below = section.key.step(note.pitch, -2)
        return Note(note.start_beats, note.duration_beats, below, max(1, note.velocity - 12))


def _chord_note(pitch_classes: tuple[int, ...], wanted: int, before: int, move: int) -> int:
    """The chord note nearest to the wanted one, but moving where the contour moves."""
    pitch = nearest_pitch(pitch_classes, wanted)
    if move > 0 and pitch <= before:
        return min(p for p in range(before + 1, before + 13) if p % 12 in pitch_classes)
    if move < 0 and pitch >= before:
        return max(p for p in range(before - 12, before) if p % 12 in pitch_classes)
    return pitch
