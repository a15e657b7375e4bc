"""The user's taste: a distribution over genres, learnt from picks or set by hand."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from engine.encoders.wants import NEAREST_TASTE_GENRE, TASTE_GENRES, WANTED_GENRES
from engine.library.columns import TrackColumns
from engine.library.picks import Pick
from engine.ranking.candidates import Candidates
from engine.translation import tr

if TYPE_CHECKING:
    from engine.encoders.matching import MatchingPack

# Weight of the average taste, in picks, so that the first pick doesn't change the whole list.
_N_PRIOR = 5.0
# Picks and profiles of earlier versions know the genres of taste only.
_N_GENRES = (len(TASTE_GENRES), len(WANTED_GENRES))


@dataclass(frozen=True, slots=True, eq=False)
class Taste:
    """The user's taste.

    Attributes:
        histogram: float32 (n_genres,), shares of the genres of a matching pack, summing to 1.
        is_set: whether the user set it by hand.
    """

    histogram: npt.NDArray[np.float32]
    is_set: bool = False


def users_taste(
    picks: Sequence[Pick], shares: Mapping[str, float], pack: "MatchingPack"
) -> Taste | None:
    """Return the taste that counts: as it was set by hand, else as the picks say; None for none.

    Args:
        picks: the user's.
        shares: of genres, as set by hand; empty where they aren't.
        pack: the matching pack.
    """
    if (own := set_histogram(shares, pack.genres)) is not None:
        return Taste(own, is_set=True)
    learnt = genre_histogram(picks, pack.genres, pack.mean_taste)
    return None if learnt is None else Taste(learnt)


def set_histogram(
    shares: Mapping[str, float], genres: Sequence[str]
) -> npt.NDArray[np.float32] | None:
    """Return shares set by hand as float32 (n_genres,), summing to 1; None where all are 0.

    Args:
        shares: by the name of the genre, each up to 1.
        genres: those of the matching pack; others count as the nearest one, or not at all.
    """
    found = np.zeros(len(genres))
    for name, share in shares.items():
        known = name if name in genres else NEAREST_TASTE_GENRE.get(name)
        if known in genres:
            found[genres.index(known)] += share
    total = found.sum()
    return np.asarray(found / total, np.float32) if total > 0 else None


def genre_histogram(
    picks: Sequence[Pick], genres: Sequence[str], mean_taste: npt.NDArray[np.float32]
) -> npt.NDArray[np.float32] | None:
    """Return the user's taste u, or None when there is no usable pick.

    u = (Σ_p P(g | p) + k·ū) / (n + k): the mean of the picked tracks' genre
    probabilities, shrunk towards the average taste ū with the weight of k = 5 picks.

    Args:
        picks: the user's.
        genres: those of the matching pack.
        mean_taste: float32 (n_genres,), ū of the matching pack, summing to 1.

    Returns:
        float32 (n_genres,), summing to 1.
    """
    rows = [shares_of(pick.genre_probabilities, genres) for pick in picks if pick.counts_for_taste]
    usable = [row for row in rows if row.any()]
    if not usable:
        return None
    total = np.sum(usable, axis=0) + _N_PRIOR * mean_taste.astype(np.float64)
    return np.asarray(total / total.sum(), np.float32)


def genre_matrix(tracks: TrackColumns, genres: Sequence[str]) -> npt.NDArray[np.float32]:
    """Return the shares of a pack's genres in each track, float32 (n, n_genres).

    The rows sum to 1; all genres are equal where nothing is known.
    """
    shares = tracks.shares.astype(np.float64) @ _by_pack(genres)
    totals = shares.sum(axis=1, keepdims=True)
    is_known = totals[:, 0] > 0
    shares[is_known] /= totals[is_known]
    shares[~is_known] = 1.0 / len(genres)
    return shares.astype(np.float32)


def shares_of(probabilities: Sequence[float], genres: Sequence[str]) -> npt.NDArray[np.float64]:
    """Return a profile's genre probabilities as shares of a pack's genres, float64 (n_genres,).

    A genre that the pack doesn't know counts as the nearest one, or not at all. The shares sum
    to 1; all are 0 where nothing is known.

    Args:
        probabilities: over `WANTED_GENRES`, or over the ten of an earlier version.
        genres: those of the matching pack.
    """
    shares = np.zeros(len(genres))
    if len(probabilities) in _N_GENRES:
        shares = np.asarray(probabilities, np.float64) @ _by_pack(genres)[: len(probabilities)]
    total = shares.sum()
    return shares / total if total > 0 else shares


def _by_pack(genres: Sequence[str]) -> npt.NDArray[np.float64]:
    """Return (14, n_genres): 1 where one of `WANTED_GENRES` counts as one of a pack's."""
    matrix = np.zeros((len(WANTED_GENRES), len(genres)))
    for row, name in enumerate(WANTED_GENRES):
        known = name if name in genres else NEAREST_TASTE_GENRE.get(name)
        if known in genres:
            matrix[row, genres.index(known)] = 1.0
    return matrix


def expected_bias(
    genre_probabilities: npt.NDArray[np.float32], bias_by_genre: npt.NDArray[np.float32]
) -> npt.NDArray[np.float32]:
    """Return what taste adds to each score: Σ_g P(g | m)·b(u, g), little where genre is unsure.

    Args:
        genre_probabilities: float32 (n, n_genres), rows summing to 1.
        bias_by_genre: float32 (n_genres,), what it adds for each genre.

    Returns:
        float32 (n,), in units of the score.
    """
    return np.asarray(genre_probabilities @ bias_by_genre, np.float32)


def taste_bonus(
    weight: float, taste: Taste | None, candidates: Candidates, pack: "MatchingPack"
) -> tuple[npt.NDArray[np.float32], list[str]]:
    """Return what the user's taste adds to the score of each track, and notes on it.

    Args:
        weight: of the taste, 0 for none.
        taste: the user's, None where it isn't known.
        candidates: n tracks.
        pack: the matching pack.
    """
    nothing = np.zeros(len(candidates), np.float32)
    if weight == 0:
        return nothing, []
    if taste is None:
        return nothing, [
            tr("You haven't picked any tracks yet, so your taste isn't known and has no effect.")
        ]
    by_genre = bias_by_genre(taste, pack)
    bias = candidates.column(
        lambda tracks: expected_bias(genre_matrix(tracks, pack.genres), by_genre)
    )
    return np.float32(weight) * bias, []


def bias_by_genre(taste: Taste, pack: "MatchingPack") -> npt.NDArray[np.float32]:
    """Return what a taste adds for each genre of a pack, float32 (n_genres,)."""
    return pack.taste_bias(taste.histogram, np.arange(len(pack.genres)))
