"""The header: which clip is open, and the buttons Open, Your music and Export."""

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QMenu,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from desktop import icons
from desktop.elided import ElidedButton, ElidedLabel
from desktop.timeline.times import format_time
from engine.errors import display_path
from engine.translation import tr

if TYPE_CHECKING:
    from engine.media.probe import VideoInfo
    from engine.stories.analyse import ClipAnalysis

_BUTTON_PX = 34


class Header(QFrame):
    """Name and facts of the clip; open, library, export."""

    open_requested = Signal()
    library_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("header")
        logo = QLabel()
        logo.setPixmap(icons.app_icon().pixmap(30, 30))
        brand = QLabel("Soundbed")
        brand.setObjectName("brand")
        self._name = ElidedLabel()
        self._facts = ElidedLabel()
        self._facts.setObjectName("small")
        about = QVBoxLayout()
        about.setSpacing(0)
        about.addWidget(self._name)
        about.addWidget(self._facts)
        open_button = ElidedButton(tr("Open…"), icons.icon("film"))
        open_button.setToolTip(tr("Open a clip (Ctrl+O)"))
        open_button.clicked.connect(self.open_requested)
        library = ElidedButton(tr("Your music"), icons.icon("music"))
        library.setToolTip(tr("Folders of your own music (Ctrl+M)"))
        library.clicked.connect(self.library_requested)
        self._export = QToolButton()
        self._export.setObjectName("primary")
        self._export.setIcon(icons.icon("export", "on_accent"))
        self._export.setText(tr("Export"))
        self._export.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self._export.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self._export.setEnabled(False)
        row = self._row = QHBoxLayout(self)
        row.setContentsMargins(2, 4, 2, 2)
        row.setSpacing(10)
        row.addWidget(logo)
        row.addWidget(brand)
        row.addSpacing(18)
        row.addLayout(about, 1)
        for button in (open_button, library, self._export):
            button.setMinimumHeight(_BUTTON_PX)
            row.addWidget(button)

    @property
    def name(self) -> str:
        """The name that is shown, or ""."""
        return self._name.whole_text

    def show_clip(self, clip: "ClipAnalysis | None") -> None:
        """Show another clip's name and facts; None for no clip."""
        self.show_name(clip.opened_path if clip else None)
        self._show_facts(" · ".join(clip_facts(clip.info)) if clip else "")

    def show_name(self, path: Path | None) -> None:
        """Show the name of a clip of which nothing else is known yet, None for no clip."""
        self._name.show_text(
            display_path(path.name) if path else "", display_path(path) if path else ""
        )
        self._show_facts("")

    def _show_facts(self, facts: str) -> None:
        self._facts.show_text(facts)
        # An empty line would push the name up, out of line with the buttons.
        self._facts.setVisible(bool(facts))

    def add_tool(self, button: QToolButton) -> None:
        """Put a button before that of the exports."""
        button.setMinimumHeight(_BUTTON_PX)
        self._row.insertWidget(self._row.count() - 1, button)

    def set_export_menu(self, actions: list[QAction], choices: list[QAction]) -> None:
        """Put the actions into the menu of the export button, which is enabled as they are.

        Args:
            actions: what can be exported.
            choices: how, below.
        """
        menu = QMenu(self)
        menu.addActions(actions)
        menu.addSeparator()
        menu.addActions(choices)
        self._export.setMenu(menu)
        actions[0].changed.connect(lambda: self._follow(actions[0]))
        self._follow(actions[0])

    def _follow(self, action: QAction) -> None:
        self._export.setEnabled(action.isEnabled())
        self._export.setToolTip("" if action.isEnabled() else action.toolTip())


def clip_facts(info: "VideoInfo") -> list[str]:
    """Return duration, picture size and frame rate, and whether it is HDR or silent."""
    facts = [
        format_time(info.duration_s, 1),
        f"{info.width}×{info.height}",
        tr("{rate:g} fps").format(rate=round(float(info.frame_rate), 3)),
    ]
    if info.is_hdr:
        facts.append(tr("HDR"))
    if info.sound is None:
        facts.append(tr("no sound"))
    return facts
