"""licences.csv, as people and spreadsheets write it."""

from pathlib import Path

import pytest

from engine.errors import InputError
from engine.library.licence_table import TABLE_NAME, LicenceTable, write_table


def read(folder: Path, text: str | bytes) -> LicenceTable:
    (folder / TABLE_NAME).write_bytes(text if isinstance(text, bytes) else text.encode())
    return LicenceTable.read(folder)


def test_without_a_table_there_are_no_tags(tmp_path: Path) -> None:
    assert LicenceTable.read(tmp_path).stated("a.mp3") == {}


def test_what_is_written_reads_back(tmp_path: Path) -> None:
    rows = [
        {"file": "a, b.mp3", "licence": "CC0-1.0", "title": 'Say "A"'},
        {"file": "sub/ü.ogg", "licence": "MIT", "artist": "Ada", "url": "https://example.org"},
    ]
    table = read(tmp_path, write_table(rows))
    for row in rows:
        assert table.stated(row["file"]) == {k: v for k, v in row.items() if k != "file"}


@pytest.mark.parametrize("sign", [",", ";", "\t"])
def test_the_separators_of_spreadsheets(tmp_path: Path, sign: str) -> None:
    text = "\ufeffArtist,FILE,License\r\n,a.mp3,CC0\r\n".replace(",", sign)
    assert read(tmp_path, text).stated("a.mp3") == {"licence": "CC0"}


def test_names_take_precedence_over_patterns(tmp_path: Path) -> None:
    (tmp_path / "a[1].mp3").touch()
    table = read(
        tmp_path,
        "file,licence,artist\n*,MIT,All\nlive/*,CC0,\nlive\\x.ogg,,Ada\na[1].mp3,BSD,\n",
    )
    assert table.stated("other.ogg") == {"licence": "MIT", "artist": "All"}
    assert table.stated("live/x.ogg") == {"licence": "CC0", "artist": "Ada"}
    assert table.stated("a[1].mp3") == {"licence": "BSD", "artist": "All"}


def test_a_pattern_longer_than_any_name_is_a_pattern(tmp_path: Path) -> None:
    table = read(tmp_path, "file,licence\n" + "x" * 300 + "*,MIT\na.mp3,CC0\n")
    assert table.stated("a.mp3") == {"licence": "CC0"}


def test_cells_are_plain_text(tmp_path: Path) -> None:
    table = read(tmp_path, 'file,licence\na.mp3,"CC0\n\x1b[31m\u202e1.0"\n')
    assert table.stated("a.mp3") == {"licence": "CC0 [31m1.0"}


@pytest.mark.parametrize(
    "text", [b"\xff\xfef\x00", "name,terms\na,b\n", "", 'file,licence\n"a.mp3,CC0\n']
)
def test_a_table_that_cannot_be_read_says_how_to_save_it(tmp_path: Path, text: str | bytes) -> None:
    with pytest.raises(InputError, match=r"licences\.csv.*(in UTF-8|name the columns)"):
        read(tmp_path, text)
