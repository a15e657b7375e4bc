"""Forms of electronic pieces: house, techno, trance and breaks."""

from composer.closings import Crash, Rest
from composer.effects import Compressor, Saturator
from composer.form import Form, Layer, SectionPlan
from composer.genres.palette import hits, strip
from composer.rhythm import MACHINE, Feel, drums
from composer.score import Effect

# The mix bus: slight compression and saturation.
CLUB = (Compressor(threshold_db=3, ratio=2.2), Saturator(drive_db=2))


def beat(
    kit: str,
    grids: dict[str, str],
    fills: tuple[dict[str, str], ...],
    *effects: Effect,
    gain_db: float = 4.0,
    name: str = "beat",
    feel: Feel = MACHINE,
) -> Layer:
    """A drum machine or a drummer."""
    return Layer(name, hits(kit), drums(grids, fills, 8, name == "beat"),
                 strip(gain_db, 0, 0.07, *effects),
                 Crash() if name == "beat" else Rest(), feel)  # fmt: skip


def house(verse: str, lift: str) -> Form:
    """A groove that adds instruments, a build, the drop, a break without kick, the drop."""
    return (
        SectionPlan("intro", 4, verse, 0.5, "light keys impact"),
        SectionPlan("theme", 8, verse, 0.7, "beat bass keys"),
        SectionPlan("build", 4, lift, 0.55, "keys pad riser roll", 0.35),
        SectionPlan("drop", 8, verse, 0.95, "beat bass keys hook pad impact fall"),
        SectionPlan("break", 4, lift, 0.45, "pad solo reverse light"),
        SectionPlan("drop", 8, verse, 1.0, "beat bass keys hook pad solo fall"),
    )


def techno(home: str, away: str) -> Form:
    """One figure that changes slowly, a break, and a peak."""
    return (
        SectionPlan("intro", 4, home, 0.45, "beat drone impact"),
        SectionPlan("run", 8, home, 0.5, "beat rumble drone line", 0.25),
        SectionPlan("run", 8, home, 0.75, "beat rumble line tops stabs", 0.1),
        SectionPlan("break", 6, away, 0.35, "drone line stabs theme riser", 0.4),
        SectionPlan("peak", 8, home, 1.0, "beat rumble line tops stabs theme impact"),
        SectionPlan("peak", 6, home, 0.85, "beat rumble tops theme drone"),
    )


def trance(verse: str, anthem: str) -> Form:
    """A rolling start, a wide break with the tune, the build, and the anthem."""
    return (
        SectionPlan("intro", 4, verse, 0.6, "beat bass arp"),
        SectionPlan("drive", 8, verse, 0.75, "beat bass arp gate"),
        SectionPlan("break", 8, anthem, 0.3, "pad keys lead reverse", 0.2),
        SectionPlan("build", 4, anthem, 0.5, "pad gate arp climb riser roll", 0.45),
        SectionPlan("anthem", 8, anthem, 1.0, "beat bass arp gate lead impact fall"),
        SectionPlan("anthem", 8, anthem, 1.0, "beat bass arp gate lead pad high"),
    )


def breaks(verse: str, chorus: str, bars: tuple[int, ...]) -> Form:
    """Broken beats: intro, verse, chorus, a quiet bridge, the chorus again."""
    intro, first, second, bridge, last = bars
    return (
        SectionPlan("intro", intro, verse, 0.45, "keys pad bed light arp"),
        SectionPlan("verse", first, verse, 0.7, "beat bass keys arp"),
        SectionPlan("chorus", second, chorus, 0.9, "beat bass keys tune arp pad impact"),
        SectionPlan("bridge", bridge, verse, 0.4, "pad keys second bed light", 0.25),
        SectionPlan("chorus", last, chorus, 1.0, "beat bass keys tune second pad arp fall"),
    )
