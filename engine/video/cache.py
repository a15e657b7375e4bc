"""Looks at clips kept by content: a clip ranked again with other wishes isn't decoded again."""

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
from engine.video.features import VIDEO_FEATURES_VERSION, VideoDescriptors, VideoFeatures

_LOG = logging.getLogger(__name__)
# About half a megabyte each.
_MOST_KEPT = 100
Look = tuple[VideoFeatures, tuple[Frame, ...]]


def load_look(content_hash: str) -> Look | None:
    """Return what was seen in a clip of these bytes, None when it has to be looked at."""
    path = _path(content_hash)
    try:
        # From memory: np.load leaves a damaged file open.
        with np.load(io.BytesIO(path.read_bytes()), allow_pickle=False) as archive:
            values = dict(archive)
        path.touch()
        return _look(values)
    except FileNotFoundError:
        return None
    except (OSError, ValueError, TypeError, KeyError, EOFError, zipfile.BadZipFile) as error:
        _LOG.info("a kept look can't be used: %s: %s", path, error)
        return None


def store_look(content_hash: str, look: Look) -> None:
    """Keep what was seen in a clip; the oldest go. A full disk is no reason to fail."""
    features, filmstrip = look
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
        _forget_oldest()
    except (ExportError, OSError) as error:
        _LOG.info("a look isn't kept: %s", error)


def _look(values: dict[str, Any]) -> Look:
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


def _forget_oldest() -> None:
    kept = sorted(
        (cache_dir() / "clips").glob("*.npz"), key=lambda path: path.stat().st_mtime, reverse=True
    )
    for path in kept[_MOST_KEPT:]:
        path.unlink(missing_ok=True)
