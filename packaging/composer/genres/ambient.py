"""Ambient: slow harmonies of our own synthesiser, much room, at most a soft pulse."""

from composer.closings import Hold, Power, Rest, Root
from composer.comping import Broken, Comp, Pad
from composer.effects import (
    Chorus,
    Compressor,
    Delay,
    HighPass,
    HighShelf,
    LowPass,
    LowShelf,
    Peak,
    Saturator,
    Wow,
)
from composer.form import Brief, Ending, Layer
from composer.genres import palette as p
from composer.genres.ambient_forms import HAZE, dread, drift, far, weather
from composer.genres.forms import without_absent_layers
from composer.genres.palette import hits, strip, synth
from composer.melody import Counter, Melody
from composer.rhythm import MACHINE, Feel, drums
from composer.score import About, Room, Tempo
from composer.theory import Key
from composer.transitions import Bed

_DRIFT = Feel(25, 0, 8)

TIDAL = Brief(
    About("ambient-01", "Tidal Glass",
          "Glass bells and celesta over slow surf, like light on water",
          ("calm", "dreamy"), arousal=0.14, has_pulse=False),
    seed=7101, tempo=Tempo(60), key=Key.of("C", "major"),
    sections=drift("Imaj9 | IVmaj9/1", "Imaj9 | Imaj9 | vi9 | vi9 | IVmaj9 | IVmaj9 | V9 | Imaj9",
                   (2, 6, 2, 6)),
    layers=(
        Layer("pad", synth("glass_pad"), Pad(67, 4, 74), strip(-2, 0, 0.5), Hold(67), MACHINE),
        Layer("low", synth("warm_pad"), Pad(55, 3, 66, True), strip(-5, 0, 0.4), Hold(52), MACHINE),
        Layer("tune", p.musescore(p.CELESTA),
              Melody(("x-------....x---", "....x-----------", "x-x-x---....x---",
                      "......x-x-x-x---"), 72, 96, "abcd", 0.3, 0.1, 0.5, velocity=-6),
              strip(-5, 0.2, 0.7, Delay(time_s=0.75, feedback=0.5, share=0.4)), Root(84), _DRIFT),
        Layer("second", synth("glass_bell"),
              Broken("0 . 3 . 1 . . 4 . 2 . . 5 . 3 .", 8, 76, 3, 66, 2),
              strip(-5, -0.3, 0.7, Delay(time_s=0.5, feedback=0.5, share=0.4)), Rest(), _DRIFT),
        Layer("high", synth("shimmer_pad"), Pad(72, 3, 66), strip(-7, 0, 0.6), Rest(), MACHINE),
        Layer("bed", synth("waves"), Bed(60), strip(-6, 0, 0.2), Rest(), MACHINE),
        HAZE,
    ),
    ending=Ending("Imaj9", 2), room=Room(4.0, 6500, (HighShelf(frequency_hz=3000, gain_db=3),)),
)  # fmt: skip

SNOWFALL = Brief(
    About("ambient-02", "Letters in the Snow",
          "One felt piano on an old tape, close, sad and very quiet",
          ("sad", "tender"), arousal=0.18, has_pulse=False),
    seed=7127, tempo=Tempo(66), key=Key.of("A", "minor"),
    sections=drift("iadd9 | iadd9",
                   "iadd9 | bVImaj7 | iv7/1 | iadd9 | bIIImaj7 | bVImaj7 | iv9 | v7", (2, 8, 2, 6)),
    layers=(
        Layer("pad", p.musescore(p.PIANO), Comp("x---------------", 52, 3, -44, 0.06),
              strip(-4, 0, 0.12, LowPass(1500), Wow(depth_ms=1.2, rate_hz=0.7)), Hold(52), _DRIFT),
        Layer("tune", p.musescore(p.PIANO),
              Melody(("x---x-------x---", "x-----------....", "x-------x-x-----"), 64, 81, "abc.",
                     0.22, 0.1, 0.3, velocity=-30),
              strip(0, -0.1, 0.12, LowPass(2400), Wow(depth_ms=1.2, rate_hz=0.7)), Root(69), _DRIFT,
              role="melody"),
        Layer("second", p.musescore(p.PIANO), Broken("r . 1 . 2 . . .", 8, 57, 3, 48, 3),
              strip(-3, 0.1, 0.12, LowPass(1900), Wow(depth_ms=1.2, rate_hz=0.7)), Hold(52),
              _DRIFT),
        # Tape hiss and mains hum.
        Layer("bed", synth("haze"), Bed(57), strip(-12, 0, 0.0, HighPass(1200)), Rest(), MACHINE),
    ),
    ending=Ending("iadd9", 2), room=Room(1.2, 3500, ()),
)  # fmt: skip

