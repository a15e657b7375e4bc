"""Hip-hop: a crushed loop, sampled hits, an 808 or a fat bass, swung sixteenths."""

from composer.comping import Bass, Broken, Comp, Pad
from composer.form import Brief, Layer, SectionPlan
from composer.genres import palette as p
from composer.genres.palette import fx, hits, strip
from composer.melody import Melody
from composer.rhythm import LAID_BACK, MACHINE, TIGHT, Feel, drums
from composer.score import Room

_LOOP = (fx("crush", 12, 26_000), fx("lowpass", 3200), fx("wow", 1.2, 0.7))

_ROOFTOP = "i9 | iv9 | bVImaj7 | V7#9"

ROOFTOP = Brief(
    slug="hip-hop-01",
    title="Rooftop Cassette",
    description="Dusty lo-fi beat with electric piano, soft bass and vinyl crackle",
    genre="hip-hop",
    moods=("calm", "dreamy"),
    seed=1101,
    bpm=84,
    tonic="D",
    scale="dorian",
    final_chord="i9",
    swing=0.6,
    swing_beats=0.25,
    sections=(
        SectionPlan("intro", 4, _ROOFTOP, 0.4, "keys vinyl"),
        SectionPlan("verse", 8, _ROOFTOP, 0.8, "keys bass beat"),
        SectionPlan("bridge", 4, "bVImaj7 | V7#9 | i9 | i9", 0.6, "keys bass beat vibes"),
        SectionPlan("verse", 4, _ROOFTOP, 0.9, "keys bass beat vibes"),
    ),
    layers=(
        Layer(
            "keys",
            p.fluid(p.ELECTRIC_PIANO),
            Comp("x--..xx- ..x---..|x--..x-- x-..x---", 62, 4, -12, 0.02),
            strip(-1, -0.1, 0.12, *_LOOP, fx("lowshelf", 350, 3)),
            centre=60,
            feel=LAID_BACK,
        ),
        Layer(
            "vibes",
            p.fluid(p.VIBRAPHONE),
            Melody(("..x-x-x---x-----", "x---..x-x-x-----", "..x---x-..x-x---"), 67, 84, "abac"),
            strip(0, 0.25, 0.3, *_LOOP, fx("delay", 0.536, 0.4, 0.3)),
            ending="root",
            centre=74,
            feel=LAID_BACK,
        ),
        Layer(
            "vinyl",
            p.fluid(p.NYLON_GUITAR),
            Broken("0 . 2 . 1 . 3 .", 8, 62, 4, 58, 1.5),
            strip(-8, 0.3, 0.2, *_LOOP),
            ending="rest",
            feel=LAID_BACK,
        ),
        Layer(
            "bass",
            p.fluid(p.FINGERED_BASS),
            Bass("x--...x-..x--...|x--..x--x---.x..", "1 5 8|1 1 5 a", 36),
            strip(1, 0, 0.02, fx("lowpass", 900), fx("saturate", 6)),
            ending="root",
            centre=36,
            feel=LAID_BACK,
        ),
        Layer(
            "beat",
            hits("boom bap"),
            drums(
                {
                    "kick": "x..x..x...x.....|x......x..x..x..",
                    "snare": "....x..g....x..g|....x..g.g..x...",
                    "hat": "x.o.x.o.x.o.x.oo",
                    "open": "................|..............o.",
                },
                fill={"kick": "x..x..x...x.....", "snare": "....x..g..x.x.xo",
                      "hat": "x.o.x.o.x......."},
            ),
            strip(3, 0, 0.05, fx("compress", 2, 3), fx("saturate", 5)),
            ending="crash",
            feel=Feel(5, 6, 6),
        ),
    ),
    room=Room(1.0, 5000, (fx("vinyl", -30), fx("peak", 220, 4, 0.6), fx("compress", 3, 2))),
)  # fmt: skip

_CONCRETE = "i | i | bVI | V7"

