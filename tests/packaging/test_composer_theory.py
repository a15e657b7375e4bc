"""Chords, voicings, rhythm and melody of the composer, against what a musician would write."""

import itertools
from dataclasses import replace
from random import Random

import pytest

from composer.comping import Bass, Broken, Comp, Walking
from composer.melody import Counter, Melody, read_form
from composer.rhythm import DRUMS, Feel, drums, humanise, read_grid, swung
from composer.score import ChordSpan, Note, Section, Tempo
from composer.theory import Key, nearest_pitch, parse_chord, pitch_class, voice

A = pitch_class("A")


def section(symbols: str = "i | bVI | bIII | V7", name: str = "verse", ordinal: int = 0) -> Section:
    chords = tuple(
        ChordSpan(4.0 * bar, 4.0, parse_chord(symbol.strip(), A))
        for bar, symbol in enumerate(symbols.split("|"))
    )
    key = Key(A, "harmonic minor")
    return Section(name, ordinal, 0.0, len(chords), 4, 1.0, key, chords)


@pytest.mark.parametrize(
    ("symbol", "pitch_classes"),
    [
        ("i", {9, 0, 4}),  # A C E
        ("bVI", {5, 9, 0}),  # F A C
        ("V7", {4, 8, 11, 2}),  # E G# B D
        ("ii7", {11, 2, 6, 9}),  # B D F# A
        ("IVmaj9", {2, 6, 9, 1, 4}),  # D F# A C# E
        ("I5", {9, 4}),
        ("iim7b5", {11, 2, 5, 9}),
        ("V7/ii", {6, 10, 1, 4}),  # F# A# C# E, the dominant of B minor
        ("V9sus4", {4, 9, 11, 2, 6}),
    ],
)
def test_chord_symbols_in_a(symbol: str, pitch_classes: set[int]) -> None:
    assert set(parse_chord(symbol, A).pitch_classes) == pitch_classes


@pytest.mark.parametrize(
    ("symbol", "lowest"), [("IV/1", 9), ("I/5", 4), ("V7/3", 1), ("i/b7", 7), ("V", 4)]
)
def test_what_stands_behind_the_stroke_is_lowest(symbol: str, lowest: int) -> None:
    chord = parse_chord(symbol, A)
    assert chord.lowest == lowest
    assert chord.triad.lowest == lowest


@pytest.mark.parametrize(
    "symbol", ["", "H", "VIII", "iimaj13", "bX", "I/8", "V7/", "V7/x", "V7/VIII"]
)
def test_what_is_no_chord_is_refused(symbol: str) -> None:
    with pytest.raises(ValueError, match="not a chord"):
        parse_chord(symbol, A)


def test_voices_move_little_and_keep_common_notes() -> None:
    c_major = voice(parse_chord("I", 0), (), 60, 3)
    a_minor = voice(parse_chord("vi", 0), c_major, 60, 3)
    assert {p % 12 for p in a_minor} == {9, 0, 4}
    assert sum(abs(a - b) for a, b in zip(c_major, a_minor, strict=True)) <= 3


def test_a_voicing_with_too_few_voices_leaves_the_fifth_out_first() -> None:
    pitches = voice(parse_chord("V7", 0), (), 60, 3)
    assert {p % 12 for p in pitches} == {7, 11, 5}


def test_scale_steps() -> None:
    key = Key(0, "major")
    assert key.step(60, 2) == 64
    assert key.step(60, -1) == 59
    assert (key.mode, Key(0, "dorian").mode, Key(0, "lydian").mode) == ("major", "minor", "major")
    assert nearest_pitch((0,), 65.9) == 60
    assert nearest_pitch((0,), 66.1) == 72


def test_a_grid_is_read_with_holds_and_accents() -> None:
    hits = [(h.offset_beats, h.duration_beats, h.velocity) for h in read_grid("X--. ..o-", 4)]
    assert hits == [(0.0, 1.5, 118), (3.0, 1.0, 78)]
    with pytest.raises(ValueError, match="rhythm grid"):
        list(read_grid("x?", 4))


