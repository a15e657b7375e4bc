"""Asks before something is removed from the library."""

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QMessageBox, QWidget

from desktop.dialogs import clicked
from engine.errors import display_path
from engine.library.tracks import Track
from engine.translation import tr


def may_remove(parent: QWidget, what: Track | Path | int, pack_title: str | None = None) -> bool:
    """Return whether the user agrees.

    Args:
        parent: where it is asked.
        what: a track, a folder, or how many tracks.
        pack_title: of a folder that is a music pack; None for others.
    """
    if isinstance(what, Track):
        name = what.title
    elif isinstance(what, Path):
        name = pack_title or display_path(what)
    else:
        name = tr("{n} tracks").format(n=what)
    box = QMessageBox(
        QMessageBox.Icon.Question,
        tr("Remove from the library?"),
        tr("Remove {name}?").format(name=name),
        parent=parent,
    )
    box.setTextFormat(Qt.TextFormat.PlainText)
    box.setInformativeText(
        tr("Its files stay where they are.")
        if pack_title is None
        else tr("Its copies in your data folder are deleted after a day; the pack file stays.")
    )
    remove = box.addButton(tr("Remove"), QMessageBox.ButtonRole.DestructiveRole)
    cancel = box.addButton(tr("Cancel"), QMessageBox.ButtonRole.RejectRole)
    box.setDefaultButton(cancel)
    box.setEscapeButton(cancel)
    return clicked(box) is remove
