"""Waveforms as columns of pixels."""

import numpy as np

from desktop.timeline.waveform import Peaks, item_columns, joined, played_parts
from desktop.timeline.words import describe_parts
from engine.arrangement.arrangement import MusicItem
from engine.arrangement.segments import Segment
from tests.arrangements import arranged, with_item


def item(*segments: Segment) -> MusicItem:
    return arranged(*segments, clip_s=4.0).items[0]


def extremes(*loudest: int) -> np.ndarray:
    return np.array([[-value, value // 2] for value in loudest], np.int8).reshape(-1, 2)


def peaks(*loudest: int, duration_s: float = 8.0) -> Peaks:
    return Peaks.of(extremes(*loudest), duration_s)


def test_a_column_is_the_peak_of_its_part() -> None:
    np.testing.assert_allclose(
        peaks(0, 127, 64, 32, duration_s=4).columns(0, 2, 2), [1.0, 64 / 127], atol=1e-6
    )


def test_columns_are_interpolated_between_stored_ones() -> None:
    # Two stored columns with their middles at 1 and 3 s.
    found = peaks(0, 100, duration_s=4).columns(0, 1, 4)
    np.testing.assert_allclose(found, np.array([0, 25, 75, 100]) / 127)


def test_there_is_nothing_outside_the_sound() -> None:
    assert peaks().columns(0, 1, 3).tolist() == [0, 0, 0]
    assert peaks(1).columns(0, 1, 0).size == 0
    found = peaks(*[127] * 80).columns(-1.0, 0.5, 20)
    np.testing.assert_array_equal(found, [0, 0, *[1] * 16, 0, 0])


def test_coarse_columns_equal_slow_ones() -> None:
    loudest = np.random.default_rng(3).integers(0, 127, 100_000)
    stored = Peaks.of(np.stack([-loudest, loudest], axis=1).astype(np.int8), 1000.0)
    for step_s in (0.03, 0.4, 7.0):
        n_stored = round(step_s * 100)
        found = stored.columns(0.0, step_s, 100) * 127
        for column in range(1, 99):
            begin, end = column * n_stored, (column + 1) * n_stored
            # Where a column begins is rounded to a stored one of its level, a third of it at most.
            slack = max(1, n_stored // 3)
            assert found[column] <= loudest[begin - slack : end + slack].max() + 1e-6
            assert found[column] >= loudest[begin + slack : end - slack].max() - 1e-6


def test_an_item_is_drawn_from_where_it_starts_in_its_track() -> None:
    # A track of 8 s, silent in its first half, loud in its second.
    loud_half = peaks(*([0] * 40 + [127] * 40))
    first, second = (
        item_columns(item(Segment(start_s, 0.0, 4.0)), loud_half, 0.0, 1.0, 4)
        for start_s in (0.0, 4.0)
    )
    assert first.max() < 0.01
    assert second.min() > 0.99


def test_an_item_is_drawn_with_fade_and_level() -> None:
    faded = with_item(
        arranged(Segment(0.0, 0.0, 4.0, fade_out_s=2.0), clip_s=4.0), match_gain_db=-6.0206
    ).items[0]
    # Columns in the middle of each second; the fade is sin(pi/2 * left / 2 s).
    expected = 0.5 * np.array([1, 1, np.sin(np.pi / 2 * 0.75), np.sin(np.pi / 2 * 0.25)])
    found = item_columns(faded, peaks(*[127] * 80), 0.0, 1.0, 4)
    np.testing.assert_allclose(found, expected, atol=1e-4)


def test_an_item_is_drawn_beyond_its_ends_as_nothing_and_jumps_at_its_splice() -> None:
    # Quiet up to 4 s of the track; the second segment jumps to 6 s.
    quiet_then_loud = peaks(*([32] * 40 + [127] * 40))
    cut = item(Segment(0.0, 0.0, 2.0), Segment(6.0, 2.0, 2.0))
    found = item_columns(cut, quiet_then_loud, -1.0, 1.0, 6)
    np.testing.assert_allclose(found, [0, 32 / 127, 32 / 127, 1, 1, 0], atol=1e-6)


def test_parts_start_after_their_crossfade() -> None:
    cut = item(Segment(1.0, 0.0, 2.0, 0.0, 0.25), Segment(5.75, 1.75, 2.0, 0.25, 0.0))
    assert played_parts(cut) == [(1.0, 3.0), (6.0, 7.75)]
    assert joined([(6.0, 7.0), (0.0, 2.0), (1.5, 3.0)]) == [(0.0, 3.0), (6.0, 7.0)]


def test_parts_in_words() -> None:
    assert describe_parts(item(Segment(1.0, 0.0, 4.0))) == "From 0:01.0 to 0:05.0"
    cut = item(Segment(1.0, 0.0, 2.0, 0.0, 0.25), Segment(5.75, 1.75, 2.0, 0.25, 0.0))
    assert describe_parts(cut) == "Cut at bar lines: 0:01.0 to 0:03.0, 0:06.0 to 0:07.8"
    looped = item(Segment(0.0, 0.0, 2.0), Segment(1.0, 2.0, 2.0))
    assert describe_parts(looped).startswith("The whole track, repeated")
