"""The clip on the desk: what is known of it, what lies under it, and what runs for it.

Widgets read this and call it; it holds no widget. Every change is announced by a signal.
"""

import logging
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from desktop.jobs import Job, JobRunner, Lane
from desktop.session import Session
from engine.arrangement.arrangement import Arrangement
from engine.arrangement.history import ArrangementHistory
from engine.arrangement.saving import SaveArrangement
from engine.arrangement.storage import history_to_json
from engine.errors import SoundbedError
from engine.library.clips import SavedClip
from engine.library.operation import Operation
from engine.library.picks import AddPick, Pick
from engine.library.tracks import Track
from engine.progress import Progress
from engine.settings import Settings
from engine.stories.recommend import ClipAnalysis, RankingOptions, Recommendation, Recommendations

if TYPE_CHECKING:
    from engine.music.features import MusicFeatures

_log = logging.getLogger(__name__)
_SAVE_AFTER_MS = 600
# Who runs through the list with an arrow key hears the track where they stop.
_SOUND_AFTER_MS = 90


@dataclass(frozen=True, slots=True)
class _Laid:
    """A track under the clip, as the list placed it, or as it was found in the saved history."""

    arrangement: Arrangement
    track: Track
    features: "MusicFeatures"
    history: ArrangementHistory | None = None


