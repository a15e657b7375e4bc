"""What a row of the list says in the room that it has, measured once for each row and width."""

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import get_args

from PySide6.QtCore import Qt
from PySide6.QtGui import QFont, QFontMetricsF

from desktop import theme
from desktop.results.row_words import Fact, RowMarks, facts, plain
from engine.encoders.fit_levels import Fit, fit_word
from engine.stories.recommend import Recommendation
from engine.translation import tr

_MARK_SIZE, _NUMBER_ICON_SIZE = 15.0, 18.0
GAP = 8.0
SEPARATOR = " · "
_CHIP_PADDING = 16.0
# Beside the other facts, where its chip would shorten the title.
_GENRE_WEIGHT = 5
_SMALL = 0.9
# Shorter than this, an artist or a licence tells nothing.
_LEAST_WIDTH = 60.0
# One of them never takes more of a line.
_SHARE = 0.4
_USED_SHARE = 0.55
# Of rows that are shown, and of those just scrolled past.
_N_KEPT = 200
# In a small list the reasons are left to the tooltip, so that more rows fit.
_N_LINES, _N_LINES_SMALL = 3, 2
_LINE_GAP, _MARGIN, _MARGIN_SMALL = 4.0, 12.0, 9.0


class RowFonts:
    """The fonts of a row with their sizes.

    Args:
        font: of the list.
        is_small: whether the list has little height.
    """

    def __init__(self, font: QFont, is_small: bool) -> None:
        self.title = QFont(font)
        self.title.setWeight(QFont.Weight.DemiBold)
        self.small = QFont(font)
        self.small.setPointSizeF(font.pointSizeF() * _SMALL)
        self.titles = QFontMetricsF(self.title)
        self.smalls = QFontMetricsF(self.small)
        self.number_icon_size = theme.icon_scaled(_NUMBER_ICON_SIZE)
        self.mark_size = theme.icon_scaled(_MARK_SIZE)
        self.is_small = is_small
        self.margin = _MARGIN_SMALL if is_small else _MARGIN
        self.n_lines = _N_LINES_SMALL if is_small else _N_LINES

    @cached_property
    def height(self) -> int:
        """The height of a row."""
        lines = self.titles.height() + (self.n_lines - 1) * (self.smalls.height() + _LINE_GAP)
        return round(lines + 2 * self.margin)

    @cached_property
    def fit_width(self) -> float:
        """The width of the longest word for a fit."""
        return max(self.titles.horizontalAdvance(fit_word(fit)) for fit in get_args(Fit)) + 2

    @property
    def line_gap(self) -> float:
        """Between two lines."""
        return _LINE_GAP

    def number_width(self, n_rows: int) -> float:
        """Return the width of the longest number in front of a row."""
        return max(
            self.titles.horizontalAdvance("8" * len(str(max(n_rows, 1)))), self.number_icon_size
        )


@dataclass(frozen=True, slots=True)
class RowText:
    """The words of a row, as they fit.

    Attributes:
        item: the row.
        title: shortened to its room.
        title_width: of the title, in pixels.
        genre: "" where its chip would shorten the title; then it is one of the facts.
        genre_width: of its chip.
        facts: one line, in a small list after `used`.
        used: where it was used.
        used_width: of that with a separator, in pixels.
        reasons: after `used`; "" in a small list.
    """

    item: Recommendation
    title: str
    title_width: float
    genre: str
    genre_width: float
    facts: str
    used: str
    used_width: float
    reasons: str


class RowTexts:
    """Measures the words of rows; those measured last are kept."""

    def __init__(self) -> None:
        self._texts: OrderedDict[tuple[int, int], RowText] = OrderedDict()

    def clear(self) -> None:
        """Measure again: the font, the language or the marks changed."""
        self._texts.clear()

    def get(self, item: Recommendation, marks: RowMarks, fonts: RowFonts, width: float) -> RowText:
        """Return the words of a row.

        Args:
            item: the row; while its text is kept, so is the item, and its id stays its own.
            marks: on it.
            fonts: of the list.
            width: for the words, in pixels.
        """
        key = id(item), round(width)
        text = self._texts.get(key)
        if text is None:
            text = self._texts[key] = _measured(item, marks, fonts, width)
            while len(self._texts) > _N_KEPT:
                self._texts.popitem(last=False)
        else:
            self._texts.move_to_end(key)
        return text


def _measured(item: Recommendation, marks: RowMarks, fonts: RowFonts, width: float) -> RowText:
    n_marks = marks.is_favourite + marks.is_shortlisted
    room = width - n_marks * (fonts.mark_size + GAP / 2)
    title = plain(item.track.title)
    genre = tr(item.track.genre) if item.track.genre else ""
    genre_width = fonts.smalls.horizontalAdvance(genre) + _CHIP_PADDING if genre else 0.0
    left, known = room - genre_width - GAP, facts(item)
    if genre and fonts.titles.horizontalAdvance(title) > left:
        # The whole title comes first.
        known = (Fact(genre, _GENRE_WEIGHT), *known)
        genre, genre_width, left = "", 0.0, room
    title = _elided(fonts.titles, title, left)
    used = _elided(fonts.smalls, marks.used, width * _USED_SHARE)
    taken = fonts.smalls.horizontalAdvance(used + SEPARATOR) if used else 0.0
    texts = [text for text in (item.moved_text, *item.reasons) if text]
    reasons = [Fact(text, len(texts) - number) for number, text in enumerate(texts)]
    return RowText(
        item=item,
        title=title,
        title_width=fonts.titles.horizontalAdvance(title),
        genre=genre,
        genre_width=genre_width,
        facts=fitting(known, fonts.smalls, width - taken * fonts.is_small),
        used=used,
        used_width=taken,
        reasons="" if fonts.is_small else fitting(reasons, fonts.smalls, width - taken),
    )


def fitting(found: Sequence[Fact], metrics: QFontMetricsF, width: float) -> str:
    """Return as many facts as fit beside each other, those with the highest weights.

    Args:
        found: in the order in which they are shown.
        metrics: of the font.
        width: in pixels.
    """
    between = metrics.horizontalAdvance(SEPARATOR)
    texts: dict[int, str] = {}
    left = width
    for index in sorted(range(len(found)), key=lambda index: -found[index].weight):
        fact = found[index]
        room = left - (between if texts else 0.0)
        needed = metrics.horizontalAdvance(fact.text)
        text = fact.text
        if needed > room:
            if not fact.may_shorten or room < _LEAST_WIDTH:
                continue
            text = _elided(metrics, text, min(room, max(width * _SHARE, _LEAST_WIDTH)))
            needed = metrics.horizontalAdvance(text)
        texts[index] = text
        left = room - needed
    if not texts and found:
        # Better the beginning of the first than nothing.
        return _elided(metrics, found[0].text, width)
    return SEPARATOR.join(texts[index] for index in sorted(texts))


def _elided(metrics: QFontMetricsF, text: str, width: float) -> str:
    return metrics.elidedText(text, Qt.TextElideMode.ElideRight, max(width, 0.0))
