from dataclasses import replace
from typing import Any

import pytest

from engine.errors import InputError
from engine.training.simulation.parameters import SimulationConfig


def test_the_defaults_are_those_fixed_before_any_tuning() -> None:
    config = SimulationConfig()
    assert (config.n_videos, config.n_tracks, config.n_pgc, config.n_pgc_tracks) == (
        24_000,
        3_003,
        6_000,
        1_500,
    )
    assert (config.exposure_strength, config.choice_strength, config.match_weight) == (1, 1, 10)
    assert (config.pool_size, config.n_content, config.genre_cosine) == (60, 16, 0.45)
    assert (config.picture_cosine, config.sound_cosine, config.pgc_cosine) == (0.8, 0.9, 0.85)
    assert (config.noise, config.pgc_shift, config.style_from_taste) == (0.5, 0.4, 0.7)
    assert config.n_queries == 1_200


def test_small_worlds_have_small_test_sets() -> None:
    assert SimulationConfig(n_videos=600).n_queries == 30


def test_the_description_first_says_that_it_is_simulated() -> None:
    text = SimulationConfig(n_videos=600, choice_strength=0.5, seed=3).describe()
    assert text.startswith("Simulated data, not real: 600 videos")
    assert "choice 0.5" in text and "seed 3" in text


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"n_videos": 0}, "n_videos = 0"),
        ({"n_videos": 99}, r"n_videos = 99\. Choose at least 100"),
        ({"n_tracks": 11}, "n_tracks = 11.*12"),
        ({"n_tracks": -1}, "n_tracks = -1"),
        ({"seed": -1}, "seed = -1"),
        ({"exposure_strength": -0.1}, "exposure_strength = -0.1"),
        ({"exposure_strength": float("nan")}, "exposure_strength = nan"),
        ({"choice_strength": float("inf")}, "choice_strength = inf"),
        ({"picture_cosine": 1.1}, "picture_cosine = 1.1"),
        ({"text_share": 1.5}, r"text_share = 1\.5\. Choose a number from 0 to 1"),
        ({"style_from_taste": 2.0}, "style_from_taste = 2.0"),
        ({"pool_size": 0}, "pool_size = 0"),
        ({"n_negatives": 0}, "n_negatives = 0"),
        ({"n_features": 1}, "n_features = 1"),
        ({"videos_per_uploader": 0.5}, "videos_per_uploader = 0.5"),
        ({"taste_concentration": 0.0}, "taste_concentration = 0.0"),
        ({"n_content": 1}, "n_content = 1"),
        ({"n_rhythm_bins": 7}, "n_rhythm_bins = 7.*even"),
    ],
)
def test_an_impossible_world_is_refused(change: dict[str, Any], problem: str) -> None:
    with pytest.raises(InputError, match=problem) as raised:
        replace(SimulationConfig(), **change)
    assert "\n" not in str(raised.value)
    assert raised.value.remedy
