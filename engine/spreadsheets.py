"""Tables as spreadsheets write and open them: read whatever separates the cells, and no formulas.

A title such as "=HYPERLINK(…)" runs when the table is opened. As OWASP recommends ("CSV
Injection"), an apostrophe is put before a sign that begins a formula, at the start of a cell and
after a sign that another language's spreadsheet takes for the end of one. It can be taken away
again, so that a table that is read says what was written.
"""

import csv
import io
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from engine.errors import InputError
from engine.translation import tr

_MAX_BYTES: Final = 64 * 2**20

# Signs that begin a formula, also in the width of East Asian text.
_SIGNS: Final = "=+\\-@\t\r\n＝＋－＠"
_START: Final = r"((?:\A|[,;|\t])[ \"']*?)"
_FORMULA: Final = re.compile(rf"{_START}(?=[{_SIGNS}])")
_DEFUSED: Final = re.compile(rf"{_START}'(?=[{_SIGNS}])")


def read_cells(path: Path, needed: Sequence[str], optional: Sequence[str] = ()) -> list[list[str]]:
    """Return the cells of a .csv table's columns, stripped; "" where a cell or column is missing.

    The columns may be in any order, their names in any case; commas, semicolons and tabs separate
    the cells: which of them a spreadsheet writes depends on its language.

    Args:
        path: of the table.
        needed: names of columns that it must have.
        optional: names of columns that it may have.

    Returns:
        A list for each row, with a cell for each of `needed` and `optional`.

    Raises:
        InputError: when it can't be read, isn't UTF-8, is too large, or lacks a column.
    """
    names = [*needed, *optional]
    try:
        if path.stat().st_size > _MAX_BYTES:
            raise ValueError(tr("it is too large"))
        text = path.read_bytes().decode("utf-8-sig")
        first = text.partition("\n")[0]
        separator = max(",;\t", key=first.count)
        lines = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
        found = [name.strip().casefold() for name in next(lines, [])]
        # Either spelling will do.
        found = ["licence" if name == "license" else name for name in found]
        rows = [line for line in lines if any(line)]
    except (OSError, ValueError, csv.Error) as error:
        raise InputError(
            tr("the table can't be read ({reason}).").format(reason=_reason(error)),
            path=path,
            remedy=_remedy(error),
        ) from error
    for name in needed:
        if name not in found:
            raise InputError(
                tr("the table has no column “{name}”.").format(name=name),
                path=path,
                remedy=tr("Its first line must name the columns: {names}.").format(
                    names=",".join(names)
                ),
            )
    places = [found.index(name) if name in found else None for name in names]
    return [
        ["" if at is None or at >= len(row) else row[at].strip() for at in places] for row in rows
    ]


def _reason(error: Exception) -> str:
    if isinstance(error, UnicodeDecodeError):
        return tr("it isn't UTF-8")
    if _is_long_cell(error):
        return tr("a cell has more than {n:,} characters").format(n=csv.field_size_limit())
    return (isinstance(error, OSError) and error.strerror) or str(error)


def _remedy(error: Exception) -> str:
    if isinstance(error, FileNotFoundError):
        return tr("Check the name.")
    if _is_long_cell(error):
        return tr("Shorten it, or close the quotation mark before it.")
    return tr("Save it as comma-separated text (CSV) in UTF-8.")


def _is_long_cell(error: Exception) -> bool:
    return isinstance(error, csv.Error) and "field limit" in str(error)


def harmless(cell: str) -> str:
    """Return a cell that no spreadsheet takes for a formula."""
    return _FORMULA.sub(r"\1'", cell)


def original(cell: str) -> str:
    """Return what `harmless` made a cell from."""
    return _DEFUSED.sub(r"\1", cell)
