"""How the rhythm of a clip fits its music: cuts on strong beats, motion with notes."""

from dataclasses import replace

import numpy as np
import pytest

from engine.training.data.rhythm import Rhythm, cmt_scores, measure_rhythm, ranks
from engine.video.clip_features import VideoFeatures
from engine.video.descriptors import Motion, describe
from tests.music_packs.samples import features as music_features
from tests.video.made_up import made_up

NO_TIMES = np.zeros(0, np.float32)


def clip(cuts_s: list[float], motion: list[float]) -> VideoFeatures:
    """A clip with a sample a second."""
    still = made_up([0] * len(motion))
    moving = Motion(np.array(cuts_s, np.float32), 1.0, np.array(motion, np.float32))
    return replace(still, descriptors=describe(moving, still.colours))


def times(*values: float) -> np.ndarray:
    return np.array(values, np.float32)


MUSIC = music_features(beats_s=times(0, 1, 2, 3, 4, 5, 6, 7), downbeats_s=times(0, 4))


def test_cuts_on_downbeats_count_above_chance() -> None:
    # Within 0.12 s of 0 or 4: .12 + .24 of 8 seconds.
    chance = 0.36 / 8
    both = measure_rhythm(clip([0.1, 4.05], [1.0] * 8), MUSIC, NO_TIMES)
    assert both.accents == pytest.approx(1 - chance, abs=1e-6) and both.n_cuts == 2
    half = measure_rhythm(clip([4.0, 6.0], [1.0] * 8), MUSIC, NO_TIMES)
    assert half.accents == pytest.approx(0.5 - chance, abs=1e-6)


def test_without_bars_every_beat_is_strong() -> None:
    music = music_features(beats_s=MUSIC.beats_s, downbeats_s=NO_TIMES)
    found = measure_rhythm(clip([6.0], [1.0] * 8), music, NO_TIMES)
    assert found.accents == pytest.approx(1 - (0.12 + 7 * 0.24) / 8, abs=1e-6)


def test_close_beats_are_counted_once() -> None:
    music = music_features(downbeats_s=times(1.0, 1.1), beats_s=times(1.0, 1.1))
    found = measure_rhythm(clip([1.0], [1.0] * 8), music, NO_TIMES)
    assert found.accents == pytest.approx(1 - 0.34 / 8, abs=1e-6)


def test_no_cuts_or_no_beats_are_undecided() -> None:
    silent = music_features(beats_s=NO_TIMES, downbeats_s=NO_TIMES)
    for cuts, music in (([], MUSIC), ([2.0], silent)):
        found = measure_rhythm(clip(cuts, [1.0] * 8), music, NO_TIMES)
        assert (found.accents, found.n_cuts) == (0.0, 0.0)


def test_motion_goes_with_notes() -> None:
    # One note in the first second, two in the second, …; those after the clip don't count.
    onsets = times(0.5, 1.2, 1.6, 2.1, 2.4, 2.8, 3.0, 3.2, 3.4, 3.6, 4.5, 5.5)
    for speeds, expected in (([1, 2, 3, 4], 1.0), ([4, 3, 2, 1], -1.0), ([2, 2, 2, 2], 0.0)):
        found = measure_rhythm(clip([], [float(speed) for speed in speeds]), MUSIC, onsets)
        assert found.course == pytest.approx(expected, abs=1e-6)
        assert found.note_density_hz == pytest.approx(10 / 4)
        assert found.motion == pytest.approx(np.mean(speeds))


def test_ranks_share_equal_values() -> None:
    assert ranks(np.array([3.0, 1.0, 2.0])).tolist() == [1.0, 0.0, 0.5]
    assert ranks(np.array([1.0, 1.0, 5.0])).tolist() == [0.25, 0.25, 1.0]
    assert ranks(np.array([7.0])).tolist() == [0.5]


def rows(*rhythms: Rhythm) -> np.ndarray:
    return np.stack([one.as_row() for one in rhythms])


def test_the_score_is_the_mean_of_three_ranks() -> None:
    # Motion and density are both ranked the same in the first two, and far apart in the third.
    table = rows(
        Rhythm(motion=1, note_density_hz=2, course=0.9, accents=0.5, n_cuts=3),
        Rhythm(motion=2, note_density_hz=4, course=0.1, accents=0.1, n_cuts=3),
        Rhythm(motion=3, note_density_hz=1, course=-0.5, accents=0.0, n_cuts=0),
    )
    # Ranks of motion 0, .5, 1 and of density .5, 1, 0: apart by .5, .5 and 1.
    level = (0.75, 0.75, 0.0)
    course, hits = (1.0, 0.5, 0.0), (1.0, 0.0, 0.5)
    expected = [sum(parts) / 3 for parts in zip(level, course, hits, strict=True)]
    assert cmt_scores(table).tolist() == pytest.approx(expected)


def test_pairs_of_chance_score_about_a_half() -> None:
    rng = np.random.default_rng(0)
    table = rng.random((4000, 5)).astype(np.float32)
    scores = cmt_scores(table)
    assert scores.mean() == pytest.approx(0.5, abs=1e-6)
    assert scores.min() >= 0 and scores.max() <= 1
