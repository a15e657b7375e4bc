"""Funk: one chord and a pocket; ghosted snare, sixteenths on bass and guitar, horns that stab."""

from dataclasses import replace
from functools import partial

from composer.comping import Bass, Broken, Comp, Pad
from composer.effects import AutoWah, Compressor, HighPass, Peak, Saturator, Tremolo
from composer.form import Layer, Pattern, SectionPlan
from composer.genres import palette as p
from composer.genres.outline import grooving
from composer.genres.palette import hits, strip, synth
from composer.melody import Melody
from composer.rhythm import Feel, drums
from composer.score import Effect, Room, Voice

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
                 strip(3, 0, 0.06, Compressor(threshold_db=4, ratio=2.5)), "crash",
                 feel=_POCKET)  # fmt: skip


def _bass(
    voice: Voice, grid: str, degrees: str, centre: int = 35, gain_db: float = 2, drive_db: float = 4
) -> Layer:
    chain = (
        Compressor(threshold_db=2, ratio=3),
        Saturator(drive_db=drive_db),
        Peak(frequency_hz=750, gain_db=2.5, q=0.8),
    )
    return Layer("bass", voice, Bass(grid, degrees, centre, 0.62), strip(gain_db, 0, 0.02, *chain),
                 "root", centre, _POCKET)  # fmt: skip


def _guitar(
    grid: str,
    centre: int = 66,
    program: int = p.MUTED_GUITAR,
    pan: float = 0.45,
    n: int = 3,
    *effects: Effect,
) -> Layer:
    chain = (
        HighPass(260),
        Peak(frequency_hz=1800, gain_db=3, q=0.8),
        Compressor(threshold_db=2, ratio=2.5),
        *effects,
    )
    return Layer("guitar", p.fluid(program), Comp(grid, centre, n, -4, 0.004, 0.4),
                 strip(-3, pan, 0.06, *chain), "rest", centre, _FRONT)  # fmt: skip


def _horns(pattern: Pattern, gain_db: float = 1, voice: Voice | None = None) -> Layer:
    return Layer("horns", voice or p.musescore(p.BRASS), pattern,
                 strip(gain_db, -0.1, 0.14, Saturator(drive_db=2),
                       Peak(frequency_hz=1400, gain_db=2, q=0.8)), "hold", 65, _FRONT,
                 "riff")  # fmt: skip


def _keys(
    name: str, voice: Voice, pattern: Pattern, gain_db: float = -3, pan: float = -0.35,
    *effects: Effect,
) -> Layer:  # fmt: skip
    return Layer(name, voice, pattern, strip(gain_db, pan, 0.1, *effects), "hold", 62, _POCKET)


def _lead(
    name: str, voice: Voice, rhythms: tuple[str, ...], low: int, high: int, form: str = "abac",
    gain_db: float = 1.0, *effects: Effect,
) -> Layer:  # fmt: skip
    return Layer(name, voice, Melody(rhythms, low, high, form, 0.22, 0.08),
                 strip(gain_db, 0.12, 0.18, *effects), "root", (low + high) // 2,
                 _POCKET)  # fmt: skip


_brief = partial(grooving, swing=0.54, room=Room(0.8, 6500, (Compressor(threshold_db=5, ratio=2),)))