ICE = Brief(
    About("ambient-03", "Under the Ice Shelf",
          "Dark rumble, bowed metal and scraped strings, deep, cold and uneasy",
          ("dark", "tense"), arousal=0.28, has_pulse=False),
    seed=7203, tempo=Tempo(48), key=Key.of("D", "phrygian"),
    sections=dread("i", "i | i | bIImaj7/1 | i | bVI | bII", (2, 5, 1, 4)),
    layers=(
        Layer("drone", synth("drone"), Pad(38, 2, 96), strip(0, 0, 0.1), Power(38), MACHINE),
        Layer("low", p.strings("basses", "tremolo"), Pad(38, 1, 74),
              strip(0, 0.1, 0.2, Saturator(drive_db=8)), Root(38), expression=0.6),
        Layer("metal", synth("bowed_metal"), Pad(69, 2, 92),
              strip(2, 0, 0.45, Saturator(drive_db=6)), Rest(), MACHINE),
        Layer("voices", p.strings("celli", "tremolo"), Pad(50, 2, 66),
              strip(1, 0, 0.4, Saturator(drive_db=10)), Rest(), expression=0.6),
        Layer("beat", synth("impact"), Broken("0 . . . . . . .", 4, 38, 1, 84, 4.0),
              strip(-2, 0, 0.5), Rest(), MACHINE, role="texture"),
        Layer("bed", synth("wind"), Bed(50), strip(-5, 0, 0.2), Rest(), MACHINE),
        Layer("air", synth("wind"), Bed(62), strip(-3, 0, 0.2), Rest(), MACHINE),
        HAZE,
    ),
    ending=Ending("i", 2),
    room=Room(4.2, 3600,
              (LowShelf(frequency_hz=120, gain_db=1.5), HighShelf(frequency_hz=3000, gain_db=3))),
)  # fmt: skip

CELLAR = Brief(
    About("ambient-04", "What the Cellar Keeps",
          "Horror tension: a clock, a heartbeat, a music box and shivering strings",
          ("tense", "dark"), arousal=0.35),
    seed=7229, tempo=Tempo(54), key=Key.of("F#", "minor"),
    sections=dread("i | i", "i bII/1 | i | iv/1 i | V7 i", (2, 6, 2, 5)),
    layers=(
        Layer("drone", synth("dark_pad"), Pad(42, 2, 92), strip(-4, 0, 0.3), Power(42), MACHINE),
        Layer("low", p.musescore(p.PIZZICATO), Broken("r . 0 . r . 2 1", 8, 57, 3, 66),
              strip(-3, -0.3, 0.25), Root(42), _DRIFT),
        Layer("metal", hits("acoustic"), drums({"stick": "x . . . o . . . x . . . o . . ."}),
              strip(-4, 0.3, 0.15), Rest(), role="texture"),
        Layer("voices", p.musescore(p.TREMOLO_STRINGS), Pad(78, 3, 72), strip(-3, 0.1, 0.4), Rest(),
              expression=0.6),
        Layer("air", hits("acoustic"), drums({"stick": "x . . . o . . . x . . . o . . ."}),
              strip(-3, 0.3, 0.15), Rest(), role="texture"),
        Layer("beat", synth("heartbeat"), Broken("0 . 0 .", 4, 42, 1, 90, 1.0), strip(-1, 0, 0.15),
              Rest(), MACHINE, role="texture"),
        Layer("bed", synth("wind"), Bed(42), strip(-9, 0, 0.3), Rest(), MACHINE),
        Layer("tune", p.musescore(p.CELESTA),
              Melody(("x-x-x---x-x-x---", "x---x-x-x-------", "x-x-x-x-x---...."), 73, 90, "a.bc",
                     0.35, 0.1, velocity=-10), strip(-3, 0.3, 0.6, Wow(depth_ms=2, rate_hz=0.6)),
              Rest(), _DRIFT),
    ),
    ending=Ending("i", 2), room=Room(4.0, 5000, ()),
)  # fmt: skip

