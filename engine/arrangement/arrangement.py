"""An arrangement: which music plays under a clip, where, and how loud.

Apart from the files themselves it is all that preview and export need, so it can be saved with the
clip, undone, and exported again later.
"""

from dataclasses import dataclass, field, fields, replace
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING

from engine.arrangement.automation import Ducking, GainPoints, VolumePoint, gain_points
from engine.arrangement.clip_part import ClipPart, Marker
from engine.arrangement.gains import (
    LOUDEST_TARGET_LUFS,
    MUTED_DB,
    QUIETEST_TARGET_LUFS,
    TARGET_LUFS,
    check_gain,
    linear_gain,
    match_gain,
)
from engine.arrangement.segments import (
    MAX_DURATION_S,
    MAX_SEGMENTS,
    TOLERANCE_S,
    Segment,
    unusable,
)
from engine.errors import display_path
from engine.media.tags import Tags

if TYPE_CHECKING:
    from engine.library.tracks import Track
    from engine.media.probe import VideoInfo
    from engine.music.features import MusicFeatures

MAX_ITEMS = 1_000
MAX_MARKERS = 10_000
MAX_VOLUME_POINTS = 10_000
_MAX_RATE = 1_000
_MAX_FRAMES = int(MAX_DURATION_S) * _MAX_RATE
_MAX_TEXT = 1_000
# Added up, the lengths of segments may end so much after the clip.
_END_TOLERANCE_S = 1e-3


@dataclass(frozen=True, slots=True)
class ClipReference:
    """The clip of an arrangement, with its time base.

    Attributes:
        path: absolute.
        duration_s: the length of everything that is exported.
        frame_rate: frames per second, exact.
        start_timecode: of the first frame, where the camera wrote one.
    """

    path: Path
    duration_s: float
    frame_rate: Fraction
    start_timecode: str | None = None

    def __post_init__(self) -> None:
        if not self.path.is_absolute():
            raise unusable("clip")
        if not TOLERANCE_S <= self.duration_s <= MAX_DURATION_S:
            raise unusable("duration")
        if not 0 < self.frame_rate <= _MAX_RATE:
            raise unusable("frame_rate")
        if self.start_timecode is not None and len(self.start_timecode) > _MAX_TEXT:
            raise unusable("start_timecode")

    @property
    def n_frames(self) -> int:
        """Its length in whole frames, at least 1."""
        return max(1, round(self.duration_s * self.frame_rate))

    def frame_at(self, time_s: float) -> int:
        """Return the frame nearest to a time, at most the number of frames."""
        return min(max(0, round(time_s * self.frame_rate)), self.n_frames)

    def time_of(self, frame: int) -> Fraction:
        """Return when a frame starts, in seconds, exactly."""
        return frame / self.frame_rate

    def part_s(self, part: ClipPart | None) -> tuple[float, float]:
        """Return from where to where a part goes, in seconds; None is the whole clip."""
        if part is None:
            return 0.0, self.duration_s
        ends_s = float(self.time_of(part.end_frame))
        return float(self.time_of(part.first_frame)), min(ends_s, self.duration_s)


@dataclass(frozen=True, slots=True)
class TrackReference:
    """The track of a music item.

    Attributes:
        path: absolute.
        content_hash: of the file's bytes, "" where it isn't known.
        tags: for the credits.
    """

    path: Path
    content_hash: str = ""
    tags: Tags = field(default_factory=Tags)

    def __post_init__(self) -> None:
        if not self.path.is_absolute():
            raise unusable("track")
        texts = (self.content_hash, *(getattr(self.tags, tag.name) for tag in fields(Tags)))
        if any(text is not None and len(text) > _MAX_TEXT for text in texts):
            raise unusable("tags")

    @property
    def title(self) -> str:
        """The title from its tags, else the name of its file."""
        return self.tags.title or display_path(self.path.stem)


@dataclass(frozen=True, slots=True)
class MusicItem:
    """One track under a clip.

    It starts on a whole frame of the clip: scenes start there, editing programs place clips
    there, and whole numbers stay exact however often they are moved, saved and read. Within the
    item times are seconds, since beats fall between frames.

    Attributes:
        track: the music.
        segments: by `item_start_s`; never empty.
        start_frame: of the clip, where the item starts.
        match_gain_db: brings the track to the common loudness, see `match_gain`.
        gain_db: the user's level for this item; `MUTED_DB` and below is silence.
        fade_in_s, fade_out_s: equal-power fades of the whole item, beside those of its segments.
        muted: whether it is silent, whatever its level.
    """

    track: TrackReference
    segments: tuple[Segment, ...]
    start_frame: int = 0
    match_gain_db: float = 0.0
    gain_db: float = 0.0
    fade_in_s: float = 0.0
    fade_out_s: float = 0.0
    muted: bool = False

    def __post_init__(self) -> None:
        if not 1 <= len(self.segments) <= MAX_SEGMENTS:
            raise unusable("segments")
        starts = [segment.item_start_s for segment in self.segments]
        if starts != sorted(starts):
            raise unusable("segments")
        if not 0 <= self.start_frame <= _MAX_FRAMES:
            raise unusable("start_frame")
        for gain_db in (self.match_gain_db, self.gain_db):
            check_gain(gain_db)
        if not 0 <= self.fade_in_s + self.fade_out_s <= self.duration_s + TOLERANCE_S:
            raise unusable("fades")
        if min(self.fade_in_s, self.fade_out_s) < 0:
            raise unusable("fades")

    @property
    def duration_s(self) -> float:
        """Its length, from its start to the end of its last segment."""
        return max(segment.item_end_s for segment in self.segments)

    @property
    def track_start_s(self) -> float:
        """Where in the track it starts."""
        return self.segments[0].track_start_s

    @property
    def gain(self) -> float:
        """The factor of both its gains; 0 when it is muted."""
        return 0.0 if self.muted else linear_gain(self.match_gain_db) * linear_gain(self.gain_db)


