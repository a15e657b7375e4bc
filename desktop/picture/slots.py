"""Shared memory for finished frames: one process fills its slots, the window paints from them."""

import secrets
from contextlib import suppress
from multiprocessing.shared_memory import SharedMemory

import numpy as np
import numpy.typing as npt

N_SLOTS = 8
# Larger views enlarge this; memory that no frame needs isn't used.
MAX_WIDTH, MAX_HEIGHT = 2560, 1440
_SLOT_BYTES = MAX_WIDTH * MAX_HEIGHT * 4
_HEADER_BYTES = 4096
PREFIX = "soundbed-"


class FrameSlots:
    """Places for a few frames, and three numbers beside them.

    The window writes `released`, the process that decodes writes `n_steps` and `is_busy`; each
    is a single word of memory, so neither waits for the other.

    Args:
        name: of memory that another process has made; None makes new memory.
    """

    def __init__(self, name: str | None = None) -> None:
        self._owns = name is None
        size = _HEADER_BYTES + N_SLOTS * _SLOT_BYTES
        self._memory = SharedMemory(
            name or PREFIX + secrets.token_hex(6), create=self._owns, size=size
        )
        buffer = self._memory.buf
        assert buffer is not None, "it is open"
        self._buffer = buffer
        self._numbers = buffer[:24].cast("q")

    @property
    def name(self) -> str:
        """The name by which another process opens the memory."""
        return self._memory.name

    @property
    def released(self) -> int:
        """The frame that the window shows: slots of earlier ones are free."""
        return self._numbers[0]

    @released.setter
    def released(self, sequence: int) -> None:
        self._numbers[0] = sequence

    @property
    def n_steps(self) -> int:
        """How much has been decoded; it rises as long as the decoder doesn't hang."""
        return self._numbers[1]

    @n_steps.setter
    def n_steps(self, n_steps: int) -> None:
        self._numbers[1] = n_steps

    @property
    def is_busy(self) -> bool:
        """Whether something is being decoded now."""
        return bool(self._numbers[2])

    @is_busy.setter
    def is_busy(self, is_busy: bool) -> None:
        self._numbers[2] = is_busy

    def write(self, slot: int, pixels: npt.NDArray[np.uint32]) -> None:
        """Copy a frame into a slot.

        Args:
            slot: from 0.
            pixels: uint32 (h, w), at most as large as a slot.
        """
        with self.pixels(slot, pixels.size) as memory:
            np.copyto(np.frombuffer(memory, np.uint32).reshape(pixels.shape), pixels)

    def pixels(self, slot: int, n_pixels: int) -> memoryview:
        """Return the memory of a frame; release it before `close`."""
        first = _HEADER_BYTES + slot * _SLOT_BYTES
        return self._buffer[first : first + 4 * n_pixels]

    def close(self) -> None:
        """Give the memory back; its maker deletes it, too."""
        self._numbers.release()
        with suppress(BufferError):
            self._memory.close()
        if self._owns:
            with suppress(FileNotFoundError):
                self._memory.unlink()
