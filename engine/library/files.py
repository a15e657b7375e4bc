"""The audio files behind the tracks: what a scan compares, and what it writes."""

import os
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any

from engine.library.tracks import State


@dataclass(frozen=True, slots=True)
class KnownFile:
    """What the library remembers of a file.

    Args:
        track_id: its track.
        path: absolute.
        size_bytes, modified_ns: as they were when the file was last read.
        content_hash: "" when the file couldn't be read.
        state: of its track.
        message: why it failed.
        features_version: version of the stored features, None when there are none.
    """

    track_id: int
    path: Path
    size_bytes: int
    modified_ns: int
    content_hash: str
    state: State
    message: str
    features_version: str | None


@dataclass(frozen=True, slots=True)
class AnalysedFile:
    """All that the library keeps of one audio file that could be analysed.

    Args:
        path: the file; absolute in the user's library, relative to the bundled one.
        size_bytes, modified_ns: as they were before the file was read.
        content_hash: of its bytes.
        title: from the tags, else the file's name.
        artist, album, licence, url: from the tags.
        duration_s: length.
        features_version: version of `features`.
        features: `MusicFeatures.to_bytes()`.
        profile_pack: the pack behind `profile`.
        profile: `Profile.to_json()`.
        marks: `Marks.to_json()`; None without a score.
    """

    path: Path
    size_bytes: int
    modified_ns: int
    content_hash: str
    title: str
    artist: str | None
    album: str | None
    licence: str | None
    url: str | None
    duration_s: float
    features_version: str
    features: bytes
    profile_pack: str
    profile: str
    marks: str | None = None

    def with_texts(self, texts: Mapping[str, str | None]) -> "AnalysedFile":
        """Return the same file with other words for title, artist, album, licence or url."""
        values: dict[str, Any] = dict(texts)
        return replace(self, **values)


_KNOWN = (
    "SELECT id, path, size_bytes, modified_ns, content_hash, state, message, features_version "
    "FROM tracks "
)


def known_files(connection: sqlite3.Connection) -> tuple[KnownFile, ...]:
    """Return what the library remembers of all files."""
    return tuple(
        KnownFile(
            row["id"],
            Path(os.fsdecode(row["path"])),
            row["size_bytes"],
            row["modified_ns"],
            row["content_hash"] or "",
            row["state"],
            row["message"],
            row["features_version"],
        )
        for row in connection.execute(_KNOWN + "ORDER BY id")
    )


def analysed_file(connection: sqlite3.Connection, track_id: int) -> AnalysedFile | None:
    """Return all that is kept of an analysed file; None where there is no such track."""
    names = ", ".join(field.name for field in fields(AnalysedFile))
    row = connection.execute(
        f"SELECT {names} FROM tracks WHERE id = ? AND features IS NOT NULL", (track_id,)
    ).fetchone()
    if row is None:
        return None
    return AnalysedFile(**{**dict(row), "path": Path(os.fsdecode(row["path"]))})


def store_analysed(
    connection: sqlite3.Connection, folder_id: int | None, analysed: AnalysedFile
) -> int:
    """Write an analysed file, replacing what was known of its path; return the track's number.

    Embeddings of a file whose bytes changed go, so that they are made again from the new features.
    """
    raw = os.fsencode(analysed.path)
    row = connection.execute("SELECT id FROM tracks WHERE path = ?", (raw,)).fetchone()
    if row is not None:
        connection.execute("DELETE FROM embeddings WHERE track_id = ?", (row["id"],))
    values = {
        "folder_id": folder_id,
        "path": raw,
        "path_text": raw.decode("utf-8", "replace"),
        "content_hash": analysed.content_hash,
        "size_bytes": analysed.size_bytes,
        "modified_ns": analysed.modified_ns,
        "state": "ready",
        "message": "",
        "title": analysed.title,
        "artist": analysed.artist,
        "album": analysed.album,
        "licence": analysed.licence,
        "url": analysed.url,
        "duration_s": analysed.duration_s,
        "features_version": analysed.features_version,
        "features": analysed.features,
        "profile_pack": analysed.profile_pack,
        "profile": analysed.profile,
        "marks": analysed.marks,
    }
    return _upsert(connection, values)


def store_failed(
    connection: sqlite3.Connection,
    folder_id: int,
    path: Path,
    size_bytes: int,
    modified_ns: int,
    message: str,
) -> int:
    """Write that a file can't be used and why; features of an earlier version stay."""
    raw = os.fsencode(path)
    values = {
        "folder_id": folder_id,
        "path": raw,
        "path_text": raw.decode("utf-8", "replace"),
        "size_bytes": size_bytes,
        "modified_ns": modified_ns,
        "state": "failed",
        "message": message,
        "title": path.name.encode("utf-8", "surrogateescape").decode("utf-8", "replace"),
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
