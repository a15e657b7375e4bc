"""The track database: the user's own (SQLite, WAL) and the bundled one (read-only)."""
