"""Hip-hop: loud thick drums, short samples ducked by the kick, plucked bass, swing.

Measured: the tagging networks recognise hip-hop by its kick (slow fall, strong saturation) and take
sustained tones and hiss for electronic music. So chords are short, ducked by the kick and 8-12 dB
quieter than the drums.
"""

from dataclasses import replace

from composer.closings import Closing, Crash, Hold, Rest, Root
from composer.comping import Bass, Broken, Comp, Riff, Walking
from composer.effects import (
    BitCrusher,
    Compressor,
    Delay,
    HighPass,
    HighShelf,
    LowPass,
    Peak,
    Saturator,
)
from composer.form import Brief, Ending, Form, Layer, Pattern, SectionPlan
from composer.genres import palette as p
from composer.genres.palette import hits, strip, synth
from composer.melody import Melody
from composer.rhythm import MACHINE, Feel, drums
from composer.score import About, Room, Strip, Tempo, Voice
from composer.theory import Key

_POCKET = Feel(4, 5, 5)
_DRUM_BUS = (Compressor(threshold_db=3, ratio=3), Saturator(drive_db=3))
_SAMPLER = (BitCrusher(bits=12, rate_hz=26_000), LowPass(5000))

_HATS = "x.o.x.o.x.o.x.oo"
_BACKBEAT = "....X..g....X..g|....X..g.g..X..."
_FILLS = (
    {"kick": "X.....o.x.x.....", "snare": "....X..g..x.X.xo", "hat": "x.o.x.o.x......."},
    {"kick": "X.....o.........", "snare": "....X.......XoxX", "hat": "x.o.x.o.........",
     "scratch": "........x.x....."},
    {"kick": "X..x............", "snare": "....X..o........", "hat": "x.o.............",
     "backspin": "..........x....."},
)  # fmt: skip


def _beat(
    kit: str,
    kick: str,
    snare: str = _BACKBEAT,
    hat: str = _HATS,
    extra: dict[str, str] | None = None,
    feel: Feel = _POCKET,
    fills: tuple[dict[str, str], ...] = _FILLS,
) -> Layer:
    pattern = drums({"kick": kick, "snare": snare, "hat": hat, **(extra or {})}, fills)
    return Layer("beat", hits(kit), pattern, strip(6, 0, 0.04, *_DRUM_BUS), Crash(), feel)


def _bass(voice: Voice, grid: str, degrees: str, centre: int = 33, gain_db: float = 0.5) -> Layer:
    chain = (Saturator(drive_db=5), Peak(frequency_hz=150, gain_db=3, q=0.8), LowPass(2600))
    return Layer("bass", voice, Bass(grid, degrees, centre, 0.7), strip(gain_db, 0, 0.0, *chain),
                 Root(centre), _POCKET)  # fmt: skip


def _loop(
    name: str,
    voice: Voice,
    pattern: Pattern,
    channel: Strip,
    closing: Closing = Hold(),
    role: str = "",
) -> Layer:
    """A sampled loop, ducked by the bass drum; a texture doesn't play in the closing bar."""
    sampled = replace(channel, effects=(*_SAMPLER, *channel.effects), duck_db=15)
    return Layer(name, voice, pattern, sampled, Rest() if role == "texture" else closing, _POCKET,
                 role)  # fmt: skip


def _talk(grid: str, centre: int, gain_db: float = -7, steps: str = "0 2 1 -1 0 3 1 0") -> Layer:
    return Layer("talk", synth("syllables"), Riff(grid, steps, centre, True, short=0.8),
                 strip(gain_db, 0.05, 0.06, HighPass(160)), Rest(), _POCKET,
                 role="texture")  # fmt: skip


_ROOM = Room(0.7, 5000, (Compressor(threshold_db=4, ratio=2),))


