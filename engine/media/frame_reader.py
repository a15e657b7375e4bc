"""The frames of a clip by time: exactly the one that is shown at any moment."""

import math
from collections import deque
from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
from av.packet import Packet
from av.video.frame import VideoFrame

from engine.limits import n_decoder_threads
from engine.media.picture_file import PictureFile

# Times that a caller computes are rounded, and so are those of containers that count in
# milliseconds: a frame is shown this much, and one such tick, before its time.
_ROUNDING_S = 1e-4
_LARGEST_TICK_S = 1e-3
_SAME_S = 1e-6
# Frames stay decoded, so that a step back costs nothing, up to these limits.
_KEPT_BYTES = 96 << 20
_MOST_KEPT = 48
_FEWEST_KEPT = 4
# Up to this distance, decoding on is about as fast as a jump.
_NEAR_S = 0.5
# How much earlier to try when a jump has led behind its target, again and again.
_BACK_S = (1.0, 4.0, 16.0, 64.0)
# MPEG program streams give times to few packets: after a jump, the first frames' are guessed.
_N_GUESSED = {"mpeg": 12}
# AVI has no times of display: its first frame isn't at the stream's start.
_WITHOUT_TIMES = ("avi",)


@dataclass(frozen=True, slots=True)
class TimedFrame:
    """A decoded frame.

    Attributes:
        frame: as PyAV decoded it.
        time_s: when it is shown, from the clip's first frame.
    """

    frame: VideoFrame
    time_s: float


