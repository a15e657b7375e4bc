"""STORY: the user's library → whether it can be used, and today's snapshot of it."""

import logging
import os
import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from engine.errors import LibraryError, display_path
from engine.library.library import Library
from engine.library.snapshots import Snapshots
from engine.library.sqlite_errors import damaged
from engine.library.tracks import TrackFile
from engine.paths import user_library
from engine.stories.reanalyse import outdated_files
from engine.translation import tr, trn

_log = logging.getLogger(__name__)
# A drive on a network may answer slowly; what isn't counted by then isn't said.
_LONGEST_COUNT_S = 10.0


@dataclass(frozen=True, slots=True)
class LibraryHealth:
    """What is known of the user's library.

    Attributes:
        values: what was found, for a bug report.
        problems: translated sentences that say what is wrong and what to do.
        can_restore: whether there is a snapshot.
    """

    values: dict[str, object] = field(default_factory=dict)
    problems: tuple[str, ...] = ()
    can_restore: bool = False


def check_at_start() -> LibraryHealth:
    """Check whether the library can be used, and take today's snapshot of it.

    May take seconds for a large library; called in the background.
    """
    path = user_library()
    if not os.path.lexists(path):
        return LibraryHealth()
    problems: list[str] = []
    try:
        library = Library.open_to_read()
        answer = library.database.integrity(quick=True)
        if answer != "ok":
            raise damaged(path, answer)
        if library.database.read_only or not os.access(path, os.W_OK):
            problems.append(_unwritable(path))
        else:
            Snapshots(path).take_daily()
    except LibraryError as error:
        problems.append(str(error))
    return LibraryHealth({}, tuple(problems), bool(Snapshots(path).all()))


def examine_library() -> LibraryHealth:
    """Check all of the library; nothing is changed but the format of an older one."""
    path, values, problems = user_library(), dict[str, object](), list[str]()
    values["path"] = display_path(path)
    if not os.path.lexists(path):
        values["tracks"] = tr("none yet")
        return LibraryHealth(values)
    snapshots = Snapshots(path).all()
    values["snapshots"] = len(snapshots)
    if snapshots:
        values["newest_snapshot"] = snapshots[0].name
    try:
        values["size_mb"] = round(path.stat().st_size / 1e6, 1)
        library = Library.open_to_read()
        _examine_rows(library, values, problems)
    except (LibraryError, OSError) as error:
        problems.append(str(error))
    return LibraryHealth(values, tuple(problems), bool(snapshots))


def _examine_rows(library: Library, values: dict[str, object], problems: list[str]) -> None:
    database = library.database
    values["integrity"] = answer = database.integrity()
    if answer != "ok":
        problems.append(str(damaged(database.path, answer)))
        return
    values["broken_references"] = n_broken = database.n_broken_references()
    if n_broken:
        problems.append(str(damaged(database.path, tr("rows refer to rows that aren't there"))))
    if database.read_only or not os.access(database.path, os.W_OK):
        problems.append(_unwritable(database.path))
    values.update({str(state): n for state, n in library.tracks.n_by_state().items()})
    values["outdated"] = len(outdated_files(library))
    values["folders"] = [display_path(folder.path) for folder in library.folders.all()]
    values["picks"] = len(library.picks.all())
    values["missing_files"] = n_missing = _n_missing(library.files.known())
    if n_missing:
        problems.append(
            trn(
                "{n} file of your library isn't where it was. Connect its drive, or rescan your "
                "music; on the command line: soundbed library rescan",
                "{n} files of your library aren't where they were. Connect their drive, or rescan "
                "your music; on the command line: soundbed library rescan",
                n_missing,
            ).format(n=n_missing)
        )


def _n_missing(files: Iterable[TrackFile]) -> int:
    until = time.monotonic() + _LONGEST_COUNT_S
    n_missing = 0
    for file in files:
        if time.monotonic() > until:
            break
        n_missing += file.state == "ready" and not os.path.lexists(file.path)
    return n_missing


def _unwritable(path: Path) -> str:
    error = LibraryError(
        tr("your library can be read, but not changed."),
        path=path,
        remedy=tr("Make the file and its folder writable."),
    )
    return str(error)
