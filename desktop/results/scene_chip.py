"""Says in the list's heading which scene the list is for."""

from PySide6.QtWidgets import QWidget

from desktop import icons
from desktop.clip.scenes import ClipScenes
from desktop.elided import ElidedButton
from engine.translation import tr


class SceneChip(ElidedButton):
    """Shows the selected scene; a click goes back to the whole clip. Hidden without one.

    Args:
        scenes: of the open clip.
    """

    def __init__(self, scenes: ClipScenes, parent: QWidget | None = None) -> None:
        super().__init__("", icons.icon("close", "quiet"), parent)
        self._scenes = scenes
        self.setObjectName("chip")
        self.setCheckable(True)
        self.clicked.connect(lambda: scenes.select(None))
        scenes.selected_changed.connect(self._show)
        scenes.found.connect(self._show)
        self._show()

    def _show(self) -> None:
        index, n = self._scenes.index, len(self._scenes.all)
        self.setVisible(index is not None)
        if index is not None:
            text = tr("Scene {n} of {total}").format(n=index + 1, total=n)
            self.setText(text)
            self.setToolTip("\n".join((text, tr("List tracks for the whole clip again"))))
            self.setAccessibleName(tr("{scene}: the list is for it alone").format(scene=text))
        self.setChecked(index is not None)
