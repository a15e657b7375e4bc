"""The mood heads: ridge regression on emotions that listeners reported, combined with tags.

Emotify's listeners rated the nine emotions of the Geneva Emotional Music Scale (Zentner et al.
2008). Six moods are one of these emotions or a sum; dark, epic, dreamy and playful are combinations
of standardised emotions and standardised tags, defined here.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from engine.encoders.audio import MSD_TAGS, MTT_TAGS

MOODS = (
    "happy",
    "sad",
    "calm",
    "energetic",
    "tense",
    "tender",
    "dark",
    "epic",
    "dreamy",
    "playful",
)
EMOTIONS = (
    "amazement",
    "solemnity",
    "tenderness",
    "nostalgia",
    "calmness",
    "power",
    "joyful_activation",
    "tension",
    "sadness",
)

_FROM_EMOTIONS: dict[str, dict[str, float]] = {
    "happy": {"joyful_activation": 1.0},
    "sad": {"sadness": 1.0},
    "calm": {"calmness": 1.0},
    "energetic": {"power": 1.0, "joyful_activation": 1.0, "calmness": -1.0},
    "tense": {"tension": 1.0},
    "tender": {"tenderness": 1.0},
    "dark": {"tension": 1.0, "sadness": 0.7, "joyful_activation": -1.0, "tenderness": -0.5},
    "epic": {"power": 1.0, "solemnity": 0.7, "amazement": 0.5},
    "dreamy": {"amazement": 0.5, "nostalgia": 0.5, "calmness": 1.0, "power": -0.5},
    "playful": {"joyful_activation": 1.0, "amazement": 0.3, "solemnity": -0.7, "sadness": -0.5},
}
_FROM_TAGS: dict[str, dict[str, float]] = {
    "dark": {"mtt:weird": 0.4, "msd:experimental": 0.4, "msd:happy": -0.4},
    "epic": {"mtt:strings": 0.4, "mtt:choir": 0.4, "msd:Progressive rock": 0.3},
    "dreamy": {"msd:chillout": 0.5, "mtt:ambient": 0.5, "msd:beautiful": 0.3},
    "playful": {"msd:happy": 0.6, "msd:catchy": 0.4},
}


@dataclass(frozen=True)
class MoodHead:
    """moods = W (vector - mean), on an open scale.

    Attributes:
        mean: (D,) of the training vectors.
        weights: (10, D).
    """

    mean: npt.NDArray[np.float64]
    weights: npt.NDArray[np.float64]

    def scores(self, vectors: npt.NDArray[np.float32]) -> npt.NDArray[np.float64]:
        """Return (n, 10), before standardisation."""
        return np.asarray((vectors - self.mean) @ self.weights.T)


def ridge(
    vectors: npt.NDArray[np.float32], targets: npt.NDArray[np.float64], penalty: float
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """Return the mean (D,) and weights (k, D) of a ridge regression on standardised features.

    Args:
        vectors: (n, D).
        targets: (n, k), of mean 0.
        penalty: per feature, relative to n.
    """
    wide = vectors.astype(np.float64)
    mean, deviation = wide.mean(axis=0), wide.std(axis=0)
    scale = np.where(deviation > 1e-6, 1.0 / np.maximum(deviation, 1e-6), 0.0)
    z = (wide - mean) * scale
    # Solved in the dual form, since there are fewer pieces than features.
    gram = z @ z.T + penalty * len(z) * np.eye(len(z))
    return mean, (z.T @ np.linalg.solve(gram, targets) * scale[:, None]).T


def fit_moods(
    vectors: npt.NDArray[np.float32], felt: npt.NDArray[np.float64], penalty: float
) -> MoodHead:
    """Fit all ten moods.

    Args:
        vectors: (n, D) features of the rated pieces.
        felt: (n, 9), share of listeners who felt each of `EMOTIONS`.
        penalty: of the ridge.
    """
    # The square root makes the spread of the shares depend less on their mean.
    targets = np.sqrt(felt)
    mean, to_emotions = ridge(vectors, targets - targets.mean(axis=0), penalty)
    predicted = (vectors - mean) @ to_emotions.T
    to_emotions /= predicted.std(axis=0)[:, None]
    tag_names = [f"msd:{name}" for name in MSD_TAGS] + [f"mtt:{name}" for name in MTT_TAGS]
    tag_deviation = vectors[:, : len(tag_names)].std(axis=0)
    weights = np.zeros((len(MOODS), vectors.shape[1]))
    for row, mood in enumerate(MOODS):
        for emotion, weight in _FROM_EMOTIONS[mood].items():
            weights[row] += weight * to_emotions[EMOTIONS.index(emotion)]
        for tag, weight in _FROM_TAGS.get(mood, {}).items():
            column = tag_names.index(tag)
            weights[row, column] += weight / tag_deviation[column]
    return MoodHead(mean, weights)
