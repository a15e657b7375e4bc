"""How far the user's taste moved each track in a list, and by which genre."""

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from engine.ranking.taste import Taste, bias_by_genre, shares_of
from engine.translation import tr

if TYPE_CHECKING:
    from engine.encoders.matching import MatchingPack
    from engine.encoders.profile import Profile

Float32Array = npt.NDArray[np.float32]


class TasteMoves:
    """Compares the ranking of n tracks with the one without taste.

    Args:
        scores: float32 (n,), what the tracks are ranked by.
        added: float32 (n,), what taste adds to each.
        taste: the user's.
        pack: the matching pack.
    """

    def __init__(
        self, scores: Float32Array, added: Float32Array, taste: Taste, pack: "MatchingPack"
    ) -> None:
        self._scores = scores
        self._added = added
        self._sorted = np.sort(scores)
        self._sorted_without = np.sort(scores - added)
        self._is_set = taste.is_set
        self._genres = pack.genres
        self._by_genre = bias_by_genre(taste, pack)

    def places(self, index: int) -> int:
        """Return how many places the taste moved a track up, negative for down."""
        score = self._scores[index]
        n_better = len(self._sorted) - np.searchsorted(self._sorted, score, "right")
        without = self._sorted_without
        n_before = len(without) - np.searchsorted(without, score - self._added[index], "right")
        return int(n_before - n_better)

    def text(self, places: int, profile: "Profile") -> str:
        """Return a translated phrase on where a track moved and why, "" where it didn't.

        Args:
            places: how many places up.
            profile: of the track.
        """
        if not places:
            return ""
        moved = tr("moved up {n}") if places > 0 else tr("moved down {n}")
        genre = self._genre(profile, is_up=places > 0)
        if not genre:
            return moved.format(n=abs(places))
        if self._is_set:
            why = tr("you like {genre}") if places > 0 else tr("you care less for {genre}")
        else:
            why = tr("you often pick {genre}") if places > 0 else tr("you rarely pick {genre}")
        return tr("{moved}: {why}").format(
            moved=moved.format(n=abs(places)), why=why.format(genre=tr(genre))
        )

    def _genre(self, profile: "Profile", is_up: bool) -> str:
        """Return the genre that counted most for where a track moved, "" where none did."""
        shares = shares_of(profile.genre_probabilities, self._genres)
        parts = shares * self._by_genre * (1.0 if is_up else -1.0)
        best = int(parts.argmax())
        return self._genres[best] if parts[best] > 0 else ""
