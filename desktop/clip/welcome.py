"""The start page: where to drop a clip, and the recent ones."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from desktop import icons, theme
from desktop.clip.hints import batch_hint, open_hint
from desktop.elided import ElidedButton
from engine.errors import display_path
from engine.translation import tr

_N_RECENT = 4
_N_PICKS = 2
_MAX_TEXT_PX = 520


class Welcome(QWidget):
    """A drop zone, with buttons that open a clip."""

    open_requested = Signal()
    demo_requested = Signal()
    batch_requested = Signal()
    recent_requested = Signal(Path)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._drop_zone = _DropZone()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(32, 24, 32, 32)
        layout.addWidget(self._drop_zone)

        inside = QVBoxLayout(self._drop_zone)
        inside.setSpacing(8)
        inside.addStretch(3)
        inside.addWidget(_centred(tr("Drop a video or pictures here"), "title"))
        inside.addWidget(
            _centred(
                tr("Soundbed analyses it and finds music that fits. Nothing leaves this computer."),
                "quiet",
            )
        )
        inside.addSpacing(18)
        inside.addLayout(self._buttons())
        inside.addSpacing(26)
        self._recent_title = _centred(tr("Recent clips"), "small")
        inside.addWidget(self._recent_title)
        self._recent = QVBoxLayout()
        self._recent.setSpacing(2)
        self._buttons_by_clip: dict[Path, QPushButton] = {}
        self._picks: Mapping[Path, Sequence[str]] = {}
        inside.addLayout(self._recent)
        inside.addStretch(4)
        self.show_recent([])

    def show_recent(self, clips: list[Path]) -> None:
        """List the recent clips."""
        for button in self._buttons_by_clip.values():
            self._recent.removeWidget(button)
            button.deleteLater()
        self._buttons_by_clip.clear()
        shown = clips[:_N_RECENT]
        self._recent_title.setVisible(bool(shown))
        for clip in shown:
            button = QPushButton(icons.icon("film", "quiet"), "")
            button.setObjectName("flat")
            button.setToolTip(display_path(clip))
            button.clicked.connect(lambda _=False, clip=clip: self.recent_requested.emit(clip))
            self._recent.addWidget(button, 0, Qt.AlignmentFlag.AlignHCenter)
            self._buttons_by_clip[clip] = button
        self.show_picks(self._picks)

    def show_picks(self, picks: Mapping[Path, Sequence[str]]) -> None:
        """Show beside the recent clips which tracks were picked for them.

        Args:
            picks: titles, the latest first, by the clip's path.
        """
        self._picks = picks
        for clip, button in self._buttons_by_clip.items():
            name, titles = display_path(clip.name), picks.get(clip, ())
            if not titles:
                button.setText(name.replace("&", "&&"))
                button.setAccessibleName(tr("Open {name} again").format(name=name))
                continue
            picked = ", ".join(titles[:_N_PICKS])
            if len(titles) > _N_PICKS:
                picked += " …"
            text = tr("{clip}  ·  {tracks}").format(clip=name, tracks=picked)
            metrics = button.fontMetrics()
            elided = metrics.elidedText(text, Qt.TextElideMode.ElideRight, _MAX_TEXT_PX)
            button.setText(elided.replace("&", "&&"))
            button.setAccessibleName(
                tr("Open {name} again; picked: {tracks}").format(name=name, tracks=picked)
            )

    def set_dragging(self, dragging: bool) -> None:
        """Highlight the drop zone while a file is dragged over the window."""
        self._drop_zone.dragging = dragging
        self._drop_zone.update()

    def _buttons(self) -> QHBoxLayout:
        open_button = ElidedButton(tr("Open a clip…"), icons.icon("film", "on_accent"))
        open_button.setToolTip(open_hint())
        open_button.setObjectName("primary")
        open_button.clicked.connect(self.open_requested)
        demo_button = ElidedButton(tr("Try the demo clip"))
        demo_button.clicked.connect(self.demo_requested)
        batch_button = ElidedButton(tr("Music for a folder of clips…"), icons.icon("folder"))
        batch_button.setToolTip(batch_hint())
        batch_button.clicked.connect(lambda: self.batch_requested.emit())
        buttons = (open_button, batch_button, demo_button)
        row = QHBoxLayout()
        row.setSpacing(10)
        row.addStretch()
        for button in buttons:
            button.setMinimumHeight(38)
            row.addWidget(button)
        row.addStretch()
        return row


class _DropZone(QWidget):
    dragging = False

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the frame, and the icon above the text."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        pen = QPen(theme.colour("accent" if self.dragging else "line"), 2)
        pen.setDashPattern([5, 4])
        painter.setPen(pen)
        painter.setBrush(theme.colour("selected" if self.dragging else "panel", 0.6))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), 16, 16)
        size = QSize(64, 64)
        top = max(16.0, self.height() * 3 / 7 - 190)
        heading = self.findChild(QLabel)
        # In a small window with large text there is no room for it.
        if heading is not None and heading.y() >= top + size.height():
            icons.paint(
                painter,
                "film",
                QRectF((self.width() - size.width()) / 2, top, size.width(), size.height()),
                theme.colour("accent" if self.dragging else "wave"),
            )
        painter.end()


def _centred(text: str, name: str) -> QLabel:
    label = QLabel(text)
    label.setObjectName(name)
    label.setAlignment(Qt.AlignmentFlag.AlignCenter)
    label.setWordWrap(True)
    return label
