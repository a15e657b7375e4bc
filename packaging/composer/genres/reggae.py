"""Reggae: the chord on the off-beat, the kick on three, the bass as the tune."""

from composer.comping import Bass, Comp, Riff
from composer.form import Brief, Layer, SectionPlan
from composer.genres import palette as p
from composer.genres.palette import fx, strip
from composer.melody import Melody
from composer.rhythm import Feel, drums
from composer.score import Room

_YARD = Feel(6, 6, 6)
_ONE_DROP = {
    "kick": "........X.......",
    "stick": "........x.......|........x.....o.",
    "hat": "x.o.x.o.x.o.x.oo",
    "open": "................|..............o.",
}
_ROLL = {
    "kick": "........X.......",
    "snare": "..........xxx.x.",
    "tom_high": "......xx........",
    "tom_low": "..............xx",
    "hat": "x.o.x...........",
}

HAMMOCK = Brief(
    slug="reggae-01",
    title="Hammock in the Breeze",
    description="Laid-back roots reggae with skanking guitar, bubbling organ and a warm bass",
    genre="reggae",
    moods=("happy", "calm"),
    seed=4107,
    bpm=76,
    tonic="G",
    scale="major",
    final_chord="I",
    swing=0.56,
    swing_beats=0.25,
    sections=(
        SectionPlan("intro", 2, "I | IV V", 0.6, "skank drums bubble"),
        SectionPlan("verse", 8, "I | IV | I | V", 0.8, "skank bubble bass drums melodica"),
        SectionPlan("chorus", 4, "vi | IV | I | V", 1.0, "skank bubble bass drums horns"),
        SectionPlan("verse", 4, "I | IV | I | V", 0.85, "skank bubble bass drums melodica"),
    ),
    layers=(
        Layer("skank", p.fluid(p.CLEAN_GUITAR), Comp("....X.......X...", 67, 3, -4, 0.008, 0.45),
              strip(-1, 0.4, 0.14, fx("highpass", 280)), ending="rest", feel=_YARD),
        Layer("bubble", p.fluid(p.DRAWBAR_ORGAN), Comp("..x.x.x...x.x.x.", 60, 3, -16, 0, 0.6),
              strip(-4, -0.4, 0.12, fx("lowpass", 3500)), centre=60, feel=_YARD),
        Layer("melodica", p.fluid(p.ACCORDION),
              Melody(("x---x-x-x-------", "..x-x-x-x---x---", "x-----x-x-x-....",
                      "..x---x-x-------"), 67, 84, "abac", 0.15, 0.1, 0.4),
              strip(0, 0.1, 0.25, fx("delay", 0.592, 0.4, 0.3)), ending="root", centre=74,
              feel=_YARD),
        Layer("horns", p.fluid(p.BRASS), Melody(("x-x-x---........", "x---x-x-x-......"), 60, 77,
                                                "abab", thirds=True),
              strip(0, -0.1, 0.2, fx("lowpass", 5000)), centre=65, feel=_YARD),
        Layer("bass", p.fluid(p.FINGERED_BASS), Bass("x---..x-x---x-..|x---x---..x-x---",
                                                     "1 5 8 5|1 3 5 a", 35),
              strip(4, 0, 0.02, fx("lowpass", 700), fx("saturate", 4), fx("lowshelf", 120, 3)),
              ending="root", centre=31, feel=_YARD),
        Layer("drums", p.kit(p.ROOM_KIT), drums(_ONE_DROP, _ROLL, 4), strip(2, 0, 0.12),
              ending="crash", feel=_YARD),
    ),
    room=Room(1.3, 5000, (fx("compress", 4, 2),)),
)  # fmt: skip

_FOG = "i | i | iv | i"

