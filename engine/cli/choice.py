"""Which track a command means, a file or a rank in the list, and how it is placed."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from engine.errors import InputError
from engine.translation import tr, trn

if TYPE_CHECKING:
    from engine.arrangement.arrangement import Arrangement
    from engine.library.tracks import Track
    from engine.media.probe import VideoInfo
    from engine.music.features import MusicFeatures
    from engine.progress import Progress
    from engine.sound.clip_sound import ClipSound
    from engine.stories.recommend import Recommendation


@dataclass(frozen=True, slots=True)
class ChosenTrack:
    """The track for a clip.

    Attributes:
        track: the track.
        arrangement: of it under the clip; its ducking is only right at the levels it has.
        sound: the clip's own.
    """

    track: "Track"
    arrangement: "Arrangement"
    sound: "ClipSound"


def choose_track(
    info: "VideoInfo", wanted: str | None, start_s: float | None, progress: "Progress"
) -> ChosenTrack:
    """Find the track that a command names, and place it under the clip.

    Args:
        info: the clip.
        wanted: an audio file, or a rank in the list such as "3"; None for the first. A
            file whose name is a number is written as ./3.
        start_s: where in the track the music starts; None for where it fits best.
        progress: of the analyses; may cancel.

    Raises:
        InputError: when the list has no such rank, or the track ends before `start_s`.
        MediaError: when clip or file can't be used.
    """
    from engine.arrangement.placing import place, place_from
    from engine.library.libraries import Libraries
    from engine.stories.analyse import analyse_clip_isolated, analyse_sound_isolated

    if wanted is None or (wanted.isascii() and wanted.isdecimal()):
        item, sound = _from_list(info.path, int(wanted or 1), progress)
        if start_s is None:
            return ChosenTrack(item.track, item.arrangement, sound)
        track, features = item.track, Libraries().features(item.track)
    else:
        track, features = _from_file(Path(wanted).absolute(), progress)
    if start_s is None:
        clip = analyse_clip_isolated(info.path, progress)
        placed = place(info, clip.features.descriptors, track, features).arrangement
        return ChosenTrack(track, placed, clip.sound)
    if start_s >= features.duration_s:
        raise InputError(
            tr("the track ends before {start:g} s.").format(start=start_s),
            path=track.path,
            remedy=tr("Choose an earlier --start."),
        )
    placed = place_from(info, track, features, start_s)
    return ChosenTrack(track, placed, analyse_sound_isolated(info, progress))


def _from_list(clip: Path, rank: int, progress: "Progress") -> "tuple[Recommendation, ClipSound]":
    from engine.cli.terminal import warn
    from engine.stories.analyse import analyse_clip_isolated
    from engine.stories.ranking_options import RankingOptions
    from engine.stories.recommend import recommend

    if rank < 1:
        raise InputError(tr("The ranked list starts at 1."))
    analysis = analyse_clip_isolated(clip, progress)
    ranked = recommend(analysis, RankingOptions(top=rank), progress)
    for note in ranked.notes:
        warn(note)
    if rank > len(ranked.items):
        raise InputError(
            trn(
                "The ranked list has only {n} track.",
                "The ranked list has only {n} tracks.",
                len(ranked.items),
            ).format(n=len(ranked.items)),
            remedy=tr("See it with: soundbed recommend CLIP"),
        )
    return ranked.items[rank - 1], analysis.sound


def _from_file(path: Path, progress: "Progress") -> "tuple[Track, MusicFeatures]":
    from engine.library.libraries import Libraries

    libraries = Libraries()
    track = libraries.find(path)
    return _analyse(path, progress) if track is None else (track, libraries.features(track))


def _analyse(path: Path, progress: "Progress") -> "tuple[Track, MusicFeatures]":
    from engine.library.track_analysis import analyse_file
    from engine.library.tracks import Track
    from engine.limits import analysing_track
    from engine.media.worker import run_isolated
    from engine.music.features import MusicFeatures

    size_bytes = path.stat().st_size if path.is_file() else 0
    analysed = run_isolated(
        analyse_file,
        path,
        path=path,
        limits=analysing_track(size_bytes),
        progress=progress,
    )
    track = Track(analysed.file, analysed.tags, analysed.profile)
    return track, MusicFeatures.from_bytes(analysed.features)
