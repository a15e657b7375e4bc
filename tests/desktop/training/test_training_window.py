"""Training from the window, over an engine that learns at once."""

import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit, QMessageBox
from pytestqt.qtbot import QtBot

from desktop.jobs import Lane
from desktop.main_window import MainWindow
from desktop.training.window import TrainingWindow
from desktop.training_session import OnPoint
from engine.encoders.pack_manifest import load_manifest
from engine.errors import InputError, TrainingError
from engine.path_checks import is_there
from engine.progress import Progress, silent
from engine.stories.known_packs import bundled_pack, pack_in_use
from engine.training.method.training_config import TrainingConfig
from engine.training.pack_comparison import describe
from engine.training.training_request import TrainingReport, TrainingRequest
from engine.training.unfinished_training import UnfinishedTraining
from tests.desktop.driving import NO_MODIFIER, answer
from tests.desktop.fake_session import FakeSession
from tests.desktop.fake_training import CAUTION, CHANGE
from tests.desktop.test_accessibility import by_tab, controls, name_of, reached

_REASON = f"There are too few edits to tell that it isn't worse: {describe(CHANGE)}"
_ACCEPT = QMessageBox.ButtonRole.AcceptRole


@pytest.fixture
def edits(tmp_path: Path) -> Path:
    folder = tmp_path / "edits"
    folder.mkdir()
    return folder


@pytest.fixture
def training(qtbot: QtBot, window: MainWindow) -> TrainingWindow:
    shown = window.training.show()
    assert shown.hint.text() == "Looking for your packs…"
    qtbot.waitUntil(lambda: shown.choose.start.count() > 0)
    return shown


@pytest.fixture
def train(qtbot: QtBot, training: TrainingWindow, edits: Path) -> Callable[[], None]:
    """Return a function that goes through the first two steps."""

    def go() -> None:
        training.choose.edits.set_path(edits)
        training.next.click()
        qtbot.waitUntil(training.next.isEnabled)
        training.next.click()

    return go


def page_of(training: TrainingWindow) -> str:
    """Return the name of the page that is shown."""
    pages = ("choose", "check", "progress", "outcome")
    return next(name for name in pages if training.pages.currentWidget() is getattr(training, name))


def wait_for_page(qtbot: QtBot, training: TrainingWindow, name: str) -> None:
    qtbot.waitUntil(lambda: page_of(training) == name)


def test_from_dropped_edits_to_a_pack_that_ranks_and_back(
    qtbot: QtBot, window: MainWindow, training: TrainingWindow, session: FakeSession, edits: Path
) -> None:
    assert not training.next.isEnabled()
    assert training.hint.text() == "Choose finished edits, or drop them here."
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(edits))])
    copy, left = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton
    training.dropEvent(QDropEvent(QPointF(5, 5), copy, data, left, NO_MODIFIER))
    assert training.choose.edits.path == edits
    assert (training.choose.name.text(), training.hint.text()) == ("my-edits", "")

    training.next.click()
    qtbot.waitUntil(training.next.isEnabled)
    (wish,) = session.wishes
    assert (wish.edits, wish.base, wish.professionals) == (edits, bundled_pack(), None)
    found = training.check.found.text()
    assert "Used: 60 finished edits from 12 sources, by 12 makers." in found
    assert "55 clips are compared with soundbed-2." in found
    cautions = training.check.cautions.text()
    assert "soundbed-2 has learnt from 5 of these clips already" in cautions
    assert CAUTION in cautions
    assert training.check._skipped_title.text() == "1 file can't be used"
    assert training.check.skipped.text() == f"• {edits / 'torn.mp4'}: it is damaged."
    assert session.trained == []

    training.next.click()
    wait_for_page(qtbot, training, "outcome")
    assert training.outcome.title.text() == "“my-edits” is published"
    assert (training.outcome.before.text(), training.outcome.after.text()) == ("34.0 %", "31.0 %")
    text = training.outcome.text.text()
    assert "moves up by +3.0 % of the list on average (between +1.0 and +5.0" in text
    assert window.strip.text == "The training of your pack is done."

    assert training.outcome.use.isVisible() and not training.outcome.publish.isVisible()
    with qtbot.waitSignal(window.settings.packs.changed):
        training.outcome.use.click()
    assert pack_in_use().name == "my-edits"
    assert training.outcome.status.text() == "Music is now ranked with “my-edits”."
    assert not training.outcome.discard.isVisible()
    with qtbot.waitSignal(window.settings.packs.changed):
        training.outcome.back.click()
    assert pack_in_use() == bundled_pack()
    qtbot.waitUntil(training.outcome.discard.isEnabled)


