"""What the user may want to hear next, prepared in the background, one small task at a time."""

import logging
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer

from desktop.jobs import Job, JobRunner, Lane
from desktop.music import cuts_of
from desktop.session import Session
from engine.arrangement.arrangement import Arrangement
from engine.errors import SoundbedError
from engine.media.sound_file import BLOCK_SAMPLES, RATE_HZ, SoundFile
from engine.progress import Progress

if TYPE_CHECKING:
    from engine.stories.render import PreviewSound

_log = logging.getLogger(__name__)
N_AHEAD = 9
# So much of what played before stays prepared: undo goes back to it.
_N_BEFORE = 4
# Around the playhead: what is rendered, and what must be there, or more is rendered.
_BEFORE_S, _AFTER_S = 2.0, 8.0
_NEEDED_S = 4.0
# So much is enough to change to it: what plays is rendered first.
_PLAYABLE_S = 2.0
_REST_S = 60.0
# While the clip plays or the list changes, tasks start together instead of one by one.
_WAIT_MS = 300


@dataclass(frozen=True, slots=True)
class Candidate:
    """Music that the user may choose next.

    Attributes:
        key: equal for candidates that sound alike.
        make: returns the arrangement, with its target; called in a job.
    """

    key: Hashable
    make: Callable[[], Arrangement]


@dataclass(frozen=True, slots=True)
class Prepared:
    """An arrangement at its loudness, with the files of its sound.

    Attributes:
        arrangement: levelled.
        sound: filled where it is needed.
        files: the same, open.
    """

    arrangement: Arrangement
    sound: "PreviewSound"
    files: tuple[SoundFile, ...]

    def missing_s(self, start_s: float, end_s: float) -> bool:
        """Return whether something of a part isn't rendered yet."""
        start_s = max(start_s, 0.0)
        return any(file.missing(start_s, end_s - start_s) is not None for file in self.files)


def part_around(position_s: float) -> tuple[float, float]:
    """Return the ten seconds around the playhead that are rendered first."""
    return max(position_s - _BEFORE_S, 0.0), position_s + _AFTER_S


def prepared(arrangement: Arrangement, sound: "PreviewSound") -> Prepared:
    """Open the files of a sound.

    Raises:
        MediaUnreadable: when they are gone.
    """
    return Prepared(arrangement, sound, tuple(SoundFile(path) for path in sound.files))


