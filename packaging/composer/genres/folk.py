"""Folk: fingerpicked guitars, dances for fiddle, waltz ballads, and a band with stamping feet."""

from composer.closings import Hold, Rest, Root
from composer.comping import Broken, Comp, Pad
from composer.form import Brief, Ending, SectionPlan
from composer.genres import folk_players as f
from composer.genres.folk_players import double_bass, parlour, percussion, plucked, singing
from composer.melody import Counter, Melody
from composer.rhythm import drums
from composer.score import About, Tempo
from composer.theory import Key

_CAMPFIRE = Brief(
    About("folk-01", "Campfire Letters",
          "Gentle fingerpicked guitars and mandolin by the fire, for a vlog or a letter home",
          ("calm", "tender"), arousal=0.3),
    seed=10103, tempo=Tempo(92), key=Key.of("G", "major"),
    sections=(
        SectionPlan("intro", 2, "I | IV/1", 0.5, "picking"),
        SectionPlan("verse", 8, "I | IV | I/3 | V | vi | IV | V | I", 0.65, "picking tune"),
        SectionPlan("verse", 8, "I | IV | I/3 | V | vi | IV | V | I", 0.8,
                    "picking tune bass mandolin"),
        SectionPlan("bridge", 4, "ii | V7/vi vi | IV | V", 0.7, "picking bass mandolin"),
        SectionPlan("verse", 4, "vi | IV | V | I", 0.6, "picking tune"),
    ),
    layers=(
        plucked("picking", f.STEEL, Broken("r 2 1 3 0 2 1 3|r 2 0 3 1 2 0 2", 8, 60, 3, 74, 1.9),
                -0.25, 0, Hold(55)),
        plucked("tune", f.STEEL,
                Melody(("x---x-x-x---x---", "x-x-x---x-------", "x---x---x-x-x---"), 67, 83, "aba?",
                       0.15, 0.1, 0.3, velocity=6), 0.25, -1, Root(71)),
        plucked("mandolin", f.MANDOLIN, Comp("....x-..x-x-x-..", 67, 3, -14, 0.02, 0.8), 0.45, -8,
                Rest()),
        double_bass("x-----..x-----..|x-----..x---x---", "1 5|1 5 a"),
    ),
    ending=Ending("I"), room=parlour(1.0),
)  # fmt: skip

_MILLER = Brief(
    About("folk-02", "The Miller's Holiday",
          "Lively six-eight jig with fiddle, whistle, strummed guitar and stamping feet",
          ("happy", "playful"), arousal=0.72),
    seed=10205, tempo=Tempo(118, "6/8"), key=Key.of("D", "mixolydian"),
    sections=(
        SectionPlan("intro", 4, "I | I | bVII | I", 0.6, "guitar feet"),
        SectionPlan("first", 16, "I | I | bVII | bVII | I | I | bVII | I", 0.8,
                    "guitar feet fiddle bass"),
        SectionPlan("second", 16, "IV | I/3 | ii | v | IV | I/3 | v | bVII", 0.9,
                    "guitar whistle bass banjo"),
        SectionPlan("break", 8, "vi | v | IV | bVII", 0.6, "banjo fiddle bass"),
        SectionPlan("first", 16, "I | I | bVII | bVII | I | I | bVII | I", 1.0,
                    "guitar feet fiddle bass banjo whistle"),
    ),
    layers=(
        singing("fiddle", f.FIDDLE,
                Melody(("xxxxxx", "x-xxxx", "xxxx-x", "x-xx-x"), 67, 86, "aba>caba?", 0.2, 0, 0.4),
                -0.2, -1, Root(74)),
        singing("whistle", f.RECORDER,
                Melody(("x-xxxx", "xxxx-x", "x-xx-x", "xxxx--"), 74, 93, "aba>caba?", 0.2, 0, 0.4),
                0.25, -3, Root(86)),
        plucked("banjo", f.BANJO, Broken("0 1 2 1 2 1", 6, 64, 3, 72, 0.9), 0.45, -6, Rest()),
        plucked("guitar", f.STEEL, Comp("X-ox-o", 57, 5, -8, 0.012, 0.8), -0.4, -1, Hold(55)),
        double_bass("x--x--", low=38),
        percussion(drums({"kick": "x.....|x..o..", "tom_low": "x..o.o", "tambourine": "..o..o",
                          "clap": "......|...o.."}), "acoustic", -6, "feet"),
    ),
    ending=Ending("I", 2), room=parlour(1.2),
)  # fmt: skip

