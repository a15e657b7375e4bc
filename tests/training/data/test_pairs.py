import tracemalloc
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from engine.errors import TrainingError
from engine.progress import silent
from engine.training.data.features_cache import FeatureOptions
from engine.training.data.pairs import (
    DYNAMICS,
    PairSet,
    join,
    joined_origins,
    load_pairs,
    save_pairs,
)
from engine.training.data.readers import read_spec
from tests.training.tiny_pairs import make_pairs


@pytest.fixture
def pairs() -> PairSet:
    return make_pairs(20, n_uploaders=4)


def test_a_set_survives_its_file(pairs: PairSet, tmp_path: Path) -> None:
    path = tmp_path / "pairs.npz"
    save_pairs(pairs, path)
    read = load_pairs(path)
    for name in ("video_vectors", "music_vectors", "pairs", "uploaders", "genres", "sources"):
        assert np.array_equal(getattr(read, name), getattr(pairs, name)), name
    assert (read.video_blocks, read.genre_names) == (pairs.video_blocks, pairs.genre_names)
    assert read.origin == "20 simulated pairs"
    with np.load(path, allow_pickle=False) as archive:
        assert all(archive[name].dtype != object for name in archive.files)


def test_of_videos_keeps_what_belongs_together(pairs: PairSet) -> None:
    chosen = pairs.sources == "source 1"
    part = pairs.of_videos(chosen)
    assert part.n_videos == part.n_tracks == part.n_pairs == 5
    assert np.array_equal(part.video_vectors, pairs.video_vectors[chosen])
    assert np.array_equal(part.music_vectors[part.pairs[:, 1]], pairs.music_vectors[chosen])
    assert set(part.uploaders) == {"1"}


def test_a_track_of_two_videos_stays_one_track(pairs: PairSet) -> None:
    shared = replace(pairs, pairs=np.stack([np.arange(20), np.arange(20) // 2], axis=1))
    part = shared.of_videos(np.arange(20) < 6)
    assert part.n_tracks == 3
    assert part.pairs[:, 1].tolist() == [0, 0, 1, 1, 2, 2]
    assert part.positives.sum() == 6


def test_join_keeps_both_sides_separate(pairs: PairSet) -> None:
    both = join(pairs, make_pairs(10, seed=1))
    assert (both.n_videos, both.n_tracks, both.n_pairs) == (30, 30, 30)
    assert both.pairs[20].tolist() == [20, 20]
    assert both.origin == "20 simulated pairs; 10 simulated pairs"


def test_features_of_two_versions_are_not_joined(pairs: PairSet) -> None:
    with pytest.raises(TrainingError, match="different versions"):
        join(pairs, replace(pairs, video_version="video-0"))


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"video_vectors": np.full((20, 10), np.nan, dtype=np.float32)}, "NaN"),
        ({"pairs": np.full((20, 2), 20)}, "doesn't exist"),
        ({"genres": np.zeros(3, dtype=np.int64)}, "genres"),
        ({"genres": np.full(20, 3)}, "no name"),
        ({"weights": np.zeros(20, dtype=np.float32)}, "positive"),
        ({"video_blocks": (7, 4)}, "video_blocks"),
        ({"video_experts": (1, 2)}, "video_experts"),
        ({"video_experts": (0, 2)}, "video_experts"),
    ],
)
def test_what_does_not_fit_is_refused(pairs: PairSet, change: dict[str, Any], problem: str) -> None:
    with pytest.raises(ValueError, match=problem):
        replace(pairs, **change)


def test_a_clip_that_shows_nothing_is_named(pairs: PairSet, tmp_path: Path) -> None:
    experts = replace(pairs, video_experts=(1, 1))
    vectors = experts.video_vectors.copy()
    vectors[4, :7] = 1e-38
    empty = replace(experts, video_vectors=vectors)
    with pytest.raises(TrainingError, match=r"mine\.npz: clip 5 has no picture features.*Leave it"):
        empty.require_pictures(tmp_path / "mine.npz")
    save_pairs(empty, tmp_path / "mine.npz")
    with pytest.raises(TrainingError, match=r"mine\.npz: clip 5"):
        read_spec(tmp_path / "mine.npz", FeatureOptions(tmp_path), silent())
    # A still has no dynamics, and of other features nobody knows what 0 means.
    experts.without_expert(DYNAMICS).require_pictures(tmp_path)
    replace(empty, video_experts=()).require_pictures(tmp_path)


