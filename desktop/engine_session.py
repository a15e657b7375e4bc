"""The window's only caller of the engine's stories and its library.

The engine's heavy modules are imported where they are first needed, so that the window opens
without them. The methods are described in `desktop.session`.
"""

from collections.abc import Callable, Collection, Sequence
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, TypeVar

from desktop.audio.workers import SoundWorkers
from desktop.engine_packs import EnginePacks
from desktop.engine_training import EngineTraining
from desktop.session import FileKind, LibraryListing, Session
from engine.arrangement.arrangement import Arrangement, MusicItem, reference_to
from engine.arrangement.clip_part import ClipPart
from engine.arrangement.editing import index_at, replace_track
from engine.arrangement.gains import match_gain
from engine.arrangement.history import ArrangementHistory
from engine.arrangement.in_part import put_in_part
from engine.arrangement.music_form import form_of
from engine.arrangement.storage import history_from_json
from engine.cache_files import cache_size, clear_cache
from engine.errors import InputError
from engine.export.export_format import ExportFormat, ExportPlan, ExportTask
from engine.library.libraries import Libraries
from engine.library.library import Library
from engine.library.operation import Operation
from engine.library.restoring import Difference, difference, restore
from engine.library.snapshots import Snapshot, Snapshots
from engine.library.tracks import Track
from engine.limits import MAKING_PROXY, MEASURING_LEVEL, PREVIEWING
from engine.path_checks import is_folder
from engine.paths import user_library
from engine.progress import Progress
from engine.ranking.references import Reference
from engine.settings import SoundChoice
from engine.stories.analyse import ClipAnalysis
from engine.stories.batch_options import BatchOptions, BatchPlan, BatchReport
from engine.stories.ranking_options import RankingOptions
from engine.stories.recommend import Recommendations
from engine.translation import tr

if TYPE_CHECKING:
    from engine.library.duplicates import DuplicateGroup
    from engine.media.peaks import Peaks
    from engine.media.probe import VideoInfo
    from engine.music.features import MusicFeatures
    from engine.stories.audit_report import Audit
    from engine.stories.index_report import IndexReport
    from engine.stories.install_pack import InstallReport
    from engine.stories.library_health import LibraryHealth
    from engine.stories.reanalyse import ReanalysisReport
    from engine.stories.render import PreviewSound
    from engine.stories.taste import TasteReport

T = TypeVar("T")