def test_curves_are_shown_in_words_while_it_trains(
    qtbot: QtBot,
    window: MainWindow,
    training: TrainingWindow,
    session: FakeSession,
    train: Callable[[], None],
) -> None:
    session.training_gate = threading.Event()
    train()
    words = (
        "Epoch 5 of 30: training loss 0.200. Held-out music stands at 30.0 % of the list on "
        "average, at best 30.0 % (epoch 5)."
    )
    qtbot.waitUntil(lambda: training.progress.words.text() == words)
    assert training.progress.plot.accessibleDescription() == words
    part = "Training · part 2 of 6: without some sources, to compare · 20 %"
    qtbot.waitUntil(lambda: training.progress.stage.text() == part)
    assert window.strip.text == f"Training a pack · {part}"
    # Closed and opened again, it shows the same.
    training.reject()
    assert window.training.is_running
    assert window.training.show() is training
    assert page_of(training) == "progress" and training.progress.words.text() == words
    session.training_gate.set()
    wait_for_page(qtbot, training, "outcome")


def test_cancelled_it_is_offered_to_be_continued(
    qtbot: QtBot, training: TrainingWindow, session: FakeSession, train: Callable[[], None]
) -> None:
    session.training_gate = threading.Event()
    train()
    qtbot.waitUntil(lambda: training.stop.isVisible() and session.trained == ["begin"])
    training.stop.click()
    wait_for_page(qtbot, training, "outcome")
    assert training.outcome.title.text() == "The training was cancelled"
    session.training_gate.set()
    training.outcome.resume.click()
    qtbot.waitUntil(lambda: "published" in training.outcome.title.text())
    assert session.trained == ["begin", "continue"]


def test_cancelled_before_it_began_there_is_nothing_to_continue(
    qtbot: QtBot, window: MainWindow, training: TrainingWindow, session: FakeSession, edits: Path
) -> None:
    training.choose.edits.set_path(edits)
    training.next.click()
    qtbot.waitUntil(training.next.isEnabled)
    other = threading.Event()
    window.runner.start(lambda _: other.wait(), Lane.TRAINING)
    training.next.click()
    training.stop.click()
    other.set()
    wait_for_page(qtbot, training, "outcome")
    assert session.trained == []
    assert "had not begun" in training.outcome.text.text()
    assert not training.outcome.resume.isVisible()
    assert "cancelled before it began" in window.strip.text


