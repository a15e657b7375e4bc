"""Pop: four chords, a hook that returns, strummed guitars and layered keys."""

from composer.comping import Bass, Broken, Comp, Pad
from composer.form import Brief, Layer, SectionPlan
from composer.genres import palette as p
from composer.genres.palette import fx, hits, strip
from composer.melody import Melody
from composer.rhythm import MACHINE, TIGHT, Feel, drums
from composer.score import Room

_RADIO = (fx("compress", 3, 2.2), fx("highshelf", 7000, 1.5))

WEEKEND = Brief(
    slug="pop-01",
    title="Golden Weekend",
    description="Feel-good guitar pop with claps, bright piano and a whistled hook",
    genre="pop",
    moods=("happy", "energetic"),
    seed=5103,
    bpm=118,
    tonic="C",
    scale="major",
    final_chord="Iadd9",
    sections=(
        SectionPlan("intro", 4, "I | V | vi | IV", 0.6, "strum claps"),
        SectionPlan("verse", 8, "I | V | vi | IV", 0.75, "strum bass drums plucks"),
        SectionPlan("chorus", 8, "IV | I | V | vi | IV | I | V | V", 1.0,
                    "strum bass drums claps piano hook strings"),
        SectionPlan("verse", 4, "I | V | vi | IV", 0.75, "strum bass drums plucks piano"),
        SectionPlan("chorus", 4, "IV | I | V | V", 1.0,
                    "strum bass drums claps piano hook strings"),
    ),
    layers=(
        Layer("strum", p.fluid(p.STEEL_GUITAR), Comp("x-..x-x-..x-x-x-", 60, 5, -10, 0.012, 0.9),
              strip(3, -0.35, 0.1, fx("highpass", 140)), centre=57, feel=TIGHT),
        Layer("plucks", p.fluid(p.MUTED_GUITAR), Broken("0 1 2 1 3 1 2 1", 8, 67, 3, 78, 0.7),
              strip(0, 0.4, 0.15, fx("delay", 0.381, 0.3, 0.2)), ending="rest", feel=TIGHT),
        Layer("piano", p.musescore(p.BRIGHT_PIANO), Comp("x---x---x---x-x-", 64, 4, -8, 0, 0.8),
              strip(0, 0.25, 0.15), centre=64, feel=TIGHT),
        Layer("hook", p.fluid(p.WHISTLE),
              Melody(("x-x-x---x-x-x---", "x---x-x-x-------", "..x-x-x-x-x-x---"), 72, 88, "abac",
                     0.15, 0, 0.2),
              strip(-3, 0, 0.25, fx("delay", 0.254, 0.25, 0.15)), ending="tonic", centre=79,
              feel=TIGHT),
        Layer("strings", p.musescore(p.STRINGS), Pad(69, 3, 66), strip(-4, 0.1, 0.3), centre=67),
        Layer("bass", p.fluid(p.PICKED_BASS), Bass("x-x-x-x-x-x-x-x-", "1 1 1 1 1 1 5 a", 36, 0.85),
              strip(4, 0, 0.02, fx("saturate", 3), fx("lowpass", 2200)), ending="root", centre=36,
              feel=TIGHT),
        Layer("claps", hits("house"), drums({"clap": "....x.......x..."}), strip(-3, 0, 0.15),
              ending="rest", feel=Feel(4, 0, 4)),
        Layer("drums", hits("acoustic"),
              drums({"kick": "x.....x.x.......|x.....x.x..x....", "snare": "....x.......x...",
                     "hat": "x.o.x.o.x.o.x.o.", "tambourine": "....o.......o..."},
                    {"kick": "x.....x.x.......", "snare": "....x...x.x.xxxx", "hat": "x.o.x.o........."},
                    8, True),
              strip(0, 0, 0.1, fx("parallel", 2, 6, 0.4)), ending="crash", feel=TIGHT),
    ),
    room=Room(1.2, 7000, _RADIO),
)  # fmt: skip

