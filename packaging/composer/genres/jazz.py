"""Jazz: walking bass, swung ride, tensions in every chord; themes, choruses and traded fours."""

from composer.closings import Hold, Rest, Root
from composer.comping import Comp, Pad
from composer.effects import Compressor, HighPass, Peak, Saturator, Tremolo
from composer.form import Brief, Ending, Layer, SectionPlan
from composer.genres import jazz_players as j
from composer.genres import palette as p
from composer.genres.palette import strip
from composer.improvising import Blocks, Solo
from composer.melody import Counter, Melody
from composer.rhythm import Feel, drums
from composer.score import About, Room, Tempo
from composer.theory import Key

_CLUB = Room(0.9, 7000, (Compressor(threshold_db=5, ratio=1.6),))
_CELLAR = Room(1.3, 5500, (Compressor(threshold_db=5, ratio=1.6),))

# --- Quintets and trios: theme, choruses, traded fours, theme -----------------------------------

_CHANGES = ("Imaj9 VI7b9 | ii9 V13 | iii7 VI7 | ii9 V13 | v7 I9 | IVmaj7 iv6 | iii7 VI7b9 "
            "| ii9 V13")  # fmt: skip
_BRIDGE = "III9 | III9 | VI9 | VI9 | II9 | II9 | V13 | V7b9"

UPTOWN = Brief(
    About("jazz-01", "Fast Train Uptown",
          "Bright up-tempo swing quintet with tenor saxophone, trumpet, piano and walking bass for "
          "a busy city montage",
          ("happy", "energetic"), arousal=0.78),
    seed=2104, tempo=Tempo(184, swing=0.63), key=Key.of("F", "major"),
    sections=(
        SectionPlan("intro", 4, "ii9 | V13 | ii9 | V7b9", 0.6, "comp bass drums"),
        SectionPlan("head", 16, _CHANGES, 0.85, "sax trumpet comp bass drums"),
        SectionPlan("tenor chorus", 8, _BRIDGE, 0.9, "tenor comp bass drums"),
        SectionPlan("fours", 4, "Imaj9 VI7b9 | ii9 V13 | iii7 VI7 | ii9 V13", 0.9,
                    "piano bass drums"),
        SectionPlan("drum four", 4, "Imaj9 | ii9 V13 | iii7 VI7 | ii9 V13", 1.0, "solo"),
        SectionPlan("fours", 4, "Imaj9 VI7b9 | ii9 V13 | iii7 VI7 | ii9 V13", 0.95,
                    "piano bass drums"),
        SectionPlan("head", 8, _CHANGES, 1.0, "sax trumpet comp bass drums"),
        SectionPlan("tag", 4, "iii7 VI7b9 | ii9 V13 | iii7 VI7b9 | ii9 V7b9", 1.0,
                    "sax trumpet comp bass drums"),
    ),
    layers=(
        j.horn("sax", p.musescore(p.TENOR_SAX),
               Melody(j.BEBOP, 55, 74, "aba>cabd?e", 0.22, 0.1, 0.4), strip(0, 0.2, 0.18)),
        j.horn("trumpet", p.fluid(p.TRUMPET), Counter(62, 79, 4, 78), strip(-5, -0.15, 0.18),
               Root(72)),
        j.horn("tenor", p.musescore(p.TENOR_SAX), Solo(52, 77, (6, 11), (1, 2)),
               strip(0, 0.2, 0.18), Rest()),
        j.horn("piano", p.musescore(p.PIANO), Blocks(Solo(67, 88, (5, 9)), 2, False, 0.9),
               strip(0, -0.25, 0.18), Rest(), expression=0),
        j.comping(p.musescore(p.PIANO)),
        j.upright(),
        j.trap_set(drums(j.RIDE, j.RIDE_FILLS, 8, crash=True)),
        j.trap_set(drums(j.DRUM_SOLO, (), 8, crash=True), closing=Rest(), name="solo"),
    ),
    ending=Ending("I69"), room=_CLUB,
)  # fmt: skip

