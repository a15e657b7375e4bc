"""Training from the window for real: tiny pairs, a tiny pack, and a process of its own."""

import os
import signal
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtWidgets import QMessageBox
from pytestqt.qtbot import QtBot

from desktop.engine_training import EngineTraining
from desktop.main_window import MainWindow
from desktop.session import Session
from desktop.training.window import TrainingWindow
from engine.encoders.pack_manifest import load_manifest
from engine.music.vector import VECTOR_LENGTH, VERSION
from engine.path_checks import is_there
from engine.paths import user_models_dir
from engine.progress import silent
from engine.stories.choose_pack import use_pack
from engine.stories.known_packs import pack_in_use
from engine.training import pack_target, train_isolated
from engine.training.data.pairs import PairSet, save_pairs
from engine.training.training_request import saved_states
from engine.training.unfinished_training import forget_training, unfinished_training
from engine.video.clip_features import VIDEO_FEATURES_VERSION
from tests.current_packs import current_pack
from tests.desktop.fake_session import FakeSession
from tests.training.test_fine_tune import matched
from tests.training.tiny_pairs import make_clip_pairs

pytest.importorskip("torch", reason="PyTorch isn't installed")

_MS = 60_000


class Engine(FakeSession):
    """Trains for real; all else answers at once."""

    training_start = EngineTraining.training_start
    prepare_training = EngineTraining.prepare_training
    begin_training = EngineTraining.begin_training
    continue_training = EngineTraining.continue_training
    forget_training = EngineTraining.forget_training


@pytest.fixture
def edits(tmp_path: Path) -> Path:
    """Pairs as edits of this version are read, which show what the tiny pack gets wrong."""
    pairs = matched(make_clip_pairs(40, n_uploaders=10))
    save_pairs(as_edits(pairs), tmp_path / "edits.npz")
    return tmp_path / "edits.npz"


def as_edits(pairs: PairSet) -> PairSet:
    """Return pairs with features of this version and their length."""
    n_music = pairs.music_vectors.shape[1]
    music = np.pad(pairs.music_vectors, ((0, 0), (0, VECTOR_LENGTH - n_music)))
    return replace(
        pairs,
        music_vectors=music,
        music_blocks=(n_music, VECTOR_LENGTH - n_music),
        music_version=VERSION,
        video_version=VIDEO_FEATURES_VERSION,
    )


