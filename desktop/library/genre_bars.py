"""A bar chart: each genre's share of the library and of the recommendations."""

from collections.abc import Sequence

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from desktop import theme
from engine.stories.audit_report import GenreShares
from engine.translation import tr

_ROW, _BAR, _GAP = 34, 11, 8
_MOST_SHARE = 0.05


class GenreBars(QWidget):
    """Two bars for each genre, with their shares in percent."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._genres: Sequence[GenreShares] = ()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(tr("Genres of the library and of recommendations"))

    def show_shares(self, genres: Sequence[GenreShares]) -> None:
        """Show these shares."""
        self._genres = genres
        self.setAccessibleDescription("; ".join(map(in_words, genres)))
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        """Return room for all genres."""
        return QSize(300, _ROW * (len(self._genres) + 1))

    def minimumSizeHint(self) -> QSize:
        """Return room for all genres, narrower."""
        return QSize(220, self.sizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the bars."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        metrics = self.fontMetrics()
        names = [genre_name(each.genre) for each in self._genres]
        left = max((metrics.horizontalAdvance(name) for name in names), default=0) + _GAP
        right = metrics.horizontalAdvance("100 %") + _GAP
        most = max([_MOST_SHARE, *(max(each.of_library, each.of_lists) for each in self._genres)])
        scale = max(self.width() - left - right, 10) / most
        self._paint_key(painter, left)
        for row, (name, each) in enumerate(zip(names, self._genres, strict=True), 1):
            top = row * _ROW
            painter.setPen(theme.colour("text"))
            align = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight
            painter.drawText(QRectF(0, top, left - _GAP, _ROW - 6), align, name)
            shares = ((each.of_library, "wave"), (each.of_lists, "accent"))
            for line, (share, colour) in enumerate(shares):
                y = top + 2 + line * (_BAR + 2)
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(theme.colour(colour))
                painter.drawRoundedRect(QRectF(left, y, max(share * scale, 1), _BAR), 2, 2)
                painter.setPen(theme.colour("quiet"))
                place = QRectF(left + share * scale + 4, y - 4, right, _BAR + 8)
                painter.drawText(place, Qt.AlignmentFlag.AlignVCenter, f"{100 * share:.0f} %")
        painter.end()

    def _paint_key(self, painter: QPainter, left: int) -> None:
        x = float(left)
        for text, colour in ((tr("Library"), "wave"), (tr("Recommendations"), "accent")):
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.colour(colour))
            painter.drawRoundedRect(QRectF(x, 8, _BAR, _BAR), 2, 2)
            painter.setPen(theme.colour("text"))
            width = self.fontMetrics().horizontalAdvance(text)
            place = QRectF(x + _BAR + 6, 0, width + 4, 27)
            painter.drawText(place, Qt.AlignmentFlag.AlignVCenter, text)
            x += _BAR + width + 24


def genre_name(genre: str) -> str:
    """Return a genre as it is shown."""
    return tr(genre) if genre else tr("unsure")


def in_words(shares: GenreShares) -> str:
    """Return the shares of a genre in words."""
    return tr("{genre}: {library} % of the library, {lists} % of recommendations").format(
        genre=genre_name(shares.genre),
        library=round(100 * shares.of_library),
        lists=round(100 * shares.of_lists),
    )
