"""Sketches of clips: copies are known again, others are told apart."""

import tracemalloc

import numpy as np
import numpy.typing as npt
import pytest

from engine.encoders import clip_sketches
from engine.encoders.clip_sketches import SKETCH_BYTES, ClipSketches, stacked
from engine.training.data.same_clips import linked

N_FEATURES = 400
RNG = np.random.default_rng(3)
# Features of a network are alike in much: all clips have these in common.
COMMON = 2 * RNG.random(N_FEATURES)
CLIPS = (COMMON + RNG.normal(size=(30, N_FEATURES))).astype("f4")


def moved(vectors: npt.NDArray[np.float32], share: float) -> npt.NDArray[np.float32]:
    """Return the clips as far from themselves as a share of what is between two clips."""
    noise = np.random.default_rng(4).normal(size=vectors.shape) * 2**0.5 * share
    return (vectors + noise).astype("f4")


def of(vectors: npt.NDArray[np.float32], version: str = "video-9") -> ClipSketches:
    return ClipSketches.of(vectors, version)


def test_an_export_of_a_clip_is_known_again_and_another_clip_is_not() -> None:
    listed = of(CLIPS[:20]).packed()
    assert all(len(one) == SKETCH_BYTES for one in listed)
    assert of(CLIPS).among(listed).tolist() == [True] * 20 + [False] * 10
    assert of(moved(CLIPS, 0.2)).among(listed).tolist() == [True] * 20 + [False] * 10
    assert of(3 * CLIPS).among(listed).tolist() == [True] * 20 + [False] * 10
    assert not of(moved(CLIPS, 0.7)).among(listed).any()
    assert not of(CLIPS).among([]).any()


def test_features_of_other_versions_are_not_compared() -> None:
    assert not of(CLIPS, "video-8").among(of(CLIPS).packed()).any()
    assert not of(CLIPS[:, :399]).among(of(CLIPS).packed()).any()


@pytest.mark.parametrize("n_ways", [2, 4, 6, 10])
def test_where_clips_differ_in_few_ways_near_ones_are_not_copies(n_ways: int) -> None:
    rng = np.random.default_rng(n_ways)
    seen = rng.normal(size=(n_ways, N_FEATURES))
    few = (rng.normal(size=(48, n_ways)) @ seen + 0.1 * rng.normal(size=(48, N_FEATURES))).astype(
        "f4"
    )
    assert len(of(few).copies()) <= 1
    assert not of(few[:24]).among(of(few[24:]).packed()).any()
    # A copy that differs by rounding is one all the same.
    twice = np.concatenate([few, few[:1] * np.float32(1.000001)])
    assert [0, 48] in of(twice).copies().tolist()


def test_copies_within_a_set_are_paired(monkeypatch: pytest.MonkeyPatch) -> None:
    found = of(np.concatenate([CLIPS, moved(CLIPS[:3], 0.2)])).copies()
    assert found.tolist() == [[0, 30], [1, 31], [2, 32]]
    assert of(CLIPS).copies().shape == (0, 2)
    assert of(CLIPS[:0]).copies().shape == (0, 2)
    # Whole numbers: the blocks don't change what is found.
    monkeypatch.setattr(clip_sketches, "_MAX_AT_ONCE", 64)
    assert of(np.concatenate([CLIPS, moved(CLIPS[:3], 0.2)])).copies().tolist() == found.tolist()
    monkeypatch.setattr(clip_sketches, "_MAX_CLIPS", 4)
    many = of(np.concatenate([CLIPS[:5], CLIPS[:1], moved(CLIPS[1:2], 0.2)])).copies()
    assert many.tolist() == [[0, 5]]


def test_what_else_is_in_a_set_does_not_widen_the_limit() -> None:
    near = moved(CLIPS, 0.65)
    both = np.concatenate([CLIPS, near])
    assert of(both).copies().tolist() == []
    rng = np.random.default_rng(8)
    apart = (6 * rng.normal(size=(300, N_FEATURES))).astype("f4")
    assert of(np.concatenate([both, apart])).copies().tolist() == []


def test_many_equal_clips_take_little_memory() -> None:
    rows = np.tile(of(CLIPS).rows, (700, 1))
    tracemalloc.start()
    try:
        found = ClipSketches(rows, "video-9", True).copies()
        near = ClipSketches((rows + np.arange(len(rows))[:, None] % 2).astype(np.int8), "v", True)
        also = near.copies()
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert len(set(linked(len(rows), found).tolist())) == 30
    assert len(set(linked(len(rows), also).tolist())) == 30
    assert peak < 150 * 2**20


def test_links_connect_all_that_is_near() -> None:
    rng = np.random.default_rng(1)
    points = rng.random(80)
    near = np.abs(points[:, None] - points[None]) < 0.012
    whole = linked(80, np.argwhere(near))
    assert 20 < len(set(whole.tolist())) < 70
    for size in (1, 7, 80):
        parts = [
            first + clip_sketches._spanning(near[first : first + size, first:])
            for first in range(0, 80, size)
        ]
        assert linked(80, np.concatenate(parts)).tolist() == whole.tolist()


def test_a_clip_that_shows_nothing_is_like_no_other() -> None:
    black = np.zeros((2, N_FEATURES), "f4")
    assert of(black).packed() == []
    assert not of(black).among(of(CLIPS).packed()).any()
    assert of(np.concatenate([black, CLIPS])).copies().tolist() == []


def test_of_few_features_only_equal_ones_are_the_same() -> None:
    few = CLIPS[:, :8]
    twice = np.concatenate([few, few[:2], np.nextafter(few[2:3], 9)])
    assert of(twice).copies().tolist() == [[0, 30], [1, 31]]
    assert of(twice).among(of(few).packed()).tolist() == [True] * 32 + [False]
    exact = ClipSketches.of(moved(CLIPS, 0.01), "video-9", know_exports=False)
    assert not exact.among(ClipSketches.of(CLIPS, "video-9", know_exports=False).packed()).any()


def test_huge_and_tiny_features_have_a_sketch() -> None:
    with np.errstate(all="raise"):
        for factor in (1e30, 1e-30):
            scaled = (CLIPS.astype(np.float64) * factor).astype("f4")
            assert of(scaled).among(of(CLIPS).packed()).all()


def test_a_sketch_stays_what_it_was() -> None:
    """Lists of packs that exist name clips by it, on every computer."""
    vector = np.linspace(-1, 2, N_FEATURES, dtype="f4")[None]
    sketch = of(vector)
    assert np.abs(sketch.rows[0, :8] - np.array([5, 78, -19, -27, -8, 70, 18, 12])).max() <= 1
    assert sketch.packed()[0][:8].hex() == "7bb9d74fba75cd72"


def test_sketches_of_several_sets_are_stacked() -> None:
    whole = stacked([of(CLIPS[:4]), of(CLIPS[4:])])
    assert np.array_equal(whole.rows, of(CLIPS).rows)
    assert whole.among(of(CLIPS[3:5]).packed()).nonzero()[0].tolist() == [3, 4]
