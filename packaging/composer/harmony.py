"""Progressions written by grammar: which chord may follow which, and how phrases close.

A grammar is a style's habits in one mode: moves with weights, cadences, how chords are dressed
(sevenths, tensions), how often a dominant of the next chord slips in, and what is borrowed from
the parallel mode. Roman numerals count from the major scale whatever the mode, as everywhere in
the composer.
"""

from dataclasses import dataclass, field
from random import Random

MODES = ("major", "minor")
CADENCES = ("open", "closed")


@dataclass(frozen=True, slots=True)
class Grammar:
    """The habits of a style in one mode.

    Args:
        home: the tonic chord.
        moves: chord → what may follow, as "IV3 vi2": chords with weights of one digit.
        half: chords that leave a phrase open.
        closes: the bar before the last tonic, two chords in a bar allowed.
        dress: chord → dressed forms to draw from; a chord that isn't there stays plain.
        secondary: chance that a bar ends with the dominant of the next bar's chord.
        borrowed: chord → what may stand for it, taken from the parallel mode.
        borrow: the chance of it.
        applied: how a secondary dominant is written.
    """

    home: str
    moves: dict[str, str]
    half: tuple[str, ...]
    closes: tuple[str, ...]
    dress: dict[str, tuple[str, ...]] = field(default_factory=dict)
    secondary: float = 0.0
    borrowed: dict[str, str] = field(default_factory=dict)
    borrow: float = 0.0
    applied: str = "V7"


