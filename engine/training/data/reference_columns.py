"""Reads single columns of DebCM's format: row numbers, genres, and who the uploaders are."""

import ast
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from engine.training.data.reference_format import unfit
from engine.translation import tr

_MAX_PICKS = 512
# Of the text of a genre, such as "['3']" or a name.
_MAX_GENRE_LENGTH = 200

Indices = npt.NDArray[np.int64]


def row_numbers(path: Path, column: npt.NDArray[Any]) -> Indices:
    """Return a column of videos or tracks as row numbers.

    Args:
        path: of the file, for errors.
        column: (n,).

    Raises:
        TrainingError: when one isn't a whole number, or negative.
    """
    try:
        numbers = column.astype(np.float64)
    except (ValueError, TypeError) as error:
        raise unfit(path, tr("a video or track isn't a number")) from error
    # Row numbers are far below where floating point skips whole numbers.
    whole = np.isfinite(numbers) & (numbers >= 0) & (numbers < 2**53)
    if not whole.all() or (numbers % 1).any():
        raise unfit(path, tr("a video or track isn't a row number"))
    return np.asarray(numbers.astype(np.int64))


def genre_number(path: Path, text: object, names: tuple[str, ...]) -> int:
    """Return the index of a genre: a number, a list of one number, or a name.

    Raises:
        TrainingError: when there is no such genre.
    """
    if isinstance(text, np.ndarray):
        text = text.ravel().tolist()
    if isinstance(text, list):
        # The text of a long list takes far longer to read than the list.
        text = text[0] if len(text) == 1 and isinstance(text[0], int | str) else ""
    text = str(text).strip()
    # The reference code evaluates the text as Python; here only literals are read.
    try:
        value = ast.literal_eval(text) if len(text) <= _MAX_GENRE_LENGTH else None
    except (ValueError, SyntaxError, MemoryError, RecursionError):
        value = names.index(text) if text in names else None
    if isinstance(value, list | tuple) and len(value) == 1:
        value = value[0]
    if type(value) is not int or not 0 <= value < len(names):
        raise unfit(path, tr("it names an unknown genre: “{name}”").format(name=text[:40]))
    return value


def uploaders_by_histogram(
    histograms: npt.NDArray[np.float64], genres: Indices
) -> npt.NDArray[np.str_]:
    """Return a name (n,) for the uploader of each pair, of whom only the genre shares are known.

    Rows with equal shares are divided into uploaders with as few picks as these shares allow:
    three rows of (1/3, 2/3) are one uploader, six are two. Counting all six as one person would
    give away the answer in a leave-one-out histogram, since strangers with one pick each in the
    same genre would vouch for each other. This way, at worst a history looks shorter than it is.

    Args:
        histograms: (n, n_genres), rows summing to 1.
        genres: (n,) genre of each pair's track.
    """
    shares, groups = np.unique(histograms.round(4), axis=0, return_inverse=True)
    groups = groups.reshape(-1)
    counts = np.array([_fewest_picks(row) for row in shares])
    per_genre = counts[groups, genres]
    order = np.lexsort([genres, groups])
    cells = groups[order] * histograms.shape[1] + genres[order]
    first = np.flatnonzero(np.diff(cells, prepend=-1))
    place = np.empty(len(genres), dtype=np.int64)
    place[order] = np.arange(len(genres)) - np.repeat(first, np.diff([*first, len(genres)]))
    # A pick outside its uploader's own shares can't be placed: it gets its own uploader.
    member = np.where(per_genre > 0, place // per_genre.clip(min=1), -1 - np.arange(len(genres)))
    return np.array(
        [f"uploader {group}.{number}" for group, number in zip(groups, member, strict=True)]
    )


def _fewest_picks(shares: npt.NDArray[np.float64]) -> Indices:
    sizes = np.arange(1, _MAX_PICKS + 1)[:, None]
    picks = sizes * shares
    # Shares are rounded to four digits: such an error per pick doesn't mean a larger history.
    whole = (np.abs(picks - picks.round()) <= 1e-4 * sizes).all(axis=1)
    size = int(whole.argmax()) if whole.any() else _MAX_PICKS - 1
    return np.asarray(picks[size].round(), dtype=np.int64)
