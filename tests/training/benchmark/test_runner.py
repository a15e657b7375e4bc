import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from engine.errors import Cancelled, InputError, TrainingError
from engine.progress import Progress, ProgressStep, silent
from engine.training.benchmark.configured import MakeSystem
from engine.training.benchmark.results import Results
from engine.training.benchmark.runner import BenchmarkPlan, BenchmarkReport, run_benchmark
from engine.training.benchmark.sources import Source, given
from engine.training.benchmark.tables import write_tables
from engine.training.data.benchmark_data import BenchmarkData, TrainingData
from engine.training.data.split_data import with_own_tests
from engine.training.method.training_config import TrainingConfig
from engine.training.systems.contract import Scorer, System
from tests.training import hand_made

SYSTEMS = ("right", "wrong")


def run(
    out: Path,
    progress: Progress | None = None,
    make: MakeSystem = hand_made.make_fake,
    **changes: Any,
) -> BenchmarkReport:
    plan = replace(BenchmarkPlan([given(hand_made.make_given())], SYSTEMS, (0, 1)), **changes)
    return run_benchmark(plan, out, progress or silent(), make)


def test_every_system_setting_and_seed_once(tmp_path: Path, fits: list[hand_made.Fit]) -> None:
    report = run(tmp_path)
    assert (report.n_fitted, report.n_kept, report.failures) == (8, 0, ())
    assert sorted(fits) == sorted(
        (name, with_pgc, seed) for name in SYSTEMS for with_pgc in (False, True) for seed in (0, 1)
    )
    results = Results(tmp_path / "results.csv")
    assert results.test_sets() == ("validation", "diverse", "do")
    assert results.values("right", "ugc", "do", "recall@15") == {0: 1.0, 1: 1.0}
    assert results.values("wrong", "ugc+pgc", "do", "recall@15") == {0: 0.0, 1: 0.0}
    assert set(results.values("right", "ugc", "training", "fit_s")) == {0, 1}


def test_nothing_is_fitted_twice(tmp_path: Path, fits: list[hand_made.Fit]) -> None:
    run(tmp_path, seeds=(0,))
    before = (tmp_path / "results.csv").read_text()
    fits.clear()
    report = run(tmp_path, seeds=(0, 1))
    assert (report.n_fitted, report.n_kept) == (4, 4)
    assert {seed for _, _, seed in fits} == {1}
    assert (tmp_path / "results.csv").read_text().startswith(before)


def test_cancelled_in_the_middle_it_resumes(tmp_path: Path, fits: list[hand_made.Fit]) -> None:
    progress = Progress(lambda _step: progress.cancel() if len(fits) == 3 else None)
    with pytest.raises(Cancelled):
        run(tmp_path, progress)
    assert len(Results(tmp_path / "results.csv").fits()) == 3
    done = list(fits)
    run(tmp_path)
    run(tmp_path / "whole")
    assert len(fits) == len(done) + 5 + 8
    strip = [r for r in Results(tmp_path / "results.csv").rows if r.test_set != "training"]
    whole = [r for r in Results(tmp_path / "whole/results.csv").rows if r.test_set != "training"]
    assert strip == whole
    assert (tmp_path / "drift.csv").read_text() == (tmp_path / "whole/drift.csv").read_text()


def test_killed_while_measuring_leaves_whole_fits(
    tmp_path: Path, fits: list[hand_made.Fit]
) -> None:
    def dying(name: str, **settings: int) -> System:
        if len(fits) == 2:
            raise KeyboardInterrupt
        return hand_made.make_fake(name, **settings)

    with pytest.raises(KeyboardInterrupt):
        run(tmp_path, make=dying)
    assert len(Results(tmp_path / "results.csv").fits()) == 2
    assert run(tmp_path).n_fitted == 6


class Untagged(hand_made.FakeSystem):
    def fit(self, data: TrainingData, config: TrainingConfig, progress: Progress) -> Scorer:
        raise TrainingError("The pairs hold no tags.")


def test_a_failing_system_affects_nothing_else(tmp_path: Path, fits: list[hand_made.Fit]) -> None:
    def fragile(name: str, **settings: int) -> System:
        if name == "wrong":
            return Untagged(name)
        return hand_made.make_fake(name, **settings)

    report = run(tmp_path, make=fragile, systems=("wrong", "right"), seeds=(0,))
    assert report.n_fitted == 2
    assert [reason for _, reason in report.failures] == ["The pairs hold no tags."] * 2
    assert Results(tmp_path / "results.csv").fits() == (("right", "ugc"), ("right", "ugc+pgc"))


