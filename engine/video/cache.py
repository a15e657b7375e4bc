"""Cache of analysed clips by content, so that a clip is decoded only once."""

import io
import logging
import zipfile
from dataclasses import fields
from pathlib import Path
from typing import Any

import numpy as np

from engine.errors import ExportError
from engine.files import write_bytes
from engine.media.frames import Frame
from engine.paths import cache_dir
from engine.video.clip_features import VIDEO_FEATURES_VERSION, VideoDescriptors, VideoFeatures

_log = logging.getLogger(__name__)
# Entries of about half a megabyte.
_MAX_ENTRIES = 100
# Features and filmstrip.
Analysis = tuple[VideoFeatures, tuple[Frame, ...]]


def load_analysis(content_hash: str) -> Analysis | None:
    """Return the cached analysis of a clip with these bytes; None when there is none."""
    path = _path(content_hash)
    try:
        # From memory: np.load leaves a damaged file open.
        with np.load(io.BytesIO(path.read_bytes()), allow_pickle=False) as archive:
            values = dict(archive)
        path.touch()
        return _analysis(values)
    except FileNotFoundError:
        return None
    except (OSError, ValueError, TypeError, KeyError, EOFError, zipfile.BadZipFile) as error:
        _log.info("a cached analysis can't be used: %s: %s", path, error)
        return None


def store_analysis(content_hash: str, analysis: Analysis) -> None:
    """Cache the analysis of a clip and remove the oldest entries; a full disk isn't an error."""
    features, filmstrip = analysis
    values: dict[str, Any] = {
        f"descriptor_{field.name}": getattr(features.descriptors, field.name)
        for field in fields(features.descriptors)
    }
    values |= {f"frame_{number:02}": frame.pixels for number, frame in enumerate(filmstrip)}
    buffer = io.BytesIO()
    np.savez_compressed(
        buffer,
        vector=features.vector,
        version=features.version,
        times_s=[frame.time_s for frame in filmstrip],
        allow_pickle=False,
        **values,
    )
    try:
        write_bytes(_path(content_hash), buffer.getvalue())
        _remove_oldest()
    except (ExportError, OSError) as error:
        _log.info("an analysis isn't cached: %s", error)


def _analysis(values: dict[str, Any]) -> Analysis:
    descriptors = {
        field.name: _plain(values[f"descriptor_{field.name}"]) for field in fields(VideoDescriptors)
    }
    features = VideoFeatures(
        values["vector"], VideoDescriptors(**descriptors), str(values["version"])
    )
    if features.version != VIDEO_FEATURES_VERSION:
        raise ValueError(f"features of version {features.version}")
    frames = tuple(
        Frame(float(time_s), values[f"frame_{number:02}"])
        for number, time_s in enumerate(values["times_s"])
    )
    return features, frames


def _plain(value: Any) -> Any:
    return value if value.ndim else value.item()


def _path(content_hash: str) -> Path:
    return cache_dir() / "clips" / f"{content_hash}-{VIDEO_FEATURES_VERSION}.npz"


def _remove_oldest() -> None:
    entries = sorted(
        (cache_dir() / "clips").glob("*.npz"), key=lambda path: path.stat().st_mtime, reverse=True
    )
    for path in entries[_MAX_ENTRIES:]:
        path.unlink(missing_ok=True)
