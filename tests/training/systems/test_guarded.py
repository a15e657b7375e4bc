"""The guarded student: erasure and teacher are kept where held-out pairs say that they help."""

from dataclasses import replace

import numpy as np
import numpy.typing as npt
import pytest

from engine.progress import silent
from engine.training.data.benchmark_data import Queries, TrainingData
from engine.training.simulation.parameters import SimulationConfig
from engine.training.simulation.simulated_data import simulate
from engine.training.simulation.worlds import in_world
from engine.training.systems import guarded
from engine.training.systems.contract import benchmark_config
from engine.training.systems.debcm import DebCM
from engine.training.systems.guarded import ALONE, WITH, WITHOUT, Choice, Guarded, harms
from engine.training.systems.registry import make_system

SMALL = SimulationConfig(
    n_videos=2_400,
    n_tracks=300,
    n_pgc=1_500,
    n_pgc_tracks=375,
    n_features=64,
    pool_size=40,
    seed=10,
)
CONFIG = benchmark_config(
    n_epochs=4, n_video_components=64, n_music_components=64, within_uploaders=True, seed=10
)

GUARDED = Guarded(DebCM(), "debcm-guarded")


def chosen(world: str) -> Choice:
    data = simulate(in_world(world, SMALL)).training(with_pgc=True)
    return GUARDED.choose(data, CONFIG, silent())


def test_good_professionals_are_used_and_style_is_erased() -> None:
    choice = chosen("default")
    assert choice.erase_taste
    assert choice.professionals in {WITH, ALONE}
    assert set(choice.evidence) == {WITHOUT, WITH, ALONE}


def test_bad_professionals_are_left_out() -> None:
    choice = chosen("bad_pgc")
    assert choice.professionals == WITHOUT
    assert choice.evidence[WITHOUT] > choice.evidence[ALONE] + 0.05


def test_content_that_follows_taste_is_not_erased() -> None:
    assert not chosen("content_follows_taste").erase_taste


def test_the_outcome_is_fitted_to_all_pairs_as_chosen(monkeypatch: pytest.MonkeyPatch) -> None:
    data = simulate(replace(SMALL, n_videos=600, n_pgc=200)).training(with_pgc=True)
    assert data.validation is not None
    queries = data.validation.queries

    def score(choice: Choice) -> npt.NDArray[np.float32]:
        monkeypatch.setattr(Guarded, "choose", lambda *_: choice)
        fitted: npt.NDArray[np.float32] = (
            make_system("debcm-guarded").fit(data, CONFIG, silent()).score(queries)
        )
        return fitted

    for erase in (False, True):
        config = replace(CONFIG, erase_taste=erase)
        expected = {
            WITHOUT: DebCM().fit(replace(data, pgc=None), config, silent()),
            WITH: DebCM().fit(data, config, silent()),
            ALONE: make_system("teacher").fit(data, config, silent()),
        }
        for teacher, scorer in expected.items():
            assert np.array_equal(score(Choice(erase, teacher)), scorer.score(queries))


def test_any_system_of_content_can_be_guarded() -> None:
    data = simulate(replace(SMALL, n_videos=600, n_pgc=200)).training(with_pgc=False)
    assert data.validation is not None
    queries = data.validation.queries
    scorer = make_system("cmvae-guarded").fit(data, CONFIG, silent())
    plain = make_system("cmvae+within+erasure").fit(data, CONFIG, silent())
    assert np.array_equal(scorer.score(queries), plain.score(queries))


def test_without_professionals_there_is_nothing_to_choose() -> None:
    data = simulate(replace(SMALL, n_videos=600, n_pgc=200)).training(with_pgc=False)
    assert GUARDED.choose(data, CONFIG, silent()) == Choice(True, WITHOUT)


def test_without_histories_the_teacher_is_used() -> None:
    data = simulate(replace(SMALL, n_videos=600, n_pgc=200)).training(with_pgc=True)
    strangers = replace(data.ugc, uploaders=np.arange(data.ugc.n_pairs).astype(np.str_))
    quick = replace(CONFIG, n_epochs=1)
    choice = GUARDED.choose(replace(data, ugc=strangers), quick, silent())
    assert (choice.professionals, dict(choice.evidence)) == (WITH, {})


def test_the_pairs_that_choose_are_not_learnt_from(monkeypatch: pytest.MonkeyPatch) -> None:
    data = simulate(replace(SMALL, n_videos=600, n_pgc=200)).training(with_pgc=True)
    seen, judged = [], []

    class Blank:
        def score(
            self, queries: Queries, candidates: npt.NDArray[np.int64]
        ) -> npt.NDArray[np.float32]:
            judged.append(queries.video_vectors)
            return np.zeros(candidates.shape, dtype=np.float32)

    def fit(_: Guarded, rest: TrainingData, *__: object) -> Blank:
        seen.append(rest.ugc.video_vectors)
        return Blank()

    monkeypatch.setattr(Guarded, "fit_as", fit)
    monkeypatch.setattr(
        guarded, "professional_ranks", lambda *_: (np.zeros(4), np.array(list("aabb")))
    )
    GUARDED.choose(data, CONFIG, silent())
    learnt = {row.tobytes() for vectors in seen for row in vectors}
    decided = {row.tobytes() for vectors in judged for row in vectors}
    assert len(seen) == 4 and 20 < len(decided) <= 0.1 * data.ugc.n_pairs
    assert not learnt & decided


def test_harm_is_more_than_chance_over_sources() -> None:
    sources = np.repeat(np.arange(20), 5).astype(np.str_)
    rng = np.random.default_rng(0)
    before = rng.random(100)
    noise = np.repeat(rng.normal(size=20), 5)
    noise -= noise.mean()
    assert not harms((before, sources), (before, sources))
    assert not harms((before, sources), (before + noise + 0.1, sources))
    assert harms((before, sources), (before + 0.1 * noise + 0.1, sources))
    assert not harms((before, sources), (before + 0.1 * noise - 0.1, sources))
    # One source says nothing about others.
    assert not harms((before, np.full(100, "a")), (before + 0.1, np.full(100, "a")))
