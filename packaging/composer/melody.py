"""Melodies made of motifs: rhythm and contour return, pitches follow the harmony."""

from dataclasses import dataclass, replace
from random import Random
from typing import ClassVar

from composer.rhythm import read_grid
from composer.score import Note, Section
from composer.theory import folded, nearest_pitch

# A sign after a letter varies the motif: a step up or down, inverted, closing.
_SIGNS = "><~?"


@dataclass(frozen=True, slots=True)
class _Bar:
    """One bar of a form: a motif and its variation."""

    letter: str
    sign: str = ""


def read_form(form: str) -> tuple[_Bar, ...]:
    """Read the bars of a phrase.

    Each letter is the motif of a bar; a sign after it varies it: `>` one step higher, `<` one step
    lower, `~` inverted, `?` closing on the tonic; `.` is a bar of rest.

    Raises:
        ValueError: for a form that starts with a sign or has other characters.
    """
    bars: list[_Bar] = []
    for mark in form:
        if mark.isalpha() or mark == ".":
            bars.append(_Bar(mark))
        elif mark in _SIGNS and bars and bars[-1].letter != "." and not bars[-1].sign:
            bars[-1] = _Bar(bars[-1].letter, mark)
        else:
            raise ValueError(f"not a form: {form!r}")
    if not any(bar.letter != "." for bar in bars):
        raise ValueError(f"not a form: {form!r}")
    return tuple(bars)


@dataclass(frozen=True, slots=True)
class Melody:
    """A tune.

    Each letter of `form` is a bar. A letter that returns keeps its rhythm and its contour, so that
    it is recognised, while its pitches follow the chord. Signs vary it (see `read_form`). The last
    bar of a phrase ends on a chord note.

    Attributes:
        rhythms: grids of one bar to choose from; no two letters get the same if there are enough.
        low: lowest MIDI pitch.
        high: highest MIDI pitch.
        form: letters of the bars, repeated over the section.
        leap: chance that a step of the contour is a leap.
        rest: chance that a bar is silent, except the first of a phrase.
        variation: chance that a note of a returning section is ornamented.
        velocity: added to every note's.
        thirds: a second voice a third below the longer notes.
    """

    role: ClassVar[str] = "melody"
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
        form = read_form(self.form)
        motifs = self._motifs(sorted({bar.letter for bar in form} - {"."}), section, rng)
        fresh = Random(rng.random() + section.ordinal)
        notes: list[Note] = []
        pitch = float(nearest_pitch(section.chords[0].chord.pitch_classes, self._centre))
        for number in range(section.n_bars):
            place = number % len(form)
            bar = form[place]
            start = section.start_beats + number * section.beats_per_bar
            is_cadence = place == len(form) - 1 or number == section.n_bars - 1 or bar.sign == "?"
            if bar.letter == "." or (place and not is_cadence and rng.random() < self.rest):
                continue
            rhythm, contour = motifs[bar.letter]
            if bar.sign == "~":
                contour = tuple(-step for step in contour)
            # Phrases rise towards their third quarter, as sung ones do.
            arch = 4.0 * (1 - abs(place / max(1, len(form) - 1) - 0.6))
            aim = 0.55 * pitch + 0.45 * (self._centre + arch)
            if bar.sign in (">", "<") and notes:
                # A sequence starts one step from where the motif started before.
                aim = section.key.step(_first_pitch(notes, section), 1 if bar.sign == ">" else -1)
            written = self._bar(section, start, rhythm, contour, aim, is_cadence)
            if bar.sign == "?" and written:
                written[-1] = _closed(written[-1], section)
            if section.ordinal and fresh.random() < self.variation * 2:
                written = self._ornament(section, written, fresh)
            if written:
                pitch = float(written[-1].pitch)
            notes.extend(written)
        if self.thirds:
            notes += [self._third(section, note) for note in notes if note.duration_beats >= 0.5]
        return [replace(note, pitch=self._fold(note.pitch)) for note in notes]

    def _motifs(
        self, letters: list[str], section: Section, rng: Random
    ) -> dict[str, tuple[str, tuple[int, ...]]]:
        unused = list(self.rhythms)
        motifs = {}
        for letter in letters:
            rhythm = rng.choice(unused)
            unused = [other for other in unused if other != rhythm] or list(self.rhythms)
            motifs[letter] = self._motif(rhythm, rng, section.beats_per_bar)
        return motifs

    @property
    def _centre(self) -> float:
        return (self.low + self.high) / 2

    def _motif(self, rhythm: str, rng: Random, beats_per_bar: int) -> tuple[str, tuple[int, ...]]:
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
                anchor = nearest_pitch(chord.pitch_classes[:4], self._within(aim, contour))
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

    def _within(self, pitch: float, contour: tuple[int, ...]) -> float:
        """Keep the start where the whole contour fits, as an octave shift would break the motif."""
        highest = self.high - 1.8 * max(contour) - 1
        lowest = self.low - 1.8 * min(contour) + 1
        if lowest > highest:
            return (lowest + highest) / 2
        return min(highest, max(lowest, pitch))

    def _fold(self, pitch: int) -> int:
        return folded(pitch, self.low, self.high)

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
    """Return the chord note nearest to the wanted one that moves in the contour's direction."""
    pitch = nearest_pitch(pitch_classes, wanted)
    if move > 0 and pitch <= before:
        return min(p for p in range(before + 1, before + 13) if p % 12 in pitch_classes)
    if move < 0 and pitch >= before:
        return max(p for p in range(before - 12, before) if p % 12 in pitch_classes)
    return pitch


