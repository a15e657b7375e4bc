"""Jazz: walking bass, swung ride, tensions in every chord, a horn or a guitar that improvises."""

from composer.comping import Bass, Comp, Pad, Walking
from composer.form import Brief, Layer, SectionPlan
from composer.genres import palette as p
from composer.genres.palette import fx, strip
from composer.melody import Melody
from composer.rhythm import Feel, drums
from composer.score import Room

_SWINGING = Feel(7, 4, 7)
_CLUB = Room(1.1, 6000, (fx("compress", 5, 1.6),))

_BEBOP = (
    "x-x-x-x-x-x-x---",
    "..x-x-x-x-x-..x-",
    "x---x-x-x-x-x-x-",
    "x-x-x---..x-x-x-",
    "..x---x-x-x-x---",
)

_SPARSE_COMP = "..x---....x.....|....x-..x-......|x-....x---......|......x-....x---"

_SWING_RIDE = {
    "ride": "x...x.o.x...x.o.",
    "pedal": "....x.......x...",
    "kick": "o.......o.......",
    "snare": "......g.......g.|..g.......g.....|..........g...g.|......g...g.....",
}

UPTOWN = Brief(
    slug="jazz-01",
    title="Fast Train Uptown",
    description="Bright up-tempo swing with tenor saxophone, piano, walking bass and ride cymbal",
    genre="jazz",
    moods=("happy", "energetic"),
    seed=2104,
    bpm=184,
    tonic="F",
    scale="major",
    final_chord="I69",
    swing=0.63,
    sections=(
        SectionPlan("intro", 4, "ii9 | V13 | ii9 | V7b9", 0.6, "piano bass drums"),
        SectionPlan("head", 16, "Imaj9 VI7b9 | ii9 V13 | iii7 VI7 | ii9 V13 | v7 I9 | IVmaj7 iv6 "
                    "| iii7 VI7b9 | ii9 V13", 0.85, "sax piano bass drums"),
        SectionPlan("bridge", 8, "III9 | III9 | VI9 | VI9 | II9 | II9 | V13 | V7b9", 0.9,
                    "solo bass drums comp"),
        SectionPlan("head", 14, "Imaj9 VI7b9 | ii9 V13 | iii7 VI7 | ii9 V13 | v7 I9 | IVmaj7 iv6 "
                    "| iii7 VI7b9 | ii9 V13", 1.0, "sax piano bass drums"),
        SectionPlan("tag", 4, "iii7 VI7b9 | ii9 V13 | iii7 VI7b9 | ii9 V7b9", 1.0,
                    "sax piano bass drums"),
    ),
    layers=(
        Layer("sax", p.fluid(p.TENOR_SAX), Melody(_BEBOP, 55, 76, "abcabd", 0.22, 0.1, 0.4),
              strip(0, 0.1, 0.16), ending="root", centre=65, feel=_SWINGING),
        Layer("solo", p.musescore(p.PIANO), Melody(_BEBOP, 67, 88, "abacadce", 0.25, 0.05, 0.5),
              strip(0, -0.25, 0.12), ending="rest", feel=_SWINGING),
        Layer("comp", p.musescore(p.PIANO), Comp(_SPARSE_COMP, 57, 3, -22, 0, 0.6),
              strip(-5, -0.25, 0.12), ending="rest", feel=_SWINGING),
        Layer("piano", p.musescore(p.PIANO), Comp(_SPARSE_COMP, 62, 4, -14, 0, 0.6),
              strip(-5, -0.25, 0.12), centre=62, feel=_SWINGING),
        Layer("bass", p.fluid(p.ACOUSTIC_BASS), Walking(38, 0.15), strip(1, 0, 0.06),
              ending="root", centre=41, feel=Feel(5, -3, 6)),
        Layer("drums", p.kit(p.JAZZ_KIT),
              drums(_SWING_RIDE, {"ride": "x...x.o.x...x...", "pedal": "....x.......x...",
                                  "snare": "..x..xo.x.xox.x.", "kick": "o.......o.....o."}, 8,
                                  True),
              strip(-3, 0.15, 0.12), ending="crash", feel=_SWINGING),
    ),
    room=_CLUB,
)  # fmt: skip

