"""STORY: a clip or a track → the waveform that a timeline draws of it."""

import io
import logging
from pathlib import Path

import numpy as np

from engine.errors import ExportError
from engine.files import write_bytes
from engine.limits import READING_PEAKS
from engine.media.peaks import Peaks, read_peaks
from engine.media.worker import run_isolated
from engine.paths import cache_dir
from engine.progress import Progress

_log = logging.getLogger(__name__)
# Entries of 36 kB for a track, 3 MB for a clip of four hours.
_MAX_ENTRIES = 300


def waveform(path: Path, content_hash: str, progress: Progress) -> Peaks:
    """Return the peaks of a file's sound, using the cached ones of the same bytes.

    It is decoded in a separate process, which a broken file may crash.

    Args:
        path: a clip with sound, or a track.
        content_hash: of the file's bytes; "" where it isn't known, and then nothing is cached.
        progress: may cancel.

    Returns:
        int8 (n, 2), lowest and highest sample of each hundredth of a second.

    Raises:
        MediaError: when there is no sound to read.
        Cancelled: when the user stopped it.
    """
    entry = cache_dir() / "waveforms" / f"{content_hash}.npy" if content_hash else None
    peaks = None if entry is None else _load(entry)
    if peaks is None:
        peaks = run_isolated(read_peaks, path, path=path, limits=READING_PEAKS, progress=progress)
        if entry is not None:
            _store(entry, peaks)
    return peaks


def _load(entry: Path) -> Peaks | None:
    try:
        peaks = np.load(io.BytesIO(entry.read_bytes()), allow_pickle=False)
        entry.touch()
    except FileNotFoundError:
        return None
    except (OSError, ValueError, EOFError) as error:
        _log.info("a cached waveform can't be used: %s: %s", entry, error)
        return None
    is_usable = peaks.dtype == np.int8 and peaks.ndim == 2 and peaks.shape[1] == 2
    return peaks if is_usable else None


def _store(entry: Path, peaks: Peaks) -> None:
    buffer = io.BytesIO()
    np.save(buffer, peaks, allow_pickle=False)
    try:
        write_bytes(entry, buffer.getvalue())
        entries = sorted(entry.parent.glob("*.npy"), key=lambda path: path.stat().st_mtime)
        for oldest in entries[:-_MAX_ENTRIES]:
            oldest.unlink(missing_ok=True)
    except (ExportError, OSError) as error:
        _log.info("a waveform isn't cached: %s", error)
