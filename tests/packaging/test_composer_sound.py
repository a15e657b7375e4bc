"""The composer's instruments, effects, mix and master on sounds whose answer is known."""

import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from composer import synth
from composer.catalogue import bar_times, beat_times, fingerprint
from composer.effects import (
    Box,
    Cabinet,
    Compressor,
    Delay,
    Gate,
    GuitarAmp,
    HighPass,
    LowPass,
    Peak,
)
from composer.form import compose
from composer.genres import BRIEFS
from composer.master import master
from composer.mix import Mix, mix
from composer.render import Stem, Stems
from composer.score import Effect, Note, Part, Score, Strip, Voice
from composer.sound import RATE_HZ, Stereo, rms
from composer.tools import MissingToolsError, check_tools
from engine.media.track_probe import probe_audio


@pytest.fixture(scope="module")
def score() -> Score:
    return compose(next(b for b in BRIEFS if b.slug == "electronic-01"))


def sine(frequency_hz: float, length_s: float = 1.0, level: float = 0.5) -> Stereo:
    time_s = np.arange(round(length_s * RATE_HZ)) / RATE_HZ
    wave = level * np.sin(2 * np.pi * frequency_hz * time_s)
    return np.repeat(wave[:, None], 2, 1).astype(np.float32)


def loudest_hz(sound: Stereo) -> float:
    spectrum = np.abs(np.fft.rfft(sound[:, 0] * np.hanning(len(sound))))
    return float(np.argmax(spectrum) * RATE_HZ / len(sound))


@pytest.mark.parametrize("patch", ["lead", "soft_keys", "saw_bass", "chip", "glass_pad", "sub"])
def test_a_patch_plays_in_tune(patch: str, score: Score) -> None:
    part = Part("x", Voice("synth", patch), Strip(), (Note(1.0, 4.0, 57, 100),))
    sound = synth.play(score, part, 3 * RATE_HZ)
    start = round((score.tempo.beat_s + 0.1) * RATE_HZ)
    assert np.abs(sound[: start - 10]).max() == 0
    found_hz = loudest_hz(sound[start + 9600 : start + 48_000])
    # The bass patch carries an octave below; a partial may be the strongest.
    assert min(abs(found_hz / 220 - ratio) for ratio in (0.5, 1, 2, 3)) < 0.02
    assert np.abs(sound).max() <= 1.5


def test_filters_keep_one_side() -> None:
    low, high = sine(100), sine(5000)
    assert rms(HighPass(1000).apply(low)) < 0.02 * rms(low)
    assert rms(LowPass(500).apply(high)) < 0.02 * rms(high)
    assert rms(LowPass(1000).apply(low)) == pytest.approx(rms(low), rel=0.02)
    lifted = Peak(frequency_hz=1000, gain_db=6.0).apply(sine(1000))
    assert 20 * np.log10(rms(lifted) / rms(sine(1000))) == pytest.approx(6, abs=0.2)


def test_distortion_adds_overtones_and_stays_bounded() -> None:
    clean = sine(200)
    dirty = GuitarAmp(drive_db=26).apply(clean)
    spectrum = np.abs(np.fft.rfft(dirty[:, 0]))
    assert spectrum[600] > 0.1 * spectrum[200]
    assert np.abs(dirty).max() < 0.6


def test_compression_brings_loud_and_quiet_together() -> None:
    sound = np.concatenate([sine(300, 1, 0.5), sine(300, 1, 0.05)])
    pressed = Compressor(threshold_db=-12, ratio=4).apply(sound)
    middle = RATE_HZ // 2

    def contrast(x: Stereo) -> float:
        return float(rms(x[middle:RATE_HZ]) / rms(x[RATE_HZ + middle :]))

    assert contrast(pressed) < 0.6 * contrast(sound)


def test_a_gate_silences_what_rings_between_the_notes() -> None:
    sound = np.concatenate([sine(300, 0.5, 0.5), sine(300, 0.5, 0.002)])
    gated = Gate(threshold_db=-22).apply(sound)
    assert rms(gated[-9600:]) < 0.1 * rms(sound[-9600:])
    assert rms(gated[4800:19_200]) == pytest.approx(rms(sound[4800:19_200]), rel=0.02)