_CORNER = "Imaj9 | vi9 | ii9 | V13 | iii7 | VI7b9 | ii9 | V7b9"

CORNER = Brief(
    slug="jazz-02",
    title="Last Dance at the Corner Club",
    description="Tender ballad for piano trio with brushes and a singing clarinet",
    genre="jazz",
    moods=("tender", "calm"),
    seed=2203,
    bpm=66,
    tonic="D#",
    scale="major",
    final_chord="Imaj9",
    swing=0.6,
    sections=(
        SectionPlan("intro", 2, "ii9 | V7b9", 0.4, "piano bass"),
        SectionPlan("theme", 8, _CORNER, 0.65, "piano bass drums clarinet"),
        SectionPlan("theme", 4, "IVmaj7 iv6 | iii7 VI7b9 | ii9 | V13", 0.8,
                    "piano bass drums clarinet"),
    ),
    layers=(
        Layer("clarinet", p.musescore(p.CLARINET),
              Melody(("x---x-x-x-----x-", "..x-x-x-x-------", "x-----x-x-x-x---",
                      "x---..x-x-x-x-x-"), 58, 79, "abac", 0.25, 0, 0.4),
              strip(0, 0.15, 0.28), ending="root", centre=67, feel=Feel(12, 10, 6)),
        Layer("piano", p.musescore(p.PIANO),
              Comp("x-------x--.x---|x---..x-x-------", 60, 5, -24, 0.06, 0.98),
              strip(-5, -0.15, 0.22), centre=60, feel=Feel(12, 0, 7)),
        Layer("bass", p.fluid(p.ACOUSTIC_BASS), Bass("x-----x-x-----x-|x-------x---x-x-",
                                                     "1 5 5 a|1 5 3 a", 38),
              strip(1, 0, 0.08), ending="root", centre=39, feel=Feel(9, 4, 6)),
        Layer("drums", p.kit(p.BRUSH_KIT),
              drums({"snare": "o.o.x.o.o.o.x.o.", "pedal": "....o.......o...",
                     "kick": "o.......g.......", "ride": "o.......o......."}),
              strip(-3, 0.1, 0.15), ending="crash", feel=Feel(9, 5, 7)),
    ),
    room=Room(1.7, 5500, (fx("compress", 6, 1.5),)),
)  # fmt: skip

NOIR = Brief(
    slug="jazz-03",
    title="Detective in the Rain",
    description="Smoky noir walk with muted trumpet, vibraphone and a creeping bass",
    genre="jazz",
    moods=("dark", "tense"),
    seed=2306,
    bpm=104,
    tonic="C",
    scale="harmonic minor",
    final_chord="i6",
    swing=0.66,
    sections=(
        SectionPlan("intro", 4, "i6 | i6 | bVI7 | V7#9", 0.5, "bass drums vibes"),
        SectionPlan("theme", 8, "i9 | i9 | bVI9 | V7#9 | i9 | iv9 | bVI9 | V7b9", 0.75,
                    "trumpet vibes bass drums"),
        SectionPlan("solo", 6, "iv9 | iv9 | i9 | i9 | bVI9 | V7#9", 0.9, "guitar bass drums pad"),
        SectionPlan("theme", 8, "i9 | i9 | bVI9 | V7#9 | i9 | iv9 | bVI9 | V7b9", 0.8,
                    "trumpet vibes bass drums"),
    ),
    layers=(
        Layer("trumpet", p.fluid(p.MUTED_TRUMPET),
              Melody(("x---..x-x-x-----", "..x-x---x-x-x---", "x-----x---x-....",
                      "..x-x-x-x-------"), 60, 79, "abac", 0.25, 0.1, 0.4),
              strip(0, -0.1, 0.3), ending="root", centre=72, feel=Feel(10, 16, 7)),
        Layer("guitar", p.fluid(p.JAZZ_GUITAR),
              Melody(("x-x-x---x-x-x---", "..x-x-x-x-x-....", "x---x-x-x-x-x-x-"), 52, 74, "abc",
                     0.25),
              strip(0, 0.25, 0.18), ending="rest", feel=Feel(8, 8, 7)),
        Layer("vibes", p.fluid(p.VIBRAPHONE),
              Comp("..x-----x-......|....x---......x-", 64, 4, -18, 0.03, 1.0),
              strip(-5, 0.3, 0.25, fx("tremolo", 4.5, 0.12)), centre=64, feel=Feel(8, 5, 6)),
        Layer("pad", p.musescore(p.STRINGS), Pad(64, 3, 44), strip(-8, 0, 0.3), ending="rest"),
        Layer("bass", p.fluid(p.ACOUSTIC_BASS), Walking(36, 0.2), strip(1, 0, 0.08),
              ending="root", centre=36, feel=Feel(6, 2, 6)),
        Layer("drums", p.kit(p.JAZZ_KIT),
              drums({"ride": "x...x.o.x...x.o.", "pedal": "....x.......x...",
                     "stick": "............o...", "kick": "o..............."},
                    {"ride": "x...x.o.x.......", "pedal": "....x.......x...",
                     "tom_low": "..........o.x.o."}, 8),
              strip(-3, 0.1, 0.15), ending="crash", feel=_SWINGING),
    ),
    room=Room(1.6, 5000, (fx("compress", 5, 1.6),)),
)  # fmt: skip

