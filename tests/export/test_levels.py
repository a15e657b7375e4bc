import numpy as np
import pytest

from engine.arrangement.automation import GainPoints
from engine.export.levels import SILENCE_DB, FrameFade, LevelPoint, level_points

FLAT = GainPoints(np.zeros(0), np.zeros(0))


def points(*pairs: tuple[float, float]) -> GainPoints:
    times, gains = zip(*pairs, strict=True)
    return GainPoints(np.array(times), np.array(gains))


def test_a_constant_level_is_one_point() -> None:
    assert level_points(10, 90, -3.0, (), FLAT, 0.04) == (LevelPoint(10, -3.0),)


def test_volume_points_are_points_and_outside_it_is_constant() -> None:
    levels = level_points(0, 100, -3.0, (), points((1.0, 0.0), (2.0, -5.0)), 0.04)
    assert levels == (
        LevelPoint(0, -3.0),
        LevelPoint(25, -3.0),
        LevelPoint(50, -8.0),
        LevelPoint(100, -8.0),
    )


def test_steep_lines_have_points_between() -> None:
    levels = level_points(0, 100, 0.0, (), points((1.0, 0.0), (2.0, -24.0)), 0.04)
    steps = np.abs(np.diff([point.gain_db for point in levels]))
    assert steps.max() <= 7  # points are at frames, which are 0.96 dB apart here
    assert [point.frame for point in levels] == [0, 25, 31, 38, 44, 50, 100]


def test_points_outside_the_piece_shape_the_line_inside() -> None:
    levels = level_points(50, 60, 0.0, (), points((0.0, 0.0), (4.0, -4.0)), 0.04)
    assert [(one.frame, one.gain_db) for one in levels] == [(50, -2.0), (60, -2.4)]


def test_points_elsewhere_change_nothing() -> None:
    times = np.arange(1000) / 10
    gains = np.where(np.arange(1000) % 3, -9.0, 0.0)
    near = GainPoints(times[95:210], gains[95:210])
    levels = level_points(250, 500, 0.0, (), GainPoints(times, gains), 0.04)
    assert levels == level_points(250, 500, 0.0, (), near, 0.04)
    assert len(levels) > 60


def test_fades_are_of_equal_power_within_a_tenth_of_a_decibel() -> None:
    fade_in, fade_out = FrameFade(0, 50), FrameFade(50, 150, True)
    levels = level_points(0, 150, -6.0, (fade_in, fade_out), FLAT, 0.04)
    frames = np.arange(151)
    line = np.interp(frames, [one.frame for one in levels], [one.gain_db for one in levels])
    rising = 20 * np.log10(np.sin(np.pi / 2 * frames[1:50] / 50)) - 6
    falling = 20 * np.log10(np.cos(np.pi / 2 * (frames[51:150] - 50) / 100)) - 6
    assert np.abs(line[1:50] - rising).max() < 0.1
    assert np.abs(line[51:150] - falling).max() < 0.1
    assert (line[0], line[50], line[150]) == (SILENCE_DB, -6.0, SILENCE_DB)
    assert len(levels) < 60


def test_a_crossfade_of_two_pieces_keeps_its_power() -> None:
    frames = np.arange(1, 20)
    out, following = FrameFade(0, 20, True), FrameFade(0, 20)
    power = 10 ** (out.gains_db(frames) / 10) + 10 ** (following.gains_db(frames) / 10)
    assert power == pytest.approx(1.0)


def test_silence_is_silence_whatever_the_gain() -> None:
    levels = level_points(0, 100, 12.0, (), points((1.0, 0.0), (2.0, -60.0)), 0.04)
    assert levels[-1] == LevelPoint(100, SILENCE_DB)


def test_an_empty_fade_changes_nothing() -> None:
    assert level_points(0, 9, 0.0, (FrameFade(3, 3),), FLAT, 0.04) == (LevelPoint(0, 0.0),)