class FrameReader:
    """Reads any frame of a clip, fast where they are asked for in order.

    Args:
        path: a clip.
        on_step: called at each packet, for example to show that the decoder doesn't hang.

    Raises:
        MediaError: when the clip can't be opened or has no picture.
    """

    def __init__(self, path: Path, on_step: Callable[[], None] = lambda: None) -> None:
        self._on_step = on_step
        self._picture = PictureFile(path, n_decoder_threads())
        try:
            # Finds keyframes without moving the one that decodes.
            self._scout = PictureFile(path, 1)
        except BaseException:
            self._picture.close()
            raise
        self._origin = self._picture.start
        self._tick_s = self._picture.tick_s
        self.tolerance_s = _ROUNDING_S + (self._tick_s if self._tick_s <= _LARGEST_TICK_S else 0.0)
        self._run: deque[TimedFrame] = deque(maxlen=_MOST_KEPT)
        self._n_guessed = _N_GUESSED.get(self._picture.container.format.name, 0)
        self._frames = self._decoded(0)
        self._part_s = -math.inf
        self._first_s: float | None = None
        self._skips = False
        self._has_gaps = False

    @property
    def pixel_aspect(self) -> Fraction:
        """Width of a coded pixel by its height."""
        aspect = self._picture.stream.sample_aspect_ratio
        return Fraction(aspect) if aspect and Fraction(1, 10) < aspect < 10 else Fraction(1)

    def close(self) -> None:
        """Close the clip, and give back its frames at once.

        The generator refers to this reader: left to Python's collector, which counts objects and
        not bytes, the frames of several clips would pile up.
        """
        self._frames.close()
        self._run.clear()
        self._picture.close()
        self._scout.close()

    def frame_at(
        self, time_s: float, hurry: Callable[[], bool] = lambda: False
    ) -> TimedFrame | None:
        """Return the last frame that is shown at or before a time, or the clip's first one.

        Args:
            time_s: from the clip's first frame.
            hurry: asked at each frame; when true, the frame that was reached is returned.

        Returns:
            The frame; None when the clip has no frame that can be decoded.
        """
        limit_s = time_s + self.tolerance_s
        if self._first_s is None:
            # Before any jump: not every container can jump to its own start.
            self._decode_next()
        if self._has_gaps or not self._run or self._run[0].time_s > limit_s:
            self._jump_before(limit_s)
        elif limit_s > self._run[-1].time_s + _NEAR_S:
            self._jump_ahead(limit_s)
        while not self._run or self._run[-1].time_s <= limit_s:
            if not self._decode_next():
                break
            if hurry():
                break
        return next(
            (found for found in reversed(self._run) if found.time_s <= limit_s),
            self._run[0] if self._run else None,
        )

    def frame_after(self, time_s: float) -> TimedFrame | None:
        """Return the first frame that is shown after a time; None at the end of the clip."""
        if not self._run or self._run[0].time_s > time_s + self.tolerance_s:
            self.frame_at(time_s)
        after_s = time_s + _SAME_S
        while not self._run or self._run[-1].time_s <= after_s:
            if not self._decode_next():
                return None
        return next(found for found in self._run if found.time_s > after_s)

    def frame_before(self, time_s: float) -> TimedFrame | None:
        """Return the last frame that is shown before a time; None at the start of the clip."""
        found = self.frame_at(time_s - 2 * self.tolerance_s)
        return found if found is not None and found.time_s < time_s else None

    def skip_unreferenced(self, skips: bool) -> None:
        """Leave out frames that no other one refers to, for playing a clip that costs too much."""
        context = self._picture.stream.codec_context
        if skips == self._skips or context.codec.name == "libdav1d":
            # dav1d would leave out more than asked for.
            return
        self._skips = skips
        self._has_gaps = self._has_gaps or skips
        self._set_skipping()

    def _set_skipping(self) -> None:
        context = self._picture.stream.codec_context
        context.skip_frame = "NONREF" if self._skips else "DEFAULT"

    def jump_to(self, time_s: float) -> bool:
        """Move ahead to the last keyframe before a time; False where none lies ahead."""
        return self._jump_ahead(time_s)

    # Reading

    def _decode_next(self) -> bool:
        """Add one frame to those that are kept; False at the end."""
        found = next(self._frames, None)
        if found is None:
            return False
        if self._first_s is None:
            self._first_s = found.time_s
        if not self._run:
            size = max(found.frame.width * found.frame.height * 3 // 2, 1)
            n_kept = min(max(_KEPT_BYTES // size, _FEWEST_KEPT), _MOST_KEPT)
            self._run = deque(maxlen=n_kept)
        self._run.append(found)
        return True

    def _decoded(self, n_guessed: int) -> Generator[TimedFrame]:
        last_s: float | None = None
        for packet in self._packets():
            self._on_step()
            for frame in self._decode_part(packet):
                shown = frame.pts if frame.pts is not None else frame.dts
                if shown is None or frame.is_corrupt:
                    continue
                if n_guessed:
                    n_guessed -= 1
                    continue
                if self._first_s is None and self._picture.container.format.name in _WITHOUT_TIMES:
                    self._origin = shown
                time_s = (shown - self._origin) * self._tick_s
                if last_s is None or time_s > last_s:
                    last_s = time_s
                    yield TimedFrame(frame, time_s)

    def _packets(self) -> Iterator["Packet[Any] | None"]:
        yield from self._picture.packets()
        yield None

    def _decode_part(self, packet: "Packet[Any] | None") -> Iterator[VideoFrame]:
        """Decode a packet; where another part of the file begins, first finish the last one."""
        if packet is not None and packet.is_keyframe and self._picture.part_s > self._part_s:
            self._part_s = self._picture.part_s
            yield from self._decode(None)
            self._picture.stream.codec_context.flush_buffers()
        yield from self._decode(packet)

    def _decode(self, packet: "Packet[Any] | None") -> list[VideoFrame]:
        try:
            return self._picture.stream.decode(packet)
        except av.error.FFmpegError:
            # One damaged packet: the frame before it stays until the next good one.
            return []

    # Jumping

    def _jump_before(self, limit_s: float) -> None:
        """Decode again from a keyframe from which the frame at a time can be reached."""
        for back_s in (0.0, *_BACK_S):
            if limit_s - back_s <= 0:
                break
            self._seek(limit_s - back_s)
            if self._decode_next() and self._run[0].time_s <= limit_s:
                return
        self._seek(0.0)
        if self._decode_next() and self._run[0].time_s == self._first_s:
            return
        self._picture.reopen()
        self._set_skipping()
        self._restart(0)

    def _jump_ahead(self, limit_s: float) -> bool:
        key_s = self._key_before(limit_s)
        if key_s is None or not self._run or key_s <= self._run[-1].time_s:
            return False
        self._jump_before(limit_s)
        return True

    def _seek(self, time_s: float) -> None:
        ticks = self._origin + int(max(time_s, 0.0) / self._tick_s)
        self._picture.seek(ticks)
        self._set_skipping()
        self._restart(self._n_guessed)

    def _restart(self, n_guessed: int) -> None:
        self._run.clear()
        self._frames = self._decoded(n_guessed)
        self._part_s = -math.inf
        self._has_gaps = self._skips

    def _key_before(self, time_s: float) -> float | None:
        ticks = self._origin + int(max(time_s, 0.0) / self._tick_s)
        key = self._scout.keyframe_before(ticks)
        return None if key is None else (key - self._origin) * self._tick_s
