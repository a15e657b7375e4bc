"""Clips whose time stamps begin again or jump are one continuous clip for every reader."""

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest

from engine.media import continuous, decoding
from engine.media.continuous import continuity_of
from engine.media.frames import sample_frames
from engine.media.joins import StreamTimes, find_parts
from engine.media.probe import probe_video
from engine.media.proxy import make_proxy
from engine.progress import silent
from tests.benchmarks.export_cases import read
from tests.media.joined_clips import (
    FPS,
    Recording,
    clicks,
    joined,
    shown,
    write_recording,
)
from tests.numbered_clips import read_number
from tests.robustness.clip_cases import export_silent_music

A = Recording()
B = replace(A, first=50)
SMALL = replace(B, size=(160, 90))
MPEG = replace(A, codec="mpeg2video", sound="mp2")
FRAGMENTS = {"movflags": "frag_keyframe+empty_moov+default_base_moof"}
IN_FRAGMENTS = replace(A, options=FRAGMENTS)
TWO_HOURS = 7200.0
# Times of transport streams start again at 2^33 ticks, after 95443.7 s.
NEARLY_WRAPPED_S = 95_443.0


def leap(time_s: float) -> float:
    return TWO_HOURS if time_s >= 1.95 else 0.0


def leap_in_group(time_s: float) -> float:
    return TWO_HOURS if time_s >= 1.39 else 0.0


Make = Callable[[Path], Path]
JUMPS: dict[str, Make] = {
    "ts": lambda folder: joined(folder / "clip.ts", A, B),
    "ts, other size": lambda folder: joined(folder / "clip.ts", A, SMALL),
    "ts, ahead": lambda folder: joined(folder / "clip.ts", A, replace(B, start_s=TWO_HOURS)),
    "ts, back": lambda folder: joined(folder / "clip.ts", replace(A, start_s=TWO_HOURS), B),
    "ts, half back": lambda folder: joined(
        folder / "clip.ts", replace(A, start_s=100.0), replace(B, start_s=101.0)
    ),
    "ts, wrapped": lambda folder: joined(
        folder / "clip.ts", replace(A, start_s=NEARLY_WRAPPED_S), B
    ),
    "m2ts": lambda folder: joined(folder / "clip.m2ts", A, B),
    "mpg": lambda folder: joined(folder / "clip.mpg", MPEG, replace(MPEG, first=50), form="vob"),
    "mkv": lambda folder: joined(folder / "clip.mkv", A, B),
    "webm": lambda folder: joined(
        folder / "clip.mkv",
        replace(A, options={"live": "1"}, sound="libopus"),
        replace(B, options={"live": "1"}, sound="libopus"),
        form="matroska",
    ),
    "fragments": lambda folder: joined(
        folder / "clip.mp4", IN_FRAGMENTS, replace(IN_FRAGMENTS, first=50)
    ),
    "mkv, ahead": lambda folder: write_recording(
        folder / "clip.mkv", replace(A, n_pictures=100, jump=leap)
    ),
    "mp4, ahead": lambda folder: write_recording(
        folder / "clip.mp4", replace(A, n_pictures=100, jump=leap)
    ),
    "mkv, ahead in a group": lambda folder: write_recording(
        folder / "clip.mkv", replace(A, n_pictures=100, jump=leap_in_group)
    ),
    "flv": lambda folder: joined(folder / "clip.flv", A, B),
}


@pytest.mark.parametrize("make", JUMPS.values(), ids=JUMPS.keys())
def test_jumps_of_time_stamps_make_one_clip(make: Make, tmp_path: Path) -> None:
    path = make(tmp_path)
    due_s = np.arange(100) / FPS
    info = probe_video(path)
    assert (info.n_frames, info.is_variable) == (100, False)
    assert info.frame_rate == FPS
    assert info.duration_s == pytest.approx(4.0, abs=0.01)
    assert info.warnings == ()

    numbers, times = shown(path)
    assert numbers == list(range(100))
    assert times == pytest.approx(due_s, abs=0.003)
    samples = [frame.time_s for frame in sample_frames(info, silent())]
    assert samples == pytest.approx(np.arange(0.25, 4, 0.5), abs=0.05)
    assert clicks(path) == pytest.approx([0, 1, 2, 3], abs=0.005)
    assert clicks(path, 2.5) == pytest.approx([3], abs=0.005)

    out, _ = export_silent_music(info, tmp_path / "out.mp4")
    written = read(out)
    assert written.times_s == pytest.approx(due_s, abs=0.003)
    assert written.clicks_s == pytest.approx([0, 1, 2, 3], abs=0.005)
    assert shown(out)[0] == list(range(100))


def test_a_proxy_of_joined_recordings_is_as_long(tmp_path: Path) -> None:
    path = joined(tmp_path / "clip.ts", A, SMALL)
    numbers, times = shown(make_proxy(probe_video(path), tmp_path, silent()))
    assert numbers == list(range(100))
    assert times == pytest.approx(np.arange(100) / FPS, abs=0.003)


def test_three_recordings_without_sound(tmp_path: Path) -> None:
    parts = [replace(A, sound="", first=50 * n, start_s=20.0 * (n % 2)) for n in range(3)]
    path = joined(tmp_path / "clip.ts", *parts)
    numbers, times = shown(path)
    assert numbers == list(range(150))
    assert times == pytest.approx(np.arange(150) / FPS, abs=0.003)


