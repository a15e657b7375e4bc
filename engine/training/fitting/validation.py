"""How a network ranks the own music of held-out videos; decides early stopping."""

import numpy as np
import numpy.typing as npt
import torch

from engine.training.data.pairs import PairSet
from engine.training.fitting.metrics import own_ranks
from engine.training.method.teacher import CrossModalNetwork


def content_scores(
    network: CrossModalNetwork,
    video_vectors: npt.NDArray[np.float32],
    music_vectors: npt.NDArray[np.float32],
) -> npt.NDArray[np.float32]:
    """Return the scores under do(z_m), (n_videos, n_tracks): posterior means, taste at zero."""
    device = next(network.parameters()).device
    network.eval()
    with torch.no_grad():
        video, _ = network.video_encoder(torch.from_numpy(video_vectors).to(device))
        music, _ = network.music_encoder(torch.from_numpy(music_vectors).to(device))
        scores: npt.NDArray[np.float32] = (video @ music.T).cpu().numpy()
    return scores


def validation_rank(network: CrossModalNetwork, pairs: PairSet) -> float:
    """Return the mean normalised rank of the own music: 0 best, .5 chance.

    A video counts as much as its pairs weigh.
    """
    scores = content_scores(network, pairs.video_vectors, pairs.music_vectors)
    positives = pairs.positives
    ranked = positives.any(axis=1) & ~positives.all(axis=1)
    if not ranked.any():
        return 0.5
    weights = np.bincount(pairs.pairs[:, 0], weights=pairs.weights, minlength=pairs.n_videos)
    ranks = own_ranks(scores[ranked], positives[ranked])
    return float(np.average(ranks, weights=weights[ranked]))
