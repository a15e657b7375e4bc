"""Classical: sampled orchestra at its natural balance in a hall, functional harmony, periods."""

from composer.comping import Bass, Broken, Comp
from composer.form import Brief, Layer, SectionPlan
from composer.genres import palette as p
from composer.genres.palette import fx, strip
from composer.melody import Melody
from composer.rhythm import Feel
from composer.score import Room

_ENSEMBLE = Feel(9, 0, 5)
_HALL = Room(2.2, 5500, (fx("compress", 8, 1.3),), is_natural=True)

ORANGERY = Brief(
    slug="classical-01",
    title="Morning in the Orangery",
    description="Graceful minuet for strings, flute and oboe in a sunlit major key",
    genre="classical",
    moods=("happy", "playful"),
    seed=3105,
    bpm=126,
    tonic="G",
    scale="major",
    final_chord="I",
    time_signature="3/4",
    end_bars=2,
    sections=(
        SectionPlan("intro", 2, "I | V7", 0.5, "second cello viola"),
        SectionPlan("minuet", 8, "I | I | ii | V7 | I | IV | I V7 | I", 0.7,
                    "first second viola cello"),
        SectionPlan("minuet", 8, "I | I | ii | V7 | I | IV | I V7 | I", 0.8,
                    "first second viola cello flute"),
        SectionPlan("trio", 8, "V7 | V7 | I | I | II7 | V | II7 | V7", 0.6, "oboe second cello"),
        SectionPlan("minuet", 8, "I | I | ii | V7 | I | IV | I V7 | I", 0.95,
                    "first second viola cello flute"),
    ),
    layers=(
        Layer("first", p.musescore(p.VIOLIN),
              Melody(("x---x-x-x-x-", "x-x-x---x---", "x---x---x-x-", "x-x-x-x-x-x-"),
                     67, 86, "abacabad", 0.15),
              strip(0, -0.4, 0.4), ending="root", centre=79, feel=_ENSEMBLE),
        Layer("flute", p.musescore(p.FLUTE),
              Melody(("x-----x-x---", "x---x---x---", "x---..x-x-x-"), 74, 91, "abac", 0.1),
              strip(-4, 0.1, 0.4), ending="root", centre=83, feel=_ENSEMBLE),
        Layer("oboe", p.musescore(p.OBOE),
              Melody(("x---x-x-x---", "x-x-x-x-x---", "x-------x-x-"), 67, 83, "abac", 0.1),
              strip(-1, 0.15, 0.4), ending="rest", feel=_ENSEMBLE),
        Layer("second", p.musescore(p.STRINGS), Comp("....x---x---", 62, 3, -18, 0, 0.7),
              strip(-2, -0.15, 0.4), centre=62, feel=_ENSEMBLE),
        Layer("viola", p.musescore(p.VIOLA), Broken("0 1 2 1 2 1", 6, 57, 3, 62, 0.95),
              strip(-4, 0.2, 0.4), ending="rest", feel=_ENSEMBLE),
        Layer("cello", p.musescore(p.CELLO), Bass("x---x---x---|x-------x---", "1 3 5|1 a", 45),
              strip(0, 0.4, 0.4), ending="root", centre=43, feel=_ENSEMBLE),
    ),
    room=_HALL,
)  # fmt: skip

_NOCTURNE = "i | iv | V7 | i | bVI | iv6 | i V7 | i"

