"""`soundbed benchmark` on the command line, end to end on tiny data."""

import csv
import json
import os
import signal
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from engine.__main__ import main
from engine.errors import TrainingError
from engine.training.benchmark.runner import BenchmarkReport
from engine.training.compare_systems import Comparison
from engine.training.data import open_benchmark
from engine.training.data.benchmark_data import BenchmarkData
from engine.training.data.benchmark_files import save_benchmark
from engine.training.data.loaders import Loaded
from engine.training.data.pairs import save_pairs
from engine.training.data.reference_writer import write_reference
from engine.training.simulation.parameters import SimulationConfig
from engine.training.simulation.simulated_data import simulate
from engine.training.simulation.worlds import WORLDS
from engine.training.systems.popularity import Popularity
from engine.training.systems.random import Random
from engine.training.systems.registry import SYSTEMS

QUICK = ["--systems", "popularity,random,cca", "--seeds", "0"]


@pytest.fixture(scope="module")
def data() -> BenchmarkData:
    return simulate(
        SimulationConfig(n_videos=400, n_tracks=60, n_pgc=80, n_features=16, pool_size=20)
    )


@pytest.fixture
def no_figures(monkeypatch: pytest.MonkeyPatch) -> None:
    """Drawing takes a second each time and is tested once."""
    monkeypatch.setattr("engine.training.compare_systems.draw_figures", lambda *_: None)


@pytest.fixture
def pairs(data: BenchmarkData, tmp_path: Path, no_figures: None) -> Path:
    save_benchmark(data, tmp_path / "set")
    return tmp_path / "set"


def rows_of(out: Path) -> list[dict[str, str]]:
    with (out / "results.csv").open(newline="") as file:
        return list(csv.DictReader(file))


def measured(out: Path) -> set[tuple[str, ...]]:
    return {
        tuple(row[name] for name in ("system", "data", "seed", "test_set", "metric", "value"))
        for row in rows_of(out)
        if row["test_set"] != "training"
    }


