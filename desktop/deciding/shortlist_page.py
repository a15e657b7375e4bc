"""The shortlist of the open clip, in the place of the list of all music."""

from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QStackedWidget, QVBoxLayout, QWidget

from desktop import icons
from desktop.deciding.marks import TrackMarks
from desktop.deciding.row_marks import row_marks
from desktop.deciding.shortlist_view import ShortlistView
from desktop.elided import ElidedButton
from desktop.jobs import LatestJobs
from desktop.workspace import Workspace
from engine.errors import SoundbedError
from engine.library.shortlists import RemoveFromShortlist, SetShortlist
from engine.library.tracks import Track
from engine.stories.recommend import Recommendation, Recommendations
from engine.translation import tr, trn


class ShortlistPage(QWidget):
    """The shortlisted tracks, ranked for the clip; read while the page is shown.

    `compare_requested` is emitted with whether the titles are hidden; `loaded` when the tracks
    have been read.

    Args:
        workspace: the open clip.
        marks: has the shortlist.
    """

    picked = Signal()
    compare_requested = Signal(bool)
    loaded = Signal()

    def __init__(
        self, workspace: Workspace, marks: TrackMarks, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._workspace = workspace
        self._marks = marks
        self._jobs = LatestJobs(workspace.runner)
        self._is_shown = False
        self._known: dict[str, Recommendation] = {}
        self._looked_up: frozenset[str] = frozenset()
        self.view = ShortlistView(workspace.runner)
        self.view.chosen.connect(workspace.choose)
        self.view.picked.connect(self.picked)
        self.view.ordered.connect(self._order)
        self.view.removed.connect(self._remove)
        self.state = QLabel()
        self.state.setObjectName("small")
        self.state.setWordWrap(True)
        self.state.setTextFormat(Qt.TextFormat.PlainText)
        self.empty = QLabel(
            tr(
                "Press S on a track to put it here.\nThe shortlist is kept with the clip; compare "
                "its tracks, then pick one."
            )
        )
        self.empty.setObjectName("quiet")
        self.empty.setWordWrap(True)
        self.empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.empty.setMargin(32)
        self.compare = ElidedButton(tr("Compare"), icons.icon("compare"))
        self.compare.setToolTip(tr("Show the tracks side by side (C)"))
        self.compare.clicked.connect(lambda: self.compare_requested.emit(False))
        self.blind = ElidedButton(tr("Compare blind"), icons.icon("blind"))
        self.blind.setToolTip(tr("Hear them in a random order, without titles (Shift+C)"))
        self.blind.clicked.connect(lambda: self.compare_requested.emit(True))
        self._lay_out()
        self._connect()

    def _lay_out(self) -> None:
        self._pages = QStackedWidget()
        self._pages.addWidget(self.view)
        self._pages.addWidget(self.empty)
        buttons = QHBoxLayout()
        buttons.setContentsMargins(6, 0, 6, 0)
        buttons.addWidget(self.compare)
        buttons.addWidget(self.blind)
        buttons.addStretch()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        layout.addLayout(buttons)
        self.state.setContentsMargins(6, 0, 6, 0)
        layout.addWidget(self.state)
        layout.addWidget(self._pages, 1)
        self.state.hide()

    def _connect(self) -> None:
        workspace = self._workspace
        self._marks.changed.connect(self._follow_marks)
        workspace.clip_opened.connect(lambda _: self._forget())
        workspace.ranked.connect(lambda _: self._outdate())
        workspace.music_changed.connect(lambda _: self.follow_music())
        self._show()

    @property
    def items(self) -> list[Recommendation]:
        """The tracks of the shortlist that could be read, in the user's order."""
        known = self._known
        return [known[content] for content in self._marks.shortlist if content in known]

    @property
    def is_loaded(self) -> bool:
        """Whether all tracks were read that are there, as they are asked for now."""
        return self._looked_up.issuperset(self._marks.shortlist)

    def set_shown(self, is_shown: bool) -> None:
        """Read the tracks, and prepare their sound, while they are shown."""
        self._is_shown = is_shown
        self._refresh()
        self._prepare()

    def follow_music(self) -> None:
        """Show which track plays."""
        track = self._playing_track()
        if self.view.set_playing(track) and not self.view.has_several:
            self.view.select_silently(track)

    def _forget(self) -> None:
        self._jobs.stop("shortlist")
        self._known = {}
        self._outdate()
        self._show()

    def _outdate(self) -> None:
        """Rank again: something else is asked for."""
        self._looked_up = frozenset()
        self._refresh()

    def _follow_marks(self) -> None:
        self.view.set_marks(partial(row_marks, self._marks))
        self._refresh()
        self._show()

    def _refresh(self) -> None:
        """Read the tracks, if they are shown and aren't known."""
        wanted, workspace, clip = self._marks.shortlist, self._workspace, self._workspace.clip
        if not self._is_shown or self.is_loaded or clip is None:
            return
        options = workspace.options.for_only(wanted)
        job = self._jobs.start(
            "shortlist", lambda progress: workspace.session.recommend(clip, options, progress)
        )
        job.succeeded.connect(partial(self._keep, frozenset(wanted)))
        job.failed.connect(self._fail)

    def _keep(self, wanted: frozenset[str], found: Recommendations) -> None:
        self._known = {item.track.file.content_hash: item for item in found.items}
        self._looked_up = wanted
        self._show()
        self.loaded.emit()

    def _fail(self, error: SoundbedError) -> None:
        self.state.setText(str(error))
        self.state.show()

    def _show(self) -> None:
        shortlist, items = self._marks.shortlist, self.items
        n_missing = len(self._looked_up.intersection(shortlist).difference(self._known))
        self.state.setText(_missing_text(n_missing))
        self.state.setVisible(n_missing > 0)
        if list(map(id, self.view.shown_items)) != list(map(id, items)):
            self.view.show_items(items)
            self.view.select_silently(self._playing_track())
        self._pages.setCurrentWidget(self.view if shortlist else self.empty)
        for button in (self.compare, self.blind):
            button.setEnabled(len(items) > 1)
        self.follow_music()
        self._prepare()

    def _playing_track(self) -> Track | None:
        music, listening = self._workspace.music, self._workspace.listening
        return None if music is None else music.track_at(listening.position_s)

    def _prepare(self) -> None:
        """Make a switch to one of the tracks immediate."""
        workspace = self._workspace
        if workspace.clip is not None:
            items = self.items if self._is_shown else ()
            workspace.candidates.prefer(items, workspace.place())

    def _order(self, hashes: tuple[str, ...]) -> None:
        # Tracks that aren't there now keep their places at the end.
        others = [content for content in self._marks.shortlist if content not in hashes]
        self._workspace.changes.do(SetShortlist(self._marks.clip_hash, (*hashes, *others)))

    def _remove(self, hashes: tuple[str, ...]) -> None:
        if hashes:
            self._workspace.changes.do(RemoveFromShortlist(self._marks.clip_hash, hashes))


def _missing_text(n: int) -> str:
    return trn(
        "{n} track of the shortlist isn't in the library now. It comes back with its file.",
        "{n} tracks of the shortlist aren't in the library now. They come back with their files.",
        n,
    ).format(n=n)
