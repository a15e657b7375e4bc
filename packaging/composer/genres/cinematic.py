"""Cinematic: an orchestra with large drums in a large hall; each piece is one dramatic arc."""

from composer.closings import Hold, Rest, Root
from composer.comping import Bass, Broken, Comp, Pad, Riff
from composer.effects import Compressor
from composer.form import Brief, Ending, Layer, SectionPlan
from composer.genres import cinematic_players as c
from composer.genres import palette as p
from composer.genres.palette import strip
from composer.melody import Counter, Melody
from composer.partwriting import Voiced
from composer.rhythm import drums
from composer.score import About, Room, Tempo
from composer.theory import Key

_HALL = Room(2.8, 6500, (Compressor(threshold_db=5, ratio=1.7),), is_natural=True)
_OSTINATO = "0 0 2 0 1 0 2 0 0 0 2 0 1 2 1 0"

# --- Trailers and heroes ------------------------------------------------------------------------

GATES = Brief(
    About("cinematic-01", "The Gates of Valor",
          "Epic trailer of war drums and low brass, horns calling over taiko and blows, for "
          "battles and openings",
          ("epic", "tense"), arousal=0.88),
    seed=9101, tempo=Tempo(100), key=Key.of("C", "minor"),
    sections=(
        SectionPlan("awakening", 4, "i | bVI/1 | i | bVII/1", 0.45, "ostinato low boom", 0.15),
        SectionPlan("march", 8, "i | bVI | bIII | bVII", 0.8, "trombones tuba drums taiko horns"),
        SectionPlan("breath", 3, "bVI | iv | V", 0.5, "tuba horns taiko riser", 0.2),
        SectionPlan("battle", 8, "i | bVI | bIII | bVII | i | bVI | iv | V", 1.0,
                    "ostinato violins trombones tuba drums taiko horns brass boom"),
        SectionPlan("victory", 4, "bVI | bVII | i | V", 1.0,
                    "ostinato low drums taiko trumpets violins brass"),
    ),
    layers=(
        c.ostinato(_OSTINATO, gain_db=8),
        c.strings("violins", "violins",
                  Melody(("x-------x---x---", "x---x---x-------", "x-----x-x-------"), 72, 89,
                         "aba>c", 0.2, velocity=8), strip(0, -0.35, 0.4), Hold(74)),
        c.player("trombones", p.TROMBONE,
                 Comp("X-..x-x-X-..x-X-|X-..x-x-X-x-X-X-", 50, 3, 4, 0, 0.6), strip(2, 0.1, 0.3),
                 Hold(50), expression=0),
        c.player("tuba", p.TUBA, Bass("X---....X-..X---|X-......X-------", "1 1 5|1", 34),
                 strip(4, -0.1, 0.45), Root(34), expression=0.1),
        c.player("horns", p.HORN,
                 Melody(("x-----x-x-------", "x---x---x---x---", "x-------x-----x-"), 53, 70,
                        "aba>c", 0.28, velocity=10), strip(0, 0.2, 0.45), Hold()),
        c.player("trumpets", p.TRUMPET,
                 Melody(("x-----x-x-------", "x---x---x---x---"), 62, 79, "aba>b", 0.3, velocity=10,
                        thirds=True), strip(-3, 0.25, 0.45), Hold(72)),
        c.brass("X---....X-X-....", 52, -5),
        c.low("x-------x---x---|x-------x-------", "1 1 5|1"),
        c.transition("riser", "riser", 3, 2),
        c.transition("boom", "impact", 2, -4, falls=True),
        c.taiko("X...x.x.X..xx.x.|X...x.x.XxXxXxXx", 1),
        c.war_drums(gain_db=-3),
    ),
    ending=Ending("i"), room=_HALL,
)  # fmt: skip