MODAL = Brief(
    About("jazz-08", "Blue Hours",
          "Cool modal jazz with muted trumpet, block-chord piano and a patient walking bass, for "
          "late talk and thinking",
          ("dreamy", "dark"), arousal=0.45),
    seed=2808, tempo=Tempo(132, swing=0.6), key=Key.of("D", "dorian"),
    sections=(
        SectionPlan("vamp", 4, "i11 | i11 | i11 bVII/1 | i11", 0.5, "call bass"),
        SectionPlan("head", 8, "i9 | i11 | i9 | i11 bVIImaj7", 0.65, "call bass drums answer"),
        SectionPlan("lift", 4, "bii9 | bii11 | bii9 | bii11", 0.75, "call bass drums answer"),
        SectionPlan("chorus", 12, "i9 | i11 | i9 | i11 | i9 | i9 | i11 | i9 | bii9 | bii11 "
                    "| bii9 | bii9", 0.85, "trumpet comp bass drums"),
        SectionPlan("head", 8, "i9 | i11 | i9 | i11 bVIImaj7", 0.7, "call bass drums answer"),
        SectionPlan("vamp", 3, "i11 | i11 | i11 bVII/1", 0.55, "call bass drums", -0.2),
    ),
    layers=(
        j.horn("call", p.musescore(p.PIANO),
               Blocks(Melody(("x-..x-x-....x---", "..x-x-..x---....", "x---..x-x-......"), 65, 81,
                             "abab>", 0.2), 3, True), strip(-2, -0.2, 0.18), Hold(62),
               expression=0),
        j.horn("answer", p.musescore(p.ALTO_SAX),
               Melody(("..........x-x---", "........x-x-x---"), 60, 77, "a.b.", 0.1),
               strip(-2, 0.25, 0.24)),
        j.horn("trumpet", p.fluid(p.MUTED_TRUMPET),
               Solo(60, 81, (4, 8), (2, 4), held=0.3, chromatic=0.3, blue=0.05, triplets=0.03),
               strip(0, 0.1, 0.28), Rest()),
        j.comping(p.musescore(p.PIANO), "x-......x-......|......x---......", 62, 4,
                  channel=strip(-6, -0.25, 0.14)),
        j.upright(1.5, 39, 0.05),
        j.trap_set(drums(j.RIDE, j.RIDE_FILLS[:1], 8), gain_db=-5),
    ),
    ending=Ending("i9"), room=Room(1.5, 6500, (Compressor(threshold_db=6, ratio=1.5),)),
)  # fmt: skip

