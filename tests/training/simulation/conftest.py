"""A simulated world of a few hundred videos, with all of its hidden values."""

import pytest

from engine.training.data.benchmark_data import BenchmarkData
from engine.training.simulation.parameters import SimulationConfig
from engine.training.simulation.simulated_data import Observed, observe, simulate


@pytest.fixture(scope="package")
def config() -> SimulationConfig:
    """600 videos, 90 tracks, small features."""
    return SimulationConfig(
        n_videos=600, n_tracks=90, n_pgc=150, n_pgc_tracks=40, n_features=32, pool_size=20
    )


@pytest.fixture(scope="package")
def observed(config: SimulationConfig) -> Observed:
    """The world with its hidden contents."""
    return observe(config)


@pytest.fixture(scope="package")
def data(config: SimulationConfig) -> BenchmarkData:
    """The benchmark data made from it."""
    return simulate(config)
