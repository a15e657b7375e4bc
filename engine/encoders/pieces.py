"""Split text into the pieces of a vocabulary: the unigram model of SentencePiece (Kudo 2018)."""

import unicodedata
from collections.abc import Sequence
from typing import Final

import numpy as np
import numpy.typing as npt

UNKNOWN: Final = 0
START: Final = 1
END: Final = 2
_SPACE = "▁"
# An unknown character is less likely than any piece by this much, as in SentencePiece.
_UNKNOWN_PENALTY = 10.0


class PieceTokenizer:
    """Finds the most likely pieces of a text.

    Args:
        pieces: by their number; the first ones are marks that no text contains.
        scores: float32 (n,), log-probability of each piece.
        n_marks: how many of the pieces are marks.
    """

    def __init__(
        self, pieces: Sequence[str], scores: npt.NDArray[np.float32], n_marks: int
    ) -> None:
        if len(pieces) != len(scores):
            raise ValueError("there must be as many scores as pieces")
        values = scores.tolist()
        self._known = {
            piece: (number, values[number])
            for number, piece in enumerate(pieces)
            if number >= n_marks
        }
        if not self._known:
            raise ValueError("the vocabulary is empty")
        self._longest = max(map(len, self._known))
        self._unknown_score = min(values) - _UNKNOWN_PENALTY

    def numbers(self, text: str) -> list[int]:
        """Return the numbers of the pieces, between the marks of start and end."""
        return [START, *self._most_likely(normalised(text)), END]

    def _most_likely(self, text: str) -> list[int]:
        """Return the segmentation with the highest sum of scores (Viterbi)."""
        n = len(text)
        best = [0.0] + [-np.inf] * n
        # The piece that ends at each place: where it starts, and its number.
        last = [(0, UNKNOWN)] * (n + 1)
        for start in range(n):
            for end in range(start + 1, min(start + self._longest, n) + 1):
                number, score = self._known.get(text[start:end], (UNKNOWN, -np.inf))
                if number == UNKNOWN and end == start + 1:
                    score = self._unknown_score
                if best[start] + score > best[end]:
                    best[end] = best[start] + score
                    last[end] = (start, number)
        numbers = []
        place = n
        while place > 0:
            place, number = last[place]
            numbers.append(number)
        return numbers[::-1] or [UNKNOWN]


def normalised(text: str) -> str:
    """Return the text in Unicode's compatible form, with a mark in place of each space."""
    words = unicodedata.normalize("NFKC", text).split()
    return "".join(_SPACE + word for word in words)
