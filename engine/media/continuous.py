"""Read a file whose time stamps begin again or jump as one continuous clip.

The packets of such a file are read once to find its parts (`engine.media.joins`); every reader
then gets them with times that continue. Other files are read as they are.
"""

import math
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from io import FileIO
from pathlib import Path
from typing import Any

import av
import numpy as np
import numpy.typing as npt
from av.audio.stream import AudioStream
from av.container import InputContainer
from av.packet import Packet
from av.stream import Discard
from av.video.stream import VideoStream

from engine.media.file_cache import cached_by_file
from engine.media.joined_files import is_joined
from engine.media.joins import Part, StreamTimes, decoding_times, find_parts
from engine.media.source import open_container, open_regular, read_packets
from engine.media.streams import picture_stream

# A shorter hole in time isn't a jump: in containers for broadcasting, in others, and in others
# without sound, where a picture may last long.
_LEAST_AHEAD_S = 10.0
_LEAST_AHEAD_OTHERS_S = 60.0
_LEAST_AHEAD_SILENT_S = 600.0
_BROADCAST = frozenset(("mpegts", "mpeg", "flv"))
# Containers whose time stamps can't begin again, since they have none or count samples.
_CONTINUOUS = frozenset(("avi", "mxf", "dv", "gif", "wav", "w64", "aiff", "caf", "au", "flac"))
# Files up to this size are read whole; in longer ones, some places are compared.
_WHOLE_BYTES = 256 << 20
_N_PLACES = 128


@dataclass(frozen=True, slots=True)
class Keyframe:
    """A keyframe of a clip with jumps.

    Attributes:
        time_s: when it is shown, in the clip's continued times, counted as the file counts.
        number: of its packet in the picture's stream.
        position: of its packet in the file; -1 where unknown.
    """

    time_s: float
    number: int
    position: int


@dataclass(frozen=True, slots=True)
class Continuity:
    """How a file becomes continuous.

    Attributes:
        parts: of each stream by its index; empty for a file without jumps.
        positions: of each stream by its index, where its parts start in the file.
        keyframes: of the picture, by time.
        decoded_s: of the picture's packets, when each is decoded; as many as there are.
        end_s: of the picture, counted as the file counts.
        by_position: whether the file can be read from any position.
    """

    parts: dict[int, tuple[Part, ...]] = field(default_factory=dict)
    positions: dict[int, tuple[int, ...]] = field(default_factory=dict)
    keyframes: tuple[Keyframe, ...] = ()
    decoded_s: npt.NDArray[np.float64] = field(default_factory=lambda: np.zeros(0))
    end_s: float = 0.0
    by_position: bool = False

    @property
    def has_jumps(self) -> bool:
        """Whether times have to be changed."""
        return bool(self.parts)

    def keyframe_before(self, time_s: float) -> Keyframe:
        """Return the last keyframe at or before a time, or the first one."""
        after = bisect_right(self.keyframes, time_s, key=lambda each: each.time_s)
        return self.keyframes[max(after - 1, 0)]


PLAIN = Continuity()


def continuity_of(path: Path) -> Continuity:
    """Return how a clip becomes continuous; the last results are remembered.

    Raises:
        MediaError: when the file can't be opened.
    """
    with open_regular(path) as source:
        return _continuity(source)


@cached_by_file
def _continuity(source: FileIO, size_bytes: int) -> Continuity:
    path = Path(source.name)
    with open_container(path) as container:
        picture = picture_stream(container, path)
        if picture is None or not picture.time_base:
            return PLAIN
        if not _may_jump(path, container, picture, size_bytes):
            return PLAIN
        picture_index = picture.index
    with open_container(path) as container:
        return _scan(container, picture_index)


def _may_jump(path: Path, container: InputContainer, picture: VideoStream, size_bytes: int) -> bool:
    form = container.format.name
    if form in _CONTINUOUS:
        return False
    if form.startswith("mov") and picture.frames:
        return _is_stretched(picture)
    if size_bytes <= _WHOLE_BYTES:
        return True
    if form in ("mpegts", "mpeg"):
        return _jumps_between_places(container, picture, size_bytes)
    if form.startswith("matroska"):
        with open_regular(path) as source:
            return is_joined(source) or _jumps_in_index(picture)
    return form in _BROADCAST


def _is_stretched(picture: VideoStream) -> bool:
    """Whether an index of all pictures lasts much longer than they do at their usual rate."""
    rate = picture.guessed_rate or picture.average_rate
    if not picture.duration or not rate:
        return False
    length_s = float(picture.duration * (picture.time_base or 1))
    return length_s - float(picture.frames / rate) > _LEAST_AHEAD_OTHERS_S


