"""An arrangement as an edit of whole frames, which every timeline format writes in its own way.

What an editor gets: the clip's picture and own sound, uncut, and each segment of each track as a
piece of its own with a WAV of its own. Editing programs cut at whole frames, music changes at
beats; moving a beat to the next frame would be noticed wherever two segments meet. So a piece's WAV
starts at a whole frame of the clip, and holds the track shifted by the fraction of a frame that
this takes: cut and fade are at whole frames, every beat is where it was, to the sample. The WAV
has more of the track at both ends, to trim and slip; its time reference is its place on the
timeline, so that it can also be put there by timecode. Pieces that overlap, as in a crossfade, lie
on different tracks. Levels, fades, volume points and ducking are keyframes.
"""

import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path

from engine.arrangement.arrangement import Arrangement, MusicItem
from engine.arrangement.automation import GainPoints
from engine.arrangement.gains import MUTED_DB
from engine.arrangement.segments import Segment
from engine.export.export_format import ExportTask
from engine.export.levels import FrameFade, LevelPoint, level_points
from engine.export.mixing import MIX_RATE_HZ, first_sample
from engine.export.plain_text import one_line
from engine.media.probe import VideoInfo
from engine.media.timecode import TimecodeBase, timecode_base

# How much more of the track a WAV holds before and after what plays.
HANDLE_S = 10.0
# Final Cut's and Final Cut Pro 7's loudest level.
MAX_LEVEL_DB = 12.0


@dataclass(frozen=True, slots=True)
class PieceSound:
    """What a piece's WAV holds.

    Attributes:
        path: of the WAV.
        track: the file that it is made of.
        track_start_s: where in the track the segment starts.
        n_lead_samples: how many samples of the WAV are before that.
        first_frame: of the clip, where the WAV starts; below 0 before the clip.
        n_frames: its whole frames.
        first_sample, n_samples: the same in samples; the first counts from the clip's start.
        gain_db: what it is louder than the track, since timelines have no higher levels.
    """

    path: Path
    track: Path
    track_start_s: float
    n_lead_samples: int
    first_frame: int
    n_frames: int
    first_sample: int
    n_samples: int
    gain_db: float


@dataclass(frozen=True, slots=True)
class Piece:
    """A segment of a music item on the timeline.

    Attributes:
        name: of the track.
        item: the music item.
        first_frame, end_frame: of the clip.
        levels: one point, or several by frame with lines in dB between them.
        is_enabled: whether it plays.
        sound: its WAV.
    """

    name: str
    item: MusicItem
    first_frame: int
    end_frame: int
    levels: tuple[LevelPoint, ...]
    is_enabled: bool
    sound: PieceSound


@dataclass(frozen=True, slots=True)
class Edit:
    """A timeline of whole frames.

    Attributes:
        info: the clip.
        base: counts the clip's frames.
        first_frame, end_frame: of the clip: the part that is on the timeline.
        clip_gain_db: level of the clip's own sound; None when it has none, or is muted.
        tracks: rows of pieces, by frame and without overlaps.
        markers: frame of the clip and name.
    """

    info: VideoInfo
    base: TimecodeBase
    first_frame: int
    end_frame: int
    clip_gain_db: float | None
    tracks: tuple[tuple[Piece, ...], ...]
    markers: tuple[tuple[int, str], ...]

    @property
    def name(self) -> str:
        """The clip's name without its suffix."""
        return one_line(self.info.path.stem)

    @property
    def n_frames(self) -> int:
        """Length of the timeline."""
        return self.end_frame - self.first_frame

    def number(self, frame: int) -> int:
        """Return the number of a frame of the clip, counted from 00:00:00:00."""
        return self.base.first_frame + frame

    def pieces(self) -> Iterator[Piece]:
        """Yield all pieces, track by track."""
        for row in self.tracks:
            yield from row


@dataclass(frozen=True, slots=True)
class _Span:
    """Where a segment lies, in frames of the clip; fades are those at its ends."""

    item: MusicItem
    segment: Segment
    first: int
    end: int
    fades: tuple[FrameFade, ...]


def piece_items(task: ExportTask) -> tuple[MusicItem, ...]:
    """Return the music item of each piece that the edit of a task has."""
    return tuple(span.item for span in _spans(task.arrangement, task.info))


def clip_range(arrangement: Arrangement, info: VideoInfo) -> tuple[int, int]:
    """Return the first frame and the one after the last of the clip's part, inside the media."""
    if arrangement.part is None:
        return 0, info.n_frames
    # An arrangement that was saved long ago may count frames of another rate.
    rate = info.frame_rate / arrangement.clip.frame_rate
    first = min(round(arrangement.part.first_frame * rate), info.n_frames - 1)
    return first, max(first + 1, min(round(arrangement.part.end_frame * rate), info.n_frames))


