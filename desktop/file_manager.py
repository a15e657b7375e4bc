"""Opens the system's file manager, and files in other programs."""

import sys
from pathlib import Path

from PySide6.QtCore import QProcess, QUrl
from PySide6.QtGui import QDesktopServices


def show_in_folder(file: Path) -> None:
    """Open the system's file manager at a file."""
    if sys.platform == "win32":
        QProcess.startDetached("explorer", ["/select,", str(file)])
    elif sys.platform == "darwin":
        QProcess.startDetached("open", ["-R", str(file)])
    else:
        QDesktopServices.openUrl(url_of(file.parent))


def url_of(path: Path) -> QUrl:
    """Return the URL of an absolute path, also of one whose bytes aren't UTF-8."""
    return QUrl.fromEncoded(path.as_uri().encode("ascii"))
