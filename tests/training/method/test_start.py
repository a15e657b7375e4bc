"""Encoders that start from the correlation rank as linear CCA does, and leave uploaders out."""

from dataclasses import replace

import numpy as np
import pytest
import torch

from engine.training.data.pairs import PairSet
from engine.training.method.canonical_correlation import CanonicalCorrelations
from engine.training.method.encoders import GaussianEncoder
from engine.training.method.scaling import fit_scaling
from engine.training.method.start import start_from_correlation, within_groups
from engine.training.method.training_config import TrainingConfig
from tests.training.tiny_pairs import make_pairs


def make_encoders(pairs: PairSet, n_latent: int) -> tuple[GaussianEncoder, GaussianEncoder]:
    config = TrainingConfig(n_latent=n_latent)
    video = fit_scaling(pairs.video_vectors, pairs.video_blocks, 1 << 16)
    music = fit_scaling(pairs.music_vectors, pairs.music_blocks, 1 << 16)
    return GaussianEncoder(video, config).eval(), GaussianEncoder(music, config).eval()


def test_the_means_are_the_canonical_projections() -> None:
    pairs = make_pairs(200)
    video, music = make_encoders(pairs, 12)
    start_from_correlation(video, music, pairs, ridge=0.1)
    axes = CanonicalCorrelations(
        pairs.video_vectors[pairs.pairs[:, 0]], pairs.music_vectors[pairs.pairs[:, 1]]
    ).axes(0.1)
    weighted = replace(
        axes,
        video_axes=axes.video_axes * axes.correlations,
        music_axes=axes.music_axes * axes.correlations,
    )
    with torch.no_grad():
        pictures = video(torch.from_numpy(pairs.video_vectors))[0].numpy()
        sounds = music(torch.from_numpy(pairs.music_vectors))[0].numpy()
    n_axes = axes.video_axes.shape[1]
    assert not pictures[:, n_axes:].any()
    np.testing.assert_allclose(
        pictures[:, :n_axes], weighted.project_videos(pairs.video_vectors), atol=1e-3
    )
    np.testing.assert_allclose(
        sounds[:, :n_axes], weighted.project_tracks(pairs.music_vectors), atol=1e-3
    )


def test_departures_from_the_group() -> None:
    vectors = np.array([[1.0], [3.0], [10.0]], np.float32)
    # The mean of all is 14/3; of the first two 2, of the third itself.
    np.testing.assert_allclose(
        within_groups(vectors, np.array(["a", "a", "b"])), [[11 / 3], [17 / 3], [14 / 3]], rtol=1e-6
    )


@pytest.mark.parametrize("within", [False, True])
def test_habits_of_uploaders_are_left_out(within: bool) -> None:
    rng = np.random.default_rng(0)
    pairs = make_pairs(600)
    n, rows = pairs.n_pairs, pairs.pairs
    # Beside the content, one number of picture and one of sound are the uploader's alone.
    habits = rng.normal(size=20).astype(np.float32)
    owner = np.arange(n) % 20
    video, music = pairs.video_vectors.copy(), np.zeros((n, pairs.music_vectors.shape[1]), "f4")
    video[rows[:, 0], -1] = habits[owner] + 0.1 * rng.normal(size=n)
    music[:] = pairs.music_vectors[rows[:, 1]]
    music[:, -1] = habits[owner] + 0.1 * rng.normal(size=n)
    own = replace(
        pairs,
        video_vectors=video,
        music_vectors=music,
        pairs=np.stack([rows[:, 0], np.arange(n)], axis=1),
        uploaders=np.array([f"uploader {one}" for one in owner]),
        genres=pairs.genres[rows[:, 1]],
    )
    encoders = make_encoders(own, 8)
    start_from_correlation(*encoders, own, ridge=0.1, within_uploaders=within)
    with torch.no_grad():
        location = encoders[0].projection @ encoders[0].location.weight.T
        habit = (location[-1] * own.video_vectors[:, -1].std()).norm()
        others = (location[:-1] * torch.from_numpy(own.video_vectors[:, :-1].std(0))[:, None]).norm(
            dim=1
        )
    assert (habit < others.max() * 0.5) == within