def test_swing_delays_the_second_eighth_and_keeps_the_beat() -> None:
    assert swung(3.0, 2 / 3, 0.5) == pytest.approx(3.0)
    assert swung(3.5, 2 / 3, 0.5) == pytest.approx(3 + 2 / 3)
    assert swung(3.5, 0.5, 0.5) == pytest.approx(3.5)


def test_human_hands_stray_by_milliseconds() -> None:
    notes = [Note(float(beat), 0.5, 60, 90) for beat in range(400)]
    played = humanise(notes, Feel(10, 20, 5), Tempo(120), Random(1))
    errors_ms = [(p.start_beats - n.start_beats) * 500 for p, n in zip(played, notes, strict=True)]
    mean = sum(errors_ms) / len(errors_ms)
    assert mean == pytest.approx(20, abs=2)
    assert (sum((e - mean) ** 2 for e in errors_ms) / 400) ** 0.5 == pytest.approx(10.5, abs=1.5)
    assert len({n.velocity for n in played}) > 10


def test_a_drummer_fills_the_last_bar_and_opens_with_a_cymbal() -> None:
    pattern = drums({"kick": "x..."}, {"snare": "xxxx"}, every=4, crash=True)
    notes = pattern(section(), Random(1))
    assert [n.start_beats for n in notes if n.pitch == DRUMS["kick"]] == [0, 4, 8]
    assert [n.start_beats for n in notes if n.pitch == DRUMS["snare"]] == [12, 13, 14, 15]
    assert [n.start_beats for n in notes if n.pitch == DRUMS["crash"]] == [0]


def test_the_bass_stands_on_the_roots() -> None:
    notes = Bass("x---", "1", 38)(section(), Random(1))
    assert [n.pitch % 12 for n in notes] == [9, 5, 0, 4]


def test_a_walking_bass_steps_every_beat_and_meets_each_root() -> None:
    notes = [n for n in Walking(40, skips=0)(section(), Random(2)) if n.start_beats % 1 == 0]
    assert len(notes) == 16
    assert [n.pitch % 12 for n in notes[::4]] == [9, 5, 0, 4]
    assert max(abs(a.pitch - b.pitch) for a, b in itertools.pairwise(notes)) <= 9


def test_off_beat_chords_are_off_the_beat() -> None:
    notes = Comp("....X.......X...", 65, 3)(section(), Random(1))
    assert {n.start_beats % 4 for n in notes} == {1, 3}


def test_broken_chords_play_chord_notes_alone() -> None:
    where = section()
    for note in Broken("r 0 1 2 3 2 1 0", 8, 60, 3)(where, Random(1)):
        assert note.pitch % 12 in where.chord_at(note.start_beats).pitch_classes


def test_a_motif_returns_with_its_rhythm_and_its_contour() -> None:
    tune = Melody(("x-x-x-x-x---x---", "x---x-x-x-----x-", "..x-x-x-x-------"), 60, 84, "abac")
    where = section("i | i | i | i")
    notes = tune(where, Random(3))
    first = [n for n in notes if n.start_beats < 4]
    third = [n for n in notes if 8 <= n.start_beats < 12]
    assert [n.start_beats + 8 for n in first] == [n.start_beats for n in third]
    turns = [[(b.pitch > a.pitch) - (b.pitch < a.pitch)
              for a, b in itertools.pairwise(bar)] for bar in (first, third)]  # fmt: skip
    assert sum(a == b for a, b in zip(*turns, strict=True)) >= len(turns[0]) - 1
    assert notes[-1].pitch % 12 in where.chords[-1].chord.triad.pitch_classes
    assert all(60 <= n.pitch <= 84 for n in notes)


