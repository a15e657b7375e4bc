"""Finished edits: which clips there are, who made them, and how they are labelled."""

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path

from engine.errors import InputError, TrainingError, display_path
from engine.media.probe import VIDEO_SUFFIXES
from engine.spreadsheets import read_cells
from engine.training.data.features_cache import Span
from engine.translation import tr

_OPTIONAL = ("track", "uploader", "text", "date", "views")


@dataclass(frozen=True, slots=True)
class Details:
    """What a table may tell of an edit beside its files and its maker.

    Attributes:
        text: what the uploader wrote; "" without a text.
        date_s: when it was made, in seconds since 1970; None when unknown.
        views: how often it was watched; None when unknown.
    """

    text: str = ""
    date_s: float | None = None
    views: float | None = None


@dataclass(frozen=True, slots=True)
class Edit:
    """A finished edit: a clip and the music that somebody chose for it.

    Attributes:
        clip: the video file.
        track: the music file; None for the clip's own sound.
        uploader: who chose the music.
        source: what must stay on one side of a split.
        span: the part of the clip; None for all of it.
        details: what else is known of it.
    """

    clip: Path
    track: Path | None
    uploader: str
    source: str
    span: Span | None = None
    details: Details = field(default_factory=Details)


def list_edits(folder: Path) -> list[Edit]:
    """Return one edit for each video of a folder and its subfolders, with its own sound.

    Videos directly in the folder are by one uploader, those of each subfolder by another. The
    videos of a subfolder are one source; each video directly in the folder is its own source.
    """
    edits = []
    for clip in sorted(folder.rglob("*")):
        inside = clip.relative_to(folder)
        hidden = any(part.startswith(".") for part in inside.parts)
        if hidden or clip.suffix.lower() not in VIDEO_SUFFIXES or not clip.is_file():
            continue
        uploader = inside.parts[0] if len(inside.parts) > 1 else folder.name
        source = uploader if len(inside.parts) > 1 else inside.as_posix()
        edits.append(Edit(clip, None, uploader, source))
    return edits


def read_table(table: Path) -> list[Edit]:
    """Return the edits of a .csv table with the columns clip, track, uploader, text, date, views.

    Paths are relative to the table's folder and must stay inside it. Only `clip` is needed: an
    empty track means the clip's own sound; without an uploader, each clip has its own uploader;
    dates are in ISO 8601.

    Raises:
        InputError: when the table can't be read or lacks the column.
        TrainingError: when it names a path outside, or has a date or a number of views that isn't
            one.
    """
    edits = []
    for clip, track, uploader, text, date, views in read_cells(table, ("clip",), _OPTIONAL):
        sound = _inside(table, track) if track else None
        maker = uploader or clip
        details = _details(table, text, date, views)
        edits.append(Edit(_inside(table, clip), sound, maker, maker, details=details))
    return edits


def _details(table: Path, text: str, date: str, views: str) -> Details:
    try:
        made = datetime.fromisoformat(date) if date else None
        if made is not None and made.tzinfo is None:
            # A table says its dates in one zone; which one doesn't change their order.
            made = made.replace(tzinfo=UTC)
        n_views = float(views) if views else None
        if n_views is not None and not 0 <= n_views < math.inf:
            raise ValueError
    except ValueError as error:
        raise TrainingError(
            tr("the table has a date or a number of views that can't be read: “{text}”.").format(
                text=" ".join((date, views)).strip()[:80]
            ),
            path=table,
            remedy=tr("Write dates as 2026-01-31 or 2026-01-31 18:30, and views as a number."),
        ) from error
    return Details(text, None if made is None else made.timestamp(), n_views)


def read_column(
    table: Path, column: str, folder: Path, clips: Sequence[Path]
) -> tuple[dict[Path, str], tuple[str, ...]]:
    """Return what a .csv table with the columns clip and another one says of a folder's clips.

    The table names a clip by its path within the folder, or by its file name if that is unique.
    Empty cells say nothing.

    Args:
        table: it may be anywhere.
        column: "label" or "uploader".
        folder: of the clips.
        clips: all that the folder has.

    Returns:
        The values by clip, and the names that no clip of the folder has, or several.

    Raises:
        InputError: when the table can't be read, lacks a column, or gives a clip two values,
            perhaps under two names.
    """
    n_named = Counter(clip.name for clip in clips)
    by_name = {clip.name: clip for clip in clips if n_named[clip.name] == 1}
    by_name |= {clip.relative_to(folder).as_posix(): clip for clip in clips}
    found: dict[Path, str] = {}
    unknown: dict[str, str] = {}
    for name, value in read_cells(table, ("clip", column)):
        clip = by_name.get(Path(name).as_posix())
        if clip is None:
            known = unknown[name] = unknown.get(name) or value
        else:
            known = found.setdefault(clip, value) if value else ""
        if value and known != value:
            text = (
                tr("the table gives “{clip}” two labels.")
                if column == "label"
                else tr("the table gives “{clip}” two uploaders.")
            )
            raise InputError(text.format(clip=name), path=table, remedy=tr("Remove one of them."))
    return found, tuple(unknown)


def with_uploaders(
    edits: Sequence[Edit], folder: Path, table: Path
) -> tuple[list[Edit], tuple[tuple[Path, str], ...]]:
    """Return the edits of a folder with the uploaders that a table names.

    Clips that the table doesn't name keep the uploader of their subfolder. The clips of an
    uploader are one source.

    Args:
        edits: from `list_edits`.
        folder: theirs.
        table: see `read_column`.

    Returns:
        The edits, and the clips that only the table knows, with the reason.

    Raises:
        InputError: when the table can't be used, or names no clip of the folder.
    """
    uploader_of, unknown = read_column(table, "uploader", folder, [edit.clip for edit in edits])
    if not uploader_of:
        raise InputError(
            tr("the table names the uploader of no clip in {folder}.").format(
                folder=display_path(folder)
            ),
            path=table,
            remedy=tr("Name clips by their path within the folder, or by their file name."),
        )
    found = [
        replace(edit, uploader=uploader_of[edit.clip], source=uploader_of[edit.clip])
        if edit.clip in uploader_of
        else edit
        for edit in edits
    ]
    reason = tr("no clip of the folder has this name, or several have it.")
    return found, tuple((Path(name), reason) for name in unknown)


def _inside(table: Path, name: str) -> Path:
    folder = table.parent.resolve()
    path = (folder / name).resolve()
    if not name or not path.is_relative_to(folder):
        raise TrainingError(
            tr("the table has an empty path, or one outside its folder: “{name}”.").format(
                name=name
            ),
            path=table,
            remedy=tr("Put the table in the folder with the files, and use paths relative to it."),
        )
    return path
