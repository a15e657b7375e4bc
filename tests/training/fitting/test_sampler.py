"""Batches against slow twins: what matches, who chose, what is drawn when."""

from dataclasses import replace

import numpy as np
import pytest
import torch

from engine.training.fitting.sampler import PairSampler
from engine.training.method.training_config import TrainingConfig
from tests.training.tiny_pairs import make_pairs

CPU = torch.device("cpu")
UNIFORM = np.full(3, 1 / 3, dtype=np.float32)
WEIGHTED = TrainingConfig(batch_size=64)
EPOCH = TrainingConfig(batch_size=8, sampling="epoch")


def test_a_batch_knows_its_pairs() -> None:
    pairs = make_pairs(20, n_uploaders=4)
    shared = replace(pairs, pairs=np.stack([np.arange(20), np.arange(20) // 2], axis=1))
    batch = PairSampler(shared, UNIFORM, WEIGHTED, CPU).draw()
    video, music = batch.video, batch.music
    assert isinstance(video, torch.Tensor) and isinstance(music, torch.Tensor)
    same_track = (music[:, None] == music[None]).all(dim=2)
    assert torch.equal(batch.positives, same_track)
    assert batch.tastes.sum(dim=1).numpy() == pytest.approx(np.ones(64), abs=1e-5)
    assert torch.equal(video, torch.from_numpy(shared.video_vectors)[batch.video_rows])
    assert torch.equal(batch.track_rows, batch.video_rows // 2)
    assert torch.equal(batch.pair_rows, batch.video_rows)


def test_a_video_of_several_tracks_matches_them_all() -> None:
    pairs = make_pairs(20)
    rng = np.random.default_rng(0)
    rows = np.unique(rng.integers(0, 20, size=(70, 2)), axis=0)
    # Out of order, so that the rows of a video aren't neighbours.
    rows = rows[rng.permutation(len(rows))]
    several = replace(
        pairs,
        pairs=rows,
        weights=np.ones(len(rows), dtype=np.float32),
        uploaders=np.full(len(rows), "ann"),
    )
    assert not several.one_track_per_video
    batch = PairSampler(several, UNIFORM, WEIGHTED, CPU).draw()
    twin = torch.from_numpy(several.positives)[batch.video_rows][:, batch.track_rows]
    assert torch.equal(batch.positives, twin)
    assert 64 < int(batch.positives.sum()) < 64 * 64


def test_a_pair_is_drawn_by_its_weight() -> None:
    pairs = replace(make_pairs(4), weights=np.array([1e-9, 1e-9, 1.0, 1e-9], dtype=np.float32))
    batch = PairSampler(pairs, UNIFORM, WEIGHTED, CPU).draw()
    assert batch.pair_rows.tolist() == [2] * 64


def test_each_pair_is_drawn_once_an_epoch() -> None:
    sampler = PairSampler(make_pairs(20), UNIFORM, EPOCH, CPU)
    assert sampler.n_batches == 3
    torch.manual_seed(0)
    epochs = [[sampler.draw().pair_rows.tolist() for _ in range(3)] for _ in range(2)]
    for batches in epochs:
        # As equal as 20 pairs in 3 batches can be: no batch of few pairs, who lack negatives.
        assert sorted(map(len, batches)) == [6, 7, 7]
        assert sorted(row for batch in batches for row in batch) == list(range(20))
    assert epochs[0] != epochs[1]


def test_fewer_pairs_than_a_batch_are_one_batch() -> None:
    sampler = PairSampler(make_pairs(5), UNIFORM, EPOCH, CPU)
    assert sampler.n_batches == 1
    assert sorted(sampler.draw().pair_rows.tolist()) == list(range(5))
    assert len(PairSampler(make_pairs(5), UNIFORM, WEIGHTED, CPU).draw().pair_rows) == 64


def test_drawing_resumes_where_it_stopped() -> None:
    first, second = (PairSampler(make_pairs(20), UNIFORM, EPOCH, CPU) for _ in range(2))
    torch.manual_seed(0)
    first.draw()
    second.load_state_dict(first.state_dict())
    assert torch.equal(first.draw().pair_rows, second.draw().pair_rows)


def test_a_large_set_needs_no_matrix_of_videos_by_tracks() -> None:
    n = 200_000
    tiny = make_pairs(1)
    pairs = np.stack([np.arange(n) // 2, np.arange(n)], axis=1)
    large = replace(
        tiny,
        video_vectors=np.zeros((n // 2, 1), dtype=np.float32),
        music_vectors=np.zeros((n, 1), dtype=np.float32),
        pairs=pairs,
        weights=np.ones(n, dtype=np.float32),
        uploaders=np.arange(n).astype(np.str_),
        genres=np.zeros(n, dtype=np.int64),
        sources=np.full(n // 2, "one"),
        video_blocks=(1,),
        music_blocks=(1,),
    )
    # Videos by tracks would be 20 GB of bools.
    batch = PairSampler(large, UNIFORM, WEIGHTED, CPU).draw()
    assert torch.equal(batch.positives, batch.video_rows[:, None] == batch.track_rows // 2)