def _first_pitch(notes: list[Note], section: Section) -> int:
    """The first pitch of the latest bar that was played."""
    bars = [int((n.start_beats - section.start_beats) // section.beats_per_bar) for n in notes]
    return next(note.pitch for note, bar in zip(notes, bars, strict=True) if bar == bars[-1])


def _closed(note: Note, section: Section) -> Note:
    """Return the note moved to the tonic if the chord has it, else to the chord's root."""
    chord = section.chord_at(note.start_beats)
    home = section.key.tonic if section.key.tonic in chord.pitch_classes else chord.root
    return replace(note, pitch=nearest_pitch((home,), note.pitch))


@dataclass(frozen=True, slots=True)
class Counter:
    """A counter-melody of guide tones: thirds and sevenths in long notes, moving by step.

    It holds notes while the tune moves, and moves where the tune rests: in the last bar of each
    phrase it goes by steps to a note of the next chord.

    Attributes:
        low: lowest MIDI pitch.
        high: highest MIDI pitch.
        phrase_bars: length of the tune's phrases in bars.
        velocity: of every note.
    """

    role: ClassVar[str] = "counter"
    low: int = 52
    high: int = 72
    phrase_bars: int = 4
    velocity: int = 70

    def __call__(self, section: Section, rng: Random) -> list[Note]:
        """Write the section."""
        notes: list[Note] = []
        pitch = (self.low + self.high) // 2 + rng.choice((-3, 0, 3))
        for number, span in enumerate(section.chords):
            chord = span.chord
            guides = tuple((chord.root + step) % 12 for step in chord.intervals[1:4])
            pitch = self._within(nearest_pitch(guides, pitch))
            bar = int((span.start_beats - section.start_beats) // section.beats_per_bar)
            is_gap = bar % self.phrase_bars == self.phrase_bars - 1
            if not is_gap or span.duration_beats < 2:
                notes.append(
                    Note(span.start_beats, span.duration_beats * 0.98, pitch, self.velocity)
                )
                continue
            following = section.chords[(number + 1) % len(section.chords)].chord
            goal = nearest_pitch(following.triad.pitch_classes, pitch + rng.choice((-4, 4)))
            direction = 1 if goal >= pitch else -1
            n_steps = 4 if span.duration_beats >= 4 else 2
            length = span.duration_beats / n_steps
            walk = pitch
            for step in range(n_steps):
                at = span.start_beats + step * length
                notes.append(Note(at, length * 0.96, self._within(walk), self.velocity + 4 * step))
                walk = section.key.step(walk, direction)
            pitch = walk
        return notes

    def _within(self, pitch: int) -> int:
        return folded(pitch, self.low, self.high)