def test_long_and_strong_notes_belong_to_the_chord() -> None:
    where = section()
    tune = Melody(("x-x-x-x-x---x---", "x---x-x-x-----x-"), 60, 84, "abab", leap=0.4)
    for note in tune(where, Random(5)):
        if note.start_beats % 2 == 0 or note.duration_beats >= 0.9:
            assert note.pitch % 12 in where.chord_at(note.start_beats).pitch_classes


LINE = ("x-x-x-x-x---x---", "x---x-x-x-----x-", "..x-x-x-x-------")


def contour(notes: list[Note], bar: int) -> list[int]:
    pitches = [n.pitch for n in notes if 4 * bar <= n.start_beats < 4 * bar + 4]
    return [(b > a) - (b < a) for a, b in itertools.pairwise(pitches)]


def test_a_sequence_starts_a_step_higher_with_the_same_rhythm() -> None:
    where = section("i | iv | i | iv")
    for seed in range(10):
        notes = Melody(LINE, 55, 88, "aa>bc", leap=0.0)(where, Random(seed))
        first, second = ([n for n in notes if 4 * b <= n.start_beats < 4 * b + 4] for b in (0, 1))
        assert [n.start_beats + 4 for n in first] == [n.start_beats for n in second]
        # On D minor the step from a note of A minor lands on the nearest note of the chord.
        assert 0 <= second[0].pitch - first[0].pitch <= 5


def test_an_inversion_turns_most_steps_over() -> None:
    turned = kept = 0
    for seed in range(20):
        notes = Melody(LINE[:1], 50, 92, "aa~bb", leap=0.0)(section("i | i | i | i"), Random(seed))
        for up, down in zip(contour(notes, 0), contour(notes, 1), strict=True):
            turned += up == -down != 0
            kept += up == down != 0
    assert turned > 3 * kept


def test_an_answer_closes_on_the_tonic_and_a_point_rests() -> None:
    notes = Melody(LINE, 60, 84, "aa?.b")(section("i | i | i | i"), Random(4))
    answer = [n for n in notes if 4 <= n.start_beats < 8]
    assert answer[-1].pitch % 12 == A
    assert not [n for n in notes if 8 <= n.start_beats < 12]


@pytest.mark.parametrize("form", ["", ">a", "a>>", ".~", "...", "a b"])
def test_what_is_no_form_is_refused(form: str) -> None:
    with pytest.raises(ValueError, match="not a form"):
        read_form(form)


def test_a_counter_line_holds_guide_tones_and_walks_at_the_end_of_a_phrase() -> None:
    notes = Counter(52, 72)(section("i | iv | bVII | V7"), Random(1))
    held = [n for n in notes if n.start_beats < 12]
    assert [n.duration_beats > 3 for n in held] == [True] * 3
    # Thirds, fifths or sevenths of A minor, D minor and G major, never their roots.
    assert held[0].pitch % 12 in (0, 4)
    assert held[1].pitch % 12 in (5, 9) and held[2].pitch % 12 in (11, 2)
    assert len([n for n in notes if n.start_beats >= 12]) == 4
    assert max(abs(b.pitch - a.pitch) for a, b in itertools.pairwise(held)) <= 7


def test_of_several_fills_all_are_drawn() -> None:
    fills = ({"snare": "x..............."}, {"tom_low": "x..............."})
    long = section(" | ".join(["i"] * 32))
    played = drums({"kick": "x..............."}, fills)(long, Random(0))
    at_ends = {n.pitch for n in played if n.start_beats % 16 == 12}
    assert at_ends == {DRUMS["snare"], DRUMS["tom_low"]}


def test_a_section_swells_from_its_first_beat_to_its_last() -> None:
    where = replace(section(), energy=0.4, swell=0.5)
    assert where.energy_at(0) == 0.4
    assert where.energy_at(8) == pytest.approx(0.65)
    assert where.energy_at(99) == pytest.approx(0.9)
