"""Ambient: slow harmonies of our own synthesiser, much room, at most a soft pulse."""

from composer.comping import Broken, Comp, Pad
from composer.form import Brief, Layer
from composer.genres import palette as p
from composer.genres.ambient_manners import HAZE, dread, drift, far, weather
from composer.genres.outline import About
from composer.genres.palette import fx, hits, strip, synth
from composer.melody import Counter, Melody
from composer.rhythm import MACHINE, Feel, drums
from composer.score import Room
from composer.transitions import Bed

_DRIFT = Feel(25, 0, 8)

TIDAL = drift(
    About("ambient-01", "Tidal Glass",
          "Glass bells and celesta over slow surf, like light on water",
          ("calm", "dreamy"), 7101, 60, "C", "major", "Imaj9", 0.14, has_pulse=False),
    "Imaj9 | IVmaj9/1", "Imaj9 | Imaj9 | vi9 | vi9 | IVmaj9 | IVmaj9 | V9 | Imaj9", (2, 6, 2, 6),
    (
        Layer("pad", synth("glass_pad"), Pad(67, 4, 74), strip(-2, 0, 0.5), centre=67,
              feel=MACHINE),
        Layer("low", synth("warm_pad"), Pad(55, 3, 66, True), strip(-5, 0, 0.4), centre=52,
              feel=MACHINE),
        Layer("tune", p.musescore(p.CELESTA),
              Melody(("x-------....x---", "....x-----------", "x-x-x---....x---",
                      "......x-x-x-x---"), 72, 96, "abcd", 0.3, 0.1, 0.5, velocity=-6),
              strip(-5, 0.2, 0.7, fx("delay", 0.75, 0.5, 0.4)), ending="root", centre=84,
              feel=_DRIFT),
        Layer("second", synth("glass_bell"), Broken("0 . 3 . 1 . . 4 . 2 . . 5 . 3 .", 8, 76, 3,
                                                    66, 2),
              strip(-5, -0.3, 0.7, fx("delay", 0.5, 0.5, 0.4)), ending="rest", feel=_DRIFT),
        Layer("high", synth("shimmer_pad"), Pad(72, 3, 66), strip(-7, 0, 0.6), ending="rest",
              feel=MACHINE),
        Layer("bed", synth("waves"), Bed(60), strip(-6, 0, 0.2), ending="rest", feel=MACHINE),
        HAZE,
    ),
    Room(4.0, 6500, (fx("highshelf", 3000, 3),)),
)  # fmt: skip

SNOWFALL = drift(
    About("ambient-02", "Letters in the Snow",
          "One felt piano on an old tape, close, sad and very quiet",
          ("sad", "tender"), 7127, 66, "A", "minor", "iadd9", 0.18, has_pulse=False),
    "iadd9 | iadd9", "iadd9 | bVImaj7 | iv7/1 | iadd9 | bIIImaj7 | bVImaj7 | iv9 | v7",
    (2, 8, 2, 6),
    (
        Layer("pad", p.musescore(p.PIANO), Comp("x---------------", 52, 3, -44, 0.06),
              strip(-4, 0, 0.12, fx("lowpass", 1500), fx("wow", 1.2, 0.7)), centre=52,
              feel=_DRIFT),
        Layer("tune", p.musescore(p.PIANO),
              Melody(("x---x-------x---", "x-----------....", "x-------x-x-----"), 64, 81, "abc.",
                     0.22, 0.1, 0.3, velocity=-30),
              strip(0, -0.1, 0.12, fx("lowpass", 2400), fx("wow", 1.2, 0.7)), ending="root",
              centre=69, feel=_DRIFT, role="melody"),
        Layer("second", p.musescore(p.PIANO), Broken("r . 1 . 2 . . .", 8, 57, 3, 48, 3),
              strip(-3, 0.1, 0.12, fx("lowpass", 1900), fx("wow", 1.2, 0.7)), ending="hold",
              centre=52, feel=_DRIFT),
        # The tape's hiss, and what it picked up at the mains.
        Layer("bed", synth("haze"), Bed(57), strip(-12, 0, 0.0, fx("highpass", 1200)),
              ending="rest", feel=MACHINE),
    ),
    Room(1.2, 3500, ()),
)  # fmt: skip

