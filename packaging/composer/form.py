"""From a brief (title, tempo, key, sections, layers) to a score."""

from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random

from composer.rhythm import DRUMS, Feel, humanise
from composer.score import ChordSpan, Note, Part, Room, Score, Section, Strip, Voice
from composer.theory import Key, nearest_pitch, parse_chord, pitch_class, voice

Pattern = Callable[[Section, Random], list[Note]]

_BEATS_PER_BAR = {"4/4": 4, "3/4": 3, "6/8": 2}


@dataclass(frozen=True, slots=True)
class SectionPlan:
    """A section before it is laid out in time.

    Args:
        progression: bars parted by "|", the chords of a bar by spaces; repeated to fill `n_bars`.
        layers: names of the layers that play, parted by spaces.
        swell: how much louder (or, below 0, quieter) the players have become where it ends.
    """

    name: str
    n_bars: int
    progression: str
    energy: float
    layers: str
    swell: float = 0.0


@dataclass(frozen=True, slots=True)
class Layer:
    """One instrument of the arrangement.

    Args:
        pattern: writes the notes of one section.
        ending: what it does in the closing bar: "hold" (chord), "power" (fifth and octave),
            "root", "crash" (drums) or "rest".
        centre: MIDI pitch around which the ending is placed.
        role: what it does in the arrangement, one of `ROLES`; the pattern's own when empty.
        expression: how deep held notes of a soundfont swell, 0 to 1.
    """

    name: str
    voice: Voice
    pattern: Pattern
    strip: Strip = field(default_factory=Strip)
    ending: str = "hold"
    centre: int = 60
    feel: Feel = field(default_factory=Feel)
    role: str = ""
    expression: float = 0.0


@dataclass(frozen=True, slots=True)
class Brief:
    """All that a person decides about a piece; the seed decides the rest.

    Args:
        arousal: how stirring it is meant to be, 0 (asleep) to 1 (frantic).
        has_pulse: a listener can tap along.
    """

    slug: str
    title: str
    description: str
    genre: str
    moods: tuple[str, ...]
    arousal: float
    seed: int
    bpm: float
    tonic: str
    scale: str
    sections: tuple[SectionPlan, ...]
    layers: tuple[Layer, ...]
    final_chord: str
    time_signature: str = "4/4"
    swing: float = 0.5
    swing_beats: float = 0.5
    room: Room = field(default_factory=Room)
    end_bars: int = 1
    has_pulse: bool = True


def compose(brief: Brief) -> Score:
    """Write the score: the same brief gives the same notes, always."""
    key = Key(pitch_class(brief.tonic), brief.scale)
    sections = _lay_out(brief, key)
    known = {layer.name for layer in brief.layers}
    asked = {name for plan in brief.sections for name in plan.layers.split()}
    if asked - known:
        raise ValueError(f"{brief.slug}: no such layers: {sorted(asked - known)}")
    return Score(
        slug=brief.slug,
        title=brief.title,
        description=brief.description,
        genre=brief.genre,
        moods=brief.moods,
        seed=brief.seed,
        bpm=brief.bpm,
        time_signature=brief.time_signature,
        key=key,
        sections=sections,
        parts=tuple(_write_part(brief, layer, sections) for layer in brief.layers),
        room=brief.room,
        arousal=brief.arousal,
        has_pulse=brief.has_pulse,
    )


def _lay_out(brief: Brief, key: Key) -> tuple[Section, ...]:
    beats_per_bar = _BEATS_PER_BAR[brief.time_signature]
    plans = (
        *brief.sections,
        SectionPlan("end", brief.end_bars, brief.final_chord, _last_energy(brief), ""),
    )
    sections: list[Section] = []
    seen: dict[str, int] = {}
    start = 0.0
    for number, plan in enumerate(plans):
        chords = _spans(plan, key.tonic, start, beats_per_bar)
        sections.append(
            Section(
                name=plan.name,
                ordinal=seen.get(plan.name, 0),
                start_beats=start,
                n_bars=plan.n_bars,
                beats_per_bar=beats_per_bar,
                energy=plan.energy,
                key=key,
                chords=chords,
                swell=plan.swell,
                is_end=number == len(plans) - 1,
            )
        )
        seen[plan.name] = seen.get(plan.name, 0) + 1
        start += plan.n_bars * beats_per_bar
    return tuple(sections)


def _last_energy(brief: Brief) -> float:
    last = brief.sections[-1]
    return min(1.0, max(0.0, last.energy + last.swell))


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
    for section, names in zip(sections, [*playing, playing[-1]], strict=True):
        if layer.name not in names:
            continue
        # The name of the section, not its place, so that a chorus that returns is the same chorus.
        rng = Random(f"{brief.seed}/{layer.name}/{section.name}")
        written = _close(layer, section) if section.is_end else layer.pattern(section, rng)
        notes.extend(_with_energy(note, section.energy_at(note.start_beats)) for note in written)
    rng = Random(f"{brief.seed}/{layer.name}/feel")
    humanised = humanise(notes, layer.feel, brief.swing, brief.swing_beats, brief.bpm, rng)
    role = layer.role or getattr(layer.pattern, "role", "chords")
    return Part(layer.name, layer.voice, layer.strip, humanised, role, layer.expression)


def _with_energy(note: Note, energy: float) -> Note:
    velocity = min(127, max(1, round(note.velocity * (0.72 + 0.28 * energy))))
    return Note(note.start_beats, note.duration_beats, note.pitch, velocity)


def _close(layer: Layer, section: Section) -> list[Note]:
    start = section.start_beats
    length = section.duration_beats
    chord = section.chords[-1].chord
    if layer.ending == "crash":
        return [
            Note(start, 0.5, DRUMS["kick"], 108),
            Note(start, length, DRUMS["crash"], 104),
        ]
    root = nearest_pitch((chord.root,), layer.centre)
    if layer.ending == "rest":
        return []
    if layer.ending == "hold":
        above = voice(chord.triad, (), layer.centre, 3)
        pitches: tuple[int, ...] = (nearest_pitch((chord.root,), above[0] - 9), *above)
    elif layer.ending == "power":
        pitches = (root, root + 7, root + 12)
    elif layer.ending == "root":
        pitches = (root,)
    else:
        raise ValueError(f"{layer.name}: no such ending: {layer.ending!r}")
    return [Note(start, length, pitch, 84) for pitch in pitches]