CONCRETE = Brief(
    slug="hip-hop-02",
    title="Concrete After Midnight",
    description="Dark trap with long 808 bass, rolling hi-hats and a cold bell figure",
    genre="hip-hop",
    moods=("dark", "tense"),
    seed=1208,
    bpm=140,
    tonic="F",
    scale="harmonic minor",
    final_chord="i",
    sections=(
        SectionPlan("intro", 4, _CONCRETE, 0.4, "bells pad"),
        SectionPlan("drop", 8, _CONCRETE, 1.0, "bells sub beat pad"),
        SectionPlan("verse", 8, "i | bII | i | V7", 0.75, "plucks sub beat"),
        SectionPlan("drop", 8, _CONCRETE, 1.0, "bells sub beat pad brass"),
        SectionPlan("outro", 4, _CONCRETE, 0.5, "bells pad sub"),
    ),
    layers=(
        Layer(
            "bells",
            p.synth("bell"),
            Melody(("x-x-x---x-x-x---", "x---x-x-x---..x-", "x-x-..x-x-------"), 65, 84, "aaba"),
            strip(0, -0.15, 0.35, fx("lowpass", 4800), fx("delay", 0.321, 0.4, 0.25)),
            ending="root",
            centre=72,
            feel=MACHINE,
        ),
        Layer(
            "plucks",
            p.fluid(p.PIZZICATO),
            Broken("0 . 1 2 . 1 0 .", 8, 60, 3, 88, 0.9),
            strip(-4, 0.2, 0.3, fx("crush", 12, 26_000), fx("lowpass", 4000)),
            ending="rest",
            feel=TIGHT,
        ),
        Layer(
            "pad",
            p.fluid(p.CHOIR),
            Pad(56, 3, 62),
            strip(-8, 0, 0.4, fx("lowpass", 2400), fx("wow", 1.0, 0.5)),
        ),
        Layer(
            "brass",
            p.fluid(p.BRASS),
            Comp("x---........x---|x---..x---......", 53, 3, 0, 0, 0.8),
            strip(-4, 0.1, 0.3, fx("lowpass", 3000), fx("saturate", 6)),
            ending="rest",
        ),
        Layer(
            "sub",
            p.synth("sub"),
            Bass("x-----..x-..x---|x---------x-....", "1 1 8|1 5", 31),
            strip(4, 0, 0.0, fx("saturate", 8), fx("lowpass", 2500)),
            ending="root",
            centre=30,
            feel=MACHINE,
        ),
        Layer(
            "beat",
            hits("trap"),
            drums(
                {
                    "kick": "x.....x.....x...|x.........x.....",
                    "clap": "........x.......",
                    "snare": "........o.......",
                    "hat": "x.o.x.o.x.o.xoxo|x.o.xxxxx.o.x.xx",
                    "open": "..............o.|................",
                    "stick": "................|...........o..o.",
                },
                fill={
                    "kick": "x.....x.........",
                    "clap": "........x...x...",
                    "hat": "xoxoxoxo" + "xoxxxoxx",
                },
            ),
            strip(3, 0, 0.06, fx("compress", 3, 2.5)),
            ending="crash",
            feel=MACHINE,
        ),
    ),
    room=Room(1.6, 5500, (fx("peak", 220, 4, 0.6), fx("compress", 3, 2))),
)

_BLOCK = "I7 | I7 | IV9 | IV9 V7"

BLOCK = Brief(
    slug="hip-hop-03",
    title="Block Party Saturday",
    description="Sunny old-school groove with funky bass, organ stabs and horns",
    genre="hip-hop",
    moods=("happy", "playful"),
    seed=1313,
    bpm=96,
    tonic="G",
    scale="mixolydian",
    final_chord="I9",
    swing=0.57,
    swing_beats=0.25,
    sections=(
        SectionPlan("intro", 2, "I7", 0.6, "beat bass"),
        SectionPlan("verse", 8, _BLOCK, 0.8, "beat bass organ guitar"),
        SectionPlan("hook", 4, "bVII | IV9 | I7 | I7", 1.0, "beat bass organ horns guitar"),
        SectionPlan("verse", 4, _BLOCK, 0.85, "beat bass guitar flute"),
        SectionPlan("hook", 4, "bVII | IV9 | I7 | V7", 1.0, "beat bass organ horns guitar flute"),
    ),
    layers=(
        Layer(
            "organ",
            p.fluid(p.PERCUSSIVE_ORGAN),
            Comp("....x..x....x...|....x.....x.x...", 62, 4, -14, 0, 0.6),
            strip(-4, -0.25, 0.1, fx("crush", 12, 26_000), fx("lowpass", 4500)),
            feel=TIGHT,
        ),
        Layer(
            "guitar",
            p.fluid(p.MUTED_GUITAR),
            Comp("..x.x.x...xx..x.", 67, 3, -8, 0.01, 0.5),
            strip(-4, 0.4, 0.08, fx("highpass", 250)),
            ending="rest",
            feel=TIGHT,
        ),
        Layer(
            "horns",
            p.fluid(p.BRASS),
            Melody(("x-.x..x---..x-x-", "x-.x..x-x-......", "..x-x-x---......"), 60, 76, "abab",
                   thirds=True),
            strip(0, 0.1, 0.15, fx("lowpass", 5000), fx("saturate", 3)),
            centre=67,
            feel=TIGHT,
        ),
        Layer(
            "flute",
            p.fluid(p.FLUTE),
            Melody(("x-x-xx-x--..x-x-", "..x-xx-x-x---...", "x---..x-x-xx----"), 72, 88, "abac"),
            strip(0, -0.3, 0.2, fx("delay", 0.3125, 0.3, 0.2)),
            ending="root",
            centre=79,
        ),
        Layer(
            "bass",
            p.fluid(p.SLAP_BASS),
            Bass("x..x..x.x.x..x..|x..x..x...x.x.x.", "1 1 8 5 7 8|1 1 8 7 5 a", 36, 0.8),
            strip(1, 0, 0.02, fx("saturate", 5), fx("lowshelf", 200, 3)),
            ending="root",
            centre=31,
            feel=TIGHT,
        ),
        Layer(
            "beat",
            hits("boom bap"),
            drums(
                {
                    "kick": "x.....x..xx.....|x..x..x..xx.....",
                    "snare": "....X..g....X..g|....X..g.g..X..o",
                    "clap": "....o.......o...",
                    "hat": "x.x.x.x.x.x.x.xo",
                    "shaker": "oxoxoxoxoxoxoxox",
                    "cowbell": "................|............o.o.",
                },
                fill={"kick": "x.....x...x.....", "snare": "....X..o.xoxXoxX",
                      "hat": "x.x.x.x........."},
            ),
            strip(3, 0, 0.06, fx("compress", 2, 3), fx("saturate", 4)),
            ending="crash",
            feel=Feel(4, 3, 6),
        ),
    ),
    room=Room(0.9, 6000, (fx("peak", 220, 3.5, 0.6), fx("compress", 3, 2.5))),
)  # fmt: skip

BRIEFS = (ROOFTOP, CONCRETE, BLOCK)
