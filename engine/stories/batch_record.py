"""What a batch has finished, as it is saved beside the results."""

import json
import logging
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final, Literal

import msgspec

from engine.encoders.fit_levels import Fit
from engine.errors import display_path
from engine.files import write_text
from engine.path_checks import is_file

FILE = "batch.json"
VERSION: Final = 1
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class BatchEntry:
    """One clip of a batch.

    Attributes:
        name: of the clip, relative to the folder.
        size_bytes, mtime_ns: of its file when it was analysed.
        key: of what was asked.
        files: that were written, relative to the folder of the results.
        beside: files that those need, such as the sound of a timeline, likewise.
        tracks: titles of its music.
        reasons: translated phrases, why the track suits; none for several.
        fit: how well it does; None for several.
        notes: translated sentences.
        picture: the middle of the clip as a JPEG in base64, or "".
        problem: where it failed, a translated sentence, which doesn't name the clip.
    """

    name: str
    size_bytes: int
    mtime_ns: int
    key: str
    files: tuple[str, ...] = ()
    beside: tuple[str, ...] = ()
    tracks: tuple[str, ...] = ()
    reasons: tuple[str, ...] = ()
    fit: Fit | None = None
    notes: tuple[str, ...] = ()
    picture: str = ""
    problem: str | None = None

    @classmethod
    def of(cls, name: str, clip: Path, key: str) -> "BatchEntry":
        """Return the entry of a clip that isn't analysed yet."""
        try:
            stat = clip.stat()
        except OSError:
            return cls(name, 0, 0, key)
        return cls(name, stat.st_size, stat.st_mtime_ns, key)

    @property
    def named_problem(self) -> str:
        """The problem after the name of the clip; "" without one."""
        if self.problem is None:
            return ""
        return f"{display_path(self.name)}: {self.problem}"

    def failed(self, problem: str) -> "BatchEntry":
        """Return the entry with the reason why there is no music."""
        return replace(self, problem=problem)

    def done(
        self,
        *,
        files: Iterable[Path],
        beside: Iterable[Path],
        tracks: Iterable[str],
        reasons: Iterable[str],
        fit: Fit | None,
        notes: Iterable[str],
        picture: str,
    ) -> "BatchEntry":
        """Return the entry with its results; arguments as the attributes."""
        return replace(
            self,
            files=tuple(path.as_posix() for path in files),
            beside=tuple(path.as_posix() for path in beside),
            tracks=tuple(dict.fromkeys(tracks)),
            reasons=tuple(reasons),
            fit=fit,
            notes=tuple(dict.fromkeys(notes)),
            picture=picture,
        )


@dataclass(frozen=True, slots=True)
class BatchRecord:
    """All entries, by the names of their clips."""

    entries: Mapping[str, BatchEntry] = field(default_factory=lambda: MappingProxyType({}))

    def finished(self, name: str, clip: Path, key: str, out: Path) -> BatchEntry | None:
        """Return a clip's entry while it holds: same file, same wish, its files still there."""
        entry = self.entries.get(name)
        if entry is None or entry.problem is not None:
            return None
        now = BatchEntry.of(name, clip, key)
        same = (entry.size_bytes, entry.mtime_ns, entry.key) == (
            now.size_bytes, now.mtime_ns, now.key
        )  # fmt: skip
        is_whole = all(is_file(out / file) for file in (*entry.files, *entry.beside))
        return entry if same and is_whole else None

    def with_entry(self, entry: BatchEntry) -> "BatchRecord":
        """Return the record with another entry for its clip."""
        return BatchRecord(MappingProxyType({**self.entries, entry.name: entry}))


@dataclass(frozen=True, slots=True)
class _Saved:
    version: Literal[1]
    entries: tuple[BatchEntry, ...]


def load_record(out: Path) -> BatchRecord:
    """Return what is saved in a folder of results; nothing where that can't be used."""
    try:
        values: Any = json.loads((out / FILE).read_text("utf-8"))
        saved = msgspec.convert(values, _Saved)
    except FileNotFoundError:
        return BatchRecord()
    except (OSError, ValueError, RecursionError) as error:
        _log.warning("a saved batch can't be used: %s: %s", out / FILE, error)
        return BatchRecord()
    # The file may come from somebody else: nothing outside the folder is asked for.
    entries = {
        one.name: one for one in saved.entries if all(map(_is_inside, (*one.files, *one.beside)))
    }
    return BatchRecord(MappingProxyType(entries))


def save_record(out: Path, record: BatchRecord) -> None:
    """Save a record.

    Raises:
        ExportError: when the folder can't be written.
    """
    saved = _Saved(VERSION, tuple(record.entries.values()))
    write_text(out / FILE, json.dumps(msgspec.to_builtins(saved), indent=1) + "\n")


def _is_inside(file: str) -> bool:
    path = Path(file)
    return not path.is_absolute() and ".." not in path.parts
