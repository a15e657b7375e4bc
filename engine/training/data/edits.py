"""Finished edits: which clips there are, who made them, and how they are labelled."""

import csv
import math
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from engine.errors import InputError, TrainingError
from engine.media.probe import VIDEO_SUFFIXES
from engine.training.data.features_cache import Span
from engine.translation import tr


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
    details: "Details" = field(default_factory=lambda: Details())


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
        TrainingError: when the table can't be read, lacks the column, names a path outside, or has
            a date or a number of views that isn't one.
    """
    try:
        with table.open(encoding="utf-8-sig", newline="") as file:
            rows = list(csv.DictReader(file))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise TrainingError(
            tr("the table can't be read ({reason}).").format(reason=error),
            path=table,
            remedy=tr("Save it as comma-separated text in UTF-8."),
        ) from error
    if rows and "clip" not in rows[0]:
        raise TrainingError(
            tr("the table has no column “clip”."),
            path=table,
            remedy=tr("Its first line must name the columns: clip,track,uploader."),
        )
    edits = []
    for row in rows:
        clip = _inside(table, row["clip"] or "")
        track = (row.get("track") or "").strip()
        uploader = (row.get("uploader") or "").strip() or row["clip"]
        sound = _inside(table, track) if track else None
        edits.append(Edit(clip, sound, uploader, uploader, details=_details(table, row)))
    return edits


def _details(table: Path, row: dict[str, str]) -> Details:
    text, date, views = ((row.get(name) or "").strip() for name in ("text", "date", "views"))
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


def read_labels(table: Path) -> dict[str, str]:
    """Return the label of each clip that a .csv table with the columns clip and label names.

    Raises:
        InputError: when the table can't be read, lacks a column, or labels a clip twice.
    """
    try:
        with table.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file)
            columns, rows = reader.fieldnames or (), list(reader)
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise InputError(
            tr("the table can't be read ({reason}).").format(reason=error),
            path=table,
            remedy=tr("Save it as comma-separated text in UTF-8."),
        ) from error
    for column in ("clip", "label"):
        if column not in columns:
            raise InputError(
                tr("the table has no column “{name}”.").format(name=column),
                path=table,
                remedy=tr("Its first line must name the columns: clip,label."),
            )
    labels: dict[str, str] = {}
    for row in rows:
        clip, label = ((row[column] or "").strip() for column in ("clip", "label"))
        if labels.setdefault(clip, label) != label:
            raise InputError(
                tr("the table gives “{clip}” two labels.").format(clip=clip),
                path=table,
                remedy=tr("Remove one of them."),
            )
    return labels


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
