"""Written wants: tables that say what music a picture asks for.

All of them were written by a language model, not by people: for scene classes, OASIS's themes and
real clips from what is seen in them, for ImageNet's classes (imagenet.csv beside this file) from
their names, by one that had read the scenes' table.
"""

import csv
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Self

import numpy as np
import numpy.typing as npt

from engine.encoders.wants import AXES, N_AXES

IMAGENET: Final = Path(__file__).with_name("imagenet.csv")
N_IMAGENET: Final = 1000
# A value along an axis is 1 where it is clearly wanted (a weight of at least one half), plus a
# half where it is wanted at all, minus 1 where it is avoided: the tracks that fit well come first,
# which the plain weights do less well.
_CLEAR_FROM = 0.5
_ANY = 0.5

Float64Array = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Wants:
    """What a picture asks for, along the 24 genres and moods, and valence and arousal.

    Attributes:
        weights: float64 (26,), 0 to 1 for genres and moods; valence and arousal from -1 to 1.
        avoided: bool (26,).
    """

    weights: Float64Array
    avoided: npt.NDArray[np.bool_]

    @classmethod
    def parse(cls, row: dict[str, str]) -> Self:
        """Read the columns moods and genres ("name:weight;…"), avoid_moods and avoid_genres
        ("name;…"), and valence and arousal where the table has them.
        """
        weights, avoided = np.zeros(N_AXES), np.zeros(N_AXES, bool)
        for column in ("moods", "genres"):
            for entry in filter(None, row[column].split(";")):
                name, _, weight = entry.partition(":")
                weights[AXES.index(name)] = float(weight)
            for name in filter(None, row[f"avoid_{column}"].split(";")):
                avoided[AXES.index(name)] = True
        for axis in ("valence", "arousal"):
            weights[AXES.index(axis)] = float(row.get(axis) or 0)
        return cls(weights, avoided)

    @property
    def values(self) -> Float64Array:
        """What the experts learn: float64 (26,), from -1 (avoided) to 1.5 (clearly wanted)."""
        levels = (self.weights >= _CLEAR_FROM) + _ANY * (self.weights > 0) - self.avoided
        levels[-2:] = self.weights[-2:]
        return np.asarray(levels, np.float64)


def read_rows(path: Path) -> list[dict[str, str]]:
    """Return the rows of a table."""
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def read_wants(path: Path, key: str) -> dict[str, Wants]:
    """Return the wants of a table by the column `key`."""
    return {row[key]: Wants.parse(row) for row in read_rows(path)}


def imagenet_values(path: Path = IMAGENET) -> Float64Array:
    """Return the wants of ImageNet's classes, float64 (1000, 24), the mean where none are known.

    Raises:
        ValueError: when the table names a class that isn't there.
    """
    sums, counts = np.zeros((N_IMAGENET, N_AXES - 2)), np.zeros(N_IMAGENET)
    for row in read_rows(path):
        values = Wants.parse(row).values[:-2]
        for number in _classes(row["classes"]):
            sums[number] += values
            counts[number] += 1
    known = counts > 0
    sums[known] /= counts[known, None]
    sums[~known] = sums[known].mean(axis=0)
    return sums


def _classes(text: str) -> list[int]:
    """Read numbers and ranges, such as "0 4-7"."""
    found: list[int] = []
    for part in text.split():
        first, _, last = part.partition("-")
        found += range(int(first), int(last or first) + 1)
    if not all(0 <= number < N_IMAGENET for number in found):
        raise ValueError(f"{text!r} names classes that ImageNet doesn't have")
    return found
