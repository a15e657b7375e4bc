"""Folk: plucked strings, fiddle and whistle, modal tunes, hands and feet for drums."""

from composer.comping import Bass, Broken, Comp, Pad
from composer.form import Brief, Layer, SectionPlan
from composer.genres import palette as p
from composer.genres.palette import fx, strip
from composer.melody import Melody
from composer.rhythm import Feel, drums
from composer.score import Room

_PORCH = Feel(8, 2, 7)
_ROOM = Room(1.2, 6000, (fx("compress", 5, 1.6),))

CAMPFIRE = Brief(
    slug="folk-01",
    title="Campfire Letters",
    description="Gentle fingerpicked guitar with mandolin-like dulcimer and soft whistle",
    genre="folk",
    moods=("calm", "tender"),
    seed=10103,
    bpm=92,
    tonic="G",
    scale="major",
    final_chord="I",
    sections=(
        SectionPlan("intro", 2, "I | IV", 0.5, "picking"),
        SectionPlan("verse", 8, "I | IV | I | V | vi | IV | V | I", 0.65, "picking tune bass"),
        SectionPlan("verse", 8, "I | IV | I | V | vi | IV | V | I", 0.8,
                    "picking tune bass strum whistle"),
        SectionPlan("verse", 4, "vi | IV | V | V", 0.7, "picking bass tune"),
    ),
    layers=(
        Layer("picking", p.fluid(p.STEEL_GUITAR), Broken("r 2 1 3 0 2 1 3", 8, 60, 3, 76, 1.8),
              strip(-1, -0.25, 0.15), ending="hold", centre=55, feel=_PORCH),
        Layer("tune", p.fluid(p.NYLON_GUITAR),
              Melody(("x---x-x-x---x---", "x-x-x---x-------", "x---x---x-x-x---",
                      "..x-x-x-x---x---"), 67, 83, "abac", 0.15, 0, 0.3, velocity=6),
              strip(0, 0.2, 0.18), ending="root", centre=74, feel=_PORCH),
        Layer("whistle", p.fluid(p.RECORDER),
              Melody(("x-------x---x---", "x---x---x-------"), 72, 88, "abab", 0.1, velocity=-10),
              strip(0, 0.35, 0.3), ending="rest", feel=_PORCH),
        Layer("strum", p.fluid(p.STEEL_GUITAR), Comp("....x-..x-x-x-..", 60, 4, -18, 0.015, 0.8),
              strip(-4, 0.35, 0.15, fx("highpass", 180)), ending="rest", feel=_PORCH),
        Layer("bass", p.fluid(p.ACOUSTIC_BASS), Bass("x-----..x-----..|x-----..x---x---",
                                                     "1 5|1 5 a", 38),
              strip(1, 0, 0.08), ending="root", centre=31, feel=_PORCH),
    ),
    room=_ROOM,
)  # fmt: skip

