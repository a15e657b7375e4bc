"""The user's tracks by folder, as numbers only: of 100,000 tracks, a few megabytes."""

import os
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from engine.library.library import Library
from engine.library.tracks import State


@dataclass(frozen=True, slots=True)
class TrackGroup:
    """The tracks of one folder.

    Attributes:
        ids: their numbers, ascending, failed and offline ones too.
        n_by_state: how many there are in each state.
    """

    ids: npt.NDArray[np.int64]
    n_by_state: Mapping[State, int]

    @property
    def n_failed(self) -> int:
        """How many files can't be used."""
        return self.n_by_state.get("failed", 0)

    @property
    def n_tracks(self) -> int:
        """How many tracks there are, without the files that can't be used."""
        return len(self.ids) - self.n_failed


def group_by_folder(library: Library, folders: Sequence[Path]) -> dict[Path | None, TrackGroup]:
    """Return the tracks of each folder; those in none of them are under None.

    Args:
        library: the user's own.
        folders: where one is inside another, a track belongs to the inner one.
    """
    ids: dict[Path | None, list[int]] = defaultdict(list)
    states: dict[Path | None, Counter[State]] = defaultdict(Counter)
    inner_first = sorted(folders, key=lambda folder: -len(folder.parts))
    owners: dict[bytes, Path | None] = {}
    with library.database.reading() as connection:
        for row in connection.execute("SELECT id, path, state FROM tracks ORDER BY id"):
            name = os.path.dirname(row["path"])  # noqa: PTH120 - a `Path` for each takes seconds
            if name not in owners:
                owners[name] = _owner(Path(os.fsdecode(name)), inner_first)
            owner = owners[name]
            ids[owner].append(row["id"])
            states[owner][row["state"]] += 1
    return {
        key: TrackGroup(np.asarray(ids[key], np.int64), dict(states[key]))
        for key in (*folders, None)
    }


def _owner(parent: Path, inner_first: Sequence[Path]) -> Path | None:
    return next(
        (folder for folder in inner_first if folder == parent or folder in parent.parents), None
    )
