"""A field for edits: a folder or a table, typed, chosen or dropped."""

from pathlib import Path

from PySide6.QtGui import QDropEvent
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QPushButton, QWidget

from desktop.batch.folder_field import FolderField
from desktop.dropping import dropped_folder, first_path
from engine.path_checks import is_folder
from engine.translation import tr

_SUFFIXES = (".csv", ".npz")


class EditsField(FolderField):
    """A line with a folder or a table, and buttons that choose one.

    Args:
        name: what it is for; the title of the dialogs.
        has_folder: whether it may be a folder, too.

    Attributes:
        choose_table: the button for a table.
    """

    def __init__(
        self, name: str, *, has_folder: bool = True, parent: QWidget | None = None
    ) -> None:
        super().__init__(name, parent)
        self.choose_table = QPushButton(tr("Table…"))
        self.choose_table.setAccessibleName(tr("Choose a table: {what}").format(what=name))
        self.choose_table.clicked.connect(self._ask_for_table)
        self.choose.setText(tr("Folder…"))
        self.choose.setVisible(has_folder)
        self._has_folder = has_folder
        row = self.layout()
        assert isinstance(row, QHBoxLayout)
        row.addWidget(self.choose_table)

    def _ask_for_table(self) -> None:
        start = self.path
        while start is not None and not is_folder(start) and start != start.parent:
            start = start.parent
        patterns = " ".join(f"*{suffix}" for suffix in self._suffixes)
        chosen, _ = QFileDialog.getOpenFileName(
            self,
            self._name,
            str(start or Path.home()),
            f"{tr('Tables')} ({patterns});;{tr('All files')} (*)",
        )
        if chosen:
            self.set_path(Path(chosen))

    @property
    def _suffixes(self) -> tuple[str, ...]:
        return _SUFFIXES if self._has_folder else _SUFFIXES[:1]

    def dropped_path(self, event: QDropEvent) -> Path | None:
        """Return what can be chosen."""
        path = dropped_edits(event)
        if path is not None and not self._has_folder and is_folder(path):
            return None
        return path


def dropped_edits(event: QDropEvent) -> Path | None:
    """Return the folder or table that is dropped, or the folder of a dropped video."""
    path = first_path(event)
    is_table = path is not None and path.suffix.lower() in _SUFFIXES
    return path if is_table else dropped_folder(event)
