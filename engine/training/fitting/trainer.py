"""Fits one network to pairs: seeded, with early stopping, the same on every CPU run."""

import copy
import math
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor, nn

from engine.errors import Cancelled, TrainingError
from engine.progress import Progress
from engine.training.data.pairs import PairSet
from engine.training.fitting.checkpoint import Checkpoint, unusable
from engine.training.fitting.distributed import (
    any_process,
    is_first,
    number_of_first,
    shared_gradients,
)
from engine.training.fitting.metrics import own_ranks
from engine.training.fitting.sampler import Batch, PairSampler
from engine.training.method.encoders import GaussianEncoder
from engine.training.method.teacher import CrossModalNetwork
from engine.training.method.training_config import TrainingConfig
from engine.translation import tr

# The loss of one batch from each set of pairs, given the share of the prior in force.
BatchLoss = Callable[[Sequence[Batch], float], Tensor]
# How bad the network is on validation, lower is better; called with the network in eval mode.
Judge = Callable[[], float]


@dataclass(frozen=True, slots=True)
class Fit:
    """How a fit went.

    Attributes:
        n_epochs: epochs after which the kept weights stood.
        verdict: the judge's on the kept weights, lower is better; None without a judge.
        losses: mean training loss of each epoch that ran.
    """

    n_epochs: int
    verdict: float | None
    losses: tuple[float, ...]


def fit(
    network: nn.Module,
    batch_loss: BatchLoss,
    train: Sequence[PairSet],
    judge: Judge | None,
    mean_taste: npt.NDArray[np.float32],
    config: TrainingConfig,
    progress: Progress,
    stage: str,
    seed: int,
    checkpoint: Checkpoint | None = None,
) -> Fit:
    """Fit `network` in place and keep its best weights.

    With a judge, the epoch of its lowest verdict is kept and training ends `patience` epochs
    after it; without, the last epoch is kept. The learning rate falls linearly to zero.
    Of several processes (see `distributed`) each calls it alike; the first judges and saves, and
    all end with the same weights.

    Args:
        network: what is fitted.
        batch_loss: see `BatchLoss`.
        train: the sets that it learns from; each step takes a batch from each, the set of most
            batches goes by once an epoch.
        judge: see `Judge`; None without validation.
        mean_taste: (n_genres,) ū.
        config: epochs, batch size, learning rate, …
        progress: steps once a training step, in epochs; cancelled in one process it ends all.
        stage: what to call it in the progress.
        seed: of everything drawn.
        checkpoint: where the fit goes on from and saves its state, also when it is cancelled; on
            the CPU it ends in the same weights, bit by bit, as without a break.

    Raises:
        TrainingError: when the loss or a verdict isn't finite any more, the GPU is too small, or
            the state can't be saved or gone on from.
        Cancelled: when the user stopped it; the network is then of no use.
    """
    device = pick_device(config.device)
    with torch.random.fork_rng(_own_gpu(device)), _memory_explained():
        torch.manual_seed(seed)
        network.to(device)
        # First of all: what the samplers make of the network has to be the same everywhere.
        batch_loss = shared_gradients(network, batch_loss)
        encoders = _encoder(network, "video_encoder"), _encoder(network, "music_encoder")
        samplers = [PairSampler(pairs, mean_taste, config, device, encoders) for pairs in train]
        fitting = _Fitting(network, batch_loss, samplers, judge, config, device)
        if checkpoint is not None:
            _go_on(fitting, checkpoint)
        while not fitting.is_over:
            if any_process(_is_stopped(progress, stage, fitting.done_epochs, config.n_epochs)):
                if checkpoint is not None and is_first():
                    checkpoint.save(fitting.state_dict())
                raise Cancelled
            fitting.step()
            if checkpoint is not None and is_first() and (checkpoint.due or fitting.is_over):
                checkpoint.save(fitting.state_dict())
        return fitting.keep_best()


def _is_stopped(progress: Progress, stage: str, n_done: float, n_epochs: int) -> bool:
    try:
        progress.step(stage, n_done, n_epochs)
    except Cancelled:
        return True
    return False


def _own_gpu(device: torch.device) -> list[int]:
    """Return the one GPU whose random numbers are used, if any."""
    return [torch.cuda.current_device()] if device.type == "cuda" else []


def _go_on(fitting: "_Fitting", checkpoint: Checkpoint) -> None:
    state = checkpoint.load()
    if state is None:
        return
    try:
        fitting.load_state_dict(state)
    except (KeyError, TypeError, ValueError, RuntimeError) as error:
        raise unusable(checkpoint.path, tr("it belongs to another training")) from error


