"""The ranked list with its filters."""

from PySide6.QtCore import QItemSelectionModel, QModelIndex, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QHBoxLayout,
    QLabel,
    QListView,
    QProgressBar,
    QPushButton,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from desktop.music import Music
from desktop.results.filter_bar import FilterBar
from desktop.results.model import RECOMMENDATION_ROLE, ResultsModel
from desktop.results.row import RowDelegate
from desktop.workspace import Workspace
from engine.errors import SoundbedError
from engine.library.operation import Operation
from engine.library.picks import Picks
from engine.library.tracks import Tracks
from engine.sound.clip_sound import music_warning
from engine.stories.recommend import Recommendations
from engine.translation import tr, trn

_MIN_WIDTH = 380
_LIST_KEYS = (
    Qt.Key.Key_Up,
    Qt.Key.Key_Down,
    Qt.Key.Key_PageUp,
    Qt.Key.Key_PageDown,
    Qt.Key.Key_Return,
    Qt.Key.Key_Enter,
)


class ResultsPanel(QFrame):
    """Shows the ranking of the open clip; the selected track goes under it.

    Args:
        workspace: the open clip.
    """

    picked = Signal()
    library_requested = Signal()

    def __init__(self, workspace: Workspace, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("panel")
        self._workspace = workspace
        self.model = ResultsModel()
        self.filters = FilterBar(workspace.request)
        self.view = _ResultsView()
        self.view.setModel(self.model)
        self.view.setItemDelegate(RowDelegate(self.view))
        self.view.picked.connect(self.picked)
        self.view.selectionModel().currentChanged.connect(self._choose)
        self.view.clicked.connect(self._choose)
        self._count = QLabel()
        self._count.setObjectName("small")
        self._busy = QProgressBar()
        self._busy.setRange(0, 0)
        self._busy.setTextVisible(False)
        self._busy.setFixedWidth(72)
        self._busy.setAccessibleName(tr("Ranking the tracks"))
        self._notes = QLabel()
        self._notes.setObjectName("small")
        self._notes.setWordWrap(True)
        self._notes.setTextFormat(Qt.TextFormat.PlainText)
        self._empty = _Empty()
        self._empty.clear_requested.connect(workspace.request.clear)
        self._empty.library_requested.connect(self.library_requested)
        self._pages = QStackedWidget()
        self._pages.addWidget(self.view)
        self._pages.addWidget(self._empty)
        self._lay_out()
        self._connect()

    def _connect(self) -> None:
        workspace = self._workspace
        workspace.clip_opened.connect(self._clear)
        workspace.ranking.connect(self._set_busy)
        workspace.ranked.connect(self._show_ranking)
        workspace.ranking_failed.connect(self._show_error)
        workspace.music_changed.connect(self._select)
        workspace.listening.moved.connect(lambda _: self._follow_playhead())
        workspace.changes.done.connect(self._follow_change)

    def _lay_out(self) -> None:
        heading = QLabel(tr("Music that fits"))
        heading.setObjectName("heading")
        top = QHBoxLayout()
        top.addWidget(heading)
        top.addStretch()
        top.addWidget(self._busy)
        top.addWidget(self._count)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(10, 14, 10, 10)
        layout.setSpacing(10)
        for inner in (top, _padded(self.filters)):
            inner.setContentsMargins(6, 0, 6, 0)
            layout.addLayout(inner)
        layout.addWidget(self._notes)
        layout.addWidget(self._pages, 1)
        self._notes.setContentsMargins(6, 0, 6, 0)

    def minimumSizeHint(self) -> QSize:
        """Leave room for the list, and for the filters in languages longer than English."""
        return super().minimumSizeHint().expandedTo(QSize(_MIN_WIDTH, 0))

    def rank_again(self) -> None:
        """Rank again after the library has changed."""
        self._read_picks()
        self._read_filter_words()
        self._workspace.rank()

    def choose_rank(self, rank: int) -> None:
        """Choose the track of a rank, 1 for the best, if the list has one."""
        index = self.model.index(rank - 1)
        if index == self.view.currentIndex():
            self._choose(index)
        elif index.isValid():
            self.view.setCurrentIndex(index)

    def choose_neighbour(self, step: int) -> None:
        """Choose the track below the current one (1), or above it (-1), if there is one."""
        current = self.view.currentIndex()
        if current.isValid():
            self.choose_rank(current.row() + 1 + step)

    def _follow_change(self, operation: Operation) -> None:
        if operation.part is Picks:
            self._read_picks()
        elif operation.part is Tracks:
            self.rank_again()

    def _clear(self) -> None:
        self.model.show(())
        self._count.setText("")
        self._notes.hide()
        self._read_picks()
        self._read_filter_words()

    def _read_picks(self) -> None:
        session = self._workspace.session
        job = self._workspace.runner.start(
            lambda _: session.read(lambda library: len(library.picks.all()))
        )
        job.succeeded.connect(self.filters.set_n_picks)

    def _read_filter_words(self) -> None:
        session = self._workspace.session
        job = self._workspace.runner.start(lambda _: session.filter_words())
        job.succeeded.connect(self.filters.set_words)

    def _set_busy(self) -> None:
        self._busy.show()
        self._count.hide()

    def _show_ranking(self, recommendations: Recommendations) -> None:
        self._set_idle()
        self.model.show(recommendations.items)
        n_tracks, n_passed = len(recommendations.items), len(recommendations.ranked)
        if n_tracks < n_passed:
            count = trn("{n} of {all} track", "{n} of {all} tracks", n_passed)
        else:
            count = trn("{n} track", "{n} tracks", n_tracks)
        self._count.setText(count.format(n=n_tracks, all=n_passed))
        # The window asks about music in the clip's own sound.
        notes = [note for note in recommendations.notes if note != music_warning()]
        self._notes.setText("\n".join(notes))
        self._notes.setVisible(bool(notes))
        self._empty.show_nothing_found(self._workspace.request.is_narrowed)
        self._pages.setCurrentWidget(self.view if n_tracks else self._empty)
        self._select(self._workspace.music)

    def _show_error(self, error: SoundbedError) -> None:
        self._set_idle()
        self.model.show(())
        self._count.setText("")
        self._empty.show_error(error)
        self._pages.setCurrentWidget(self._empty)

    def _follow_playhead(self) -> None:
        """Where several tracks share the clip, select the one that plays."""
        music = self._workspace.music
        if music is not None and len(music.tracks) > 1:
            row = self.model.row_of(music.track_at(self._workspace.listening.position_s).path)
            if row is not None and row != self.view.currentIndex().row():
                self._select(music)

    def _select(self, music: Music | None) -> None:
        """Select the track at the playhead without a signal."""
        track = music.track_at(self._workspace.listening.position_s) if music else None
        row = self.model.row_of(track.path) if track else None
        selection = self.view.selectionModel()
        selection.blockSignals(True)
        if row is None:
            selection.clear()
        else:
            selection.setCurrentIndex(
                self.model.index(row), QItemSelectionModel.SelectionFlag.ClearAndSelect
            )
        selection.blockSignals(False)
        self.view.viewport().update()
        if row is not None:
            self.view.scrollTo(self.model.index(row))

    def _set_idle(self) -> None:
        self._busy.hide()
        self._count.show()

    def _choose(self, index: QModelIndex, _before: QModelIndex | None = None) -> None:
        item = index.data(RECOMMENDATION_ROLE)
        if item is not None:
            self._workspace.choose(item)


class _ResultsView(QListView):
    """A list that leaves letter keys to the playback, instead of searching."""

    picked = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("results")
        self.setUniformItemSizes(True)
        self.setMouseTracking(True)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setAccessibleName(tr("Ranked tracks"))
        self.doubleClicked.connect(self.picked)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Select with the arrow keys, pick with Enter; leave other keys to the window."""
        key = Qt.Key(event.key())
        if key not in _LIST_KEYS:
            event.ignore()
            return
        if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.picked.emit()
            return
        super().keyPressEvent(event)


class _Empty(QWidget):
    clear_requested = Signal()
    library_requested = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._text = QLabel()
        self._text.setObjectName("quiet")
        self._text.setWordWrap(True)
        self._text.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._text.setTextFormat(Qt.TextFormat.PlainText)
        self._clear = QPushButton(tr("Clear filters"))
        self._clear.clicked.connect(self.clear_requested)
        self._library = QPushButton(tr("Add your own music…"))
        self._library.clicked.connect(self.library_requested)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(32, 0, 32, 0)
        layout.setSpacing(14)
        layout.addStretch(2)
        # Without an alignment, so that the height fits the wrapped text.
        layout.addWidget(self._text)
        for button in (self._clear, self._library):
            layout.addWidget(button, 0, Qt.AlignmentFlag.AlignHCenter)
        layout.addStretch(3)

    def show_nothing_found(self, filtered: bool) -> None:
        """Show what to do about an empty list."""
        self._text.setText(
            tr("No tracks match these filters.")
            if filtered
            else tr("There is no music yet. Add a folder of your own.")
        )
        self._clear.setVisible(filtered)
        self._library.setVisible(not filtered)

    def show_error(self, error: SoundbedError) -> None:
        """Show why there is no list."""
        self._text.setText(str(error))
        self._clear.hide()
        self._library.hide()


def _padded(widget: QWidget) -> QHBoxLayout:
    row = QHBoxLayout()
    row.addWidget(widget)
    return row
