"""Paints a row of the ranked list."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QModelIndex, QObject, QPersistentModelIndex, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QLinearGradient, QPainter, QPen
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from desktop import icons, theme
from desktop.results.model import ROW_ROLE
from desktop.results.pages import Missing
from desktop.results.row_layout import GAP, SEPARATOR, RowFonts, RowText, RowTexts
from desktop.results.row_words import RowMarks, missing_text
from engine.encoders.fit_levels import Fit, fit_word
from engine.library.tracks import Track
from engine.stories.recommend import Recommendation

_COVER_WIDTH = 4.0
_BAR_HEIGHT = 4.0
_BAR_SHARES: dict[Fit, float] = {"strong": 1.0, "fair": 0.6, "weak": 0.2}
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignAbsolute | Qt.AlignmentFlag.AlignVCenter
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
_ONE_LINE = Qt.TextFlag.TextSingleLine

_Index = QModelIndex | QPersistentModelIndex


class RowDelegate(QStyledItemDelegate):
    """Paints title and genre, facts, and reasons, the cover's colours left of them and the fit on
    the right; in a small list without reasons.

    Attributes:
        playing: file of the track that plays.
        marks_of: returns what the user decided about a track.
    """

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.playing: Path | None = None
        self.marks_of: Callable[[Track], RowMarks] = lambda _track: RowMarks()
        self._is_small = False
        self._fonts: dict[str, RowFonts] = {}
        self._texts = RowTexts()

    def set_small(self, is_small: bool) -> bool:
        """Paint for a list of little height; return whether the height of rows changed."""
        if is_small == self._is_small:
            return False
        self._is_small = is_small
        self.forget()
        return True

    def forget(self) -> None:
        """Measure all rows again: their marks changed, or the font."""
        self._fonts.clear()
        self._texts.clear()

    def sizeHint(self, option: QStyleOptionViewItem, _index: _Index) -> QSize:
        """Return the height of the lines in the current font."""
        return QSize(200, self._fonts_for(option.font).height)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        """Draw the row."""
        item, fonts = index.data(ROW_ROLE), self._fonts_for(option.font)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        area = QRectF(option.rect).adjusted(2, 1, -4, -1)
        _paint_background(painter, option, area)
        inner = area.adjusted(6, fonts.margin - 1, -fonts.margin, -fonts.margin + 1)
        number_width = fonts.number_width(index.model().rowCount())
        number = QRectF(inner.left(), inner.top(), number_width, inner.height())
        words = inner.adjusted(number_width + 2 * GAP + _COVER_WIDTH, 0, 0, 0)
        if isinstance(item, Missing):
            _paint_number(painter, fonts, number, str(index.row() + 1))
            painter.setFont(fonts.small)
            painter.drawText(words, _LEFT | _ONE_LINE, missing_text(item))
        else:
            if item.track.path == self.playing:
                _paint_icon(painter, "music", number, fonts.number_icon_size, "accent")
            else:
                _paint_number(painter, fonts, number, str(index.row() + 1))
            _paint_cover(painter, QRectF(number.right() + GAP, inner.top(), _COVER_WIDTH,
                                         inner.height()), item)  # fmt: skip
            fit = QRectF(inner)
            fit.setLeft(inner.right() - fonts.fit_width)
            _paint_fit(painter, fonts, fit, item.fit)
            words.setRight(fit.left() - 1.5 * GAP)
            marks = self.marks_of(item.track)
            text = self._texts.get(item, marks, fonts, words.width())
            _paint_marks(painter, fonts, words, marks)
            _paint_words(painter, fonts, words, text)
        painter.restore()

    def _fonts_for(self, font: QFont) -> RowFonts:
        key = font.key()
        fonts = self._fonts.get(key)
        if fonts is None:
            self.forget()
            fonts = self._fonts[key] = RowFonts(font, self._is_small)
        return fonts


def _paint_background(painter: QPainter, option: QStyleOptionViewItem, area: QRectF) -> None:
    selected = bool(option.state & QStyle.StateFlag.State_Selected)
    # The current row, which the keys move on from, has a frame.
    focused = bool(option.state & QStyle.StateFlag.State_HasFocus)
    if not (selected or focused or option.state & QStyle.StateFlag.State_MouseOver):
        return
    painter.setPen(QPen(theme.colour("accent"), 1.2) if focused else Qt.PenStyle.NoPen)
    painter.setBrush(theme.colour("selected") if selected else theme.colour("hover", 0.6))
    painter.drawRoundedRect(area.adjusted(1, 1, -1, -1), 8, 8)


def _paint_number(painter: QPainter, fonts: RowFonts, area: QRectF, number: str) -> None:
    painter.setFont(fonts.title)
    painter.setPen(theme.colour("quiet"))
    painter.drawText(area, Qt.AlignmentFlag.AlignCenter, number)


def _paint_icon(painter: QPainter, name: str, area: QRectF, size: float, colour: str) -> None:
    middle = area.center()
    square = QRectF(middle.x() - size / 2, middle.y() - size / 2, size, size)
    icons.paint(painter, name, square, theme.colour(colour))


def _paint_cover(painter: QPainter, bar: QRectF, item: Recommendation) -> None:
    colours = item.track.marks.colours if item.track.marks is not None else ()
    if not colours:
        return
    shades = QLinearGradient(bar.topLeft(), bar.bottomLeft())
    shades.setColorAt(0.0, QColor(colours[0]))
    shades.setColorAt(1.0, QColor(colours[-1]))
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(shades)
    painter.drawRoundedRect(bar, _COVER_WIDTH / 2, _COVER_WIDTH / 2)


def _paint_marks(painter: QPainter, fonts: RowFonts, words: QRectF, marks: RowMarks) -> None:
    size = fonts.mark_size
    slot = QRectF(words.right() - size, words.top(), size, fonts.titles.height())
    for name, colour, is_set in (
        ("star", "clip", marks.is_favourite),
        ("bookmark", "accent", marks.is_shortlisted),
    ):
        if is_set:
            _paint_icon(painter, name, slot, size, colour)
            slot.translate(-size - GAP / 2, 0)


def _paint_words(painter: QPainter, fonts: RowFonts, area: QRectF, text: RowText) -> None:
    # A little wider than measured, so that nothing is cut by rounding.
    line = QRectF(area.left(), area.top(), area.width() + 1, fonts.titles.height())
    painter.setFont(fonts.title)
    painter.setPen(theme.colour("text"))
    painter.drawText(line, _LEFT | _ONE_LINE, text.title)
    painter.setFont(fonts.small)
    if text.genre:
        height = fonts.smalls.height() + 2
        top, left = line.center().y() - height / 2, line.left() + text.title_width + GAP
        chip = QRectF(left, top, text.genre_width, height)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.colour("line"))
        painter.drawRoundedRect(chip, height / 2, height / 2)
        painter.setPen(theme.colour("text"))
        painter.drawText(chip, Qt.AlignmentFlag.AlignCenter | _ONE_LINE, text.genre)
    line = _below(line, fonts)
    if fonts.is_small:
        _paint_used(painter, line, text)
        line.setLeft(line.left() + text.used_width)
    painter.setPen(theme.colour("text", 0.82))
    painter.drawText(line, _LEFT | _ONE_LINE, text.facts)
    if not fonts.is_small:
        line = _below(line, fonts)
        _paint_used(painter, line, text)
        line.setLeft(line.left() + text.used_width)
        painter.setPen(theme.colour("quiet"))
        painter.drawText(line, _LEFT | _ONE_LINE, text.reasons)


def _paint_used(painter: QPainter, line: QRectF, text: RowText) -> None:
    if text.used:
        more = text.reasons or text.facts
        painter.setPen(theme.colour("accent"))
        painter.drawText(line, _LEFT | _ONE_LINE, text.used + (SEPARATOR if more else ""))


def _below(line: QRectF, fonts: RowFonts) -> QRectF:
    return QRectF(line.left(), line.bottom() + fonts.line_gap, line.width(), fonts.smalls.height())


def _paint_fit(painter: QPainter, fonts: RowFonts, area: QRectF, fit: Fit) -> None:
    height = fonts.titles.height()
    word = QRectF(area.left(), area.center().y() - height - 1, area.width(), height)
    painter.setFont(fonts.title)
    painter.setPen(theme.colour("quiet" if fit == "weak" else "accent"))
    painter.drawText(word, _RIGHT | _ONE_LINE, fit_word(fit))
    bar = QRectF(area.left(), word.bottom() + 5, area.width(), _BAR_HEIGHT)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(theme.colour("line"))
    painter.drawRoundedRect(bar, 2, 2)
    bar.setWidth(bar.width() * _BAR_SHARES[fit])
    painter.setBrush(theme.colour("accent"))
    painter.drawRoundedRect(bar, 2, 2)
