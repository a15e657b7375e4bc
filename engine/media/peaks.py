"""The peaks of a file's sound, for drawing its waveform."""

from pathlib import Path

import numpy as np
import numpy.typing as npt

from engine.media.waveform import read_blocks
from engine.progress import Progress
from engine.translation import tr

PEAKS_PER_S = 100
# That of most clips, which then needs no conversion.
_RATE_HZ = 48_000
_COLUMN_SAMPLES = _RATE_HZ // PEAKS_PER_S

Peaks = npt.NDArray[np.int8]


def read_peaks(path: Path, progress: Progress) -> Peaks:
    """Return the lowest and highest sample of each hundredth of a second.

    Args:
        path: a music file, or a clip with sound; time zero as in `read_blocks`.
        progress: may cancel.

    Returns:
        int8 (n, 2), 127 is full scale; the last pair may cover less.

    Raises:
        MediaError: when there is no sound to read.
        Cancelled: when the user stopped it.
    """
    found = []
    for block in read_blocks(path, _RATE_HZ, 1):
        progress.step(tr("Reading the waveform"), round(block.start_s))
        mono = block.samples[:, 0]
        n_missing = -len(mono) % _COLUMN_SAMPLES
        columns = np.pad(mono, (0, n_missing), mode="edge").reshape(-1, _COLUMN_SAMPLES)
        extremes = np.stack((columns.min(axis=1), columns.max(axis=1)), axis=1)
        found.append(np.round(np.clip(extremes, -1, 1) * 127).astype(np.int8))
    return np.concatenate(found)
