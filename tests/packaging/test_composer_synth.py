"""The composer's own instruments and the marks of its form, on what can be calculated."""

from itertools import pairwise
from random import Random

import numpy as np
import pytest

from composer import synth
from composer.form import compose
from composer.genres import BRIEFS
from composer.score import Note, Part, Score, Section, Strip, Voice
from composer.sound import RATE_HZ
from composer.synth import oscillators, shaping
from composer.synth.shaping import Tone
from composer.theory import Key, parse_chord
from composer.transitions import Bed, Fall, Rise, Roll

# A shout and a syllable have their own length, and their pitch slides.
SHORT = {"chop_hey", "syllables"}
# Noise, and what only counts by its rhythm.
UNTUNED = {
    "riser", "tone_riser", "downlifter", "impact", "reverse_swell", "wind", "haze", "waves", "rain",
    "sparks", "heartbeat",
}  # fmt: skip


@pytest.fixture(scope="module")
def score() -> Score:
    return compose(next(b for b in BRIEFS if b.slug == "electronic-01"))


def spectrum(sound: oscillators.Wave) -> oscillators.Wave:
    mono = sound if sound.ndim == 1 else sound.mean(1)
    return np.asarray(np.abs(np.fft.rfft(mono * np.hanning(len(mono)))) ** 2)


def centroid_hz(sound: oscillators.Wave) -> float:
    power = np.sqrt(spectrum(sound))
    return float((power * np.fft.rfftfreq(len(sound), 1 / RATE_HZ)).sum() / power.sum())


@pytest.mark.parametrize("name", sorted(synth.PATCHES))
def test_a_patch_is_bounded_complete_and_always_the_same(name: str) -> None:
    patch = synth.PATCHES[name]
    sound = patch(Tone(110.0, 0.8, 0.9))
    assert np.isfinite(sound).all()
    assert 0.02 < np.abs(sound).max() <= 1.5
    assert len(sound) >= round((0.2 if name in SHORT else 0.8) * RATE_HZ)
    assert np.abs(sound[-1]).max() < 0.02, "it ends with a click"
    assert abs(sound.mean()) < 0.03
    assert np.array_equal(sound, patch(Tone(110.0, 0.8, 0.9)))


@pytest.mark.parametrize("name", sorted(set(synth.PATCHES) - UNTUNED - SHORT))
def test_a_tuned_patch_sounds_in_tune(name: str) -> None:
    sound = synth.PATCHES[name](Tone(220.0, 1.2, 0.7))
    power = spectrum(sound[: round(1.2 * RATE_HZ)])
    frequency = np.fft.rfftfreq(round(1.2 * RATE_HZ), 1 / RATE_HZ)
    loudest = frequency[np.argmax(power)]
    # Vowels, drawbars and strings may lift another partial than the first.
    assert min(abs(loudest / 220.0 / k - 1) for k in (0.5, 1, 2, 3, 4, 5)) < 0.01, loudest


@pytest.mark.parametrize("name", ["saw_bass", "acid", "supersaw", "juno_pad", "brass", "dx_piano"])
def test_a_hard_touch_is_a_bright_one(name: str) -> None:
    soft, hard = (synth.PATCHES[name](Tone(220.0, 0.6, bright)) for bright in (0.3, 1.0))
    assert centroid_hz(hard) > 1.15 * centroid_hz(soft)


def test_a_saw_has_its_harmonics_and_little_beside_them() -> None:
    n = RATE_HZ
    power = spectrum(oscillators.saw(1000.0, n))
    partials = [power[k * 1000 - 3 : k * 1000 + 4].sum() for k in range(1, 20)]
    assert 10 * np.log10(partials[0] / partials[3]) == pytest.approx(12, abs=0.5)
    assert sum(partials) > 0.99 * power[10:20_000].sum()


def test_unison_is_as_loud_as_one_and_as_wide_as_asked() -> None:
    wide = oscillators.unison(220.0, RATE_HZ, (-10, 0, 10))
    narrow = oscillators.unison(220.0, RATE_HZ, (-10, 0, 10), 0.0)
    assert np.sqrt((wide**2).mean()) == pytest.approx(1 / np.sqrt(3), rel=0.3)
    assert np.allclose(narrow[:, 0], narrow[:, 1])
    assert np.asarray(np.corrcoef(wide.T))[0, 1] < 0.9


