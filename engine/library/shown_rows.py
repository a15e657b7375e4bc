"""Rows of tracks as they are shown: with the user's edits and the genre that the file states.

The view `shown_tracks` puts them together; what a scan and the analysis wrote stays in `tracks`.
"""

import sqlite3
from typing import Final

import msgspec

from engine.encoders.profile import Profile
from engine.library.stated_profile import stated_profile

EDITABLE: Final = ("title", "artist", "album", "genre", "moods")
SHOWN_EXTRAS: Final = "genre_tag, edited_genre, edited_moods, edited_fields"
"""Columns that `stated_profile_of` and `edited_fields_of` need besides `profile`."""
UNEDITED: Final = (
    "(SELECT *, NULL AS genre_tag, NULL AS edited_genre, NULL AS edited_moods, "
    "0 AS edited_fields FROM tracks)"
)
"""The tracks as the scan and the analysis wrote them, to be selected from."""


def source_of(connection: sqlite3.Connection) -> str:
    """Return what to select tracks from, for what is shown; the bundled library has no edits."""
    row = connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'shown_tracks'").fetchone()
    return UNEDITED if row is None else "shown_tracks"


def stated_profile_of(row: sqlite3.Row) -> Profile:
    """Return the profile of a row.

    Raises:
        ValueError, RecursionError: when it isn't a profile.
    """
    profile = Profile() if row["profile"] is None else Profile.from_json(row["profile"])
    moods = row["edited_moods"]
    return stated_profile(
        profile,
        row["genre_tag"],
        row["edited_genre"],
        None if moods is None else msgspec.json.decode(moods, type=tuple[str, ...]),
    )


def edited_fields_of(row: sqlite3.Row) -> frozenset[str]:
    """Return which fields of a row the user edited, some of `EDITABLE`."""
    bits = row["edited_fields"]
    return frozenset(name for number, name in enumerate(EDITABLE) if bits >> number & 1)
