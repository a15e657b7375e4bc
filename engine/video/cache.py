"""Cache of analysed clips by content, so that a clip is decoded only once."""

import io
import logging
import zipfile
import zlib
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt

from engine.errors import ExportError
from engine.files import write_bytes
from engine.media.frames import Frame
from engine.paths import cache_dir
from engine.video.clip_features import VIDEO_FEATURES_VERSION, VideoFeatures

_log = logging.getLogger(__name__)
# Entries of about half a megabyte.
_MAX_ENTRIES = 100
# Rises when clips are read in another way, such as mirrored or HDR pictures.
_READING = "reading-2"
# Features and filmstrip.
Analysis = tuple[VideoFeatures, tuple[Frame, ...]]
_T = TypeVar("_T")
_DAMAGED = (OSError, ValueError, TypeError, KeyError, EOFError, zipfile.BadZipFile, zlib.error)


def load_analysis(content_hash: str, version: str = VIDEO_FEATURES_VERSION) -> Analysis | None:
    """Return the cached analysis of a clip with these bytes; None when there is none.

    Args:
        content_hash: of the clip's file.
        version: of the features; an analysis of another version isn't returned.
    """
    path = _path(content_hash, version)
    analysis = _read(path, lambda arrays: _analysis(arrays, version))
    if analysis is not None:
        with suppress(OSError):
            path.touch()
    return analysis


def cached_clips(version: str) -> tuple[str, ...]:
    """Return the content hashes of all clips with a cached analysis of a version, sorted."""
    ending = _path("", version).name
    names = sorted(path.name for path in (cache_dir() / "clips").glob(f"*{ending}"))
    # A hash has no hyphen; a longer version that ends alike does.
    found = [name.removesuffix(ending) for name in names]
    return tuple(content_hash for content_hash in found if "-" not in content_hash)


def load_features(content_hash: str, version: str) -> VideoFeatures | None:
    """Return the cached features of a clip without its frames; None when there are none.

    It doesn't count as a use of the entry: what was used longest ago is removed first.

    Args:
        content_hash: of the clip's file.
        version: of the features.
    """
    return _read(
        _path(content_hash, version), lambda arrays: VideoFeatures.from_arrays(arrays, version)
    )


def store_analysis(content_hash: str, analysis: Analysis) -> None:
    """Cache the analysis of a clip and remove the oldest entries; a full disk isn't an error."""
    features, filmstrip = analysis
    frames = {f"frame_{number:02}": frame.pixels for number, frame in enumerate(filmstrip)}
    times_s = np.array([frame.time_s for frame in filmstrip])
    buffer = io.BytesIO()
    np.savez_compressed(
        buffer, allow_pickle=False, frame_times_s=times_s, **frames, **features.to_arrays()
    )
    try:
        write_bytes(_path(content_hash, features.version), buffer.getvalue())
        _remove_oldest()
    except (ExportError, OSError) as error:
        _log.info("an analysis isn't cached: %s", error)


def _read(path: Path, parse: Callable[[Mapping[str, npt.NDArray[Any]]], _T]) -> _T | None:
    """Return what an entry contains; None when it is missing or damaged."""
    try:
        # From memory: np.load leaves a damaged file open.
        with np.load(io.BytesIO(path.read_bytes()), allow_pickle=False) as archive:
            return parse(archive)
    except FileNotFoundError:
        return None
    except _DAMAGED as error:
        _log.info("a cached analysis can't be used: %s: %s", path, error)
        return None


def _analysis(arrays: Mapping[str, npt.NDArray[Any]], version: str) -> Analysis:
    frames = tuple(
        Frame(float(time_s), arrays[f"frame_{number:02}"])
        for number, time_s in enumerate(arrays["frame_times_s"])
    )
    return VideoFeatures.from_arrays(arrays, version), frames


def _path(content_hash: str, version: str) -> Path:
    # Windows allows no colon in a file's name.
    return cache_dir() / "clips" / f"{content_hash}-{version.replace(':', '-')}-{_READING}.npz"


def _remove_oldest() -> None:
    entries = sorted(
        (cache_dir() / "clips").glob("*.npz"), key=lambda path: path.stat().st_mtime, reverse=True
    )
    for path in entries[_MAX_ENTRIES:]:
        path.unlink(missing_ok=True)
