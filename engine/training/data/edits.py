"""Finished edits: which clips there are, who made them, and how they are labelled."""

import csv
from dataclasses import dataclass
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
    """

    clip: Path
    track: Path | None
    uploader: str
    source: str
    span: Span | None = None


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
    """Return the edits of a .csv table with the columns clip, track and uploader.

    Paths are relative to the table's folder and must stay inside it. An empty track means the
    clip's own sound; without an uploader, each clip has its own uploader.

    Raises:
        TrainingError: when the table can't be read, lacks the column, or names a path outside.
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
        edits.append(Edit(clip, _inside(table, track) if track else None, uploader, uploader))
    return edits


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