FOG = Brief(
    slug="reggae-02",
    title="Fog over the Sound System",
    description="Deep dub with heavy bass, echoing chords and ghostly melodica",
    genre="reggae",
    moods=("dark", "dreamy"),
    seed=4204,
    bpm=68,
    tonic="E",
    scale="minor",
    final_chord="i",
    swing=0.55,
    swing_beats=0.25,
    sections=(
        SectionPlan("intro", 2, "i", 0.5, "bass drums"),
        SectionPlan("dub", 8, _FOG, 0.8, "bass drums skank melodica"),
        SectionPlan("break", 2, "i | bVII", 0.5, "bass skank bubble"),
        SectionPlan("dub", 4, _FOG, 0.9, "bass drums skank melodica bubble"),
    ),
    layers=(
        Layer("skank", p.fluid(p.CLEAN_GUITAR), Comp("....X.......X...|....X...........", 64, 3, -4,
                                                     0.008, 0.4),
              strip(-1, 0.3, 0.4, fx("highpass", 300), fx("delay", 0.662, 0.6, 0.55)),
              ending="hold", centre=64, feel=_YARD),
        Layer("bubble", p.fluid(p.ROCK_ORGAN), Comp("..x.x.x...x.x.x.", 59, 3, -18, 0, 0.6),
              strip(-4, -0.35, 0.2, fx("lowpass", 2500)), ending="rest", feel=_YARD),
        Layer("melodica", p.fluid(p.REED_ORGAN),
              Melody(("x---..x-x-------", "....x-x-x-------", "x-x-x---........"), 64, 81, "abac",
                     0.2, 0.25, 0.3),
              strip(0, -0.15, 0.4, fx("delay", 0.441, 0.6, 0.5)), ending="root", centre=71,
              feel=_YARD),
        Layer("bass", p.fluid(p.FINGERED_BASS),
              Riff("x-..x-x-..x-x-..|x---..x-x-..x-x-", "0 0 2 4 2|0 4 2 0 -1", 33, short=0.9),
              strip(4, 0, 0.02, fx("lowpass", 500), fx("saturate", 5), fx("lowshelf", 110, 4)),
              ending="root", centre=28, feel=_YARD),
        Layer("drums", p.kit(p.ROOM_KIT), drums(_ONE_DROP, _ROLL, 8),
              strip(2, 0, 0.3, fx("delay", 0.662, 0.35, 0.18)), ending="crash", feel=_YARD),
    ),
    room=Room(2.6, 4000, (fx("compress", 4, 2), fx("lowshelf", 150, 1.5))),
)  # fmt: skip

MARKET = Brief(
    slug="reggae-03",
    title="Market Street Skank",
    description="Cheeky upbeat ska with trombone tune, piano off-beats and running bass",
    genre="reggae",
    moods=("playful", "energetic"),
    seed=4311,
    bpm=136,
    tonic="A#",
    scale="major",
    final_chord="I6",
    swing=0.54,
    sections=(
        SectionPlan("intro", 4, "I | vi | ii | V7", 0.8, "skank guitar drums bass"),
        SectionPlan("verse", 8, "I | vi | ii | V7", 0.85, "skank guitar drums bass trombone"),
        SectionPlan("chorus", 8, "IV | V7 | I | vi | IV | V7 | I | I7", 1.0,
                    "skank guitar drums bass horns"),
        SectionPlan("verse", 8, "I | vi | ii | V7", 0.9, "skank guitar drums bass trombone organ"),
        SectionPlan("chorus", 4, "IV | V7 | ii | V7", 1.0, "skank guitar drums bass horns organ"),
    ),
    layers=(
        Layer("skank", p.musescore(p.PIANO), Comp("..X...X...X...X.", 65, 4, -8, 0, 0.5),
              strip(-1, -0.3, 0.14), centre=62, feel=_YARD),
        Layer("guitar", p.fluid(p.CLEAN_GUITAR), Comp("..X...X...X...X.", 70, 3, -6, 0.006, 0.4),
              strip(-4, 0.4, 0.12, fx("highpass", 280)), ending="rest", feel=_YARD),
        Layer("organ", p.fluid(p.DRAWBAR_ORGAN), Comp("..xx..xx..xx..xx", 63, 3, -20, 0, 0.6),
              strip(-4, -0.5, 0.14, fx("lowpass", 3500)), ending="rest", feel=_YARD),
        Layer("trombone", p.fluid(p.TROMBONE),
              Melody(("x-x-x---x-x-x---", "..x-x-x-x---....", "x---x-x-x-......",
                      "x-x-x-x-x-------"), 53, 72, "abac", 0.25, 0, 0.4),
              strip(0, 0.1, 0.2), ending="root", centre=62, feel=_YARD),
        Layer("horns", p.fluid(p.BRASS),
              Melody(("x-x-..x-x---....", "x---x-x-x-......", "..x-x-x-x-------"), 60, 79, "abac",
                     thirds=True),
              strip(0, 0.0, 0.2), centre=66, feel=_YARD),
        Layer("bass", p.fluid(p.FINGERED_BASS), Bass("x---x---x---x---|x---x---x---x-x-",
                                                     "1 3 5 3|1 5 8 5 a", 36),
              strip(4, 0, 0.03, fx("lowpass", 900), fx("saturate", 3)), ending="root", centre=34,
              feel=_YARD),
        Layer("drums", p.kit(p.ROOM_KIT),
              drums({"kick": "....x.......x...", "stick": "....x.......x...",
                     "hat": "x.X.x.X.x.X.x.X.", "snare": "............g..."},
                    {"kick": "....x.......x...", "snare": "....x.x.xxx.x.xx",
                     "hat": "x.X.x.X........."},
                    4, True),
              strip(2, 0, 0.12), ending="crash", feel=_YARD),
    ),
    room=Room(1.0, 6000, (fx("compress", 4, 2),)),
)  # fmt: skip

BRIEFS = (HAMMOCK, FOG, MARKET)
