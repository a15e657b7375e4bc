"""The ranked list with its filters."""

from collections.abc import Sequence
from dataclasses import replace
from functools import partial

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QProgressBar,
    QVBoxLayout,
    QWidget,
)

from desktop import icons
from desktop.deciding.actions import Deciding, changes_the_list
from desktop.deciding.lists import MusicLists
from desktop.deciding.marks import TrackMarks
from desktop.deciding.row_marks import row_marks
from desktop.elided import ElidedLabel
from desktop.keys import CLEAR_KEY, FIND_KEY
from desktop.library.editing import TrackEditing
from desktop.pages import Pages
from desktop.results.empty import EmptyList
from desktop.results.filter_bar import FilterBar
from desktop.results.list_view import ResultsView
from desktop.results.marking import marking_actions
from desktop.results.model import ResultsModel
from desktop.results.row_actions import RowActions, editing_action, from_window
from desktop.results.scene_chip import SceneChip
from desktop.results.search_field import SearchField
from desktop.results.sort_button import SortButton
from desktop.wishes.mood_dock import MoodDock
from desktop.wishes.mood_pad import MoodPad
from desktop.wishes.song_drop import SongDrop
from desktop.wishes.wish_bar import WishBar
from desktop.workspace import Workspace
from engine.errors import SoundbedError
from engine.library.operation import Operation
from engine.library.own_taste import OwnTaste
from engine.library.picks import Picks
from engine.library.tracks import Track, Tracks
from engine.sound.clip_sound import music_warning
from engine.stories.ranking_options import RankingOptions
from engine.stories.recommend import Recommendations
from engine.translation import tr, trn

_MIN_WIDTH = 380