_LANTERN = Brief(
    About("folk-03", "The Widow's Lantern",
          "Melancholy waltz ballad for nylon guitar, cello and flute in a minor mode",
          ("sad", "dreamy"), arousal=0.25),
    seed=10301, tempo=Tempo(100, "3/4"), key=Key.of("A", "dorian"),
    sections=(
        SectionPlan("intro", 4, "i | bVII | i | v", 0.5, "picking"),
        SectionPlan("verse", 8, "i | bVII | bIII | IV | i | bVII | v | i", 0.65, "picking cello"),
        SectionPlan("refrain", 8, "bIII | bVII | i | IV | bIII | bVII | v | v", 0.85,
                    "picking flute bass accordion"),
        SectionPlan("verse", 8, "i | bVII | bIII | IV | i | bVII | v | i", 0.7,
                    "picking cello bass harp"),
        SectionPlan("coda", 4, "i | IV | v | i", 0.5, "picking flute", swell=-0.2),
    ),
    layers=(
        plucked("picking", f.NYLON, Broken("r 0 1 2 1 0|r 1 2 0 2 1", 6, 58, 3, 74, 1.9), -0.2, 1),
        singing("cello", f.CELLO,
                Melody(("x---x-x-x---", "x-----x-x---", "x---x---x---", "x-------x-x-"), 50, 69,
                       "aba>caba?", 0.15, 0, 0.3), 0.2, -4, Root(57)),
        singing("flute", f.FLUTE,
                Melody(("x-x-x---x---", "x---x-x-x-x-", "x-------x---"), 71, 86, "aba?", 0.15, 0,
                       0.4), -0.1, -6, Root(76)),
        plucked("harp", f.HARP, Broken("0 1 2 3 4 3", 6, 67, 3, 60, 2.0), 0.4, -7, Rest()),
        singing("accordion", f.ACCORDION, Pad(60, 3, 52), 0.4, -11, Rest()),
        double_bass("x---....x-..|x-----------", "1 5|1", 38, -3),
    ),
    ending=Ending("i", 2), room=parlour(1.6),
)  # fmt: skip

_FIRST_LIGHT = Brief(
    About("folk-04", "First Light on the Ridge",
          "Warm acoustic folk for a wedding morning, two picked guitars and a singing fiddle",
          ("tender", "happy"), arousal=0.38),
    seed=10403, tempo=Tempo(84), key=Key.of("D", "major"),
    sections=(
        SectionPlan("intro", 4, "I | V/7 | vi | IV", 0.5, "picking"),
        SectionPlan("theme", 6, "I | V/7 | vi | IV | ii | V", 0.65, "picking fiddle second"),
        SectionPlan("lift", 4, "IV | I/3 | ii7 | Vsus4 V", 0.8, "picking second bass cello fiddle",
                    swell=0.15),
        SectionPlan("theme", 6, "I | V/7 | vi | IV | ii | I", 0.9,
                    "picking second bass cello fiddle shaker"),
        SectionPlan("coda", 2, "IV | I", 0.5, "picking fiddle"),
    ),
    layers=(
        plucked("picking", f.STEEL, Broken("r 1 2 3 1 2 3 2", 8, 62, 4, 72, 2.2), -0.35),
        plucked("second", f.NYLON, Broken("0 3 1 2 0 3 2 1", 8, 67, 4, 66, 1.6), 0.35, -3, Rest()),
        singing("fiddle", f.FIDDLE,
                Melody(("x---x-x-x-------", "x-x-x---x---x---", "x-----x-x-x-x---"), 67, 84,
                       "aba>ca?", 0.15, 0, 0.2), 0.05, -3, Root(74)),
        singing("cello", f.CELLO, Counter(48, 64), -0.15, -7, Root(50)),
        double_bass("x-------x-----x-", "1 5 a", 38),
        percussion(drums({"shaker": "g.o.g.o.g.o.g.o.", "kick": "x.......o......."}), "brushes",
                   -9, "shaker"),
    ),
    ending=Ending("Iadd9"), room=parlour(1.5),
)  # fmt: skip

