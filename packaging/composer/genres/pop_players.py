"""The players of the pop and corporate pieces as layers, and their mix bus."""

from dataclasses import replace

from composer.closings import Closing, Crash, Rest, Root
from composer.comping import Bass, Broken
from composer.effects import (
    BassAmp,
    Compressor,
    Delay,
    Exciter,
    HighPass,
    HighShelf,
    MatchPop,
    ParallelCompressor,
)
from composer.form import Layer, Pattern
from composer.genres import palette as p
from composer.genres.palette import hits, strip
from composer.rhythm import MACHINE, TIGHT, Feel
from composer.score import Effect, Room, Strip, Voice

STEEL = p.fluid(p.STEEL_GUITAR)
CLEAN = p.fluid(p.CLEAN_GUITAR)
MUTED = p.fluid(p.MUTED_GUITAR)
UKULELE = Voice("fluid", program=24, bank=8)
PIANO = p.musescore(p.PIANO)
BRIGHT_PIANO = p.musescore(p.BRIGHT_PIANO)
GLOCKENSPIEL = p.musescore(p.GLOCKENSPIEL)
MARIMBA = p.musescore(p.MARIMBA)
STRINGS = p.musescore(p.STRINGS)


def track(
    name: str, voice: Voice, pattern: Pattern, channel: Strip, closing: Closing = Rest()
) -> Layer:
    """One player; what is lower than 110 Hz is left to bass and drums."""
    return Layer(name, voice, pattern, replace(channel, effects=(HighPass(110), *channel.effects)),
                 closing, MACHINE if voice.engine == "synth" else TIGHT,
                 expression=0.35 if voice == STRINGS else 0.0)  # fmt: skip


def echo(bpm: float, beats: float = 0.75, share: float = 0.2) -> Effect:
    """An echo in tempo."""
    return Delay(time_s=60 / bpm * beats, feedback=0.35, share=share)


def pulse(bpm: float, order: str, steps_per_bar: int = 8, low: int = 59,
          gain_db: float = 0.0) -> tuple[Layer, Layer]:  # fmt: skip
    """A palm-muted guitar with a dotted echo, played twice, left and right.

    A classifier of the odd pieces recognises corporate music by it (`library_judged --tuning`);
    brighter mixes didn't help.
    """
    left, right = (
        track(f"pulse/{side}", MUTED, Broken(order, steps_per_bar, low, 3, 86, 0.8),
              strip(gain_db, pan, 0.12, Compressor(threshold_db=0, ratio=3),
                    Delay(time_s=60 / bpm * 0.75, feedback=0.4, share=0.3)))
        for side, pan in (("left", -0.6), ("right", 0.6))
    )  # fmt: skip
    return left, right


def electric_bass(
    grid: str, degrees: str = "1", low: int = 36, gain_db: float = 0.0, picked: bool = True
) -> Layer:
    """A bass guitar, compressed and slightly driven, so that small loudspeakers can play it."""
    voice = p.fluid(p.PICKED_BASS if picked else p.FINGERED_BASS)
    return Layer("bass", voice, Bass(grid, degrees, low, 0.9),
                 strip(gain_db, 0, 0.02, HighPass(34),
                       Compressor(threshold_db=-3, ratio=4, attack_s=0.01, release_s=0.15),
                       BassAmp(drive_db=8, share=0.3)), Root(low), TIGHT)  # fmt: skip


def synth_bass(
    patch: str, grid: str, degrees: str = "1", low: int = 35, gain_db: float = 0.0
) -> Layer:
    """A synthesiser bass, ducked by the kick."""
    return Layer("bass", p.synth(patch), Bass(grid, degrees, low, 0.85),
                 strip(gain_db, 0, 0.02, duck_db=4), Root(low), MACHINE)  # fmt: skip


def beat(
    kit: str, pattern: Pattern, gain_db: float = 2.5, name: str = "drums", crush: float = 0.4
) -> Layer:
    """A drummer or a drum machine with parallel compression."""
    acoustic = kit in ("acoustic", "brushes", "funk", "disco")
    return Layer(name, hits(kit), pattern,
                 strip(gain_db, 0, 0.1, ParallelCompressor(threshold_db=2, ratio=6, share=crush)),
                 Crash() if name == "drums" else Rest(),
                 Feel(4, 0, 5) if acoustic else MACHINE)  # fmt: skip


def radio(
    reverb_s: float = 1.3, matched: float = 0.5, air_db: float = 1.0, brightness_hz: float = 7500
) -> Room:
    """A bright plate and the mix bus: compression, and part of the way to the spectrum of pop."""
    plate = (
        HighPass(42),
        Compressor(threshold_db=3, ratio=2.2),
        MatchPop(strength=matched),
        Exciter(share=0.15),
        HighShelf(frequency_hz=8000, gain_db=air_db),
    )
    return Room(reverb_s, brightness_hz, plate)
