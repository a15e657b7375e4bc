"""The question whether dropped music is added to the library."""

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QMessageBox, QWidget

from desktop.session import FileKind
from engine.errors import display_path
from engine.translation import tr


def ask_to_add(path: Path, kind: FileKind, parent: QWidget) -> Path | None:
    """Ask whether to add a dropped folder, or the folder of a dropped audio file.

    Returns:
        The folder to add, None for none.
    """
    folder = path if kind is FileKind.FOLDER else path.parent
    if kind is FileKind.FOLDER:
        question = tr("Add the music in {folder} to your library?")
    else:
        question = tr("This is an audio file, not a video. Add its folder {folder} instead?")
    box = QMessageBox(
        QMessageBox.Icon.Question,
        tr("Your music"),
        question.format(folder=display_path(folder.name)),
        parent=parent,
    )
    box.setTextFormat(Qt.TextFormat.PlainText)
    box.setInformativeText(tr("Soundbed then ranks it together with the bundled tracks."))
    add = box.addButton(tr("Add the folder"), QMessageBox.ButtonRole.AcceptRole)
    box.addButton(tr("Cancel"), QMessageBox.ButtonRole.RejectRole)
    box.exec()
    return folder if box.clickedButton() is add else None
