"""`soundbed train` on the command line: arguments, messages, exit codes."""

import importlib.util
import os
import signal
from pathlib import Path
from types import SimpleNamespace

import pytest

from engine.__main__ import main
from engine.cli import train as command
from engine.progress import Progress
from engine.training.data.reference_writer import write_reference
from engine.training.method.training_config import TrainingConfig
from engine.training.pack_comparison import Comparison
from engine.training.paired_ranks import PairedInterval
from engine.training.simulation.parameters import SimulationConfig
from engine.training.simulation.simulated_data import simulate
from engine.training.systems.contract import benchmark_config
from engine.training.training_request import TrainingRequest
from tests.current_packs import current_pack


@pytest.fixture
def reason() -> str:
    """Why the pack isn't published."""
    return ""


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch, reason: str) -> list[TrainingRequest]:
    """Record what the story is asked for instead of training."""
    calls: list[TrainingRequest] = []

    def train(request: TrainingRequest, _: Progress) -> SimpleNamespace:
        calls.append(request)
        return SimpleNamespace(
            pack=Path("mine"),
            space="mine:0000",
            n_ugc=20,
            n_pgc=30,
            base=None,
            held_out_rank=0.412,
            comparison=Comparison("old", PairedInterval(-0.03, -0.05, 0.01, 20, 9)),
            reason=reason,
            is_published=not reason or request.force,
            skipped=((Path("bad.mp4"), "the file is empty."),),
            cautions=("All pairs are by one uploader.",),
        )

    monkeypatch.setattr("engine.training.train_pack.train_pack", train)
    return calls