class EngineSession(EnginePacks, EngineTraining, Session):
    """Runs the stories; anything that decodes media runs in a separate process."""

    def __init__(self) -> None:
        self._libraries = Libraries()
        self._sounds = SoundWorkers()
        self._opening = Lock()

    # The clip

    def kind_of(self, path: Path) -> FileKind:
        from engine.media.probe import AUDIO_SUFFIXES
        from engine.stories.batch import has_clips
        from engine.stories.picture_clips import is_photo_folder

        if is_folder(path) and has_clips(path):
            return FileKind.CLIP_FOLDER
        if is_folder(path):
            return FileKind.VIDEO if is_photo_folder(path) else FileKind.FOLDER
        return FileKind.AUDIO if path.suffix.lower() in AUDIO_SUFFIXES else FileKind.VIDEO

    def video_patterns(self) -> str:
        from engine.media.pictures import PICTURE_SUFFIXES
        from engine.media.probe import VIDEO_SUFFIXES

        return " ".join(f"*{suffix}" for suffix in sorted(VIDEO_SUFFIXES | PICTURE_SUFFIXES))

    def analyse(self, clip: Path, progress: Progress) -> ClipAnalysis:
        from engine.stories.analyse import analyse_clip_isolated

        return analyse_clip_isolated(clip, progress)

    def picture(self, info: "VideoInfo", folder: Path, progress: Progress) -> Path:
        from engine.media.proxy import make_proxy, needs_proxy
        from engine.media.worker import run_isolated

        if not needs_proxy(info):
            return info.path
        return run_isolated(
            make_proxy, info, folder, path=info.path, limits=MAKING_PROXY, progress=progress
        )

    def recommend(
        self, clip: ClipAnalysis, options: RankingOptions, progress: Progress
    ) -> Recommendations:
        from engine.stories.recommend import recommend

        return recommend(clip, options, progress, self._libraries, may_be_empty=True)

    def filter_words(self) -> dict[str, tuple[str, ...]]:
        from engine.stories.candidates import filter_words

        words = filter_words(self._libraries)
        # Read before the first search, which is then as quick as all others.
        self._libraries.each(self._libraries.texts.of)
        return words

    def understands(self, text: str) -> bool:
        from engine.encoders.text import text_expert
        from engine.ranking.words import is_understood, parse_wish

        wish = parse_wish(text)
        is_named = bool(wish.named.instruments or wish.unwanted)
        return is_named or is_understood(wish, text_expert())

    def song_reference(self, path: Path, progress: Progress) -> Reference:
        from engine.stories.references import song_reference

        return song_reference(path, progress, self._libraries)

    def waveform(self, path: Path, content_hash: str, progress: Progress) -> "Peaks":
        from engine.stories.waveform import waveform

        return waveform(path, content_hash, progress)

    # The music under the clip

    def features(self, track: Track) -> "MusicFeatures":
        return self._libraries.features(track)

    def arrange_scenes(
        self, clip: ClipAnalysis, options: RankingOptions, progress: Progress
    ) -> Arrangement:
        from engine.stories.arrange_scenes import arrange_scenes

        return arrange_scenes(clip, options, progress, self._libraries)

    def scenes(self, clip: ClipAnalysis, part: ClipPart | None) -> tuple[ClipPart, ...]:
        from engine.stories.scenes import scene_parts

        return scene_parts(clip, part)

    def put_in_part(
        self, arrangement: Arrangement, part: ClipPart, track: Track, start_s: float
    ) -> Arrangement:
        music = self._libraries.features(track)
        return put_in_part(
            arrangement,
            part,
            reference_to(track),
            form_of(track, music),
            start_s,
            match_gain(music.loudness_lufs, music.true_peak_dbtp),
        )

    def put_track(self, arrangement: Arrangement, frame: int, track: Track) -> Arrangement:
        music = self._libraries.features(track)
        return replace_track(
            arrangement,
            index_at(arrangement, frame),
            reference_to(track),
            form_of(track, music),
            match_gain(music.loudness_lufs, music.true_peak_dbtp),
        )

    def tracks_of(self, arrangement: Arrangement) -> tuple[Track, ...]:
        tracks = []
        for path in dict.fromkeys(item.track.path for item in arrangement.items):
            track = self._libraries.find(path)
            if track is None:
                raise InputError(
                    tr("the track chosen for this clip is no longer in the library."),
                    path=path,
                    remedy=tr("Choose another one, or add its folder again."),
                )
            tracks.append(track)
        return tuple(tracks)

    def level(
        self,
        arrangement: Arrangement,
        target_lufs: float | None,
        progress: Progress,
        *,
        ahead: bool = False,
    ) -> Arrangement:
        from engine.stories.levelling import level, measure_level

        def measure(item: MusicItem, target_lufs: float) -> float:
            task = (item.track.path, (item, target_lufs))
            return self._sounds.run(measure_level, task, MEASURING_LEVEL, progress, ahead)

        return level(arrangement, target_lufs, measure)

    def preview(self, arrangement: Arrangement, folder: Path, with_clip: bool) -> "PreviewSound":
        from engine.stories.render import open_preview

        folder.mkdir(parents=True, exist_ok=True)
        with self._opening:
            return open_preview(arrangement, folder, with_clip=with_clip)

    def fill_preview(
        self,
        arrangement: Arrangement,
        sound: "PreviewSound",
        part_s: tuple[float, float],
        progress: Progress,
        *,
        ahead: bool = False,
    ) -> None:
        from engine.stories.render import fill_preview

        task = (arrangement.items[0].track.path, (arrangement, sound, part_s))
        self._sounds.run(fill_preview, task, PREVIEWING, progress, ahead)

    def close(self) -> None:
        self._sounds.close()

    # The user's decisions

    def load_history(self, clip: ClipAnalysis) -> ArrangementHistory | None:
        saved = Library.open_to_read().clips.get(clip.content_hash)
        return None if saved is None else history_from_json(saved.text).moved(clip.info.path)

    def read(self, query: Callable[[Library], T]) -> T:
        return query(Library.open_to_read())

    def taste(self) -> "TasteReport":
        from engine.stories.taste import report_taste

        return report_taste(self._libraries)

    def apply(self, operation: Operation) -> Operation | None:
        return Library.open().apply(operation)

    # Export

    def plan_export(
        self, kind: ExportFormat, info: "VideoInfo", out: Path, sound: SoundChoice
    ) -> ExportPlan:
        from engine.stories.hand_over import plan_export

        return plan_export(kind, info, out, sound)

    def export(
        self, exports: Sequence[tuple[ExportFormat, ExportTask]], progress: Progress
    ) -> tuple[ExportPlan, ...]:
        from engine.stories.hand_over import write_exports

        return write_exports(exports, progress)

    def plan_batch(
        self, folder: Path, out: Path, options: BatchOptions, progress: Progress
    ) -> BatchPlan:
        from engine.stories.batch import plan_batch

        return plan_batch(folder, out, options, progress)

    def run_batch(
        self, folder: Path, out: Path, options: BatchOptions, progress: Progress
    ) -> BatchReport:
        from engine.stories.batch import run_batch

        return run_batch(folder, out, options, progress, self._libraries)

    # The library

    def listing(self) -> LibraryListing:
        from engine.library.grouping import group_by_folder
        from engine.music_packs.installed import installed_packs

        library = Library.open_to_read()
        packs = {pack.folder: pack.title for pack in installed_packs(library)}
        folders = library.folders.all()
        groups = group_by_folder(library, [folder.path for folder in folders])
        return LibraryListing(folders, groups, packs)

    def add_folder(self, folder: Path, progress: Progress) -> "IndexReport":
        from engine.stories.index import index_folder

        return index_folder(folder, Library.open(), progress, low_priority=True)

    def install_pack(self, pack: Path, progress: Progress) -> "InstallReport":
        from engine.stories.install_pack import install_pack

        return install_pack(pack, Library.open(), progress)

    def rescan(self, progress: Progress, first: Path | None = None) -> "IndexReport":
        from engine.stories.index import rescan
        from engine.stories.scan_comparison import ScanOptions

        return rescan(Library.open(), progress, ScanOptions(first=first, low_priority=True))

    def retry_files(self, track_ids: Collection[int], progress: Progress) -> "IndexReport":
        from engine.stories.retry_files import retry_files

        return retry_files(Library.open(), track_ids, progress)

    def duplicates(self, progress: Progress) -> "tuple[DuplicateGroup, ...]":
        from engine.encoders.active import active_space
        from engine.library.duplicates import find_duplicates

        library = Library.open_to_read()
        return find_duplicates(library.database, library.columns(active_space()), progress)

    def audit(self, progress: Progress) -> "Audit":
        from engine.stories.audit import audit_library

        return audit_library(progress, self._libraries)

    def resume_scans(self, progress: Progress) -> "IndexReport | None":
        from engine.stories.index import resume_scans

        return resume_scans(Library.open(), progress) if user_library().exists() else None

    def forget_scans(self, folder: Path | None) -> None:
        Library.open().unfinished_scans.forget(folder)

    def renew_library(self, progress: Progress) -> "ReanalysisReport":
        from engine.stories.reanalyse import ReanalysisReport, bring_up_to_date

        if not user_library().exists():
            return ReanalysisReport()
        return bring_up_to_date(Library.open(), progress)

    def check_library(self) -> "LibraryHealth":
        from engine.stories.library_health import check_at_start

        return check_at_start()

    def snapshots(self) -> tuple[Snapshot, ...]:
        return Snapshots(user_library()).all()

    def compare_snapshot(self, snapshot: Snapshot) -> Difference:
        return difference(user_library(), snapshot)

    def restore_snapshot(self, snapshot: Snapshot) -> None:
        restore(user_library(), snapshot)

    def cache_size(self) -> int:
        return cache_size()

    def clear_cache(self) -> int:
        return clear_cache()

    def tidy(self) -> None:
        from engine.music_packs.installed import tidy

        if user_library().exists():
            tidy(Library.open())