VALLEY = Brief(
    About("ambient-05", "First Light on the Valley",
          "Clean guitar that swells and echoes, a patient slow tune at dawn",
          ("tender", "calm"), arousal=0.22),
    seed=7305, tempo=Tempo(72), key=Key.of("E", "major"),
    sections=weather("Iadd9 | Iadd9 | IVmaj7/1 | Iadd9",
                     "Iadd9 | Iadd9 | IVmaj7 | IVmaj7 | vi7 | iii7 | Vadd9 | Iadd9", (2, 8, 6, 4)),
    layers=(
        Layer("keys", p.musescore(p.CLEAN_GUITAR), Broken("0 2 1 3 2 1 4 2", 8, 57, 3, 62, 3.0),
              strip(-6, -0.25, 0.6, LowPass(3000), Delay(time_s=0.625, feedback=0.55, share=0.5)),
              Hold(57), Feel(10, 0, 6)),
        Layer("pad", p.musescore(p.CLEAN_GUITAR), Pad(60, 4, 70),
              strip(0, 0.2, 0.6, Compressor(threshold_db=-24, ratio=6),
                    Chorus(depth_ms=3, rate_hz=0.4, share=0.6),
                    Delay(time_s=0.417, feedback=0.6, share=0.6)), Hold(61), MACHINE,
              expression=1.0),
        Layer("low", synth("warm_pad"), Pad(54, 3, 70, True), strip(-3, 0, 0.5), Hold(47), MACHINE),
        Layer("tune", p.fluid(p.CLEAN_GUITAR),
              Melody(("x-------x---x---", "x-----------....", "....x---x-------"), 64, 83, "abac",
                     0.15, 0.1, velocity=-10),
              strip(-5, 0.2, 0.8, LowPass(2600), Delay(time_s=0.833, feedback=0.5, share=0.5)),
              Root(76), _DRIFT),
        Layer("second", synth("air_pad"), Pad(64, 3, 72), strip(-5, 0, 0.5), Rest(), MACHINE),
        Layer("bed", synth("wind"), Bed(62), strip(-14, 0, 0.2), Rest(), MACHINE),
        HAZE,
    ),
    ending=Ending("Iadd9", 2),
    room=Room(5.0, 5500, (Peak(frequency_hz=2000, gain_db=-2.5, q=0.8),)),
)  # fmt: skip

