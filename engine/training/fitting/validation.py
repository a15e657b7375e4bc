"""How a network ranks the own music of held-out sources; decides early stopping."""

import numpy as np
import numpy.typing as npt
import torch

from engine.training.data.pairs import PairSet
from engine.training.data.splits import held_out_sources
from engine.training.fitting.metrics import own_ranks
from engine.training.method.experts import TwoBranchNetwork
from engine.training.method.training_config import TrainingConfig

# Ranks among fewer videos mean nothing: then the last epoch is kept instead.
_MIN_HELD_OUT = 8


def split_off(pairs: PairSet, config: TrainingConfig) -> tuple[PairSet, PairSet | None]:
    """Return the pairs to learn from and those of held-out sources; None where they'd be too few.

    Args:
        pairs: all there are.
        config: the share that is held out, and the seed that chooses.
    """
    held_out = held_out_sources(pairs.sources, config.validation_share, config.seed)
    if int(held_out.sum()) < _MIN_HELD_OUT or int((~held_out).sum()) < _MIN_HELD_OUT:
        return pairs, None
    return pairs.of_videos(~held_out), pairs.of_videos(held_out)


def content_scores(
    network: TwoBranchNetwork,
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


def validation_rank(network: TwoBranchNetwork, pairs: PairSet) -> float:
    """Return the mean normalised rank of the own music: 0 best, .5 chance.

    A video counts as much as its pairs weigh.
    """
    return mean_rank(content_scores(network, pairs.video_vectors, pairs.music_vectors), pairs)


def mean_rank(scores: npt.NDArray[np.float32], pairs: PairSet) -> float:
    """Return the mean normalised rank of the own music by given scores (n_videos, n_tracks)."""
    positives = pairs.positives
    ranked = positives.any(axis=1) & ~positives.all(axis=1)
    if not ranked.any():
        return 0.5
    weights = np.bincount(pairs.pairs[:, 0], weights=pairs.weights, minlength=pairs.n_videos)
    ranks = own_ranks(scores[ranked], positives[ranked])
    return float(np.average(ranks, weights=weights[ranked]))
