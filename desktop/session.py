"""The only caller of the engine's stories, and of the library for the window.

Every method may take long or touch the disk and is therefore called inside a `Job`, never on the
GUI thread. The engine's heavy modules are imported where they are first needed, so that the
window opens without them.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import Enum
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, TypeVar

from engine.arrangement.history import PlanHistory
from engine.arrangement.plan import MixPlan, plan_mix
from engine.errors import InputError, SoundbedError
from engine.library.folders import Folder
from engine.library.library import Library, available_libraries, genres_at_hand
from engine.library.tracks import Track
from engine.limits import MAKING_PROXY, PREVIEWING, RENDERING, Limits
from engine.progress import Progress, silent
from engine.stories.recommend import ClipAnalysis, RankingOptions, Recommendations
from engine.translation import tr

if TYPE_CHECKING:
    from engine.media.probe import VideoInfo
    from engine.media.worker import WorkerPool
    from engine.music.features import MusicFeatures
    from engine.stories.index import IndexReport
    from engine.stories.install_pack import InstallReport
    from engine.stories.render import PreviewSound

T = TypeVar("T")


class FileKind(Enum):
    """What was dropped or opened, by its name."""

    VIDEO = "video"
    AUDIO = "audio"
    FOLDER = "folder"


@dataclass(frozen=True, slots=True)
class LibraryListing:
    """The user's own library as the window lists it.

    Args:
        folders: those added.
        tracks: all of theirs, failed and offline ones too.
        packs: titles of the folders that are music packs.
    """

    folders: tuple[Folder, ...]
    tracks: tuple[Track, ...]
    packs: Mapping[Path, str] = field(default_factory=dict)


class Session:
    """What the window asks of the engine."""

    def __init__(self) -> None:
        self._pool: WorkerPool | None = None
        self._previewing = Lock()

    # The clip

    def kind_of(self, path: Path) -> FileKind:
        """Return what a path seems to be; what no suffix tells is tried as a video."""
        from engine.media.probe import AUDIO_SUFFIXES

        if path.is_dir():
            return FileKind.FOLDER
        return FileKind.AUDIO if path.suffix.lower() in AUDIO_SUFFIXES else FileKind.VIDEO

    def video_patterns(self) -> str:
        """Return the patterns of a file dialog for videos; the only quick call here."""
        from engine.media.probe import VIDEO_SUFFIXES

        return " ".join(f"*{suffix}" for suffix in sorted(VIDEO_SUFFIXES))

    def analyse(self, clip: Path, progress: Progress) -> ClipAnalysis:
        """Look at a clip."""
        from engine.stories.recommend import analyse_clip_isolated

        return analyse_clip_isolated(clip, progress)

    def picture(self, info: "VideoInfo", folder: Path, progress: Progress) -> Path:
        """Return the file for the player: the clip itself, or a proxy of what it can't show."""
        from engine.media.proxy import make_proxy, needs_proxy

        if not needs_proxy(info):
            return _readable_by_qt(info.path, folder)
        return _isolated(make_proxy, info.path, MAKING_PROXY, progress, info, folder)

    def recommend(
        self, clip: ClipAnalysis, options: RankingOptions, progress: Progress
    ) -> Recommendations:
        """Rank the bundled and the user's own tracks for the clip."""
        from engine.stories.recommend import recommend

        return recommend(clip, options, progress)

    def genres(self) -> tuple[str, ...]:
        """Return the genres that the tracks at hand have, in alphabetical order."""
        return tuple(sorted(genres_at_hand()))

    # The track under the clip

    def features(self, track: Track) -> "MusicFeatures":
        """Return what is stored of a track."""
        library = Library.open_bundled() if track.origin == "bundled" else Library.open()
        return library.features(track.id)

    def plan(
        self,
        info: "VideoInfo",
        track: Track,
        features: "MusicFeatures",
        start_s: float,
        *,
        by_hand: bool = False,
    ) -> MixPlan:
        """Lay the track under the clip; what follows a start chosen by hand is left uncut."""
        return plan_mix(info, track, features, start_s, by_hand=by_hand)

    def track_of(self, plan: MixPlan) -> Track:
        """Return the track of a saved plan.

        Raises:
            InputError: when it is in no library any more.
        """
        for library in available_libraries():
            for track in library.tracks():
                if track.path == plan.track_path and track.state == "ready":
                    return track
        raise InputError(
            tr("the track chosen for this clip is no longer in the library."),
            path=plan.track_path,
            remedy=tr("Choose another one, or add its folder again."),
        )

    def preview(self, plan: MixPlan, folder: Path, progress: Progress) -> "PreviewSound":
        """Decode what is heard into WAV files for the mixer.

        One worker stays for this, since starting one takes longer than the decoding does.
        """
        folder.mkdir(parents=True, exist_ok=True)
        with self._previewing:
            progress.check()
            outcomes = self._preview_pool().map_unordered(
                _render_preview,
                [(plan.track_path, (plan, folder))],
                limits=PREVIEWING,
                progress=progress,
            )
            _, sound = next(outcomes)
        if isinstance(sound, SoundbedError):
            raise sound
        return sound

    def close(self) -> None:
        """End the worker that stays."""
        if self._pool is not None:
            self._pool.close()

    def _preview_pool(self) -> "WorkerPool":
        from engine.media.worker import WorkerPool

        if self._pool is None:
            self._pool = WorkerPool(1)
        return self._pool

    # What the user decided

    def load_history(self, clip: ClipAnalysis) -> PlanHistory | None:
        """Return the plans saved with the clip, moved along when the clip's file was."""
        saved = Library.open().load_plan(clip.content_hash)
        return None if saved is None else PlanHistory.from_json(saved)

    def save_history(self, clip: ClipAnalysis, history_json: str) -> None:
        """Keep the plans with the clip."""
        Library.open().save_plan(clip.content_hash, clip.info.path, history_json)

    def n_picks(self) -> int:
        """Return how many tracks the user has chosen so far; taste needs some."""
        return len(Library.open().picks())

    def add_pick(self, clip: ClipAnalysis, track: Track) -> None:
        """Remember that the user chose the track for the clip."""
        Library.open().add_pick(clip.content_hash, track)

    # Taking it away

    def export_video(self, plan: MixPlan, out: Path, overwrite: bool, progress: Progress) -> Path:
        """Write the video with the music mixed in; return the file, whose suffix may differ."""
        from engine.stories.render import render_video

        return _isolated(
            render_video, plan.clip_path, RENDERING, progress, plan, out, overwrite=overwrite
        )

    def export_wav(self, plan: MixPlan, out: Path, overwrite: bool, progress: Progress) -> Path:
        """Write the trimmed and faded music."""
        from engine.stories.render import mix_to_wav

        _isolated(mix_to_wav, plan.track_path, RENDERING, progress, plan, out, overwrite=overwrite)
        return out

    def export_timeline(
        self, plan: MixPlan, out: Path, overwrite: bool, progress: Progress
    ) -> Path:
        """Write the timeline for editing programs."""
        from engine.stories.render import write_timeline

        progress.check()
        write_timeline(plan, out, overwrite=overwrite)
        return out

    def export_credits(self, plan: MixPlan, out: Path, overwrite: bool, progress: Progress) -> Path:
        """Write the lines that name the music."""
        from engine.stories.render import write_credits

        progress.check()
        write_credits(plan, out, overwrite=overwrite)
        return out

    def credits(self, plan: MixPlan) -> str:
        """Return the lines that name the music."""
        from engine.export.credits import credits_text

        return credits_text(plan)

    # The library

    def listing(self) -> LibraryListing:
        """Return the user's folders and tracks."""
        from engine.stories.install_pack import installed_packs

        library = Library.open()
        packs = {pack.folder: pack.title for pack in installed_packs(library)}
        return LibraryListing(library.folders(), library.tracks(), packs)

    def add_folder(self, folder: Path, progress: Progress) -> "IndexReport":
        """Analyse a folder's music into the library; goes on where it was stopped."""
        from engine.stories.index import index_folder

        return index_folder(folder, Library.open(), progress)

    def install_pack(self, pack: Path, progress: Progress) -> "InstallReport":
        """Check a music pack and add it."""
        from engine.stories.install_pack import install_pack

        return install_pack(pack, Library.open(), progress)

    def rescan(self, progress: Progress) -> "IndexReport":
        """Look for changes in all added folders."""
        from engine.stories.index import rescan

        return rescan(Library.open(), progress)

    def remove_folder(self, folder: Path) -> int:
        """Forget a folder and its tracks; return how many there were. A pack's copies go too."""
        from engine.stories.install_pack import remove_folder

        return remove_folder(folder, Library.open())

    def remove_track(self, track: Track) -> str:
        """Forget one track; its file stays. Return its title."""
        return Library.open().remove_track(track.id)


def _readable_by_qt(clip: Path, folder: Path) -> Path:
    """Return the clip, under another name where its own isn't UTF-8, which Qt can't open."""
    if is_utf8(clip):
        return clip
    folder.mkdir(parents=True, exist_ok=True)
    link = folder / f"clip{clip.suffix if is_utf8(clip.suffix) else ''}"
    link.unlink(missing_ok=True)
    link.symlink_to(clip)
    return link


def is_utf8(path: Path | str) -> bool:
    """Whether the name can leave Python as text: not every file name of Linux can."""
    try:
        str(path).encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True


def _render_preview(plan: MixPlan, folder: Path) -> "PreviewSound":
    """Run in the worker, which is killed when the user turns to another track."""
    from engine.stories.render import render_preview

    return render_preview(plan, folder, silent())


def _isolated(
    function: Callable[..., T],
    path: Path,
    limits: Limits,
    progress: Progress,
    *args: object,
    **options: object,
) -> T:
    """Run what decodes in a process of its own: a broken file can end that, never the window."""
    from engine.media.worker import run_isolated

    return run_isolated(
        function,
        *args,
        path=path,
        limits=limits,
        progress=progress,
        **options,
    )
