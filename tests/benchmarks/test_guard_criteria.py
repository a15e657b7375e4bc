from pathlib import Path

from engine.training.systems.guarded import ALONE, WITH, WITHOUT
from tests.benchmarks.guard_criteria import CRITERIA, RANKS, Tried, losses_of, read, write


def tried(erased: bool, teacher: str, recall: float, swaps: float, truth: float) -> Tried:
    return Tried("w", 1, erased, teacher, recall, recall, swaps, -0.1, False, truth)


FOUND = [
    tried(False, WITHOUT, recall=0.6, swaps=-0.3, truth=0.20),
    tried(True, WITHOUT, recall=0.5, swaps=-0.4, truth=0.25),
    tried(True, WITH, recall=0.4, swaps=-0.2, truth=0.30),
    tried(True, ALONE, recall=0.1, swaps=-0.3, truth=0.10),
]


def test_a_choice_costs_what_the_better_one_has_more() -> None:
    erasure, teacher = losses_of(FOUND, "w", 1, CRITERIA["recall"])
    assert (round(erasure, 6), round(teacher, 6)) == (0.05, 0.05)
    erasure, teacher = losses_of(FOUND, "w", 1, CRITERIA["swaps"])
    assert (round(erasure, 6), round(teacher, 6)) == (0.05, 0.0)
    assert losses_of(FOUND, "w", 1, CRITERIA[RANKS])[0] == 0.0


def test_fits_survive_the_file(tmp_path: Path) -> None:
    path = tmp_path / "fits.csv"
    assert read(path) == []
    write(path, FOUND)
    assert read(path) == FOUND
