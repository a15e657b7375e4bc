"""The audio files behind the tracks: what a scan compares, and what it writes."""

import json
import os
import sqlite3
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from engine.encoders.profile import Profile
from engine.errors import display_path
from engine.library.database import Database
from engine.library.file_checks import FileChecks
from engine.library.folders import Folders
from engine.library.marks import Marks
from engine.library.reasons import FileCheck
from engine.library.scan import FoundFile
from engine.library.shown_rows import UNEDITED
from engine.library.tracks import (
    COLUMNS,
    FILE_COLUMNS,
    TAG_NAMES,
    State,
    TrackFile,
    file_of,
    no_track,
    parts_of,
)
from engine.media.tags import Tags


@dataclass(frozen=True, slots=True)
class AnalysedFile:
    """All that the library stores of one analysed audio file.

    Attributes:
        file: its place, its length and the version of `features`.
        tags: title (or else the file's name), artist, album, licence and web address.
        profile: derived from the features.
        features: `MusicFeatures.to_bytes()`.
        profile_pack: the pack behind `profile`.
        marks: the form of the music; None without a score.
        check: what is wrong with the file, which can be used all the same; None for nothing.
        genre_tag: the genre that the file states, as it is; "" for none.
    """

    file: TrackFile
    tags: Tags
    profile: Profile
    features: bytes
    profile_pack: str
    marks: Marks | None = None
    check: FileCheck | None = None
    genre_tag: str = ""