def test_a_simulated_world_end_to_end(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "out"
    assert main(["benchmark", "--simulate", "200", *QUICK, "--out", str(out)]) == 0
    printed = capsys.readouterr()
    assert printed.out == f"6 fits measured, 0 already done: {out}\n"
    lines = (out / "results.csv").read_text().splitlines()
    assert lines[0] == "system,data,seed,test_set,metric,value"
    rows = rows_of(out)
    assert {row["system"] for row in rows} == {"popularity", "random", "cca"}
    assert {row["data"] for row in rows} == {"ugc", "ugc+pgc"}
    assert {row["test_set"] for row in rows} == {
        "training",
        "validation",
        "diverse",
        "matching",
        "do",
        "do_own",
    }
    of_do = {row["metric"] for row in rows if row["test_set"] == "do"}
    assert {
        "recall@15",
        "ndcg@15",
        "recall@15_all",
        "ndcg@15_all",
        "true_ndcg@15",
        "taste_slope",
    } <= of_do
    assert all(np.isfinite(float(row["value"])) for row in rows)
    heading = (out / "tables.md").read_text().splitlines()[0]
    assert heading.startswith("Simulated data, not real")
    assert heading.endswith("a world of its own for each seed.")
    for name in ("bars_diverse.png", "bars_matching.png", "bars_do.png"):
        assert (out / name).read_bytes().startswith(b"\x89PNG")


def test_it_resumes_where_it_stopped(
    pairs: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out"
    command = ["benchmark", "--pairs", str(pairs), "--out", str(out)]
    assert main([*command, "--systems", "popularity", "--seeds", "0"]) == 0
    before = (out / "results.csv").read_text()
    capsys.readouterr()
    assert main([*command, "--systems", "popularity,random", "--seeds", "0,1"]) == 0
    assert capsys.readouterr().out.startswith("6 fits measured, 2 already done")
    assert (out / "results.csv").read_text().startswith(before)
    assert main([*command, "--systems", "popularity,random", "--seeds", "0,1"]) == 0
    assert capsys.readouterr().out.startswith("0 fits measured, 8 already done")


def test_both_formats_give_the_same_figures(
    data: BenchmarkData, pairs: Path, tmp_path: Path
) -> None:
    reference = tmp_path / "reference"
    write_reference(data, reference)
    one, other = tmp_path / "one", tmp_path / "other"
    assert main(["benchmark", "--pairs", str(pairs), *QUICK, "--out", str(one)]) == 0
    command = ["benchmark", "--pairs", str(reference), "--allow-pickle", *QUICK]
    assert main([*command, "--out", str(other)]) == 0
    # The true match, and with it the metrics that need it, have no room in that format.
    missing = {row[4] for row in measured(one) - measured(other)}
    assert missing and all("true" in name or name == "taste_slope" for name in missing)
    assert not measured(other) - measured(one)


def test_the_reference_format_needs_leave(
    data: BenchmarkData, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write_reference(data, tmp_path / "set")
    command = ["benchmark", "--pairs", str(tmp_path / "set"), *QUICK]
    assert main([*command, "--out", str(tmp_path / "out")]) == 2
    assert "add --allow-pickle" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


def test_a_file_of_settings_holds_for_all_systems(pairs: Path, tmp_path: Path) -> None:
    settings, out = tmp_path / "mine.toml", tmp_path / "out"
    settings.write_text("n_latent = 4\nn_epochs = 3\n")
    command = ["benchmark", "--pairs", str(pairs), *QUICK, "--config", str(settings)]
    assert main([*command, "--epochs", "1", "--out", str(out)]) == 0
    kept = json.loads((out / "benchmark.json").read_text())["config"]
    assert (kept["n_latent"], kept["n_epochs"]) == (4, 1)
    settings.write_text("n_latents = 4\n")
    assert main([*command, "--out", str(tmp_path / "other")]) == 2


def test_all_systems_by_one_word(
    pairs: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = []

    def compare(comparison: Comparison, *_: object) -> BenchmarkReport:
        asked.append(comparison)
        return BenchmarkReport(0, 0, ())

    monkeypatch.setattr("engine.training.compare_systems.compare_systems", compare)
    command = ["benchmark", "--pairs", str(pairs), "--systems", "all", "--search"]
    assert main([*command, "--epochs", "3", "--out", str(tmp_path / "out")]) == 0
    assert asked[0].systems == tuple(SYSTEMS)
    assert (asked[0].seeds, asked[0].data) == ((0, 1, 2), ("ugc", "ugc+pgc"))
    assert asked[0].with_search and not asked[0].with_sweep
    assert asked[0].changes == {"n_epochs": 3}


def test_worlds_by_name_or_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []

    def compare(comparison: Comparison, *_: object) -> BenchmarkReport:
        asked.append(comparison.worlds)
        return BenchmarkReport(0, 0, ())

    monkeypatch.setattr("engine.training.compare_systems.compare_systems", compare)
    command = ["benchmark", "--simulate", "400", *QUICK, "--out", str(tmp_path / "out")]
    for options in (["--worlds", "all"], ["--worlds", "bad_pgc, nonlinear"], []):
        assert main([*command, *options]) == 0
    assert asked == [tuple(WORLDS), ("bad_pgc", "nonlinear"), ()]


@pytest.mark.parametrize(
    ("options", "problem"),
    [
        (["--systems", "popularity,nobody"], "no system called nobody"),
        (["--systems", " , "], "--systems needs at least one value"),
        (["--data", ","], "--data needs at least one value"),
        (["--data", "pgc"], "no data setting called pgc"),
        (["--seeds", "0,x"], "not 0,x"),
        (["--seeds", "1.5"], "not 1.5"),
        (["--seeds=-1"], "not -1"),
        (["--seeds", "99999999999999999999"], "not 99999999999999999999"),
        (["--seeds", ","], "--seeds needs at least one value"),
        (["--epochs", "0"], "at least one epoch"),
        (["--worlds", "all"], "Worlds are simulated"),
        (["--worlds", "flat"], "no simulated world called flat"),
        (["--systems", "teacher", "--data", "ugc"], "Add ugc+pgc to --data"),
    ],
)
def test_invalid_options_end_with_2(
    pairs: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    options: list[str],
    problem: str,
) -> None:
    out = tmp_path / "out"
    command = ["benchmark", "--pairs", str(pairs), *QUICK, *options, "--out", str(out)]
    assert main(command) == 2
    printed = capsys.readouterr()
    assert problem in printed.err and len(printed.err.splitlines()) == 1
    assert printed.out == "" and not (out / "results.csv").exists()


def test_no_data_folder_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "a file").write_text("not a folder")
    for name in ("empty", "gone", "a file"):
        command = ["benchmark", "--pairs", str(tmp_path / name), *QUICK]
        assert main([*command, "--out", str(tmp_path / "out")]) == 2
        printed = capsys.readouterr()
        assert name in printed.err
        assert len(printed.err.splitlines()) == 1


def test_results_of_another_benchmark_stay(
    pairs: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out"
    out.mkdir()
    (out / "results.csv").write_text("my,own,table\n1,2,3\n")
    assert main(["benchmark", "--pairs", str(pairs), *QUICK, "--out", str(out)]) == 2
    assert "results.csv" in capsys.readouterr().err
    assert (out / "results.csv").read_text() == "my,own,table\n1,2,3\n"


def test_ctrl_c_leaves_the_finished_fits(
    pairs: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    fit = Random.fit

    def interrupted(self: Random, *arguments: Any) -> object:
        os.kill(os.getpid(), signal.SIGINT)
        return fit(self, *arguments)

    out = tmp_path / "out"
    command = ["benchmark", "--pairs", str(pairs), *QUICK, "--out", str(out)]
    with monkeypatch.context() as patch:
        patch.setattr(Random, "fit", interrupted)
        assert main(command) == 130
    assert "again to resume" in capsys.readouterr().err
    assert {row["system"] for row in rows_of(out)} == {"popularity"}
    assert main(command) == 0
    assert capsys.readouterr().out.startswith("4 fits measured, 2 already done")
    assert main([*command[:-1], str(tmp_path / "whole")]) == 0
    assert measured(out) == measured(tmp_path / "whole")


def test_a_system_that_fails_costs_itself_alone(
    pairs: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def fail(*_: object) -> None:
        raise TrainingError("The pairs hold no tags.")

    monkeypatch.setattr(Popularity, "fit", fail)
    out = tmp_path / "out"
    assert main(["benchmark", "--pairs", str(pairs), *QUICK, "--out", str(out)]) == 2
    assert "popularity, ugc, simulated, seed 0: The pairs hold no tags." in capsys.readouterr().err
    assert {row["system"] for row in rows_of(out)} == {"random", "cca"}


def test_ones_own_pairs(
    data: BenchmarkData, no_figures: None, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    mine, theirs, out = tmp_path / "mine.npz", tmp_path / "theirs.npz", tmp_path / "out"
    assert data.pgc is not None
    save_pairs(data.ugc, mine)
    save_pairs(data.pgc, theirs)
    command = ["benchmark", "--pairs", str(mine), *QUICK, "--out", str(out)]
    assert main([*command, "--pgc", str(theirs)]) == 0
    assert capsys.readouterr().out.startswith("6 fits measured")
    assert {row["test_set"] for row in rows_of(out)} == {
        "training", "validation", "test", "diverse",
    }  # fmt: skip
    assert "Simulated" not in (out / "tables.md").read_text()
    assert main([*command[:-1], str(tmp_path / "alone")]) == 0
    save_pairs(replace(data.pgc, video_version="video-0"), theirs)
    assert main([*command, "--pgc", str(theirs)]) == 2
    assert "theirs.npz" in capsys.readouterr().err


def test_edits_that_cannot_be_used_are_named(
    data: BenchmarkData,
    no_figures: None,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    sets = {
        "mine": Loaded(data.ugc, skipped=((Path("a.mp4"), "it is empty."),)),
        "theirs": Loaded(data.pgc or data.ugc, skipped=((Path("b.mp4"), "it has no sound."),)),
    }
    monkeypatch.setattr(open_benchmark, "load_data", lambda path, _: sets[path.name])
    command = ["benchmark", "--pairs", "mine", "--pgc", "theirs", "--systems", "random"]
    assert main([*command, "--seeds", "0", "--out", str(tmp_path / "out")]) == 0
    warned = capsys.readouterr().err
    assert "a.mp4: it is empty." in warned
    assert "b.mp4: it has no sound." in warned


def test_professionals_go_with_ones_own_edits_alone(
    pairs: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for world in (["--simulate", "200"], ["--pairs", str(pairs)]):
        command = ["benchmark", *world, *QUICK, "--pgc", "x", "--out", str(tmp_path / "out")]
        assert main(command) == 2
        assert "Leave out --pgc" in capsys.readouterr().err


def test_one_uploader_is_warned_of(
    data: BenchmarkData, no_figures: None, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    alone = replace(data.ugc, uploaders=np.full(data.ugc.n_pairs, "me"))
    save_benchmark(replace(data, ugc=alone), tmp_path / "set")
    command = ["benchmark", "--pairs", str(tmp_path / "set"), *QUICK]
    assert main([*command, "--out", str(tmp_path / "out")]) == 0
    assert "All pairs are by one uploader" in capsys.readouterr().err


def test_without_professionals_uploaders_are_learnt_from_alone(
    data: BenchmarkData, no_figures: None, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    save_benchmark(replace(data, pgc=None), tmp_path / "set")
    command = ["benchmark", "--pairs", str(tmp_path / "set"), "--systems", "random"]
    out = tmp_path / "out"
    assert main([*command, "--seeds", "0", "--out", str(out)]) == 0
    assert {row["data"] for row in rows_of(out)} == {"ugc"}
    assert main([*command, "--seeds", "0", "--data", "ugc,ugc+pgc", "--out", str(out)]) == 2
    assert "no professionals' pairs" in capsys.readouterr().err
