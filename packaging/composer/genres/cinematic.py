"""Cinematic: an orchestra with large drums in a large hall; every piece is one arc for a film."""

from composer.comping import Bass, Broken, Comp, Pad, Riff
from composer.effects import Compressor
from composer.form import Brief, Layer, SectionPlan
from composer.genres import cinematic_players as c
from composer.genres import palette as p
from composer.genres.palette import strip
from composer.melody import Counter, Melody
from composer.partwriting import Voiced
from composer.rhythm import drums
from composer.score import Room

_HALL = Room(2.8, 6500, (Compressor(threshold_db=5, ratio=1.7),), is_natural=True)
_OSTINATO = "0 0 2 0 1 0 2 0 0 0 2 0 1 2 1 0"


def _scene(
    slug: str, title: str, description: str, moods: tuple[str, ...], seed: int, bpm: float,
    tonic: str, scale: str, arousal: float, sections: tuple[SectionPlan, ...],
    layers: tuple[Layer, ...], final_chord: str, *, time_signature: str = "4/4",
    end_bars: int = 1, room: Room = _HALL,
) -> Brief:  # fmt: skip
    """A piece for a scene, in a large hall."""
    return Brief(
        slug=slug, title=title, description=description, genre="cinematic", moods=moods,
        seed=seed, bpm=bpm, tonic=tonic, scale=scale, sections=sections, layers=layers,
        final_chord=final_chord, time_signature=time_signature, end_bars=end_bars, room=room,
        arousal=arousal,
    )  # fmt: skip


# --- Trailers and heroes ------------------------------------------------------------------------

GATES = _scene(
    "cinematic-01", "The Gates of Valor",
    "Epic trailer of war drums and low brass, horns calling over taiko and blows, for battles and "
    "openings",
    ("epic", "tense"), 9101, 100, "C", "minor", 0.88,
    (
        SectionPlan("awakening", 4, "i | bVI/1 | i | bVII/1", 0.45, "ostinato low boom", 0.15),
        SectionPlan("march", 8, "i | bVI | bIII | bVII", 0.8, "trombones tuba drums taiko horns"),
        SectionPlan("breath", 3, "bVI | iv | V", 0.5, "tuba horns taiko riser", 0.2),
        SectionPlan("battle", 8, "i | bVI | bIII | bVII | i | bVI | iv | V", 1.0,
                    "ostinato violins trombones tuba drums taiko horns brass boom"),
        SectionPlan("victory", 4, "bVI | bVII | i | V", 1.0,
                    "ostinato low drums taiko trumpets violins brass"),
    ),
    (
        c.ostinato(_OSTINATO, gain_db=8),
        c.strings("violins", "violins", Melody(("x-------x---x---", "x---x---x-------",
                  "x-----x-x-------"), 72, 89, "aba>c", 0.2, velocity=8), pan=-0.35, centre=74),
        c.player("trombones", p.TROMBONE, Comp("X-..x-x-X-..x-X-|X-..x-x-X-x-X-X-", 50, 3, 4, 0,
                 0.6), gain_db=2, pan=0.1, centre=50, expression=0, reverb=0.3),
        c.player("tuba", p.TUBA, Bass("X---....X-..X---|X-......X-------", "1 1 5|1", 34),
                 gain_db=4, pan=-0.1, ending="root", centre=34, expression=0.1),
        c.player("horns", p.HORN, Melody(("x-----x-x-------", "x---x---x---x---",
                 "x-------x-----x-"), 53, 70, "aba>c", 0.28, velocity=10), pan=0.2, gain_db=0,
                 centre=60),
        c.player("trumpets", p.TRUMPET, Melody(("x-----x-x-------", "x---x---x---x---"), 62, 79,
                 "aba>b", 0.3, velocity=10, thirds=True), pan=0.25, gain_db=-3, centre=72),
        c.brass("X---....X-X-....", 52, -5),
        c.low("x-------x---x---|x-------x-------", "1 1 5|1"),
        c.seam("riser", "riser", 3, 2),
        c.seam("boom", "impact", 2, -4, falls=True),
        c.taiko("X...x.x.X..xx.x.|X...x.x.XxXxXxXx", 1),
        c.war_drums(gain_db=-3),
    ),
    "i",
)  # fmt: skip