MILLER = Brief(
    slug="folk-02",
    title="The Miller's Holiday",
    description="Lively six-eight jig with fiddle, whistle, strummed guitar and stomps",
    genre="folk",
    moods=("happy", "playful"),
    seed=10205,
    bpm=118,
    tonic="D",
    scale="mixolydian",
    final_chord="I",
    time_signature="6/8",
    end_bars=2,
    sections=(
        SectionPlan("intro", 4, "I | I | bVII | I", 0.6, "guitar drum"),
        SectionPlan("first", 16, "I | I | bVII | bVII | I | I | bVII | I", 0.8,
                    "guitar drum fiddle bass"),
        SectionPlan("second", 16, "IV | I | bVII | I | IV | I | bVII | I", 0.9,
                    "guitar drum whistle bass banjo"),
        SectionPlan("first", 16, "I | I | bVII | bVII | I | I | bVII | I", 1.0,
                    "guitar drum fiddle bass banjo whistle"),
    ),
    layers=(
        Layer("fiddle", p.fluid(p.FIDDLE),
              Melody(("xxxxxx", "x-xxxx", "xxxx-x", "x-xx-x"), 67, 86, "abacabad", 0.2, 0, 0.4),
              strip(0, -0.2, 0.2), ending="root", centre=74, feel=_PORCH),
        Layer("whistle", p.fluid(p.RECORDER),
              Melody(("x-xxxx", "xxxx-x", "x-xx-x", "xxxx--"), 74, 93, "abacabad", 0.2, 0, 0.4),
              strip(0, 0.25, 0.2), ending="root", centre=86, feel=_PORCH),
        Layer("banjo", p.fluid(p.BANJO), Broken("0 1 2 1 2 1", 6, 64, 3, 72, 0.9),
              strip(-4, 0.45, 0.15), ending="rest", feel=_PORCH),
        Layer("guitar", p.fluid(p.STEEL_GUITAR), Comp("X-ox-o", 57, 5, -8, 0.012, 0.8),
              strip(-4, -0.4, 0.12), centre=55, feel=_PORCH),
        Layer("bass", p.fluid(p.ACOUSTIC_BASS), Bass("x--x--", "1 5", 38), strip(1, 0, 0.08),
              ending="root", centre=38, feel=_PORCH),
        Layer("drum", p.kit(p.STANDARD_KIT),
              drums({"kick": "x.....|x..o..", "tom_low": "x..o.o", "tambourine": "..o..o",
                     "clap": "......|...o.."}),
              strip(-3, 0, 0.15), ending="rest", feel=_PORCH),
    ),
    room=_ROOM,
)  # fmt: skip

LANTERN = Brief(
    slug="folk-03",
    title="The Widow's Lantern",
    description="Melancholy waltz ballad for guitar, cello and flute in a minor mode",
    genre="folk",
    moods=("sad", "dreamy"),
    seed=10301,
    bpm=100,
    tonic="A",
    scale="dorian",
    final_chord="i",
    time_signature="3/4",
    end_bars=2,
    sections=(
        SectionPlan("intro", 4, "i | bVII | i | v", 0.5, "picking"),
        SectionPlan("verse", 8, "i | bVII | bIII | IV | i | bVII | v | i", 0.65,
                    "picking cello bass"),
        SectionPlan("refrain", 8, "bIII | bVII | i | IV | bIII | bVII | v | v", 0.85,
                    "picking flute cello bass accordion"),
        SectionPlan("verse", 8, "i | bVII | bIII | IV | i | bVII | v | i", 0.7,
                    "picking cello bass flute"),
    ),
    layers=(
        Layer("picking", p.fluid(p.NYLON_GUITAR), Broken("r 0 1 2 1 0", 6, 58, 3, 74, 1.8),
              strip(-1, -0.2, 0.2), ending="hold", centre=57, feel=_PORCH),
        Layer("cello", p.musescore(p.CELLO),
              Melody(("x---x-x-x---", "x-----x-x---", "x---x---x---", "x-------x-x-"), 52, 71,
                     "abacabad", 0.15, 0, 0.3),
              strip(0, 0.2, 0.3), ending="root", centre=57, feel=_PORCH),
        Layer("flute", p.musescore(p.FLUTE),
              Melody(("x-x-x---x---", "x---x-x-x-x-", "x-------x---"), 71, 88, "abac", 0.15, 0,
                     0.4),
              strip(0, -0.1, 0.35), ending="root", centre=76, feel=_PORCH),
        Layer("accordion", p.fluid(p.ACCORDION), Pad(60, 3, 52), strip(-8, 0.4, 0.25),
              ending="rest"),
        Layer("bass", p.fluid(p.ACOUSTIC_BASS), Bass("x---....x-..|x-----------", "1 5|1", 38),
              strip(1, 0, 0.1), ending="root", centre=33, feel=_PORCH),
    ),
    room=Room(1.7, 5500, (fx("compress", 6, 1.5),)),
)  # fmt: skip

BRIEFS = (CAMPFIRE, MILLER, LANTERN)
