"""STORY: bring the part of each track that plays to the same loudness.

level           an arrangement, measuring what hasn't been measured before
measure_level   one music item, by decoding what plays of it
"""

import hashlib
import json
import logging
import math
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from engine.arrangement.arrangement import Arrangement, MusicItem
from engine.arrangement.gains import MAX_GAIN_DB, PEAK_CEILING_DBTP, linear_gain
from engine.errors import ExportError
from engine.export.mixing import MIX_RATE_HZ, Samples, item_blocks
from engine.files import write_text
from engine.limits import MEASURING_LEVEL
from engine.media.limiter import limit_peaks
from engine.media.loudness import SILENCE_LUFS, measure_samples
from engine.media.worker import run_isolated
from engine.paths import cache_dir
from engine.progress import Progress, silent

_log = logging.getLogger(__name__)
# More of an item says nothing new, and takes longer.
_MEASURED_S = 600.0
# What stays in memory while it is measured again through the limiter.
_KEPT_S = 240.0
_EXACT_LU = 0.1
_MAX_ROUNDS = 4
_MAX_ENTRIES = 5000
_VERSION = 1

Measure = Callable[[MusicItem, float], float]


def level(arrangement: Arrangement, target_lufs: float | None, measure: Measure) -> Arrangement:
    """Return the arrangement with each item at the target, as far as it plays.

    Args:
        arrangement: its volume points, ducking and sliders don't count.
        target_lufs: of what plays of each track; None to leave each as it is.
        measure: finds the gain in dB of an item that hasn't been measured before.

    Raises:
        MediaError: when a track can't be read.
        Cancelled: when the user stopped it.
    """
    items = tuple(
        replace(
            item, match_gain_db=0.0 if target_lufs is None else _gain(item, target_lufs, measure)
        )
        for item in arrangement.items
    )
    return replace(arrangement, items=items, target_lufs=target_lufs)


def level_isolated(
    arrangement: Arrangement, target_lufs: float | None, progress: Progress
) -> Arrangement:
    """Level an arrangement, decoding in a separate process; as `level`."""

    def measure(item: MusicItem, target_lufs: float) -> float:
        return run_isolated(
            measure_level,
            item,
            target_lufs,
            path=item.track.path,
            limits=MEASURING_LEVEL,
            progress=progress,
        )

    return level(arrangement, target_lufs, measure)


def measure_level(item: MusicItem, target_lufs: float, progress: Progress | None = None) -> float:
    """Return the gain in dB at which what plays of an item has a loudness, once it is limited.

    Peaks above the ceiling are limited, which makes the music quieter: the gain makes up for it.

    Args:
        item: silence is left as it is.
        target_lufs: by EBU R128.
        progress: may cancel.

    Raises:
        MediaError: when the track can't be read.
    """
    progress = progress or silent()
    n_samples = round(min(item.duration_s, _MEASURED_S) * MIX_RATE_HZ)
    kept: list[Samples] = []
    if n_samples <= _KEPT_S * MIX_RATE_HZ:
        kept = list(item_blocks(item, progress, n_samples))
    whole = measure_samples(kept or item_blocks(item, progress, n_samples))
    if whole.integrated_lufs <= SILENCE_LUFS:
        return 0.0
    gain_db = _within(target_lufs - whole.integrated_lufs)
    if whole.true_peak_dbtp + gain_db <= PEAK_CEILING_DBTP:
        return gain_db
    for _round in range(_MAX_ROUNDS):
        factor = linear_gain(gain_db)
        sound = (block * factor for block in kept or item_blocks(item, progress, n_samples))
        limited = measure_samples(limit_peaks(sound, MIX_RATE_HZ, PEAK_CEILING_DBTP))
        missing_lu = target_lufs - limited.integrated_lufs
        if abs(missing_lu) <= _EXACT_LU:
            break
        gain_db = _within(gain_db + missing_lu)
    return gain_db


def _within(gain_db: float) -> float:
    return max(-MAX_GAIN_DB, min(MAX_GAIN_DB, gain_db))


def _gain(item: MusicItem, target_lufs: float, measure: Measure) -> float:
    entry = _entry(item, target_lufs)
    with suppress(OSError, ValueError, TypeError):
        cached = float(json.loads(entry.read_text("utf-8")))
        if math.isfinite(cached) and abs(cached) <= MAX_GAIN_DB:
            entry.touch()
            return cached
    gain_db = measure(item, target_lufs)
    try:
        write_text(entry, json.dumps(gain_db))
        _remove_oldest(entry.parent)
    except (ExportError, OSError) as error:
        _log.info("a level isn't cached: %s", error)
    return gain_db


def _entry(item: MusicItem, target_lufs: float) -> Path:
    """Return the file of what plays of an item: other bytes or cuts are other entries."""
    track = item.track.content_hash or str(item.track.path)
    played = (track, item.segments, item.fade_in_s, item.fade_out_s, target_lufs, _VERSION)
    name = hashlib.sha256(repr(played).encode("utf-8", "surrogateescape")).hexdigest()[:32]
    return cache_dir() / "levels" / f"{name}.json"


def _remove_oldest(folder: Path) -> None:
    entries = list(folder.glob("*.json"))
    if len(entries) > _MAX_ENTRIES:
        entries.sort(key=lambda path: path.stat().st_mtime)
        for path in entries[: len(entries) - _MAX_ENTRIES * 9 // 10]:
            path.unlink(missing_ok=True)