_REEL = Brief(
    About("folk-05", "Harbour Reel",
          "Driving minor-key reel for fiddle, twelve strings and frame drum, for a chase at sea",
          ("energetic", "tense"), arousal=0.8),
    seed=10507, tempo=Tempo(108), key=Key.of("E", "dorian"),
    sections=(
        SectionPlan("intro", 4, "i | bVII | i | bVII", 0.6, "drone frame", swell=0.2),
        SectionPlan("first", 8, "i | i | bVII | bVII | i | i | bVII | i", 0.85,
                    "strum frame fiddle bass"),
        SectionPlan("second", 8, "bIII | bVII | i | bVII | bIII | bVII | v | i", 0.95,
                    "strum frame whistle bass drone"),
        SectionPlan("break", 4, "i | IV | i | bVII", 0.55, "frame drone fiddle"),
        SectionPlan("first", 8, "i | i | bVII | bVII | i | i | bVII | i", 1.0,
                    "strum frame fiddle whistle bass drone"),
    ),
    layers=(
        singing("fiddle", f.FIDDLE,
                Melody(("xxxxxxxxxxxxxxxx", "x-xxxxxxx-xxxxxx", "xxxxx-x-xxxxx-x-"), 64, 85,
                       "aba>caba?", 0.2, 0, 0.3), -0.15, 0, Root(76)),
        singing("whistle", f.RECORDER,
                Melody(("x-x-xxx-x-x-xxx-", "xxx-x-x-xxx-x---"), 74, 91, "aba>ba?", 0.15, 0, 0.3),
                0.3, -4, Root(76)),
        plucked("strum", f.TWELVE_STRING, Comp("X-xxX-xxX-xxX-xx", 59, 4, -10, 0.01, 0.7), 0.35, -2,
                Hold(52)),
        plucked("drone", f.MANDOLIN, Broken("0 1 3 1 0 1 4 1 0 1 3 1 0 1 4 1", 16, 64, 3, 66, 1.0),
                -0.4, -5, Rest()),
        double_bass("x-----x-x---x---", "1 1 5 1", 38),
        percussion(drums({"tom_low": "X..xo.x.X..xo.xo", "tambourine": "..g...o...g...o.",
                          "kick": "x.......x......."},
                         {"tom_low": "X..xX..xX.x.xxxx", "kick": "x.......x...x..."}, 8),
                   "acoustic", -3, "frame"),
    ),
    ending=Ending("i"), room=parlour(1.1),
)  # fmt: skip