POSTCARD = Brief(
    slug="jazz-04",
    title="Postcard from Ipanema",
    description="Easy bossa nova with nylon guitar, flute and gentle rim clicks",
    genre="jazz",
    moods=("calm", "dreamy"),
    seed=2412,
    bpm=134,
    tonic="A",
    scale="dorian",
    final_chord="i9",
    sections=(
        SectionPlan("intro", 4, "i9 | i9 | II9 | II9", 0.6, "guitar drums bass"),
        SectionPlan("theme", 16, "i9 | i9 | II9 | II9 | ii7 | V7b9 | i9 | i9", 0.75,
                    "guitar flute bass drums"),
        SectionPlan("bridge", 8, "iv9 | bVII13 | bIIImaj7 | bVImaj7 | ii7 | V7b9 | i9 | V7b9",
                    0.85, "guitar piano bass drums"),
        SectionPlan("theme", 6, "i9 | i9 | II9 | II9 | ii7 | V7b9", 0.8,
                    "guitar flute bass drums piano"),
    ),
    layers=(
        Layer("flute", p.musescore(p.FLUTE),
              Melody(("x-x-x---..x-x---", "..x-x-x-x---x---", "x-----x-x-------",
                      "x---x-x-..x-x-x-"), 67, 86, "abac", 0.2, 0.12, 0.4),
              strip(0, 0.15, 0.25), ending="root", centre=76, feel=Feel(9, 8, 6)),
        Layer("piano", p.musescore(p.PIANO),
              Melody(("x-..x-x-....x---", "..x-x---..x-x---"), 64, 84, "abab", thirds=True),
              strip(0, -0.3, 0.2), ending="rest", feel=Feel(8, 4, 6)),
        Layer("guitar", p.fluid(p.NYLON_GUITAR),
              Comp("x--x--x---x--x--|..x--x--x--x--x-", 58, 4, -14, 0.015, 0.8),
              strip(-5, -0.2, 0.15), centre=57, feel=Feel(6, 2, 6)),
        Layer("bass", p.fluid(p.ACOUSTIC_BASS), Bass("x-----x-x-----x-", "1 5 5 1", 38),
              strip(1, 0, 0.06), ending="root", centre=33, feel=Feel(5, 0, 5)),
        Layer("drums", p.kit(p.STANDARD_KIT),
              drums({"stick": "x..x..x...x..x..", "hat": "oooooooooooooooo",
                     "kick": "o.....ooo.....oo", "shaker": "o.x.o.x.o.x.o.x."}),
              strip(-3, 0.1, 0.12), ending="rest", feel=Feel(5, 2, 6)),
    ),
    room=Room(1.3, 6000, (fx("compress", 5, 1.6),)),
)  # fmt: skip

BRIEFS = (UPTOWN, CORNER, NOIR, POSTCARD)
