"""Sound that libav reads: its length by its packets, and its samples by their time stamps."""

import struct
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
import numpy.typing as npt
from av.audio.frame import AudioFrame
from av.audio.resampler import AudioResampler
from av.audio.stream import AudioStream
from av.container import InputContainer
from av.video.stream import VideoStream

from engine.media.continuous import Keyframe, Retimer, continuity_of, jump_before, read_continuous
from engine.media.in_phase import in_phase, weights_of
from engine.media.sound_frames import frame_bytes
from engine.media.source import read_packets
from engine.media.streams import moving_picture, read_only
from engine.media.time_stamps import TimedSamples, lay_by_time_stamps

Samples = npt.NDArray[np.float32]
Span = tuple[float, float]

# After seeking, a decoder needs some packets before its output is exact.
PREROLL_S = 0.5
# Sound lies up to this far behind the picture in a file.
_INTERLEAVED_S = 2.0
# Streams without a header for the whole: libav estimates their length from the bit rate.
HEADERLESS = frozenset({"mp3", "aac", "ac3", "eac3", "amr"})
_SKIPPED = struct.Struct("<II")


@dataclass(slots=True)
class Tally:
    """What was really decoded, while it is read.

    Attributes:
        decoded_s: length without the silence that replaces damaged and missing places.
    """

    decoded_s: float = 0.0


@dataclass(frozen=True, slots=True)
class Packets:
    """What the packets of a file's sound are.

    Attributes:
        length_s: of all; None without any.
        n_bytes: of those with sound.
        span: where the first one starts and the last one ends, in bytes.
    """

    length_s: float | None
    n_bytes: int
    span: tuple[int, int]


def counted(path: Path, container: InputContainer, stream: AudioStream) -> Packets:
    """Return what the packets of a file's sound are, by reading them all."""
    headerless = container.format.name in HEADERLESS
    zero_s = time_zero_s(path, container, stream)
    read_only(container, stream)
    total_s = end_s = 0.0
    skipped = n_bytes = 0
    places: list[int] = []
    for packet in read_packets(container, stream):
        if packet.size == 0:
            continue
        length_s = float((packet.duration or 0) * packet.time_base)
        total_s += length_s
        n_bytes += frame_bytes(memoryview(packet), container.format.name)
        if packet.pos is not None:
            places = [*places[:1], packet.pos, packet.pos + packet.size]
        time = packet.pts if packet.pts is not None else packet.dts
        if time is not None:
            end_s = max(end_s, float(time * packet.time_base) + length_s)
        if packet.has_sidedata("skip_samples"):
            at_start, at_end = _skipped(packet)
            skipped += at_end + (at_start if headerless else 0)
    length_s = (total_s if headerless else end_s - zero_s) - skipped / stream.codec_context.rate
    span = (places[0], places[-1]) if places else (0, 0)
    return Packets(length_s if length_s > 0 else None, n_bytes, span)


def _skipped(packet: Any) -> tuple[int, int]:
    """Return how many samples a packet's decoder leaves out at its start and end."""
    for data in packet.iter_sidedata():
        raw = bytes(data)
        if data.data_type == "skip_samples" and len(raw) >= _SKIPPED.size:
            at_start, at_end = _SKIPPED.unpack_from(raw)
            return at_start, at_end
    return 0, 0