_GRAMMARS: dict[tuple[str, str], Grammar] = {
    ("pop", "major"): Grammar(
        "I",
        {"I": "V3 vi3 IV3 iii1 ii1", "V": "vi4 IV3 I1 ii1", "vi": "IV4 V2 ii1 iii1",
         "IV": "I3 V3 vi1 ii1", "ii": "V3 IV2 vi1", "iii": "IV3 vi2"},
        ("V", "IV", "Vsus4"), ("IV V", "V", "ii V", "IV"),
        {"I": ("I", "Iadd9", "I"), "IV": ("IV", "IVadd9", "IVmaj7"), "vi": ("vi", "vi7"),
         "ii": ("ii7", "ii"), "V": ("V", "Vsus4")},
        0.08, {"IV": "iv", "V": "bVII"}, 0.08,
    ),
    ("pop", "minor"): Grammar(
        "i",
        {"i": "bVI4 bVII3 iv2 bIII2", "bVI": "bVII3 bIII3 iv1 i1", "bVII": "i3 bVI2 iv1 bIII1",
         "bIII": "bVII3 iv2 bVI2", "iv": "i2 bVI2 v1 bVII2", "v": "bVI3 i1"},
        ("bVII", "v", "V"), ("bVI bVII", "bVII", "iv V", "V"),
        {"i": ("i", "i7", "iadd9"), "bVI": ("bVI", "bVImaj7"), "iv": ("iv", "iv7")},
        0.04, {"iv": "IV"}, 0.12,
    ),
    ("rock", "major"): Grammar(
        "I",
        {"I": "IV4 V2 bVII3 vi2", "IV": "I3 V3 bVII1", "V": "IV3 I2 vi2", "vi": "IV3 V2",
         "bVII": "IV4 I2"},
        ("V", "IV", "bVII"), ("IV V", "bVII IV", "V"), {}, 0.0, {"vi": "bVI"}, 0.1,
    ),
    ("rock", "minor"): Grammar(
        "i",
        {"i": "bVI3 bVII3 iv2 bIII2", "bVI": "bVII4 i1 bIII1", "bVII": "i3 bVI2 iv2",
         "iv": "i2 bVI2 bVII2", "bIII": "bVII3 bVI2 iv1"},
        ("bVII", "V", "bVI"), ("bVI bVII", "bVII", "iv V"), {}, 0.0, {"bVII": "bII"}, 0.08,
    ),
    ("soul", "major"): Grammar(
        "I",
        {"I": "IV3 ii3 vi3 iii1", "IV": "iii3 V2 ii2 I1", "ii": "V4 iii2", "iii": "vi4 IV1",
         "vi": "ii4 IV1", "V": "I2 iii2 IV1"},
        ("V", "ii"), ("ii V", "IV V", "V"),
        {"I": ("Imaj9", "Imaj7", "I69"), "IV": ("IVmaj7", "IVmaj9"), "ii": ("ii9", "ii7"),
         "iii": ("iii7",), "vi": ("vi9", "vi7"), "V": ("V9sus4", "V13", "V9")},
        0.2, {"IV": "iv7", "V": "bVII13"}, 0.15, "V7b9",
    ),
    ("soul", "minor"): Grammar(
        "i",
        {"i": "iv4 bVI3 bVII2 ii1", "iv": "bVII3 i2 bVI2", "bVI": "V3 iv1 bVII1", "V": "i3 bVI1",
         "bVII": "bIII3 i1", "bIII": "bVI3 iv1", "ii": "V5"},
        ("V", "iv"), ("iv V", "ii V", "V"),
        {"i": ("i9", "i7", "i11"), "iv": ("iv9", "iv7"), "bVI": ("bVImaj7", "bVImaj9"),
         "V": ("V7#9", "V7b9"), "bIII": ("bIIImaj7",), "bVII": ("bVII13", "bVII9"),
         "ii": ("iim7b5",)},
        0.08, {"iv": "IV9"}, 0.15, "V7b9",
    ),
    ("jazz", "major"): Grammar(
        "I",
        {"I": "vi4 IV2 iii2 ii3", "vi": "ii5 IV1", "ii": "V6", "V": "I3 iii3", "iii": "vi5",
         "IV": "ii2 iii2 V1"},
        ("V",), ("ii V",),
        {"I": ("Imaj7", "Imaj9", "I69"), "ii": ("ii9", "ii7"), "V": ("V13", "V9", "V7b9"),
         "vi": ("vi9", "vi7"), "iii": ("iii7",), "IV": ("IVmaj7", "IVmaj9")},
        0.3, {"IV": "iv6", "V": "bII9", "iii": "bVII9"}, 0.15, "V7b9",
    ),
    ("jazz", "minor"): Grammar(
        "i",
        {"i": "iv3 ii4 bVI3", "iv": "bVII3 ii2 i1", "ii": "V6", "V": "i4 bVI1", "bVI": "ii3 V3",
         "bVII": "bIII4", "bIII": "bVI3 iv1"},
        ("V",), ("ii V",),
        {"i": ("i6", "i9", "i7"), "iv": ("iv9", "iv6"), "ii": ("iim7b5",), "V": ("V7b9", "V7#9"),
         "bVI": ("bVImaj7", "bVI9"), "bVII": ("bVII13",), "bIII": ("bIIImaj7",)},
        0.1, {"V": "bII9"}, 0.15, "V7b9",
    ),
    ("blues", "major"): Grammar(
        "I", {"I": "IV4 I2 V1", "IV": "I4 IV1", "V": "IV4 I2"}, ("V",), ("V IV", "V"),
        {"I": ("I7", "I9"), "IV": ("IV7", "IV9"), "V": ("V7", "V7#9")}, 0.1, {}, 0.0,
    ),
    ("blues", "minor"): Grammar(
        "i", {"i": "iv4 i2 bVI1", "iv": "i4 bVI1", "bVI": "V4", "V": "i3 iv1"}, ("V",),
        ("bVI V", "V"), {"i": ("i7",), "iv": ("iv7",), "V": ("V7#9", "V7"), "bVI": ("bVI7",)},
        0.0, {"iv": "IV7"}, 0.15,
    ),
    ("classical", "major"): Grammar(
        "I",
        {"I": "IV3 V3 vi2 ii2 I/31", "IV": "V3 ii2 I/51", "V": "I4 vi2 V7/31", "vi": "ii3 IV3",
         "ii": "V5", "I/3": "IV4 ii1", "I/5": "V5", "V7/3": "I5"},
        ("V",), ("I/5 V7", "ii V7", "IV V7"), {"V": ("V", "V7"), "ii": ("ii", "ii7")},
        0.16, {"IV": "iv", "vi": "bVI"}, 0.05,
    ),
    ("classical", "minor"): Grammar(
        "i",
        {"i": "iv3 V3 bVI2 ii2", "iv": "V4 i1 bII1", "V": "i4 bVI2", "bVI": "iv3 bIII1 ii1",
         "ii": "V5", "bIII": "bVI3 iv1", "bII": "V5"},
        ("V",), ("iv V7", "ii V7", "V7"), {"ii": ("iim7b5", "iidim"), "V": ("V", "V7")},
        0.12, {"bVI": "IV"}, 0.04,
    ),
    ("modal", "major"): Grammar(
        "I", {"I": "bVII4 IV3 II2 v1", "bVII": "IV4 I3", "IV": "I4 bVII2", "II": "IV3 I2",
              "v": "IV3 bVII1"},
        ("bVII", "IV"), ("bVII", "IV"), {"I": ("I", "Iadd9", "Isus2"), "IV": ("IV", "IVadd9")},
    ),
    ("modal", "minor"): Grammar(
        "i", {"i": "bVII4 IV3 bIII2 v2", "bVII": "i3 IV2 bIII2", "IV": "i3 bVII2",
              "bIII": "bVII3 IV2", "v": "i3 bVII1"},
        ("bVII", "IV", "v"), ("bVII", "v", "IV"),
        {"i": ("i", "iadd9", "i7"), "IV": ("IV", "IV9"), "v": ("v7", "v")},
    ),
    ("epic", "major"): Grammar(
        "I", {"I": "bVI2 IV3 vi2 V2", "vi": "IV4 bVI1", "IV": "I2 V3 bVII2", "bVI": "bVII5",
              "bVII": "I3 IV1", "V": "vi3 IV2"},
        ("V", "bVII"), ("bVI bVII", "IV V", "bVII"), {"IV": ("IV", "IVadd9")}, 0.05,
        {"IV": "iv"}, 0.1,
    ),
    ("epic", "minor"): Grammar(
        "i", {"i": "bVI4 iv2 bIII2 bVII1 bII1", "bVI": "bIII3 bVII3 iv1", "bIII": "bVII4 iv1",
              "bVII": "i2 iv2 bVI2", "iv": "V2 bVI2 i1", "V": "i3 bVI2", "bII": "V3 i1"},
        ("V", "bVII"), ("bVI bVII", "iv V", "bII V", "V"), {"i": ("i", "iadd9")}, 0.0,
        {"iv": "IV", "bVII": "II"}, 0.08,
    ),
    ("ambient", "major"): Grammar(
        "I", {"I": "IV4 vi2 iii2 ii1", "IV": "I4 vi2 ii1", "vi": "IV3 iii2", "iii": "IV3 vi2",
              "ii": "IV2 I3"},
        ("IV", "ii"), ("IV", "V"),
        {"I": ("Imaj9", "Iadd9", "Isus2"), "IV": ("IVmaj9", "IVmaj7", "IV/1"),
         "vi": ("vi9", "vi7"), "iii": ("iii7",), "ii": ("ii9", "ii11"), "V": ("V9sus4",)},
        0.0, {"IV": "bVImaj7", "vi": "iv6"}, 0.1,
    ),
    ("ambient", "minor"): Grammar(
        "i", {"i": "bVI4 iv2 bVII1 v1", "bVI": "i3 iv2 bIII1", "iv": "i3 bVI2", "bVII": "bVI3 i1",
              "bIII": "bVI3 iv1", "v": "bVI3 i1"},
        ("bVI", "v"), ("bVI", "iv", "v"),
        {"i": ("iadd9", "i9", "i11"), "bVI": ("bVImaj7", "bVImaj9"), "iv": ("iv9", "iv7"),
         "bIII": ("bIIImaj7",), "v": ("v7",)},
        0.0, {"bVII": "bIImaj7"}, 0.12,
    ),
}  # fmt: skip

