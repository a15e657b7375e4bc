"""Embeddings of tracks that no pack can embed yet, estimated from what is stored of them.

A track whose features are of another version has no embedding in the space of the pack in use, but
it has a profile. A ridge regression from the profiles of the embedded tracks to their embeddings
places it among them until it is analysed again.
"""

import numpy as np
import numpy.typing as npt

from engine.library.columns import TrackColumns

Float32Array = npt.NDArray[np.float32]

# By five folds over the bundled library, with measured profiles: the mean cosine of estimate and
# embedding is .77 (of the mean of all embeddings .56), and within .02 of it from 0.3 to 5.
_RIDGE = 2.0


def estimate_vectors(known_tracks: TrackColumns, of: TrackColumns) -> Float32Array:
    """Return estimated embeddings, float32 (m, d) of length 1.

    Args:
        known_tracks: n embedded tracks.
        of: m tracks that aren't.

    Raises:
        ValueError: when there is no embedded track.
    """
    if not len(known_tracks):
        raise ValueError("an estimate needs embedded tracks")
    known, vectors = _numbers(known_tracks), known_tracks.vectors
    centre, mean = known.mean(axis=0), vectors.mean(axis=0, dtype=np.float64)
    known = known - centre
    weights = np.linalg.solve(
        known.T @ known + _RIDGE * np.eye(known.shape[1]), known.T @ (vectors - mean)
    )
    estimated = (_numbers(of) - centre) @ weights + mean
    lengths = np.linalg.norm(estimated, axis=1, keepdims=True)
    return np.asarray(estimated / np.maximum(lengths, 1e-9), np.float32)


def _numbers(tracks: TrackColumns) -> npt.NDArray[np.float64]:
    """Return float64 (n, 30): the axes of wants, tempo, vocals, loudness, mode; 0 if unknown."""
    measured = [
        np.log2(tracks.bpm / 110),
        tracks.vocals,
        (tracks.loudness_lufs + 14) / 6,
        tracks.is_minor.astype(np.float64),
    ]
    return np.column_stack([tracks.axes.astype(np.float64), *(np.nan_to_num(x) for x in measured)])
