"""The calls that the window makes to the engine.

Every method but `video_patterns` may take long or use the disk, and is therefore called inside a
`Job`, never on the GUI thread. The window runs on `desktop.engine_session`; its tests on a session
without an engine.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, TypeVar

from desktop.pack_session import PackSession
from desktop.training_session import TrainingSession
from engine.arrangement.arrangement import Arrangement
from engine.arrangement.clip_part import ClipPart
from engine.arrangement.history import ArrangementHistory
from engine.export.export_format import ExportFormat, ExportPlan, ExportTask
from engine.library.folders import Folder
from engine.library.grouping import TrackGroup
from engine.library.library import Library
from engine.library.operation import Operation
from engine.library.tracks import Track
from engine.progress import Progress
from engine.ranking.references import Reference
from engine.settings import SoundChoice
from engine.stories.analyse import ClipAnalysis
from engine.stories.batch_options import BatchOptions, BatchPlan, BatchReport
from engine.stories.ranking_options import RankingOptions
from engine.stories.recommend import Recommendations

if TYPE_CHECKING:
    from engine.library.duplicates import DuplicateGroup
    from engine.library.restoring import Difference
    from engine.library.snapshots import Snapshot
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


class FileKind(Enum):
    """What a dropped file seems to be."""

    VIDEO = "video"
    AUDIO = "audio"
    FOLDER = "folder"
    CLIP_FOLDER = "folder with videos"


@dataclass(frozen=True, slots=True)
class LibraryListing:
    """The user's own library as the window lists it.

    Attributes:
        folders: those that the user added.
        groups: the tracks of each folder by its path; those in no folder are under None.
        packs: titles of the folders that are music packs.
    """

    folders: tuple[Folder, ...]
    groups: Mapping[Path | None, TrackGroup]
    packs: Mapping[Path, str] = field(default_factory=dict)


class Session(PackSession, TrainingSession, Protocol):
    """The engine, as the window uses it."""

    # The clip

    def kind_of(self, path: Path) -> FileKind:
        """Return what a path seems to be; an unknown suffix counts as a video."""

    def video_patterns(self) -> str:
        """Return the patterns for a file dialog that opens videos."""

    def analyse(self, clip: Path, progress: Progress) -> ClipAnalysis:
        """Analyse a clip, using the cached result for the same bytes."""

    def picture(self, info: "VideoInfo", folder: Path, progress: Progress) -> Path:
        """Return the file to show: the clip itself, or a proxy where it costs too much to show.

        Args:
            info: the clip.
            folder: where a proxy is written.
            progress: of the proxy; may cancel.
        """

    def recommend(
        self, clip: ClipAnalysis, options: RankingOptions, progress: Progress
    ) -> Recommendations:
        """Rank the bundled and the user's own tracks for the clip."""

    def filter_words(self) -> Mapping[str, tuple[str, ...]]:
        """Return what the available tracks can be filtered by, by the filter's name."""

    def understands(self, text: str) -> bool:
        """Return whether words say enough about the music to change a list."""

    def song_reference(self, path: Path, progress: Progress) -> Reference:
        """Return a song from disk as music to be like, analysed once.

        Raises:
            MediaError: when it can't be used.
        """

    def waveform(self, path: Path, content_hash: str, progress: Progress) -> "Peaks":
        """Return the peaks of a file's sound, cached by its bytes; see `engine.media.peaks`.

        Args:
            path: a clip with sound, or a track.
            content_hash: of the file's bytes, "" where it isn't known.
            progress: may cancel.
        """

    # The music under the clip

    def features(self, track: Track) -> "MusicFeatures":
        """Return the stored features of a track."""

    def arrange_scenes(
        self, clip: ClipAnalysis, options: RankingOptions, progress: Progress
    ) -> Arrangement:
        """Choose a track for each scene of a clip, and let them follow each other.

        Args:
            clip: the analysed clip.
            options: what the user asks for.
            progress: may cancel.
        """

    def scenes(self, clip: ClipAnalysis, part: ClipPart | None) -> tuple[ClipPart, ...]:
        """Return the scenes of a clip, or of its part between in and out, by time.

        Args:
            clip: the analysed clip.
            part: None for the whole clip.
        """

    def put_in_part(
        self, arrangement: Arrangement, part: ClipPart, track: Track, start_s: float
    ) -> Arrangement:
        """Let a track play in a part of the clip, see `engine.arrangement.in_part`.

        Args:
            arrangement: to change.
            part: of the clip, such as a scene.
            track: instead of the music there.
            start_s: where in the track it starts.
        """

    def put_track(self, arrangement: Arrangement, frame: int, track: Track) -> Arrangement:
        """Let a track play instead of the music at a frame; of several items, one changes.

        Args:
            arrangement: to change.
            frame: of the clip, such as that of the playhead.
            track: instead of the one there.
        """

    def tracks_of(self, arrangement: Arrangement) -> tuple[Track, ...]:
        """Return the tracks of an arrangement, each once, in the order of its items.

        Raises:
            InputError: when no library has one of them any more.
        """

    def level(
        self,
        arrangement: Arrangement,
        target_lufs: float | None,
        progress: Progress,
        *,
        ahead: bool = False,
    ) -> Arrangement:
        """Bring what plays of each track to a loudness, measured once; None leaves it as it is.

        Args:
            arrangement: to level.
            target_lufs: the loudness.
            progress: may cancel.
            ahead: whether nobody waits for it; then others come first.
        """

    def preview(self, arrangement: Arrangement, folder: Path, with_clip: bool) -> "PreviewSound":
        """Make the sound files of an arrangement, still empty where they aren't filled.

        Args:
            arrangement: to hear.
            folder: for the files.
            with_clip: whether the clip has sound.
        """

    def fill_preview(
        self,
        arrangement: Arrangement,
        sound: "PreviewSound",
        part_s: tuple[float, float],
        progress: Progress,
        *,
        ahead: bool = False,
    ) -> None:
        """Render what is missing of a part of the sound files.

        Args:
            arrangement: of the sound files.
            sound: the files.
            part_s: from when to when, in seconds of the clip.
            progress: may cancel.
            ahead: whether nobody waits for it; then others come first.
        """

    def close(self) -> None:
        """End the processes that are kept for the next task."""

    # The user's decisions

    def load_history(self, clip: ClipAnalysis) -> ArrangementHistory | None:
        """Return the arrangements saved with the clip, found by the bytes of its file.

        Raises:
            InputError: when they are damaged, or from a newer Soundbed.
            LibraryError: when the library can't be used.
        """

    def read(self, query: Callable[[Library], T]) -> T:
        """Return what a query finds in the user's library."""

    def taste(self) -> "TasteReport":
        """Return the user's taste beside that of most people.

        Raises:
            PackError: when the matching pack can't be used.
        """

    def apply(self, operation: Operation) -> Operation | None:
        """Change the user's library; return the operation that undoes it, if one does.

        Raises:
            InputError: when the change can't be made, as the library is now.
        """

    # Export

    def plan_export(
        self, kind: ExportFormat, info: "VideoInfo", out: Path, sound: SoundChoice
    ) -> ExportPlan:
        """Find out what a format will write, as `engine.stories.hand_over.plan_export`."""

    def export(
        self, exports: Sequence[tuple[ExportFormat, ExportTask]], progress: Progress
    ) -> tuple[ExportPlan, ...]:
        """Write files of one or several formats, all or none; return what was written."""

    def plan_batch(
        self, folder: Path, out: Path, options: BatchOptions, progress: Progress
    ) -> BatchPlan:
        """Find a folder's clips and those that are finished, as `engine.stories.batch.plan_batch`.

        Raises:
            InputError: when there is no such folder, or no clip in it.
        """

    def run_batch(
        self, folder: Path, out: Path, options: BatchOptions, progress: Progress
    ) -> BatchReport:
        """Write files for all clips of a folder, as `engine.stories.batch.run_batch`."""

    # The library

    def listing(self) -> LibraryListing:
        """Return the user's folders and the numbers of their tracks; `read` gives the tracks."""

    def add_folder(self, folder: Path, progress: Progress) -> "IndexReport":
        """Analyse a folder's music into the library; resumes where it was stopped."""

    def install_pack(self, pack: Path, progress: Progress) -> "InstallReport":
        """Check a music pack and add its tracks."""

    def rescan(self, progress: Progress, first: Path | None = None) -> "IndexReport":
        """Look for new, changed and missing files in all added folders.

        Args:
            progress: may cancel.
            first: a folder that comes before the others, such as the one that is shown.
        """

    def retry_files(self, track_ids: Collection[int], progress: Progress) -> "IndexReport":
        """Analyse files that couldn't be used once more.

        Args:
            track_ids: the numbers of their tracks.
            progress: may cancel.
        """

    def duplicates(self, progress: Progress) -> "tuple[DuplicateGroup, ...]":
        """Return the copies of one file and the versions of one piece among the user's tracks."""

    def audit(self, progress: Progress) -> "Audit":
        """Rank all tracks for many clips, and count how often each is listed."""

    def resume_scans(self, progress: Progress) -> "IndexReport | None":
        """Continue the scans that a quit or a crash stopped; None when there are none."""

    def forget_scans(self, folder: Path | None) -> None:
        """Don't continue a cancelled scan later.

        Args:
            folder: the added folder; None for all scans.
        """

    def renew_library(self, progress: Progress) -> "ReanalysisReport":
        """Bring the user's library up to date, with low priority; resumes where it stopped."""

    def check_library(self) -> "LibraryHealth":
        """Check whether the user's library can be used, and take today's snapshot of it."""

    def snapshots(self) -> "tuple[Snapshot, ...]":
        """Return the snapshots of the user's library, the newest first."""

    def compare_snapshot(self, snapshot: "Snapshot") -> "Difference":
        """Return what would change if a snapshot were restored."""

    def restore_snapshot(self, snapshot: "Snapshot") -> None:
        """Restore a snapshot; the present state becomes one too."""

    def cache_size(self) -> int:
        """Return how many bytes are kept that can be computed again."""

    def clear_cache(self) -> int:
        """Delete them; return how many are left."""

    def tidy(self) -> None:
        """Delete what was removed a day ago; that can no longer be undone."""
