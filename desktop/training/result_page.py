"""The fourth page: how the new pack compares, and what becomes of it."""

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from desktop.training.form import as_list, sentence
from engine.errors import SoundbedError, display_path
from engine.training.pack_comparison import Comparison, change_of, describe
from engine.translation import tr

if TYPE_CHECKING:
    from engine.training.training_request import TrainingReport


class ResultPage(QWidget):
    """Shows what came of a training, or why nothing did."""

    use_requested = Signal()
    publish_requested = Signal()
    discard_requested = Signal()
    back_requested = Signal()
    resume_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.title = sentence(name="heading")
        self.text = sentence()
        self._ranks = QWidget()
        self.before, self.after = QLabel(), QLabel()
        self._before_name, self._after_name = QLabel(), QLabel()
        self.status = sentence()
        self.use = QPushButton(tr("Use it now"))
        self.use.setObjectName("primary")
        self.publish = QPushButton(tr("Publish it all the same…"))
        self.discard = QPushButton(tr("Delete it…"))
        self.back = QPushButton(tr("Go back to the pack before"))
        self.resume = QPushButton(tr("Continue the training"))
        self._lay_out()
        for button, signal in (
            (self.use, self.use_requested),
            (self.publish, self.publish_requested),
            (self.discard, self.discard_requested),
            (self.back, self.back_requested),
            (self.resume, self.resume_requested),
        ):
            button.setAutoDefault(False)
            button.clicked.connect(signal)

    def _lay_out(self) -> None:
        table = QGridLayout(self._ranks)
        table.setContentsMargins(0, 0, 0, 0)
        table.setHorizontalSpacing(18)
        table.setColumnStretch(2, 1)
        table.addWidget(
            sentence(tr("Mean rank of the own music (0 % is first)"), "small"), 0, 0, 1, 3
        )
        for row, (name, rank) in enumerate(
            ((self._before_name, self.before), (self._after_name, self.after)), 1
        ):
            table.addWidget(name, row, 0)
            table.addWidget(rank, row, 1)
        buttons = QVBoxLayout()
        for row_of in ((self.use, self.back, self.resume), (self.publish, self.discard)):
            row_layout = QHBoxLayout()
            for button in row_of:
                row_layout.addWidget(button)
            row_layout.addStretch()
            buttons.addLayout(row_layout)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(12)
        layout.addWidget(self.title)
        layout.addWidget(self._ranks)
        layout.addWidget(self.text)
        layout.addLayout(buttons)
        layout.addWidget(self.status)
        layout.addStretch()

    def show_report(self, report: "TrainingReport", is_in_use: bool) -> None:
        """Show how a pack compares, and what can be done with it.

        Args:
            report: of the training.
            is_in_use: whether clips are ranked with it.
        """
        name = report.pack.name
        if report.is_published:
            self.title.setText(tr("“{name}” is published").format(name=name))
        else:
            self.title.setText(tr("“{name}” is only a candidate").format(name=name))
        comparison = report.comparison
        is_known = comparison.rank_before is not None and comparison.rank_after is not None
        self._ranks.setVisible(is_known)
        if comparison.rank_before is not None and comparison.rank_after is not None:
            self._before_name.setText(comparison.before)
            self._after_name.setText(name)
            self.before.setText(_percent(comparison.rank_before))
            self.after.setText(_percent(comparison.rank_after))
        if report.is_published:
            why = [tr("It isn't worse than the pack before, as far as the edits can show.")]
            why = [report.reason] if report.reason else why
        else:
            why = [tr("It isn't published: {reason}").format(reason=report.reason)]
        folder = tr("The pack is here: {folder}").format(folder=display_path(report.pack))
        texts = filter(None, (_change(comparison, report.reason), *why, *report.cautions, folder))
        self.text.setText(as_list(texts))
        self._show_buttons(
            (self.use, report.is_published and not is_in_use),
            (self.publish, not report.is_published),
            (self.discard, not is_in_use),
            (self.back, is_in_use),
        )

    def show_error(self, error: SoundbedError, *, can_resume: bool) -> None:
        """Show why the training ended without a pack.

        Args:
            error: what happened.
            can_resume: whether it can be continued.
        """
        self.title.setText(tr("The training ended without a pack"))
        self._ranks.hide()
        self.text.setText(str(error))
        self.status.setText("")
        self._show_buttons((self.resume, can_resume))

    def show_stopped(self, *, can_resume: bool) -> None:
        """Show that the user stopped the training.

        Args:
            can_resume: whether it can be continued.
        """
        self.title.setText(tr("The training was cancelled"))
        self._ranks.hide()
        self.text.setText(
            tr("It can be continued from where it was, now or later.")
            if can_resume
            else tr("It had not begun yet, so nothing is lost: start it again when you like.")
        )
        self.status.setText("")
        self._show_buttons((self.resume, can_resume))

    def say(self, text: str) -> None:
        """Show what became of the pack."""
        self.status.setText(text)

    def set_busy(self, is_busy: bool) -> None:
        """Let nothing else be done with the pack meanwhile."""
        for button in (self.use, self.publish, self.discard, self.back, self.resume):
            button.setEnabled(not is_busy)

    def _show_buttons(self, *shown: tuple[QPushButton, bool]) -> None:
        wanted = {button for button, is_shown in shown if is_shown}
        for button in (self.use, self.publish, self.discard, self.back, self.resume):
            button.setVisible(button in wanted)
            button.setEnabled(True)


def _change(comparison: Comparison, reason: str) -> str:
    """Return how a pack compares; "" where nothing was compared, or the reason says it."""
    interval = comparison.interval
    return "" if interval is None or describe(interval) in reason else change_of(comparison)


def _percent(rank: float) -> str:
    return tr("{percent} %").format(percent=f"{100 * rank:.1f}")
