"""The menu of the loudness that tracks are brought to."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QMenu, QToolButton, QWidget

from engine.arrangement.gains import TARGETS_LUFS
from engine.translation import tr


class LoudnessMenu(QToolButton):
    """Shows the loudness of the music that plays, and changes it."""

    chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("tool")
        self.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextOnly)
        self.setAccessibleName(tr("Loudness of the music"))
        self.setToolTip(
            tr("Loudness of the music: all tracks are equally loud in the part that plays")
        )
        menu = QMenu(self)
        group = QActionGroup(menu)
        self._actions: dict[float | None, QAction] = {}
        for name, text in loudness_names().items():
            action = menu.addAction(text)
            action.setCheckable(True)
            action.triggered.connect(lambda _on, name=name: self.chosen.emit(name))
            group.addAction(action)
            self._actions[TARGETS_LUFS[name]] = action
        self.setMenu(menu)
        self.show_target(next(iter(TARGETS_LUFS.values())))

    def show_target(self, target_lufs: float | None) -> None:
        """Show the loudness of an arrangement, without a signal."""
        for action in self._actions.values():
            action.setChecked(False)
        if target_lufs in self._actions:
            self._actions[target_lufs].setChecked(True)
        text = tr("as it is") if target_lufs is None else _lufs(target_lufs)
        self.setText(text)
        self.setAccessibleDescription(text)


def _lufs(target_lufs: float) -> str:
    return tr("{loudness:g} LUFS").format(loudness=target_lufs)


def loudness_names() -> dict[str, str]:
    """Return what can be chosen, by its names in the settings."""
    return {
        "-14": tr("{loudness:g} LUFS, as streaming services play").format(loudness=-14.0),
        "-16": tr("{loudness:g} LUFS, as podcasts").format(loudness=-16.0),
        "-23": tr("{loudness:g} LUFS, as broadcasts").format(loudness=-23.0),
        "off": tr("As it is"),
    }
