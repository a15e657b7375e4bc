from pathlib import Path

from engine.training.benchmark.results import Results, Row
from tests.benchmarks.fair_table import ratio, ratios, table


def results(path: Path, system: str, values: list[float]) -> Results:
    found = Results(path)
    found.add(
        [
            Row(system, "ugc", seed, "do", metric, value)
            for seed, value in enumerate(values)
            for metric in ("recall@15", "true_ndcg@15")
        ]
    )
    return found


def test_rows_of_several_folders_and_their_ratios(tmp_path: Path) -> None:
    folders = [
        results(tmp_path / "a.csv", "ours", [0.4, 0.6]),
        results(tmp_path / "b.csv", "theirs", [0.2, 0.5]),
    ]
    lines = table(folders).splitlines()
    assert [line.split("|")[1].strip() for line in lines[2:]] == ["ours", "theirs"]
    assert "0.500 ± 0.141" in lines[2] and "| 2 " in lines[2]
    compared = ratios(folders, "ours").splitlines()
    assert len(compared) == 3 and "1.60 (1.20 to 2.00)" in compared[2]


def test_a_single_seed_has_no_spread() -> None:
    assert ratio({0: 0.3, 1: 0.5}, {1: 0.25}) == "2.00"
    assert ratio({0: 0.3}, {1: 0.25}) == ""