@pytest.fixture
def shown(
    qtbot: QtBot,
    show_window: Callable[[Session], MainWindow],
    tmp_path: Path,
    edits: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> MainWindow:
    """A window with the edits chosen, in which a tiny pack is used."""
    # A training that a failed test leaves is cancelled.
    yes = QMessageBox.StandardButton.Yes
    monkeypatch.setattr(QMessageBox, "question", lambda *_: yes)
    use_pack(current_pack("tiny"), silent())
    window = show_window(Engine(tmp_path))
    training = window.training.show()
    qtbot.waitUntil(lambda: training.choose.start.count() > 0, timeout=_MS)
    assert training.choose.start.currentText().startswith("tiny, the pack in use")
    training.choose.edits.set_path(edits)
    forget_training()
    return window


def start(qtbot: QtBot, window: MainWindow) -> TrainingWindow:
    training = window.training.window
    assert training is not None
    training.next.click()
    qtbot.waitUntil(training.next.isEnabled, timeout=_MS)
    training.next.click()
    return training


def test_a_pack_is_trained_used_and_rolled_back(qtbot: QtBot, shown: MainWindow) -> None:
    training = start(qtbot, shown)
    assert "40 clips are compared with tiny." in training.check.found.text()
    qtbot.waitUntil(lambda: training.progress.plot.accessibleDescription() != "", timeout=_MS)
    assert training.progress.words.text().startswith("Held-out music stands at")
    qtbot.waitUntil(training.outcome.isVisible, timeout=_MS)
    assert training.outcome.title.text() == "“my-edits” is published"
    assert load_manifest(user_models_dir() / "my-edits").extra["compared"]["n_clips"] == 40
    assert unfinished_training() is None and not is_there(saved_states() / "begun")
    before, after = (
        float(label.text().removesuffix(" %"))
        for label in (training.outcome.before, training.outcome.after)
    )
    assert after < before - 5
    packs = shown.settings.packs
    with qtbot.waitSignal(packs.changed, timeout=_MS):
        training.outcome.use.click()
    assert pack_in_use() == user_models_dir() / "my-edits"
    qtbot.waitUntil(lambda: not packs.is_running)
    with qtbot.waitSignal(packs.changed, timeout=_MS):
        training.outcome.back.click()
    assert pack_in_use() == user_models_dir() / "tiny"


def test_a_process_that_dies_is_named_and_its_training_continued(
    qtbot: QtBot, shown: MainWindow, edits: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    children: list[int] = []
    followed = train_isolated._followed

    def note(child: train_isolated._Child, *args: object) -> object:
        assert child.process.pid is not None
        children.append(child.process.pid)
        return followed(child, *args)  # type: ignore[arg-type]  # passed on as they are

    monkeypatch.setattr(train_isolated, "_followed", note)
    training = start(qtbot, shown)
    qtbot.waitUntil(lambda: bool(shown.training.run.points), timeout=_MS)
    os.kill(children[0], signal.SIGKILL)
    qtbot.waitUntil(training.outcome.isVisible, timeout=_MS)
    assert "the process that trained it ended unexpectedly" in training.outcome.text.text()
    assert not is_there(user_models_dir() / "my-edits")
    assert shown.isVisible() and unfinished_training() is not None
    # The edits may be gone by now.
    edits.unlink()
    training.outcome.resume.click()
    qtbot.waitUntil(lambda: bool(shown.training.run.points), timeout=_MS)
    training.stop.click()
    qtbot.waitUntil(training.outcome.isVisible, timeout=_MS)
    assert training.outcome.title.text() == "The training was cancelled"
    assert training.outcome.resume.isVisible() and unfinished_training() is not None


def test_a_folder_that_cannot_be_written_is_named(
    qtbot: QtBot, shown: MainWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise PermissionError(13, os.strerror(13))

    # Not by its permissions, which the administrator doesn't feel.
    monkeypatch.setattr(pack_target, "scratch_folder", refuse)
    training = shown.training.window
    assert training is not None
    training.next.click()
    qtbot.waitUntil(training.check.problem.isVisible, timeout=_MS)
    assert training.check.problem.text() == (
        f"{user_models_dir()}: the folder can't be written (Permission denied)."
    )
    assert "writable" in training.check.remedy.text()
    assert not training.next.isEnabled()


def test_edits_that_vanish_and_names_that_are_taken(
    qtbot: QtBot, shown: MainWindow, edits: Path
) -> None:
    training = shown.training.window
    assert training is not None
    training.choose.name.setText("tiny")
    training.next.click()
    qtbot.waitUntil(training.check.problem.isVisible, timeout=_MS)
    assert training.check.problem.text().endswith("tiny: you have a pack with this name already.")
    training.back.click()
    # Nor does a candidate vanish for another one.
    candidate = current_pack("best-candidate", extra={"candidate": "It may be worse."})
    training.choose.name.setText("best")
    training.next.click()
    qtbot.waitUntil(lambda: f"{candidate}: you have" in training.check.problem.text(), timeout=_MS)
    training.back.click()
    training.choose.name.setText("mine")
    edits.unlink()
    training.next.click()
    missing = f"{edits}: there is no such file."
    qtbot.waitUntil(lambda: training.check.problem.text() == missing, timeout=_MS)
    training.back.click()
    folder = edits.with_name("nothing in it")
    folder.mkdir()
    training.choose.edits.set_path(folder)
    training.next.click()
    qtbot.waitUntil(training.check.problem.isVisible, timeout=_MS)
    assert "there are no finished edits that can be used" in training.check.problem.text()
    assert training.check.remedy.text() == "Put videos with their music in it."
