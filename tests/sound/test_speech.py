"""Spans of speech from probabilities."""

import numpy as np
import pytest

from engine.encoders.voice import FRAME_S
from engine.sound.speech import find_speech


def probabilities(*parts: tuple[float, float]) -> np.ndarray:
    """Parts of so many seconds at a probability each."""
    return np.concatenate(
        [np.full(round(seconds / FRAME_S), level, np.float32) for seconds, level in parts]
    )


def test_nobody_speaks() -> None:
    assert find_speech(probabilities((3, 0.2)), 3.0).shape == (0, 2)
    assert find_speech(np.zeros(0, np.float32), 0.0).shape == (0, 2)


def test_speech_has_a_margin_within_the_sound() -> None:
    found = find_speech(probabilities((1, 0.0), (2, 0.9), (1, 0.0)), 4.0)
    assert found == pytest.approx(np.array([[0.94, 3.06]]), abs=0.05)
    whole = find_speech(probabilities((2, 0.9)), 2.0)
    assert whole.tolist() == [[0.0, 2.0]]


def test_it_begins_above_one_threshold_and_ends_below_another() -> None:
    # .4 is not enough to begin, but enough to continue.
    found = find_speech(probabilities((1, 0.4), (1, 0.8), (1, 0.4), (1, 0.1)), 4.0)
    assert found == pytest.approx(np.array([[0.94, 3.06]]), abs=0.05)


def test_short_pauses_belong_to_it_and_short_sounds_do_not_count() -> None:
    found = find_speech(
        probabilities((1, 0.9), (0.2, 0.0), (1, 0.9), (1, 0.0), (0.1, 0.9), (1, 0.0), (1, 0.9)), 5.3
    )
    assert len(found) == 2
    assert found[0, 1] == pytest.approx(2.26, abs=0.06)
    assert found[1, 0] == pytest.approx(4.24, abs=0.06)
    assert (found[1:, 0] > found[:-1, 1]).all()
