"""Cells of tables are no formulas, and can be read again."""

import csv
import io
import random
from pathlib import Path

import pytest

from engine.library.licence_table import TABLE_NAME, LicenceTable, write_table
from engine.spreadsheets import harmless, original

FORMULAS = [
    *("=1+2", "+1", "-1", "@SUM(A1)", "\tx", "\rx", "\n=1", '=HYPERLINK("http://x","y")'),
    *("＝1+2", "＋1", "－1", "＠x", "=cmd|' /C calc'!A0", "'=1", '"=1', " =1", " \"'=1"),
]
INSIDE = ["a;=1+2", "a,=1", "a\t@x", 'a;"=1', "a|-1", "a; =1"]


@pytest.mark.parametrize("cell", [*FORMULAS, *INSIDE])
def test_no_sign_begins_a_formula_whatever_ends_a_cell(cell: str) -> None:
    safe = harmless(cell)
    for separator in ",;\t|":
        for part in safe.split(separator):
            shown = part.lstrip(' "')
            assert shown[:1] not in set("=+-@\r\n＝＋－＠"), safe
    assert original(safe) == cell


@pytest.mark.parametrize("cell", ["", "Still Water", "Rock - live", "'tis", "a=b", "50% + 1"])
def test_other_cells_stay_as_they_are(cell: str) -> None:
    assert harmless(cell) == original(cell) == cell


def test_any_cell_can_be_read_again() -> None:
    chance = random.Random(0)
    for _ in range(5000):
        cell = "".join(chance.choices("=+-@\t\r\n;,|'\" ab＝", k=chance.randrange(9)))
        assert original(harmless(cell)) == cell


def test_a_table_of_licences_is_harmless_and_says_the_same(tmp_path: Path) -> None:
    row = {"file": "=a.mp3", "title": "=1+2", "artist": "@sea;=1", "licence": "-x", "url": "+1"}
    text = write_table([row, {"file": "-b/+c.mp3", "licence": "CC0-1.0"}])
    (tmp_path / TABLE_NAME).write_text(text, encoding="utf-8")
    cells = [cell for line in csv.reader(io.StringIO(text)) for cell in line]
    assert not any(cell.startswith(("=", "+", "-", "@")) for cell in cells)
    table = LicenceTable.read(tmp_path)
    assert table.stated("=a.mp3") == {name: cell for name, cell in row.items() if name != "file"}
    assert table.stated("-b/+c.mp3") == {"licence": "CC0-1.0"}