STYLES = tuple(dict.fromkeys(style for style, _ in _GRAMMARS))


def progression(
    style: str,
    mode: str,
    n_bars: int,
    rng: Random,
    cadence: str = "open",
    *,
    pedal: bool = False,
) -> str:
    """Write a progression as a section plan reads it: bars parted by "|".

    Args:
        style: one of `STYLES`.
        mode: "major" or "minor".
        n_bars: its length; four bars make a phrase, and phrases before the last stay open.
        cadence: "open" (ends away from home, so that it may repeat) or "closed" (on the tonic).
        pedal: the first phrase stands on the tonic in the bass.

    Raises:
        ValueError: for a style, mode or cadence that isn't known, or fewer than two bars.
    """
    grammar = _GRAMMARS.get((style, mode))
    if grammar is None or cadence not in CADENCES or n_bars < 2:
        raise ValueError(f"no such progression: {style} {mode} {cadence}, {n_bars} bars")
    bars = _walk(grammar, n_bars, rng, cadence)
    played = [_dressed(grammar, bar, rng) for bar in bars]
    for number in range(n_bars - 1):
        following = bars[number + 1]
        # Home has a dominant of its own, and a diminished chord can't be led to as a home.
        may_lead = (
            following in grammar.moves
            and following not in (grammar.home, bars[number])
            and not (mode == "minor" and following == "ii")
            and not any(sign in bars[number] + following for sign in " /")
        )
        if may_lead and rng.random() < grammar.secondary:
            played[number] += f" {grammar.applied}/{following}"
    if pedal:
        played[:4] = [_over_tonic(bar) for bar in played[:4]]
    return " | ".join(played)


def _walk(grammar: Grammar, n_bars: int, rng: Random, cadence: str) -> list[str]:
    bars = [grammar.home]
    while len(bars) < n_bars:
        place = len(bars)
        is_last = place == n_bars - 1
        if cadence == "closed" and is_last:
            bars.append(grammar.home)
        elif cadence == "closed" and place == n_bars - 2:
            bars.append(rng.choice(grammar.closes))
        elif is_last or (place % 4 == 3 and rng.random() < 0.6):
            bars.append(rng.choice(grammar.half))
        elif place % 8 == 0:
            bars.append(grammar.home)
        else:
            bars.append(_next(grammar, bars, rng))
    return bars


def _next(grammar: Grammar, bars: list[str], rng: Random) -> str:
    current = bars[-1].split()[-1]
    moves = grammar.moves.get(current, grammar.moves[grammar.home])
    chords = [move[:-1] for move in moves.split()]
    weights = [float(move[-1]) for move in moves.split()]
    # What was just there is less welcome: phrases of four bars with four chords wander better.
    weights = [w * (0.35 if c in bars[-3:] else 1) for c, w in zip(chords, weights, strict=True)]
    return rng.choices(chords, weights)[0]


def _dressed(grammar: Grammar, bar: str, rng: Random) -> str:
    out = []
    for chord in bar.split():
        if chord in grammar.borrowed and rng.random() < grammar.borrow:
            out.append(grammar.borrowed[chord])
        else:
            out.append(rng.choice(grammar.dress.get(chord, (chord,))))
    return " ".join(out)


def _over_tonic(bar: str) -> str:
    return " ".join(chord if "/" in chord else f"{chord}/1" for chord in bar.split())
