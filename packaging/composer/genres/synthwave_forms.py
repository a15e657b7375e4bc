"""Forms of synthwave pieces: outrun, dark synth, chillwave and film montage."""

from composer.closings import Crash, Rest
from composer.effects import Compressor, HighShelf, MatchPop, Saturator
from composer.form import Form, Layer, SectionPlan
from composer.genres.palette import hits, strip
from composer.rhythm import MACHINE, Feel, drums
from composer.score import Effect

# The mix bus: compression, tape saturation, the spectrum of records, bright treble.
TAPE = (
    Compressor(threshold_db=3, ratio=2.2),
    Saturator(drive_db=3),
    MatchPop(strength=0.4),
    HighShelf(frequency_hz=4000, gain_db=4),
)


def beat(
    kit: str,
    grids: dict[str, str],
    fills: tuple[dict[str, str], ...],
    *effects: Effect,
    gain_db: float = 9.0,
    name: str = "beat",
    feel: Feel = MACHINE,
) -> Layer:
    """A drum machine."""
    is_main = name == "beat"
    pattern = drums(grids, fills, 4, is_main)
    closing = Crash() if is_main else Rest()
    return Layer(name, hits(kit), pattern, strip(gain_db, 0, 0.15, *effects), closing, feel)


def outrun(verse: str, chorus: str) -> Form:
    """Bass and arpeggio from the first bar, the tune in the choruses."""
    return (
        SectionPlan("intro", 4, verse, 0.5, "bass arp impact reverse", 0.2),
        SectionPlan("verse", 8, verse, 0.75, "bass arp pad beat stab"),
        SectionPlan("chorus", 8, chorus, 0.95, "bass arp pad beat lead fall"),
        SectionPlan("bridge", 4, verse, 0.45, "pad second arp riser", 0.35),
        SectionPlan("chorus", 8, chorus, 1.0, "bass arp pad beat lead second stab impact"),
    )


def dark(hunt: str, void: str, bars: tuple[int, ...]) -> Form:
    """A riff, a quiet break, and the riff with all instruments."""
    intro, stalk, first, empty, last = bars
    return (
        SectionPlan("intro", intro, void, 0.4, "pad pulse impact", 0.2),
        SectionPlan("stalk", stalk, hunt, 0.7, "bass beat pulse"),
        SectionPlan("hunt", first, hunt, 0.9, "bass beat stab lead pad impact"),
        SectionPlan("void", empty, void, 0.35, "pad choir second riser", 0.45),
        SectionPlan("hunt", last, hunt, 1.0, "bass beat stab lead choir pulse fall"),
    )


def chill(verse: str, chorus: str, bars: tuple[int, ...]) -> Form:
    """Instruments come in one after another, without hurry."""
    intro, first, second, bridge, last = bars
    return (
        SectionPlan("intro", intro, verse, 0.4, "keys pad bed"),
        SectionPlan("verse", first, verse, 0.6, "keys bass beat bed"),
        SectionPlan("chorus", second, chorus, 0.8, "keys bass beat pad lead arp"),
        SectionPlan("bridge", bridge, verse, 0.4, "pad second keys bed reverse"),
        SectionPlan("chorus", last, chorus, 0.85, "keys bass beat pad lead second arp"),
    )


def montage(verse: str, chorus: str, bars: tuple[int, ...]) -> Form:
    """A determined verse, a heroic chorus, a pause, the chorus again."""
    intro, first, second, breath, last = bars
    return (
        SectionPlan("intro", intro, verse, 0.55, "keys bass toms reverse", 0.15),
        SectionPlan("verse", first, verse, 0.7, "keys bass beat arp"),
        SectionPlan("chorus", second, chorus, 0.95, "keys bass beat lead pad impact"),
        SectionPlan("breath", breath, verse, 0.4, "keys pad second riser", 0.4),
        SectionPlan("chorus", last, chorus, 1.0, "keys bass beat lead pad arp second fall"),
    )
