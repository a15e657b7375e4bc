"""Classical: periods and cadences, four-part writing, an orchestra in its hall."""

from dataclasses import replace

from composer.closings import Hold, Rest, Root
from composer.comping import Bass, Broken, Comp
from composer.effects import Compressor
from composer.form import Brief, Ending, Layer, SectionPlan
from composer.genres import classical_players as c
from composer.genres import palette as p
from composer.genres.palette import strip
from composer.melody import Counter
from composer.rhythm import Feel
from composer.score import About, Room, Tempo
from composer.theory import Key

_HALL = Room(2.2, 6500, (Compressor(threshold_db=8, ratio=1.3),), is_natural=True)
_CHAMBER = Room(1.5, 7000, (Compressor(threshold_db=9, ratio=1.25),), is_natural=True)

# --- Dances and a march for orchestra -----------------------------------------------------------

_STRAIN = "I | I/3 | ii/4 | V7 | I | IV | I/5 V7 | I"
_TRIO = "V7 | I | V7/4 | I/3 | V7/V | V | V7/V | V7"

ORANGERY = Brief(
    About("classical-01", "Morning in the Orangery",
          "Graceful minuet for strings, flute and oboe in a sunlit major key, for gardens, museums "
          "and manners",
          ("happy", "playful"), arousal=0.45),
    seed=3105, tempo=Tempo(126, "3/4"), key=Key.of("G", "major"),
    sections=(
        SectionPlan("intro", 2, "I | V7", 0.5, "seconds celli violas"),
        SectionPlan("minuet", 8, _STRAIN, 0.7, "violins seconds violas celli"),
        SectionPlan("minuet", 8, _STRAIN, 0.8, "violins seconds violas celli flute"),
        SectionPlan("trio", 8, _TRIO, 0.6, "oboe bassoon harpsichord"),
        SectionPlan("trio", 8, _TRIO, 0.7, "oboe bassoon harpsichord clarinet"),
        SectionPlan("minuet", 8, _STRAIN, 0.9, "violins seconds violas celli flute", 0.1),
    ),
    layers=(
        c.strings("violins",
                  c.tune(("x---x-x-x-x-", "x-x-x---x---", "x---x---x-x-", "x-x-x-x-x-x-"), 67, 86,
                         "aba>cabd?"), closing=Root(79)),
        c.solo("flute", p.FLUTE,
               c.tune(("x-----x-x---", "x---x---x---", "x---..x-x-x-"), 74, 91, "aba>c", 0.1),
               strip(-4, 0.1, 0.4), Root(83)),
        c.solo("oboe", p.OBOE,
               c.tune(("x---x-x-x---", "x-x-x-x-x---", "x-------x-x-"), 67, 83, "aba<c", 0.1),
               strip(-1, 0.15, 0.4), Rest()),
        c.solo("clarinet", p.CLARINET, Counter(57, 74, 4, 66), strip(-3, 0.25, 0.4), Rest()),
        c.solo("bassoon", p.BASSOON, Bass("x---x---x---|x---x-x-x---", "1 3 5|1 5 3 1", 46),
               strip(-1, 0.3, 0.4), Rest()),
        c.harpsichord("0 1 2 1 2 1", 6, -2),
        c.strings("seconds", c.voiced("alto", 1, "....x---x---", 66), closing=Hold(62)),
        c.strings("violas", c.voiced("tenor", 1, "x---x---x---", 64), closing=Root(59)),
        c.strings("celli", Bass("x---x---x---|x-------x---", "1 3 5|1 a", 45), closing=Root(43)),
    ),
    ending=Ending("I", 2), room=_HALL,
)  # fmt: skip

_BALL = ("I | I | I/3 | VI7 | ii | ii | V7 | V7 | V7 | V7/2 | V7 | V7 | I | V7/ii | ii V7 "
         "| I")  # fmt: skip
_SALON = ("vi | vi | V7/vi | V7/vi | V7/vi | V7/vi | vi | vi | ii | ii | vi | vi | V7/V | V7/V "
          "| V | V7")  # fmt: skip

