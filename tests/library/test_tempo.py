"""The other tempo of a track: half of a fast one, twice a slow one."""

import pytest

from engine.encoders.profile import Profile
from engine.library.marks import Marks
from tests.tracks import make_track


@pytest.mark.parametrize(
    ("bpm", "other"),
    [(140.2, 70.1), (70.1, 140.2), (120.0, 60.0), (119.9, None), (75.0, None), (74.9, 149.8)],
)
def test_fast_and_slow_tempos_have_another_one(bpm: float, other: float | None) -> None:
    assert make_track(profile=Profile(bpm=bpm)).other_bpm == other


def test_a_composed_tempo_and_an_unknown_one_have_none() -> None:
    assert make_track(profile=Profile(bpm=140.0), marks=Marks()).other_bpm is None
    assert make_track().other_bpm is None
