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
from engine.arrangement.history import PlanHistory
from engine.arrangement.plan import MixPlan
from engine.errors import SoundbedError
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
    """A track under the clip, as a job planned it or found it with its saved history."""

    plan: MixPlan
    track: Track
    features: "MusicFeatures"
    history: PlanHistory | None = None


class Workspace(QObject):
    """One clip with its ranked tracks and the history of its mix plans.

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
    plan_changed = Signal(object, object, object)
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
        self.history: PlanHistory | None = None
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
    def plan(self) -> MixPlan | None:
        """The plan that counts, None before a track was chosen."""
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
            return None if first is None else self._lay(clip, first)

        job = self._start("track", restore)
        job.succeeded.connect(self._take_laid)
        job.failed.connect(self.noticed)

    def _lay(self, clip: ClipAnalysis, item: Recommendation) -> "_Laid":
        features = self.session.features(item.track)
        plan = self.session.plan(clip.info, item.track, features, item.start_s)
        return _Laid(plan, item.track, features)

    def _take_laid(self, laid: "_Laid | None") -> None:
        if laid is None:
            return
        if laid.history is not None:
            self.history = laid.history
            self._show_plan(laid.track, laid.features)
        else:
            self._apply(self._with_levels(laid.plan), laid.track, laid.features)

    # The track under the clip

    def choose(self, recommendation: Recommendation, play: bool = True) -> None:
        """Lay a track of the list under the clip, and play it when its sound is ready."""
        clip, track = self.clip, recommendation.track
        if clip is None:
            return
        self.play_when_ready = play
        plan = self.plan
        if plan is not None and self.track is not None and track.path == self.track.path:
            self._stop("track")
            if self._sound_of != _sound_key(plan):
                self._prepare_sound(plan)
            elif not (self._sound_timer.isActive() or "sound" in self._jobs):
                self.sound_ready.emit(None)
            return
        job = self._start("track", lambda _: self._lay(clip, recommendation))
        job.succeeded.connect(self._take_laid)
        job.failed.connect(self.sound_failed)

    def move_start(self, start_s: float) -> None:
        """Let the music start elsewhere in its track."""
        clip, plan, track = self.clip, self.plan, self.track
        if clip is None or plan is None or track is None:
            return
        features = self._features[track.path]
        moved = self.session.plan(clip.info, track, features, start_s, by_hand=True)
        self._apply(
            moved.with_gains(music_gain_db=plan.music_gain_db, clip_gain_db=plan.clip_gain_db),
            track,
            features,
        )

    def set_levels(self, music_gain_db: float, clip_gain_db: float) -> None:
        """Keep the levels of the sliders in the plan, and for the next clip."""
        self._settings = replace(
            self._settings, music_gain_db=music_gain_db, clip_gain_db=clip_gain_db
        )
        if self.plan is not None and self.track is not None:
            plan = self.plan.with_gains(music_gain_db=music_gain_db, clip_gain_db=clip_gain_db)
            self._apply(plan, self.track, self._features[self.track.path])

    def undo(self) -> None:
        """Go back one change of the plan."""
        if self.history is not None and self.history.can_undo:
            self._go_to(self.history.undo())

    def redo(self) -> None:
        """Bring an undone change back."""
        if self.history is not None and self.history.can_redo:
            self._go_to(self.history.redo())

    def _go_to(self, plan: MixPlan) -> None:
        if self.track is not None and plan.track_path == self.track.path:
            self._show_plan(self.track, self._features[self.track.path])
            return

        def find(_progress: Progress) -> _Laid:
            track = self.session.track_of(plan)
            return _Laid(plan, track, self.session.features(track))

        job = self._start("track", find)
        job.succeeded.connect(lambda found: self._show_plan(found.track, found.features))
        job.failed.connect(self.noticed)

    def _apply(self, plan: MixPlan, track: Track, features: "MusicFeatures") -> None:
        if self.history is None:
            self.history = PlanHistory(plan)
        else:
            self.history.apply(plan)
        self._show_plan(track, features)

    def _show_plan(self, track: Track, features: "MusicFeatures") -> None:
        plan = self.plan
        assert plan is not None
        self.track = track
        self._features[track.path] = features
        self.plan_changed.emit(plan, track, features)
        self._save_timer.start()
        self._prepare_sound(plan)

    def _prepare_sound(self, plan: MixPlan) -> None:
        key = _sound_key(plan)
        if key == self._sound_of:
            return
        self._sound_of = key
        self._stop("sound")
        self.sound_preparing.emit()
        self._sound_timer.start()

    def _render_sound(self) -> None:
        plan = self.plan
        if plan is None:
            return
        folder = Path(self._folder.name) / "sound"
        job = self._start("sound", lambda progress: self.session.preview(plan, folder, progress))
        job.succeeded.connect(self.sound_ready)
        job.failed.connect(self._fail_sound)

    def _fail_sound(self, error: SoundbedError) -> None:
        self._sound_of = None
        self.sound_failed.emit(error)

    def _with_levels(self, plan: MixPlan) -> MixPlan:
        current = self.plan or self._settings
        return plan.with_gains(
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
            job = self.runner.start(lambda _: self.session.add_pick(clip, track), Lane.WRITE)
            job.failed.connect(self.noticed)

    def flush(self) -> None:
        """Save the plan now if a change is waiting to be saved."""
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
        text = history.to_json()
        job = self.runner.start(lambda _: self.session.save_history(clip, text), Lane.WRITE)
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


def _sound_key(plan: MixPlan) -> tuple[object, ...]:
    # The sliders act on the prepared sound, so moving them needs no new one.
    return plan.clip_path, plan.track_path, plan.segments, plan.match_gain_db


def _saved_history(session: Session, clip: ClipAnalysis) -> PlanHistory | None:
    try:
        history = session.load_history(clip)
    except SoundbedError as error:
        # A plan of another version isn't worth refusing the clip; it is made anew.
        _log.warning("%s", error)
        return None
    if history is not None and history.current.clip_path != clip.info.path:
        # The same bytes elsewhere: older plans would export from a file that may be gone.
        return PlanHistory(replace(history.current, clip_path=clip.info.path))
    return history
