"""The hand-over to editing programs: an OpenTimelineIO timeline."""

from pathlib import Path
from typing import Any

import opentimelineio as otio
from opentimelineio.opentime import RationalTime, TimeRange

from engine.arrangement.plan import MUTED_DB, MixPlan
from engine.arrangement.segments import Segment
from engine.export.mix import MIX_RATE_HZ, n_mix_samples
from engine.translation import tr


def timeline_text(plan: MixPlan, *, with_clip_sound: bool, music_wav: Path | None = None) -> str:
    """Return the timeline as OTIO's JSON: picture, the clip's own sound, and the music.

    Picture times count frames at the clip's rate, music times samples at 48 kHz, both exactly.
    Gains and fades stand in the metadata under "soundbed"; crossfades are transitions.

    Args:
        plan: what to hand over.
        with_clip_sound: whether the clip has sound.
        music_wav: the exported music, as long as the clip, with fades and levels in it; refers
            to the track itself, cut up, when None.
    """
    timeline = otio.schema.Timeline(name=_text(plan.clip_path.stem))
    start = _start_time(plan)
    timeline.global_start_time = start
    timeline.metadata["soundbed"] = {"plan_version": plan.version}
    picture = otio.schema.Track(name=tr("Picture"), kind=otio.schema.TrackKind.Video)
    picture.append(_clip_item(plan, start))
    timeline.tracks.append(picture)
    if with_clip_sound and plan.clip_gain_db > MUTED_DB:
        sound = otio.schema.Track(name=tr("Clip sound"), kind=otio.schema.TrackKind.Audio)
        item = _clip_item(plan, start)
        item.metadata["soundbed"] = {"gain_db": plan.clip_gain_db}
        sound.append(item)
        timeline.tracks.append(sound)
    music = otio.schema.Track(name=tr("Music"), kind=otio.schema.TrackKind.Audio)
    music.extend(_music_items(plan) if music_wav is None else [_wav_item(plan, music_wav)])
    timeline.tracks.append(music)
    return str(otio.adapters.write_to_string(timeline, "otio_json"))


def _start_time(plan: MixPlan) -> RationalTime | None:
    if plan.start_timecode is None:
        return None
    rate = float(plan.frame_rate)
    try:
        frames = RationalTime.from_timecode(plan.start_timecode, rate).value
    except ValueError:
        # No timecode exists at this rate, as with a variable one: the timeline starts at 0.
        return None
    return RationalTime(frames, rate)


def _clip_item(plan: MixPlan, start: RationalTime | None) -> otio.schema.Clip:
    rate = float(plan.frame_rate)
    n_frames = max(1, round(plan.clip_duration_s * plan.frame_rate))
    whole = TimeRange(start or RationalTime(0, rate), RationalTime(n_frames, rate))
    return otio.schema.Clip(
        name=_text(plan.clip_path.name),
        media_reference=otio.schema.ExternalReference(plan.clip_path.as_uri(), whole),
        source_range=whole,
    )


def _wav_item(plan: MixPlan, music_wav: Path) -> otio.schema.Clip:
    whole = _samples(0, n_mix_samples(plan))
    return otio.schema.Clip(
        name=_text(plan.title or plan.track_path.stem),
        media_reference=otio.schema.ExternalReference(music_wav.resolve().as_uri(), whole),
        source_range=whole,
        metadata={"soundbed": _credits(plan)},
    )


def _music_items(plan: MixPlan) -> list[otio.core.Composable]:
    items: list[otio.core.Composable] = []
    end = 0
    for segment in plan.segments:
        # A crossfade ends where the earlier segment does; there is the cut.
        first = _sample(segment.clip_start_s)
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
        end = _sample(segment.clip_end_s)
        items.append(_segment_item(plan, segment, n_overlap, end - first - n_overlap))
    return items


def _segment_item(plan: MixPlan, segment: Segment, n_skipped: int, n: int) -> otio.schema.Clip:
    return otio.schema.Clip(
        name=_text(plan.title or plan.track_path.stem),
        media_reference=otio.schema.ExternalReference(plan.track_path.as_uri()),
        source_range=_samples(_sample(segment.track_start_s) + n_skipped, n),
        metadata={
            "soundbed": {
                "gain_db": plan.match_gain_db + plan.music_gain_db,
                "fade_in_s": segment.fade_in_s,
                "fade_out_s": segment.fade_out_s,
            }
            | _credits(plan)
        },
    )


def _credits(plan: MixPlan) -> dict[str, Any]:
    known = {
        "title": plan.title,
        "artist": plan.artist,
        "licence": plan.licence,
        "link": plan.link,
    }
    return {name: _text(text) for name, text in known.items() if text}


def _sample(time_s: float) -> int:
    return round(time_s * MIX_RATE_HZ)


def _samples(first: int, n: int) -> TimeRange:
    return TimeRange(RationalTime(first, MIX_RATE_HZ), RationalTime(n, MIX_RATE_HZ))


def _text(text: str) -> str:
    # File names need not be UTF-8, the timeline must be.
    return text.encode("utf-8", "replace").decode("utf-8")
