"""Where an encoder starts: at the directions of picture and sound that agree most."""

import numpy as np
import numpy.typing as npt
import torch

from engine.training.canonical_correlation import CanonicalAxes, CanonicalCorrelations
from engine.training.encoders import GaussianEncoder
from engine.training.pairs import PairSet


def start_from_correlation(
    video: GaussianEncoder, music: GaussianEncoder, pairs: PairSet, ridge: float
) -> None:
    """Put the canonical axes of training pairs into the location layers of two encoders.

    From random weights a few thousand pairs teach less than linear CCA knows in closed form
    (Hotelling 1936): its axes are a linear layer of the standardised components. Each is scaled by
    its correlation, so that the cosine counts most what agrees most. What an axis lacks in the
    components that an encoder keeps is left out; latent dimensions beyond the axes start at zero.

    Args:
        video, music: encoders of one width d, changed in place.
        pairs: that training sees, one row of the correlation each.
        ridge: see `CanonicalCorrelations.axes`.
    """
    axes = CanonicalCorrelations(
        pairs.video_vectors[pairs.pairs[:, 0]], pairs.music_vectors[pairs.pairs[:, 1]]
    ).axes(ridge)
    axes = axes.leading(video.location.out_features)
    _place(video, axes.video_mean, axes.video_axes, axes)
    _place(music, axes.music_mean, axes.music_axes, axes)


def _place(
    encoder: GaussianEncoder,
    mean: npt.NDArray[np.float64],
    directions: npt.NDArray[np.float64],
    axes: CanonicalAxes,
) -> None:
    weighted = directions * axes.correlations
    projection = encoder.projection.cpu().double().numpy()
    # The weights whose product with the projection comes nearest to the axes.
    weights = np.linalg.lstsq(projection, weighted, rcond=None)[0].T
    offsets = (encoder.mean.cpu().double().numpy() - mean) @ weighted
    location = encoder.location
    with torch.no_grad():
        location.weight.zero_()
        location.bias.zero_()
        location.weight[: len(weights)] = torch.from_numpy(weights)
        location.bias[: len(weights)] = torch.from_numpy(offsets)
