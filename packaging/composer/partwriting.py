"""Four-part writing by the rules of harmony, and the figures that players make of it.

No parallel fifths or octaves, sevenths fall, leading notes rise, voices don't cross. Layers of a
section with the same `line` get voices of the same setting.
"""

from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from random import Random
from typing import ClassVar

from composer.rhythm import read_grid
from composer.score import ChordSpan, Note, Section
from composer.theory import Chord, Key, along

Setting = tuple[int, int, int, int]

# Bass, tenor, alto, soprano: comfortable ranges of a cello, a viola and two violins.
VOICES = ("bass", "tenor", "alto", "soprano")
_RANGES = ((36, 55), (48, 67), (55, 74), (62, 83))
_BEAM = 24


@dataclass(frozen=True, slots=True)
class Voiced:
    """One voice of a four-part setting.

    Attributes:
        part: "bass", "tenor", "alto" or "soprano".
        line: chooses the soprano's course; layers that belong together share it.
        figure: "held", "moving" (passing and neighbour notes between the harmonies), "suspended"
            (falling notes come late) or "running" (four notes a beat).
        grid: repeats the voice in this rhythm instead; bars are separated by "|".
        velocity: of the notes.
        short: share of the written length that sounds.
    """

    role: ClassVar[str] = "chords"
    part: str
    line: int = 0
    figure: str = "held"
    grid: str = ""
    velocity: int = 76
    short: float = 0.98

    def __call__(self, section: Section, rng: Random) -> list[Note]:
        """Write the section."""
        if self.part not in VOICES:
            raise ValueError(f"not a voice: {self.part!r}")
        place = VOICES.index(self.part)
        settings = lead_voices(section.chords, section.key, self.line)
        tones = [
            (span, setting[place]) for span, setting in zip(section.chords, settings, strict=True)
        ]
        notes = self._repeated(section, tones) if self.grid else self._figured(section, tones)
        return [self._touched(section, note, rng) for note in notes]

    def _figured(self, section: Section, tones: list[tuple[ChordSpan, int]]) -> list[Note]:
        own = Random(f"{self.line}/{self.part}")
        if self.figure == "held":
            return _joined(tones)
        if self.figure == "suspended":
            return _suspended(tones)
        if self.figure == "moving":
            return _moving(tones, section, own)
        if self.figure == "running":
            return _running(tones, section, own)
        raise ValueError(f"not a figure: {self.figure!r}")

    def _repeated(self, section: Section, tones: list[tuple[ChordSpan, int]]) -> list[Note]:
        bars = self.grid.split("|")
        notes = []
        for bar in range(section.n_bars):
            start = section.start_beats + bar * section.beats_per_bar
            for hit in read_grid(bars[bar % len(bars)], section.beats_per_bar):
                at = start + hit.offset_beats
                pitch = next(p for s, p in reversed(tones) if s.start_beats <= at + 1e-6)
                notes.append(Note(at, hit.duration_beats, pitch, hit.velocity))
        return notes

    def _touched(self, section: Section, note: Note, rng: Random) -> Note:
        on_bar = (note.start_beats - section.start_beats) % section.beats_per_bar < 1e-6
        base = self.velocity + (note.velocity - 98 if self.grid else 0)
        velocity = max(1, min(127, base + (5 if on_bar else 0) + rng.randrange(-3, 4)))
        return Note(note.start_beats, note.duration_beats * self.short, note.pitch, velocity)


def lead_voices(spans: tuple[ChordSpan, ...], key: Key, line: int) -> tuple[Setting, ...]:
    """Return one setting a chord, (bass, tenor, alto, soprano) as MIDI pitches.

    Args:
        spans: the chords in order.
        key: gives the leading note.
        line: another number gives another soprano.
    """
    return _led(tuple(span.chord for span in spans), key, line)


@lru_cache(maxsize=256)
def _led(chords: tuple[Chord, ...], key: Key, line: int) -> tuple[Setting, ...]:
    aims = _aims(len(chords), line)
    paths: list[tuple[float, tuple[Setting, ...]]] = [(0.0, ())]
    for number, chord in enumerate(chords):
        candidates = _candidates(chord, key)
        grown = []
        for cost, path in paths:
            for setting in candidates:
                price = cost + 0.7 * abs(setting[3] - aims[number])
                price += _spread_cost(setting)
                if path:
                    price += _motion_cost(path[-1], setting, chords[number - 1], key)
                grown.append((price, (*path, setting)))
        grown.sort()
        # One path for each last setting: the others cost more.
        best: dict[Setting, tuple[float, tuple[Setting, ...]]] = {}
        for entry in grown:
            best.setdefault(entry[1][-1], entry)
        paths = list(best.values())[:_BEAM]
    return paths[0][1]