def _vamp(
    groove: str,
    bridge: str,
    band: str,
    front: str,
    lead: str,
    last: str | None = None,
    n_short: int = 4,
) -> tuple[SectionPlan, ...]:
    """The form of a funk record: a groove that fills up, a bridge, a breakdown, the groove again.

    Args:
        groove, bridge: progressions.
        band: layers that hold the groove; `front` stabs, `lead` plays the tune.
        last: the lead of the last groove, if another one.
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


STRUT = _brief(
    "funk-01", "Sunday Best Strut",
    "Feel-good funk with scratching guitar, tight horns and slap bass for a city vlog",
    ("happy", "playful"), 12101, 104, ("E", "mixolydian"),
    _vamp("I9 | I9 | I9 | IV9", "IV9 | IV9 | bVII9 | V7#9", "drums bass guitar organ", "horns",
          "sax"),
    (
        _drums("funk", "X.x...x..x....x.|X.x...x..xx.....", "....X..g.g.gX..g|....X..g.g..X.og",
               "x.xxx.xxx.xxx.xx", {"open": "......x.........|................"}),
        _bass(p.fluid(p.SLAP_BASS), "X.gx..x.xg.x.xg.|X.gx..x.xg.x.xx.",
              "1 1 8 7 8 1 5 7 1|1 1 8 7 8 1 5 3 a", 40),
        _guitar("..xx.xx...xx.xx.|..xx.xx...x.xxx.", 68),
        _keys("organ", p.fluid(p.DRAWBAR_ORGAN), Pad(62, 4, 60), -8),
        _horns(Comp("x..x......x.x-..|x..x............", 66, 4, 8, 0, 0.6)),
        _lead("sax", p.musescore(p.ALTO_SAX), ("x.xx.x.x--..x.x.", "..x.xxx.x---....",
              "x.x.x..xx.x.----"), 64, 81),
    ),
    0.72, "I9",
)  # fmt: skip

HUSTLE = _brief(
    "funk-02", "Market Hustle",
    "Restless charanga funk with piano montuno, congas, cowbell and flute for fast travel cuts",
    ("energetic", "playful"), 12202, 114, ("A", "minor"),
    _vamp("i | iv | V7 | i", "bVI | bVII | i | V7", "drums bass piano", "horns", "flute"),
    (
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
        _lead("flute", p.musescore(p.FLUTE), ("x.xxx.x.x---....", "..x.x.xxx.x.x---",
              "x--x--x.xxx.x..."), 74, 91, "ab.c"),
    ),
    0.8, "i", swing=0.5,
)  # fmt: skip

HEIST = _brief(
    "funk-03", "Elevator Heist",
    "Sneaky wah-clavinet funk with muted trumpet for a comic caper or a how-to",
    ("playful", "tense"), 12303, 102, ("D", "dorian"),
    _vamp("i7 | i7 | i7 | IV7", "bVImaj7 | V7#9 | bVImaj7 | V7#9", "drums bass guitar clav",
          "horns", "trumpet", "vibes"),
    (
        _drums("disco", "X......x..x.....|X......x..xx....", "....X..g.g..X..g|....X..g.gg.X...",
               "x.o.xxo.x.o.x.ox", {"open": "..............x.|................"}),
        _bass(p.fluid(p.FINGERED_BASS), "X..x.x..x..g.x.x|X..x.x..x...xxx.",
              "1 8 7 1 1 5 7|1 8 7 1 3 5 a", 38, 1),
        _guitar("..xx.x..x.xx.xx.", 65, p.CLEAN_GUITAR),
        _keys("clav", synth("wah_clavinet"), Comp("x.x.x..xx.x.x.x.|x.x..x.xx..x.xx.", 58, 3, 0, 0,
              0.5), -6, -0.3),
        _horns(Comp("x..x..x.........|x.....x...x.x...", 64, 4, 8, 0, 0.6), 1),
        _lead("trumpet", p.musescore(p.MUTED_TRUMPET), ("x.x.x...xx.x....", "..x.xx..x---....",
              "x..x..x.x.......", "..xx.x.x--......"), 65, 82, "ab.c"),
        _lead("vibes", p.musescore(p.VIBRAPHONE), ("x.x.x...xx.x....", "..x.xx..x---....",
              "x..x..x.x......."), 67, 84, "aba>c", -2),
    ),
    0.58, "i7", swing=0.58,
)  # fmt: skip

RUBBER = _brief(
    "funk-04", "Rubber Soles",
    "Squelchy synth-bass funk with clavinet riffs and a cheeky lead for product demos",
    ("playful", "happy"), 12404, 90, ("G", "minor"),
    _vamp("i7 | i7 | IV9 | i7", "bIIImaj7 | IV9 | bVI | V7#9", "drums bass guitar clav organ",
          "chops", "lead", None, 2),
    (
        _drums("breaks", "X..X......x..x..|X..X...x..x.....", "....X..g.g..X..g|....X..g....X.gx",
               "x.x.x.x.x.x.x.xo", {"clap": "....x.......x..."}),
        _bass(p.fluid(38), "X..x..x.X..x.xx.|X..x..x.X.x.xxx.",
              "1 1 8 1 7 8 5|1 1 8 1 5 7 a", 34, 1),
        _guitar("..x.xx.x..x.xxx.", 64, p.MUTED_GUITAR, -0.4),
        _keys("clav", synth("clavinet"), Comp("x..xx.x.x..xx.x.|x..xx.x...x.x.xx", 57, 2, 0, 0,
              0.45), -3, 0.35),
        _keys("organ", p.fluid(p.PERCUSSIVE_ORGAN), Comp("....x-......x-..", 64, 4, -8, 0, 0.8),
              -6),
        Layer("chops", synth("chop_hey"), Melody(("x.....x.........", "....x...x.x....."), 60, 72,
              "aba.", 0.1), strip(-5, -0.2, 0.2), "rest", feel=_POCKET, role="texture"),
        _lead("lead", synth("square_lead"), ("x.x.xx..x--.x.x.", "..x.x.x.x---....",
              "xx.xx.x.x-------"), 65, 84, "aba~c", -3),
    ),
    0.6, "i7", swing=0.57,
)  # fmt: skip

MIRRORBALL = _brief(
    "funk-05", "Mirrorball Boulevard",
    "Glossy disco-funk with octave bass, strings and electric piano for fashion and parties",
    ("energetic", "happy"), 12505, 118, ("A", "minor"),
    _vamp("i7 | iv7 | bVII9 | bIIImaj7", "bVImaj7 | V7 | i7 | i7", "drums bass guitar keys",
          "strings", "trumpet", "strings"),
    (
        _drums("disco", "X...X...X...X...", "....X.......X..g|....X.......X.g.",
               "x.o.x.o.x.o.x.o.", {"open": "..x...x...x...x.", "clap": "....o.......o...",
               "tambourine": "o.xoo.xoo.xoo.xo"}, 8),
        _bass(p.fluid(p.FINGERED_BASS), "x.xxx.xxx.xxx.xx|x.xxx.xxx.xxx.x.",
              "1 8 1 1 8 1 1 8 1 1 8 a|1 8 1 1 8 1 1 8 1 1 a", 33),
        _guitar("x.xxx.xxx.x.xxx.|x.xxx.xx..xxx.x.", 69, p.CLEAN_GUITAR),
        _keys("keys", synth("rhodes"), Comp("..x...x...x.x...", 64, 4, -2, 0, 0.7), -4),
        Layer("strings", p.musescore(p.STRINGS), Melody(("x-----x-x---x---", "x---x-x-xxx-----",
              "x-x-x-x-x-------"), 69, 88, "aba>c", 0.1, velocity=4, thirds=True),
              strip(0, -0.2, 0.3), "hold", 72, _FRONT, "riff", 0.3),
        _lead("trumpet", p.musescore(p.TRUMPET), ("x-x.x---..x-x-x-", "..x-x-x-x-------",
              "x-x-x.x-x---...."), 65, 81, "aba>c"),
    ),
    0.85, "i7", swing=0.5, room=Room(1.2, 7500, (Compressor(threshold_db=5, ratio=2),)),
)  # fmt: skip

ROLLER = _brief(
    "funk-06", "Roller Rink '78",
    "Bright four-on-the-floor funk with synth brass and talking guitar for summer reels",
    ("happy", "energetic"), 12606, 122, ("F", "major"),
    _vamp("Imaj7 | vi7 | ii9 | V9sus4", "IVmaj7 | iii7 | ii9 | V9sus4", "drums bass guitar clav",
          "brass", "sax"),
    (
        _drums("disco", "X...X...X...X...|X...X...X..xX...", "....X.......X...",
               "xxx.xxx.xxx.xxx.", {"open": "..x...x...x...x.", "cowbell": "x...x.x...x.x..."}, 8),
        _bass(synth("round_bass"), "x..x..x.x.x.x.x.|x..x..x.x.xxxxx.",
              "1 8 1 5 7 8 5 a|1 8 1 5 7 8 5 7 a", 38, 1),
        _guitar("..x...xx..x.x.xx", 67, p.JAZZ_GUITAR, -0.45),
        _keys("clav", synth("clavinet"), Comp("x.x.xx.xx.x.xx.x", 60, 3, -6, 0, 0.4), -6, 0.4),
        Layer("brass", synth("brass"), Comp("x..x......x-....|x..x..x.x-......", 65, 4, 6, 0, 0.7),
              strip(-1, 0.0, 0.2), "hold", 65, _FRONT, "riff"),
        _lead("sax", p.musescore(p.SOPRANO_SAX), ("x-x.x-x.x---x.x.", "x.x-x---..x-x.x-",
              "x-x-x---x-------"), 69, 86, "aba>c"),
    ),
    0.82, "Imaj7", swing=0.5, room=Room(1.1, 7500, (Compressor(threshold_db=5, ratio=2),)),
)  # fmt: skip

VELVET = _brief(
    "funk-07", "Velvet Backseat",
    "Slow, warm soul-funk with electric piano, organ and tenor saxophone for late evenings",
    ("tender", "calm"), 12707, 82, ("D#", "major"),
    (
        SectionPlan("intro", 2, "Imaj9 | IVmaj7", 0.45, "keys bass"),
        SectionPlan("groove", 8, "Imaj9 | IVmaj7 | iii7 | vi9 V9sus4", 0.65,
                    "drums bass keys guitar"),
        SectionPlan("bridge", 4, "IVmaj7 | iv7 | iii7 V7/ii | ii9 V13", 0.75,
                    "drums bass keys organ horns"),
        SectionPlan("groove", 8, "Imaj9 | IVmaj7 | iii7 | vi9 V9sus4", 0.8,
                    "drums bass keys organ guitar sax"),
    ),
    (
        _drums("disco", "X.....x..x......|X..x..x..x....x.", "....x..g.g..x..g|....x..g....x.g.",
               "x.xxx.x.x.xxx.xo"),
        _bass(p.fluid(p.FINGERED_BASS), "X-.x..x-.xg.x-x.|X-.x..x-..x.xxx.",
              "1 1 5 8 7 5 a|1 1 5 3 5 7 a", 34),
        _keys("keys", synth("rhodes"), Comp("x--..x--..x-....|x-..x---..x.x-..", 62, 4, -8, 0.01),
              -1, -0.2, Tremolo(rate_hz=4.6, depth=0.25)),
        _keys("organ", p.fluid(p.DRAWBAR_ORGAN), Pad(67, 3, 58), -7, 0.35),
        _horns(Comp("..x...x-....x...|..x.........x.x.", 63, 4, 4, 0, 0.7), 0),
        _guitar("..x.xx..x.x.xx.x", 67, p.CLEAN_GUITAR),
        _lead("sax", p.musescore(p.TENOR_SAX), ("x-x-x---..x-x-x-", "..x-xxx-x-------",
              "x--x--x-x---...."), 58, 76, "ab.c?"),
    ),
    0.35, "Imaj9", swing=0.58, room=Room(1.3, 5500, (Compressor(threshold_db=5, ratio=2),)),
)  # fmt: skip

GOLD = _brief(
    "funk-08", "Smoke and Gold",
    "Moody slow-burning funk with wah clavinet, strings and bass for crime and night scenes",
    ("dark", "tense"), 12808, 84, ("C", "minor"),
    _vamp("i9 | i9 | bVImaj7 | V7#9", "iv9 | bVII13 | bIIImaj7 | V7#9", "drums bass clav chank",
          "strings", "guitar", None, 2),
    (
        _drums("disco", "X..x...x..x.....|X......x.xx.....", "....X..g.g..X..g", "x.xxx.x.x.xxx.x.",
               {"conga_low": "......x.......xx"}),
        _bass(p.fluid(p.FINGERED_BASS), "X..x..x...x.x...|X..x..x.x.x.x.x.",
              "1 1 5 7 8|1 1 5 7 8 7 a", 36),
        _keys("clav", synth("wah_clavinet"), Comp("..x..x....x..x..", 60, 3, 0, 0, 0.5), -3, 0.3),
        replace(_guitar("..xx..x...xx.x..", 66, p.CLEAN_GUITAR), name="chank"),
        Layer("strings", p.musescore(p.STRINGS), Melody(("x-------x---x---", "x---x---xxx-----",
              "x-x-x---x-------"), 67, 86, "aba>c", 0.1, thirds=True), strip(0, -0.2, 0.35), "hold",
              72, _FRONT, "riff", 0.4),
        _lead("guitar", p.fluid(p.JAZZ_GUITAR), ("x.x.x---..xxx.x.", "..x.xx.xx-------",
              "x..x..x.x---...."), 60, 79, "aba~c", 2),
    ),
    0.5, "i9", swing=0.54, room=Room(1.3, 5500, (Compressor(threshold_db=5, ratio=2),)),
)  # fmt: skip

CHASE = _brief(
    "funk-09", "Chase on Foot",
    "Driving seventies cop-show funk with brass, congas and saxophone for action and sports",
    ("tense", "energetic"), 12909, 119, ("E", "minor"),
    _vamp("i7 | i7 | bVII | bVI", "iv7 | iv7 | bVI | V7#9", "drums bass guitar clav",
          "horns", "lead", "flute"),
    (
        _drums("disco", "X..x..x...x..x..|X..x..x...x.x...", "....X..g.g..X..g|....X.gg.g..X.gx",
               "x.xxx.x.x.xxx.x.",
               {"conga_high": "..xo..x...xo..x."}),
        _bass(p.fluid(p.FINGERED_BASS), "x.xx.xx.x.xx.xx.|x.xx.xx.x.xxxxx.",
              "1 1 8 7 8 1 1 8 5 7|1 1 8 7 8 1 3 5 7 a", 40),
        _guitar("x.xx.xx.x.xxx.x.", 64, p.CLEAN_GUITAR, 0.5, 3, AutoWah()),
        _keys("clav", synth("clavinet"), Comp("..x.x..x..x.x.x.", 57, 3, -2, 0, 0.4), -5),
        _horns(Melody(("x-..xx..x-......", "..x.x.x-x---....", "x-----..xx.x----"), 62, 79,
                      "aba>c", thirds=True), 2),
        _lead("lead", p.musescore(p.ALTO_SAX), ("x.x.xx.xx---..x.", "x---..x.x.xxx---",
              "xx.xx.x.x---...."), 64, 83, "aba>c", -1),
        _lead("flute", p.musescore(p.FLUTE), ("x.xxx.xxx---..x.", "..x.x.xxx---x.x.",
              "xx.xx.x.x---...."), 76, 93, "aba>c", -1),
    ),
    0.92, "i7", swing=0.5,
)  # fmt: skip

BRIEFS = (STRUT, HUSTLE, HEIST, RUBBER, MIRRORBALL, ROLLER, VELVET, GOLD, CHASE)
