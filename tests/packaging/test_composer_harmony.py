"""Progressions by grammar: readable, closed where asked, and as varied as a style."""

import itertools
import sys
from pathlib import Path
from random import Random

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "packaging"))

from composer.harmony import MODES, STYLES, progression
from composer.theory import parse_chord


def bars(text: str) -> list[list[str]]:
    return [bar.split() for bar in text.split(" | ")]


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("mode", MODES)
def test_every_style_writes_chords_that_can_be_read_and_closes_at_home(
    style: str, mode: str
) -> None:
    third = 3 if mode == "minor" else 4
    written = set()
    for seed in range(40):
        closed = bars(progression(style, mode, 8, Random(seed), "closed"))
        assert len(closed) == 8
        first, last = (parse_chord(bar[0], 0) for bar in (closed[0], closed[-1]))
        assert first.root == last.root == 0
        assert last.intervals[1] != 7 - third  # never the other mode's third
        left_open = bars(progression(style, mode, 8, Random(seed), "open"))
        assert parse_chord(left_open[-1][-1], 0).root != 0
        for bar in (*closed, *left_open):
            assert [parse_chord(symbol, 0) for symbol in bar]
        written.add(tuple(map(tuple, left_open)))
    assert len(written) >= 20


def test_a_secondary_dominant_falls_a_fifth_into_the_next_bar() -> None:
    n_found = 0
    for seed in range(60):
        phrase = bars(progression("jazz", "major", 8, Random(seed)))
        for bar, following in itertools.pairwise(phrase):
            if "/" in bar[-1]:
                applied, goal = parse_chord(bar[-1], 0), bar[-1].split("/")[1]
                assert applied.root == (parse_chord(goal, 0).root + 7) % 12
                n_found += parse_chord(following[0], 0).root == parse_chord(goal, 0).root
    assert n_found > 20


def test_a_pedal_point_stands_on_the_tonic() -> None:
    phrase = bars(progression("epic", "minor", 8, Random(5), pedal=True))
    assert all(parse_chord(symbol, 9).lowest == 9 for bar in phrase[:4] for symbol in bar)


def test_the_same_generator_state_gives_the_same_bars() -> None:
    assert progression("soul", "minor", 8, Random("a")) == progression(
        "soul", "minor", 8, Random("a")
    )


@pytest.mark.parametrize(
    ("style", "mode", "n_bars", "cadence"),
    [("polka", "major", 4, "open"), ("pop", "dorian", 4, "open"), ("pop", "major", 1, "open"),
     ("pop", "major", 4, "half")],
)  # fmt: skip
def test_what_no_grammar_knows_is_refused(style: str, mode: str, n_bars: int, cadence: str) -> None:
    with pytest.raises(ValueError, match="no such progression"):
        progression(style, mode, n_bars, Random(0), cadence)
