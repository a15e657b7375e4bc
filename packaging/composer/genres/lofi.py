"""Lo-fi: an electric piano on a worn tape, a soft beat that drags, a round bass, crackle."""

from composer.closings import Crash, Rest, Root
from composer.comping import Bass, Broken, Comp, Pad
from composer.effects import (
    BitCrusher,
    Chorus,
    Compressor,
    Delay,
    LowPass,
    LowShelf,
    RotarySpeaker,
    Saturator,
    Tremolo,
    Vinyl,
    Wow,
)
from composer.form import Brief, Ending, Form, Layer, Pattern, SectionPlan
from composer.genres import palette as p
from composer.genres.palette import hits, strip, synth
from composer.melody import Counter, Melody
from composer.rhythm import LAID_BACK, Feel, drums
from composer.score import About, Effect, Room, Tempo, Voice
from composer.theory import Key
from composer.transitions import Bed

_DRAG = Feel(7, 12, 7)
_MUSIC_BOX = 10
_TAPE = (BitCrusher(bits=12, rate_hz=26_000), LowPass(3400), Wow(depth_ms=1.3, rate_hz=0.6))

_FILLS = (
    {"kick": "x..x..x...x.....", "snare": "....x..g....x.xo", "hat": "x.o.x.o.x......."},
    {"kick": "x.......x.......", "snare": "....x.......x...", "hat": "x.o.x...........",
     "stick": "..........o.o..o"},
)  # fmt: skip


def _beat(
    kit: str, kick: str, snare: str, hat: str, extra: dict[str, str] | None = None,
    gain_db: float = 1,
) -> Layer:  # fmt: skip
    grids = {"kick": kick, "snare": snare, "hat": hat, **(extra or {})}
    chain = (Compressor(threshold_db=3, ratio=2.5), Saturator(drive_db=3), LowPass(7000))
    return Layer("beat", hits(kit), drums(grids, _FILLS), strip(gain_db, 0, 0.08, *chain), Crash(),
                 _DRAG)  # fmt: skip


def _bass(grid: str, degrees: str, centre: int = 36, voice: Voice | None = None) -> Layer:
    chain = (LowPass(700), Saturator(drive_db=5), Wow(depth_ms=0.6, rate_hz=0.5))
    return Layer("bass", voice or p.fluid(p.FINGERED_BASS), Bass(grid, degrees, centre, 0.98),
                 strip(1, 0, 0.02, *chain), Root(centre), LAID_BACK)  # fmt: skip


def _chords(
    name: str, voice: Voice, pattern: Pattern, gain_db: float = 1, pan: float = -0.1,
    *effects: Effect, duck_db: float = 3,
) -> Layer:  # fmt: skip
    chain: tuple[Effect, ...] = (*_TAPE, LowShelf(frequency_hz=350, gain_db=2), *effects)
    return Layer(name, voice, pattern, strip(gain_db, pan, 0.16, *chain, duck_db=duck_db),
                 feel=LAID_BACK)  # fmt: skip


def _melody(rhythms: tuple[str, ...], low: int, high: int, form: str = "ab.c") -> Melody:
    return Melody(rhythms, low, high, form, 0.16, 0.1, 0.3, -8)


