"""Swaps within uploaders: what cancels in them, and which pairs decide."""

from dataclasses import replace

import numpy as np
import pytest

from engine.training.fitting.swaps import Swaps, hold_out_swaps, swaps_within
from tests.present import present
from tests.training.hand_made import make_pairs

SCORES = np.array([[3, 1, 0, 9], [0, 2, 1, 9], [1, 0, 0, 9], [9, 9, 9, 9]], dtype=np.float32)
TRACKS = np.array([5, 6, 5, 7])
UPLOADERS = np.array(["a", "a", "a", "b"])


def test_gains_by_hand() -> None:
    swaps = present(swaps_within(SCORES, TRACKS, UPLOADERS))
    # 3 + 2 - 1 - 0, and 2 + 0 - 1 - 0; the pairs 0 and 2 have one track, and b has one pair.
    assert swaps.gains.tolist() == [4, 1]
    assert swaps.weights.tolist() == [0.5, 0.5]
    assert swaps.accuracy == 1.0


def test_what_belongs_to_a_video_or_a_track_alone_cancels() -> None:
    rng = np.random.default_rng(0)
    of_videos, of_tracks = rng.normal(size=(4, 1)), rng.normal(size=(1, 4))
    moved = (SCORES + 50 * of_videos + 50 * of_tracks).astype(np.float32)
    same = present(swaps_within(moved, TRACKS, UPLOADERS))
    assert same.gains == pytest.approx([4, 1], abs=1e-4)


def test_the_style_of_an_uploader_cancels_and_content_stays() -> None:
    rng = np.random.default_rng(1)
    uploaders = np.repeat(np.arange(30), 6).astype(np.str_)
    tracks, style = rng.normal(size=(180, 8)), np.repeat(rng.normal(size=(30, 8)), 6, axis=0)
    content = tracks + 0.5 * rng.normal(size=tracks.shape)
    ids = np.arange(180)
    clean = present(swaps_within((content @ tracks.T).astype(np.float32), ids, uploaders))
    styled = present(
        swaps_within(((content + 3 * style) @ tracks.T).astype(np.float32), ids, uploaders)
    )
    assert styled.log_likelihood == pytest.approx(clean.log_likelihood, abs=1e-4)
    assert clean.accuracy > 0.9
    unrelated = present(swaps_within((style @ tracks.T).astype(np.float32), ids, uploaders))
    assert unrelated.log_likelihood == pytest.approx(-np.log(2), abs=1e-3)


def test_every_video_counts_the_same() -> None:
    rng = np.random.default_rng(2)
    uploaders = np.array(["a"] * 10 + ["b"] * 2)
    swaps = present(swaps_within(rng.normal(size=(12, 12)).astype("f4"), np.arange(12), uploaders))
    assert len(swaps.weights) == 45 + 1
    assert swaps.weights[:45].sum() == pytest.approx(9 / 10)


def test_the_likelihood_needs_no_unit_and_falls_with_errors() -> None:
    gains, even = np.array([1.0, 2.0, -0.5, 1.5]), np.full(4, 0.25)
    one, other = Swaps(gains, even), Swaps(0.1 * gains, even)
    assert one.log_likelihood == pytest.approx(other.log_likelihood, abs=0.01)
    assert one.accuracy == 0.75 and Swaps(0 * gains, even).accuracy == 0.5
    worse = Swaps(np.array([1.0, 2.0, -2.5, 1.5]), even)
    assert worse.log_likelihood < one.log_likelihood - 0.05
    assert Swaps(0 * gains, even).log_likelihood == pytest.approx(-np.log(2))


def test_without_two_tracks_of_one_uploader_there_are_no_swaps() -> None:
    assert swaps_within(SCORES, TRACKS, np.array(["a", "b", "c", "d"])) is None
    assert swaps_within(SCORES, np.full(4, 5), UPLOADERS) is None


def test_half_of_the_videos_of_some_uploaders_are_held_out() -> None:
    pairs = make_pairs(300)
    held_out = hold_out_swaps(pairs, 0.2, seed=3)
    counts = [held_out[pairs.uploaders == name].sum() for name in map(str, range(5))]
    # Five uploaders of 60 videos: two halves fit into a fifth.
    assert sorted(counts) == [0, 0, 0, 30, 30]
    assert np.array_equal(held_out, hold_out_swaps(pairs, 0.2, seed=3))
    assert not np.array_equal(held_out, hold_out_swaps(pairs, 0.2, seed=4))
    # There is room for less than a half of anybody's history.
    assert hold_out_swaps(pairs, 0.02, seed=3).sum() == 6
    few = replace(pairs, uploaders=(np.arange(300) // 3).astype(np.str_))
    assert not hold_out_swaps(few, 0.2, seed=3).any()


def test_a_video_is_held_out_with_all_its_pairs() -> None:
    pairs = make_pairs(40)
    twice = replace(
        pairs,
        pairs=np.concatenate([pairs.pairs, np.c_[np.arange(40), 20 + np.arange(40) % 20]]),
        weights=np.ones(80, dtype=np.float32),
        uploaders=np.concatenate([pairs.uploaders, np.roll(pairs.uploaders, 1)]),
    )
    held_out = hold_out_swaps(twice, 0.3, seed=0)
    assert held_out.any()
    assert np.array_equal(held_out[:40], held_out[40:])