COUNTDOWN = Brief(
    About("cinematic-09", "Nine Seconds Left",
          "Breathless hybrid action: racing celli, taiko, synth pulse and stabbing brass for "
          "chases and sports finals",
          ("energetic", "tense", "epic"), arousal=0.96),
    seed=9909, tempo=Tempo(148), key=Key.of("A", "minor"),
    sections=(
        SectionPlan("fuse", 4, "i5 | i5 | bVI/1 | i5", 0.6, "pulse ticking boom", 0.2),
        SectionPlan("chase", 8, "i | i | bVI | bVII | i | i | iv | V", 0.85,
                    "pulse ostinato low drums racing"),
        SectionPlan("leap", 8, "bVI | bVII | i | bIII | bVI | bVII | iv | V", 0.95,
                    "pulse ostinato low drums racing brass violins"),
        SectionPlan("void", 4, "bVI | bVI | iv | V", 0.45, "choir ticking riser"),
        SectionPlan("chase", 8, "i | i | bVI | bVII | i | i | iv | V", 1.0,
                    "pulse ostinato low drums taiko racing brass boom"),
        SectionPlan("leap", 8, "bVI | bVII | i | bIII | bVI | bVII | iv | V", 1.0,
                    "pulse ostinato low drums taiko racing brass violins choir"),
    ),
    layers=(
        c.ostinato("0 0 0 1 0 0 2 0 0 0 0 1 0 2 1 0", "celli", 50, 16, 9.0, 0.2),
        c.strings("racing", "violins",
                  Broken("0 1 2 1 0 1 2 1 0 1 2 1 2 1 0 1", 16, 67, 3, 72, 0.55),
                  strip(8, -0.3, 0.4), Hold(69), expression=0),
        c.strings("violins", "seconds",
                  Melody(("x-------x---x---", "x-----x-x-------"), 74, 90, "aba>b", 0.2,
                         velocity=10), strip(6, -0.1, 0.4), Hold(76)),
        c.strings("ticking", "violins",
                  Riff("x.x.x.x.x.x.x.x.", "0 0 1 0 0 4 0 1", 69, True, short=0.4),
                  strip(9, -0.35, 0.4), Rest(), bowing="pizzicato"),
        c.brass("X..X....X.......|X..X..X.X-......", 52, 0),
        c.choir(66, 3, 2),
        c.low("x-x-x-x-x-x-x-x-", "1", 3, 33),
        c.pulse("x.xxx.xxx.xxx.x.", "saw_bass", -8, 1400, 33),
        c.transition("riser", "tone_riser", 4, -1),
        c.transition("boom", "impact", 2, -5, falls=True),
        c.taiko("X..x..x.X..x..xx|X..x..x.XxX.XxXx", -2),
        c.war_drums(c.GALLOP, gain_db=-8),
    ),
    ending=Ending("i"),
    room=Room(1.9, 7500, (Compressor(threshold_db=4, ratio=2.2),), is_natural=True),
)  # fmt: skip

_HYMN = "I V/7 | vi iii | IV I/3 | ii V | I/3 IV | V7/V V | vi ii/4 | Vsus4 V"

