"""The catalogue's pieces as scores: complete, varied, closed, and the same at every run."""

import io
import re
from collections import defaultdict
from dataclasses import replace

import mido
import pytest

from composer.catalogue import bar_times, cover_colours, energy_per_bar, loop_times
from composer.form import Brief, SectionPlan, compose
from composer.genres import BRIEFS
from composer.kits import KITS
from composer.midi import LEAD_IN_S, TICKS_PER_BEAT, midi_bytes
from composer.rhythm import DRUMS
from composer.score import Note, Part, Score, Strip, Voice
from composer.theory import SCALES

GENRES = (
    "hip-hop", "jazz", "classical", "reggae", "pop", "metal", "ambient", "electronic",
    "cinematic", "folk", "lo-fi", "synthwave", "funk", "corporate",
)  # fmt: skip
MOODS = (
    "happy", "sad", "calm", "energetic", "tense", "tender", "dark", "epic", "dreamy", "playful",
)  # fmt: skip


@pytest.fixture(scope="module")
def scores() -> dict[str, Score]:
    return {brief.slug: compose(brief) for brief in BRIEFS}


def test_every_genre_has_three_tempi_both_modes_and_several_moods(scores: dict[str, Score]) -> None:
    by_genre = defaultdict(list)
    for score in scores.values():
        by_genre[score.about.genre].append(score)
    assert set(by_genre) == set(GENRES)
    for genre, pieces in by_genre.items():
        assert len({p.tempo.bpm for p in pieces}) >= 3, genre
        assert {p.key.mode for p in pieces} == {"major", "minor"}, genre
        assert len({mood for p in pieces for mood in p.about.moods}) >= 3, genre
    assert {mood for score in scores.values() for mood in score.about.moods} == set(MOODS)


def test_no_two_pieces_share_title_seed_key_and_tempo_or_notes(scores: dict[str, Score]) -> None:
    pieces = list(scores.values())
    for distinct in (
        {p.about.title for p in pieces},
        {p.seed for p in pieces},
        {(p.about.genre, p.key, p.tempo.bpm) for p in pieces},
        {midi_bytes(p) for p in pieces},
    ):
        assert len(distinct) == len(pieces) >= 120


@pytest.mark.parametrize("brief", BRIEFS, ids=lambda b: b.slug)
def test_a_piece_has_form_and_an_ending_on_its_tonic(
    brief: Brief, scores: dict[str, Score]
) -> None:
    score = scores[brief.slug]
    assert len(score.sections) >= 3
    assert 45 <= score.n_beats * score.tempo.beat_s <= 84
    end = score.sections[-1]
    closing = [n for part in score.parts for n in part.notes
               if n.start_beats > end.start_beats - 0.25 and part.voice.engine != "hits"
               and part.voice.name != "drums"]  # fmt: skip
    assert len(closing) >= 3
    assert min(closing, key=lambda n: n.pitch).pitch % 12 == score.key.tonic
    # The energy isn't one level throughout.
    assert len({s.energy for s in score.sections}) >= 2
    assert all(part.notes for part in score.parts), "a part never plays"


def test_every_drum_is_in_its_kit(scores: dict[str, Score]) -> None:
    names = {number: name for name, number in DRUMS.items()}
    for score in scores.values():
        for part in score.parts:
            if part.voice.engine == "hits":
                kit = KITS[part.voice.name]
                assert {names[n.pitch] for n in part.notes} <= set(kit), score.slug


@pytest.mark.parametrize("brief", BRIEFS, ids=lambda b: b.slug)
def test_the_notes_belong_to_the_key(brief: Brief, scores: dict[str, Score]) -> None:
    """At least three quarters of what lasts: borrowed chords and tensions are the rest."""
    score = scores[brief.slug]
    scale = {(score.key.tonic + step) % 12 for step in SCALES[score.key.scale_name]}
    weights = {True: 0.0, False: 0.0}
    for part in score.parts:
        if part.voice.engine != "hits" and part.voice.name != "drums":
            for note in part.notes:
                weights[note.pitch % 12 in scale] += note.duration_beats
    assert weights[True] / sum(weights.values()) > 0.75


