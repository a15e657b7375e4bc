"""Cells of tables that a spreadsheet opens: none of them is a formula.

A title such as "=HYPERLINK(…)" runs when the table is opened. As OWASP recommends ("CSV
Injection"), an apostrophe is put before a sign that begins a formula, at the start of a cell and
after a sign that another language's spreadsheet takes for the end of one. It can be taken away
again, so that a table that is read says what was written.
"""

import re
from typing import Final

# Signs that begin a formula, also in the width of East Asian text.
_SIGNS: Final = "=+\\-@\t\r\n＝＋－＠"
_START: Final = r"((?:\A|[,;|\t])[ \"']*?)"
_FORMULA: Final = re.compile(rf"{_START}(?=[{_SIGNS}])")
_DEFUSED: Final = re.compile(rf"{_START}'(?=[{_SIGNS}])")


def harmless(cell: str) -> str:
    """Return a cell that no spreadsheet takes for a formula."""
    return _FORMULA.sub(r"\1'", cell)


def original(cell: str) -> str:
    """Return what `harmless` made a cell from."""
    return _DEFUSED.sub(r"\1", cell)
