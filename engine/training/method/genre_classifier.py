"""Genre classifiers: the paper's LSTM over frames, and a head like the app's.

The genres of TT-150k-genre come from "multiple layers of LSTM neural nets" over frame-wise
features (DebCM, section 5.1, after Fulzele et al. 2018). The app's profile pack uses multinomial
logistic regression on one pooled vector instead. `tests/benchmarks/genre_classifiers.py` compares
both on the same music, and makes the frames of music files.
"""

import copy
import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Self

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor, nn

from engine.errors import TrainingError
from engine.translation import tr

_PRECISIONS = (1.0, 10.0, 100.0, 1000.0)
_N_INNER_FOLDS = 4


@dataclass(frozen=True, slots=True, eq=False)
class Excerpts:
    """Pieces of music as sequences of frames, with their genres.

    Attributes:
        frames: float32 (n, longest, D), zero after the end of a piece.
        n_frames: int64 (n,), number of frames of each piece, at least 1.
        labels: int64 (n,), index into `genre_names`.
        genre_names: names of the labels.
    """

    frames: npt.NDArray[np.float32]
    n_frames: npt.NDArray[np.int64]
    labels: npt.NDArray[np.int64]
    genre_names: tuple[str, ...]

    def __post_init__(self) -> None:
        n = len(self.labels)
        if self.frames.ndim != 3 or len(self.frames) != n or self.n_frames.shape != (n,):
            raise ValueError("frames, their numbers and labels don't fit")
        if n and not 1 <= int(self.n_frames.min()) <= int(self.n_frames.max()) <= len(
            self.frames[0]
        ):
            raise ValueError("a piece has no frame, or more than the longest")
        if n and not 0 <= int(self.labels.min()) <= int(self.labels.max()) < len(self.genre_names):
            raise ValueError("a genre has no name")

    @classmethod
    def of(
        cls,
        pieces: Sequence[npt.NDArray[np.float32]],
        labels: npt.NDArray[np.int64],
        genre_names: tuple[str, ...],
    ) -> Self:
        """Pad pieces (n_frames, D) to one length."""
        n_frames = np.array([len(piece) for piece in pieces], dtype=np.int64)
        frames = np.zeros((len(pieces), int(n_frames.max()), pieces[0].shape[1]), np.float32)
        for row, piece in enumerate(pieces):
            frames[row, : len(piece)] = piece
        return cls(frames, n_frames, np.asarray(labels, dtype=np.int64), genre_names)

    def take(self, rows: npt.NDArray[np.bool_] | npt.NDArray[np.int64]) -> Self:
        """Return some of the pieces."""
        return replace(
            self, frames=self.frames[rows], n_frames=self.n_frames[rows], labels=self.labels[rows]
        )

    @property
    def pooled(self) -> npt.NDArray[np.float32]:
        """The mean of each piece's frames, (n, D)."""
        return np.asarray(self.frames.sum(axis=1) / self.n_frames[:, None], np.float32)


@dataclass(frozen=True, slots=True)
class SequenceSettings:
    """Settings of the LSTM: width, depth, regularisation and training."""

    n_hidden: int = 64
    n_layers: int = 2
    dropout: float = 0.3
    learning_rate: float = 2e-3
    weight_decay: float = 1e-2
    batch_size: int = 32
    n_epochs: int = 40
    patience: int = 10
    validation_share: float = 0.15


class SequenceClassifier(nn.Module):
    """LSTM layers over the frames; the state after the last frame predicts the genre."""

    mean: Tensor
    deviation: Tensor

    def __init__(self, n_features: int, n_genres: int, settings: SequenceSettings) -> None:
        super().__init__()
        self.register_buffer("mean", torch.zeros(n_features))
        self.register_buffer("deviation", torch.ones(n_features))
        self.lstm = nn.LSTM(
            n_features,
            settings.n_hidden,
            settings.n_layers,
            batch_first=True,
            dropout=settings.dropout if settings.n_layers > 1 else 0.0,
        )
        self.dropout = nn.Dropout(settings.dropout)
        self.output = nn.Linear(settings.n_hidden, n_genres)

    def forward(self, frames: Tensor, n_frames: Tensor) -> Tensor:
        """Return logits (n, n_genres) of frames (n, longest, D)."""
        # An LSTM runs forward, so frames after the end of a piece don't affect its last state.
        states, _ = self.lstm((frames - self.mean) / self.deviation)
        last = states[torch.arange(len(frames), device=frames.device), n_frames - 1]
        logits: Tensor = self.output(self.dropout(last))
        return logits

    def name(self, excerpts: Excerpts) -> npt.NDArray[np.int64]:
        """Return the most likely genre (n,) of each piece."""
        self.eval()
        with torch.no_grad():
            logits = self(torch.from_numpy(excerpts.frames), torch.from_numpy(excerpts.n_frames))
        named: npt.NDArray[np.int64] = logits.argmax(dim=1).numpy()
        return named


def fit_sequence_classifier(
    excerpts: Excerpts, seed: int, settings: SequenceSettings | None = None
) -> SequenceClassifier:
    """Fit the LSTM and keep the epoch with the lowest loss on held-out pieces.

    Raises:
        TrainingError: when there are too few pieces for a validation part.
    """
    settings = settings or SequenceSettings()
    held_out = _held_out(excerpts.labels, settings.validation_share, seed)
    train, validation = excerpts.take(~held_out), excerpts.take(held_out)
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        network = SequenceClassifier(excerpts.frames.shape[2], len(excerpts.genre_names), settings)
        valid = train.frames[np.arange(train.frames.shape[1]) < train.n_frames[:, None]]
        network.mean.copy_(torch.from_numpy(valid.mean(axis=0)))
        network.deviation.copy_(torch.from_numpy(valid.std(axis=0) + 1e-6))
        _descend(network, _tensors(train), _tensors(validation), settings)
    return network


