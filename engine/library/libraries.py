"""The bundled library and the user's own, as one."""

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from engine.library.embeddings import Vectors
from engine.library.library import BUNDLED_NAME, Library
from engine.library.tracks import Origin, Track
from engine.paths import bundled_library_dir, user_library

if TYPE_CHECKING:
    from engine.encoders.matching import MatchingPack
    from engine.music.features import MusicFeatures

# Two packs are compared at most; 10,000 tracks in each take 10 MB.
_MAX_SPACES = 2


class Libraries:
    """The bundled library and the user's own, as far as they exist; opened for each call.

    Kept for a session, it embeds the bundled tracks for another matching pack only once.
    """

    def __init__(self) -> None:
        self._embedded: dict[str, Vectors] = {}

    def available(self) -> tuple[Library, ...]:
        """Return those that exist, the bundled one first.

        Raises:
            LibraryError: when one exists but can't be used.
        """
        found = []
        if (bundled_library_dir() / BUNDLED_NAME).exists():
            found.append(Library.open_bundled())
        if user_library().exists():
            found.append(Library.open())
        return tuple(found)

    def of(self, origin: Origin) -> Library:
        """Return the library of an origin; the user's own is created when it is missing.

        Raises:
            LibraryError: when it can't be used.
        """
        return Library.open_bundled() if origin == "bundled" else Library.open()

    def tracks(self) -> tuple[Track, ...]:
        """Return all tracks, the bundled ones first."""
        return tuple(track for library in self.available() for track in library.tracks.all())

    def find(self, path: Path) -> Track | None:
        """Return the ready track of an audio file, None when no library has it."""
        for library in self.available():
            track = library.tracks.at(path)
            if track is not None and track.file.state == "ready":
                return track
        return None

    def features(self, track: Track) -> "MusicFeatures":
        """Return the stored features of a bundled or an own track.

        Raises:
            LibraryError: when it was removed.
        """
        return self.of(track.file.origin).tracks.features(track.file.id)

    def embeddings(self, library: Library, pack: "MatchingPack") -> Vectors:
        """Return the ids (n,) and unit vectors (n, d) of a library's ready tracks.

        The bundled library can't be written: its tracks are embedded here for another pack, and
        those vectors are kept.
        """
        stored = library.embeddings.load(pack.space)
        if len(stored[0]) or not library.database.read_only:
            return stored
        if pack.space not in self._embedded:
            while len(self._embedded) >= _MAX_SPACES:
                self._embedded.pop(next(iter(self._embedded)), None)
            ready = [track for track in library.tracks.all() if track.file.state == "ready"]
            vectors = [
                pack.embed_music(library.tracks.features(track.file.id), track.profile).vector
                for track in ready
            ]
            self._embedded[pack.space] = (
                np.asarray([track.file.id for track in ready], np.int64),
                np.asarray(vectors, np.float32),
            )
        return self._embedded[pack.space]
