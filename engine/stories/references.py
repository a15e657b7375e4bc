"""STORY: music that the user wants more or less of → its values on the axes of a query.

A track of the library is found by the bytes of its file, wherever it has moved. A song from disk is
analysed in a separate process, as a track is, and its analysis is cached by its bytes.
"""

import io
import logging
import zipfile
import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from engine.encoders.score_weights import N_LEARNED
from engine.encoders.track_axes import track_axes
from engine.errors import (
    ExportError,
    InputError,
    LibraryError,
    MediaError,
    MediaUnreadable,
    display_path,
)
from engine.files import write_bytes
from engine.library.columns import TrackColumns, content_key
from engine.library.libraries import Libraries
from engine.library.scan import content_hash
from engine.library.track_analysis import analyse_file, profile_of
from engine.limits import analysing_track
from engine.media.worker import run_isolated
from engine.paths import cache_dir
from engine.progress import Progress
from engine.ranking.candidates import Candidates
from engine.ranking.query import similarity_axes
from engine.ranking.references import KnownReference, Reference
from engine.translation import tr

if TYPE_CHECKING:
    from engine.encoders.matching import MatchingPack
    from engine.music.features import MusicFeatures

_log = logging.getLogger(__name__)
# Entries of about 30 kB.
_MAX_ENTRIES = 200


@dataclass(frozen=True, slots=True, eq=False)
class _Song:
    """A song from disk, analysed.

    Attributes:
        title: from its tags, else the file's name.
        features: measured.
    """

    title: str
    features: "MusicFeatures"


def song_reference(path: Path, progress: Progress, libraries: Libraries | None = None) -> Reference:
    """Return a song from disk as a reference, analysed once.

    Args:
        path: an audio file.
        progress: may cancel.
        libraries: a file that they contain isn't analysed; None for new ones.

    Raises:
        MediaError: when it can't be used.
        PackError: when a bundled model is missing or damaged.
        Cancelled: when the user stopped it.
    """
    digest = _hash_of(path)
    track = (libraries or Libraries()).find(path)
    if track is not None and track.file.content_hash == digest:
        return Reference(track.title, digest)
    return Reference(_song(path, digest, progress).title, digest, path)


def known_references(
    references: Sequence[Reference],
    candidates: Candidates,
    pack: "MatchingPack",
    libraries: Libraries,
    progress: Progress,
) -> tuple[list[KnownReference], list[str]]:
    """Return the references with their values, and notes on those that are left out.

    Args:
        references: what the user chose.
        candidates: the tracks that are ranked; their libraries are searched first.
        pack: the matching pack.
        libraries: searched for what isn't among the candidates.
        progress: may cancel.

    Raises:
        PackError: when a model is missing or damaged.
        Cancelled: when the user stopped it.
    """
    known, notes = [], []
    for reference in references:
        try:
            known.append(_known(reference, candidates, pack, libraries, progress))
        except (InputError, LibraryError, MediaError) as error:
            text = tr("“{title}” isn't used as a reference: {reason}")
            notes.append(text.format(title=reference.title, reason=error.problem))
    return known, notes


def _known(
    reference: Reference,
    candidates: Candidates,
    pack: "MatchingPack",
    libraries: Libraries,
    progress: Progress,
) -> KnownReference:
    ranked = [part.columns for part in candidates.parts]
    found = _in_columns(reference, ranked)
    if found is None and reference.path is not None:
        digest = reference.content_hash or _hash_of(reference.path)
        song = _song(reference.path, digest, progress)
        profile = profile_of(song.features)
        vector = pack.embed_music(song.features, profile).vector
        return KnownReference(reference, track_axes(profile), similarity_axes(vector[None])[0])
    if found is None:
        others = libraries.each(lambda library: libraries.columns(library, pack))
        found = _in_columns(reference, (columns for parts in others for columns, _ in parts))
    if found is None:
        raise InputError(tr("the track is no longer in the library."))
    return found


def _in_columns(reference: Reference, columns: Iterable[TrackColumns]) -> KnownReference | None:
    """Return a reference with the values of the track that has its bytes; None for no such."""
    key = content_key(reference.content_hash)
    for tracks in columns if key else ():
        rows = np.flatnonzero(tracks.contents == np.uint64(key))
        if len(rows):
            row = int(rows[0])
            learned = np.zeros(N_LEARNED, np.float32)
            if tracks.is_embedded[row]:
                learned = similarity_axes(tracks.vectors[[row]])[0]
            return KnownReference(reference, np.array(tracks.axes[row]), learned)
    return None


def _hash_of(path: Path) -> str:
    # Says what a folder, a pipe or an empty file is, and what to do.
    # PyAV loads slowly, and the window starts without it.
    from engine.media.source import open_regular

    open_regular(path).close()
    try:
        return content_hash(path)
    except OSError as error:
        raise _unreadable(path, error) from error


def _song(path: Path, digest: str, progress: Progress) -> _Song:
    """Return the analysis of a song, cached by its bytes.

    Raises:
        MediaError: when it can't be used.
    """
    entry = cache_dir() / "references" / f"{digest}.npz"
    cached = _load(entry)
    if cached is not None:
        return cached
    progress.step(tr("Analysing {name}").format(name=display_path(path.name)))
    try:
        limits = analysing_track(path.stat().st_size)
    except OSError as error:
        raise _unreadable(path, error) from error
    analysed = run_isolated(analyse_file, path, path=path, limits=limits, progress=progress)
    title = analysed.tags.title or display_path(path.stem)
    _store(entry, title, analysed.features)
    return _parsed(title, analysed.features)


def _load(entry: Path) -> _Song | None:
    from engine.music.vector import VERSION

    try:
        with np.load(io.BytesIO(entry.read_bytes()), allow_pickle=False) as archive:
            song = _parsed(str(archive["title"]), archive["features"].tobytes())
        entry.touch()
    except FileNotFoundError:
        return None
    except (
        *(OSError, ValueError, TypeError, KeyError, EOFError),
        *(zipfile.BadZipFile, zlib.error, LibraryError),
    ) as error:
        _log.info("the cached analysis of a song can't be used: %s: %s", entry, error)
        return None
    return song if song.features.version == VERSION else None


def _store(entry: Path, title: str, features: bytes) -> None:
    buffer = io.BytesIO()
    stored = np.frombuffer(features, np.uint8)
    np.savez(buffer, allow_pickle=False, title=np.array(title), features=stored)
    try:
        write_bytes(entry, buffer.getvalue())
        entries = sorted(entry.parent.glob("*.npz"), key=lambda path: path.stat().st_mtime)
        for oldest in entries[:-_MAX_ENTRIES]:
            oldest.unlink(missing_ok=True)
    except (ExportError, OSError) as error:
        _log.info("the analysis of a song isn't cached: %s", error)


def _parsed(title: str, features: bytes) -> _Song:
    from engine.music.features import MusicFeatures

    return _Song(title, MusicFeatures.from_bytes(features))


def _unreadable(path: Path, error: OSError) -> MediaUnreadable:
    reason = tr("this file can't be read ({reason}).").format(reason=error.strerror)
    return MediaUnreadable(reason, path=path)