def test_the_same_seed_gives_the_same_bytes_and_another_seed_others() -> None:
    brief = next(b for b in BRIEFS if b.slug == "jazz-01")
    assert midi_bytes(compose(brief)) == midi_bytes(compose(brief))
    assert midi_bytes(compose(replace(brief, seed=1))) != midi_bytes(compose(brief))


def test_a_section_that_returns_brings_its_tune_back(scores: dict[str, Score]) -> None:
    score = scores["pop-01"]
    first, second = (s for s in score.sections if s.name == "chorus")
    hook = next(part for part in score.parts if part.name == "hook")

    def tune(start_beats: float) -> set[tuple[int, int]]:
        return {(round((n.start_beats - start_beats) * 2), n.pitch) for n in hook.notes
                if start_beats - 0.1 < n.start_beats < start_beats + 11.9}  # fmt: skip

    # Returning, it may be ornamented, never be another.
    assert len(tune(first.start_beats) & tune(second.start_beats)) >= 0.8 * len(
        tune(first.start_beats)
    )


def test_midi_has_the_tempo_the_lead_in_and_one_track_for_each_part(
    scores: dict[str, Score],
) -> None:
    score = scores["electronic-01"]
    file = mido.MidiFile(file=io.BytesIO(midi_bytes(score)))
    assert len(file.tracks) == 1 + len(score.parts)
    tempo = next(m.tempo for m in file.tracks[0] if m.type == "set_tempo")
    assert mido.tempo2bpm(tempo) == pytest.approx(124, abs=0.01)
    kick = next(t for t, p in zip(file.tracks[1:], score.parts, strict=True) if p.name == "light")
    first = next(m for m in kick if m.type == "note_on")
    assert sum(m.time for m in kick[: kick.index(first) + 1]) == pytest.approx(
        LEAD_IN_S / score.tempo.beat_s * TICKS_PER_BEAT, abs=15
    )
    assert first.channel == 9


def test_a_key_struck_again_is_released_first(scores: dict[str, Score]) -> None:
    for track in mido.MidiFile(file=io.BytesIO(midi_bytes(scores["metal-02"]))).tracks:
        held: set[int] = set()
        for message in track:
            if message.type == "note_on":
                assert message.note not in held
                held.add(message.note)
            elif message.type == "note_off":
                held.discard(message.note)
        assert not held


def test_a_brief_that_asks_for_a_layer_it_lacks_is_refused() -> None:
    brief = BRIEFS[0]
    plan = SectionPlan("verse", 4, "i", 1.0, "keys theremin")
    with pytest.raises(ValueError, match="theremin"):
        compose(replace(brief, sections=(plan,)))


def test_held_notes_swell_and_short_ones_do_not(scores: dict[str, Score]) -> None:
    score = scores[BRIEFS[0].slug]
    long, short = Note(0.0, 4.0, 60, 90), Note(4.0, 0.25, 62, 90)
    part = Part("strings", Voice("musescore"), Strip(), (long, short), "pad", 0.5)
    track = mido.MidiFile(file=io.BytesIO(midi_bytes(score, [part]))).tracks[1]
    values = [m.value for m in track if m.type == "control_change" and m.control == 11]
    assert min(values) == 64 and max(values) == 127
    assert values[-1] == 127
    still = mido.MidiFile(file=io.BytesIO(midi_bytes(score, [replace(part, expression=0.0)])))
    assert not [m for m in still.tracks[1] if m.type == "control_change" and m.control == 11]


def test_the_catalogue_has_loop_energy_roles_and_colours(scores: dict[str, Score]) -> None:
    colours = set()
    for score in scores.values():
        start_s, end_s = loop_times(score)
        bars = bar_times(score)
        assert start_s in bars and end_s in bars and end_s - start_s >= 8
        energy = energy_per_bar(score)
        assert len(energy) == len(bars) - 1 and max(energy) == 1 and min(energy) >= 0
        assert {part.role for part in score.parts} & {"melody", "riff", "chords", "pad"}
        colours.add(cover_colours(score))
    assert len(colours) == len(scores)
    assert all(re.fullmatch("#[0-9a-f]{6}", c) for pair in colours for c in pair)
