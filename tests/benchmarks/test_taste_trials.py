import numpy as np
import pytest

from engine.training.data.benchmark_data import BenchmarkData
from engine.training.simulation.parameters import SimulationConfig
from engine.training.simulation.simulated_data import simulate
from engine.training.systems.contract import benchmark_config
from tests.benchmarks.taste_trials import trials


@pytest.fixture(scope="module")
def data() -> BenchmarkData:
    return simulate(
        SimulationConfig(
            n_videos=400, n_tracks=60, n_pgc=120, n_pgc_tracks=40, n_features=16, pool_size=20
        )
    )


def test_every_trial_ranks_in_its_own_way(data: BenchmarkData) -> None:
    config = benchmark_config(n_latent=8, batch_size=128, n_epochs=2, anneal_epochs=1)
    queries = data.tests[0].queries
    scores = {title: fit().score(queries) for title, fit in trials(data, config).items()}
    for title, found in scores.items():
        assert found.shape == (queries.n, 60) and np.isfinite(found).all(), title
    for title in ("counterfactual λ 0.1", "all within uploaders", "half within uploaders"):
        gap = scores[f"ugc: cmvae, {title}"] - scores["ugc: cmvae"]
        assert np.abs(gap).max() > 1e-3, title
    plain, robust = scores["ugc+pgc: ips"], scores["ugc+pgc: doubly robust"]
    assert np.abs(plain - robust).max() > 1e-3


def test_counterfactual_scores_fall_for_the_genres_that_a_picture_suggests(
    data: BenchmarkData,
) -> None:
    config = benchmark_config(n_latent=8, batch_size=128, n_epochs=1, anneal_epochs=1)
    found = trials(data, config)
    queries = data.tests[0].queries
    plain = found["ugc: cmvae"]().score(queries)
    weak, strong = (
        found[f"ugc: cmvae, counterfactual λ {weight:g}"]().score(queries) for weight in (0.05, 0.1)
    )
    np.testing.assert_allclose(strong - plain, 2 * (weak - plain), atol=1e-5)
    # One number for each video and genre.
    removed = plain - strong
    for genre in np.unique(data.ugc.genres):
        columns = removed[:, data.ugc.genres == genre]
        np.testing.assert_allclose(columns, columns[:, :1].repeat(columns.shape[1], 1), atol=1e-5)
    assert removed.std() > 0.01
