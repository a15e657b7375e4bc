import numpy as np
import pytest
from PySide6.QtCore import QPointF, QRectF

from desktop.wishes.mood_scale import (
    N_CELLS,
    N_FIRST,
    Dots,
    MoodScale,
    area_between,
    moved_area,
    resized_area,
)
from engine.ranking.affect_area import AffectArea

SCALE = MoodScale(QRectF(10, 20, 200, 100))


def test_valence_goes_right_and_arousal_up() -> None:
    assert SCALE.to_pixels(-1, -1) == QPointF(10, 120)
    assert SCALE.to_pixels(1, 1) == QPointF(210, 20)
    assert SCALE.to_mood(QPointF(110, 70)) == (0, 0)
    assert SCALE.to_mood(QPointF(160, 45)) == (0.5, 0.5)
    # Outside of the plane, the nearest mood on its edge.
    assert SCALE.to_mood(QPointF(-500, 900)) == (-1, -1)
    assert SCALE.rectangle(AffectArea((-0.5, 0.5), (0, 1))) == QRectF(60, 20, 100, 50)


def test_dots_are_counted_in_cells() -> None:
    points = np.array([[-1, -1], [1, 1], [0.999, 0.999], [0, 0], [0.5, -0.5]], np.float32)
    dots = Dots.of(points)
    # One has no known mood.
    assert len(dots) == dots.counts.sum() == 4
    assert dots.counts[0, 0] == 1
    assert dots.counts[-1, -1] == 2
    assert dots.counts[N_CELLS // 4, 3 * N_CELLS // 4] == 1


def test_another_order_of_the_same_tracks_needs_no_new_picture() -> None:
    points = np.random.default_rng(1).uniform(-1, 1, (5_000, 2)).astype(np.float32)
    one, other = Dots.of(points), Dots.of(points[::-1].copy())
    assert one.is_same_set(other)
    assert len(one.first) == N_FIRST
    assert np.array_equal(other.first[0], points[-1])
    assert not one.is_same_set(Dots.of(points[1:]))
    moved = points.copy()
    moved[7] *= -1
    assert not one.is_same_set(Dots.of(moved))
    assert len(Dots.of(np.zeros((0, 2), np.float32))) == 0


def test_a_click_draws_no_area() -> None:
    assert area_between((0.1, 0.1), (0.12, 0.6)) is None
    assert area_between((0.5, -0.2), (-0.5, 0.3)) == AffectArea((-0.5, 0.5), (-0.2, 0.3))


def test_an_area_stays_in_the_plane_and_keeps_its_size() -> None:
    area = AffectArea((0.5, 0.9), (-0.9, -0.5))
    assert moved_area(area, 0.05, 0.05) == AffectArea((0.55, 0.95), (-0.85, -0.45))
    assert moved_area(area, 0.5, -0.5) == AffectArea((0.6, 1.0), (-1.0, -0.6))
    assert resized_area(area, 0.5, 0.1) == AffectArea((0.5, 1.0), (-0.9, -0.4))
    small = resized_area(area, -2, -2)
    assert small.valence == pytest.approx((0.5, 0.55))
    assert small.arousal == pytest.approx((-0.9, -0.85))
    edge = resized_area(AffectArea((0.99, 1.0), (1.0, 1.0)), -1, 0)
    assert edge.valence[1] <= 1 and edge.arousal[1] <= 1
