"""The schema of the track database as numbered steps; `PRAGMA user_version` holds the number."""

import sqlite3
from pathlib import Path

from engine.errors import LibraryError, LibraryFromFuture
from engine.library.snapshots import Snapshots
from engine.translation import tr

# "SBED": marks the file as a Soundbed library.
APPLICATION_ID = 0x53424544

# A released step is never edited: a change is a further step.
MIGRATIONS: tuple[tuple[str, ...], ...] = (
    (
        """CREATE TABLE folders (
            id INTEGER PRIMARY KEY,
            path BLOB NOT NULL UNIQUE,
            path_text TEXT NOT NULL,
            added_at TEXT NOT NULL
        )""",
        """CREATE TABLE tracks (
            id INTEGER PRIMARY KEY,
            folder_id INTEGER REFERENCES folders(id) ON DELETE CASCADE,
            path BLOB NOT NULL UNIQUE,
            path_text TEXT NOT NULL,
            content_hash TEXT,
            size_bytes INTEGER NOT NULL,
            modified_ns INTEGER NOT NULL,
            state TEXT NOT NULL CHECK (state IN ('ready', 'offline', 'failed')),
            message TEXT NOT NULL DEFAULT '',
            title TEXT NOT NULL,
            artist TEXT,
            album TEXT,
            licence TEXT,
            url TEXT,
            duration_s REAL NOT NULL DEFAULT 0,
            features_version TEXT,
            features BLOB,
            profile_pack TEXT,
            profile TEXT,
            CHECK (state != 'ready' OR (features IS NOT NULL AND content_hash IS NOT NULL))
        )""",
        "CREATE INDEX tracks_by_hash ON tracks(content_hash)",
        "CREATE INDEX tracks_by_size ON tracks(size_bytes)",
        """CREATE TABLE excluded (
            folder_id INTEGER NOT NULL REFERENCES folders(id) ON DELETE CASCADE,
            path BLOB NOT NULL,
            PRIMARY KEY (folder_id, path)
        ) WITHOUT ROWID""",
        """CREATE TABLE embeddings (
            track_id INTEGER NOT NULL REFERENCES tracks(id) ON DELETE CASCADE,
            space TEXT NOT NULL,
            vector BLOB NOT NULL,
            PRIMARY KEY (track_id, space)
        ) WITHOUT ROWID""",
        """CREATE TABLE picks (
            clip_hash TEXT NOT NULL,
            track_hash TEXT NOT NULL,
            track_title TEXT NOT NULL,
            genre_probabilities TEXT NOT NULL,
            picked_at TEXT NOT NULL,
            PRIMARY KEY (clip_hash, track_hash)
        ) WITHOUT ROWID""",
        """CREATE TABLE clips (
            clip_hash TEXT PRIMARY KEY,
            path BLOB NOT NULL,
            path_text TEXT NOT NULL,
            plan TEXT NOT NULL,
            saved_at TEXT NOT NULL
        ) WITHOUT ROWID""",
    ),
    # Form and loop points of the score, `Marks.to_json()`; recordings have none.
    ("ALTER TABLE tracks ADD COLUMN marks TEXT",),
    # Removed rows, so that they can be restored. A column that is added to one of these tables
    # later is added to its removed_ table too.
    (
        "CREATE TABLE removals (id INTEGER PRIMARY KEY AUTOINCREMENT, removed_at TEXT NOT NULL)",
        "CREATE TABLE removed_folders AS SELECT 0 AS removal_id, * FROM folders WHERE 0",
        "CREATE TABLE removed_excluded AS SELECT 0 AS removal_id, * FROM excluded WHERE 0",
        "CREATE TABLE removed_tracks AS SELECT 0 AS removal_id, * FROM tracks WHERE 0",
        "CREATE TABLE removed_embeddings AS SELECT 0 AS removal_id, * FROM embeddings WHERE 0",
    ),
    # Why files can't be used, or only in part; what scans left out; tags before their repair.
    (
        """CREATE TABLE file_checks (
            track_id INTEGER PRIMARY KEY REFERENCES tracks(id) ON DELETE CASCADE,
            reason TEXT NOT NULL,
            found_s REAL,
            claimed_s REAL,
            decoder TEXT NOT NULL
        )""",
        """CREATE TABLE left_out (
            path BLOB PRIMARY KEY,
            path_text TEXT NOT NULL,
            folder_id INTEGER NOT NULL REFERENCES folders(id) ON DELETE CASCADE,
            cause TEXT NOT NULL,
            size_bytes INTEGER NOT NULL,
            modified_ns INTEGER NOT NULL,
            decoder TEXT NOT NULL
        ) WITHOUT ROWID""",
        """CREATE TABLE tags_as_read (
            track_id INTEGER PRIMARY KEY REFERENCES tracks(id) ON DELETE CASCADE,
            tags TEXT NOT NULL
        )""",
        "CREATE TABLE removed_file_checks AS SELECT 0 AS removal_id, * FROM file_checks WHERE 0",
        "CREATE TABLE removed_tags_as_read AS SELECT 0 AS removal_id, * FROM tags_as_read WHERE 0",
    ),
    # The last changes of what ranking needs of tracks. A token is drawn at random for each: a
    # number with its token stands for one state of one library, also after a restored snapshot.
    (
        """CREATE TABLE changes (
            revision INTEGER PRIMARY KEY AUTOINCREMENT,
            token BLOB NOT NULL DEFAULT (randomblob(8)),
            track_id INTEGER NOT NULL
        )""",
        "INSERT INTO changes (track_id) VALUES (0)",
        """CREATE TRIGGER changes_kept AFTER INSERT ON changes BEGIN
            DELETE FROM changes WHERE revision <= NEW.revision - 10000;
        END""",
        # What waits for another pack or version, found without reading all rows.
        """CREATE INDEX tracks_by_version ON tracks(features_version, profile_pack, state)
        WHERE features IS NOT NULL""",
        """CREATE TRIGGER track_added AFTER INSERT ON tracks BEGIN
            INSERT INTO changes (track_id) VALUES (NEW.id);
        END""",
        """CREATE TRIGGER track_changed
        AFTER UPDATE OF id, state, content_hash, duration_s, profile, marks ON tracks BEGIN
            INSERT INTO changes (track_id) VALUES (OLD.id);
            INSERT INTO changes (track_id) SELECT NEW.id WHERE NEW.id != OLD.id;
        END""",
        """CREATE TRIGGER track_removed AFTER DELETE ON tracks BEGIN
            INSERT INTO changes (track_id) VALUES (OLD.id);
        END""",
        """CREATE TRIGGER embedding_added AFTER INSERT ON embeddings BEGIN
            INSERT INTO changes (track_id) VALUES (NEW.track_id);
        END""",
        """CREATE TRIGGER embedding_changed AFTER UPDATE ON embeddings BEGIN
            INSERT INTO changes (track_id) VALUES (NEW.track_id);
        END""",
        """CREATE TRIGGER embedding_removed AFTER DELETE ON embeddings BEGIN
            INSERT INTO changes (track_id) VALUES (OLD.track_id);
        END""",
    ),
    # When the system saw each file change last: it notices files that were replaced by others of
    # the same size and time.
    (
        """CREATE TABLE file_changes (
            track_id INTEGER PRIMARY KEY REFERENCES tracks(id) ON DELETE CASCADE,
            changed_ns INTEGER NOT NULL
        )""",
    ),
    # Favourites, hidden tracks, shortlists; the clips of picks; a taste that was set by hand.
    (
        # The columns in the order of the key: else SQLite's quick_check takes values for NULL.
        """CREATE TABLE decisions (
            kind TEXT NOT NULL CHECK (kind IN ('favourite', 'hidden')),
            track_hash TEXT NOT NULL,
            PRIMARY KEY (kind, track_hash)
        ) WITHOUT ROWID""",
        """CREATE TABLE shortlists (
            clip_hash TEXT NOT NULL,
            position INTEGER NOT NULL,
            track_hash TEXT NOT NULL,
            PRIMARY KEY (clip_hash, position),
            UNIQUE (clip_hash, track_hash)
        ) WITHOUT ROWID""",
        "ALTER TABLE picks ADD COLUMN clip_path BLOB",
        "ALTER TABLE picks ADD COLUMN counts_for_taste INTEGER NOT NULL DEFAULT 1",
        """UPDATE picks SET clip_path =
            (SELECT path FROM clips WHERE clips.clip_hash = picks.clip_hash)""",
        """CREATE TABLE own_taste (
            genre TEXT PRIMARY KEY,
            share REAL NOT NULL
        ) WITHOUT ROWID""",
    ),
    # Changes of what is searched and sorted by are changes, too.
    (
        "DROP TRIGGER track_changed",
        """CREATE TRIGGER track_changed
        AFTER UPDATE OF id, path, state, content_hash, title, artist, album, licence, duration_s,
        profile, marks ON tracks BEGIN
            INSERT INTO changes (track_id) VALUES (OLD.id);
            INSERT INTO changes (track_id) SELECT NEW.id WHERE NEW.id != OLD.id;
        END""",
    ),
    # The folders whose scan was begun and isn't complete.
    (
        """CREATE TABLE unfinished_scans (
            folder_id INTEGER PRIMARY KEY REFERENCES folders(id) ON DELETE CASCADE,
            begun_at TEXT NOT NULL
        )""",
    ),
    # What users say about tracks in place of the files, and the genres that files state, both by
    # content hash; tracks as they are shown.
    (
        """CREATE TABLE track_edits (
            content_hash TEXT PRIMARY KEY,
            title TEXT,
            artist TEXT,
            album TEXT,
            genre TEXT,
            moods TEXT
        ) WITHOUT ROWID""",
        """CREATE TABLE genre_tags (
            content_hash TEXT PRIMARY KEY,
            genre_tag TEXT NOT NULL
        ) WITHOUT ROWID""",
        """CREATE VIEW shown_tracks AS SELECT
            tracks.id, folder_id, path, path_text, tracks.content_hash, size_bytes, modified_ns,
            state, message,
            coalesce(track_edits.title, tracks.title) AS title,
            nullif(coalesce(track_edits.artist, tracks.artist), '') AS artist,
            nullif(coalesce(track_edits.album, tracks.album), '') AS album,
            licence, url, duration_s, features_version, features, profile_pack, profile, marks,
            genre_tag, genre AS edited_genre, moods AS edited_moods,
            (track_edits.title IS NOT NULL) + 2 * (track_edits.artist IS NOT NULL)
            + 4 * (track_edits.album IS NOT NULL) + 8 * (genre IS NOT NULL)
            + 16 * (moods IS NOT NULL) AS edited_fields
            FROM tracks
            LEFT JOIN track_edits ON track_edits.content_hash = tracks.content_hash
            LEFT JOIN genre_tags ON genre_tags.content_hash = tracks.content_hash""",
        """CREATE TRIGGER edit_added AFTER INSERT ON track_edits BEGIN
            INSERT INTO changes (track_id) SELECT id FROM tracks
            WHERE content_hash = NEW.content_hash;
        END""",
        """CREATE TRIGGER edit_removed AFTER DELETE ON track_edits BEGIN
            INSERT INTO changes (track_id) SELECT id FROM tracks
            WHERE content_hash = OLD.content_hash;
        END""",
        """CREATE TRIGGER genre_tag_added AFTER INSERT ON genre_tags BEGIN
            INSERT INTO changes (track_id) SELECT id FROM tracks
            WHERE content_hash = NEW.content_hash;
        END""",
        """CREATE TRIGGER genre_tag_changed AFTER UPDATE ON genre_tags BEGIN
            INSERT INTO changes (track_id) SELECT id FROM tracks
            WHERE content_hash = NEW.content_hash;
        END""",
    ),
    # What was last asked for in the list of each clip.
    (
        """CREATE TABLE clip_queries (
            clip_hash TEXT PRIMARY KEY,
            query TEXT NOT NULL,
            saved_at TEXT NOT NULL
        ) WITHOUT ROWID""",
    ),
)
# The bundled library is never migrated; reading its tracks needs the tables of this step.
BUNDLED_SCHEMA = 2


