"""The backdoor adjustment over the uploader's taste (Eq. 7b), as an interaction.

In training, the score of video i and track m carries the taste of the uploader of i,

    s(v, m, u) = z_v·z_m + τ·b(u, m)
    b(u, m) = a·log((u_g(m) + ε) / (ū_g(m) + ε)) + (u - ū)ᵀ B[:, g(m)] + (u - ū)ᵀ C z_m

so that the content need not learn what taste explains. At inference b is zero: the score under
do(z_m). The paper's own operator adds one vector to every track, which cancels in a ranking.
"""

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor, nn

EPSILON = 0.02


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
        deviation = tastes - self.mean
        by_genre = self.log_weight * ratio + deviation @ self.genre_weights
        # A matrix product is faster here than indexing, and its gradient much faster.
        of_track = (genres == torch.arange(len(self.mean), device=genres.device)[:, None]).float()
        return by_genre @ of_track + deviation @ self.content_weights @ music.detach().T

    def squared_weights(self) -> Tensor:
        """Return ‖B‖² + ‖C‖², a scalar."""
        return self.genre_weights.square().sum() + self.content_weights.square().sum()