def _rapped(
    verse: str,
    hook: str,
    verse_layers: str,
    hook_layers: str,
    break_layers: str,
    intro: tuple[int, str] = (2, "beat"),
) -> Form:
    """The form of a rap record: verses of eight, hooks of four, a break, a last hook."""
    return (
        SectionPlan("intro", intro[0], verse, 0.55, intro[1], 0.1),
        SectionPlan("verse", 8, verse, 0.75, verse_layers),
        SectionPlan("hook", 4, hook, 0.95, hook_layers),
        SectionPlan("break", 2, verse, 0.6, break_layers, 0.2),
        SectionPlan("verse", 4, verse, 0.85, f"{verse_layers} talk"),
        SectionPlan("hook", 4, hook, 1.0, f"{hook_layers} talk"),
    )


CIPHER = Brief(
    About("hip-hop-01", "Corner Store Cipher",
          "Gritty boom bap with chopped piano, upright bass and hard drums for street footage",
          ("dark", "tense"), arousal=0.62),
    seed=1107, tempo=Tempo(92, swing=0.59, swing_beats=0.25), key=Key.of("A", "minor"),
    sections=_rapped("i7 | bVImaj7 | iv7 | V7", "i7 | i7 | bVImaj7 | V7b9", "beat bass piano",
                     "beat bass piano horns hey", "beat hey"),
    layers=(
        _beat("boom bap", "X.....o.x.x.....|X......x..x...o."),
        _bass(p.musescore(p.ACOUSTIC_BASS), "x..x..x...x.....|x.....x...x..x..", "1 1 5 a|1 8 5 a"),
        _loop("piano", p.musescore(p.PIANO),
              Comp("..x...x....x..x.|..x...x.........", 70, 3, 0, 0, 0.6), strip(-5, -0.15, 0.08)),
        _loop("horns", p.fluid(p.BRASS),
              Comp("x.....x.........|x..x....x.......", 60, 3, 4, 0, 0.6), strip(-3, 0.2, 0.08)),
        _loop("hey", synth("chop_hey"), Riff("......x.........|..............x.", "0|4", 69, True),
              strip(-6, 0.1, 0.15), role="texture"),
        _talk("..x.xx.x..xx.x.x|x.xx..x.x.x.xx..", 45),
    ),
    ending=Ending("i"), room=_ROOM,
)  # fmt: skip

BRICKS = Brief(
    About("hip-hop-02", "Brick Lane Sunrise",
          "Warm head-nod beat with a rolling harp loop, sung vowels and flute for a morning vlog",
          ("calm", "happy"), arousal=0.42),
    seed=1214, tempo=Tempo(88, swing=0.62, swing_beats=0.25), key=Key.of("C", "major"),
    sections=_rapped("Imaj7 | vi7 | IVmaj7 | V7", "IVmaj7 | V7 | Imaj7 | Imaj7", "beat bass harp",
                     "beat bass flute ah", "harp ah", (4, "harp")),
    layers=(
        _beat("dusty", "X..x......x.....|X..x..x...x.x...", "................", "................",
              {"clap": "....X.......X...|....X.......X..o", "tambourine": "o.x.o.x.o.x.o.x."}),
        _bass(synth("organ_bass"), "x..x......x.....|x..x..x...x.x...", "1 5 1|1 1 5 8 a", 36),
        _loop("harp", p.musescore(p.HARP),
              Broken("0 1 2 3 4 5 6 7 6 5 4 3 2 3 1 2", 16, 60, 4, 88, 1.5), strip(0, -0.25, 0.2)),
        _loop("flute", p.fluid(p.FLUTE),
              Melody(("x-x-..x-x---....", "..x-x-x-x-......", "x---x-x-x---...."), 72, 88,
                     "aba>c?"), strip(-3, 0.2, 0.25), role="melody"),
        _loop("ah", synth("chop_ah"),
              Riff("..x-..x.....x-..|..x-..x-........x...", "4 2 0|2 1", 67, True),
              strip(-4, 0.2, 0.3, Delay(time_s=0.511, feedback=0.3, share=0.25)), role="melody"),
        _talk("x.x...xxx.x...x.|x..x.xx....x.xx.x", 50, -9),
    ),
    ending=Ending("Imaj7"),
    room=Room(1.6, 7000,
              (Compressor(threshold_db=4, ratio=2), HighShelf(frequency_hz=4000, gain_db=3))),
)  # fmt: skip

