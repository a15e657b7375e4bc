"""`soundbed simulate` on the command line, end to end."""

from pathlib import Path

import numpy as np
import pytest

from engine.__main__ import main
from engine.training.data.benchmark_files import load_benchmark
from engine.training.data.reference_reader import read_reference

FEW = ["simulate", "--videos", "120"]


def test_it_writes_a_benchmark_and_says_what(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "set"
    options = ["--seed", "4", "--exposure", "0.5", "--choice", "0"]
    assert main([*FEW, *options, "--out", str(out)]) == 0
    printed = capsys.readouterr()
    assert printed.out == f"Wrote 102 simulated training pairs and 4 test sets: {out}\n"
    assert printed.err == ""
    data = load_benchmark(out)
    assert (data.ugc.n_pairs, data.ugc.n_tracks) == (102, 3_003)
    assert data.pgc is not None and data.pgc.n_pairs == 6_000
    text = (out / "README.txt").read_text()
    assert text.startswith("Simulated data, not real: 120 videos")
    for parameter in ("exposure_strength = 0.5", "choice_strength = 0.0", "seed = 4"):
        assert f"  {parameter}\n" in text


def test_a_harder_world_and_an_option_that_changes_it(tmp_path: Path) -> None:
    out = tmp_path / "set"
    options = ["--world", "unconfounded", "--choice", "0.5"]
    assert main([*FEW, *options, "--out", str(out)]) == 0
    text = (out / "README.txt").read_text()
    assert "taste on exposure 0 and on choice 0.5" in text


def test_the_reference_format(tmp_path: Path) -> None:
    out = tmp_path / "set"
    assert main([*FEW, "--reference", "--out", str(out)]) == 0
    plain = tmp_path / "plain"
    assert main([*FEW, "--out", str(plain)]) == 0
    read, data = read_reference(out, allow_pickle=True), load_benchmark(plain)
    assert np.array_equal(read.ugc.pairs[:, 1], data.ugc.pairs[:, 1])
    assert "soundbed.npz" in (out / "README.txt").read_text()


@pytest.mark.parametrize(
    ("options", "problem"),
    [
        (["--videos", "5"], "n_videos = 5"),
        (["--videos", "-5"], "n_videos = -5"),
        (["--seed", "-1"], "seed = -1"),
        (["--exposure", "nan"], "exposure_strength = nan"),
        (["--choice", "-1"], "choice_strength = -1"),
        (["--choice", "inf"], "choice_strength = inf"),
        (["--world", "flat"], "There is no simulated world called flat. Choose from default,"),
    ],
)
def test_an_impossible_world_ends_with_2(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], options: list[str], problem: str
) -> None:
    assert main([*FEW, *options, "--out", str(tmp_path / "set")]) == 2
    printed = capsys.readouterr()
    assert problem in printed.err and len(printed.err.splitlines()) == 1
    assert list(tmp_path.iterdir()) == []


def test_what_is_there_stays(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "notes.txt").write_text("mine")
    assert main([*FEW, "--out", str(tmp_path)]) == 2
    assert "already exists" in capsys.readouterr().err
    assert [path.name for path in tmp_path.iterdir()] == ["notes.txt"]


def test_no_number_ends_with_2(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as raised:
        main(["simulate", "--videos", "many", "--out", str(tmp_path / "set")])
    assert raised.value.code == 2
    assert "--videos" in capsys.readouterr().err
