"""The players of the orchestra as layers, with natural levels and places on the stage."""

from composer.closings import Closing, Crash, Hold, Root
from composer.comping import Bass, Broken, Comp
from composer.form import Layer, Pattern
from composer.genres import palette as p
from composer.genres.palette import strip
from composer.melody import Melody
from composer.partwriting import Voiced
from composer.rhythm import Feel, drums
from composer.score import Strip, Voice

ENSEMBLE = Feel(9, 0, 5)
RUBATO = Feel(16, 6, 8)

# Pan and level of each string section, as seen from the hall.
_PLACES = {
    "violins": (-0.45, 0.0),
    "seconds": (-0.2, -1.0),
    "violas": (0.2, 0.0),
    "celli": (0.4, 0.0),
    "basses": (0.5, 0.0),
}


def strings(
    name: str, pattern: Pattern, bowing: str = "fast", *, closing: Closing = Root(),
    section: str = "", gain_db: float = 0.0, reverb: float = 0.4,
) -> Layer:  # fmt: skip
    """A string section of MuseScore General at its place; `section` if the name differs."""
    pan, level_db = _PLACES[section or name]
    return Layer(name, p.strings(section or name, bowing), pattern,
                 strip(level_db + gain_db, pan, reverb), closing, ENSEMBLE,
                 expression=0.0 if bowing == "pizzicato" else 0.35)  # fmt: skip


def solo(
    name: str,
    program: int,
    pattern: Pattern,
    channel: Strip,
    closing: Closing = Root(67),
    feel: Feel = ENSEMBLE,
    expression: float = 0.4,
) -> Layer:
    """One player of MuseScore General in the hall."""
    return Layer(name, p.musescore(program), pattern, channel, closing, feel, expression=expression)


def voiced(part: str, line: int, figure: str, velocity: int = 76) -> Voiced:
    """A voice with a figure by name, or in a rhythm when `figure` is a grid."""
    if figure.isalpha():
        return Voiced(part, line, figure, velocity=velocity)
    return Voiced(part, line, grid=figure, velocity=velocity, short=0.8)


def timpani(grid: str, degrees: str, gain_db: float = 3.0) -> Layer:
    """Timpani on root and fifth."""
    return solo("timpani", p.TIMPANI, Bass(grid, degrees, 41), strip(gain_db, 0.1, 0.4), Root(38),
                expression=0)  # fmt: skip


def harp(order: str, steps: int, gain_db: float = 1.0) -> Layer:
    """Harp in broken chords."""
    return solo("harp", p.HARP, Broken(order, steps, 64, 3, 72, 1.6), strip(gain_db, -0.5, 0.4),
                Hold(62), expression=0)  # fmt: skip


def harpsichord(order: str, steps: int, gain_db: float = -4.0) -> Layer:
    """Harpsichord in broken chords over its own bass."""
    return solo("harpsichord", p.HARPSICHORD, Broken(order, steps, 62, 3, 72, 1.1),
                strip(gain_db, -0.05, 0.3), Hold(), expression=0)  # fmt: skip


def offbeats(name: str, program: int, grid: str, centre: int, gain_db: float, pan: float) -> Layer:
    """Chords after the beat in marches and waltzes."""
    return solo(name, program, Comp(grid, centre, 3, -16, 0, 0.6), strip(gain_db, pan, 0.4),
                Hold(centre), expression=0.1)  # fmt: skip


def percussion(
    grids: dict[str, str], fills: tuple[dict[str, str], ...] = (), *, every: int = 8,
    gain_db: float = -6.0, crash: bool = False, closing: Closing = Crash(),
) -> Layer:  # fmt: skip
    """Snare drum, bass drum and cymbals of the orchestra."""
    return Layer("percussion", Voice("musescore", "drums", p.ORCHESTRA_KIT),
                 drums(grids, fills, every, crash), strip(gain_db, 0.05, 0.4), closing,
                 ENSEMBLE)  # fmt: skip


def tune(
    rhythms: tuple[str, ...], low: int, high: int, form: str, leap: float = 0.16, velocity: int = 0,
    *, thirds: bool = False,
) -> Melody:  # fmt: skip
    """A theme."""
    return Melody(rhythms, low, high, form, leap, 0.0, 0.2, velocity, thirds)
