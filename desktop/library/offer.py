"""What is asked when a folder or music is dropped."""

from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QMessageBox, QPushButton, QWidget

from desktop.dialogs import clicked
from desktop.session import FileKind
from engine.errors import display_path
from engine.translation import tr


@dataclass(frozen=True, slots=True)
class Answer:
    """What the user wants with a dropped folder.

    Attributes:
        folder: the folder.
        is_batch: whether its clips get music; else its music is added to the library.
    """

    folder: Path
    is_batch: bool = False


def ask_about(path: Path, kind: FileKind, parent: QWidget) -> Answer | None:
    """Ask what to do with a dropped folder, or the folder of a dropped audio file.

    Returns:
        None for nothing.
    """
    folder = path.parent if kind is FileKind.AUDIO else path
    if kind is FileKind.CLIP_FOLDER:
        question = tr("Make music for all clips in {folder}?")
        details = tr("Or add the music in it to your library.")
    elif kind is FileKind.FOLDER:
        question = tr("Add the music in {folder} to your library?")
        details = tr("Soundbed then ranks it together with the bundled tracks.")
    else:
        question = tr("This is an audio file, not a video. Add its folder {folder} instead?")
        details = tr("Soundbed then ranks it together with the bundled tracks.")
    box = QMessageBox(
        QMessageBox.Icon.Question,
        tr("A folder"),
        question.format(folder=display_path(folder.name)),
        parent=parent,
    )
    box.setTextFormat(Qt.TextFormat.PlainText)
    box.setInformativeText(details)
    batch: QPushButton | None = None
    if kind is FileKind.CLIP_FOLDER:
        batch = box.addButton(tr("Find music…"), QMessageBox.ButtonRole.YesRole)
        box.setDefaultButton(batch)
    add = box.addButton(tr("Add the folder"), QMessageBox.ButtonRole.AcceptRole)
    box.addButton(tr("Cancel"), QMessageBox.ButtonRole.RejectRole)
    answer = clicked(box)
    if batch is not None and answer is batch:
        return Answer(folder, is_batch=True)
    return Answer(folder) if answer is add else None