BLOCK = Brief(
    About("hip-hop-03", "Block Party Saturday",
          "Sunny old-school party beat with organ chops, horn stabs, congas, scratches and shouts",
          ("happy", "playful"), arousal=0.7),
    seed=1313, tempo=Tempo(98, swing=0.56, swing_beats=0.25), key=Key.of("G", "mixolydian"),
    sections=_rapped("I7 | I7 | IV9 | IV9 V7", "bVII | IV9 | I7 | I7", "beat bass organ",
                     "beat bass horns hey organ", "beat turntable"),
    layers=(
        _beat("breaks", "X.x...x...x..x..|X.x....x..x.....", "....X..g.g..X..g|....X..g.g..X.g.",
              "x.x.x.x.x.x.x.x.",
              {"conga_high": "..o...o...o..oo.", "conga_low": "...o......o....."}),
        _bass(p.musescore(p.ACOUSTIC_BASS), "x..x..x.x.x..x..|x..x..x...x.x.x.",
              "1 1 8 5 7 8|1 1 8 7 5 a", 36, 1),
        _loop("organ", p.fluid(p.PERCUSSIVE_ORGAN), Comp("..x..x....x..x..", 65, 4, -8, 0, 0.5),
              strip(-5, -0.25, 0.08)),
        _loop("horns", p.fluid(p.BRASS),
              Melody(("x.x..x..x.......", "x..x..x.x.......", "..x.x.x.x......."), 60, 76, "abab?",
                     thirds=True), strip(-1, 0.15, 0.12), role="melody"),
        _loop("hey", synth("chop_hey"),
              Riff("....x.......x...|....x.......x.x.", "0 2|0 2 4", 67, True), strip(-6, 0.0, 0.2),
              role="texture"),
        Layer("turntable", hits("breaks"),
              drums({"scratch": "x.x...x.x.xx..x.", "scratch_pull": "...x.x.....o.x.."}),
              strip(-1, 0.1, 0.1), Rest(), _POCKET),
        _talk("xx.xx.x.xx.x..x.", 52, -8),
    ),
    ending=Ending("I9"), room=Room(0.8, 6000, (Compressor(threshold_db=4, ratio=2),)),
)  # fmt: skip

CONCRETE = Brief(
    About("hip-hop-04", "Concrete After Midnight",
          "Dark trap with booming bass, rolling hi-hats and a cold bell figure",
          ("dark", "tense"), arousal=0.72),
    seed=1408, tempo=Tempo(140, swing=0.5, swing_beats=0.25), key=Key.of("F", "harmonic minor"),
    sections=(
        SectionPlan("intro", 4, "i | i | bVI | V7", 0.45, "bells choir", 0.2),
        SectionPlan("drop", 8, "i | i | bVI | V7", 0.95, "bells bass beat"),
        SectionPlan("verse", 8, "i | bII | i | V7", 0.75, "plucks bass beat"),
        SectionPlan("break", 4, "bVI | V7", 0.5, "choir bells", 0.3),
        SectionPlan("drop", 8, "i | i | bVI | V7", 1.0, "bells bass beat choir talk"),
        SectionPlan("outro", 4, "i | i | bVI | V7", 0.55, "bells bass choir"),
    ),
    layers=(
        _beat("trap", "X.....x.....x...|X.........x.....", "........X.......",
              "x.o.x.o.x.o.xoxo|x.o.xxxxx.o.x.xx", {"clap": "........x.......",
              "stick": "................|...........o..o."}, MACHINE, fills=(
              {"kick": "X.....x.........", "snare": "........X...XoXX", "hat": "xoxoxoxoxoxxxoxx"},
              {"kick": "X...............", "snare": "........X.......",
               "hat": "x.o.x.o........."})),
        _bass(synth("sub"), "x..........x..x.|x.........x-....", "1 1 8|1 5", 34, -1),
        _loop("bells", synth("bell"),
              Melody(("x.x.x...x.x.x...", "x...x.x.x...x...", "x.x...x.x......."), 65, 84, "aaba?"),
              strip(-5, -0.15, 0.25), Root(72), role="melody"),
        _loop("plucks", p.fluid(p.PIZZICATO), Broken("0 . 1 2 . 1 0 .", 8, 60, 3, 88, 0.9),
              strip(-5, 0.2, 0.2)),
        _loop("choir", p.fluid(p.CHOIR),
              Comp("x-----..........|x...............", 56, 3, 0, 0, 0.9), strip(-5, 0, 0.3)),
        _talk("x..x..x.x.x..x..|x..x..x.........", 41, -6),
    ),
    ending=Ending("i"), room=Room(1.4, 5000, (Compressor(threshold_db=4, ratio=2),)),
)  # fmt: skip

