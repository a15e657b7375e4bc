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
        width: in cells; None for the terminal's, or 200 when there is none.
    """
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    # Files and pipes have no width; only very long lines are cut there.
    edge = shutil.get_terminal_size().columns if sys.stdout.isatty() else _WIDEST
    console = Console(width=width or edge)
    table = Table(box=None, pad_edge=False, header_style="bold")
    for column, header in enumerate(headers):
        table.add_column(
            Text(header),
            justify="right" if column in right else "left",
            no_wrap=column not in shrink,
            max_width=_WIDEST_CELL if column in shrink else None,
        )
    # Text, not str: tags and names must not be read as markup.
    for row in rows:
        table.add_row(*(Text(plain(cell), no_wrap=True, overflow="ellipsis") for cell in row))
    lines = _lines(console, [table])
    if notes:
        indent = " " * (max(Text(plain(row[0])).cell_len for row in [headers, *rows]) + _GAP)
        beneath = _lines(console, [Text(indent + plain(note), style="dim") for note in notes])
        pairs = zip(lines[1:], beneath, strict=True)
        lines = [lines[0], *(line for pair in pairs for line in pair)]
    return "\n".join(lines)


def _lines(console: "Console", shown: "Sequence[RenderableType]") -> list[str]:
    with console.capture() as captured:
        for each in shown:
            console.print(each, no_wrap=True, overflow="ellipsis")
    return [line.rstrip() for line in captured.get().split("\n")[:-1]]
