"""Decodes the clip ahead and shows each frame when it is due; runs in a process of its own."""

import logging
import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from desktop.audio.messages import shared_clock_s
from desktop.picture.messages import Command, Failed, Follow, Open, Reply, Resize, Show, Shown
from desktop.picture.slots import MAX_HEIGHT, MAX_WIDTH, N_SLOTS, FrameSlots
from engine.media.frame_reader import FrameReader, TimedFrame
from engine.media.screen import ScreenConverter

_log = logging.getLogger(__name__)
# The clock may correct itself by this much without a frame being shown twice.
_JITTER_S = 0.1
_JUMP_S = 0.5
# Frames that would be shown for less than this are left out.
_SHORTEST_S = 1 / 90
# A clip that costs too much: frames are left out from the first, then skipped undecoded, at last
# the next keyframe is taken. One frame in this time is shown in any case.
_MOST_REST_S = 0.12
_LATE_S = 0.2
_FAR_BEHIND_S = 1.0
_JUMP_SPACING_S = 0.5
# While something newer is waiting, what has been reached on the way is shown.
_PATIENCE_S = 0.15
_POLL_S = 0.004


@dataclass(frozen=True, slots=True)
class _Ready:
    time_s: float
    slot: int
    size: tuple[int, int]


class Showing:
    """Decodes on one thread and shows on another.

    Args:
        slots: where the frames go.
        send: tells the window; called on both threads.
    """

    def __init__(self, slots: FrameSlots, send: Callable[[Reply], None]) -> None:
        self._slots = slots
        self._send = send
        self._changed = threading.Condition()
        self._closed = False
        # What the window wants.
        self._path: Path | None = None
        self._n_opened = 0
        self._show = Show(0, 0.0)
        self._follow: Follow | None = None
        self._box = (640, 360)
        # Rises with each request that makes frames on the way to earlier ones useless.
        self._epoch = 0
        # What there is; `_epoch_done` is the last epoch that has begun to be shown.
        self._epoch_done = 0
        self._ended = False
        self._ready: deque[_Ready] = deque()
        self._sent: list[tuple[int, int]] = []
        self._sequence = slots.released
        self._shown_at_s = 0.0
        # Of the decoding thread alone.
        self._reader: FrameReader | None = None
        self._converter = ScreenConverter()
        self._n_open = 0
        self._last_s: float | None = None
        self._jumped_at_s = 0.0
        self._threads = [
            threading.Thread(target=self._decode, daemon=True),
            threading.Thread(target=self._present, daemon=True),
        ]
        for thread in self._threads:
            thread.start()

    def obey(self, command: Command) -> None:
        """Do what the window asks."""
        with self._changed:
            if isinstance(command, Resize):
                self._box = (min(command.width, MAX_WIDTH), min(command.height, MAX_HEIGHT))
                if self._follow is None:
                    self._begin()
            elif isinstance(command, Open):
                self._path = command.path
                self._n_opened += 1
                if not (command.continues and self._follow is not None):
                    self._follow = None
                    self._begin()
                self._ended = False
            elif isinstance(command, Show):
                self._show, self._follow = command, None
                self._begin()
            else:
                self._play(command)
            self._changed.notify_all()

    def close(self) -> None:
        """End both threads."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()
        for thread in self._threads:
            thread.join(1.0)

    def _begin(self) -> None:
        self._epoch += 1
        self._ended = False
        self._ready.clear()

    def _play(self, follow: Follow) -> None:
        before, self._follow = self._follow, follow
        if before is None:
            self._begin()
            return
        ahead_s = follow.position_s - before.position_at(follow.time_s)
        if not -_JITTER_S <= ahead_s <= _JUMP_S:
            self._begin()

    # Showing

    def _present(self) -> None:
        with self._changed:
            while not self._closed:
                wait_s = self._present_due()
                self._changed.wait(wait_s)

    def _present_due(self) -> float | None:
        """Show what is due; return after which time the next frame is, None without one."""
        follow = self._follow
        if follow is None or not self._ready:
            return None
        position_s = follow.position_at(shared_clock_s())
        while len(self._ready) > 1 and self._ready[1].time_s <= position_s:
            self._ready.popleft()
        due_s = (self._ready[0].time_s - position_s) / follow.speed
        if due_s > 0:
            return due_s
        self._show_frame(self._ready.popleft(), self._show, is_exact=True)
        self._changed.notify_all()
        return self._present_due()

    def _show_frame(self, ready: _Ready, show: Show, is_exact: bool) -> None:
        self._sequence += 1
        self._sent.append((self._sequence, ready.slot))
        self._shown_at_s = shared_clock_s()
        width, height = ready.size
        self._send(
            Shown(
                self._sequence,
                ready.slot,
                width,
                height,
                ready.time_s,
                show.number,
                is_exact,
            )
        )

    # Decoding

    def _decode(self) -> None:
        while True:
            with self._changed:
                self._slots.is_busy = False
                while not (self._closed or self._has_work()):
                    # The window frees slots without a word.
                    waits_for_slot = self._follow or self._epoch != self._epoch_done
                    self._changed.wait(_POLL_S if waits_for_slot else None)
                if self._closed:
                    break
                self._slots.is_busy = True
                epoch, follow, show = self._epoch, self._follow, self._show
                is_new = epoch != self._epoch_done
                self._epoch_done = epoch
            try:
                self._open()
                if self._reader is None:
                    continue
                if follow is None:
                    self._show_exactly(self._reader, show, epoch)
                else:
                    self._prepare_next(self._reader, is_new, epoch)
            except Exception as error:  # noqa: BLE001 - a strange file may cause any error
                self._fail(error)
        self._close_reader()

    def _has_work(self) -> bool:
        if self._n_open != self._n_opened or self._epoch != self._epoch_done:
            return self._free_slot() is not None
        return (
            self._follow is not None
            and self._reader is not None
            and not self._ended
            and self._free_slot() is not None
        )

    def _free_slot(self) -> int | None:
        released = self._slots.released
        self._sent = [(sequence, slot) for sequence, slot in self._sent if sequence >= released]
        used = {slot for _, slot in self._sent} | {ready.slot for ready in self._ready}
        return next((slot for slot in range(N_SLOTS) if slot not in used), None)

    def _open(self) -> None:
        with self._changed:
            path, number = self._path, self._n_opened
        if number == self._n_open and (self._reader is not None or path is None):
            return
        self._close_reader()
        self._n_open = number
        if path is not None:
            self._reader = FrameReader(path, self._count)
            self._converter = ScreenConverter(self._reader.pixel_aspect)

    def _close_reader(self) -> None:
        if self._reader is not None:
            self._reader.close()
            self._reader = None

    def _count(self) -> None:
        self._slots.n_steps += 1

    def _fail(self, error: Exception) -> None:
        _log.warning("%s", error, exc_info=error)
        self._close_reader()
        with self._changed:
            # The next request tries again.
            self._ended = True
            self._send(Failed(self._show.number, f"{type(error).__name__}: {error}"))

    def _show_exactly(self, reader: FrameReader, show: Show, epoch: int) -> None:
        reader.skip_unreferenced(False)
        started_s = shared_clock_s()

        def hurry() -> bool:
            return self._epoch != epoch and shared_clock_s() - started_s > _PATIENCE_S

        found = reader.frame_at(show.position_s, hurry)
        if found is None:
            raise ValueError("no frame can be decoded")
        for _ in range(abs(show.n_steps)):
            step = reader.frame_after if show.n_steps > 0 else reader.frame_before
            found = step(found.time_s) or found
        self._last_s = found.time_s
        ready = self._convert(found)
        with self._changed:
            if ready is not None:
                self._show_frame(ready, show, is_exact=self._epoch == epoch)

    def _prepare_next(self, reader: FrameReader, is_new: bool, epoch: int) -> None:
        found = self._next_frame(reader, is_new, epoch)
        with self._changed:
            follow = self._follow
            if self._epoch != epoch or follow is None:
                return
            if found is None:
                self._ended = True
                return
        before_s, self._last_s = self._last_s, found.time_s
        now_s = shared_clock_s()
        due_s = (found.time_s - follow.position_at(now_s)) / follow.speed
        lasts_s = (found.time_s - before_s) / follow.speed if before_s is not None else 1.0
        self._catch_up(reader, follow, due_s)
        if self._leaves_out(found, due_s, lasts_s, follow.speed):
            return
        ready = self._convert(found)
        with self._changed:
            if ready is not None and self._epoch == epoch:
                self._ready.append(ready)
                self._changed.notify_all()

    def _next_frame(self, reader: FrameReader, is_new: bool, epoch: int) -> TimedFrame | None:
        if not is_new and self._last_s is not None:
            return reader.frame_after(self._last_s)
        with self._changed:
            follow = self._follow
        if follow is None:
            return None
        position_s = follow.position_at(shared_clock_s())
        found = reader.frame_at(position_s, lambda: self._epoch != epoch)
        if found is not None and found.time_s == self._last_s:
            # It is shown already.
            return reader.frame_after(found.time_s)
        return found

    def _leaves_out(self, found: TimedFrame, due_s: float, lasts_s: float, speed: float) -> bool:
        with self._changed:
            newest_s = self._ready[-1].time_s if self._ready else None
            rested_s = shared_clock_s() - self._shown_at_s
        if newest_s is not None and (found.time_s - newest_s) / speed < _SHORTEST_S:
            return True
        is_over = due_s < -lasts_s
        return is_over and (newest_s is not None or rested_s < _MOST_REST_S)

    def _catch_up(self, reader: FrameReader, follow: Follow, due_s: float) -> None:
        """Decode less while the picture is late."""
        if due_s < -_LATE_S:
            reader.skip_unreferenced(True)
        elif due_s > 0:
            reader.skip_unreferenced(False)
        now_s = shared_clock_s()
        if due_s < -_FAR_BEHIND_S and now_s - self._jumped_at_s > _JUMP_SPACING_S:
            self._jumped_at_s = now_s
            reader.jump_to(follow.position_at(now_s))

    def _convert(self, found: TimedFrame) -> _Ready | None:
        with self._changed:
            box, slot = self._box, self._free_slot()
        if slot is None:
            return None
        size = self._converter.fit(found.frame, box)
        self._slots.write(slot, self._converter.convert(found.frame, size))
        return _Ready(found.time_s, slot, size)
