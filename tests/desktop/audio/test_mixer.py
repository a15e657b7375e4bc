"""The live mix, on sounds whose samples say where they are."""

from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from desktop.audio.mixer import CROSSFADE_SAMPLES, Mixer, Samples, Source
from engine.arrangement.automation import VolumePoint, gain_points
from engine.media.sound_file import RATE_HZ, SoundFile, create_sound

Make = Callable[[Samples], SoundFile]


@pytest.fixture
def make(tmp_path: Path) -> Make:
    """Return a function that makes a filled sound file of samples (n,) on both channels."""
    made: list[SoundFile] = []

    def write(level: Samples) -> SoundFile:
        path = tmp_path / f"{len(made)}.sound"
        create_sound(path, len(level))
        made.append(SoundFile(path))
        made[-1].fill(0, [np.stack([level, level], 1).astype(np.float32)])
        return made[-1]

    return write


def ramp(seconds: float = 4.0) -> Samples:
    """Sample k is k / 2^19: every value is kept exactly by the file, and none is limited."""
    return (np.arange(round(seconds * RATE_HZ)) // 64 / 2**13).astype(np.float32)


def steady(level: float, seconds: float = 4.0) -> Samples:
    return np.full(round(seconds * RATE_HZ), level, np.float32)


def tone(hz: float, seconds: float = 4.0) -> Samples:
    time_s = np.arange(round(seconds * RATE_HZ)) / RATE_HZ
    return (0.25 * np.sin(2 * np.pi * hz * time_s)).astype(np.float32)


def played(mixer: Mixer, n_samples: int, block: int = 480) -> Samples:
    """Return the next samples of the left channel, without the mixer's latency."""
    wanted = n_samples + mixer.latency
    parts = [mixer.read(min(block, wanted - start)) for start in range(0, wanted, block)]
    return np.concatenate(parts)[mixer.latency :, 0]


def settled(mixer: Mixer, position: int, speed: float = 1.0) -> None:
    """Start so that after the fade the sample `position` is next."""
    mixer.start(position - CROSSFADE_SAMPLES * speed, speed)
    mixer.read(CROSSFADE_SAMPLES)


def test_plays_from_the_sample_it_is_started_at(make: Make) -> None:
    sound, mixer = make(ramp()), Mixer()
    mixer.set_sound(Source.MUSIC, sound)
    settled(mixer, 100_000)
    # The latency of the limiter is left out: what comes first is what was read last before.
    out = np.concatenate([mixer.read(n)[:, 0] for n in (1000, 17, 5000)])[mixer.latency :]
    np.testing.assert_array_equal(out, ramp()[100_000:][: len(out)])
    assert mixer.position == 106_017


def test_sums_both_sounds_at_their_levels(make: Make) -> None:
    mixer = Mixer()
    mixer.set_sound(Source.MUSIC, make(steady(0.25)))
    mixer.set_sound(Source.CLIP, make(steady(0.125)))
    mixer.set_gain(Source.CLIP, -6.0206)
    settled(mixer, 10_000)
    np.testing.assert_allclose(played(mixer, 1000), 0.25 + 0.0625, atol=1e-5)


@pytest.mark.parametrize("speed", [2.0, -1.0, -4.0])
def test_a_shuttle_skips_samples_and_turns_them_round(make: Make, speed: float) -> None:
    mixer = Mixer()
    mixer.set_sound(Source.MUSIC, make(ramp()))
    settled(mixer, 100_000, speed)
    out = np.concatenate([mixer.read(700) for _ in range(3)])[mixer.latency :, 0]
    places = 100_000 + np.arange(len(out)) * int(speed)
    np.testing.assert_array_equal(out, ramp()[places])


def test_is_silent_beyond_the_ends_and_where_nothing_is_filled(make: Make, tmp_path: Path) -> None:
    mixer = Mixer()
    mixer.set_sound(Source.MUSIC, make(steady(0.25, 1.0)))
    settled(mixer, RATE_HZ - 100)
    out = played(mixer, 300)
    assert (out[:100].min(), out[100:].max()) == (0.25, 0.0)
    empty = tmp_path / "empty.sound"
    create_sound(empty, RATE_HZ)
    mixer.set_sound(Source.MUSIC, SoundFile(empty))
    settled(mixer, 1000)
    assert not played(mixer, 300).any()


def test_what_is_filled_while_it_plays_fades_in(tmp_path: Path) -> None:
    path = tmp_path / "late.sound"
    create_sound(path, 2 * RATE_HZ)
    mixer = Mixer()
    mixer.set_sound(Source.MUSIC, SoundFile(path))
    settled(mixer, 1000)
    played(mixer, 1000)
    SoundFile(path).fill(0, [np.full((RATE_HZ, 2), 0.25, np.float32)])
    out = played(mixer, 2000)
    assert np.abs(np.diff(out)).max() < 0.25 / 300
    assert out[-1] == 0.25


def test_another_track_continues_at_the_same_sample(make: Make) -> None:
    first, second, mixer = make(steady(0.0)), make(ramp()), Mixer()
    mixer.set_sound(Source.MUSIC, first)
    settled(mixer, 50_000)
    mixer.read(1000)
    mixer.set_sound(Source.MUSIC, second)
    out = np.concatenate([mixer.read(480)[:, 0] for _ in range(10)])[mixer.latency :]
    after = out[CROSSFADE_SAMPLES:]
    first_place = 51_000 + CROSSFADE_SAMPLES
    np.testing.assert_array_equal(after, ramp()[first_place:][: len(after)])


@pytest.mark.parametrize("block", [64, 480, 4096])
def test_a_switch_begins_at_a_zero_crossing_and_takes_15_ms(make: Make, block: int) -> None:
    # A period of 480 samples: from sample 50_100 on, the next crossing is at 50_160 or 50_400.
    first, second, mixer = make(tone(100.0)), make(steady(0.0)), Mixer()
    mixer.set_sound(Source.MUSIC, first)
    settled(mixer, 50_100)
    mixer.set_sound(Source.MUSIC, second)
    n = 4096
    out = np.concatenate([mixer.read(block)[:, 0] for _ in range(-(-n // block))])
    out = out[mixer.latency :]
    expected = tone(100.0)[50_100:][: len(out)]
    changed = np.flatnonzero(np.abs(out - expected) > 1e-3)
    begin = int(changed[0])
    crossings = np.flatnonzero(np.diff(np.signbit(expected))) + 1
    assert 0 <= begin - crossings[0] < 100  # a cosine falls slowly at first
    assert np.abs(out[crossings[0] + CROSSFADE_SAMPLES :]).max() < 1e-6
    assert out[crossings[0] + CROSSFADE_SAMPLES - 60] != 0


def test_the_crossfade_has_constant_power(make: Make) -> None:
    rng = np.random.default_rng(1)
    noises = [rng.normal(0, 0.05, 4 * RATE_HZ).astype(np.float32) for _ in range(2)]
    first, second = (make(noise) for noise in noises)
    mixer = Mixer()
    mixer.set_sound(Source.MUSIC, first)
    settled(mixer, 10_000)
    powers: list[float] = []
    for _ in range(200):
        mixer.start(10_000.0 + rng.integers(50_000), 1.0)
        mixer.read(2000)
        mixer.set_sound(Source.MUSIC, second if len(powers) % 2 else first)
        mixer.read(mixer.latency + 100)
        powers.append(float(np.mean(mixer.read(CROSSFADE_SAMPLES)[:, 0] ** 2)))
    assert np.mean(powers) == pytest.approx(0.05**2, rel=0.05)


def test_nothing_clicks_when_keys_are_pressed_quickly(make: Make) -> None:
    sounds = [make(tone(hz)) for hz in (90.0, 110.0, 130.0)]
    mixer = Mixer()
    mixer.set_sound(Source.MUSIC, sounds[0])
    mixer.start(0.0, 1.0)
    rng, parts = np.random.default_rng(3), []
    for step in range(300):
        for _ in range(rng.integers(0, 4)):
            if rng.random() < 0.2:
                mixer.start(float(rng.integers(90_000)), 1.0)
            else:
                mixer.set_sound(Source.MUSIC, sounds[rng.integers(3)])
        parts.append(mixer.read(int(rng.integers(20, 900)))[:, 0])
        if step % 50 == 49:
            mixer.stop()
    out = np.concatenate(parts)
    # A tone of 130 Hz moves by .0043 per sample, the fade of two by .0015; a cut would be .25.
    assert np.abs(np.diff(out)).max() < 0.012


def test_a_stopped_mixer_fades_out_and_keeps_its_place(make: Make) -> None:
    mixer = Mixer()
    mixer.set_sound(Source.MUSIC, make(steady(0.25)))
    settled(mixer, 1000)
    mixer.stop()
    position = mixer.position
    out = played(mixer, 2000)
    assert out[0] == pytest.approx(0.25, abs=0.001)
    assert np.abs(out[CROSSFADE_SAMPLES:]).max() < 1e-6
    assert mixer.position == position


def test_a_new_level_fades_in(make: Make) -> None:
    mixer = Mixer()
    mixer.set_sound(Source.MUSIC, make(steady(0.25)))
    settled(mixer, 1000)
    mixer.set_gain(Source.MUSIC, -60.0)
    out = played(mixer, 1000)
    np.testing.assert_allclose(out[:480], 0.25 * (1 - np.arange(1, 481) / 480), atol=1e-6)
    assert not out[480:].any()


def test_volume_points_shape_the_music_alone(make: Make) -> None:
    mixer = Mixer()
    mixer.set_sound(Source.MUSIC, make(steady(0.25)))
    mixer.set_sound(Source.CLIP, make(steady(0.125)))
    # -20 dB from the first second (frame 25) on, 0 dB before half a second.
    points = (VolumePoint(12, 0.0), VolumePoint(25, -20.0))
    mixer.set_levels(gain_points(points, Fraction(25), None))
    settled(mixer, 10_000)
    assert played(mixer, 100)[0] == pytest.approx(0.375)
    settled(mixer, RATE_HZ)
    np.testing.assert_allclose(played(mixer, 1000), 0.15, atol=1e-5)


@pytest.mark.parametrize("block", [64, 480, 4800, 48_000])
@pytest.mark.parametrize("speed", [1.0, 2.0])
def test_a_loop_begins_again_at_its_sample(make: Make, block: int, speed: float) -> None:
    sound, mixer = make(ramp()), Mixer()
    mixer.set_sound(Source.MUSIC, sound)
    first, end = RATE_HZ, RATE_HZ + 9_600
    mixer.loop = first, end
    settled(mixer, first + 4_800, speed)
    n = 48_000
    expected = first + (4_800 + np.arange(n) * round(speed)) % (end - first)
    output = played(mixer, n, block)
    # Within 15 ms of the beginning it fades over from what follows the end.
    clear = expected - first >= CROSSFADE_SAMPLES * speed
    clear[: round(4_800 / speed)] = True
    assert clear.sum() > n / 2
    assert output[clear] == pytest.approx(ramp()[expected[clear]], abs=1e-6)
    assert np.abs(output).min() > 0.0


def test_what_is_beyond_a_loop_or_reversed_plays_on(make: Make) -> None:
    sound, mixer = make(ramp()), Mixer()
    mixer.set_sound(Source.MUSIC, sound)
    mixer.loop = RATE_HZ, 2 * RATE_HZ
    settled(mixer, 2 * RATE_HZ + 4_800)
    assert played(mixer, 4_800)[-1] == ramp()[2 * RATE_HZ + 4_800 + 4_799]
    settled(mixer, RATE_HZ + 480, -1.0)
    assert played(mixer, 4_800)[-1] == ramp()[RATE_HZ + 480 - 4_799]


def test_the_sum_is_limited_like_an_export(make: Make) -> None:
    mixer = Mixer()
    for source in Source:
        mixer.set_sound(source, make(4 * tone(200.0)))
    settled(mixer, 1000)
    out = played(mixer, RATE_HZ)
    assert 0.8 < np.abs(out).max() <= 10 ** (-1 / 20)


def test_no_samples() -> None:
    assert Mixer().read(0).shape == (0, 2)
