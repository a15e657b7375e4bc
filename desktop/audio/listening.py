"""Makes the music under the clip audible: at its loudness, rendered around the playhead first."""

from collections.abc import Hashable, Sequence
from pathlib import Path

from PySide6.QtCore import QObject, QTimer, Signal

from desktop.audio.ahead import Ahead, Candidate, Prepared, part_around, prepared
from desktop.jobs import Job, JobRunner
from desktop.music import cuts_of
from desktop.session import Session
from engine.arrangement.arrangement import Arrangement
from engine.errors import SoundbedError
from engine.progress import Progress
from engine.stories.analyse import ClipAnalysis

# While an arrow key runs through the list, only the track that it stops at is rendered.
_WAIT_MS = 90


class Listening(QObject):
    """Prepares the sound of the music under the clip, and of what may come next.

    Args:
        session: the engine.
        runner: where its calls run.
        folder: for the sound files.
        parent: its owner.
    """

    moved = Signal(float)
    preparing = Signal()
    ready = Signal(object)
    levelled = Signal(object)
    failed = Signal(object)

    def __init__(
        self, session: Session, runner: JobRunner, folder: Path, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self.ahead = Ahead(session, runner, folder, self)
        self._session = session
        self._runner = runner
        self._folder = folder
        self._position_s = 0.0
        self._with_clip = False
        self._wanted: Arrangement | None = None
        self._key: tuple[object, ...] | None = None
        self._job: Job | None = None
        self._timer = QTimer(self, singleShot=True, interval=_WAIT_MS)
        self._timer.timeout.connect(self._render)

    def open_clip(self, clip: ClipAnalysis) -> None:
        """Begin with another clip."""
        self._stop()
        self._key = None
        self._position_s = 0.0
        self._with_clip = clip.info.sound is not None
        self.ahead.clear(clip.info.duration_s, self._with_clip)

    @property
    def position_s(self) -> float:
        """Where the playhead is."""
        return self._position_s

    def set_position(self, position_s: float) -> None:
        """Follow the playhead."""
        self._position_s = position_s
        self.ahead.set_position(position_s)
        self.moved.emit(position_s)

    def expect(self, candidates: Sequence[Candidate]) -> None:
        """Prepare the first tracks of the list."""
        self.ahead.want(candidates)

    def switch_to(self, key: Hashable) -> Arrangement | None:
        """Play music at once if it is prepared.

        Args:
            key: of a candidate, or the cuts of what played before.

        Returns:
            The arrangement at its loudness, None when it isn't prepared.
        """
        found = self.ahead.find(key)
        if found is None:
            return None
        self._stop()
        self._use(found)
        return found.arrangement

    def hear(self, arrangement: Arrangement) -> None:
        """Prepare an arrangement, unless it is the one that plays; `ready` or `failed` follows.

        What played before, such as after undo, plays at once. What can be changed live doesn't
        count: levels, volume points and ducking.
        """
        key = sound_key(arrangement)
        self._wanted = arrangement
        if key == self._key or self.switch_to(cuts_of(arrangement)) is not None:
            return
        self._key = key
        self._stop()
        self.preparing.emit()
        self._timer.start()

    def hear_again(self, arrangement: Arrangement) -> None:
        """Say that an arrangement is ready, or try again when it has failed."""
        if sound_key(arrangement) != self._key:
            self.hear(arrangement)
        elif self._job is None and not self._timer.isActive():
            self.ready.emit(None)

    def close(self) -> None:
        """Prepare nothing more."""
        self._stop()
        self.ahead.clear(0.0, with_clip=False)

    def _render(self) -> None:
        wanted, session, folder = self._wanted, self._session, self._folder
        if wanted is None:
            return
        part_s, with_clip = part_around(self._position_s), self._with_clip

        def prepare(progress: Progress) -> Prepared:
            arrangement = session.level(wanted, wanted.target_lufs, progress)
            sound = session.preview(arrangement, folder, with_clip)
            session.fill_preview(arrangement, sound, part_s, progress)
            return prepared(arrangement, sound)

        job = self._job = self._runner.start(prepare)
        job.succeeded.connect(self._use)
        job.failed.connect(self._fail)
        job.ended.connect(lambda: self._end(job))

    def _use(self, found: Prepared) -> None:
        self._key = sound_key(found.arrangement)
        self.ahead.set_current(found)
        self.levelled.emit(found.arrangement)
        self.ready.emit(found.sound)

    def _fail(self, error: SoundbedError) -> None:
        self._key = None
        self.failed.emit(error)

    def _end(self, job: Job) -> None:
        if self._job is job:
            self._job = None

    def _stop(self) -> None:
        self._timer.stop()
        if self._job is not None:
            self._job.cancel()
            self._job = None


def sound_key(arrangement: Arrangement) -> tuple[object, ...]:
    """Return what the rendered sound of an arrangement depends on."""
    return arrangement.clip, arrangement.items, arrangement.target_lufs
