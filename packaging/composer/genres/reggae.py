"""Reggae: chords on the off-beat, the kick on three, melodic bass lines, echoes."""

from composer.closings import Crash, Hold, Rest, Root
from composer.comping import Bass, Comp, Pad, Riff
from composer.effects import (
    Chorus,
    Compressor,
    HighPass,
    LowPass,
    LowShelf,
    RotarySpeaker,
    Saturator,
    SpringReverb,
    TapeEcho,
)
from composer.form import Brief, Ending, Form, Layer, Pattern, SectionPlan
from composer.genres import palette as p
from composer.genres.palette import hits, strip, synth
from composer.melody import Melody
from composer.rhythm import Feel, drums
from composer.score import About, Effect, Room, Tempo, Voice
from composer.theory import Key
from composer.transitions import Bed

_YARD = Feel(6, 6, 6)
_XYLOPHONE = 13
_ROLLS = (
    {"kick": "........X.......", "snare": "..........xxx.x.", "tom_high": "......xx........",
     "tom_low": "..............xx", "hat": "x.o.x..........."},
    {"kick": "X.......X.......", "tom_high": "....x.xx........", "tom_mid": "........x.xx....",
     "tom_low": "............x.x.", "stick": "..............o."},
    {"kick": "........X.......", "stick": "........x.......", "hat": "x.o.x.o.x.o.....",
     "snare": "............xoxx"},
)  # fmt: skip


def _drums(
    kit: str, grids: dict[str, str], *effects: Effect, every: int = 4, room: float = 0.1
) -> Layer:
    return Layer("drums", hits(kit), drums(grids, _ROLLS, every),
                 strip(2, 0, room, Compressor(threshold_db=4, ratio=2), *effects), Crash(),
                 _YARD)  # fmt: skip


def _bass(
    pattern: Pattern, voice: Voice | None = None, top_hz: float = 800, gain: float = 4
) -> Layer:
    chain = (
        LowPass(top_hz),
        Saturator(drive_db=4),
        LowShelf(frequency_hz=120, gain_db=3),
        Compressor(threshold_db=3, ratio=3),
    )
    return Layer("bass", voice or p.fluid(p.FINGERED_BASS), pattern, strip(gain, 0, 0.0, *chain),
                 Root(31), _YARD, role="bass")  # fmt: skip


def _skank(
    voice: Voice, grid: str, centre: int = 66, pan: float = 0.35, gain: float = -1,
    name: str = "skank", *effects: Effect,
) -> Layer:  # fmt: skip
    chain = (HighPass(280), *effects)
    return Layer(name, voice, Comp(grid, centre, 3, -4, 0.007, 0.42), strip(gain, pan, 0.1, *chain),
                 Rest(), _YARD)  # fmt: skip


def _bubble(
    voice: Voice, grid: str = "..x.x.x...x.x.x.", centre: int = 60, pan: float = -0.4
) -> Layer:
    return Layer("bubble", voice, Comp(grid, centre, 3, -14, 0, 0.55),
                 strip(-4, pan, 0.1, LowPass(3600), RotarySpeaker(rate_hz=6.2, depth=0.5)),
                 feel=_YARD)  # fmt: skip


def _throw(name: str, voice: Voice, grid: str, echo_s: float, centre: int = 67) -> Layer:
    """A chord now and then, sent into a long echo as in dub."""
    chain = (
        HighPass(320),
        TapeEcho(time_s=echo_s, feedback=0.72, share=0.8),
        SpringReverb(share=0.5, decay_s=2.6),
    )
    return Layer(name, voice, Comp(grid, centre, 3, 4, 0.006, 0.4), strip(-3, -0.1, 0.1, *chain),
                 Hold(centre), _YARD, role="texture")  # fmt: skip


def _melody(
    rhythms: tuple[str, ...], low: int, high: int, form: str, thirds: bool = False
) -> Melody:
    return Melody(rhythms, low, high, form, 0.16, 0.05, 0.3, thirds=thirds)


