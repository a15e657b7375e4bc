"""Write a clip's streams, unchanged, and new sound into one file."""

from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any

import av
import numpy as np
import numpy.typing as npt
from av.packet import Packet
from av.stream import Discard, Disposition, Stream
from av.subtitles.stream import SubtitleStream
from av.video.stream import VideoStream

from engine.errors import ExportError
from engine.files import replacing
from engine.media.containers import (
    TIMECODE_RATES,
    add_copy,
    codec_name,
    is_cover,
    kept_metadata,
    muxer_options,
)
from engine.media.continuous import Continuity, Retimer, continuity_of
from engine.media.mixed_sound import SoundWriter
from engine.media.probe import VideoInfo
from engine.media.source import open_container
from engine.media.subtitle_text import ASS_HEADER, rewritten, text_codec
from engine.media.video_plan import PlannedStream, VideoPlan
from engine.progress import Progress
from engine.translation import tr

if TYPE_CHECKING:
    from av.container import InputContainer, OutputContainer

Samples = npt.NDArray[np.float32]

_FASTSTART_BYTES = 1 << 30  # moving the index to the front writes a large file twice
# The muxer waits so long for a packet of each stream, with all others in memory.
_INTERLEAVED_US = "2000000"
_REORDERED_PACKETS = 16  # enough to include the first frame in display order
_STEP_S = 1.0
# A decoder needs the packet before the first that plays; more would delay the picture.
_PREROLL_S = 0.1
_CONTAINER_TAGS = frozenset(
    {"major_brand", "minor_version", "compatible_brands", "encoder", "timecode"}
)
_MIME_TYPES = {"mjpeg": "image/jpeg", "png": "image/png", "bmp": "image/bmp", "gif": "image/gif"}


def mux_video(
    info: VideoInfo, plan: VideoPlan, sound: Iterable[Samples], out: Path, progress: Progress
) -> None:
    """Copy the clip's packets and replace its sound.

    The first frame shown starts at 0 s, as does the sound. Rotation, colour, start timecode,
    chapters and tags are copied; frames that the clip's edit list hides stay hidden.

    Args:
        info: the clip.
        plan: from `plan_video`.
        sound: float32 (n, channels) at `SOUND_RATE_HZ`, with the channels of the plan's layout;
            cut at the end of the video.
        out: the file; replaced when it exists.
        progress: cancelling leaves no file behind.

    Raises:
        MediaNotFound, MediaUnreadable, MissingStream: when the clip can no longer be read.
        ExportError: when the result can't be written.
    """
    with open_container(info.path) as source, replacing(out) as beside:
        try:
            options = muxer_options(plan.form) | {"max_interleave_delta": _INTERLEAVED_US}
            if plan.form != "matroska" and info.size_bytes < _FASTSTART_BYTES:
                options["movflags"] = "+faststart"
            with av.open(str(beside), "w", format=plan.form, container_options=options) as target:
                _Muxer(info, plan, source, target).write(sound, progress)
        except av.FFmpegError as error:
            if isinstance(error, OSError):
                raise  # such as a full disk, which `replacing` reports
            raise ExportError(
                tr("the video can't be written ({reason}).").format(reason=error.strerror),
                path=out,
                remedy=tr("Try a name that ends in .mkv."),
            ) from error


@dataclass(slots=True)
class _Copy:
    """A stream that is copied.

    Attributes:
        planned: what is done with it.
        source: of the clip.
        target: of the new file.
        last_dts: decoding time of the last packet written.
    """

    planned: PlannedStream
    source: Stream
    target: Stream
    last_dts: int | None = None


