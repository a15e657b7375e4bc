"""The players of the jazz pieces as layers: drummers, bassists, accompanists and soloists."""

from composer.closings import Closing, Crash, Hold, Root
from composer.comping import Bass, Comp, Walking
from composer.effects import Peak
from composer.form import Layer, Pattern
from composer.genres import palette as p
from composer.genres.palette import strip
from composer.rhythm import DrumPattern, Feel, drums
from composer.score import Strip, Voice

SWINGING = Feel(7, 4, 7)
LAZY = Feel(11, 16, 7)

BEBOP = (
    "x-x-x-x-x-x-x---",
    "..x-x-x-x-x-..x-",
    "x---x-x-x-x-x-x-",
    "x-x-x---..x-x-x-",
    "..x---x-x-x-x---",
)
# Where a pianist or a guitarist plays chords: Charleston, its answer, anticipations.
CHARLESTON = "x-....x-........|....x-......x---|..x-......x-....|x---......x-..x-"
RED = "....x-..x-......|....x-..x-....x-"

RIDE = {
    "ride": "x...x.o.x...x.o.|x...x.o.x.o.x.o.|x...x.o.x...x.o.|x.o.x...x.o.x.o.",
    "pedal": "....x.......x...",
    "kick": "g...g...g...g...|g...g...g...g.o.",
    "snare": "......g.......g.|..g.......g.....|..........g...g.|......g...g.....",
}
RIDE_FILLS = (
    {"ride": "x...x.o.x...x...", "pedal": "....x.......x...", "snare": "..x..xo.x.xox.x.",
     "kick": "o.......o.....o."},
    {"ride": "x...x.o.x.......", "pedal": "....x.......x...", "snare": "........o.xo....",
     "tom_high": "............xo..", "tom_low": "..............xx", "kick": "o.......o......."},
    {"ride": "x...x.o.x...x.o.", "pedal": "....x.......x...", "snare": "....o..ox..ox.x.",
     "kick": "o.....o.....o..."},
)  # fmt: skip
DRUM_SOLO = {
    "snare": "x.oox.oo..x.o.x.|..x.xoo.x.oox...|x..ox..ox..ox.x.|xoxoxoxo........",
    "tom_high": "......x.........|....x...........|................|........xoxo....",
    "tom_low": "..............x.|............x.x.|......x.....x...|............xoxX",
    "kick": "o.......o.......|o.....o...o.....|o.....o.....o...|o...o...o...o..X",
    "pedal": "....x.......x...",
}
WALTZ_RIDE = {
    "ride": "x...x.o.x...|x...x...x.o.",
    "pedal": "....x.......",
    "snare": "..........g.|......g.....",
    "kick": "o...........|o.......g...",
}
BRUSHES = {
    "swirl": "o...o...o...o...",
    "snare": "....x.g.....x.g.|....x.......xg..",
    "pedal": "....o.......o...",
    "kick": "o.......g.......",
}


_SWING = drums(RIDE, RIDE_FILLS, 8)
_COMPING_STRIP = strip(-5, -0.25, 0.14)


def upright(gain_db: float = 1.0, centre: int = 38, skips: float = 0.15) -> Layer:
    """A walking double bass, close to the microphone."""
    return Layer("bass", p.fluid(p.ACOUSTIC_BASS), Walking(centre, skips), _bass_strip(gain_db),
                 Root(centre + 2), Feel(5, -3, 6))  # fmt: skip


def two_beat(grid: str, degrees: str, gain_db: float = 1.0, centre: int = 38) -> Layer:
    """A double bass in a written rhythm."""
    return Layer("bass", p.fluid(p.ACOUSTIC_BASS), Bass(grid, degrees, centre),
                 _bass_strip(gain_db), Root(centre + 1), Feel(6, 0, 6))  # fmt: skip


def _bass_strip(gain_db: float) -> Strip:
    return strip(
        gain_db,
        0,
        0.06,
        Peak(frequency_hz=70, gain_db=-2.0, q=0.8),
        Peak(frequency_hz=210, gain_db=4.0, q=0.7),
        Peak(frequency_hz=900, gain_db=3.0, q=0.8),
    )


def comping(
    voice: Voice, grid: str = CHARLESTON, centre: int = 60, n_voices: int = 4, *,
    channel: Strip = _COMPING_STRIP, name: str = "comp",
) -> Layer:  # fmt: skip
    """A pianist, guitarist or vibraphonist behind the soloist."""
    return Layer(name, voice, Comp(grid, centre, n_voices, -16, 0.006, 0.6), channel, Hold(centre),
                 SWINGING)  # fmt: skip


def horn(
    name: str,
    voice: Voice,
    pattern: Pattern,
    channel: Strip,
    closing: Closing = Root(65),
    feel: Feel = SWINGING,
    expression: float = 0.25,
) -> Layer:
    """Who plays the tune or a solo."""
    return Layer(name, voice, pattern, channel, closing, feel, expression=expression)


def trap_set(
    pattern: DrumPattern = _SWING,
    *,
    gain_db: float = -3.0,
    feel: Feel = SWINGING,
    closing: Closing = Crash(),
    kit: int = p.JAZZ_KIT,
    name: str = "drums",
) -> Layer:
    """A drummer; without a pattern, swing on the ride cymbal."""
    return Layer(name, p.kit(kit), pattern, strip(gain_db, 0.15, 0.12), closing, feel)
