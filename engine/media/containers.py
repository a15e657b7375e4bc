"""What the containers of exported videos can hold, found out by trying.

libav's lists say what a container may hold, but only writing its header and some packets, and
reading them again, shows what it does hold.
"""

import hashlib
import io
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import av
from av.audio.stream import AudioStream
from av.codec.context import CodecContext
from av.container import InputContainer, OutputContainer
from av.packet import Packet
from av.stream import Disposition, Stream
from av.video.codeccontext import VideoCodecContext
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from engine.media.source import read_packets

# libav's names of the containers, by the suffixes of the files.
FORMS = {".mp4": "mp4", ".m4v": "mp4", ".mov": "mov", ".mkv": "matroska"}
SUFFIXES = {"mp4": ".mp4", "mov": ".mov", "matroska": ".mkv"}
NAMES = {"mp4": "MP4", "mov": "MOV", "matroska": "MKV"}

# Dolby Vision and the mapping of spherical pictures are beside the standard of MP4.
_MUXER_OPTIONS = {"mp4": {"strict": "unofficial"}}
DOLBY_VISION = "DOVI_RPU_BUFFER"
# Rates at which libav writes a timecode.
TIMECODE_RATES = frozenset(
    [Fraction(n) for n in (24, 25, 30, 48, 50, 60, 100, 120)]
    + [Fraction(n * 1000, 1001) for n in (24, 30, 48, 60, 120)]
)

_MPEG_AUDIO = frozenset({"mp1", "mp2", "mp3", "mp1float", "mp2float", "mp3float"})
# Codecs that MOV has names of its own for, whatever other containers call them.
_NAMED_ALIKE = frozenset({"h264", "hevc", "mpeg4", "mpeg2video", "mpeg1video", "mjpeg", "dvvideo"})
_PLAIN_LAYOUTS = {"1 channels": "mono", "2 channels": "stereo"}
_SAMPLE_PACKETS = 3
# Enough to meet every stream that isn't sparse.
_MAX_READ_PACKETS = 2000
_MAX_READ_BYTES = 64 << 20
_MOV_FAMILY = "mov,mp4,m4a,3gp,3g2,mj2"
# Stream metadata that describes the old file, or that the muxer writes itself.
_FILE_TAGS = frozenset({"encoder", "vendor_id", "duration", "timecode", "number_of_frames"})
_FILE_TAG_PREFIXES = ("_statistics", "number_of_", "bps")


@dataclass(frozen=True, slots=True)
class SamplePacket:
    """A packet as plain data: muxing a packet changes it.

    Attributes:
        data: its bytes.
        is_key: whether it is a keyframe.
    """

    data: bytes
    is_key: bool


Samples = dict[int, list[SamplePacket]]


@dataclass(frozen=True, slots=True)
class Candidate:
    """A stream that a container shall hold.

    Attributes:
        stream: of the clip.
        tag: four characters that name its codec in the container; "" for the container's own.
        packets: its first packets, if any.
    """

    stream: Stream
    tag: str
    packets: Sequence[SamplePacket]


@dataclass(frozen=True, slots=True)
class Trial:
    """What a container made of some streams.

    Attributes:
        reason: why it can't hold them; "" when it can.
        tags: the codec tag of each picture stream, as read again.
        lost: libav's names of what came with the frames of the clip's picture, and is gone.
    """

    reason: str
    tags: tuple[str, ...] = ()
    lost: frozenset[str] = frozenset()


def first_packets(source: InputContainer, wanted: Iterable[Stream]) -> Samples:
    """Return the first packets of the streams, by their index; none of sparse streams."""
    found: Samples = {stream.index: [] for stream in wanted}
    n_bytes = 0
    for n, packet in enumerate(read_packets(source)):
        if n > _MAX_READ_PACKETS or n_bytes > _MAX_READ_BYTES:
            break
        packets = found.get(packet.stream_index)
        if packets is None or not packet.size or len(packets) >= _SAMPLE_PACKETS:
            continue
        packets.append(SamplePacket(bytes(packet), packet.is_keyframe))
        n_bytes += packet.size
        if all(len(each) >= _SAMPLE_PACKETS for each in found.values()):
            break
    return found


def try_streams(form: str, candidates: Sequence[Candidate]) -> Trial:
    """Write the streams' headers and first packets into a container, and read them again.

    The first one is the clip's picture; its frames must be decoded as from the clip.
    """
    if form != "matroska" and _has_alpha_beside(candidates[0].stream):
        return Trial("no transparency")
    file = io.BytesIO()
    try:
        options = muxer_options(form)
        with av.open(file, "w", format=form, container_options=options) as target:
            copies = [add_copy(target, each.stream, each.tag) for each in candidates]
            target.start_encoding()
            for each, copy in zip(candidates, copies, strict=True):
                for n, sample in enumerate(each.packets):
                    target.mux(_again(sample, n, copy))
        file.seek(0)
        with av.open(file, "r") as written:
            return _read_again(written, form, candidates)
    except (av.FFmpegError, ValueError) as error:
        return Trial(str(error))


def _read_again(written: InputContainer, form: str, candidates: Sequence[Candidate]) -> Trial:
    tags = tuple(
        stream.codec_context.codec_tag if stream.codec_context else ""
        for stream in written.streams.video
    )
    # A container drops streams without packets, and some that it only seems to take.
    for each in candidates:
        if each.packets and not _holds(written, each):
            return Trial(f"no {each.stream.type}", tags)
    picture, found = candidates[0].stream, written.streams.video[0]
    assert isinstance(picture, VideoStream)
    before, settings = decoded(picture.codec_context, [each.data for each in candidates[0].packets])
    after, kept = decoded(found.codec_context, [bytes(packet) for packet in written.demux(found)])
    if after != before:
        return Trial("other frames", tags)
    if form == "mov":
        kept.discard(DOLBY_VISION)  # its configuration, which isn't in the frames
    return Trial("", tags, frozenset(settings - kept))


