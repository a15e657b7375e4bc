"""Installing music packs without other processes, and all that an installation may change."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from engine.encoders.active import matching_pack
from engine.errors import Cancelled, SoundbedError
from engine.library.folders import Folder
from engine.library.library import Library
from engine.library.tracks import Track
from engine.paths import music_packs_dir
from engine.progress import Progress, ProgressStep, silent
from engine.stories.install_pack import InstallReport, install_pack
from tests.library.stored_vectors import stored_vectors


class PoolInThisProcess:
    """Does the work of a pool of processes, without starting one."""

    def __init__(self, n_workers: int, **_: object) -> None:
        assert n_workers >= 1

    def __enter__(self) -> "PoolInThisProcess":
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def map_unordered(self, function: Any, tasks: list[Any], **_: object) -> Iterator[Any]:
        for key, args in tasks:
            try:
                yield key, function(*args)
            except SoundbedError as error:
                yield key, error


class StopAt(Progress):
    """Cancels at the n-th step."""

    def __init__(self, n_steps: int) -> None:
        super().__init__()
        self.left = n_steps

    def step(self, stage: str, done: float = 0, total: float | None = None, item: str = "") -> None:
        self.left -= 1
        if self.left < 0:
            raise Cancelled
        assert isinstance(ProgressStep(stage, done, total, item), ProgressStep)


def install(path: Path, library: Library, **options: Any) -> InstallReport:
    return install_pack(path, library, silent(), **options)


@dataclass(frozen=True)
class Everything:
    """All rows of the library, and every file beside it."""

    folders: tuple[Folder, ...]
    tracks: tuple[Track, ...]
    embeddings: tuple[list[int], list[list[float]]]
    contents: list[tuple[Path, bytes]]


def everything(library: Library) -> Everything:
    ids, vectors = stored_vectors(library, matching_pack().space)
    files = sorted(p for p in music_packs_dir().rglob("*") if p.is_file())
    return Everything(
        library.folders.all(),
        library.tracks.all(),
        (ids.tolist(), vectors.tolist()),
        [(p, p.read_bytes()) for p in files],
    )
