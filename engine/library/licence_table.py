"""licences.csv: tags that the files of a folder themselves lack."""

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Self

from engine.errors import display_path
from engine.library.tracks import TAG_NAMES
from engine.media.tags import plain_text
from engine.path_checks import is_file, is_there
from engine.spreadsheets import harmless, original, read_cells

TABLE_NAME = "licences.csv"
COLUMNS = TAG_NAMES
_PATTERN_SIGNS = frozenset("*?[")


@dataclass(frozen=True, slots=True)
class LicenceTable:
    """The rows of a licences.csv.

    Attributes:
        exact: the tags of single files, by their path below the folder, joined by "/".
        patterns: (pattern, tags), such as ("live/*", {"licence": "CC0-1.0"}).
    """

    exact: Mapping[str, Mapping[str, str]]
    patterns: Sequence[tuple[str, Mapping[str, str]]]

    @classmethod
    def read(cls, folder: Path) -> Self:
        """Read the table of a folder; empty when there is none.

        Raises:
            InputError: when it isn't UTF-8, too large, or has no columns "file" and "licence".
        """
        path = folder / TABLE_NAME
        if not is_file(path):
            return cls({}, ())
        exact: dict[str, dict[str, str]] = {}
        patterns = []
        for row in _rows(path):
            name = row.pop("file").replace("\\", "/").removeprefix("./")
            if not name:
                continue
            if _PATTERN_SIGNS & set(name) and not is_there(folder / name):
                patterns.append((name, row))
            else:
                exact.setdefault(name, {}).update(row)
        return cls(exact, tuple(patterns))

    def stated(self, name: str) -> dict[str, str]:
        """Return the tags of one file by their names, without empty ones.

        Args:
            name: the file's path below the folder, joined by "/".
        """
        found: dict[str, str] = {}
        for pattern, row in self.patterns:
            if fnmatchcase(name, pattern):
                found |= row
        return found | dict(self.exact.get(name, {}))


def write_table(rows: Sequence[Mapping[str, str]]) -> str:
    """Return a table that `LicenceTable.read` reads; each row holds "file" and some of COLUMNS."""
    buffer = io.StringIO()
    writer = csv.DictWriter(buffer, ("file", *COLUMNS), restval="", lineterminator="\n")
    writer.writeheader()
    # A title from a music pack may be a formula; reading the table gives the title again.
    writer.writerows({name: harmless(cell) for name, cell in row.items()} for row in rows)
    return buffer.getvalue()


def name_below(path: Path, folder: Path) -> str:
    """Return a file's name in the table of a folder, as text even where it isn't UTF-8."""
    return display_path(path.relative_to(folder).as_posix())


def _rows(path: Path) -> list[dict[str, str]]:
    others = [name for name in COLUMNS if name != "licence"]
    return [
        {"file": original(file).strip()}
        | {
            name: cell
            for name, each in zip(("licence", *others), cells, strict=True)
            if (cell := plain_text(original(each)))
        }
        for file, *cells in read_cells(path, ("file", "licence"), others)
    ]
