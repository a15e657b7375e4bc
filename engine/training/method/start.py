"""First weights of two encoders: the directions of picture and sound that correlate most."""

import numpy as np
import numpy.typing as npt
import torch

from engine.training.data.pairs import PairSet
from engine.training.method.canonical_correlation import CanonicalAxes, CanonicalCorrelations
from engine.training.method.encoders import GaussianEncoder
from engine.training.method.experts import Encoder, FusedEncoder

# Relative to the largest. Smaller directions are rounding errors, such as an erased concept leaves.
_MIN_DIRECTION = 1e-4


def start_from_correlation(
    video: Encoder,
    music: GaussianEncoder,
    pairs: PairSet,
    ridge: float,
    within_uploaders: bool = False,
) -> None:
    """Put the canonical axes of training pairs into the location layers of two encoders.

    Starting from random weights, a few thousand pairs teach less than linear CCA knows in closed
    form (Hotelling 1936): its axes are a linear layer over the standardised components. Each axis
    is scaled by its correlation, so that the most correlated count most in the cosine. Parts of an
    axis outside the components that an encoder keeps are dropped; latent dimensions beyond the
    axes start at zero.

    Args:
        video, music: encoders of one width d, changed in place; several experts of the picture
            get the parts of each axis in their columns.
        pairs: the training pairs, each one row of the correlation.
        ridge: see `CanonicalCorrelations.axes`.
        within_uploaders: correlate how a pair differs from its uploader's mean picture and mean
            sound (fixed effects). Habits of an uploader, such as a taste in sound and a style of
            picture, then no longer look like a match.
    """
    pictures, sounds = (
        pairs.video_vectors[pairs.pairs[:, 0]],
        pairs.music_vectors[pairs.pairs[:, 1]],
    )
    if within_uploaders:
        pictures, sounds = (within_groups(part, pairs.uploaders) for part in (pictures, sounds))
    axes = CanonicalCorrelations(pictures, sounds).axes(ridge)
    axes = axes.leading(music.location.out_features)
    _place(music, axes.music_mean, axes.music_axes, axes)
    first = 0
    for expert in video.experts if isinstance(video, FusedEncoder) else [video]:
        assert isinstance(expert, GaussianEncoder)
        columns = slice(first, first + len(expert.mean))
        _place(expert, axes.video_mean[columns], axes.video_axes[columns], axes)
        first = columns.stop


def within_groups(
    vectors: npt.NDArray[np.float32], groups: npt.NDArray[np.str_]
) -> npt.NDArray[np.float32]:
    """Return vectors (n, F) less the mean of their group (n,), plus the mean of all.

    A vector that is alone in its group becomes the mean of all.
    """
    _, group_of, sizes = np.unique(groups, return_inverse=True, return_counts=True)
    sums = np.zeros((len(sizes), vectors.shape[1]))
    np.add.at(sums, group_of, vectors)
    means = sums / sizes[:, None]
    return np.asarray(vectors - means[group_of] + vectors.mean(axis=0), np.float32)


def _place(
    encoder: GaussianEncoder,
    mean: npt.NDArray[np.float64],
    directions: npt.NDArray[np.float64],
    axes: CanonicalAxes,
) -> None:
    weighted = directions * axes.correlations
    projection = encoder.projection.cpu().double().numpy()
    # The weights whose product with the projection is nearest to the axes.
    weights = np.linalg.lstsq(projection, weighted, rcond=_MIN_DIRECTION)[0].T
    offsets = (encoder.mean.cpu().double().numpy() - mean) @ weighted
    location = encoder.location
    with torch.no_grad():
        location.weight.zero_()
        location.bias.zero_()
        location.weight[: len(weights)] = torch.from_numpy(weights)
        location.bias[: len(weights)] = torch.from_numpy(offsets)
