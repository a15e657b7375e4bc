"""Decode only those frames of a clip that are needed.

A short clip is read whole, by a schedule computed from its packets. Of a long clip only the part
before each sample is read, so four hours take about as long as a few minutes.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import av
import numpy as np
from av.packet import Packet
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from engine.limits import n_decoder_threads
from engine.media.picture_file import PictureFile
from engine.media.probe import VideoInfo
from engine.media.schedule import (
    MOTION_SPACING_S,
    PacketTable,
    Schedule,
    plan_decoding,
    sample_times,
)
from engine.progress import Progress

# Up to this length every cut is found; in longer clips, only cuts in the parts that are read.
WHOLE_CLIP_S = 300.0
# How much of a long clip is read before each sample, to measure motion.
_STRETCH_S = 0.6
# dav1d can't change what it skips after it has opened, so it would skip wanted frames too.
_CANNOT_SKIP = ("libdav1d",)


@dataclass(frozen=True, slots=True)
class DecodedFrame:
    """A decoded frame.

    Attributes:
        frame: as PyAV decoded it.
        time_s: from the first frame of the clip.
        is_sample: a sample; else it is there for motion alone.
    """

    frame: VideoFrame
    time_s: float
    is_sample: bool


def decode_frames(info: VideoInfo, with_motion: bool, progress: Progress) -> Iterator[DecodedFrame]:
    """Decode the sampled frames and, for motion, the frames that are decoded on the way to them.

    Args:
        info: the probed clip.
        with_motion: also yield the frames between the samples.
        progress: checked at every packet.

    Returns:
        The frames by time, none twice.
    """
    if info.duration_s <= WHOLE_CLIP_S:
        return _decode_whole(info, with_motion, progress)
    return _decode_stretches(info, with_motion, progress)


def _decode_whole(info: VideoInfo, with_motion: bool, progress: Progress) -> Iterator[DecodedFrame]:
    table = _read_packet_table(info, progress)
    with PictureFile(info.path, n_decoder_threads()) as picture:
        start, per_s = picture.start, 1 / picture.tick_s
        plan = plan_decoding(
            table,
            sample_times(info.duration_s) * per_s + start,
            MOTION_SPACING_S * per_s if with_motion else None,
        )
        n_sampled = 0
        for frame in _send_planned(picture, plan, progress):
            shown = _display_time(frame)
            if shown is None:
                continue
            n_due = int(np.searchsorted(plan.samples, shown, side="right"))
            is_sample = n_due > n_sampled
            n_sampled = max(n_due, n_sampled)
            if is_sample or with_motion:
                yield DecodedFrame(frame, (shown - start) / per_s, is_sample)


def _send_planned(picture: PictureFile, plan: Schedule, progress: Progress) -> Iterator[VideoFrame]:
    stream = picture.stream
    context = stream.codec_context
    can_skip = context.codec.name not in _CANNOT_SKIP
    for index, packet in enumerate(picture.packets()):
        progress.check()
        if index >= len(plan.send):
            break
        if not plan.send[index]:
            continue
        if plan.restart[index]:
            yield from _drain(stream)
            context.flush_buffers()
        if can_skip:
            # Skip frames that no other frame refers to, unless they are wanted themselves.
            context.skip_frame = "DEFAULT" if plan.wanted[index] else "NONREF"
        yield from _decode(packet)
    yield from _drain(stream)


def _decode_stretches(
    info: VideoInfo, with_motion: bool, progress: Progress
) -> Iterator[DecodedFrame]:
    threads = n_decoder_threads()
    with PictureFile(info.path, 1) as scout, PictureFile(info.path, threads) as picture:
        reader = _Reader(picture)
        start, per_s = scout.start, 1 / scout.tick_s
        ticks = sample_times(info.duration_s)
        half_s = (ticks[1] - ticks[0]) / 2
        for tick in ticks:
            progress.check()
            first, last = start + (tick - half_s) * per_s, start + (tick + half_s) * per_s
            if reader.reached >= last:
                continue
            key = scout.keyframe_before(int(start + tick * per_s))
            if key is None:
                continue
            # A keyframe in this part is the cheapest sample; without one, take the middle.
            until = min(key + _STRETCH_S * per_s, last) if key >= first else start + tick * per_s
            previous: VideoFrame | None = None
            for frame in reader.read(key, int(until), progress):
                if with_motion and previous is not None:
                    shown = _display_time(previous)
                    if shown is not None and shown >= until - 2 * _STRETCH_S * per_s:
                        yield DecodedFrame(previous, (shown - start) / per_s, False)
                previous = frame
            if previous is not None and (shown := _display_time(previous)) is not None:
                yield DecodedFrame(previous, (shown - start) / per_s, True)


class _Reader:
    """Reads on from its position or jumps ahead to a keyframe; never back."""

    def __init__(self, picture: PictureFile) -> None:
        self._picture = picture
        self._packets = picture.packets()
        codec = picture.stream.codec_context.codec
        self._spacing = MOTION_SPACING_S / picture.tick_s if codec.intra_only else 0.0
        self.reached = -(2**62)
        self._skip()

    def _skip(self) -> None:
        context = self._picture.stream.codec_context
        if context.codec.name not in _CANNOT_SKIP:
            context.skip_frame = "NONREF"

    def read(self, key: int, until: int, progress: Progress) -> Iterator[VideoFrame]:
        """Yield the frames up to the first one shown at or after `until`."""
        if key > self.reached:
            self._picture.seek(key)
            self._skip()
            self._packets = self._picture.packets()
        sent = -(2.0**62)
        for packet in self._packets:
            progress.check()
            time = packet.pts if packet.pts is not None else packet.dts
            if time is not None and self._spacing and time - sent < self._spacing:
                continue
            sent = time if time is not None else sent
            for frame in _decode(packet):
                if self._reaches(frame, until):
                    yield frame
                    return
                yield frame
        for frame in _drain(self._picture.stream):
            yield frame
            if self._reaches(frame, until):
                return

    def _reaches(self, frame: VideoFrame, until: int) -> bool:
        shown = _display_time(frame)
        self.reached = max(self.reached, shown if shown is not None else self.reached)
        return shown is not None and shown >= until


def _read_packet_table(info: VideoInfo, progress: Progress) -> PacketTable:
    shown: list[int] = []
    is_key: list[bool] = []
    with PictureFile(info.path, 1) as picture:
        for packet in picture.packets():
            progress.check()
            time = packet.pts if packet.pts is not None else packet.dts
            shown.append(time if time is not None else (shown[-1] + 1 if shown else 0))
            is_key.append(packet.is_keyframe)
    return PacketTable(np.array(shown, np.int64), np.array(is_key, bool))


def _decode(packet: "Packet[Any]") -> list[VideoFrame]:
    try:
        return packet.decode()
    except av.error.FFmpegError:
        # One damaged packet; the next good frame replaces its frame.
        return []


def _drain(stream: VideoStream) -> list[VideoFrame]:
    try:
        return stream.decode(None)
    except av.error.FFmpegError:
        return []


def _display_time(frame: VideoFrame) -> int | None:
    return frame.pts if frame.pts is not None else frame.dts
