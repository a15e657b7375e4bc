"""Metal: groove and doom, thrash and punk, power, symphonic, southern, post-rock; nine pieces."""

from dataclasses import replace

from composer.closings import Hold, Rest, Root
from composer.comping import Bass, Broken, Comp, Pad, Riff
from composer.effects import Saturator, Tremolo
from composer.form import Brief, Ending, Layer, SectionPlan
from composer.genres import palette as p
from composer.genres.metal_band import HANDS, bass, clean, guitars, kit, lead, stage
from composer.genres.palette import strip
from composer.melody import Counter, Melody
from composer.rhythm import drums
from composer.score import About, Tempo
from composer.theory import Key

_RIFF = "riff/left riff/right bass drums"
_WALL = "wall/left wall/right bass drums"


def _choir(gain_db: float = -12) -> Layer:
    return Layer("choir", p.musescore(p.CHOIR), Pad(60, 4, 76), strip(gain_db, 0, 0.35),
                 expression=0.4)  # fmt: skip


def _strings(gain_db: float = -10, centre: int = 67) -> Layer:
    return Layer("strings", p.musescore(p.STRINGS), Pad(centre, 4, 84), strip(gain_db, 0, 0.3),
                 Hold(centre), expression=0.3)  # fmt: skip


_STEPS_01 = ("X.xxX.x.xxX-X-..|X.xxX.x.X-X-X-X-", "0 0 0 0 0 0 0 1 3|0 0 0 0 0 3 4 3 1")
_PROCESSION = Brief(
    About("metal-01", "Iron Procession",
          "Slow groove metal: crushing riffs answered by choir and clean guitar, for a fight scene",
          ("dark", "epic"), arousal=0.85),
    seed=6102, tempo=Tempo(92), key=Key.of("E", "phrygian"),
    sections=(
        SectionPlan("intro", 2, "I5", 0.85, "riff/left riff/right bass toms"),
        SectionPlan("riff", 6, "I5 | I5 | I5 | bVI5 bVII5", 0.95, _RIFF),
        # Band and choir alternate.
        SectionPlan("march", 4, "I5 | I5 | I5 | bVI5 bVII5", 1.0, _RIFF),
        SectionPlan("still", 2, "i | bII", 0.7, "clean choir toms", swell=0.2),
        SectionPlan("march", 2, "I5 | bVI5 bVII5", 1.0, _RIFF),
        SectionPlan("chorus", 4, "bVI5 | bVII5 | I5 | bII5", 1.0, _WALL + " lead choir"),
        SectionPlan("break", 2, "bII5 | I5", 0.7, "wall/left wall/right choir toms", swell=0.2),
        SectionPlan("chorus", 4, "bVI5 | bVII5 | bII5 | I5", 1.0, _WALL + " lead choir"),
    ),
    layers=(
        *guitars(Riff(*_STEPS_01, 40, fifths=True, short=0.85)),
        *guitars(Comp("XxXxXxXxXxXxXxXx", 40, power=True, short=1.0), "wall"),
        lead(Melody(("x-------x---x---", "x---x-x-x-------", "x-----x-x-------"), 64, 81, "aba?"),
             gain_db=-8),
        clean(Broken("r 0 1 2 3 2 1 0", 8, 60, 4, 78, 2.0), echo_s=0.326, gain_db=0),
        _choir(-10),
        bass(Riff(*_STEPS_01, 28, short=0.9)),
        kit(drums({"kick": "XxxxXxxxXxxxXxxx", "snare": "........X.......",
                   "crash": "x...............", "ride": "x...x...x...x..."},
                  ({"kick": "X.xxX.x.x...x...", "snare": "........X..xXXXX",
                    "tom_low": "............x.xx"},
                   {"kick": "XxxxXxxxX.x.X.x.", "snare": "........X.X.X.XX"}), 4, crash=True)),
        kit(drums({"kick": "X.......X.......", "tom_low": "X..x..X.X..x..X.",
                   "crash": "X..............."}), 2, "toms"),
    ),
    ending=Ending("I5"), room=stage(0.9),
)  # fmt: skip

