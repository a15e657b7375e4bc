"""The open clip: its analysis, its ranking, the music arranged under it, and their tasks.

Widgets read this and call it; it has no widget. Every change is announced by a signal.
"""

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from desktop.audio.listening import Listening
from desktop.candidates import Candidates, Place
from desktop.clip.analyses import ClipAnalyses
from desktop.clip.scenes import ClipScenes
from desktop.jobs import Job, JobRunner, LatestJobs
from desktop.music import Music, cuts_of, is_edit, load_saved, look_up, paths_of, same_cuts
from desktop.results.remembered import RememberedQuery
from desktop.results.request import N_FIRST, RankingRequest
from desktop.session import Session
from desktop.speech import SpeechDucking
from desktop.undo import UndoStack
from engine.arrangement.arrangement import Arrangement
from engine.arrangement.clip_part import ClipPart
from engine.arrangement.ducking import DuckingWish
from engine.arrangement.gains import TARGETS_LUFS
from engine.arrangement.history import ArrangementHistory
from engine.arrangement.saving import ChangeArrangement, change_of, saved_steps
from engine.errors import InputError, SoundbedError
from engine.files import scratch_folder
from engine.library.operation import Operation
from engine.library.tracks import Track
from engine.progress import Progress
from engine.settings import Loudness, Settings
from engine.stories.analyse import ClipAnalysis
from engine.stories.ranking_options import RankingOptions
from engine.stories.recommend import Recommendation, Recommendations


