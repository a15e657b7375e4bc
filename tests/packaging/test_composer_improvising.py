"""Solos and block chords: in range, on the changes, with breath, and never twice the same."""

from dataclasses import replace
from itertools import pairwise
from random import Random

import pytest

from composer.improvising import Blocks, Solo, chord_scale
from composer.melody import Melody
from composer.score import ChordSpan, Note, Section
from composer.theory import Key, parse_chord

CHANGES = [
    "ii9", "V13", "Imaj9", "VI7b9", "iim7b5", "V7b9", "i6", "V7#9", "bVI13", "IVmaj7", "#ivdim7",
    "I69",
]  # fmt: skip


@pytest.fixture(scope="module")
def chorus() -> Section:
    chords = tuple(
        ChordSpan(4.0 * n, 4.0, parse_chord(symbol, 5)) for n, symbol in enumerate(CHANGES * 2)
    )
    return Section("chorus", 0, 0.0, len(chords), 4, 1.0, Key(5, "major"), chords)


def played(section: Section, seed: int = 1) -> list[Note]:
    return Solo(55, 79, (5, 9), (1, 3))(section, Random(seed))


def test_a_solo_stays_in_range_and_in_the_section_and_breathes(chorus: Section) -> None:
    notes = played(chorus)
    assert all(55 <= n.pitch <= 79 for n in notes)
    assert notes[0].start_beats >= 0
    assert notes[-1].start_beats < chorus.duration_beats
    rests = [b.start_beats - (a.start_beats + a.duration_beats) for a, b in pairwise(notes)]
    assert sum(rest > 0.8 for rest in rests) >= 5
    assert min(rests) > -1e-6  # One voice.
    assert len(notes) > chorus.duration_beats * 0.8


def test_what_falls_on_a_change_belongs_to_the_new_chord(chorus: Section) -> None:
    on_change = [n for seed in range(6) for n in played(chorus, seed) if n.start_beats % 4 == 0]
    fitting = [n.pitch % 12 in chorus.chord_at(n.start_beats).pitch_classes for n in on_change]
    assert len(fitting) > 30
    assert sum(fitting) > 0.7 * len(fitting)


def test_a_line_goes_by_steps_more_than_by_leaps(chorus: Section) -> None:
    moves = [abs(b.pitch - a.pitch) for a, b in pairwise(played(chorus))]
    assert sum(move <= 4 for move in moves) > 0.7 * len(moves)
    assert max(moves) <= 14


def test_the_same_seed_plays_the_same_and_a_second_chorus_another(chorus: Section) -> None:
    assert played(chorus) == played(chorus)
    assert played(chorus) != played(chorus, 2)
    assert played(replace(chorus, ordinal=1)) != played(chorus)


@pytest.mark.parametrize("drop", [False, True])
def test_block_chords_hang_chord_notes_under_the_tune(chorus: Section, drop: bool) -> None:
    tune = Melody(("x-x-x---x-x-x---",), 64, 80, "abac")
    alone = tune(chorus, Random(4))
    blocks = Blocks(tune, 3, drop)(chorus, Random(4))
    assert len(blocks) == 4 * len(alone)
    for number, top in enumerate(alone):
        assert blocks[4 * number] == top
        for below in blocks[4 * number + 1 : 4 * number + 4]:
            assert below.pitch < top.pitch
            assert below.pitch % 12 in chorus.chord_at(top.start_beats).pitch_classes


@pytest.mark.parametrize("symbol", CHANGES)
def test_the_scale_of_a_chord_holds_the_chord(symbol: str) -> None:
    chord = parse_chord(symbol, 5)
    scale = set(chord_scale(chord, Key(5, "major")))
    tensions = {(chord.root + step) % 12 for step in chord.intervals[:4]}
    assert tensions <= scale
