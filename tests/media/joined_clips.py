"""Writes recordings with numbered pictures and clicks, and files in which their times jump."""

from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
from av.audio.stream import AudioStream
from av.packet import Packet
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from engine.media.frame_reader import FrameReader
from engine.media.screen import ScreenConverter
from engine.media.waveform import read_waveform
from tests.numbered_clips import draw_number, read_number

RATE_HZ = 48_000
FPS = 25


@dataclass(frozen=True)
class Recording:
    """Pictures of 25 a second that carry their numbers, and a click at each whole second.

    Attributes:
        n_pictures: how many.
        first: number of the first one.
        size: width and height.
        start_s: time of the first one.
        codec, sound: libav's names; "" for no sound.
        options: of the container.
        jump: added to the time of each packet, in seconds, by its time.
    """

    n_pictures: int = 50
    first: int = 0
    size: tuple[int, int] = (320, 180)
    start_s: float = 0.0
    codec: str = "libx264"
    sound: str = "aac"
    options: dict[str, str] = field(default_factory=dict)
    jump: Callable[[float], float] = lambda time_s: 0.0


def write_recording(path: Path, made: Recording, form: str | None = None) -> Path:
    """Write a recording."""
    with av.open(str(path), "w", form, options=made.options) as out:
        picture = out.add_stream(made.codec, FPS, options={"g": "25", "bf": "2"})
        assert isinstance(picture, VideoStream)
        picture.width, picture.height = made.size
        picture.pix_fmt = "yuv420p"
        packets = [*_pictures(made, picture)]
        if made.sound:
            sound = out.add_stream(made.sound, RATE_HZ, layout="mono")
            assert isinstance(sound, AudioStream)
            packets += _clicks(made, sound)
        for packet in sorted(packets, key=lambda each: (each.dts or 0) * each.time_base):
            shift_s = made.start_s + made.jump(float((packet.dts or 0) * packet.time_base))
            shift = round(shift_s / packet.time_base)
            packet.pts, packet.dts = (packet.pts or 0) + shift, (packet.dts or 0) + shift
            out.mux(packet)
    return path


def _pictures(made: Recording, stream: VideoStream) -> "Iterator[Packet[Any]]":
    for number in range(made.n_pictures):
        grey = draw_number(made.first + number, made.size)
        frame = av.VideoFrame.from_ndarray(grey, "gray").reformat(format="yuv420p")
        frame.pts, frame.time_base = number, Fraction(1, FPS)
        yield from stream.encode(frame)
    yield from stream.encode(None)


def _clicks(made: Recording, stream: AudioStream) -> "Iterator[Packet[Any]]":
    time_s = np.arange(made.n_pictures * RATE_HZ // FPS) / RATE_HZ
    click = np.sin(2 * np.pi * 4000 * time_s) * (time_s % 1 < 0.002)
    format_ = "fltp" if stream.codec_context.name in ("aac", "ac3") else "s16"
    samples = click.astype(np.float32) if format_ == "fltp" else (click * 32_767).astype(np.int16)
    frame = av.AudioFrame.from_ndarray(samples.reshape(1, -1), format_, "mono")
    frame.sample_rate, frame.pts = RATE_HZ, 0
    yield from stream.encode(frame)
    yield from stream.encode(None)


def joined(path: Path, *recordings: Recording, form: str | None = None) -> Path:
    """Write recordings end to end into one file."""
    data = b""
    for number, each in enumerate(recordings):
        part = path.with_name(f"part{number}{path.suffix}")
        data += write_recording(part, each, form).read_bytes()
    path.write_bytes(data)
    return path


def shown(path: Path) -> tuple[list[int | None], list[float]]:
    """The numbers of the pictures, and when each is shown."""
    numbers, times = [], []
    with closing(FrameReader(path)) as reader:
        found = reader.frame_at(0.0)
        while found is not None:
            numbers.append(_number(found.frame))
            times.append(found.time_s)
            found = reader.frame_after(found.time_s)
        for wanted in (len(times) - 1, len(times) // 4, len(times) * 3 // 4, 0):
            again = reader.frame_at(times[wanted])
            assert again is not None
            assert _number(again.frame) == numbers[wanted]
    return numbers, times


def _number(frame: VideoFrame) -> int | None:
    pixels = ScreenConverter().convert(frame, (320, 180))
    return read_number((pixels >> 8 & 255).astype(np.uint8))


def clicks(path: Path, start_s: float = 0.0) -> list[float]:
    """When clicks start in the clip's sound."""
    wave = np.abs(read_waveform(path, RATE_HZ, 1, start_s=start_s)[:, 0])
    loud = np.flatnonzero(wave > 0.2)
    starts = loud[np.diff(loud, prepend=-RATE_HZ) > RATE_HZ // 4]
    return [float(start / RATE_HZ + start_s) for start in starts]