def _aims(n: int, line: int) -> list[float]:
    """The soprano's preferred pitches: arches of four chords, each a little different."""
    rng = Random(f"soprano/{line}")
    aims = []
    low, crest = rng.uniform(66, 70), rng.uniform(74, 79)
    for number in range(n):
        if number % 4 == 0:
            low, crest = rng.uniform(65, 71), rng.uniform(73, 81)
        rise = 1 - abs(number % 4 - 2) / 2
        aims.append(low + (crest - low) * rise + rng.uniform(-2, 2))
    return aims


@lru_cache(maxsize=512)
def _candidates(chord: Chord, key: Key) -> tuple[Setting, ...]:
    classes = chord.pitch_classes[:4]
    leading = (key.tonic - 1) % 12
    needed = {c for c in classes if c != (chord.root + 7) % 12 or len(classes) < 4}
    found = []
    for bass in _pitches((chord.lowest,), 0):
        for tenor in _pitches(classes, 1):
            if tenor < bass or tenor - bass > 24:
                continue
            for alto in _pitches(classes, 2):
                if not tenor < alto <= tenor + 12:
                    continue
                for soprano in _pitches(classes, 3):
                    if not alto < soprano <= alto + 12:
                        continue
                    setting = (bass, tenor, alto, soprano)
                    sounding = [p % 12 for p in setting]
                    if needed <= set(sounding) and sounding.count(leading) < 2:
                        found.append(setting)
    if not found:
        raise ValueError(f"no four voices for {chord.symbol}")
    return tuple(found)


def _pitches(classes: tuple[int, ...], voice: int) -> list[int]:
    low, high = _RANGES[voice]
    return [p for p in range(low, high + 1) if p % 12 in classes]


def _spread_cost(setting: Setting) -> float:
    bass, tenor, _, _ = setting
    return 0.05 * abs(bass - 45) + (0.5 if tenor - bass > 19 else 0.0)


def _motion_cost(before: Setting, after: Setting, chord: Chord, key: Key) -> float:
    moves = [b - a for a, b in zip(before, after, strict=True)]
    cost = 0.12 * abs(moves[0]) + 0.4 * (abs(moves[1]) + abs(moves[2])) + 0.2 * abs(moves[3])
    cost += sum(2.0 for move in moves[1:] if abs(move) > 7)
    if moves[3] == 0:
        cost += 3.0  # A melody shouldn't repeat a note.
    leading = (key.tonic - 1) % 12
    seventh = (chord.root + chord.intervals[3]) % 12 if len(chord.intervals) > 3 else None
    for voice in range(4):
        if seventh == before[voice] % 12 and moves[voice] not in (0, -1, -2):
            cost += 12.0
        if before[voice] % 12 == leading == (chord.root + 4) % 12 and moves[voice] not in (0, 1):
            cost += 9.0 if voice == 3 else 1.5
        if voice < 3 and (after[voice] > before[voice + 1] or before[voice] > after[voice + 1]):
            cost += 3.0  # Overlapping voices.
        for other in range(voice + 1, 4):
            if is_parallel(before, after, voice, other):
                cost += 40.0
    if moves[0] and moves[3] and (moves[0] > 0) == (moves[3] > 0):
        cost += 0.6  # Bass and melody should move in opposite directions.
        if abs(moves[3]) > 2 and (after[3] - after[0]) % 12 in (0, 7):
            cost += 5.0  # A hidden fifth or octave.
    return cost


def is_parallel(before: Setting, after: Setting, low: int, high: int) -> bool:
    """Tell whether two voices move in parallel fifths or octaves."""
    if before[low] == after[low]:
        return False
    interval = (before[high] - before[low]) % 12
    return interval in (0, 7) and (after[high] - after[low]) % 12 == interval


def _joined(tones: list[tuple[ChordSpan, int]]) -> list[Note]:
    """Tie a repeated note over two chords at most."""
    notes: list[Note] = []
    for span, pitch in tones:
        if notes and notes[-1].pitch == pitch and notes[-1].duration_beats <= span.duration_beats:
            before = notes.pop()
            length = before.duration_beats + span.duration_beats
            notes.append(Note(before.start_beats, length, pitch, 76))
        else:
            notes.append(Note(span.start_beats, span.duration_beats, pitch, 76))
    return notes