def test_a_sweep_moves_the_cut_off_without_steps() -> None:
    n = RATE_HZ
    noise = oscillators.noise(n, 1, 1)[:, 0]
    swept = shaping.lowpass(noise, np.geomspace(300, 6000, n))
    assert centroid_hz(swept[-n // 4 :]) > 4 * centroid_hz(swept[: n // 4])
    still = shaping.lowpass(noise, np.full(n, 900.0))
    assert np.allclose(still, shaping.lowpass(noise, 900.0), atol=1e-9)
    tone = oscillators.sine(100.0, n)
    jumps = np.abs(np.diff(shaping.lowpass(tone, np.geomspace(2000, 8000, n)))).max()
    assert jumps < 1.1 * np.abs(np.diff(tone)).max()


def test_resonance_lifts_the_cut_off() -> None:
    tone = oscillators.sine(800.0, RATE_HZ)
    flat, ringing = (shaping.lowpass(tone, 800.0, q)[4800:] for q in (1.3, 6.0))
    gain_db = 20 * np.log10(np.abs(ringing).max() / np.abs(flat).max())
    assert gain_db == pytest.approx(20 * np.log10(6.0 / 1.3), abs=0.5)


def test_an_envelope_reaches_its_levels() -> None:
    shape = shaping.envelope(1.0, 0.01, 0.2, 0.5, 0.05)
    assert len(shape) == round(1.2 * RATE_HZ)
    assert shape[480:700].max() == pytest.approx(1, abs=0.1)
    assert shape[40_000] == pytest.approx(0.5, abs=0.01)
    assert shape[-1] < 1e-6


def test_equal_notes_are_rendered_once(score: Score, monkeypatch: pytest.MonkeyPatch) -> None:
    tones: list[Tone] = []

    def counted(tone: Tone) -> oscillators.Wave:
        tones.append(tone)
        return np.ones(100)

    monkeypatch.setitem(synth.PATCHES, "counted", counted)
    notes = tuple(Note(float(beat), 0.5, 60 + beat % 2, 100) for beat in range(8))
    part = Part("x", Voice("synth", "counted"), Strip(), notes)
    sound = synth.play(score, part, 4 * RATE_HZ)
    assert len(tones) == 2
    assert (
        np.count_nonzero(sound[:, 0])
        == sum(
            (note.start_beats * score.tempo.beat_s + 0.1) * RATE_HZ < 4 * RATE_HZ for note in notes
        )
        * 100
    )


def test_the_music_around_a_note_opens_its_filter(
    score: Score, monkeypatch: pytest.MonkeyPatch
) -> None:
    tones: list[Tone] = []

    def listed(tone: Tone) -> oscillators.Wave:
        tones.append(tone)
        return np.ones(9)

    monkeypatch.setitem(synth.PATCHES, "listed", listed)
    quiet, full = (f(score.sections, key=lambda s: s.energy) for f in (min, max))
    for pitch, section in ((60, quiet), (61, full)):
        note = Note(section.start_beats, 0.5, pitch, 90)
        part = Part("x", Voice("synth", "listed"), Strip(), (note,))
        synth.play(score, part, round(score.n_beats * score.tempo.beat_s * RATE_HZ))
    assert tones[1].brightness > tones[0].brightness


def test_a_patch_that_does_not_exist_is_refused(score: Score) -> None:
    part = Part("x", Voice("synth", "theremin"), Strip(), (Note(0, 1, 60, 90),))
    with pytest.raises(KeyError, match="theremin"):
        synth.play(score, part, RATE_HZ)


def test_seams_begin_and_end_with_their_section() -> None:
    like = compose(BRIEFS[0]).sections[0]
    values = {name: getattr(like, name) for name in Section.__slots__} | {
        "start_beats": 16.0,
        "n_bars": 8,
        "beats_per_bar": 4,
        "key": Key(9, "minor"),
    }
    chord = type(like.chords[0])(16.0, 32.0, parse_chord("iv", 9))
    section = Section(**values | {"chords": (chord,)})
    rng = Random(1)
    (rise,) = Rise(4)(section, rng)
    assert (rise.start_beats, rise.duration_beats, rise.pitch % 12) == (32.0, 16.0, 9)
    (fall,) = Fall(2)(section, rng)
    assert (fall.start_beats, fall.duration_beats, fall.pitch % 12) == (16.0, 8.0, 2)
    (bed,) = Bed(48)(section, rng)
    assert (bed.start_beats, bed.duration_beats, bed.pitch) == (16.0, 32.0, 45)
    roll = Roll(4)(section, rng)
    assert [sum(b <= n.start_beats < b + 4 for n in roll) for b in (32, 36, 40, 44)] == [
        4,
        4,
        8,
        16,
    ]
    assert all(a.velocity <= b.velocity for a, b in pairwise(roll))
