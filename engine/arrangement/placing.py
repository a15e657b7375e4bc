"""How a track lies under a clip: where it starts, and how that meets the picture."""

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from engine.arrangement.alignment import N_POINTS, Alignment, align
from engine.arrangement.segments import lay_under, times_in_track, times_under_clip

if TYPE_CHECKING:
    from engine.library.tracks import Track
    from engine.music.features import MusicFeatures
    from engine.video.features import VideoDescriptors


def place(
    clip_duration_s: float, seen: "VideoDescriptors", track: "Track", music: "MusicFeatures"
) -> Alignment:
    """Return the best start, with what picture and music then share.

    A track with marks is heard in a version cut for the clip (`engine.arrangement.cuts`): its
    start is that version's, and so is what it shares with the picture.

    Args:
        clip_duration_s: length of the clip.
        seen: the clip's motion and cuts.
        track: the music, with its marks where its score is known.
        music: its measured features.
    """
    marks = track.marks
    found = align(
        clip_duration_s=clip_duration_s,
        motion_curve=seen.motion_curve,
        cuts_s=seen.cuts_s,
        track_duration_s=music.duration_s,
        energy_curve=music.energy_curve,
        beats_s=music.beats_s,
        downbeats_s=music.downbeats_s,
        section_starts_s=() if marks is None else [one.start_s for one in marks.sections],
    )
    if marks is None:
        return found
    segments = lay_under(
        clip_duration_s=clip_duration_s,
        track_duration_s=music.duration_s,
        start_s=found.start_s,
        downbeats_s=music.downbeats_s,
        beats_s=music.beats_s,
        energy=music.energy_curve,
        marks=marks,
    )
    n_points = int(min(N_POINTS, max(3, round(clip_duration_s))))
    clip_times_s = (np.arange(n_points) + 0.5) * clip_duration_s / n_points
    energy = np.asarray(music.energy_curve, np.float32)
    middles_s = (np.arange(len(energy)) + 0.5) * music.duration_s / max(len(energy), 1)
    heard_at_s = times_in_track(segments, clip_times_s)
    heard = np.interp(heard_at_s, middles_s, energy) if len(energy) else np.zeros(0)
    shared = align(
        clip_duration_s=clip_duration_s,
        motion_curve=seen.motion_curve,
        cuts_s=seen.cuts_s,
        track_duration_s=clip_duration_s,
        energy_curve=heard.astype(np.float32),
        beats_s=times_under_clip(segments, music.beats_s).astype(np.float32),
        downbeats_s=np.zeros(0, np.float32),
    )
    return replace(shared, start_s=segments[0].track_start_s)