PALACE = Brief(
    About("classical-07", "Snow on the Palace Steps",
          "Sweeping ballroom waltz for full orchestra with harp and bells, for winter weddings and "
          "grand entrances",
          ("happy", "dreamy", "epic"), arousal=0.66),
    seed=3701, tempo=Tempo(176, "3/4"), key=Key.of("A#", "major"),
    sections=(
        SectionPlan("invitation", 8, "V7 | V7 | I/5 | I/5 | V7 | V7 | V7 | V7", 0.5,
                    "horns harp celli", 0.2),
        SectionPlan("waltz", 16, _BALL, 0.75, "violins violas basses horns2 harp"),
        SectionPlan("salon", 16, _SALON, 0.6, "winds celli violas basses"),
        SectionPlan("waltz", 16, _BALL, 1.0,
                    "violins octave violas basses horns2 bells percussion trumpets"),
        SectionPlan("whirl", 8, "IV | iv6 | I/5 | VI7 | ii | V7 | I | V7", 1.0,
                    "violins octave violas basses horns2 percussion trumpets"),
    ),
    layers=(
        c.strings("violins",
                  c.tune(("x-------x---", "x---x---x---", "x-x-x---x---", "x-----x-x-x-",
                          "x-----------"), 67, 86, "abaca>bdeabacd~b?ee", 0.24, 6),
                  closing=Root(82), gain_db=1),
        c.strings("octave",
                  c.tune(("x-------x---", "x---x---x---", "x-----------"), 60, 76, "abac", 0.2),
                  closing=Root(70), section="seconds"),
        c.solo("winds", p.CLARINET,
               c.tune(("x-----x-x---", "x---x---x---", "x-------x---", "x-x-x-x-x---"), 64, 83,
                      "aba>caba?c", 0.2, thirds=True), strip(-1, 0.15, 0.4), Hold(67)),
        c.solo("horns", p.HORN, c.tune(("x-------x---", "x-----------"), 55, 70, "ab", 0.3),
               strip(0, 0.3, 0.4), Rest()),
        c.offbeats("horns2", p.HORN, "....x---x---", 58, -6, 0.3),
        c.strings("violas", c.voiced("tenor", 2, "....x---x---", 62), closing=Hold(58)),
        c.strings("celli", Counter(48, 65, 4, 78), closing=Root(50)),
        c.strings("basses", Bass("x-----------|x-----------", "1|5", 38), "pizzicato",
                  closing=Root(34), gain_db=5),
        c.harp("0 1 2 3 2 1", 6, 0),
        c.solo("bells", p.GLOCKENSPIEL,
               c.tune(("x-----------", "x-------x---"), 84, 98, "aab.", 0.1),
               strip(-10, -0.25, 0.4), Rest(), expression=0),
        c.solo("trumpets", p.TRUMPET, Comp("x-----------|x---x---x---", 67, 3, -14, 0, 0.9),
               strip(-7, 0.2, 0.4), Hold(68)),
        c.percussion({"kick": "o...........", "triangle": "....o...o..."},
                     ({"kick": "o...o...o...", "crash": "x...........", "snare": "..ooooxoxoxx"},),
                     gain_db=-9),
    ),
    ending=Ending("I", 3), room=_HALL,
)  # fmt: skip

_FANFARE = "I | IV/1 | V7/1 | I"
_PARADE = "I | I/3 | IV | I/5 | V7 | V7/2 | I V7/V | V V7"
_PARADE_2 = "I | I/3 | IV | II7 | I/5 | V7 | I | I V7"

