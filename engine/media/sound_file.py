"""Sound in a file that is played while it is still being written, second by second, in any order.

Layout: magic, number of samples (uint64), one byte per block that says whether the block is there,
then the samples, int16 (n, 2), from a multiple of the page size on. The file has its full length
from the start; what isn't written takes no space where the file system allows holes.
"""

import errno
import mmap
import os
import struct
from collections.abc import Iterable
from pathlib import Path

import numpy as np
import numpy.typing as npt

from engine.errors import ExportError, MediaUnreadable
from engine.files import replacing
from engine.translation import tr
from engine.unwritable import data_remedy, reason_of

RATE_HZ = 48_000
BLOCK_SAMPLES = RATE_HZ  # what becomes ready at once
# Music is stored before its level is set, and may be above full scale by this factor.
HEADROOM = 4.0
_SCALE = 32768.0 / HEADROOM
_MAGIC = b"SBSOUND1"
_HEADER = struct.Struct("<8sQ")
_SAMPLE_BYTES = 4

Samples = npt.NDArray[np.float32]
Flags = npt.NDArray[np.bool_]


def create_sound(path: Path, n_samples: int) -> None:
    """Create the file with nothing ready in it.

    Raises:
        ExportError: when the folder can't be written or the disk is full.
    """
    with replacing(path) as beside, beside.open("wb") as file:
        file.write(_HEADER.pack(_MAGIC, n_samples))
        file.truncate(_samples_offset(n_samples) + n_samples * _SAMPLE_BYTES)


class SoundFile:
    """A sound file, open for playing and filling.

    Args:
        path: made by `create_sound`.

    Attributes:
        n_samples: its length.
        ready: bool (n_blocks,), which blocks are there; it changes while another process fills
            the file.

    Raises:
        MediaUnreadable: when the file is gone or damaged.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            with path.open("rb") as file:
                magic, n_samples = _HEADER.unpack(file.read(_HEADER.size))
                offset = _samples_offset(n_samples)
                if magic != _MAGIC or path.stat().st_size != offset + n_samples * _SAMPLE_BYTES:
                    raise ValueError("not a sound file")
                mapped = np.memmap(file, np.uint8, "r")
                self._identity = os.fstat(file.fileno())
        except (OSError, ValueError, struct.error) as error:
            raise MediaUnreadable(
                tr("the sound of the preview can't be read."),
                path=path,
                remedy=tr("Select the track again."),
            ) from error
        self.n_samples: int = n_samples
        n_blocks = n_blocks_of(n_samples)
        self.ready: Flags = mapped[_HEADER.size : _HEADER.size + n_blocks].view(np.bool_)
        self._samples = mapped[offset:].view("<i2").reshape(-1, 2)

    @property
    def is_gone(self) -> bool:
        """Whether the file was deleted, or another one has taken its place."""
        try:
            return not os.path.samestat(self.path.stat(), self._identity)
        except OSError:
            return True

    def read(self, places: npt.NDArray[np.int64]) -> Samples:
        """Return samples float32 (n, 2); zeros beyond the ends and where nothing is ready.

        Args:
            places: int64 (n,), which samples.
        """
        sound = np.zeros((len(places), 2), np.float32)
        inside = (places >= 0) & (places < self.n_samples)
        if inside.any():
            inside[inside] = self.ready[places[inside] // BLOCK_SAMPLES]
            sound[inside] = self._samples[places[inside]]
            sound /= _SCALE
        return sound

    def is_ready(self, first: int, last: int) -> bool:
        """Return whether all samples from the first to the last one are there, or outside."""
        first, last = max(min(first, last), 0), min(max(first, last), self.n_samples - 1)
        if first > last:
            return True
        return bool(self.ready[first // BLOCK_SAMPLES : last // BLOCK_SAMPLES + 1].all())

    def missing(self, start_s: float, duration_s: float) -> tuple[int, int] | None:
        """Return the first run of blocks (first, end) that are missing in a part, None if none."""
        first = max(int(start_s * RATE_HZ) // BLOCK_SAMPLES, 0)
        end = -(-round((start_s + duration_s) * RATE_HZ) // BLOCK_SAMPLES)
        wanted = self.ready[first : max(end, first)]
        if wanted.all():
            return None
        start = int(np.argmin(wanted))
        following = wanted[start:]
        n_missing = int(np.argmax(following)) if following.any() else len(following)
        return first + start, first + start + n_missing

    def fill(self, first_block: int, sound: Iterable[Samples]) -> None:
        """Write blocks from one block on.

        Args:
            first_block: the first one.
            sound: float32 (n, 2) each, in sum whole blocks, or up to the end of the sound.

        Raises:
            ExportError: when the disk is full, or another file has taken the place of this one.
        """
        try:
            # Not by the mapping: on a full disk, writing into one kills the process.
            with self.path.open("r+b") as file:
                if not os.path.samestat(os.fstat(file.fileno()), self._identity):
                    # Its blocks would be missing here however often they were written.
                    raise OSError(errno.ESTALE, tr("it was replaced"))
                block, pending = first_block, np.zeros((0, 2), np.float32)
                for samples in sound:
                    pending = np.concatenate((pending, samples))
                    while len(pending) >= (wanted := self._length(block)) > 0:
                        self._write(file.fileno(), block, pending[:wanted])
                        block, pending = block + 1, pending[wanted:]
        except OSError as error:
            raise ExportError(
                tr("the sound of the preview can't be saved ({reason}).").format(
                    reason=reason_of(error)
                ),
                path=self.path,
                remedy=data_remedy(error),
            ) from error

    def _length(self, block: int) -> int:
        return min(BLOCK_SAMPLES, self.n_samples - block * BLOCK_SAMPLES)

    def _write(self, handle: int, block: int, samples: Samples) -> None:
        stored = np.clip(np.rint(samples * _SCALE), -32768, 32767).astype("<i2").tobytes()
        start = _samples_offset(self.n_samples) + block * BLOCK_SAMPLES * _SAMPLE_BYTES
        os.lseek(handle, start, os.SEEK_SET)
        n_written = 0
        while n_written < len(stored):
            n_written += os.write(handle, stored[n_written:])
        # Only once the samples are there.
        os.lseek(handle, _HEADER.size + block, os.SEEK_SET)
        os.write(handle, b"\1")


def n_blocks_of(n_samples: int) -> int:
    """Return how many blocks a sound has; the last one may be shorter."""
    return -(-n_samples // BLOCK_SAMPLES)


def _samples_offset(n_samples: int) -> int:
    n_before = _HEADER.size + n_blocks_of(n_samples)
    return -(-n_before // mmap.ALLOCATIONGRANULARITY) * mmap.ALLOCATIONGRANULARITY
