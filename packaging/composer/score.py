"""The score: notes in beats, and how each part is to sound. Frozen, so that a seed is a piece."""

from dataclasses import dataclass
from typing import Protocol

from composer.sound import Stereo
from composer.theory import Chord, Key

ROLES = ("melody", "counter", "chords", "pad", "riff", "bass", "drums", "texture")


@dataclass(frozen=True, slots=True)
class Note:
    """One note; a drum hit is named instead of pitched by its General MIDI drum note."""

    start_beats: float
    duration_beats: float
    pitch: int
    velocity: int

    def __post_init__(self) -> None:
        if not (0 <= self.pitch <= 127 and 1 <= self.velocity <= 127 and self.duration_beats > 0):
            raise ValueError(f"not a note: {self}")


@dataclass(frozen=True, slots=True)
class Voice:
    """What plays a part.

    Args:
        engine: "fluid" or "musescore" (a soundfont), "hits" (sampled drums) or "synth".
        name: the drum kit of "hits", the patch of "synth"; "drums" for a soundfont's kit.
        program: General MIDI program, counted from 0.
        bank: the soundfont's bank; above 0 are MuseScore General's separate string sections.
    """

    engine: str
    name: str = ""
    program: int = 0
    bank: int = 0

    def __post_init__(self) -> None:
        if self.engine not in ("fluid", "musescore", "hits", "synth"):
            raise ValueError(f"not a sound engine: {self.engine!r}")


class Effect(Protocol):
    """One step of a chain: one of the frozen values of `composer.effects`."""

    def apply(self, sound: Stereo) -> Stereo:
        """Return the sound after this effect."""


@dataclass(frozen=True, slots=True)
class Strip:
    """A channel of the mixing desk.

    Args:
        gain_db: level, from the room's starting point (see `Room.is_natural`).
        pan: -1 (left) to 1 (right).
        reverb: share sent to the room, 0 to 1.
        duck_db: how far the kick drum pushes this part down.
        effects: the chain before level and pan.
    """

    gain_db: float = 0.0
    pan: float = 0.0
    reverb: float = 0.15
    duck_db: float = 0.0
    effects: tuple[Effect, ...] = ()


@dataclass(frozen=True, slots=True)
class Part:
    """All notes of one instrument and how they sound.

    Args:
        role: what it does in the arrangement, one of `ROLES`.
        expression: how deep held notes swell and fade, 0 (not at all) to 1.
    """

    name: str
    voice: Voice
    strip: Strip
    notes: tuple[Note, ...]
    role: str = "chords"
    expression: float = 0.0

    def __post_init__(self) -> None:
        if self.role not in ROLES:
            raise ValueError(f"{self.name}: no such role: {self.role!r}")
        if not 0 <= self.expression <= 1:
            raise ValueError(f"{self.name}: no such expression: {self.expression}")


@dataclass(frozen=True, slots=True)
class ChordSpan:
    """A chord and the beats that it lasts."""

    start_beats: float
    duration_beats: float
    chord: Chord


@dataclass(frozen=True, slots=True)
class Section:
    """A stretch of the form, laid out in time.

    Args:
        name: such as "verse"; sections of one name share their material.
        ordinal: 0 for the first section of that name, 1 for the second, and so on.
        beats_per_bar: 4, 3, or 2 dotted beats in 6/8.
        energy: 0 (quiet) to 1 (everything), where it begins.
        swell: how much the energy has changed where it ends.
        is_end: the closing chord, held until it has died away.
    """

    name: str
    ordinal: int
    start_beats: float
    n_bars: int
    beats_per_bar: int
    energy: float
    key: Key
    chords: tuple[ChordSpan, ...]
    is_end: bool = False
    swell: float = 0.0

    def energy_at(self, beat: float) -> float:
        """The energy at this beat, counted from the start of the piece; 0 to 1."""
        share = (beat - self.start_beats) / self.duration_beats
        return min(1.0, max(0.0, self.energy + self.swell * min(1.0, max(0.0, share))))

    @property
    def duration_beats(self) -> float:
        """Length in beats."""
        return float(self.n_bars * self.beats_per_bar)

    def chord_at(self, beat: float) -> Chord:
        """The chord that sounds at this beat, counted from the start of the piece."""
        for span in self.chords:
            if beat < span.start_beats + span.duration_beats - 1e-6:
                return span.chord
        return self.chords[-1].chord


@dataclass(frozen=True, slots=True)
class Room:
    """The space around the piece and the treatment of the whole mix.

    Args:
        reverb_s: time in which the room's tail falls by 60 dB.
        brightness_hz: where the tail ends.
        effects: the chain over the whole mix.
        is_natural: the instruments keep the balance of their recordings, as an orchestra does;
            otherwise every part starts from one level.
    """

    reverb_s: float = 1.4
    brightness_hz: float = 6000.0
    effects: tuple[Effect, ...] = ()
    is_natural: bool = False


@dataclass(frozen=True, slots=True)
class Score:
    """A whole piece: what is played, and what is known about it without listening.

    Args:
        arousal: how stirring it is meant to be, 0 (asleep) to 1 (frantic).
        has_pulse: a listener can tap along.
    """

    slug: str
    title: str
    description: str
    genre: str
    moods: tuple[str, ...]
    seed: int
    bpm: float
    time_signature: str
    key: Key
    sections: tuple[Section, ...]
    parts: tuple[Part, ...]
    room: Room
    arousal: float
    has_pulse: bool

    def __post_init__(self) -> None:
        if not 0 <= self.arousal <= 1:
            raise ValueError(f"{self.slug}: no arousal between 0 and 1: {self.arousal}")
        if not self.sections or not self.sections[-1].is_end:
            raise ValueError(f"{self.slug}: the piece has no ending")
        if not 40 <= self.bpm <= 220:
            raise ValueError(f"{self.slug}: no tempo: {self.bpm}")

    @property
    def n_beats(self) -> float:
        """Length of the notated form in beats, the ring-out of the last chord not counted."""
        last = self.sections[-1]
        return last.start_beats + last.duration_beats

    @property
    def beat_s(self) -> float:
        """Seconds from beat to beat."""
        return 60.0 / self.bpm
