"""The mood heads: one ridge regression to ten moods, valence and arousal, combined with tags.

Emotify's listeners rated the nine emotions of the Geneva Emotional Music Scale (Zentner et al.
2008). Six moods are one of these emotions or a sum; dark, epic, dreamy and playful are combinations
of standardised emotions and standardised tags, defined here. Clips of music videos that are named
after one of six emotions (Pandeya et al.) count as pieces with the moods that its name stands for.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from engine.encoders.audio import MSD_TAGS, MTT_TAGS
from engine.encoders.wants import WANTED_MOODS
from engine.music.vector import LAYOUT, VECTOR_LENGTH

Floats = npt.NDArray[np.float64]

MOODS = WANTED_MOODS
TARGETS = (*MOODS, "valence", "arousal")
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

# Of standardised emotions.
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
    "dark": {"mtt:weird": 0.2, "msd:experimental": 0.2, "msd:happy": -0.2},
    "epic": {"mtt:strings": 0.2, "mtt:choir": 0.2, "msd:Progressive rock": 0.15},
    "dreamy": {"msd:chillout": 0.25, "mtt:ambient": 0.25, "msd:beautiful": 0.15},
    "playful": {"msd:happy": 0.3, "msd:catchy": 0.2},
}
# What the names of the music videos' emotions stand for, in standard deviations.
FROM_NAMES: dict[str, dict[str, float]] = {
    "Excited": {
        "happy": 1.0, "energetic": 1.0, "playful": 0.7, "epic": 0.3, "calm": -1.0, "sad": -1.0,
        "tender": -0.5, "dark": -0.5, "dreamy": -0.5, "tense": -0.2, "valence": 0.7, "arousal": 0.9,
    },
    "Fear": {
        "tense": 1.0, "dark": 1.2, "happy": -1.0, "playful": -0.7, "tender": -0.7, "calm": -0.3,
        "valence": -0.8, "arousal": 0.5,
    },
    "Neutral": {},
    "Relaxation": {
        "calm": 1.0, "tender": 0.8, "dreamy": 0.8, "energetic": -1.0, "tense": -0.8, "dark": -0.5,
        "epic": -0.4, "valence": 0.6, "arousal": -0.9,
    },
    "Sad": {
        "sad": 1.0, "tender": 0.5, "happy": -0.8, "energetic": -0.6, "playful": -0.8, "calm": 0.4,
        "dark": 0.3, "dreamy": 0.3, "valence": -0.7, "arousal": -0.6,
    },
    "Tension": {
        "tense": 1.0, "dark": 0.7, "energetic": 0.4, "epic": 0.4, "calm": -0.8, "happy": -0.5,
        "tender": -0.6, "valence": -0.5, "arousal": 0.6,
    },
}  # fmt: skip
# A piece of n raters weighs n / (n + 20): the rest of the noise is in the music.
_HALF_WEIGHT = 20.0


def valence_arousal(shares: Floats) -> Floats:
    """Return valence and arousal (n, 2) of rated pieces.

    Args:
        shares: (n, 9), share of listeners who felt each of `EMOTIONS`.
    """
    of = dict(zip(EMOTIONS, shares.T, strict=True))
    return np.stack(
        [
            of["joyful_activation"] + of["tenderness"] - of["tension"] - of["sadness"],
            of["power"] + of["joyful_activation"] - of["calmness"],
        ],
        axis=1,
    )


@dataclass(frozen=True, slots=True, eq=False)
class RatedMusic:
    """Pieces with the emotions that listeners felt.

    Attributes:
        vectors: (n, D).
        felt: (n, 9), share of listeners who felt each of `EMOTIONS`.
        n_raters: (n,).
    """

    vectors: npt.NDArray[np.float32]
    felt: Floats
    n_raters: Floats

    def __getitem__(self, chosen: npt.NDArray[np.bool_]) -> "RatedMusic":
        return RatedMusic(self.vectors[chosen], self.felt[chosen], self.n_raters[chosen])

    @property
    def targets(self) -> Floats:
        """(n, 12), each of `TARGETS`, standardised."""
        shares = self.felt
        z = (shares - shares.mean(axis=0)) / shares.std(axis=0)
        found = [_sum(z, _FROM_EMOTIONS[mood]) for mood in MOODS]
        columns = np.concatenate([np.stack(found, axis=1), valence_arousal(shares)], axis=1)
        return np.asarray((columns - columns.mean(axis=0)) / columns.std(axis=0))

    @property
    def weights(self) -> Floats:
        """(n,), 1 on average."""
        weights = self.n_raters / (self.n_raters + _HALF_WEIGHT)
        return np.asarray(weights / weights.mean())


@dataclass(frozen=True, slots=True, eq=False)
class NamedMusic:
    """Pieces that are named after an emotion.

    Attributes:
        vectors: (n, D).
        names: (n,), keys of `FROM_NAMES`.
        sources: (n,), the song or film that each was cut from.
    """

    vectors: npt.NDArray[np.float32]
    names: npt.NDArray[np.str_]
    sources: npt.NDArray[np.str_]

    def __getitem__(self, chosen: npt.NDArray[np.bool_]) -> "NamedMusic":
        return NamedMusic(self.vectors[chosen], self.names[chosen], self.sources[chosen])

    @property
    def targets(self) -> Floats:
        """(n, 12), each of `TARGETS`."""
        rows = [[FROM_NAMES[name].get(target, 0.0) for target in TARGETS] for name in self.names]
        return np.array(rows).reshape(-1, len(TARGETS))


@dataclass(frozen=True, slots=True, eq=False)
class MoodHead:
    """y = W (vector - mean), on an open scale.

    Attributes:
        mean: (D,) of the rated pieces.
        weights: (12, D), a row for each of `TARGETS`.
    """

    mean: Floats
    weights: Floats

    def scores(self, vectors: npt.NDArray[np.float32]) -> Floats:
        """Return (n, 12), before standardisation."""
        return np.asarray((vectors - self.mean) @ self.weights.T)


def feature_scale() -> Floats:
    """Return (D,), how much each standardised feature counts.

    Cross-validated on Emotify: the tags' spread over time adds only noise; twelve measured values
    would be lost beside five hundred of the networks.
    """
    scale = np.ones(VECTOR_LENGTH)
    scale[LAYOUT["msd_spread"]] = scale[LAYOUT["mtt_spread"]] = 0.0
    scale[LAYOUT["descriptors"]] = 3.0
    return scale


def ridge(features: Floats, targets: Floats, weights: Floats, penalty: float) -> Floats:
    """Return B (k, D) with the least Σ_i w_i |y_i - ȳ - B x_i|² + penalty·|B|².

    Args:
        features: x (n, D), standardised.
        targets: y (n, k); ȳ is their weighted mean.
        weights: w (n,), positive.
        penalty: of the weights.
    """
    mean = weights @ targets / weights.sum()
    # Solved in the dual form, since there are fewer pieces than features.
    gram = features @ features.T + penalty * np.diag(1 / weights)
    return np.asarray(np.linalg.solve(gram, targets - mean).T @ features)


def fit_moods(rated: RatedMusic, named: NamedMusic, penalty: float) -> MoodHead:
    """Fit all moods, valence and arousal.

    Args:
        rated: sets the scale of the features.
        named: may be empty.
        penalty: of the ridge, a feature.
    """
    wide = rated.vectors.astype(np.float64)
    mean, deviation = wide.mean(axis=0), wide.std(axis=0)
    scale = np.where(deviation > 1e-6, feature_scale() / np.maximum(deviation, 1e-6), 0.0)
    vectors = np.concatenate([wide, named.vectors])
    features = (vectors - mean) * scale
    weights = scale * ridge(
        features,
        np.concatenate([rated.targets, named.targets]),
        np.concatenate([rated.weights, np.ones(len(named.vectors))]),
        penalty * float(np.square(feature_scale()).sum()),
    )
    predicted = (wide - mean) @ weights.T
    weights /= np.maximum(predicted.std(axis=0), 1e-9)[:, None]
    tag_names = [f"msd:{name}" for name in MSD_TAGS] + [f"mtt:{name}" for name in MTT_TAGS]
    for mood, tags in _FROM_TAGS.items():
        for tag, weight in tags.items():
            column = tag_names.index(tag)
            weights[MOODS.index(mood), column] += weight / deviation[column]
    return MoodHead(mean, weights)


def _sum(columns: Floats, parts: dict[str, float]) -> Floats:
    weights = [parts.get(emotion, 0.0) for emotion in EMOTIONS]
    return np.asarray(columns @ np.array(weights))
