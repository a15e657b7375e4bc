"""Fits one network to pairs: seeded, with early stopping, the same on every CPU run."""

import copy
import logging
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor, nn

from engine.errors import Cancelled, TrainingError
from engine.progress import LearningPoint, Progress
from engine.training.data.pairs import PairSet
from engine.training.fitting.checkpoint import Checkpoint, unusable
from engine.training.fitting.device import (
    keep_torch_files,
    limit_threads,
    memory_errors_explained,
    pick_device,
)
from engine.training.fitting.distributed import (
    any_process,
    is_first,
    number_of_first,
    shared_gradients,
)
from engine.training.fitting.sampler import PairSampler
from engine.training.method.batch import Batch
from engine.training.method.deconfounder import Deconfounder
from engine.training.method.encoders import GaussianEncoder
from engine.training.method.experts import Encoder, FusedEncoder
from engine.training.method.split_batch import n_processes
from engine.training.method.training_config import TrainingConfig
from engine.translation import tr

_log = logging.getLogger(__name__)

# Steps on a GPU between two questions to the other processes.
_STEPS_ALONE = 16
# The loss of one batch from each set of pairs, given how much of the prior's weight counts (0-1).
BatchLoss = Callable[[Sequence[Batch], float], Tensor]
# How bad the network is on held-out data, lower is better; called with the network in eval mode.
ValidationLoss = Callable[[], float]


@dataclass(frozen=True, slots=True)
class Objective:
    """What is fitted to which pairs.

    Attributes:
        network: fitted in place.
        batch_loss: see `BatchLoss`.
        train: the sets that it learns from. Each step takes a batch from each; an epoch is one
            pass through the set with the most batches.
        mean_taste: float32 (n_genres,), ū.
        validation_loss: see `ValidationLoss`; None without held-out data.
    """

    network: nn.Module
    batch_loss: BatchLoss
    train: Sequence[PairSet]
    mean_taste: npt.NDArray[np.float32]
    validation_loss: ValidationLoss | None = None


@dataclass(frozen=True, slots=True)
class Fit:
    """How a fit went.

    Attributes:
        n_epochs: the epoch whose weights were kept.
        validation_loss: of the kept weights, lower is better; None without validation.
        losses: mean training loss of each epoch that ran.
        validation_losses: after each of these epochs; empty without validation.
    """

    n_epochs: int
    validation_loss: float | None
    losses: tuple[float, ...]
    validation_losses: tuple[float, ...] = ()


def fit(
    objective: Objective,
    config: TrainingConfig,
    progress: Progress,
    stage: str,
    checkpoint: Checkpoint | None = None,
) -> Fit:
    """Fit a network in place and keep its best weights.

    With validation, the epoch with the lowest validation loss is kept, and training ends
    `patience` epochs after it; without, the last epoch is kept. The learning rate falls linearly
    to zero. When several processes train together (see `distributed`), each calls this in the same
    way; the first one validates and saves, and all end with the same weights.

    Args:
        objective: what is fitted.
        config: epochs, batch size, learning rate, seed, …
        progress: steps once a training step, in epochs; cancelling one process ends all.
        stage: its name in the progress.
        checkpoint: where the fit resumes from and saves its state, also when it is cancelled. On
            the CPU a resumed fit ends in the same weights, bit by bit, as an unbroken one.

    Raises:
        TrainingError: when the training or validation loss is no longer finite, memory runs out,
            or files can't be written, or the state can't be resumed from.
        Cancelled: when the user stopped it; the network can't be used then.
    """
    device = pick_device(config.device)
    limit_threads()
    keep_torch_files()
    with torch.random.fork_rng(_own_gpu(device)), memory_errors_explained():
        torch.manual_seed(config.seed)
        fitting = _Fitting(objective, config, device)
        if checkpoint is not None:
            _resume(fitting, checkpoint)
            for point in fitting.points:
                progress.point(point)
        while not fitting.is_over:
            stopped = _is_stopped(progress, stage, fitting.done_epochs, config.n_epochs)
            if fitting.may_wait and any_process(stopped):
                if checkpoint is not None and is_first():
                    checkpoint.save(fitting.state_dict())
                raise Cancelled
            fitting.step()
            if fitting.ends_epoch:
                progress.point(fitting.points[-1])
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
    """Return the GPU whose random numbers are used, if any."""
    return [torch.cuda.current_device()] if device.type == "cuda" else []


