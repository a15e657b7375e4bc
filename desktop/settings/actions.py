"""Opens the settings."""

from dataclasses import replace

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from desktop.file_names import folder_of, is_utf8
from desktop.settings.dialog import SettingsDialog
from desktop.settings.pack_use import PackUse
from desktop.task_strip import TaskStrip
from desktop.theme import Theme
from desktop.workspace import Workspace
from engine.settings import Settings, save_settings

SETTINGS_KEY = "Ctrl+,"


class SettingsActions(QObject):
    """Shows the dialog of the settings, once at a time.

    Args:
        workspace: uses them.
        theme: of the window.
        strip: shows how far a change of the matching pack is.
        window: the parent of the dialog.

    Attributes:
        packs: changes the matching pack.
    """

    library_requested = Signal()
    failed = Signal(object)

    def __init__(
        self, workspace: Workspace, theme: Theme, strip: TaskStrip, window: QWidget
    ) -> None:
        super().__init__(window)
        self._workspace = workspace
        self._theme = theme
        self._window = window
        self.packs = PackUse(workspace, strip, self)
        self.dialog: SettingsDialog | None = None

    def show(self) -> None:
        """Show the settings."""
        if self.dialog is None:
            workspace = self._workspace
            self.dialog = SettingsDialog(workspace, self._theme, self.packs, self._window)
            self.dialog.library_requested.connect(self.library_requested)
            self.dialog.failed.connect(self.failed)
            self.dialog.finished.connect(self._forget)
        self.dialog.open()
        self.dialog.raise_()

    def save(self, before: Settings) -> None:
        """Save what was chosen in the window, and the folder of the open clip.

        Args:
            before: the settings when the window opened.

        Raises:
            SoundbedError: when they can't be saved.
        """
        settings = replace(self._workspace.settings, theme=self._theme.choice)
        clip = self._workspace.clip
        if clip is not None and is_utf8(clip.info.path.parent):
            settings = replace(settings, last_folder=str(folder_of(clip.info.path)))
        save_settings(settings, before=before)

    def _forget(self) -> None:
        if self.dialog is not None:
            self.dialog.deleteLater()
            self.dialog = None