REGIMENT = Brief(
    About("classical-09", "Parade of the Tin Regiment",
          "Cheerful concert march with trumpets, piccolo, tuba and snare drum, for parades, toys "
          "and triumphs",
          ("happy", "playful", "epic"), arousal=0.74),
    seed=3903, tempo=Tempo(116), key=Key.of("D#", "major"),
    sections=(
        SectionPlan("fanfare", 4, _FANFARE, 0.85, "trumpets trombones percussion timpani"),
        SectionPlan("first strain", 8, _PARADE, 0.8, "trumpets horns tuba percussion"),
        SectionPlan("second strain", 8, _PARADE_2, 0.9,
                    "trumpets horns tuba percussion trombones clarinets"),
        SectionPlan("trio", 8, "IV | IV | V7/IV | IV | ii | V7/V | V | V7", 0.55,
                    "piccolo clarinets tuba"),
        SectionPlan("second strain", 4, "I/5 | V7 | I V7/ii | ii V7", 1.0,
                    "trumpets horns tuba percussion trombones piccolo timpani"),
    ),
    layers=(
        c.solo("trumpets", p.TRUMPET,
               c.tune(("x---x-x-x---x---", "x-x-x-x-x---x---", "x-----x-x---x-x-",
                       "x---..x-x-x-x---"), 62, 79, "aba>cabd?c", 0.3, 4, thirds=True),
               strip(0, -0.15, 0.4), Hold(70), expression=0.1),
        c.solo("piccolo", p.PICCOLO,
               c.tune(("x-x-x-x-x---x---", "x---x-x-x-x-x-x-", "x-x-x---x-x-x---"), 79, 96,
                      "aba>caba?c", 0.2, -4), strip(-5, 0.1, 0.4), Root(91), expression=0.15),
        c.solo("clarinets", p.CLARINET, c.voiced("soprano", 4, "moving", 72), strip(-3, 0.2, 0.4),
               Hold(67)),
        c.offbeats("horns", p.HORN, "..x-..x-..x-..x-", 58, -5, 0.35),
        c.solo("trombones", p.TROMBONE, c.voiced("tenor", 4, "x-----x-x---x---", 74),
               strip(-3, 0.3, 0.4), Hold(53), expression=0.1),
        c.solo("tuba", p.TUBA, Bass("x---x---x---x---|x---x---x---x-x-", "1 5 1 5|1 5 3 1 a", 39),
               strip(0, 0.2, 0.4), Root(39), expression=0.1),
        c.timpani("x-......x-......|x-......x-x-x-x-", "1 5|1 5 1 5 1"),
        c.percussion({"kick": "x.......x.......", "snare": "..o...o...o.oooo|..o.o.o...o.x.x.",
                      "crash": "o...............|................"},
                     ({"kick": "x...x...x...x...", "snare": "xoooxoooxooXxxxx",
                       "crash": "............x..."},), gain_db=-8, crash=True),
    ),
    ending=Ending("I"), room=_HALL,
)  # fmt: skip

_PAN = "I | V7/7 | vi | I/5 | IV | I/3 | ii | V7"

SHEPHERD = Brief(
    About("classical-06", "Shepherd's Hour",
          "Woodwind pastorale in a slow three: oboe and flute in dialogue over a walking bassoon, "
          "meadows, mist and early light",
          ("calm", "dreamy"), arousal=0.2),
    seed=3606, tempo=Tempo(81, "3/4"), key=Key.of("F", "major"),
    sections=(
        SectionPlan("drone", 2, "I | IV/1", 0.45, "bassoon horn clarinet"),
        SectionPlan("piping", 8, _PAN, 0.6, "oboe bassoon horn clarinet"),
        SectionPlan("answer", 8, "IV | V7/V | V | I/3 | ii | V7/ii | ii6 | V7", 0.75,
                    "flute celli violas clarinet bassoon"),
        SectionPlan("piping", 8, _PAN, 0.8, "oboe flute2 bassoon horn clarinet celli"),
        SectionPlan("drone", 4, "I | IV/1 | I | V7/1", 0.5, "flute2 bassoon horn", -0.2),
    ),
    layers=(
        c.solo("oboe", p.OBOE,
               c.tune(("x-x-x-", "x---x-", "x-----", "x-xxx-"), 65, 82, "aba>caba?c", 0.18),
               strip(0, 0.05, 0.4), Root(72), feel=c.RUBATO),
        c.solo("flute", p.FLUTE,
               c.tune(("x---xx", "x-x-xx", "x-x-x-", "x-----"), 72, 91, "aba<dabad", 0.22),
               strip(0, -0.15, 0.4), Root(84), feel=c.RUBATO),
        c.solo("flute2", p.FLUTE, Counter(69, 86, 4, 68), strip(-3, -0.15, 0.4), Root(81)),
        c.solo("clarinet", p.CLARINET, Broken("0 1 2 1 2 1", 6, 60, 3, 56, 1.1),
               strip(-4, 0.2, 0.4), Hold(), expression=0.1),
        c.solo("bassoon", p.BASSOON, Bass("x-x-x-|x---x-", "1 3 5|1 a", 43), strip(0, 0.3, 0.4),
               Root(41)),
        c.solo("horn", p.HORN, c.voiced("tenor", 3, "held", 58), strip(-5, 0.45, 0.4), Root(57)),
        c.strings("violas", c.voiced("alto", 3, "held", 56), "slow", closing=Hold(), gain_db=-2),
        c.strings("celli", c.voiced("bass", 3, "held", 60), "slow", closing=Root(41), gain_db=-1),
    ),
    ending=Ending("I", 2), room=_HALL,
)  # fmt: skip

# --- Strings: quartet, baroque concerto, adagio -------------------------------------------------

_VIENNA = "I | V7/7 | I | ii/4 V | I/3 | IV | I/5 V7 | I"

