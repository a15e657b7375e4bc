"""Cinematic: an orchestra with large drums in a large hall, built as one long rise."""

from composer.comping import Bass, Broken, Comp, Pad, Riff
from composer.form import Brief, Layer, SectionPlan
from composer.genres import palette as p
from composer.genres.palette import fx, hits, strip, synth
from composer.melody import Melody
from composer.rhythm import Feel, drums
from composer.score import Room

_STAGE = Feel(8, 0, 5)
_HALL = Room(2.8, 5500, (fx("compress", 5, 1.7),))
_OSTINATO = "0 0 2 0 1 0 2 0 0 0 2 0 1 2 1 0"
_WAR_DRUMS = {
    "tom_low": "X.....x.X...x...|X.....x.X.x.x.x.",
    "tom_mid": "...x..........x.|..xx......x...xx",
    "tom_high": "....o..o....o..o",
}

GATES = Brief(
    slug="cinematic-01",
    title="The Gates of Valor",
    description="Epic trailer build with war drums, brass theme, choir and string ostinato",
    genre="cinematic",
    moods=("epic", "tense"),
    seed=9101,
    bpm=100,
    tonic="C",
    scale="minor",
    final_chord="i",
    end_bars=1,
    sections=(
        SectionPlan("awakening", 4, "i | bVI | i | bVII", 0.5, "ostinato low"),
        SectionPlan("march", 8, "i | bVI | bIII | bVII", 0.8, "ostinato low drums horns"),
        SectionPlan("breath", 2, "bVI | V", 0.5, "choir low riser"),
        SectionPlan("battle", 8, "i | bVI | bIII | bVII | i | bVI | iv | V", 1.0,
                    "ostinato low drums horns choir violins brass"),
    ),
    layers=(
        Layer("ostinato", p.musescore(p.STRINGS), Broken(_OSTINATO, 16, 55, 3, 78, 0.6),
              strip(-1, -0.25, 0.35), ending="hold", centre=60, feel=_STAGE),
        Layer("violins", p.musescore(p.STRINGS),
              Melody(("x-------x---x---", "x---x---x-------", "x-----x-x-------"), 72, 88, "abac",
                     0.2, velocity=8),
              strip(0, -0.3, 0.4), ending="hold", centre=74, feel=_STAGE),
        Layer("horns", p.musescore(p.HORN),
              Melody(("x-----x-x-------", "x---x---x---x---", "x-------x-----x-"), 53, 70, "abac",
                     0.28, velocity=10),
              strip(3, 0.2, 0.45), ending="hold", centre=60, feel=_STAGE),
        Layer("brass", p.musescore(p.BRASS), Comp("X---....X-X-....", 52, 4, 0, 0, 0.8),
              strip(-1, 0.3, 0.4), ending="hold", centre=52, feel=_STAGE),
        Layer("choir", p.musescore(p.CHOIR), Pad(64, 4, 86), strip(-1, 0, 0.5), centre=64),
        Layer("low", p.musescore(p.CONTRABASS), Bass("x-------x---x---|x-------x-------",
                                                     "1 1 5|1", 38),
              strip(3, 0.2, 0.35), ending="root", centre=36, feel=_STAGE),
        Layer("riser", synth("riser"), Bass("x" + "-" * 15, "1"), strip(-8, 0, 0.3), ending="rest"),
        Layer("drums", hits("cinematic"),
              drums(_WAR_DRUMS, {"tom_low": "X.x.X.x.X.x.XxXX", "tom_mid": "..x...x...x...xx",
                                 "tom_high": "....o..o.oooxxxx"}, 4, True),
              strip(0, 0, 0.35), ending="crash", feel=_STAGE),
    ),
    room=_HALL,
)  # fmt: skip

FRONT = Brief(
    slug="cinematic-02",
    title="A Letter from the Front",
    description="Sorrowful piano and solo cello over quiet strings, slow and human",
    genre="cinematic",
    moods=("sad", "tender"),
    seed=9204,
    bpm=62,
    tonic="B",
    scale="minor",
    final_chord="i",
    end_bars=2,
    sections=(
        SectionPlan("alone", 2, "i | bVI", 0.35, "piano"),
        SectionPlan("letter", 6, "i | bVI | iv | V | bVI | bIII", 0.55, "piano cello strings"),
        SectionPlan("memory", 4, "bVI | bVII | iv | V", 0.85, "piano cello strings violins low"),
        SectionPlan("alone", 2, "i | iv V", 0.4, "piano strings"),
    ),
    layers=(
        Layer("piano", p.musescore(p.PIANO), Broken("r 0 2 1 3 1 2 0", 8, 60, 3, 58, 2.0),
              strip(2, -0.15, 0.4), ending="hold", centre=54, feel=Feel(14, 0, 6)),
        Layer("cello", p.musescore(p.CELLO),
              Melody(("x-------x---x---", "x---x-----------", "x-----x-x-------",
                      "x---x-x-x-------"), 48, 69, "abacd", 0.2, 0, 0.3),
              strip(2, 0.2, 0.45), ending="tonic", centre=59, feel=Feel(14, 10, 6)),
        Layer("strings", p.musescore(p.SLOW_STRINGS), Pad(62, 4, 62), strip(0, 0, 0.45), centre=62),
        Layer("violins", p.musescore(p.STRINGS),
              Melody(("x-------x-------", "x---x---x-------"), 71, 86, "abab", velocity=-4),
              strip(-2, -0.3, 0.45), ending="rest", feel=_STAGE),
        Layer("low", p.musescore(p.CONTRABASS), Bass("x---------------", "1", 36),
              strip(1, 0.3, 0.35), ending="rest", feel=_STAGE),
    ),
    room=Room(2.6, 5000, ()),
)  # fmt: skip

