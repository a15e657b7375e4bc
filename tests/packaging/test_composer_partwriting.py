"""Four-part writing as it is taught: no parallels, sevenths fall, leading notes rise."""

from itertools import pairwise
from random import Random

import pytest

from composer.partwriting import VOICES, Voiced, is_parallel, lead_voices
from composer.score import ChordSpan, Section
from composer.theory import Key, parse_chord

PIECES = (
    ("major", "I vi IV V7 I V7/ii ii V7 I IV I/5 V7 I"),
    ("major", "vi7 ii7 V7 Imaj7 IVmaj7 viim7b5 iii7 vi7 ii7 V7 I"),
    ("harmonic minor", "i iv bVII7 bIIImaj7 bVImaj7 iim7b5 V7 i iv6 V7 i"),
    ("harmonic minor", "i V/7 i/b3 iv V bVI iim7b5 i/5 V7 i"),
)


def section(scale: str, symbols: str, tonic: int = 2, beats: int = 4) -> Section:
    chords = tuple(
        ChordSpan(n * beats, beats, parse_chord(symbol, tonic))
        for n, symbol in enumerate(symbols.split())
    )
    return Section("a", 0, 0.0, len(chords), beats, 1.0, Key(tonic, scale), chords)


@pytest.mark.parametrize("line", range(4))
@pytest.mark.parametrize(("scale", "symbols"), PIECES)
def test_voices_never_move_in_parallel_fifths_or_octaves(
    scale: str, symbols: str, line: int
) -> None:
    part = section(scale, symbols)
    settings = lead_voices(part.chords, part.key, line)
    for before, after in pairwise(settings):
        assert not any(
            is_parallel(before, after, low, high) for low in range(4) for high in range(low + 1, 4)
        )
    for span, setting in zip(part.chords, settings, strict=True):
        assert list(setting) == sorted(setting)
        assert setting[0] % 12 == span.chord.lowest
        # The third is never left out.
        assert (span.chord.root + span.chord.intervals[1]) % 12 in {p % 12 for p in setting}


def test_a_parallel_differs_from_a_repeated_note() -> None:
    assert is_parallel((48, 55, 64, 72), (50, 57, 65, 74), 0, 1)
    assert is_parallel((48, 55, 64, 72), (50, 57, 65, 74), 0, 3)
    assert not is_parallel((48, 55, 64, 72), (48, 55, 65, 72), 0, 1)
    assert not is_parallel((48, 55, 64, 72), (50, 53, 65, 69), 0, 1)


def test_the_seventh_of_a_dominant_falls_by_a_step() -> None:
    kept = broken = 0
    for scale, symbols in PIECES:
        part = section(scale, symbols)
        for line in range(6):
            settings = lead_voices(part.chords, part.key, line)
            for number, (before, after) in enumerate(pairwise(settings)):
                if part.chords[number].chord.symbol != "V7":
                    continue
                seventh = (part.key.tonic + 5) % 12
                for voice in range(1, 4):
                    if before[voice] % 12 == seventh:
                        kept += after[voice] - before[voice] in (0, -1, -2)
                        broken += after[voice] - before[voice] not in (0, -1, -2)
    assert kept > 20
    assert broken <= kept * 0.05


def test_layers_of_one_line_belong_together_and_another_line_is_another_tune() -> None:
    part = section(*PIECES[0])
    written = {
        voice: [n.pitch for n in Voiced(voice, 3, grid="x---x---")(part, Random(1))]
        for voice in VOICES
    }
    for chord in zip(*written.values(), strict=True):
        assert list(chord) == sorted(chord)
    other = [n.pitch for n in Voiced("soprano", 4, grid="x---x---")(part, Random(1))]
    assert other != written["soprano"]


def test_a_suspension_is_prepared_and_falls_by_a_step() -> None:
    part = section(*PIECES[1])
    late = []
    for line in range(4):
        for voice in ("tenor", "alto", "soprano"):
            notes = Voiced(voice, line, "suspended", short=1.0)(part, Random(2))
            ends = [n.start_beats + n.duration_beats for n in notes]
            assert ends[:-1] == pytest.approx([n.start_beats for n in notes[1:]])
            late += [
                before.pitch - after.pitch
                for before, after in pairwise(notes)
                if after.start_beats % 4 == 2
            ]
    assert len(late) > 8
    assert set(late) <= {1, 2}


@pytest.mark.parametrize("figure", ["moving", "running"])
@pytest.mark.parametrize(("scale", "symbols"), PIECES)
def test_figures_start_each_harmony_on_its_note_and_go_by_steps(
    figure: str, scale: str, symbols: str
) -> None:
    part = section(scale, symbols)
    settings = lead_voices(part.chords, part.key, 1)
    notes = Voiced("soprano", 1, figure, short=1.0)(part, Random(3))
    assert sum(n.duration_beats for n in notes) == pytest.approx(part.duration_beats)
    starts = {n.start_beats: n.pitch for n in notes}
    for span, setting in zip(part.chords, settings, strict=True):
        assert starts[span.start_beats] == setting[3]
    moves = [abs(b.pitch - a.pitch) for a, b in pairwise(notes)]
    assert sum(move <= 3 for move in moves) > 0.7 * len(moves)


def test_an_unknown_figure_and_voice_are_refused() -> None:
    part = section(*PIECES[0])
    with pytest.raises(ValueError, match="figure"):
        Voiced("alto", figure="trilled")(part, Random(1))
    with pytest.raises(ValueError, match="tenore"):
        Voiced("tenore")(part, Random(1))
