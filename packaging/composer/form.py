"""From a brief (what a person decides about a piece) to a score."""

from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random

from composer.closings import Closing, Hold
from composer.rhythm import Feel, humanise
from composer.score import About, ChordSpan, Note, Part, Room, Score, Section, Strip, Tempo, Voice
from composer.theory import Key, parse_chord

Pattern = Callable[[Section, Random], list[Note]]


@dataclass(frozen=True, slots=True)
class SectionPlan:
    """A section before it is laid out in time.

    Attributes:
        name: such as "verse"; sections of one name share their material.
        n_bars: its length.
        progression: bars separated by "|", the chords of a bar by spaces; repeated to fill
            `n_bars`.
        energy: 0 (quiet) to 1 (everything), where it begins.
        layers: names of the layers that play, separated by spaces.
        swell: how much the energy has changed where it ends.
    """

    name: str
    n_bars: int
    progression: str
    energy: float
    layers: str
    swell: float = 0.0


Form = tuple[SectionPlan, ...]


@dataclass(frozen=True, slots=True)
class Layer:
    """One instrument of the arrangement.

    Attributes:
        name: by which the sections ask for it.
        voice: what plays it.
        pattern: writes the notes of one section.
        strip: its channel of the mixing desk.
        closing: writes the notes of the closing bar.
        feel: how the player departs from the grid.
        role: what it does in the arrangement, one of `ROLES`; the pattern's own when empty.
        expression: how deep held notes of a soundfont swell, 0 to 1.
    """

    name: str
    voice: Voice
    pattern: Pattern
    strip: Strip = field(default_factory=Strip)
    closing: Closing = Hold()
    feel: Feel = field(default_factory=Feel)
    role: str = ""
    expression: float = 0.0


@dataclass(frozen=True, slots=True)
class Ending:
    """The last chord of a piece and how long it is held.

    Attributes:
        chord: a Roman numeral, see `parse_chord`.
        n_bars: its notated length; it rings on after that.
    """

    chord: str
    n_bars: int = 1


@dataclass(frozen=True, slots=True)
class Brief:
    """All that a person decides about a piece; the seed decides the rest.

    Attributes:
        about: what it is called and meant to be.
        seed: of the random numbers that write the notes.
        tempo: speed, time signature and swing.
        key: tonic and scale.
        sections: the form, without its ending.
        layers: the instruments.
        ending: the last chord.
        room: the space around it and the treatment of the whole mix.
    """

    about: About
    seed: int
    tempo: Tempo
    key: Key
    sections: Form
    layers: tuple[Layer, ...]
    ending: Ending
    room: Room = field(default_factory=Room)

    @property
    def slug(self) -> str:
        """Which piece it is."""
        return self.about.slug


def compose(brief: Brief) -> Score:
    """Write the score: the same brief gives the same notes, always.

    Raises:
        ValueError: when a section asks for a layer that the brief doesn't have.
    """
    known = {layer.name for layer in brief.layers}
    wanted = {name for plan in brief.sections for name in plan.layers.split()}
    if wanted - known:
        raise ValueError(f"{brief.slug}: no such layers: {sorted(wanted - known)}")
    sections = _lay_out(brief)
    return Score(
        about=brief.about,
        seed=brief.seed,
        tempo=brief.tempo,
        key=brief.key,
        sections=sections,
        parts=tuple(_write_part(brief, layer, sections) for layer in brief.layers),
        room=brief.room,
    )


def _lay_out(brief: Brief) -> tuple[Section, ...]:
    last = brief.sections[-1]
    final_energy = min(1.0, max(0.0, last.energy + last.swell))
    end = SectionPlan("end", brief.ending.n_bars, brief.ending.chord, final_energy, "")
    beats_per_bar = brief.tempo.beats_per_bar
    sections: list[Section] = []
    n_seen: dict[str, int] = {}
    start = 0.0
    for plan in (*brief.sections, end):
        ordinal = n_seen.get(plan.name, 0)
        n_seen[plan.name] = ordinal + 1
        sections.append(
            Section(
                name=plan.name,
                ordinal=ordinal,
                start_beats=start,
                n_bars=plan.n_bars,
                beats_per_bar=beats_per_bar,
                energy=plan.energy,
                key=brief.key,
                chords=_spans(plan, brief.key.tonic, start, beats_per_bar),
                swell=plan.swell,
                is_end=plan is end,
            )
        )
        start += plan.n_bars * beats_per_bar
    return tuple(sections)


def _spans(
    plan: SectionPlan, tonic: int, start_beats: float, beats_per_bar: int
) -> tuple[ChordSpan, ...]:
    bars = [bar.split() for bar in plan.progression.split("|")]
    spans = []
    for number in range(plan.n_bars):
        symbols = bars[number % len(bars)]
        length = beats_per_bar / len(symbols)
        for place, symbol in enumerate(symbols):
            at = start_beats + number * beats_per_bar + place * length
            spans.append(ChordSpan(at, length, parse_chord(symbol, tonic)))
    return tuple(spans)


def _write_part(brief: Brief, layer: Layer, sections: tuple[Section, ...]) -> Part:
    playing = [plan.layers.split() for plan in brief.sections]
    notes: list[Note] = []
    # Who plays in the last section plays its closing bar too.
    for section, names in zip(sections, [*playing, playing[-1]], strict=True):
        if layer.name not in names:
            continue
        # Seeded by the section's name, not its place, so that a chorus that returns is the same.
        rng = Random(f"{brief.seed}/{layer.name}/{section.name}")
        written = layer.closing(section) if section.is_end else layer.pattern(section, rng)
        notes.extend(_with_energy(note, section.energy_at(note.start_beats)) for note in written)
    rng = Random(f"{brief.seed}/{layer.name}/feel")
    played = humanise(notes, layer.feel, brief.tempo, rng)
    role = layer.role or getattr(layer.pattern, "role", "chords")
    return Part(layer.name, layer.voice, layer.strip, played, role, layer.expression)


def _with_energy(note: Note, energy: float) -> Note:
    velocity = min(127, max(1, round(note.velocity * (0.72 + 0.28 * energy))))
    return Note(note.start_beats, note.duration_beats, note.pitch, velocity)