_GALLOP = "X.xxX.xxX.xxX-X-|X.xxX.xxX-X-X-X-"
_ENGINES = Brief(
    About("metal-02", "Ashes and Engines",
          "Relentless thrash gallop, double kick, a clean break and a screaming lead for a chase",
          ("energetic", "tense"), arousal=0.96),
    seed=6209, tempo=Tempo(178), key=Key.of("D", "minor"),
    sections=(
        SectionPlan("intro", 4, "I5", 0.9, "riff/left riff/right"),
        SectionPlan("verse", 12, "I5 | I5 | bVI5 | bVII5", 0.95, _RIFF),
        SectionPlan("chorus", 8, "bVI5 | bVII5 | I5 | I5 | bVI5 | bVII5 | IV5 | V5", 1.0,
                    _WALL + " lead"),
        SectionPlan("verse", 4, "I5 | I5 | bVI5 | bVII5", 0.95, _RIFF),
        SectionPlan("break", 4, "i bVII | bVI V", 0.7, "clean bass toms", swell=0.2),
        SectionPlan("solo", 12, "I5 | bVII5 | bVI5 | V5", 1.0, _RIFF + " shred"),
        SectionPlan("chorus", 8, "bVI5 | bVII5 | I5 | I5 | bVI5 | bVII5 | IV5 | V5", 1.0,
                    _WALL + " lead"),
    ),
    layers=(
        *guitars(Riff(_GALLOP, "0 0 0 0 0 0 0 0 0 2 3|0 0 0 0 0 0 5 4 3 2", 38, fifths=True,
                      short=0.8), low=38),
        *guitars(Comp("X-----X-----X---|X-----X-----X-X-", 38, power=True), "wall", low=38),
        lead(Melody(("x-x-x-x-x-x-x-x-", "x---x-x-x---x-x-", "xxxxx-x-x---x---"), 66, 86,
                    "aba>c", 0.25), echo_s=0.25),
        lead(Melody(("xxxxxxxxxxxxxxxx", "x-xxx-xxx-xxx-xx"), 69, 91, "aa>ba~", 0.1), "shred",
             -6, 0.2),
        bass(Bass("X.xxX.xxX.xxX.xx", "1", 28, 0.9)),
        kit(drums({"kick": "X.xxX.xxX.xxX.xx", "snare": "....X.......X...",
                   "crash": "x...............|................", "ride": "x.x.x.x.x.x.x.x."},
                  ({"kick": "X.xxX.xxX.x.X.x.", "snare": "....X.......XxXX",
                    "tom_high": "........xx......", "tom_mid": "..........xx...."},
                   {"kick": "xxxxxxxxxxxxxxxx", "snare": "....X...X...XXXX"}), 4, crash=True)),
        clean(Broken("r 2 1 2 0 2 1 2", 8, 62, 3, 84, 1.2), echo_s=0.253, gain_db=1),
        kit(drums({"kick": "X.....x.X.......", "tom_low": "..x...x...x.x.xx"}), 0, "toms"),
    ),
    ending=Ending("I5", 2), room=stage(0.7),
)  # fmt: skip

_BANNER = Brief(
    About("metal-03", "Banner of the Sun",
          "Triumphant power metal in three with twin leads, strings and a gallop for a victory",
          ("epic", "happy"), arousal=0.9),
    seed=6305, tempo=Tempo(160, "3/4"), key=Key.of("D", "major"),
    sections=(
        SectionPlan("intro", 4, "I | V | vi | IV", 0.85, _WALL + " lead"),
        SectionPlan("verse", 8, "vi | IV | I | V", 0.9, _RIFF + " strings"),
        SectionPlan("build", 4, "ii | IV | V | V", 0.9, _RIFF + " strings", swell=0.1),
        SectionPlan("chorus", 16, "I | V/7 | vi | I/5 | IV | I/3 | ii | V", 1.0,
                    _WALL + " lead strings"),
        SectionPlan("break", 8, "vi | iii | IV | I | ii | vi | IV | V", 0.7,
                    "wall/left wall/right strings choir bass march", swell=0.2),
        SectionPlan("chorus", 16, "I | V/7 | vi | I/5 | IV | I/3 | ii | V", 1.0,
                    _WALL + " lead strings choir"),
    ),
    layers=(
        *guitars(Riff("X.xxX.xxX.xx", "0", 38, fifths=True, short=0.75), low=38),
        *guitars(Comp("X-------X---", 38, power=True), "wall", low=38),
        lead(Melody(("x---x---x---", "x-------x-x-", "x-x-x-x-x---"), 66, 86, "aba?caba?",
                    0.15, thirds=True), gain_db=-4),
        _strings(-5),
        _choir(-9),
        bass(Bass("X---X---X-x-", "1", 26, 0.9), 0),
        kit(drums({"kick": "xxxxxxxxxxxx", "snare": "....X...X...|........X...",
                   "crash": "x...........|............|............|............"},
                  ({"kick": "X...X...X...", "snare": "....X.X.XxXx"},
                   {"kick": "X...X...X...", "snare": "X...X...XXXX"}), 8, crash=True)),
        kit(drums({"snare": "X..xX.x.X.xx", "kick": "X...X...X..."}), 2, "march"),
    ),
    ending=Ending("I", 2), room=stage(1.1),
)  # fmt: skip

