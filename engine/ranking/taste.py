"""The user's taste: a distribution over genres, learnt from picks."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from engine.library.picks import Pick

# Weight of the average taste, in picks, so that the first pick doesn't change the whole list.
_N_PRIOR = 5.0


def genre_histogram(
    picks: Sequence[Pick], mean_taste: npt.NDArray[np.float32]
) -> npt.NDArray[np.float32] | None:
    """Return the user's taste u, or None when there is no usable pick.

    u = (Σ_p P(g | p) + k·ū) / (n + k): the mean of the picked tracks' genre
    probabilities, shrunk towards the average taste ū with the weight of k = 5 picks.

    Args:
        picks: the user's.
        mean_taste: float32 (n_genres,), ū of the matching pack, summing to 1.

    Returns:
        float32 (n_genres,), summing to 1.
    """
    rows = [pick.genre_probabilities for pick in picks]
    usable = [row for row in rows if len(row) == len(mean_taste) and sum(row) > 0]
    if not usable:
        return None
    shares = np.asarray(usable, np.float64)
    shares /= shares.sum(axis=1, keepdims=True)
    total = shares.sum(axis=0) + _N_PRIOR * mean_taste.astype(np.float64)
    return np.asarray(total / total.sum(), np.float32)


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
