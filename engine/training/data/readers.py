"""Turns finished edits, from a folder or a table, into pairs with features."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import numpy.typing as npt

from engine.encoders.pack_fingerprints import clip_fingerprint
from engine.encoders.profile import ProfilePack
from engine.encoders.sentences import MAX_CHARACTERS, SentenceEncoder
from engine.encoders.visual import pack_version
from engine.encoders.wants import NEAREST_TASTE_GENRE, TASTE_GENRES
from engine.errors import InputError, MissingStream, TrainingError, display_path
from engine.media.probe import probe_video
from engine.music.features import MusicFeatures
from engine.music.vector import LAYOUT
from engine.music.vector import VERSION as MUSIC_VERSION
from engine.progress import Progress
from engine.training.data.edits import Edit, list_edits, read_table, with_uploaders
from engine.training.data.extraction import Unusable, extract_usable
from engine.training.data.extras import Extras
from engine.training.data.features_cache import (
    FeatureOptions,
    Span,
    music_features,
    note_onsets,
    track_id,
    video_features,
)
from engine.training.data.pairs import UNKNOWN_GENRE, PairSet, load_pairs
from engine.training.data.rhythm import measure_rhythm
from engine.translation import tr, trn
from engine.video.descriptors import N_DESCRIPTORS

SEGMENT_S = 30.0


@dataclass(frozen=True, slots=True)
class DescribedEdit:
    """Features of an edit.

    Attributes:
        video: float32 (D_V,), `VideoFeatures.vector`.
        music: of its track.
        track_id: the same for the same piece of music.
        clip_id: the same for the same file, see `clip_fingerprint`.
        rhythm: float32 (5,), how the rhythm of both fits; a row of `rhythm.Rhythm`.
    """

    video: npt.NDArray[np.float32]
    music: MusicFeatures
    track_id: str
    clip_id: str
    rhythm: npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Reading:
    """What was read from finished edits.

    Attributes:
        pairs: the usable edits.
        skipped: files that could not be used, with the reason.
    """

    pairs: PairSet
    skipped: tuple[tuple[Path, str], ...]


def read_spec(
    spec: Path, features: FeatureOptions, progress: Progress, uploaders: Path | None = None
) -> Reading:
    """Read pairs from a prepared .npz, a .csv table or a folder of finished edits.

    Args:
        spec: the file or folder.
        features: where features are computed and cached.
        progress: steps once an edit.
        uploaders: a .csv table that names the uploaders of a folder's clips, see
            `with_uploaders`.

    Raises:
        InputError: when the table of uploaders can't be used.
        TrainingError: when it is none of these, or has no usable edit.
    """
    if uploaders is not None and not spec.is_dir():
        raise InputError(
            tr("a table of uploaders goes with a folder of edits."),
            path=uploaders,
            remedy=tr("Name the uploaders in the column “uploader” of the table of edits."),
        )
    if spec.suffix.lower() == ".npz":
        prepared = load_pairs(spec)
        prepared.require_pictures(spec)
        return Reading(prepared, ())
    spec = features.reachable(spec)
    unknown: tuple[tuple[Path, str], ...] = ()
    if spec.suffix.lower() == ".csv":
        edits = read_table(spec)
    elif spec.is_dir():
        edits = list_edits(spec)
        if uploaders is not None:
            edits, unknown = with_uploaders(edits, spec, uploaders)
    else:
        raise TrainingError(
            tr("this isn't a folder of edits, a .csv table or a prepared .npz."),
            path=spec,
            remedy=tr("Check the name."),
        )
    reading = describe_edits(edits, spec, features, progress)
    return replace(reading, skipped=reading.skipped + unknown)


def describe_edits(
    edits: Sequence[Edit], spec: Path, features: FeatureOptions, progress: Progress
) -> Reading:
    """Return the pairs of all edits that can be used; a long edit gives several.

    Args:
        edits: what to analyse.
        spec: where they come from, for messages.
        features: where features are computed and cached.
        progress: steps once an edit.

    Raises:
        InputError: when the scheduler can't be reached.
        TrainingError: when none can be used.
    """
    described: dict[Edit, DescribedEdit] = {}
    skipped: list[tuple[Path, str]] = []
    version = pack_version(features.network)
    there = features.for_workers()
    tasks = [(edit, (edit, there.cache_folder, there.network)) for edit in edits]
    for edit, found in extract_usable(describe_edit, tasks, progress, features.scheduler):
        if isinstance(found, Unusable):
            skipped.append((edit.clip, found.reason))
        else:
            described |= found
    if not described:
        raise TrainingError(
            tr("there are no finished edits that can be used."),
            path=spec,
            remedy=f"{display_path(skipped[0][0])}: {skipped[0][1]}"
            if skipped
            else tr("Put videos with their music in it."),
        )
    # Workers finish in any order; the pairs keep the order of the edits.
    order = {edit.clip: number for number, edit in enumerate(edits)}
    ordered = sorted(described, key=lambda edit: (order[edit.clip], _start_s(edit)))
    origin = trn("{n} finished edit of {name}", "{n} finished edits of {name}", len(edits))
    return Reading(
        assemble(
            [(edit, described[edit]) for edit in ordered],
            ProfilePack.load(),
            origin.format(n=len(edits) - len(skipped), name=spec.name),
            version,
        ),
        tuple(skipped),
    )


def describe_edit(
    edit: Edit, cache_folder: Path, network: Path | None = None
) -> dict[Edit, DescribedEdit]:
    """Return the features of an edit, of each half minute when it is long.

    A clip with a separate track stays whole: nobody knows which part goes with which.

    Args:
        edit: what to analyse.
        cache_folder, network: see `FeatureOptions`.
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
    clip_id = clip_fingerprint(track_id(edit.clip))
    described = {}
    for span in spans:
        part = replace(edit, span=span)
        sound = edit.track or edit.clip
        video = video_features(edit.clip, cache_folder, span, network)
        music = music_features(sound, cache_folder, span)
        onsets_s = note_onsets(sound, music, cache_folder, span)
        described[part] = DescribedEdit(
            video.vector,
            music,
            track_id(sound, span),
            clip_id,
            measure_rhythm(video, music, onsets_s).as_row(),
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
    described: Sequence[tuple[Edit, DescribedEdit]],
    profile: ProfilePack,
    origin: str,
    video_version: str,
) -> PairSet:
    """Return analysed edits as pairs; equal tracks become one."""
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
        genre_names=TASTE_GENRES,
        video_blocks=video_blocks(described[0][1].video),
        music_blocks=MUSIC_BLOCKS,
        video_version=video_version,
        music_version=MUSIC_VERSION,
        origin=origin,
        video_experts=VIDEO_EXPERTS,
        extras=_extras(described),
    )


