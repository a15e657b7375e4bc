"""The notice that the user's library can't be used, with the way back to an earlier state."""

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QToolButton, QWidget

from desktop import icons
from desktop.dialogs import open_once
from desktop.jobs import JobRunner, Lane
from desktop.library.restore import RestoreDialog
from desktop.session import Session
from engine.translation import tr

if TYPE_CHECKING:
    from engine.stories.library_health import LibraryHealth

# A window may stay open for days; each of them has its snapshot.
_CHECKED_AGAIN_MS = 6 * 3600 * 1000


class LibraryNotice(QFrame):
    """Checks the library in the background after start, and says what is wrong with it.

    Args:
        session: the engine.
        runner: where its calls run.
    """

    restored = Signal()

    def __init__(self, session: Session, runner: JobRunner, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("panel")
        self._session = session
        self._runner = runner
        self._text = QLabel()
        self._text.setTextFormat(Qt.TextFormat.PlainText)
        self._text.setWordWrap(True)
        self._text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.restore = QPushButton(tr("Restore…"))
        self.restore.clicked.connect(self.ask)
        self.close_button = QToolButton()
        self.close_button.setObjectName("flat")
        self.close_button.setIcon(icons.icon("close", "quiet"))
        self.close_button.setToolTip(tr("Dismiss"))
        self.close_button.setAccessibleName(tr("Dismiss"))
        self.close_button.clicked.connect(self.hide)
        row = QHBoxLayout(self)
        row.setContentsMargins(14, 4, 8, 4)
        row.setSpacing(10)
        row.addWidget(self._text, 1)
        row.addWidget(self.restore)
        row.addWidget(self.close_button)
        self.hide()
        self._again = QTimer(self, interval=_CHECKED_AGAIN_MS)
        self._again.timeout.connect(self.check)

    @property
    def text(self) -> str:
        """What is wrong with the library."""
        return self._text.text()

    def check(self) -> None:
        """Check the library in the background, now and every few hours."""
        self._again.start()
        job = self._runner.start(lambda _: self._session.check_library(), Lane.BACKGROUND)
        job.succeeded.connect(self._show)

    def ask(self) -> RestoreDialog:
        """Show the snapshots to go back to."""
        dialog = RestoreDialog(self._session, self._runner, self.window())
        dialog.restored.connect(self.restored)
        dialog.restored.connect(self.check)
        open_once(dialog)
        return dialog

    def _show(self, health: "LibraryHealth") -> None:
        text = tr("Your own music can't be used: {problem}")
        self._text.setText(text.format(problem=" ".join(health.problems)))
        self.setAccessibleName(self._text.text())
        self.restore.setVisible(health.can_restore)
        self.setVisible(bool(health.problems))