_WALTZ = "I | I | V7 | V7 | V7 | V7 | I | I | I | I7 | IV | IV | I | V7 | I | I"
_TRIO = "IV | IV | I | I | V7/ii | ii | V7 | I | IV | iv | I | vi | II7 | V7 | I | I"
_ORCHARD = Brief(
    About("folk-06", "Orchard Waltz",
          "Sunny village waltz for accordion, mandolin and double bass, for cooking and markets",
          ("happy", "playful"), arousal=0.5),
    seed=10609, tempo=Tempo(144, "3/4"), key=Key.of("C", "major"),
    sections=(
        SectionPlan("intro", 4, "I | I | V7 | V7", 0.6, "guitar bass"),
        SectionPlan("waltz", 16, _WALTZ, 0.75, "guitar bass accordion"),
        SectionPlan("trio", 16, _TRIO, 0.65, "guitar bass mandolin"),
        SectionPlan("waltz", 16, _WALTZ, 0.95, "guitar bass accordion mandolin brushes"),
    ),
    layers=(
        singing("accordion", f.ACCORDION,
                Melody(("x---x-x-x-x-", "x-x-x-x-x---", "x-------x---", "x---x---x-x-"), 67, 86,
                       "aba>caba?", 0.18, 0, 0.3, thirds=True), 0.1, -4),
        plucked("mandolin", f.MANDOLIN,
                Melody(("xxxxxx", "x-xxx-", "x---x-", "xxx-x-"), 69, 86, "aba>caba?", 0.2, 0, 0.3),
                -0.35, -3, Root(72)),
        plucked("guitar", f.NYLON, Comp("....x-..x-..", 60, 4, -8, 0.01, 0.6), 0.35, -2, Hold(55)),
        double_bass("x---........", "1|5", 38),
        percussion(drums({"snare": "....o...o...", "kick": "x...........", "hat": "....g...g..."}),
                   "brushes", -8, "brushes"),
    ),
    ending=Ending("I", 2), room=parlour(1.1),
)  # fmt: skip

_VALLEY = Brief(
    About("folk-07", "Wide Open Valley",
          "Uplifting indie folk with strummed guitars, banjo, stamps and claps for road trips",
          ("happy", "energetic"), arousal=0.66),
    seed=10701, tempo=Tempo(116), key=Key.of("E", "major"),
    sections=(
        SectionPlan("intro", 4, "I | I | IV | IV", 0.6, "strum"),
        SectionPlan("verse", 8, "I | V | vi | IV", 0.75, "strum bass tune feet"),
        SectionPlan("chorus", 8, "IV | I | V | vi | IV | I | V | V", 0.95,
                    "strum high bass banjo fiddle feet claps"),
        SectionPlan("break", 4, "vi | IV | I | V", 0.55, "banjo tune", swell=0.3),
        SectionPlan("chorus", 8, "IV | I | V | vi | IV | I | V | I", 1.0,
                    "strum high bass banjo fiddle feet claps tune"),
    ),
    layers=(
        plucked("strum", f.STEEL, Comp("X-x.xx.xX-x.xxxx", 57, 5, -8, 0.014, 0.85), -0.4, 0,
                Hold(52)),
        plucked("high", f.TWELVE_STRING, Comp("x-..x-x-x-..x-x-", 64, 4, -10, 0.012, 0.85), 0.4,
                -3),
        plucked("tune", f.STEEL,
                Melody(("x-x-x---x-x-----", "x---x-x-x---x---", "..x-x-x-x-------"), 68, 84,
                       "aba>ca?", 0.15, 0, 0.2), 0.15, -1, Root(76)),
        plucked("banjo", f.BANJO, Broken("0 2 1 3 0 2 1 2|0 3 1 2 0 3 2 1", 16, 68, 3, 70, 1.0),
                0.5, -6, Rest()),
        singing("fiddle", f.FIDDLE, Counter(64, 80), -0.2, -6, Root(76)),
        double_bass("x-----x-x---x---", "1 1 5 a", 38),
        percussion(drums({"kick": "X.......X.......|X.......X.....x.",
                          "snare": "....o.......o..."}), "acoustic", -5, "feet"),
        percussion(drums({"clap": "....x.......x...", "tambourine": "o.o.x.o.o.o.x.o."}),
                   "acoustic", -9, "claps"),
    ),
    ending=Ending("I"), room=parlour(1.3),
)  # fmt: skip

