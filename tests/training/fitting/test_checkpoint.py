"""Saved states: what is written comes back, and a fit that was killed ends as if it hadn't been."""

import errno
import os
import random
import resource
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from engine.errors import Cancelled, TrainingError
from engine.progress import LearningPoint, Progress, silent
from engine.training.data.benchmark_data import TrainingData
from engine.training.data.extras import Extras
from engine.training.data.pairs import PairSet, save_pairs
from engine.training.fitting.checkpoint import Checkpoint, run_key
from engine.training.fitting.trainer import Fit, Objective, fit
from engine.training.fitting.validation import validation_rank
from engine.training.method.encoders import GaussianEncoder
from engine.training.method.scaling import fit_scaling
from engine.training.method.teacher import TeacherNetwork
from engine.training.method.training_config import TrainingConfig
from engine.training.systems.members import Member, fit_members
from tests.training.tiny_pairs import make_pairs

UNIFORM = np.full(3, 1 / 3, dtype=np.float32)
CONFIG = TrainingConfig(
    n_latent=8,
    n_video_components=8,
    n_music_components=8,
    n_epochs=6,
    batch_size=16,
    patience=3,
    device="cpu",
)
# Everything that a fit keeps: several epochs, a best one before the last, a deal under way.
CONFIGS = [CONFIG, replace(CONFIG, sampling="epoch", min_steps_per_epoch=1, n_epochs=12)]


def fit_teacher(
    pairs: PairSet,
    held_out: PairSet,
    config: TrainingConfig,
    progress: Progress,
    checkpoint: Checkpoint | None,
) -> tuple[TeacherNetwork, Fit]:
    torch.manual_seed(0)
    video = fit_scaling(pairs.video_vectors, pairs.video_blocks, config.n_video_components)
    music = fit_scaling(pairs.music_vectors, pairs.music_blocks, config.n_music_components)
    teacher = TeacherNetwork(video, music, config)
    validation_loss = partial(validation_rank, teacher, held_out)
    objective = Objective(teacher, teacher.training_loss, [pairs], UNIFORM, validation_loss)
    return teacher, fit(objective, config, progress, "teacher", checkpoint)


def stopped_after(n_steps: int) -> Progress:
    steps = iter(range(n_steps))
    progress = Progress(lambda _: None if next(steps, None) is not None else progress.cancel())
    return progress


def same_weights(first: torch.nn.Module, second: torch.nn.Module) -> bool:
    other = second.state_dict()
    return all(torch.equal(value, other[name]) for name, value in first.state_dict().items())


def test_a_state_comes_back_as_it_was(tmp_path: Path) -> None:
    state: dict[str, Any] = {
        "weights": {"a": torch.randn(2, 3), "b": torch.tensor(2.5)},
        "optimiser": {0: {"step": torch.tensor(3.0)}},
        "random": torch.get_rng_state(),
        "losses": [0.1, float("inf")],
        "best": None,
        "empty": torch.empty(0, dtype=torch.int64),
    }
    checkpoint = Checkpoint(tmp_path / "new" / "state.npz")
    assert checkpoint.load() is None
    checkpoint.save(state)
    loaded = checkpoint.load()
    assert loaded is not None
    assert torch.equal(loaded["weights"]["a"], state["weights"]["a"])
    assert loaded["weights"]["b"].shape == ()
    assert loaded["optimiser"][0]["step"] == 3.0
    assert torch.equal(loaded["random"], state["random"])
    assert (loaded["losses"], loaded["best"]) == ([0.1, float("inf")], None)
    assert loaded["empty"].dtype == torch.int64


@pytest.mark.parametrize("config", CONFIGS, ids=["weighted", "epoch"])
def test_stopped_at_any_step_it_ends_the_same(config: TrainingConfig, tmp_path: Path) -> None:
    pairs, held_out = make_pairs(60), make_pairs(30, seed=5)
    whole, expected = fit_teacher(pairs, held_out, config, silent(), None)
    checkpoint = Checkpoint(tmp_path / "state.npz", every_s=3600)
    n_runs = 0
    rng = random.Random(0)
    resumed = None
    while resumed is None:
        n_runs += 1
        with suppress(Cancelled):
            stopped = stopped_after(rng.randint(1, 11))
            resumed, fitted = fit_teacher(pairs, held_out, config, stopped, checkpoint)
    assert n_runs > 3
    assert fitted == expected
    assert same_weights(whole, resumed)
    again, refitted = fit_teacher(pairs, held_out, config, silent(), checkpoint)
    assert refitted == expected
    assert same_weights(whole, again)


