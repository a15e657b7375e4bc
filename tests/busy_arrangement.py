"""An arrangement with everything that a timeline can hold, for any clip."""

from dataclasses import replace
from pathlib import Path

from engine.arrangement.arrangement import Arrangement, ClipReference, MusicItem, TrackReference
from engine.arrangement.automation import Ducking, Span, VolumePoint
from engine.arrangement.clip_part import ClipPart, Marker
from engine.arrangement.segments import Segment
from engine.media.probe import VideoInfo
from engine.media.tags import Tags

TAGS = Tags('Rain & "Wind" #1', "A; B", licence="CC BY 4.0", url="https://example.org/a?b&c")


def busy(info: VideoInfo, track: Path, *, with_part: bool = False) -> Arrangement:
    """Return two items over a clip: spliced, repeated, faded, ducked, and with markers.

    The first item has a crossfade, a hard cut between two equal segments, and a beat between
    frames everywhere; the second overlaps it and starts with the track.

    Args:
        info: the clip.
        track: a sound file of at least a minute.
        with_part: whether the middle half of the clip is its part.
    """
    length_s = info.duration_s
    quarter_s = length_s / 4
    fade_s = min(0.25, quarter_s / 4)
    spliced = MusicItem(
        TrackReference(track, "a" * 64, TAGS),
        (
            Segment(11.013, 0.0, quarter_s + fade_s, 0.0, fade_s),
            Segment(31.27, quarter_s, quarter_s, fade_s, 0.0),
            Segment(31.27, 2 * quarter_s, quarter_s),
        ),
        match_gain_db=-3.5,
        gain_db=1.0,
        fade_in_s=min(0.5, quarter_s / 2),
        fade_out_s=min(0.4, quarter_s / 2),
    )
    n_frames = int(length_s * info.frame_rate)
    start = n_frames // 2
    rest_s = length_s - float(start / info.frame_rate)
    second = MusicItem(
        TrackReference(track, "a" * 64, replace(TAGS, title="Second")),
        (Segment(0.004, 0.0, rest_s, 0.0, min(1.0, rest_s / 2)),),
        start,
    )
    half = max(1, n_frames // 2)
    return Arrangement(
        ClipReference(info.path, length_s, info.frame_rate, info.start_timecode),
        (spliced, second) if start else (spliced,),
        music_gain_db=-2.0,
        clip_gain_db=-1.5,
        part=ClipPart(n_frames // 4, n_frames // 4 + half) if with_part else None,
        markers=(Marker(0, "Start"), Marker(start, "A & <B>")) if start else (Marker(0, "Start"),),
        volume=(VolumePoint(0, 0.0), VolumePoint(start, -12.0)) if start else (),
        ducking=Ducking((Span(quarter_s, 2 * quarter_s),), 9.0),
    )
