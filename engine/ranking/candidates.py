"""All tracks that can be ranked now, with their vectors in the pack's space."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from engine.library.library import Library
from engine.library.tracks import Track

if TYPE_CHECKING:
    from engine.encoders.student import StudentPack
    from engine.music.features import MusicFeatures


@dataclass(frozen=True, slots=True)
class Candidates:
    """Tracks side by side with their embeddings.

    Args:
        tracks: n of them, all ready.
        vectors: float32 (n, d), of length 1, deconfounded.
        libraries: (n,), where the features of each lie.
    """

    tracks: tuple[Track, ...]
    vectors: npt.NDArray[np.float32]
    libraries: tuple[Library, ...]

    def __post_init__(self) -> None:
        if not len(self.tracks) == len(self.vectors) == len(self.libraries):
            raise ValueError("tracks, vectors and libraries must be as many")

    def features(self, index: int) -> "MusicFeatures":
        """Return the stored features of one candidate."""
        return self.libraries[index].features(self.tracks[index].file.id)

    def subset(self, indexes: Sequence[int]) -> "Candidates":
        """Return the candidates of the given indexes, in their order."""
        return Candidates(
            tuple(self.tracks[index] for index in indexes),
            self.vectors[np.asarray(indexes, np.int64)],
            tuple(self.libraries[index] for index in indexes),
        )


def gather(
    libraries: Sequence[Library], pack: "StudentPack", under: Path | None = None
) -> Candidates:
    """Return every ready track of the libraries that has a vector in the pack's space.

    Args:
        libraries: bundled first.
        pack: the matching pack.
        under: only tracks whose files lie in this folder.
    """
    tracks: list[Track] = []
    homes: list[Library] = []
    blocks: list[npt.NDArray[np.float32]] = []
    for library in libraries:
        ids, vectors = _vectors(library, pack)
        by_id = {track.file.id: track for track in library.tracks()}
        # A track removed between the two reads has no row any more.
        kept = [
            row
            for row, track_id in enumerate(ids)
            if (track := by_id.get(int(track_id))) is not None
            and (under is None or under in track.path.parents)
        ]
        if kept:
            tracks += [by_id[int(ids[row])] for row in kept]
            homes += [library] * len(kept)
            blocks.append(vectors[kept])
    matrix = np.concatenate(blocks) if blocks else np.zeros((0, 0), np.float32)
    return Candidates(tuple(tracks), matrix, tuple(homes))


_Vectors = tuple[npt.NDArray[np.int64], npt.NDArray[np.float32]]
_embedded_in_memory: dict[tuple[Path, str], _Vectors] = {}


def _vectors(library: Library, pack: "StudentPack") -> _Vectors:
    ids, vectors = library.embeddings(pack.space)
    if len(ids) or not library.database.read_only:
        return ids, vectors
    # The bundled library can't be written: with another pack its vectors live in memory.
    key = (library.path, pack.space)
    if key not in _embedded_in_memory:
        ready = [track.file.id for track in library.tracks() if track.file.state == "ready"]
        embedded = [pack.embed_music(library.features(track_id)).vector for track_id in ready]
        _embedded_in_memory[key] = (np.asarray(ready, np.int64), np.asarray(embedded, np.float32))
    return _embedded_in_memory[key]