class Weighing(hand_made.ByDistance):
    def fitted_weights(self) -> dict[str, float]:
        return {"taste_log_weight": 0.25}


class Interacting(hand_made.FakeSystem):
    def fit(self, data: TrainingData, config: TrainingConfig, progress: Progress) -> Scorer:
        return Weighing(0)


def test_what_a_fit_says_of_its_weights_is_kept(tmp_path: Path) -> None:
    run(tmp_path, make=lambda name, **_: Interacting(name), systems=("right",), seeds=(0,))
    results = Results(tmp_path / "results.csv")
    assert results.values("right", "ugc", "training", "taste_log_weight") == {0: 0.25}
    assert "taste_log_weight" in write_tables(tmp_path, "Simulated.").read_text()


def test_the_teacher_comes_first_and_only_with_professionals(
    tmp_path: Path, fits: list[hand_made.Fit]
) -> None:
    run(tmp_path, systems=("right", "teacher"), seeds=(0,))
    assert fits == [("teacher", True, 0), ("right", False, 0), ("right", True, 0)]


def test_data_are_made_once_for_a_seed(tmp_path: Path, fits: list[hand_made.Fit]) -> None:
    made: list[int] = []

    def make(seed: int) -> BenchmarkData:
        made.append(seed)
        return hand_made.make_data(seed)

    source = Source("simulated", ("diverse", "do"), make)
    run(tmp_path, sources=[source])
    assert made == [0, 1]
    run(tmp_path, sources=[source])
    assert made == [0, 1]


def test_no_professionals_is_reported(tmp_path: Path, fits: list[hand_made.Fit]) -> None:
    source = given(with_own_tests(hand_made.make_data(with_pgc=False)))
    report = run(tmp_path, sources=[source], systems=("right",), seeds=(0,))
    assert report.n_fitted == 1
    assert "no professionals' pairs" in report.failures[0][1]


def test_settings_reach_the_system(tmp_path: Path, fits: list[hand_made.Fit]) -> None:
    run(tmp_path, settings={"wrong": {"off": 0}}, seeds=(0,))
    assert Results(tmp_path / "results.csv").values("wrong", "ugc", "do", "recall@15") == {0: 1.0}


def test_other_settings_want_another_folder(tmp_path: Path, fits: list[hand_made.Fit]) -> None:
    run(tmp_path, seeds=(0,))
    with pytest.raises(InputError, match="other settings"):
        run(tmp_path, settings={"wrong": {"off": 0}})
    with pytest.raises(InputError, match="of other data"):
        run(tmp_path, made_from="other data")


def test_a_damaged_file_is_found_before_anything_is_fitted(
    tmp_path: Path, fits: list[hand_made.Fit]
) -> None:
    (tmp_path / "results.csv").write_text("nothing of ours\n")
    with pytest.raises(InputError, match="no benchmark results"):
        run(tmp_path)
    assert fits == []
    assert [path.name for path in tmp_path.iterdir()] == ["results.csv"]


def test_the_stage_shows_the_time_left(tmp_path: Path, fits: list[hand_made.Fit]) -> None:
    steps: list[ProgressStep] = []
    run(tmp_path, Progress(steps.append), seeds=(0,))
    assert steps[0].stage == "right, ugc, hand-made, seed 0"
    assert steps[-1].stage == ("wrong, ugc+pgc, hand-made, seed 0 (about 1 minute left): learning")
    assert (steps[-1].done, steps[-1].total) == (3, 4)


def test_a_searched_system_joins_others_but_does_not_change(
    tmp_path: Path, fits: list[hand_made.Fit]
) -> None:
    run(tmp_path, systems=("wrong",), seeds=(0,), settings={"wrong": {"off": 2}})
    joined = {"right": {"off": 1}}
    run(tmp_path, systems=("right",), seeds=(0,), settings=joined)
    kept = json.loads((tmp_path / "benchmark.json").read_text())["systems"]
    assert kept == {"wrong": {"off": 2}, "right": {"off": 1}}
    both = {"wrong": {"off": 2}, **joined}
    assert run(tmp_path, seeds=(0,), settings=both).n_kept == 4
    for changed in ({**both, "wrong": {"off": 3}}, joined, {}):
        with pytest.raises(InputError, match="other settings"):
            run(tmp_path, seeds=(0,), settings=changed)
    # One that was fitted without a search can't be given other settings either.
    run(tmp_path / "plain", systems=("wrong",), seeds=(0,))
    with pytest.raises(InputError, match="other settings"):
        run(tmp_path / "plain", systems=("wrong",), seeds=(0,), settings={"wrong": {"off": 2}})
