"""Files joined end to end are read as far as one header describes them, and the rest is named."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from engine.media.probe import probe_video
from tests.media.joined_clips import (
    FPS,
    RATE_HZ,
    Recording,
    clicks,
    joined,
    shown,
    write_recording,
)
from tests.robustness.clip_cases import export_silent_music

N = 25
SMALL = (160, 90)
LIVE = {"live": "1"}
FRAGMENTS = {"movflags": "frag_keyframe+empty_moov+default_base_moof"}
# They tell the place of their content in the file.
PLACED_FRAGMENTS = {"movflags": "frag_keyframe+empty_moov"}


def parts(n_parts: int, **settings: Any) -> list[Recording]:
    """Recordings of a second each, numbered on."""
    return [
        replace(Recording(n_pictures=N, first=N * number), **settings) for number in range(n_parts)
    ]


def differing(kind: str, **settings: Any) -> Callable[[Path], Path]:
    """Write two recordings of which the second has another setting."""

    def make(folder: Path) -> Path:
        options = FRAGMENTS if kind == "mp4" else {}
        first, second = parts(2, options=options)
        other = replace(second, **settings)
        return joined(folder / f"clip.{kind}", first, other)

    return make


WHOLE: dict[str, Callable[[Path], Path]] = {
    "mkv": lambda folder: joined(folder / "clip.mkv", *parts(4)),
    "mkv, streamed": lambda folder: joined(folder / "clip.mkv", *parts(3, options=LIVE)),
    "webm": lambda folder: joined(
        folder / "clip.webm", *parts(3, codec="libvpx", sound="libopus", options=LIVE, size=SMALL)
    ),
    "mkv, lossless sound": lambda folder: joined(folder / "clip.mkv", *parts(3, sound="flac")),
    "mp4": lambda folder: joined(folder / "clip.mp4", *parts(3, options=FRAGMENTS)),
    "mp4, placed": lambda folder: joined(folder / "clip.mp4", *parts(3, options=PLACED_FRAGMENTS)),
}
PARTLY: dict[str, Callable[[Path], Path]] = {
    "mkv, size": differing("mkv", size=SMALL),
    "mkv, codec": differing("mkv", codec="mpeg4"),
    "mkv, sound": differing("mkv", sound="libopus"),
    "mp4, size": differing("mp4", size=SMALL),
    "mp4, codec": differing("mp4", codec="mpeg4"),
    "mp4, without sound": differing("mp4", sound=""),
    "mp4, not in fragments": differing("mp4", options={}),
    "mp4, neither": lambda folder: joined(folder / "clip.mp4", *parts(2)),
    "mov": lambda folder: joined(folder / "clip.mov", *parts(2)),
}


@pytest.mark.parametrize("make", WHOLE.values(), ids=WHOLE.keys())
def test_joined_recordings_of_one_kind_are_read_whole(
    make: Callable[[Path], Path], tmp_path: Path
) -> None:
    path = make(tmp_path)
    info = probe_video(path)
    numbers, times = shown(path)
    assert numbers == list(range(info.n_frames))
    assert len(numbers) >= 3 * N
    assert times == pytest.approx(np.arange(len(times)) / FPS, abs=0.003)
    assert info.duration_s == pytest.approx(len(times) / FPS, abs=0.01)
    assert clicks(path) == pytest.approx(range(len(times) // N), abs=0.005)
    assert info.warnings == ()
    out, _ = export_silent_music(info, tmp_path / "out.mp4")
    assert shown(out)[0] == numbers


@pytest.mark.parametrize("make", PARTLY.values(), ids=PARTLY.keys())
def test_what_another_recording_adds_in_another_form_is_named_as_left_out(
    make: Callable[[Path], Path], tmp_path: Path
) -> None:
    path = make(tmp_path)
    info = probe_video(path)
    assert info.duration_s == pytest.approx(1.0, abs=0.05)
    assert info.n_frames == N
    (warning,) = info.warnings
    assert "Only the first 1.0 s can be read" in warning
    assert shown(path)[0] == list(range(N))
    assert clicks(path) == pytest.approx([0], abs=0.005)


def test_sound_that_starts_with_a_later_recording_is_read(tmp_path: Path) -> None:
    first, second, third = parts(3)
    path = joined(tmp_path / "clip.mkv", replace(first, sound=""), second, third)
    assert probe_video(path).sound is not None
    assert shown(path)[0] == list(range(3 * N))
    assert clicks(path) == pytest.approx([1, 2], abs=0.005)


@pytest.mark.parametrize("sound", ["aac", "mp2", "ac3"])
def test_sound_that_starts_late_in_a_long_broadcast_is_read(sound: str, tmp_path: Path) -> None:
    silent = Recording(n_pictures=12 * N, sound="", size=SMALL)
    path = joined(
        tmp_path / "clip.ts", silent, Recording(n_pictures=2 * N, sound=sound, size=SMALL)
    )
    info = probe_video(path)
    assert info.sound is not None
    assert (info.sound.rate_hz, info.sound.n_channels) == (RATE_HZ, 1)
    assert info.duration_s == pytest.approx(14, abs=0.01)
    assert clicks(path) == pytest.approx([12, 13], abs=0.005)
    assert clicks(path, 12.5) == pytest.approx([13], abs=0.005)
    out, _ = export_silent_music(info, tmp_path / "out.mp4")
    assert clicks(out) == pytest.approx([12, 13], abs=0.005)


def test_sound_in_the_middle_of_a_long_broadcast_is_read(tmp_path: Path) -> None:
    silent = Recording(n_pictures=12 * N, sound="", size=SMALL)
    sound = Recording(n_pictures=2 * N, sound="aac", size=SMALL)
    path = joined(tmp_path / "clip.ts", silent, sound)
    # Packets of nothing, as broadcasts have them, where a long recording has pictures.
    nothing = (b"\x47\x1f\xff\x10" + b"\xff" * 184) * ((5 << 20) // 188)
    data = path.read_bytes()
    place = joined(tmp_path / "silent.ts", silent).stat().st_size
    path.write_bytes(data[:place] + nothing + data[place:] + nothing)
    info = probe_video(path)
    assert info.sound is not None
    assert (info.sound.rate_hz, info.sound.n_channels) == (RATE_HZ, 1)
    assert clicks(path) == pytest.approx([12, 13], abs=0.005)


def test_pictures_of_two_sizes_are_read_where_each_keyframe_tells_its_size(tmp_path: Path) -> None:
    first, second = parts(2, codec="libvpx", sound="libopus")
    path = joined(tmp_path / "clip.webm", first, replace(second, size=SMALL))
    assert probe_video(path).warnings == ()
    assert shown(path)[0] == list(range(2 * N))


@pytest.mark.parametrize("name", ["clip.mkv", "clip.mp4", "clip.mov"])
def test_single_recordings_are_whole(name: str, tmp_path: Path) -> None:
    info = probe_video(write_recording(tmp_path / name, Recording(n_pictures=N)))
    assert (info.n_frames, info.warnings) == (N, ())