COUNTDOWN = _scene(
    "cinematic-09", "Nine Seconds Left",
    "Breathless hybrid action: racing celli, taiko, synth pulse and stabbing brass for chases and "
    "sports finals",
    ("energetic", "tense", "epic"), 9909, 148, "A", "minor", 0.96,
    (
        SectionPlan("fuse", 4, "i5 | i5 | bVI/1 | i5", 0.6, "pulse ticking boom", 0.2),
        SectionPlan("chase", 8, "i | i | bVI | bVII | i | i | iv | V", 0.85,
                    "pulse ostinato low drums racing"),
        SectionPlan("leap", 8, "bVI | bVII | i | bIII | bVI | bVII | iv | V", 0.95,
                    "pulse ostinato low drums racing brass violins"),
        SectionPlan("void", 4, "bVI | bVI | iv | V", 0.45, "choir ticking riser"),
        SectionPlan("chase", 8, "i | i | bVI | bVII | i | i | iv | V", 1.0,
                    "pulse ostinato low drums taiko racing brass boom"),
        SectionPlan("leap", 8, "bVI | bVII | i | bIII | bVI | bVII | iv | V", 1.0,
                    "pulse ostinato low drums taiko racing brass violins choir"),
    ),
    (
        c.ostinato("0 0 0 1 0 0 2 0 0 0 0 1 0 2 1 0", "celli", 50, 16, 9.0, 0.2),
        c.strings("racing", "violins", Broken("0 1 2 1 0 1 2 1 0 1 2 1 2 1 0 1", 16, 67, 3, 72,
                  0.55), gain_db=8, pan=-0.3, centre=69, expression=0),
        c.strings("violins", "seconds", Melody(("x-------x---x---", "x-----x-x-------"), 74, 90,
                  "aba>b", 0.2, velocity=10), gain_db=6, pan=-0.1, centre=76),
        c.strings("ticking", "violins", Riff("x.x.x.x.x.x.x.x.", "0 0 1 0 0 4 0 1", 69, True,
                  short=0.4), "pizzicato", gain_db=9, pan=-0.35, ending="rest"),
        c.brass("X..X....X.......|X..X..X.X-......", 52, 0),
        c.choir(66, 3, 2),
        c.low("x-x-x-x-x-x-x-x-", "1", 3, 33),
        c.pulse("x.xxx.xxx.xxx.x.", "saw_bass", -8, 1400, 33),
        c.seam("riser", "tone_riser", 4, -1),
        c.seam("boom", "impact", 2, -5, falls=True),
        c.taiko("X..x..x.X..x..xx|X..x..x.XxX.XxXx", -2),
        c.war_drums(c.GALLOP, gain_db=-8),
    ),
    "i", room=Room(1.9, 7500, (Compressor(threshold_db=4, ratio=2.2),), is_natural=True),
)  # fmt: skip

_HYMN = "I V/7 | vi iii | IV I/3 | ii V | I/3 IV | V7/V V | vi ii/4 | Vsus4 V"