class _Muxer:
    def __init__(
        self,
        info: VideoInfo,
        plan: VideoPlan,
        source: "InputContainer",
        target: "OutputContainer",
    ) -> None:
        self._info = info
        self._plan = plan
        self._source = source
        self._target = target
        self._copies: dict[int, _Copy] = {}

    def write(self, sound: Iterable[Samples], progress: Progress) -> None:
        self._copy_tags()
        sound_out = self._add_streams(sound)
        picture = self._copies[self._plan.picture].source
        sources = [each.source for each in self._copies.values()]
        packets = _usable_packets(self._source, continuity_of(self._info.path), sources)
        ahead, zero_s = _read_start(packets, picture)
        self._copy_chapters(zero_s)
        shown_s = reported_s = 0.0
        for packet in chain(ahead, packets):
            progress.check()
            copy = self._copies[packet.stream_index]
            if copy.source is not picture:
                self._copy(packet, copy, zero_s)
                continue
            self._shift(packet, copy, zero_s)
            sound_out.write_until(_seconds(packet.dts, packet.time_base))
            if not packet.is_discard:
                end = _known(packet.pts) + _known(packet.duration)
                shown_s = max(shown_s, _seconds(end, packet.time_base))
            packet.stream = copy.target
            self._target.mux(packet)
            if shown_s - reported_s >= _STEP_S:
                reported_s = shown_s
                progress.step(tr("Writing the video"), shown_s, self._info.duration_s)
        sound_out.finish(shown_s)
        progress.step(tr("Writing the video"), self._info.duration_s, self._info.duration_s)

    # Before the first packet

    def _add_streams(self, sound: Iterable[Samples]) -> SoundWriter:
        sound_out: SoundWriter | None = None
        attached = self._read_attached()
        for planned in self._plan.streams:
            stream = self._source.streams[planned.index] if planned.index >= 0 else None
            if planned.how == "mix" or stream is None:
                sound_out = self._add_mix(stream, sound)
            elif planned.how == "attach":
                self._attach(stream, attached[planned.index])
            else:
                self._copies[planned.index] = _Copy(planned, stream, self._add(planned, stream))
        for stream in self._source.streams:
            is_copied = stream.index in self._copies and stream.type != "attachment"
            stream.discard = Discard.default if is_copied else Discard.all
        assert sound_out is not None
        return sound_out

    def _add(self, planned: PlannedStream, stream: Stream) -> Stream:
        if planned.how == "text":
            return self._add_text(stream)
        copy = add_copy(self._target, stream, planned.tag)
        in_stream = self._has_timecode and self._plan.form != "matroska"
        is_picture = planned.index == self._plan.picture
        if in_stream and is_picture and isinstance(copy, VideoStream):
            # The rate of the timecode, which averages miss.
            copy.codec_context.framerate = self._info.frame_rate
            copy.metadata["timecode"] = str(self._info.start_timecode)
        return copy

    def _add_text(self, stream: Stream) -> Stream:
        text = self._target.add_stream(text_codec(self._plan.form))
        assert isinstance(text, SubtitleStream)
        text.codec_context.subtitle_header = ASS_HEADER
        text.codec_context.time_base = text.time_base = Fraction(1, 1000)
        text.disposition = stream.disposition
        text.metadata.update(kept_metadata(stream))
        return text

    def _add_mix(self, stream: Stream | None, sound: Iterable[Samples]) -> SoundWriter:
        plan = self._plan
        writer = SoundWriter(self._target, sound, plan.sound_codec, plan.layout)
        writer.stream.disposition = (
            Disposition.default if stream is None else stream.disposition | Disposition.default
        )
        if stream is not None:
            writer.stream.metadata.update(kept_metadata(stream))
        return writer

    def _read_attached(self) -> dict[int, bytes]:
        """Return the files that are attached as picture streams; they come before all packets."""
        wanted = {each.index for each in self._plan.streams if each.how == "attach"}
        found: dict[int, bytes] = {}
        if wanted:
            with open_container(self._info.path) as again:
                for packet in again.demux([again.streams[index] for index in sorted(wanted)]):
                    if packet.size:
                        found.setdefault(packet.stream_index, bytes(packet))
                    if found.keys() == wanted:
                        break
        return found

    def _attach(self, stream: Stream, data: bytes) -> None:
        mime_type = _MIME_TYPES.get(codec_name(stream) or "", "image/jpeg")
        name = stream.metadata.get("filename") or f"cover.{mime_type.partition('/')[2]}"
        self._target.add_attachment(name, mime_type, data)

    @property
    def _has_timecode(self) -> bool:
        # The muxer refuses timecodes at unusual rates.
        return bool(self._info.start_timecode) and self._info.frame_rate in TIMECODE_RATES

    def _copy_tags(self) -> None:
        tags = {
            name: text
            for name, text in self._source.metadata.items()
            if name.lower() not in _CONTAINER_TAGS
        }
        self._target.metadata.update(tags)
        if self._plan.form == "matroska" and self._has_timecode:
            self._target.metadata["timecode"] = str(self._info.start_timecode)

    def _copy_chapters(self, zero_s: Fraction) -> None:
        chapters = []
        end_s = Fraction(self._info.duration_s)
        for each in self._source.chapters():
            time_base = each["time_base"] or Fraction(1)
            first_s = max(each["start"] * time_base - zero_s, Fraction(0))
            last_s = min(each["end"] * time_base - zero_s, end_s)
            if last_s > first_s:
                each["time_base"] = Fraction(1, 1_000_000)
                each["start"] = round(first_s * 1_000_000)
                each["end"] = round(last_s * 1_000_000)
                chapters.append(each)
        self._target.set_chapters(chapters)

    # Packets

    def _copy(self, packet: "Packet[Any]", copy: _Copy, zero_s: Fraction) -> None:
        """Write a packet of another stream than the picture, if it belongs under the picture."""
        if is_cover(copy.source):
            packet.pts = packet.dts = 0
        else:
            is_first = copy.last_dts is None
            self._shift(packet, copy, zero_s)
            start_s = _seconds(packet.pts, packet.time_base)
            end_s = start_s + _seconds(packet.duration, packet.time_base)
            is_early = end_s <= 0 and not (is_first and start_s > -_PREROLL_S)
            if is_early or start_s >= self._info.duration_s:
                copy.last_dts = None if is_early else copy.last_dts
                return
        if copy.planned.how == "text":
            packet = self._as_text(packet, copy)
            if not packet.size:
                return
        packet.stream = copy.target
        self._target.mux(packet)

    def _as_text(self, packet: "Packet[Any]", copy: _Copy) -> "Packet[Any]":
        new = text_codec(self._plan.form)
        text = Packet(rewritten(bytes(packet), codec_name(copy.source) or "", new))
        text.time_base = packet.time_base
        text.pts, text.dts, text.duration = packet.pts, packet.dts, packet.duration
        return text

    def _shift(self, packet: "Packet[Any]", copy: _Copy, zero_s: Fraction) -> None:
        """Count a packet's times from the first frame shown."""
        zero = round(zero_s / packet.time_base)
        packet.pts = _known(packet.pts) - zero
        if packet.dts is not None:
            packet.dts -= zero
        else:
            packet.dts = packet.pts if copy.last_dts is None else min(packet.pts, copy.last_dts + 1)
        if copy.last_dts is not None and packet.dts <= copy.last_dts:
            packet.dts = copy.last_dts + 1
        packet.pts = max(packet.pts, packet.dts)
        copy.last_dts = packet.dts