CHROME = Brief(
    About("hip-hop-05", "Cold Chrome",
          "Hard trap with distorted bass, brass hits and shouts for sports cuts and car films",
          ("energetic", "tense"), arousal=0.88),
    seed=1505, tempo=Tempo(150, swing=0.5, swing_beats=0.25), key=Key.of("C#", "minor"),
    sections=(
        SectionPlan("intro", 2, "i", 0.6, "brass beat"),
        SectionPlan("drop", 8, "i | i | bVI | bVII", 1.0, "brass beat bass sub hey"),
        SectionPlan("verse", 8, "i | i | iv | V", 0.75, "flute beat bass sub"),
        SectionPlan("build", 4, "bVI | bVI | V | V", 0.7, "brass beat", 0.3),
        SectionPlan("drop", 8, "i | i | bVI | bVII", 1.0, "brass beat bass sub hey talk"),
        SectionPlan("drop", 8, "i | i | bVI | bVII", 1.0, "brass beat bass sub flute talk"),
    ),
    layers=(
        _beat("trap", "X..x....x.x.....|X.....x...x..x..", "........X.......|........X.....o.",
              "x.x.x.x.x.xxx.x.|x.x.xxx.x.x.xxxx", {"open": "......o.........|................"},
              MACHINE, fills=({"kick": "X..x..x.........", "snare": "........X.X.XXXX",
                               "hat": "x.x.x.x........."},)),
        _bass(p.fluid(p.PICKED_BASS), "x..x....x.......|x.....x...x.....", "1 1 5|1 1 8", 33, 1),
        _loop("brass", p.fluid(p.BRASS),
              Comp("x.....x.........|x..x......x.x...", 54, 3, 4, 0, 0.6),
              strip(-2, 0.15, 0.12, Saturator(drive_db=6))),
        _loop("flute", p.fluid(p.FLUTE),
              Melody(("x.x.x.x...x.....", "x...x.x.x.x.....", "..x.x...x......."), 70, 85, "aba<c"),
              strip(-4, -0.2, 0.2), Root(73), role="melody"),
        _loop("hey", synth("chop_hey"), Riff("....x...........|............x...", "0|0", 61, True),
              strip(-4, 0.0, 0.25), role="texture"),
        Layer("sub", synth("growl_bass"), Bass("x..x....x.......|x.....x...x.....", "1", 30, 0.6),
              strip(-3, 0, 0, LowPass(900)), Root(30), MACHINE),
        _talk("x.xx.xx.x.x.xx..|xx.x.xx.........", 49, -5),
    ),
    ending=Ending("i"), room=_ROOM,
)  # fmt: skip

