"""Features of finished edits, computed by the app's own stages and cached by content.

The cache is a folder of small files named after a digest of the content and the feature version:
a renamed file finds its features again, a changed one doesn't.
"""

import io
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import Self

import numpy as np
import numpy.typing as npt

from engine.encoders.audio import MusicTagger
from engine.encoders.visual import VisualEncoder, pack_version
from engine.errors import LibraryError, MediaUnreadable
from engine.files import scratch_folder, write_bytes
from engine.library.scan import content_hash
from engine.media.excerpt import cut_excerpt
from engine.media.probe import probe_video
from engine.music.features import MusicFeatures, describe_music
from engine.music.note_onsets import VERSION as ONSETS_VERSION
from engine.music.note_onsets import find_note_onsets
from engine.music.vector import VERSION as MUSIC_VERSION
from engine.paths import cache_dir
from engine.progress import silent
from engine.translation import tr
from engine.video.clip_features import VideoFeatures, describe_video


@dataclass(frozen=True, slots=True)
class Span:
    """A part of an edit.

    Attributes:
        start_s: from the beginning of the edit.
        duration_s: length of the part.
    """

    start_s: float
    duration_s: float


def default_cache() -> Path:
    """Return the user's folder of cached training features."""
    return cache_dir() / "training-features"


@dataclass(frozen=True, slots=True)
class FeatureOptions:
    """Where features of edits are computed and cached.

    Attributes:
        cache_folder: of features.
        scheduler: address of a Dask scheduler whose workers compute them, such as
            tcp://host:8786; None for processes on this computer.
        network: folder of the picture network's pack; None for the bundled one.
    """

    cache_folder: Path = field(default_factory=default_cache)
    scheduler: str | None = None
    network: Path | None = None

    def reachable(self, path: Path) -> Path:
        """Return a path in the form that workers need: they have other working folders."""
        return path if self.scheduler is None else path.absolute()

    def for_workers(self) -> Self:
        """Return the options with folders that the workers find."""
        network = None if self.network is None else self.reachable(self.network)
        return replace(self, cache_folder=self.reachable(self.cache_folder), network=network)


def video_features(
    clip: Path, cache_folder: Path, span: Span | None = None, network: Path | None = None
) -> VideoFeatures:
    """Return the features of a clip or a part of it, from the cache if possible.

    Args:
        clip: its file.
        cache_folder: of features.
        span: the part; None for the whole clip.
        network: see `FeatureOptions`.

    Raises:
        MediaError: when the clip can't be read.
        PackError: when the network can't be used.
    """
    version = pack_version(network)
    # Windows allows no colon in a file's name.
    entry = cache_folder / f"{track_id(clip, span)}.{version.replace(':', '-')}.npz"
    stored = _read_features(entry, version)
    if stored is not None:
        return stored
    with _part(clip, span) as part:
        features, _ = describe_video(probe_video(part), _visual_encoder(network), silent())
    buffer = io.BytesIO()
    np.savez_compressed(buffer, allow_pickle=False, **features.to_arrays())
    write_bytes(entry, buffer.getvalue())
    return features


def music_features(sound: Path, cache_folder: Path, span: Span | None = None) -> MusicFeatures:
    """Return the features of a track, or of a clip's own sound, from the cache if possible.

    Raises:
        MediaError: when the file can't be read or has no sound.
    """
    entry = cache_folder / f"{track_id(sound, span)}.{MUSIC_VERSION}.npz"
    if entry.is_file():
        try:
            stored = MusicFeatures.from_bytes(entry.read_bytes())
            if stored.version == MUSIC_VERSION:
                return stored
        except (LibraryError, OSError):
            entry.unlink(missing_ok=True)
    with _part(sound, span) as part:
        features = describe_music(part, _music_tagger(), silent())
    write_bytes(entry, features.to_bytes())
    return features


def note_onsets(
    sound: Path, music: MusicFeatures, cache_folder: Path, span: Span | None = None
) -> npt.NDArray[np.float32]:
    """Return the note onsets (n,) of a track in seconds, from the cache if possible.

    Args:
        sound: its file, or a clip with its own sound.
        music: its features.
        cache_folder: of features.
        span: the part; None for all of it.

    Raises:
        MediaError: when the file can't be read or has no sound.
    """
    entry = cache_folder / f"{track_id(sound, span)}.{ONSETS_VERSION}.npy"
    if entry.is_file():
        try:
            stored = np.load(io.BytesIO(entry.read_bytes()), allow_pickle=False)
            if stored.dtype == np.float32 and stored.ndim == 1:
                return np.asarray(stored)
        except (OSError, ValueError, EOFError):
            entry.unlink(missing_ok=True)
    with _part(sound, span) as part:
        onsets_s = find_note_onsets(part, music.loudness_lufs)
    buffer = io.BytesIO()
    np.save(buffer, onsets_s, allow_pickle=False)
    write_bytes(entry, buffer.getvalue())
    return onsets_s


def track_id(path: Path, span: Span | None = None) -> str:
    """Return what identifies a piece of sound or picture: a digest of its bytes, and the part.

    Raises:
        MediaUnreadable: when the file can't be read.
    """
    try:
        digest = content_hash(path)
    except OSError as error:
        raise MediaUnreadable(
            tr("the file can't be read ({reason}).").format(reason=error.strerror or error),
            path=path,
            remedy=tr("Check the name, and that you have permission to read it."),
        ) from error
    return digest if span is None else f"{digest}-{span.start_s:.3f}-{span.duration_s:.3f}"


@contextmanager
def _part(path: Path, span: Span | None) -> Iterator[Path]:
    if span is None:
        yield path
        return
    with scratch_folder() as folder:
        part = folder / "part.mkv"
        cut_excerpt(path, span.start_s, span.duration_s, part)
        yield part


def _read_features(entry: Path, version: str) -> VideoFeatures | None:
    if not entry.is_file():
        return None
    try:
        # From memory: np.load leaves a damaged file open.
        with np.load(io.BytesIO(entry.read_bytes()), allow_pickle=False) as archive:
            return VideoFeatures.from_arrays(dict(archive), version)
    except (OSError, ValueError, EOFError, zipfile.BadZipFile, zlib.error):
        # A damaged entry is computed again.
        entry.unlink(missing_ok=True)
        return None


# Loaded once in each worker process. One thread, because the workers share the cores.
@cache
def _visual_encoder(network: Path | None) -> VisualEncoder:
    return VisualEncoder.load(network, n_threads=1)


@cache
def _music_tagger() -> MusicTagger:
    return MusicTagger.load(n_threads=1)
