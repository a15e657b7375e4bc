"""The arithmetic of the timeline, without Qt: times and pixels, waveforms, beats."""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from engine.arrangement.arrangement import Arrangement, MusicItem
from engine.arrangement.segments import Segment, times_in_item

if TYPE_CHECKING:
    from engine.music.features import MusicFeatures

_Curve = npt.NDArray[np.float64]
_PEAK_FULL_SCALE = 127.0
_TICKS_S = (0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 1800, 3600, 7200)


def track_envelope(peaks: npt.NDArray[np.int8], n_columns: int) -> _Curve:
    """Return the waveform of a track: the peak of each of `n_columns` equal parts, 0..1.

    Args:
        peaks: lowest and highest sample of each stored part, int8 (n, 2).
        n_columns: how many to draw.
    """
    if len(peaks) == 0 or n_columns <= 0:
        return np.zeros(max(n_columns, 0))
    loudest = _loudest(peaks)
    if n_columns >= len(loudest):
        stored_at = (np.arange(len(loudest)) + 0.5) / len(loudest)
        drawn_at = (np.arange(n_columns) + 0.5) / n_columns
        return np.minimum(np.interp(drawn_at, stored_at, loudest), 1.0)
    starts = (np.arange(n_columns) * len(loudest)) // n_columns
    drawn: _Curve = np.minimum(np.maximum.reduceat(loudest, starts), 1.0)
    return drawn


def _loudest(peaks: npt.NDArray[np.int8]) -> _Curve:
    loudest: _Curve = np.abs(peaks.astype(np.float64)).max(axis=1) / _PEAK_FULL_SCALE
    return loudest


def clip_envelope(
    arrangement: Arrangement, music: "Mapping[Path, MusicFeatures]", n_columns: int
) -> _Curve:
    """Return the waveform of the music under the clip, with its cuts and fades, 0..1.

    Args:
        arrangement: the music items; the loudest counts where they overlap.
        music: by file, the tracks whose features are known; others aren't drawn.
        n_columns: how many columns are drawn.
    """
    times_s = (np.arange(n_columns) + 0.5) * arrangement.clip.duration_s / max(n_columns, 1)
    envelope = np.zeros(n_columns)
    for item in arrangement.items:
        features = music.get(item.track.path)
        if features is not None:
            item_times_s = times_s - arrangement.start_s(item)
            envelope = np.maximum(envelope, _item_envelope(item, features, item_times_s))
    return np.minimum(envelope, 1.0)


def _item_envelope(item: MusicItem, features: "MusicFeatures", times_s: _Curve) -> _Curve:
    envelope = np.zeros(len(times_s))
    if len(features.peaks) == 0 or features.duration_s <= 0:
        return envelope
    loudest = _loudest(features.peaks)
    stored_s = (np.arange(len(loudest)) + 0.5) * features.duration_s / len(loudest)
    for segment in item.segments:
        into_s = times_s - segment.item_start_s
        inside = (into_s >= 0) & (into_s < segment.duration_s)
        level = np.interp(segment.track_start_s + into_s, stored_s, loudest)
        envelope = np.maximum(envelope, np.where(inside, level * fade(segment, into_s), 0.0))
    whole = Segment(0.0, 0.0, item.duration_s, item.fade_in_s, item.fade_out_s)
    return envelope * fade(whole, times_s) * item.gain


def clip_downbeats(
    arrangement: Arrangement, music: "Mapping[Path, MusicFeatures]"
) -> npt.NDArray[np.float64]:
    """Return when bars of the music begin, in seconds of the clip; arguments as `clip_envelope`."""
    times = [
        times_in_item(item.segments, music[item.track.path].downbeats_s) + arrangement.start_s(item)
        for item in arrangement.items
        if item.track.path in music
    ]
    return np.concatenate([np.zeros(0), *times])


def fade(segment: Segment, into_s: _Curve) -> _Curve:
    """Return the gain of a segment's equal-power fades, 0..1, at times from its start."""
    gain = np.ones_like(into_s)
    if segment.fade_in_s > 0:
        gain *= np.sin(np.pi / 2 * np.clip(into_s / segment.fade_in_s, 0, 1))
    if segment.fade_out_s > 0:
        left_s = segment.duration_s - into_s
        gain *= np.sin(np.pi / 2 * np.clip(left_s / segment.fade_out_s, 0, 1))
    return gain


def played_parts(item: MusicItem) -> list[tuple[float, float]]:
    """Return which parts of its track an item plays, (from, to) in seconds, in its order."""
    return [
        # What plays only in a crossfade belongs to the part before it.
        (s.track_start_s + (s.fade_in_s if number else 0.0), s.track_start_s + s.duration_s)
        for number, s in enumerate(item.segments)
    ]


def joined(parts: list[tuple[float, float]]) -> list[tuple[float, float]]:
    """Return the parts in the track's order; those that touch or overlap are joined."""
    found: list[tuple[float, float]] = []
    for from_s, to_s in sorted(parts):
        if found and from_s <= found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], to_s))
        else:
            found.append((from_s, to_s))
    return found


def snap(start_s: float, beats_s: npt.ArrayLike, latest_s: float) -> float:
    """Return the beat nearest to `start_s`, within 0..`latest_s`; without beats, `start_s`."""
    start_s = min(max(start_s, 0.0), max(latest_s, 0.0))
    beats = np.asarray(beats_s, np.float64).ravel()
    beats = beats[(beats >= 0) & (beats <= latest_s)]
    if beats.size == 0:
        return start_s
    nearest = float(beats[np.abs(beats - start_s).argmin()])
    # The very beginning is as good a start as the first beat.
    return 0.0 if start_s < abs(nearest - start_s) else nearest


def neighbour_beat(start_s: float, beats_s: npt.ArrayLike, latest_s: float, step: int) -> float:
    """Return the start one beat later (`step` 1) or earlier (-1); half a second without beats."""
    beats = np.asarray(beats_s, np.float64).ravel()
    beats = beats[(beats >= 0) & (beats <= latest_s)]
    if step > 0:
        later = beats[beats > start_s + 1e-3]
        target = float(later[0]) if later.size else start_s + (0.0 if beats.size else 0.5)
    else:
        earlier = beats[beats < start_s - 1e-3]
        target = float(earlier[-1]) if earlier.size else (0.0 if beats.size else start_s - 0.5)
    return min(max(target, 0.0), max(latest_s, 0.0))


def tick_step_s(duration_s: float, width_px: float, least_px: float = 70.0) -> float:
    """Return a round step of time whose ticks are at least `least_px` apart."""
    if duration_s <= 0 or width_px <= 0:
        return _TICKS_S[-1]
    per_px_s = duration_s / width_px
    return next((step for step in _TICKS_S if step / per_px_s >= least_px), duration_s)


def format_time(time_s: float, decimals: int = 2) -> str:
    """Return 83.456 as 1:23.46 and 3723 as 1:02:03.00."""
    ticks = round(max(time_s, 0.0) * 10**decimals)
    whole, rest = divmod(ticks, 10**decimals)
    minutes, seconds = divmod(whole, 60)
    hours, minutes = divmod(minutes, 60)
    head = f"{hours}:{minutes:02d}" if hours else f"{minutes}"
    tail = f".{rest:0{decimals}d}" if decimals else ""
    return f"{head}:{seconds:02d}{tail}"
