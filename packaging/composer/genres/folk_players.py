"""The players of the folk pieces as layers, and their room."""

from composer.closings import Closing, Hold, Rest, Root
from composer.comping import Bass
from composer.effects import Compressor, Exciter, HighPass, HighShelf, LowPass
from composer.form import Layer, Pattern
from composer.genres import palette as p
from composer.genres.palette import hits, strip
from composer.rhythm import Feel
from composer.score import Room, Voice

PORCH = Feel(8, 2, 7)

STEEL = p.fluid(p.STEEL_GUITAR)
NYLON = p.fluid(p.NYLON_GUITAR)
TWELVE_STRING = Voice("musescore", program=25, bank=8)
UKULELE = Voice("fluid", program=24, bank=8)
MANDOLIN = Voice("fluid", program=25, bank=16)
BANJO = p.fluid(p.BANJO)
FIDDLE = p.fluid(p.FIDDLE)
ACCORDION = Voice("musescore", program=21, bank=8)
HARMONICA = p.fluid(22)
RECORDER = p.fluid(p.RECORDER)
CELLO = p.musescore(p.CELLO)
FLUTE = p.musescore(p.FLUTE)
HARP = p.musescore(p.HARP)


def plucked(
    name: str,
    voice: Voice,
    pattern: Pattern,
    pan: float = 0.0,
    gain_db: float = 0.0,
    closing: Closing = Hold(57),
) -> Layer:
    """A guitar, banjo or mandolin close to the microphone, without boom."""
    chain = (HighPass(75), Compressor(threshold_db=-2, ratio=2.2, attack_s=0.012))
    return Layer(name, voice, pattern, strip(gain_db, pan, 0.14, *chain), closing, PORCH)


def singing(
    name: str,
    voice: Voice,
    pattern: Pattern,
    pan: float = 0.0,
    gain_db: float = -3.0,
    closing: Closing = Root(72),
) -> Layer:
    """A bowed or blown instrument further away, whose long notes swell."""
    return Layer(name, voice, pattern, strip(gain_db, pan, 0.28, LowPass(7500)), closing, PORCH,
                 expression=0.4)  # fmt: skip


def double_bass(grid: str, degrees: str = "1 5", low: int = 36, gain_db: float = -2.0) -> Layer:
    """A double bass, plucked."""
    return Layer("bass", p.fluid(p.ACOUSTIC_BASS), Bass(grid, degrees, low), strip(gain_db, 0, 0.1),
                 Root(low - 3), PORCH)  # fmt: skip


def percussion(
    pattern: Pattern,
    kit: str = "brushes",
    gain_db: float = -5.0,
    name: str = "drums",
    closing: Closing = Rest(),
) -> Layer:
    """Hands, feet or brushes at the back of the room."""
    return Layer(name, hits(kit), pattern, strip(gain_db, 0, 0.2), closing, PORCH)


def parlour(reverb_s: float = 1.2) -> Room:
    """A wooden room."""
    return Room(
        reverb_s,
        6000,
        (
            Compressor(threshold_db=5, ratio=1.6),
            Exciter(share=0.2),
            HighShelf(frequency_hz=6000, gain_db=-2.5),
        ),
    )
