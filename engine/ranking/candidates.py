"""All tracks that can be ranked, with their embeddings."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from engine.errors import InputError
from engine.library.embeddings import Vectors
from engine.library.library import Library
from engine.library.tracks import Origin, Track
from engine.ranking.estimates import estimate_vectors
from engine.translation import tr

if TYPE_CHECKING:
    from engine.music.features import MusicFeatures


@dataclass(frozen=True, slots=True)
class Candidates:
    """Tracks with their embeddings.

    Attributes:
        tracks: n of them, all ready.
        vectors: float32 (n, d), of length 1, deconfounded.
        libraries: where their features are stored, by the origin of the tracks.
        n_outdated: tracks that wait for an analysis or embedding; their vectors are estimates.
    """

    tracks: tuple[Track, ...]
    vectors: npt.NDArray[np.float32]
    libraries: Mapping[Origin, Library]
    n_outdated: int = 0

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
    """Return every ready track of the libraries.

    A track without a vector gets an estimate: another version analysed it, or it isn't embedded
    for a new pack yet.

    Args:
        libraries: bundled first.
        embeddings: returns the ids and vectors of a library's tracks in the pack's space.
        below: only tracks whose files are in this folder.

    Raises:
        InputError: when there are tracks, but none has a vector.
    """
    tracks: list[Track] = []
    outdated: list[Track] = []
    blocks: list[npt.NDArray[np.float32]] = []
    by_origin: dict[Origin, Library] = {}
    for library in libraries:
        by_origin[library.origin] = library
        ids, vectors = embeddings(library)
        rows = {int(track_id): row for row, track_id in enumerate(ids)}
        # Read after the vectors: a track removed between the two reads isn't listed.
        ready = [
            track
            for track in library.tracks.all()
            if track.file.state == "ready" and (below is None or below in track.path.parents)
        ]
        embedded = [track for track in ready if track.file.id in rows]
        outdated += [track for track in ready if track.file.id not in rows]
        if embedded:
            tracks += embedded
            blocks.append(vectors[[rows[track.file.id] for track in embedded]])
    if outdated and not tracks:
        raise InputError(
            tr("All of your music was analysed by another version of Soundbed."),
            remedy=tr("Analyse it again with: soundbed library rescan"),
        )
    matrix = np.concatenate(blocks) if blocks else np.zeros((0, 0), np.float32)
    if outdated:
        estimates = estimate_vectors(
            [track.profile for track in tracks], matrix, [track.profile for track in outdated]
        )
        matrix = np.concatenate([matrix, estimates])
    return Candidates((*tracks, *outdated), matrix, by_origin, len(outdated))