BANNER = _scene(
    "cinematic-06", "Banner on the Hill",
    "Triumphant choir finale with organ, tubular bells and trumpets, a hymn for awards, rescues "
    "and homecomings",
    ("epic", "happy"), 9606, 126, "A#", "major", 0.82,
    (
        SectionPlan("call", 4, "I | bVII/1 | IV/1 | I", 0.7, "trumpets timpani organ"),
        SectionPlan("hymn", 8, _HYMN, 0.8,
                    "singers choir organ pedal"),
        SectionPlan("rise", 4, "bVI | bVII | bVI | bVII", 0.8, "choir organ pedal chimes", 0.1),
        SectionPlan("hymn", 8, _HYMN, 0.95,
                    "singers choir organ pedal chimes"),
        SectionPlan("valley", 4, "vi | iii | IV | V", 0.6, "singers organ"),
        SectionPlan("hymn", 8, "I V/7 | vi iii | IV I/3 | ii V | bVI | bVII | Vsus4 | V", 1.0,
                    "singers choir organ pedal chimes trumpets strings timpani snare"),
    ),
    (
        c.player("trumpets", p.TRUMPET, Melody(("x---x-x-x-------", "x-x-x---x---x---"), 62, 81,
                 "aab.", 0.4, velocity=8, thirds=True), pan=0.2, gain_db=-1, centre=74,
                 expression=0.15),
        c.player("singers", p.CHOIR, Melody(("x---x---x---x---", "x-------x---x---",
                 "x---x---x-------"), 65, 81, "aba>caba~c", 0.2, velocity=16), pan=-0.1,
                 gain_db=6, centre=74, expression=0.2),
        c.choir(62, 4, 2, 92),
        c.player("organ", c.CHURCH_ORGAN, Comp("x---x---x---x---", 62, 4, -6, 0, 0.95),
                 gain_db=-4, pan=0.1, centre=60, expression=0),
        c.player("pedal", c.CHURCH_ORGAN, Bass("x-------x-------", "1", 38), gain_db=-3,
                 ending="root", centre=34, expression=0),
        c.player("chimes", p.TUBULAR_BELLS, Riff("x-------x-------|x---------------", "0 4|2", 65),
                 gain_db=0, pan=-0.35, ending="root", centre=70, expression=0),
        c.strings("strings", "violins", Broken("0 1 2 1 0 1 2 1", 8, 72, 3, 70, 0.8), gain_db=2,
                  pan=-0.3, expression=0),
        c.player("timpani", p.TIMPANI, Bass("x-......x-......|x-....x-x-x-x-x-", "1 5|1", 41),
                 gain_db=2, pan=0.1, ending="root", centre=36, expression=0),
        Layer("snare", p.kit(p.ORCHESTRA_KIT), drums(
              {"snare": "x.ooo.o.x.o.o.oo|x.o.x.o.xoooxooo", "kick": "x.......x......."},
              ({"snare": "xoooxoooxXxxXXXX", "kick": "x.......x......."},), 4, True),
              strip(-7, 0, 0.35), ending="crash", feel=c.STAGE),
    ),
    "I",
)  # fmt: skip

FJORD = _scene(
    "cinematic-03", "Wings over the Fjord",
    "Soaring adventure theme in three-four: noble horns over racing violas, snare and timpani, for "
    "drone and travel films",
    ("epic", "happy"), 9302, 126, "D", "major", 0.7,
    (
        SectionPlan("lift", 6, "I | V/7 | bVII | IV | I/5 | V", 0.55, "motor harp", 0.2),
        SectionPlan("flight", 16, "I | V/7 | bVII/b7 | IV | I | iii | IV | V", 0.8,
                    "motor horns low snare timpani"),
        SectionPlan("clouds", 8, "bVI | bVII | bVI | bVII | bVI | iv | V/1 | V", 0.6,
                    "motor calls timpani"),
        SectionPlan("flight", 16, "I | V/7 | bVII | IV | I | iii | IV | V | I | V/7 | bVII | IV "
                    "| bVI | bVII | IV/1 | V", 1.0,
                    "motor horns low snare timpani violins trumpets"),
    ),
    (
        c.player("harp", p.HARP, Broken("0 1 2 3 2 1", 6, 62, 3, 74, 1.6), gain_db=1, pan=-0.4,
                 expression=0, reverb=0.4),
        c.strings("motor", "violas", Broken("0 0 1 0 2 0", 6, 62, 3, 78, 0.55), gain_db=7,
                  pan=-0.25, expression=0, reverb=0.3),
        c.strings("violins", "violins", Melody(("x-----", "x---x-", "x-x-x-"), 74, 91, "aba>c",
                  0.15, velocity=6), pan=-0.35, gain_db=1, ending="root", centre=86),
        c.player("horns", p.HORN, Melody(("x---x-", "x-x-x-", "x-----", "x---xx"), 57, 74,
                 "aba>cabad", 0.3, velocity=14, thirds=True), pan=0.15, gain_db=4, centre=62),
        c.player("calls", p.HORN, Melody(("x-x-x-", "x---x-"), 53, 69, "ab.a", 0.4, velocity=6),
                 pan=0.35, gain_db=2, ending="rest"),
        c.player("trumpets", p.TRUMPET, Counter(65, 80, 4, 84), pan=0.25, gain_db=-3, centre=69),
        c.low("x-x-x-|x-x-x-", "1 1 5|1 5 1", 3, 38),
        c.player("timpani", p.TIMPANI, Bass("x-....|x-x-x-", "1|1 5 1", 41), gain_db=4, pan=0.1,
                 ending="root", centre=38, expression=0),
        Layer("snare", p.kit(p.ORCHESTRA_KIT), drums(
              {"snare": "x.o.oo|x.o.o.", "kick": "x....."},
              ({"snare": "xoxoxx", "kick": "x....."},), 4, True),
              strip(-6, 0, 0.35), ending="crash", feel=c.STAGE),
    ),
    "I", time_signature="3/4", end_bars=3,
)  # fmt: skip