PARK = Brief(
    About("jazz-07", "Snow on Central Park",
          "Cool jazz waltz with vibraphone, alto saxophone and piano trio, light as the first snow "
          "of a winter vlog",
          ("calm", "dreamy", "playful"), arousal=0.42),
    seed=2707, tempo=Tempo(152, "3/4", swing=0.62), key=Key.of("G", "major"),
    sections=(
        SectionPlan("intro", 8, "Imaj9 | IVmaj7 | Imaj9 | IVmaj7 | Imaj9 | IVmaj7 | ii9 | V13",
                    0.5, "comp bass drums"),
        SectionPlan("head", 16, "Imaj9 | IVmaj7 | iii7 | VI7b9 | ii9 | V13 | Imaj9 | Imaj9 "
                    "| ii7/IV | V7/IV | IVmaj7 | iv6 | iii7 | VI7b9 | ii9 | V13", 0.7,
                    "vibes comp bass drums"),
        SectionPlan("alto chorus", 16, "Imaj9 | IVmaj7 | iii7 | VI7b9 | ii9 | V13 | Imaj9 "
                    "| Imaj9 | ii7/IV | V7/IV | IVmaj7 | iv6 | iii7 | VI7b9 | ii9 | V13", 0.85,
                    "alto bass drums backing"),
        SectionPlan("head", 16, "Imaj9 | IVmaj7 | iii7 | VI7b9 | ii9 | V13 | Imaj9 | Imaj9 "
                    "| ii7/IV | V7/IV | IVmaj7 | iv6 | iii7 VI7 | ii9 V13 | Imaj9 | V9sus4", 0.9,
                    "vibes alto2 comp bass drums"),
    ),
    layers=(
        j.horn("vibes", p.musescore(p.VIBRAPHONE),
               Blocks(Melody(("x---x-x-x---", "..x-x-..x-x-", "x-------x---", "x-x-x---....",
                              "x---..x-x-x-"), 67, 86, "aba>cded?", 0.2), 1, False, 0.9),
               strip(0, 0.3, 0.28), expression=0),
        j.horn("alto", p.musescore(p.ALTO_SAX),
               Solo(60, 81, (6, 10), (2, 3), held=0.25, triplets=0.05), strip(0, -0.05, 0.18),
               Rest()),
        j.comping(p.musescore(p.VIBRAPHONE), "x---....x---|....x-----..", 64, 4,
                  channel=strip(-6, 0.3, 0.25), name="backing"),
        j.horn("alto2", p.musescore(p.ALTO_SAX), Counter(58, 74, 4, 72), strip(-4, -0.05, 0.18)),
        j.comping(p.musescore(p.PIANO), "x---..x-....|....x---x-..|..x-....x---", 60, 4),
        j.two_beat("x-------x---|x---x---x---", "1 5|1 3 5"),
        j.trap_set(drums(j.WALTZ_RIDE,
                         ({"ride": "x...x.o.....", "snare": "......xox.o.", "kick": "o...........",
                           "pedal": "....x......."}), 8), gain_db=-4),
    ),
    ending=Ending("Imaj9", 2), room=_CLUB,
)  # fmt: skip

# --- Late: ballad, noir, organ ------------------------------------------------------------------

_CORNER = "Imaj9 | vi9 | ii9 | V13 | iii7 | VI7b9 | ii9 | V7b9"

CORNER = Brief(
    About("jazz-02", "Last Dance at the Corner Club",
          "Tender ballad for piano trio with brushes and a singing clarinet, for a slow dance or a "
          "goodbye",
          ("tender", "calm"), arousal=0.15),
    seed=2203, tempo=Tempo(66, swing=0.6), key=Key.of("D#", "major"),
    sections=(
        SectionPlan("intro", 2, "ii9 | V7b9", 0.4, "comp bass"),
        SectionPlan("theme", 8, _CORNER, 0.65, "comp bass drums clarinet"),
        SectionPlan("bridge", 4, "ii7/IV V7/IV | IVmaj7 iv6 | iii7 VI7b9 | ii9 V7b9", 0.8,
                    "tune bass drums comp"),
        SectionPlan("theme", 4, "Imaj9 | vi9 | ii9 | V13", 0.7, "comp bass drums clarinet", -0.2),
    ),
    layers=(
        j.horn("clarinet", p.musescore(p.CLARINET),
               Melody(("x---x-x-x-----x-", "..x-x-x-x-------", "x-----x-x-x-x---",
                       "x---..x-x-x-x-x-"), 58, 79, "aba>c", 0.25, 0, 0.4), strip(0, 0.1, 0.28),
               Root(67), feel=j.LAZY, expression=0.35),
        j.horn("tune", p.musescore(p.PIANO),
               Blocks(Solo(67, 86, (4, 7), (1, 2), held=0.35, chromatic=0.3), 2, False, 0.9),
               strip(0, -0.15, 0.18), Rest(), feel=j.LAZY, expression=0),
        Layer("comp", p.musescore(p.PIANO),
              Comp("x-------x--.x---|x---..x-x-------", 60, 5, -24, 0.06, 0.98),
              strip(-5, -0.15, 0.22), feel=Feel(12, 0, 7)),
        j.two_beat("x-----x-x-----x-|x-------x---x-x-", "1 5 5 a|1 5 3 a"),
        j.trap_set(drums(j.BRUSHES, (), 8), gain_db=-4, feel=Feel(9, 5, 7), kit=p.BRUSH_KIT),
    ),
    ending=Ending("Imaj9"), room=Room(1.7, 5500, (Compressor(threshold_db=6, ratio=1.5),)),
)  # fmt: skip