def _suspended(tones: list[tuple[ChordSpan, int]]) -> list[Note]:
    """Let a voice that falls by a step do so in the middle of the new chord."""
    notes: list[Note] = []
    for span, pitch in tones:
        fall = notes[-1].pitch - pitch if notes else 0
        if fall in (1, 2) and span.duration_beats >= 2:
            before, half = notes.pop(), span.duration_beats / 2
            length = before.duration_beats + half
            notes.append(Note(before.start_beats, length, before.pitch, 76))
            notes.append(Note(span.start_beats + half, half, pitch, 76))
        else:
            notes.append(Note(span.start_beats, span.duration_beats, pitch, 76))
    return notes


def _moving(tones: list[tuple[ChordSpan, int]], section: Section, rng: Random) -> list[Note]:
    """Fill the way to the next chord's note with steps of the scale, one a beat."""
    notes: list[Note] = []
    for (span, pitch), (_, coming) in zip(tones, [*tones[1:], tones[-1]], strict=True):
        n_steps = max(1, round(span.duration_beats))
        length = span.duration_beats / n_steps
        scale = _scale(span.chord, section.key)
        for number, step in enumerate(_course(pitch, coming, n_steps, scale, rng)):
            at = span.start_beats + number * length
            if number and notes[-1].pitch == step:
                before = notes.pop()
                notes.append(Note(before.start_beats, before.duration_beats + length, step, 76))
            else:
                notes.append(Note(at, length, step, 76))
    return notes


def _running(tones: list[tuple[ChordSpan, int]], section: Section, rng: Random) -> list[Note]:
    """Four notes a beat: turns around the chord's notes that lead from one to the next."""
    notes: list[Note] = []
    for (span, pitch), (_, coming) in zip(tones, [*tones[1:], tones[-1]], strict=True):
        n_beats = max(1, round(span.duration_beats))
        scale = _scale(span.chord, section.key)
        posts = [pitch]
        for beat in range(1, n_beats):
            direction = (1, -1)[beat % 2] if rng.random() < 0.7 else (-1, 1)[beat % 2]
            if abs(posts[-1] - pitch) > 4:
                direction = 1 if posts[-1] < pitch else -1
            posts.append(along(posts[-1], direction, span.chord.pitch_classes))
        for beat, (post, following) in enumerate(pairwise([*posts, coming])):
            up, down = along(post, 1, scale), along(post, -1, scale)
            turn = (post, down, post, up) if following > post else (post, up, post, down)
            if following == post:
                turn = (post, down, along(down, -1, scale), down)
            length = span.duration_beats / n_beats / 4
            at = span.start_beats + beat * span.duration_beats / n_beats
            notes += [Note(at + n * length, length, p, 76) for n, p in enumerate(turn)]
    return notes


def _scale(chord: Chord, key: Key) -> tuple[int, ...]:
    """The scale over a chord: in minor, its sixth and seventh degree follow the harmony."""
    scale = set(key.pitch_classes)
    if key.scale_name == "harmonic minor":
        seventh, leading = (key.tonic - 2) % 12, (key.tonic - 1) % 12
        sixth, raised = (key.tonic - 4) % 12, (key.tonic - 3) % 12
        rises = leading in chord.pitch_classes
        scale -= {seventh, leading, sixth, raised}
        scale |= {leading if rises else seventh}
        scale |= {raised if rises and sixth not in chord.pitch_classes else sixth}
    # A note from outside the key replaces its neighbour in the scale.
    foreign = set(chord.pitch_classes) - scale
    scale -= {(c + shift) % 12 for c in foreign for shift in (1, -1)} - set(chord.pitch_classes)
    return tuple(scale | foreign)


def _course(
    pitch: int, coming: int, n_steps: int, scale: tuple[int, ...], rng: Random
) -> list[int]:
    """Return `n_steps` pitches that start on `pitch` and lead by step to `coming`."""
    if n_steps == 1:
        return [pitch]
    # Backwards from the target, so that the last notes step into it.
    walk: list[int] = []
    direction = 1 if coming > pitch else -1
    place = coming
    while coming != pitch and len(walk) < n_steps - 1:
        place = along(place, -direction, scale)
        if (place - pitch) * direction <= 0:
            break
        walk.insert(0, place)
    rest = n_steps - len(walk)
    turn = along(pitch, rng.choice((1, -1)), scale)
    starts = {
        1: [[pitch]],
        2: [[pitch, pitch], [pitch, turn]],
        3: [[pitch, turn, pitch], [pitch, pitch, turn]],
    }
    start = rng.choice(starts.get(rest, [[*[pitch] * (rest - 2), turn, pitch]]))
    if rest == 2 and not walk and turn == coming:
        start = [pitch, pitch]
    return [*start, *walk]
