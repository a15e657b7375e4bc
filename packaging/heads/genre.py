"""The genre head: logistic regression on tags, with a hand-made table as its prior.

The networks' tags include most genres, but not reggae, cinematic or corporate music, lo-fi or
synthwave, and each tag has its own scale. The prior is a hand-made table of weights for the
standardised log-odds of the tags; labelled music then corrects them, and finds the weights of a
few measured values, by multinomial logistic regression, with a Gaussian prior around the table
instead of zero.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import torch

from engine.encoders.audio import MSD_TAGS, MTT_TAGS
from engine.encoders.wants import WANTED_GENRES
from engine.music.vector import LAYOUT, Descriptors

GENRES = WANTED_GENRES
N_TAGS = len(MSD_TAGS) + len(MTT_TAGS)
_MEASURED = (
    "tempo_octaves",
    "tempo_confidence",
    "onset_density_hz",
    "loudness_range_lu",
    "brightness_octaves",
    "bass_share",
    "energy_spread",
    "energy_rise",
    "vocals",
)
COLUMNS = np.array(
    [
        *range(N_TAGS),
        *(LAYOUT["descriptors"].start + Descriptors.__slots__.index(name) for name in _MEASURED),
    ]
)
"""The inputs of the head: all tags, and the measured values."""

# Weight of a tag's standardised log-odds, for (MSD, MagnaTagATune).
_EVIDENCE: dict[str, tuple[dict[str, float], dict[str, float]]] = {
    "hip-hop": ({"Hip-Hop": 1.5, "rnb": 0.4}, {"beat": 0.2, "beats": 0.3, "man": 0.2}),
    "jazz": ({"jazz": 1.4, "blues": 0.3, "easy listening": 0.2}, {"sitar": -0.1}),
    "classical": (
        {"instrumental": 0.2},
        {"classical": 0.8, "classic": 0.3, "violin": 0.3, "harpsichord": 0.2, "opera": 0.2},
    ),
    "reggae": ({"chill": 0.2, "funk": 0.2, "soul": 0.1, "Hip-Hop": 0.2, "male vocalists": 0.1}, {}),
    "pop": (
        {"pop": 0.9, "indie pop": 0.3, "catchy": 0.3, "party": 0.2, "rock": 0.2},
        {"pop": 0.4, "vocals": 0.1},
    ),
    "metal": ({"metal": 0.9, "heavy metal": 0.5, "hard rock": 0.2}, {"metal": 0.6, "loud": 0.1}),
    "ambient": ({"ambient": 1.0, "chillout": 0.2}, {"ambient": 0.6, "new age": 0.2}),
    "electronic": (
        {"electronic": 0.4, "electronica": 0.4, "House": 0.4, "electro": 0.3, "dance": 0.2},
        {"techno": 0.5, "electronic": 0.3, "dance": 0.1},
    ),
    "cinematic": (
        {"instrumental": 0.4, "beautiful": 0.1, "experimental": 0.1},
        {"strings": 0.5, "choir": 0.2, "choral": 0.2, "cello": 0.2},
    ),
    "folk": (
        {"folk": 0.9, "acoustic": 0.5, "country": 0.4},
        {"guitar": 0.2, "country": 0.3},
    ),
    "corporate": (
        {"House": 0.2, "chillout": 0.2, "happy": 0.2, "instrumental": 0.3, "indie pop": 0.1},
        {"no vocals": 0.2, "no vocal": 0.2, "new age": 0.1},
    ),
    "funk": (
        {"funk": 1.2, "soul": 0.4, "70s": 0.2, "party": 0.2, "happy": 0.1},
        {},
    ),
    "lo-fi": (
        {"chill": 0.7, "chillout": 0.5, "Mellow": 0.3, "Hip-Hop": 0.3, "easy listening": 0.2},
        {"beats": 0.2, "soft": 0.2},
    ),
    "synthwave": (
        {"80s": 0.6, "electro": 0.4, "electronic": 0.3},
        {"synth": 0.6, "no vocals": 0.1, "electronic": 0.1},
    ),
}


@dataclass(frozen=True)
class GenreHead:
    """p = softmax(W z + c), z the standardised features of `COLUMNS`.

    Attributes:
        mean, deviation: (n_columns,) of the features over the reference music.
        weights: (14, n_columns).
        biases: (14,).
    """

    mean: npt.NDArray[np.float64]
    deviation: npt.NDArray[np.float64]
    weights: npt.NDArray[np.float64]
    biases: npt.NDArray[np.float64]

    def probabilities(self, vectors: npt.NDArray[np.float32]) -> npt.NDArray[np.float64]:
        """Return (n, 14) for music vectors (n, D)."""
        z = (vectors[:, COLUMNS] - self.mean) / self.deviation
        logits = z @ self.weights.T + self.biases
        logits -= logits.max(axis=1, keepdims=True)
        odds = np.exp(logits)
        return np.asarray(odds / odds.sum(axis=1, keepdims=True), np.float64)


def evidence_table() -> npt.NDArray[np.float64]:
    """Return the prior's weights, (14, n_columns)."""
    table = np.zeros((len(GENRES), len(COLUMNS)))
    for row, genre in enumerate(GENRES):
        for tags, names, offset in zip(
            _EVIDENCE[genre], (MSD_TAGS, MTT_TAGS), (0, len(MSD_TAGS)), strict=True
        ):
            for name, weight in tags.items():
                table[row, offset + names.index(name)] = weight
    return table


def fit_genres(
    reference: npt.NDArray[np.float32],
    vectors: npt.NDArray[np.float32],
    admitted: Sequence[Sequence[str]],
    weights: npt.NDArray[np.float64],
    precision: float,
) -> GenreHead:
    """Fit the head.

    Args:
        reference: (m, D) music that sets the scale of the features.
        vectors: (n, D) labelled music.
        admitted: for each labelled piece, the genres that its label may mean ("rock" may mean pop
            or metal); the likelihood sums their probabilities.
        weights: (n,) of the labelled pieces.
        precision: of the prior around the evidence table.
    """
    known = reference[:, COLUMNS].astype(np.float64)
    mean, deviation = known.mean(axis=0), known.std(axis=0) + 1e-6
    z = torch.from_numpy((vectors[:, COLUMNS] - mean) / deviation)
    mask = torch.tensor(
        [[genre in admits for genre in GENRES] for admits in admitted], dtype=torch.bool
    ).reshape(-1, len(GENRES))
    prior = torch.from_numpy(evidence_table())
    shares = torch.from_numpy(weights)
    fitted, biases = prior.clone().requires_grad_(), torch.zeros(len(GENRES), dtype=z.dtype)
    biases.requires_grad_()
    optimiser = torch.optim.LBFGS([fitted, biases], max_iter=200, line_search_fn="strong_wolfe")

    def loss() -> torch.Tensor:
        optimiser.zero_grad()
        log_p = torch.log_softmax(z @ fitted.T + biases, dim=1)
        likelihood = log_p.masked_fill(~mask, -torch.inf).logsumexp(dim=1)
        drift = (fitted - prior).square().sum() + 0.1 * biases.square().sum()
        total = -(shares * likelihood).sum() + 0.5 * precision * drift
        total.backward()
        return total

    optimiser.step(loss)
    return GenreHead(mean, deviation, fitted.detach().numpy(), biases.detach().numpy())