NOCTURNE = Brief(
    slug="classical-02",
    title="Letters Never Sent",
    description="Solo piano nocturne, wistful and intimate, over slow broken chords",
    genre="classical",
    moods=("sad", "tender"),
    seed=3202,
    bpm=66,
    tonic="E",
    scale="harmonic minor",
    final_chord="i",
    sections=(
        SectionPlan("intro", 1, "i", 0.35, "left"),
        SectionPlan("theme", 8, _NOCTURNE, 0.6, "left right"),
        SectionPlan("middle", 4, "bVI | bIII | iv | V7", 0.85, "left right octave"),
        SectionPlan("theme", 3, "i | iv | V7", 0.5, "left right"),
    ),
    layers=(
        Layer("right", p.musescore(p.PIANO),
              Melody(("x-----x-x---x-x-", "x---x-x-x-------", "x-x-x---x-----x-",
                      "x-------x---x---"), 67, 88, "abacabdc", 0.22, 0, 0.5),
              strip(0, 0.05, 0.35), ending="root", centre=76, feel=Feel(16, 8, 8)),
        Layer("octave", p.musescore(p.PIANO),
              Melody(("x-------x-------", "x---x---x-------"), 76, 95, "ab", velocity=-14),
              strip(0, 0.05, 0.35), ending="rest", feel=Feel(16, 0, 7)),
        Layer("left", p.musescore(p.PIANO), Broken("r 0 1 2 3 2 1 0", 8, 57, 3, 56, 2.5),
              strip(0, 0.05, 0.35), ending="hold", centre=50, feel=Feel(14, 0, 6)),
    ),
    room=Room(2.0, 5000, is_natural=True),
    end_bars=2,
)  # fmt: skip

STORM = Brief(
    slug="classical-03",
    title="Storm over the Moor",
    description="Driving orchestral allegro with racing strings, brass calls and timpani",
    genre="classical",
    moods=("tense", "energetic"),
    seed=3309,
    bpm=148,
    tonic="D",
    scale="harmonic minor",
    final_chord="i",
    end_bars=2,
    sections=(
        SectionPlan("intro", 4, "i | i | V7 | V7", 0.6, "racing bass timpani"),
        SectionPlan("first", 8, "i | V7 | i | iv | bVI | iv | V | V7", 0.85,
                    "racing bass violins timpani"),
        SectionPlan("second", 8, "bIII | bVII | bVI | iv | iim7b5 | V7 | i | V7", 0.6,
                    "woodwind pizzicato bass"),
        SectionPlan("first", 8, "i | V7 | i | iv | bVI | iv | V | V7", 0.95,
                    "racing bass violins brass timpani"),
        SectionPlan("coda", 4, "bVI | iv | V | V7", 1.0, "racing bass violins brass timpani"),
    ),
    layers=(
        Layer("violins", p.musescore(p.STRINGS),
              Melody(("x---x-x-x---x---", "x-x-x-x-x---..x-", "x-----x-x-x-x---",
                      "x-x-x-x-x-x-x-x-"), 67, 88, "abacabdc", 0.2, velocity=6),
              strip(2, -0.35, 0.4), ending="hold", centre=74, feel=_ENSEMBLE),
        Layer("racing", p.musescore(p.STRINGS), Broken("0 1 2 1 0 1 2 1 0 1 2 1 2 1 0 1", 16, 60, 3,
                                                       74, 0.7),
              strip(5, -0.1, 0.35), ending="hold", centre=62, feel=Feel(6, 0, 5)),
        Layer("pizzicato", p.musescore(p.PIZZICATO), Comp("x...x...x.x.x...", 62, 3, -10, 0, 0.5),
              strip(4, -0.2, 0.35), ending="rest", feel=_ENSEMBLE),
        Layer("woodwind", p.musescore(p.CLARINET),
              Melody(("x-----x-x---x---", "x---x---x-------", "..x-x-x-x-------"), 64, 84, "abac",
                     thirds=True),
              strip(0, 0.15, 0.4), ending="rest", feel=_ENSEMBLE),
        Layer("brass", p.musescore(p.HORN), Comp("x---....x-x-x---|x-------....x-x-", 55, 3, -4, 0,
                                                 0.85),
              strip(-3, 0.3, 0.45), ending="hold", centre=57, feel=_ENSEMBLE),
        Layer("bass", p.musescore(p.CONTRABASS), Bass("x---x---x---x-x-", "1 1 5 1 a", 40),
              strip(4, 0.35, 0.3), ending="root", centre=38, feel=_ENSEMBLE),
        Layer("timpani", p.musescore(p.TIMPANI), Bass("x-......x-......|x-....x-x-x-x-x-", "1 5|1",
                                                      41),
              strip(3, 0.1, 0.4), ending="root", centre=38, feel=_ENSEMBLE),
    ),
    room=_HALL,
)  # fmt: skip

BRIEFS = (ORANGERY, NOCTURNE, STORM)