def test_resumed_it_tells_of_the_epochs_before(tmp_path: Path) -> None:
    pairs, held_out = make_pairs(60), make_pairs(30, seed=5)
    checkpoint = Checkpoint(tmp_path / "state.npz", every_s=3600)
    with pytest.raises(Cancelled):
        fit_teacher(pairs, held_out, CONFIG, stopped_after(25), checkpoint)
    points: list[LearningPoint] = []
    _, fitted = fit_teacher(pairs, held_out, CONFIG, Progress(on_point=points.append), checkpoint)
    assert [point.at for point in points] == [*range(1, len(fitted.losses) + 1)]
    assert tuple(point.learnt for point in points) == fitted.losses
    assert tuple(point.held_out for point in points) == fitted.validation_losses


@contextmanager
def file_size_limit(n_bytes: int) -> Iterator[None]:
    """Let no file grow beyond `n_bytes`: to the writer, the same as a full disk."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    ignored = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (n_bytes, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
        signal.signal(signal.SIGXFSZ, ignored)


def test_a_full_disk_is_named_and_the_last_state_stays(tmp_path: Path) -> None:
    checkpoint = Checkpoint(tmp_path / "states" / "state.npz")
    checkpoint.save({"epoch": 1})
    with file_size_limit(4096), pytest.raises(TrainingError, match=r"states.*Free some space"):
        checkpoint.save({"epoch": 2, "weights": torch.zeros(100_000)})
    assert checkpoint.load() == {"epoch": 1}
    assert [path.name for path in checkpoint.path.parent.iterdir()] == ["state.npz"]


def test_a_disk_that_fills_up_in_a_fit_leaves_the_last_state(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pairs, held_out = make_pairs(60), make_pairs(30, seed=5)
    whole, expected = fit_teacher(pairs, held_out, CONFIG, silent(), None)
    checkpoint = Checkpoint(tmp_path / "state.npz", every_s=0)
    free = iter(range(5))
    write = np.savez

    def savez(file: Any, **arrays: Any) -> None:
        if next(free, None) is None:
            file.write(b"half")
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        write(file, **arrays)

    monkeypatch.setattr(np, "savez", savez)
    with pytest.raises(TrainingError, match=r"No space left.*Free some space"):
        fit_teacher(pairs, held_out, CONFIG, silent(), checkpoint)
    state = checkpoint.load()
    assert state is not None
    assert len(state["losses"]) * 10 + state["step"] == 5
    assert [path.name for path in tmp_path.iterdir()] == ["state.npz"]
    monkeypatch.undo()
    resumed, fitted = fit_teacher(pairs, held_out, CONFIG, silent(), checkpoint)
    assert fitted == expected
    assert same_weights(whole, resumed)


@pytest.mark.parametrize("damage", ["cut", "text", "pickle", "other"])
def test_a_damaged_state_is_named(damage: str, tmp_path: Path) -> None:
    path = tmp_path / "state.npz"
    Checkpoint(path).save({"weights": torch.zeros(1000)})
    if damage == "cut":
        path.write_bytes(path.read_bytes()[:-500])
    elif damage == "text":
        path.write_text("no state")
    elif damage == "pickle":
        np.savez(path, format=np.array([{"a": 1}], dtype=object), allow_pickle=True)
    else:
        np.savez(path, format=np.array("of-another-kind"))
    with pytest.raises(TrainingError, match=r"state\.npz.*--fresh"):
        Checkpoint(path).load()


def test_the_state_of_another_training_is_refused(tmp_path: Path) -> None:
    checkpoint = Checkpoint(tmp_path / "state.npz")
    pairs, held_out = make_pairs(60), make_pairs(30, seed=5)
    fit_teacher(pairs, held_out, CONFIG, silent(), checkpoint)
    with pytest.raises(TrainingError, match="another training"):
        fit_teacher(pairs, held_out, replace(CONFIG, n_latent=4), silent(), checkpoint)


def test_weights_that_exploded_replace_no_good_state(tmp_path: Path) -> None:
    checkpoint = Checkpoint(tmp_path / "state.npz", every_s=0)
    pairs = make_pairs(30)
    torch.manual_seed(0)
    scaling = fit_scaling(pairs.video_vectors, (10,), 8), fit_scaling(pairs.music_vectors, (8,), 8)
    teacher = TeacherNetwork(*scaling, CONFIG)
    n_calls = 0

    def loss_with_a_bad_gradient(batches: Any, annealed: float) -> torch.Tensor:
        nonlocal n_calls
        n_calls += 1
        loss = teacher.training_loss(batches, annealed)
        # The square root's slope at 0 is infinite: a sound loss whose gradient is none.
        assert isinstance(teacher.video_encoder, GaussianEncoder)
        weight = teacher.video_encoder.location.weight
        return loss + (weight * 0).abs().sqrt().sum() if n_calls == 4 else loss

    with pytest.raises(TrainingError, match="no longer a number"):
        objective = Objective(teacher, loss_with_a_bad_gradient, [pairs], UNIFORM)
        fit(objective, CONFIG, silent(), "teacher", checkpoint)
    state = checkpoint.load()
    assert state is not None
    assert state["step"] == 3
    assert all(bool(value.isfinite().all()) for value in state["network"].values())


def test_a_key_distinguishes_data_and_settings() -> None:
    pairs = make_pairs(20)
    keys = {
        run_key(CONFIG, pairs),
        run_key(CONFIG, pairs, pairs),
        run_key(replace(CONFIG, seed=1), pairs),
        run_key(CONFIG, replace(pairs, video_vectors=pairs.video_vectors + 1)),
        run_key(CONFIG, replace(pairs, uploaders=pairs.uploaders[::-1])),
        run_key(CONFIG, replace(pairs, genre_names=("a", "b", "c"))),
        run_key(CONFIG, replace(pairs, extras=Extras(taken=np.arange(20)))),
    }
    assert len(keys) == 7
    assert run_key(CONFIG, make_pairs(20)) in keys


# A separate run, which saves after every step so that it can be killed at any time.
_RUN = """
import sys
from functools import partial
from pathlib import Path
from engine.progress import silent
from engine.training.data.benchmark_data import TrainingData
from engine.training.fitting import records
from engine.training.fitting.checkpoint import Checkpoint
from engine.training.data.pairs import load_pairs
from tests.training.fitting.test_checkpoint import KILLED
from engine.training.systems.members import fit_members
records.Checkpoint = partial(Checkpoint, every_s=0)
folder = Path(sys.argv[1])
pairs = [load_pairs(folder / name) for name in ("ugc.npz", "pgc.npz")]
fit_members(TrainingData(*pairs), KILLED, silent(), folder / "states")
"""
KILLED = replace(CONFIG, n_epochs=16, patience=16, n_members=2, min_steps_per_epoch=4)


def test_a_killed_process_resumes_to_the_same_weights(tmp_path: Path) -> None:
    pairs = make_pairs(60), make_pairs(60, seed=1)
    for name, one in zip(("ugc.npz", "pgc.npz"), pairs, strict=True):
        save_pairs(one, tmp_path / name)
    expected = fit_members(TrainingData(*pairs), KILLED, silent())
    rng = random.Random(os.getpid())
    states = tmp_path / "states"
    for _ in range(2):
        before = _saved(states)
        run = subprocess.Popen([sys.executable, "-c", _RUN, str(tmp_path)])
        while _saved(states) == before:
            assert run.poll() is None
            time.sleep(0.01)
        time.sleep(rng.uniform(0.0, 0.6))
        run.kill()
        assert run.wait() == -signal.SIGKILL
    assert states.exists()
    resumed = fit_members(TrainingData(*pairs), KILLED, silent(), states)
    assert [_results(member) for member in resumed] == [_results(member) for member in expected]
    for member, twin in zip(resumed, expected, strict=True):
        assert same_weights(member.student, twin.student)


def _saved(states: Path) -> set[tuple[str, int]]:
    """Which states there are, and when each was put there."""
    return {(path.name, path.stat().st_mtime_ns) for path in states.glob("[st]*.npz")}


def _results(member: Member) -> tuple[Fit | None, Fit | None]:
    return member.teacher_fit, member.student_fit


def test_each_fit_of_an_ensemble_has_a_state_of_its_own(tmp_path: Path) -> None:
    config = replace(CONFIG, n_members=2, n_epochs=1)
    fit_members(TrainingData(make_pairs(40), make_pairs(40, seed=1)), config, silent(), tmp_path)
    assert sorted(path.stem for path in tmp_path.iterdir()) == [
        "student-0",
        "student-1",
        "teacher-0",
        "teacher-1",
    ]