class ResultsPanel(QFrame):
    """Shows the ranking of the open clip; the selected track goes under it.

    Args:
        workspace: the open clip.
    """

    picked = Signal()
    library_requested = Signal()
    taste_requested = Signal()

    def __init__(self, workspace: Workspace, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("panel")
        self._workspace = workspace
        self.model = ResultsModel(workspace.runner, self)
        self.filters = FilterBar(workspace.request)
        self.filters.offer_taste(self.taste_requested.emit)
        self.search = SearchField(workspace.request)
        self.search.left.connect(self._focus_list)
        self.sort = SortButton(workspace.request)
        self.view = ResultsView(self.model)
        self.view.picked.connect(self.picked)
        self.view.chosen.connect(workspace.choose)
        self.model.pages.failed.connect(workspace.error_occurred)
        self.wishes = WishBar(workspace.request, workspace.session, workspace.runner)
        self.wishes.failed.connect(workspace.error_occurred)
        self.wishes.left.connect(self.view.setFocus)
        self.mood = MoodPad(workspace)
        self.mood.track_clicked.connect(self.choose_rank)
        self.drop = SongDrop(self, workspace)
        self.drop.song_dropped.connect(self.wishes.add_song)
        self.marks = TrackMarks(workspace.session, workspace.runner, self)
        self.deciding = Deciding(self.marks, workspace, self.selected_tracks, self)
        self._music = QWidget()
        self.lists = MusicLists(workspace, self.marks, self._music, lambda: self.view)
        self.lists.shortlist.picked.connect(self.picked)
        self.lists.comparison.said.connect(self.deciding.said)
        self.row_actions = self._menu_of(self.view)
        self.kept_actions = self._menu_of(self.lists.shortlist.view)
        self.search.described.connect(self.wishes.describe)
        self._shown: RankingOptions | None = None
        self._count = ElidedLabel()
        self._count.setObjectName("small")
        self._count.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self._busy = QProgressBar()
        self._busy.setRange(0, 0)
        self._busy.setTextVisible(False)
        self._busy.setFixedWidth(72)
        self._busy.setAccessibleName(tr("Ranking the tracks"))
        self._notes = QLabel()
        self._notes.setObjectName("small")
        self._notes.setWordWrap(True)
        self._notes.setTextFormat(Qt.TextFormat.PlainText)
        self._empty = EmptyList()
        self._empty.clear_requested.connect(self.clear)
        self._empty.search_clear_requested.connect(self.search.clear)
        self._empty.describe_requested.connect(self.search.describe)
        self._empty.library_requested.connect(self.library_requested)
        self._pages = Pages()
        self._pages.addWidget(self.view)
        self._pages.addWidget(self._empty)
        self.mood_dock = MoodDock(self.mood, self._pages, self)
        self._lay_out()
        self._connect()

    def _menu_of(self, view: ResultsView) -> RowActions:
        """Return the menu of the selected rows of a list, which opens there."""
        workspace = self._workspace
        actions = RowActions(view.selected_items, workspace.choose, view)
        view.menu_requested.connect(actions.show_menu)
        editing = TrackEditing(workspace.session, workspace.runner, workspace.changes, self)
        editing.noticed.connect(self.deciding.said)
        editing.failed.connect(workspace.error_occurred)
        actions.add(*marking_actions(self.deciding, self.marks), editing_action(editing.ask))
        return actions

    def _connect(self) -> None:
        workspace = self._workspace
        workspace.clip_opened.connect(self._clear)
        workspace.ranking.connect(self._set_busy)
        workspace.ranked.connect(self._show_ranking)
        workspace.ranking_failed.connect(self._show_error)
        workspace.music_changed.connect(lambda _: self._follow_music())
        workspace.listening.moved.connect(lambda _: self._follow_playhead())
        workspace.changes.done.connect(self._follow_change)
        workspace.clip_opened.connect(self.marks.open_clip)
        self.marks.changed.connect(self._show_marks)
        self.deciding.hiding.connect(self._leave_hidden)

    def _lay_out(self) -> None:
        top = QHBoxLayout()
        top.setContentsMargins(0, 0, 6, 0)
        top.addWidget(self.lists.switch, 0, Qt.AlignmentFlag.AlignLeft)
        of_music = QWidget()
        state = QHBoxLayout(of_music)
        state.setContentsMargins(0, 0, 0, 0)
        state.addStretch()
        state.addWidget(self._busy)
        state.addWidget(self._count, 100)
        top.addWidget(of_music, 1)
        self.lists.page_changed.connect(lambda: of_music.setVisible(self.lists.shows_music))
        whole = QVBoxLayout(self)
        whole.setContentsMargins(10, 10, 10, 10)
        whole.setSpacing(8)
        whole.addLayout(top)
        whole.addWidget(self.lists, 1)
        layout = QVBoxLayout(self._music)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(10)
        self.search_row = QHBoxLayout()
        self.search_row.setSpacing(6)
        self.search_row.addWidget(self.search, 1)
        self.search_row.addWidget(self.sort)
        self.search_row.addWidget(self.mood_dock.button)
        # The filters make room for the scene, so that it never takes a line of its own.
        chips = QHBoxLayout()
        chips.setSpacing(6)
        chips.addWidget(SceneChip(self._workspace.scenes), 0, Qt.AlignmentFlag.AlignTop)
        chips.addWidget(self.filters, 1)
        for inner in (self.search_row, chips, _padded(self.wishes)):
            inner.setContentsMargins(6, 0, 6, 0)
            layout.addLayout(inner)
        layout.addWidget(self.mood_dock)
        layout.addWidget(self._notes)
        layout.addWidget(self._pages, 1)
        self._notes.setContentsMargins(6, 0, 6, 0)

    def minimumSizeHint(self) -> QSize:
        """Leave room for the list, and for the filters in languages longer than English."""
        return super().minimumSizeHint().expandedTo(QSize(_MIN_WIDTH, 0))

    def rank_again(self) -> None:
        """Rank again after the library has changed."""
        self.marks.reload()
        self._read_taste()
        self._read_filter_words()
        self._workspace.rank()

    def _focus_list(self) -> None:
        self.view.setFocus(Qt.FocusReason.OtherFocusReason)

    def actions_of_menu(self) -> tuple[QAction, ...]:
        """Return what the menu of the window offers: to search, clear, and show hidden tracks."""
        find = QAction(icons.icon("search"), tr("&Find music…"), self)
        find.setShortcut(FIND_KEY)
        find.triggered.connect(self.search.start)
        clear = QAction(tr("&Clear search and filters"), self)
        clear.setShortcut(CLEAR_KEY)
        clear.triggered.connect(self.clear)
        return find, clear, self.deciding.show_hidden

    def clear(self) -> None:
        """Clear everything that narrows the list."""
        self._workspace.request.clear()

    def release(self) -> None:
        """Start no more jobs."""
        self._workspace.request.take()
        self.model.show(None)

    def choose_rank(self, rank: int) -> None:
        """Choose the track of a place in what is shown, 1 for the first, if there is one."""
        self.lists.shown.choose_row(rank - 1)

    def choose_neighbour(self, step: int) -> None:
        """Choose the track below the current one (1), or above it (-1), if there is one."""
        self.lists.shown.choose_neighbour(step)

    def selected_tracks(self) -> list[Track]:
        """Return the tracks of the selected rows; none while some are still being read."""
        if self.lists.comparison.isVisible():
            return self.lists.comparison.selected_tracks()
        view = self.view if self.lists.shows_music else self.lists.shortlist.view
        return [item.track for item in view.selected_items() or ()]

    def add_row_actions(self, actions: Sequence[QAction]) -> None:
        """Offer actions of the window in the menu of the selected rows."""
        self.row_actions.add(*map(from_window, actions))

    def _follow_change(self, operation: Operation) -> None:
        self.marks.follow(operation)
        if operation.part in (Picks, OwnTaste):
            self._read_taste()
        if operation.part is Tracks:
            self.rank_again()
        elif changes_the_list(operation, self._workspace.options):
            self._workspace.rank()

    def _show_marks(self) -> None:
        self.view.set_marks(partial(row_marks, self.marks))

    def _leave_hidden(self, tracks: Sequence[Track], group: object) -> None:
        """Continue with the next track, as one step, if the playing one is leaving the list."""
        if self.lists.shows_music and self._workspace.chosen_track in tracks:
            item = self.view.leave_selection()
            if item is not None:
                self._workspace.choose(item, group=group)

    def _clear(self) -> None:
        self.model.show(None)
        self.view.set_playing(None)
        self._shown = None
        self._count.show_text("")
        self._notes.hide()
        self._read_taste()
        self._read_filter_words()

    def _read_taste(self) -> None:
        session = self._workspace.session
        job = self._workspace.runner.start(
            lambda _: session.read(lambda library: library.own_taste.is_known())
        )
        job.succeeded.connect(self.filters.set_taste_known)

    def _read_filter_words(self) -> None:
        session = self._workspace.session
        job = self._workspace.runner.start(lambda _: session.filter_words())
        job.succeeded.connect(self.filters.set_words)

    def _set_busy(self) -> None:
        self._busy.show()
        self._count.hide()
        self._empty.show_ranking(self._workspace.request)

    def _show_ranking(self, recommendations: Recommendations) -> None:
        self._set_idle()
        asked = replace(self._workspace.options, part=None)
        is_same = asked == self._shown
        track = self._playing_track()
        self.view.rerank(lambda: self.model.show(recommendations), track, keep=is_same)
        self._shown = asked
        n_tracks = len(recommendations.ranked)
        self._count.show_text(trn("{n} track", "{n} tracks", n_tracks).format(n=n_tracks))
        # The window asks about music in the clip's own sound.
        notes = [note for note in recommendations.notes if note != music_warning()]
        self._notes.setText("\n".join(notes))
        self._notes.setVisible(bool(notes))
        self.filters.set_counts(recommendations.facets)
        if recommendations.items:
            self._pages.setCurrentWidget(self.view)
        else:
            self._empty.show_nothing_found(self._workspace.request, recommendations.why_empty)
            self._pages.setCurrentWidget(self._empty)

    def _show_error(self, error: SoundbedError) -> None:
        self._set_idle()
        self.model.show(None)
        self._shown = None
        self._count.show_text("")
        self._empty.show_error(error)
        self._pages.setCurrentWidget(self._empty)

    def _follow_playhead(self) -> None:
        """Where several tracks share the clip, follow from one to the next."""
        music = self._workspace.music
        if music is not None and len(music.tracks) > 1:
            self._follow_music()

    def _follow_music(self) -> None:
        """Show the track at the playhead as the current one."""
        track = self._playing_track()
        if not self.view.set_playing(track) or self.view.has_several:
            return
        self.view.select_silently(track)
        self.view.show_current()

    def _playing_track(self) -> Track | None:
        music, listening = self._workspace.music, self._workspace.listening
        return None if music is None else music.track_at(listening.position_s)

    def _set_idle(self) -> None:
        self._busy.hide()
        self._count.show()


def _padded(widget: QWidget) -> QHBoxLayout:
    row = QHBoxLayout()
    row.addWidget(widget)
    return row
