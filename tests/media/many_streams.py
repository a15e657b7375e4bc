"""Writes test clips with several pictures, sounds, subtitles, chapters and attachments."""

from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
from av.audio.stream import AudioStream
from av.container import OutputContainer
from av.packet import Packet
from av.stream import Disposition, Stream
from av.subtitles.stream import SubtitleStream
from av.video.stream import VideoStream

RATE_HZ = 48_000
PLAIN = Disposition(0)
_ASS_HEADER = b"""[Script Info]
ScriptType: v4.00+
[V4+ Styles]
Format: Name, Fontname, Fontsize
Style: Default,Arial,16
[Events]
Format: Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text
"""


@dataclass(frozen=True)
class Picture:
    """A picture stream of 25 frames per second, each frame another grey.

    Attributes:
        codec, pixel_format: libav's names.
        size: width and height.
        n_frames: how many.
        disposition: such as `Disposition.default`.
        tag: four characters that the container should use.
        options: of the encoder.
    """

    codec: str = "libx264"
    pixel_format: str = "yuv420p"
    size: tuple[int, int] = (320, 180)
    n_frames: int = 50
    disposition: Disposition = Disposition.default
    tag: str = ""
    options: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Sound:
    """A sound stream with a tone of its own in each channel.

    Attributes:
        hz: of the first channel; each following one is 100 Hz higher.
        codec, layout: libav's names.
        language: of three letters.
        disposition: such as `Disposition.default`.
        duration_s: length.
        start_s: time of its first sample.
        rate_hz: sample rate.
    """

    hz: float = 440.0
    codec: str = "aac"
    layout: str = "stereo"
    language: str = ""
    disposition: Disposition = PLAIN
    duration_s: float = 2.0
    start_s: float = 0.0
    rate_hz: int = RATE_HZ


@dataclass(frozen=True)
class Subtitles:
    """One line of text, from 0.5 s to 1.5 s.

    Attributes:
        text: the line.
        codec: libav's name of a text format.
        language: of three letters.
    """

    text: str = "hello"
    codec: str = "subrip"
    language: str = "eng"


@dataclass(frozen=True)
class Raw:
    """Four packets of bytes that are no proper content, in any format of subtitles or data.

    Attributes:
        codec: libav's name.
        content: of each packet.
    """

    codec: str
    content: bytes


@dataclass(frozen=True)
class Attachment:
    """A file inside the container.

    Attributes:
        name, mime_type: of the file.
        content: its bytes.
    """

    name: str = "font.ttf"
    mime_type: str = "font/ttf"
    content: bytes = b"not really a font"


def write_streams(
    path: Path,
    *streams: Picture | Sound | Subtitles | Raw | Attachment,
    chapters: tuple[str, ...] = (),
    timecode: str = "",
    form: str | None = None,
) -> Path:
    """Write a clip with these streams, in this order, and chapters of a second each."""
    with av.open(str(path), "w", format=form) as out:
        if timecode:
            out.metadata["timecode"] = timecode
        added = [(spec, _add(out, spec)) for spec in streams]
        out.set_chapters(
            [
                {
                    "id": n + 1,
                    "start": n,
                    "end": n + 1,
                    "time_base": Fraction(1),
                    "metadata": {"title": title},
                }
                for n, title in enumerate(chapters)
            ]
        )
        out.start_encoding()
        packets = [
            packet
            for spec, stream in added
            if stream is not None
            for packet in _packets(spec, stream)
        ]
        for packet in sorted(packets, key=lambda each: float((each.dts or 0) * each.time_base)):
            out.mux(packet)
    return path


def _add(out: OutputContainer, spec: Any) -> Stream | None:
    match spec:
        case Picture():
            video = out.add_stream(spec.codec, rate=25, options=dict(spec.options))
            assert isinstance(video, VideoStream)
            video.width, video.height = spec.size
            video.pix_fmt = spec.pixel_format
            video.disposition = spec.disposition
            if spec.tag:
                video.codec_context.codec_tag = spec.tag
            return video
        case Sound():
            audio = out.add_stream(spec.codec, rate=spec.rate_hz, layout=spec.layout)
            audio.disposition = spec.disposition
            if spec.language:
                audio.metadata["language"] = spec.language
            return audio
        case Subtitles():
            text = out.add_stream(spec.codec)
            assert isinstance(text, SubtitleStream)
            text.codec_context.subtitle_header = _ASS_HEADER
            text.codec_context.time_base = Fraction(1, 1000)
            text.time_base = Fraction(1, 1000)
            text.metadata["language"] = spec.language
            return text
        case Raw():
            if spec.codec == "klv":
                return out.add_data_stream(spec.codec)
            return out.add_mux_stream(spec.codec)
    out.add_attachment(spec.name, spec.mime_type, spec.content)
    return None


def _packets(spec: Any, stream: Any) -> "list[Packet[Any]]":
    match spec:
        case Picture():
            return _picture_packets(spec, stream)
        case Sound():
            return _sound_packets(spec, stream)
        case Raw():
            return [_packet(spec.content, stream, 500 * n, 500) for n in range(4)]
    return [_subtitle_packet(spec, stream)]


def _picture_packets(spec: Picture, stream: VideoStream) -> "list[Packet[Any]]":
    packets: list[Packet[Any]] = []
    for n in range(spec.n_frames):
        pixels = np.full((spec.size[1], spec.size[0], 3), n * 5 % 256, np.uint8)
        frame = av.VideoFrame.from_ndarray(pixels, "rgb24").reformat(format=spec.pixel_format)
        frame.pts, frame.time_base = n, Fraction(1, 25)
        packets += stream.encode(frame)
    return packets + stream.encode(None)


def _sound_packets(spec: Sound, stream: AudioStream) -> "list[Packet[Any]]":
    time_s = np.arange(round(spec.duration_s * spec.rate_hz)) / spec.rate_hz
    n_channels = stream.codec_context.channels
    hz = spec.hz + 100 * np.arange(n_channels)
    wave = 0.2 * np.sin(2 * np.pi * time_s[:, None] * hz)
    frame = av.AudioFrame.from_ndarray(
        np.ascontiguousarray(wave, np.float32).reshape(1, -1), "flt", spec.layout
    )
    frame.sample_rate = spec.rate_hz
    frame.time_base = Fraction(1, spec.rate_hz)
    frame.pts = round(spec.start_s * spec.rate_hz)
    return stream.encode(frame) + stream.encode(None)


def _subtitle_packet(spec: Subtitles, stream: Stream) -> "Packet[Any]":
    data = spec.text.encode()
    if spec.codec == "mov_text":
        data = len(data).to_bytes(2, "big") + data
    if spec.codec == "ass":
        data = b"0,0,Default,,0,0,0,," + data
    return _packet(data, stream, 500, 1000)


def _packet(data: bytes, stream: Stream, pts: int, duration: int) -> "Packet[Any]":
    packet = Packet(data)
    packet.stream = stream
    packet.time_base = Fraction(1, 1000)
    packet.pts = packet.dts = pts
    packet.duration = duration
    return packet