def test_it_prints_what_came_of_it(
    asked: list[TrainingRequest], capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = ["train", "--pairs", "u", "--pgc", "p", "--out", "mine", "--seed", "3"]
    assert main([*arguments, "--epochs", "7", "--device", "cpu", "--force"]) == 0
    config = TrainingConfig(seed=3, n_epochs=7, device="cpu")
    assert asked == [TrainingRequest(Path("u"), Path("mine"), config, Path("p"), force=True)]
    printed = capsys.readouterr()
    assert "Wrote mine (embedding space mine:0000) from 20 + 30 pairs." in printed.out
    assert "41 %" in printed.out
    assert "Compared with old: the own music of 20 clips moves up by +3.0 %" in printed.out
    assert "bad.mp4: the file is empty." in printed.err
    assert "soundbed: All pairs are by one uploader." in printed.err


def test_a_file_of_settings_comes_after_the_options(
    asked: list[TrainingRequest], tmp_path: Path
) -> None:
    settings = tmp_path / "mine.toml"
    settings.write_text("batch_size = 32\nn_epochs = 9\n")
    arguments = ["train", "--pairs", "u", "--pgc", "p", "--out", "mine", "--fresh"]
    assert main([*arguments, "--config", str(settings), "--epochs", "7"]) == 0
    assert asked[0].config == TrainingConfig(batch_size=32, n_epochs=7)
    assert (asked[0].force, asked[0].fresh) == (False, True)


def test_a_wrong_setting_ends_with_2(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    settings = tmp_path / "mine.toml"
    settings.write_text("epochs = 9\n")
    arguments = ["train", "--pairs", "u", "--pgc", "p", "--out", "mine"]
    assert main([*arguments, "--config", str(settings)]) == 2
    shown = " ".join(capsys.readouterr().err.split())
    assert "mine.toml: there is no setting “epochs”. Did you mean “n_epochs”? Choose from" in shown
    assert "learning_rate" in shown


def test_stopping_says_how_to_resume(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def stopped(_: TrainingRequest, progress: Progress) -> None:
        os.kill(os.getpid(), signal.SIGINT)
        progress.check()

    monkeypatch.setattr("engine.training.train_pack.train_pack", stopped)
    assert main(["train", "--pairs", "u", "--pgc", "p", "--out", "mine"]) == 130
    assert "Run the same command again to resume" in capsys.readouterr().err


def test_a_missing_argument_is_bad_input(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["train", "--pairs", "u"])
    assert ended.value.code == 2
    assert "--out" in capsys.readouterr().err


def test_fine_tuning_is_asked_for_by_name_or_by_leaving_out_the_professionals(
    asked: list[TrainingRequest],
) -> None:
    assert main(["train", "--pairs", "u", "--out", "mine", "--uploaders", "who.csv"]) == 0
    old = current_pack("old")
    arguments = ["train", "--pairs", "u", "--pgc", "p", "--from", "old", "--out", "mine"]
    assert main([*arguments, "--replace"]) == 0
    assert main(["train", "--pairs", "u", "--pgc", "p", "--out", "mine"]) == 0
    assert [request.fine_tunes for request in asked] == [True, True, False]
    assert [request.base for request in asked] == [None, old, None]
    assert asked[0].uploaders == Path("who.csv")
    assert [request.replace for request in asked] == [False, True, False]


@pytest.mark.parametrize("reason", ["it is worse than old."])
def test_a_pack_that_is_not_published_ends_with_3_and_says_why(
    asked: list[TrainingRequest], capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = ["train", "--pairs", "u", "--out", "mine"]
    assert main(arguments) == 3
    printed = capsys.readouterr()
    assert "Not published: it is worse than old." in printed.out
    assert "--force" in printed.out
    assert main([*arguments, "--force"]) == 0
    printed = capsys.readouterr()
    assert "Not published" not in printed.out
    assert "Published by --force: it is worse than old." in printed.err


def test_without_torch_it_says_how_to_get_it(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    found = importlib.util.find_spec

    def without_torch(name: str) -> object:
        return None if name == "torch" else found(name)

    monkeypatch.setattr(command, "find_spec", without_torch)
    assert main(["train", "--pairs", "u", "--pgc", "p", "--out", "o"]) == 2
    assert "soundbed[train]" in capsys.readouterr().err


def test_a_bad_spec_ends_with_2(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "mine"
    code = main(["train", "--pairs", "nowhere", "--pgc", "p", "--out", str(out)])
    assert code == 2
    assert "nowhere" in capsys.readouterr().err
    assert not out.exists()


def test_epochs_of_zero_are_bad_input(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["train", "--pairs", "u", "--pgc", "p", "--out", "o", "--epochs", "0"]) == 2
    assert "at least one epoch" in capsys.readouterr().err


def test_a_recipe_comes_with_its_own_settings(asked: list[TrainingRequest]) -> None:
    arguments = [
        "train",
        "--pairs",
        "u",
        "--out",
        "mine",
        "--recipe",
        "cmvae+within",
        "--seed",
        "4",
    ]
    assert main(arguments) == 0
    assert asked[0].recipe == "cmvae+within"
    assert asked[0].config == benchmark_config(seed=4)
    assert not asked[0].fine_tunes


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--recipe", "nobody"], "no system called nobody"),
        (["--recipe", "decrs"], "decrs ranks by more than two encoders"),
        (["--recipe", "cmvae", "--from", "soundbed-2"], "Leave out --from or --recipe"),
        (["--encoders", "--from", "pack"], "--from is for packs"),
        (["--encoders", "--uploaders", "a.csv"], "--uploaders is for packs"),
    ],
)
def test_what_does_not_go_together_ends_with_2(
    options: list[str], message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["train", "--pairs", "u", "--out", "mine", *options]) == 2
    assert message in capsys.readouterr().err


def test_data_with_test_sets_become_encoders(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    world = SimulationConfig(n_videos=300, n_tracks=60, n_pgc=80, n_features=16, pool_size=20)
    write_reference(simulate(world), tmp_path / "set")
    arguments = ["train", "--pairs", str(tmp_path / "set"), "--out", str(tmp_path / "mine")]
    arguments += ["--recipe", "cmvae", "--epochs", "1", "--device", "cpu"]
    assert main(arguments) == 2
    assert "add --allow-pickle" in capsys.readouterr().err
    assert main([*arguments, "--allow-pickle"]) == 0
    assert "Wrote two encoders to" in capsys.readouterr().out
    names = {path.name for path in (tmp_path / "mine").iterdir()}
    assert names == {"video.onnx", "music.onnx", "tracks.npy", "manifest.json"}
    assert main([*arguments, "--allow-pickle"]) == 2
    assert "replace encoders with --replace" in capsys.readouterr().err