def _jumps_between_places(container: InputContainer, picture: VideoStream, size_bytes: int) -> bool:
    """Whether time goes back, or leaps, between some places of a large file."""
    found: list[float] = []
    for place in range(_N_PLACES):
        with suppress(av.error.FFmpegError):
            container.seek(size_bytes * place // _N_PLACES, unsupported_byte_offset=True)
        for packet in read_packets(container, picture):
            if packet.size and packet.pts is not None:
                found.append(float(packet.pts * packet.time_base))
                break
    steps = np.diff(found)
    # Bit rates vary, but hardly by this much.
    return bool(len(steps) and (steps.min() < 0 or steps.max() > 60 + 20 * np.median(steps)))


def _jumps_in_index(picture: VideoStream) -> bool:
    """Whether an index by time leads back and forth in the file."""
    entries = picture.index_entries
    positions = np.array([entry.pos for entry in entries], np.int64)
    times = np.array([entry.timestamp for entry in entries], np.int64)
    steps_s = np.diff(times) * float(picture.time_base or 1)
    return bool(
        len(steps_s) and (np.diff(positions).min() < 0 or steps_s.max() > _LEAST_AHEAD_OTHERS_S)
    )


@dataclass(slots=True)
class _Rows:
    """What is noted of a stream's packets while a file is read."""

    stream: VideoStream | AudioStream
    shown: list[float] = field(default_factory=list)
    decoded: list[float] = field(default_factory=list)
    order: list[int] = field(default_factory=list)
    numbers: list[int] = field(default_factory=list)
    positions: list[int] = field(default_factory=list)
    is_key: list[bool] = field(default_factory=list)
    n_packets: int = 0
    _decoded_s: float = math.nan

    def add(self, packet: "Packet[Any]", order: int) -> None:
        time = packet.pts if packet.pts is not None else packet.dts
        if time is not None:
            tick_s = float(packet.time_base)
            self.shown.append(time * tick_s)
            if packet.dts is not None:
                self._decoded_s = packet.dts * tick_s
            self.decoded.append(self._decoded_s)
            self.order.append(order)
            self.numbers.append(self.n_packets)
            self.positions.append(-1 if packet.pos is None else packet.pos)
            self.is_key.append(_is_keyframe(packet))
        self.n_packets += 1

    def number_of(self, timed: int) -> int:
        """Return the number among all packets of one of those that have a time."""
        return self.numbers[timed] if timed < len(self.numbers) else self.n_packets

    def times(self) -> StreamTimes:
        return StreamTimes(
            self.stream.index,
            np.array(self.shown),
            np.array(self.decoded),
            np.array(self.order, np.int64),
            np.array(self.is_key, bool),
        )


def _scan(container: InputContainer, picture_index: int) -> Continuity:
    form = container.format.name
    rows: dict[int, _Rows] = {}
    for stream in container.streams:
        is_sound = isinstance(stream, AudioStream)
        if stream.index == picture_index or is_sound:
            assert isinstance(stream, VideoStream | AudioStream)
            rows[stream.index] = _Rows(stream)
        else:
            stream.discard = Discard.all
    for order, packet in enumerate(read_packets(container)):
        if packet.size and packet.stream_index in rows:
            rows[packet.stream_index].add(packet, order)
    picture = rows.pop(picture_index)
    sounds = [each for each in rows.values() if each.shown]
    if len(picture.shown) < 2:
        return PLAIN
    least_s = _LEAST_AHEAD_S
    if form not in _BROADCAST:
        least_s = _LEAST_AHEAD_OTHERS_S if sounds else _LEAST_AHEAD_SILENT_S
    parts = find_parts(picture.times(), [each.times() for each in sounds], least_s)
    if not parts:
        return PLAIN
    return _joined(picture, sounds, parts, by_position=form == "mpegts")


def _joined(
    picture: _Rows, sounds: list[_Rows], found: dict[int, tuple[Part, ...]], *, by_position: bool
) -> Continuity:
    parts: dict[int, tuple[Part, ...]] = {}
    positions: dict[int, tuple[int, ...]] = {}
    for rows in (picture, *sounds):
        of_stream = found[rows.stream.index]
        # Packets without a time count, too.
        parts[rows.stream.index] = tuple(
            replace(part, first=rows.number_of(part.first)) for part in of_stream
        )
        positions[rows.stream.index] = tuple(
            _position_from(rows.positions, part.first) for part in of_stream
        )
    as_stated = np.array(picture.shown)
    shown = as_stated.copy()
    for part in found[picture.stream.index]:
        shown[part.first :] = as_stated[part.first :] + part.shift_s
    keyframes = sorted(
        (
            Keyframe(float(time_s), number, position)
            for time_s, number, position, is_key in zip(
                shown, picture.numbers, picture.positions, picture.is_key, strict=True
            )
            if is_key
        ),
        key=lambda each: each.time_s,
    )
    # A stream that is refreshed bit by bit has no keyframes.
    keyframes = keyframes or [Keyframe(float(shown.min()), 0, -1)]
    step_s = float(np.median(np.diff(np.sort(shown))))
    end_s = float(shown.max()) + step_s
    decoded = np.full(picture.n_packets, np.nan)
    decoded[picture.numbers] = decoding_times(shown)
    return Continuity(parts, positions, tuple(keyframes), decoded, end_s, by_position)


def _is_keyframe(packet: "Packet[Any]") -> bool:
    return bool(packet.is_keyframe)


def _position_from(positions: list[int], first: int) -> int:
    return next((each for each in positions[first:] if each >= 0), 1 << 62)


def jump_before(
    container: InputContainer, continuity: Continuity, time_s: float
) -> Keyframe | None:
    """Move an open file to the keyframe before a time, where its container allows it.

    Args:
        container: open for reading.
        continuity: of a file with jumps.
        time_s: in its continued times, counted as the file counts.

    Returns:
        The keyframe; None when the file has to be read from its start.
    """
    if not continuity.by_position:
        return None
    keyframe = continuity.keyframe_before(time_s)
    if keyframe.position < 0:
        return None
    container.seek(keyframe.position, unsupported_byte_offset=True)
    return keyframe


def read_continuous(
    container: InputContainer,
    retimer: "Retimer",
    *streams: VideoStream | AudioStream,
) -> "Iterator[Packet[Any]]":
    """Yield the packets of the streams, or of all, with continued times.

    Args:
        container: just opened, or moved by `jump_before`.
        retimer: of this reading alone.
        streams: which ones; none for all.
    """
    return (retimer.retimed(packet) for packet in read_packets(container, *streams))


class Retimer:
    """Gives the packets of one reading continued times.

    Args:
        continuity: of the file.
        by_position: whether the reading starts elsewhere than at the file's start.
    """

    def __init__(self, continuity: Continuity, *, by_position: bool = False) -> None:
        self._continuity = continuity
        self._by_position = by_position
        # Of each stream, where its parts start: in the file, or by the number of the packet.
        self._starts: Mapping[int, Sequence[int]] = continuity.positions
        if not by_position:
            self._starts = {
                index: [part.first for part in parts] for index, parts in continuity.parts.items()
            }
        self._n_read: Counter[int] = Counter()
        self._part: Counter[int] = Counter()
        self._picture = next(iter(continuity.parts), -1)

    def retimed(self, packet: "Packet[Any]") -> "Packet[Any]":
        """Return a packet with continued times."""
        if not self._continuity.has_jumps or not packet.size:
            return packet
        index, number = packet.stream_index, self._n_read[packet.stream_index]
        shift = round(self._shift_s(packet) / packet.time_base)
        if packet.is_discard and self._part[index]:
            # libav takes it for a repetition of what came before.
            packet = _kept(packet)
        if packet.pts is not None:
            packet.pts += shift
        if packet.dts is not None:
            packet.dts += shift
        if index == self._picture:
            packet.dts = None
            if not self._by_position and number < len(self._continuity.decoded_s):
                decoded_s = self._continuity.decoded_s[number]
                packet.dts = None if np.isnan(decoded_s) else round(decoded_s / packet.time_base)
        return packet

    def span_s(self, index: int) -> tuple[float, float]:
        """Return from when to when the picture of the part is shown that a stream has reached."""
        parts = self._continuity.parts.get(index, ())
        number = self._part[index]
        first_s = parts[number].start_s if parts else -math.inf
        return first_s, parts[number + 1].start_s if number + 1 < len(parts) else math.inf

    def _shift_s(self, packet: "Packet[Any]") -> float:
        index = packet.stream_index
        parts = self._continuity.parts.get(index)
        if parts is None:
            # Subtitles and such move with the picture.
            return self._continuity.parts[self._picture][self._part[self._picture]].shift_s
        reached = packet.pos if self._by_position else self._n_read[index]
        if reached is not None and reached >= 0:
            self._part[index] = max(bisect_right(self._starts[index], reached) - 1, 0)
        self._n_read[index] += 1
        return parts[self._part[index]].shift_s


def _kept(packet: "Packet[Any]") -> "Packet[Any]":
    # A packet's mark to be left out can't be taken back. Its bytes are copied to libav's memory:
    # a decoder's thread that frees memory of Python would wait for ever for whoever closes it.
    kept: Packet[Any] = Packet(packet.size)
    kept.update(bytes(packet))
    kept.stream = packet.stream
    kept.time_base = packet.time_base
    kept.pts, kept.dts, kept.duration = packet.pts, packet.dts, packet.duration
    kept.is_keyframe = packet.is_keyframe
    return kept
