"""The vector's layout, log-odds, energy over time, and vocals from tags."""

from dataclasses import fields

import numpy as np
import pytest

from engine.encoders.audio import MSD_TAGS, MTT_TAGS, MusicTags
from engine.music.vector import (
    LAYOUT,
    VECTOR_LENGTH,
    Descriptors,
    energy_course,
    log_odds,
    music_vector,
    octaves_above,
)
from engine.music.vocals import vocals_probability


def tags(n: int = 2, **probabilities: float) -> MusicTags:
    msd, mtt = np.full((n, 50), 0.01, np.float32), np.full((n, 50), 0.01, np.float32)
    for tag, probability in probabilities.items():
        name = tag.replace("_", " ")
        for values, names in ((msd, MSD_TAGS), (mtt, MTT_TAGS)):
            if name in names:
                values[:, names.index(name)] = probability
    return MusicTags(msd, mtt, np.ones((n, 400), np.float32))


def test_the_layout_covers_the_vector_without_gaps() -> None:
    ends = [0, *(part.stop for part in LAYOUT.values())]
    assert [part.start for part in LAYOUT.values()] == ends[:-1]
    assert ends[-1] == VECTOR_LENGTH
    assert len(fields(Descriptors)) == VECTOR_LENGTH - LAYOUT["descriptors"].start


def test_each_part_is_at_its_position() -> None:
    tagged = tags()
    tagged.msd_patches[:, 3] = (0.5, 0.9)
    values = [float(number) for number in range(12)]
    vector = music_vector(tagged, Descriptors(*values))
    assert vector.dtype == np.float32
    # ln(.5 / .5) = 0 and ln(.9 / .1) = 2.197: mean and deviation are both 1.0986.
    assert vector[LAYOUT["msd_tags"]][3] == pytest.approx(1.0986, abs=1e-3)
    assert vector[LAYOUT["msd_spread"]][3] == pytest.approx(1.0986, abs=1e-3)
    # ln(.01 / .99) = -4.595 everywhere else, without any spread.
    assert vector[LAYOUT["mtt_tags"]] == pytest.approx(np.full(50, -4.595), abs=1e-3)
    assert not vector[LAYOUT["mtt_spread"]].any()
    assert vector[LAYOUT["embedding"]].tolist() == [1] * 400
    assert vector[LAYOUT["descriptors"]].tolist() == values


def test_log_odds_stay_finite() -> None:
    assert log_odds(np.array([0, 0.5, 1], np.float32)) == pytest.approx([-9.21, 0, 9.21], abs=0.01)


def test_octaves() -> None:
    assert octaves_above(120, 240) == pytest.approx(1)
    assert octaves_above(120, 60) == pytest.approx(-1)
    assert octaves_above(120, 0) == 0


@pytest.mark.parametrize(
    ("curve", "spread", "rise"),
    [
        ([1, 1, 1, 1], 0, 0),
        ([1, 1, 3, 3], 0.5, 0.5),
        # The middle of an odd number of values is in neither half.
        ([2, 9, 0], np.std([2, 9, 0]) / (11 / 3), -1),
        ([4], 0, 0),
        ([0, 0], 0, 0),
        ([], 0, 0),
    ],
)
def test_spread_and_rise_of_the_energy(curve: list[float], spread: float, rise: float) -> None:
    assert energy_course(np.array(curve, np.float32)) == pytest.approx((spread, rise))


def test_vocals_follow_the_tags_for_and_against_them() -> None:
    sung = vocals_probability(tags(singing=0.5, female=0.4))
    played = vocals_probability(tags(instrumental=0.3, no_vocals=0.3))
    assert sung > 0.8
    assert played < 0.1
    assert played < vocals_probability(tags()) < sung