class Workspace(QObject):
    """One clip with its ranked tracks and the history of its arrangements.

    Args:
        session: the engine.
        runner: where its calls run.
        settings: the levels of a new mix.
        parent: the owner.
    """

    analysing = Signal(object)
    progressed = Signal(object)
    clip_opened = Signal(object)
    clip_failed = Signal(object)
    analysis_stopped = Signal()
    picture_ready = Signal(object)
    picture_preparing = Signal(object)
    ranking = Signal()
    ranked = Signal(object)
    ranking_failed = Signal(object)
    arrangement_changed = Signal(object, object, object)
    sound_preparing = Signal()
    sound_ready = Signal(object)
    sound_failed = Signal(object)
    noticed = Signal(object)

    def __init__(
        self,
        session: Session,
        runner: JobRunner,
        settings: Settings,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self.session = session
        self.runner = runner
        self.clip: ClipAnalysis | None = None
        self.history: ArrangementHistory | None = None
        self.track: Track | None = None
        self.options = RankingOptions()
        self.play_when_ready = False
        self._settings = settings
        self._features: dict[Path, MusicFeatures] = {}
        self._jobs: dict[str, Job] = {}
        self._sound_of: tuple[object, ...] | None = None
        self._folder = tempfile.TemporaryDirectory(prefix="soundbed-", ignore_cleanup_errors=True)
        self._save_timer = _timer(self, _SAVE_AFTER_MS, self._save)
        self._sound_timer = _timer(self, _SOUND_AFTER_MS, self._render_sound)

    @property
    def arrangement(self) -> Arrangement | None:
        """The current arrangement, None before a track was chosen."""
        return self.history.current if self.history else None

    # The clip

    def open_clip(self, path: Path) -> None:
        """Look at a clip; the one on the desk stays until this one is known to be usable."""
        self.analysing.emit(path)
        job = self._start("analyse", lambda progress: self.session.analyse(path, progress))
        job.progressed.connect(self.progressed)
        job.succeeded.connect(self._take_clip)
        job.failed.connect(self.clip_failed)
        job.cancelled.connect(self.analysis_stopped)

    def stop_analysis(self) -> None:
        """Stop looking at the clip that is being opened."""
        self._stop("analyse")

    def _take_clip(self, clip: ClipAnalysis) -> None:
        self.flush()
        self._sound_timer.stop()
        for name in ("track", "sound", "picture", "rank"):
            self._stop(name)
        self.clip, self.history, self.track = clip, None, None
        self._sound_of = None
        self.clip_opened.emit(clip)
        self._prepare_picture(clip)
        self.rank(self.options)

    def _prepare_picture(self, clip: ClipAnalysis) -> None:
        folder = Path(self._folder.name) / "picture"
        job = self._start(
            "picture", lambda progress: self.session.picture(clip.info, folder, progress)
        )
        job.progressed.connect(self.picture_preparing)
        job.succeeded.connect(self.picture_ready)
        job.failed.connect(self.noticed)

    # The ranking

    def rank(self, options: RankingOptions) -> None:
        """Rank the tracks again, as the user filters them."""
        self.options = options
        clip = self.clip
        if clip is None:
            return
        self.ranking.emit()
        job = self._start("rank", lambda progress: self.session.recommend(clip, options, progress))
        job.succeeded.connect(self._take_ranking)
        job.failed.connect(self.ranking_failed)

    def _take_ranking(self, recommendations: Recommendations) -> None:
        self.ranked.emit(recommendations)
        if self.history is None and "track" not in self._jobs:
            self._restore_or_lay(recommendations)

    def _restore_or_lay(self, recommendations: Recommendations) -> None:
        clip = self.clip
        assert clip is not None
        first = recommendations.items[0] if recommendations.items else None

        def restore(_progress: Progress) -> _Laid | None:
            history = _saved_history(self.session, clip)
            if history is not None:
                track = self.session.track_of(history.current)
                return _Laid(history.current, track, self.session.features(track), history)
            return None if first is None else self._lay(first)

        job = self._start("track", restore)
        job.succeeded.connect(self._take_laid)
        job.failed.connect(self.noticed)

    def _lay(self, item: Recommendation) -> "_Laid":
        return _Laid(item.arrangement, item.track, self.session.features(item.track))

    def _take_laid(self, laid: "_Laid | None") -> None:
        if laid is None:
            return
        if laid.history is not None:
            self.history = laid.history
            self._show_arrangement(laid.track, laid.features)
        else:
            self._apply(self._with_levels(laid.arrangement), laid.track, laid.features)

    # The track under the clip

    def choose(self, recommendation: Recommendation, play: bool = True) -> None:
        """Lay a track of the list under the clip, and play it when its sound is ready."""
        clip, track = self.clip, recommendation.track
        if clip is None or recommendation.arrangement.clip.path != clip.info.path:
            return  # a row of the list of the clip before
        self.play_when_ready = play
        arrangement = self.arrangement
        if arrangement is not None and self.track is not None and track.path == self.track.path:
            self._stop("track")
            if self._sound_of != _sound_key(arrangement):
                self._prepare_sound(arrangement)
            elif not (self._sound_timer.isActive() or "sound" in self._jobs):
                self.sound_ready.emit(None)
            return
        job = self._start("track", lambda _: self._lay(recommendation))
        job.succeeded.connect(self._take_laid)
        job.failed.connect(self.sound_failed)

    def move_start(self, start_s: float) -> None:
        """Let the music start elsewhere in its track."""
        clip, arrangement, track = self.clip, self.arrangement, self.track
        if clip is None or arrangement is None or track is None:
            return
        features = self._features[track.path]
        moved = self.session.place_from(clip.info, track, features, start_s)
        self._apply(
            moved.with_gains(
                music_gain_db=arrangement.music_gain_db, clip_gain_db=arrangement.clip_gain_db
            ),
            track,
            features,
        )

    def set_levels(self, music_gain_db: float, clip_gain_db: float) -> None:
        """Keep the levels of the sliders in the arrangement, and for the next clip."""
        self._settings = replace(
            self._settings, music_gain_db=music_gain_db, clip_gain_db=clip_gain_db
        )
        if self.arrangement is not None and self.track is not None:
            arrangement = self.arrangement.with_gains(
                music_gain_db=music_gain_db, clip_gain_db=clip_gain_db
            )
            self._apply(arrangement, self.track, self._features[self.track.path])

    def undo(self) -> None:
        """Undo one change of the arrangement."""
        if self.history is not None and self.history.can_undo:
            self._go_to(self.history.undo())

    def redo(self) -> None:
        """Redo an undone change."""
        if self.history is not None and self.history.can_redo:
            self._go_to(self.history.redo())

    def _go_to(self, arrangement: Arrangement) -> None:
        if self.track is not None and arrangement.items[0].track.path == self.track.path:
            self._show_arrangement(self.track, self._features[self.track.path])
            return

        def find(_progress: Progress) -> _Laid:
            track = self.session.track_of(arrangement)
            return _Laid(arrangement, track, self.session.features(track))

        job = self._start("track", find)
        job.succeeded.connect(lambda found: self._show_arrangement(found.track, found.features))
        job.failed.connect(self.noticed)

    def _apply(self, arrangement: Arrangement, track: Track, features: "MusicFeatures") -> None:
        if self.history is None:
            self.history = ArrangementHistory([arrangement])
        else:
            self.history.apply(arrangement)
        self._show_arrangement(track, features)

    def _show_arrangement(self, track: Track, features: "MusicFeatures") -> None:
        arrangement = self.arrangement
        assert arrangement is not None
        self.track = track
        self._features[track.path] = features
        self.arrangement_changed.emit(arrangement, track, features)
        self._save_timer.start()
        self._prepare_sound(arrangement)

    def _prepare_sound(self, arrangement: Arrangement) -> None:
        key = _sound_key(arrangement)
        if key == self._sound_of:
            return
        self._sound_of = key
        self._stop("sound")
        self.sound_preparing.emit()
        self._sound_timer.start()

    def _render_sound(self) -> None:
        arrangement = self.arrangement
        if arrangement is None:
            return
        folder = Path(self._folder.name) / "sound"
        job = self._start(
            "sound", lambda progress: self.session.preview(arrangement, folder, progress)
        )
        job.succeeded.connect(self.sound_ready)
        job.failed.connect(self._fail_sound)

    def _fail_sound(self, error: SoundbedError) -> None:
        self._sound_of = None
        self.sound_failed.emit(error)

    def _with_levels(self, arrangement: Arrangement) -> Arrangement:
        current = self.arrangement or self._settings
        return arrangement.with_gains(
            music_gain_db=current.music_gain_db, clip_gain_db=current.clip_gain_db
        )

    # Keeping

    @property
    def settings(self) -> Settings:
        """The settings with the levels last used."""
        return self._settings

    def add_pick(self) -> None:
        """Remember that the user took this track for this clip."""
        clip, track = self.clip, self.track
        if clip is not None and track is not None:
            self._change(AddPick(Pick.of(clip.content_hash, track)))

    def flush(self) -> None:
        """Save the arrangement now if a change is waiting to be saved."""
        if self._save_timer.isActive():
            self._save_timer.stop()
            self._save()

    def close(self) -> None:
        """Save, and let go of the prepared sounds."""
        self.flush()
        self._sound_timer.stop()
        self.runner.shutdown()
        self.session.close()
        self._folder.cleanup()

    def _save(self) -> None:
        clip, history = self.clip, self.history
        if clip is None or history is None:
            return
        saved = SavedClip(clip.content_hash, clip.info.path, history_to_json(history))
        self._change(SaveArrangement(saved))

    def _change(self, operation: Operation) -> None:
        job = self.runner.start(lambda _: self.session.apply(operation), Lane.WRITE)
        job.failed.connect(self.noticed)

    def _start(self, name: str, work: Callable[[Progress], object]) -> Job:
        self._stop(name)
        job = self.runner.start(work)
        self._jobs[name] = job
        job.ended.connect(lambda: self._ended(name, job))
        return job

    def _ended(self, name: str, job: Job) -> None:
        if self._jobs.get(name) is job:
            del self._jobs[name]

    def _stop(self, name: str) -> None:
        job = self._jobs.pop(name, None)
        if job is not None:
            job.cancel()


def _timer(parent: QObject, interval_ms: int, act: Callable[[], None]) -> QTimer:
    timer = QTimer(parent)
    timer.setSingleShot(True)
    timer.setInterval(interval_ms)
    timer.timeout.connect(act)
    return timer


def _sound_key(arrangement: Arrangement) -> tuple[object, ...]:
    # The sliders act on the prepared sound, so moving them needs no new one.
    return arrangement.clip, arrangement.items


def _saved_history(session: Session, clip: ClipAnalysis) -> ArrangementHistory | None:
    try:
        history = session.load_history(clip)
    except SoundbedError as error:
        # A damaged arrangement is no reason to refuse the clip; the best one takes its place.
        _log.warning("%s", error)
        return None
    if history is not None and history.current.clip.path != clip.info.path:
        # The same bytes elsewhere: older arrangements would export from a file that may be gone.
        moved = replace(history.current.clip, path=clip.info.path)
        return ArrangementHistory([replace(history.current, clip=moved)])
    return history