# --- Grief and wonder ---------------------------------------------------------------------------

FRONT = _scene("cinematic-02", "A Letter from the Front",
               "Sorrowful duet of piano and solo cello, close and human, a few strings at the end, "
               "for farewells and history", ("sad", "tender"), 9204, 62, "B", "minor", 0.12,
               (SectionPlan("alone", 2, "i | bVI", 0.35, "piano"),
                SectionPlan("letter", 6, "i | v/b7 | bVI | iv | i/5 | V", 0.55, "piano cello"),
                SectionPlan("memory", 4, "bVI | bIII/5 | iv | V", 0.85, "flowing cello deep", 0.1),
                SectionPlan("letter", 4, "i | v/b7 | bVI | iv V", 0.55, "piano violins tenor"),
                SectionPlan("alone", 1, "i iv", 0.35, "piano tenor", -0.1)),
               (c.player("piano", p.PIANO, Broken("r 0 2 1 3 1 2 0", 8, 60, 3, 66, 2.0), gain_db=5,
                         pan=-0.15, centre=54, expression=0, feel=c.FREE, reverb=0.2),
                c.player("flowing", p.PIANO,
                         Broken("0 2 1 2 3 2 1 2 4 2 3 2 1 2 3 2", 16, 67, 3, 68, 1.6), gain_db=5,
                         pan=-0.15, ending="rest", expression=0, feel=c.FREE, reverb=0.2),
                c.player("deep", p.PIANO, Comp("x-------x---x---", 47, 2, -12, 0, 1.0), gain_db=4,
                         pan=-0.2, ending="rest", expression=0, feel=c.FREE, reverb=0.2),
                c.player("cello", p.CELLO,
                         Melody(("x-------x---x---", "x---x-----------", "x-----x-x-------",
                                 "x---x-x-x-------"), 45, 66, "aba>cd?", 0.2, 0, 0.3), pan=0.2,
                         gain_db=3, ending="root", centre=59, feel=c.FREE, expression=0.45,
                         reverb=0.25),
                c.strings("tenor", "violas", Voiced("tenor", 4, "held", velocity=60), "slow",
                          pan=0.2, ending="root", centre=59, expression=0.4, reverb=0.5),
                c.strings("violins", "violins", Voiced("soprano", 4, "moving", velocity=72), "slow",
                          pan=-0.35, ending="root", centre=71, expression=0.4, reverb=0.5)), "i",
               end_bars=2,
               room=Room(1.3, 7500, (Compressor(threshold_db=7, ratio=1.35),),
                         is_natural=True))  # fmt: skip

