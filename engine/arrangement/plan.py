"""The mix plan: which parts of a track lie where under a clip, and how loud.

A plan is all that export, preview and the timeline need besides the two files, so it can be
saved with the clip, undone, and made again on another day.
"""

import json
import math
from dataclasses import asdict, dataclass, fields, replace
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any

from engine.arrangement.segments import (
    MAX_DURATION_S,
    MAX_SEGMENTS,
    SLACK_S,
    Segment,
    broken_plan,
    check_number,
    lay_under,
)
from engine.errors import InputError
from engine.translation import tr

if TYPE_CHECKING:
    from engine.library.tracks import Track
    from engine.media.probe import VideoInfo
    from engine.music.features import MusicFeatures

PLAN_VERSION = 1
TARGET_LUFS = -14.0
PEAK_CEILING_DBTP = -1.0
MUTED_DB = -60.0  # a slider at its lowest end is silence, not a whisper
MAX_GAIN_DB = 24.0
_MAX_JSON_BYTES = 4_000_000
_MAX_TEXT = 1_000


@dataclass(frozen=True, slots=True)
class MixPlan:
    """A clip, a track, the segments of the track under the clip, and the levels.

    Attributes:
        clip_path, track_path: absolute.
        clip_duration_s: the length of everything that is exported.
        frame_rate: of the clip, frames per second.
        start_timecode: of the clip's first frame, where the camera wrote one.
        title, artist, licence, link: for the credits.
        segments: by `clip_start_s`, inside the clip; never empty.
        match_gain_db: brings this track to the common loudness, see `match_gain`.
        music_gain_db, clip_gain_db: the user's two sliders; `MUTED_DB` and below is silence.
    """

    clip_path: Path
    clip_duration_s: float
    frame_rate: Fraction
    start_timecode: str | None
    track_path: Path
    title: str | None
    artist: str | None
    licence: str | None
    link: str | None
    segments: tuple[Segment, ...]
    match_gain_db: float = 0.0
    music_gain_db: float = 0.0
    clip_gain_db: float = 0.0
    version: int = PLAN_VERSION

    def __post_init__(self) -> None:
        if self.version != PLAN_VERSION:
            raise InputError(
                tr("the saved music plan was written by another version of Soundbed."),
                remedy=tr("Choose the track again."),
            )
        for name in ("clip_path", "track_path"):
            if not getattr(self, name).is_absolute():
                raise broken_plan(name)
        check_number("clip_duration_s", self.clip_duration_s, SLACK_S, MAX_DURATION_S)
        if not 0 < self.frame_rate <= 1000:
            raise broken_plan("frame_rate")
        for name in ("match_gain_db", "music_gain_db", "clip_gain_db"):
            check_number(name, getattr(self, name), -200.0, MAX_GAIN_DB)
        for name in ("start_timecode", "title", "artist", "licence", "link"):
            _check_text(name, getattr(self, name))
        if not 1 <= len(self.segments) <= MAX_SEGMENTS:
            raise broken_plan("segments")
        starts = [segment.clip_start_s for segment in self.segments]
        last_end_s = max(segment.clip_end_s for segment in self.segments)
        if starts != sorted(starts) or last_end_s > self.clip_duration_s + 1e-3:
            raise broken_plan("segments")

    @property
    def start_s(self) -> float:
        """Where the music starts in the track."""
        return self.segments[0].track_start_s

    @property
    def sources(self) -> tuple[Path, Path]:
        """The files that must never be written over."""
        return self.clip_path, self.track_path

    def with_gains(
        self, *, music_gain_db: float | None = None, clip_gain_db: float | None = None
    ) -> "MixPlan":
        """Return the plan with one or both sliders moved."""
        return replace(
            self,
            music_gain_db=self.music_gain_db if music_gain_db is None else music_gain_db,
            clip_gain_db=self.clip_gain_db if clip_gain_db is None else clip_gain_db,
        )

    def to_json(self) -> str:
        """Return the plan as one JSON object; `from_json` gives back an equal plan."""
        return json.dumps(
            asdict(self)
            | {
                "clip_path": str(self.clip_path),
                "track_path": str(self.track_path),
                "frame_rate": str(self.frame_rate),
            }
        )

    @classmethod
    def from_json(cls, text: str) -> "MixPlan":
        """Read a plan; nothing in the text is trusted.

        Raises:
            InputError: when it is no plan, or one that can't be carried out.
        """
        if len(text) > _MAX_JSON_BYTES:
            raise broken_plan("size")
        try:
            values = json.loads(text)
        except (ValueError, RecursionError) as error:
            raise broken_plan("JSON") from error
        return cls.from_values(values)

    @classmethod
    def from_values(cls, values: object) -> "MixPlan":
        """Build a plan from decoded JSON, see `from_json`."""
        if not isinstance(values, dict) or values.get("version") != PLAN_VERSION:
            raise broken_plan("version")
        if set(values) != {field.name for field in fields(cls)}:
            raise broken_plan("fields")
        for name in ("clip_path", "track_path", "frame_rate"):
            if not isinstance(values[name], str) or "\0" in values[name]:
                raise broken_plan(name)
        return cls(
            **values
            | {
                "clip_path": Path(values["clip_path"]),
                "track_path": Path(values["track_path"]),
                "frame_rate": _rate(values["frame_rate"]),
                "segments": _segments(values["segments"]),
            }
        )