_RAIN = "i9 | i9 | bVI9 | V7#9 | i9 | iv9 | bVI9 | V7b9"

NOIR = Brief(
    About("jazz-03", "Detective in the Rain",
          "Smoky noir walk with muted trumpet, vibraphone and a creeping bass for a crime story",
          ("dark", "tense"), arousal=0.36),
    seed=2306, tempo=Tempo(104, swing=0.66), key=Key.of("C", "harmonic minor"),
    sections=(
        SectionPlan("intro", 4, "i6 | i6 | bVI7 | V7#9", 0.5, "bass drums vibes"),
        SectionPlan("theme", 8, _RAIN, 0.75, "trumpet vibes bass drums"),
        SectionPlan("chase", 8, "iv9 | iv9 | i9 | i9 | bVI9 | V7#9 | i9 | V7b9", 0.9,
                    "guitar bass drums pad"),
        SectionPlan("theme", 8, _RAIN, 0.8, "trumpet vibes bass drums pad"),
        SectionPlan("steps", 2, "i6 | bVI7 V7#9", 0.55, "bass vibes", -0.2),
    ),
    layers=(
        j.horn("trumpet", p.fluid(p.MUTED_TRUMPET),
               Melody(("x---..x-x-x-----", "..x-x---x-x-x---", "x-----x---x-....",
                       "..x-x-x-x-------"), 60, 79, "aba~c", 0.25, 0.1, 0.4), strip(0, -0.1, 0.3),
               Root(72), feel=j.LAZY),
        j.horn("guitar", p.fluid(p.JAZZ_GUITAR), Solo(52, 76, (4, 8), (1, 3), blue=0.3),
               strip(0, 0.25, 0.18), Rest(), feel=Feel(8, 8, 7), expression=0),
        Layer("vibes", p.fluid(p.VIBRAPHONE),
              Comp("..x-----x-......|....x---......x-", 64, 4, -18, 0.03, 1.0),
              strip(-5, 0.3, 0.25, Tremolo(rate_hz=4.5, depth=0.12)), Hold(64), Feel(8, 5, 6)),
        Layer("pad", p.musescore(p.STRINGS), Pad(64, 3, 44), strip(-9, 0, 0.3), Rest(),
              expression=0.4),
        j.upright(1, 37, 0.2),
        j.trap_set(drums({**j.RIDE, "stick": "............o..."}, j.RIDE_FILLS[1:2], 8)),
    ),
    ending=Ending("i6"), room=_CELLAR,
)  # fmt: skip

_MINOR_BLUES = "i9 | iv9 | i9 | i9 | iv9 | iv9 | i9 | i9 V7/iv"

