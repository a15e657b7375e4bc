"""Paints a row of the ranked list."""

from pathlib import Path

from PySide6.QtCore import QModelIndex, QObject, QPersistentModelIndex, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QLinearGradient, QPainter, QPen
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from desktop import icons, theme
from desktop.results.model import ROW_ROLE
from desktop.results.pages import Missing
from desktop.results.row_words import facts, missing_text, plain
from engine.encoders.fit_levels import Fit, fit_word
from engine.stories.recommend import Recommendation
from engine.translation import tr

_MARGIN = 12.0
_RANK_WIDTH = 42.0
_COVER_WIDTH = 4.0
_COVER_GAP = 10.0
_FIT_WIDTH = 64.0
_LINE_GAP = 4.0
_BAR_HEIGHT = 4.0
_BAR_SHARES: dict[Fit, float] = {"strong": 1.0, "fair": 0.6, "weak": 0.2}


class RowDelegate(QStyledItemDelegate):
    """Paints three lines (title and genre, facts, reasons), the cover's colours left of them and
    the fit on the right.

    Attributes:
        playing: file of the track that plays.
    """

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.playing: Path | None = None

    def sizeHint(
        self, option: QStyleOptionViewItem, _index: QModelIndex | QPersistentModelIndex
    ) -> QSize:
        """Return the height of three lines in the current font."""
        lines = QFontMetricsF(_title_font(option.font)).height()
        lines += 2 * QFontMetricsF(_small_font(option.font)).height()
        return QSize(320, round(lines + 2 * _LINE_GAP + 2 * _MARGIN))

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        """Draw the row."""
        item = index.data(ROW_ROLE)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        area = QRectF(option.rect).adjusted(2, 1, -4, -1)
        selected = bool(option.state & QStyle.StateFlag.State_Selected)
        _paint_background(painter, option, area, selected)
        inner = area.adjusted(6, _MARGIN - 1, -_MARGIN, -_MARGIN + 1)
        plays = not isinstance(item, Missing) and item.track.path == self.playing
        _paint_rank(painter, option.font, inner, index.row() + 1, plays)
        if isinstance(item, Missing):
            painter.setFont(_small_font(option.font))
            painter.setPen(theme.colour("quiet"))
            words = inner.adjusted(_RANK_WIDTH, 0, 0, 0)
            painter.drawText(words, Qt.AlignmentFlag.AlignVCenter, missing_text(item))
            painter.restore()
            return
        _paint_cover(painter, inner, item)
        _paint_fit(painter, option.font, inner, item.fit)
        words = inner.adjusted(_RANK_WIDTH, 0, -_FIT_WIDTH - _MARGIN, 0)
        _paint_words(painter, option.font, words, item)
        painter.restore()


def _paint_background(
    painter: QPainter, option: QStyleOptionViewItem, area: QRectF, selected: bool
) -> None:
    hovered = bool(option.state & QStyle.StateFlag.State_MouseOver)
    if not (selected or hovered):
        return
    focused = selected and bool(option.state & QStyle.StateFlag.State_HasFocus)
    painter.setPen(QPen(theme.colour("accent"), 1.2) if focused else Qt.PenStyle.NoPen)
    painter.setBrush(theme.colour("selected") if selected else theme.colour("hover", 0.6))
    painter.drawRoundedRect(area.adjusted(1, 1, -1, -1), 8, 8)


def _paint_rank(painter: QPainter, font: QFont, inner: QRectF, rank: int, plays: bool) -> None:
    area = QRectF(inner.left(), inner.top(), _RANK_WIDTH - 14, inner.height())
    if plays:
        size = 18.0
        icons.paint(
            painter,
            "music",
            QRectF(area.center().x() - size / 2, area.center().y() - size / 2, size, size),
            theme.colour("accent"),
        )
        return
    painter.setFont(_title_font(font))
    painter.setPen(theme.colour("quiet"))
    painter.drawText(area, Qt.AlignmentFlag.AlignCenter, str(rank))