EUROPA = _scene("cinematic-05", "First Light on Europa",
                "Wide-eyed wonder with celesta, harp, clarinet and flute in quick sparkling "
                "figures, for space, nature and science", ("dreamy", "calm", "epic"), 9505, 74, "E",
                "lydian", 0.28,
                (SectionPlan("dark", 4, "I | II/1 | I | II/1", 0.35, "celesta air", 0.2),
                 SectionPlan("horizon", 6, "I V/7 | I II | I/5 | vi V | I | II I/3", 0.65,
                             "celesta clarinet plucked glass"),
                 SectionPlan("sunrise", 6, "V | I/3 | II/#4 V | I | vi II | I", 0.95,
                             "celesta harp flute clarinet2 plucked glass"),
                 SectionPlan("drift", 5, "I | II/1 | vi | II/1 | II/1", 0.45,
                             "celesta harp air pad", -0.2)),
                (c.player("celesta", p.CELESTA,
                          Broken("0 2 4 1 3 5 2 4 0 3 1 4 2 5 3 4", 16, 74, 3, 70, 1.6), pan=-0.3,
                          gain_db=5, expression=0, reverb=0.3, centre=76),
                 c.player("harp", p.HARP,
                          Broken("0 1 2 3 4 5 4 3 2 3 4 3 2 1 2 1", 16, 58, 3, 70, 2.0), pan=0.35,
                          gain_db=4, expression=0, reverb=0.3),
                 c.strings("pad", "seconds", Pad(64, 4, 66), "slow", pan=-0.1, gain_db=2, centre=64,
                           expression=0.45, reverb=0.55),
                 c.player("clarinet", p.CLARINET,
                          Melody(("x---x-x-x-------", "x-----x-x---x---", "x---x---x-x-x---"), 60,
                                 79, "aba>c", 0.25), gain_db=1, pan=0.1, centre=67, ending="rest",
                          reverb=0.3, feel=c.FREE),
                 c.player("flute", p.FLUTE,
                          Melody(("x---x-x-x-------", "x-----x-x---x---", "x-x-x-x-x---x---"), 74,
                                 93, "aba>c", 0.25), gain_db=1, pan=-0.1, centre=83, reverb=0.35,
                          ending="rest", feel=c.FREE),
                 c.player("clarinet2", p.CLARINET, Broken("0 1 2 1 3 2 1 2", 8, 60, 3, 58, 0.9),
                          gain_db=-3, pan=0.2, ending="rest", expression=0),
                 c.strings("plucked", "celli", Bass("x...x.x.....x...", "1 5 8 5", 45), "pizzicato",
                           gain_db=7, pan=0.3, ending="root", centre=40, reverb=0.25),
                 c.player("glass", p.GLOCKENSPIEL,
                          Riff("....x.......x-..|..x.......x.....", "4 2|7 4", 84), gain_db=-8,
                          pan=0.4, ending="rest", expression=0),
                 c.bed("air", "shimmer_pad", -8, 64)), "I", end_bars=2,
                room=Room(1.8, 8500, (Compressor(threshold_db=7, ratio=1.4),),
                          is_natural=True))  # fmt: skip

# --- Fear, facts and fairies --------------------------------------------------------------------

WALLS = _scene("cinematic-04", "Something in the Walls",
               "Creeping horror suspense with wooden ticks, trembling violins, clusters of low "
               "brass and a piano out of reach", ("tense", "dark"), 9407, 112, "G#", "phrygian",
               0.55,
               (SectionPlan("hush", 4, "i", 0.4, "pulse metal heart"),
                SectionPlan("creep", 8, "i | i | bII/1 | i", 0.65, "ticks pizzicato piano heart",
                            0.1),
                SectionPlan("near", 8, "i | bII/1 | bVI | i", 0.85,
                            "pulse ticks pizzicato tremolo growl bassoon low piano drums"),
                SectionPlan("silence", 2, "i | i", 0.5, "metal ticks rise"),
                SectionPlan("there", 6, "i | bII/1 | i | bII/1 | bVI | bII/1", 1.0,
                            "pulse ticks tremolo cluster growl grind drums low boom"),
                SectionPlan("hush", 3, "i | bII/1 | i", 0.45, "pulse metal heart piano tremolo low",
                            -0.15)),
               (c.pulse("x.x.x.x.x.x.x.x.", "saw_bass", -12, 600),
                c.bed("metal", "bowed_metal", -6, 56), c.bed("heart", "heartbeat", -6, 32),
                c.player("ticks", c.WOODBLOCK,
                         Riff("x.x.o.x.x.o.x.x.|x.x.o.xxx.o.x.o.", "0 0 3 0 1 0 4", 68, True,
                              short=0.4), gain_db=-2, pan=-0.3, ending="rest", expression=0,
                         reverb=0.35),
                c.strings("tremolo", "violins", Pad(76, 3, 70), "tremolo", gain_db=4, pan=-0.3,
                          centre=68),
                c.strings("cluster", "seconds", Riff("x---------------", "0|1", 80, True),
                          "tremolo", gain_db=4, pan=0.2, ending="rest"),
                c.strings("pizzicato", "seconds",
                          Riff("x.x...x.x.....x.|x...x.x...x.....", "0 2 1 4 0|0 5 4 1", 56, True,
                               short=0.5), "pizzicato", gain_db=5, pan=0.1, ending="rest"),
                c.player("growl", p.TROMBONE,
                         Riff("x-----------....|....x-----------|....x---x-------", "0|4|2 1", 46),
                         gain_db=-1, pan=0.3, ending="rest", expression=0.6),
                c.player("bassoon", p.BASSOON,
                         Melody(("x-----x-x-------", "..x-x-x-x-------"), 44, 62, "aba<b", 0.25),
                         pan=0.3, gain_db=-5, ending="rest"),
                c.player("grind", p.TUBA,
                         Riff("x-----------....|....x-----------", "1|0", 33, True), gain_db=3,
                         pan=-0.1, ending="rest", expression=0.6),
                c.player("piano", p.PIANO,
                         Melody(("x-......x-......", "....x---....x---", "x-x-............"), 72,
                                91, "aba~c", 0.4, 0.2), pan=0.2, ending="rest", expression=0,
                         reverb=0.55), c.low("x-------x.......|x-------x---....", "1|1 a", 3, 32),
                c.seam("rise", "reverse_swell", 2, 0), c.seam("boom", "impact", 2, -4, falls=True),
                c.war_drums({"tom_low": "X.......x.......|X.........x.x...",
                             "tom_high": "......o.......o."}, every=8, gain_db=-7,
                            fills=({"tom_low": "X...X...X.X.X.XX",
                                    "tom_high": "..o...o..ooxxxxx"}))), "i", end_bars=2,
               room=Room(2.6, 5500, (Compressor(threshold_db=6, ratio=1.6),),
                         is_natural=True))  # fmt: skip

