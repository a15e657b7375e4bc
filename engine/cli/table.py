"""Columns of text that line up on a terminal, wide characters included."""

import shutil
import sys
import unicodedata
from collections.abc import Sequence

from engine.cli.terminal import plain

_GAP = "  "
_ELLIPSIS = "…"
_WIDEST = 200
_WIDEST_CELL = 48


def format_table(
    headers: Sequence[str],
    rows: Sequence[Sequence[str]],
    *,
    right: frozenset[int] = frozenset(),
    shrink: Sequence[int] = (),
    notes: Sequence[str] = (),
    width: int | None = None,
) -> str:
    """Return the rows under their headers.

    Args:
        headers: one per column.
        rows: cells of text; control characters are taken out.
        right: columns aligned to the right.
        shrink: columns that may be shortened to fit, the widest of them first.
        notes: a line beneath each row, indented; none when empty.
        width: of the terminal in cells; None to ask it, without a limit where there is none.
    """
    cells = [[plain(cell) for cell in row] for row in [headers, *rows]]
    widths = [max(display_width(row[column]) for row in cells) for column in range(len(headers))]
    for column in shrink:
        widths[column] = min(widths[column], _WIDEST_CELL)
    limit = _terminal_width() if width is None else width
    excess = sum(widths) + len(_GAP) * (len(widths) - 1) - limit
    while excess > 0 and shrink:
        widest = max(shrink, key=lambda column: widths[column])
        if widths[widest] <= 8:
            break
        widths[widest] -= 1
        excess -= 1
    lines = []
    for row in cells:
        parts = [
            _fit(cell, widths[column], at_right=column in right) for column, cell in enumerate(row)
        ]
        lines.append(_GAP.join(parts).rstrip())
    if notes:
        indent = widths[0] + len(_GAP)
        beneath = [" " * indent + shorten(plain(note), limit - indent) for note in notes]
        pairs = zip(lines[1:], beneath, strict=True)
        lines = [lines[0], *(line for pair in pairs for line in pair)]
    return "\n".join(lines)


def display_width(text: str) -> int:
    """Return how many cells of a terminal the text takes."""
    return sum(_cell_width(character) for character in text)


def shorten(text: str, width: int) -> str:
    """Return the text cut to `width` cells, with an ellipsis when something is missing."""
    if display_width(text) <= width:
        return text
    kept, used = "", 1
    for character in text:
        used += _cell_width(character)
        if used > width:
            break
        kept += character
    return kept.rstrip() + _ELLIPSIS


def _cell_width(character: str) -> int:
    if unicodedata.combining(character) or unicodedata.category(character) in ("Mn", "Me", "Cf"):
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


def _fit(text: str, width: int, *, at_right: bool) -> str:
    text = shorten(text, width)
    padding = " " * (width - display_width(text))
    return padding + text if at_right else text + padding


def _terminal_width() -> int:
    # A file or a pipe has no edge; a line there is cut only where it would be absurd.
    if not sys.stdout.isatty():
        return _WIDEST
    return shutil.get_terminal_size().columns
