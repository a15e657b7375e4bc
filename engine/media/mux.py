"""Write a clip's video stream, unchanged, and new sound into one file."""

from collections import deque
from collections.abc import Iterable, Iterator
from fractions import Fraction
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import av
import numpy as np
import numpy.typing as npt

from engine.errors import ExportError
from engine.files import replacing
from engine.media.probe import VideoInfo, read_only, video_stream
from engine.media.source import open_container
from engine.progress import Progress
from engine.translation import tr

if TYPE_CHECKING:
    from av.audio.stream import AudioStream
    from av.container import InputContainer, OutputContainer
    from av.video.stream import VideoStream

Samples = npt.NDArray[np.float32]

SOUND_RATE_HZ = 48_000
_AAC_BIT_RATE = 256_000
_FASTSTART_BYTES = 1 << 30  # moving the index to the front writes a large file twice
_REORDERED_PACKETS = 16  # enough to include the first frame in display order
_STEP_S = 1.0

# Codecs that players and editing programs expect in MP4 and MOV; others go into Matroska.
_FORMATS = {".mp4": "mp4", ".m4v": "mp4", ".mov": "mov", ".mkv": "matroska"}
_MP4_CODECS = frozenset({"h264", "hevc", "av1", "vp9", "mpeg4", "mpeg2video", "mpeg1video"})
_EDITING_CODECS = frozenset({"prores", "dnxhd", "cfhd", "mjpeg", "qtrle", "dvvideo", "png"})
_MOV_CODECS = _EDITING_CODECS | {"h264", "hevc", "mpeg4", "mpeg2video", "rawvideo", "svq3"}
_TIMECODE_RATES = frozenset(
    [Fraction(n) for n in (24, 25, 30, 48, 50, 60, 100, 120)]
    + [Fraction(n * 1000, 1001) for n in (24, 30, 48, 60, 120)]
)
_CONTAINER_TAGS = frozenset({"major_brand", "minor_version", "compatible_brands", "encoder"})


def path_for_codec(codec: str, wanted: Path) -> Path:
    """Return `wanted` with a suffix whose container can hold the video codec.

    Args:
        codec: libav's name, such as "h264".
        wanted: the user's path; its suffix is kept where possible.
    """
    suffix = wanted.suffix.lower()
    can_hold = {
        "mp4": codec in _MP4_CODECS,
        "mov": codec in _MOV_CODECS,
        "matroska": True,
    }
    if can_hold.get(_FORMATS.get(suffix, ""), False):
        return wanted
    best = ".mp4" if can_hold["mp4"] else ".mov" if can_hold["mov"] else ".mkv"
    # "my.holiday" ends in no video suffix: append one instead of replacing "holiday".
    known = suffix in _FORMATS or suffix in {".avi", ".webm", ".ts", ".mpg", ".wmv", ".flv", ".mxf"}
    return wanted.with_suffix(best) if known else wanted.with_name(wanted.name + best)


def mux_video(info: VideoInfo, sound: Iterable[Samples], out: Path, progress: Progress) -> None:
    """Copy the clip's video packets and replace its sound.

    The first frame shown starts at 0 s, as does the sound. Rotation, colour, start timecode and
    tags are copied; frames that the clip's edit list hides stay hidden.

    Args:
        info: the clip.
        sound: float32 (n, 2) at `SOUND_RATE_HZ`; cut at the end of the video.
        out: from `path_for_codec`; replaced when it exists.
        progress: cancelling leaves no file behind.

    Raises:
        MediaNotFound, MediaUnreadable, MissingStream: when the clip can no longer be read.
        ExportError: when the result can't be written.
    """
    with open_container(info.path) as source, replacing(out) as beside:
        try:
            _write(info, source, sound, beside, progress)
        except av.FFmpegError as error:
            if isinstance(error, OSError):
                raise  # such as a full disk, which `replacing` reports
            raise ExportError(
                tr("the video can't be written ({reason}).").format(reason=error.strerror),
                path=out,
                remedy=tr("Try a name that ends in .mkv."),
            ) from error


def _write(
    info: VideoInfo,
    source: "InputContainer",
    sound: Iterable[Samples],
    out: Path,
    progress: Progress,
) -> None:
    video_in = video_stream(source, info.path)
    read_only(source, video_in)
    form = _FORMATS[out.suffix.lower()]
    options = {}
    if form != "matroska" and info.size_bytes < _FASTSTART_BYTES:
        options["movflags"] = "+faststart"
    with av.open(str(out), "w", format=form, container_options=options) as target:
        video_out = _add_video(target, video_in, form)
        _copy_tags(info, source, target)
        in_pcm = form == "mov" and info.codec in _EDITING_CODECS
        sound_out = _SoundWriter(target, sound, "pcm_s24le" if in_pcm else "aac")
        shown_s = reported_s = 0.0
        for packet in _packets_from_zero(source, video_in):
            progress.check()
            sound_out.write_until(_seconds(packet.dts, packet.time_base))
            if not packet.is_discard:
                end = _known(packet.pts) + _known(packet.duration)
                shown_s = max(shown_s, _seconds(end, packet.time_base))
            packet.stream = video_out
            target.mux(packet)
            if shown_s - reported_s >= _STEP_S:
                reported_s = shown_s
                progress.step(tr("Writing the video"), shown_s, info.duration_s)
        sound_out.finish(shown_s)
        progress.step(tr("Writing the video"), info.duration_s, info.duration_s)


