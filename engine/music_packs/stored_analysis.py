"""Checks of features that another computer made."""

import io
import math
import struct
import tokenize
import zipfile
import zlib
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from engine.errors import LibraryError, MusicPackError
from engine.music_packs.manifest import MAX_DURATION_S, PackTrack, get_again
from engine.translation import tr
from engine.untrusted import check_arrays, check_directory

if TYPE_CHECKING:
    from engine.music.features import MusicFeatures

# Twelve hours of music give 8 MB at most: a value per second, and a few beats in each.
_MAX_ARRAY_BYTES = 8 * 2**20
_MAX_ARRAYS = 40
_LENGTH_TOLERANCE_S = 2.0
# All that zipfile, zlib and numpy raise on arbitrary bytes.
_DAMAGE = (
    *(ValueError, TypeError, LookupError, AttributeError, EOFError, OSError, ArithmeticError),
    *(RuntimeError, MemoryError, zipfile.BadZipFile, zlib.error, struct.error),
    *(SyntaxError, tokenize.TokenError),
)


def checked_features(data: bytes, track: PackTrack, path: Path) -> "MusicFeatures":
    """Read the features of a pack's track.

    Args:
        data: should be `MusicFeatures.to_bytes()`.
        track: the features should be of this track.
        path: of the pack, named in errors.

    Raises:
        MusicPackError: they are damaged, too large, or can't be of this track.
    """
    from engine.music.features import MusicFeatures

    try:
        _check_arrays(data)
        # A bad value may overflow in a conversion, which would only warn.
        with np.errstate(all="raise"):
            features = MusicFeatures.from_bytes(data)
            _check_values(features, track)
    except (LibraryError, *_DAMAGE) as error:
        reason = error.problem if isinstance(error, LibraryError) else str(error)
        raise MusicPackError(
            tr("the analysis of “{file}” can't be used ({reason}).").format(
                file=track.file, reason=reason[:120]
            ),
            path=path,
            remedy=get_again(),
        ) from error
    return features


def _check_arrays(data: bytes) -> None:
    """Raise ValueError when reading the arrays would take more memory than they may."""
    file = io.BytesIO(data)
    check_directory(file, _MAX_ARRAYS)
    with zipfile.ZipFile(file) as archive:
        check_arrays(archive, _MAX_ARRAYS, _MAX_ARRAY_BYTES)


def _check_values(features: "MusicFeatures", track: PackTrack) -> None:
    from engine.music.vector import VERSION

    if features.version != VERSION:
        raise ValueError(f"they are of another version, {features.version[:32]}")
    numbers = (
        features.duration_s, features.bpm, features.loudness_lufs, features.loudness_range_lu,
        features.true_peak_dbtp, features.brightness, features.onset_density_hz,
    )  # fmt: skip
    if not all(isinstance(n, int | float) and math.isfinite(n) for n in numbers):
        raise ValueError("a number isn't finite")
    for array in (features.msd_tags, features.mtt_tags, features.vector):
        if array.dtype != np.float32 or not np.isfinite(array).all():
            raise ValueError("an array has values that aren't finite")
    if features.duration_s > MAX_DURATION_S or features.bpm > 1000:
        raise ValueError("length or tempo out of range")
    if abs(features.duration_s - track.duration_s) > _LENGTH_TOLERANCE_S:
        raise ValueError("they belong to a track of another length")
    if features.beats_per_bar not in (0, 2, 3, 4, 5, 6, 7, 8):
        raise ValueError("the number of beats in a bar is out of range")
    last_s = features.duration_s + _LENGTH_TOLERANCE_S
    for times in (features.beats_s, features.downbeats_s):
        if not np.isfinite(times).all() or (np.diff(times) < 0).any():
            raise ValueError("the times of the beats don't rise")
        if len(times) and not 0 <= times[0] <= times[-1] <= last_s:
            raise ValueError("a beat is outside the track")
    energy = features.energy_curve
    if not np.isfinite(energy).all() or abs(len(energy) - features.duration_s) > 2:
        raise ValueError("the energy curve has another length")
