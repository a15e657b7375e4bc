"""Reads finished edits, from a folder or a table, into pairs."""

import csv
import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from engine.encoders.profile import ProfilePack
from engine.errors import MissingStream, TrainingError
from engine.media.probe import VIDEO_SUFFIXES, probe_video
from engine.music.features import MusicFeatures
from engine.music.vector import LAYOUT
from engine.music.vector import VERSION as MUSIC_VERSION
from engine.progress import Progress
from engine.training.data.extraction import extract_usable
from engine.training.data.features_cache import Span, music_features, track_id, video_vector
from engine.training.data.pairs import UNKNOWN_GENRE, PairSet, load_pairs
from engine.translation import tr, trn
from engine.video.clip_features import N_DESCRIPTORS, VIDEO_FEATURES_VERSION

SEGMENT_S = 30.0


@dataclass(frozen=True, slots=True)
class Edit:
    """A finished edit: a clip and the music that somebody put to it.

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


@dataclass(frozen=True, slots=True)
class DescribedEdit:
    """Features of an edit; `track_id` is the same for the same piece of music."""

    video: npt.NDArray[np.float32]
    music: MusicFeatures
    track_id: str


@dataclass(frozen=True, slots=True)
class Reading:
    """Pairs, and the files that could not be used with the reason."""

    pairs: PairSet
    skipped: tuple[tuple[Path, str], ...]


def read_spec(
    spec: Path, cache_folder: Path, progress: Progress, scheduler: str | None = None
) -> Reading:
    """Read pairs from a prepared .npz, a .csv table or a folder of finished edits.

    Raises:
        TrainingError: when it is none of these, or holds no usable edit.
    """
    if spec.suffix.lower() == ".npz":
        return Reading(load_pairs(spec), ())
    if scheduler is not None:
        # Its workers stand in folders of their own.
        spec, cache_folder = spec.absolute(), cache_folder.absolute()
    if spec.suffix.lower() == ".csv":
        edits = read_table(spec)
    elif spec.is_dir():
        edits = list_edits(spec)
    else:
        raise TrainingError(
            tr("This is no folder of edits, no .csv table and no prepared .npz."),
            path=spec,
            remedy=tr("Check the name."),
        )
    return describe_edits(edits, spec, cache_folder, progress, scheduler)


def list_edits(folder: Path) -> list[Edit]:
    """Return one edit for each video of a folder and its subfolders, with its own sound.

    Videos directly in the folder are by one uploader, those of each subfolder by another; what
    lies in a subfolder counts as one source, what lies directly in the folder doesn't.
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

    Paths are relative to the table's folder and stay inside it. An empty track means the clip's
    own sound; without an uploader every clip is by one of its own.

    Raises:
        TrainingError: when the table can't be read, lacks the column, or names a path outside.
    """
    try:
        with table.open(encoding="utf-8-sig", newline="") as file:
            rows = list(csv.DictReader(file))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise TrainingError(
            tr("The table can't be read ({reason}).").format(reason=error),
            path=table,
            remedy=tr("Save it as comma-separated text in UTF-8."),
        ) from error
    if rows and "clip" not in rows[0]:
        raise TrainingError(
            tr("The table has no column “clip”."),
            path=table,
            remedy=tr("Its first line names the columns: clip,track,uploader."),
        )
    edits = []
    for row in rows:
        clip = _inside(table, row["clip"] or "")
        track = (row.get("track") or "").strip()
        uploader = (row.get("uploader") or "").strip() or row["clip"]
        edits.append(Edit(clip, _inside(table, track) if track else None, uploader, uploader))
    return edits


def describe_edits(
    edits: Sequence[Edit],
    spec: Path,
    cache_folder: Path,
    progress: Progress,
    scheduler: str | None = None,
) -> Reading:
    """Return the pairs of all edits that can be used; long edits give several.

    Args:
        edits: what to describe.
        spec: where they come from, for messages.
        cache_folder: of features.
        progress: steps once an edit.
        scheduler: address of a Dask scheduler whose workers describe; None for processes here.

    Raises:
        InputError: when the scheduler can't be reached.
        TrainingError: when none can be used.
    """
    described: dict[Edit, DescribedEdit] = {}
    useless: list[tuple[Edit, str]] = []
    tasks = [(edit, (edit, cache_folder)) for edit in edits]
    for _, found in extract_usable(describe_edit, tasks, progress, scheduler, useless):
        described |= found
    skipped = [(edit.clip, reason) for edit, reason in useless]
    if not described:
        raise TrainingError(
            tr("There is no finished edit that can be used."),
            path=spec,
            remedy=skipped[0][1] if skipped else tr("Put videos with their music there."),
        )
    # Workers finish in any order; the pairs stand in the order of the edits.
    order = {edit.clip: number for number, edit in enumerate(edits)}
    ordered = sorted(described, key=lambda edit: (order[edit.clip], _start_s(edit)))
    origin = trn("{n} finished edit of {name}", "{n} finished edits of {name}", len(edits))
    return Reading(
        assemble(
            [(edit, described[edit]) for edit in ordered],
            ProfilePack.load(),
            origin.format(n=len(edits) - len(skipped), name=spec.name),
        ),
        tuple(skipped),
    )


def describe_edit(edit: Edit, cache_folder: Path) -> dict[Edit, DescribedEdit]:
    """Return the features of an edit, by parts of about half a minute when it is long.

    With a track of its own the clip stays whole: nobody knows which part goes with which.
    """
    spans: list[Span | None] = [None]
    if edit.track is None:
        info = probe_video(edit.clip)
        if info.sound is None:
            raise MissingStream(
                tr("the edit has no sound."),
                path=edit.clip,
                remedy=tr("Name its track in a .csv table, or leave it out."),
            )
        spans = segments(info.duration_s)
    described = {}
    for span in spans:
        part = Edit(edit.clip, edit.track, edit.uploader, edit.source, span)
        sound = edit.track or edit.clip
        described[part] = DescribedEdit(
            video_vector(edit.clip, cache_folder, span),
            music_features(sound, cache_folder, span),
            track_id(sound, span),
        )
    return described


def segments(duration_s: float) -> list[Span | None]:
    """Return equal parts of about `SEGMENT_S`, or None alone for a clip too short to divide."""
    n_parts = math.floor(duration_s / SEGMENT_S + 0.5)
    if n_parts < 2:
        return [None]
    length_s = duration_s / n_parts
    return [Span(number * length_s, length_s) for number in range(n_parts)]


def assemble(
    described: Sequence[tuple[Edit, DescribedEdit]], profile: ProfilePack, origin: str
) -> PairSet:
    """Return described edits as pairs; equal tracks become one."""
    first_with: dict[str, int] = {}
    tracks: list[MusicFeatures] = []
    for _, features in described:
        if features.track_id not in first_with:
            first_with[features.track_id] = len(tracks)
            tracks.append(features.music)
    return PairSet(
        video_vectors=np.stack([features.video for _, features in described]),
        music_vectors=np.stack([track.vector for track in tracks]),
        pairs=np.array(
            [(row, first_with[features.track_id]) for row, (_, features) in enumerate(described)],
            dtype=np.int64,
        ),
        weights=np.ones(len(described), dtype=np.float32),
        uploaders=np.array([edit.uploader for edit, _ in described], dtype=np.str_),
        genres=genre_indexes(tracks, profile),
        sources=np.array([edit.source for edit, _ in described], dtype=np.str_),
        genre_names=profile.genres,
        video_blocks=video_blocks(described[0][1].video),
        music_blocks=MUSIC_BLOCKS,
        video_version=VIDEO_FEATURES_VERSION,
        music_version=MUSIC_VERSION,
        origin=origin,
    )


def genre_indexes(tracks: Sequence[MusicFeatures], profile: ProfilePack) -> npt.NDArray[np.int64]:
    """Return the genre index of each track, -1 where the profile pack is unsure."""
    named = [profile.profile(track).genre for track in tracks]
    return np.array(
        [UNKNOWN_GENRE if genre is None else profile.genres.index(genre) for genre in named],
        dtype=np.int64,
    )


def video_blocks(vector: npt.NDArray[np.float32]) -> tuple[int, ...]:
    """Return the sizes of a video vector's blocks: embeddings, their spread, descriptors."""
    n_embedding = (len(vector) - N_DESCRIPTORS) // 2
    return (n_embedding, n_embedding, N_DESCRIPTORS)


MUSIC_BLOCKS = tuple(part.stop - part.start for part in LAYOUT.values())


def _inside(table: Path, name: str) -> Path:
    folder = table.parent.resolve()
    path = (folder / name).resolve()
    if not name or not path.is_relative_to(folder):
        raise TrainingError(
            tr("The table names a path outside its folder, or none: “{name}”.").format(name=name),
            path=table,
            remedy=tr("Put the table beside the files and name them relative to it."),
        )
    return path


def _start_s(edit: Edit) -> float:
    return edit.span.start_s if edit.span else 0.0