def plan_mix(
    info: "VideoInfo",
    track: "Track",
    features: "MusicFeatures",
    start_s: float,
    *,
    by_hand: bool = False,
) -> MixPlan:
    """Lay a track under a clip.

    Args:
        info: the clip.
        track: the music, with what the credits need.
        features: of the track: length, beats, bars, loudness.
        start_s: where a track longer than the clip starts.
        by_hand: whether the user chose that; from the ranking it is, else.

    Returns:
        A plan as long as the clip, level-matched, both sliders at 0 dB.
    """
    segments = lay_under(
        clip_duration_s=info.duration_s,
        track_duration_s=features.duration_s,
        start_s=start_s,
        downbeats_s=features.downbeats_s,
        beats_s=features.beats_s,
        energy=features.energy_curve,
        marks=track.marks,
        by_hand=by_hand,
    )
    return MixPlan(
        clip_path=info.path,
        clip_duration_s=info.duration_s,
        frame_rate=info.frame_rate,
        start_timecode=info.start_timecode,
        track_path=track.path,
        title=track.title,
        artist=track.tags.artist,
        licence=track.tags.licence,
        link=track.tags.url,
        segments=segments,
        match_gain_db=match_gain(features.loudness_lufs, features.true_peak_dbtp),
    )


def match_gain(loudness_lufs: float, true_peak_dbtp: float) -> float:
    """Return the gain in dB that brings a track to `TARGET_LUFS`, no peak above the ceiling.

    g = min(target - loudness, ceiling - true peak): a track with high peaks stays quieter rather
    than being squashed. Silence stays as it is.
    """
    if not (math.isfinite(loudness_lufs) and loudness_lufs > -70):
        return 0.0
    gain_db = TARGET_LUFS - loudness_lufs
    if math.isfinite(true_peak_dbtp):
        gain_db = min(gain_db, PEAK_CEILING_DBTP - true_peak_dbtp)
    return float(max(-MAX_GAIN_DB, min(MAX_GAIN_DB, gain_db)))


def linear_gain(gain_db: float) -> float:
    """Return the factor of a gain in dB; 0 at `MUTED_DB` and below."""
    return 0.0 if gain_db <= MUTED_DB else float(10 ** (gain_db / 20))


def _segments(values: Any) -> tuple[Segment, ...]:
    if not isinstance(values, list) or not 1 <= len(values) <= MAX_SEGMENTS:
        raise broken_plan("segments")
    names = {field.name for field in fields(Segment)}
    if any(not isinstance(value, dict) or set(value) != names for value in values):
        raise broken_plan("segments")
    return tuple(Segment(**value) for value in values)


def _rate(text: str) -> Fraction:
    # Only digits: Fraction would also take "1e9999999" and think about it for a while.
    numerator, _, denominator = text.partition("/")
    denominator = denominator or "1"
    if not all(
        part.isascii() and part.isdigit() and len(part) < 12 for part in (numerator, denominator)
    ):
        raise broken_plan("frame_rate")
    if int(denominator) == 0:
        raise broken_plan("frame_rate")
    return Fraction(int(numerator), int(denominator))


def _check_text(name: str, value: object) -> None:
    if value is not None and (not isinstance(value, str) or len(value) > _MAX_TEXT):
        raise broken_plan(name)
