"""What a GPU runs, as far as a CPU can show it: steps that wait for no result, and compile."""

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import torch
from torch.utils._python_dispatch import TorchDispatchMode

from engine.errors import TrainingError
from engine.progress import silent
from engine.training.data.pairs import PairSet
from engine.training.fitting import trainer
from engine.training.fitting.sampler import KnownTracks, PairSampler
from engine.training.fitting.trainer import Objective, fit
from engine.training.method import losses
from engine.training.method.teacher import PosteriorTable
from engine.training.systems.debcm import DebCM
from tests.training.fitting.test_trainer import CONFIG, UNIFORM, networks
from tests.training.tiny_pairs import make_pairs

CPU = torch.device("cpu")
# What has to know a number or a length before it returns.
WAITING = ("_local_scalar_dense", "nonzero", "_unique2", "unique_dim", "repeat_interleave")


class Recorder(TorchDispatchMode):
    """Notes the operations that a GPU would have to be waited for."""

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]  # torch's own
        self.waiting: list[str] = []

    def __torch_dispatch__(
        self, func: Any, types: Any, args: Any = (), kwargs: dict[str, Any] | None = None
    ) -> Any:
        name = func.overloadpacket.__name__
        if name in WAITING:
            self.waiting.append(name)
        return func(*args, **(kwargs or {}))


@contextmanager
def as_on_a_gpu(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Take the paths of a GPU on the CPU."""
    largest = losses._largest

    def topk(scores: torch.Tensor, n_kept: int) -> torch.Tensor:
        return scores.topk(n_kept, dim=1, sorted=False).values

    with monkeypatch.context() as patch:
        patch.setattr(losses, "_largest", topk)
        patch.setattr(KnownTracks, "among", KnownTracks.by_search)
        yield
    assert losses._largest is largest


def fitting(ugc: PairSet, pgc: PairSet) -> trainer._Fitting:
    """A student's fit as it would be on a GPU."""
    teacher, student = networks(ugc, CONFIG)
    guides = [PosteriorTable(teacher, pairs) for pairs in (ugc, pgc)]
    loss = DebCM(teacher_weight=None, pgc_weight=None).loss(student, guides)
    found = trainer._Fitting(Objective(student, loss, [ugc, pgc], UNIFORM), CONFIG, CPU)
    found._checks_each_step = False
    return found


@pytest.fixture
def several() -> PairSet:
    """Pairs of which each video has two tracks."""
    pairs = make_pairs(200)
    rows = np.stack([np.arange(200) // 2, np.arange(200)], axis=1)
    return replace(pairs, pairs=rows)


def test_a_step_waits_for_no_result(several: PairSet, monkeypatch: pytest.MonkeyPatch) -> None:
    with as_on_a_gpu(monkeypatch):
        fit_of = fitting(make_pairs(200), several)
        assert fit_of._n_steps > 2
        fit_of.step()  # the optimiser makes its state
        with Recorder() as recorder:
            fit_of.step()
    assert recorder.waiting == []


def test_the_recorder_notices_what_waits(several: PairSet) -> None:
    fit_of = fitting(make_pairs(200), several)
    fit_of._checks_each_step = True
    with Recorder() as recorder:
        fit_of.step()
    assert "_local_scalar_dense" in recorder.waiting and "_unique2" in recorder.waiting


def test_known_tracks_are_the_same_by_search(several: PairSet) -> None:
    known = KnownTracks(several, CPU)
    rng = np.random.default_rng(0)
    for _ in range(20):
        rows = torch.from_numpy(several.pairs[rng.integers(200, size=64)])
        videos, tracks = rows.unbind(dim=1)
        expected = known.among(videos, tracks)
        assert torch.equal(known.by_search(videos, tracks), expected)
        assert expected.diagonal().all() and not expected.all()


def test_losses_are_the_same_where_they_are_summed_up(several: PairSet) -> None:
    one, other = (fitting(make_pairs(200), several) for _ in range(2))
    one._checks_each_step = True
    for each in (one, other):
        torch.manual_seed(1)
        for _ in range(each._n_steps):
            each.step()
    assert one._losses == other._losses and len(one._losses) == 1


def test_a_loss_that_explodes_is_reported_after_the_epoch(
    several: PairSet, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = fitting(make_pairs(200), several)
    monkeypatch.setattr(broken, "_batch_loss", lambda *_: torch.tensor(np.inf, requires_grad=True))
    for _ in range(broken._n_steps - 1):
        broken.step()
    with pytest.raises(TrainingError, match="no longer a number"):
        broken.step()


def test_a_compiled_loss_is_the_same() -> None:
    pairs = make_pairs(200)
    teacher, _ = networks(pairs, CONFIG)
    encoders = teacher.video_encoder, teacher.music_encoder
    sampler = PairSampler(pairs, UNIFORM, CONFIG, CPU, encoders)
    # The backend only traces: another would need a C++ compiler here.
    compiled = torch.compile(teacher.training_loss, backend="eager")
    teacher.train()
    for _ in range(2):
        batch = [sampler.draw()]
        values = []
        for loss in (teacher.training_loss, compiled):
            torch.manual_seed(3)
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # of operations it leaves as they are
                values.append(float(loss(batch, 0.5)))
        assert values[0] == values[1]


def test_the_setting_changes_nothing_on_the_cpu(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch, "compile", lambda *_: pytest.fail("compiled on the CPU"))
    pairs = make_pairs(100)
    config = replace(CONFIG, compile_steps=True, n_epochs=1, device="cpu")
    teacher, _ = networks(pairs, config)
    fit(Objective(teacher, teacher.training_loss, [pairs], UNIFORM), config, silent(), "teacher")
