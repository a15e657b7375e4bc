"""Real feature sets: uploaders, genres and splits."""

from pathlib import Path

import numpy as np
import pytest

from engine.errors import TrainingError
from engine.training.data.benchmark_data import BenchmarkData
from tests.benchmarks.shared_sets import cluster, read_av_pairs, read_micro_videos

RNG = np.random.default_rng(7)


def write_micro(folder: Path, n: int = 60) -> None:
    """Sixty videos: viewer 0 watched the first 50, viewer 1 the first 30, nobody the rest."""
    visual, acoustic = RNG.normal(size=(n, 6)), RNG.normal(size=(n, 4))
    np.savez(folder / "features.npz", visual=visual, acoustic=acoustic)
    users = np.repeat([0, 1], [50, 30]).astype(np.int32)
    videos = np.concatenate([np.arange(50), np.arange(30)]).astype(np.int32)
    np.savez(folder / "interactions.npz", train_user=users, train_video=videos)


def check_apart(data: BenchmarkData) -> None:
    """Check that no held-out sound is in training and each test ranks only its own sounds."""
    learnt = set(data.ugc.pairs[:, 1].tolist())
    for test in (data.validation, *data.tests):
        assert test.candidates_pool is not None
        assert set(test.targets.tolist()) == set(test.candidates_pool.tolist())
        assert not learnt & set(test.candidates_pool.tolist())
        assert set(test.negatives.ravel().tolist()) <= set(test.candidates_pool.tolist())
    (test,) = data.tests
    assert not set(test.targets.tolist()) & set(data.validation.targets.tolist())


def test_events_are_split_by_clip(tmp_path: Path) -> None:
    visual, acoustic = RNG.normal(size=(50, 8)), RNG.normal(size=(50, 4))
    # 0 and 1 have equal video, 1 and 2 equal sound: they are one source.
    visual[1], acoustic[2] = visual[0], acoustic[1]
    np.savez(tmp_path / "pairs.npz", visual=visual, acoustic=acoustic)
    data = read_av_pairs(tmp_path, seed=0)
    assert data.ugc.n_tracks == 49
    assert (data.ugc.video_blocks, data.ugc.music_blocks) == ((4, 4), (2, 2))
    assert len(set(data.ugc.uploaders.tolist())) == data.ugc.n_pairs
    n_held_out = sum(test.n for test in (data.validation, *data.tests))
    assert data.ugc.n_videos + n_held_out == 50
    assert (data.tests[0].n, data.validation.n) == (10, 4)
    for seed in range(8):
        parts = read_av_pairs(tmp_path, seed)
        check_apart(parts)
        found = [
            sum(np.isclose(vectors[:, None], visual[:3].astype("f4")).all(axis=2).any(axis=1))
            for vectors in (
                parts.ugc.video_vectors,
                parts.validation.queries.video_vectors,
                parts.tests[0].queries.video_vectors,
            )
        ]
        assert sorted(found) == [0, 0, 3]


def test_viewers_are_used_as_uploaders(tmp_path: Path) -> None:
    write_micro(tmp_path)
    data = read_micro_videos(tmp_path, seed=0)
    check_apart(data)
    ugc = data.ugc
    # Each video has the same weight, however many viewers it has.
    weights = np.bincount(ugc.pairs[:, 0], ugc.weights)
    assert weights == pytest.approx(np.ones(ugc.n_videos))
    assert {"viewer 0", "viewer 1"} < set(ugc.uploaders.tolist())
    assert all(
        name in ("viewer 0", "viewer 1") or name.startswith("viewer of video")
        for name in ugc.uploaders.tolist()
    )
    (test,) = data.tests
    assert len(np.unique(test.targets)) == test.n == 12
    # A viewer's taste is that of the training videos they watched.
    assert test.queries.uploaders is not None
    row = test.queries.uploaders.tolist().index("viewer 0")
    mine = ugc.genres[ugc.pairs[ugc.uploaders == "viewer 0", 1]]
    expected = np.bincount(mine, minlength=len(ugc.genre_names)) / len(mine)
    assert test.queries.tastes[row] == pytest.approx(expected)


def test_viewers_can_be_fewer(tmp_path: Path) -> None:
    write_micro(tmp_path)
    ugc = read_micro_videos(tmp_path, seed=0, n_viewers=1).ugc
    assert ugc.n_pairs == ugc.n_videos
    assert ugc.weights.tolist() == [1.0] * ugc.n_pairs


def uploaders_of(data: BenchmarkData) -> list[str]:
    uploaders = data.tests[0].queries.uploaders
    assert uploaders is not None
    return [str(name) for name in uploaders]


def test_the_same_seed_splits_alike(tmp_path: Path) -> None:
    write_micro(tmp_path)
    first, again, other = (read_micro_videos(tmp_path, seed) for seed in (0, 0, 1))
    assert np.array_equal(first.tests[0].targets, again.tests[0].targets)
    assert np.array_equal(first.ugc.genres, again.ugc.genres)
    assert uploaders_of(first) == uploaders_of(again)
    assert not np.array_equal(first.tests[0].targets, other.tests[0].targets)


def test_near_points_form_a_cluster() -> None:
    centres = np.repeat([[0.0, 0.0], [10.0, 0.0], [0.0, 1000.0]], 20, axis=0)
    points = (centres + 0.1 * RNG.normal(size=centres.shape)).astype(np.float32)
    fitted = np.arange(60) % 2 == 0
    found = cluster(points, fitted, 3, seed=0)
    # Standardised, the second column doesn't dominate the first; all points get a cluster.
    assert [len(set(found[start : start + 20].tolist())) for start in (0, 20, 40)] == [1, 1, 1]
    assert len(set(found.tolist())) == 3


def test_damaged_sets_are_named(tmp_path: Path) -> None:
    with pytest.raises(TrainingError, match=r"pairs\.npz.*no such file"):
        read_av_pairs(tmp_path, 0)
    (tmp_path / "pairs.npz").write_bytes(b"no archive")
    with pytest.raises(TrainingError, match=r"pairs\.npz.*can't be used"):
        read_av_pairs(tmp_path, 0)
    np.savez(tmp_path / "pairs.npz", visual=np.ones((3, 2)))
    with pytest.raises(TrainingError, match="acoustic"):
        read_av_pairs(tmp_path, 0)
    np.savez(tmp_path / "pairs.npz", visual=np.ones((3, 2)), acoustic=np.ones((4, 2)))
    with pytest.raises(TrainingError, match="different lengths"):
        read_av_pairs(tmp_path, 0)
    np.savez(tmp_path / "pairs.npz", visual=np.ones((3, 2)), acoustic=np.full((3, 2), np.nan))
    with pytest.raises(TrainingError, match="isn't a number"):
        read_av_pairs(tmp_path, 0)
    write_micro(tmp_path)
    np.savez(tmp_path / "interactions.npz", train_user=np.array([1]), train_video=np.array([60]))
    with pytest.raises(TrainingError, match=r"interactions\.npz.*don't exist"):
        read_micro_videos(tmp_path, 0)


def test_the_real_sets_are_read(shared_data: Path) -> None:
    events = read_av_pairs(shared_data / "av_pairs", seed=0)
    check_apart(events)
    assert events.ugc.n_videos + events.validation.n + events.tests[0].n == 2783
    micro = read_micro_videos(shared_data / "micro_videos", seed=0)
    check_apart(micro)
    assert micro.ugc.n_videos + micro.validation.n + micro.tests[0].n == 6710
    assert np.bincount(micro.ugc.genres, minlength=10).min() > 0