_QUARRY = Brief(
    About("metal-04", "Under the Quarry",
          "Doom metal at walking pace: low riffs, double kick, tolling bell for a horror short",
          ("dark", "sad"), arousal=0.62),
    seed=6411, tempo=Tempo(66), key=Key.of("C", "harmonic minor"),
    sections=(
        SectionPlan("intro", 2, "i | bVI", 0.45, "clean bell"),
        SectionPlan("riff", 4, "I5 | I5 | bVI5 | bII5", 0.9, _RIFF + " bell"),
        SectionPlan("verse", 3, "i | iv | V", 0.55, "clean bass choir soft", swell=0.2),
        SectionPlan("riff", 4, "I5 bII5 | I5 | bVI5 V5 | bII5", 0.95, _RIFF + " lead"),
        SectionPlan("last", 5, "bVI5 | bVII5 | I5 bII5 | I5 bII5 | bVI5 V5", 1.0,
                    _WALL + " choir lead bell"),
    ),
    layers=(
        clean(Broken("r 0 1 2 3 2 1 0", 8, 60, 4, 74, 2.0), echo_s=0.45, gain_db=-2),
        Layer("bell", p.fluid(p.TUBULAR_BELLS), Bass("x---------------", "1", 60),
              strip(-9, 0.1, 0.45), Root(48), HANDS, role="texture"),
        *guitars(Riff("X---x-x-X-----xx|X---x-x-X-X-X-X-", "0 0 1 3 2 1|0 0 1 4 3 1 0", 36,
                      fifths=True), low=36, drive_db=36),
        *guitars(Comp("XxxxXxxxXxxxXxxx", 36, power=True, short=1.0), "wall", low=36, drive_db=36),
        lead(Melody(("x---x---x-------", "x-----x-x---x---"), 60, 77, "aba?", 0.1), echo_s=0.45),
        _choir(-10),
        bass(Riff("X---x-x-X-----xx|X---x-x-X-X-X-X-", "0 0 1 3 2 1|0 0 1 4 3 1 0", 28), low=24),
        kit(drums({"kick": "XxxxXxxxXxxxXxxx", "snare": "........X.......",
                   "crash": "x...x...x...x..."},
                  {"kick": "X.....x.X.......", "snare": "........X.....xX",
                   "tom_low": "..........xx..xx"}, 4, crash=True)),
        kit(drums({"kick": "x.........x.....", "stick": "........x.......",
                   "ride": "x...x...x...x..."}), -2, "soft"),
    ),
    ending=Ending("I5"), room=stage(2.2),
)  # fmt: skip

