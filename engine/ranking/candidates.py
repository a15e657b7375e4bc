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
from engine.translation import tr, trn

if TYPE_CHECKING:
    from engine.music.features import MusicFeatures

# Shorter files are sounds and jingles rather than music for a clip.
SHORTEST_RANKED_S = 10.0


@dataclass(frozen=True, slots=True)
class Candidates:
    """Tracks with their embeddings.

    Attributes:
        tracks: n of them, all ready.
        vectors: float32 (n, d), of length 1, deconfounded.
        libraries: where their features are stored, by the origin of the tracks.
        n_outdated: tracks that wait for an analysis or embedding; their vectors are estimates.
        n_short: further tracks, too short to be ranked.
    """

    tracks: tuple[Track, ...]
    vectors: npt.NDArray[np.float32]
    libraries: Mapping[Origin, Library]
    n_outdated: int = 0
    n_short: int = 0

    def __post_init__(self) -> None:
        if len(self.tracks) != len(self.vectors):
            raise ValueError("there must be as many vectors as tracks")

    def features(self, index: int) -> "MusicFeatures":
        """Return the stored features of one candidate."""
        file = self.tracks[index].file
        return self.libraries[file.origin].tracks.features(file.id)

    def notes(self) -> list[str]:
        """Return translated sentences on tracks that aren't ranked like the others."""
        notes = []
        if self.n_outdated:
            notes.append(
                trn(
                    "{n} track waits for a new analysis by this version of Soundbed: its rank is "
                    "estimated from genre and moods. The window analyses it in the background; on "
                    "the command line: soundbed library rescan",
                    "{n} tracks wait for a new analysis by this version of Soundbed: their ranks "
                    "are estimated from genre and moods. The window analyses them in the "
                    "background; on the command line: soundbed library rescan",
                    self.n_outdated,
                ).format(n=self.n_outdated)
            )
        if self.n_short:
            notes.append(
                trn(
                    "{n} track isn't ranked because it is shorter than {seconds:g} s.",
                    "{n} tracks aren't ranked because they are shorter than {seconds:g} s.",
                    self.n_short,
                ).format(n=self.n_short, seconds=SHORTEST_RANKED_S)
            )
        return notes

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
    """Return every ready track of the libraries that is long enough.

    A track without a vector gets an estimate: another version analysed it, or it isn't embedded
    for a new pack yet.

    Args:
        libraries: bundled first.
        embeddings: returns the ids and vectors of a library's tracks in the pack's space.
        below: only tracks whose files are in this folder.

    Raises:
        InputError: when there are tracks, but all are too short or none has a vector.
    """
    tracks: list[Track] = []
    outdated: list[Track] = []
    blocks: list[npt.NDArray[np.float32]] = []
    by_origin: dict[Origin, Library] = {}
    n_short = 0
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
        ranked = [track for track in ready if track.file.duration_s >= SHORTEST_RANKED_S]
        n_short += len(ready) - len(ranked)
        embedded = [track for track in ranked if track.file.id in rows]
        outdated += [track for track in ranked if track.file.id not in rows]
        if embedded:
            tracks += embedded
            blocks.append(vectors[[rows[track.file.id] for track in embedded]])
    if outdated and not tracks:
        raise InputError(
            tr("All of your music was analysed by another version of Soundbed."),
            remedy=tr("Analyse it again with: soundbed library rescan"),
        )
    if n_short and not tracks:
        raise InputError(
            tr("All of this music is shorter than {seconds:g} s, too short for a clip.").format(
                seconds=SHORTEST_RANKED_S
            ),
            remedy=tr("Add longer tracks."),
        )
    matrix = np.concatenate(blocks) if blocks else np.zeros((0, 0), np.float32)
    if outdated:
        estimates = estimate_vectors(
            [track.profile for track in tracks], matrix, [track.profile for track in outdated]
        )
        matrix = np.concatenate([matrix, estimates])
    return Candidates((*tracks, *outdated), matrix, by_origin, len(outdated), n_short)