class Workspace(QObject):
    """The open clip with its ranked tracks and its music.

    Args:
        session: the engine.
        runner: where its calls run.
        settings: the levels of a new mix.
        parent: its owner.
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
    music_changed = Signal(object)
    sound_preparing = Signal()
    sound_ready = Signal(object)
    sound_failed = Signal(object)
    outdated = Signal(str, str, object)
    error_occurred = Signal(object)

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
        self.analyses = ClipAnalyses(session)
        self.changes = UndoStack(session, runner, self)
        self.changes.done.connect(self._follow_change)
        self.changes.failed.connect(self.error_occurred)
        self.speech = SpeechDucking()
        self.clip: ClipAnalysis | None = None
        self.music: Music | None = None
        self.request = RankingRequest(RankingOptions(top=N_FIRST), self)
        self.request.changed.connect(self.rank)
        self.queries = RememberedQuery(self.request, session, runner, self.changes)
        self.queries.opened.connect(self.rank)
        self.options = self.request.options
        self.play_when_ready = False
        self._settings = settings
        self._jobs = LatestJobs(runner)
        self._n_edits = 0
        self._choice: tuple[Job, Track] | None = None
        self._scratch = scratch_folder()
        self._folder = self._scratch.__enter__()
        self.listening = Listening(session, runner, self._folder / "sound", self)
        self.listening.preparing.connect(self.sound_preparing)
        self.listening.ready.connect(self.sound_ready)
        self.listening.failed.connect(self.sound_failed)
        self.listening.levelled.connect(self._set_levelled)
        self.candidates = Candidates(session, self.listening)
        self.listening.moved.connect(lambda _: self._expect())
        self.scenes = ClipScenes(session, runner, self)
        self.scenes.selected_changed.connect(self._follow_scene)

    @property
    def arrangement(self) -> Arrangement | None:
        """The current arrangement, None before a track was chosen."""
        return self.music.arrangement if self.music else None

    @property
    def chosen_track(self) -> Track | None:
        """The track at the playhead, or the one chosen to play there as soon as it can."""
        if self._choice is not None and self._jobs.is_running("music", self._choice[0]):
            return self._choice[1]
        return None if self.music is None else self.music.track_at(self.listening.position_s)

    @property
    def settings(self) -> Settings:
        """The settings, with the levels used last."""
        return self._settings

    # The clip

    def open_clip(self, path: Path) -> None:
        """Analyse a clip; the open one stays until this one is known to be usable."""
        self.analysing.emit(path)
        job = self._jobs.start("analyse", lambda progress: self.analyses.get(path, progress))

        def stopped() -> None:
            # Another clip may be opened in its place.
            if self._jobs.is_latest("analyse", job):
                self.analysis_stopped.emit()

        job.progressed.connect(self.progressed)
        job.succeeded.connect(self._set_clip)
        job.failed.connect(self.clip_failed)
        job.cancelled.connect(stopped)

    def stop_analysis(self) -> None:
        """Cancel the analysis of the clip that is being opened."""
        self._jobs.stop("analyse")

    def _set_clip(self, clip: ClipAnalysis) -> None:
        for name in ("music", "picture", "rank"):
            self._jobs.stop(name)
        self.clip, self.music = clip, None
        self.speech.open_clip(clip.sound, self._settings)
        self.candidates.clear()
        self.listening.open_clip(clip)
        self.changes.open_clip(clip.content_hash)
        self.scenes.open_clip(clip)
        self.clip_opened.emit(clip)
        work = partial(self.session.picture, clip.info, self._folder / "picture")
        job = self._jobs.start("picture", work)
        job.progressed.connect(self.picture_preparing)
        job.succeeded.connect(self.picture_ready)
        job.failed.connect(self.error_occurred)
        self.queries.open_clip(clip.content_hash)

    def rank(self) -> None:
        """Rank the tracks for what is asked for, for the part between in and out."""
        options = self.options = replace(self.request.take(), part=self._wanted_part)
        if self.clip is None:
            return
        self.ranking.emit()
        job = self._jobs.start("rank", partial(self.session.recommend, self.clip, options))
        job.succeeded.connect(self._set_ranking)
        job.failed.connect(self.ranking_failed)

    def _set_ranking(self, recommendations: Recommendations) -> None:
        self.candidates.rank(recommendations.items, self.place())
        self.ranked.emit(recommendations)
        if self.music is None and not self._jobs.is_running("music"):
            self._load_music(recommendations)

    def _load_music(self, recommendations: Recommendations) -> None:
        """Show the arrangement saved with the clip, or the best track of the list."""
        clip = self.clip
        assert clip is not None
        best = recommendations.items[0].arrangement if recommendations.items else None

        def show(loaded: tuple[ArrangementHistory | None, Music | None]) -> None:
            history, music = loaded
            if history is not None:
                self.changes.open_clip(clip.content_hash, *saved_steps(clip.content_hash, history))
            if history is not None and music is not None:
                self._show(music)
            elif music is not None:
                # It can't be undone, and the user didn't ask for it.
                self._change(music.like(self.arrangement, self._settings), is_step=False)

        job = self._jobs.start("music", lambda _: load_saved(self.session, clip, best))
        job.succeeded.connect(show)
        job.failed.connect(self.error_occurred)

    # The music

    def choose(
        self, recommendation: Recommendation, play: bool = True, group: object | None = None
    ) -> None:
        """Arrange a track of the list under the clip, and continue to play with it.

        One of the first tracks plays at once, at the same moment of the clip; another one as
        soon as its sound is ready. Where several tracks share the clip, it takes the place of the
        one at the playhead.

        Args:
            recommendation: the row of the list.
            play: whether to play.
            group: of the change that this one belongs to in the undo stack.
        """
        clip, arrangement = self.clip, recommendation.arrangement
        if clip is None or arrangement.clip.path != clip.info.path:
            return  # a row of the list of the clip before
        self.play_when_ready = play
        music, at_s = self.music, self.listening.position_s
        self.scenes.show_at(at_s)
        if music is not None and music.plays(recommendation.track, at_s, self.scenes.selected):
            self._jobs.stop("music")
            self.listening.hear_again(music.arrangement)
            return
        self._put(recommendation, arrangement.clip.frame_at(at_s), group)

    def _put(self, recommendation: Recommendation, frame: int, group: object | None) -> None:
        """Let a track of the list play at a frame of the clip."""
        candidate = self.candidates.find(recommendation, self.place(frame))
        levelled = self.listening.switch_to(candidate.key)
        again = partial(self._put, recommendation, frame, group)
        job = self.arrange(lambda _progress: levelled or candidate.make(), again, group)
        self._choice = job, recommendation.track

    def arrange(
        self,
        work: Callable[[Progress], Arrangement],
        when_edited: Callable[[], object] | None = None,
        group: object | None = None,
    ) -> Job:
        """Change to the arrangement that a task makes, at the current levels.

        Args:
            work: called off the GUI thread.
            when_edited: called in place of the change if the user edits the music items meanwhile;
                None to replace them all the same.
            group: of the change that this one belongs to in the undo stack.
        """
        part = None if self.arrangement is None else self.arrangement.part
        n_edits = self._n_edits

        def make(progress: Progress) -> Music:
            # The list may still be that of another part.
            return look_up(self.session, work(progress)).in_part(part)

        def take(music: Music) -> None:
            if when_edited is not None and self._n_edits != n_edits:
                when_edited()
                return
            # In and out may be elsewhere by now.
            self._change(music.like(self.arrangement, self._settings), group)

        job = self._jobs.start("music", make)
        job.succeeded.connect(take)
        job.failed.connect(self.sound_failed)
        return job

    def edit(self, change: Callable[[Arrangement], Arrangement]) -> None:
        """Make one step of a change of the arrangement that needs no other tracks.

        Args:
            change: at once; where it raises `InputError`, the arrangement stays as it is.
        """
        music = self.music
        if music is None:
            return
        try:
            changed = change(music.arrangement)
        except InputError as error:
            self.error_occurred.emit(error)
            return
        self._change(music.with_arrangement(changed))

    def set_levels(self, music_gain_db: float, clip_gain_db: float) -> None:
        """Set the levels of the sliders, for this and for the next clip."""
        self._settings = replace(
            self._settings, music_gain_db=music_gain_db, clip_gain_db=clip_gain_db
        )
        levels = {"music_gain_db": music_gain_db, "clip_gain_db": clip_gain_db}
        self.edit(lambda current: current.with_gains(**levels))

    def set_ducking(self, wish: DuckingWish | None) -> None:
        """Set what ducking should reach in this clip; None for none."""
        self.speech.wish = wish
        if self.music is not None:
            self._change(self.music)

    def set_settings(self, settings: Settings) -> None:
        """Keep settings that change nothing in what plays."""
        self._settings = settings

    def set_loudness(self, loudness: Loudness) -> None:
        """Set the loudness that tracks are brought to, for this and for the next clip."""
        self._settings = replace(self._settings, loudness=loudness)
        self.edit(lambda current: replace(current, target_lufs=TARGETS_LUFS[loudness]))

    def place(self, frame: int | None = None) -> Place:
        """Return where a track of the list would play, by default at the playhead."""
        clip = self.clip
        assert clip is not None
        if frame is None:
            frame = round(self.listening.position_s * clip.info.frame_rate)
        current = self.arrangement
        if current is None:
            return Place(None, TARGETS_LUFS[self._settings.loudness], frame, None)
        return Place(self.music, current.target_lufs, frame, self.scenes.selected)

    @property
    def _wanted_part(self) -> ClipPart | None:
        """The part of the clip that the list is for: the selected scene, or from in to out."""
        arrangement = self.arrangement
        return None if arrangement is None else self.scenes.selected or arrangement.part

    def _follow_scene(self) -> None:
        if self._wanted_part != self.options.part:
            self.rank()
        self._expect()

    def _expect(self) -> None:
        if self.clip is not None:
            self.candidates.follow(self.place())

    def _set_levelled(self, levelled: Arrangement) -> None:
        """Take over the measured levels, which are no step of their own."""
        clip, music = self.clip, self.music
        if clip is None or music is None or not same_cuts(music.arrangement, levelled):
            return
        arrangement = replace(music.arrangement, items=levelled.items)
        if arrangement != music.arrangement:
            self.music = replace(music, arrangement=arrangement)
            self.music_changed.emit(self.music)
            self.changes.do_silently(ChangeArrangement(clip.content_hash, arrangement, amends=True))

    def _change(self, music: Music, group: object | None = None, is_step: bool = True) -> None:
        """Show other music, with the ducking for its levels, and save it, by default as a step."""
        clip, before = self.clip, self.arrangement
        assert clip is not None
        music = replace(music, arrangement=self.speech.applied_to(music.arrangement))
        self._show(music)
        if music.arrangement != before:
            operation = change_of(clip.content_hash, before, music.arrangement)
            if is_step:
                self.changes.do(operation, clip.content_hash, group)
            else:
                self.changes.do_silently(operation)

    def _show(self, music: Music) -> None:
        if self.music is not None and is_edit(self.music.arrangement, music.arrangement):
            self._n_edits += 1
        self.music = music
        self.speech.follow(music.arrangement)
        self.music_changed.emit(music)
        self.listening.hear(music.arrangement)
        self.scenes.follow_part(music.arrangement.part)
        self._follow_scene()

    def _follow_change(self, operation: Operation) -> None:
        """Show the arrangement that undo or redo went to."""
        if (
            not isinstance(operation, ChangeArrangement)
            or self.clip is None
            or self.clip.content_hash != operation.clip_hash
            or operation.arrangement == self.arrangement
            or self.changes.is_changing(operation.clip_hash)
        ):
            return
        music, arrangement = self.music, operation.arrangement
        if music is not None and paths_of(arrangement) == paths_of(music.arrangement):
            self._show(replace(music, arrangement=arrangement))
            return
        # What played before plays at once, and is shown when its tracks are found.
        self.listening.switch_to(cuts_of(arrangement))
        job = self._jobs.start("music", lambda _: look_up(self.session, arrangement))
        job.succeeded.connect(self._show)
        job.failed.connect(self._keep_music)

    def _keep_music(self, error: SoundbedError) -> None:
        """Play the music that is shown, when another one can't be."""
        if self.music is not None:
            self.listening.hear(self.music.arrangement)
        self.error_occurred.emit(error)

    def close(self) -> None:
        """Finish what is being saved, and delete the prepared sounds."""
        self.queries.save()
        self.listening.close()
        self.runner.shutdown()
        self.session.close()
        self._scratch.__exit__(None, None, None)
