import numpy as np
import pytest

from engine.training.evaluate import label_share, own_ranks

SCORES = np.array([[0.9, 0.5, 0.1], [0.9, 0.5, 0.1]], dtype=np.float32)


def test_own_ranks_by_hand() -> None:
    assert own_ranks(SCORES, np.array([[1, 0, 0], [0, 1, 0]], dtype=bool)) == pytest.approx(
        [0, 0.5]
    )
    assert own_ranks(SCORES, np.array([[0, 0, 1], [1, 1, 1]], dtype=bool)) == pytest.approx([1.0])


def test_equal_scores_are_chance() -> None:
    assert own_ranks(np.zeros((1, 5), dtype=np.float32), np.eye(1, 5, dtype=bool))[0] == 0.5


def test_label_share_counts_only_candidates() -> None:
    labels = np.array(["sad", "calm", "sad"])
    video = np.array(["sad", "calm"])
    every = np.ones((2, 3), dtype=bool)
    assert label_share(SCORES, video, labels, every, 2) == pytest.approx([0.5, 0.5])
    without_first = np.array([[0, 1, 1], [0, 1, 1]], dtype=bool)
    assert label_share(SCORES, video, labels, without_first, 1) == pytest.approx([0.0, 1.0])
