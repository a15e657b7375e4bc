"""The players of the metal pieces as layers: two takes of guitar, bass, hard drums, leads.

Measured with `packaging/hear.py` on the odd pieces: the network recognises metal by loud, clicking
drums, a raised low end and a thin middle more than by the guitars; louder guitars are taken for
punk. Hard, quick compression of the mix strengthens the tag and keeps the pieces different; guitars
nearer to the middle, or ringing through the breaks, make them similar.
"""

from composer.closings import Crash, Power, Rest, Root
from composer.effects import (
    BassAmp,
    Box,
    Cabinet,
    Chorus,
    Compressor,
    Delay,
    Gate,
    GuitarAmp,
    HighPass,
    HighShelf,
    LowShelf,
    ParallelCompressor,
    Peak,
)
from composer.form import Layer, Pattern
from composer.genres import palette as p
from composer.genres.palette import hits, strip
from composer.rhythm import Feel
from composer.score import Effect, Room, Voice

HANDS = Feel(5, 0, 5)
_STICKS = Feel(3, 0, 4)


def guitars(
    pattern: Pattern, name: str = "riff", gain_db: float = 1.5, drive_db: float = 32, low: int = 40
) -> tuple[Layer, ...]:
    """The same riff played twice, hard left and hard right."""
    return tuple(
        Layer(f"{name}/{side}", p.fluid(p.OVERDRIVEN_GUITAR), pattern,
              strip(gain_db, pan, 0.04, Gate(threshold_db=-22), HighPass(90),
                    GuitarAmp(drive_db=drive_db), Cabinet(box)), Power(low), HANDS)
        for side, pan, box in (("left", -0.95, Box.CLOSED_CENTRE), ("right", 0.95, Box.CLOSED_EDGE))
    )  # fmt: skip


def clean(pattern: Pattern, name: str = "clean", gain_db: float = -3, pan: float = 0.3,
          echo_s: float = 0.35) -> Layer:  # fmt: skip
    """A clean electric guitar with chorus and echo, for quiet sections."""
    return Layer(name, p.fluid(p.CLEAN_GUITAR), pattern,
                 strip(gain_db, pan, 0.3, HighPass(120),
                       Chorus(depth_ms=2.2, rate_hz=0.7, share=0.6),
                       Delay(time_s=echo_s, feedback=0.4, share=0.3)), Rest(), HANDS)  # fmt: skip


def lead(
    pattern: Pattern,
    name: str = "lead",
    gain_db: float = -9.5,
    pan: float = 0.0,
    echo_s: float = 0.3,
    voice: Voice | None = None,
) -> Layer:
    """A lead guitar: less drive, echo, the open cabinet."""
    return Layer(name, voice or p.fluid(p.OVERDRIVEN_GUITAR), pattern,
                 strip(gain_db, pan, 0.2, HighPass(150), GuitarAmp(drive_db=18, tight_hz=200),
                       Cabinet(Box.OPEN), Delay(time_s=echo_s, feedback=0.3, share=0.2)), Rest(),
                 HANDS)  # fmt: skip


def bass(pattern: Pattern, gain_db: float = -1, low: int = 28) -> Layer:
    """A picked bass in two ways: steady below, driven above."""
    return Layer("bass", p.fluid(p.PICKED_BASS), pattern,
                 strip(gain_db, 0, 0.0, HighPass(36), BassAmp(drive_db=18, share=0.5)), Root(low),
                 HANDS)  # fmt: skip


def kit(pattern: Pattern, gain_db: float = 4, name: str = "drums", crush: float = 0.6) -> Layer:
    """Drums with parallel compression."""
    return Layer(name, hits("metal"), pattern,
                 strip(gain_db, 0, 0.08, Peak(frequency_hz=62, gain_db=-3, q=1.0),
                       ParallelCompressor(threshold_db=0, ratio=8, share=crush)),
                 Crash() if name == "drums" else Rest(), _STICKS)  # fmt: skip


def bus(low_db: float = 5.0, scoop_db: float = -6.0, air_db: float = 2.0) -> tuple[Effect, ...]:
    """The mix bus: hard, quick compression, more lows and treble, less middle."""
    return (Compressor(threshold_db=-2, ratio=8, attack_s=0.001, release_s=0.05),
            LowShelf(frequency_hz=140, gain_db=low_db),
            Peak(frequency_hz=900, gain_db=scoop_db, q=0.6),
            Peak(frequency_hz=1500, gain_db=0.5 * scoop_db, q=0.8),
            Peak(frequency_hz=2900, gain_db=-2.5, q=0.9),
            HighShelf(frequency_hz=4500, gain_db=air_db))  # fmt: skip


def stage(reverb_s: float = 0.9, **amounts: float) -> Room:
    """A dry stage with the band's bus chain."""
    return Room(reverb_s, 6000, bus(**amounts))
