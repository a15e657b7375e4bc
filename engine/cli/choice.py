"""Which track a command means: a file, or a place in the ranked list; and where it starts."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from engine.errors import InputError
from engine.translation import tr, trn

if TYPE_CHECKING:
    from engine.library.tracks import Track
    from engine.music.features import MusicFeatures
    from engine.progress import Progress
    from engine.stories.recommend import ClipAnalysis


@dataclass(frozen=True, slots=True)
class ChosenTrack:
    """The track for a clip, what was heard in it, and where it starts."""

    track: "Track"
    features: "MusicFeatures"
    start_s: float


def choose_track(
    clip: Path, wanted: str | None, start_s: float | None, progress: "Progress"
) -> ChosenTrack:
    """Find the track that a command names.

    Args:
        clip: the video.
        wanted: an audio file, or a place in the ranked list such as "3"; None for the first.
        start_s: where it starts; None for where it fits best.
        progress: of looking and listening; may cancel.

    Raises:
        InputError: when the list has no such place.
        MediaError: when clip or file can't be used.
    """
    # A file whose name is a number is meant by ./3.
    from engine.arrangement.placing import place
    from engine.stories.recommend import analyse_clip_isolated

    if wanted is None or (wanted.isascii() and wanted.isdecimal()):
        looked_at = analyse_clip_isolated(clip, progress)
        return _from_list(looked_at, int(wanted or 1), start_s, progress)
    track, features = _from_file(Path(wanted).absolute(), progress)
    if start_s is None:
        looked_at = analyse_clip_isolated(clip, progress)
        seen = looked_at.features.descriptors
        start_s = place(looked_at.info.duration_s, seen, track, features).start_s
    return ChosenTrack(track, features, start_s)


def _from_list(
    clip: "ClipAnalysis", rank: int, start_s: float | None, progress: "Progress"
) -> ChosenTrack:
    from engine.cli.terminal import warn
    from engine.library.libraries import Libraries
    from engine.stories.recommend import RankingOptions, recommend

    if rank < 1:
        raise InputError(tr("the ranked list starts at 1."))
    ranked = recommend(clip, RankingOptions(top=rank), progress)
    for note in ranked.notes:
        warn(note)
    if rank > len(ranked.items):
        raise InputError(
            trn(
                "the ranked list has {n} track only.",
                "the ranked list has {n} tracks only.",
                len(ranked.items),
            ).format(n=len(ranked.items)),
            remedy=tr("See it with: soundbed recommend CLIP"),
        )
    item = ranked.items[rank - 1]
    features = Libraries().features(item.track)
    return ChosenTrack(item.track, features, item.start_s if start_s is None else start_s)


def _from_file(path: Path, progress: "Progress") -> "tuple[Track, MusicFeatures]":
    from engine.library.libraries import Libraries

    libraries = Libraries()
    track = libraries.find(path)
    return _listen(path, progress) if track is None else (track, libraries.features(track))


def _listen(path: Path, progress: "Progress") -> "tuple[Track, MusicFeatures]":
    from engine.library.analysis import analyse_file
    from engine.library.tracks import Track
    from engine.limits import analysing_track
    from engine.media.worker import run_isolated
    from engine.music.features import MusicFeatures

    size_bytes = path.stat().st_size if path.is_file() else 0
    heard = run_isolated(
        analyse_file,
        path,
        path=path,
        limits=analysing_track(size_bytes),
        progress=progress,
    )
    track = Track(heard.file, heard.tags, heard.profile)
    return track, MusicFeatures.from_bytes(heard.features)
