"""Pitches, scales, chords and their voicing."""

import re
from dataclasses import dataclass

NOTE_NAMES = ("C", "C#", "D", "D#", "E", "F", "F#", "G", "G#", "A", "A#", "B")

SCALES: dict[str, tuple[int, ...]] = {
    "major": (0, 2, 4, 5, 7, 9, 11),
    "minor": (0, 2, 3, 5, 7, 8, 10),
    "harmonic minor": (0, 2, 3, 5, 7, 8, 11),
    "dorian": (0, 2, 3, 5, 7, 9, 10),
    "phrygian": (0, 1, 3, 5, 7, 8, 10),
    "lydian": (0, 2, 4, 6, 7, 9, 11),
    "mixolydian": (0, 2, 4, 5, 7, 9, 10),
    "minor pentatonic": (0, 3, 5, 7, 10),
    "major pentatonic": (0, 2, 4, 7, 9),
    "blues": (0, 3, 5, 6, 7, 10),
}

_DEGREES = {"I": 0, "II": 2, "III": 4, "IV": 5, "V": 7, "VI": 9, "VII": 11}
_QUALITIES: dict[str, tuple[int, ...]] = {
    "5": (0, 7),
    "sus2": (0, 2, 7),
    "sus4": (0, 5, 7),
    "dim": (0, 3, 6),
    "dim7": (0, 3, 6, 9),
    "m7b5": (0, 3, 6, 10),
    "aug": (0, 4, 8),
    "7sus4": (0, 5, 7, 10),
    "9sus4": (0, 5, 7, 10, 14),
}
_MAJOR_QUALITIES: dict[str, tuple[int, ...]] = {
    "": (0, 4, 7),
    "6": (0, 4, 7, 9),
    "69": (0, 4, 7, 9, 14),
    "7": (0, 4, 7, 10),
    "9": (0, 4, 7, 10, 14),
    "13": (0, 4, 10, 14, 21),
    "7b9": (0, 4, 7, 10, 13),
    "7#9": (0, 4, 7, 10, 15),
    "7b5": (0, 4, 6, 10),
    "7#11": (0, 4, 7, 10, 18),
    "maj7#11": (0, 4, 7, 11, 18),
    "maj7": (0, 4, 7, 11),
    "maj9": (0, 4, 7, 11, 14),
    "add9": (0, 4, 7, 14),
}
_MINOR_QUALITIES: dict[str, tuple[int, ...]] = {
    "": (0, 3, 7),
    "6": (0, 3, 7, 9),
    "7": (0, 3, 7, 10),
    "9": (0, 3, 7, 10, 14),
    "11": (0, 3, 7, 10, 17),
    "maj7": (0, 3, 7, 11),
    "add9": (0, 3, 7, 14),
}
_SYMBOL = re.compile(
    r"(?P<accidental>[b#]?)(?P<degree>[IV]+|[iv]+)(?P<quality>[a-z0-9#]*)"
    r"(?:/(?:(?P<of>[b#]?(?:[IV]+|[iv]+))|(?P<bass>[b#]?[1-7])))?"
)
_SHIFTS = {"": 0, "b": -1, "#": 1}


def pitch_class(name: str) -> int:
    """Return the pitch class (C = 0) of a note name such as "F#"."""
    return NOTE_NAMES.index(name)


@dataclass(frozen=True, slots=True)
class Chord:
    """A chord.

    Attributes:
        symbol: as written in the brief.
        root: pitch class, C = 0.
        intervals: semitones above the root, starting with 0.
        bass: pitch class of the lowest note of an inversion or a pedal point; None for the root.
    """

    symbol: str
    root: int
    intervals: tuple[int, ...]
    bass: int | None = None

    def __post_init__(self) -> None:
        if not 0 <= self.root < 12 or not self.intervals or self.intervals[0] != 0:
            raise ValueError(f"not a chord: {self}")

    @property
    def lowest(self) -> int:
        """The pitch class that a bass plays."""
        return self.root if self.bass is None else self.bass

    @property
    def pitch_classes(self) -> tuple[int, ...]:
        """The chord's pitch classes, root first, without repeats."""
        return tuple(dict.fromkeys((self.root + step) % 12 for step in self.intervals))

    @property
    def triad(self) -> "Chord":
        """The chord without its sevenths and tensions."""
        return Chord(self.symbol, self.root, self.intervals[:3], self.bass)