class _Fitting:
    """A fit under way: all that its next step depends on."""

    def __init__(
        self,
        network: nn.Module,
        batch_loss: BatchLoss,
        samplers: Sequence[PairSampler],
        judge: Judge | None,
        config: TrainingConfig,
        device: torch.device,
    ) -> None:
        self._network = network
        self._batch_loss = batch_loss
        self._samplers = samplers
        self._judge = judge
        self._config = config
        self._device = device
        parameters = [one for one in network.parameters() if one.requires_grad]
        self._optimiser = torch.optim.AdamW(
            parameters, lr=config.learning_rate, weight_decay=config.weight_decay, fused=True
        )
        n_batches = max(sampler.n_batches for sampler in samplers)
        self._n_steps = max(config.min_steps_per_epoch, n_batches)
        self._step = 0
        self._total_loss = 0.0
        self._losses: list[float] = []
        self._best_verdict, self._best_epoch = math.inf, 0
        self._best_weights: dict[str, Tensor] | None = None

    @property
    def done_epochs(self) -> float:
        """How many epochs are done, the one under way in part."""
        return len(self._losses) + self._step / self._n_steps

    @property
    def is_over(self) -> bool:
        """Whether all epochs ran, or the last `patience` of them didn't better the verdict."""
        n_epochs = len(self._losses)
        if n_epochs >= self._config.n_epochs:
            return True
        return self._judge is not None and n_epochs - self._best_epoch >= self._config.patience

    def step(self) -> None:
        """Learn from one batch of each set; after the last one of an epoch, judge."""
        config, epoch = self._config, len(self._losses) + 1
        self._network.train()
        for group in self._optimiser.param_groups:
            group["lr"] = config.learning_rate * (1.0 - (epoch - 1) / config.n_epochs)
        annealed = min(1.0, epoch / max(config.anneal_epochs, 1))
        loss = self._batch_loss([sampler.draw() for sampler in self._samplers], annealed)
        value = float(loss.detach())
        if not math.isfinite(value):
            raise _diverged()
        self._optimiser.zero_grad()
        loss.backward()
        self._optimiser.step()
        self._total_loss += value
        self._step += 1
        if self._step == self._n_steps:
            self._losses.append(self._total_loss / self._n_steps)
            self._step, self._total_loss = 0, 0.0
            self._weigh()

    def _weigh(self) -> None:
        if self._judge is None:
            return
        self._network.eval()
        verdict = number_of_first(self._judge)
        if not math.isfinite(verdict):
            raise TrainingError(
                tr("The validation result isn't a number."),
                remedy=tr("Look for damaged clips or an empty test set in the data."),
            )
        if verdict < self._best_verdict:
            self._best_verdict, self._best_epoch = verdict, len(self._losses)
            self._best_weights = copy.deepcopy(self._network.state_dict())

    def state_dict(self) -> dict[str, Any]:
        """Return all that the next step depends on, random numbers included.

        Raises:
            TrainingError: when a weight isn't finite: such a state must not replace a good one.
        """
        if not all(bool(one.isfinite().all()) for one in self._network.parameters()):
            raise _diverged()
        return {
            "network": self._network.state_dict(),
            "optimiser": self._optimiser.state_dict()["state"],
            "samplers": [sampler.state_dict() for sampler in self._samplers],
            "cpu_random": torch.get_rng_state(),
            "cuda_random": [torch.cuda.get_rng_state(gpu) for gpu in _own_gpu(self._device)],
            "step": self._step,
            "total_loss": self._total_loss,
            "losses": self._losses,
            "best_verdict": self._best_verdict,
            "best_epoch": self._best_epoch,
            "best_weights": self._best_weights,
        }

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Go on from where `state_dict` was taken."""
        self._network.load_state_dict(state["network"])
        groups = self._optimiser.state_dict()["param_groups"]
        self._optimiser.load_state_dict({"state": state["optimiser"], "param_groups": groups})
        for sampler, one in zip(self._samplers, state["samplers"], strict=True):
            sampler.load_state_dict(one)
        torch.set_rng_state(state["cpu_random"])
        for gpu, random in zip(_own_gpu(self._device), state["cuda_random"], strict=False):
            torch.cuda.set_rng_state(random, gpu)
        self._step, self._total_loss = state["step"], state["total_loss"]
        self._losses = state["losses"]
        self._best_verdict, self._best_epoch = state["best_verdict"], state["best_epoch"]
        self._best_weights = state["best_weights"]

    def keep_best(self) -> Fit:
        """Put the best weights into the network, in eval mode."""
        self._network.eval()
        losses = tuple(self._losses)
        if self._best_weights is None:
            return Fit(len(losses), None, losses)
        self._network.load_state_dict(self._best_weights)
        return Fit(self._best_epoch, self._best_verdict, losses)


def _diverged() -> TrainingError:
    return TrainingError(
        tr("The training loss isn't a number any more."),
        remedy=tr("Try a smaller learning rate, or look for damaged clips in the data."),
    )


def _encoder(network: nn.Module, name: str) -> GaussianEncoder | None:
    encoder = getattr(network, name, None)
    return encoder if isinstance(encoder, GaussianEncoder) else None


@contextmanager
def _memory_explained() -> Iterator[None]:
    try:
        yield
    except torch.OutOfMemoryError as error:
        raise TrainingError(
            tr("The GPU ran out of memory."),
            remedy=tr("Try a smaller --batch-size, or --device cpu."),
        ) from error
    except (MemoryError, RuntimeError) as error:
        # Of the computer's own memory torch has no error of its own.
        if isinstance(error, RuntimeError) and "DefaultCPUAllocator" not in str(error):
            raise
        raise TrainingError(
            tr("The computer ran out of memory."),
            remedy=tr("Try a smaller --batch-size, or fewer pairs."),
        ) from error


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