PLANES = Brief(
    slug="pop-02",
    title="Paper Planes at Dusk",
    description="Wistful piano ballad that opens into strings and soft drums",
    genre="pop",
    moods=("sad", "tender"),
    seed=5201,
    bpm=72,
    tonic="A",
    scale="minor",
    final_chord="i",
    sections=(
        SectionPlan("intro", 2, "i | bVI", 0.4, "piano"),
        SectionPlan("verse", 6, "i | bVI | bIII | bVII | i | bVI", 0.55, "piano tune bass"),
        SectionPlan("chorus", 6, "bVI | bVII | i | bIII | bVI | V7", 0.95,
                    "piano tune bass drums strings guitar"),
        SectionPlan("outro", 2, "i | bVI bVII", 0.5, "piano strings"),
    ),
    layers=(
        Layer("piano", p.musescore(p.PIANO), Broken("r 0 1 2 1 2 3 2", 8, 60, 3, 66, 1.8),
              strip(1, -0.1, 0.25), ending="hold", centre=57, feel=Feel(9, 0, 6)),
        Layer("tune", p.musescore(p.PIANO),
              Melody(("x-x-x---x-x-----", "x---x-x-x-------", "..x-x-x-x---x---",
                      "x-----x-x-x-x---"), 67, 84, "abac", 0.2, 0, 0.3, velocity=4),
              strip(2, 0.1, 0.25), ending="tonic", centre=72, feel=Feel(10, 6, 6)),
        Layer("strings", p.musescore(p.STRINGS), Pad(64, 4, 66), strip(-2, 0.1, 0.35), centre=64),
        Layer("guitar", p.fluid(p.CLEAN_GUITAR), Broken("0 2 1 3 2 1 0 2", 8, 64, 3, 64, 1.6),
              strip(-1, 0.4, 0.25, fx("chorus", 2.0, 0.8, 0.6)), ending="rest", feel=TIGHT),
        Layer("bass", p.fluid(p.FRETLESS_BASS), Bass("x-----x-x---x---", "1 1 5 a", 36),
              strip(3, 0, 0.05), ending="root", centre=33, feel=TIGHT),
        Layer("drums", hits("acoustic"),
              drums({"kick": "x.....x...x.....", "stick": "........x.......",
                     "snare": "........o.......", "hat": "o.o.o.o.o.o.o.o."},
                    {"kick": "x.....x...x.....", "snare": "........x..oxoxx", "hat": "o.o.o.o........."},
                    6, True),
              strip(-2, 0, 0.25), ending="rest", feel=Feel(5, 4, 5)),
    ),
    room=Room(1.9, 6000, (fx("compress", 5, 1.8),)),
)  # fmt: skip

NEON = Brief(
    slug="pop-03",
    title="Neon Hearts",
    description="Dreamy synth-pop with shimmering arpeggio, round bass and a longing lead",
    genre="pop",
    moods=("dreamy", "energetic"),
    seed=5306,
    bpm=104,
    tonic="F#",
    scale="minor",
    final_chord="iadd9",
    sections=(
        SectionPlan("intro", 4, "bVI | bVII | i | i", 0.5, "arp pad"),
        SectionPlan("verse", 8, "i | bVI | bIII | bVII", 0.75, "arp pad bass drums"),
        SectionPlan("chorus", 8, "bVI | bVII | i | bIII | bVI | bVII | i | i", 1.0,
                    "arp pad bass drums lead guitar"),
        SectionPlan("outro", 4, "bVI | bVII | i | i", 0.7, "arp pad bass lead"),
    ),
    layers=(
        Layer("arp", p.synth("pluck"), Broken("0 1 2 3 2 1 2 1", 16, 69, 3, 66, 0.9),
              strip(-9, 0.2, 0.3, fx("delay", 0.433, 0.35, 0.3)), ending="rest", feel=MACHINE),
        Layer("pad", p.synth("warm_pad"), Pad(60, 4, 72), strip(-4, 0, 0.35, duck_db=3)),
        Layer("lead", p.synth("lead"),
              Melody(("x-x-x---x---x---", "x---x-x-x-------", "..x-x-x-x-x-x-x-",
                      "x-----x-x-------"), 66, 83, "abac", 0.2),
              strip(-8, 0, 0.35, fx("delay", 0.288, 0.35, 0.25)), ending="tonic", centre=78,
              feel=MACHINE),
        Layer("guitar", p.fluid(p.CLEAN_GUITAR), Comp("..x-..x-..x-x-..", 66, 3, -12, 0.01, 0.6),
              strip(0, -0.4, 0.25, fx("chorus", 2.5, 0.7, 0.8)), ending="hold", centre=66,
              feel=TIGHT),
        Layer("bass", p.synth("saw_bass"), Bass("x.x.x.x.x.x.x.x.", "1 1 1 8", 35, 0.8),
              strip(-5, 0, 0.02, duck_db=3), ending="root", centre=30, feel=MACHINE),
        Layer("drums", hits("gated"),
              drums({"kick": "x...x...x...x...", "snare": "....x.......x...",
                     "hat": "o.x.o.x.o.x.o.x.", "open": "..............o."},
                    {"kick": "x...x...x...x...", "snare": "....x.......x.x.",
                     "tom_high": "........xx......", "tom_mid": "..........xx....",
                     "tom_low": "............xxxx"}, 8, True),
              strip(-1, 0, 0.15), ending="crash", feel=MACHINE),
    ),
    room=Room(1.6, 7000, _RADIO),
)  # fmt: skip

BRIEFS = (WEEKEND, PLANES, NEON)