def parse_chord(symbol: str, tonic: int) -> Chord:
    """Read a Roman numeral; degrees count from the major scale on the tonic, in minor too.

    "i", "bVI" and "V7" are a minor key's tonic, submediant and dominant; lower case is minor.
    "V7/ii" is the dominant of the supertonic, "IV/1" a subdominant over the tonic in the bass.

    Raises:
        ValueError: for a symbol that isn't known.
    """
    match = _SYMBOL.fullmatch(symbol)
    if match is None or match["degree"].upper() not in _DEGREES:
        raise ValueError(f"not a chord symbol: {symbol!r}")
    family = _MAJOR_QUALITIES if match["degree"].isupper() else _MINOR_QUALITIES
    intervals = {**_QUALITIES, **family}.get(match["quality"])
    if intervals is None:
        raise ValueError(f"not a chord quality: {symbol!r}")
    home = tonic + (_degree(match["of"], symbol) if match["of"] else 0)
    root = (home + _degree(match["accidental"] + match["degree"], symbol)) % 12
    bass = None
    if match["bass"]:
        accidental, place = match["bass"][:-1], int(match["bass"][-1])
        bass = (tonic + SCALES["major"][place - 1] + _SHIFTS[accidental]) % 12
    return Chord(symbol, root, intervals, bass)


def _degree(numeral: str, symbol: str) -> int:
    """Semitones from the tonic up to the degree of a numeral such as "bVI"."""
    degree = numeral.lstrip("b#")
    if degree.upper() not in _DEGREES:
        raise ValueError(f"not a chord symbol: {symbol!r}")
    return _DEGREES[degree.upper()] + _SHIFTS[numeral[: len(numeral) - len(degree)]]


def nearest_pitch(pitch_classes: tuple[int, ...], target: float) -> int:
    """Return the MIDI pitch of one of the pitch classes that is nearest to `target`."""
    centre = round(target)
    candidates = [p for p in range(centre - 6, centre + 7) if p % 12 in pitch_classes]
    return min(candidates, key=lambda p: (abs(p - target), p))


def along(pitch: int, direction: int, pitch_classes: tuple[int, ...]) -> int:
    """Return the next pitch up (1) or down (-1) that is one of the pitch classes."""
    pitch += direction
    while pitch % 12 not in pitch_classes:
        pitch += direction
    return pitch


def folded(pitch: int, low: int, high: int) -> int:
    """Move a pitch into a range by octaves."""
    while pitch > high:
        pitch -= 12
    while pitch < low:
        pitch += 12
    return pitch


def voice(chord: Chord, previous: tuple[int, ...], centre: int, n_voices: int) -> tuple[int, ...]:
    """Voice a chord in close position with the least movement from the previous voicing.

    Args:
        chord: what to play; with more notes than voices its fifth is left out first, then its root.
        previous: the MIDI pitches of the chord before, low to high; empty at the start.
        centre: the MIDI pitch around which the voicing stays.
        n_voices: how many notes sound; pitch classes are doubled above when there are too few.
    """
    classes = list(chord.pitch_classes)
    for expendable in ((chord.root + 7) % 12, chord.root):
        if len(classes) > n_voices and expendable in classes:
            classes.remove(expendable)
    classes = classes[:n_voices]
    best: tuple[float, tuple[int, ...]] | None = None
    for lowest in range(centre - 12, centre + 6):
        if lowest % 12 not in classes:
            continue
        pitches = [lowest]
        while len(pitches) < n_voices:
            pitches.append(
                next(p for p in range(pitches[-1] + 1, pitches[-1] + 13) if p % 12 in classes)
            )
        drift = abs(sum(pitches) / n_voices - centre)
        movement = sum(abs(a - b) for a, b in zip(pitches, previous, strict=False))
        cost = movement + (0.6 if previous else 2.0) * drift
        if best is None or cost < best[0]:
            best = (cost, tuple(pitches))
    assert best is not None
    return best[1]


@dataclass(frozen=True, slots=True)
class Key:
    """A tonic and the scale that melodies move in.

    Attributes:
        tonic: pitch class, C = 0.
        scale_name: one of `SCALES`.
    """

    tonic: int
    scale_name: str

    def __post_init__(self) -> None:
        if self.scale_name not in SCALES:
            raise ValueError(f"not a scale: {self.scale_name!r}")

    @classmethod
    def of(cls, tonic: str, scale_name: str) -> "Key":
        """Return the key of a note name such as "F#" and a scale."""
        return cls(pitch_class(tonic), scale_name)

    @property
    def mode(self) -> str:
        """ "major" or "minor", by the scale's third."""
        return "major" if 4 in SCALES[self.scale_name] else "minor"

    @property
    def name(self) -> str:
        """The tonic's name, with sharps."""
        return NOTE_NAMES[self.tonic]

    @property
    def pitch_classes(self) -> tuple[int, ...]:
        """The scale's pitch classes from the tonic up."""
        return tuple((self.tonic + step) % 12 for step in SCALES[self.scale_name])

    def step(self, pitch: int, n_steps: int) -> int:
        """Return the scale pitch `n_steps` above (below if negative) the one nearest to `pitch`."""
        current = nearest_pitch(self.pitch_classes, pitch)
        direction = 1 if n_steps > 0 else -1
        for _ in range(abs(n_steps)):
            current = along(current, direction, self.pitch_classes)
        return current
