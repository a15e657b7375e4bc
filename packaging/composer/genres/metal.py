"""Metal: two takes of distorted guitar, hard left and right, bass beneath, drums in front."""

from composer.comping import Bass, Comp, Pad, Riff
from composer.form import Brief, Layer, Pattern, SectionPlan
from composer.genres import palette as p
from composer.genres.palette import fx, hits, strip
from composer.melody import Melody
from composer.rhythm import Feel, drums
from composer.score import Room

_AMP = (fx("gate", -22), fx("highpass", 90), fx("distort", 26), fx("cabinet"))
_LEAD_AMP = (fx("highpass", 150), fx("distort", 18), fx("cabinet"), fx("delay", 0.3, 0.3, 0.2))
_BUS = (fx("compress", 3, 3, 0.01, 0.1), fx("peak", 320, -2.0, 0.8), fx("highshelf", 4500, 2.0))
_SCOOP = (fx("peak", 500, -4, 0.7), fx("lowshelf", 150, 2.5))
_HANDS = Feel(5, 0, 5)


def _guitars(pattern: Pattern, name: str = "riff", gain_db: float = -1) -> tuple[Layer, ...]:
    """The same riff played twice; the takes differ as two takes do."""
    return tuple(
        Layer(f"{name}/{side}", p.fluid(p.DISTORTED_GUITAR), pattern,
              strip(gain_db, pan, 0.05, *_AMP), ending="power", centre=40, feel=_HANDS)
        for side, pan in (("left", -0.95), ("right", 0.95))
    )  # fmt: skip


def _rhythm_section(bass: Pattern, kit: Pattern) -> tuple[Layer, ...]:
    return (
        Layer("bass", p.fluid(p.PICKED_BASS), bass,
              strip(-1, 0, 0.0, fx("saturate", 12), fx("lowpass", 2600)), ending="root", centre=28,
              feel=_HANDS),
        Layer("drums", hits("metal"), kit, strip(2, 0, 0.08, fx("parallel", 0, 8, 0.6)),
              ending="crash", feel=Feel(3, 0, 4)),
    )  # fmt: skip


PROCESSION = Brief(
    slug="metal-01",
    title="Iron Procession",
    description="Slow, crushing groove metal with heavy riffs and half-time drums",
    genre="metal",
    moods=("dark", "epic"),
    seed=6102,
    bpm=92,
    tonic="E",
    scale="phrygian",
    final_chord="I5",
    end_bars=1,
    sections=(
        SectionPlan("intro", 2, "I5", 0.8, "riff/left riff/right"),
        SectionPlan("riff", 8, "I5 | I5 | I5 | bVI5 bVII5", 0.95,
                    "riff/left riff/right bass drums"),
        SectionPlan("chorus", 4, "bVI5 | bVII5 | I5 | bII5", 1.0,
                    "wall/left wall/right bass drums lead choir"),
        SectionPlan("riff", 4, "I5 | I5 | I5 | bVI5 bVII5", 1.0, "riff/left riff/right bass drums"),
        SectionPlan("chorus", 4, "bVI5 | bVII5 | bII5 | bII5", 1.0,
                    "wall/left wall/right bass drums lead choir"),
    ),
    layers=(
        *_guitars(Riff("X.xxX.x.xxX-X-..|X.xxX.x.X-X-X-X-", "0 0 0 0 0 0 0 1 3|0 0 0 0 0 3 4 3 1",
                       40, fifths=True, short=0.85)),
        *_guitars(Comp("X-------X-----X-", 40, power=True), "wall"),
        Layer("lead", p.fluid(p.OVERDRIVEN_GUITAR),
              Melody(("x-------x---x---", "x---x-x-x-------", "x-----x-x-------"), 64, 81, "abac"),
              strip(-4, 0, 0.2, *_LEAD_AMP), ending="rest", feel=_HANDS),
        Layer("choir", p.musescore(p.CHOIR), Pad(60, 3, 70), strip(-12, 0, 0.3), ending="rest"),
        *_rhythm_section(
            Riff("X.xxX.x.xxX-X-..|X.xxX.x.X-X-X-X-", "0 0 0 0 0 0 0 1 3|0 0 0 0 0 3 4 3 1", 28,
                 short=0.9),
            drums({"kick": "X.xxXxxxX.xxXxxx|XxxxXxxxXxxxXxxx", "snare": "........X.......",
                   "crash": "x...............", "ride": "x...x...x...x..."},
                  {"kick": "X.xxX.x.x...x...", "snare": "........X..xXXXX",
                   "tom_low": "............x.xx"}, 4, True),
        ),
    ),
    room=Room(0.9, 6000, (*_BUS, *_SCOOP)),
)  # fmt: skip

