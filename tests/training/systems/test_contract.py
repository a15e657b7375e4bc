"""Every system of the registry keeps the one contract, on a tiny simulated set."""

from dataclasses import replace

import numpy as np
import numpy.typing as npt
import pytest
import torch

from engine.errors import InputError, TrainingError
from engine.progress import silent
from engine.training.data.benchmark_data import BenchmarkData
from engine.training.method.training_config import TrainingConfig
from engine.training.simulation.parameters import SimulationConfig
from engine.training.simulation.simulated_data import simulate
from engine.training.systems.contract import Scorer, benchmark_config
from engine.training.systems.registry import SYSTEMS, make_system

RE_RANKERS = ("calibration",)


@pytest.fixture(scope="module")
def data() -> BenchmarkData:
    return simulate(
        SimulationConfig(
            n_videos=400, n_tracks=60, n_pgc=120, n_pgc_tracks=40, n_features=32, pool_size=20
        )
    )


@pytest.fixture
def config() -> TrainingConfig:
    return benchmark_config(n_latent=8, batch_size=128, n_epochs=2, anneal_epochs=1)


def fitted(name: str, data: BenchmarkData, taught: bool, config: TrainingConfig) -> Scorer:
    return make_system(name).fit(data.training(with_pgc=taught), config, silent())


def candidates(data: BenchmarkData) -> npt.NDArray[np.int64]:
    test = data.tests[0]
    return np.concatenate([test.targets[:, None], test.negatives], axis=1)


@pytest.mark.parametrize("taught", [False, True], ids=["ugc", "ugc+pgc"])
@pytest.mark.parametrize("name", SYSTEMS)
def test_every_system_keeps_the_contract(
    name: str, taught: bool, data: BenchmarkData, config: TrainingConfig
) -> None:
    system = make_system(name)
    assert system.name == name
    if system.needs_pgc and not taught:
        with pytest.raises(TrainingError):
            fitted(name, data, taught, config)
        return
    queries, asked = data.tests[0].queries, candidates(data)
    scorer = fitted(name, data, taught, config)
    everything = scorer.score(queries)
    some = scorer.score(queries, asked)
    assert everything.shape == (queries.n, data.ugc.n_tracks)
    assert some.shape == asked.shape
    assert everything.dtype == some.dtype == np.float32
    assert np.isfinite(everything).all()
    if name in RE_RANKERS:
        assert np.isfinite(some).all()
    else:
        np.testing.assert_allclose(some, np.take_along_axis(everything, asked, axis=1), atol=1e-6)
    # Not one list for everybody, but where a system knows nothing of the video.
    varies = bool((everything != everything[:1]).any())
    assert varies == (name != "popularity")


@pytest.mark.parametrize("name", ["debcm", "debcm-paper", "cmvae", "ips", "du", "decrs"])
def test_the_same_seed_gives_the_same_scores(
    name: str, data: BenchmarkData, config: TrainingConfig
) -> None:
    torch.manual_seed(7)
    first = fitted(name, data, True, config).score(data.validation.queries)
    torch.manual_seed(8)
    # A set of another identity, so that the teacher is fitted again.
    assert data.pgc is not None
    again = fitted(name, replace(data, pgc=replace(data.pgc)), True, config)
    np.testing.assert_array_equal(first, again.score(data.validation.queries))
    other = fitted(name, data, True, replace(config, seed=1))
    assert (first != other.score(data.validation.queries)).any()


def test_an_unknown_system_is_named_with_the_known_ones() -> None:
    with pytest.raises(InputError, match=r"nobody.*debcm"):
        make_system("nobody")
