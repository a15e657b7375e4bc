import tracemalloc
from collections.abc import Iterable
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
import soundfile

from engine.arrangement.arrangement import Arrangement
from engine.arrangement.segments import Segment
from engine.errors import Cancelled
from engine.export.mixing import MIX_RATE_HZ, clip_blocks, mix_blocks, music_blocks
from engine.media.waveform import Samples
from engine.progress import Progress, silent
from tests.arrangements import arranged, with_item


@pytest.fixture(scope="module")
def ramp(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A track whose level encodes the time: sample = seconds / 100."""
    path = tmp_path_factory.mktemp("tracks") / "ramp.wav"
    level = np.arange(60 * MIX_RATE_HZ) / MIX_RATE_HZ / 100
    soundfile.write(path, np.stack([level, level], 1), MIX_RATE_HZ, subtype="FLOAT")
    return path


@pytest.fixture(scope="module")
def steady(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("tracks") / "steady.wav"
    soundfile.write(path, np.full((60 * MIX_RATE_HZ, 2), 0.25), MIX_RATE_HZ, subtype="FLOAT")
    return path


def whole(blocks: Iterable[Samples]) -> Samples:
    return np.concatenate(list(blocks))


def at(sound: Samples, time_s: float) -> float:
    return float(sound[round(time_s * MIX_RATE_HZ), 0])


def test_an_excerpt_plays_where_the_arrangement_says(ramp: Path) -> None:
    sound = whole(music_blocks(arranged(Segment(20.0, 0.0, 12.0), track=ramp), silent()))
    assert sound.shape == (12 * MIX_RATE_HZ, 2)
    assert at(sound, 0.0) == pytest.approx(0.20, abs=1e-4)
    assert at(sound, 7.5) == pytest.approx(0.275, abs=1e-4)


def test_what_no_segment_covers_is_silent(ramp: Path) -> None:
    sound = whole(music_blocks(arranged(Segment(20.0, 3.0, 4.0), track=ramp), silent()))
    assert at(sound, 2.99) == 0.0
    assert at(sound, 3.01) == pytest.approx(0.2001, abs=1e-4)
    assert at(sound, 7.01) == 0.0
    assert len(sound) == 12 * MIX_RATE_HZ


def test_crossfade_has_constant_power(steady: Path) -> None:
    arrangement = arranged(Segment(0, 0, 7, 0, 2), Segment(30, 5, 7, 2, 0), track=steady)
    sound = whole(music_blocks(arrangement, silent()))
    # Both sides are the same here, so amplitudes add: sin + cos, 1.414 in the middle.
    assert at(sound, 4.9) == pytest.approx(0.25)
    assert at(sound, 6.0) == pytest.approx(0.25 * np.sqrt(2), rel=1e-3)
    assert at(sound, 7.1) == pytest.approx(0.25)
    share = 0.25
    fading, rising = np.cos(np.pi / 2 * share), np.sin(np.pi / 2 * share)
    assert at(sound, 5.5) == pytest.approx(0.25 * (fading + rising), rel=1e-3)
    assert fading**2 + rising**2 == pytest.approx(1.0)


def test_fades_start_and_end_in_silence(steady: Path) -> None:
    sound = whole(music_blocks(arranged(Segment(5, 0, 12, 1, 3), track=steady), silent()))
    assert abs(at(sound, 0)) < 1e-4
    assert at(sound, 0.5) == pytest.approx(0.25 * np.sin(np.pi / 4), rel=1e-3)
    assert at(sound, 10.5) == pytest.approx(0.25 * np.sin(np.pi / 4), rel=1e-3)
    assert abs(float(sound[-1, 0])) < 1e-4


def test_match_gain_is_in_the_music_and_the_users_level_is_not(steady: Path) -> None:
    arrangement = with_item(
        arranged(Segment(0, 0, 12), track=steady).with_gains(music_gain_db=-20.0),
        match_gain_db=-20.0,
    )
    assert at(whole(music_blocks(arrangement, silent())), 3) == pytest.approx(0.025, rel=1e-3)
    mixed = whole(mix_blocks(arrangement, silent(), with_clip=False))
    assert at(mixed, 3) == pytest.approx(0.0025, rel=1e-2)


def test_track_shorter_than_promised_ends_in_silence(ramp: Path) -> None:
    sound = whole(music_blocks(arranged(Segment(55.0, 0.0, 12.0), track=ramp), silent()))
    assert len(sound) == 12 * MIX_RATE_HZ
    assert at(sound, 4.9) == pytest.approx(0.599, abs=1e-3)
    assert at(sound, 5.1) == 0.0


def test_clip_sound_and_music_add_up(steady: Path, tmp_path: Path) -> None:
    clip = tmp_path / "clip.wav"
    soundfile.write(clip, np.full((12 * 44_100, 1), 0.1), 44_100, subtype="FLOAT")
    arrangement = arranged(Segment(0, 0, 12), track=steady, clip=clip).with_gains(
        clip_gain_db=-6.0206
    )
    assert at(whole(clip_blocks(arrangement, silent())), 6) == pytest.approx(0.1, rel=1e-3)
    mixed = whole(mix_blocks(arrangement, silent(), with_clip=True))
    assert len(mixed) == 12 * MIX_RATE_HZ
    assert at(mixed, 6) == pytest.approx(0.30, rel=1e-2)


def test_loud_sum_stays_below_the_ceiling(tmp_path: Path) -> None:
    time_s = np.arange(12 * MIX_RATE_HZ) / MIX_RATE_HZ
    tone = 0.95 * np.sin(2 * np.pi * 997 * time_s)
    for name in ("clip.wav", "track.wav"):
        soundfile.write(tmp_path / name, np.stack([tone, tone], 1), MIX_RATE_HZ, subtype="FLOAT")
    arrangement = arranged(
        Segment(0, 0, 12), track=tmp_path / "track.wav", clip=tmp_path / "clip.wav"
    )
    mixed = whole(mix_blocks(arrangement, silent(), with_clip=True))
    ceiling = 10 ** (-1 / 20)
    assert 0.8 < float(np.abs(mixed[MIX_RATE_HZ:-MIX_RATE_HZ]).max()) <= ceiling


def test_blocks_are_small_however_long_the_clip(steady: Path) -> None:
    arrangement = arranged(Segment(0, 0, 60), Segment(0, 60, 60), clip_s=4 * 3600.0, track=steady)
    blocks = music_blocks(arrangement, silent())
    assert max(len(next(blocks)) for _ in range(30)) <= 10 * MIX_RATE_HZ


def test_memory_does_not_grow_with_the_number_of_repeats(steady: Path) -> None:
    segments = [Segment(0, n * 4.0, 4.0) for n in range(40)]
    arrangement = arranged(*segments, clip_s=160.0, track=steady)
    tracemalloc.start()
    try:
        used = [tracemalloc.get_traced_memory()[0] for _ in music_blocks(arrangement, silent())]
    finally:
        tracemalloc.stop()
    # A block of ten seconds is 4 MB; forty of them would be 150 MB.
    assert max(used) < 20e6


def test_cancelling_stops_the_mix(steady: Path) -> None:
    progress = Progress()
    blocks = music_blocks(arranged(Segment(0, 0, 12), track=steady), progress)
    next(blocks)
    progress.cancel()
    with pytest.raises(Cancelled):
        next(blocks)


# Several items


@pytest.fixture(scope="module")
def quiet(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("tracks") / "quiet.wav"
    soundfile.write(path, np.full((60 * MIX_RATE_HZ, 2), 0.1), MIX_RATE_HZ, subtype="FLOAT")
    return path


def together(*arrangements: Arrangement) -> Arrangement:
    """All items of the arrangements under the clip of the first."""
    items = [item for arrangement in arrangements for item in arrangement.items]
    return replace(arrangements[0], items=tuple(items))


def test_items_sum_up_where_they_overlap(steady: Path, quiet: Path) -> None:
    first = arranged(Segment(0, 0, 8), track=steady)
    # Four seconds in, which is frame 100.
    second = with_item(arranged(Segment(0, 0, 8), track=quiet), start_frame=100)
    sound = whole(music_blocks(together(first, second), silent()))
    assert at(sound, 3.99) == pytest.approx(0.25)
    assert at(sound, 4.01) == at(sound, 7.99) == pytest.approx(0.35)
    assert at(sound, 8.01) == pytest.approx(0.1)
    assert len(sound) == 12 * MIX_RATE_HZ


def test_an_item_starts_on_the_sample_of_its_frame(ramp: Path) -> None:
    # At 30000/1001 frames per second, frame 100 is sample 160,160 exactly.
    clip = replace(arranged(Segment(20, 0, 12), track=ramp).clip, frame_rate=Fraction(30_000, 1001))
    arrangement = replace(arranged(Segment(20, 0, 5), track=ramp), clip=clip)
    sound = whole(music_blocks(with_item(arrangement, start_frame=100), silent()))
    assert not sound[:160_160].any()
    assert sound[160_160, 0] == pytest.approx(0.2, abs=1e-5)


def test_each_item_has_its_own_gains_and_fades(steady: Path, quiet: Path) -> None:
    first = with_item(arranged(Segment(0, 0, 12), track=steady), match_gain_db=-20.0, gain_db=-20.0)
    faded = with_item(arranged(Segment(0, 0, 12), track=quiet), fade_in_s=4.0, fade_out_s=2.0)
    sound = whole(music_blocks(together(first, faded), silent()))
    assert at(sound, 6) == pytest.approx(0.1025, rel=1e-3)
    assert at(sound, 2) == pytest.approx(0.0025 + 0.1 * np.sin(np.pi / 4), rel=1e-3)
    assert at(sound, 11) == pytest.approx(0.0025 + 0.1 * np.sin(np.pi / 4), rel=1e-3)


def test_a_fade_of_an_item_runs_across_its_segments(steady: Path) -> None:
    cut = arranged(Segment(0, 0, 2), Segment(9, 2, 10), track=steady)
    sound = whole(music_blocks(with_item(cut, fade_in_s=4.0), silent()))
    assert at(sound, 3) == pytest.approx(0.25 * np.sin(np.pi / 2 * 0.75), rel=1e-3)


def test_a_muted_item_is_silent(steady: Path) -> None:
    muted = with_item(arranged(Segment(0, 0, 12), track=steady), gain_db=-60.0)
    assert not whole(music_blocks(muted, silent())).any()


@pytest.mark.parametrize("rate_hz", [48_000, 44_100, 22_050])
def test_a_part_is_the_same_to_the_sample_as_in_the_whole(tmp_path: Path, rate_hz: int) -> None:
    noise = np.random.default_rng(1).normal(0, 0.1, (30 * rate_hz, 2))
    track = tmp_path / "noise.wav"
    soundfile.write(track, noise, rate_hz, subtype="FLOAT")
    arrangement = arranged(
        Segment(3.1234, 1.0, 6.0, 0, 0.5), Segment(20.0, 6.5, 5.0, 0.5, 1.0), track=track
    )
    expected = whole(music_blocks(arrangement, silent()))
    for first, n in ((0, 1000), (48_001, 70_000), (5 * 48_000 + 77, 3 * 48_000), (500_000, None)):
        part = whole(music_blocks(arrangement, silent(), first, n))
        np.testing.assert_allclose(part, expected[first:][:n], atol=2e-5)


def test_a_part_of_the_clips_sound_is_that_part(ramp: Path) -> None:
    arrangement = arranged(Segment(0, 0, 12), track=ramp)
    arrangement = replace(arrangement, clip=replace(arrangement.clip, path=ramp))
    sound = whole(clip_blocks(arrangement, silent(), 7 * MIX_RATE_HZ, MIX_RATE_HZ))
    assert len(sound) == MIX_RATE_HZ
    assert at(sound, 0.5) == pytest.approx(0.075, abs=1e-6)