BANNER = Brief(
    About("cinematic-06", "Banner on the Hill",
          "Triumphant choir finale with organ, tubular bells and trumpets, a hymn for awards, "
          "rescues and homecomings",
          ("epic", "happy"), arousal=0.82),
    seed=9606, tempo=Tempo(126), key=Key.of("A#", "major"),
    sections=(
        SectionPlan("call", 4, "I | bVII/1 | IV/1 | I", 0.7, "trumpets timpani organ"),
        SectionPlan("hymn", 8, _HYMN, 0.8, "singers choir organ pedal"),
        SectionPlan("rise", 4, "bVI | bVII | bVI | bVII", 0.8, "choir organ pedal chimes", 0.1),
        SectionPlan("hymn", 8, _HYMN, 0.95, "singers choir organ pedal chimes"),
        SectionPlan("valley", 4, "vi | iii | IV | V", 0.6, "singers organ"),
        SectionPlan("hymn", 8, "I V/7 | vi iii | IV I/3 | ii V | bVI | bVII | Vsus4 | V", 1.0,
                    "singers choir organ pedal chimes trumpets strings timpani snare"),
    ),
    layers=(
        c.player("trumpets", p.TRUMPET,
                 Melody(("x---x-x-x-------", "x-x-x---x---x---"), 62, 81, "aab.", 0.4, velocity=8,
                        thirds=True), strip(-1, 0.2, 0.45), Hold(74), expression=0.15),
        c.player("singers", p.CHOIR,
                 Melody(("x---x---x---x---", "x-------x---x---", "x---x---x-------"), 65, 81,
                        "aba>caba~c", 0.2, velocity=16), strip(6, -0.1, 0.45), Hold(74),
                 expression=0.2),
        c.choir(62, 4, 2, 92),
        c.player("organ", c.CHURCH_ORGAN, Comp("x---x---x---x---", 62, 4, -6, 0, 0.95),
                 strip(-4, 0.1, 0.45), Hold(), expression=0),
        c.player("pedal", c.CHURCH_ORGAN, Bass("x-------x-------", "1", 38), strip(-3, 0, 0.45),
                 Root(34), expression=0),
        c.player("chimes", p.TUBULAR_BELLS, Riff("x-------x-------|x---------------", "0 4|2", 65),
                 strip(0, -0.35, 0.45), Root(70), expression=0),
        c.strings("strings", "violins", Broken("0 1 2 1 0 1 2 1", 8, 72, 3, 70, 0.8),
                  strip(2, -0.3, 0.4), expression=0),
        c.timpani("x-......x-......|x-....x-x-x-x-x-", "1 5|1", 2, 36),
        c.snare(drums({"snare": "x.ooo.o.x.o.o.oo|x.o.x.o.xoooxooo", "kick": "x.......x......."},
                      {"snare": "xoooxoooxXxxXXXX", "kick": "x.......x......."}, 4, True), -7),
    ),
    ending=Ending("I"), room=_HALL,
)  # fmt: skip

FJORD = Brief(
    About("cinematic-03", "Wings over the Fjord",
          "Soaring adventure theme in three-four: noble horns over racing violas, snare and "
          "timpani, for drone and travel films",
          ("epic", "happy"), arousal=0.7),
    seed=9302, tempo=Tempo(126, "3/4"), key=Key.of("D", "major"),
    sections=(
        SectionPlan("lift", 6, "I | V/7 | bVII | IV | I/5 | V", 0.55, "motor harp", 0.2),
        SectionPlan("flight", 16, "I | V/7 | bVII/b7 | IV | I | iii | IV | V", 0.8,
                    "motor horns low snare timpani"),
        SectionPlan("clouds", 8, "bVI | bVII | bVI | bVII | bVI | iv | V/1 | V", 0.6,
                    "motor calls timpani"),
        SectionPlan("flight", 16, "I | V/7 | bVII | IV | I | iii | IV | V | I | V/7 | bVII | IV "
                    "| bVI | bVII | IV/1 | V", 1.0,
                    "motor horns low snare timpani violins trumpets"),
    ),
    layers=(
        c.player("harp", p.HARP, Broken("0 1 2 3 2 1", 6, 62, 3, 74, 1.6), strip(1, -0.4, 0.4),
                 expression=0),
        c.strings("motor", "violas", Broken("0 0 1 0 2 0", 6, 62, 3, 78, 0.55),
                  strip(7, -0.25, 0.3), expression=0),
        c.strings("violins", "violins",
                  Melody(("x-----", "x---x-", "x-x-x-"), 74, 91, "aba>c", 0.15, velocity=6),
                  strip(1, -0.35, 0.4), Root(86)),
        c.player("horns", p.HORN,
                 Melody(("x---x-", "x-x-x-", "x-----", "x---xx"), 57, 74, "aba>cabad", 0.3,
                        velocity=14, thirds=True), strip(4, 0.15, 0.45)),
        c.player("calls", p.HORN, Melody(("x-x-x-", "x---x-"), 53, 69, "ab.a", 0.4, velocity=6),
                 strip(2, 0.35, 0.45), Rest()),
        c.player("trumpets", p.TRUMPET, Counter(65, 80, 4, 84), strip(-3, 0.25, 0.45), Hold(69)),
        c.low("x-x-x-|x-x-x-", "1 1 5|1 5 1", 3, 38),
        c.timpani("x-....|x-x-x-", "1|1 5 1", 4, 38),
        c.snare(drums({"snare": "x.o.oo|x.o.o.", "kick": "x....."},
                      {"snare": "xoxoxx", "kick": "x....."}, 4, True), -6),
    ),
    ending=Ending("I", 3), room=_HALL,
)  # fmt: skip

