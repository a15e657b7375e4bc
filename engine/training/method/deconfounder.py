"""The backdoor adjustment over the uploader's taste (Eq. 7b), as an interaction.

In training, the score of video i and track m carries the taste of the uploader of i,

    s(v, m, u) = z_v·z_m + τ·b(u, m)
    b(u, m) = a·log((u_g(m) + ε) / (ū_g(m) + ε)) + (u - ū)ᵀ B[:, g(m)] + (u - ū)ᵀ C z_m

so that what taste explains need not be learnt as content. At inference b is zero: the score
under do(z_m). The paper's own operator adds one vector to every track and cancels in a ranking.
"""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor, nn

from engine.training.data.pairs import UNKNOWN_GENRE

EPSILON = 0.02
Uploaders = Sequence[str] | npt.NDArray[np.str_]


def mean_histogram(
    uploaders: Uploaders, genres: npt.NDArray[np.int64], n_genres: int
) -> npt.NDArray[np.float32]:
    """Return ū (n_genres,), the average of the uploaders' genre histograms.

    Pairs whose genre is unknown don't count; with no known genre at all, ū is uniform.

    Args:
        uploaders: (n,) uploader of each pair.
        genres: (n,) genre index of each pair's track, -1 when unknown.
        n_genres: length of a histogram.
    """
    _, counts = _counts(uploaders, genres, n_genres)
    known = counts.sum(axis=1) > 0
    if not known.any():
        return np.full(n_genres, 1.0 / n_genres, dtype=np.float32)
    histograms = counts[known] / counts[known].sum(axis=1, keepdims=True)
    return np.asarray(histograms.mean(axis=0), dtype=np.float32)


def leave_one_out_histograms(
    uploaders: Uploaders,
    genres: npt.NDArray[np.int64],
    mean: npt.NDArray[np.float32],
) -> npt.NDArray[np.float32]:
    """Return u (n, n_genres): the genre histogram of each pair's uploader without that pair.

    With the pair itself inside, u would tell the answer. An empty histogram becomes ū.

    Args:
        uploaders: (n,) uploader of each pair.
        genres: (n,) genre index of each pair's track, -1 when unknown.
        mean: (n_genres,) ū.
    """
    uploader_of, counts = _counts(uploaders, genres, len(mean))
    others = counts[uploader_of]
    known = np.flatnonzero(genres != UNKNOWN_GENRE)
    others[known, genres[known]] -= 1
    n_others = others.sum(axis=1, keepdims=True)
    histograms = np.where(n_others > 0, others / np.maximum(n_others, 1), mean)
    return histograms.astype(np.float32)


def _counts(
    uploaders: Uploaders, genres: npt.NDArray[np.int64], n_genres: int
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.float64]]:
    """Return each pair's uploader (n,), in order of appearance, and counts (n_uploaders, G)."""
    _, firsts, inverse = np.unique(np.asarray(uploaders), return_index=True, return_inverse=True)
    uploader_of = np.argsort(np.argsort(firsts))[inverse]
    known = genres != UNKNOWN_GENRE
    cells = uploader_of[known] * n_genres + genres[known]
    counts = np.bincount(cells, minlength=len(firsts) * n_genres).astype(np.float64)
    return uploader_of, counts.reshape(len(firsts), n_genres)


class Deconfounder(nn.Module):
    """b(u, m): what an uploader's taste adds to the training score of a track."""

    mean: Tensor

    def __init__(self, mean: npt.NDArray[np.float32], n_latent: int) -> None:
        super().__init__()
        n_genres = len(mean)
        self.register_buffer("mean", torch.from_numpy(mean))
        self.log_weight = nn.Parameter(torch.zeros(()))
        self.genre_weights = nn.Parameter(torch.zeros(n_genres, n_genres))
        self.content_weights = nn.Parameter(torch.zeros(n_genres, n_latent))

    def forward(self, tastes: Tensor, genres: Tensor, music: Tensor) -> Tensor:
        """Return b (n, m).

        Args:
            tastes: (n, n_genres) histogram u of each video's uploader.
            genres: (m,) genre index of each track; -1 leaves the genre's terms out.
            music: (m, d) music latents; no gradient passes into them from here.
        """
        ratio = ((tastes + EPSILON) / (self.mean + EPSILON)).log()
        apart = tastes - self.mean
        by_genre = self.log_weight * ratio + apart @ self.genre_weights
        # A product picks the columns faster than indices do, and its gradient far faster.
        of_track = (genres == torch.arange(len(self.mean), device=genres.device)[:, None]).float()
        return by_genre @ of_track + apart @ self.content_weights @ music.detach().T

    def squared_weights(self) -> Tensor:
        """Return ‖B‖² + ‖C‖², a scalar."""
        return self.genre_weights.square().sum() + self.content_weights.square().sum()
