"""Ensembles of any system: who holds out what, and what can be exported."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from engine.errors import TrainingError
from engine.progress import Progress, silent
from engine.training.benchmark.configured import Changes, configured
from engine.training.data.benchmark_data import BenchmarkData, Queries, TrainingData
from engine.training.fitting.records import STUDENT, TEACHER
from engine.training.fitting.validation import content_scores
from engine.training.method.training_config import TrainingConfig
from engine.training.simulation.parameters import SimulationConfig
from engine.training.simulation.simulated_data import simulate
from engine.training.systems.contract import Scorer, benchmark_config
from engine.training.systems.members import fit_members, scorer_of
from engine.training.systems.registry import SYSTEMS, make_system
from tests.training.tiny_pairs import make_clip_pairs, make_pairs

CONFIG = TrainingConfig(
    n_latent=8, n_video_components=8, n_music_components=8, n_epochs=1, min_steps_per_epoch=2
)
EXPORTED = {
    *("cevar", "cbvmr", "uwml", "dualvae", "cmvae", "ips", "shipped", "teacher"),
    *("debcm", "debcm-none", "debcm-interaction", "debcm-guarded", "cmvae-guarded"),
}
"""Systems that rank by two encoders and a dot product, without anything else."""


class Noting:
    """A system that notes what it is given, and scores by a number of its own."""

    name, needs_pgc = "noting", False

    def __init__(self) -> None:
        self.given: list[tuple[TrainingData, TrainingConfig]] = []

    def fit(self, data: TrainingData, config: TrainingConfig, progress: Progress) -> Scorer:
        self.given.append((data, config))
        number = float(config.seed)

        class Constant:
            def score(self, queries: Queries, candidates: object = None) -> np.ndarray:
                return np.full((queries.n, 3), number, np.float32)

        return Constant()


@pytest.fixture(scope="module")
def simulated() -> BenchmarkData:
    return simulate(
        SimulationConfig(
            n_videos=400, n_tracks=60, n_pgc=120, n_pgc_tracks=40, n_features=32, pool_size=20
        )
    )


def test_members_together_learn_from_all_and_share_what_is_of_the_whole() -> None:
    system, data = Noting(), TrainingData(make_pairs(60), make_pairs(60, seed=1))
    config = replace(CONFIG, n_members=5, seed=3)
    members = fit_members(data, config, silent(), system=system)
    assert [config.seed for _, config in system.given] == [3, 4, 5, 6, 7]
    seen = set()
    for given, _ in system.given:
        assert given.held_out is not None and given.whole is data and given.catalogue is data.ugc
        assert given.ugc.n_videos + given.held_out.n_videos == 60
        assert not set(given.ugc.sources) & set(given.held_out.sources)
        seen.add(tuple(given.held_out.sources))
    assert len(seen) == 5
    queries = Queries(data.ugc.video_vectors, np.full((60, 3), 1 / 3, np.float32))
    assert scorer_of(members).score(queries).tolist() == [[5.0] * 3] * 60


def test_a_validation_set_decides_only_where_it_should(simulated: BenchmarkData) -> None:
    data = simulated.training(with_pgc=True)
    for stopping, splits in (("validation", False), ("sources", True)):
        system = Noting()
        config = replace(CONFIG, n_members=1, stopping=stopping)
        fit_members(data, config, silent(), system=system)
        ((given, _),) = system.given
        assert (given.held_out is not None) is splits
        assert (given is data) is not splits


def test_the_shipped_recipe_has_a_configuration_of_its_own() -> None:
    changes = Changes({"n_video_components": 64}, {"n_epochs": 3})
    _, shipped = configured(make_system, "shipped", {}, changes, 2)
    assert shipped == TrainingConfig(n_epochs=3, seed=2)
    _, other = configured(make_system, "cmvae", {"dropout": 0.4}, changes, 2)
    assert other == benchmark_config(n_video_components=64, n_epochs=3, dropout=0.4, seed=2)


def test_the_shipped_recipe_scores_the_whole_catalogue(simulated: BenchmarkData) -> None:
    """Its members learn from parts whose tracks have other numbers."""
    config = replace(CONFIG, n_members=2, n_epochs=2, batch_size=64)
    members = fit_members(simulated.training(with_pgc=True), config, silent())
    queries, tracks = simulated.validation.queries, simulated.ugc.music_vectors
    each = [content_scores(one.student, queries.video_vectors, tracks) for one in members]
    scores = scorer_of(members).score(queries)
    np.testing.assert_allclose(scores, np.mean(each, axis=0), atol=1e-6)
    assert scores.shape == (queries.n, simulated.ugc.n_tracks)
    for member in members:
        assert [one.role for one in member.fits] == [TEACHER, STUDENT]
        assert len(member.fits[1].fit.losses) == 2


@pytest.mark.parametrize("name", SYSTEMS)
def test_what_ranks_by_two_encoders_can_be_exported(name: str, simulated: BenchmarkData) -> None:
    config = replace(benchmark_config(n_latent=8, batch_size=128, n_epochs=1), n_members=1)
    data = simulated.training(with_pgc=True)
    (member,) = fit_members(data, config, silent(), system=make_system(name))
    if name in EXPORTED:
        queries = simulated.validation.queries
        network = member.student
        assert member.scorer.score(queries).shape == (queries.n, simulated.ugc.n_tracks)
        assert network.music_encoder.mean.shape == (32,)
    else:
        with pytest.raises(TrainingError, match="can't be exported"):
            _ = member.student


@pytest.mark.parametrize("name", sorted(EXPORTED - {"debcm-guarded"}))
def test_clips_are_read_by_two_experts_in_every_recipe(name: str) -> None:
    pairs, pgc = make_clip_pairs(60), make_clip_pairs(60, seed=1)
    config = replace(CONFIG, n_members=1)
    (member,) = fit_members(TrainingData(pairs, pgc), config, silent(), system=make_system(name))
    assert len(member.student.video_encoder.scaling.parts) == 2


def test_fits_of_one_role_do_not_share_a_state(tmp_path: Path) -> None:
    """A guarded system fits several students with one seed."""
    data = TrainingData(make_pairs(120), make_pairs(60, seed=1))
    config = replace(CONFIG, n_members=1)
    fit_members(data, config, silent(), tmp_path, make_system("debcm-guarded"))
    names = sorted(path.stem for path in tmp_path.iterdir() if path.stem.startswith("student"))
    assert names[:3] == ["student-0", "student-0-2", "student-0-3"]
