"""The level of the music over the clip: volume points and ducking."""

from dataclasses import replace

import numpy as np
import pytest

from engine.arrangement.automation import (
    Ducking,
    Span,
    VolumePoint,
    gain_curve,
)
from engine.arrangement.clip_part import ClipPart, Marker
from engine.arrangement.gains import MUTED_DB
from engine.arrangement.segments import Segment
from engine.errors import InputError
from tests.arrangements import arranged

PLAIN = arranged(Segment(0.0, 0.0, 12.0))
RATE_HZ = 100


def decibels(**changes: object) -> np.ndarray:
    """The level every hundredth of a second over 12 s, by the curve."""
    points = replace(PLAIN, **changes).gain_points  # type: ignore[arg-type]  # fields by name
    curve = gain_curve(points, 0, 12 * RATE_HZ, RATE_HZ)
    return 20 * np.log10(np.maximum(curve, 1e-9))


def test_without_points_nothing_changes() -> None:
    assert (gain_curve(PLAIN.gain_points, 5, 7, RATE_HZ) == 1.0).all()


def test_volume_is_straight_in_decibels_and_constant_outside() -> None:
    # 25 frames per second: 2 s and 6 s.
    level = decibels(volume=(VolumePoint(50, -12.0), VolumePoint(150, 0.0)))
    assert np.allclose(level[:200], -12.0, atol=1e-4)
    assert level[400] == pytest.approx(-6.0, abs=1e-4)
    assert np.allclose(level[600:], 0.0, atol=1e-4)


def test_the_lowest_level_is_silence() -> None:
    points = replace(PLAIN, volume=(VolumePoint(0, -200.0),)).gain_points
    assert points.gains_db[0] == MUTED_DB
    assert not gain_curve(points, 0, 10, RATE_HZ).any()


def test_music_is_down_while_somebody_speaks_and_back_after_the_release() -> None:
    level = decibels(ducking=Ducking((Span(3.0, 5.0),), 10.0, attack_s=0.5, release_s=1.0))
    assert np.allclose(level[:250], 0.0, atol=1e-4)
    assert np.allclose(level[300:501], -10.0, atol=1e-4)
    assert level[550] == pytest.approx(-5.0, abs=1e-4)
    assert np.allclose(level[600:], 0.0, atol=1e-4)


def test_music_stays_down_in_a_pause_too_short_to_come_back() -> None:
    spans = (Span(2.0, 3.0), Span(3.9, 5.0), Span(9.0, 10.0))
    ducking = Ducking(spans, 8.0, attack_s=0.3, release_s=0.7)
    assert ducking.lowered == (Span(2.0, 5.0), Span(9.0, 10.0))
    level = decibels(ducking=ducking)
    assert np.allclose(level[200:501], -8.0, atol=1e-4)
    assert np.allclose(level[580:860], 0.0, atol=1e-4)


def test_ducking_adds_to_the_volume() -> None:
    level = decibels(
        volume=(VolumePoint(0, -6.0),), ducking=Ducking((Span(0.0, 12.0),), 10.0, 0.1, 0.1)
    )
    assert np.allclose(level, -16.0, atol=1e-4)


def test_a_block_equals_its_part_of_the_whole() -> None:
    arrangement = replace(PLAIN, ducking=Ducking((Span(3.0, 5.0),), 10.0))
    points = arrangement.gain_points
    whole = gain_curve(points, 0, 600, RATE_HZ)
    assert (gain_curve(points, 250, 100, RATE_HZ) == whole[250:350]).all()


@pytest.mark.parametrize(
    "changes",
    [
        {"volume": (VolumePoint(5, 0.0), VolumePoint(5, 1.0))},
        {"volume": (VolumePoint(6, 0.0), VolumePoint(5, 1.0))},
        {"markers": (Marker(6), Marker(5))},
        {"part": ClipPart(300, 400)},
        {"target_lufs": float("nan")},
        {"target_lufs": 3.0},
    ],
)
def test_invalid_lanes_are_refused(changes: dict[str, object]) -> None:
    with pytest.raises(InputError):
        replace(PLAIN, **changes)  # type: ignore[arg-type]  # fields by name


def test_invalid_values_are_refused() -> None:
    for make in (
        lambda: Span(3.0, 3.0),
        lambda: ClipPart(4, 4),
        lambda: Marker(-1),
        lambda: VolumePoint(0, float("nan")),
        lambda: Ducking((Span(1, 3), Span(2, 4)), 6.0),
        lambda: Ducking((), 0.0),
        lambda: Ducking((), 6.0, attack_s=0.0),
    ):
        with pytest.raises(InputError):
            make()


def test_the_part_ends_with_the_clip() -> None:
    assert PLAIN.part_s == (0.0, 12.0)
    assert replace(PLAIN, part=ClipPart(25, 150)).part_s == (1.0, 6.0)
    assert replace(PLAIN, part=ClipPart(25, 9_999)).part_s == (1.0, 12.0)