_BORDER = Brief(
    About("metal-05", "Sirens at the Border",
          "Minor-key thrash: tremolo riffs, a half-time siren over long chords, for extreme sports",
          ("tense", "energetic"), arousal=0.98),
    seed=6507, tempo=Tempo(164), key=Key.of("B", "phrygian"),
    sections=(
        SectionPlan("intro", 4, "I5 | I5 | bII5 | I5", 0.9, "trem/left trem/right build",
                    swell=0.1),
        SectionPlan("riff", 8, "I5 | I5 | bII5 | bIII5", 1.0, "trem/left trem/right bass drums"),
        SectionPlan("stomp", 4, "I5 | I5 | I5 | bVI5 bV5", 0.9, "stomp/left stomp/right bass half"),
        # Half-time: four long chords step down below the siren.
        SectionPlan("sirens", 12, "I5 | bVII5 | bVI5 | V5", 0.95,
                    "ring/left ring/right under twin lead"),
        SectionPlan("stomp", 4, "I5 | I5 | I5 | bVI5 bV5", 0.95,
                    "stomp/left stomp/right bass half"),
        SectionPlan("last", 10, "bVI5 | bVII5 | I5 | bII5", 1.0,
                    "trem/left trem/right bass drums lead"),
    ),
    layers=(
        *guitars(Riff("xxxxxxxxxxxxxxxx", "0 0 0 0 0 0 1 1 0 0 0 0 3 3 1 1", 47, short=0.95,
                      fifths=True), "trem"),
        *guitars(Riff("X..X..X.X..X..X.|X..X..X.X-X-X-X-",
                      "0 0 0 0 0 1|0 0 0 0 3 1 0", 35, fifths=True, short=0.7), "stomp", low=35),
        *guitars(Comp("X---------------", 47, power=True, short=1.0), "ring", drive_db=28),
        lead(Melody(("x-------x-------", "x---x---x-------", "x-----------x---"), 71, 90, "aba>c~",
                    0.2), gain_db=-9, echo_s=0.366),
        replace(bass(Bass("X-------X-------", "1", 35, 1.0), 1, 23), name="under"),
        bass(Bass("x.x.x.x.x.x.x.x.", "1 1 1 1 1 1 5 a", 35, 0.9), low=23),
        kit(drums({"kick": "xxxxxxxxxxxxxxxx", "snare": "..X...X...X...X.",
                   "crash": "x...............", "ride": "x...x...x...x..."},
                  ({"snare": "X.X.X.X.XXXXXXXX", "kick": "x...x...x...x..."},
                   {"snare": "..X...X.", "kick": "X.X.X.X.",
                    "tom_high": "....x...", "tom_low": ".....xxx"}), 4, crash=True)),
        kit(drums({"kick": "xxxxxxxxxxxxxxxx", "snare": "........X.......",
                   "crash": "X..............."}), 4, "twin"),
        kit(drums({"kick": "X..X..X.X..X..X.", "snare": "........X.......",
                   "crash": "X.......x......."},
                  {"kick": "X..X..X.X.......", "snare": "........X.X.XXXX"}, 4, crash=True),
            4, "half"),
        kit(drums({"kick": "x...x...x...x...", "tom_low": "x.x.x.x.x.x.xxxx",
                   "tom_high": "........x.x.xxxx"}), 2, "build"),
    ),
    ending=Ending("I5", 2), room=stage(0.6),
)  # fmt: skip

_TILT = Brief(
    About("metal-06", "Full Tilt",
          "Swaggering southern metal with double kick, cowbell and big chords for cars and races",
          ("energetic", "playful"), arousal=0.82),
    seed=6603, tempo=Tempo(126), key=Key.of("A", "mixolydian"),
    sections=(
        SectionPlan("intro", 4, "I5 | I5 | bVII5 IV5 | I5", 0.8, "riff/left riff/right cowbell"),
        SectionPlan("verse", 8, "I5 | I5 | bVII5 IV5 | I5", 0.9, _RIFF),
        SectionPlan("chorus", 8, "IV | bVII | I | I | IV | bVII | V | V", 1.0,
                    _WALL + " lead organ"),
        SectionPlan("break", 2, "bVII5 IV5 | V5", 0.75, "bass drums organ", swell=0.2),
        SectionPlan("solo", 8, "I5 | bVII5 | IV5 | I5", 1.0, _RIFF + " lead"),
        SectionPlan("chorus", 8, "IV | bVII | I | I | IV | bVII | V | I", 1.0,
                    _WALL + " lead organ cowbell"),
    ),
    layers=(
        *guitars(Riff("X-.xX-x-..x-X-..|X-.xX-x-X-x-X-x-", "0 0 0 2 3 0|0 0 0 2 4 3 2 1", 45,
                      fifths=True, short=0.9)),
        *guitars(Comp("X-----X-..X-X---", 45, power=True), "wall"),
        lead(Melody(("x-x-x---x-x-x---", "x---x-x-x-------", "..x-x-x-x---x-x-"), 64, 84, "aba?c",
                    0.2)),
        Layer("organ", p.fluid(p.ROCK_ORGAN), Pad(64, 3, 84),
              strip(-13, 0.3, 0.15, Saturator(drive_db=8), Tremolo(rate_hz=6.1, depth=0.2)),
              feel=HANDS),
        bass(Bass("x.xxx.x.x.xxx.x.", "1 1 1 8 1 1 5 7", 33, 0.9)),
        kit(drums({"kick": "XxxxXxxxXxxxXxxx", "snare": "....X.......X...",
                   "crash": "x...x...x...x..."},
                  ({"kick": "X..x..X.X.......", "snare": "....X...X.X.XXXX"},
                   {"kick": "X..x..X.X...X...", "snare": "....X...........",
                    "tom_high": "........xx......", "tom_mid": "..........xx....",
                    "tom_low": "............xxxx"}), 4, crash=True)),
        kit(drums({"cowbell": "x...x...x...x..."}), -8, "cowbell"),
    ),
    ending=Ending("I5"), room=stage(1.0),
)  # fmt: skip

