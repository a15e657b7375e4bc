"""An OpenTimelineIO timeline for editing programs."""

from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

import opentimelineio as otio
from opentimelineio.opentime import RationalTime, TimeRange

from engine.arrangement.arrangement import Arrangement, ClipReference, MusicItem
from engine.arrangement.gains import MUTED_DB
from engine.arrangement.segments import Segment
from engine.export.mixing import MIX_RATE_HZ, first_sample, n_mix_samples
from engine.media.tags import Tags
from engine.translation import tr


def timeline_text(
    arrangement: Arrangement, *, with_clip_sound: bool, music_wav: Path | None = None
) -> str:
    """Return the timeline as OTIO's JSON: picture, the clip's own sound, and the music.

    Picture times count frames at the clip's rate, music times samples at 48 kHz, both exactly.
    Gains and fades are in the metadata under "soundbed"; crossfades are transitions. Music items
    that overlap are on separate tracks.

    Args:
        arrangement: what to export.
        with_clip_sound: whether the clip has sound.
        music_wav: the exported music, as long as the clip, with fades and levels in it; refers
            to the tracks themselves, cut up, when None.
    """
    clip = arrangement.clip
    timeline = otio.schema.Timeline(name=_text(clip.path.stem))
    start = _start_time(clip)
    timeline.global_start_time = start
    picture = otio.schema.Track(name=tr("Picture"), kind=otio.schema.TrackKind.Video)
    picture.append(_clip_item(clip, start))
    timeline.tracks.append(picture)
    if with_clip_sound and arrangement.clip_gain_db > MUTED_DB:
        sound = otio.schema.Track(name=tr("Clip sound"), kind=otio.schema.TrackKind.Audio)
        item = _clip_item(clip, start)
        item.metadata["soundbed"] = {"gain_db": arrangement.clip_gain_db}
        sound.append(item)
        timeline.tracks.append(sound)
    timeline.tracks.extend(_music_tracks(arrangement, music_wav))
    return str(otio.adapters.write_to_string(timeline, "otio_json"))


def _start_time(clip: ClipReference) -> RationalTime | None:
    if clip.start_timecode is None:
        return None
    rate = float(clip.frame_rate)
    try:
        frames = RationalTime.from_timecode(clip.start_timecode, rate).value
    except ValueError:
        # No timecode exists at this rate, as with a variable one: the timeline starts at 0.
        return None
    return RationalTime(frames, rate)


def _clip_item(clip: ClipReference, start: RationalTime | None) -> otio.schema.Clip:
    rate = float(clip.frame_rate)
    n_frames = max(1, round(clip.duration_s * clip.frame_rate))
    whole = TimeRange(start or RationalTime(0, rate), RationalTime(n_frames, rate))
    return otio.schema.Clip(
        name=_text(clip.path.name),
        media_reference=otio.schema.ExternalReference(clip.path.as_uri(), whole),
        source_range=whole,
    )


def _music_tracks(arrangement: Arrangement, music_wav: Path | None) -> Iterator[otio.schema.Track]:
    if music_wav is None:
        rows = [_row_items(arrangement, row) for row in _rows(arrangement)]
    else:
        rows = [[_wav_item(arrangement, music_wav)]]
    for number, items in enumerate(rows, 1):
        name = tr("Music") if number == 1 else tr("Music {n}").format(n=number)
        track = otio.schema.Track(name=name, kind=otio.schema.TrackKind.Audio)
        track.extend(items)
        yield track


def _rows(arrangement: Arrangement) -> list[list[MusicItem]]:
    """Return the music items in as few rows as possible, without overlaps in a row."""
    rows: list[list[MusicItem]] = []
    for item in arrangement.items:
        first = first_sample(arrangement, item)
        free = (row for row in rows if _end_sample(arrangement, row[-1]) <= first)
        row = next(free, None)
        if row is None:
            rows.append([item])
        else:
            row.append(item)
    return rows


def _end_sample(arrangement: Arrangement, item: MusicItem) -> int:
    ends = [_sample(segment.item_end_s) for segment in item.segments]
    return first_sample(arrangement, item) + max(ends)


def _wav_item(arrangement: Arrangement, music_wav: Path) -> otio.schema.Clip:
    whole = _samples(0, n_mix_samples(arrangement))
    tracks = tuple(dict.fromkeys(item.track for item in arrangement.items))
    return otio.schema.Clip(
        name=_text(" + ".join(track.title for track in tracks)),
        media_reference=otio.schema.ExternalReference(music_wav.resolve().as_uri(), whole),
        source_range=whole,
        metadata={"soundbed": {"tracks": [_tags(track.tags) for track in tracks]}},
    )


def _row_items(arrangement: Arrangement, row: list[MusicItem]) -> list[otio.core.Composable]:
    items: list[otio.core.Composable] = []
    end = 0
    for item in row:
        item_first = first_sample(arrangement, item)
        for segment in item.segments:
            # A crossfade ends where the earlier segment does; there is the cut.
            first = item_first + _sample(segment.item_start_s)
            n_overlap = max(0, end - first)
            if first > end:
                items.append(otio.schema.Gap(source_range=_samples(0, first - end)))
            elif n_overlap:
                items.append(
                    otio.schema.Transition(
                        name=tr("Crossfade"),
                        transition_type=otio.schema.TransitionTypes.SMPTE_Dissolve,
                        in_offset=RationalTime(n_overlap, MIX_RATE_HZ),
                        out_offset=RationalTime(0, MIX_RATE_HZ),
                    )
                )
            end = item_first + _sample(segment.item_end_s)
            played = _samples(_sample(segment.track_start_s) + n_overlap, end - first - n_overlap)
            items.append(_segment_item(arrangement, item, segment, played))
    return items


def _segment_item(
    arrangement: Arrangement, item: MusicItem, segment: Segment, played: TimeRange
) -> otio.schema.Clip:
    return otio.schema.Clip(
        name=_text(item.track.title),
        media_reference=otio.schema.ExternalReference(item.track.path.as_uri()),
        source_range=played,
        metadata={
            "soundbed": {
                "gain_db": item.match_gain_db + item.gain_db + arrangement.music_gain_db,
                "fade_in_s": segment.fade_in_s,
                "fade_out_s": segment.fade_out_s,
                "item_fade_in_s": item.fade_in_s,
                "item_fade_out_s": item.fade_out_s,
                "tags": _tags(item.track.tags),
            }
        },
    )


def _tags(tags: Tags) -> dict[str, Any]:
    return {name: _text(text) for name, text in asdict(tags).items() if text}


def _sample(time_s: float) -> int:
    return round(time_s * MIX_RATE_HZ)


def _samples(first: int, n: int) -> TimeRange:
    return TimeRange(RationalTime(first, MIX_RATE_HZ), RationalTime(n, MIX_RATE_HZ))


def _text(text: str) -> str:
    # File names need not be UTF-8, the timeline must be.
    return text.encode("utf-8", "replace").decode("utf-8")