VIENNA = Brief(
    About("classical-04", "Four Friends in Vienna",
          "Witty string quartet in a bright allegro, for interviews, architecture and clever "
          "cooking",
          ("playful", "happy"), arousal=0.56),
    seed=3411, tempo=Tempo(138), key=Key.of("C", "major"),
    sections=(
        SectionPlan("theme", 8, _VIENNA, 0.7, "violin second viola cello"),
        SectionPlan("theme", 8, _VIENNA, 0.85, "running second viola cello"),
        SectionPlan("shade", 8, "vi | V7/vi | vi | V7/ii | ii | V7/V | V | V7", 0.6,
                    "lament second2 viola2 plucked"),
        SectionPlan("theme", 8, _VIENNA, 0.85, "violin second viola cello"),
        SectionPlan("coda", 6, "IV | V7/V | I/5 | V7 | IV | V7", 1.0, "running second viola cello"),
    ),
    layers=(
        c.solo("violin", p.VIOLIN,
               c.tune(("x---x-x-x-x-x---", "x-x-x---x-x-x---", "x-..x-..x-x-x-x-",
                       "x-----x-x-x-x-x-"), 67, 88, "aba>cabd?c", 0.2), strip(0, -0.45, 0.3),
               Root(79)),
        c.solo("running", p.VIOLIN, c.voiced("soprano", 2, "running", 78), strip(0, -0.45, 0.3),
               Root(79), expression=0),
        c.solo("second", p.VIOLIN, c.voiced("alto", 2, "x-x-x-x-x-x-x-x-", 66),
               strip(-3, -0.15, 0.3), expression=0),
        c.solo("viola", p.VIOLA, c.voiced("tenor", 2, "..x-x-x-..x-x-x-", 68), strip(0, 0.2, 0.3),
               Root(), expression=0),
        c.solo("cello", p.CELLO, c.voiced("bass", 2, "x---....x---....|x---x---x---x---", 76),
               strip(1, 0.45, 0.3), Root(48), expression=0),
        c.solo("lament", p.VIOLA, c.voiced("soprano", 5, "moving", 80), strip(2, 0.2, 0.3), Rest()),
        c.solo("second2", p.VIOLIN, c.voiced("alto", 5, "suspended", 62), strip(-3, -0.15, 0.3),
               Rest()),
        c.solo("viola2", p.VIOLIN, c.voiced("tenor", 5, "held", 58), strip(-4, -0.4, 0.3), Rest()),
        c.strings("plucked", c.voiced("bass", 5, "x---....x---x---", 80), "pizzicato",
                  closing=Rest(), section="celli", gain_db=3, reverb=0.3),
    ),
    ending=Ending("I"), room=_CHAMBER,
)  # fmt: skip

_FIFTHS = "i | iv7 | bVII7 | bIIImaj7 | bVImaj7 | iim7b5 | V7 | i"
_DESCENT = "i V/7 | v/b7 IV/6 | iv/b6 i/5 | V7"

CONCERTO = Brief(
    About("classical-05", "The Clockmaker's Concerto",
          "Baroque concerto movement with harpsichord, racing violins and chains of suspensions, "
          "for precision and intrigue",
          ("energetic", "tense"), arousal=0.7),
    seed=3505, tempo=Tempo(104), key=Key.of("A", "harmonic minor"),
    sections=(
        SectionPlan("ritornello", 8, _FIFTHS, 0.85, "violins seconds violas celli harpsichord"),
        SectionPlan("episode", 8, "i | V7/iv | iv | bVII7 | bIII | V7/V | V | V7", 0.65,
                    "solo harpsichord celli"),
        SectionPlan("ritornello", 4, "iv7 | bVII7 | bIIImaj7 V7/V | V7", 0.9,
                    "violins seconds violas celli basses harpsichord"),
        SectionPlan("lament", 4, _DESCENT, 0.7, "held held2 violas celli harpsichord"),
        SectionPlan("stretto", 6, "i V7 | i V7/iv | iv bVII7 | bIII bVI | iim7b5 V7 | i V7", 1.0,
                    "solo seconds violas celli basses harpsichord"),
    ),
    layers=(
        c.strings("violins", c.voiced("soprano", 6, "suspended", 84), closing=Root(76), gain_db=1,
                  reverb=0.32),
        c.strings("held", c.voiced("soprano", 7, "suspended", 82), closing=Rest(),
                  section="violins"),
        c.strings("held2", c.voiced("alto", 7, "suspended", 76), closing=Rest(), section="seconds"),
        c.solo("solo", p.VIOLIN, c.voiced("soprano", 6, "running", 86), strip(0, -0.3, 0.3),
               Root(81), expression=0),
        c.strings("seconds", c.voiced("alto", 6, "x-x-x-x-x-x-x-x-", 74), closing=Root(69),
                  reverb=0.32),
        c.strings("violas", c.voiced("tenor", 6, "..x-x-x-..x-x-x-", 72), closing=Root(64),
                  reverb=0.32),
        c.strings("celli", c.voiced("bass", 6, "x-x-x-x-x-x-x-x-", 82), closing=Root(45), gain_db=2,
                  reverb=0.28),
        c.strings("basses", c.voiced("bass", 6, "x---x---x---x---", 80), closing=Root(33),
                  gain_db=0),
        c.harpsichord("2 1 0 1 2 3 2 1", 16, -3),
    ),
    ending=Ending("i", 2),
    room=Room(1.7, 7500, (Compressor(threshold_db=8, ratio=1.3),), is_natural=True),
)  # fmt: skip

