"""The vectors of queries and tracks: their product is the score."""

from typing import Any

import numpy as np
import pytest

from engine.encoders.experts import Gaussian
from engine.encoders.score_weights import (
    HUB,
    LEARNED,
    N_EMBEDDING,
    N_LEARNED,
    SCALE,
    STILL,
    ScoreWeights,
)
from engine.encoders.wants import AXES, N_AXES
from tests.tiny_matching import SCORE

JAZZ, POP, SAD = (AXES.index(name) for name in ("jazz", "pop", "sad"))


def weights(**changes: Any) -> ScoreWeights:
    return ScoreWeights.parse({**SCORE, **changes})


def wants(**values: float) -> Gaussian:
    mean = np.zeros(N_AXES, np.float32)
    for name, value in values.items():
        mean[AXES.index(name)] = value
    return Gaussian(mean, np.ones(N_AXES, np.float32))


def learned(*values: float) -> Any:
    return np.pad(np.array(values, np.float32), (0, N_LEARNED - len(values)))


def test_a_query_has_gains_times_what_is_asked() -> None:
    gains = {**SCORE["gains"], "jazz": 2.0}
    query = weights(gains=gains, prior_share=0.5, avoided=3.0, learned=0.25).query(
        wants(jazz=1.0, pop=-1.0, sad=0.1), wants(jazz=0.4, sad=0.4), learned(1.0)
    )
    assert query[JAZZ] == pytest.approx(2 * (1 - 0.5 * 0.4))
    assert query[POP] == pytest.approx(-3)
    # Less than half of what is usual counts as avoided.
    assert query[SAD] == pytest.approx(3 * (0.1 - 0.5 * 0.4))
    assert query[LEARNED][:2] == pytest.approx([0.25, 0])
    assert query[HUB:] == pytest.approx([-1, 0])


def test_the_slope_is_what_a_change_of_a_want_changes() -> None:
    found, prior = weights(prior_share=0.5, avoided=3.0), wants()
    before = found.query(wants(pop=-0.5, jazz=0.5), prior, learned())
    after = found.query(wants(pop=-0.4, jazz=0.6), prior, learned())
    slope = found.slope(wants(pop=-0.5, jazz=0.5), prior)
    assert (after - before)[[JAZZ, POP]] / 0.1 == pytest.approx(slope[[JAZZ, POP]], rel=1e-4)


def test_the_product_is_the_score_less_the_hub_correction() -> None:
    found = weights(hub_share=0.25, n_closest=1, learned=0.5)
    axes, sound = np.zeros(N_AXES, np.float32), learned(0.6, 0.8)
    axes[[JAZZ, SAD]] = 1.0, 0.5
    bank = np.stack([found.query(wants(jazz=0.4), wants(), learned())] * 2)
    track = found.track(axes, sound, bank)
    query = found.query(wants(jazz=1.0, sad=-1.0), wants(), learned(1.0))
    expected = (1 - 0.5) + 0.5 * 0.6 - 0.25 * 0.4
    assert float(query @ track) / SCALE == pytest.approx(expected, abs=1e-5)
    assert np.linalg.norm(track) == pytest.approx(1, abs=1e-6)


def test_only_the_closest_clips_of_a_bank_count() -> None:
    bank = np.zeros((5, N_EMBEDDING), np.float32)
    bank[:, JAZZ] = [1, 5, 3, -9, 0]
    axes = np.zeros(N_AXES, np.float32)
    axes[JAZZ] = 1
    for n_closest, mean in ((1, 5), (2, 4), (3, 3), (5, 0), (99, 0)):
        track = weights(hub_share=0.1, n_closest=n_closest).track(axes, learned(), bank)
        assert track[HUB] == pytest.approx(0.1 * SCALE * mean, abs=1e-6)


def test_only_clips_of_a_bank_make_hubs() -> None:
    bank = np.zeros((3, N_EMBEDDING), np.float32)
    bank[:, JAZZ], bank[1:, STILL] = [1, 5, 9], 1
    axes = np.zeros(N_AXES, np.float32)
    axes[JAZZ] = 1
    found = weights(hub_share=0.1)
    assert found.track(axes, learned(), bank)[HUB] == pytest.approx(0.1 * SCALE * 1)
    assert found.track(axes, learned(), bank[1:])[HUB] == 0


def test_a_track_beyond_length_one_keeps_its_direction() -> None:
    axes = np.full(N_AXES, 3.0, np.float32)
    track = weights().track(axes, learned(1.0), np.zeros((1, N_EMBEDDING), np.float32))
    assert np.linalg.norm(track) == pytest.approx(1)
    assert track[JAZZ] / track[LEARNED][0] == pytest.approx(3)


def test_the_weights_survive_a_manifest() -> None:
    first = weights(learned=0.5, n_closest=7, gains={**SCORE["gains"], "sad": 0.125})
    second = ScoreWeights.parse(first.as_dict())
    assert second.as_dict() == first.as_dict()
    assert second.gains[SAD] == 0.125


@pytest.mark.parametrize(
    "changes",
    [
        {"learned": float("nan")},
        {"hub_share": -0.1},
        {"affect": -0.1},
        {"still_cap": None},
        {"avoided": "much"},
        {"n_closest": float("inf")},
        {"n_closest": None},
        {"gains": {**SCORE["gains"], "jazz": float("inf")}},
        {"gains": {**SCORE["gains"], "jazz": -1.0}},
        {"gains": [1.0] * N_AXES},
    ],
)
def test_weights_that_make_no_sense_are_refused(changes: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"weights of the score|convert"):
        weights(**changes)
