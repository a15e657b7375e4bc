"""The arrows of the causal graph, each checked by what cutting it does."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from engine.training.simulation.parameters import GENRE_COUNTS, SimulationConfig
from engine.training.simulation.world import (
    World,
    genre_centres,
    genre_counts,
    make_world,
    near,
    popularity_curve,
    unit,
)

# Many uploaders of few videos: then the picks are nearly independent of one another.
CROWD = SimulationConfig(n_videos=3_000, n_tracks=120, videos_per_uploader=2.0, pool_size=20)


def pull_of_taste(world: World) -> tuple[float, float]:
    """How much more taste uploaders have for what they picked than for what others picked.

    Returns:
        The mean difference and its standard error, picks of one persona counted as one.
    """
    tastes = world.uploaders.tastes[world.uploaders.personas]
    genres = world.tracks.genres[world.picks]
    shares = np.bincount(genres, minlength=tastes.shape[1]) / len(genres)
    excess = tastes[np.arange(len(genres)), genres] - tastes @ shares
    sums = np.bincount(world.uploaders.personas, excess)
    return float(excess.mean()), float(np.sqrt((sums**2).sum()) / len(genres))


def test_without_taste_picks_and_taste_are_independent() -> None:
    for seed in range(3):
        free = replace(CROWD, exposure_strength=0.0, choice_strength=0.0, seed=seed)
        mean, error = pull_of_taste(make_world(free))
        assert abs(mean) < 4 * error
        assert error < 0.01


@pytest.mark.parametrize("arrow", ["exposure_strength", "choice_strength"])
def test_either_arrow_alone_confounds_and_more_strength_confounds_more(arrow: str) -> None:
    cut = replace(CROWD, exposure_strength=0.0, choice_strength=0.0)
    changes: list[dict[str, Any]] = [{arrow: 1.0}, {arrow: 2.0}]
    one, error = pull_of_taste(make_world(replace(cut, **changes[0])))
    two, _ = pull_of_taste(make_world(replace(cut, **changes[1])))
    assert one > 10 * error
    assert two > one
    both, _ = pull_of_taste(make_world(CROWD))
    assert both > one


def test_strengths_change_the_picks_and_nothing_before_them() -> None:
    world, free = make_world(CROWD), make_world(replace(CROWD, exposure_strength=0.0))
    assert np.array_equal(world.video_contents, free.video_contents)
    assert np.array_equal(world.tracks.contents, free.tracks.contents)
    assert np.array_equal(world.uploaders.tastes, free.uploaders.tastes)
    assert np.array_equal(world.uploaders.moments, free.uploaders.moments)
    assert (world.picks != free.picks).any()


def test_content_does_not_depend_on_the_uploader() -> None:
    config = replace(CROWD, videos_per_uploader=12.0)
    world = make_world(config)
    of_videos, contents = world.uploaders.of_videos, world.video_contents
    assert np.allclose(np.linalg.norm(contents, axis=1), 1, atol=1e-6)
    same = (of_videos[:, None] == of_videos) & ~np.eye(len(of_videos), dtype=bool)
    cosines = (contents @ contents.T)[same]
    # In d dimensions cosines of independent directions spread by 1 / sqrt(d); pairs count twice.
    error = 1 / np.sqrt(config.n_content) / np.sqrt(len(cosines) / 2)
    assert abs(cosines.mean()) < 4 * error
    tastes = world.uploaders.tastes[world.uploaders.personas]
    explained = [np.corrcoef(contents[:, d], t)[0, 1] for d in range(16) for t in tastes.T]
    assert np.abs(explained).max() < 0.1


def test_the_match_decides_between_known_tracks() -> None:
    world = make_world(CROWD)
    cosines = world.video_contents @ world.tracks.contents.T
    own = cosines[np.arange(len(world.picks)), world.picks]
    assert own.mean() > 0.25 > 0.05 > abs(cosines.mean())
    deaf = make_world(replace(CROWD, match_weight=0.0))
    cosines = deaf.video_contents @ deaf.tracks.contents.T
    assert abs(cosines[np.arange(len(deaf.picks)), deaf.picks].mean()) < 0.03


def test_an_uploader_knows_a_limited_pool() -> None:
    config = replace(CROWD, videos_per_uploader=200.0, pool_size=5, drift_share=0.0)
    world = make_world(config)
    for uploader in range(world.uploaders.n):
        assert len(np.unique(world.picks[world.uploaders.of_videos == uploader])) <= 5


def test_taste_changes_for_some_and_late() -> None:
    config = replace(CROWD, drift_share=0.3, drift_start=0.5, videos_per_uploader=12.0)
    world = make_world(config)
    changed = world.uploaders.personas != world.uploaders.of_videos
    assert world.uploaders.moments[changed].min() > 0.5
    drifting = np.unique(world.uploaders.of_videos[changed])
    assert 0.15 < len(drifting) / world.uploaders.n < 0.4
    late = world.uploaders.moments > 0.5
    assert changed[np.isin(world.uploaders.of_videos, drifting) & late].all()
    still = make_world(replace(config, drift_share=0.0))
    assert np.array_equal(still.uploaders.personas, still.uploaders.of_videos)


def test_genres_are_those_of_table_2() -> None:
    assert tuple(genre_counts(3_003)) == GENRE_COUNTS
    # A tenth: 65.03, 66.43, 132.87, 31.07, 4.20, 0.40. The last gets its one, the third the rest.
    assert genre_counts(300).tolist() == [65, 66, 133, 31, 4, 1]
    assert genre_counts(12).min() == 1 and genre_counts(12).sum() == 12
    genres = make_world(CROWD).tracks.genres
    assert np.bincount(genres).tolist() == genre_counts(120).tolist()


def test_popularity_is_that_of_table_2() -> None:
    curve = popularity_curve(3_003)
    assert (curve.max(), curve.min()) == (219, 3)
    assert curve.mean() == pytest.approx(48.7, abs=0.5)
    assert curve.std() == pytest.approx(57, abs=1)
    world = make_world(replace(CROWD, n_videos=12_000, n_tracks=1_200, pool_size=60))
    share = np.bincount(world.picks, minlength=1_200) / 12_000
    assert np.corrcoef(share, world.tracks.shares)[0, 1] > 0.9
    # The most used tenth of the tracks gets what the curve says, within a tenth.
    first = np.argsort(-world.tracks.shares)[:120]
    assert share[first].sum() == pytest.approx(world.tracks.shares[first].sum(), rel=0.1)


def test_tracks_lie_around_their_genre() -> None:
    world = make_world(CROWD)
    centres = genre_centres(CROWD)
    cosines = (world.tracks.contents * centres[world.tracks.genres]).sum(axis=1)
    assert np.allclose(cosines, 0.45, atol=1e-5)


def test_near_has_exactly_that_cosine() -> None:
    rng = np.random.default_rng(0)
    directions = unit(rng.normal(size=(50, 7)))
    for cosine in (0.0, 0.8, 1.0):
        vectors = near(directions, cosine, rng)
        assert np.allclose((vectors * directions).sum(axis=1), cosine, atol=1e-5)
        assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-6)


def test_the_seed_decides() -> None:
    again, other = make_world(replace(CROWD)), make_world(replace(CROWD, seed=1))
    world = make_world(CROWD)
    assert np.array_equal(world.picks, again.picks)
    assert (world.picks != other.picks).any()
    assert (world.video_contents[:100] != other.video_contents[:100]).all()