@dataclass(frozen=True, slots=True)
class Arrangement:
    """A clip, the music items under it, and the levels.

    Attributes:
        clip: the video.
        items: by `start_frame`, inside the clip; where they overlap, they are mixed; never empty.
        music_gain_db, clip_gain_db: the user's levels of all music and of the clip's own sound;
            `MUTED_DB` and below is silence.
        part: between the in and the out point, where music is placed; None for the whole clip.
        markers: by frame.
        volume: of all music over the clip, by frame, each frame once; linear in dB between
            points, constant before the first and after the last.
        ducking: lowers the music where somebody speaks; None where nobody does, or for none.
        target_lufs: the loudness that `match_gain_db` brings the heard part of each track to;
            None where tracks stay as they are.
    """

    clip: ClipReference
    items: tuple[MusicItem, ...]
    music_gain_db: float = 0.0
    clip_gain_db: float = 0.0
    part: ClipPart | None = None
    markers: tuple[Marker, ...] = ()
    volume: tuple[VolumePoint, ...] = ()
    ducking: Ducking | None = None
    target_lufs: float | None = TARGET_LUFS

    def __post_init__(self) -> None:
        if not 1 <= len(self.items) <= MAX_ITEMS:
            raise unusable("items")
        frames = [item.start_frame for item in self.items]
        if frames != sorted(frames):
            raise unusable("items")
        last_end_s = max(self.start_s(item) + item.duration_s for item in self.items)
        if last_end_s > self.clip.duration_s + _END_TOLERANCE_S:
            raise unusable("segments")
        for gain_db in (self.music_gain_db, self.clip_gain_db):
            check_gain(gain_db)
        self._check_lanes()

    def _check_lanes(self) -> None:
        if self.part is not None and self.part.first_frame >= self.clip.n_frames:
            raise unusable("part")
        marked = [marker.frame for marker in self.markers]
        if len(marked) > MAX_MARKERS or marked != sorted(marked):
            raise unusable("markers")
        points = [point.frame for point in self.volume]
        if len(points) > MAX_VOLUME_POINTS or points != sorted(set(points)):
            raise unusable("volume")
        target = self.target_lufs
        if target is not None and not QUIETEST_TARGET_LUFS <= target <= LOUDEST_TARGET_LUFS:
            raise unusable("target_lufs")

    @property
    def sources(self) -> tuple[Path, ...]:
        """The files that must never be overwritten."""
        return self.clip.path, *dict.fromkeys(item.track.path for item in self.items)

    @property
    def part_s(self) -> tuple[float, float]:
        """From where to where music is placed, in seconds of the clip."""
        return self.clip.part_s(self.part)

    @property
    def gain_points(self) -> GainPoints:
        """The level of all music over the clip, without the slider: volume plus ducking.

        Where the clip's sound is muted, nobody speaks.
        """
        ducking = self.ducking if self.clip_gain_db > MUTED_DB else None
        return gain_points(self.volume, self.clip.frame_rate, ducking)

    def start_s(self, item: MusicItem) -> float:
        """Return where an item starts in the clip."""
        return float(self.clip.time_of(item.start_frame))

    def with_gains(
        self, *, music_gain_db: float | None = None, clip_gain_db: float | None = None
    ) -> "Arrangement":
        """Return the arrangement with one or both levels changed."""
        return replace(
            self,
            music_gain_db=self.music_gain_db if music_gain_db is None else music_gain_db,
            clip_gain_db=self.clip_gain_db if clip_gain_db is None else clip_gain_db,
        )


def arrange(
    info: "VideoInfo",
    track: "Track",
    features: "MusicFeatures",
    segments: tuple[Segment, ...],
    part: ClipPart | None = None,
) -> Arrangement:
    """Return the arrangement of one track under a clip, level-matched, all levels at 0 dB.

    Args:
        info: the clip.
        track: the music.
        features: its measured features.
        segments: of the track.
        part: of the clip, where they start; None for the whole clip.
    """
    item = MusicItem(
        track=reference_to(track),
        segments=segments,
        start_frame=0 if part is None else part.first_frame,
        match_gain_db=match_gain(features.loudness_lufs, features.true_peak_dbtp),
    )
    return Arrangement(clip_reference(info), (item,), part=part)


def clip_reference(info: "VideoInfo") -> ClipReference:
    """Return the reference to a clip that was probed."""
    return ClipReference(info.path, info.duration_s, info.frame_rate, info.start_timecode)


def reference_to(track: "Track") -> TrackReference:
    """Return the reference to a track of a library."""
    return TrackReference(track.path, track.file.content_hash, track.tags)