# --- Grief and wonder ---------------------------------------------------------------------------

FRONT = Brief(
    About("cinematic-02", "A Letter from the Front",
          "Sorrowful duet of piano and solo cello, close and human, a few strings at the end, for "
          "farewells and history",
          ("sad", "tender"), arousal=0.12),
    seed=9204, tempo=Tempo(62), key=Key.of("B", "minor"),
    sections=(
        SectionPlan("alone", 2, "i | bVI", 0.35, "piano"),
        SectionPlan("letter", 6, "i | v/b7 | bVI | iv | i/5 | V", 0.55, "piano cello"),
        SectionPlan("memory", 4, "bVI | bIII/5 | iv | V", 0.85, "flowing cello deep", 0.1),
        SectionPlan("letter", 4, "i | v/b7 | bVI | iv V", 0.55, "piano violins tenor"),
        SectionPlan("alone", 1, "i iv", 0.35, "piano tenor", -0.1),
    ),
    layers=(
        c.player("piano", p.PIANO, Broken("r 0 2 1 3 1 2 0", 8, 60, 3, 66, 2.0),
                 strip(5, -0.15, 0.2), Hold(54), feel=c.FREE, expression=0),
        c.player("flowing", p.PIANO, Broken("0 2 1 2 3 2 1 2 4 2 3 2 1 2 3 2", 16, 67, 3, 68, 1.6),
                 strip(5, -0.15, 0.2), Rest(), feel=c.FREE, expression=0),
        c.player("deep", p.PIANO, Comp("x-------x---x---", 47, 2, -12, 0, 1.0), strip(4, -0.2, 0.2),
                 Rest(), feel=c.FREE, expression=0),
        c.player("cello", p.CELLO,
                 Melody(("x-------x---x---", "x---x-----------", "x-----x-x-------",
                         "x---x-x-x-------"), 45, 66, "aba>cd?", 0.2, 0, 0.3), strip(3, 0.2, 0.25),
                 Root(59), feel=c.FREE, expression=0.45),
        c.strings("tenor", "violas", Voiced("tenor", 4, "held", velocity=60), strip(0, 0.2, 0.5),
                  Root(59), bowing="slow", expression=0.4),
        c.strings("violins", "violins", Voiced("soprano", 4, "moving", velocity=72),
                  strip(0, -0.35, 0.5), Root(71), bowing="slow", expression=0.4),
    ),
    ending=Ending("i", 2),
    room=Room(1.3, 7500, (Compressor(threshold_db=7, ratio=1.35),), is_natural=True),
)  # fmt: skip

