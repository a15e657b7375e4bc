"""A metal band's line-up and desk: two takes of guitar, bass amplifier, hard drums, leads.

Measured with `packaging/hear.py` on the odd pieces: loud, clicking drums, a raised low end and
thinned middle say "metal" to the network more than the guitars do; louder guitars say "punk".
Hard, quick compression of the whole adds to the tag and leaves the pieces as different as they
were; guitars nearer the middle, or ringing on under the breaks, make them alike.
"""

from composer.form import Layer, Pattern
from composer.genres import palette as p
from composer.genres.palette import fx, hits, strip
from composer.rhythm import Feel
from composer.score import Effect, Room, Voice

HANDS = Feel(5, 0, 5)
_STICKS = Feel(3, 0, 4)


def guitars(
    pattern: Pattern, name: str = "riff", gain_db: float = 1.5, drive_db: float = 32, low: int = 40
) -> tuple[Layer, ...]:
    """The same riff played twice, hard left and right; the takes differ as two takes do."""
    return tuple(
        Layer(f"{name}/{side}", p.fluid(p.OVERDRIVEN_GUITAR), pattern,
              strip(gain_db, pan, 0.04, fx("gate", -22), fx("highpass", 90), fx("amp", drive_db),
                    fx("cabinet", box)),
              ending="power", centre=low, feel=HANDS)
        for side, pan, box in (("left", -0.95, 0), ("right", 0.95, 1))
    )  # fmt: skip


def clean(pattern: Pattern, name: str = "clean", gain_db: float = -3, pan: float = 0.3,
          echo_s: float = 0.35) -> Layer:  # fmt: skip
    """A clean electric guitar in chorus and echo, for what comes before the storm."""
    return Layer(name, p.fluid(p.CLEAN_GUITAR), pattern,
                 strip(gain_db, pan, 0.3, fx("highpass", 120), fx("chorus", 2.2, 0.7, 0.6),
                       fx("delay", echo_s, 0.4, 0.3)),
                 ending="rest", feel=HANDS)  # fmt: skip


def lead(
    pattern: Pattern,
    name: str = "lead",
    gain_db: float = -9.5,
    pan: float = 0.0,
    echo_s: float = 0.3,
    voice: Voice | None = None,
) -> Layer:
    """A lead guitar that sings: less drive, echo, the open cabinet."""
    return Layer(name, voice or p.fluid(p.OVERDRIVEN_GUITAR), pattern,
                 strip(gain_db, pan, 0.2, fx("highpass", 150), fx("amp", 18, 200),
                       fx("cabinet", 2), fx("delay", echo_s, 0.3, 0.2)),
                 ending="rest", feel=HANDS)  # fmt: skip


def bass(pattern: Pattern, gain_db: float = -1, low: int = 28) -> Layer:
    """A picked bass in two ways: steady below, driven above."""
    return Layer("bass", p.fluid(p.PICKED_BASS), pattern,
                 strip(gain_db, 0, 0.0, fx("highpass", 36), fx("bass_amp", 18, 0.5)),
                 ending="root", centre=low, feel=HANDS)  # fmt: skip


def kit(pattern: Pattern, gain_db: float = 4, name: str = "drums", crush: float = 0.6) -> Layer:
    """Drums with a hard compressed copy beneath."""
    return Layer(name, hits("metal"), pattern,
                 strip(gain_db, 0, 0.08, fx("peak", 62, -3, 1.0), fx("parallel", 0, 8, crush)),
                 ending="crash" if name == "drums" else "rest", feel=_STICKS)  # fmt: skip


def bus(low_db: float = 5.0, scoop_db: float = -6.0, air_db: float = 2.0) -> tuple[Effect, ...]:
    """The whole mix: hard, quick compression, raised lows and air, a thinned middle."""
    return (fx("compress", -2, 8, 0.001, 0.05), fx("lowshelf", 140, low_db),
            fx("peak", 900, scoop_db, 0.6), fx("peak", 1500, 0.5 * scoop_db, 0.8),
            fx("peak", 2900, -2.5, 0.9),
            fx("highshelf", 4500, air_db))  # fmt: skip


def stage(reverb_s: float = 0.9, **amounts: float) -> Room:
    """A dry stage with the band's bus chain."""
    return Room(reverb_s, 6000, bus(**amounts))