_TRAIN = Brief(
    About("folk-08", "Northbound Freight",
          "Dusty country folk with train-beat brushes, harmonica and banjo for desert highways",
          ("sad", "energetic"), arousal=0.55),
    seed=10805, tempo=Tempo(104), key=Key.of("A", "minor"),
    sections=(
        SectionPlan("intro", 4, "i | i | bVII | i", 0.55, "guitar brushes"),
        SectionPlan("verse", 8, "i | i | bVII | i | bIII | bVII | v | i", 0.7,
                    "guitar bass brushes harmonica"),
        SectionPlan("ride", 8, "bVI | bIII | bVII | i | bVI | bIII | v | v", 0.85,
                    "guitar bass brushes banjo slide"),
        SectionPlan("verse", 8, "i | i | bVII | i | bIII | bVII | v | i", 0.8,
                    "guitar bass brushes harmonica banjo"),
    ),
    layers=(
        plucked("guitar", f.STEEL, Comp("x-..x-x.x-..x-x.", 55, 4, -6, 0.014, 0.6), -0.35, 0),
        singing("harmonica", f.HARMONICA,
                Melody(("x-----x-x---x---", "x---x-x-x-------", "..x-x-x-x-----x-"), 64, 81,
                       "aba<c", 0.15, 0.1, 0.3), 0.1, -4, Root(69)),
        plucked("banjo", f.BANJO, Broken("0 1 2 3 1 2 0 2|0 2 1 3 2 1 0 1", 8, 64, 3, 72, 1.0),
                0.45, -4, Rest()),
        singing("slide", f.FIDDLE,
                Melody(("x-------x---x---", "x---x---x-------"), 62, 77, "aba?", 0.1), 0.2, -5,
                Rest()),
        double_bass("x---x---x---x---", "1 5", 33),
        percussion(drums({"snare": "oXooxoooxXooxoox", "kick": "x...x...x...x..."},
                         {"snare": "oXooxoooXxXxXxXx", "kick": "x...x...x......."}, 8), "brushes",
                   -5, "brushes"),
    ),
    ending=Ending("i"), room=parlour(1.0),
)  # fmt: skip

_SNOW = Brief(
    About("folk-09", "Snow on the Old Road",
          "Sparse winter folk, one nylon guitar and a distant recorder, for reflection and grief",
          ("sad", "calm"), arousal=0.12),
    seed=10901, tempo=Tempo(68), key=Key.of("B", "minor"),
    sections=(
        SectionPlan("intro", 2, "i | bVI", 0.4, "picking"),
        SectionPlan("verse", 6, "i | bVI | bIII | v | iv | i", 0.5, "picking tune"),
        SectionPlan("refrain", 4, "bVI | bVII | bIII/7 | v", 0.6, "picking whistle harp bass"),
        SectionPlan("verse", 4, "i | bVI | iv | i", 0.4, "picking tune bass", swell=-0.1),
    ),
    layers=(
        plucked("picking", f.NYLON, Broken("r 1 2 1 3 2 1 2", 8, 59, 4, 62, 2.6), -0.1, 0),
        plucked("tune", f.NYLON,
                Melody(("x-----x-x-------", "x---x---x---x---", "x-------x-x-----"), 66, 81, "aba?",
                       0.1, 0.1, 0.2), 0.15, -1, Root(71)),
        singing("whistle", f.RECORDER,
                Melody(("x-------x---x---", "x-----x-x-------"), 71, 86, "aba?", 0.1), -0.2, -7,
                Rest()),
        plucked("harp", f.HARP, Broken("0 . 2 . 4 . 3 .", 8, 66, 3, 56, 3.0), 0.4, -7, Rest()),
        double_bass("x---------------", "1", 35, -5),
    ),
    ending=Ending("i"), room=parlour(2.0),
)  # fmt: skip

BRIEFS: tuple[Brief, ...] = (
    _CAMPFIRE, _MILLER, _LANTERN, _FIRST_LIGHT, _REEL, _ORCHARD, _VALLEY, _TRAIN, _SNOW,
)  # fmt: skip
