"""Decoding plans for small tables of packets."""

import numpy as np
import pytest

from engine.media.schedule import PacketTable, plan_decoding, sample_times


def table(shown: list[int], keys: list[int]) -> PacketTable:
    is_key = np.zeros(len(shown), bool)
    is_key[keys] = True
    return PacketTable(np.array(shown, np.int64), is_key)


@pytest.mark.parametrize(
    ("duration_s", "n"), [(0.04, 8), (5.0, 8), (60.0, 60), (128.0, 128), (14_400.0, 128)]
)
def test_one_sample_a_second_within_bounds(duration_s: float, n: int) -> None:
    times = sample_times(duration_s)
    assert len(times) == n
    assert times[0] == pytest.approx(duration_s / n / 2)
    assert np.allclose(np.diff(times), duration_s / n)


def test_packets_after_the_last_wanted_of_a_group_are_left_out() -> None:
    # Two groups of five; the frame shown at 7.5 is the third of the second group.
    plan = plan_decoding(table([*range(10)], [0, 5]), np.array([7.5]), None)
    assert plan.send.tolist() == [False] * 5 + [True] * 3 + [False] * 2
    assert np.flatnonzero(plan.wanted).tolist() == [7]
    assert plan.samples.tolist() == [7]


def test_decoder_restarts_where_packets_were_left_out() -> None:
    plan = plan_decoding(table([*range(10)], [0, 5]), np.array([2.0, 6.0]), None)
    assert np.flatnonzero(plan.send).tolist() == [0, 1, 2, 5, 6]
    assert np.flatnonzero(plan.restart).tolist() == [5]


def test_a_wanted_frame_is_found_by_its_display_time() -> None:
    # Decoding order I P B B: the B frame shown at 1 is the third packet.
    plan = plan_decoding(table([0, 3, 1, 2], [0]), np.array([1.4]), None)
    assert np.flatnonzero(plan.wanted).tolist() == [2]
    assert plan.send.tolist() == [True, True, True, False]


def test_a_clip_of_keyframes_needs_single_packets_and_no_restart() -> None:
    plan = plan_decoding(table([*range(6)], [*range(6)]), np.array([1.0, 4.0]), None)
    assert np.flatnonzero(plan.send).tolist() == [1, 4]
    assert not plan.restart.any()


def test_motion_sends_whole_groups_but_only_some_keyframes() -> None:
    groups = plan_decoding(table([*range(10)], [0, 5]), np.array([7.0]), 3.0)
    assert groups.send.all()
    keys = plan_decoding(table([*range(10)], [*range(10)]), np.array([7.0]), 3.0)
    assert np.flatnonzero(keys.send).tolist() == [0, 3, 6, 7, 9]


def test_an_open_group_needs_the_group_before_it() -> None:
    # The second group's keyframe is shown at 6, its leading frame at 5.
    shown = [0, 1, 2, 3, 4, 6, 5, 7]
    plan = plan_decoding(table(shown, [0, 5]), np.array([5.0]), None)
    assert np.flatnonzero(plan.send).tolist() == [0, 1, 2, 3, 4, 5, 6]
    assert not plan.restart.any()


def test_ticks_that_show_the_same_frame_want_it_once() -> None:
    plan = plan_decoding(table([0], [0]), np.linspace(0, 3, 8), None)
    assert plan.samples.tolist() == [0]
    with pytest.raises(ValueError, match="at least one"):
        table([], [])
