"""Remember what was found in files, as long as they don't change."""

import os
from collections.abc import Callable
from functools import lru_cache
from io import FileIO
from typing import TypeVar

_T = TypeVar("_T")


def cached_by_file(find: Callable[[FileIO, int], _T]) -> Callable[[FileIO], _T]:
    """Return a function of an open file that is called once for the same, unchanged file.

    Args:
        find: from an open file, whose position may change, and its size in bytes.
    """

    @lru_cache(maxsize=64)
    def found(source: _Source, device: int, inode: int, size: int, modified_ns: int) -> _T:
        return find(source.file, size)

    def cached(source: FileIO) -> _T:
        status = os.fstat(source.fileno())
        result = found(
            _Source(source), status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns
        )
        source.seek(0)
        return result

    return cached


class _Source:
    """A file that doesn't count in a cache's key."""

    def __init__(self, file: FileIO) -> None:
        self.file = file

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Source)

    def __hash__(self) -> int:
        return 0