def test_cancelled_too_late_it_has_its_pack(
    qtbot: QtBot,
    window: MainWindow,
    training: TrainingWindow,
    session: FakeSession,
    train: Callable[[], None],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    begun = threading.Event()

    def finish(_: object, progress: Progress, on_point: OnPoint) -> TrainingReport:
        begun.set()
        while not progress.cancelled:
            time.sleep(0.005)
        return session._train(silent(), on_point)

    monkeypatch.setattr(session, "begin_training", finish)
    train()
    qtbot.waitUntil(lambda: training.stop.isVisible() and begun.is_set())
    training.stop.click()
    wait_for_page(qtbot, training, "outcome")
    assert training.outcome.title.text() == "“my-edits” is published"
    assert not training.outcome.resume.isVisible()
    assert window.strip.text == "The training of your pack is done."


def test_an_interrupted_one_is_offered_at_the_next_start(
    qtbot: QtBot, window: MainWindow, session: FakeSession, tmp_path: Path
) -> None:
    request = TrainingRequest(tmp_path / "ugc.npz", tmp_path / "mine", TrainingConfig())
    session.unfinished = UnfinishedTraining(tmp_path / "edits", request)
    training = window.training.show()
    qtbot.waitUntil(training.choose.unfinished.isVisible)
    assert f"The training of “mine” on {tmp_path / 'edits'}" in (
        training.choose._unfinished_text.text()
    )
    training.choose.forget.click()
    qtbot.waitUntil(lambda: not training.choose.unfinished.isVisible())
    assert session.unfinished is None


def test_a_candidate_is_published_only_after_a_warning(
    qtbot: QtBot,
    training: TrainingWindow,
    session: FakeSession,
    train: Callable[[], None],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    session.reason = _REASON
    train()
    wait_for_page(qtbot, training, "outcome")
    assert training.outcome.title.text() == "“my-edits-candidate” is only a candidate"
    text = training.outcome.text.text()
    assert f"It isn't published: {_REASON}" in text
    assert text.count(describe(CHANGE)) == 1
    assert not training.outcome.use.isVisible()
    answer(monkeypatch, QMessageBox.ButtonRole.RejectRole)
    training.outcome.publish.click()
    assert training.outcome.publish.isEnabled()
    asked = answer(monkeypatch, _ACCEPT)
    training.outcome.publish.click()
    assert asked[0].startswith("This pack may rank worse than “soundbed-2”.")
    qtbot.waitUntil(training.outcome.use.isVisible)
    report = training._run.report
    assert report is not None and report.pack.name == "my-edits"
    assert "candidate" not in load_manifest(report.pack).extra
    assert not is_there(report.pack.with_name("my-edits-candidate"))
    assert training.outcome.text.text().startswith(f"• {_REASON}")


def test_another_training_gets_another_name(
    qtbot: QtBot, training: TrainingWindow, train: Callable[[], None]
) -> None:
    train()
    wait_for_page(qtbot, training, "outcome")
    training.again.click()
    qtbot.waitUntil(lambda: training.choose.name.text() == "my-edits-2")
    # A name that the user gave stays.
    training.choose.name.setText("weddings")
    with qtbot.waitSignal(training.choose.changed):
        training.open_again()
    assert training.choose.name.text() == "weddings"


def test_a_pack_that_is_not_wanted_is_deleted(
    qtbot: QtBot,
    training: TrainingWindow,
    train: Callable[[], None],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    train()
    wait_for_page(qtbot, training, "outcome")
    report = training._run.report
    assert report is not None
    asked = answer(monkeypatch, _ACCEPT)
    training.outcome.discard.click()
    wait_for_page(qtbot, training, "choose")
    assert asked[0].startswith("Delete the pack “my-edits”?")
    assert not is_there(report.pack)


@pytest.mark.parametrize("when", ["reading", "training"])
def test_an_error_names_the_file_and_what_to_do(
    qtbot: QtBot,
    window: MainWindow,
    training: TrainingWindow,
    session: FakeSession,
    train: Callable[[], None],
    edits: Path,
    when: str,
) -> None:
    error = TrainingError("there are no finished edits.", path=edits, remedy="Put videos in it.")
    if when == "reading":
        session.training_error = error
        training.choose.edits.set_path(edits)
        training.next.click()
        qtbot.waitUntil(training.check.problem.isVisible)
        assert training.check.problem.text() == f"{edits}: there are no finished edits."
        assert training.check.remedy.text() == "Put videos in it."
        assert not training.next.isEnabled()
        training.back.click()
        assert page_of(training) == "choose" and training.next.isEnabled()
        return
    session.training_gate = threading.Event()
    train()
    qtbot.waitUntil(lambda: window.training.is_running)
    session.training_error = error
    session.training_gate.set()
    wait_for_page(qtbot, training, "outcome")
    assert training.outcome.text.text() == str(error)
    assert training.outcome.resume.isVisible()
    assert window.strip.text == str(error)


def test_another_window_that_trains_is_named(
    qtbot: QtBot, training: TrainingWindow, session: FakeSession, train: Callable[[], None]
) -> None:
    session.training_gate = threading.Event()
    train()
    session.training_error = InputError("Another window of Soundbed is training a pack.")
    session.training_gate.set()
    wait_for_page(qtbot, training, "outcome")
    assert "Another window" in training.outcome.text.text()
    assert not training.outcome.resume.isVisible()


def test_without_pytorch_it_says_so_before_any_work(
    qtbot: QtBot, window: MainWindow, session: FakeSession, edits: Path
) -> None:
    session.can_train = False
    training = window.training.show()
    qtbot.waitUntil(training.choose.missing.isVisible)
    training.choose.edits.set_path(edits)
    assert training.choose.missing.text() == "This installation of Soundbed has no training part."
    assert "extra “train”" in training.choose.how.text()
    assert not training.next.isEnabled()


def test_what_is_missing_is_said(training: TrainingWindow, edits: Path) -> None:
    choose = training.choose
    choose.edits.set_path(edits)
    choose.start.setCurrentIndex(choose.start.count() - 1)
    assert "needs edits by professionals" in training.hint.text()
    choose.professionals.set_path(edits)
    assert training.next.isEnabled()
    assert choose.wish.base is None and choose.wish.professionals == edits
    choose.name.setText("a/b")
    assert "A pack's name has no /" in training.hint.text()
    choose.name.setText(" ")
    assert training.hint.text() == "Give the new pack a name."


def test_the_window_asks_before_it_closes(
    qtbot: QtBot,
    window: MainWindow,
    training: TrainingWindow,
    session: FakeSession,
    train: Callable[[], None],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    session.training_gate = threading.Event()
    train()
    qtbot.waitUntil(lambda: window.training.is_running)
    asked: list[str] = []

    def no(_parent: object, _title: str, text: str) -> QMessageBox.StandardButton:
        asked.append(text)
        return QMessageBox.StandardButton.No

    monkeypatch.setattr(QMessageBox, "question", no)
    assert not window.close()
    assert asked[0].startswith("A pack is still being trained.")
    assert window.training.is_running
    session.training_gate.set()
    wait_for_page(qtbot, training, "outcome")


def test_tab_reaches_every_control_and_all_have_names(
    qtbot: QtBot, training: TrainingWindow, edits: Path, train: Callable[[], None]
) -> None:
    training.choose.edits.set_path(edits)
    for page in ("choose", "outcome"):
        order = by_tab(training)
        unreached = [name_of(each) for each in controls(training) if not reached(each, order)]
        assert unreached == [], page
        assert all(name_of(each) for each in controls(training)), page
        if page == "choose":
            train()
            wait_for_page(qtbot, training, "outcome")


def test_enter_is_the_next_step(qtbot: QtBot, training: TrainingWindow, edits: Path) -> None:
    training.choose.edits.set_path(edits)
    line = training.choose.name
    assert isinstance(line, QLineEdit)
    line.setFocus()
    QTest.keyClick(line, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: page_of(training) == "check")
