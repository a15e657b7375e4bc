"""The score: notes in beats, and how each part sounds. Frozen: one seed gives one piece."""

from dataclasses import dataclass
from typing import Protocol

from composer.sound import Stereo
from composer.theory import Chord, Key

ROLES = ("melody", "counter", "chords", "pad", "riff", "bass", "drums", "texture")
ENGINES = ("fluid", "musescore", "hits", "synth")

_BEATS_PER_BAR = {"4/4": 4, "3/4": 3, "6/8": 2}


@dataclass(frozen=True, slots=True)
class Note:
    """One note, or one stroke of a drum.

    Attributes:
        start_beats: from the beginning of the piece.
        duration_beats: its length.
        pitch: MIDI pitch; the General MIDI number of a drum.
        velocity: MIDI velocity.
    """

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

    Attributes:
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
        if self.engine not in ENGINES:
            raise ValueError(f"not a sound engine: {self.engine!r}")

    @property
    def is_drums(self) -> bool:
        """Whether notes are strokes of a kit."""
        return self.engine == "hits" or self.name == "drums"


class Effect(Protocol):
    """One step of a chain: one of the frozen values of `composer.effects`."""

    def apply(self, sound: Stereo) -> Stereo:
        """Return the sound after this effect."""


@dataclass(frozen=True, slots=True)
class Strip:
    """A channel of the mixing desk.

    Attributes:
        gain_db: level, from the room's starting point (see `Room.is_natural`).
        pan: -1 (left) to 1 (right).
        reverb: share sent to the room, 0 to 1.
        duck_db: how far the bass drum pushes this part down.
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

    Attributes:
        name: unique in its score.
        voice: what plays it.
        strip: its channel of the mixing desk.
        notes: sorted by their start.
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
    """A section of the form, laid out in time.

    Attributes:
        name: such as "verse"; sections of one name share their material.
        ordinal: 0 for the first section of that name, 1 for the second, and so on.
        start_beats: from the beginning of the piece.
        n_bars: its length.
        beats_per_bar: 4, 3, or 2 dotted beats in 6/8.
        energy: 0 (quiet) to 1 (everything), where it begins.
        key: of the piece.
        chords: without gaps.
        is_end: the closing chord, held until it has died away.
        swell: how much the energy has changed where it ends.
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
        """The chord at this beat, counted from the start of the piece."""
        for span in self.chords:
            if beat < span.start_beats + span.duration_beats - 1e-6:
                return span.chord
        return self.chords[-1].chord


@dataclass(frozen=True, slots=True)
class Room:
    """The space around the piece and the treatment of the whole mix.

    Attributes:
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
class About:
    """What a piece is called and what it is meant to be.

    Attributes:
        slug: its genre and a number, such as "jazz-07".
        title: as tags and the library show it.
        description: what plays and what it suits, in one sentence.
        moods: the most important first.
        arousal: how stirring it is meant to be, 0 (asleep) to 1 (frantic).
        has_pulse: a listener can tap along.
    """

    slug: str
    title: str
    description: str
    moods: tuple[str, ...]
    arousal: float
    has_pulse: bool = True

    def __post_init__(self) -> None:
        if not 0 <= self.arousal <= 1:
            raise ValueError(f"{self.slug}: arousal must be between 0 and 1: {self.arousal}")

    @property
    def genre(self) -> str:
        """The first part of the slug."""
        return self.slug.rsplit("-", 1)[0]


@dataclass(frozen=True, slots=True)
class Tempo:
    """How fast a piece is, how its beats are grouped, and how they swing.

    Attributes:
        bpm: beats a minute; in 6/8 the beat is the dotted quarter.
        time_signature: "4/4", "3/4" or "6/8".
        swing: where the second of two steps falls: 0.5 is straight, 0.667 a triplet.
        swing_beats: length of one of these steps.
    """

    bpm: float
    time_signature: str = "4/4"
    swing: float = 0.5
    swing_beats: float = 0.5

    def __post_init__(self) -> None:
        if not 40 <= self.bpm <= 220:
            raise ValueError(f"the tempo must be between 40 and 220 BPM: {self.bpm}")
        if self.time_signature not in _BEATS_PER_BAR:
            raise ValueError(f"not a time signature: {self.time_signature!r}")

    @property
    def beats_per_bar(self) -> int:
        """4, 3, or 2 dotted beats in 6/8."""
        return _BEATS_PER_BAR[self.time_signature]

    @property
    def beat_s(self) -> float:
        """Seconds from beat to beat."""
        return 60.0 / self.bpm


@dataclass(frozen=True, slots=True)
class Score:
    """A whole piece: what is played, and what is known about it without listening.

    Attributes:
        about: what it is called and meant to be.
        seed: of the random numbers that wrote the notes.
        tempo: speed, time signature and swing.
        key: tonic and scale.
        sections: without gaps; the last one is the ending.
        parts: one for each instrument.
        room: the space around it and the treatment of the whole mix.
    """

    about: About
    seed: int
    tempo: Tempo
    key: Key
    sections: tuple[Section, ...]
    parts: tuple[Part, ...]
    room: Room

    def __post_init__(self) -> None:
        if not self.sections or not self.sections[-1].is_end:
            raise ValueError(f"{self.slug}: the piece has no ending")

    @property
    def slug(self) -> str:
        """Which piece it is."""
        return self.about.slug

    @property
    def n_beats(self) -> float:
        """Length of the notated form in beats, without the ring-out of the last chord."""
        last = self.sections[-1]
        return last.start_beats + last.duration_beats