def _read_start(
    packets: "Iterator[Packet[Any]]", picture: Stream
) -> "tuple[deque[Packet[Any]], Fraction]":
    """Read ahead to the first frame shown; return the packets and that frame's time."""
    ahead: deque[Packet[Any]] = deque()
    n_shown = 0
    while n_shown < _REORDERED_PACKETS and (packet := next(packets, None)) is not None:
        ahead.append(packet)
        n_shown += packet.stream_index == picture.index and not packet.is_discard
    for index in {packet.stream_index for packet in ahead}:
        _fill_first_decoding_times([each for each in ahead if each.stream_index == index])
    pictures = [packet for packet in ahead if packet.stream_index == picture.index]
    shown = [packet for packet in pictures if not packet.is_discard] or pictures
    return ahead, min(
        (_known(packet.pts) * packet.time_base for packet in shown), default=Fraction(0)
    )


def _fill_first_decoding_times(packets: "list[Packet[Any]]") -> None:
    # Matroska stores display times only, and libav can't compute the first few decoding times
    # before it has seen the reordering: count them back from the first known one.
    known = next((n for n, packet in enumerate(packets) if packet.dts is not None), None)
    if known is None:
        return
    for n in range(known - 1, -1, -1):
        following = packets[n + 1]
        packets[n].dts = _known(following.dts) - _known(packets[n].duration)


def _usable_packets(
    source: "InputContainer", continuity: Continuity, streams: list[Stream]
) -> "Iterator[Packet[Any]]":
    """Yield the usable packets; of a truncated file, those before the break."""
    durations = {
        stream.index: _usual_duration(stream) for stream in streams if stream.type == "video"
    }
    wanted = {stream.index for stream in streams}
    retimer = Retimer(continuity)
    packets = source.demux()
    while True:
        try:
            packet = next(packets, None)
        except IndexError:
            # PyAV doesn't know streams that a broadcast starts later; continue reading.
            packets = source.demux()
            continue
        except av.InvalidDataError:
            return
        if packet is None:
            return
        if not packet.size or packet.stream_index not in wanted:
            continue
        packet = retimer.retimed(packet)
        if packet.pts is None:
            packet.pts = packet.dts
        if packet.pts is None and not is_cover(packet.stream):
            continue
        packet.duration = packet.duration or durations.get(packet.stream_index, 0)
        yield packet


def _usual_duration(stream: Stream) -> int:
    rate = stream.average_rate or stream.guessed_rate or Fraction(25)
    time_base = stream.time_base or Fraction(1, 90_000)
    return max(1, round(1 / (rate * time_base)))


def _known(value: int | None) -> int:
    return 0 if value is None else value


def _seconds(value: int | None, time_base: Fraction) -> float:
    return float(_known(value) * time_base)
