"""Drum kits, our own drums, and the echoes behind instruments."""

from itertools import pairwise

import numpy as np
import pytest

from composer import hits
from composer.effects import AutoWah, RotarySpeaker, SpringReverb, TapeEcho
from composer.form import compose
from composer.genres import BRIEFS
from composer.kits import KITS
from composer.midi import LEAD_IN_S
from composer.rhythm import DRUMS
from composer.score import Note, Part, Score, Strip, Voice
from composer.sound import RATE_HZ, Stereo, rms
from composer.struck import OWN
from composer.tools import sample_folder

needs_samples = pytest.mark.skipif(
    not sample_folder().is_dir(), reason="building the music needs sonic-pi-samples"
)


@pytest.fixture(scope="module")
def score() -> Score:
    return compose(next(b for b in BRIEFS if b.slug == "hip-hop-01"))


def click(length_s: float = 2.0) -> Stereo:
    sound = np.zeros((round(length_s * RATE_HZ), 2), np.float32)
    sound[0] = 1.0
    return sound


def low_share(sound: np.ndarray) -> float:
    power = np.abs(np.fft.rfft(sound)) ** 2
    frequency = np.fft.rfftfreq(len(sound), 1 / RATE_HZ)
    return float(power[frequency < 250].sum() / power.sum())


def played(score: Score, kit: str, *strokes: tuple[float, str, int]) -> Stereo:
    notes = tuple(Note(beat, 0.25, DRUMS[drum], velocity) for beat, drum, velocity in strokes)
    return hits.play(score, Part("x", Voice("hits", kit), Strip(), notes), 4 * RATE_HZ)


@needs_samples
@pytest.mark.parametrize("kit", sorted(KITS))
def test_every_stroke_of_a_kit_has_a_sound(kit: str) -> None:
    for drum, stroke in KITS[kit].items():
        assert drum in DRUMS
        for name in filter(None, (stroke.sound, stroke.soft)):
            known = name[1:] in OWN if name[0] == ":" else sample_folder() / f"{name}.flac"
            assert known if isinstance(known, bool) else known.is_file()


@needs_samples
@pytest.mark.parametrize("name", sorted(OWN))
def test_our_own_drums_are_alike_in_level_and_die_away(name: str) -> None:
    sound = OWN[name]()
    assert np.isfinite(sound).all()
    assert np.abs(sound).max() == pytest.approx(0.5, abs=0.01)
    assert np.abs(sound[-48:]).max() < 0.1


def test_kicks_are_low_and_rims_are_not() -> None:
    for kick in ("fat_kick", "punchy_kick", "dusty_kick", "trap_kick", "soft_kick"):
        assert low_share(OWN[kick]()) > 0.75
    assert low_share(OWN["rim"]()) < 0.1


@needs_samples
def test_a_hit_sounds_where_it_is_written_and_nowhere_before(score: Score) -> None:
    sound = played(score, "boom bap", (1.0, "snare", 100))
    start = round((score.tempo.beat_s + LEAD_IN_S) * RATE_HZ)
    assert np.abs(sound[:start]).max() == 0
    assert np.abs(sound[start : start + 2400]).max() > 0.1


@needs_samples
def test_a_gentle_stroke_is_duller_and_quieter_than_a_hard_one(score: Score) -> None:
    def treble(velocity: int) -> tuple[float, float]:
        sound = played(score, "funk", (0.0, "snare", velocity))[:, 0]
        power = np.abs(np.fft.rfft(sound)) ** 2
        frequency = np.fft.rfftfreq(len(sound), 1 / RATE_HZ)
        return float(power[frequency > 3000].sum() / power.sum()), float(np.abs(sound).max())

    (hard, loud), (gentle, quiet) = treble(110), treble(42)
    assert gentle < hard
    assert quiet < 0.5 * loud


@needs_samples
def test_an_unknown_kit_or_drum_is_refused(score: Score) -> None:
    with pytest.raises(KeyError, match="bongos"):
        played(score, "bongos", (0.0, "kick", 100))
    with pytest.raises(KeyError, match="scratch"):
        played(score, "techno", (0.0, "scratch", 100))


def test_a_tape_echo_repeats_in_time_and_each_repeat_is_weaker() -> None:
    echoed = TapeEcho(time_s=0.25, feedback=0.5, share=0.5).apply(click())
    levels = [
        float(np.abs(echoed[round(n * 0.25 * RATE_HZ) - 200 :][:2000]).max()) for n in (1, 2, 3)
    ]
    assert levels[0] > 0.02
    assert all(later < 0.8 * earlier for earlier, later in pairwise(levels))


def test_a_spring_rings_on_and_delays_its_treble() -> None:
    wet = SpringReverb(share=1.0, decay_s=2.0).apply(click())[240:, 0]
    assert np.abs(wet[RATE_HZ // 2 : RATE_HZ]).max() > 0.001

    def first_s(low_hz: float, high_hz: float) -> float:
        spectrum = np.fft.rfft(wet)
        frequency = np.fft.rfftfreq(len(wet), 1 / RATE_HZ)
        spectrum[(frequency < low_hz) | (frequency > high_hz)] = 0
        level = np.abs(np.fft.irfft(spectrum, len(wet)))[: RATE_HZ // 10]
        return float(np.argmax(level > 0.5 * level.max()) / RATE_HZ)

    assert first_s(300, 900) < first_s(3000, 3800) - 0.005


def test_a_rotary_and_a_wah_keep_the_level_and_the_middle() -> None:
    time_s = np.arange(RATE_HZ) / RATE_HZ
    tone = np.repeat((0.3 * np.sin(2 * np.pi * 440 * time_s))[:, None], 2, 1).astype(np.float32)
    for bent in (RotarySpeaker(rate_hz=6.0).apply(tone), AutoWah().apply(tone)):
        assert 0.3 < rms(bent) / rms(tone) < 3
        assert np.asarray(np.corrcoef(bent.T))[0, 1] > 0.3
