"""The dialog with what a pack says of itself: what it learnt from, how well, and its losses."""

from PySide6.QtCore import QSize, QUrl
from PySide6.QtGui import QImage, QTextCursor, QTextDocument
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QTextBrowser, QVBoxLayout, QWidget

from desktop.pack_session import PackReport
from desktop.scrolling import resize_within
from engine.translation import tr

_SIZE = QSize(720, 620)
_NO_HTML = QTextDocument.MarkdownFeature.MarkdownNoHTML
_TABLES = QTextDocument.MarkdownFeature.MarkdownDialectGitHub


class ReportDialog(QDialog):
    """Shows the report of a pack.

    Args:
        name: of the pack.
        report: of it.
        parent: of the dialog.
    """

    def __init__(self, name: str, report: PackReport, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(tr("Report of “{pack}”").format(pack=name))
        self.page = ReportPage(report)
        self.page.setAccessibleName(self.windowTitle())
        buttons = QDialogButtonBox()
        # Without the system's icon, which may be black.
        buttons.addButton(tr("Close"), QDialogButtonBox.ButtonRole.RejectRole)
        buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(18, 16, 18, 14)
        layout.addWidget(self.page, 1)
        layout.addWidget(buttons)
        resize_within(self, _SIZE)


class ReportPage(QTextBrowser):
    """A report that opens no other file: a pack may be a stranger's.

    Args:
        report: what is shown.
        parent: its owner.
    """

    def __init__(self, report: PackReport, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._report = report
        self.setOpenLinks(False)
        self.document().setMarkdown(report.text, _TABLES | _NO_HTML)
        self.moveCursor(QTextCursor.MoveOperation.Start)

    def loadResource(self, _kind: int, name: QUrl | str) -> object:
        """Return the plot of the training; nothing by any other name."""
        text = name if isinstance(name, str) else name.toString()
        if self._report.plot is None or text != self._report.plot_name:
            return None
        image = QImage.fromData(self._report.plot)
        room = max(self.viewport().width() - 2 * round(self.document().documentMargin()), 1)
        return image if image.width() <= room else image.scaledToWidth(room)
