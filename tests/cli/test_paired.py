import json
from pathlib import Path

import pytest

from engine.__main__ import main
from engine.progress import silent
from engine.training.benchmark.runner import BenchmarkPlan, run_benchmark
from engine.training.benchmark.sources import given
from tests.training import hand_made


@pytest.fixture
def measured(tmp_path: Path) -> Path:
    plan = BenchmarkPlan([given(hand_made.make_given())], ("wrong", "right"), (0,))
    run_benchmark(plan, tmp_path, silent(), hand_made.make_fake)
    return tmp_path


def test_what_a_benchmark_saved_is_compared(
    measured: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["paired", str(measured), "wrong", "right"]) == 0
    text = capsys.readouterr().out
    (line,) = [
        line for line in text.splitlines() if line.startswith("| do ") and " recall@15 " in line
        and " ugc " in line
    ]  # fmt: skip
    assert "| 0.000 | 1.000 | +1.000 [+1.000, +1.000] | 12 / 12 / 1" in line


def test_as_json(measured: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["paired", str(measured), "right", "wrong", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert (found["first"], found["second"]) == ("right", "wrong")
    one = next(
        one for one in found["differences"]
        if (one["test_set"], one["data"], one["metric"]) == ("do", "ugc+pgc", "recall@15")
    )  # fmt: skip
    assert (one["difference"], one["low"], one["n_queries"], one["seeds"]) == (-1, -1, 12, [0])


def test_an_unknown_system_is_said_in_one_line(
    measured: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["paired", str(measured), "right", "debcm"]) != 0
    error = capsys.readouterr().err
    assert "both right and debcm were measured" in error
    assert "Traceback" not in error