_SUMMIT = Brief(
    About("metal-07", "Breathe Before the Summit",
          "Post-rock that grows from one echoing guitar to a towering wall, for drone and peak",
          ("epic", "dreamy"), arousal=0.72),
    seed=6701, tempo=Tempo(112), key=Key.of("F#", "minor"),
    sections=(
        SectionPlan("intro", 4, "i | bVI | bIII | bVII", 0.45, "clean"),
        SectionPlan("theme", 4, "i | bVI | bIII | bVII", 0.65, "clean bass tune toms", swell=0.2),
        SectionPlan("wall", 8, "i | bVI | bIII | bVII", 1.0, _WALL + " lead"),
        SectionPlan("break", 4, "iv | bVI | bIII | bVII", 0.5, "clean strings tune", swell=0.3),
        SectionPlan("climax", 12, "i | bVI | bIII | bVII | iv | bVI | bVII | bVII", 1.0,
                    _WALL + " lead strings"),
    ),
    layers=(
        clean(Broken("0 2 1 3 2 4 3 1", 8, 66, 3, 80, 1.6), gain_db=0, echo_s=0.402),
        clean(Melody(("x---x---x-------", "x-x-x---x---x---"), 69, 85, "aba?", 0.1), "tune", -2,
              -0.35, 0.268),
        *guitars(Comp("XxXxXxXxXxXxXxXx", 42, power=True, short=1.0), "wall", low=42),
        lead(Melody(("x---x---x---x-x-", "x-------x-x-x---", "x---x-x-x-------"), 66, 85, "aba>c",
                    0.15), echo_s=0.402),
        _strings(-9, 64),
        bass(Bass("x-x-x-x-x-x-x-x-", "1 1 1 1 1 1 1 a", 30, 0.95)),
        kit(drums({"kick": "XxxxXxxxXxxxXxxx", "snare": "....X.......X...",
                   "crash": "x...x...x...x..."},
                  ({"kick": "X.x.X.x.X...X...", "snare": "....X...xxxxXXXX"},
                   {"kick": "xxxxxxxxxxxxxxxx", "snare": "X...X...X.X.XXXX"}), 4, crash=True)),
        kit(drums({"kick": "X.......X.......", "tom_low": "x..x..x.x..x..x.",
                   "tom_mid": "..........x..x.x"}), 2, "toms"),
    ),
    ending=Ending("i", 2), room=stage(1.8),
)  # fmt: skip

_BRIDGE = Brief(
    About("metal-08", "Hold the Bridge",
          "Symphonic metal with choir, strings and marching double kick for a last stand",
          ("epic", "tense"), arousal=0.93),
    seed=6809, tempo=Tempo(136), key=Key.of("A", "harmonic minor"),
    sections=(
        SectionPlan("intro", 4, "i | bVI | iv | V", 0.7, "strings choir march", swell=0.2),
        SectionPlan("verse", 8, "I5 | I5 | bVI5 | V5", 0.92, _RIFF + " staccato"),
        SectionPlan("chorus", 8, "i | bVI | bIII | bVII | iv | i | bVI | V", 1.0,
                    _WALL + " horns choir strings"),
        SectionPlan("break", 2, "iv | V", 0.6, "choir march staccato", swell=0.35),
        SectionPlan("chorus", 8, "i | bVI | bIII | bVII | iv | i | bVI | V", 1.0,
                    _WALL + " horns choir lead"),
    ),
    layers=(
        *guitars(Riff("X.xxX.xxX.xxX.X.", "0 0 0 0 0 0 0 0 0 1 2", 45, fifths=True, short=0.7)),
        *guitars(Comp("X-----x-X-----x-", 45, power=True), "wall"),
        lead(Melody(("x-xxx-x-x-x-x---", "x---x-x-xxxxx---"), 69, 88, "aba>c~", 0.2)),
        _strings(-9, 69),
        Layer("staccato", p.musescore(p.STRINGS), Comp("X.xxX.xxX.xxX.xx", 62, 3, -4, short=0.6),
              strip(-9, -0.2, 0.25), Rest(), HANDS),
        Layer("horns", p.musescore(p.HORN),
              Melody(("x---x---x---x---", "x-----x-x-------", "x---x-x-x-------"), 57, 74, "aba?c"),
              strip(-7, 0.2, 0.3), Root(57), HANDS, expression=0.3),
        _choir(-9),
        bass(Bass("X.xxX.xxX.xxX.xx", "1", 33, 0.9)),
        kit(drums({"kick": "X.xxX.xxX.xxX.xx|xxxxxxxxxxxxxxxx", "snare": "....X.......X...",
                   "crash": "x...............", "ride": "x...x...x...x..."},
                  ({"kick": "xxxxxxxxX...X...", "snare": "....X...X.XxX.XX"},
                   {"kick": "X.xxX.xxx.x.x.x.", "tom_mid": "........xxxx....",
                    "tom_low": "............xxxx"}), 4, crash=True)),
        kit(drums({"snare": "X..xX..xX.xxX.xx", "kick": "X.......X......."}), 0, "march"),
    ),
    ending=Ending("i", 2), room=stage(1.3),
)  # fmt: skip