def _paint_cover(painter: QPainter, inner: QRectF, item: Recommendation) -> None:
    colours = item.track.marks.colours if item.track.marks is not None else ()
    if not colours:
        return
    left = inner.left() + _RANK_WIDTH - _COVER_GAP
    bar = QRectF(left, inner.top() + 1, _COVER_WIDTH, inner.height() - 2)
    shades = QLinearGradient(bar.topLeft(), bar.bottomLeft())
    shades.setColorAt(0.0, QColor(colours[0]))
    shades.setColorAt(1.0, QColor(colours[-1]))
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(shades)
    painter.drawRoundedRect(bar, _COVER_WIDTH / 2, _COVER_WIDTH / 2)


def _paint_words(painter: QPainter, font: QFont, area: QRectF, item: Recommendation) -> None:
    title_font, small_font = _title_font(font), _small_font(font)
    title_metrics, metrics = QFontMetricsF(title_font), QFontMetricsF(small_font)
    genre = tr(item.track.genre) if item.track.genre else ""
    chip_width = metrics.horizontalAdvance(genre) + 16 if genre else 0.0

    title = title_metrics.elidedText(
        plain(item.track.title), Qt.TextElideMode.ElideRight, area.width() - chip_width - 10
    )
    line = QRectF(area.left(), area.top(), area.width(), title_metrics.height())
    painter.setFont(title_font)
    painter.setPen(theme.colour("text"))
    painter.drawText(line, Qt.AlignmentFlag.AlignVCenter, title)

    painter.setFont(small_font)
    if genre:
        left = line.left() + title_metrics.horizontalAdvance(title) + 10
        chip = QRectF(left, line.center().y() - 9, chip_width, 18)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.colour("line"))
        painter.drawRoundedRect(chip, 9, 9)
        painter.setPen(theme.colour("text"))
        painter.drawText(chip, Qt.AlignmentFlag.AlignCenter, genre)

    for text, pen in (
        (" · ".join(facts(item)), theme.colour("text", 0.82)),
        (" · ".join(item.reasons), theme.colour("quiet")),
    ):
        line = QRectF(area.left(), line.bottom() + _LINE_GAP, area.width() + 0.5, metrics.height())
        painter.setPen(pen)
        elided = metrics.elidedText(text, Qt.TextElideMode.ElideRight, area.width())
        painter.drawText(line, Qt.AlignmentFlag.AlignVCenter, elided)


def _paint_fit(painter: QPainter, font: QFont, inner: QRectF, fit: Fit) -> None:
    area = QRectF(inner.right() - _FIT_WIDTH, inner.top(), _FIT_WIDTH, inner.height())
    word_font = _title_font(font)
    metrics = QFontMetricsF(word_font)
    word = QRectF(
        area.left(), area.center().y() - metrics.height() - 1, area.width(), metrics.height()
    )
    painter.setFont(word_font)
    painter.setPen(theme.colour("quiet" if fit == "weak" else "accent"))
    painter.drawText(
        word,
        Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter,
        metrics.elidedText(fit_word(fit), Qt.TextElideMode.ElideRight, area.width()),
    )
    bar = QRectF(area.left(), word.bottom() + 5, area.width(), _BAR_HEIGHT)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(theme.colour("line"))
    painter.drawRoundedRect(bar, 2, 2)
    bar.setWidth(bar.width() * _BAR_SHARES[fit])
    painter.setBrush(theme.colour("accent"))
    painter.drawRoundedRect(bar, 2, 2)


def _title_font(font: QFont) -> QFont:
    bold = QFont(font)
    bold.setWeight(QFont.Weight.DemiBold)
    return bold


def _small_font(font: QFont) -> QFont:
    small = QFont(font)
    small.setPointSizeF(font.pointSizeF() * 0.9)
    return small