TENT = Brief(
    About("ambient-06", "Rain on the Tent",
          "Gentle rain, thumb piano and a low hum for nature film and sleep",
          ("calm", "playful"), arousal=0.2),
    seed=7331, tempo=Tempo(80), key=Key.of("F", "major pentatonic"),
    sections=weather("I69 | I69 | vi7 | I69", "I69 | vi7 | ii7/1 | I69 | IVmaj7 | vi7 | V/5 | I69",
                     (4, 8, 6, 4)),
    layers=(
        Layer("keys", synth("kalimba"),
              Broken("0 . 2 4 . 3 . 1 0 3 . 2 . 5 4 .", 8, 69, 3, 70, 2.0),
              strip(-2, -0.2, 0.4, Delay(time_s=0.563, feedback=0.4, share=0.35)), Hold(65),
              Feel(12, 0, 8)),
        Layer("pad", synth("organ_pad"), Pad(60, 3, 66), strip(-6, 0, 0.45, LowPass(1800)),
              Hold(58), MACHINE),
        Layer("low", synth("round_bass"), Broken("r . . . . . . .", 8, 58, 3, 70, 7.5),
              strip(-5, 0, 0.2), Root(41), _DRIFT, role="bass"),
        Layer("tune", p.musescore(p.RECORDER),
              Melody(("x---x---x-------", "x-------....x-x-", "....x-x-x-------"), 72, 86, "a.b?",
                     0.2, velocity=-20), strip(-6, 0.25, 0.55, LowPass(3800)), Root(77), _DRIFT,
              expression=0.3),
        Layer("second", synth("string_pluck"),
              Broken(". 3 . . 5 . 4 . . . 2 . 4 . . .", 8, 62, 3, 60, 2.5), strip(-6, 0.35, 0.45),
              Rest(), _DRIFT),
        Layer("bed", synth("rain"), Bed(65), strip(-7, 0, 0.1), Rest(), MACHINE),
        HAZE,
    ),
    ending=Ending("I69", 2), room=Room(2.6, 5500, ()),
)  # fmt: skip

NIGHT_SIDE = Brief(
    About("ambient-07", "Night Side of the Planet",
          "Weightless space ambient: a slow choir, a lone voice and distant sparks",
          ("dreamy", "dark"), arousal=0.16, has_pulse=False),
    seed=7411, tempo=Tempo(56), key=Key.of("B", "minor"),
    sections=far("iadd9 | iadd9 | iv/1 | iadd9", "bVImaj7 | iv9 | iadd9 | v7", (2, 4, 4, 4)),
    layers=(
        Layer("pad", p.fluid(p.CHOIR), Pad(59, 4, 84), strip(0, 0, 0.6), Hold(59), MACHINE,
              expression=0.5),
        Layer("sub", synth("sub_swell"), Pad(35, 1, 86), strip(-5, 0, 0.1), Root(35), MACHINE),
        Layer("low", p.musescore(p.VOICES), Pad(66, 3, 80), strip(-2, 0, 0.6), Rest(), MACHINE,
              expression=0.5),
        Layer("arp", synth("sparks"), Pad(59, 2, 84),
              strip(-9, 0, 0.6, Delay(time_s=0.67, feedback=0.55, share=0.45)), Rest(), MACHINE,
              role="texture"),
        Layer("tune", synth("vowel_lead"),
              Melody(("x-----------....", "....x-------x---", "x-------x-------"), 62, 79, "abac",
                     0.2, velocity=-4),
              strip(-2, -0.15, 0.65, Delay(time_s=0.8, feedback=0.5, share=0.4)), Root(71), _DRIFT),
        Layer("high", synth("choir_pad"), Pad(71, 2, 76), strip(-4, 0, 0.6), Rest(), MACHINE),
        HAZE,
    ),
    ending=Ending("iadd9", 2), room=Room(4.8, 5200, (HighShelf(frequency_hz=3000, gain_db=3),)),
)  # fmt: skip

