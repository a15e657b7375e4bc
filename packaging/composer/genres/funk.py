"""Funk: ghosted snare, sixteenths on bass and guitar, horn stabs."""

from dataclasses import replace

from composer.closings import Crash, Hold, Rest, Root
from composer.comping import Bass, Broken, Comp, Pad
from composer.effects import AutoWah, Compressor, HighPass, Peak, Saturator, Tremolo
from composer.form import Brief, Ending, Form, Layer, Pattern, SectionPlan
from composer.genres import palette as p
from composer.genres.palette import hits, strip, synth
from composer.melody import Melody
from composer.rhythm import Feel, drums
from composer.score import About, Effect, Room, Tempo, Voice
from composer.theory import Key

_POCKET = Feel(4, 2, 6)
_FRONT = Feel(4, -3, 5)

_FILLS = (
    {"kick": "X..x..x...x.....", "snare": "....X..g.xoxXoxX", "hat": "x.x.x.x........."},
    {"kick": "X.x.......x.....", "snare": "....X..g.g..X.xx", "hat": "x.xxx.xxx.......",
     "open": "..............x."},
    {"kick": "X.....x.........", "snare": "....X..o........", "tom_high": "........xx......",
     "tom_mid": "..........xx....", "tom_low": "............x.xx", "hat": "x.x.x.x........."},
)  # fmt: skip


def _drums(
    kit: str, kick: str, snare: str, hat: str, extra: dict[str, str] | None = None, every: int = 4
) -> Layer:
    grids = {"kick": kick, "snare": snare, "hat": hat, **(extra or {})}
    return Layer("drums", hits(kit), drums(grids, _FILLS, every),
                 strip(3, 0, 0.06, Compressor(threshold_db=4, ratio=2.5)), Crash(),
                 _POCKET)  # fmt: skip


def _bass(
    voice: Voice, grid: str, degrees: str, centre: int = 35, gain_db: float = 2, drive_db: float = 4
) -> Layer:
    chain = (
        Compressor(threshold_db=2, ratio=3),
        Saturator(drive_db=drive_db),
        Peak(frequency_hz=750, gain_db=2.5, q=0.8),
    )
    return Layer("bass", voice, Bass(grid, degrees, centre, 0.62), strip(gain_db, 0, 0.02, *chain),
                 Root(centre), _POCKET)  # fmt: skip


def _guitar(
    grid: str,
    centre: int = 66,
    program: int = p.MUTED_GUITAR,
    pan: float = 0.45,
    n: int = 3,
    *effects: Effect,
) -> Layer:
    chain: tuple[Effect, ...] = (
        HighPass(260),
        Peak(frequency_hz=1800, gain_db=3, q=0.8),
        Compressor(threshold_db=2, ratio=2.5),
        *effects,
    )
    return Layer("guitar", p.fluid(program), Comp(grid, centre, n, -4, 0.004, 0.4),
                 strip(-3, pan, 0.06, *chain), Rest(), _FRONT)  # fmt: skip


def _horns(pattern: Pattern, gain_db: float = 1, voice: Voice | None = None) -> Layer:
    return Layer("horns", voice or p.musescore(p.BRASS), pattern,
                 strip(gain_db, -0.1, 0.14, Saturator(drive_db=2),
                       Peak(frequency_hz=1400, gain_db=2, q=0.8)), Hold(65), _FRONT,
                 role="riff")  # fmt: skip


def _keys(
    name: str, voice: Voice, pattern: Pattern, gain_db: float = -3, pan: float = -0.35,
    *effects: Effect,
) -> Layer:  # fmt: skip
    return Layer(name, voice, pattern, strip(gain_db, pan, 0.1, *effects), Hold(62), _POCKET)


def _melody(rhythms: tuple[str, ...], low: int, high: int, form: str = "abac") -> Melody:
    return Melody(rhythms, low, high, form, 0.22, 0.08)