class Ahead(QObject):
    """Prepares the first tracks around the playhead, and the rest of what plays.

    What plays comes first, then the candidates in their order, then what played before, then
    the rest of what plays, from the playhead on.

    Args:
        session: the engine.
        runner: where its calls run.
        folder: for the sound files.
        parent: its owner.
    """

    def __init__(
        self, session: Session, runner: JobRunner, folder: Path, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._session = session
        self._runner = runner
        self._folder = folder
        self._wanted: dict[Hashable, Candidate] = {}
        self._ready: dict[Hashable, Prepared] = {}
        self._failed: set[Hashable] = set()
        self._current: Prepared | None = None
        self._before: dict[Hashable, Prepared] = {}  # by its cuts, the latest last
        self._with_clip = False
        self._position_s = 0.0
        self._duration_s = 0.0
        self._job: Job | None = None
        self._timer = QTimer(self, singleShot=True, interval=_WAIT_MS)
        self._timer.timeout.connect(self._begin_next)

    def clear(self, duration_s: float, with_clip: bool) -> None:
        """Begin with another clip."""
        self._stop()
        self._current = None
        for prepared_before in (self._wanted, self._ready, self._failed, self._before):
            prepared_before.clear()
        self._with_clip, self._duration_s, self._position_s = with_clip, duration_s, 0.0

    def want(self, candidates: Sequence[Candidate]) -> None:
        """Prepare these, in this order, each at its own target.

        What is prepared of them already stays, and what isn't wanted any more isn't begun.
        """
        self._wanted = {one.key: one for one in candidates}
        self._ready = {key: one for key, one in self._ready.items() if key in self._wanted}
        self._failed &= set(self._wanted)
        self._timer.start()

    def set_current(self, current: Prepared | None) -> None:
        """Prepare the rest of what plays now."""
        before = self._current
        if before is not None and current is not None:
            key = cuts_of(before.arrangement)
            if key != cuts_of(current.arrangement):
                self._before.pop(key, None)
                self._before[key] = before
                for oldest in list(self._before)[:-_N_BEFORE]:
                    del self._before[oldest]
        self._current = current
        self._timer.start()

    def set_position(self, position_s: float) -> None:
        """Follow the playhead."""
        self._position_s = position_s
        if not self._timer.isActive():
            self._timer.start()

    def find(self, key: Hashable) -> Prepared | None:
        """Return what is prepared, if it can be played now.

        Args:
            key: of a candidate, or the cuts of what played before.
        """
        found = self._ready.get(key) or self._before.get(key)
        if found is None or self._is_missing(found, _PLAYABLE_S):
            return None
        if any(file.is_gone for file in found.files):
            # Old sounds are deleted when they take too much space.
            self._ready.pop(key, None)
            self._before.pop(key, None)
            return None
        return found

    @property
    def n_prepared(self) -> int:
        """How many candidates can be played now."""
        return sum(not self._is_missing(one, _PLAYABLE_S) for one in self._ready.values())

    @property
    def idle(self) -> bool:
        """Whether all that is wanted is prepared."""
        return self._job is None and not self._timer.isActive() and self._next_task() is None

    def _is_missing(self, one: Prepared, needed_s: float = _NEEDED_S) -> bool:
        end_s = min(self._position_s + needed_s, self._duration_s)
        return one.missing_s(self._position_s, end_s)

    def _begin_next(self) -> None:
        if self._job is not None:
            return
        task = self._next_task()
        if task is None:
            return
        key, work = task
        job = self._job = self._runner.start(work, Lane.AHEAD)
        job.succeeded.connect(lambda found: self._keep(key, found))
        job.failed.connect(lambda error: self._leave_out(key, error))
        job.ended.connect(lambda: self._end(job))

    def _next_task(self) -> tuple[Hashable, Callable[[Progress], Prepared]] | None:
        part_s = part_around(self._position_s)
        current = self._current
        current_key = None if current is None else cuts_of(current.arrangement)
        if current_key in self._failed:
            current = None
        if current is not None and self._is_missing(current):
            return current_key, self._filling(current, part_s)
        for key, wanted in self._wanted.items():
            found = self._ready.get(key)
            if key in self._failed:
                continue
            if found is None:
                return key, self._preparing(wanted, part_s)
            if self._is_missing(found):
                return key, self._filling(found, part_s)
        key = next(reversed(self._before), None)
        if key is not None and key not in self._failed and self._is_missing(self._before[key]):
            return key, self._filling(self._before[key], part_s)
        if current is not None:
            rest_s = self._rest_of(current)
            if rest_s is not None:
                return current_key, self._filling(current, rest_s)
        return None

    def _rest_of(self, current: Prepared) -> tuple[float, float] | None:
        for first_s, end_s in ((self._position_s, self._duration_s), (0.0, self._position_s)):
            runs = [file.missing(first_s, end_s - first_s) for file in current.files]
            starts = [run[0] for run in runs if run is not None]
            if starts:
                start_s = min(starts) * BLOCK_SAMPLES / RATE_HZ
                return start_s, start_s + _REST_S
        return None

    def _preparing(
        self, candidate: Candidate, part_s: tuple[float, float]
    ) -> Callable[[Progress], Prepared]:
        session, folder, with_clip = self._session, self._folder, self._with_clip

        def prepare(progress: Progress) -> Prepared:
            wanted = candidate.make()
            arrangement = session.level(wanted, wanted.target_lufs, progress, ahead=True)
            sound = session.preview(arrangement, folder, with_clip)
            session.fill_preview(arrangement, sound, part_s, progress, ahead=True)
            return prepared(arrangement, sound)

        return prepare

    def _filling(
        self, found: Prepared, part_s: tuple[float, float]
    ) -> Callable[[Progress], Prepared]:
        session = self._session

        def fill(progress: Progress) -> Prepared:
            session.fill_preview(found.arrangement, found.sound, part_s, progress, ahead=True)
            return found

        return fill

    def _keep(self, key: Hashable, found: Prepared) -> None:
        if key in self._wanted:
            self._ready[key] = found

    def _leave_out(self, key: Hashable, error: SoundbedError) -> None:
        # When it is chosen, it is tried again, and the user is told.
        _log.info("not prepared: %s", error)
        self._failed.add(key)
        self._ready.pop(key, None)
        self._before.pop(key, None)

    def _end(self, job: Job) -> None:
        if self._job is job:
            self._job = None
            self._begin_next()

    def _stop(self) -> None:
        self._timer.stop()
        if self._job is not None:
            self._job.cancel()
            self._job = None
