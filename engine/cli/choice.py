"""Which tracks a command means, files or ranks in the list, and how they are placed."""

import argparse
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from engine.errors import InputError
from engine.path_checks import is_file, is_there
from engine.translation import tr, trn

if TYPE_CHECKING:
    from engine.arrangement.arrangement import Arrangement
    from engine.arrangement.clip_part import ClipPart
    from engine.library.tracks import Track
    from engine.media.probe import VideoInfo
    from engine.music.features import MusicFeatures
    from engine.progress import Progress
    from engine.sound.clip_sound import ClipSound
    from engine.stories.recommend import Recommendation


_AT = re.compile(r"(.+)@([0-9][0-9:;.,]*)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class MusicWish:
    """Which music a command means.

    Attributes:
        tracks: each an audio file, or a rank in the list such as "3", with @TIME where it starts
            in the clip; none for the first of the list, or music by scenes for a clip over ten
            minutes. A file whose name is a number is written as ./3.
        start_s: where in the track the music starts; None for where it fits best.
        part: of the clip, which gets the music; None for the whole clip.
        by_scenes: whether each scene gets its own track.
    """

    tracks: tuple[str, ...] = ()
    start_s: float | None = None
    part: "ClipPart | None" = None
    by_scenes: bool = False

    def __post_init__(self) -> None:
        if self.by_scenes and (self.tracks or self.start_s is not None):
            raise InputError(
                tr("Tracks are chosen by themselves for each scene."),
                remedy=tr("Leave out --track and --start, or --by-scenes."),
            )
        if len(self.tracks) > 1 and self.start_s is not None:
            raise InputError(
                tr("--start is for a single track."),
                remedy=tr("Say where in the clip each track starts: --track FILE@SECONDS"),
            )


@dataclass(frozen=True, slots=True)
class ChosenMusic:
    """The music for a clip.

    Attributes:
        tracks: all of them.
        arrangement: of them under the clip; its ducking is only right at the levels it has.
        sound: the clip's own.
    """

    tracks: "tuple[Track, ...]"
    arrangement: "Arrangement"
    sound: "ClipSound"


def choose_music(info: "VideoInfo", wish: MusicWish, progress: "Progress") -> ChosenMusic:
    """Find the tracks that a command names, and place them under the clip.

    Args:
        info: the clip.
        wish: what is wanted.
        progress: of the analyses; may cancel.

    Raises:
        InputError: when the list has no such rank, the track ends before its start, or tracks
            start too close to each other.
        MediaError: when clip or file can't be used.
    """
    from engine.arrangement.arrangement import clip_reference
    from engine.stories.arrange_scenes import LONGEST_ALONE_S

    starts_s, ends_s = clip_reference(info).part_s(wish.part)
    is_long = ends_s - starts_s > LONGEST_ALONE_S
    if wish.by_scenes or (is_long and not wish.tracks and wish.start_s is None):
        return _by_scenes(info, wish.part, progress)
    named = [_at(info, text) for text in wish.tracks]
    if len(named) > 1 or any(frame is not None for _, frame in named):
        return _in_sequence(info, named, wish.part, progress)
    return _alone(info, named[0][0] if named else None, wish, progress)


def _by_scenes(info: "VideoInfo", part: "ClipPart | None", progress: "Progress") -> ChosenMusic:
    from engine.library.libraries import Libraries
    from engine.stories.analyse import analyse_clip_isolated
    from engine.stories.arrange_scenes import arrange_scenes
    from engine.stories.ranking_options import RankingOptions

    clip, libraries = analyse_clip_isolated(info.path, progress), Libraries()
    arrangement = arrange_scenes(clip, RankingOptions(part=part), progress, libraries)
    found = (libraries.find(path) for path in {item.track.path for item in arrangement.items})
    tracks = tuple(track for track in found if track is not None)
    return ChosenMusic(tracks, arrangement, clip.sound)


def _in_sequence(
    info: "VideoInfo",
    named: "Sequence[tuple[str, int | None]]",
    part: "ClipPart | None",
    progress: "Progress",
) -> ChosenMusic:
    """Let tracks follow each other; those without a time start with the part."""
    from engine.arrangement.arrangement import clip_reference
    from engine.stories.analyse import analyse_sound_isolated
    from engine.stories.arrange_scenes import PlacedTrack, arrange_tracks

    clip = clip_reference(info)
    placed = []
    for wanted, frame in named:
        track, features = _found(info, wanted, part, progress)
        first = part.first_frame if part is not None else 0
        placed.append(
            PlacedTrack(track, features, float(clip.time_of(first if frame is None else frame)))
        )
    arrangement = arrange_tracks(info, placed, part)
    tracks = tuple(one.track for one in placed)
    return ChosenMusic(tracks, arrangement, analyse_sound_isolated(info, progress))


def _alone(
    info: "VideoInfo", wanted: str | None, wish: MusicWish, progress: "Progress"
) -> ChosenMusic:
    from engine.arrangement.placing import place, place_from
    from engine.stories.analyse import analyse_clip_isolated, analyse_sound_isolated
    from engine.stories.clip_parts import part_of

    if wish.start_s is None and _is_rank(wanted):
        item, sound = _from_list(info.path, int(wanted or 1), wish.part, progress)
        return ChosenMusic((item.track,), item.arrangement, sound)
    track, features = _found(info, wanted, wish.part, progress)
    if wish.start_s is None:
        clip = analyse_clip_isolated(info.path, progress)
        descriptors = part_of(clip, wish.part).features.descriptors
        placed = place(info, descriptors, track, features, wish.part).arrangement
        return ChosenMusic((track,), placed, clip.sound)
    if wish.start_s >= features.duration_s:
        raise InputError(
            tr("the track ends before {start:g} s.").format(start=wish.start_s),
            path=track.path,
            remedy=tr("Choose an earlier --start."),
        )
    placed = place_from(info, track, features, wish.start_s, wish.part)
    return ChosenMusic((track,), placed, analyse_sound_isolated(info, progress))


def _at(info: "VideoInfo", text: str) -> tuple[str, int | None]:
    """Return the track that a text names, and the frame of the clip after its "@"."""
    from engine.cli.times import frame_of, time_text

    found = _AT.fullmatch(text)
    if found is None or is_there(Path(text)):
        return text, None
    try:
        return found[1], frame_of(info, time_text(found[2]))
    except argparse.ArgumentTypeError as error:
        raise InputError(f"--track {text}: {error}") from error


def _is_rank(wanted: str | None) -> bool:
    return wanted is None or (wanted.isascii() and wanted.isdecimal())


def _found(
    info: "VideoInfo", wanted: str | None, part: "ClipPart | None", progress: "Progress"
) -> "tuple[Track, MusicFeatures]":
    from engine.library.libraries import Libraries

    if _is_rank(wanted):
        item, _ = _from_list(info.path, int(wanted or 1), part, progress)
        track = item.track
        return track, Libraries().features(track)
    assert wanted is not None
    return _from_file(Path(wanted).absolute(), progress)


def _from_list(
    clip: Path, rank: int, part: "ClipPart | None", progress: "Progress"
) -> "tuple[Recommendation, ClipSound]":
    from engine.cli.terminal import warn
    from engine.stories.analyse import analyse_clip_isolated
    from engine.stories.ranking_options import RankingOptions
    from engine.stories.recommend import recommend

    if rank < 1:
        raise InputError(tr("The ranked list starts at 1."))
    analysis = analyse_clip_isolated(clip, progress)
    ranked = recommend(analysis, RankingOptions(top=rank, part=part), progress)
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

    size_bytes = path.stat().st_size if is_file(path) else 0
    analysed = run_isolated(
        analyse_file,
        path,
        path=path,
        limits=analysing_track(size_bytes),
        progress=progress,
    )
    track = Track(analysed.file, analysed.tags, analysed.profile)
    return track, MusicFeatures.from_bytes(analysed.features)