ADAGIO = Brief(
    About("classical-08", "Adagio for an Empty House",
          "Grieving adagio for string orchestra with long suspensions and a solo cello, for loss "
          "and remembrance",
          ("sad", "tender"), arousal=0.08),
    seed=3808, tempo=Tempo(50), key=Key.of("F", "harmonic minor"),
    sections=(
        SectionPlan("rooms", 4, "i V/7 | i/b3 iv | i/5 V7 | bVI iv6", 0.5,
                    "violins seconds violas celli", 0.15),
        SectionPlan("voice", 4, "i iv | bVII bIII | bVI iim7b5 | V7", 0.65,
                    "cello seconds2 violas2 basses celli2"),
        SectionPlan("rooms", 4, "i V7/iv | iv bVII7 | bIII bVI | iv6 V7", 0.95,
                    "violins seconds violas celli basses", -0.2),
        SectionPlan("dust", 1, "i iv", 0.4, "cello seconds2 violas2 celli2"),
    ),
    layers=(
        c.strings("violins", c.voiced("soprano", 9, "suspended", 84), "slow", closing=Root(72),
                  gain_db=1, reverb=0.5),
        c.strings("seconds", c.voiced("alto", 9, "suspended", 76), "slow", closing=Root(65),
                  reverb=0.5),
        c.strings("violas", c.voiced("tenor", 9, "held", 74), "slow", closing=Root(56), reverb=0.5),
        c.strings("celli", c.voiced("bass", 9, "moving", 78), "slow", closing=Root(41), reverb=0.5),
        c.strings("basses", Bass("x-------x-------", "1 1", 34), "slow", closing=Root(29),
                  gain_db=1, reverb=0.4),
        c.solo("cello", p.CELLO,
               c.tune(("x-----x-x---x-x-", "x---x-x-x-------", "x-------x---x---"), 48, 68, "aba>c",
                      0.24, 6), strip(3, 0.2, 0.4), Root(56), feel=c.RUBATO, expression=0.45),
        c.strings("seconds2", c.voiced("soprano", 3, "held", 58), "slow", closing=Root(68),
                  section="seconds", reverb=0.5),
        c.strings("violas2", c.voiced("alto", 3, "held", 58), "slow", section="violas", reverb=0.5),
        c.strings("celli2", c.voiced("bass", 3, "held", 60), "slow", closing=Root(41),
                  section="celli", reverb=0.5),
    ),
    ending=Ending("i"),
    room=Room(2.6, 5500, (Compressor(threshold_db=8, ratio=1.3),), is_natural=True),
)  # fmt: skip

# --- Piano alone, and the great orchestra -------------------------------------------------------

_NOCTURNE = "i | i7/b7 | bVI | V7 | i | V7/iv | iv | i/5 V7"