ENGINES = Brief(
    slug="metal-02",
    title="Ashes and Engines",
    description="Relentless thrash with palm-muted gallop, double kick and a screaming lead",
    genre="metal",
    moods=("energetic", "tense"),
    seed=6209,
    bpm=178,
    tonic="D",
    scale="minor",
    final_chord="I5",
    end_bars=2,
    sections=(
        SectionPlan("intro", 4, "I5", 0.9, "riff/left riff/right"),
        SectionPlan("verse", 16, "I5 | I5 | bVI5 | bVII5", 0.95, "riff/left riff/right bass drums"),
        SectionPlan("chorus", 8, "bVI5 | bVII5 | I5 | I5 | bVI5 | bVII5 | IV5 | V5", 1.0,
                    "wall/left wall/right bass drums lead"),
        SectionPlan("verse", 4, "I5 | I5 | bVI5 | bVII5", 0.95, "riff/left riff/right bass drums"),
        SectionPlan("chorus", 8, "bVI5 | bVII5 | I5 | I5 | bVI5 | bVII5 | IV5 | V5", 1.0,
                    "wall/left wall/right bass drums lead"),
    ),
    layers=(
        *_guitars(Riff("X.xxX.xxX.xxX-X-|X.xxX.xxX-X-X-X-",
                       "0 0 0 0 0 0 0 0 0 2 3|0 0 0 0 0 0 5 4 3 2",
                       38, fifths=True, short=0.8)),
        *_guitars(Comp("X-----X-----X---|X-----X-----X-X-", 38, power=True), "wall"),
        Layer("lead", p.fluid(p.OVERDRIVEN_GUITAR),
              Melody(("x-x-x-x-x-x-x-x-", "x---x-x-x---x-x-", "xxxxx-x-x---x---"), 66, 86,
                     "abac", 0.25),
              strip(-4, 0, 0.2, *_LEAD_AMP), ending="rest", feel=_HANDS),
        *_rhythm_section(
            Bass("X.xxX.xxX.xxX.xx", "1", 28, 0.9),
            drums({"kick": "X.xxX.xxX.xxX.xx", "snare": "....X.......X...",
                   "crash": "x...............|................", "ride": "x.x.x.x.x.x.x.x."},
                  {"kick": "X.xxX.xxX.x.X.x.", "snare": "....X.......XxXX",
                   "tom_high": "........xx......", "tom_mid": "..........xx...."}, 8, True),
        ),
    ),
    room=Room(0.7, 6500, _BUS),
)  # fmt: skip

BANNER = Brief(
    slug="metal-03",
    title="Banner of the Sun",
    description="Triumphant power metal with twin leads, strings and galloping drums",
    genre="metal",
    moods=("epic", "happy"),
    seed=6305,
    bpm=150,
    tonic="D",
    scale="major",
    final_chord="I",
    end_bars=2,
    sections=(
        SectionPlan("intro", 4, "I | V | vi | IV", 0.85, "wall/left wall/right drums lead bass"),
        SectionPlan("verse", 8, "vi | IV | I | V", 0.9, "riff/left riff/right bass drums"),
        SectionPlan("chorus", 8, "I | V | vi | IV | I | V | IV | V", 1.0,
                    "wall/left wall/right bass drums lead strings"),
        SectionPlan("verse", 4, "vi | IV | I | V", 0.9, "riff/left riff/right bass drums strings"),
        SectionPlan("chorus", 8, "I | V | vi | IV | I | V | IV | V", 1.0,
                    "wall/left wall/right bass drums lead strings"),
    ),
    layers=(
        *_guitars(Riff("X.xxX.xxX.xxX.xx", "0", 40, fifths=True, short=0.75)),
        *_guitars(Comp("X---X---X---X-X-", 40, power=True), "wall"),
        Layer("lead", p.fluid(p.OVERDRIVEN_GUITAR),
              Melody(("x---x-x-x---x---", "x-x-x-x-x---x---", "x-----x-x-x-x-x-"), 66, 86, "abac",
                     0.15, thirds=False),
              strip(-3, 0, 0.22, *_LEAD_AMP), ending="root", centre=74, feel=_HANDS),
        Layer("strings", p.musescore(p.STRINGS), Pad(66, 4, 84), strip(-8, 0, 0.3)),
        *_rhythm_section(
            Bass("X.xxX.xxX.xxX.xx", "1", 28, 0.9),
            drums({"kick": "xxxxxxxxxxxxxxxx", "snare": "....X.......X...",
                   "crash": "x...............|................", "hat": "x.x.x.x.x.x.x.x."},
                  {"kick": "x.x.x.x.xxxxxxxx", "snare": "....X...X.X.XxXx",
                   "crash": "x..............."}, 4, True),
        ),
    ),
    room=Room(1.1, 6500, (*_BUS, *_SCOOP)),
)  # fmt: skip

BRIEFS = (PROCESSION, ENGINES, BANNER)