LEDGER = _scene("cinematic-07", "Following the Money",
                "Investigative documentary pulse with marimba, plucked strings, piano and a "
                "ticking bass for explainers and true crime", ("tense", "dark"), 9707, 120, "F",
                "dorian", 0.48,
                (SectionPlan("question", 4, "i | i | bVII/1 | i", 0.45, "marimba pulse"),
                 SectionPlan("evidence", 8, "i | i | bVII | IV | i | i | bIII | IV", 0.65,
                             "marimba pulse pizzicato drums"),
                 SectionPlan("motive", 8, "bVI | bVI | i/5 | i/5 | bVI | bIII | IV | V", 0.75,
                             "marimba pulse pizzicato piano viola drums"),
                 SectionPlan("pause", 4, "bVI | bVII | i | i", 0.45, "piano viola"),
                 SectionPlan("verdict", 8, "i | i | bVII | IV | i | i | bIII | IV", 0.95,
                             "marimba pulse pizzicato piano violins low drums"),
                 SectionPlan("question", 2, "i | bVII/1", 0.5, "marimba pulse", -0.15)),
                (c.player("marimba", p.MARIMBA,
                          Broken("0 2 1 2 3 2 1 2 0 2 1 2 3 4 3 1", 16, 60, 3, 72, 1.0), gain_db=4,
                          pan=-0.25, expression=0, reverb=0.25, centre=60),
                 c.strings("pizzicato", "seconds",
                           Riff("..x...x...x..x..|..x...x.x.....x.", "0 2 4 2|0 4 3 2", 65, False,
                                short=0.5), "pizzicato", gain_db=6, pan=0.35, ending="rest",
                           reverb=0.3),
                 c.player("piano", p.PIANO,
                          Melody(("x-......x---....", "....x---..x-x---", "x-----x-........"), 65,
                                 84, "aba>c", 0.2), gain_db=2, pan=0.1, ending="root", centre=65,
                          expression=0, reverb=0.35),
                 c.strings("viola", "violas", Counter(55, 72, 4, 74), "slow", gain_db=5, pan=0.2,
                           ending="root", centre=60),
                 c.strings("violins", "violins",
                           Melody(("x-----------x---", "x-------x-------"), 69, 84, "aba>b", 0.15),
                           gain_db=1, pan=-0.35, ending="root", centre=77),
                 c.low("x---....x---x---", "1 1 5", 3, 36),
                 c.pulse("x.x.x.x.x.x.x.x.", "pulse_bass", -4, 900, 36),
                 c.war_drums({"stick": "..x...x...x...x.", "shaker": "o.g.o.g.o.g.o.g.",
                              "kick": "x.....x...x....."}, gain_db=-9, crash=False, ending="rest",
                             fills=({"stick": "..x...x...x.xxx.", "shaker": "o.g.o.g.o.g.o.g.",
                                     "tom_low": "........x.x.x.x."}))), "i", end_bars=2,
                room=Room(1.4, 7000, (Compressor(threshold_db=5, ratio=1.7),),
                          is_natural=True))  # fmt: skip