EUROPA = Brief(
    About("cinematic-05", "First Light on Europa",
          "Wide-eyed wonder with celesta, harp, clarinet and flute in quick sparkling figures, for "
          "space, nature and science",
          ("dreamy", "calm", "epic"), arousal=0.28),
    seed=9505, tempo=Tempo(74), key=Key.of("E", "lydian"),
    sections=(
        SectionPlan("dark", 4, "I | II/1 | I | II/1", 0.35, "celesta air", 0.2),
        SectionPlan("horizon", 6, "I V/7 | I II | I/5 | vi V | I | II I/3", 0.65,
                    "celesta clarinet plucked glass"),
        SectionPlan("sunrise", 6, "V | I/3 | II/#4 V | I | vi II | I", 0.95,
                    "celesta harp flute clarinet2 plucked glass"),
        SectionPlan("drift", 5, "I | II/1 | vi | II/1 | II/1", 0.45, "celesta harp air pad", -0.2),
    ),
    layers=(
        c.player("celesta", p.CELESTA,
                 Broken("0 2 4 1 3 5 2 4 0 3 1 4 2 5 3 4", 16, 74, 3, 70, 1.6), strip(5, -0.3, 0.3),
                 Hold(76), expression=0),
        c.player("harp", p.HARP, Broken("0 1 2 3 4 5 4 3 2 3 4 3 2 1 2 1", 16, 58, 3, 70, 2.0),
                 strip(4, 0.35, 0.3), expression=0),
        c.strings("pad", "seconds", Pad(64, 4, 66), strip(2, -0.1, 0.55), Hold(64), bowing="slow",
                  expression=0.45),
        c.player("clarinet", p.CLARINET,
                 Melody(("x---x-x-x-------", "x-----x-x---x---", "x---x---x-x-x---"), 60, 79,
                        "aba>c", 0.25), strip(1, 0.1, 0.3), Rest(), feel=c.FREE),
        c.player("flute", p.FLUTE,
                 Melody(("x---x-x-x-------", "x-----x-x---x---", "x-x-x-x-x---x---"), 74, 93,
                        "aba>c", 0.25), strip(1, -0.1, 0.35), Rest(), feel=c.FREE),
        c.player("clarinet2", p.CLARINET, Broken("0 1 2 1 3 2 1 2", 8, 60, 3, 58, 0.9),
                 strip(-3, 0.2, 0.45), Rest(), expression=0),
        c.strings("plucked", "celli", Bass("x...x.x.....x...", "1 5 8 5", 45), strip(7, 0.3, 0.25),
                  Root(40), bowing="pizzicato"),
        c.player("glass", p.GLOCKENSPIEL, Riff("....x.......x-..|..x.......x.....", "4 2|7 4", 84),
                 strip(-8, 0.4, 0.45), Rest(), expression=0),
        c.bed("air", "shimmer_pad", -8, 64),
    ),
    ending=Ending("I", 2),
    room=Room(1.8, 8500, (Compressor(threshold_db=7, ratio=1.4),), is_natural=True),
)  # fmt: skip

# --- Fear, facts and fairies --------------------------------------------------------------------

WALLS = Brief(
    About("cinematic-04", "Something in the Walls",
          "Creeping horror suspense with wooden ticks, trembling violins, clusters of low brass "
          "and a piano out of reach",
          ("tense", "dark"), arousal=0.55),
    seed=9407, tempo=Tempo(112), key=Key.of("G#", "phrygian"),
    sections=(
        SectionPlan("hush", 4, "i", 0.4, "pulse metal heart"),
        SectionPlan("creep", 8, "i | i | bII/1 | i", 0.65, "ticks pizzicato piano heart", 0.1),
        SectionPlan("near", 8, "i | bII/1 | bVI | i", 0.85,
                    "pulse ticks pizzicato tremolo growl bassoon low piano drums"),
        SectionPlan("silence", 2, "i | i", 0.5, "metal ticks rise"),
        SectionPlan("there", 6, "i | bII/1 | i | bII/1 | bVI | bII/1", 1.0,
                    "pulse ticks tremolo cluster growl grind drums low boom"),
        SectionPlan("hush", 3, "i | bII/1 | i", 0.45, "pulse metal heart piano tremolo low", -0.15),
    ),
    layers=(
        c.pulse("x.x.x.x.x.x.x.x.", "saw_bass", -12, 600),
        c.bed("metal", "bowed_metal", -6, 56),
        c.bed("heart", "heartbeat", -6, 32),
        c.player("ticks", c.WOODBLOCK,
                 Riff("x.x.o.x.x.o.x.x.|x.x.o.xxx.o.x.o.", "0 0 3 0 1 0 4", 68, True, short=0.4),
                 strip(-2, -0.3, 0.35), Rest(), expression=0),
        c.strings("tremolo", "violins", Pad(76, 3, 70), strip(4, -0.3, 0.4), Hold(68),
                  bowing="tremolo"),
        c.strings("cluster", "seconds", Riff("x---------------", "0|1", 80, True),
                  strip(4, 0.2, 0.4), Rest(), bowing="tremolo"),
        c.strings("pizzicato", "seconds",
                  Riff("x.x...x.x.....x.|x...x.x...x.....", "0 2 1 4 0|0 5 4 1", 56, True,
                       short=0.5), strip(5, 0.1, 0.4), Rest(), bowing="pizzicato"),
        c.player("growl", p.TROMBONE,
                 Riff("x-----------....|....x-----------|....x---x-------", "0|4|2 1", 46),
                 strip(-1, 0.3, 0.45), Rest(), expression=0.6),
        c.player("bassoon", p.BASSOON,
                 Melody(("x-----x-x-------", "..x-x-x-x-------"), 44, 62, "aba<b", 0.25),
                 strip(-5, 0.3, 0.45), Rest()),
        c.player("grind", p.TUBA, Riff("x-----------....|....x-----------", "1|0", 33, True),
                 strip(3, -0.1, 0.45), Rest(), expression=0.6),
        c.player("piano", p.PIANO,
                 Melody(("x-......x-......", "....x---....x---", "x-x-............"), 72, 91,
                        "aba~c", 0.4, 0.2), strip(0, 0.2, 0.55), Rest(), expression=0),
        c.low("x-------x.......|x-------x---....", "1|1 a", 3, 32),
        c.transition("rise", "reverse_swell", 2, 0),
        c.transition("boom", "impact", 2, -4, falls=True),
        c.war_drums({"tom_low": "X.......x.......|X.........x.x...",
                     "tom_high": "......o.......o."}, every=8, gain_db=-7,
                    fills=({"tom_low": "X...X...X.X.X.XX", "tom_high": "..o...o..ooxxxxx"},)),
    ),
    ending=Ending("i", 2),
    room=Room(2.6, 5500, (Compressor(threshold_db=6, ratio=1.6),), is_natural=True),
)  # fmt: skip

