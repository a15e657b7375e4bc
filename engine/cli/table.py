"""Columns of text that line up on a terminal, wide characters included."""

import shutil
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

from engine.cli.terminal import plain

if TYPE_CHECKING:
    from rich.console import Console, RenderableType

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
    from rich.cells import cell_len
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    # Files and pipes have no width; only very long lines are cut there.
    edge = shutil.get_terminal_size().columns if sys.stdout.isatty() else _WIDEST
    width = width or edge
    cells = [[plain(cell) for cell in row] for row in [headers, *rows]]
    needed = [max(map(cell_len, column)) for column in zip(*cells, strict=True)]
    least = [min(n, _NARROWEST_CELL) if i in shrink else n for i, n in enumerate(needed)]
    table = Table(box=None, pad_edge=False, header_style="bold")
    for column, header in enumerate(headers):
        table.add_column(
            Text(header),
            justify="right" if column in right else "left",
            no_wrap=column not in shrink,
            min_width=least[column],
            max_width=_WIDEST_CELL if column in shrink else None,
        )
    # Text, not str: tags and names must not be read as markup.
    for row in cells[1:]:
        table.add_row(*(Text(cell, no_wrap=True, overflow="ellipsis") for cell in row))
    # rich would leave out columns that don't fit.
    widest = max(width, sum(least) + _GAP * (len(least) - 1))
    lines = _lines(Console(width=widest), [table])
    if notes:
        indent = " " * (needed[0] + _GAP)
        beneath = _lines(
            Console(width=width), [Text(indent + plain(note), style="dim") for note in notes]
        )
        pairs = zip(lines[1:], beneath, strict=True)
        lines = [lines[0], *(line for pair in pairs for line in pair)]
    return "\n".join(lines)


def _lines(console: "Console", shown: "Sequence[RenderableType]") -> list[str]:
    with console.capture() as captured:
        for each in shown:
            console.print(each, no_wrap=True, overflow="ellipsis")
    return [line.rstrip() for line in captured.get().split("\n")[:-1]]
