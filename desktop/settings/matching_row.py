"""The row of the settings with the matching pack in use."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QSizePolicy, QWidget

from desktop.settings.pack_use import PackUse
from desktop.settings.pack_words import in_use_text
from desktop.workspace import Workspace
from engine.errors import SoundbedError
from engine.stories.known_packs import KnownPack
from engine.translation import tr


class MatchingRow(QWidget):
    """Says with which pack music is ranked.

    Args:
        workspace: knows it.
        packs: tells when it is another one.
        parent: its owner.

    Attributes:
        text: says it.
        choose: opens the list of packs.
    """

    choose_requested = Signal()

    def __init__(self, workspace: Workspace, packs: PackUse, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.text = QLabel(tr("reading …"))
        self.text.setTextFormat(Qt.TextFormat.PlainText)
        self.text.setWordWrap(True)
        self.text.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self.choose = QPushButton(tr("Choose…"))
        self.choose.setAccessibleName(tr("Choose the matching pack"))
        self.choose.clicked.connect(self.choose_requested)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.text, 1)
        row.addWidget(self.choose)
        packs.changed.connect(self._show)
        session = workspace.session
        job = workspace.runner.start(lambda _: session.pack_in_use())
        job.succeeded.connect(self._show)
        job.failed.connect(self._show_error)

    def _show(self, pack: KnownPack) -> None:
        self.text.setText(in_use_text(pack))

    def _show_error(self, error: SoundbedError) -> None:
        self.text.setText(str(error))