SMALL_HOURS = Brief(
    About("ambient-08", "A Kinder Tomorrow",
          "Hopeful ambient: a pulsing synth arpeggio, a soft heartbeat kick and a singing lead",
          ("tender", "dreamy"), arousal=0.33),
    seed=7433, tempo=Tempo(94), key=Key.of("G", "major"),
    sections=far("Iadd9 | Iadd9 | IVmaj7/1 | Iadd9",
                 "IVmaj7 | IVmaj7 | vi9 | vi9 | Vsus4 | V | Iadd9 | Iadd9", (4, 8, 8, 4)),
    layers=(
        Layer("pad", synth("square_pluck"),
              Broken("0 1 2 3 2 1 2 4 0 1 2 3 5 4 3 1", 16, 62, 3, 72, 1.0),
              strip(-2, 0.2, 0.5, LowPass(2600), Delay(time_s=0.479, feedback=0.45, share=0.4)),
              Hold(55), MACHINE),
        Layer("arp", synth("pluck"), Broken("3 . 4 2 . 5 . 4", 8, 67, 3, 70, 1.5),
              strip(-6, -0.25, 0.5, LowPass(3500), Delay(time_s=0.319, feedback=0.45, share=0.4)),
              Rest(), MACHINE),
        Layer("sub", hits("house"), drums({"kick": "x...x...x...x..."}),
              strip(-10, 0, 0.1, LowPass(300)), Rest()),
        Layer("low", synth("warm_pad"), Pad(55, 4, 72, True), strip(-2, 0, 0.5), Hold(52), MACHINE),
        Layer("tune", synth("soft_lead"),
              Melody(("x-------x---x---", "x-----x-x-------", "x-----------....",
                      "x---x---x-------"), 67, 83, "abcd?", 0.18, velocity=-10),
              strip(-4, 0.15, 0.45, Delay(time_s=0.479, feedback=0.4, share=0.35)), Root(67),
              _DRIFT),
        Layer("bed", synth("shimmer_pad"), Bed(67), strip(-6, 0, 0.5), Rest(), MACHINE),
        Layer("high", synth("sweep_pad"), Pad(64, 3, 66), strip(-6, 0, 0.4), Rest(), MACHINE),
    ),
    ending=Ending("Iadd9", 2), room=Room(3.2, 6500, ()),
)  # fmt: skip

LONG_EXPOSURE = Brief(
    About("ambient-09", "Long Exposure",
          "A cello, a tambura and low bowls over one endless drone, for sleep and meditation",
          ("calm",), arousal=0.06, has_pulse=False),
    seed=7457, tempo=Tempo(50), key=Key.of("D#", "major"),
    sections=far("I5 | Isus2 | I5 | Iadd9", "Iadd9 | IV/1 | Iadd9 | I", (2, 4, 4, 3)),
    layers=(
        Layer("pad", synth("organ_pad"), Pad(51, 3, 78), strip(-2, 0, 0.45, LowPass(1800)),
              Hold(51), MACHINE),
        Layer("sub", synth("moog_bass"), Pad(39, 1, 70), strip(-6, 0, 0.2, LowPass(300)), Root(39),
              MACHINE),
        Layer("low", synth("choir_pad"), Pad(58, 3, 70), strip(-5, 0, 0.55, LowPass(1800)), Rest(),
              MACHINE),
        Layer("high", synth("glass_pad"), Pad(75, 2, 62), strip(-6, 0, 0.6), Rest(), MACHINE),
        Layer("tune", p.musescore(p.CELLO), Counter(48, 63, 4, 62),
              strip(0, 0.1, 0.45, LowPass(5000)), Rest(), _DRIFT, expression=0.5),
        Layer("second", synth("string_pluck"), Broken("1 2 2 0 . . . .", 8, 51, 3, 76, 8),
              strip(-8, -0.2, 0.6, LowPass(2500)), Rest(), _DRIFT),
        Layer("arp", synth("bell"), Broken("0 . . . 4 . . .", 8, 51, 3, 76, 8), strip(-8, 0.3, 0.7),
              Rest(), _DRIFT),
        Layer("bed", synth("waves"), Bed(75), strip(-15, 0, 0.2), Rest(), MACHINE),
        HAZE,
    ),
    ending=Ending("I", 2), room=Room(5.5, 3600, ()),
)  # fmt: skip

BRIEFS: tuple[Brief, ...] = tuple(
    without_absent_layers(brief)
    for brief in (
        TIDAL, SNOWFALL, ICE, CELLAR, VALLEY, TENT, NIGHT_SIDE, SMALL_HOURS, LONG_EXPOSURE,
    )
)  # fmt: skip