def _resume(fitting: "_Fitting", checkpoint: Checkpoint) -> None:
    state = checkpoint.load()
    if state is None:
        return
    try:
        fitting.load_state_dict(state)
    except (KeyError, TypeError, ValueError, RuntimeError) as error:
        raise unusable(checkpoint.path, tr("it belongs to another training run")) from error


class _Fitting:
    """A fit in progress: everything that its next step depends on."""

    def __init__(self, objective: Objective, config: TrainingConfig, device: torch.device) -> None:
        network = objective.network.to(device)
        # Before the samplers, which read the weights: every process must have the same ones.
        batch_loss = objective.batch_loss
        if config.compile_steps and device.type == "cuda":
            batch_loss = torch.compile(batch_loss)
        self._batch_loss = shared_gradients(network, batch_loss)
        encoders = _encoder(network, "video_encoder"), _encoder(network, "music_encoder")
        self._samplers = [
            PairSampler(pairs, objective.mean_taste, config, device, encoders)
            for pairs in objective.train
        ]
        self._network = network
        self._validation_loss = objective.validation_loss
        self._config = config
        self._device = device
        self._optimiser = torch.optim.AdamW(
            _parameter_groups(network, config),
            lr=config.learning_rate,
            weight_decay=config.weight_decay,
            fused=True,
        )
        n_batches = max(sampler.n_batches for sampler in self._samplers)
        self._n_steps = max(config.min_steps_per_epoch, n_batches)
        self._step = 0
        # Where the losses are, as reading one would wait for the GPU.
        self._total_loss = torch.zeros((), dtype=torch.float64, device=device)
        self._checks_each_step = device.type == "cpu"
        self._losses: list[float] = []
        self._validation_losses: list[float] = []
        self._best_loss, self._best_epoch = math.inf, 0
        self._best_weights: dict[str, Tensor] | None = None

    @property
    def done_epochs(self) -> float:
        """How many epochs are done, counting the current one in part."""
        return len(self._losses) + self._step / self._n_steps

    @property
    def ends_epoch(self) -> bool:
        """Whether the last step was the last one of an epoch."""
        return self._step == 0

    @property
    def points(self) -> list[LearningPoint]:
        """How good the network was after each epoch so far."""
        held_out: list[float | None] = [*self._validation_losses] or [None] * len(self._losses)
        return [
            LearningPoint("epoch", epoch, self._config.n_epochs, loss, rank)
            for epoch, (loss, rank) in enumerate(zip(self._losses, held_out, strict=True), 1)
        ]

    @property
    def may_wait(self) -> bool:
        """Whether to ask other processes now; on a GPU, that waits for all steps before."""
        return n_processes() == 1 or self._checks_each_step or self._step % _STEPS_ALONE == 0

    @property
    def is_over(self) -> bool:
        """Whether all epochs ran, or the last `patience` of them brought no improvement."""
        n_epochs = len(self._losses)
        if n_epochs >= self._config.n_epochs:
            return True
        has_validation = self._validation_loss is not None
        return has_validation and n_epochs - self._best_epoch >= self._config.patience

    def step(self) -> None:
        """Learn from one batch of each set; after the last one of an epoch, validate."""
        config, epoch = self._config, len(self._losses) + 1
        self._network.train()
        for group in self._optimiser.param_groups:
            rate = config.learning_rate * group["times"]
            group["lr"] = rate * (1.0 - (epoch - 1) / config.n_epochs)
        annealed = min(1.0, epoch / max(config.anneal_epochs, 1))
        loss = self._batch_loss([sampler.draw() for sampler in self._samplers], annealed)
        if self._checks_each_step and not bool(loss.detach().isfinite()):
            raise _diverged()
        self._optimiser.zero_grad()
        loss.backward()
        self._optimiser.step()
        self._total_loss += loss.detach()
        self._step += 1
        if self._step == self._n_steps:
            mean_loss = float(self._total_loss) / self._n_steps
            if not math.isfinite(mean_loss):
                raise _diverged()
            self._losses.append(mean_loss)
            self._step = 0
            self._total_loss.zero_()
            self._validate()
            _log.info(
                "epoch %d: loss %.4f, validation %s",
                len(self._losses),
                self._losses[-1],
                f"{self._validation_losses[-1]:.4f}" if self._validation_losses else "none",
            )

    def _validate(self) -> None:
        if self._validation_loss is None:
            return
        self._network.eval()
        loss = number_of_first(self._validation_loss)
        if not math.isfinite(loss):
            raise TrainingError(
                tr("The validation result isn't a number."),
                remedy=tr("Look for damaged clips or an empty test set in the data."),
            )
        self._validation_losses.append(loss)
        if loss < self._best_loss:
            self._best_loss, self._best_epoch = loss, len(self._losses)
            self._best_weights = copy.deepcopy(self._network.state_dict())

    def state_dict(self) -> dict[str, Any]:
        """Return everything that the next step depends on, random numbers included.

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
            "total_loss": float(self._total_loss),
            "losses": self._losses,
            "validation_losses": self._validation_losses,
            # These keys stay: saved states of earlier versions have them.
            "best_verdict": self._best_loss,
            "best_epoch": self._best_epoch,
            "best_weights": self._best_weights,
        }

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Continue from where `state_dict` was taken."""
        self._network.load_state_dict(state["network"])
        groups = self._optimiser.state_dict()["param_groups"]
        self._optimiser.load_state_dict({"state": state["optimiser"], "param_groups": groups})
        for sampler, one in zip(self._samplers, state["samplers"], strict=True):
            sampler.load_state_dict(one)
        torch.set_rng_state(state["cpu_random"])
        for gpu, random in zip(_own_gpu(self._device), state["cuda_random"], strict=False):
            torch.cuda.set_rng_state(random, gpu)
        self._step = state["step"]
        self._total_loss.fill_(state["total_loss"])
        self._losses = state["losses"]
        self._validation_losses = state["validation_losses"]
        self._best_loss, self._best_epoch = state["best_verdict"], state["best_epoch"]
        self._best_weights = state["best_weights"]

    def keep_best(self) -> Fit:
        """Put the best weights into the network, in eval mode."""
        self._network.eval()
        losses, validation = tuple(self._losses), tuple(self._validation_losses)
        if self._best_weights is None:
            return Fit(len(losses), None, losses)
        self._network.load_state_dict(self._best_weights)
        return Fit(self._best_epoch, self._best_loss, losses, validation)


def _parameter_groups(network: nn.Module, config: TrainingConfig) -> list[dict[str, Any]]:
    """Return the weights that learn, those of taste apart, with factors of the learning rate."""
    of_taste = {
        id(one)
        for module in network.modules()
        if isinstance(module, Deconfounder)
        for one in module.parameters()
    }
    learning = [one for one in network.parameters() if one.requires_grad]
    groups = [
        {"params": [one for one in learning if id(one) not in of_taste], "times": 1.0},
        {"params": [one for one in learning if id(one) in of_taste], "times": config.taste_rate},
    ]
    return [group for group in groups if group["params"]]


def _diverged() -> TrainingError:
    return TrainingError(
        tr("The training loss is no longer a number."),
        remedy=tr("Try a smaller learning rate, or look for damaged clips in the data."),
    )


def _encoder(network: nn.Module, name: str) -> Encoder | None:
    encoder = getattr(network, name, None)
    return encoder if isinstance(encoder, GaussianEncoder | FusedEncoder) else None