ORCHARD = _scene(
    "cinematic-08", "The Dragon's Orchard",
    "Fairy-tale fantasy with fiddle, wooden flute, lute and bodhran, a harp at the gate, for "
    "games, books and children",
    ("playful", "dreamy"), 9808, 138, "G", "dorian", 0.5,
    (
        SectionPlan("gate", 8, "i | i | bVII/1 | i | i | IV/1 | bVII/1 | i", 0.45,
                    "harp bells", 0.1),
        SectionPlan("path", 16, "i | i | v | i | bIII | bVII | i | v | i | i | v | i "
                    "| bIII | v | i | i", 0.7, "whistle lute drone drums"),
        SectionPlan("blossom", 12, "bIII | bIII | v | i | bIII | v | i | IV | bVI | bIII "
                    "| v | v", 0.75, "fiddle lute drone drums"),
        SectionPlan("path", 12, "i | i | v | i | bIII | bVII | i | v | i | IV | v | i",
                    0.95, "whistle fiddle lute drone drums strings bells low"),
    ),
    (
        c.player("whistle", p.FLUTE, Melody(("x---x-x-x---", "x-x-x-x-x---", "x-----x-x-x-",
                 "x---x---x-x-"), 72, 91, "aba>cabd?c", 0.2), pan=0.1, gain_db=1, centre=79,
                 ending="root", expression=0.25, reverb=0.35),
        Layer("fiddle", p.fluid(p.FIDDLE), Melody(("x-x-x-x-x---", "x---x-x-x-x-", "x---x---x-x-",
              "x-x-x---x---"), 67, 84, "aba>cabd?c", 0.2, velocity=4), strip(0, -0.2, 0.35),
              ending="root", centre=74, feel=c.STAGE, expression=0.2),
        c.player("harp", p.HARP, Broken("0 1 2 3 2 1|0 2 3 4 3 2", 6, 62, 3, 70, 1.6), gain_db=3,
                 pan=-0.4, expression=0, centre=62),
        c.player("bells", p.GLOCKENSPIEL, Melody(("x---....x---", "....x---x---", "x-x-x---...."),
                 79, 95, "aba.", 0.3), gain_db=-6, pan=0.35, expression=0, ending="root",
                 centre=91),
        Layer("lute", p.fluid(p.NYLON_GUITAR), Broken("0 2 1 2 3 2|0 2 1 3 2 1", 6, 60, 3, 78, 1.2),
              strip(3, 0.35, 0.25), ending="hold", centre=57, feel=c.STAGE),
        c.strings("strings", "seconds", Voiced("alto", 3, "moving", velocity=70), "slow",
                  gain_db=2, pan=-0.15, centre=64),
        c.player("drone", c.BAGPIPE, Riff("x-----------", "0", 50, True, velocity=-30), gain_db=-16,
                 pan=-0.3, ending="root", centre=50, expression=0),
        c.low("x-------x---|x-----------", "1 5|1", 3, 38),
        c.war_drums({"tom_low": "X...o.x.o.o.|X...o.x.o...", "tom_high": "..g...g...x.",
                     "tambourine": "....o...o.o."}, every=8, gain_db=-3, crash=False,
                    fills=({"tom_low": "X.x.x.x.x.x.", "tom_high": "..o...o...xx"},)),
    ),
    "i", time_signature="3/4", end_bars=3,
)  # fmt: skip

BRIEFS = (GATES, FRONT, FJORD, WALLS, EUROPA, BANNER, LEDGER, ORCHARD, COUNTDOWN)
