"""The limits of isolated tasks, and that they are all in one module."""

import ast
import os
import re

import pytest

from engine.limits import Limits, analysing_track, available_cores, n_cores, n_decoder_threads
from engine.settings import Settings, save_settings
from tests.import_graph import ROOT

SOURCES = [
    path
    for folder in ("engine", "desktop")
    for path in sorted((ROOT / folder).rglob("*.py"))
    if path != ROOT / "engine" / "limits.py"
]
LIMIT = re.compile(r"deadline|memory_mb|n_cores", re.IGNORECASE)
COUNTERS = ("cpu_count", "sched_getaffinity", "process_cpu_count")


def test_a_larger_track_gets_more_time_up_to_four_hours() -> None:
    assert analysing_track(0) == Limits(900.0, 3000, stall_s=60.0)
    assert analysing_track(5_000_000).deadline_s == 1000.0
    assert analysing_track(10**9).deadline_s == 4 * 3600.0


@pytest.mark.parametrize(("deadline_s", "memory_mb"), [(0.0, 1024), (60.0, 127)])
def test_limits_within_which_no_task_ends_are_refused(deadline_s: float, memory_mb: int) -> None:
    with pytest.raises(ValueError, match="no task can finish"):
        Limits(deadline_s, memory_mb)


def test_all_cores_of_the_process_are_used(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: set(range(16)), raising=False)
    assert (available_cores(), n_cores(), n_decoder_threads()) == (16, 16, 8)


@pytest.mark.parametrize(("n_threads", "n_used"), [(0, 16), (1, 1), (3, 3), (64, 16)])
def test_the_setting_bounds_the_cores(
    n_threads: int, n_used: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: set(range(16)), raising=False)
    save_settings(Settings(n_threads=n_threads))
    assert n_cores() == n_used
    assert n_decoder_threads() == min(n_used, 8)


def limits_stated_in(source: str) -> list[str]:
    """Return the names with which a module sets its own limits, or counts cores."""
    found = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call):
            called = name_of(node.func)
            found += [called] if called in (*COUNTERS, "Limits") else []
        elif isinstance(node, ast.Assign | ast.AnnAssign | ast.keyword):
            targets = node.targets if isinstance(node, ast.Assign) else [node]
            names = [name_of(target) for target in targets]
            if node.value is not None and states_a_number(node.value):
                found += [name for name in names if LIMIT.search(name)]
    return found


def name_of(node: ast.AST) -> str:
    if isinstance(node, ast.AnnAssign):
        return name_of(node.target)
    name = getattr(node, "attr", None) or getattr(node, "id", None) or getattr(node, "arg", None)
    return name or ""


def states_a_number(node: ast.expr) -> bool:
    return any(
        isinstance(part, ast.Constant) and isinstance(part.value, int | float) and part.value
        for part in ast.walk(node)
    )


@pytest.mark.parametrize(
    "source",
    [
        "_DEADLINE_S = 6 * 3600.0",
        "run_isolated(f, memory_mb=4000)",
        "WORK = Limits(60, 1024)",
        "n = os.cpu_count() or 1",
    ],
)
def test_a_limit_stated_elsewhere_is_found(source: str) -> None:
    assert len(limits_stated_in(source)) == 1


def test_no_other_module_states_a_limit() -> None:
    found = {path.as_posix(): limits_stated_in(path.read_text("utf-8")) for path in SOURCES}
    assert {path: names for path, names in found.items() if names} == {}