def _extras(described: Sequence[tuple[Edit, DescribedEdit]]) -> Extras:
    """Return the rhythms, and what a table tells of every edit; texts of some are enough."""
    details = [edit.details for edit, _ in described]
    dates, views = ([getattr(one, name) for one in details] for name in ("date_s", "views"))
    texts = [one.text[:MAX_CHARACTERS] for one in details]
    has_text = np.array([bool(text) for text in texts])
    text_vectors = None
    if has_text.any():
        encoder = SentenceEncoder.load(n_threads=1)
        text_vectors = np.zeros((len(texts), encoder.n_features), np.float32)
        text_vectors[has_text] = encoder.embed([text for text in texts if text])
    return Extras(
        text_vectors=text_vectors,
        has_text=None if text_vectors is None else has_text,
        taken=None if None in dates else np.argsort(np.argsort(dates, kind="stable")),
        views=None if None in views else np.array(views, np.float32),
        clip_ids=np.array([features.clip_id for _, features in described], np.str_),
        rhythms=np.stack([features.rhythm for _, features in described]),
    )


def genre_indexes(tracks: Sequence[MusicFeatures], profile: ProfilePack) -> npt.NDArray[np.int64]:
    """Return each track's index in `TASTE_GENRES`, -1 where the profile pack is unsure."""
    named = [profile.profile(track).genre for track in tracks]
    nearest = [NEAREST_TASTE_GENRE.get(genre, genre) if genre else None for genre in named]
    return np.array(
        [UNKNOWN_GENRE if genre is None else TASTE_GENRES.index(genre) for genre in nearest],
        dtype=np.int64,
    )


def video_blocks(vector: npt.NDArray[np.float32]) -> tuple[int, ...]:
    """Return the sizes of a video vector's blocks: embeddings, their spread, descriptors."""
    n_embedding = (len(vector) - N_DESCRIPTORS) // 2
    return (n_embedding, n_embedding, N_DESCRIPTORS)


# Content reads the embeddings; dynamics their spread and the descriptors.
VIDEO_EXPERTS = (1, 2)
MUSIC_BLOCKS = tuple(part.stop - part.start for part in LAYOUT.values())


def _start_s(edit: Edit) -> float:
    return edit.span.start_s if edit.span else 0.0
