"""Nominal frame rates and numbers of frames, of clips that were made for it."""

from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import pytest

from engine.media.frame_rate import EDITING_RATES, nominal_rate
from engine.media.probe import probe_video

WriteClip = Callable[..., Path]


@pytest.mark.parametrize("rate", EDITING_RATES, ids=lambda rate: f"{float(rate):.3f}")
@pytest.mark.parametrize("name", ["clip.mp4", "clip.mkv"])
def test_every_rate_of_editing_programs_is_found(
    write_clip: WriteClip, tmp_path: Path, rate: Fraction, name: str
) -> None:
    # Matroska rounds times to milliseconds: 240 and 239.76 differ only in the long run.
    path = write_clip(tmp_path / name, n_frames=600, rate=rate, size=(64, 36), sound=None)
    info = probe_video(path)
    assert (info.frame_rate, info.n_frames, info.is_variable) == (rate, 600, False)
    assert info.warnings == ()


@pytest.mark.parametrize(
    ("rate", "nominal"),
    [
        (Fraction(1, 5), 25),
        (Fraction(1, 20), 25),
        (Fraction(10), 30),
        (Fraction(12), 24),
        (Fraction(25, 2), 25),
        (Fraction(15), 30),
        (Fraction(15_000, 1001), Fraction(30_000, 1001)),
        (Fraction(12_000, 1001), Fraction(24_000, 1001)),
        (Fraction(20), 60),
        (Fraction(18), 30),  # no rate of editing programs is a multiple of it
        (Fraction(10_000_000, 333_339), 30),
        (Fraction(2_398, 100), Fraction(24_000, 1001)),
        (Fraction(5_994, 100), Fraction(60_000, 1001)),
        (Fraction(1000), 240),
    ],
)
def test_other_rates_become_one_of_them(rate: Fraction, nominal: Fraction) -> None:
    assert nominal_rate(rate) == nominal


def test_pictures_of_several_seconds_last_many_frames(
    write_clip: WriteClip, tmp_path: Path
) -> None:
    path = write_clip(tmp_path / "slow.mp4", n_frames=6, rate=Fraction(1, 5), sound=None)
    info = probe_video(path)
    assert (info.frame_rate, info.n_frames, info.is_variable) == (Fraction(25), 750, False)


def test_a_varying_rate_is_the_commonest_step_and_is_said(
    write_clip: WriteClip, tmp_path: Path
) -> None:
    # Two seconds at 30 frames per second, one at 20: 80 pictures in 3.0 s, 26.7 on average.
    times_ms = [round(n * 1000 / 30) for n in range(60)] + [2000 + 50 * n for n in range(20)]
    path = write_clip(tmp_path / "varying.mp4", times_ms=tuple(times_ms), sound=None)
    info = probe_video(path)
    assert (info.frame_rate, info.is_variable) == (Fraction(30), True)
    # The file ends as its last picture begins, after 2.95 s.
    assert info.n_frames == 88
    assert "varies" in info.warnings[-1] and "30 frames" in info.warnings[-1]


def test_jitter_is_no_varying_rate(write_clip: WriteClip, tmp_path: Path) -> None:
    times_ms = tuple(round(n * 1000 / 25) + n % 3 for n in range(75))
    info = probe_video(write_clip(tmp_path / "jitter.mp4", times_ms=times_ms, sound=None))
    assert (info.frame_rate, info.n_frames, info.is_variable) == (Fraction(25), 75, False)


def test_a_single_picture_has_one_frame(write_clip: WriteClip, tmp_path: Path) -> None:
    info = probe_video(write_clip(tmp_path / "one.mp4", n_frames=1, sound=None))
    assert (info.frame_rate, info.n_frames, info.is_variable) == (Fraction(25), 1, False)