FJORD = Brief(
    slug="cinematic-03",
    title="Wings over the Fjord",
    description="Soaring adventure theme in six-eight with horns, harp and sweeping strings",
    genre="cinematic",
    moods=("epic", "happy"),
    seed=9302,
    bpm=84,
    tonic="D",
    scale="major",
    final_chord="I",
    time_signature="6/8",
    end_bars=4,
    sections=(
        SectionPlan("lift", 4, "I | V | bVII | IV", 0.5, "harp strings"),
        SectionPlan("flight", 16, "I | V | bVII | IV | I | iii | IV | V", 0.8,
                    "harp strings horns bass drums"),
        SectionPlan("clouds", 4, "bVI | bVII | bVI | V", 0.6, "harp strings flute bass"),
        SectionPlan("flight", 12, "I | V | bVII | IV | bVI | bVII", 1.0,
                    "harp strings horns bass drums violins trumpets"),
    ),
    layers=(
        Layer("harp", p.musescore(p.HARP), Broken("0 1 2 3 2 1", 6, 62, 3, 74, 1.6),
              strip(1, -0.4, 0.4), ending="hold", centre=62, feel=_STAGE),
        Layer("strings", p.musescore(p.STRINGS), Pad(60, 4, 72), strip(-1, -0.1, 0.4), centre=62),
        Layer("violins", p.musescore(p.STRINGS),
              Melody(("x-----", "x--x--", "x-xx--"), 74, 91, "abac", 0.15, velocity=6),
              strip(0, -0.35, 0.4), ending="tonic", centre=86, feel=_STAGE),
        Layer("horns", p.musescore(p.HORN),
              Melody(("x--x-x", "x----x", "x-xx--", "x--x--"), 57, 74, "abacabad", 0.3, velocity=12),
              strip(4, 0.15, 0.45), ending="hold", centre=62, feel=_STAGE),
        Layer("trumpets", p.musescore(p.TRUMPET), Comp("x--x-x|x-----", 67, 3, -8, 0, 0.9),
              strip(-2, 0.25, 0.45), ending="hold", centre=69, feel=_STAGE),
        Layer("flute", p.musescore(p.FLUTE), Melody(("x-xx-x", "x--x--", "x----x"), 76, 91, "abac"),
              strip(0, 0.1, 0.45), ending="rest", feel=_STAGE),
        Layer("bass", p.musescore(p.CONTRABASS), Bass("x--x-x|x--x--", "1 1 5|1 5", 38),
              strip(3, 0.3, 0.35), ending="root", centre=38, feel=_STAGE),
        Layer("drums", hits("cinematic"),
              drums({"tom_low": "X..x.x|X..x..", "tom_mid": "..o..o|..o.oo"},
                    {"tom_low": "X..X.X", "tom_mid": "xxxxxx", "tom_high": "...xxx"}, 8, True),
              strip(-3, 0, 0.4), ending="crash", feel=_STAGE),
    ),
    room=_HALL,
)  # fmt: skip

WALLS = Brief(
    slug="cinematic-04",
    title="Something in the Walls",
    description="Creeping suspense with plucked strings, low pulses and trembling violins",
    genre="cinematic",
    moods=("tense", "dark"),
    seed=9407,
    bpm=112,
    tonic="G#",
    scale="phrygian",
    final_chord="i",
    end_bars=2,
    sections=(
        SectionPlan("hush", 4, "i", 0.45, "pulse pizzicato"),
        SectionPlan("creep", 8, "i | i | bII | i", 0.65, "pulse pizzicato tremolo piano"),
        SectionPlan("near", 8, "i | bII | bVI | i", 0.9,
                    "pulse pizzicato tremolo piano low drums clarinet"),
        SectionPlan("hush", 4, "i | bII | i | bII", 0.7, "pulse pizzicato tremolo drums low"),
    ),
    layers=(
        Layer("pulse", synth("saw_bass"), Bass("x.x.x.x.x.x.x.x.", "1", 32, 0.7),
              strip(-9, 0, 0.15, fx("lowpass", 600)), ending="root", centre=32, feel=_STAGE),
        Layer("pizzicato", p.musescore(p.PIZZICATO),
              Riff("x.x...x.x.....x.|x...x.x...x.....", "0 2 1 4 0|0 5 4 1", 56, True, short=0.5),
              strip(2, -0.3, 0.4), ending="rest", feel=_STAGE),
        Layer("tremolo", p.musescore(p.TREMOLO_STRINGS), Pad(70, 3, 66), strip(-1, 0.2, 0.45),
              centre=68),
        Layer("piano", p.musescore(p.PIANO),
              Melody(("x-......x-......", "....x---....x---", "x-x-............"), 72, 91, "abac",
                     0.4, 0.2),
              strip(0, 0.2, 0.5), ending="rest", feel=_STAGE),
        Layer("clarinet", p.musescore(p.BASSOON),
              Melody(("x-----x-x-------", "..x-x-x-x-------"), 44, 62, "abab", 0.25),
              strip(0, 0.3, 0.45), ending="rest", feel=_STAGE),
        Layer("low", p.musescore(p.CONTRABASS), Pad(40, 2, 80), strip(2, 0.2, 0.4), ending="root",
              centre=32),
        Layer("drums", hits("cinematic"),
              drums({"tom_low": "X.......x.......|X.........x.x...", "tom_high": "......o.......o."},
                    {"tom_low": "X...X...X.X.X.XX", "tom_high": "..o...o..ooxxxxx"}, 8),
              strip(-3, 0, 0.4), ending="crash", feel=_STAGE),
    ),
    room=Room(2.6, 4500, (fx("compress", 6, 1.6),)),
)  # fmt: skip

BRIEFS = (GATES, FRONT, FJORD, WALLS)
