"""A training run in a process of its own: what it sends, and what is left when it is stopped."""

import os
import re
import signal
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from engine.encoders.matching import MatchingPack
from engine.errors import Cancelled, InputError, PackError, TrainingError
from engine.locks import exclusive
from engine.progress import LearningPoint, Progress, ProgressStep, silent
from engine.training import train_isolated
from engine.training.data.pairs import save_pairs
from engine.training.method.training_config import TrainingConfig
from engine.training.preparation import Preparation, prepare_training
from engine.training.train_isolated import (
    abandon_training,
    begin_training,
    continue_training,
)
from engine.training.training_request import TrainingRequest, saved_states
from engine.training.unfinished_training import (
    forget_training,
    keep_training,
    unfinished_training,
)
from engine.video.clip_features import VIDEO_FEATURES_VERSION
from tests.tiny_matching import TinyPack
from tests.training.test_fine_tune import matched
from tests.training.tiny_pairs import make_clip_pairs

pytest.importorskip("torch", reason="PyTorch isn't installed")

GOOD = matched(make_clip_pairs(60, n_uploaders=12))


@pytest.fixture(autouse=True)
def nothing_begun() -> Iterator[None]:
    forget_training()
    yield
    forget_training()


@pytest.fixture
def prepared(tmp_path: Path) -> Preparation:
    base = TinyPack(n_music=8).write(tmp_path / "base")
    save_pairs(GOOD, tmp_path / "edits.npz")
    request = TrainingRequest(
        tmp_path / "edits.npz", tmp_path / "mine", TrainingConfig(seed=1), base=base
    )
    return prepare_training(request, silent())


@pytest.fixture
def long_one(tmp_path: Path) -> Preparation:
    """From scratch, which takes as long as the test needs."""
    pairs = make_clip_pairs(48, version=VIDEO_FEATURES_VERSION)
    save_pairs(pairs, tmp_path / "edits.npz")
    config = TrainingConfig(
        n_video_components=8, n_music_components=8, n_epochs=5000, patience=5000, n_members=1
    )
    request = TrainingRequest(
        tmp_path / "edits.npz", tmp_path / "mine", config, tmp_path / "edits.npz"
    )
    return prepare_training(request, silent())


def test_what_is_used_is_known_before(prepared: Preparation) -> None:
    assert (prepared.n_clips, prepared.n_sources, prepared.n_uploaders) == (60, 12, 12)
    assert (prepared.n_compared, prepared.problem, prepared.n_seen) == (60, "", 0)
    assert prepared.before == "tiny-1"


def test_a_pack_and_its_curve(prepared: Preparation, tmp_path: Path) -> None:
    points: list[LearningPoint] = []
    steps: list[ProgressStep] = []
    report = begin_training(prepared, Progress(steps.append), points.append)
    assert report.is_published and report.pack == tmp_path / "mine"
    assert MatchingPack.load(report.pack, is_own=True).space == report.space
    assert {point.axis for point in points} == {"size"}
    first, last = points[0], points[-1]
    assert (first.at, last.at, last.end) == (0, 5, 5)
    # The largest change fits what it learns from best.
    assert last.learnt < first.learnt and last.held_out is not None
    assert steps[0].stage == "Loading PyTorch"
    assert unfinished_training() is None
    assert not (saved_states() / "begun").exists()


def test_cancelled_it_continues_with_the_same_pairs(long_one: Preparation, tmp_path: Path) -> None:
    points: list[LearningPoint] = []

    def note(point: LearningPoint) -> None:
        points.append(point)
        if len(points) == 3:
            progress.cancel()

    progress = Progress()
    with pytest.raises(Cancelled):
        begin_training(long_one, progress, note)
    assert [(point.axis, point.at, point.end) for point in points[:3]] == [
        ("epoch", number, 5000) for number in (1, 2, 3)
    ]
    kept = unfinished_training()
    assert kept is not None
    assert (kept.edits, kept.request.out) == (tmp_path / "edits.npz", tmp_path / "mine")
    assert list((saved_states() / "begun" / "states").rglob("*.npz"))
    # What was read stays, whatever becomes of the edits.
    (tmp_path / "edits.npz").unlink()
    later: list[LearningPoint] = []

    def stop(point: LearningPoint) -> None:
        later.append(point)
        again.cancel()

    again = Progress()
    with pytest.raises(Cancelled):
        continue_training(again, stop)
    # The epochs before are told again, so that the whole curve can be drawn.
    assert later[:3] == points[:3]
    assert sorted(path.name for path in tmp_path.iterdir()) == []


def test_a_process_that_dies_takes_nothing_with_it(
    long_one: Preparation, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    children: list[int] = []
    followed = train_isolated._followed

    def note(child: train_isolated._Child, *args: object) -> object:
        assert child.process.pid is not None
        children.append(child.process.pid)
        return followed(child, *args)  # type: ignore[arg-type]  # passed on as they are

    monkeypatch.setattr(train_isolated, "_followed", note)

    def kill(_: LearningPoint) -> None:
        os.kill(children[-1], signal.SIGKILL)

    with pytest.raises(TrainingError, match=r"mine: .*ended unexpectedly.*continue the training"):
        begin_training(long_one, silent(), kill)
    assert not (tmp_path / "mine").exists()
    assert unfinished_training() is not None


def test_an_error_of_the_training_arrives(prepared: Preparation, tmp_path: Path) -> None:
    gone = replace(prepared.request, base=tmp_path / "nowhere")
    with pytest.raises(PackError, match="nowhere"):
        begin_training(replace(prepared, request=gone), silent(), lambda _: None)


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (MemoryError(), r"mine: .*enough memory.*Close other programs"),
        (ZeroDivisionError("secret"), r"mine: .*inside Soundbed \(ZeroDivisionError\).*the log"),
    ],
)
def test_an_error_inside_is_said_without_its_details(
    prepared: Preparation, monkeypatch: pytest.MonkeyPatch, error: Exception, said: str
) -> None:
    def fail(*_: object) -> None:
        raise error

    monkeypatch.setattr("engine.training.train_pack.train_pack", fail)
    fault = train_isolated._outcome(prepared.request, silent())
    assert isinstance(fault, train_isolated._Fault)
    shown = str(train_isolated._failed(fault, prepared.request.out))
    assert re.search(said, shown) and "secret" not in shown


def test_two_at_once_are_refused(prepared: Preparation) -> None:
    keep_training(prepared)
    with exclusive("training", "of a window"):
        with pytest.raises(InputError, match="Another window"):
            begin_training(prepared, silent(), lambda _: None)
        # The other one needs what is kept.
        with pytest.raises(InputError, match="Another window"):
            abandon_training()
    assert unfinished_training() is not None
    abandon_training()
    assert unfinished_training() is None
    with pytest.raises(InputError, match="no training to continue"):
        continue_training(silent(), lambda _: None)


def test_a_damaged_record_is_no_training(prepared: Preparation) -> None:
    keep_training(prepared)
    assert unfinished_training() is not None
    (saved_states() / "begun" / "request.json").write_text("{")
    assert unfinished_training() is None
