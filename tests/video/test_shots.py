"""Cuts found in sequences of changes."""

from dataclasses import replace

import numpy as np
import pytest

from engine.video.motion import GRID, FrameChange
from engine.video.shots import find_cuts

STEP_S = 0.1


def changes(shots: list[int], residuals: dict[int, float]) -> list[FrameChange]:
    """Changes between frames of the given shots, 0.1 s apart, with a residual of 0.1 by default."""
    thumbnails = [np.random.default_rng(shot).integers(0, 256, (9, 16), np.uint8) for shot in shots]
    return [
        FrameChange(
            time_s=n * STEP_S,
            gap_s=STEP_S,
            speeds=np.full(GRID, 0.05, np.float32),
            residual=residuals.get(n, 0.1),
            redistribution=0.3,
            earlier=thumbnails[n - 1],
            later=thumbnails[n],
        )
        for n in range(1, len(shots))
    ]


def test_without_changes_there_are_no_cuts() -> None:
    assert find_cuts([]).tolist() == []
    assert find_cuts([]).dtype == np.float32


def test_each_new_shot_is_a_cut() -> None:
    found = find_cuts(changes([0] * 10 + [1] * 10 + [2] * 10, {10: 0.9, 20: 0.8}))
    assert found.tolist() == pytest.approx([1.0, 2.0])


def test_constant_motion_is_not_a_cut() -> None:
    assert find_cuts(changes([0] * 30, dict.fromkeys(range(1, 30), 0.6))).tolist() == []


def test_a_whip_pan_is_one_cut() -> None:
    found = find_cuts(changes([0] * 10 + [1, 2] + [3] * 10, {10: 0.7, 11: 0.9}))
    assert found.tolist() == pytest.approx([1.1])


@pytest.mark.parametrize("n_flash", [1, 2])
def test_a_flash_is_no_cut(n_flash: int) -> None:
    shots = [0] * 10 + [1] * n_flash + [0] * 10
    assert find_cuts(changes(shots, {10: 0.9, 10 + n_flash: 0.9})).tolist() == []


def test_a_short_shot_within_another_is_two_cuts() -> None:
    shots = [0] * 10 + [1] * 5 + [0] * 10
    found = find_cuts(changes(shots, {10: 0.9, 15: 0.9}))
    assert found.tolist() == pytest.approx([1.0, 1.5])


def test_a_jump_cut_is_a_cut_though_the_framing_stays() -> None:
    found = changes([0] * 20, {10: 0.9})
    shifted = np.roll(found[0].later, 1, axis=1)
    jumped = [
        replace(
            change,
            earlier=shifted if change.time_s > 1.05 else change.earlier,
            later=shifted if change.time_s > 0.95 else change.later,
        )
        for change in found
    ]
    assert find_cuts(jumped).tolist() == pytest.approx([1.0])
