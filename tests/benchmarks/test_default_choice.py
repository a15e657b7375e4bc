from pathlib import Path

from engine.training.benchmark.results import Results
from tests.benchmarks.default_choice import beside, choose
from tests.benchmarks.test_fair_table import results


def test_the_simplest_candidate_that_is_good_enough_everywhere_is_chosen() -> None:
    assert choose({"simple": [0.98, 0.95], "complicated": [1.0, 1.0]}) == "complicated"
    assert choose({"simple": [0.98, 0.97], "complicated": [1.0, 1.0]}) == "simple"
    fails_once = [1.0] * 9 + [0.85]
    assert choose({"simple": fails_once, "complicated": [0.98] * 10}) == "complicated"
    assert choose({"simple": [1.0] * 9 + [0.9], "complicated": [0.98] * 10}) == "simple"


def test_without_a_good_one_that_with_the_best_smallest_share_is_chosen() -> None:
    poor_on_average, fails_once = [0.9] * 10, [1.0] * 9 + [0.2]
    assert choose({"one": fails_once, "other": poor_on_average}) == "other"


def test_the_best_other_system_is_named(tmp_path: Path) -> None:
    found = Results(tmp_path / "results.csv")
    for name, values in (("ours", [0.4, 0.6]), ("best", [0.2, 0.5]), ("worst", [0.1, 0.1])):
        found.add(results(tmp_path / f"{name}.csv", name, values).rows)
    (line,) = beside({"default": found}, "ours").splitlines()[2:]
    assert "1.60 (1.20 to 2.00) best" in line and "| ugc " in line
