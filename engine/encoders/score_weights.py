"""How the axes of a matching pack's space count in a score, and where they stand in a vector."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Self

import numpy as np
import numpy.typing as npt

from engine.encoders.experts import Gaussian
from engine.encoders.wants import AXES, N_AXES

N_EMBEDDING: Final = 128
# The named axes come first; the learned ones lie between them and the last two.
N_LEARNED: Final = 96
LEARNED: Final = slice(N_AXES, N_AXES + N_LEARNED)
# Holds what a track is marked down by because it suits too many clips; a query has -1 there.
HUB: Final = N_EMBEDDING - 2
# Half the squares of a track's valence and arousal: with it, affect counts by distance.
AFFECT: Final = N_EMBEDDING - 3
# 1 in the query of a still; tracks have 0 there.
STILL: Final = N_EMBEDDING - 4
# Fills a track's vector up to length 1; a query has 0 there.
_SLACK: Final = N_EMBEDDING - 1
# Keeps a track's vector within length 1.
SCALE: Final = 0.2
_VALENCE_AROUSAL: Final = slice(N_AXES - 2, N_AXES)

Float32Array = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True, eq=False)
class ScoreWeights:
    """How wants and learned axes make a score.

    Attributes:
        gains: float32 (26,), weight of each named axis.
        learned: weight of the cosine over the learned axes.
        prior_share: how much of the prior mean is taken away from the wants, 0 to 1, so that a
            list doesn't follow what all clips want.
        avoided: what wants below 0 are multiplied with.
        hub_share: α, the part of a track's usual score for its closest clips that is taken away.
        n_closest: k, how many of the closest reference clips make that usual score.
        affect: for stills, and where the user set valence or arousal: what half the squared
            distance of a track's valence and arousal takes away.
        still_cap: the share of stills in whose top five a track may be.
        taste: what the taste term b(u, m) is multiplied with: it is learnt beside a cosine, whose
            spread is smaller than a score's.
    """

    gains: Float32Array
    learned: float
    prior_share: float
    avoided: float
    hub_share: float
    n_closest: int
    affect: float
    still_cap: float
    taste: float

    @classmethod
    def parse(cls, values: Mapping[str, Any]) -> Self:
        """Read the weights from a manifest.

        Raises:
            ValueError: when one is missing, not finite, negative or of another number of axes.
        """
        try:
            found = cls(
                learned=float(values["learned"]),
                prior_share=float(values["prior_share"]),
                avoided=float(values["avoided"]),
                hub_share=float(values["hub_share"]),
                n_closest=max(int(values["n_closest"]), 1),
                affect=float(values["affect"]),
                still_cap=float(values["still_cap"]),
                taste=float(values["taste"]),
                gains=np.asarray([float(values["gains"][axis]) for axis in AXES], np.float32),
            )
        except (KeyError, TypeError, OverflowError) as error:
            raise ValueError(f"the weights of the score are incomplete: {error}") from error
        numbers = [
            *(found.learned, found.prior_share, found.avoided, found.hub_share),
            *(found.affect, found.still_cap, found.taste, *found.gains),
        ]
        if not np.isfinite(numbers).all() or min(numbers) < 0:
            raise ValueError("the weights of the score aren't finite and positive")
        return found

    def as_dict(self) -> dict[str, Any]:
        """Return the weights as plain values for a manifest."""
        return {
            "gains": {
                axis: round(float(gain), 6) for axis, gain in zip(AXES, self.gains, strict=True)
            },
            "learned": self.learned,
            "prior_share": self.prior_share,
            "avoided": self.avoided,
            "hub_share": self.hub_share,
            "n_closest": self.n_closest,
            "affect": self.affect,
            "still_cap": self.still_cap,
            "taste": self.taste,
        }

    def query(
        self,
        wants: Gaussian,
        prior: Gaussian,
        learned: Float32Array,
        *,
        is_still: bool = False,
        by_affect: bool = False,
    ) -> Float32Array:
        """Return the vector (128,) of a query.

        A still isn't compared with what clips usually want: its tracks are kept apart by
        `engine.ranking.hubs` instead.

        Args:
            wants: over the 26 named axes.
            prior: of the wants.
            learned: float32 (96,), of length 1, or 0 where nothing is known.
            is_still: whether nothing moves.
            by_affect: whether the distance of valence and arousal counts.
        """
        vector = np.zeros(N_EMBEDDING, np.float32)
        asked = self._asked(wants, prior, is_still)
        vector[:N_AXES] = self.slope(wants, prior, is_still=is_still, by_affect=by_affect) * asked
        vector[LEARNED] = self.learned * learned
        if by_affect:
            vector[AFFECT] = -self.affect
        vector[STILL if is_still else HUB] = 1.0 if is_still else -1.0
        return vector

    def slope(
        self, wants: Gaussian, prior: Gaussian, *, is_still: bool = False, by_affect: bool = False
    ) -> Float32Array:
        """Return what a change of each want changes in the query's vector, float32 (26,)."""
        is_avoided = self._asked(wants, prior, is_still) < 0
        slope = self.gains * np.where(is_avoided, self.avoided, 1.0)
        if by_affect:
            slope[_VALENCE_AROUSAL] = self.affect
        return np.asarray(slope, np.float32)

    def _asked(self, wants: Gaussian, prior: Gaussian, is_still: bool) -> Float32Array:
        share = 0.0 if is_still else self.prior_share
        return np.asarray(wants.mean - share * prior.mean, np.float32)

    def track(self, axes: Float32Array, learned: Float32Array, bank: Float32Array) -> Float32Array:
        """Return the vector (128,) of a track, of length 1.

        Args:
            axes: float32 (26,), see `track_axes`.
            learned: float32 (96,), of length 1.
            bank: float32 (n, 128), queries of reference clips and stills; the clips count.
        """
        vector = np.zeros(N_EMBEDDING, np.float32)
        vector[:N_AXES] = SCALE * axes
        vector[LEARNED] = SCALE * learned
        vector[AFFECT] = SCALE * np.square(axes[_VALENCE_AROUSAL]).sum() / 2
        clips = bank[bank[:, STILL] == 0]
        if len(clips):
            vector[HUB] = self.hub(vector[None], clips, self.n_closest)[0]
        length = float(np.linalg.norm(vector))
        if length > 1.0:
            # Only far outside of what the heads return; the direction is kept.
            return vector / np.float32(length)
        vector[_SLACK] = np.sqrt(1.0 - length**2)
        return vector

    def hub(self, tracks: Float32Array, clips: Float32Array, n_closest: int) -> Float32Array:
        """Return what tracks are marked down by as hubs, float32 (n,).

        It is nearest-neighbour normalisation (Chowdhury et al. 2024): α·mean of the k highest
        scores of the track over reference clips, without earlier corrections.

        Args:
            tracks: float32 (n, 128).
            clips: float32 (m, 128), queries of reference clips; at least one.
            n_closest: k.
        """
        plain = clips.copy()
        plain[:, HUB] = 0
        scores = tracks @ plain.T
        n_others = max(len(clips) - n_closest, 0)
        scores.partition(n_others, axis=1)
        return np.asarray(self.hub_share * scores[:, n_others:].mean(axis=1), np.float32)