ICE = dread(
    About("ambient-03", "Under the Ice Shelf",
          "Dark rumble, bowed metal and scraped strings, deep, cold and uneasy",
          ("dark", "tense"), 7203, 48, "D", "phrygian", "i", 0.28, has_pulse=False),
    "i", "i | i | bIImaj7/1 | i | bVI | bII", (2, 5, 1, 4),
    (
        Layer("drone", synth("drone"), Pad(38, 2, 96), strip(0, 0, 0.1), ending="power",
              centre=38, feel=MACHINE),
        Layer("low", p.strings("basses", "tremolo"), Pad(38, 1, 74),
              strip(0, 0.1, 0.2, fx("saturate", 8)), ending="root", centre=38, expression=0.6),
        Layer("metal", synth("bowed_metal"), Pad(69, 2, 92), strip(2, 0, 0.45, fx("saturate", 6)),
              ending="rest", feel=MACHINE),
        Layer("voices", p.strings("celli", "tremolo"), Pad(50, 2, 66),
              strip(1, 0, 0.4, fx("saturate", 10)), ending="rest", expression=0.6),
        Layer("beat", synth("impact"), Broken("0 . . . . . . .", 4, 38, 1, 84, 4.0),
              strip(-2, 0, 0.5), ending="rest", feel=MACHINE, role="texture"),
        Layer("bed", synth("wind"), Bed(50), strip(-5, 0, 0.2), ending="rest", feel=MACHINE),
        Layer("air", synth("wind"), Bed(62), strip(-3, 0, 0.2), ending="rest", feel=MACHINE),
        HAZE,
    ),
    Room(4.2, 3600, (fx("lowshelf", 120, 1.5), fx("highshelf", 3000, 3))),
)  # fmt: skip

CELLAR = dread(
    About("ambient-04", "What the Cellar Keeps",
          "Horror tension: a clock, a heartbeat, a music box and shivering strings",
          ("tense", "dark"), 7229, 54, "F#", "minor", "i", 0.35),
    "i | i", "i bII/1 | i | iv/1 i | V7 i", (2, 6, 2, 5),
    (
        Layer("drone", synth("dark_pad"), Pad(42, 2, 92), strip(-4, 0, 0.3),
              ending="power", centre=42, feel=MACHINE),
        Layer("low", p.musescore(p.PIZZICATO), Broken("r . 0 . r . 2 1", 8, 57, 3, 66),
              strip(-3, -0.3, 0.25), ending="root", centre=42, feel=_DRIFT),
        Layer("metal", hits("acoustic"), drums({"stick": "x . . . o . . . x . . . o . . ."}),
              strip(-4, 0.3, 0.15), ending="rest", role="texture"),
        Layer("voices", p.musescore(p.TREMOLO_STRINGS), Pad(78, 3, 72), strip(-3, 0.1, 0.4),
              ending="rest", expression=0.6),
        Layer("air", hits("acoustic"), drums({"stick": "x . . . o . . . x . . . o . . ."}),
              strip(-3, 0.3, 0.15), ending="rest", role="texture"),
        Layer("beat", synth("heartbeat"), Broken("0 . 0 .", 4, 42, 1, 90, 1.0),
              strip(-1, 0, 0.15), ending="rest", feel=MACHINE, role="texture"),
        Layer("bed", synth("wind"), Bed(42), strip(-9, 0, 0.3), ending="rest", feel=MACHINE),
        Layer("tune", p.musescore(p.CELESTA),
              Melody(("x-x-x---x-x-x---", "x---x-x-x-------", "x-x-x-x-x---...."), 73, 90, "a.bc",
                     0.35, 0.1, velocity=-10),
              strip(-3, 0.3, 0.6, fx("wow", 2, 0.6)), ending="rest", feel=_DRIFT),
    ),
    Room(4.0, 5000, ()),
)  # fmt: skip

VALLEY = weather(
    About("ambient-05", "First Light on the Valley",
          "Clean guitar that swells and echoes, a patient slow tune at dawn",
          ("tender", "calm"), 7305, 72, "E", "major", "Iadd9", 0.22),
    "Iadd9 | Iadd9 | IVmaj7/1 | Iadd9",
    "Iadd9 | Iadd9 | IVmaj7 | IVmaj7 | vi7 | iii7 | Vadd9 | Iadd9",
    (2, 8, 6, 4),
    (
        Layer("keys", p.musescore(p.CLEAN_GUITAR), Broken("0 2 1 3 2 1 4 2", 8, 57, 3, 62, 3.0),
              strip(-6, -0.25, 0.6, fx("lowpass", 3000), fx("delay", 0.625, 0.55, 0.5)),
              ending="hold", centre=57,
              feel=Feel(10, 0, 6)),
        Layer("pad", p.musescore(p.CLEAN_GUITAR), Pad(60, 4, 70),
              strip(0, 0.2, 0.6, fx("compress", -24, 6), fx("chorus", 3, 0.4, 0.6),
                    fx("delay", 0.417, 0.6, 0.6)),
              centre=61, feel=MACHINE, expression=1.0),
        Layer("low", synth("warm_pad"), Pad(54, 3, 70, True), strip(-3, 0, 0.5), centre=47,
              feel=MACHINE),
        Layer("tune", p.fluid(p.CLEAN_GUITAR),
              Melody(("x-------x---x---", "x-----------....", "....x---x-------"), 64, 83, "abac",
                     0.15, 0.1, velocity=-10),
              strip(-5, 0.2, 0.8, fx("lowpass", 2600), fx("delay", 0.833, 0.5, 0.5)), ending="root",
              centre=76, feel=_DRIFT),
        Layer("second", synth("air_pad"), Pad(64, 3, 72), strip(-5, 0, 0.5), ending="rest",
              feel=MACHINE),
        Layer("bed", synth("wind"), Bed(62), strip(-14, 0, 0.2), ending="rest", feel=MACHINE),
        HAZE,
    ),
    Room(5.0, 5500, (fx("peak", 2000, -2.5, 0.8),)),
)  # fmt: skip

