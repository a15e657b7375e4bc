"""The audio files behind the tracks: what a scan compares, and what it writes."""

import os
import sqlite3
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from engine.encoders.profile import Profile
from engine.errors import display_path
from engine.library.marks import Marks
from engine.library.scan import FoundFile
from engine.library.tracks import COLUMNS, FILE_COLUMNS, State, TrackFile, file_of, parts_of
from engine.media.tags import Tags


@dataclass(frozen=True, slots=True)
class AnalysedFile:
    """All that the library keeps of one audio file that could be analysed.

    Attributes:
        file: where it lies, with its length and the version of `features`.
        tags: title (or else the file's name), artist, album, licence and web address.
        profile: derived from the features.
        features: `MusicFeatures.to_bytes()`.
        profile_pack: the pack behind `profile`.
        marks: the form of the music; None without a score.
    """

    file: TrackFile
    tags: Tags
    profile: Profile
    features: bytes
    profile_pack: str
    marks: Marks | None = None


def known_files(connection: sqlite3.Connection) -> tuple[TrackFile, ...]:
    """Return what the library knows of all files."""
    rows = connection.execute(f"SELECT {FILE_COLUMNS} FROM tracks ORDER BY id")
    return tuple(file_of(row, "own") for row in rows)


def analysed_file(connection: sqlite3.Connection, track_id: int) -> AnalysedFile | None:
    """Return all that is kept of an analysed file; None where there is no such track."""
    row = connection.execute(
        f"SELECT {COLUMNS}, features, profile_pack FROM tracks "
        "WHERE id = ? AND features IS NOT NULL",
        (track_id,),
    ).fetchone()
    if row is None:
        return None
    tags, profile, marks = parts_of(row)
    return AnalysedFile(
        file_of(row, "own"), tags, profile, row["features"], row["profile_pack"], marks
    )


def store_analysed(
    connection: sqlite3.Connection, folder_id: int | None, analysed: AnalysedFile
) -> int:
    """Write an analysed file, replacing what was known of its path; return the track's number.

    Embeddings of a file whose bytes changed go, so that they are made again from the new features.
    """
    file = analysed.file
    raw = os.fsencode(file.path)
    row = connection.execute("SELECT id FROM tracks WHERE path = ?", (raw,)).fetchone()
    if row is not None:
        connection.execute("DELETE FROM embeddings WHERE track_id = ?", (row["id"],))
    values = {
        "folder_id": folder_id,
        "path": raw,
        "path_text": raw.decode("utf-8", "replace"),
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
    return _upsert(connection, values)


def store_failed(
    connection: sqlite3.Connection, folder_id: int, file: FoundFile, message: str
) -> int:
    """Write that a file can't be used and why; features of an earlier version stay."""
    raw = os.fsencode(file.path)
    values = {
        "folder_id": folder_id,
        "path": raw,
        "path_text": raw.decode("utf-8", "replace"),
        "size_bytes": file.size_bytes,
        "modified_ns": file.modified_ns,
        "state": "failed",
        "message": message,
        "title": file.path.name.encode("utf-8", "surrogateescape").decode("utf-8", "replace"),
    }
    return _upsert(connection, values)


def set_state(connection: sqlite3.Connection, track_ids: list[int], state: State) -> None:
    """Mark tracks as ready again or as offline; a failed one stays failed."""
    connection.executemany(
        "UPDATE tracks SET state = ? WHERE id = ? AND state != 'failed'",
        ((state, track_id) for track_id in track_ids),
    )


def touch(connection: sqlite3.Connection, track_id: int, modified_ns: int) -> None:
    """Remember a new time of change of a file whose bytes are the same; it is ready."""
    connection.execute(
        "UPDATE tracks SET modified_ns = ?, state = 'ready', message = '' WHERE id = ?",
        (modified_ns, track_id),
    )


def move(
    connection: sqlite3.Connection, track_id: int, folder_id: int, path: Path, modified_ns: int
) -> None:
    """Give a track the new place of its file."""
    raw = os.fsencode(path)
    connection.execute("DELETE FROM tracks WHERE path = ? AND id != ?", (raw, track_id))
    connection.execute(
        "UPDATE tracks SET path = ?, path_text = ?, folder_id = ?, modified_ns = ?, "
        "state = 'ready', message = '' WHERE id = ?",
        (raw, raw.decode("utf-8", "replace"), folder_id, modified_ns, track_id),
    )


def copy(
    connection: sqlite3.Connection,
    source_id: int,
    folder_id: int,
    path: Path,
    modified_ns: int,
) -> int:
    """Add a second file with the bytes of a known one, analysis and embeddings included."""
    raw = os.fsencode(path)
    connection.execute("DELETE FROM tracks WHERE path = ?", (raw,))
    kept = (
        "content_hash, size_bytes, title, artist, album, licence, url, duration_s, "
        "features_version, features, profile_pack, profile, marks"
    )
    cursor = connection.execute(
        f"INSERT INTO tracks (folder_id, path, path_text, modified_ns, state, {kept}) "
        f"SELECT ?, ?, ?, ?, 'ready', {kept} FROM tracks WHERE id = ?",
        (folder_id, raw, raw.decode("utf-8", "replace"), modified_ns, source_id),
    )
    track_id = int(cursor.lastrowid or 0)
    connection.execute(
        "INSERT INTO embeddings (track_id, space, vector) "
        "SELECT ?, space, vector FROM embeddings WHERE track_id = ?",
        (track_id, source_id),
    )
    return track_id


def _upsert(connection: sqlite3.Connection, values: Mapping[str, object]) -> int:
    names = ", ".join(values)
    marks = ", ".join(f":{name}" for name in values)
    changes = ", ".join(f"{name} = excluded.{name}" for name in values if name != "path")
    row = connection.execute(
        f"INSERT INTO tracks ({names}) VALUES ({marks}) "
        f"ON CONFLICT (path) DO UPDATE SET {changes} RETURNING id",
        values,
    ).fetchone()
    return int(row["id"])