DUTCH = Brief(
    About("hip-hop-06", "Double Dutch Summer",
          "Playful up-tempo schoolyard beat with tuba, marimba, whistle hook and handclaps",
          ("playful", "energetic"), arousal=0.78),
    seed=1606, tempo=Tempo(106, swing=0.55, swing_beats=0.25), key=Key.of("A#", "mixolydian"),
    sections=_rapped("I7 | IV7 | I7 | V7 IV7", "IV7 | IV7 | I7 | I7", "beat bass claps marimba",
                     "beat bass whistle claps marimba", "beat claps whistle", (2, "beat claps")),
    layers=(
        _beat("dusty", "X.....x.x.......|X..x..x.x....x..", "....X.......X...|....X.......X.gx",
              "................", {"stick": "x.xxx.xxx.xxx.xx"}),
        Layer("claps", hits("acoustic"),
              drums({"clap": "....x..x....x...|....x..x..x.x...",
                     "tambourine": "o.o.o.o.o.o.o.o."}), strip(2, -0.1, 0.1), Rest(), _POCKET),
        _bass(p.musescore(p.TUBA), "x...x...x...x.x.|x...x...x..x..x.", "1 5 1 5 8|1 5 1 5 a", 34,
              2),
        _loop("marimba", p.musescore(p.MARIMBA),
              Broken("0 2 . 1 3 . 2 0 . 2 1 . 3 2 1 .", 16, 67, 4, 96, 1.0), strip(0, -0.2, 0.08)),
        _loop("whistle", p.fluid(p.WHISTLE),
              Melody(("x.x.xx..x.x.....", "xx.x..x.x.......", "x.x.x...xx......"), 74, 89, "abac"),
              strip(-3, 0.15, 0.15), role="melody"),
        _talk("x.xxx.x.x.xxx...|xx.xx.x.x.......", 57, -7),
    ),
    ending=Ending("I7"), room=_ROOM,
)  # fmt: skip

SAMPLER = Brief(
    About("hip-hop-07", "Blue Note Sampler",
          "Smoky jazz-hop with a swinging ride, walking bass, vibraphone and saxophone for city "
          "nights",
          ("calm", "dreamy"), arousal=0.35),
    seed=1707, tempo=Tempo(86, swing=0.62, swing_beats=0.25), key=Key.of("D", "dorian"),
    sections=(
        SectionPlan("intro", 2, "i9 | IV9", 0.55, "vibes ride bass", 0.1),
        SectionPlan("verse", 8, "i9 | IV9 | i9 | IV9", 0.75, "beat bass vibes ride"),
        SectionPlan("hook", 4, "bVIImaj7 | IV9 | iv7 | V7#9", 0.9, "beat bass sax ride"),
        SectionPlan("solo", 8, "i9 | IV9 | i9 | IV9", 0.85, "beat bass ride sax"),
        SectionPlan("hook", 4, "bVIImaj7 | IV9 | iv7 | V7#9", 1.0, "beat bass vibes sax ride"),
    ),
    layers=(
        _beat("dusty", "X.....x....x....|X..x..x....x....", "....X..g....X...|....X..g.g..X..g",
              "................"),
        Layer("ride", hits("acoustic"),
              drums({"ride": "x...x.x.x...x.x.|x...x.x.x..xx.x.", "pedal": "....x.......x..."}),
              strip(2, 0.2, 0.12), Rest(), _POCKET),
        Layer("bass", p.musescore(p.ACOUSTIC_BASS), Walking(38, 0.3),
              strip(1, 0, 0.02, Saturator(drive_db=4)), Root(38), _POCKET),
        _loop("vibes", p.musescore(p.VIBRAPHONE),
              Comp("..x..x......x...|..x....x..x.....", 69, 3, -4, 0.01, 0.7),
              strip(-5, -0.2, 0.15)),
        _loop("sax", p.musescore(p.TENOR_SAX),
              Melody(("x.x.xx.x--..x.x.", "..x.x.x.x-x.x...", "xx.x..x---xx.x.."), 57, 76, "ab.c",
                     0.25), strip(-1, 0.2, 0.15), Root(62), role="melody"),
    ),
    ending=Ending("i9"), room=Room(0.9, 6500, (Compressor(threshold_db=4, ratio=2),)),
)  # fmt: skip