def test_each_origin_is_named_once(pairs: PairSet) -> None:
    assert joined_origins("a; b", "", "b; c", "a") == "a; b; c"
    assert join(pairs, pairs).origin == pairs.origin


def test_experts_share_the_blocks_of_a_video(pairs: PairSet, tmp_path: Path) -> None:
    assert pairs.expert_columns == (slice(0, 10),)
    both = replace(pairs, video_experts=(1, 1))
    assert both.expert_columns == (slice(0, 7), slice(7, 10))
    still = both.without_expert(DYNAMICS)
    assert not still.video_vectors[:, 7:].any()
    assert (still.video_vectors[:, :7] == pairs.video_vectors[:, :7]).all()
    assert pairs.video_vectors[:, 7:].all()
    with pytest.raises(TrainingError, match="different versions"):
        join(pairs, both)
    assert join(both, both).video_experts == (1, 1)
    path = tmp_path / "pairs.npz"
    save_pairs(both, path)
    assert load_pairs(path).video_experts == (1, 1)
    # A file of an earlier version has one encoder for all.
    change(path, video_experts=None)
    assert load_pairs(path).video_experts == ()


def test_a_damaged_file_is_named(pairs: PairSet, tmp_path: Path) -> None:
    path = tmp_path / "pairs.npz"
    save_pairs(pairs, path)
    path.write_bytes(path.read_bytes()[:500])
    with pytest.raises(TrainingError, match=r"pairs\.npz"):
        load_pairs(path)


def test_a_file_with_nan_is_named(pairs: PairSet, tmp_path: Path) -> None:
    path = tmp_path / "pairs.npz"
    save_pairs(pairs, path)
    with np.load(path) as archive:
        arrays = dict(archive)
    arrays["music_vectors"][3, 3] = np.nan
    np.savez(path, **arrays)
    with pytest.raises(TrainingError, match=r"pairs\.npz.*NaN"):
        load_pairs(path)


def change(path: Path, **arrays: object) -> None:
    with np.load(path) as archive:
        values = {**archive, **arrays}
    np.savez(path, **{name: value for name, value in values.items() if value is not None})


@pytest.mark.parametrize(
    ("name", "array", "problem"),
    [
        ("uploaders", np.zeros(30_000_000, "?"), "a name isn't text"),
        ("pairs", np.zeros((15_000_000, 2), "u1"), "another type"),
        ("video_vectors", np.zeros((20, 1_500_000), "u1"), "another type"),
        ("extras_taken", np.zeros(30_000_000, "i1"), "another type"),
        ("music_vectors", np.zeros((20, 1_000_000), "f4"), "too large"),
        ("music_vectors", np.full((20, 8), 1e9, "f4"), "between -1,000,000 and 1,000,000"),
        ("video_version", np.array(2.5), "a name isn't text"),
        ("video_version", np.array(["video-1"]), "a name isn't text"),
        ("origin", np.array("x" * 10_001), "a name isn't text"),
        ("extras_categories", np.full(20, -2), "a value below -1"),
        ("extras_views", np.full(20, -1.0, "f4"), "a value below 0"),
    ],
)
def test_a_small_file_of_zeros_takes_little_memory(
    pairs: PairSet, tmp_path: Path, name: str, array: np.ndarray, problem: str
) -> None:
    path = tmp_path / "pairs.npz"
    save_pairs(pairs, path)
    with np.load(path) as archive:
        np.savez_compressed(path.with_name("bomb.npz"), **{**archive, name: array})
    assert path.with_name("bomb.npz").stat().st_size < 200_000
    tracemalloc.start()
    try:
        with pytest.raises(TrainingError, match=rf"bomb\.npz.*{problem}"):
            load_pairs(path.with_name("bomb.npz"))
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    # The limit of `read_archive`, and a little.
    assert peak < 90 * 2**20


