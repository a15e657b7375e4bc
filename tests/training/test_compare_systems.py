from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from engine.errors import InputError, TrainingError
from engine.locks import exclusive
from engine.progress import silent
from engine.training import compare_systems as story
from engine.training.benchmark.results import Results
from engine.training.benchmark.search import SearchPlan
from engine.training.benchmark.sources import STRENGTHS, TEACHER_WEIGHTS, simulated
from engine.training.compare_systems import Comparison, compare_systems
from engine.training.data.benchmark_data import BenchmarkData
from engine.training.simulation.parameters import SimulationConfig
from engine.training.simulation.worlds import WORLDS
from engine.training.systems.contract import System
from tests.training import hand_made

CONFIG = SimulationConfig(n_videos=200, n_tracks=60, n_pgc=60, n_features=8)


def all_own(_: System, settings: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Take every setting for a field of the system."""
    return settings, {}


def ask(**options: Any) -> Comparison:
    return Comparison(hand_made.make_given(), ("right", "wrong"), (0, 1), **options)


def test_results_tables_and_figures_are_in_one_folder(
    tmp_path: Path, fits: list[hand_made.Fit]
) -> None:
    report = compare_systems(ask(), tmp_path, silent(), hand_made.make_fake)
    assert (report.n_fitted, report.n_kept, report.failures) == (8, 0, ())
    tables = (tmp_path / "tables.md").read_text()
    assert "Simulated by hand." in tables and "right" in tables
    assert (tmp_path / "bars_do.png").exists() and (tmp_path / "bars_diverse.png").exists()
    again = compare_systems(ask(), tmp_path, silent(), hand_made.make_fake)
    assert (again.n_fitted, again.n_kept) == (0, 8)
    assert len(fits) == 8


def test_only_the_requested_data_and_seeds_run(
    tmp_path: Path,
    fits: list[hand_made.Fit],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(story, "draw_figures", lambda *_: None)
    comparison = replace(ask(data=("ugc",)), seeds=(3,))
    compare_systems(comparison, tmp_path, silent(), hand_made.make_fake)
    assert sorted(fits) == [("right", False, 3), ("wrong", False, 3)]


def test_other_data_want_another_folder(
    tmp_path: Path,
    fits: list[hand_made.Fit],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(story, "draw_figures", lambda *_: None)
    compare_systems(ask(), tmp_path, silent(), hand_made.make_fake)
    other = replace(hand_made.make_given(), description="Other data.")
    with pytest.raises(InputError, match="of other data"):
        compare_systems(replace(ask(), world=other), tmp_path, silent(), hand_made.make_fake)
    # Described alike, but one feature of one video differs.
    alike = hand_made.make_given()
    vectors = alike.first.ugc.video_vectors.copy()
    vectors[0, 0] += 1
    ugc = replace(alike.first.ugc, video_vectors=vectors)
    alike = replace(alike, first=replace(alike.first, ugc=ugc))
    with pytest.raises(InputError, match="of other data"):
        compare_systems(replace(ask(), world=alike), tmp_path, silent(), hand_made.make_fake)
    compare_systems(ask(), tmp_path, silent(), hand_made.make_fake)


def test_one_benchmark_at_a_time_writes_into_a_folder(
    tmp_path: Path, fits: list[hand_made.Fit], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(story, "draw_figures", lambda *_: None)
    with exclusive("benchmark", str(tmp_path.resolve())):
        with pytest.raises(InputError, match="another benchmark writes into this folder"):
            compare_systems(ask(), tmp_path, silent(), hand_made.make_fake)
        assert not fits
    compare_systems(ask(), tmp_path, silent(), hand_made.make_fake)
    assert fits


def test_the_sweep_of_given_data_is_of_the_teacher_alone(
    tmp_path: Path,
    fits: list[hand_made.Fit],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(story, "draw_figures", lambda *_: None)
    made = []

    def make(name: str, **settings: float) -> System:
        made.append(settings)
        return hand_made.make_fake(name)

    comparison = replace(ask(with_sweep=True), systems=("debcm",), seeds=(0,))
    monkeypatch.setattr("engine.training.benchmark.configured.split_settings", all_own)
    compare_systems(comparison, tmp_path, silent(), make)
    assert len(fits) == 2 + len(TEACHER_WEIGHTS)
    weights = [one["teacher_weight"] for one in made if one]
    assert tuple(weights) == TEACHER_WEIGHTS
    assert Results(tmp_path / "teacher_weight/weight-0.1/results.csv").fits()


def test_a_simulation_has_splits_and_a_sweep() -> None:
    comparison = Comparison(CONFIG, ("right",), (0,), with_splits=True, with_sweep=True)
    base = simulated(CONFIG)
    found = [source.name for source in story._sources(comparison, base)[0]]
    assert found[:5] == ["simulated", "x50", "x60", "x70", "x80"]
    assert len(found) == 5 + len(STRENGTHS) ** 2 - 1 + len(TEACHER_WEIGHTS)
    plain = Comparison(CONFIG, ("right",), (0,))
    assert [source.name for source in story._sources(plain, base)[0]] == ["simulated"]


def test_given_pairs_have_the_splits_that_they_can_bear(
    tmp_path: Path, fits: list[hand_made.Fit]
) -> None:
    def poor(_: int) -> BenchmarkData:
        raise TrainingError("these pairs can't be split.", remedy="Leave it out.")

    def later(seed: int) -> BenchmarkData:
        data = hand_made.make_data(seed)
        return replace(data, tests=(hand_made.make_test("later", data.ugc),))

    world = replace(hand_made.make_given(), others={"x50": poor, "later": later})
    comparison = replace(ask(with_splits=True, data=("ugc",)), world=world)
    report = compare_systems(comparison, tmp_path, silent(), hand_made.make_fake)
    assert report.n_fitted == 8
    assert report.failures == (("x50", "these pairs can't be split. Leave it out."),)
    results = Results(tmp_path / "results.csv")
    assert results.values("right", "ugc", "later", "recall@15") == {0: 1.0, 1: 1.0}
    assert "later" in (tmp_path / "tables.md").read_text()
    plain = replace(comparison, with_splits=False)
    assert compare_systems(plain, tmp_path, silent(), hand_made.make_fake).failures == ()


def test_worlds_have_results_of_their_own_and_one_table(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    both = ("default", "few_uploaders")
    monkeypatch.setitem(WORLDS, "few_uploaders", SimulationConfig(videos_per_uploader=40.0))
    comparison = Comparison(CONFIG, ("random", "popularity"), (0, 1), ("ugc",), both)
    report = compare_systems(comparison, tmp_path, silent())
    assert (report.n_fitted, report.n_kept) == (8, 0)
    base, few = (
        Results(tmp_path / "results.csv"),
        Results(tmp_path / "worlds/few_uploaders/results.csv"),
    )
    assert base.fits() == few.fits() == (("random", "ugc"), ("popularity", "ugc"))
    assert "videos_per_uploader 40" in (few.path.parent / "tables.md").read_text()
    table = (tmp_path / "worlds.md").read_text()
    assert table.startswith("Simulated data.") and "| default " in table
    found = few.mean("popularity", "ugc", "do", "true_ndcg@15")
    assert found is not None and f"{found.mean:.3f} ± {found.spread:.3f}" in table
    again = replace(comparison, worlds=("few_uploaders",))
    assert compare_systems(again, tmp_path, silent()).n_kept == 4
    monkeypatch.setitem(WORLDS, "few_uploaders", SimulationConfig(videos_per_uploader=30.0))
    with pytest.raises(InputError, match="other settings"):
        compare_systems(again, tmp_path, silent())


def test_one_world_alone_leaves_the_default_one_out(tmp_path: Path) -> None:
    comparison = Comparison(CONFIG, ("random",), (0,), ("ugc",), ("nonlinear",))
    assert compare_systems(comparison, tmp_path, silent()).n_fitted == 1
    table = (tmp_path / "worlds.md").read_text()
    assert "| nonlinear" in table and "default" not in table and "±" not in table.split("##", 1)[1]
    assert not (tmp_path / "results.csv").exists()


def test_worlds_are_known_and_simulated() -> None:
    with pytest.raises(InputError, match="no simulated world called flat"):
        Comparison(CONFIG, ("right",), (0,), worlds=("flat",))
    with pytest.raises(InputError, match="Worlds are simulated"):
        ask(worlds=("nonlinear",))


def test_searched_weights_reach_the_fits(
    tmp_path: Path,
    fits: list[hand_made.Fit],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(story, "draw_figures", lambda *_: None)
    asked = []

    def search(_data: object, plan: SearchPlan, *_: object) -> object:
        asked.append((plan.systems, plan.seed))
        return {"wrong": {"off": 0}}

    monkeypatch.setattr(story, "search", search)
    monkeypatch.setattr("engine.training.benchmark.configured.split_settings", all_own)
    compare_systems(ask(with_search=True), tmp_path, silent(), hand_made.make_fake)
    assert asked == [(("right", "wrong"), 0)]
    assert "Each seed has other validation videos" in (tmp_path / "search.json").read_text()
    recall = Results(tmp_path / "results.csv").values("wrong", "ugc", "do", "recall@15")
    assert recall == {0: 1.0, 1: 1.0}
    other = replace(hand_made.make_given(), description="Other data.")
    with pytest.raises(InputError, match=r"search\.json.*of other data"):
        compare_systems(
            replace(ask(with_search=True), world=other), tmp_path, silent(), hand_made.make_fake
        )
    assert len(asked) == 1


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"data": ("pgc",)}, r"no data setting called pgc.*ugc, ugc\+pgc"),
        ({"seeds": ()}, "at least one seed"),
    ],
)
def test_impossible_comparisons_are_refused(change: dict[str, Any], problem: str) -> None:
    with pytest.raises(InputError, match=problem):
        replace(ask(), **change)


def test_an_unknown_system_is_refused_before_anything_is_written(tmp_path: Path) -> None:
    for options in ({}, {"with_search": True}):
        with pytest.raises(InputError, match="no system called nobody"):
            compare_systems(
                replace(ask(**options), systems=("random", "nobody")), tmp_path, silent()
            )
    assert list(tmp_path.iterdir()) == []
