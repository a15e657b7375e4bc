import tracemalloc
from collections.abc import Iterable
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
import soundfile

from engine.arrangement.plan import MixPlan
from engine.arrangement.segments import Segment
from engine.errors import Cancelled
from engine.export.mix import MIX_RATE_HZ, clip_blocks, mix_blocks, music_blocks
from engine.media.waveform import Samples
from engine.progress import Progress, silent


@pytest.fixture(scope="module")
def ramp(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A track whose level tells the time: sample = seconds / 100."""
    path = tmp_path_factory.mktemp("tracks") / "ramp.wav"
    level = np.arange(60 * MIX_RATE_HZ) / MIX_RATE_HZ / 100
    soundfile.write(path, np.stack([level, level], 1), MIX_RATE_HZ, subtype="FLOAT")
    return path


@pytest.fixture(scope="module")
def steady(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("tracks") / "steady.wav"
    soundfile.write(path, np.full((60 * MIX_RATE_HZ, 2), 0.25), MIX_RATE_HZ, subtype="FLOAT")
    return path


def plan_of(track: Path, *segments: Segment, clip_s: float = 12.0) -> MixPlan:
    return MixPlan(
        clip_path=Path("/nowhere/clip.mp4"),
        clip_duration_s=clip_s,
        frame_rate=Fraction(25),
        start_timecode=None,
        track_path=track,
        title=None,
        artist=None,
        licence=None,
        link=None,
        segments=segments,
    )


def whole(blocks: Iterable[Samples]) -> Samples:
    return np.concatenate(list(blocks))


def at(sound: Samples, time_s: float) -> float:
    return float(sound[round(time_s * MIX_RATE_HZ), 0])


def test_excerpt_lies_where_the_plan_says(ramp: Path) -> None:
    sound = whole(music_blocks(plan_of(ramp, Segment(20.0, 0.0, 12.0)), silent()))
    assert sound.shape == (12 * MIX_RATE_HZ, 2)
    assert at(sound, 0.0) == pytest.approx(0.20, abs=1e-4)
    assert at(sound, 7.5) == pytest.approx(0.275, abs=1e-4)


def test_what_no_segment_covers_is_silent(ramp: Path) -> None:
    sound = whole(music_blocks(plan_of(ramp, Segment(20.0, 3.0, 4.0)), silent()))
    assert at(sound, 2.99) == 0.0
    assert at(sound, 3.01) == pytest.approx(0.2001, abs=1e-4)
    assert at(sound, 7.01) == 0.0
    assert len(sound) == 12 * MIX_RATE_HZ


def test_crossfade_has_constant_power(steady: Path) -> None:
    plan = plan_of(steady, Segment(0, 0, 7, 0, 2), Segment(30, 5, 7, 2, 0))
    sound = whole(music_blocks(plan, silent()))
    # Both sides are the same here, so amplitudes add: sin + cos, 1.414 in the middle.
    assert at(sound, 4.9) == pytest.approx(0.25)
    assert at(sound, 6.0) == pytest.approx(0.25 * np.sqrt(2), rel=1e-3)
    assert at(sound, 7.1) == pytest.approx(0.25)
    share = 0.25
    fading, rising = np.cos(np.pi / 2 * share), np.sin(np.pi / 2 * share)
    assert at(sound, 5.5) == pytest.approx(0.25 * (fading + rising), rel=1e-3)
    assert fading**2 + rising**2 == pytest.approx(1.0)


def test_fades_start_and_end_in_silence(steady: Path) -> None:
    sound = whole(music_blocks(plan_of(steady, Segment(5, 0, 12, 1, 3)), silent()))
    assert abs(at(sound, 0)) < 1e-4
    assert at(sound, 0.5) == pytest.approx(0.25 * np.sin(np.pi / 4), rel=1e-3)
    assert at(sound, 10.5) == pytest.approx(0.25 * np.sin(np.pi / 4), rel=1e-3)
    assert abs(float(sound[-1, 0])) < 1e-4


def test_match_gain_is_in_the_music_and_the_slider_is_not(steady: Path) -> None:
    plan = replace(plan_of(steady, Segment(0, 0, 12)), match_gain_db=-20.0, music_gain_db=-20.0)
    assert at(whole(music_blocks(plan, silent())), 3) == pytest.approx(0.025, rel=1e-3)
    mixed = whole(mix_blocks(plan, silent(), with_clip=False))
    assert at(mixed, 3) == pytest.approx(0.0025, rel=1e-2)


def test_track_shorter_than_promised_ends_in_silence(ramp: Path) -> None:
    sound = whole(music_blocks(plan_of(ramp, Segment(55.0, 0.0, 12.0)), silent()))
    assert len(sound) == 12 * MIX_RATE_HZ
    assert at(sound, 4.9) == pytest.approx(0.599, abs=1e-3)
    assert at(sound, 5.1) == 0.0


def test_clip_sound_and_music_add_up(steady: Path, tmp_path: Path) -> None:
    clip = tmp_path / "clip.wav"
    soundfile.write(clip, np.full((12 * 44_100, 1), 0.1), 44_100, subtype="FLOAT")
    plan = replace(plan_of(steady, Segment(0, 0, 12)), clip_path=clip, clip_gain_db=-6.0206)
    assert at(whole(clip_blocks(plan, silent())), 6) == pytest.approx(0.1, rel=1e-3)
    mixed = whole(mix_blocks(plan, silent(), with_clip=True))
    assert len(mixed) == 12 * MIX_RATE_HZ
    assert at(mixed, 6) == pytest.approx(0.30, rel=1e-2)


def test_loud_sum_stays_below_the_ceiling(tmp_path: Path) -> None:
    time_s = np.arange(12 * MIX_RATE_HZ) / MIX_RATE_HZ
    tone = 0.95 * np.sin(2 * np.pi * 997 * time_s)
    for name in ("clip.wav", "track.wav"):
        soundfile.write(tmp_path / name, np.stack([tone, tone], 1), MIX_RATE_HZ, subtype="FLOAT")
    plan = replace(
        plan_of(tmp_path / "track.wav", Segment(0, 0, 12)), clip_path=tmp_path / "clip.wav"
    )
    mixed = whole(mix_blocks(plan, silent(), with_clip=True))
    ceiling = 10 ** (-1 / 20)
    assert 0.8 < float(np.abs(mixed[MIX_RATE_HZ:-MIX_RATE_HZ]).max()) <= ceiling


def test_blocks_are_small_however_long_the_clip(steady: Path) -> None:
    plan = plan_of(steady, Segment(0, 0, 60), Segment(0, 60, 60), clip_s=4 * 3600.0)
    blocks = music_blocks(plan, silent())
    assert max(len(next(blocks)) for _ in range(30)) <= 10 * MIX_RATE_HZ


def test_memory_does_not_grow_with_the_number_of_repeats(steady: Path) -> None:
    segments = [Segment(0, n * 4.0, 4.0) for n in range(40)]
    plan = plan_of(steady, *segments, clip_s=160.0)
    tracemalloc.start()
    try:
        held = [tracemalloc.get_traced_memory()[0] for _ in music_blocks(plan, silent())]
    finally:
        tracemalloc.stop()
    # A block of ten seconds is 4 MB; forty of them would be 150 MB.
    assert max(held) < 20e6


def test_cancelling_stops_the_mix(steady: Path) -> None:
    progress = Progress()
    blocks = music_blocks(plan_of(steady, Segment(0, 0, 12)), progress)
    next(blocks)
    progress.cancel()
    with pytest.raises(Cancelled):
        next(blocks)
