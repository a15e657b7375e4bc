"""Fits one network to pairs: seeded, with early stopping, the same on every CPU run."""

import copy
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import torch

from engine.errors import TrainingError
from engine.progress import Progress
from engine.training.config import TrainingConfig
from engine.training.deconfounder import leave_one_out_histograms
from engine.training.evaluate import own_ranks
from engine.training.pairs import PairSet
from engine.training.teacher import Batch, CrossModalNetwork
from engine.translation import tr

# The loss of one batch from each set of pairs, given the share of the prior in force.
BatchLoss = Callable[[Sequence[Batch], float], torch.Tensor]


@dataclass(frozen=True, slots=True)
class Fit:
    """How a fit went.

    Attributes:
        n_epochs: epochs after which the kept weights stood.
        validation_rank: mean normalised rank of the own music on the validation pairs (0 best,
            .5 chance); None without validation pairs.
        losses: mean training loss of each epoch that ran.
    """

    n_epochs: int
    validation_rank: float | None
    losses: tuple[float, ...]


class PairSampler:
    """Draws batches of pairs, each by its weight.

    Args:
        pairs: the training pairs.
        mean_taste: (n_genres,) ū, which stands in for an uploader without other picks.
        device: where batches are made.
    """

    def __init__(
        self, pairs: PairSet, mean_taste: npt.NDArray[np.float32], device: torch.device
    ) -> None:
        genres = pairs.genres[pairs.pairs[:, 1]]
        tastes = leave_one_out_histograms(pairs.uploaders.tolist(), genres, mean_taste)
        self._video = torch.from_numpy(pairs.video_vectors).to(device)
        self._music = torch.from_numpy(pairs.music_vectors).to(device)
        self._pairs = torch.from_numpy(pairs.pairs).to(device)
        self._positives = torch.from_numpy(pairs.positives).to(device)
        self._tastes = torch.from_numpy(tastes).to(device)
        self._genres = torch.from_numpy(pairs.genres).to(device)
        self._weights = torch.from_numpy(pairs.weights)
        self.n_videos = pairs.n_videos

    def draw(self, n_pairs: int) -> Batch:
        """Draw `n_pairs` pairs with replacement."""
        drawn = torch.multinomial(self._weights, n_pairs, replacement=True).to(self._pairs.device)
        videos, tracks = self._pairs[drawn].unbind(dim=1)
        return Batch(
            video=self._video[videos],
            music=self._music[tracks],
            positives=self._positives[videos][:, tracks],
            tastes=self._tastes[drawn],
            genres=self._genres[tracks],
        )


def fit(
    network: CrossModalNetwork,
    batch_loss: BatchLoss,
    train: Sequence[PairSet],
    validation: PairSet | None,
    mean_taste: npt.NDArray[np.float32],
    config: TrainingConfig,
    progress: Progress,
    stage: str,
    seed: int,
) -> Fit:
    """Fit `network` in place and keep its best weights.

    With validation pairs, the epoch of the best mean rank of the own music is kept and training
    ends `patience` epochs after it; without, the last epoch is kept. The learning rate falls
    linearly to zero.

    Args:
        network: what is fitted, and whose means are judged.
        batch_loss: see `BatchLoss`.
        train: the sets that it learns from; each step draws a batch from each.
        validation: pairs of other sources, or None.
        mean_taste: (n_genres,) ū.
        config: epochs, batch size, learning rate, …
        progress: steps once an epoch.
        stage: what to call it in the progress.
        seed: of everything drawn.

    Raises:
        TrainingError: when the loss isn't finite any more.
        Cancelled: when the user stopped it; the network is then of no use.
    """
    device = pick_device(config.device)
    network.to(device)
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        samplers = [PairSampler(pairs, mean_taste, device) for pairs in train]
        return _fit(network, batch_loss, samplers, validation, config, progress, stage)


def _fit(
    network: CrossModalNetwork,
    batch_loss: BatchLoss,
    samplers: Sequence[PairSampler],
    validation: PairSet | None,
    config: TrainingConfig,
    progress: Progress,
    stage: str,
) -> Fit:
    parameters = [one for one in network.parameters() if one.requires_grad]
    optimiser = torch.optim.AdamW(
        parameters, lr=config.learning_rate, weight_decay=config.weight_decay
    )
    # An epoch sees each video about once: partial matches of one video are many and alike.
    n_videos = max(sampler.n_videos for sampler in samplers)
    n_steps = max(config.min_steps_per_epoch, math.ceil(n_videos / config.batch_size))
    best_rank, best_epoch, best_state = math.inf, 0, network.state_dict()
    losses: list[float] = []
    for epoch in range(1, config.n_epochs + 1):
        progress.step(stage, epoch, config.n_epochs)
        network.train()
        for group in optimiser.param_groups:
            group["lr"] = config.learning_rate * (1.0 - (epoch - 1) / config.n_epochs)
        annealed = min(1.0, epoch / max(config.anneal_epochs, 1))
        losses.append(_epoch(batch_loss, samplers, optimiser, n_steps, annealed, config))
        if validation is None:
            continue
        rank = validation_rank(network, validation)
        if rank < best_rank:
            best_rank, best_epoch = rank, epoch
            best_state = copy.deepcopy(network.state_dict())
        elif epoch - best_epoch >= config.patience:
            break
    network.eval()
    if validation is None:
        return Fit(len(losses), None, tuple(losses))
    network.load_state_dict(best_state)
    return Fit(best_epoch, best_rank, tuple(losses))


def _epoch(
    batch_loss: BatchLoss,
    samplers: Sequence[PairSampler],
    optimiser: torch.optim.Optimizer,
    n_steps: int,
    annealed: float,
    config: TrainingConfig,
) -> float:
    total = 0.0
    for _ in range(n_steps):
        batches = [sampler.draw(config.batch_size) for sampler in samplers]
        loss = batch_loss(batches, annealed)
        value = float(loss.detach())
        if not math.isfinite(value):
            raise TrainingError(
                tr("The training loss isn't a number any more."),
                remedy=tr("Try a smaller learning rate, or look for damaged clips in the data."),
            )
        optimiser.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        optimiser.step()
        total += value
    return total / n_steps


def pick_device(name: str) -> torch.device:
    """Return the device of that name; "auto" is the GPU when there is one, else the CPU.

    Raises:
        TrainingError: when "cuda" is asked for and there is none.
    """
    has_gpu = torch.cuda.is_available()
    if name == "cuda" and not has_gpu:
        raise TrainingError(
            tr("This computer has no GPU that PyTorch can use."),
            remedy=tr("Train with --device auto or --device cpu."),
        )
    return torch.device("cuda" if has_gpu and name != "cpu" else "cpu")


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
    judged = positives.any(axis=1) & ~positives.all(axis=1)
    if not judged.any():
        return 0.5
    weights = np.bincount(pairs.pairs[:, 0], weights=pairs.weights, minlength=pairs.n_videos)
    ranks = own_ranks(scores[judged], positives[judged])
    return float(np.average(ranks, weights=weights[judged]))
