"""Forms of ambient pieces."""

from composer.closings import Rest
from composer.form import Form, Layer, SectionPlan
from composer.genres.palette import strip, synth
from composer.rhythm import MACHINE
from composer.transitions import Bed

# Without some noise above 4 kHz a mix sounds muffled, as no real place is silent there.
HAZE = Layer("haze", synth("haze"), Bed(60), strip(-21, 0, 0.0), Rest(), MACHINE)


def drift(calm: str, tide: str, bars: tuple[int, ...]) -> Form:
    """Slow chords that come and go, with single notes above them."""
    rise, first, ebb, second = bars
    return (
        SectionPlan("rise", rise, calm, 0.4, "pad bed haze", 0.15),
        SectionPlan("tide", first, tide, 0.6, "pad low tune haze"),
        SectionPlan("ebb", ebb, calm, 0.4, "second high bed haze", 0.2),
        SectionPlan("tide", second, tide, 0.75, "pad low tune second high haze", -0.2),
    )


def dread(still: str, deep: str, bars: tuple[int, ...]) -> Form:
    """A drone that gets denser and stays so."""
    descent, first, hush, second = bars
    return (
        SectionPlan("descent", descent, still, 0.45, "drone bed haze", 0.2),
        SectionPlan("deep", first, deep, 0.65, "drone low metal tune haze"),
        SectionPlan("hush", hush, still, 0.35, "drone beat air haze", 0.35),
        SectionPlan("deep", second, deep, 0.85, "drone low metal tune beat voices haze", -0.15),
    )


def weather(dawn: str, day: str, bars: tuple[int, ...]) -> Form:
    """A soft pulse that more and more instruments join, and leave again."""
    first, second, third, last = bars
    return (
        SectionPlan("dawn", first, dawn, 0.4, "keys bed haze", 0.2),
        SectionPlan("day", second, day, 0.6, "keys pad low bed haze"),
        SectionPlan("day", third, day, 0.8, "keys pad low tune second haze"),
        SectionPlan("dusk", last, dawn, 0.5, "keys pad tune bed haze", -0.2),
    )


def far(orbit: str, light: str, bars: tuple[int, ...]) -> Form:
    """A long rise to one bright section, and the way back."""
    still, climb, summit, home = bars
    return (
        SectionPlan("still", still, orbit, 0.35, "pad bed sub haze", 0.15),
        SectionPlan("climb", climb, orbit, 0.5, "pad second arp sub bed haze", 0.3),
        SectionPlan("summit", summit, light, 0.85, "pad arp low tune second high sub haze"),
        SectionPlan("home", home, orbit, 0.5, "pad high tune second bed low haze", -0.25),
    )
