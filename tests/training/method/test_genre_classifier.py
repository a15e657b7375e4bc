"""Genres by LSTM over frames, and by a head on their mean."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from engine.errors import TrainingError
from engine.training.method.genre_classifier import (
    Excerpts,
    SequenceSettings,
    fit_pooled_head,
    fit_sequence_classifier,
)

N = 120
QUICK = SequenceSettings(n_hidden=16, n_layers=1, n_epochs=60, learning_rate=0.02, dropout=0.0)


def excerpts(rising: bool) -> Excerpts:
    """Pieces of two genres and 4 to 8 frames: of other means, or of rising and falling frames."""
    rng = np.random.default_rng(0)
    labels = np.arange(N) % 2
    pieces = []
    for label in labels:
        frames = 0.1 * rng.normal(size=(rng.integers(4, 9), 3)).astype("f4")
        sign = 1 if label else -1
        slope = np.linspace(-1, 1, len(frames), dtype="f4")
        frames[:, 0] += sign * (slope if rising else 0.5)
        pieces.append(frames.astype("f4"))
    return Excerpts.of(pieces, labels, ("falls", "rises"))


def accuracy(named: np.ndarray, of: Excerpts) -> float:
    return float((named == of.labels).mean())


def test_both_learn_from_means() -> None:
    train = excerpts(rising=False)
    unseen = train.take(np.arange(80, N))
    known = train.take(np.arange(80))
    assert accuracy(fit_pooled_head(known, seed=0).name(unseen), unseen) > 0.95
    assert accuracy(fit_sequence_classifier(known, 0, QUICK).name(unseen), unseen) > 0.95


def test_only_the_lstm_learns_from_order() -> None:
    train = excerpts(rising=True)
    unseen, known = train.take(np.arange(80, N)), train.take(np.arange(80))
    assert accuracy(fit_sequence_classifier(known, 0, QUICK).name(unseen), unseen) > 0.9
    assert accuracy(fit_pooled_head(known, seed=0).name(unseen), unseen) < 0.75


def test_what_follows_the_end_of_a_piece_has_no_effect() -> None:
    train = excerpts(rising=True)
    network = fit_sequence_classifier(train, 0, QUICK)
    padded = Excerpts(
        np.pad(train.frames, ((0, 0), (0, 5), (0, 0)), constant_values=9.0),
        train.n_frames,
        train.labels,
        train.genre_names,
    )
    assert np.array_equal(network.name(padded), network.name(train))


def test_the_same_seed_gives_the_same_network() -> None:
    train = excerpts(rising=True)
    one, again, other = (fit_sequence_classifier(train, seed, QUICK) for seed in (0, 0, 1))
    weights = [each.output.weight.detach().numpy() for each in (one, again, other)]
    assert np.array_equal(weights[0], weights[1]) and not np.array_equal(weights[0], weights[2])


def test_too_few_pieces_are_reported() -> None:
    with pytest.raises(TrainingError, match="too few labelled pieces"):
        fit_sequence_classifier(excerpts(rising=True).take(np.arange(2)), 0, QUICK)


@pytest.mark.parametrize(
    "change", [{"n_frames": np.zeros(N, int)}, {"labels": np.full(N, 2)}, {"n_frames": np.ones(3)}]
)
def test_impossible_excerpts_are_refused(change: dict[str, Any]) -> None:
    train = excerpts(rising=True)
    with pytest.raises(ValueError):
        replace(train, **change)
