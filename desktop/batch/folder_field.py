"""A field for a folder: typed, chosen in a dialog, or dropped."""

from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QLineEdit, QPushButton, QWidget

from desktop.dropping import TakesDroppedPath
from engine.errors import display_path
from engine.path_checks import is_folder
from engine.translation import tr


class FolderField(TakesDroppedPath, QWidget):
    """A line with a folder and a button that chooses another one.

    Args:
        name: what the folder is for; the title of the dialog.

    Attributes:
        edit: the line; it shows names that aren't text as well as it can.
        choose: the button.
    """

    changed = Signal()

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._name = name
        self._path: Path | None = None
        self.edit = QLineEdit()
        self.edit.setAccessibleName(name)
        # It would take a dropped folder as text.
        self.edit.setAcceptDrops(False)
        self.edit.textEdited.connect(self._follow_typing)
        self.choose = QPushButton(tr("Choose…"))
        self.choose.setAccessibleName(tr("Choose: {what}").format(what=name))
        self.choose.clicked.connect(self._ask)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.edit, 1)
        row.addWidget(self.choose)
        self.setFocusProxy(self.edit)
        self.setAcceptDrops(True)

    @property
    def path(self) -> Path | None:
        """The folder as an absolute path; None while there is none."""
        return self._path

    def set_path(self, path: Path | None) -> None:
        """Show a folder, and emit `changed` if it is another one."""
        if path != self._path:
            self._path = path
            self.edit.setText("" if path is None else display_path(path))
            self.changed.emit()

    def _follow_typing(self, text: str) -> None:
        text = text.strip()
        self._path = Path(text).expanduser().absolute() if text else None
        self.changed.emit()

    def _ask(self) -> None:
        start = self._path
        while start is not None and not is_folder(start) and start != start.parent:
            start = start.parent
        chosen = QFileDialog.getExistingDirectory(self, self._name, str(start or Path.home()))
        if chosen:
            self.set_path(Path(chosen))

    def take_path(self, path: Path) -> None:
        """Show the dropped folder."""
        self.set_path(path)
