"""The picture of an open clip: its packets in order, from any keyframe on."""

from collections.abc import Iterator
from contextlib import ExitStack, suppress
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import av
from av.container import InputContainer
from av.packet import Packet
from av.video.stream import VideoStream

from engine.media.continuous import Keyframe, Retimer, continuity_of, jump_before, read_continuous
from engine.media.source import open_container
from engine.media.streams import read_only, video_stream


class PictureFile:
    """An open clip of which only the picture is read.

    Times are counted in `tick_s` as the file counts, and continue where its time stamps jump.

    Args:
        path: the clip.
        n_threads: of its decoder.

    Raises:
        MediaError: when the clip can't be opened or has no picture.
    """

    def __init__(self, path: Path, n_threads: int) -> None:
        self._path = path
        self._n_threads = n_threads
        self._stack = ExitStack()
        self._continuity = continuity_of(path)
        # Where the file was moved to, or how many packets lie before the keyframe.
        self._after: Keyframe | None = None
        self._n_skipped = 0
        self._n_read = 0
        self._retimer = Retimer(self._continuity)
        self._open()
        self.start = self.stream.start_time or 0
        self.tick_s = float(self.stream.time_base or 1)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the file."""
        self._stack.close()

    def reopen(self) -> None:
        """Start again at the beginning, where jumping back doesn't lead there."""
        self._stack.close()
        self._after, self._n_skipped, self._n_read = None, 0, 0
        self._open()

    def seek(self, time: int) -> None:
        """Move to the keyframe at or before a time, in ticks; the decoder forgets the past."""
        if self._continuity.has_jumps:
            time_s = time * self.tick_s
            was_moved = self._after is not None
            self._after, self._n_skipped = None, 0
            with suppress(av.error.FFmpegError):
                self._after = jump_before(self.container, self._continuity, time_s)
            if self._after is None:
                number = self._continuity.keyframe_before(time_s).number
                if was_moved or self._n_read > number:
                    self.reopen()
                self._n_skipped = number - self._n_read
        else:
            with suppress(av.error.FFmpegError):
                self.container.seek(time, stream=self.stream)
        self.stream.codec_context.flush_buffers()

    def packets(self) -> "Iterator[Packet[Any]]":
        """Yield the packets from here on, those with content."""
        if self._after is not None or not self._n_read:
            self._retimer = Retimer(self._continuity, by_position=self._after is not None)
        for packet in read_continuous(self.container, self._retimer, self.stream):
            if packet.size > 0:
                self._n_read += 1
                if self._n_skipped:
                    self._n_skipped -= 1
                else:
                    yield packet

    @property
    def part_s(self) -> float:
        """When the part starts that the last packet belongs to; -inf in the first part."""
        return self._retimer.span_s(self.stream.index)[0]

    def keyframe_before(self, time: int) -> int | None:
        """Return the time of the keyframe at or before a time; the file moves there."""
        if self._continuity.has_jumps:
            return round(self._continuity.keyframe_before(time * self.tick_s).time_s / self.tick_s)
        with suppress(av.error.FFmpegError):
            self.container.seek(time, stream=self.stream)
        for packet in self.packets():
            if packet.is_keyframe and packet.pts is not None:
                return packet.pts
        return None

    def _open(self) -> None:
        try:
            self.container: InputContainer = self._stack.enter_context(open_container(self._path))
            self.stream: VideoStream = video_stream(self.container, self._path)
            read_only(self.container, self.stream)
            self.stream.thread_type = "AUTO"
            self.stream.codec_context.thread_count = self._n_threads
        except BaseException:
            self._stack.close()
            raise
