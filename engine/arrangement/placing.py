"""Places a track under a clip: where it starts, how it is cut, how well it matches the picture."""

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from engine.arrangement.alignment import Alignment, ClipMotion, align, motion_of, n_points
from engine.arrangement.arrangement import Arrangement, arrange, clip_reference
from engine.arrangement.clip_part import ClipPart
from engine.arrangement.covering import cover
from engine.arrangement.music_form import MusicForm, form_of
from engine.arrangement.segments import Segment, times_in_item, times_in_track

if TYPE_CHECKING:
    from engine.library.tracks import Track
    from engine.media.probe import VideoInfo
    from engine.music.features import MusicFeatures
    from engine.video.descriptors import VideoDescriptors


@dataclass(frozen=True, slots=True)
class Placement:
    """A track under a clip where it fits best.

    Attributes:
        arrangement: the track, cut and level-matched.
        alignment: how well it matches the picture.
    """

    arrangement: Arrangement
    alignment: Alignment


def place(
    info: "VideoInfo",
    descriptors: "VideoDescriptors",
    track: "Track",
    features: "MusicFeatures",
    part: ClipPart | None = None,
) -> Placement:
    """Place a track where it fits the clip best.

    A track with marks plays in a version cut for the clip (`engine.arrangement.cuts`): that
    version is compared with the picture.

    Args:
        info: the clip.
        descriptors: the motion and cuts of the part.
        track: the music, with its marks where its score is known.
        features: its measured features.
        part: of the clip, which gets the music; None for the whole clip.
    """
    clip = motion_of(_length_s(info, part), descriptors)
    music = form_of(track, features)
    alignment = align(clip, music)
    segments = cover(clip.duration_s, music, alignment.start_s)
    if music.marks is not None:
        alignment = _align_version(clip, music, segments)
    return Placement(arrange(info, track, features, segments, part), alignment)


def place_from(
    info: "VideoInfo",
    track: "Track",
    features: "MusicFeatures",
    start_s: float,
    part: ClipPart | None = None,
) -> Arrangement:
    """Place a track from a start that the user chose, for a clip of any length.

    A track longer than the clip stays uncut; a shorter one plays in a long version.

    Args:
        info: the clip.
        track: the music.
        features: its measured features.
        start_s: where in the track it starts; earlier where too little would remain.
        part: of the clip, which gets the music; None for the whole clip.
    """
    segments = cover(_length_s(info, part), form_of(track, features), start_s, by_hand=True)
    return arrange(info, track, features, segments, part)


def _length_s(info: "VideoInfo", part: ClipPart | None) -> float:
    starts_s, ends_s = clip_reference(info).part_s(part)
    return ends_s - starts_s


def _align_version(clip: ClipMotion, music: MusicForm, segments: tuple[Segment, ...]) -> Alignment:
    """Return how well the track, as the segments play it, matches the picture."""
    n_compared = n_points(clip.duration_s)
    clip_times_s = (np.arange(n_compared) + 0.5) * clip.duration_s / n_compared
    curve = np.asarray(music.energy_curve, np.float32)
    middles_s = (np.arange(len(curve)) + 0.5) * music.duration_s / max(len(curve), 1)
    track_times_s = times_in_track(segments, clip_times_s)
    energy = np.interp(track_times_s, middles_s, curve) if len(curve) else np.zeros(0)
    version = MusicForm(
        duration_s=clip.duration_s,
        beats_s=times_in_item(segments, music.beats_s).astype(np.float32),
        energy_curve=energy.astype(np.float32),
    )
    return replace(align(clip, version), start_s=segments[0].track_start_s)
