"""Ambient: slow harmonies of our own synthesiser, much room, hardly a pulse."""

from composer.comping import Broken, Pad
from composer.form import Brief, Layer, SectionPlan
from composer.genres import palette as p
from composer.genres.palette import fx, strip
from composer.melody import Melody
from composer.rhythm import MACHINE, Feel
from composer.score import Room

_DRIFT = Feel(25, 0, 8)
_SPACE = Room(4.0, 4500, (fx("lowpass", 9000),))

TIDAL = Brief(
    slug="ambient-01",
    title="Tidal Glass",
    description="Slow shimmering pads and scattered piano notes, like light on water",
    genre="ambient",
    moods=("calm", "dreamy"),
    seed=7101,
    bpm=60,
    tonic="C",
    scale="major",
    final_chord="Imaj9",
    end_bars=2,
    sections=(
        SectionPlan("rise", 2, "Imaj9", 0.5, "glass"),
        SectionPlan("tide", 8, "Imaj9 | Imaj9 | vi9 | vi9 | IVmaj9 | IVmaj9 | iii7 | V9", 0.7,
                    "glass warm piano"),
        SectionPlan("tide", 4, "IVmaj9 | IVmaj9 | vi9 | V9", 0.6, "glass warm piano bells"),
    ),
    layers=(
        Layer("glass", p.synth("glass_pad"), Pad(67, 4, 74), strip(-2, 0, 0.5), centre=67,
              feel=MACHINE),
        Layer("warm", p.synth("warm_pad"), Pad(55, 3, 66, True), strip(-2, 0, 0.4), centre=52,
              feel=MACHINE),
        Layer("piano", p.musescore(p.PIANO),
              Melody(("x-------....x---", "....x-----------", "x---....x-------",
                      "......x-x-------"), 67, 91, "abcd", 0.3, 0.2, 0.5, velocity=-26),
              strip(-4, 0.2, 0.7, fx("lowpass", 3500), fx("delay", 0.75, 0.5, 0.4)),
              ending="root", centre=79, feel=_DRIFT),
        Layer("bells", p.synth("soft_keys"), Broken(". . 3 . . . . 1 . . 4 . . . . .", 8, 72, 3, 50,
                                                    2),
              strip(-4, -0.3, 0.6, fx("delay", 0.5, 0.5, 0.4)), ending="rest", feel=_DRIFT),
    ),
    room=_SPACE,
)  # fmt: skip

ICE = Brief(
    slug="ambient-02",
    title="Under the Ice Shelf",
    description="Cold dark drones with distant tones, deep and uneasy",
    genre="ambient",
    moods=("dark", "tense"),
    seed=7203,
    bpm=48,
    tonic="D",
    scale="phrygian",
    final_chord="i",
    end_bars=2,
    sections=(
        SectionPlan("descent", 2, "i", 0.6, "drone"),
        SectionPlan("deep", 6, "i | i | bIImaj7 | bIImaj7 | bVI | i", 0.8,
                    "drone glass low bells"),
        SectionPlan("deep", 2, "bIImaj7 | i", 0.7, "drone glass low bells choir"),
    ),
    layers=(
        Layer("drone", p.synth("drone"), Pad(40, 2, 92), strip(-2, 0, 0.3), ending="power",
              centre=38, feel=MACHINE),
        Layer("low", p.musescore(p.SLOW_STRINGS), Pad(50, 3, 60),
              strip(-2, 0.1, 0.5, fx("lowpass", 1400)), ending="rest", feel=MACHINE),
        Layer("glass", p.synth("glass_pad"), Pad(62, 3, 64),
              strip(-2, 0, 0.6, fx("lowpass", 2500)), centre=62, feel=MACHINE),
        Layer("choir", p.fluid(p.CHOIR), Pad(57, 3, 56), strip(-2, 0, 0.6, fx("lowpass", 1800)),
              ending="rest"),
        Layer("bells", p.synth("bell"),
              Melody(("........x-------", "x-----------....", "....x-------....",
                      "..........x-----"), 62, 81, "abcd", 0.4, 0.3, velocity=-30),
              strip(-4, -0.25, 0.8, fx("lowpass", 2600), fx("delay", 0.94, 0.55, 0.5)),
              ending="root", centre=74, feel=_DRIFT),
    ),
    room=Room(5.0, 3000, (fx("lowshelf", 120, 1.5),)),
)  # fmt: skip

VALLEY = Brief(
    slug="ambient-03",
    title="First Light on the Valley",
    description="Warm slow strings, soft electric piano pulses and a patient flute",
    genre="ambient",
    moods=("tender", "calm"),
    seed=7305,
    bpm=72,
    tonic="E",
    scale="lydian",
    final_chord="Iadd9",
    end_bars=2,
    sections=(
        SectionPlan("dawn", 2, "Iadd9", 0.45, "keys"),
        SectionPlan("light", 8, "Iadd9 | Iadd9 | II | II | vi7 | vi7 | Vadd9 | II", 0.65,
                    "keys strings warm"),
        SectionPlan("light", 6, "Iadd9 | Iadd9 | vi7 | vi7 | II | II", 0.8,
                    "keys strings warm flute"),
    ),
    layers=(
        Layer("keys", p.synth("soft_keys"), Broken("0 2 1 3 2 1 4 2", 8, 66, 3, 62, 2.0),
              strip(-4, -0.15, 0.5, fx("delay", 0.625, 0.4, 0.35)), ending="hold", centre=64,
              feel=Feel(10, 0, 6)),
        Layer("strings", p.musescore(p.SLOW_STRINGS), Pad(60, 4, 62, True), strip(-2, 0, 0.5),
              centre=59, feel=MACHINE),
        Layer("warm", p.synth("glass_pad"), Pad(71, 3, 60), strip(-2, 0, 0.5), centre=71,
              feel=MACHINE),
        Layer("flute", p.musescore(p.FLUTE),
              Melody(("x-------x---x---", "x-----------....", "....x---x-------"), 71, 86, "abac",
                     0.15, 0.1, velocity=-18),
              strip(-4, 0.2, 0.7), ending="root", centre=76, feel=_DRIFT),
    ),
    room=Room(3.4, 5000, ()),
)  # fmt: skip

BRIEFS = (TIDAL, ICE, VALLEY)