def test_a_part_without_sound_is_silent(tmp_path: Path) -> None:
    path = joined(tmp_path / "clip.ts", A, replace(B, sound=""), replace(A, first=100))
    assert shown(path)[0] == list(range(150))
    assert clicks(path) == pytest.approx([0, 1, 4, 5], abs=0.005)


def test_a_long_picture_under_sound_is_no_jump(tmp_path: Path) -> None:
    path = tmp_path / "talk.mkv"
    with av.open(str(path), "w") as out:
        picture = out.add_stream("mpeg4", 25)
        sound = out.add_stream("pcm_u8", 1000, layout="mono")
        picture.width, picture.height, picture.pix_fmt = 64, 36, "yuv420p"
        packets = []
        for n, time_s in enumerate([*np.arange(0, 2, 0.04), *np.arange(700, 702, 0.04)]):
            frame = av.VideoFrame.from_ndarray(np.full((36, 64), n, np.uint8), "gray")
            frame = frame.reformat(format="yuv420p")
            frame.pts, frame.time_base = round(time_s * FPS), Fraction(1, FPS)
            packets += picture.encode(frame)
        packets += picture.encode(None)
        for n in range(702):
            block = av.AudioFrame.from_ndarray(np.full((1, 1000), 128, np.uint8), "u8", "mono")
            block.sample_rate, block.pts = 1000, 1000 * n
            packets += sound.encode(block)
        for packet in sorted(packets, key=lambda each: (each.dts or 0) * each.time_base):
            out.mux(packet)
    assert not continuity_of(path).has_jumps
    assert probe_video(path).duration_s == pytest.approx(702, abs=0.1)


def test_a_long_picture_of_a_screen_recording_is_no_jump(tmp_path: Path) -> None:
    path = tmp_path / "screen.mkv"
    with av.open(str(path), "w") as out:
        picture = out.add_stream("mpeg4", 25)
        picture.width, picture.height, picture.pix_fmt = 64, 36, "yuv420p"
        # Without sound, and with a picture only where something changes.
        for n, time_s in enumerate([*range(0, 22, 2), 720, 722]):
            frame = av.VideoFrame.from_ndarray(np.full((36, 64), n, np.uint8), "gray")
            frame = frame.reformat(format="yuv420p")
            frame.pts, frame.time_base = time_s * FPS, Fraction(1, FPS)
            out.mux(picture.encode(frame))
        out.mux(picture.encode(None))
    assert not continuity_of(path).has_jumps
    assert probe_video(path).duration_s == pytest.approx(722, abs=2.1)


@pytest.mark.parametrize("name", ["clip.ts", "clip.mpg", "clip.mkv", "clip.flv"])
def test_jumps_of_large_files_are_found_without_reading_them_whole(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(continuous, "_WHOLE_BYTES", 0)
    made = MPEG if name.endswith("mpg") else A
    form = "vob" if name.endswith("mpg") else None
    path = joined(tmp_path / name, made, made, form=form)
    assert continuity_of(path).has_jumps
    path = write_recording(tmp_path / f"plain-{name}", replace(made, n_pictures=100), form)
    assert not continuity_of(path).has_jumps


def test_joined_flash_video_of_two_sizes_keeps_both_in_the_export(tmp_path: Path) -> None:
    path = joined(tmp_path / "clip.flv", A, SMALL)
    out, notes = export_silent_music(probe_video(path), tmp_path / "out.mkv")
    assert (out.suffix, len(notes)) == (".mp4", 1)
    assert shown(out)[0] == list(range(100))


def test_joined_recordings_without_keyframes_are_read_from_the_start(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Packets of streams that are refreshed bit by bit aren't marked.
    monkeypatch.setattr(continuous, "_is_keyframe", lambda packet: False)
    path = joined(tmp_path / "clip.ts", A, B)
    assert len(continuity_of(path).keyframes) == 1
    assert shown(path)[0] == list(range(100))
    assert clicks(path, 2.5) == pytest.approx([3], abs=0.005)


@pytest.mark.parametrize("name", ["clip.ts", "clip.mkv"])
def test_long_joined_clips_are_sampled_from_end_to_end(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(decoding, "WHOLE_CLIP_S", 1.0)
    path = joined(tmp_path / name, *(replace(A, first=50 * n) for n in range(2)))
    samples = [*sample_frames(probe_video(path), silent())]
    numbers = [read_number(np.ascontiguousarray(one.pixels[:, :, 1])) for one in samples]
    assert numbers == [round(one.time_s * FPS) for one in samples]
    assert samples[0].time_s < 1
    assert samples[-1].time_s > 3


@pytest.mark.parametrize(("back_s", "n_parts"), [(5.0, 0), (20.0, 2)])
def test_a_picture_that_goes_back_while_sound_plays_on_has_to_go_back_far(
    back_s: float, n_parts: int
) -> None:
    sound_s = np.arange(1000) / FPS
    shown_s = np.where(sound_s < 30, sound_s, sound_s - back_s)
    number, is_key = np.arange(1000), np.ones(1000, bool)
    picture = StreamTimes(0, shown_s, shown_s, 2 * number, is_key)
    sound = StreamTimes(1, sound_s, sound_s, 2 * number + 1, is_key)
    assert len(find_parts(picture, [sound], least_ahead_s=1.0).get(0, ())) == n_parts
