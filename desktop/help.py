"""The help: keyboard shortcuts, and what this program is."""

import platform
from collections.abc import Sequence

from PySide6.QtCore import QMargins, QSize, Qt, qVersion
from PySide6.QtWidgets import (
    QDialog,
    QFrame,
    QGridLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QTabWidget,
    QTextBrowser,
    QVBoxLayout,
    QWidget,
)

from desktop import icons
from engine.paths import assets_dir, log_file
from engine.translation import tr


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
        grid = QGridLayout(table)
        grid.setContentsMargins(0, 0, 12, 0)
        grid.setHorizontalSpacing(24)
        grid.setVerticalSpacing(5)
        for column, (heading, rows) in enumerate(columns):
            title = QLabel(heading)
            title.setObjectName("heading")
            grid.addWidget(title, 0, 2 * column, 1, 2)
            for row, (key, meaning) in enumerate(rows, 1):
                shown = QLabel(key)
                shown.setObjectName("quiet")
                grid.addWidget(shown, row, 2 * column)
                grid.addWidget(QLabel(meaning), row, 2 * column + 1)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setWidget(table)
        scroll.setAccessibleName(self.windowTitle())
        layout.addWidget(scroll)
        layout.addWidget(_close_button(self), 0, Qt.AlignmentFlag.AlignRight)
        # As large as the table, if the window is.
        wanted = table.sizeHint().grownBy(QMargins(66, 40, 66, 70))
        self.resize(wanted if parent is None else wanted.boundedTo(parent.size()))


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
        layout.addSpacing(8)
        layout.addWidget(_close_button(self), 0, Qt.AlignmentFlag.AlignHCenter)


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
        wanted = QSize(820, 620)
        self.resize(wanted if parent is None else wanted.boundedTo(parent.size()))


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
