"""`soundbed evaluate` on the command line: its output and exit codes."""

import json
from pathlib import Path

import pytest

from engine.__main__ import main
from engine.training.data.features_cache import FeatureOptions
from engine.training.evaluate_pack import PackEvaluation, Retrieval
from tests.current_packs import current_pack

EVALUATION = PackEvaluation(
    pack_id="mine",
    n_edits=100,
    found=Retrieval({1: 0.18, 5: 0.5, 10: 2 / 3}, 5.5, 0.72),
    chance=Retrieval({1: 0.01, 5: 0.05, 10: 0.1}, 50.5, 0.163),
    skipped=((Path("bad.mp4"), "the file is empty."),),
    notes=("The labels name 1 clip that isn't an edit in the folder: z.mp4",),
    n_seen=7,
)


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[tuple[object, ...]]:
    """Record how the story is called, and answer with the same figures."""
    calls: list[tuple[object, ...]] = []

    def evaluate(*arguments: object) -> PackEvaluation:
        calls.append(arguments)
        return EVALUATION

    monkeypatch.setattr("engine.training.evaluate_pack.evaluate_pack", evaluate)
    return calls


@pytest.fixture
def mine() -> Path:
    return current_pack("mine")


def test_standard_output_is_only_json(
    asked: list[tuple[object, ...]], mine: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = ["evaluate", str(mine), "--edits", "e", "--labels", "l.csv", "--cache", "c"]
    assert main([*arguments, "--dask", "tcp://host:8786", "--json"]) == 0
    pack, edits, _, *rest = asked[0]
    assert (pack, edits) == (mine, Path("e"))
    assert rest == [Path("l.csv"), FeatureOptions(Path("c"), "tcp://host:8786")]
    printed = capsys.readouterr()
    assert json.loads(printed.out) == {
        "n": 100,
        "n_seen": 7,
        "recall": {"1": 0.18, "5": 0.5, "10": 0.666667},
        "median_rank": 5.5,
        "label_match": 0.72,
        "chance": {
            "recall": {"1": 0.01, "5": 0.05, "10": 0.1},
            "median_rank": 50.5,
            "label_match": 0.163,
        },
    }
    assert "bad.mp4: the file is empty." in printed.err
    assert "z.mp4" in printed.err


def test_the_table_shows_results_and_chance(
    asked: list[tuple[object, ...]], mine: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    # A pack of the user's is found by its name.
    assert main(["evaluate", "mine", "--edits", "e"]) == 0
    assert asked[0][0] == mine
    assert asked[0][3:] == (None, FeatureOptions())
    lines = [line.split() for line in capsys.readouterr().out.splitlines()]
    assert ["100", "edits,", "matched", "by", "mine"] in lines
    assert ["Recall@10", "66.7%", "10.0%"] in lines
    assert " ".join(lines[-1]).startswith("7 edits were left out, because the pack has learnt")
    assert ["Median", "rank", "of", "an", "edit's", "own", "sound", "5.5", "50.5"] in lines
    assert ["Same", "label", "among", "the", "first", "10", "others", "72.0%", "16.3%"] in lines


def test_a_missing_pack_ends_with_2(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["evaluate", str(tmp_path / "gone"), "--edits", str(tmp_path)]) == 2
    printed = capsys.readouterr()
    assert printed.out == ""
    assert "gone" in printed.err