@dataclass(frozen=True, slots=True)
class Files:
    """The files in one database."""

    database: Database

    def known(self) -> tuple[TrackFile, ...]:
        """Return what the library knows of all files, in the order of their numbers."""
        with self.database.reading() as connection:
            rows = connection.execute(f"SELECT {FILE_COLUMNS} FROM tracks ORDER BY id").fetchall()
        return tuple(file_of(row, "own") for row in rows)

    def known_paths(self) -> frozenset[bytes]:
        """Return the paths of all files that are tracks, were removed, or were left out."""
        with self.database.reading() as connection:
            rows = connection.execute(
                "SELECT path FROM tracks UNION SELECT path FROM excluded "
                "UNION SELECT path FROM left_out"
            )
            return frozenset(row["path"] for row in rows)

    def of_other_version(self, features_version: str) -> tuple[TrackFile, ...]:
        """Return usable files whose features are of another version, by their numbers."""
        with self.database.reading() as connection:
            rows = connection.execute(
                f"SELECT {FILE_COLUMNS} FROM tracks WHERE features IS NOT NULL AND "
                "(features_version < :version OR features_version > :version) "
                "AND state != 'failed' ORDER BY id",
                {"version": features_version},
            ).fetchall()
        return tuple(file_of(row, "own") for row in rows)

    def analysed(self, track_id: int) -> AnalysedFile:
        """Return all that is stored of an analysed file.

        Raises:
            LibraryError: when there is no such track, or it was never analysed.
        """
        with self.database.reading() as connection:
            row = connection.execute(
                f"SELECT {COLUMNS}, features, profile_pack FROM {UNEDITED} "
                "WHERE id = ? AND features IS NOT NULL",
                (track_id,),
            ).fetchone()
        if row is None:
            raise no_track(self.database, track_id)
        tags, profile, marks = parts_of(row)
        return AnalysedFile(
            file=file_of(row, "own"),
            tags=tags,
            profile=profile,
            features=row["features"],
            profile_pack=row["profile_pack"],
            marks=marks,
            check=FileChecks(self.database).of(track_id),
        )

    def store(self, folder_id: int | None, analysed: AnalysedFile) -> int:
        """Store an analysed file, replacing what was known of its path; return its track's number.

        What is wrong with it and its genre tag are stored by `FileChecks` and `GenreTags`. Its
        embeddings are deleted: they are made again from the new features.

        Args:
            folder_id: an added folder that the file is in, or was when it was found; None for a
                file in no folder.
            analysed: the file.

        Raises:
            RemovedMeanwhile: when the folder, or the file by itself, was removed.
        """
        file = analysed.file
        values = {
            **_path_columns(file.path),
            "content_hash": file.content_hash,
            "size_bytes": file.size_bytes,
            "modified_ns": file.modified_ns,
            "state": "ready",
            "message": "",
            **asdict(analysed.tags),
            "title": analysed.tags.title or display_path(file.path.stem),
            "duration_s": file.duration_s,
            "features_version": file.features_version,
            "features": analysed.features,
            "profile_pack": analysed.profile_pack,
            "profile": analysed.profile.to_json(),
            "marks": None if analysed.marks is None else analysed.marks.to_json(),
        }
        with self.database.writing() as connection:
            connection.execute(
                "DELETE FROM embeddings WHERE track_id IN (SELECT id FROM tracks WHERE path = ?)",
                (os.fsencode(file.path),),
            )
            place = None if folder_id is None else self._place(file.path)
            return _upsert(connection, {"folder_id": place, **values})

    def renew(self, track_id: int, analysed: AnalysedFile) -> bool:
        """Store a new analysis of the same bytes; tags, marks and embeddings stay.

        Returns:
            Whether it was stored: not when the track was removed or its file changed meanwhile.
        """
        values = {
            "id": track_id,
            "hash": analysed.file.content_hash,
            "duration_s": analysed.file.duration_s,
            "features_version": analysed.file.features_version,
            "features": analysed.features,
            "profile_pack": analysed.profile_pack,
            "profile": analysed.profile.to_json(),
        }
        with self.database.writing() as connection:
            cursor = connection.execute(
                "UPDATE tracks SET duration_s = :duration_s, features_version = :features_version, "
                "features = :features, profile_pack = :profile_pack, profile = :profile, "
                "state = 'ready', message = '' WHERE id = :id AND content_hash = :hash",
                values,
            )
        return cursor.rowcount == 1

    def note(self, track_id: int, message: str) -> None:
        """Store why a new analysis of a track failed; it stays as it is."""
        with self.database.writing() as connection:
            connection.execute("UPDATE tracks SET message = ? WHERE id = ?", (message, track_id))

    def store_failed(self, file: FoundFile, message: str) -> int:
        """Store that a file can't be used and why; features of an earlier version stay.

        Returns:
            Its track's number.

        Raises:
            RemovedMeanwhile: when its folder, or the file by itself, was removed.
        """
        values = {
            **_path_columns(file.path),
            "size_bytes": file.size_bytes,
            "modified_ns": file.modified_ns,
            "state": "failed",
            "message": message,
            "title": display_path(file.path.name),
        }
        with self.database.writing() as connection:
            return _upsert(connection, {"folder_id": self._place(file.path), **values})

    def mark(self, files: Iterable[TrackFile], state: State) -> None:
        """Mark files as ready again or as offline; a failed or moved one stays as it is."""
        with self.database.writing() as connection:
            connection.executemany(
                "UPDATE tracks SET state = ? WHERE id = ? AND path = ? AND state != 'failed'",
                ((state, file.id, os.fsencode(file.path)) for file in files),
            )

    def touch(self, known: TrackFile, modified_ns: int) -> None:
        """Store a new time of change of a file whose bytes are the same; it is ready."""
        with self.database.writing() as connection:
            connection.execute(
                "UPDATE tracks SET modified_ns = ?, state = 'ready', message = '' "
                "WHERE id = ? AND path = ? AND content_hash = ?",
                (modified_ns, known.id, os.fsencode(known.path), known.content_hash),
            )

    def changes(self) -> dict[int, int]:
        """Return when the system saw each file change last, as far as scans noted it."""
        with self.database.reading() as connection:
            return dict(
                connection.execute("SELECT track_id, changed_ns FROM file_changes").fetchall()
            )

    def note_changes(self, changes: Iterable[tuple[int, int]]) -> None:
        """Store when the system saw files change, by the numbers of their tracks."""
        seen = dict(changes)
        with self.database.reading() as connection:
            # Only these: it is called for each file of a scan.
            rows = connection.execute(
                "SELECT track_id, changed_ns FROM file_changes "
                "WHERE track_id IN (SELECT value FROM json_each(?))",
                (json.dumps(list(seen)),),
            ).fetchall()
        known = {row["track_id"]: row["changed_ns"] for row in rows}
        new = [(changed_ns, track_id) for track_id, changed_ns in seen.items()
               if known.get(track_id) != changed_ns]  # fmt: skip
        if new:
            with self.database.writing() as connection:
                connection.executemany(
                    "INSERT OR REPLACE INTO file_changes (track_id, changed_ns) "
                    "SELECT id, ? FROM tracks WHERE id = ?",
                    new,
                )

    def move(self, known: TrackFile, file: FoundFile) -> None:
        """Give a track the new place of its file.

        Raises:
            RemovedMeanwhile: when the track is no longer there, or the new place isn't part of
                the library.
        """
        with self.database.writing() as connection:
            self._require(connection, known)
            values = {"folder_id": self._place(file.path), "modified_ns": file.modified_ns}
            connection.execute(
                "DELETE FROM tracks WHERE path = ? AND id != ?", (os.fsencode(file.path), known.id)
            )
            connection.execute(
                "UPDATE tracks SET path = :path, path_text = :path_text, folder_id = :folder_id, "
                "modified_ns = :modified_ns, state = 'ready', message = '' WHERE id = :id",
                {"id": known.id, **values, **_path_columns(file.path)},
            )

    def copy(self, known: TrackFile, file: FoundFile) -> int:
        """Add a second file with the bytes of a known one, analysis and embeddings included.

        Returns:
            Its track's number.

        Raises:
            RemovedMeanwhile: when the known one is no longer there, or the new place isn't part
                of the library.
        """
        kept = (
            f"content_hash, size_bytes, {', '.join(TAG_NAMES)}, duration_s, features_version, "
            "features, profile_pack, profile, marks"
        )
        with self.database.writing() as connection:
            self._require(connection, known)
            values = {"source": known.id, "folder_id": self._place(file.path)}
            connection.execute("DELETE FROM tracks WHERE path = ?", (os.fsencode(file.path),))
            cursor = connection.execute(
                f"INSERT INTO tracks (folder_id, path, path_text, modified_ns, state, {kept}) "
                f"SELECT :folder_id, :path, :path_text, :modified_ns, 'ready', {kept} "
                "FROM tracks WHERE id = :source",
                {"modified_ns": file.modified_ns, **values, **_path_columns(file.path)},
            )
            track_id = int(cursor.lastrowid or 0)
            connection.execute(
                "INSERT INTO embeddings (track_id, space, vector) "
                "SELECT ?, space, vector FROM embeddings WHERE track_id = ?",
                (track_id, known.id),
            )
        return track_id

    def _place(self, path: Path) -> int:
        return Folders(self.database).place_of(path).id

    def _require(self, connection: sqlite3.Connection, known: TrackFile) -> None:
        """Raise RemovedMeanwhile unless the track still has the file and the bytes."""
        row = connection.execute(
            "SELECT 1 FROM tracks WHERE id = ? AND path = ? AND content_hash = ?",
            (known.id, os.fsencode(known.path), known.content_hash),
        ).fetchone()
        if row is None:
            raise no_track(self.database, known.id)

    def outdated_profiles(self, pack: str, feature_version: str) -> list[int]:
        """Return the ids of tracks with such features whose profile another pack made."""
        with self.database.reading() as connection:
            rows = connection.execute(
                "SELECT id FROM tracks WHERE features IS NOT NULL AND features_version = ? "
                "AND profile_pack IS NOT ? ORDER BY state != 'ready', id",
                (feature_version, pack),
            ).fetchall()
        return [row["id"] for row in rows]

    def has_outdated_profiles(self, pack: str, feature_version: str) -> bool:
        """Return whether `outdated_profiles` would return any, without reading all rows."""
        # Each condition is one place in the index.
        parts = " UNION ALL ".join(
            f"SELECT 1 FROM tracks WHERE features IS NOT NULL AND features_version = :version "
            f"AND profile_pack {condition}"
            for condition in ("IS NULL", "< :pack", "> :pack")
        )
        with self.database.reading() as connection:
            values = {"version": feature_version, "pack": pack}
            return connection.execute(f"{parts} LIMIT 1", values).fetchone() is not None

    def store_profiles(self, pack: str, profiles: Iterable[tuple[int, Profile]]) -> None:
        """Store the profiles that a pack made of tracks."""
        with self.database.writing() as connection:
            connection.executemany(
                "UPDATE tracks SET profile = ?, profile_pack = ? WHERE id = ?",
                ((profile.to_json(), pack, track_id) for track_id, profile in profiles),
            )


def _path_columns(path: Path) -> dict[str, object]:
    raw = os.fsencode(path)
    return {"path": raw, "path_text": raw.decode("utf-8", "replace")}


def _upsert(connection: sqlite3.Connection, values: Mapping[str, object]) -> int:
    names = ", ".join(values)
    places = ", ".join(f":{name}" for name in values)
    changes = ", ".join(f"{name} = excluded.{name}" for name in values if name != "path")
    row = connection.execute(
        f"INSERT INTO tracks ({names}) VALUES ({places}) "
        f"ON CONFLICT (path) DO UPDATE SET {changes} RETURNING id",
        values,
    ).fetchone()
    return int(row["id"])
