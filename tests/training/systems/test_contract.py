"""Every system of the registry keeps the one contract, on a tiny simulated set."""

from dataclasses import replace

import numpy as np
import numpy.typing as npt
import pytest
import torch

from engine.errors import InputError, TrainingError
from engine.progress import silent
from engine.training.data.benchmark_data import BenchmarkData
from engine.training.data.tastes import leave_one_out_tastes, mean_taste
from engine.training.method.training_config import TrainingConfig
from engine.training.simulation.parameters import SimulationConfig
from engine.training.simulation.simulated_data import simulate
from engine.training.systems.contract import (
    TASTE_WEIGHTS,
    Explained,
    Scorer,
    benchmark_config,
)
from engine.training.systems.registry import SYSTEMS, TEXT_SYSTEMS, make_system, parts_of

RE_RANKERS = ("calibration",)
LEARNED = tuple(name for name in SYSTEMS if parts_of(name))


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
@pytest.mark.parametrize("name", (*SYSTEMS, *TEXT_SYSTEMS))
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


@pytest.mark.parametrize("name", LEARNED)
def test_every_learned_system_takes_its_parts(
    name: str, data: BenchmarkData, config: TrainingConfig
) -> None:
    taught = make_system(name).needs_pgc
    queries = data.tests[0].queries
    plain = fitted(name, data, taught, config).score(queries)
    for part in parts_of(name):
        whole = f"{name}+{part}"
        assert make_system(whole).name == whole
        scores = fitted(whole, data, taught, config).score(queries)
        assert np.isfinite(scores).all()
        assert not np.allclose(scores, plain, atol=1e-4), part


@pytest.mark.parametrize("name", ["cmvae", "decrs", "yuyin", "debcm-none", "cca", "teacher"])
def test_erased_taste_does_not_move_a_score(
    name: str, data: BenchmarkData, config: TrainingConfig
) -> None:
    """Pictures moved along the direction that predicts taste get the same scores."""
    taught = make_system(name).needs_pgc
    pairs = data.ugc
    pictures = pairs.video_vectors[pairs.pairs[:, 0]].astype(np.float64)
    tastes = leave_one_out_tastes(pairs, mean_taste(pairs))
    covariance = (pictures - pictures.mean(axis=0)).T @ (tastes - tastes.mean(axis=0))
    queries = data.tests[0].queries
    moved = replace(
        queries, video_vectors=(queries.video_vectors + covariance[:, 0] / 50.0).astype("f4")
    )
    gaps = []
    for whole in (name, f"{name}+erasure"):
        scorer = fitted(whole, data, taught, config)
        gaps.append(float(np.abs(scorer.score(moved) - scorer.score(queries)).max()))
    plain, erased = gaps
    assert erased < 1e-3 < plain / 10


def test_debcm_is_its_interaction_with_both_parts(
    data: BenchmarkData, config: TrainingConfig
) -> None:
    queries = data.tests[0].queries
    for taught in (False, True):
        whole = fitted("debcm", data, taught, config).score(queries)
        named = fitted("debcm-interaction+within+erasure", data, taught, config).score(queries)
        np.testing.assert_array_equal(whole, named)
    plain = fitted("debcm-interaction", data, False, config).score(queries)
    from_none = fitted("debcm-none", data, False, config).score(queries)
    # Before any step both start from the plain correlations.
    still = replace(config, learning_rate=1e-12, n_epochs=1)
    np.testing.assert_allclose(
        fitted("debcm-interaction", data, False, still).score(queries),
        fitted("debcm-none", data, False, still).score(queries),
        atol=1e-6,
    )
    assert (plain != from_none).any()


@pytest.mark.parametrize(
    ("name", "problem"),
    [
        ("nobody+within", "no system called nobody"),
        ("cmvae+luck", r"cmvae doesn't take the part luck.*scratch, within, erasure"),
        ("debcm+within", r"debcm doesn't take the part within.*Leave it out"),
        ("random+erasure", "random doesn't take the part erasure"),
        ("teacher+within", r"doesn't take the part within.*scratch, erasure"),
        ("cmvae+erasure+within", r"Write cmvae\+within\+erasure"),
        ("cmvae+within+within", r"Write cmvae\+within\."),
        ("cmvae+scratch+within", r"Write cmvae\+within\."),
    ],
)
def test_impossible_names_are_refused(name: str, problem: str) -> None:
    with pytest.raises(InputError, match=problem):
        make_system(name)


def test_the_size_of_the_taste_term_is_known_after_a_fit(
    data: BenchmarkData, config: TrainingConfig
) -> None:
    sizes = []
    for rate in (1.0, 40.0):
        system, own = make_system("debcm-interaction"), replace(config, taste_rate=rate)
        scorer = system.fit(data.training(with_pgc=False), own, silent())
        assert isinstance(scorer, Explained)
        weights = scorer.fitted_weights()
        assert tuple(weights) == TASTE_WEIGHTS
        sizes.append(abs(weights["taste_log_weight"]))
    assert 0 < 3 * sizes[0] < sizes[1]
    plain = fitted("cmvae", data, False, config)
    assert isinstance(plain, Explained) and plain.fitted_weights() == {}
