"""The help: keyboard shortcuts, and what this program is."""

import platform
from collections.abc import Sequence

from PySide6.QtCore import QMargins, QSize, Qt, qVersion
from PySide6.QtWidgets import (
    QDialog,
    QGridLayout,
    QLabel,
    QPushButton,
    QTabWidget,
    QTextBrowser,
    QVBoxLayout,
    QWidget,
)

from desktop import icons
from desktop.flow import FlowLayout
from desktop.keys import key_text
from desktop.scrolling import ScrollingPart, resize_within
from engine.paths import assets_dir, log_file
from engine.translation import tr

_BETWEEN_COLUMNS_PX, _ABOUT_WIDTH_PX = 36, 760


class ShortcutsDialog(QDialog):
    """All keyboard shortcuts, in columns.

    Args:
        columns: each with its heading and rows of (key, what it does).
    """

    def __init__(
        self,
        columns: Sequence[tuple[str, Sequence[tuple[str, str]]]],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(tr("Keyboard shortcuts"))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(24, 20, 24, 18)
        layout.setSpacing(14)
        table = QWidget()
        flow = FlowLayout(_BETWEEN_COLUMNS_PX, table)
        shown = [_column(heading, rows) for heading, rows in columns]
        for column in shown:
            flow.addWidget(column)
        layout.addWidget(ScrollingPart(table, self.windowTitle()))
        layout.addWidget(_close_button(self), 0, Qt.AlignmentFlag.AlignRight)
        # As large as all columns beside each other, if the window is; else they are stacked.
        sizes = [column.sizeHint() for column in shown]
        width = sum(size.width() + _BETWEEN_COLUMNS_PX for size in sizes)
        height = max(size.height() for size in sizes)
        resize_within(self, QSize(width, height).grownBy(QMargins(40, 40, 40, 70)))


def _column(heading: str, rows: Sequence[tuple[str, str]]) -> QWidget:
    column = QWidget()
    grid = QGridLayout(column)
    grid.setContentsMargins(0, 0, 0, 0)
    grid.setHorizontalSpacing(24)
    grid.setVerticalSpacing(5)
    title = QLabel(heading)
    title.setObjectName("heading")
    grid.addWidget(title, 0, 0, 1, 2)
    for row, (key, meaning) in enumerate(rows, 1):
        shown = QLabel(key_text(key))
        shown.setObjectName("quiet")
        grid.addWidget(shown, row, 0)
        grid.addWidget(QLabel(meaning), row, 1)
    return column


class AboutDialog(QDialog):
    """Name, version and where the log file is."""

    def __init__(self, version: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(tr("About Soundbed"))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(32, 24, 32, 18)
        layout.setSpacing(8)
        picture = QLabel()
        picture.setPixmap(icons.app_icon().pixmap(72, 72))
        layout.addWidget(picture, 0, Qt.AlignmentFlag.AlignHCenter)
        widest = 0
        for text, name in (
            (tr("Soundbed {version}").format(version=version), "title"),
            (tr("Finds music that fits a video."), ""),
            (tr("Everything happens on this computer; nothing is sent anywhere."), "quiet"),
            (
                tr("Python {python}, Qt {qt}").format(
                    python=platform.python_version(), qt=qVersion()
                ),
                "small",
            ),
            (tr("Log: {path}").format(path=log_file()), "small"),
        ):
            label = QLabel(text)
            label.setObjectName(name)
            label.setAlignment(Qt.AlignmentFlag.AlignCenter)
            label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            layout.addWidget(label)
            widest = max(widest, label.sizeHint().width())
            label.setWordWrap(True)
        layout.addSpacing(8)
        layout.addWidget(_close_button(self), 0, Qt.AlignmentFlag.AlignHCenter)
        # In one line each, if the window is so wide.
        width = min(widest + 64, _ABOUT_WIDTH_PX)
        resize_within(self, QSize(width, layout.totalHeightForWidth(width)))


class LicencesDialog(QDialog):
    """The licences of music, models and of all packages, as they ship."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(tr("Licences"))
        tabs = QTabWidget()
        for name, file in (
            (tr("Music, models, pictures"), "LICENSES.md"),
            (tr("Packages"), "third-party/LICENCES.md"),
        ):
            page = QTextBrowser()
            page.setOpenExternalLinks(False)
            page.setOpenLinks(False)
            page.setMarkdown(_text_of(file))
            page.setAccessibleName(name)
            tabs.addTab(page, name)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(20, 16, 20, 16)
        layout.addWidget(tabs)
        layout.addWidget(_close_button(self), 0, Qt.AlignmentFlag.AlignRight)
        resize_within(self, QSize(820, 620))


def _text_of(file: str) -> str:
    try:
        return (assets_dir() / file).read_text("utf-8")
    except OSError as error:
        return tr("{file} can't be read ({reason}).").format(
            file=file, reason=error.strerror or error
        )


def _close_button(dialog: QDialog) -> QPushButton:
    button = QPushButton(tr("Close"))
    button.setDefault(True)
    button.clicked.connect(dialog.accept)
    return button