LEDGER = Brief(
    About("cinematic-07", "Following the Money",
          "Investigative documentary pulse with marimba, plucked strings, piano and a ticking bass "
          "for explainers and true crime",
          ("tense", "dark"), arousal=0.48),
    seed=9707, tempo=Tempo(120), key=Key.of("F", "dorian"),
    sections=(
        SectionPlan("question", 4, "i | i | bVII/1 | i", 0.45, "marimba pulse"),
        SectionPlan("evidence", 8, "i | i | bVII | IV | i | i | bIII | IV", 0.65,
                    "marimba pulse pizzicato drums"),
        SectionPlan("motive", 8, "bVI | bVI | i/5 | i/5 | bVI | bIII | IV | V", 0.75,
                    "marimba pulse pizzicato piano viola drums"),
        SectionPlan("pause", 4, "bVI | bVII | i | i", 0.45, "piano viola"),
        SectionPlan("verdict", 8, "i | i | bVII | IV | i | i | bIII | IV", 0.95,
                    "marimba pulse pizzicato piano violins low drums"),
        SectionPlan("question", 2, "i | bVII/1", 0.5, "marimba pulse", -0.15),
    ),
    layers=(
        c.player("marimba", p.MARIMBA,
                 Broken("0 2 1 2 3 2 1 2 0 2 1 2 3 4 3 1", 16, 60, 3, 72, 1.0),
                 strip(4, -0.25, 0.25), Hold(), expression=0),
        c.strings("pizzicato", "seconds",
                  Riff("..x...x...x..x..|..x...x.x.....x.", "0 2 4 2|0 4 3 2", 65, False,
                       short=0.5), strip(6, 0.35, 0.3), Rest(), bowing="pizzicato"),
        c.player("piano", p.PIANO,
                 Melody(("x-......x---....", "....x---..x-x---", "x-----x-........"), 65, 84,
                        "aba>c", 0.2), strip(2, 0.1, 0.35), Root(65), expression=0),
        c.strings("viola", "violas", Counter(55, 72, 4, 74), strip(5, 0.2, 0.4), Root(),
                  bowing="slow"),
        c.strings("violins", "violins",
                  Melody(("x-----------x---", "x-------x-------"), 69, 84, "aba>b", 0.15),
                  strip(1, -0.35, 0.4), Root(77)),
        c.low("x---....x---x---", "1 1 5", 3, 36),
        c.pulse("x.x.x.x.x.x.x.x.", "pulse_bass", -4, 900, 36),
        c.war_drums({"stick": "..x...x...x...x.", "shaker": "o.g.o.g.o.g.o.g.",
                     "kick": "x.....x...x....."}, gain_db=-9, crash=False,
                    fills=({"stick": "..x...x...x.xxx.", "shaker": "o.g.o.g.o.g.o.g.",
                            "tom_low": "........x.x.x.x."},), closing=Rest()),
    ),
    ending=Ending("i", 2),
    room=Room(1.4, 7000, (Compressor(threshold_db=5, ratio=1.7),), is_natural=True),
)  # fmt: skip

