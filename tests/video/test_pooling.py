"""Pooling of frame embeddings."""

import numpy as np
import pytest

from engine.video.pooling import pool


def test_mean_and_deviation() -> None:
    pooled = pool(np.array([[1.0, 10.0], [3.0, 10.0]], np.float32))
    assert pooled.tolist() == [2.0, 10.0, 1.0, 0.0]
    assert pooled.dtype == np.float32


def test_one_frame_has_no_spread() -> None:
    assert pool(np.array([[4.0, -2.0]], np.float32)).tolist() == [4.0, -2.0, 0.0, 0.0]


def test_pooling_nothing_is_an_error() -> None:
    with pytest.raises(ValueError, match="at least one row"):
        pool(np.zeros((0, 4), np.float32))
