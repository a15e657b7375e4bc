"""One track of a comparison: its number, and what is known of it."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QFont, QFontMetricsF, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QWidget

from desktop import icons, theme
from desktop.results.row_words import leading_moods, plain
from desktop.timeline.times import format_time
from engine.encoders.fit_levels import fit_word
from engine.stories.recommend import Recommendation
from engine.translation import tr

_WIDTH, _N_LINES = 168, 3
_MARGIN, _WAVE_HEIGHT, _NUMBER_SCALE = 12.0, 26.0, 2.2
_BETWEEN = " · "


class CompareCard(QAbstractButton):
    """A track that plays when its card is clicked; blind without anything that names it.

    Args:
        number: of its key, from 1.
        item: the track.
        parent: the comparison.
    """

    def __init__(self, number: int, item: Recommendation, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.item = item
        self._number = number
        self._is_blind = False
        self._peaks: npt.NDArray[np.float32] | None = None
        self.setCheckable(True)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self._describe()
        self.toggled.connect(lambda _: self._describe())

    @property
    def title(self) -> str:
        """What the card is called: the title, or a number where titles are hidden."""
        if self._is_blind:
            return tr("Track {n}").format(n=self._number)
        return plain(self.item.track.title)

    @property
    def lines(self) -> Sequence[str]:
        """What is said below the title; nothing where titles are hidden."""
        if self._is_blind:
            return ()
        track = self.item.track
        bpm, length_s = track.profile.bpm, track.file.duration_s
        fit = tr("fit: {fit}").format(fit=fit_word(self.item.fit))
        tempo = "" if bpm is None else tr("{bpm} BPM").format(bpm=round(bpm))
        length = format_time(length_s, 0) if length_s else ""
        rows = (
            (fit, tr(track.genre) if track.genre else ""),
            [tr(mood) for mood in leading_moods(track.profile.moods)],
            (tempo, track.profile.key or "", length),
        )
        joined = (_BETWEEN.join(filter(None, row)) for row in rows)
        return [line for line in joined if line]

    def set_blind(self, is_blind: bool) -> None:
        """Hide what names the track, or show it."""
        self._is_blind = is_blind
        self._describe()
        self.updateGeometry()
        self.update()

    def set_peaks(self, peaks: npt.NDArray[np.int8]) -> None:
        """Show the track's waveform.

        Args:
            peaks: int8 (n, 2), lowest and highest samples.
        """
        self._peaks = np.abs(peaks.astype(np.float32)).max(axis=1) / 127.0 if len(peaks) else None
        self.update()

    def sizeHint(self) -> QSize:
        """Be as wide as two beside each other in the narrowest panel."""
        bold, small, number = _fonts(self.font())
        height = 2 * _MARGIN + QFontMetricsF(number).height() + QFontMetricsF(bold).height()
        if not self._is_blind:
            height += _N_LINES * (QFontMetricsF(small).height() + 1) + _WAVE_HEIGHT
        return QSize(_WIDTH, round(height))

    def minimumSizeHint(self) -> QSize:
        """Stay readable."""
        return self.sizeHint()

    def _describe(self) -> None:
        texts = (tr("{n}. {title}").format(n=self._number, title=self.title), *self.lines)
        self.setAccessibleName(", ".join(texts))
        self.setAccessibleDescription(tr("plays now") if self.isChecked() else "")

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the card."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        plays, area = self.isChecked(), QRectF(self.rect()).adjusted(1, 1, -1, -1)
        painter.setPen(
            QPen(theme.colour("accent"), 2.0)
            if plays or self.hasFocus()
            else QPen(theme.colour("line"), 1.0)
        )
        fill = "selected" if plays else "hover" if self.underMouse() else "raised"
        painter.setBrush(theme.colour(fill))
        painter.drawRoundedRect(area, 10, 10)
        inner = area.adjusted(_MARGIN, _MARGIN - 2, -_MARGIN, -_MARGIN)
        top = self._paint_number(painter, inner)
        if not self._is_blind:
            self._paint_wave(painter, QRectF(inner.left(), inner.bottom() - _WAVE_HEIGHT,
                                             inner.width(), _WAVE_HEIGHT))  # fmt: skip
        self._paint_words(painter, inner, top)
        painter.end()

    def _paint_number(self, painter: QPainter, inner: QRectF) -> float:
        """Draw the number of the key; return where it ends."""
        _, _, font = _fonts(self.font())
        painter.setFont(font)
        painter.setPen(theme.colour("accent" if self.isChecked() else "quiet"))
        height = QFontMetricsF(font).height()
        line = QRectF(inner.left(), inner.top(), inner.width(), height)
        painter.drawText(line, Qt.AlignmentFlag.AlignVCenter, str(self._number))
        if self.isChecked():
            size = theme.icon_scaled(20.0)
            place = QRectF(inner.right() - size, line.center().y() - size / 2, size, size)
            icons.paint(painter, "music", place, theme.colour("accent"))
        return line.bottom()

    def _paint_words(self, painter: QPainter, inner: QRectF, top: float) -> None:
        bold, small, _ = _fonts(self.font())
        bottom = inner.bottom() - (0.0 if self._is_blind else _WAVE_HEIGHT)
        for font, colour, text in (
            (bold, "text", self.title),
            *((small, "quiet", line) for line in self.lines),
        ):
            metrics = QFontMetricsF(font)
            line = QRectF(inner.left(), top, inner.width(), metrics.height())
            if line.bottom() > bottom:
                return
            painter.setFont(font)
            painter.setPen(theme.colour(colour))
            shown = metrics.elidedText(text, Qt.TextElideMode.ElideRight, inner.width())
            painter.drawText(line, Qt.AlignmentFlag.AlignVCenter, shown)
            top = line.bottom() + 1

    def _paint_wave(self, painter: QPainter, area: QRectF) -> None:
        if self._peaks is None:
            return
        n = max(int(area.width() // 3), 1)
        places = np.linspace(0, len(self._peaks), n + 1).astype(int)
        painter.setPen(QPen(theme.colour("accent" if self.isChecked() else "wave"), 2.0))
        for column in range(n):
            part = self._peaks[places[column] : max(places[column + 1], places[column] + 1)]
            half = max(float(part.max()), 0.04) * area.height() / 2
            x = area.left() + 3 * column + 1
            middle = area.center().y()
            painter.drawLine(round(x), round(middle - half), round(x), round(middle + half))


def _fonts(font: QFont) -> tuple[QFont, QFont, QFont]:
    """Return the fonts of the title, of the lines below it, and of the number."""
    bold, small, number = QFont(font), QFont(font), QFont(font)
    bold.setWeight(QFont.Weight.DemiBold)
    small.setPointSizeF(font.pointSizeF() * 0.9)
    number.setPointSizeF(font.pointSizeF() * _NUMBER_SCALE)
    number.setWeight(QFont.Weight.Bold)
    return bold, small, number