def _lead(name: str, voice: Voice, melody: Melody, gain: float = 0.0, *effects: Effect) -> Layer:
    return Layer(name, voice, melody, strip(gain, 0.1, 0.16, *effects),
                 Root((melody.low + melody.high) // 2), _YARD, expression=0.2)  # fmt: skip


_ROOM = Room(1.2, 5000, (Compressor(threshold_db=4, ratio=2),
                         LowShelf(frequency_hz=110, gain_db=1.5)))  # fmt: skip


def _song(
    verse: str, chorus: str, band: str, lead: str, horns: str, bars: tuple[int, int] = (8, 4)
) -> Form:
    """Roots form: a drum pick-up, verse, chorus, the band drops out, verse, chorus."""
    return (
        SectionPlan("intro", 2, verse, 0.6, " ".join(band.split()[:3])),
        SectionPlan("verse", bars[0], verse, 0.75, f"{band} {lead}"),
        SectionPlan("chorus", bars[1], chorus, 0.95, f"{band} {horns}"),
        SectionPlan("break", 2, verse, 0.5, "drums bass", 0.2),
        SectionPlan("verse", 4, verse, 0.85, f"{band} {lead}"),
        SectionPlan("chorus", bars[1], chorus, 1.0, f"{band} {horns}"),
    )


def _dub(verse: str, other: str, lead: str, bars: int = 6) -> Form:
    """A dub version: instruments drop out and leave their echoes."""
    return (
        SectionPlan("intro", 2, verse, 0.55, "drums bass"),
        SectionPlan("dub", bars, verse, 0.75, f"drums bass skank {lead}"),
        SectionPlan("version", 4, other, 0.6, "drums bass throw"),
        SectionPlan("dub", 4, verse, 0.9, f"drums bass skank bubble {lead}"),
        SectionPlan("version", 2, other, 0.5, "bass throw bubble"),
        SectionPlan("dub", 4, verse, 1.0, f"drums bass skank bubble throw {lead}"),
    )


HAMMOCK = Brief(
    About("reggae-01", "Hammock in the Breeze",
          "Laid-back roots reggae with skanking guitar, bubbling organ and melodica for beach "
          "films",
          ("happy", "calm"), arousal=0.35),
    seed=4107, tempo=Tempo(76, swing=0.56, swing_beats=0.25), key=Key.of("G", "major"),
    sections=_song("I | IV | I | V", "vi | IV | I | V", "drums bass skank bubble", "melodica",
                   "horns"),
    layers=(
        _skank(p.fluid(p.CLEAN_GUITAR), "....X.......X..."),
        _bubble(synth("bubble_organ")),
        _lead("melodica", synth("melodica"),
              _melody(("x---x-x-x-------", "..x-x-x-x---x---", "x-----x-x-x-....",
                       "..x---x-x-------"), 67, 84, "aba>c?"), 0,
              TapeEcho(time_s=0.592, feedback=0.45, share=0.3)),
        _lead("horns", p.musescore(p.BRASS),
              _melody(("x-x-x---........", "x---x-x-x-......"), 60, 77, "aba<b", thirds=True)),
        _bass(Bass("x---..x-x---x-..|x---x---..x-x---", "1 5 8 5|1 3 5 a", 35)),
        _drums("one drop",
               {"kick": "........X.......", "stick": "........x.......|........x.....o.",
                "hat": "x.o.x.o.x.o.x.oo", "open": "................|..............o."}),
    ),
    ending=Ending("I"), room=_ROOM,
)  # fmt: skip

FOG = Brief(
    About("reggae-02", "Fog over the Sound System",
          "Deep night dub on one chord: foghorn trombone, wordless voices, wind and a heavy sub "
          "bass",
          ("dark", "dreamy"), arousal=0.3),
    seed=4204, tempo=Tempo(68, swing=0.55, swing_beats=0.25), key=Key.of("E", "minor"),
    sections=_dub("i", "i | i | i | bVII", "trombone wind", 4),
    layers=(
        _skank(p.musescore(p.PIANO), "....X.......X...|....X...........", 64, 0.3, -2, "skank",
               TapeEcho(time_s=0.662, feedback=0.6, share=0.5)),
        Layer("bubble", synth("choir_pad"), Pad(57, 4, 66), strip(-3, -0.2, 0.5, LowPass(3000)),
              Hold(57), _YARD),
        Layer("wind", synth("wind"), Bed(64, 80), strip(-7, 0, 0.3), Rest(), role="texture"),
        _throw("throw", synth("chop_oh"), "....X...........|................", 0.662),
        _lead("trombone", p.musescore(p.TROMBONE),
              _melody(("x-----x---------", "....x---x-------", "x---x-----------"), 45, 62, "a.b."),
              0, TapeEcho(time_s=0.441, feedback=0.62, share=0.5), SpringReverb(share=0.3)),
        _bass(Riff("x---......x-....|x---..x-....x-x-", "0 0|0 4 2 -1", 33, short=0.9),
              synth("sub"), 400, 6),
        _drums("dub",
               {"kick": "........X.......", "stick": "........x.......|........x.....o.",
                "hat": "................", "conga_low": "...o.......o..o."},
               TapeEcho(time_s=0.662, feedback=0.45, share=0.2), every=8, room=0.35),
    ),
    ending=Ending("i"),
    room=Room(3.2, 3500,
              (Compressor(threshold_db=4, ratio=2), LowShelf(frequency_hz=120, gain_db=2))),
)  # fmt: skip

MARKET = Brief(
    About("reggae-03", "Market Street Skank",
          "Cheeky upbeat ska with trombone tune, xylophone, banjo off-beats and tuba for comedy",
          ("playful", "energetic"), arousal=0.8),
    seed=4311, tempo=Tempo(136, swing=0.54, swing_beats=0.25), key=Key.of("A#", "major"),
    sections=(
        SectionPlan("intro", 4, "I | vi | ii | V7", 0.8, "drums bass banjo guitar"),
        SectionPlan("verse", 8, "I | vi | ii | V7", 0.85, "drums bass banjo guitar trombone"),
        SectionPlan("chorus", 8, "IV | V7 | I | vi | IV | V7 | I | I7", 1.0,
                    "drums bass banjo guitar xylophone"),
        SectionPlan("break", 2, "I | V7", 0.6, "drums bass"),
        SectionPlan("verse", 8, "I | vi | ii | V7/V V7", 0.9, "drums bass banjo trombone organ"),
        SectionPlan("chorus", 4, "IV | V7 | ii | V7", 1.0,
                    "drums bass banjo guitar xylophone horns organ"),
    ),
    layers=(
        _skank(p.musescore(p.BANJO), "..X...X...X...X.", 65, -0.3, 0, "banjo"),
        _skank(p.fluid(p.CLEAN_GUITAR), "..X...X...X...X.", 70, 0.4, -4, "guitar"),
        Layer("organ", p.fluid(p.DRAWBAR_ORGAN), Comp("..xx..xx..xx..xx", 63, 3, -20, 0, 0.6),
              strip(-5, -0.5, 0.12, LowPass(3500)), Rest(), _YARD),
        _lead("trombone", p.musescore(p.TROMBONE),
              _melody(("x-x-x---x-x-x---", "..x-x-x-x---....", "x---x-x-x-......",
                       "x-x-x-x-x-------"), 53, 72, "aba>c?")),
        _lead("xylophone", p.musescore(_XYLOPHONE),
              _melody(("x-x-xxx-x-x-x---", "x-xxx-x-x-......", "..x-x-xxx-x-x---"), 72, 91, "aba~c",
                      thirds=True)),
        _lead("horns", p.musescore(p.BRASS),
              _melody(("x-x-..x-x---....", "x---x-x-x-......", "..x-x-x-x-------"), 60, 79, "aba~c",
                      thirds=True), -2),
        _bass(Bass("x---x---x---x---|x---x---x---x-x-", "1 3 5 3|1 5 8 5 a", 36),
              p.musescore(p.TUBA), 1500),
        _drums("one drop",
               {"kick": "....x.......x...", "stick": "....x.......x...", "hat": "x.X.x.X.x.X.x.X.",
                "snare": "............g..."}),
    ),
    ending=Ending("I6"), room=Room(0.9, 6500, (Compressor(threshold_db=4, ratio=2),)),
)  # fmt: skip

ROOTS = Brief(
    About("reggae-04", "Hills of Clarendon",
          "Earnest nyabinghi reggae with hand drums, acoustic guitar and choir for documentaries",
          ("sad", "tense"), arousal=0.4),
    seed=4418, tempo=Tempo(72, swing=0.6, swing_beats=0.25), key=Key.of("C", "minor"),
    sections=_song("i | iv | i | bVII", "bVI | bVII | i | V", "drums bass guitar", "choir",
                   "choir sax", (6, 4)),
    layers=(
        Layer("guitar", p.musescore(p.STEEL_GUITAR),
              Comp("x.....X...x.X...|x..x..X...x.X.x.", 60, 4, 0, 0.03, 0.9), strip(0, 0.3, 0.12),
              feel=_YARD),
        _lead("choir", p.musescore(p.CHOIR),
              _melody(("x---x-x-x-------", "..x-x---x-x-x---", "x-x-x-----------"), 60, 76, "aba~c",
                      thirds=True), 2),
        _lead("sax", p.musescore(p.SOPRANO_SAX),
              _melody(("x-..x-x---......", "x---..x-x-x-...."), 63, 80, "abac"), -1),
        _bass(Riff("x-.x-.x-x---....|x-.x-.x-..x-x-x-", "0 2 4 7 4|0 2 4 5 4 2", 35, short=0.9),
              p.musescore(p.ACOUSTIC_BASS), 900),
        Layer("drums", hits("acoustic"),
              drums({"tom_low": "X.......X.......", "conga_low": "X..x....X..x....",
                     "conga_high": "..x.xxo...x.x.xo|..x.xxox.xx.x.xo",
                     "shaker": "x.o.x.o.x.o.x.o."},
                    ({"tom_low": "X.......X.x.x...", "conga_high": "xxoxx.xxoxx.x.x."},), 4),
              strip(3, 0, 0.15), Crash(), _YARD),
    ),
    ending=Ending("i"), room=Room(1.6, 6500, (Compressor(threshold_db=4, ratio=2),)),
)  # fmt: skip

ECHOES = Brief(
    About("reggae-05", "Echo Chamber Garden",
          "Spacious major-key dub with marimba, springs and tape echo for underwater or drone "
          "shots",
          ("dreamy", "calm"), arousal=0.3),
    seed=4522, tempo=Tempo(80, swing=0.54, swing_beats=0.25), key=Key.of("F", "mixolydian"),
    sections=_dub("I | bVII | I | IV", "I | bVII", "marimba", 8),
    layers=(
        _skank(synth("wurlitzer"), "....X.......X...", 65, 0.25, -1, "skank",
               SpringReverb(share=0.35, decay_s=2.0)),
        _bubble(synth("bubble_organ"), "..x.x.x...x.x.x.", 62, -0.35),
        _throw("throw", p.fluid(p.CLEAN_GUITAR), "....X...........|................", 0.5625, 69),
        _lead("marimba", p.musescore(p.MARIMBA),
              _melody(("x.x.x..xx.......", "..x.x.x.x.......", "x..x..x.x......."), 67, 86, "ab.c"),
              0, TapeEcho(time_s=0.5625, feedback=0.6, share=0.45), SpringReverb(share=0.25)),
        _bass(Bass("x-----x-....x-x-|x-----..x-x-x---", "1 5 8 5|1 5 3 1", 36), synth("round_bass"),
              600, 4),
        _drums("dub",
               {"kick": "........X.......", "stick": "........x.....o.|........x.......",
                "hat": "..x...x...x...x.", "shaker": "oxoxoxoxoxoxoxox"},
               TapeEcho(time_s=0.375, feedback=0.45, share=0.18), every=8, room=0.15),
    ),
    ending=Ending("I"),
    room=Room(2.0, 5000,
              (Compressor(threshold_db=4, ratio=2), LowShelf(frequency_hz=120, gain_db=1.5))),
)  # fmt: skip

ROCKET = Brief(
    About("reggae-06", "Two-Tone Scooter",
          "Nervous, fast two-tone ska with organ riff and saxophone for sports and city chases",
          ("energetic", "tense"), arousal=0.88),
    seed=4609, tempo=Tempo(156, swing=0.5, swing_beats=0.25), key=Key.of("A", "minor"),
    sections=(
        SectionPlan("intro", 4, "i | i | iv | V7", 0.8, "drums bass guitar"),
        SectionPlan("verse", 8, "i | i | iv | V7", 0.85, "drums bass guitar organ sax"),
        SectionPlan("chorus", 8, "bVI | bVII | i | i | bVI | bVII | V7 | V7", 1.0,
                    "drums bass guitar organ horns"),
        SectionPlan("break", 4, "i | i | iv | V7", 0.65, "drums bass organ", 0.2),
        SectionPlan("verse", 8, "i | i | iv | V7", 0.9, "drums bass guitar sax"),
        SectionPlan("chorus", 8, "bVI | bVII | i | i | bVI | bVII | V7 | V7", 1.0,
                    "drums bass guitar organ horns sax"),
    ),
    layers=(
        _skank(p.fluid(p.CLEAN_GUITAR), "..X...X...X...X.", 69, 0.4, 0, "guitar"),
        Layer("organ", p.fluid(p.PERCUSSIVE_ORGAN),
              Riff("x.x.x...x.x.....|x.x.x.x.x.......", "0 2 4 2 0|0 2 4 5 4", 64),
              strip(-4, -0.35, 0.1), Hold(64), _YARD, role="riff"),
        _lead("sax", p.musescore(p.ALTO_SAX),
              _melody(("x-x-x-x-x---....", "x---x-x-x-x-x---", "..x-x-x-x-------"), 64, 81,
                      "aba>c")),
        _lead("horns", p.fluid(p.TRUMPET),
              _melody(("x---x---x-x-....", "x-x-x---x-------"), 65, 82, "aba<b", thirds=True), -1),
        _bass(Bass("x-x-x-x-x-x-x-x-", "1 1 3 3 5 5 3 a|1 1 5 5 8 8 5 a", 35),
              p.fluid(p.PICKED_BASS), 1400, 3),
        _drums("acoustic",
               {"kick": "x...x...x...x...", "stick": "................", "hat": "..x...x...x...x.",
                "snare": "....X.......X...|....X.......X.xx"}),
    ),
    ending=Ending("i"), room=Room(0.8, 6500, (Compressor(threshold_db=4, ratio=2),)),
)  # fmt: skip

STEPPER = Brief(
    About("reggae-07", "Steppers' Parade",
          "Marching steppers reggae with four-on-the-floor kick, horns and synth for protest and "
          "sport",
          ("epic", "energetic"), arousal=0.72),
    seed=4713, tempo=Tempo(126, swing=0.5, swing_beats=0.25), key=Key.of("D", "minor"),
    sections=(
        SectionPlan("intro", 4, "i | i | bVII | bVII", 0.6, "drums bass"),
        SectionPlan("verse", 8, "i | i | bVII | bVII", 0.8, "drums bass skank bubble horns"),
        SectionPlan("bridge", 4, "iv | iv | bVI | V", 0.9, "drums bass skank bubble flute"),
        SectionPlan("break", 4, "i | i | bVII | bVII", 0.6, "drums bass throw", 0.3),
        SectionPlan("verse", 8, "i | i | bVII | bVII", 1.0, "drums bass skank bubble horns flute"),
        SectionPlan("bridge", 4, "iv | iv | bVI | V", 1.0, "drums bass skank bubble horns"),
    ),
    layers=(
        _skank(synth("organ_stab"), "....X.......X...", 64, 0.3, -1),
        _bubble(p.fluid(p.ROCK_ORGAN), "x.xxx.xxx.xxx.xx", 60),
        _throw("throw", p.fluid(p.CLEAN_GUITAR), "................|............X...", 0.3571, 69),
        _lead("horns", p.musescore(p.BRASS),
              _melody(("x---x---x-x-x---", "x-x-x-----------", "..x-x-x-x-------"), 60, 77,
                      "aba>b?", thirds=True), 2),
        _lead("flute", p.musescore(p.FLUTE),
              _melody(("x-x-x---..x-x---", "x---x-x-x-------"), 72, 89, "ab.b"), -1,
              TapeEcho(time_s=0.3571, feedback=0.5, share=0.35)),
        _bass(Riff("x---x---x-x-x---|x---x---x-x-....", "0 0 4 2 0|0 4 7 4", 38, short=0.85),
              synth("organ_bass"), 700, 4),
        _drums("dub",
               {"kick": "X...X...X...X...", "stick": "........x.......|........x...x.o.",
                "hat": "x.xxx.xxx.xxx.xx", "tom_low": "................|............xx.."},
               every=8),
    ),
    ending=Ending("i"),
    room=Room(1.6, 5000,
              (Compressor(threshold_db=4, ratio=2), LowShelf(frequency_hz=110, gain_db=1.5))),
)  # fmt: skip

ROCKERS = Brief(
    About("reggae-08", "Rockers at Noon",
          "Busy rockers reggae with clavinet, trumpet and tight snare for travel and food films",
          ("happy", "energetic"), arousal=0.62),
    seed=4816, tempo=Tempo(92, swing=0.57, swing_beats=0.25), key=Key.of("A", "major"),
    sections=_song("I | ii | IV | I", "IV | V | vi | IV V", "drums bass skank clav", "trumpet",
                   "horns"),
    layers=(
        _skank(p.fluid(p.CLEAN_GUITAR), "....X..x....X..x", 69, 0.4),
        Layer("clav", synth("clavinet"), Comp("x.....x.x...x.x.", 59, 2, -6, 0, 0.4),
              strip(-6, -0.4, 0.06), Rest(), _YARD),
        _lead("trumpet", p.musescore(p.TRUMPET),
              _melody(("x-x-x---x-x-....", "..x-x-x-x---x---", "x---x-x-x-------"), 64, 81,
                      "aba>c?")),
        _lead("horns", p.musescore(p.BRASS),
              _melody(("x-x-..x-x---....", "..x-x---x-x-...."), 60, 77, "aba<b", thirds=True)),
        _bass(Bass("x--xx-..x--xx-x-|x--xx-..x-x-x-x-", "1 5 8 5 3 1 5|1 5 3 5 3 a 5", 33)),
        _drums("one drop",
               {"kick": "x.......x.......|x.....x.x.......", "stick": "................",
                "hat": "x.xxx.xxx.xxx.xx", "snare": "....X.......X..g|....X..g....X.x.",
                "open": "..............x.|................"}),
    ),
    ending=Ending("I"), room=_ROOM,
)  # fmt: skip

LOVERS = Brief(
    About("reggae-09", "Lovers on the Pier",
          "Sweet lovers rock with electric piano, strings and soft bass for weddings and sunsets",
          ("tender", "happy"), arousal=0.38),
    seed=4925, tempo=Tempo(84, swing=0.58, swing_beats=0.25), key=Key.of("D#", "major"),
    sections=_song("Imaj7 | iii7 | IVmaj7 | V9sus4", "ii7 | V7 | Imaj7 | vi7",
                   "drums bass skank keys", "flute", "strings"),
    layers=(
        _skank(p.fluid(p.JAZZ_GUITAR), "....X.......X...", 67, 0.35),
        Layer("keys", synth("rhodes"), Comp("x-----..x---....|x-----......x---", 62, 4, -10, 0.01),
              strip(-3, -0.3, 0.15, Chorus(depth_ms=1.5, rate_hz=0.7, share=0.4)), Hold(62), _YARD),
        _lead("flute", p.musescore(p.FLUTE),
              _melody(("x---x-x-x---x---", "..x-x-x-x-------", "x-x-x-x-----x---"), 70, 87,
                      "aba>c?"), -1),
        _lead("strings", p.musescore(p.STRINGS),
              _melody(("x-------x---x---", "x---x---x-------"), 67, 84, "aba<b", thirds=True), -2),
        _bass(Bass("x-----x-x---..x-|x---x-..x---x---", "1 5 8 5|1 3 5 a", 34),
              p.fluid(p.FRETLESS_BASS)),
        _drums("one drop",
               {"kick": "........X.......|........X.....x.", "stick": "........x.......",
                "hat": "x.o.x.o.x.o.x.o.", "tambourine": "....o.......o..."}),
    ),
    ending=Ending("Imaj7"), room=Room(1.5, 5500, (Compressor(threshold_db=4, ratio=2),)),
)  # fmt: skip

BRIEFS = (HAMMOCK, FOG, MARKET, ROOTS, ECHOES, ROCKET, STEPPER, ROCKERS, LOVERS)