NOCTURNE = Brief(
    About("classical-02", "Letters Never Sent",
          "Solo piano nocturne, wistful and intimate, over slow broken chords, for memories and "
          "rain",
          ("sad", "tender"), arousal=0.16),
    seed=3202, tempo=Tempo(66), key=Key.of("E", "harmonic minor"),
    sections=(
        SectionPlan("intro", 1, "i", 0.35, "left"),
        SectionPlan("theme", 8, _NOCTURNE, 0.6, "left right"),
        SectionPlan("middle", 4, "bVI | bIII/5 | iv | V7/V", 0.85, "left right octave", 0.1),
        SectionPlan("theme", 5, "i | i7/b7 | bVI | iim7b5 | V7", 0.5, "left right", -0.15),
    ),
    layers=(
        Layer("right", p.musescore(p.PIANO),
              c.tune(("x-----x-x---x-x-", "x---x-x-x-------", "x-x-x---x-----x-",
                      "x-------x---x---"), 67, 88, "aba>cabd?c", 0.22, 2), strip(0, 0.05, 0.35),
              Root(76), c.RUBATO),
        Layer("octave", p.musescore(p.PIANO),
              c.tune(("x-------x-------", "x---x---x-------"), 76, 95, "ab", 0.2, -14),
              strip(0, 0.05, 0.35), Rest(), c.RUBATO),
        Layer("left", p.musescore(p.PIANO), Broken("r 0 1 2 3 2 1 0", 8, 57, 3, 56, 2.5),
              strip(0, 0.05, 0.35), Hold(50), Feel(14, 0, 6)),
    ),
    ending=Ending("i", 2), room=Room(1.8, 5500, is_natural=True),
)  # fmt: skip

STORM = Brief(
    About("classical-03", "Storm over the Moor",
          "Driving neo-classical allegro with racing strings, brass calls and timpani, for pursuit "
          "and weather",
          ("tense", "energetic", "dark"), arousal=0.9),
    seed=3309, tempo=Tempo(152), key=Key.of("D", "harmonic minor"),
    sections=(
        SectionPlan("clouds", 4, "i | i | V7/1 | V7", 0.55, "racing basses timpani", 0.25),
        SectionPlan("first", 8, "i | V7/7 | i | iv | bVI | iv6 | V | V7", 0.85,
                    "racing celli basses violins timpani"),
        SectionPlan("first", 8, "i | V7/7 | i | iv | bVI | iv6 | V | V7", 0.95,
                    "racing celli basses violins brass timpani"),
        SectionPlan("lull", 8, "bIII | bVII/2 | bVI | iv | iim7b5 | V7 | i | V7", 0.55,
                    "winds plucked basses"),
        SectionPlan("first", 8, "i | V7/7 | i | iv | bVI | iv6 | V | V7", 1.0,
                    "racing celli basses violins brass timpani percussion"),
        SectionPlan("coda", 6, "bVI | bII | V | V7 | bVI iv6 | V7", 1.0,
                    "racing celli basses violins brass timpani percussion"),
    ),
    layers=(
        replace(c.strings("violins",
                          c.tune(("x---x-x-x---x---", "x-x-x-x-x---..x-", "x-----x-x-x-x---",
                                  "x-x-x-x-x-x-x-x-"), 69, 88, "aba>cabd~c", 0.2, 8),
                          closing=Hold(74), gain_db=2), expression=0.15),
        replace(c.strings("racing", c.voiced("soprano", 8, "running", 80), closing=Root(69),
                          section="seconds", gain_db=3), expression=0),
        replace(c.strings("celli", c.voiced("tenor", 8, "x-xxx-xxx-xxx-xx", 76), closing=Root(50),
                          gain_db=1), expression=0),
        c.strings("plucked", Comp("x...x...x.x.x...", 62, 3, -10, 0, 0.5), "pizzicato",
                  closing=Rest(), section="seconds", gain_db=4),
        c.solo("winds", p.CLARINET,
               c.tune(("x-----x-x---x---", "x---x---x-------", "..x-x-x-x-------"), 64, 84, "aba>c",
                      0.18, thirds=True), strip(0, 0.15, 0.4), Rest()),
        c.solo("brass", p.HORN, Comp("x---....x-x-x---|x-------....x-x-", 55, 3, -4, 0, 0.85),
               strip(-3, 0.3, 0.4), Hold(57), expression=0.1),
        replace(c.strings("basses", Bass("x---x---x---x-x-", "1 1 5 1 a", 38), closing=Root(38),
                          gain_db=4), expression=0),
        c.timpani("x-......x-......|x-....x-x-x-x-x-", "1 5|1"),
        c.percussion({"kick": "o...............", "crash": "x...............|................"},
                     ({"snare": "ooooooooooooxxxx", "kick": "o.......o.......",
                       "crash": "................"},), every=4, gain_db=-8),
    ),
    ending=Ending("i", 2), room=_HALL,
)  # fmt: skip

BRIEFS = (
    ORANGERY, NOCTURNE, STORM, VIENNA, CONCERTO, SHEPHERD, PALACE, ADAGIO, REGIMENT,
)  # fmt: skip
