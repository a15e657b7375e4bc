"""What forms share: the sounds at their seams, and forms that name more layers than are there."""

from dataclasses import replace

from composer.closings import Rest
from composer.form import Brief, Layer
from composer.genres.palette import hits, strip, synth
from composer.rhythm import MACHINE
from composer.transitions import Fall, Rise, Roll

_SEAMS = {
    "riser": Layer("riser", synth("riser"), Rise(4), strip(-9, 0, 0.2), Rest()),
    "climb": Layer("climb", synth("tone_riser"), Rise(4, 57), strip(-11, 0, 0.3), Rest()),
    "reverse": Layer("reverse", synth("reverse_swell"), Rise(1), strip(-8, 0, 0.2), Rest()),
    "impact": Layer("impact", synth("impact"), Fall(2), strip(-6, 0, 0.3), Rest()),
    "fall": Layer("fall", synth("downlifter"), Fall(2), strip(-10, 0, 0.25), Rest()),
}


def seams(names: str) -> tuple[Layer, ...]:
    """The named marks of the form, as layers."""
    return tuple(_SEAMS[name] for name in names.split())


def roll(kit: str, drum: str = "snare", gain_db: float = -3.0) -> Layer:
    """A drum roll that leads into the next section."""
    pattern = Roll(4, drum)
    return Layer("roll", hits(kit), pattern, strip(gain_db, 0, 0.15), Rest(), MACHINE)


def fitted(brief: Brief) -> Brief:
    """Return the brief with only its own layers: a form may name more than a piece has."""
    own = {layer.name for layer in brief.layers}
    sections = tuple(
        replace(plan, layers=" ".join(name for name in plan.layers.split() if name in own))
        for plan in brief.sections
    )
    return replace(brief, sections=sections)