@pytest.mark.parametrize(
    ("arrays", "problem"),
    [
        ({"video_vectors": np.zeros(20, "f4")}, "isn't a matrix"),
        ({"video_vectors": np.zeros((20, 9), "f4")}, "video_blocks don't sum"),
        ({"video_vectors": np.zeros((19, 10), "f4")}, "sources isn't"),
        ({"video_vectors": np.full((20, 10), np.inf, "f4")}, "infinity"),
        ({"video_vectors": np.full((20, 10), "x")}, "no usable pairs"),
        ({"pairs": np.zeros((20, 3), np.int64)}, r"pairs isn't \(n, 2\)"),
        ({"pairs": np.full((20, 2), 0.5)}, "whole number"),
        ({"uploaders": np.zeros(20, "?")}, "a name isn't text"),
        ({"weights": np.ones(20, "?")}, "numbers of another type"),
        ({"genre_names": np.array(["x"] * 2000)}, "a list is too long"),
        ({"video_blocks": np.ones(5000, "u1")}, "a list is too long"),
        ({"pairs": np.full((20, 2), np.nan)}, "whole number"),
        ({"pairs": np.full((20, 2), 20)}, "doesn't exist"),
        ({"pairs": np.full((20, 2), -1)}, "negative"),
        ({"uploaders": np.array(["a"])}, "uploaders isn't"),
        ({"uploaders": None}, "it has no uploaders"),
        ({"genres": np.zeros(20)}, "whole number"),
        ({"genre_names": np.array("jazz")}, "no usable pairs"),
        ({"video_blocks": np.array(10)}, "no usable pairs"),
        ({"weights": np.full(20, -1, "f4")}, "positive"),
        ({"format": np.array("another-1")}, "not a set of pairs"),
        ({"extras_text_vectors": np.zeros((20, 2), "f4")}, "come together"),
        ({"extras_taken": np.zeros(3, np.int64)}, "taken has 3 rows"),
        ({"uploaders": np.array([{}] * 20, dtype=object)}, "no usable pairs"),
    ],
)
def test_a_file_that_does_not_fit_is_named(
    pairs: PairSet, tmp_path: Path, arrays: dict[str, object], problem: str
) -> None:
    path = tmp_path / "pairs.npz"
    save_pairs(pairs, path)
    change(path, **arrays)
    with pytest.raises(TrainingError, match=rf"pairs\.npz: .*{problem}") as raised:
        load_pairs(path)
    assert "\n" not in str(raised.value) and raised.value.remedy


def test_what_is_no_archive_is_named(tmp_path: Path) -> None:
    path = tmp_path / "pairs.npz"
    with path.open("wb") as file:
        np.save(file, np.arange(3))
    for content in (path.read_bytes(), b"", b"PK\x03\x04 and no more", b"text"):
        path.write_bytes(content)
        with pytest.raises(TrainingError, match=r"pairs\.npz: .*no usable pairs"):
            load_pairs(path)
    with pytest.raises(TrainingError, match="no usable pairs"):
        load_pairs(tmp_path)


def test_every_damaged_byte_is_refused_or_harmless(pairs: PairSet, tmp_path: Path) -> None:
    path = tmp_path / "pairs.npz"
    save_pairs(pairs, path)
    whole = path.read_bytes()
    for place in range(0, len(whole), 61):
        path.write_bytes(whole[:place] + bytes([whole[place] ^ 0xFF]) + whole[place + 1 :])
        try:
            load_pairs(path)
        except TrainingError as error:
            assert "pairs.npz" in str(error) and "\n" not in str(error)


def test_pickles_are_never_read(tmp_path: Path) -> None:
    path = tmp_path / "pairs.npz"
    np.savez(path, format=np.array([{"a": 1}], dtype=object))
    with pytest.raises(TrainingError, match="no usable pairs"):
        load_pairs(path)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(TrainingError, match="no such file"):
        load_pairs(tmp_path / "none.npz")


def test_too_few_pairs_are_refused(pairs: PairSet, tmp_path: Path) -> None:
    pairs.require(20, tmp_path)
    with pytest.raises(TrainingError, match=r"20 pairs.*at least 21"):
        pairs.require(21, tmp_path)