def decoded(context: VideoCodecContext, packets: Iterable[bytes]) -> tuple[list[object], set[str]]:
    """Return what a decoder makes of packets.

    Returns:
        Of each frame its format, size and a digest; and the names of what comes with the frames.
    """
    frames: list[object] = []
    beside: set[str] = set()
    for data in [*packets, b""]:
        with suppress(av.FFmpegError):
            for frame in context.decode(_packet(data) if data else None):
                frames.append((frame.format.name, frame.width, frame.height, _digest(frame)))
                # PyAV doesn't know the types of newer side data.
                with suppress(ValueError):
                    items: Iterable[Any] = frame.side_data
                    beside |= {item.type.name for item in items}
    context.flush_buffers()
    return frames, beside


def _digest(frame: VideoFrame) -> bytes:
    try:
        pixels = frame.to_ndarray()
    except ValueError:  # PyAV can't return every format as an array
        pixels = frame.reformat(format="rgb48le").to_ndarray()
    return hashlib.sha256(pixels.tobytes()).digest()


def muxer_options(form: str) -> dict[str, str]:
    """Return libav's options for writing a container."""
    return dict(_MUXER_OPTIONS.get(form, {}))


def add_copy(target: OutputContainer, stream: Stream, tag: str) -> Stream:
    """Add a stream for the packets of `stream`, with its language, title and role.

    Args:
        target: open for writing.
        stream: of the clip.
        tag: four characters that name its codec; "" for the container's own.

    Raises:
        ValueError: when the container doesn't take the codec.
    """
    copy = target.add_stream_from_template(stream, opaque=True)
    if stream.codec_context is not None:
        if tag:
            copy.codec_context.codec_tag = tag
        if isinstance(copy, VideoStream) and (rate := stream.average_rate or stream.guessed_rate):
            copy.codec_context.framerate = rate
        if isinstance(copy, AudioStream) and copy.codec_context.layout.name in _PLAIN_LAYOUTS:
            # MP4 refuses sound whose channels have no places.
            copy.codec_context.layout = _PLAIN_LAYOUTS[copy.codec_context.layout.name]
        copy.disposition = stream.disposition
    copy.metadata.clear()
    copy.metadata.update(kept_metadata(stream))
    return copy


def kept_metadata(stream: Stream) -> dict[str, str]:
    """Return the stream's metadata without what describes the old file."""
    return {
        name: text
        for name, text in stream.metadata.items()
        if name.lower() not in _FILE_TAGS and not name.lower().startswith(_FILE_TAG_PREFIXES)
    }


def codec_tag(source: InputContainer, stream: Stream, form: str) -> str:
    """Return the tag under which a container should hold the stream; "" for its own.

    The flavours of ProRes, XDCAM and others are told by the tag alone.
    """
    if stream.codec_context is None or stream.type != "video":
        return ""
    tag = stream.codec_context.codec_tag
    if form != "matroska" and codec_name(stream) == "hevc":
        # Dolby Vision has tags of its own; of the others Apple's players accept this one alone.
        return tag if tag in ("dvh1", "dvhe") else "hvc1"
    is_foreign = source.format.name != _MOV_FAMILY and form != "matroska"
    if is_foreign and (form == "mp4" or codec_name(stream) in _NAMED_ALIKE):
        return ""
    return tag if len(tag) == 4 and tag.isascii() and tag.isprintable() else ""


def codec_name(stream: Stream) -> str | None:
    """Return libav's name of a stream's codec; None where it has no decoder."""
    context: CodecContext | None = stream.codec_context
    if context is not None:
        return context.name
    # PyAV knows the names of data streams alone; the others raise AttributeError.
    return stream.name if stream.type == "data" else None


def _has_alpha_beside(stream: Stream) -> bool:
    """Whether transparency is beside the packets, as of VP9, where only Matroska has a place."""
    tags = {name.lower(): text for name, text in stream.metadata.items()}
    return tags.get("alpha_mode") == "1"


def is_cover(stream: Stream) -> bool:
    """Whether the stream is a picture of the whole file, such as an album's cover."""
    return stream.type == "video" and bool(stream.disposition & Disposition.attached_pic)


def _packet(data: bytes) -> "Packet[Any]":
    # Decoders read beyond the end: libav's own memory has zeros there, Python's hasn't.
    packet = Packet(len(data))
    packet.update(data)
    return packet


def _again(sample: SamplePacket, n: int, copy: Stream) -> "Packet[Any]":
    packet = _packet(sample.data)
    packet.stream = copy
    packet.time_base = Fraction(1, 1000)
    packet.pts = packet.dts = 40 * n
    packet.duration = 40
    packet.is_keyframe = sample.is_key
    return packet


def _holds(written: InputContainer, candidate: Candidate) -> bool:
    stream = candidate.stream
    return any(
        found.type == stream.type
        and _family(found) == _family(stream)
        and is_cover(found) == is_cover(stream)
        for found in written.streams
    )


def _family(stream: Stream) -> str | None:
    # MP4 has one name for all layers of MPEG audio.
    name = codec_name(stream)
    return "mp3" if name in _MPEG_AUDIO else name