TENT = weather(
    About("ambient-06", "Rain on the Tent",
          "Gentle rain, thumb piano and a low hum for nature film and sleep",
          ("calm", "playful"), 7331, 80, "F", "major pentatonic", "I69", 0.2),
    "I69 | I69 | vi7 | I69", "I69 | vi7 | ii7/1 | I69 | IVmaj7 | vi7 | V/5 | I69", (4, 8, 6, 4),
    (
        Layer("keys", synth("kalimba"), Broken("0 . 2 4 . 3 . 1 0 3 . 2 . 5 4 .", 8, 69, 3,
                                                  70, 2.0),
              strip(-2, -0.2, 0.4, fx("delay", 0.563, 0.4, 0.35)), ending="hold", centre=65,
              feel=Feel(12, 0, 8)),
        Layer("pad", synth("organ_pad"), Pad(60, 3, 66), strip(-6, 0, 0.45, fx("lowpass", 1800)),
              centre=58, feel=MACHINE),
        Layer("low", synth("round_bass"), Broken("r . . . . . . .", 8, 58, 3, 70, 7.5),
              strip(-5, 0, 0.2), ending="root", centre=41, feel=_DRIFT, role="bass"),
        Layer("tune", p.musescore(p.RECORDER),
              Melody(("x---x---x-------", "x-------....x-x-", "....x-x-x-------"), 72, 86, "a.b?",
                     0.2, velocity=-20),
              strip(-6, 0.25, 0.55, fx("lowpass", 3800)), ending="root", centre=77, feel=_DRIFT,
              expression=0.3),
        Layer("second", synth("string_pluck"), Broken(". 3 . . 5 . 4 . . . 2 . 4 . . .", 8, 62,
                                                      3, 60, 2.5),
              strip(-6, 0.35, 0.45), ending="rest", feel=_DRIFT),
        Layer("bed", synth("rain"), Bed(65), strip(-7, 0, 0.1), ending="rest", feel=MACHINE),
        HAZE,
    ),
    Room(2.6, 5500, ()),
)  # fmt: skip

NIGHT_SIDE = far(
    About("ambient-07", "Night Side of the Planet",
          "Weightless space ambient: a slow choir, a lone voice and distant sparks",
          ("dreamy", "dark"), 7411, 56, "B", "minor", "iadd9", 0.16, has_pulse=False),
    "iadd9 | iadd9 | iv/1 | iadd9", "bVImaj7 | iv9 | iadd9 | v7", (2, 4, 4, 4),
    (
        Layer("pad", p.fluid(p.CHOIR), Pad(59, 4, 84), strip(0, 0, 0.6), centre=59,
              feel=MACHINE, expression=0.5),
        Layer("sub", synth("sub_swell"), Pad(35, 1, 86), strip(-5, 0, 0.1), ending="root",
              centre=35, feel=MACHINE),
        Layer("low", p.musescore(p.VOICES), Pad(66, 3, 80), strip(-2, 0, 0.6),
              centre=54, ending="rest", feel=MACHINE, expression=0.5),
        Layer("arp", synth("sparks"), Pad(59, 2, 84), strip(-9, 0, 0.6,
                                                           fx("delay", 0.67, 0.55, 0.45)),
              ending="rest", feel=MACHINE, role="texture"),
        Layer("tune", synth("vowel_lead"),
              Melody(("x-----------....", "....x-------x---", "x-------x-------"), 62, 79, "abac",
                     0.2, velocity=-4),
              strip(-2, -0.15, 0.65, fx("delay", 0.8, 0.5, 0.4)),
              ending="root", centre=71, feel=_DRIFT),
        Layer("high", synth("choir_pad"), Pad(71, 2, 76), strip(-4, 0, 0.6), ending="rest",
              feel=MACHINE),
        HAZE,
    ),
    Room(4.8, 5200, (fx("highshelf", 3000, 3),)),
)  # fmt: skip

