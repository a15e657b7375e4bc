"""What an instrument plays in the closing bar of a piece."""

from collections.abc import Callable
from dataclasses import dataclass

from composer.rhythm import DRUMS
from composer.score import Note, Section
from composer.theory import nearest_pitch, voice

Closing = Callable[[Section], list[Note]]

_VELOCITY = 84


@dataclass(frozen=True, slots=True)
class Hold:
    """Holds the last chord over its root.

    Attributes:
        centre: MIDI pitch around which the chord is placed.
    """

    centre: int = 60

    def __call__(self, section: Section) -> list[Note]:
        """Write the closing section."""
        chord = section.chords[-1].chord
        above = voice(chord.triad, (), self.centre, 3)
        return _held(section, nearest_pitch((chord.root,), above[0] - 9), *above)


@dataclass(frozen=True, slots=True)
class Root:
    """Holds the root of the last chord.

    Attributes:
        centre: MIDI pitch near which it lies.
    """

    centre: int = 60

    def __call__(self, section: Section) -> list[Note]:
        """Write the closing section."""
        return _held(section, _root(section, self.centre))


@dataclass(frozen=True, slots=True)
class Power:
    """Holds the root of the last chord with its fifth and octave.

    Attributes:
        centre: MIDI pitch near which the root lies.
    """

    centre: int = 60

    def __call__(self, section: Section) -> list[Note]:
        """Write the closing section."""
        root = _root(section, self.centre)
        return _held(section, root, root + 7, root + 12)


@dataclass(frozen=True, slots=True)
class Crash:
    """Strikes bass drum and crash cymbal."""

    def __call__(self, section: Section) -> list[Note]:
        """Write the closing section."""
        start = section.start_beats
        return [
            Note(start, 0.5, DRUMS["kick"], 108),
            Note(start, section.duration_beats, DRUMS["crash"], 104),
        ]


@dataclass(frozen=True, slots=True)
class Rest:
    """Doesn't play."""

    def __call__(self, section: Section) -> list[Note]:
        """Write the closing section."""
        return []


def _root(section: Section, centre: int) -> int:
    return nearest_pitch((section.chords[-1].chord.root,), centre)


def _held(section: Section, *pitches: int) -> list[Note]:
    return [Note(section.start_beats, section.duration_beats, p, _VELOCITY) for p in pitches]
