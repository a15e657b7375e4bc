"""All tracks that can be ranked, with their embeddings."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from engine.library.embeddings import Vectors
from engine.library.library import Library
from engine.library.tracks import Origin, Track

if TYPE_CHECKING:
    from engine.music.features import MusicFeatures


@dataclass(frozen=True, slots=True)
class Candidates:
    """Tracks with their embeddings.

    Attributes:
        tracks: n of them, all ready.
        vectors: float32 (n, d), of length 1, deconfounded.
        libraries: where their features are stored, by the origin of the tracks.
    """

    tracks: tuple[Track, ...]
    vectors: npt.NDArray[np.float32]
    libraries: Mapping[Origin, Library]

    def __post_init__(self) -> None:
        if len(self.tracks) != len(self.vectors):
            raise ValueError("there must be as many vectors as tracks")

    def features(self, index: int) -> "MusicFeatures":
        """Return the stored features of one candidate."""
        file = self.tracks[index].file
        return self.libraries[file.origin].tracks.features(file.id)

    def subset(self, indexes: Sequence[int]) -> "Candidates":
        """Return the candidates of the given indexes, in their order."""
        return Candidates(
            tuple(self.tracks[index] for index in indexes),
            self.vectors[np.asarray(indexes, np.int64)],
            self.libraries,
        )


def gather(
    libraries: Iterable[Library],
    embeddings: Callable[[Library], Vectors],
    below: Path | None = None,
) -> Candidates:
    """Return every ready track of the libraries that has a vector in the pack's space.

    Args:
        libraries: bundled first.
        embeddings: returns the ids and vectors of a library's tracks in that space.
        below: only tracks whose files are in this folder.
    """
    tracks: list[Track] = []
    blocks: list[npt.NDArray[np.float32]] = []
    by_origin: dict[Origin, Library] = {}
    for library in libraries:
        by_origin[library.origin] = library
        ids, vectors = embeddings(library)
        by_id = {track.file.id: track for track in library.tracks.all()}
        # A track removed between the two reads has no row any more.
        kept = [
            row
            for row, track_id in enumerate(ids)
            if (track := by_id.get(int(track_id))) is not None
            and (below is None or below in track.path.parents)
        ]
        if kept:
            tracks += [by_id[int(ids[row])] for row in kept]
            blocks.append(vectors[kept])
    matrix = np.concatenate(blocks) if blocks else np.zeros((0, 0), np.float32)
    return Candidates(tuple(tracks), matrix, by_origin)