VELVET = Brief(
    About("jazz-09", "Velvet Staircase",
          "Slow minor blues after hours: tenor saxophone, drawbar organ, hollow-body guitar and a "
          "lazy ride cymbal",
          ("sad", "tender"), arousal=0.26),
    seed=2909, tempo=Tempo(76, swing=0.667), key=Key.of("A#", "minor"),
    sections=(
        SectionPlan("pickup", 2, "i9 | V7#9", 0.45, "organ bass comp"),
        SectionPlan("chorus one", 8, _MINOR_BLUES, 0.65, "tenor organ bass drums comp"),
        SectionPlan("turn", 4, "bVI13 | V7#9 | i9 | iim7b5 V7#9", 0.75,
                    "guitar organ bass drums comp"),
        SectionPlan("chorus two", 4, "i9 | iv9 | i9 | i9 V7/iv", 0.8,
                    "guitar organ bass drums comp"),
        SectionPlan("chorus one", 4, "iv9 | i9 | bVI13 V7#9 | i9", 0.9,
                    "tenor organ bass drums comp", 0.1),
    ),
    layers=(
        j.horn("tenor", p.musescore(p.TENOR_SAX),
               Melody(("x-..x-x-x-------", "..x-x-x-x---x---", "....x-x-x-x-x---",
                       "x-------....x-x-"), 52, 72, "aba>c", 0.22, 0.1, 0.5), strip(1, 0.1, 0.26),
               Root(58), feel=j.LAZY),
        j.horn("guitar", p.fluid(p.JAZZ_GUITAR),
               Solo(55, 76, (4, 7), (1, 3), blue=0.2, held=0.25, triplets=0.12),
               strip(0, -0.3, 0.18), Rest(), feel=j.LAZY, expression=0),
        Layer("organ", p.musescore(p.DRAWBAR_ORGAN), Pad(57, 3, 58), strip(-8, 0.25, 0.2), Hold(57),
              expression=0.35),
        j.comping(p.musescore(p.PIANO), "......x-..x-....|..x-......x-....", 60, 4),
        j.upright(1, 38, 0.1),
        j.trap_set(drums(j.RIDE, j.RIDE_FILLS, 4), gain_db=-4, feel=Feel(9, 8, 7)),
    ),
    ending=Ending("i9"),
    room=Room(1.0, 6500, (Saturator(drive_db=3), Compressor(threshold_db=5, ratio=1.7))),
)  # fmt: skip

# --- Strings and shouts: bossa nova, hot club, big band -----------------------------------------

_IPANEMA = "i9 | i9 | II9 | II9 | ii7 | V7b9 | i9 | i9"

POSTCARD = Brief(
    About("jazz-04", "Postcard from Ipanema",
          "Easy bossa nova with nylon guitar, flute and gentle rim clicks for beaches, cafes and "
          "cooking",
          ("calm", "dreamy"), arousal=0.34),
    seed=2412, tempo=Tempo(134, swing=0.5), key=Key.of("A", "dorian"),
    sections=(
        SectionPlan("intro", 4, "i9 | i9 | II9 | II9", 0.6, "guitar drums bass"),
        SectionPlan("theme", 12, f"{_IPANEMA} | ii7 | V7b9 | i9 | i9", 0.75,
                    "guitar flute bass drums"),
        SectionPlan("bridge", 8, "iv9 | bVII13 | bIIImaj7 | bVImaj7 | ii7 | V7b9 | i9 | V7b9",
                    0.85, "guitar piano bass drums"),
        SectionPlan("theme", 8, _IPANEMA, 0.8, "guitar flute bass drums piano2"),
        SectionPlan("tag", 4, "ii7 | V7b9 | ii7 | V7b9", 0.7, "guitar flute bass drums piano2",
                    -0.2),
    ),
    layers=(
        j.horn("flute", p.musescore(p.FLUTE),
               Melody(("x-x-x---..x-x---", "..x-x-x-x---x---", "x-----x-x-------",
                       "x---x-x-..x-x-x-"), 67, 86, "aba>c", 0.2, 0.12, 0.4), strip(0, 0.15, 0.25),
               Root(76), feel=Feel(9, 8, 6), expression=0.3),
        j.horn("piano", p.musescore(p.PIANO),
               Blocks(Solo(64, 84, (5, 8), (1, 3), held=0.2), 1, False, 0.9), strip(0, -0.3, 0.2),
               Rest(), expression=0),
        j.horn("piano2", p.musescore(p.PIANO), Counter(60, 76, 4, 66), strip(-6, -0.3, 0.2), Rest(),
               expression=0),
        Layer("guitar", p.fluid(p.NYLON_GUITAR),
              Comp("x--x--x---x--x--|..x--x--x--x--x-", 58, 4, -14, 0.015, 0.8),
              strip(-5, -0.2, 0.15), Hold(57), Feel(6, 2, 6)),
        j.two_beat("x-----x-x-----x-", "1 5 5 1"),
        j.trap_set(drums({"stick": "x..x..x...x..x..", "hat": "oooooooooooooooo",
                          "kick": "o.....ooo.....oo", "shaker": "o.x.o.x.o.x.o.x."},
                         ({"stick": "x..x..x...x.xx..", "hat": "oooooooooooo....",
                           "kick": "o.....ooo.....o.", "tom_high": "............x.o."}), 8),
                   feel=Feel(5, 2, 6), closing=Rest(), kit=p.STANDARD_KIT),
    ),
    ending=Ending("i9"), room=Room(1.3, 6500, (Compressor(threshold_db=5, ratio=1.6),)),
)  # fmt: skip

