"""What forms of several genres share: transition sounds, drum rolls, and fitting a form."""

from dataclasses import replace

from composer.closings import Rest
from composer.form import Brief, Layer
from composer.genres.palette import hits, strip, synth
from composer.rhythm import MACHINE
from composer.transitions import Fall, Rise, Roll

_TRANSITIONS = {
    "riser": Layer("riser", synth("riser"), Rise(4), strip(-9, 0, 0.2), Rest()),
    "climb": Layer("climb", synth("tone_riser"), Rise(4, 57), strip(-11, 0, 0.3), Rest()),
    "reverse": Layer("reverse", synth("reverse_swell"), Rise(1), strip(-8, 0, 0.2), Rest()),
    "impact": Layer("impact", synth("impact"), Fall(2), strip(-6, 0, 0.3), Rest()),
    "fall": Layer("fall", synth("downlifter"), Fall(2), strip(-10, 0, 0.25), Rest()),
}


def transitions(names: str) -> tuple[Layer, ...]:
    """Return layers for transitions: "riser", "climb", "reverse", "impact" and "fall"."""
    return tuple(_TRANSITIONS[name] for name in names.split())


def roll(kit: str, drum: str = "snare", gain_db: float = -3.0) -> Layer:
    """A drum roll into the next section."""
    pattern = Roll(4, drum)
    return Layer("roll", hits(kit), pattern, strip(gain_db, 0, 0.15), Rest(), MACHINE)


def without_absent_layers(brief: Brief) -> Brief:
    """Return the brief without layers that its form names but that it doesn't have."""
    own = {layer.name for layer in brief.layers}
    sections = tuple(
        replace(plan, layers=" ".join(name for name in plan.layers.split() if name in own))
        for plan in brief.sections
    )
    return replace(brief, sections=sections)