SMALL_HOURS = far(
    About("ambient-08", "A Kinder Tomorrow",
          "Hopeful ambient: a pulsing synth arpeggio, a soft heartbeat kick and a singing lead",
          ("tender", "dreamy"), 7433, 94, "G", "major", "Iadd9", 0.33),
    "Iadd9 | Iadd9 | IVmaj7/1 | Iadd9", "IVmaj7 | IVmaj7 | vi9 | vi9 | Vsus4 | V | Iadd9 | Iadd9",
    (4, 8, 8, 4),
    (
        Layer("pad", synth("square_pluck"), Broken("0 1 2 3 2 1 2 4 0 1 2 3 5 4 3 1", 16, 62, 3, 72,
                                                 1.0),
              strip(-2, 0.2, 0.5, fx("lowpass", 2600), fx("delay", 0.479, 0.45, 0.4)),
              centre=55, feel=MACHINE),
        Layer("arp", synth("pluck"), Broken("3 . 4 2 . 5 . 4", 8, 67, 3, 70, 1.5),
              strip(-6, -0.25, 0.5, fx("lowpass", 3500), fx("delay", 0.319, 0.45, 0.4)),
              ending="rest",
              feel=MACHINE),
        Layer("sub", hits("house"), drums({"kick": "x...x...x...x..."}),
              strip(-10, 0, 0.1, fx("lowpass", 300)), ending="rest"),
        Layer("low", synth("warm_pad"), Pad(55, 4, 72, True), strip(-2, 0, 0.5), centre=52,
              feel=MACHINE),
        Layer("tune", synth("soft_lead"),
              Melody(("x-------x---x---", "x-----x-x-------", "x-----------....",
                      "x---x---x-------"), 67, 83, "abcd?", 0.18, velocity=-10),
              strip(-4, 0.15, 0.45, fx("delay", 0.479, 0.4, 0.35)), ending="root", centre=67,
              feel=_DRIFT),
        Layer("bed", synth("shimmer_pad"), Bed(67), strip(-6, 0, 0.5), ending="rest",
              feel=MACHINE),
        Layer("high", synth("sweep_pad"), Pad(64, 3, 66), strip(-6, 0, 0.4), ending="rest",
              feel=MACHINE),
    ),
    Room(3.2, 6500, ()),
)  # fmt: skip

LONG_EXPOSURE = far(
    About("ambient-09", "Long Exposure",
          "A cello, a tambura and low bowls over one endless drone, for sleep and meditation",
          ("calm",), 7457, 50, "D#", "major", "I", 0.06, has_pulse=False),
    "I5 | Isus2 | I5 | Iadd9", "Iadd9 | IV/1 | Iadd9 | I", (2, 4, 4, 3),
    (
        Layer("pad", synth("organ_pad"), Pad(51, 3, 78), strip(-2, 0, 0.45, fx("lowpass", 1800)),
              ending="hold", centre=51, feel=MACHINE),
        Layer("sub", synth("moog_bass"), Pad(39, 1, 70), strip(-6, 0, 0.2, fx("lowpass", 300)),
              ending="root", centre=39, feel=MACHINE),
        Layer("low", synth("choir_pad"), Pad(58, 3, 70), strip(-5, 0, 0.55, fx("lowpass", 1800)),
              ending="rest", feel=MACHINE),
        Layer("high", synth("glass_pad"), Pad(75, 2, 62), strip(-6, 0, 0.6), ending="rest",
              feel=MACHINE),
        Layer("tune", p.musescore(p.CELLO), Counter(48, 63, 4, 62),
              strip(0, 0.1, 0.45, fx("lowpass", 5000)), ending="rest", feel=_DRIFT,
              expression=0.5),
        Layer("second", synth("string_pluck"), Broken("1 2 2 0 . . . .", 8, 51, 3, 76, 8),
              strip(-8, -0.2, 0.6, fx("lowpass", 2500)), ending="rest", feel=_DRIFT),
        Layer("arp", synth("bell"), Broken("0 . . . 4 . . .", 8, 51, 3, 76, 8),
              strip(-8, 0.3, 0.7), ending="rest", feel=_DRIFT),
        Layer("bed", synth("waves"), Bed(75), strip(-15, 0, 0.2), ending="rest", feel=MACHINE),
        HAZE,
    ),
    Room(5.5, 3600, ()),
)  # fmt: skip

BRIEFS: tuple[Brief, ...] = (
    TIDAL, SNOWFALL, ICE, CELLAR, VALLEY, TENT, NIGHT_SIDE, SMALL_HOURS, LONG_EXPOSURE,
)  # fmt: skip