def _lead(name: str, voice: Voice, melody: Melody, gain_db: float = 1.0, *effects: Effect) -> Layer:
    return Layer(name, voice, melody, strip(gain_db, 0.12, 0.18, *effects),
                 Root((melody.low + melody.high) // 2), _POCKET)  # fmt: skip


_ROOM = Room(0.8, 6500, (Compressor(threshold_db=5, ratio=2),))


def _vamp(
    groove: str,
    bridge: str,
    band: str,
    front: str,
    lead: str,
    last: str | None = None,
    n_short: int = 4,
) -> Form:
    """The form of a funk record: a groove that fills up, a bridge, a breakdown, the groove again.

    Args:
        groove: progression of the grooves.
        bridge: progression of the bridges.
        band: layers that play the groove.
        front: layers that add stabs.
        lead: the layer that plays the tune.
        last: the lead of the last groove, if it is another one.
        n_short: bars of intro and break.
    """
    first = " ".join(band.split()[:2])
    return (
        SectionPlan("intro", n_short, groove, 0.6, first, 0.2),
        SectionPlan("groove", 8, groove, 0.8, f"{band} {lead}"),
        SectionPlan("bridge", 4, bridge, 0.9, f"{band} {front}"),
        SectionPlan("break", n_short, groove, 0.55, f"{first} {front}", 0.3),
        SectionPlan("groove", 8, groove, 0.95, f"{band} {front} {last or lead}"),
        SectionPlan("bridge", 4, bridge, 1.0, f"{band} {front}"),
    )


STRUT = Brief(
    About("funk-01", "Sunday Best Strut",
          "Feel-good funk with scratching guitar, tight horns and slap bass for a city vlog",
          ("happy", "playful"), arousal=0.72),
    seed=12101, tempo=Tempo(104, swing=0.54, swing_beats=0.25), key=Key.of("E", "mixolydian"),
    sections=_vamp("I9 | I9 | I9 | IV9", "IV9 | IV9 | bVII9 | V7#9", "drums bass guitar organ",
                   "horns", "sax"),
    layers=(
        _drums("funk", "X.x...x..x....x.|X.x...x..xx.....", "....X..g.g.gX..g|....X..g.g..X.og",
               "x.xxx.xxx.xxx.xx", {"open": "......x.........|................"}),
        _bass(p.fluid(p.SLAP_BASS), "X.gx..x.xg.x.xg.|X.gx..x.xg.x.xx.",
              "1 1 8 7 8 1 5 7 1|1 1 8 7 8 1 5 3 a", 40),
        _guitar("..xx.xx...xx.xx.|..xx.xx...x.xxx.", 68),
        _keys("organ", p.fluid(p.DRAWBAR_ORGAN), Pad(62, 4, 60), -8),
        _horns(Comp("x..x......x.x-..|x..x............", 66, 4, 8, 0, 0.6)),
        _lead("sax", p.musescore(p.ALTO_SAX),
              _melody(("x.xx.x.x--..x.x.", "..x.xxx.x---....", "x.x.x..xx.x.----"), 64, 81)),
    ),
    ending=Ending("I9"), room=_ROOM,
)  # fmt: skip

HUSTLE = Brief(
    About("funk-02", "Market Hustle",
          "Restless charanga funk with piano montuno, congas, cowbell and flute for fast travel "
          "cuts",
          ("energetic", "playful"), arousal=0.8),
    seed=12202, tempo=Tempo(114, swing=0.5, swing_beats=0.25), key=Key.of("A", "minor"),
    sections=_vamp("i | iv | V7 | i", "bVI | bVII | i | V7", "drums bass piano", "horns", "flute"),
    layers=(
        _drums("acoustic", "X..x..x...x..x..|X..x..x.x.x.....", "................",
               "................", {"conga_high": "..xo..x...xo..xx",
               "conga_low": "x......xx.......", "cowbell": "X.x.X.xxX.x.X.x.",
               "shaker": "xoxoxoxoxoxoxoxo",
               "stick": "...x..x...x.x...|..x...x...x..x.."}),
        _bass(p.musescore(p.ACOUSTIC_BASS), "x..x..x...x..x..|x..x..x...x.x.x.",
              "1 5 8 1 5|1 5 8 1 5 a", 33),
        _keys("piano", p.musescore(p.BRIGHT_PIANO), Broken("0 4 1 . 4 0 5 . 2 4 . 1 5 . 4 2", 16,
              64, 4, 96, 1.2), 1, -0.3),
        _horns(Melody(("x.xx..x.x.......", "x..x..x-....x.x.", "..xx.x.x--......"), 62, 79,
                      "aba<c", thirds=True), -1, p.musescore(p.TROMBONE)),
        _lead("flute", p.musescore(p.FLUTE),
              _melody(("x.xxx.x.x---....", "..x.x.xxx.x.x---", "x--x--x.xxx.x..."), 74, 91,
                      "ab.c")),
    ),
    ending=Ending("i"), room=_ROOM,
)  # fmt: skip

HEIST = Brief(
    About("funk-03", "Elevator Heist",
          "Sneaky wah-clavinet funk with muted trumpet for a comic caper or a how-to",
          ("playful", "tense"), arousal=0.58),
    seed=12303, tempo=Tempo(102, swing=0.58, swing_beats=0.25), key=Key.of("D", "dorian"),
    sections=_vamp("i7 | i7 | i7 | IV7", "bVImaj7 | V7#9 | bVImaj7 | V7#9",
                   "drums bass guitar clav", "horns", "trumpet", "vibes"),
    layers=(
        _drums("disco", "X......x..x.....|X......x..xx....", "....X..g.g..X..g|....X..g.gg.X...",
               "x.o.xxo.x.o.x.ox", {"open": "..............x.|................"}),
        _bass(p.fluid(p.FINGERED_BASS), "X..x.x..x..g.x.x|X..x.x..x...xxx.",
              "1 8 7 1 1 5 7|1 8 7 1 3 5 a", 38, 1),
        _guitar("..xx.x..x.xx.xx.", 65, p.CLEAN_GUITAR),
        _keys("clav", synth("wah_clavinet"), Comp("x.x.x..xx.x.x.x.|x.x..x.xx..x.xx.", 58, 3, 0, 0,
              0.5), -6, -0.3),
        _horns(Comp("x..x..x.........|x.....x...x.x...", 64, 4, 8, 0, 0.6), 1),
        _lead("trumpet", p.musescore(p.MUTED_TRUMPET),
              _melody(("x.x.x...xx.x....", "..x.xx..x---....", "x..x..x.x.......",
                       "..xx.x.x--......"), 65, 82, "ab.c")),
        _lead("vibes", p.musescore(p.VIBRAPHONE),
              _melody(("x.x.x...xx.x....", "..x.xx..x---....", "x..x..x.x......."), 67, 84,
                      "aba>c"), -2),
    ),
    ending=Ending("i7"), room=_ROOM,
)  # fmt: skip

RUBBER = Brief(
    About("funk-04", "Rubber Soles",
          "Squelchy synth-bass funk with clavinet riffs and a cheeky lead for product demos",
          ("playful", "happy"), arousal=0.6),
    seed=12404, tempo=Tempo(90, swing=0.57, swing_beats=0.25), key=Key.of("G", "minor"),
    sections=_vamp("i7 | i7 | IV9 | i7", "bIIImaj7 | IV9 | bVI | V7#9",
                   "drums bass guitar clav organ", "chops", "lead", None, 2),
    layers=(
        _drums("breaks", "X..X......x..x..|X..X...x..x.....", "....X..g.g..X..g|....X..g....X.gx",
               "x.x.x.x.x.x.x.xo", {"clap": "....x.......x..."}),
        _bass(p.fluid(38), "X..x..x.X..x.xx.|X..x..x.X.x.xxx.",
              "1 1 8 1 7 8 5|1 1 8 1 5 7 a", 34, 1),
        _guitar("..x.xx.x..x.xxx.", 64, p.MUTED_GUITAR, -0.4),
        _keys("clav", synth("clavinet"), Comp("x..xx.x.x..xx.x.|x..xx.x...x.x.xx", 57, 2, 0, 0,
              0.45), -3, 0.35),
        _keys("organ", p.fluid(p.PERCUSSIVE_ORGAN), Comp("....x-......x-..", 64, 4, -8, 0, 0.8),
              -6),
        Layer("chops", synth("chop_hey"),
              Melody(("x.....x.........", "....x...x.x....."), 60, 72, "aba.", 0.1),
              strip(-5, -0.2, 0.2), Rest(), _POCKET, role="texture"),
        _lead("lead", synth("square_lead"),
              _melody(("x.x.xx..x--.x.x.", "..x.x.x.x---....", "xx.xx.x.x-------"), 65, 84,
                      "aba~c"), -3),
    ),
    ending=Ending("i7"), room=_ROOM,
)  # fmt: skip

MIRRORBALL = Brief(
    About("funk-05", "Mirrorball Boulevard",
          "Glossy disco-funk with octave bass, strings and electric piano for fashion and parties",
          ("energetic", "happy"), arousal=0.85),
    seed=12505, tempo=Tempo(118, swing=0.5, swing_beats=0.25), key=Key.of("A", "minor"),
    sections=_vamp("i7 | iv7 | bVII9 | bIIImaj7", "bVImaj7 | V7 | i7 | i7",
                   "drums bass guitar keys", "strings", "trumpet", "strings"),
    layers=(
        _drums("disco", "X...X...X...X...", "....X.......X..g|....X.......X.g.",
               "x.o.x.o.x.o.x.o.", {"open": "..x...x...x...x.", "clap": "....o.......o...",
               "tambourine": "o.xoo.xoo.xoo.xo"}, 8),
        _bass(p.fluid(p.FINGERED_BASS), "x.xxx.xxx.xxx.xx|x.xxx.xxx.xxx.x.",
              "1 8 1 1 8 1 1 8 1 1 8 a|1 8 1 1 8 1 1 8 1 1 a", 33),
        _guitar("x.xxx.xxx.x.xxx.|x.xxx.xx..xxx.x.", 69, p.CLEAN_GUITAR),
        _keys("keys", synth("rhodes"), Comp("..x...x...x.x...", 64, 4, -2, 0, 0.7), -4),
        Layer("strings", p.musescore(p.STRINGS),
              Melody(("x-----x-x---x---", "x---x-x-xxx-----", "x-x-x-x-x-------"), 69, 88, "aba>c",
                     0.1, velocity=4, thirds=True), strip(0, -0.2, 0.3), Hold(72), _FRONT,
              role="riff", expression=0.3),
        _lead("trumpet", p.musescore(p.TRUMPET),
              _melody(("x-x.x---..x-x-x-", "..x-x-x-x-------", "x-x-x.x-x---...."), 65, 81,
                      "aba>c")),
    ),
    ending=Ending("i7"), room=Room(1.2, 7500, (Compressor(threshold_db=5, ratio=2),)),
)  # fmt: skip

ROLLER = Brief(
    About("funk-06", "Roller Rink '78",
          "Bright four-on-the-floor funk with synth brass and talking guitar for summer reels",
          ("happy", "energetic"), arousal=0.82),
    seed=12606, tempo=Tempo(122, swing=0.5, swing_beats=0.25), key=Key.of("F", "major"),
    sections=_vamp("Imaj7 | vi7 | ii9 | V9sus4", "IVmaj7 | iii7 | ii9 | V9sus4",
                   "drums bass guitar clav", "brass", "sax"),
    layers=(
        _drums("disco", "X...X...X...X...|X...X...X..xX...", "....X.......X...",
               "xxx.xxx.xxx.xxx.", {"open": "..x...x...x...x.", "cowbell": "x...x.x...x.x..."}, 8),
        _bass(synth("round_bass"), "x..x..x.x.x.x.x.|x..x..x.x.xxxxx.",
              "1 8 1 5 7 8 5 a|1 8 1 5 7 8 5 7 a", 38, 1),
        _guitar("..x...xx..x.x.xx", 67, p.JAZZ_GUITAR, -0.45),
        _keys("clav", synth("clavinet"), Comp("x.x.xx.xx.x.xx.x", 60, 3, -6, 0, 0.4), -6, 0.4),
        Layer("brass", synth("brass"), Comp("x..x......x-....|x..x..x.x-......", 65, 4, 6, 0, 0.7),
              strip(-1, 0.0, 0.2), Hold(65), _FRONT, role="riff"),
        _lead("sax", p.musescore(p.SOPRANO_SAX),
              _melody(("x-x.x-x.x---x.x.", "x.x-x---..x-x.x-", "x-x-x---x-------"), 69, 86,
                      "aba>c")),
    ),
    ending=Ending("Imaj7"), room=Room(1.1, 7500, (Compressor(threshold_db=5, ratio=2),)),
)  # fmt: skip

VELVET = Brief(
    About("funk-07", "Velvet Backseat",
          "Slow, warm soul-funk with electric piano, organ and tenor saxophone for late evenings",
          ("tender", "calm"), arousal=0.35),
    seed=12707, tempo=Tempo(82, swing=0.58, swing_beats=0.25), key=Key.of("D#", "major"),
    sections=(
        SectionPlan("intro", 2, "Imaj9 | IVmaj7", 0.45, "keys bass"),
        SectionPlan("groove", 8, "Imaj9 | IVmaj7 | iii7 | vi9 V9sus4", 0.65,
                    "drums bass keys guitar"),
        SectionPlan("bridge", 4, "IVmaj7 | iv7 | iii7 V7/ii | ii9 V13", 0.75,
                    "drums bass keys organ horns"),
        SectionPlan("groove", 8, "Imaj9 | IVmaj7 | iii7 | vi9 V9sus4", 0.8,
                    "drums bass keys organ guitar sax"),
    ),
    layers=(
        _drums("disco", "X.....x..x......|X..x..x..x....x.", "....x..g.g..x..g|....x..g....x.g.",
               "x.xxx.x.x.xxx.xo"),
        _bass(p.fluid(p.FINGERED_BASS), "X-.x..x-.xg.x-x.|X-.x..x-..x.xxx.",
              "1 1 5 8 7 5 a|1 1 5 3 5 7 a", 34),
        _keys("keys", synth("rhodes"), Comp("x--..x--..x-....|x-..x---..x.x-..", 62, 4, -8, 0.01),
              -1, -0.2, Tremolo(rate_hz=4.6, depth=0.25)),
        _keys("organ", p.fluid(p.DRAWBAR_ORGAN), Pad(67, 3, 58), -7, 0.35),
        _horns(Comp("..x...x-....x...|..x.........x.x.", 63, 4, 4, 0, 0.7), 0),
        _guitar("..x.xx..x.x.xx.x", 67, p.CLEAN_GUITAR),
        _lead("sax", p.musescore(p.TENOR_SAX),
              _melody(("x-x-x---..x-x-x-", "..x-xxx-x-------", "x--x--x-x---...."), 58, 76,
                      "ab.c?")),
    ),
    ending=Ending("Imaj9"), room=Room(1.3, 5500, (Compressor(threshold_db=5, ratio=2),)),
)  # fmt: skip

GOLD = Brief(
    About("funk-08", "Smoke and Gold",
          "Moody slow-burning funk with wah clavinet, strings and bass for crime and night scenes",
          ("dark", "tense"), arousal=0.5),
    seed=12808, tempo=Tempo(84, swing=0.54, swing_beats=0.25), key=Key.of("C", "minor"),
    sections=_vamp("i9 | i9 | bVImaj7 | V7#9", "iv9 | bVII13 | bIIImaj7 | V7#9",
                   "drums bass clav chank", "strings", "guitar", None, 2),
    layers=(
        _drums("disco", "X..x...x..x.....|X......x.xx.....", "....X..g.g..X..g", "x.xxx.x.x.xxx.x.",
               {"conga_low": "......x.......xx"}),
        _bass(p.fluid(p.FINGERED_BASS), "X..x..x...x.x...|X..x..x.x.x.x.x.",
              "1 1 5 7 8|1 1 5 7 8 7 a", 36),
        _keys("clav", synth("wah_clavinet"), Comp("..x..x....x..x..", 60, 3, 0, 0, 0.5), -3, 0.3),
        replace(_guitar("..xx..x...xx.x..", 66, p.CLEAN_GUITAR), name="chank"),
        Layer("strings", p.musescore(p.STRINGS),
              Melody(("x-------x---x---", "x---x---xxx-----", "x-x-x---x-------"), 67, 86, "aba>c",
                     0.1, thirds=True), strip(0, -0.2, 0.35), Hold(72), _FRONT, role="riff",
              expression=0.4),
        _lead("guitar", p.fluid(p.JAZZ_GUITAR),
              _melody(("x.x.x---..xxx.x.", "..x.xx.xx-------", "x..x..x.x---...."), 60, 79,
                      "aba~c"), 2),
    ),
    ending=Ending("i9"), room=Room(1.3, 5500, (Compressor(threshold_db=5, ratio=2),)),
)  # fmt: skip

CHASE = Brief(
    About("funk-09", "Chase on Foot",
          "Driving seventies cop-show funk with brass, congas and saxophone for action and sports",
          ("tense", "energetic"), arousal=0.92),
    seed=12909, tempo=Tempo(119, swing=0.5, swing_beats=0.25), key=Key.of("E", "minor"),
    sections=_vamp("i7 | i7 | bVII | bVI", "iv7 | iv7 | bVI | V7#9", "drums bass guitar clav",
                   "horns", "lead", "flute"),
    layers=(
        _drums("disco", "X..x..x...x..x..|X..x..x...x.x...", "....X..g.g..X..g|....X.gg.g..X.gx",
               "x.xxx.x.x.xxx.x.", {"conga_high": "..xo..x...xo..x."}),
        _bass(p.fluid(p.FINGERED_BASS), "x.xx.xx.x.xx.xx.|x.xx.xx.x.xxxxx.",
              "1 1 8 7 8 1 1 8 5 7|1 1 8 7 8 1 3 5 7 a", 40),
        _guitar("x.xx.xx.x.xxx.x.", 64, p.CLEAN_GUITAR, 0.5, 3, AutoWah()),
        _keys("clav", synth("clavinet"), Comp("..x.x..x..x.x.x.", 57, 3, -2, 0, 0.4), -5),
        _horns(Melody(("x-..xx..x-......", "..x.x.x-x---....", "x-----..xx.x----"), 62, 79,
                      "aba>c", thirds=True), 2),
        _lead("lead", p.musescore(p.ALTO_SAX),
              _melody(("x.x.xx.xx---..x.", "x---..x.x.xxx---", "xx.xx.x.x---...."), 64, 83,
                      "aba>c"), -1),
        _lead("flute", p.musescore(p.FLUTE),
              _melody(("x.xxx.xxx---..x.", "..x.x.xxx---x.x.", "xx.xx.x.x---...."), 76, 93,
                      "aba>c"), -1),
    ),
    ending=Ending("i7"), room=_ROOM,
)  # fmt: skip

BRIEFS = (STRUT, HUSTLE, HEIST, RUBBER, MIRRORBALL, ROLLER, VELVET, GOLD, CHASE)
