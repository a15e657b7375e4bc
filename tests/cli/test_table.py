import sys

import pytest
from rich.cells import cell_len

from engine.cli.table import format_table
from engine.cli.terminal import clock, plain


def test_columns_line_up_with_wide_and_combining_characters() -> None:
    table = format_table(
        ["Title", "BPM"], [["夜に", "90"], ["Cafe\u0301", "120"]], right=frozenset({1}), width=80
    )
    assert table.splitlines() == [
        "Title  BPM",
        "夜に    90",
        "Cafe\u0301   120",
    ]


def test_control_characters_of_tags_never_reach_the_terminal() -> None:
    table = format_table(["Title"], [["a\x1b[2J\nb\x07\u202ec\udce9"]], width=80)
    assert table.splitlines() == ["Title", "a [2J b  c\N{REPLACEMENT CHARACTER}"]


def test_long_cells_are_shortened_where_that_is_allowed() -> None:
    rows = [["x" * 50, "y" * 30, "keep"]]
    table = format_table(["A", "B", "C"], rows, shrink=(0, 1), width=40)
    line = table.splitlines()[1]
    assert cell_len(line) == 40
    assert line.endswith("keep") and line.count("…") == 2
    # Without a terminal there is room, but a title stays short enough to read at a glance.
    assert format_table(["A"], [["x" * 99]], shrink=(0,), width=200) == "A\n" + "x" * 47 + "…"


def test_the_widest_of_several_columns_gives_way_first() -> None:
    rows = [["x" * 40, "y" * 10, "z" * 20]]
    line = format_table(["A", "B", "C"], rows, shrink=(0, 1, 2), width=44).splitlines()[1]
    assert line.split() == ["x" * 14 + "…", "y" * 10, "z" * 14 + "…"]


def test_a_table_without_rows_is_its_headers() -> None:
    assert format_table(["A", "Title"], [], width=80) == "A  Title"


def test_a_note_is_beneath_its_row() -> None:
    table = format_table(
        ["#", "Title"], [["1", "A"], ["2", "B"]], notes=["why a", "w" * 99], width=20
    )
    assert table.splitlines() == ["#  Title", "1  A", "   why a", "2  B", "   " + "w" * 16 + "…"]


def test_shortening_counts_cells() -> None:
    assert format_table(["A"], [["夜" * 6]], shrink=(0,), width=9) == "A\n夜夜夜夜…"


def test_no_column_vanishes_on_a_narrow_terminal() -> None:
    headers, rows = ["#", "Name", "Value", "Meaning"], [["1", "n_threads", "4", "cores to use"]]
    table = format_table(headers, rows, shrink=(2, 3), notes=["a long reason"], width=10)
    assert table.splitlines() == [
        "#  Name       Value  Meaning",
        "1  n_threads  4      cores t…",
        "   a long…",
    ]


def test_tags_are_no_markup() -> None:
    row = ["[red]a[/red] :smile: https://example.com"]
    assert format_table(["Title"], [row], notes=["[bold]b"], width=80).splitlines() == [
        "Title", row[0], " " * (len(row[0]) + 2) + "[bold]b"
    ]  # fmt: skip


def test_a_terminal_gets_bold_headers_and_dim_notes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.delenv("NO_COLOR", raising=False)
    header, row, note = format_table(["A"], [["x"]], notes=["why"], width=80).splitlines()
    assert "\x1b[1m" in header and "\x1b[2m" in note
    assert row.startswith("x")


def test_clock_and_plain() -> None:
    assert [clock(0), clock(65.9), clock(3725)] == ["0:00", "1:05", "1:02:05"]
    assert plain("a\tb\r\n") == "a b"
