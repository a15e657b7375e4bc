"""What is asked before files are written."""

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QMessageBox, QWidget

from desktop.dialogs import clicked
from engine.errors import display_path
from engine.settings import SoundChoice
from engine.translation import tr, trn


def may_replace(existing: Sequence[Path], parent: QWidget) -> bool:
    """Ask whether files may be replaced; True where there are none."""
    if not existing:
        return True
    box = QMessageBox(QMessageBox.Icon.Question, tr("Replace the file?"), "", parent=parent)
    box.setTextFormat(Qt.TextFormat.PlainText)
    name = display_path(existing[0].name)
    if len(existing) == 1:
        box.setText(tr("A file named {name} already exists.").format(name=name))
        box.setInformativeText(tr("Replacing it can't be undone."))
    else:
        box.setText(
            trn(
                "{name} and {n} other file already exist.",
                "{name} and {n} other files already exist.",
                len(existing) - 1,
            ).format(name=name, n=len(existing) - 1)
        )
        box.setInformativeText(tr("Replacing them can't be undone."))
    replace = box.addButton(tr("Replace"), QMessageBox.ButtonRole.DestructiveRole)
    keep = box.addButton(tr("Keep it"), QMessageBox.ButtonRole.RejectRole)
    box.setDefaultButton(keep)
    box.setEscapeButton(keep)
    return clicked(box) is replace


def may_write(notes: Sequence[str], parent: QWidget) -> bool:
    """Show what isn't as the user may expect; True where that is nothing."""
    if not notes:
        return True
    box = QMessageBox(
        QMessageBox.Icon.Information, tr("Before it is written"), "\n".join(notes), parent=parent
    )
    box.setTextFormat(Qt.TextFormat.PlainText)
    write = box.addButton(tr("Write it"), QMessageBox.ButtonRole.AcceptRole)
    box.addButton(tr("Cancel"), QMessageBox.ButtonRole.RejectRole)
    box.setDefaultButton(write)
    return clicked(box) is write


def ask_for_sound(last: SoundChoice, parent: QWidget) -> SoundChoice | None:
    """Ask what becomes of a clip's surround sound; None for no export."""
    box = QMessageBox(
        QMessageBox.Icon.Question,
        tr("Surround sound"),
        tr("This clip has surround sound. Keep its channels, with the music in front?"),
        parent=parent,
    )
    keep = box.addButton(tr("Keep surround"), QMessageBox.ButtonRole.AcceptRole)
    stereo = box.addButton(tr("Mix down to stereo"), QMessageBox.ButtonRole.ActionRole)
    box.addButton(tr("Cancel"), QMessageBox.ButtonRole.RejectRole)
    box.setDefaultButton(keep if last == "surround" else stereo)
    answer = clicked(box)
    if answer is keep:
        return "surround"
    return "stereo" if answer is stereo else None


def say_busy(parent: QWidget) -> None:
    """Say that one task runs at a time."""
    QMessageBox.information(
        parent,
        tr("A task is running"),
        tr("Wait until the task shown at the bottom is done, or cancel it."),
    )
