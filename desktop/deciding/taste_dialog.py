"""The dialog that shows what is known of the user's taste, and lets them correct or forget it."""

from itertools import pairwise

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import (
    QDialog,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from desktop.deciding.share_bar import ShareBar
from desktop.deciding.shares import with_share
from desktop.elided import ElidedButton
from desktop.jobs import LatestJobs
from desktop.scrolling import ScrollingPart, resize_within
from desktop.spin_boxes import WholeBox
from desktop.workspace import Workspace
from engine.errors import SoundbedError
from engine.library.operation import Operation
from engine.library.own_taste import ForgetTaste, OwnTaste, SetTaste
from engine.library.picks import Picks
from engine.stories.taste import TasteReport
from engine.translation import tr, trn

# A drag is one change.
_SETTLED_MS = 500
# The widest bar of most tastes; a larger share fills its bar.
_FULL_PERCENT = 60.0


class TasteDialog(QDialog):
    """The share of each genre in the user's taste, beside that of most people.

    Args:
        workspace: makes the changes.
        parent: the window above which it opens.
    """

    def __init__(self, workspace: Workspace, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._workspace = workspace
        self._jobs = LatestJobs(workspace.runner)
        self._report = TasteReport((), ())
        self._shares: tuple[float, ...] = ()
        self._is_fitted = False
        self.bars: list[ShareBar] = []
        self.boxes: list[WholeBox] = []
        self.setWindowTitle(tr("My taste"))
        self.resize(560, 470)
        self.state = QLabel()
        self.state.setWordWrap(True)
        self.learn = ElidedButton(tr("Learn from my picks"))
        self.learn.setToolTip(tr("Drop what you set here, and follow your picks again"))
        self.learn.clicked.connect(lambda: workspace.changes.do(SetTaste(())))
        self.forget = ElidedButton(tr("Forget my taste"))
        self.forget.setToolTip(
            tr("No pick so far counts for your taste any more; the list of your picks stays")
        )
        self.forget.clicked.connect(lambda: workspace.changes.do(ForgetTaste()))
        # Enter in a box must not forget anything.
        for button in (self.learn, self.forget):
            button.setAutoDefault(False)
        self._settled = QTimer(self, singleShot=True, interval=_SETTLED_MS)
        self._settled.timeout.connect(self._save)
        self._grid = QGridLayout()
        self._lay_out()
        workspace.changes.done.connect(self._follow)
        self.reload()

    def _lay_out(self) -> None:
        legend = QLabel(
            tr("Bars: your taste. Lines: the taste of most people. Drag a bar to correct it.")
        )
        legend.setObjectName("small")
        legend.setWordWrap(True)
        advice = QLabel(
            tr(
                "It counts as much as the slider “My taste” over the list says; the rows say how "
                "far it moved them."
            )
        )
        advice.setObjectName("small")
        advice.setWordWrap(True)
        close = QPushButton(tr("Close"))
        close.clicked.connect(self.close)
        buttons = QHBoxLayout()
        buttons.addWidget(self.learn)
        buttons.addWidget(self.forget)
        buttons.addStretch()
        buttons.addWidget(close)
        genres = QWidget()
        inside = QVBoxLayout(genres)
        inside.setContentsMargins(0, 0, 6, 0)
        inside.addLayout(self._grid)
        inside.addStretch()
        self._grid.setColumnStretch(1, 1)
        self._grid.setHorizontalSpacing(12)
        self._grid.setVerticalSpacing(4)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(20, 16, 20, 14)
        layout.setSpacing(10)
        layout.addWidget(self.state)
        layout.addWidget(legend)
        layout.addWidget(ScrollingPart(genres, tr("Genres")), 1)
        layout.addWidget(advice)
        layout.addLayout(buttons)
        # Not the first button, which forgets: a key may be pressed before the bars are there.
        close.setFocus()

    def reload(self) -> None:
        """Read the taste again."""
        session = self._workspace.session
        job = self._jobs.start("taste", lambda _: session.taste())
        job.succeeded.connect(self._show)
        job.failed.connect(self._show_error)

    def closeEvent(self, event: QCloseEvent) -> None:
        """Save what was changed last."""
        if self._settled.isActive():
            self._settled.stop()
            self._save()
        super().closeEvent(event)

    def _follow(self, operation: Operation) -> None:
        # What is being changed here is newer.
        if operation.part in (OwnTaste, Picks) and not self._settled.isActive():
            self.reload()

    def _show(self, report: TasteReport) -> None:
        if self._settled.isActive():
            return
        if report.genres != self._report.genres or report.crowd != self._report.crowd:
            self._fill(report)
        self._report = report
        self._shares = report.shown
        self.state.setText(_state_text(report))
        self.learn.setEnabled(report.own is not None)
        self.forget.setEnabled(report.own is not None or report.n_picks > 0)
        self._show_shares()
        if not self._is_fitted:
            self._is_fitted = True
            # Once the new rows are there.
            QTimer.singleShot(0, self, self._fit)

    def _fit(self) -> None:
        """Become as high as all genres, if the window is."""
        resize_within(self, self.sizeHint().expandedTo(self.size()))

    def _show_error(self, error: SoundbedError) -> None:
        self.state.setText(str(error))

    def _fill(self, report: TasteReport) -> None:
        for widget in (*self.bars, *self.boxes, *self.findChildren(QLabel, "genre")):
            self._grid.removeWidget(widget)
            widget.deleteLater()
        self.bars, self.boxes = [], []
        for row, (genre, crowd) in enumerate(zip(report.genres, report.crowd, strict=True)):
            label = QLabel(tr(genre))
            label.setObjectName("genre")
            bar = ShareBar(tr(genre), 100 * crowd, _FULL_PERCENT)
            box = WholeBox()
            box.setRange(0, 100)
            box.setSuffix(tr(" %"))
            box.setAccessibleName(bar.accessibleName())
            box.setKeyboardTracking(False)
            box.setAlignment(Qt.AlignmentFlag.AlignRight)
            for control in (bar, box):
                control.valueChanged.connect(
                    lambda percent, index=row: self._set(index, percent / 100)
                )
            for column, widget in enumerate((label, bar, box)):
                self._grid.addWidget(widget, row, column)
            self.bars.append(bar)
            self.boxes.append(box)
        # From row to row, then to the buttons.
        pairs = zip(self.bars, self.boxes, strict=True)
        order = [*(control for pair in pairs for control in pair), self.learn]
        for before, after in pairwise(order):
            self.setTabOrder(before, after)

    def _set(self, index: int, share: float) -> None:
        self._shares = with_share(self._shares, index, share)
        self._show_shares()
        self._settled.start()

    def _show_shares(self) -> None:
        for share, bar, box in zip(self._shares, self.bars, self.boxes, strict=True):
            bar.set_share(100 * share)
            box.blockSignals(True)
            box.setValue(round(100 * share))
            box.blockSignals(False)

    def _save(self) -> None:
        shares = dict(zip(self._report.genres, self._shares, strict=True))
        self._workspace.changes.do(SetTaste.of(shares))


def _state_text(report: TasteReport) -> str:
    if report.own is not None:
        return tr("You set this taste yourself. Your picks don't change it.")
    if report.learnt is None:
        return tr(
            "Nothing is known of your taste yet: pick tracks for clips, or set it here. Until "
            "then this is the taste of most people."
        )
    return trn(
        "Learnt from {n} pick; the taste of most people counts as five.",
        "Learnt from {n} picks; the taste of most people counts as five.",
        report.n_picks,
    ).format(n=report.n_picks)