def _descend(
    network: SequenceClassifier,
    train: tuple[Tensor, Tensor, Tensor],
    validation: tuple[Tensor, Tensor, Tensor],
    settings: SequenceSettings,
) -> None:
    optimiser = torch.optim.AdamW(
        network.parameters(), lr=settings.learning_rate, weight_decay=settings.weight_decay
    )
    best_loss, best_epoch, best_state = math.inf, 0, copy.deepcopy(network.state_dict())
    for epoch in range(settings.n_epochs):
        network.train()
        for rows in torch.split(torch.randperm(len(train[0])), settings.batch_size):
            frames, n_frames, labels = (part[rows] for part in train)
            optimiser.zero_grad()
            nn.functional.cross_entropy(network(frames, n_frames), labels).backward()
            optimiser.step()
        network.eval()
        with torch.no_grad():
            loss = float(
                nn.functional.cross_entropy(network(validation[0], validation[1]), validation[2])
            )
        if loss < best_loss:
            best_loss, best_epoch = loss, epoch
            best_state = copy.deepcopy(network.state_dict())
        elif epoch - best_epoch >= settings.patience:
            break
    network.load_state_dict(best_state)
    network.eval()


@dataclass(frozen=True, slots=True, eq=False)
class PooledHead:
    """p = softmax(W z + c), z the standardised mean of a piece's frames.

    Attributes:
        mean, deviation: (D,) of the pooled training vectors.
        weights: (n_genres, D).
        biases: (n_genres,).
    """

    mean: npt.NDArray[np.float32]
    deviation: npt.NDArray[np.float32]
    weights: npt.NDArray[np.float32]
    biases: npt.NDArray[np.float32]

    def logits(self, vectors: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
        """Return (n, n_genres) of pooled vectors (n, D)."""
        return np.asarray(
            (vectors - self.mean) / self.deviation @ self.weights.T + self.biases, np.float32
        )

    def name(self, excerpts: Excerpts) -> npt.NDArray[np.int64]:
        """Return the most likely genre (n,) of each piece."""
        return np.asarray(self.logits(excerpts.pooled).argmax(axis=1), dtype=np.int64)


def fit_pooled_head(
    excerpts: Excerpts, seed: int, precisions: Sequence[float] = _PRECISIONS
) -> PooledHead:
    """Fit the head, with the precision of its prior chosen by cross-validation.

    Args:
        excerpts: labelled music.
        seed: of the folds.
        precisions: of the Gaussian prior around zero, to choose from.
    """
    if len(precisions) == 1:
        return _logistic(excerpts, precisions[0])
    order = np.random.default_rng(seed).permutation(len(excerpts.labels))
    folds = np.zeros(len(order), dtype=np.int64)
    # Genre by genre, so that each fold has all of them.
    folds[order[np.argsort(excerpts.labels[order], kind="stable")]] = (
        np.arange(len(order)) % _N_INNER_FOLDS
    )
    losses = [
        sum(
            _negative_likelihood(
                _logistic(excerpts.take(folds != fold), precision), excerpts.take(folds == fold)
            )
            for fold in range(_N_INNER_FOLDS)
        )
        for precision in precisions
    ]
    return _logistic(excerpts, precisions[int(np.argmin(losses))])


def _logistic(excerpts: Excerpts, precision: float) -> PooledHead:
    pooled = excerpts.pooled
    mean, deviation = pooled.mean(axis=0), pooled.std(axis=0) + np.float32(1e-6)
    inputs, labels = torch.from_numpy((pooled - mean) / deviation), _tensors(excerpts)[2]
    n_genres = len(excerpts.genre_names)
    weights = torch.zeros(n_genres, inputs.shape[1], requires_grad=True)
    biases = torch.zeros(n_genres, requires_grad=True)
    optimiser = torch.optim.LBFGS([weights, biases], max_iter=200, line_search_fn="strong_wolfe")

    def loss() -> Tensor:
        optimiser.zero_grad()
        likelihood = nn.functional.cross_entropy(
            inputs @ weights.T + biases, labels, reduction="sum"
        )
        total = likelihood + 0.5 * precision * weights.square().sum()
        total.backward()
        return total

    optimiser.step(loss)
    return PooledHead(mean, deviation, weights.detach().numpy(), biases.detach().numpy())


def _negative_likelihood(head: PooledHead, excerpts: Excerpts) -> float:
    logits = torch.from_numpy(head.logits(excerpts.pooled))
    return float(nn.functional.cross_entropy(logits, _tensors(excerpts)[2], reduction="sum"))


def _held_out(labels: npt.NDArray[np.int64], share: float, seed: int) -> npt.NDArray[np.bool_]:
    """Return a mask (n,) of the validation part: the same share of each genre."""
    rng = np.random.default_rng(seed)
    held_out = np.zeros(len(labels), dtype=np.bool_)
    for label in np.unique(labels):
        rows = np.flatnonzero(labels == label)
        held_out[rng.permutation(rows)[: round(share * len(rows))]] = True
    if not held_out.any() or held_out.all():
        raise TrainingError(
            tr("There are too few labelled pieces to learn genres from."),
            remedy=tr("Add more music of each genre."),
        )
    return held_out


def _tensors(excerpts: Excerpts) -> tuple[Tensor, Tensor, Tensor]:
    return (
        torch.from_numpy(excerpts.frames),
        torch.from_numpy(excerpts.n_frames),
        torch.from_numpy(excerpts.labels),
    )
