"""Pictures of what rarely changes, so that moving the playhead redraws almost nothing."""

from collections.abc import Callable

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QPainter, QPixmap


class Layers:
    """Keeps what was painted until the values that it was painted from change."""

    def __init__(self) -> None:
        self._kept: dict[str, tuple[object, QPixmap]] = {}
        self.n_painted = 0

    def draw(
        self,
        painter: QPainter,
        name: str,
        key: tuple[object, ...],
        paint: Callable[[QPainter], None],
    ) -> None:
        """Draw a layer, painted again only if its key isn't equal to the last one.

        Args:
            painter: of the widget; its clip decides how much is copied.
            name: of the layer.
            key: everything that decides how it looks, but size and resolution.
            paint: paints it, on a transparent picture as large as the widget.
        """
        device = painter.device()
        size, ratio = QSize(device.width(), device.height()), device.devicePixelRatio()
        kept = self._kept.get(name)
        whole_key = (size, ratio, *key)
        if kept is None or kept[0] != whole_key:
            picture = QPixmap(size * ratio)
            picture.setDevicePixelRatio(ratio)
            picture.fill(Qt.GlobalColor.transparent)
            inner = QPainter(picture)
            inner.setFont(painter.font())
            inner.setRenderHint(QPainter.RenderHint.Antialiasing)
            inner.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
            paint(inner)
            inner.end()
            kept = self._kept[name] = (whole_key, picture)
            self.n_painted += 1
        painter.drawPixmap(0, 0, kept[1])

    def forget(self) -> None:
        """Paint everything again, as after a change of the theme."""
        self._kept.clear()