def test_an_echo_comes_when_it_should() -> None:
    click = np.zeros((RATE_HZ, 2), np.float32)
    click[0] = 1.0
    echoed = Delay(time_s=0.25, feedback=0.5, share=0.4).apply(click)
    assert int(np.argmax(np.abs(echoed[100:]).max(1))) + 100 == pytest.approx(12_000, abs=12)


def test_the_desk_pans_levels_and_ducks(score: Score) -> None:
    tone = sine(440, 2.0)
    dry = replace(score, room=replace(score.room, effects=()))
    left = mix(Stems(dry, (Stem("a", Strip(pan=-1, reverb=0), tone),), ())).sound
    assert rms(left[:, :1]) == pytest.approx(0.1 * 2**0.5, rel=0.05)
    assert np.abs(left[:, 1]).max() < 1e-4
    ducked = mix(Stems(dry, (Stem("a", Strip(reverb=0, duck_db=12), tone),), (1.0,))).sound
    at, after = ducked[RATE_HZ : RATE_HZ + 480], ducked[RATE_HZ + 40_000 :]
    assert 20 * np.log10(rms(at) / rms(after)) == pytest.approx(-11.5, abs=1.0)


def test_an_effect_out_of_range_or_an_unknown_engine_is_refused() -> None:
    with pytest.raises(ValueError, match="Peak: frequency_hz must be between 10 and 24000, but"):
        Peak(frequency_hz=30_000, gain_db=3)
    with pytest.raises(ValueError, match="Delay: feedback"):
        Delay(time_s=0.3, feedback=1.0, share=0.5)
    with pytest.raises(ValueError, match="engine"):
        Voice("sampler")


def test_the_fingerprint_knows_values_and_not_how_they_are_written(score: Score) -> None:
    def printed(effect: Effect) -> str:
        return fingerprint(replace(score, room=replace(score.room, effects=(effect,))))

    bell = printed(Peak(frequency_hz=900, gain_db=3))
    assert bell == printed(Peak(frequency_hz=900.0, gain_db=3.0, q=0.9))
    assert bell != printed(Peak(frequency_hz=900, gain_db=3, q=0.8))
    assert printed(HighPass(900)) != printed(LowPass(900))
    assert printed(Cabinet(Box.OPEN)) != printed(Cabinet(Box.BASS))


def test_missing_tools_are_named_with_their_packages(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("composer.tools.shutil.which", lambda name: None)
    with pytest.raises(MissingToolsError, match=r"apt install .*ffmpeg.*fluidsynth"):
        check_tools()


def test_beats_are_where_the_tempo_puts_them(score: Score) -> None:
    beats = beat_times(score)
    assert beats[0] == 0.1
    assert beats[62] == pytest.approx(30.1, abs=1e-3)
    assert bar_times(score)[1] == beats[4]


@pytest.mark.skipif(shutil.which("ffmpeg") is None, reason="building the music needs ffmpeg")
def test_the_master_meets_loudness_peak_tags_and_silent_end(score: Score, tmp_path: Path) -> None:
    rng = np.random.default_rng(5)
    beat = 0.3 + np.exp(-(np.arange(10 * RATE_HZ) % 24_000) / 8000)
    noise = 0.2 * beat[:, None] * rng.standard_normal((10 * RATE_HZ, 2))
    sound = LowPass(3000).apply(noise.astype(np.float32))
    silence = np.zeros((3 * RATE_HZ, 2), np.float32)
    finished = master(Mix(score, np.concatenate([sound, silence])), tmp_path / "x.opus")
    assert finished.loudness_lufs == pytest.approx(-14, abs=0.3)
    assert finished.true_peak_dbtp <= -1
    assert finished.duration_s < 10.5
    info = probe_audio(finished.path)
    assert (info.tags.title, info.tags.artist) == ("Warehouse Sunrise", "Soundbed")
    assert info.tags.licence is not None
    assert "CC0" in info.tags.licence
    assert [p.name for p in tmp_path.iterdir()] == ["x.opus"]