ORCHARD = Brief(
    About("cinematic-08", "The Dragon's Orchard",
          "Fairy-tale fantasy with fiddle, wooden flute, lute and bodhran, a harp at the gate, for "
          "games, books and children",
          ("playful", "dreamy"), arousal=0.5),
    seed=9808, tempo=Tempo(138, "3/4"), key=Key.of("G", "dorian"),
    sections=(
        SectionPlan("gate", 8, "i | i | bVII/1 | i | i | IV/1 | bVII/1 | i", 0.45,
                    "harp bells", 0.1),
        SectionPlan("path", 16, "i | i | v | i | bIII | bVII | i | v | i | i | v | i "
                    "| bIII | v | i | i", 0.7, "whistle lute drone drums"),
        SectionPlan("blossom", 12, "bIII | bIII | v | i | bIII | v | i | IV | bVI | bIII "
                    "| v | v", 0.75, "fiddle lute drone drums"),
        SectionPlan("path", 12, "i | i | v | i | bIII | bVII | i | v | i | IV | v | i",
                    0.95, "whistle fiddle lute drone drums strings bells low"),
    ),
    layers=(
        c.player("whistle", p.FLUTE,
                 Melody(("x---x-x-x---", "x-x-x-x-x---", "x-----x-x-x-", "x---x---x-x-"), 72, 91,
                        "aba>cabd?c", 0.2), strip(1, 0.1, 0.35), Root(79), expression=0.25),
        Layer("fiddle", p.fluid(p.FIDDLE),
              Melody(("x-x-x-x-x---", "x---x-x-x-x-", "x---x---x-x-", "x-x-x---x---"), 67, 84,
                     "aba>cabd?c", 0.2, velocity=4), strip(0, -0.2, 0.35), Root(74), c.STAGE,
              expression=0.2),
        c.player("harp", p.HARP, Broken("0 1 2 3 2 1|0 2 3 4 3 2", 6, 62, 3, 70, 1.6),
                 strip(3, -0.4, 0.45), expression=0),
        c.player("bells", p.GLOCKENSPIEL,
                 Melody(("x---....x---", "....x---x---", "x-x-x---...."), 79, 95, "aba.", 0.3),
                 strip(-6, 0.35, 0.45), Root(91), expression=0),
        Layer("lute", p.fluid(p.NYLON_GUITAR), Broken("0 2 1 2 3 2|0 2 1 3 2 1", 6, 60, 3, 78, 1.2),
              strip(3, 0.35, 0.25), Hold(57), c.STAGE),
        c.strings("strings", "seconds", Voiced("alto", 3, "moving", velocity=70),
                  strip(2, -0.15, 0.4), Hold(64), bowing="slow"),
        c.player("drone", c.BAGPIPE, Riff("x-----------", "0", 50, True, velocity=-30),
                 strip(-16, -0.3, 0.45), Root(50), expression=0),
        c.low("x-------x---|x-----------", "1 5|1", 3, 38),
        c.war_drums({"tom_low": "X...o.x.o.o.|X...o.x.o...", "tom_high": "..g...g...x.",
                     "tambourine": "....o...o.o."}, every=8, gain_db=-3, crash=False,
                    fills=({"tom_low": "X.x.x.x.x.x.", "tom_high": "..o...o...xx"},)),
    ),
    ending=Ending("i", 3), room=_HALL,
)  # fmt: skip

BRIEFS = (GATES, FRONT, FJORD, WALLS, EUROPA, BANNER, LEDGER, ORCHARD, COUNTDOWN)
