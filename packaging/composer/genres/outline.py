"""What pieces of one manner share: a form whose layers a palette fills, and the form's seams."""

from dataclasses import dataclass, replace

from composer.form import Brief, Layer, SectionPlan
from composer.genres.palette import hits, strip, synth
from composer.rhythm import MACHINE
from composer.score import Room
from composer.transitions import Fall, Rise, Roll


@dataclass(frozen=True, slots=True)
class About:
    """What a piece is called and what it is meant to be, see `Brief`."""

    slug: str
    title: str
    description: str
    moods: tuple[str, ...]
    seed: int
    bpm: float
    tonic: str
    scale: str
    final_chord: str
    arousal: float
    has_pulse: bool = True


_SEAMS = {
    "riser": Layer("riser", synth("riser"), Rise(4), strip(-9, 0, 0.2), ending="rest"),
    "climb": Layer("climb", synth("tone_riser"), Rise(4, 57), strip(-11, 0, 0.3), ending="rest"),
    "reverse": Layer("reverse", synth("reverse_swell"), Rise(1), strip(-8, 0, 0.2), ending="rest"),
    "impact": Layer("impact", synth("impact"), Fall(2), strip(-6, 0, 0.3), ending="rest"),
    "fall": Layer("fall", synth("downlifter"), Fall(2), strip(-10, 0, 0.25), ending="rest"),
}


def seams(names: str) -> tuple[Layer, ...]:
    """The named marks of the form, as layers."""
    return tuple(_SEAMS[name] for name in names.split())


def roll(kit: str, drum: str = "snare", gain_db: float = -3.0) -> Layer:
    """A drum roll that leads into the next section."""
    pattern = Roll(4, drum)
    return Layer("roll", hits(kit), pattern, strip(gain_db, 0, 0.15), "rest", feel=MACHINE)


def assemble(
    about: About,
    form: tuple[SectionPlan, ...],
    layers: tuple[Layer, ...],
    room: Room,
    end_bars: int = 1,
    time_signature: str = "4/4",
) -> Brief:
    """Make the brief; a form may name layers that this palette does without."""
    present = {layer.name for layer in layers}
    sections = tuple(
        replace(plan, layers=" ".join(name for name in plan.layers.split() if name in present))
        for plan in form
    )
    return Brief(
        slug=about.slug,
        title=about.title,
        description=about.description,
        genre=about.slug.rsplit("-", 1)[0],
        moods=about.moods,
        seed=about.seed,
        bpm=about.bpm,
        tonic=about.tonic,
        scale=about.scale,
        sections=sections,
        layers=layers,
        final_chord=about.final_chord,
        time_signature=time_signature,
        room=room,
        end_bars=end_bars,
        arousal=about.arousal,
        has_pulse=about.has_pulse,
    )


def grooving(
    slug: str,
    title: str,
    description: str,
    moods: tuple[str, ...],
    seed: int,
    bpm: float,
    key: tuple[str, str],
    plans: tuple[SectionPlan, ...],
    layers: tuple[Layer, ...],
    arousal: float,
    final_chord: str,
    swing: float,
    room: Room,
    time_signature: str = "4/4",
) -> Brief:
    """Make the brief of a piece whose sixteenths swing; `key` is tonic and scale."""
    return Brief(
        slug=slug,
        title=title,
        description=description,
        genre=slug.rsplit("-", 1)[0],
        moods=moods,
        seed=seed,
        bpm=bpm,
        tonic=key[0],
        scale=key[1],
        sections=plans,
        layers=layers,
        final_chord=final_chord,
        time_signature=time_signature,
        swing=swing,
        swing_beats=0.25,
        room=room,
        arousal=arousal,
    )