_LAST_BELL = Brief(
    About("metal-09", "Last Bell of Summer",
          "Fast melodic punk metal with open chords, twin leads and a clean break for skate edits",
          ("happy", "energetic"), arousal=0.94),
    seed=6907, tempo=Tempo(186), key=Key.of("E", "major"),
    sections=(
        SectionPlan("intro", 4, "I5 | V5 | vi5 | IV5", 0.9, "wall/left wall/right build"),
        SectionPlan("verse", 16, "I5 | I5 | V5 | V5 | vi5 | vi5 | IV5 | IV5", 0.9, _RIFF),
        SectionPlan("chorus", 8, "I5 V5 | vi5 IV5 | I5 V5 | IV5 V5", 1.0, _WALL + " lead"),
        SectionPlan("break", 4, "I V/7 | vi I/5 | IV I/3 | ii V", 0.7,
                    "clean tune bass half", swell=0.25),
        SectionPlan("chorus", 8, "I5 V5 | vi5 IV5 | I5 V5 | IV5 V5", 1.0, _WALL + " lead"),
        SectionPlan("chorus", 8, "I5 V5 | vi5 IV5 | I5 V5 | IV5 I5", 1.0, _WALL + " lead counter"),
    ),
    layers=(
        *guitars(Riff("XxxxXxxxXxxxXxxx", "0", 40, fifths=True, short=0.7)),
        *guitars(Comp("X-x-X-x-X-x-X-xx", 40, power=True, short=1.0), "wall"),
        lead(Melody(("x-x-x---x-x-x---", "x---x---x-x-x-x-", "x-x-x-x-x-------"), 68, 85, "aba>c",
                    0.15, thirds=True), gain_db=-7, echo_s=0.242),
        clean(Broken("0 1 2 3 2 1 2 1", 8, 64, 3, 82, 1.6), echo_s=0.242, gain_db=2),
        clean(Melody(("x---x-x-x-------", "x-------x-x-x---"), 71, 88, "aba>b", 0.15), "tune", 2,
              -0.35, 0.242),
        lead(Counter(59, 76), "counter", -10, -0.3),
        bass(Bass("xxxxxxxxxxxxxxxx", "1", 28, 0.9)),
        kit(drums({"kick": "X.xxX.xxX.xxX.xx|xxxxxxxxxxxxxxxx", "snare": "..X...X...X...X.",
                   "crash": "x...............", "ride": "x.x.x.x.x.x.x.x."},
                  ({"snare": "..X...X.XXXXXXXX", "kick": "X.x.X.x.X...X..."},
                   {"kick": "xxxxxxxxxxxxxxxx", "snare": "X...X...X.X.X.XX"}), 4, crash=True)),
        kit(drums({"kick": "X...X...X...X...", "tom_low": "x.x.x.x.x.x.x.xx",
                   "snare": "............xxXX"}), 2, "build"),
        kit(drums({"kick": "X.....X.........", "snare": "........X.......",
                   "ride": "x...x...x...x..."}), 4, "half"),
    ),
    ending=Ending("I", 2), room=stage(0.7),
)  # fmt: skip

BRIEFS: tuple[Brief, ...] = (
    _PROCESSION, _ENGINES, _BANNER, _QUARRY, _BORDER, _TILT, _SUMMIT, _BRIDGE, _LAST_BELL,
)  # fmt: skip
