"""The bundled library and the user's own, as one."""

import logging
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import numpy as np

from engine.errors import LibraryError
from engine.library.columns import ColumnRows, TrackColumns
from engine.library.decided import Decided
from engine.library.library import BUNDLED_NAME, Library
from engine.library.texts import TextCache
from engine.library.tracks import Origin, Track
from engine.paths import bundled_library_dir, user_library
from engine.translation import tr

if TYPE_CHECKING:
    from engine.encoders.matching import MatchingPack
    from engine.music.features import MusicFeatures

T = TypeVar("T")
D = TypeVar("D")
_log = logging.getLogger(__name__)
# A library that can't be used isn't tried again at each call, which may wait for a lock.
_LEFT_OUT_S = 10.0
# Two packs are compared at most; 10,000 tracks in each take 10 MB.
_MAX_SPACES = 2


class Libraries:
    """The bundled library and the user's own, as far as they exist; opened for each call.

    One that can't be used is left out, and `problems` says why: music that can be ranked is
    ranked. Kept for a session, it reads the bundled tracks only once.

    Attributes:
        texts: titles and the like of all tracks, for searching and sorting.
    """

    def __init__(self) -> None:
        self.texts = TextCache()
        self._bundled: dict[str, tuple[ColumnRows, ...]] = {}
        # Until when a library is left out, and why.
        self._left_out: dict[Origin, tuple[float, LibraryError]] = {}

    def available(self) -> tuple[Library, ...]:
        """Return those that exist and can be used, the bundled one first."""
        found = []
        origins: tuple[Origin, ...] = ("bundled", "own")
        for origin in origins:
            until, _ = self._left_out.get(origin, (0.0, None))
            if time.monotonic() < until:
                continue
            self._left_out.pop(origin, None)
            try:
                if _exists(origin):
                    found.append(_open_to_read(origin))
            except LibraryError as error:
                self._leave_out(origin, error)
        return tuple(found)

    def problems(self) -> tuple[str, ...]:
        """Return a translated sentence on each library that exists but is left out."""
        sentences = {
            "bundled": tr("The bundled music is left out: {problem}"),
            "own": tr("Your own music is left out: {problem}"),
        }
        return tuple(
            sentences[origin].format(problem=error)
            for origin, (_, error) in sorted(self._left_out.items())
        )

    def leave_out(self, error: LibraryError) -> None:
        """Leave out the library in which a call has failed, for a while.

        Raises:
            LibraryError: the same error, when it comes from none of those that are used.
        """
        available = {library.database.path: library.origin for library in self.available()}
        known = [origin for path, origin in available.items() if path == error.path]
        # Errors on one track name its file.
        origins = known or [origin for origin in available.values() if origin == "own"]
        if not origins:
            raise error
        self._leave_out(origins[0], error)

    def each(self, query: Callable[[Library], T]) -> list[T]:
        """Return what a query returns for each library; one in which it fails is left out."""
        results = []
        for library in self.available():
            try:
                results.append(query(library))
            except LibraryError as error:
                self._leave_out(library.origin, error)
        return results

    def of_user(self, query: Callable[[Library], T], default: D) -> T | D:
        """Return what a query returns for the user's own library, such as picks and favourites.

        Args:
            query: fails where the library can't be used, which is then left out.
            default: where there is none, or it can't be used.
        """
        for library in self.available():
            if library.origin == "own":
                try:
                    return query(library)
                except LibraryError as error:
                    self._leave_out("own", error)
        return default

    def of(self, origin: Origin) -> Library:
        """Return the library of an origin, to read it.

        Raises:
            LibraryError: when it is missing or can't be used.
        """
        return _open_to_read(origin)

    def tracks(self) -> Iterator[Track]:
        """Yield all tracks, the bundled ones first, without reading all of them at once.

        A library that turns out to be damaged ends where it is, and is left out from then on.
        """
        for library in self.available():
            try:
                yield from library.tracks.each()
            except LibraryError as error:
                self._leave_out(library.origin, error)

    def decided(self) -> Decided:
        """Return what the user decided about tracks, bundled ones included."""
        return self.of_user(_decided, Decided())

    def find(self, path: Path) -> Track | None:
        """Return the ready track of an audio file, None when no library has it."""
        for track in self.each(lambda library: library.tracks.at(path)):
            if track is not None and track.file.state == "ready":
                return track
        return None

    def features(self, track: Track) -> "MusicFeatures":
        """Return the stored features of a bundled or an own track.

        Raises:
            LibraryError: when it was removed.
        """
        return self.of(track.file.origin).tracks.features(track.file.id)

    def retry(self, work: Callable[[], T]) -> T:
        """Return what `work` returns; a library in which it fails is left out the next time.

        Raises:
            LibraryError: when the error comes from none of those that are used.
        """
        while True:
            try:
                return work()
            except LibraryError as error:
                self.leave_out(error)

    def columns(self, library: Library, pack: "MatchingPack") -> tuple[ColumnRows, ...]:
        """Return all ready tracks of a library, as columns with vectors in the pack's space.

        The bundled library can't be written: its tracks are embedded here for another pack, and
        its columns are kept.
        """
        if library.origin != "bundled":
            return library.columns(pack.space)
        found = self._bundled.get(pack.space)
        if found is None:
            parts = library.columns(pack.space)
            found = tuple(
                (tracks if tracks.is_embedded.any() else _embedded(library, tracks, pack), rows)
                for tracks, rows in parts
            )
            while len(self._bundled) >= _MAX_SPACES:
                self._bundled.pop(next(iter(self._bundled)), None)
            self._bundled[pack.space] = found
        return found

    def _leave_out(self, origin: Origin, error: LibraryError) -> None:
        _log.warning("the %s library is left out: %s", origin, error)
        self._left_out[origin] = (time.monotonic() + _LEFT_OUT_S, error)


def _embedded(library: Library, tracks: TrackColumns, pack: "MatchingPack") -> TrackColumns:
    """Return tracks with vectors in the pack's space, made from their stored features."""
    by_id = library.tracks.some(tracks.ids.tolist())
    vectors = [
        pack.embed_music(library.tracks.features(number), by_id[number].profile).vector
        for number in tracks.ids.tolist()
    ]
    return tracks.embedded(np.asarray(vectors, np.float32))


def _decided(library: Library) -> Decided:
    decisions = library.decisions
    return Decided.of(decisions.favourites(), decisions.hidden(), library.picks.tracks())


def _exists(origin: Origin) -> bool:
    # True where the folder can't be read: opening it then says why.
    path = bundled_library_dir() / BUNDLED_NAME if origin == "bundled" else user_library()
    try:
        path.lstat()
    except (FileNotFoundError, NotADirectoryError):
        return False
    except OSError:
        return True
    return True


def _open_to_read(origin: Origin) -> Library:
    return Library.open_bundled() if origin == "bundled" else Library.open_to_read()