def plan_edit(task: ExportTask, wavs: tuple[Path, ...], lengths_s: Mapping[Path, float]) -> Edit:
    """Return the edit of a task.

    Args:
        task: what to write.
        wavs: a path for each piece, see `piece_items`.
        lengths_s: of the tracks, by path.
    """
    arrangement, info = task.arrangement, task.info
    base = timecode_base(info.frame_rate, info.start_timecode)
    spans, automation = _spans(arrangement, info), arrangement.gain_points
    pieces = [
        _piece(arrangement, automation, base, span, wav, lengths_s[span.item.track.path])
        for span, wav in zip(spans, wavs, strict=True)
    ]
    first, end = clip_range(arrangement, info)
    is_audible = info.sound is not None and arrangement.clip_gain_db > MUTED_DB
    rate = info.frame_rate / arrangement.clip.frame_rate
    markers = ((round(one.frame * rate), one_line(one.name)) for one in arrangement.markers)
    return Edit(
        info=info,
        base=base,
        first_frame=first,
        end_frame=end,
        clip_gain_db=min(arrangement.clip_gain_db, MAX_LEVEL_DB) if is_audible else None,
        tracks=_rows(pieces),
        markers=tuple((frame, name) for frame, name in markers if first <= frame < end),
    )


def _spans(arrangement: Arrangement, info: VideoInfo) -> list[_Span]:
    first, end = clip_range(arrangement, info)
    found = [span for item in arrangement.items for span in _item_spans(arrangement, info, item)]
    inside = (replace(one, first=max(one.first, first), end=min(one.end, end)) for one in found)
    return [span for span in inside if span.first < span.end]


def _item_spans(arrangement: Arrangement, info: VideoInfo, item: MusicItem) -> Iterator[_Span]:
    rate = info.frame_rate
    start_s = arrangement.clip.time_of(item.start_frame)

    def frame_at(time_s: float) -> int:
        return round((start_s + Fraction(time_s)) * rate)

    def fade(from_s: float, length_s: float, *, is_out: bool = False) -> FrameFade:
        # A short fade of a splice is a frame at least: without one it clicks.
        first, end = frame_at(from_s), frame_at(from_s + length_s)
        return FrameFade(first, max(end, first + (length_s > 0)), is_out)

    item_fades = (
        fade(0.0, item.fade_in_s),
        fade(item.duration_s - item.fade_out_s, item.fade_out_s, is_out=True),
    )
    for segment in item.segments:
        fade_in = fade(segment.item_start_s, segment.fade_in_s)
        fade_out_s = segment.item_end_s - segment.fade_out_s
        fade_out = fade(fade_out_s, segment.fade_out_s, is_out=True)
        fades = (fade_in, fade_out, *item_fades)
        yield _Span(item, segment, fade_in.first, fade_out.end, fades)


def _piece(
    arrangement: Arrangement,
    automation: GainPoints,
    base: TimecodeBase,
    span: _Span,
    wav: Path,
    track_s: float,
) -> Piece:
    item, rate = span.item, base.rate
    levels = level_points(
        span.first,
        span.end,
        _constant_gain_db(arrangement, item),
        span.fades,
        automation,
        float(1 / rate),
    )
    excess_db = max(0.0, max(point.gain_db for point in levels) - MAX_LEVEL_DB)
    if excess_db:
        levels = tuple(LevelPoint(one.frame, one.gain_db - excess_db) for one in levels)
    is_enabled = item.gain > 0 and arrangement.music_gain_db > MUTED_DB
    return Piece(
        name=one_line(item.track.title),
        item=item,
        first_frame=span.first,
        end_frame=span.end,
        levels=levels,
        is_enabled=is_enabled,
        sound=_sound(arrangement, base, span, wav, track_s, excess_db),
    )


def _sound(
    arrangement: Arrangement,
    base: TimecodeBase,
    span: _Span,
    wav: Path,
    track_s: float,
    gain_db: float,
) -> PieceSound:
    segment, rate = span.segment, base.rate
    starts = first_sample(arrangement, span.item) + round(segment.item_start_s * MIX_RATE_HZ)
    start_s = Fraction(starts, MIX_RATE_HZ)
    lead_s = Fraction(min(HANDLE_S, segment.track_start_s))
    tail_s = Fraction(segment.duration_s + min(HANDLE_S, max(0.0, track_s - segment.track_end_s)))
    # No file's time is before midnight.
    first = max(math.ceil((start_s - lead_s) * rate), -base.first_frame)
    first = min(first, span.first)
    end = max(math.floor((start_s + tail_s) * rate), span.end)
    first_of_wav = round(first / rate * MIX_RATE_HZ)
    return PieceSound(
        path=wav,
        track=span.item.track.path,
        track_start_s=segment.track_start_s,
        n_lead_samples=starts - first_of_wav,
        first_frame=first,
        n_frames=end - first,
        first_sample=first_of_wav,
        n_samples=round(end / rate * MIX_RATE_HZ) - first_of_wav,
        gain_db=gain_db,
    )


def _constant_gain_db(arrangement: Arrangement, item: MusicItem) -> float:
    """Return the gain of an item as if it weren't muted: one that is has a switch of its own."""
    gains_db = (item.match_gain_db, item.gain_db, arrangement.music_gain_db)
    return sum(gain_db for gain_db in gains_db if gain_db > MUTED_DB)


def _rows(pieces: Iterable[Piece]) -> tuple[tuple[Piece, ...], ...]:
    """Return the pieces in as few rows as possible, without overlaps in a row."""
    rows: list[list[Piece]] = []
    for piece in sorted(pieces, key=lambda one: one.first_frame):
        row = next((row for row in rows if row[-1].end_frame <= piece.first_frame), None)
        if row is None:
            rows.append([piece])
        else:
            row.append(piece)
    return tuple(tuple(row) for row in rows)
