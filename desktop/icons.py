"""The drawn icons of assets/icons, in the colours of the theme."""

from functools import lru_cache

from PySide6.QtCore import QByteArray, QPoint, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QIcon, QIconEngine, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

from desktop import theme
from engine.paths import assets_dir

_DISABLED_OPACITY = 0.35


def icon(name: str, colour: str = "text") -> QIcon:
    """Return the icon `name` of assets/icons/ui; it follows the theme when that changes."""
    return QIcon(_Engine(name, colour))


def app_icon() -> QIcon:
    """Return the application's own icon."""
    return QIcon(str(assets_dir() / "icons" / "soundbed.svg"))


def paint(painter: QPainter, name: str, rect: QRectF, colour: QColor) -> None:
    """Draw the icon `name` into `rect`."""
    _renderer(name, colour.name()).render(painter, rect)


@lru_cache(maxsize=256)
def _renderer(name: str, colour: str) -> QSvgRenderer:
    svg = (assets_dir() / "icons" / "ui" / f"{name}.svg").read_bytes()
    return QSvgRenderer(QByteArray(svg.replace(b"currentColor", colour.encode())))


class _Engine(QIconEngine):
    """Draws at paint time, so that a change of theme needs no new icons."""

    def __init__(self, name: str, colour: str) -> None:
        super().__init__()
        self._name = name
        self._colour = colour

    def clone(self) -> QIconEngine:
        """Return a copy, as Qt asks when a widget takes the icon."""
        return _Engine(self._name, self._colour)

    def paint(self, painter: QPainter, rect: QRect, mode: QIcon.Mode, _state: QIcon.State) -> None:
        """Draw into `rect`."""
        painter.save()
        disabled = mode == QIcon.Mode.Disabled
        if disabled:
            painter.setOpacity(_DISABLED_OPACITY)
        # A disabled button has no coloured background, so its icon takes the text's colour.
        colour = theme.colour("text" if disabled else self._colour)
        paint(painter, self._name, QRectF(rect), colour)
        painter.restore()

    def pixmap(self, size: QSize, mode: QIcon.Mode, state: QIcon.State) -> QPixmap:
        """Return the icon as a pixmap."""
        pixmap = QPixmap(size)
        pixmap.fill(Qt.GlobalColor.transparent)
        painter = QPainter(pixmap)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self.paint(painter, QRect(QPoint(0, 0), size), mode, state)
        painter.end()
        return pixmap