SUBWAY = Brief(
    About("hip-hop-08", "Last Train Uptown",
          "Wistful beat with bowed strings, muted trumpet and a rolling shaker for an evening ride",
          ("sad", "tender"), arousal=0.4),
    seed=1808, tempo=Tempo(90, swing=0.6, swing_beats=0.25), key=Key.of("E", "minor"),
    sections=_rapped("i9 | iv9 | bVII9 | bIIImaj7", "bVImaj7 | V7#9 | i9 | i9",
                     "beat bass cellos violins", "beat bass cellos trumpet", "cellos violins",
                     (4, "violins cellos")),
    layers=(
        _beat("boom bap", "X.......x.x.....|X..x....x.x.....", "................",
              "................", {"stick": "....X.......X..o", "shaker": "xoxoxoxoxoxoxoxo"}),
        _bass(p.fluid(p.FRETLESS_BASS), "x.......x.x...x.|x..x....x.x...x.", "1 1 5 a|1 5 8 7 a",
              36),
        _loop("cellos", p.strings("celli"), Broken("0 2 1 2 3 2 1 2", 8, 52, 4, 92, 0.9),
              strip(0, -0.2, 0.2)),
        _loop("violins", p.strings("violins"),
              Melody(("x-----x-x-------", "x---x---x-------", "x-----x-x---x---"), 69, 86, "ab.c"),
              strip(-3, 0.25, 0.3), role="counter"),
        _loop("trumpet", p.musescore(p.MUTED_TRUMPET),
              Melody(("x.x.x.x---......", "..xx..x.x---....", "x...x.xx........"), 62, 79, "aba>.",
                     0.2), strip(-3, 0.2, 0.3), Root(67), role="melody"),
        _talk("..xx.x....xx.x..|x..x.xx.........", 47, -9),
    ),
    ending=Ending("i9"), room=Room(1.8, 5500, (Compressor(threshold_db=4, ratio=2),)),
)  # fmt: skip

CHAMPION = Brief(
    About("hip-hop-09", "Champion Walkout",
          "Epic stadium beat with brass fanfare, choir and stomping drums for a sports entrance",
          ("epic", "energetic"), arousal=0.82),
    seed=1909, tempo=Tempo(95, swing=0.54, swing_beats=0.25), key=Key.of("D", "minor"),
    sections=_rapped("i | bVI | bVII | i", "bVI | bVII | i | V", "beat bass choir",
                     "beat bass horns choir shout", "beat shout", (2, "beat shout")),
    layers=(
        _beat("boom bap", "X.X...X.X.X.....|X.X...X.X.....x.", "....X.......X...|....X.......X.xX",
              "o...x...o...x...", {"tom_low": "x.....x.........", "clap": "....x.......x..."}),
        _bass(p.fluid(p.PICKED_BASS), "x.x...x.x.......|x.x...x.x.....x.", "1 1 1 8|1 1 1 8 1",
              33, 0.5),
        _loop("choir", p.musescore(p.CHOIR),
              Comp("x---......x-....|x---............", 62, 4, 2, 0, 0.9), strip(-3, 0, 0.25)),
        _loop("horns", p.fluid(p.BRASS),
              Melody(("x..xx-x-x.......", "x..x..x-x-......", "x-x-x.x-........"), 58, 74, "aba>b?",
                     thirds=True), strip(1, 0.1, 0.2), Hold(62), role="melody"),
        _loop("shout", synth("chop_hey"),
              Riff("........x.......|........x...x...", "0|0 4", 62, True), strip(-3, 0, 0.3),
              role="texture"),
        _talk("x.x.xx.xx.x.xx..", 50, -7),
    ),
    ending=Ending("i"), room=Room(1.3, 6000, (Compressor(threshold_db=4, ratio=2),)),
)  # fmt: skip

BRIEFS = (CIPHER, BRICKS, BLOCK, CONCRETE, CHROME, DUTCH, SAMPLER, SUBWAY, CHAMPION)