_MANOUCHE = ("i6 | i6 | V7b9/V | V7b9 | i6 | V7/iv | iv6 | iv6 | bVI7 | bVI7 | i6 | i6 "
             "| V7b9/V | V7b9 | i6 | V7b9")  # fmt: skip

MONTREUIL = Brief(
    About("jazz-05", "Two Guitars to Montreuil",
          "Racing gypsy jazz with alto saxophone, clarinet, violin, two pumping guitars and double "
          "bass: chases and kitchens",
          ("playful", "energetic"), arousal=0.82),
    seed=2511, tempo=Tempo(208, swing=0.6), key=Key.of("G", "harmonic minor"),
    sections=(
        SectionPlan("pump", 4, "i6 | i6 | bVI7 | V7b9", 0.7, "pompe pompe2 bass drums"),
        SectionPlan("theme", 16, _MANOUCHE, 0.85, "alto pompe pompe2 bass drums"),
        SectionPlan("clarinet chorus", 16, _MANOUCHE, 0.9, "lead pompe bass drums"),
        SectionPlan("break", 4, "iv6 | i6 | V7b9 | i6 V7b9", 0.8, "lead violin bass"),
        SectionPlan("theme", 16, _MANOUCHE, 1.0, "alto violin pompe pompe2 bass drums"),
        SectionPlan("flourish", 2, "V7b9 | V7b9", 1.0, "alto violin pompe bass drums"),
    ),
    layers=(
        j.horn("alto", p.musescore(p.ALTO_SAX),
               Melody(("x---x-x-x---..x-", "..x-x-x-x-x-x---", "x-x-x-x-x-------",
                       "x---..x-x-x-x-x-"), 58, 84, "aba>cdbd?e", 0.28, 0.05, 0.4),
               strip(0, 0.2, 0.18), Root(74), feel=Feel(8, 2, 7)),
        j.horn("violin", p.fluid(p.VIOLIN), Counter(62, 79, 4, 84), strip(-3, 0.35, 0.2), Root(70)),
        j.horn("lead", p.musescore(p.CLARINET),
               Solo(55, 82, (8, 14), (1, 2), triplets=0.16, held=0.08, chromatic=0.7),
               strip(0, -0.1, 0.18), Rest(), feel=Feel(5, -2, 7), expression=0),
        Layer("pompe", p.fluid(p.JAZZ_GUITAR),
              Comp("o-..X...o-..X...|o-..X..go-..X...", 55, 4, -8, 0.02, 0.55),
              strip(-4, -0.45, 0.08, Peak(frequency_hz=2600, gain_db=4.0), HighPass(140)), Hold(57),
              Feel(5, -2, 6)),
        Layer("pompe2", p.fluid(p.NYLON_GUITAR), Comp("o-..X...o-..X...", 52, 4, -10, 0.03, 0.5),
              strip(-8, 0.45, 0.08), Hold(55), Feel(7, 3, 6)),
        j.upright(1, 39, 0.1),
        j.trap_set(drums(j.RIDE, j.RIDE_FILLS, 16), gain_db=-8, feel=Feel(5, 0, 6), closing=Rest()),
    ),
    ending=Ending("i6"), room=Room(0.7, 6500, (Compressor(threshold_db=6, ratio=1.5),)),
)  # fmt: skip