def _add_video(target: "OutputContainer", video_in: "VideoStream", form: str) -> "VideoStream":
    video_out = target.add_stream_from_template(video_in, opaque=True)
    rate = video_in.average_rate or video_in.guessed_rate
    if rate:
        video_out.codec_context.framerate = rate
    if form != "matroska" and video_in.codec_context.name == "hevc":
        video_out.codec_context.codec_tag = "hvc1"  # the only tag that Apple's players accept
    language = video_in.metadata.get("language")
    if language:
        video_out.metadata["language"] = language
    return video_out


def _copy_tags(info: VideoInfo, source: "InputContainer", target: "OutputContainer") -> None:
    target.metadata.update(
        {name: text for name, text in source.metadata.items() if name not in _CONTAINER_TAGS}
    )
    target.metadata.pop("timecode", None)
    # The muxer refuses timecodes at unusual rates.
    if info.start_timecode and info.frame_rate in _TIMECODE_RATES:
        target.metadata["timecode"] = info.start_timecode


def _packets_from_zero(
    source: "InputContainer", stream: "VideoStream"
) -> Iterator["av.Packet[VideoStream]"]:
    """Yield the packets in decoding order, shifted so that the first frame is shown at 0."""
    packets = _usable_packets(source, stream)
    ahead: deque[av.Packet[VideoStream]] = deque()
    n_shown = 0
    while n_shown < _REORDERED_PACKETS and (packet := next(packets, None)) is not None:
        ahead.append(packet)
        n_shown += not packet.is_discard
    if not ahead:
        return
    _fill_first_decoding_times(ahead)
    shown = [packet for packet in ahead if not packet.is_discard] or list(ahead)
    zero = min(_known(packet.pts) for packet in shown)
    last_dts: int | None = None
    for packet in chain(ahead, packets):
        packet.pts = _known(packet.pts) - zero
        packet.dts = packet.pts if packet.dts is None else packet.dts - zero
        if last_dts is not None and packet.dts <= last_dts:
            packet.dts = last_dts + 1
        packet.pts = max(packet.pts, packet.dts)
        last_dts = packet.dts
        yield packet


def _fill_first_decoding_times(packets: "deque[av.Packet[VideoStream]]") -> None:
    # Matroska stores display times only, and libav can't compute the first few decoding times
    # before it has seen the reordering: count them back from the first known one.
    known = next((n for n, packet in enumerate(packets) if packet.dts is not None), None)
    if known is None:
        return
    for n in range(known - 1, -1, -1):
        following = packets[n + 1]
        packets[n].dts = _known(following.dts) - _known(packets[n].duration)


def _usable_packets(
    source: "InputContainer", stream: "VideoStream"
) -> Iterator["av.Packet[VideoStream]"]:
    """Yield the usable packets; of a truncated file, those before the break."""
    rate = stream.average_rate or stream.guessed_rate or Fraction(25)
    time_base = stream.time_base or Fraction(1, 90_000)
    usual_duration = max(1, round(1 / (rate * time_base)))
    try:
        for packet in source.demux(stream):
            if not packet.size:
                continue
            if packet.pts is None:
                packet.pts = packet.dts
            if packet.pts is None:
                continue
            packet.duration = packet.duration or usual_duration
            yield packet
    except av.InvalidDataError:
        return


def _known(value: int | None) -> int:
    return 0 if value is None else value


def _seconds(value: int | None, time_base: Fraction) -> float:
    return float(_known(value) * time_base)


class _SoundWriter:
    """Encodes blocks of sound into the target, up to a given time.

    Args:
        target: a container open for writing.
        blocks: float32 (n, 2) at `SOUND_RATE_HZ`.
        codec: name of the encoder.
    """

    def __init__(
        self,
        target: "OutputContainer",
        blocks: Iterable[Samples],
        codec: Literal["aac", "pcm_s24le"],
    ) -> None:
        self._target = target
        self._blocks = iter(blocks)
        self._pending = np.zeros((0, 2), np.float32)
        self._n_written = 0
        self._stream: AudioStream = target.add_stream(codec, rate=SOUND_RATE_HZ, layout="stereo")
        if codec == "aac":
            self._stream.bit_rate = _AAC_BIT_RATE

    def write_until(self, end_s: float) -> None:
        """Write up to `end_s`, or all blocks where they end earlier."""
        n_wanted = round(end_s * SOUND_RATE_HZ) - self._n_written
        while n_wanted > 0:
            if not len(self._pending):
                block = next(self._blocks, None)
                if block is None:
                    return
                self._pending = block
            part, self._pending = self._pending[:n_wanted], self._pending[n_wanted:]
            n_wanted -= len(part)
            if len(part):
                self._encode(part)

    def finish(self, end_s: float) -> None:
        """Write up to `end_s`, and flush the encoder."""
        self.write_until(end_s)
        self._target.mux(self._stream.encode(None))

    def _encode(self, samples: Samples) -> None:
        frame = av.AudioFrame.from_ndarray(
            np.ascontiguousarray(samples, dtype=np.float32).reshape(1, -1), "flt", "stereo"
        )
        frame.sample_rate = SOUND_RATE_HZ
        frame.time_base = Fraction(1, SOUND_RATE_HZ)
        frame.pts = self._n_written
        self._n_written += len(samples)
        self._target.mux(self._stream.encode(frame))
