"""What is asked for in the list, remembered with the clip and put back when it is opened again."""

import logging

from PySide6.QtCore import QObject, QTimer, Signal

from desktop.jobs import Job, JobRunner
from desktop.results.request import RankingRequest
from desktop.session import Session
from desktop.undo import UndoStack
from engine.errors import SoundbedError
from engine.library.clip_queries import SaveClipQuery
from engine.stories.saved_query import SavedQuery

_log = logging.getLogger(__name__)
# Several changes are saved as one.
_SAVE_AFTER_MS = 1500


class RememberedQuery(QObject):
    """Saves the request with the open clip, and puts back that of a clip that is opened.

    A clip that has none begins with the filters of the clip before: a rule such as “no credit
    needed” is seldom meant for one clip. Its search, wishes and order go.

    `opened` follows when the request is that of the clip.

    Args:
        request: what is asked for.
        session: reads.
        runner: where.
        changes: saves.
    """

    opened = Signal()

    def __init__(
        self, request: RankingRequest, session: Session, runner: JobRunner, changes: UndoStack
    ) -> None:
        super().__init__(request)
        self._request = request
        self._session = session
        self._runner = runner
        self._changes = changes
        self._clip_hash = ""
        self._saved = SavedQuery()
        # What is being written can't be read yet.
        self._known: dict[str, SavedQuery] = {}
        self._job: Job | None = None
        self._timer = QTimer(self, singleShot=True, interval=_SAVE_AFTER_MS)
        self._timer.timeout.connect(self.save)
        request.edited.connect(self._follow)

    def open_clip(self, clip_hash: str) -> None:
        """Save the query of the clip before, and put that of another one in its place."""
        self.save()
        self._clip_hash = clip_hash
        if self._job is not None:
            self._job.cancel()
        known, session = self._known.get(clip_hash), self._session
        if known is not None:
            self._put(known)
            return
        self._job = job = self._runner.start(
            lambda _: session.read(lambda library: library.clip_queries.get(clip_hash))
        )
        job.succeeded.connect(self._put_saved)
        job.failed.connect(self._put_nothing)

    def save(self) -> None:
        """Save the query now, if it changed."""
        self._timer.stop()
        if self._job is not None or not self._clip_hash:
            return  # it isn't that of the clip yet
        query = SavedQuery.of(self._request.options)
        if query != self._saved:
            self._saved = self._known[self._clip_hash] = query
            self._changes.do_silently(SaveClipQuery(self._clip_hash, query.to_json()))

    def _follow(self) -> None:
        if self._clip_hash and self._job is None:
            self._timer.start()

    def _put_nothing(self, error: SoundbedError) -> None:
        # What is wrong with the library is said elsewhere.
        _log.info("no query of the clip: %s", error)
        self._put_saved(None)

    def _put_saved(self, text: str | None) -> None:
        if text is None:
            self._put(SavedQuery(filters=self._request.options.filters))
        else:
            self._put(SavedQuery.from_json(text))

    def _put(self, query: SavedQuery) -> None:
        self._request.put(query.put_into(self._request.options))
        self._job, self._saved = None, query
        self.opened.emit()