_SHOUT = ("I9 | IV9 | I9 | I9 | IV9 | #ivdim7 | I9 | VI7b9 | ii9 | V13 | I9 VI7b9 "
          "| ii9 V13")  # fmt: skip
_SET_UPS = (
    {"ride": "x...x.o.x.......", "snare": "..o...x...xoxoX.", "kick": "o.......o.....X.",
     "pedal": "....x.......x...", "crash": "..............X."},
    {"ride": "x...x...........", "snare": "..xo..x.xoxoX...", "kick": "o.......o...X...",
     "pedal": "....x.......x...", "tom_low": "............xxx."},
)  # fmt: skip

BALLROOM = Brief(
    About("jazz-06", "Ballroom on Fire",
          "Roaring big-band riff blues with shouting brass, saxophone section and driving drums "
          "for awards and openings",
          ("energetic", "happy"), arousal=0.92),
    seed=2615, tempo=Tempo(168, swing=0.62), key=Key.of("A#", "mixolydian"),
    sections=(
        SectionPlan("kick-off", 4, "I9 | I9 | IV9 | V13", 0.8, "saxes bass drums"),
        SectionPlan("riff", 12, _SHOUT, 0.85, "saxes bass drums comp"),
        SectionPlan("riff", 12, _SHOUT, 0.95, "saxes brass bass drums comp"),
        SectionPlan("alto break", 8, "I9 | IV9 | I9 | v7 I7 | IV9 | #ivdim7 | I9 VI7b9 | ii9 V13",
                    0.8, "trumpet low bass drums comp"),
        SectionPlan("shout", 12, _SHOUT, 1.0, "saxes brass trumpet2 low bass drums"),
    ),
    layers=(
        j.horn("saxes", p.musescore(p.TENOR_SAX),
               Blocks(Melody(("x-x-..x-x---....", "..x-x-..x-x---..", "x---x-x-..x-....",
                              "..x-..x-x-x-x---"), 60, 76, "aabaac", 0.2), 3, True),
               strip(1, -0.3, 0.2), Hold(), expression=0.1),
        Layer("brass", p.musescore(p.BRASS),
              Comp("......X.......x-|..x...X---......|X.......x.x-..X-|......X-----....", 65, 4, 0,
                   0, 0.75), strip(-2, 0.3, 0.25), Hold(67), Feel(6, 2, 5), expression=0.1),
        j.horn("trumpet", p.fluid(p.TRUMPET), Solo(60, 82, (5, 9), (1, 3), blue=0.3, held=0.2),
               strip(1, 0.1, 0.18), Rest()),
        j.horn("trumpet2", p.fluid(p.TRUMPET),
               Melody(("x-------..x-x---", "....x---x-x-x---", "..x-x---x-------"), 70, 86, "abac",
                      0.2, 0.1, velocity=10), strip(0, 0.1, 0.26), Root(82)),
        Layer("low", p.musescore(p.TROMBONE), Pad(53, 3, 78), strip(-5, 0.35, 0.22), Hold(50),
              expression=0.3),
        j.comping(p.musescore(p.PIANO), j.RED, channel=strip(-8, -0.1, 0.14)),
        j.upright(1.5, 38, 0.2),
        j.trap_set(drums(j.RIDE, _SET_UPS, 4, crash=True), gain_db=-2),
    ),
    ending=Ending("I9"), room=Room(1.4, 7500, (Compressor(threshold_db=4, ratio=2.0),)),
)  # fmt: skip

BRIEFS = (UPTOWN, CORNER, NOIR, POSTCARD, MONTREUIL, BALLROOM, PARK, MODAL, VELVET)
