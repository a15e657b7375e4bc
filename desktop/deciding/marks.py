"""What the user decided about tracks, kept in memory for the rows that are painted."""

import logging
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from desktop.jobs import JobRunner, LatestJobs
from desktop.session import Session
from engine.library.decisions import Decisions
from engine.library.library import Library
from engine.library.operation import Operation
from engine.library.picks import Picks, Use
from engine.library.shortlists import Shortlists

if TYPE_CHECKING:
    from engine.stories.analyse import ClipAnalysis

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Marks:
    """What is stored: content hashes of tracks, and the uses of each by its content hash."""

    favourites: frozenset[str] = frozenset()
    hidden: frozenset[str] = frozenset()
    shortlist: tuple[str, ...] = ()
    uses: Mapping[str, tuple[Use, ...]] = field(default_factory=dict)


class TrackMarks(QObject):
    """The user's decisions about tracks; `changed` is emitted when they are other ones.

    They are read in a job, after each change of the user's and for each clip.

    Args:
        session: reads them.
        runner: where.
        parent: its owner.
    """

    changed = Signal()

    def __init__(self, session: Session, runner: JobRunner, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._jobs = LatestJobs(runner)
        self._clip_hash = ""
        self._marks = _Marks()
        self._shortlisted: frozenset[str] = frozenset()

    @property
    def clip_hash(self) -> str:
        """Content hash of the clip whose shortlist this is, "" without a clip."""
        return self._clip_hash

    @property
    def shortlist(self) -> tuple[str, ...]:
        """Content hashes of the open clip's shortlist, in the user's order."""
        return self._marks.shortlist

    @property
    def n_hidden(self) -> int:
        """How many tracks are hidden."""
        return len(self._marks.hidden)

    def is_favourite(self, content_hash: str) -> bool:
        """Return whether a track is a favourite."""
        return content_hash in self._marks.favourites

    def is_hidden(self, content_hash: str) -> bool:
        """Return whether a track is hidden."""
        return content_hash in self._marks.hidden

    def is_shortlisted(self, content_hash: str) -> bool:
        """Return whether a track is on the shortlist of the open clip."""
        return content_hash in self._shortlisted

    def uses(self, content_hash: str) -> tuple[Use, ...]:
        """Return where a track was used, the latest use first."""
        return self._marks.uses.get(content_hash, ())

    def open_clip(self, clip: "ClipAnalysis") -> None:
        """Follow the shortlist of another clip."""
        self._clip_hash = clip.content_hash
        self._keep(replace(self._marks, shortlist=()))
        self.reload()

    def follow(self, operation: Operation) -> None:
        """Read again after a change of what is marked."""
        if operation.part in (Decisions, Shortlists, Picks):
            self.reload()

    def reload(self) -> None:
        """Read all marks again, such as after a library was restored."""
        clip_hash = self._clip_hash

        def read(library: Library) -> _Marks:
            return _Marks(
                library.decisions.favourites(),
                library.decisions.hidden(),
                library.shortlists.of(clip_hash),
                library.picks.uses(),
            )

        job = self._jobs.start("marks", lambda _: self._session.read(read))
        job.succeeded.connect(self._keep)
        # What is wrong with the library is said elsewhere.
        job.failed.connect(lambda error: _log.info("no marks of tracks: %s", error))

    def _keep(self, marks: _Marks) -> None:
        if marks != self._marks:
            self._marks = marks
            self._shortlisted = frozenset(marks.shortlist)
            self.changed.emit()
