"""How well ranked lists fit written wants: the measures of `fit.py` in the shared data's `wants`.

A track's genre and its two moods are those it was written for. It *fits* when one of them is wanted
and none is avoided; *strictly* when a mood and the genre are both wanted with a weight of at least
.5 and nothing is avoided; it is *wrong* when a mood or the genre is avoided.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from engine.encoders.wants import WANTED_GENRES, WANTED_MOODS
from wants.tables import Wants, read_rows

MEASURES = ("fit@5", "strict@5", "wrong@5", "top one wrong", "AUC")
N_TOP = 5
_STRICT_FROM = 0.5
_N_GENRES = len(WANTED_GENRES)
_N_NAMED = _N_GENRES + len(WANTED_MOODS)

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]
Indices = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class Written:
    """What tracks were written for.

    Attributes:
        genres: int64 (n,), indexes of `WANTED_GENRES`.
        moods: bool (n, 10).
    """

    genres: Indices
    moods: Bools

    @classmethod
    def read(cls, table: Path, files: Sequence[str]) -> "Written":
        """Read the rows of some tracks, by the names of their files."""
        rows = {row["file"]: row for row in read_rows(table)}
        genres = [WANTED_GENRES.index(rows[file]["genre"]) for file in files]
        moods = [
            [mood in rows[file]["moods"].split(";") for mood in WANTED_MOODS] for file in files
        ]
        return cls(np.array(genres, np.int64), np.array(moods, bool))


@dataclass(frozen=True, slots=True, eq=False)
class Judgement:
    """What of each track is said by the wants of each clip, bool (m, n) each."""

    fits: Bools
    strictly: Bools
    wrong: Bools
    oracle: Floats

    @classmethod
    def of(cls, wants: Sequence[Wants], written: Written) -> "Judgement":
        """Judge all tracks for all clips."""
        weights = np.stack([one.weights for one in wants])
        avoided = np.stack([one.avoided for one in wants])
        has = written.moods.T.astype(float)
        genre = weights[:, :_N_GENRES][:, written.genres]
        moods, not_moods = (part[:, _N_GENRES:_N_NAMED] for part in (weights, avoided))
        wrong = avoided[:, written.genres] | (not_moods @ has > 0)
        fits = ((genre > 0) | ((moods > 0) @ has > 0)) & ~wrong
        clearly = ((moods >= _STRICT_FROM) @ has > 0) & (genre >= _STRICT_FROM)
        return cls(fits, clearly & ~wrong, wrong, moods @ has + genre - 5.0 * wrong)

    def of_rows(self, rows: Indices) -> "Judgement":
        """Return the judgement for some clips."""
        return Judgement(self.fits[rows], self.strictly[rows], self.wrong[rows], self.oracle[rows])

    def measure(self, orders: Indices) -> Floats:
        """Return `MEASURES` of ranked lists: float64 (m, 5), AUC NaN where all or no tracks fit.

        Args:
            orders: (m, n) all tracks by index, the best first.
        """
        fits, strictly, wrong = (
            np.take_along_axis(values, orders, axis=1)
            for values in (self.fits, self.strictly, self.wrong)
        )
        n, k = orders.shape[1], fits.sum(axis=1)
        places = (fits * np.arange(n)).sum(axis=1)
        with np.errstate(divide="ignore", invalid="ignore"):
            auc = 1 - (places - k * (k - 1) / 2) / (k * (n - k))
        columns = [
            *(values[:, :N_TOP].mean(axis=1) for values in (fits, strictly, wrong)),
            wrong[:, 0].astype(float),
            np.where((k > 0) & (k < n), auc, np.nan),
        ]
        return np.stack(columns, axis=1)

    def chance(self) -> Floats:
        """Return `MEASURES` of random lists, exactly: (m, 5)."""
        fits, strictly, wrong = (
            values.mean(axis=1) for values in (self.fits, self.strictly, self.wrong)
        )
        return np.stack([fits, strictly, wrong, wrong, np.full(len(fits), 0.5)], axis=1)

    def one_list(self) -> Indices:
        """Return the one list (n,) that suits all clips together best, without looking."""
        worth = (self.fits + 0.5 * self.strictly - 1.0 * self.wrong).mean(axis=0)
        return np.asarray(np.argsort(-worth, kind="stable"), np.int64)

    def oracle_orders(self) -> Indices:
        """Return the lists (m, n) of someone who knows the wants."""
        return np.asarray(np.argsort(-self.oracle, axis=1, kind="stable"), np.int64)


def dealt(groups: Sequence[str], n_deals: int, seed: int) -> Iterator[Indices]:
    """Yield, `n_deals` times, for each clip the row of a clip of another group.

    Args:
        groups: (m,) source or class of each clip; at least two.
        n_deals: how often to deal.
        seed: of the draws.
    """
    rng = np.random.default_rng(seed)
    names = np.asarray(groups)
    for _ in range(n_deals):
        rows = rng.permutation(len(names))
        while (same := names[rows] == names).any():
            rows[same] = rng.integers(len(names), size=int(same.sum()))
        yield rows.astype(np.int64)


def dealt_measures(
    judgement: Judgement, orders: Indices, groups: Sequence[str], n_deals: int = 20
) -> Floats:
    """Return the mean `MEASURES` (5,) of the same lists dealt to other clips."""
    found = [
        np.nanmean(judgement.measure(orders[rows]), axis=0)
        for rows in dealt(groups, n_deals, seed=0)
    ]
    return np.asarray(np.mean(found, axis=0))


@dataclass(frozen=True, slots=True)
class Variety:
    """How varied lists are.

    Attributes:
        n_in_top: tracks that are in some top ten (or five).
        most_in_top: share of the lists that the most frequent track is in.
        most_first: share of the lists that the most frequent first track leads.
        genre: name of the genre that is the most above the oracle's share of it, in the top five.
        genre_ratio: how many times.
    """

    n_in_top: int
    most_in_top: float
    most_first: float
    genre: str
    genre_ratio: float

    @classmethod
    def of(cls, orders: Indices, oracle: Indices, written: Written, n_top: int) -> "Variety":
        """Measure lists (m, n) against an oracle's."""
        n = orders.shape[1]
        counts = np.bincount(orders[:, :n_top].ravel(), minlength=n)
        first = np.bincount(orders[:, 0], minlength=n)
        shares = [
            np.bincount(written.genres[lists[:, :N_TOP].ravel()], minlength=_N_GENRES)
            for lists in (orders, oracle)
        ]
        ratios = shares[0] / np.maximum(shares[1], 1e-9)
        most = int(ratios.argmax())
        return cls(
            int((counts > 0).sum()),
            float(counts.max() / len(orders)),
            float(first.max() / len(orders)),
            WANTED_GENRES[most],
            float(ratios[most]),
        )