def container_chunks(
    path: Path,
    container: InputContainer,
    stream: AudioStream,
    layout: str,
    start_s: float,
    tally: Tally,
) -> Iterator[Samples]:
    """Yield the sound of an open container from a time on.

    Args:
        path, container, stream: which one; all other streams are skipped.
        layout: libav's name of the channels' places; "" for mono or stereo, "mono" for one or two
            channels, more being mixed to one.
        start_s: in seconds from time zero.
        tally: counts what was decoded.
    """
    n_channels = stream.codec_context.channels
    rate_hz = stream.codec_context.sample_rate
    weights: tuple[float, ...] = ()
    if layout == "mono" and n_channels > 2:
        layout = stream.codec_context.layout.name
        weights = weights_of([channel.name for channel in av.AudioLayout(layout).channels])
    elif layout in ("", "mono"):
        layout = "mono" if n_channels == 1 else "stereo"
    picture = moving_picture(container, path)
    zero_s = _start_s(picture or stream)
    read_only(container, stream)
    continuity = continuity_of(path)
    after: Keyframe | None = None
    if start_s > PREROLL_S:
        from_s = zero_s + start_s - PREROLL_S
        # Where seeking fails, everything before is decoded and left out.
        with suppress(av.error.FFmpegError):
            if continuity.has_jumps:
                after = jump_before(container, continuity, from_s - _INTERLEAVED_S)
            else:
                container.seek(round(from_s * av.time_base))
    retimer = Retimer(continuity, by_position=after is not None)
    frames = _decoded(container, stream, retimer)
    pieces = _mixed_down(frames, rate_hz, layout, zero_s, tally)
    chunks = lay_by_time_stamps(pieces, rate_hz, start_s, from_zero=picture is None)
    return in_phase(chunks, rate_hz, weights) if weights else chunks


def _mixed_down(
    frames: Iterable[tuple[AudioFrame, Span]],
    rate_hz: int,
    layout: str,
    zero_s: float,
    tally: Tally,
) -> Iterator[TimedSamples]:
    n_channels = av.AudioLayout(layout).nb_channels
    kind: tuple[str, str, int] | None = None
    resampler = AudioResampler()
    for frame, span_s in frames:
        # Some broadcasts change from mono to stereo midway.
        if (frame.format.name, frame.layout.name, frame.sample_rate) != kind:
            kind = (frame.format.name, frame.layout.name, frame.sample_rate)
            # Other layouts are mixed by libav; as arrays they once crashed PyAV.
            resampler = AudioResampler(format="flt", layout=layout, rate=rate_hz)
        try:
            pieces = resampler.resample(frame)
        except av.error.FFmpegError:
            # A damaged packet named a layout that doesn't exist.
            kind = None
            continue
        for piece in pieces:
            time_s = None
            if piece.pts is not None and piece.time_base:
                time_s = float(piece.pts * piece.time_base)
            samples = np.asarray(piece.to_ndarray(), np.float32).reshape(-1, n_channels)
            tally.decoded_s += len(samples) / rate_hz
            yield _within(span_s, time_s, samples, rate_hz, zero_s)


def _within(
    span_s: Span, time_s: float | None, samples: Samples, rate_hz: int, zero_s: float
) -> TimedSamples:
    """Return what sounds while its part lasts: recordings that were joined overlap a little."""
    if time_s is None:
        return TimedSamples(None, samples)
    n_early = min(max((span_s[0] - time_s) * rate_hz, 0), len(samples))
    n_kept = min(max((span_s[1] - time_s) * rate_hz, 0), len(samples))
    first, end = round(n_early), round(n_kept)
    return TimedSamples(time_s + first / rate_hz - zero_s, samples[first:end])


def _decoded(
    container: InputContainer, stream: AudioStream, retimer: Retimer
) -> Iterator[tuple[AudioFrame, Span]]:
    """Yield the frames, each with the time that its part of the file lasts."""
    for packet in read_continuous(container, retimer, stream):
        frames: list[Any] = []
        # One damaged packet; the next time stamp shows how much silence replaces it.
        with suppress(av.error.FFmpegError):
            frames = packet.decode()
        span_s = retimer.span_s(stream.index)
        yield from ((frame, span_s) for frame in frames)


def time_zero_s(path: Path, container: InputContainer, stream: AudioStream) -> float:
    """Return the file's time of time zero: the first frame shown, without one the first sample."""
    return _start_s(moving_picture(container, path) or stream)


def _start_s(stream: VideoStream | AudioStream) -> float:
    return float((stream.start_time or 0) * (stream.time_base or Fraction(1)))