def _tune(
    name: str, voice: Voice, melody: Melody, gain_db: float = -1, pan: float = 0.2,
    *effects: Effect,
) -> Layer:  # fmt: skip
    return Layer(name, voice, melody, strip(gain_db, pan, 0.28, *_TAPE, *effects),
                 Root((melody.low + melody.high) // 2), LAID_BACK, expression=0.2)  # fmt: skip


def _haze(patch: str, gain_db: float = -5) -> Layer:
    """The pad behind the loop, ducked by the kick."""
    return Layer("haze", synth(patch), Pad(62, 4, 64),
                 strip(gain_db, 0, 0.3, Wow(depth_ms=1.3, rate_hz=0.6), duck_db=5))  # fmt: skip


def _air(voice: Voice, pattern: Pattern, gain_db: float = -9) -> Layer:
    return Layer("air", voice, pattern, strip(gain_db, 0, 0.2, LowPass(3000)), Rest(),
                 role="texture")  # fmt: skip


def _tape(crackle_db: float = -36) -> Room:
    """A small room, recorded on a worn record."""
    return Room(1.1, 4500, (Vinyl(level_db=crackle_db), Compressor(threshold_db=4, ratio=2)))


_ROOM = _tape()


def _loop(main: str, other: str, chords: str, tune: str, second: str, n_intro: int = 2) -> Form:
    """Chords, the beat, a tune, a bridge without beat, the tune, the beat."""
    return (
        SectionPlan("intro", n_intro, main, 0.4, chords),
        SectionPlan("loop", 4, main, 0.6, f"{chords} bass beat"),
        SectionPlan("theme", 4, main, 0.75, f"{chords} bass beat {tune}"),
        SectionPlan("bridge", 4, other, 0.5, f"{chords} bass {second}", 0.2),
        SectionPlan("theme", 4, main, 0.85, f"{chords} bass beat {tune}"),
        SectionPlan("loop", 4, main, 0.7, f"{chords} bass beat {second}", -0.2),
    )


ROOFTOP = Brief(
    About("lo-fi-01", "Rooftop Cassette",
          "Dusty lo-fi beat with electric piano, vibraphone and vinyl crackle to study or relax to",
          ("calm", "dreamy"), arousal=0.28),
    seed=1101, tempo=Tempo(84, swing=0.6, swing_beats=0.25), key=Key.of("D", "minor"),
    sections=_loop("i7 iv9 | i7 V7b9 | bVImaj7 iv9 | V7b9", "bVImaj7 | V7b9 | i7 | i7", "keys haze",
                   "vibes", "guitar", 4),
    layers=(
        _haze("warm_pad"),
        _chords("keys", synth("rhodes"), Comp("x--..xx- ..x---..|x--..x-- x-..x---", 62, 4, -12,
                0.02)),
        _tune("vibes", p.fluid(p.VIBRAPHONE),
              _melody(("..x-x-x---x-----", "x---..x-x-x-----", "..x---x-..x-x---"), 67, 84, "ab.c"),
              -3, 0.25, Delay(time_s=0.536, feedback=0.4, share=0.3)),
        _chords("guitar", p.fluid(p.NYLON_GUITAR), Broken("0 . 2 . 1 . 3 .", 8, 62, 4, 58, 1.5), -5,
                0.3),
        _bass("x--...x-..x--...|x--..x--x---.x..", "1 5 8|1 1 5 a", 36, synth("round_bass")),
        _beat("lo-fi", "x..x..x...x.....|x......x..x..x..", "....x..g....x..g|....x..g.g..x...",
              "x.o.x.o.x.o.x.oo"),
    ),
    ending=Ending("i7"), room=_ROOM,
)  # fmt: skip

HOMEWORK = Brief(
    About("lo-fi-02", "Homework at Midnight",
          "Sleepy felt piano with a music box, clarinet and a ticking beat for late-night study "
          "streams",
          ("calm", "tender"), arousal=0.18),
    seed=10202, tempo=Tempo(74, swing=0.55, swing_beats=0.25), key=Key.of("F", "major"),
    sections=(
        SectionPlan("intro", 2, "Imaj9 | vi7", 0.4, "piano"),
        SectionPlan("loop", 4, "Imaj9 | vi7 | ii9 | V13", 0.6, "piano bass beat"),
        SectionPlan("theme", 4, "Imaj9 | vi7 | ii9 | V13", 0.75, "piano bass beat box"),
        SectionPlan("bridge", 4, "IVmaj7 | iii7 | ii9 | V9sus4", 0.5, "piano counter box", 0.2),
        SectionPlan("theme", 4, "Imaj9 | vi7 | ii9 | V13", 0.85, "piano bass beat box"),
        SectionPlan("loop", 3, "Imaj9 | vi7 | V13", 0.7, "piano beat counter", -0.2),
    ),
    layers=(
        _chords("piano", p.musescore(p.PIANO), Broken("r 2 1 3 2 3 1 2", 8, 60, 4, 62, 2.0), 2,
                0.0),
        Layer("box", p.fluid(_MUSIC_BOX),
              Melody(("x.x.x-..x.x.x---", "..x.x.x.x-x-x---", "x-x.x.x-x-------"), 77, 94, "ab.c",
                     0.16, 0.1, 0.3, -4), strip(2, 0.2, 0.3, Wow(depth_ms=1.0, rate_hz=0.5)),
              Root(84), LAID_BACK),
        Layer("counter", p.musescore(p.CLARINET), Counter(55, 72), strip(-1, -0.25, 0.3, *_TAPE),
              Rest(), LAID_BACK),
        _bass("x-----..x---x---|x-----..x-----x-", "1 5 8|1 5 a", 36, p.musescore(p.ACOUSTIC_BASS)),
        _beat("brushes", "x.......x.......", "................", "................",
              {"stick": "x.o.X.o.x.o.X.o.", "shaker": "o.o.o.o.o.o.o.o."}, -3),
    ),
    ending=Ending("Imaj9"), room=_ROOM,
)  # fmt: skip

SKYLIGHT = Brief(
    About("lo-fi-03", "Rain on the Skylight",
          "Melancholic lo-fi with rain, nylon guitar and a heavy-lidded beat for a quiet vlog",
          ("sad", "calm"), arousal=0.15),
    seed=10303, tempo=Tempo(68, swing=0.58, swing_beats=0.25), key=Key.of("A", "minor"),
    sections=_loop("i9 | iv9 bVII13 | bIIImaj7 bVImaj7 | iim7b5 V7b9", "bVImaj7 | iv7 | i9 | V7b9",
                   "guitar air haze", "piano", "pad"),
    layers=(
        _haze("warm_pad", -9),
        _chords("guitar", p.fluid(p.NYLON_GUITAR), Broken("0 2 1 3 2 1 3 2", 8, 60, 4, 66, 2.0), 1,
                -0.2),
        _tune("piano", p.musescore(p.PIANO),
              _melody(("..x---x-x-------", "x---x---..x-x---", "..x-x-----------"), 69, 86, "ab.c"),
              -3, 0.2, Delay(time_s=0.441, feedback=0.35, share=0.25)),
        _chords("pad", synth("sweep_pad"), Pad(67, 3, 62), -6, 0.0, duck_db=5),
        _air(synth("rain"), Bed(60, 80), -13),
        _bass("x-------..x-----|x-----..x-------", "1 5|1 a", 33, synth("sub")),
        _beat("lo-fi", "x......x..x.....", "....x.......x...", "x.o.x.o.x.o.x.o.", None, 0),
    ),
    ending=Ending("i9"), room=_ROOM,
)  # fmt: skip

CRANES = Brief(
    About("lo-fi-04", "Paper Cranes",
          "Gentle lo-fi with kalimba, wurlitzer and soft claps for craft and cooking videos",
          ("happy", "dreamy"), arousal=0.32),
    seed=10404, tempo=Tempo(82, swing=0.6, swing_beats=0.25), key=Key.of("D#", "major"),
    sections=_loop("IVmaj7 V9sus4 | iii7 vi9 | ii9 V13 | Imaj7",
                   "vi9 iii7 | IVmaj7 Imaj7 | II9 | V9sus4", "keys haze", "kalimba", "flute"),
    layers=(
        _haze("glass_pad", -6),
        _chords("keys", synth("wurlitzer"), Comp("..x-..x---x-..x-|x---..x-..x---..", 63, 4, -10,
                0.01), 0),
        _tune("kalimba", synth("kalimba"),
              _melody(("x.x.x..x..x.x...", "..x.x.x.x.......", "x..x..x.x.x....."), 72, 89,
                      "aba>c?"), -3, 0.3, Delay(time_s=0.366, feedback=0.4, share=0.3)),
        _tune("flute", p.musescore(p.FLUTE),
              _melody(("x---..x-x-------", "..x-x---x-------"), 70, 84, "a.b."), -4, -0.3),
        _bass("x--.x-..x--...x-|x--.x-..x--.x-..", "1 8 5 a|1 8 5 3", 39),
        _beat("lo-fi", "x.....x.x.......|x..x....x.x.....", "....x.......x...",
              "x.x.x.xox.x.x.x.", {"clap": "....o.......o...", "shaker": "..o...o...o...o."}),
    ),
    ending=Ending("Imaj7"), room=_ROOM,
)  # fmt: skip

DUSTY = Brief(
    About("lo-fi-05", "Corner Table Tape",
          "Jazzy lo-fi hip-hop with reed piano, muted trumpet and a bumping beat for street cafes",
          ("playful", "calm"), arousal=0.4),
    seed=10505, tempo=Tempo(90, swing=0.64, swing_beats=0.25), key=Key.of("C", "minor"),
    sections=_loop("iim7b5 | V7b9 | i9 | i9", "bVImaj7 | bVII13 | bIIImaj7 | V7#9", "keys haze",
                   "trumpet", "organ"),
    layers=(
        _haze("juno_pad", -2),
        _chords("keys", synth("wurlitzer"), Comp("x-----..x---x---|..x---x---..x---", 61, 4, -12,
                0.01), 2, -0.15),
        _tune("trumpet", p.musescore(p.MUTED_TRUMPET),
              _melody(("x-x-x---..x-x-x-", "..x-xxx-x-------", "x--x--x-x-------"), 63, 80, "ab.."),
              -7, 0.25),
        _chords("organ", p.fluid(p.DRAWBAR_ORGAN), Pad(64, 4, 58), -5, 0.3,
                RotarySpeaker(rate_hz=5.6, depth=0.6)),
        _bass("x--x..x-x--x..x-|x--x..x-x-..x-x-", "1 3 5 8 7 5|1 3 5 8 a", 36,
              synth("round_bass")),
        _beat("dusty", "x..x....x.x.....|x..x..x...x.....", "....x..g....x..g",
              "x.ox..o.x.ox..o.", None, 1),
    ),
    ending=Ending("i9"), room=_ROOM,
)  # fmt: skip

POLAROID = Brief(
    About("lo-fi-06", "Beachside Polaroid",
          "Breezy bossa lo-fi with nylon guitar, flute and rim clicks for travel and food reels",
          ("happy", "calm"), arousal=0.38),
    seed=10606, tempo=Tempo(96, swing=0.53, swing_beats=0.25), key=Key.of("G", "major"),
    sections=_loop("Imaj7 | II9 | ii9 | V13", "IVmaj7 | iv6 | iii7 V7/ii | ii9 V7b9", "guitar haze",
                   "flute", "vibes", 4),
    layers=(
        _haze("air_pad", -6),
        _chords("guitar", p.fluid(p.NYLON_GUITAR), Comp("x...x..x....x...|x..x....x...x...", 62, 4,
                -8, 0.008, 0.8), 1, -0.2),
        _tune("flute", p.musescore(p.FLUTE),
              _melody(("x---x-x---x-x---", "..x-x-x-x-------", "x-x---x-----x---"), 67, 84,
                      "aba>c?"), -2),
        _tune("vibes", p.musescore(p.VIBRAPHONE),
              _melody(("x---..x-x---....", "..x-x---x-------"), 65, 82, "abab"), -3, 0.3),
        _bass("x-----x-x-----x-", "1 5 1 5|1 5 1 a", 36, p.musescore(p.ACOUSTIC_BASS)),
        _beat("lo-fi", "x.......x.x.....", "................", "X.o.x.o.X.o.x.o.",
              {"stick": "....X.......X..o", "shaker": "o.x.o.x.o.x.o.x."}),
    ),
    ending=Ending("Imaj7"), room=_ROOM,
)  # fmt: skip

WINDOW = Brief(
    About("lo-fi-07", "Bus Window",
          "Nostalgic lo-fi with chorused keys, cello and sampled voices for memories and travel",
          ("sad", "tender"), arousal=0.25),
    seed=10707, tempo=Tempo(78, swing=0.59, swing_beats=0.25), key=Key.of("E", "minor"),
    sections=_loop("bVImaj7 | bVII | i9 | bIIImaj7", "iv9 | bVII13 | bIIImaj7 | V7b9", "keys haze",
                   "cello", "voices"),
    layers=(
        _haze("choir_pad", -5),
        _chords("keys", synth("rhodes"),
                Comp("x-----x---x-----|x---x-----x---x-", 64, 4, -10, 0.02),
                1, -0.1, Chorus(depth_ms=2.0, rate_hz=0.6, share=0.5)),
        _tune("cello", p.musescore(p.CELLO),
              _melody(("x---x-----x-x---", "x-------x---x---", "x-x-x-----------"), 52, 71, "ab.c"),
              -4, 0.15),
        _tune("voices", synth("chop_ah"),
              _melody(("x-..x-..x-......", "..x-....x-..x-..", "x-....x-........"), 64, 79,
                      "aba~b"), -4, -0.25, Delay(time_s=0.385, feedback=0.45, share=0.4)),
        _bass("x-----x-..x---..|x-----..x-..x---", "1 8 5|1 5 a", 40, synth("round_bass")),
        _beat("lo-fi", "x.....x...x.....|x......x..x.....", "....x.......x..g",
              "x.o.x.oox.o.x.o.", {"stick": "..............o.|................"}),
    ),
    ending=Ending("i9"), room=_ROOM,
)  # fmt: skip

SNOW = Brief(
    About("lo-fi-08", "Snow Day",
          "Hushed winter waltz on tape with glockenspiel, harp, sleigh bells and choir for cosy "
          "scenes",
          ("dreamy", "tender"), arousal=0.12),
    seed=10808, tempo=Tempo(92, "3/4", swing=0.5, swing_beats=0.25), key=Key.of("A#", "major"),
    sections=(
        SectionPlan("intro", 4, "I | vi7", 0.4, "harp"),
        SectionPlan("loop", 8, "I | vi7 | IVmaj7 | iv6 | iii7 | V7/ii | ii7 | V7", 0.6,
                    "harp bass bells"),
        SectionPlan("theme", 8, "I | vi7 | IVmaj7 | iv6 | iii7 | V7/ii | ii7 | V7", 0.75,
                    "harp bass bells glockenspiel"),
        SectionPlan("bridge", 4, "IVmaj7 | iv6 | I | V9sus4", 0.5, "choir glockenspiel", 0.2),
        SectionPlan("theme", 8, "I | vi7 | IVmaj7 | iv6 | iii7 | V7/ii | ii7 | V7", 0.85,
                    "harp bass bells choir glockenspiel"),
        SectionPlan("loop", 4, "I | vi7 | IVmaj7 V7 | I", 0.6, "harp bass", -0.2),
    ),
    layers=(
        _chords("harp", p.musescore(p.HARP), Broken("0 2 3 4 3 2|0 1 3 4 3 1", 6, 60, 4, 78, 1.5),
                1, -0.2),
        Layer("glockenspiel", p.musescore(p.GLOCKENSPIEL),
              Melody(("x---x-x---x-", "x-----x-x-x-", "x-x-x-x-----"), 77, 94, "ab.c?", 0.16, 0.1,
                     0.3, -4), strip(0, 0.25, 0.4, Wow(depth_ms=0.8, rate_hz=0.5)), Root(84),
              LAID_BACK),
        _chords("choir", p.musescore(p.CHOIR), Pad(62, 3, 70), 0, 0.0),
        _bass("x-----------|x-----x-----", "1|1 5", 34, p.musescore(p.ACOUSTIC_BASS)),
        Layer("bells", hits("lo-fi"),
              drums({"kick": "x...........", "tambourine": "o.o.x.o.x.o.", "shaker": "....x...x...",
                     "stick": "........x..."}), strip(0, 0, 0.2), Rest(), _DRAG),
    ),
    ending=Ending("I"), room=_ROOM,
)  # fmt: skip

BALCONY = Brief(
    About("lo-fi-09", "Balcony Bossa",
          "Smoky minor bossa lo-fi with jazz guitar, vibraphone and brushes for evening scenes",
          ("calm", "playful"), arousal=0.35),
    seed=10909, tempo=Tempo(100, swing=0.52, swing_beats=0.25), key=Key.of("F#", "minor"),
    sections=_loop("i9 | iv9 | V7b9 | i9", "bVImaj7 | iim7b5 | V7b9 | i6", "keys haze guitar",
                   "vibes", "organ", 4),
    layers=(
        _haze("warm_pad", -2),
        _chords("keys", synth("rhodes"), Comp("x-----x-....x---", 66, 4, -10, 0.01), 1, 0.1),
        _chords("guitar", p.fluid(p.JAZZ_GUITAR),
                Comp("x-.x-.x-..x-.x-.|..x-.x-.x-.x-.x-", 60, 4, -8, 0.008, 0.85), -8, -0.25),
        _tune("vibes", p.musescore(p.VIBRAPHONE),
              _melody(("x---x-x---x-x---", "..x-x-x-x-------", "x-x---x---------"), 66, 83,
                      "ab.c?"), -3, 0.3, Tremolo(rate_hz=4.2, depth=0.2)),
        _chords("organ", synth("bubble_organ"),
                Comp("x-----......x---|....x-----......", 64, 3, -16),
                -6, 0.2, RotarySpeaker(rate_hz=5.2, depth=0.5)),
        _bass("x-----x-x-----x-|x-----x-x---x-x-", "1 5 1 5|1 5 8 5 a", 42, synth("round_bass")),
        _beat("brushes", "x..x....x..x....", "................", "..x...x...x...x.",
              {"stick": "x..x..x...x..x..|..x...x..x..x...", "clap": "x...x...x...x..."}, 0),
    ),
    ending=Ending("i9"), room=_ROOM,
)  # fmt: skip

BRIEFS = (ROOFTOP, HOMEWORK, SKYLIGHT, CRANES, DUSTY, POLAROID, WINDOW, SNOW, BALCONY)
