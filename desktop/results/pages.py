"""The rows of a ranked list, read in pages when they are seen."""

from collections import OrderedDict
from collections.abc import Iterable, Sequence
from enum import Enum
from functools import partial

from PySide6.QtCore import QObject, QTimer, Signal

from desktop.jobs import Job, JobRunner
from engine.errors import SoundbedError
from engine.library.tracks import Track
from engine.ranking.ranked import RankedTracks
from engine.stories.recommend import Recommendation

N_ROWS = 16
# So many pages stay in memory: a few thousand rows, of a few kilobytes each.
_N_PAGES = 128
# What was scrolled past isn't read; so many pages fit on the largest screen.
_N_WANTED = 4
# One after the other: threads that compute hold up the one that scrolls.
_N_JOBS = 1
# While the list moves fast, nothing is read: every page would be gone when it comes.
_WAIT_MS = 40
# So near its end, the page after it is read too.
_N_SOON = 6


class Missing(Enum):
    """Why a row shows no track."""

    WAITING = "being read"
    GONE = "removed since the ranking"


Row = Recommendation | Missing


class RowPages(QObject):
    """Reads the rows that are asked for in the background, the newest wish first.

    `read` is emitted with the first and the last row of a page that arrived.

    Args:
        runner: where the rows are read.
        parent: its owner.
    """

    read = Signal(int, int)
    failed = Signal(object)

    def __init__(self, runner: JobRunner, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._runner = runner
        self._ranked: RankedTracks[Recommendation] | None = None
        self._first: dict[int, Recommendation] = {}
        self._n_first = 0
        self._pages: OrderedDict[int, tuple[Row, ...]] = OrderedDict()
        self._wanted: OrderedDict[int, None] = OrderedDict()
        self._selected: list[int] = []
        self._jobs: dict[int, Job] = {}
        self._timer = QTimer(self, singleShot=True, interval=_WAIT_MS)
        self._timer.timeout.connect(self._start)

    def __len__(self) -> int:
        return 0 if self._ranked is None else len(self._ranked)

    def open(
        self, ranked: RankedTracks[Recommendation] | None, items: Sequence[Recommendation]
    ) -> None:
        """Show another list.

        Args:
            ranked: the list; None for an empty one.
            items: its first tracks that can be used; they stay in memory.
        """
        self._timer.stop()
        for job in self._jobs.values():
            job.cancel()
        for rows in (self._jobs, self._wanted, self._selected, self._pages):
            rows.clear()
        self._ranked = ranked
        self._first = {}
        for item in items if ranked is not None else ():
            row = self.position_of(item.track)
            self._first[item.rank - 1 if row is None else row] = item
        self._n_first = max(self._first, default=-1) + 1

    def get(self, row: int) -> Row:
        """Return a row; while it is waiting, it is being read."""
        if row < self._n_first:
            return self._first.get(row, Missing.GONE)
        page, place = divmod(row, N_ROWS)
        rows = self._pages.get(page)
        if rows is None:
            self._want(page)
            return Missing.WAITING
        self._pages.move_to_end(page)
        if place >= N_ROWS - _N_SOON:
            self._want(page + 1, soon=True)
        return rows[place] if place < len(rows) else Missing.GONE

    def position_of(self, track: Track) -> int | None:
        """Return where a track is in the list, None when it isn't listed."""
        return None if self._ranked is None else self._ranked.position_of(track)

    def expect(self, rows: Iterable[int]) -> None:
        """Read these rows, too, when nothing that is seen is left to read."""
        pages = dict.fromkeys(row // N_ROWS for row in rows if row >= self._n_first)
        self._selected = [page for page in pages if page not in self._pages]
        if self._selected:
            self._timer.start()

    def _want(self, page: int, soon: bool = False) -> None:
        """Read a page: now, or when there is nothing else to read."""
        known = self._jobs, self._pages, self._wanted if soon else ()
        if page * N_ROWS >= len(self) or any(page in pages for pages in known):
            return
        if page not in self._wanted:
            self._timer.start()
        self._wanted[page] = None
        self._wanted.move_to_end(page, last=not soon)
        while len(self._wanted) > _N_WANTED:
            self._wanted.popitem(last=False)

    def _start(self) -> None:
        ranked = self._ranked
        while ranked is not None and len(self._jobs) < _N_JOBS:
            if self._wanted:
                page, _ = self._wanted.popitem(last=True)
            elif self._selected:
                page = self._selected.pop(0)
            else:
                return
            if page in self._pages:
                continue
            self._jobs[page] = job = self._runner.start(partial(_read, ranked, page))
            # Of a list before this one nothing comes: its jobs are cancelled.
            job.succeeded.connect(partial(self._keep, page))
            job.failed.connect(partial(self._fail, page))
            job.ended.connect(partial(self._end, page, job))

    def _fail(self, page: int, error: SoundbedError) -> None:
        # Not read again and again while it is shown.
        self.failed.emit(error)
        self._keep(page, ())

    def _keep(self, page: int, rows: tuple[Row, ...]) -> None:
        self._pages[page] = rows
        while len(self._pages) > _N_PAGES:
            self._pages.popitem(last=False)
        first = page * N_ROWS
        self.read.emit(first, min(first + N_ROWS, len(self)) - 1)

    def _end(self, page: int, job: Job) -> None:
        if self._jobs.get(page) is job:
            del self._jobs[page]
            self._start()


def _read(ranked: RankedTracks[Recommendation], page: int, _progress: object) -> tuple[Row, ...]:
    rows = ranked.read(page * N_ROWS, (page + 1) * N_ROWS)
    return tuple(Missing.GONE if row is None else row for row in rows)
