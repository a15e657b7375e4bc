"""Why a track is recommended, in words that compare the picture with the music."""

import math
from typing import TYPE_CHECKING

from engine.arrangement.alignment import Alignment
from engine.library.tracks import Track
from engine.translation import tr, trn

if TYPE_CHECKING:
    from engine.music.features import MusicFeatures
    from engine.video.descriptors import VideoDescriptors

# A third of 167 real micro-videos (micro_clips) is below the first, a third above the second.
_CALM_MOTION, _LIVELY_MOTION = 0.05, 0.115
_SLOW_CUTS, _FAST_CUTS = 10.0, 35.0
_DARK, _BRIGHT = 0.28, 0.43
_MUTED, _VIVID = 0.22, 0.35
# Half-way between slow and fast music.
_MIDDLE_BPM = 110.0
_MIDDLE_ONSETS_HZ = 3.0
# Pace of clip and music, from -1 to 1, must be at least this far from the middle.
_MIN_PACE = 0.2
_STRONG_MOOD = 0.5
# The best of dozens of starts always correlates a little: 3 / √n is three deviations of the
# correlation of n unrelated points.
_SHARED_MOVEMENT = 0.4
_DEVIATIONS = 3.0
# Two thirds of the cuts, and twice as many as would fall on a beat by chance.
_MIN_CUTS_ON_BEAT = 0.65
_ABOVE_CHANCE = 2.0
_MAX_REASONS = 3


def explain(
    descriptors: "VideoDescriptors",
    track: Track,
    music: "MusicFeatures",
    alignment: Alignment,
    *,
    match_rank: int,
    n_tracks: int,
    taste: float,
) -> tuple[str, ...]:
    """Return one to three translated reasons, the strongest first.

    A reason compares a measurement of the clip with one of the music: pace with pace, light with
    mood, cuts with beats. The best match, and a track without such a reason, also show their rank
    by the trained model.

    Args:
        descriptors: the clip's readable descriptors.
        track: the track.
        music: its features.
        alignment: how well it fits the clip from where it starts.
        match_rank: its rank by content score alone, 1 for the best.
        n_tracks: how many were ranked.
        taste: the part of the score that comes from the user's taste.
    """
    found = [
        _pace(descriptors, track, music),
        _light(descriptors, track, music),
        _cuts(alignment),
        _movement(alignment),
        tr("similar to your earlier picks") if taste > 0.01 else "",
    ]
    reasons = [reason for reason in found if reason]
    if not reasons or match_rank == 1:
        reasons = [*reasons[: _MAX_REASONS - 1], _rank(match_rank, n_tracks)]
    return tuple(reasons[:_MAX_REASONS])


def picture_pace(descriptors: "VideoDescriptors") -> float:
    """Return how calm (-1) or lively (1) a clip looks, from its motion and cuts."""
    motion = _between(descriptors.motion_mean, _CALM_MOTION, _LIVELY_MOTION)
    cuts = _between(descriptors.cut_rate_per_min, _SLOW_CUTS, _FAST_CUTS)
    return 0.6 * motion + 0.4 * cuts


def music_pace(track: Track, music: "MusicFeatures") -> float:
    """Return how calm (-1) or lively (1) music sounds, from its moods, notes and tempo."""
    mood = _clipped(
        (track.profile.moods.get("energetic", 0.0) - track.profile.moods.get("calm", 0.0)) / 2
    )
    notes = _clipped(math.log2(max(music.onset_density_hz, 0.1) / _MIDDLE_ONSETS_HZ))
    tempo = _clipped(2 * math.log2(track.profile.bpm / _MIDDLE_BPM)) if track.profile.bpm else 0.0
    return 0.5 * mood + 0.25 * notes + 0.25 * tempo


def _pace(descriptors: "VideoDescriptors", track: Track, music: "MusicFeatures") -> str:
    picture, sound = picture_pace(descriptors), music_pace(track, music)
    if min(abs(picture), abs(sound)) < _MIN_PACE or picture * sound < 0:
        return ""
    words = [tr("lively picture") if picture > 0 else tr("calm picture")]
    if not len(descriptors.cuts_s):
        words.append(tr("a single shot"))
    elif picture > 0 and descriptors.cut_rate_per_min >= _FAST_CUTS:
        words.append(tr("fast cuts"))
    elif picture < 0 and descriptors.cut_rate_per_min <= _SLOW_CUTS:
        words.append(tr("slow cuts"))
    sounds = [_sound_word(track, sound)]
    if track.profile.bpm:
        sounds.append(tr("{bpm:.0f} BPM").format(bpm=track.profile.bpm))
    return _pair(words, sounds)


def _sound_word(track: Track, pace: float) -> str:
    if track.genre is not None:
        return tr(track.genre)
    return tr("energetic") if pace > 0 else tr("calm")


def _light(descriptors: "VideoDescriptors", track: Track, music: "MusicFeatures") -> str:
    words: list[str] = []
    moods: tuple[str, ...] = ()
    if descriptors.brightness < _DARK:
        words, moods = [tr("dark picture")], ("dark", "tense", "sad", "epic")
    elif descriptors.brightness > _BRIGHT:
        words, moods = [tr("bright picture")], ("happy", "playful", "tender", "dreamy")
    if not words:
        return ""
    if descriptors.saturation < _MUTED:
        words.append(tr("muted colours"))
    elif descriptors.saturation > _VIVID:
        words.append(tr("vivid colours"))
    mood = max(moods, key=lambda name: track.profile.moods.get(name, 0.0))
    if track.profile.moods.get(mood, 0.0) < _STRONG_MOOD:
        return ""
    sounds = [tr(mood)]
    if track.profile.key and (music.mode == "minor") == (descriptors.brightness < _DARK):
        sounds.append(track.profile.key)
    return _pair(words, sounds)


def _cuts(alignment: Alignment) -> str:
    enough = max(_MIN_CUTS_ON_BEAT, _ABOVE_CHANCE * alignment.by_chance)
    if not alignment.n_cuts or alignment.cuts_on_beat < enough:
        return ""
    return tr("{n_on} of {n} cuts fall on a beat").format(
        n_on=round(alignment.cuts_on_beat * alignment.n_cuts), n=alignment.n_cuts
    )


def _movement(alignment: Alignment) -> str:
    enough = max(_SHARED_MOVEMENT, _DEVIATIONS / math.sqrt(max(alignment.n_points, 1)))
    if alignment.movement < enough:
        return ""
    return tr("the music rises and falls with the movement")


def _rank(rank: int, n_tracks: int) -> str:
    if rank == 1:
        return trn(
            "the only track to rank",
            "the closest of {n} tracks by the trained model",
            n_tracks,
        ).format(n=n_tracks)
    return tr("number {rank} of {n} by the trained model").format(rank=rank, n=n_tracks)


def _pair(picture: list[str], sound: list[str]) -> str:
    return f"{', '.join(picture)} ↔ {', '.join(sound)}"


def _between(value: float, low: float, high: float) -> float:
    """Return a value scaled so that `low` is -1 and `high` is 1, clipped to that range."""
    return _clipped((2 * value - low - high) / (high - low))


def _clipped(value: float) -> float:
    return max(-1.0, min(1.0, float(value)))