def migrate(
    connection: sqlite3.Connection,
    path: Path,
    migrations: tuple[tuple[str, ...], ...] = MIGRATIONS,
    *,
    with_snapshot: bool = True,
) -> None:
    """Migrate the database to the newest schema.

    Args:
        connection: to the database.
        path: its file.
        migrations: all steps.
        with_snapshot: keep a snapshot of an older schema.

    Raises:
        LibraryFromFuture: when its schema is newer than this program's.
        LibraryError: when the file is another program's database.
    """
    if check_version(connection, path, migrations) == len(migrations):
        return
    connection.execute("BEGIN IMMEDIATE")
    try:
        # Another process may have migrated while this one waited for the lock.
        version = check_version(connection, path, migrations)
        if with_snapshot and 0 < version < len(migrations):
            # Under the lock: two processes that start at once would write one snapshot.
            Snapshots(path).take("update")
        for statements in migrations[version:]:
            for statement in statements:
                connection.execute(statement)
        connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        connection.execute(f"PRAGMA user_version = {len(migrations)}")
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise


def check_version(
    connection: sqlite3.Connection,
    path: Path,
    migrations: tuple[tuple[str, ...], ...] = MIGRATIONS,
) -> int:
    """Return the schema number of the file: 0 when it is new.

    Raises:
        LibraryFromFuture: when its schema is newer than this program's.
        LibraryError: when the file is another program's database.
    """
    version = int(connection.execute("PRAGMA user_version").fetchone()[0])
    owner = int(connection.execute("PRAGMA application_id").fetchone()[0])
    n_tables = int(connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0])
    if owner != APPLICATION_ID and (owner or version or n_tables):
        raise LibraryError(
            tr("this is the database of another program, not a Soundbed library."),
            path=path,
            remedy=tr("Move it to another place, then try again."),
        )
    if version > len(migrations):
        raise LibraryFromFuture(
            tr("this library was written by a newer Soundbed."),
            path=path,
            remedy=tr(
                "Update Soundbed, or restore a snapshot (on the command line: "
                "soundbed library snapshots)."
            ),
        )
    return version
