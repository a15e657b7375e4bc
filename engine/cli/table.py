"""Columns of text that line up on a terminal, wide characters included."""

import shutil
import sys
from collections.abc import Iterable, Iterator, Sequence

from engine.cli.terminal import plain

_WIDEST = 200
_WIDEST_CELL = 48
# Columns are shortened to this width at most, so that their cells can be told apart.
_NARROWEST_CELL = 8
_GAP = 2


def format_table(
    headers: Sequence[str],
    rows: Sequence[Sequence[str]],
    *,
    right: frozenset[int] = frozenset(),
    shrink: Sequence[int] = (),
    notes: Sequence[str] = (),
    width: int | None = None,
) -> str:
    """Return the rows under their headers, one line each; a terminal gets bold and dim text.

    Args:
        headers: one per column.
        rows: cells of text; control characters are taken out.
        right: columns aligned to the right.
        shrink: columns that may be shortened to fit, the widest of them first.
        notes: a line beneath each row, indented; none when empty.
        width: in cells; None for the terminal's, or 200 when there is none. Lines are longer
            where the other columns need it.
    """
    return "\n".join(
        table_lines(headers, rows, right=right, shrink=shrink, notes=notes, width=width)
    )


def table_lines(
    headers: Sequence[str],
    rows: Iterable[Sequence[str]],
    *,
    right: frozenset[int] = frozenset(),
    shrink: Sequence[int] = (),
    notes: Sequence[str] = (),
    width: int | None = None,
) -> Iterator[str]:
    """Yield the lines of `format_table`; of many rows, only the texts of the cells are kept."""
    # Files and pipes have no width; only very long lines are cut there.
    edge = shutil.get_terminal_size().columns if sys.stdout.isatty() else _WIDEST
    width = width or edge
    cells = [tuple(map(plain, row)) for row in rows]
    titles = [plain(header) for header in headers]
    needed = [max(map(_n_cells, column)) for column in zip(titles, *cells, strict=True)]
    widths = _fitted(needed, shrink, width)
    yield _styled(_line(titles, widths, right), "bold", sum(widths) + _GAP * len(widths))
    indent = " " * (needed[0] + _GAP)
    for number, row in enumerate(cells):
        yield _line(row, widths, right)
        if notes:
            yield _styled(indent + plain(notes[number]), "dim", width)


def _fitted(needed: Sequence[int], shrink: Sequence[int], width: int) -> list[int]:
    """Return the widths of columns: the widest that may be shortened give way first."""
    widths = [min(n, _WIDEST_CELL) if i in shrink else n for i, n in enumerate(needed)]
    room = width - _GAP * (len(widths) - 1)
    while sum(widths) > room:
        widest = max(shrink, key=lambda i: widths[i], default=None)
        if widest is None or widths[widest] <= _NARROWEST_CELL:
            break
        widths[widest] -= 1
    return widths


def _line(cells: Sequence[str], widths: Sequence[int], right: frozenset[int]) -> str:
    parts = []
    for number, (cell, width) in enumerate(zip(cells, widths, strict=True)):
        text = _shortened(cell, width)
        room = " " * (width - _n_cells(text))
        parts.append(room + text if number in right else text + room)
    return (" " * _GAP).join(parts).rstrip()


def _shortened(text: str, width: int) -> str:
    if _n_cells(text) <= width:
        return text
    from rich.cells import set_cell_size

    return set_cell_size(text, width - 1).rstrip() + "…"


def _n_cells(text: str) -> int:
    if text.isascii():
        return len(text)
    from rich.cells import cell_len

    return cell_len(text)


def _styled(text: str, style: str, width: int) -> str:
    """Return a line in a style where the output is a terminal that has one."""
    from rich.console import Console
    from rich.text import Text

    console = Console(width=width)
    with console.capture() as captured:
        # Text, not str: tags and names must not be read as markup.
        console.print(Text(text, style=style), no_wrap=True, overflow="ellipsis")
    return captured.get().removesuffix("\n").rstrip()
