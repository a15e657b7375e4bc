"""The embeddings that are stored of the tracks of a library."""

import numpy as np
import numpy.typing as npt

from engine.library.library import Library


def stored_vectors(
    library: Library, space: str
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.float32]]:
    """Return the ids (n,) and vectors (n, d) of the ready tracks that have one in a space."""
    # Small libraries are read in one part.
    ((tracks, rows),) = library.columns(space)
    rows = rows[tracks.is_embedded[rows]]
    return tracks.ids[rows], tracks.vectors[rows]
