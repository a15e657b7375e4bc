"""The library as stories and the window use it: any thread may call it, one writes at a time."""

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from engine.encoders.profile import Profile
from engine.errors import LibraryError
from engine.library import embeddings, files, folders, history
from engine.library.database import Database
from engine.library.files import AnalysedFile
from engine.library.folders import Folder
from engine.library.history import Pick
from engine.library.scan import FoundFile
from engine.library.tracks import COLUMNS, Origin, State, Track, TrackFile, track_of
from engine.paths import bundled_library_dir, user_library
from engine.translation import tr

if TYPE_CHECKING:
    from engine.music.features import MusicFeatures

_BATCH = 64


class Library:
    """Tracks with their features and embeddings, and what the user decided.

    Args:
        database: where they are kept.
        origin: what its tracks are called: "bundled" or "own".
    """

    def __init__(self, database: Database, origin: Origin) -> None:
        self.database = database
        self.origin: Origin = origin
        # Bundled paths are relative, so that the package may be installed anywhere.
        self._base = database.path.parent if origin == "bundled" else None

    @classmethod
    def open(cls, path: Path | None = None) -> "Library":
        """Open the user's library, making it when it is missing.

        Raises:
            LibraryError: when it is damaged, or newer than this program.
        """
        return cls(Database(path or user_library()), "own")

    @classmethod
    def open_bundled(cls, folder: Path | None = None) -> "Library":
        """Open the bundled library, read-only, wherever the package lies.

        Raises:
            LibraryError: when it is missing or damaged.
        """
        path = (folder or bundled_library_dir()) / "library.sqlite"
        return cls(Database(path, read_only=True), "bundled")

    @property
    def path(self) -> Path:
        """The database file."""
        return self.database.path

    # Tracks

    def tracks(self) -> tuple[Track, ...]:
        """Return all tracks in the order of their numbers, failed and offline ones too."""
        with self.database.reading() as connection:
            rows = connection.execute(f"SELECT {COLUMNS} FROM tracks ORDER BY id").fetchall()
        return tuple(track_of(row, self.origin, self._base) for row in rows)

    def track(self, track_id: int) -> Track:
        """Return one track.

        Raises:
            LibraryError: when no track has this number.
        """
        with self.database.reading() as connection:
            row = connection.execute(
                f"SELECT {COLUMNS} FROM tracks WHERE id = ?", (track_id,)
            ).fetchone()
        if row is None:
            raise self._no_track(track_id)
        return track_of(row, self.origin, self._base)

    def features(self, track_id: int) -> "MusicFeatures":
        """Return the stored features of a track.

        Raises:
            LibraryError: when there is no such track, or it was never analysed.
        """
        from engine.music.features import MusicFeatures

        with self.database.reading() as connection:
            row = connection.execute(
                "SELECT features FROM tracks WHERE id = ?", (track_id,)
            ).fetchone()
        if row is None or row["features"] is None:
            raise self._no_track(track_id)
        return MusicFeatures.from_bytes(row["features"])

    def n_by_state(self) -> dict[State, int]:
        """Return how many tracks are ready, offline and failed."""
        counts: dict[State, int] = {"ready": 0, "offline": 0, "failed": 0}
        with self.database.reading() as connection:
            for row in connection.execute("SELECT state, count(*) AS n FROM tracks GROUP BY state"):
                counts[row["state"]] = row["n"]
        return counts

    def genres(self) -> frozenset[str]:
        """Return the genres that its tracks have."""
        with self.database.reading() as connection:
            rows = connection.execute(
                "SELECT DISTINCT json_extract(profile, '$.genre') AS genre FROM tracks "
                "WHERE profile IS NOT NULL"
            ).fetchall()
        return frozenset(row["genre"] for row in rows if row["genre"])

    # Embeddings

    def embeddings(self, space: str) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.float32]]:
        """Return the ids (n,) and unit vectors (n, d) of all ready tracks in one space."""
        with self.database.reading() as connection:
            return embeddings.load(connection, space)

    def embed_missing(
        self,
        space: str,
        versions: Iterable[str],
        embed: "Callable[[MusicFeatures], npt.NDArray[np.float32]]",
        report: Callable[[int, int], None],
    ) -> int:
        """Embed every analysed track that has no vector in the space, from its stored features.

        Args:
            space: the embedding space of the active pack.
            versions: the feature versions that the pack reads.
            embed: features → vector (d,).
            report: called with how many are done and how many there are.

        Returns:
            How many were embedded.
        """
        with self.database.reading() as connection:
            ids = embeddings.missing(connection, space, versions)
        for start in range(0, len(ids), _BATCH):
            report(start, len(ids))
            batch = ids[start : start + _BATCH]
            vectors = [(track_id, embed(self.features(track_id))) for track_id in batch]
            with self.database.writing() as connection:
                embeddings.store(connection, space, vectors)
        return len(ids)

    def store_embeddings(
        self, space: str, vectors: Iterable[tuple[int, npt.NDArray[np.float32]]]
    ) -> None:
        """Keep the vectors of tracks in one space, replacing older ones."""
        with self.database.writing() as connection:
            embeddings.store(connection, space, vectors)

    # Folders and files

    def folders(self) -> tuple[Folder, ...]:
        """Return the added folders."""
        with self.database.reading() as connection:
            return folders.all_folders(connection)

    def add_folder(self, path: Path) -> Folder:
        """Add a folder, or return the added one that holds it already."""
        with self.database.writing() as connection:
            return folders.add_folder(connection, path)

    def remove_folder(self, path: Path) -> int:
        """Forget an added folder and its tracks; return how many there were.

        Raises:
            InputError: when it isn't one of those added.
        """
        with self.database.writing() as connection:
            return folders.remove_folder(connection, path)

    def remove_track(self, track_id: int) -> str:
        """Forget one track for good; return its title.

        Raises:
            InputError: when no track has this number.
        """
        with self.database.writing() as connection:
            return folders.remove_track(connection, track_id)

    def excluded(self, folder: Folder) -> frozenset[bytes]:
        """Return the paths that the user removed by hand from a folder."""
        with self.database.reading() as connection:
            return folders.excluded(connection, folder.id)

    def known_files(self) -> tuple[TrackFile, ...]:
        """Return what the library remembers of all files."""
        with self.database.reading() as connection:
            return files.known_files(connection)

    def store_analysed(self, folder_id: int | None, analysed: AnalysedFile) -> int:
        """Write an analysed file; return its track's number."""
        with self.database.writing() as connection:
            return files.store_analysed(connection, folder_id, analysed)

    def analysed_file(self, track_id: int) -> AnalysedFile:
        """Return all that is kept of an analysed file.

        Raises:
            LibraryError: when there is no such track, or it was never analysed.
        """
        with self.database.reading() as connection:
            found = files.analysed_file(connection, track_id)
        if found is None:
            raise self._no_track(track_id)
        return found

    def put_folder(
        self,
        path: Path,
        space: str,
        rows: Iterable[tuple[AnalysedFile, npt.NDArray[np.float32] | None]],
        replaces: Iterable[Path] = (),
    ) -> Folder:
        """Add a folder whose tracks are analysed already, in one transaction.

        Args:
            path: the folder.
            space: of the embeddings.
            rows: each file with its embedding, where it has one.
            replaces: added folders that are forgotten for it.
        """
        with self.database.writing() as connection:
            for old in replaces:
                folders.remove_folder(connection, old)
            folder = folders.add_folder(connection, path)
            for analysed, vector in rows:
                track_id = files.store_analysed(connection, folder.id, analysed)
                if vector is not None:
                    embeddings.store(connection, space, [(track_id, vector)])
        return folder

    def store_failed(self, folder_id: int, file: FoundFile, message: str) -> int:
        """Write that a file can't be used and why; return its track's number."""
        with self.database.writing() as connection:
            return files.store_failed(connection, folder_id, file, message)

    def set_state(self, track_ids: list[int], state: State) -> None:
        """Mark tracks as ready again or as offline; a failed one stays failed."""
        with self.database.writing() as connection:
            files.set_state(connection, track_ids, state)

    def touch(self, track_id: int, modified_ns: int) -> None:
        """Remember a new time of change of a file whose bytes are the same."""
        with self.database.writing() as connection:
            files.touch(connection, track_id, modified_ns)

    def move(self, track_id: int, folder_id: int, path: Path, modified_ns: int) -> None:
        """Give a track the new place of its file."""
        with self.database.writing() as connection:
            files.move(connection, track_id, folder_id, path, modified_ns)

    def copy(self, source_id: int, folder_id: int, path: Path, modified_ns: int) -> int:
        """Add a second file with the bytes of a known one; return its track's number."""
        with self.database.writing() as connection:
            return files.copy(connection, source_id, folder_id, path, modified_ns)

    def reprofile(
        self, pack: str, version: str, profile: "Callable[[MusicFeatures], Profile]"
    ) -> int:
        """Derive again, from the stored features, every profile of another pack; return how many.

        Args:
            pack: the profile pack now in use.
            version: of the features that it reads.
            profile: features → profile.
        """
        with self.database.reading() as connection:
            rows = connection.execute(
                "SELECT id FROM tracks WHERE features IS NOT NULL AND features_version = ? "
                "AND profile_pack IS NOT ?",
                (version, pack),
            ).fetchall()
        for start in range(0, len(rows), _BATCH):
            batch = [
                (profile(self.features(row["id"])).to_json(), pack, row["id"])
                for row in rows[start : start + _BATCH]
            ]
            with self.database.writing() as connection:
                connection.executemany(
                    "UPDATE tracks SET profile = ?, profile_pack = ? WHERE id = ?", batch
                )
        return len(rows)

    # What the user decided

    def add_pick(self, clip_hash: str, track: Track) -> None:
        """Remember that the user chose a track, bundled or own, for a clip."""
        with self.database.writing() as connection:
            history.add_pick(connection, clip_hash, track)

    def remove_pick(self, clip_hash: str, track_hash: str) -> None:
        """Forget a choice."""
        with self.database.writing() as connection:
            history.remove_pick(connection, clip_hash, track_hash)

    def picks(self) -> tuple[Pick, ...]:
        """Return all picks, the oldest first."""
        with self.database.reading() as connection:
            return history.picks(connection)

    def save_plan(self, clip_hash: str, clip: Path, plan_json: str) -> None:
        """Keep the plan of a clip."""
        with self.database.writing() as connection:
            history.save_plan(connection, clip_hash, clip, plan_json)

    def load_plan(self, clip_hash: str) -> str | None:
        """Return the plan of a clip as JSON, None when there is none."""
        with self.database.reading() as connection:
            return history.load_plan(connection, clip_hash)

    def _no_track(self, track_id: int) -> LibraryError:
        return LibraryError(
            tr("the library has no analysed track number {number}.").format(number=track_id),
            path=self.path,
            remedy=tr("Look for its file again with: soundbed library rescan"),
        )


def available_libraries() -> tuple[Library, ...]:
    """Return the bundled library and the user's own, each when it is there, in this order.

    Raises:
        LibraryError: when one is there but can't be used.
    """
    found = []
    if (bundled_library_dir() / "library.sqlite").exists():
        found.append(Library.open_bundled())
    if user_library().exists():
        found.append(Library.open())
    return tuple(found)
