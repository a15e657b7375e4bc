"""The library is brought up to date in the background, without being in the way."""

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QObject
from pytestqt.qtbot import QtBot

from desktop.jobs import JobRunner, Lane
from desktop.library.renewal import Renewal
from desktop.task_strip import TaskStrip
from engine.errors import LibraryError
from engine.library.reasons import FileCheck
from engine.progress import Progress
from engine.stories.index_report import FileProblem
from engine.stories.reanalyse import ReanalysisReport
from tests.desktop.fake_session import FakeSession

SHOWN = "Updating your library · Analysing music again"


@pytest.fixture
def renewal(session: FakeSession, runner: JobRunner, strip: TaskStrip) -> Iterator[Renewal]:
    session.renewal_gate = threading.Event()
    parent = QObject()
    yield Renewal(session, runner, strip, parent)
    session.renewal_gate.set()


def open_gate(session: FakeSession) -> None:
    assert session.renewal_gate is not None
    session.renewal_gate.set()


def test_it_is_shown_and_ranks_again_when_it_is_done(
    qtbot: QtBot, renewal: Renewal, session: FakeSession, strip: TaskStrip
) -> None:
    failed = (FileProblem(Path("/m/x.mp3"), "it is damaged.", FileCheck("unreadable")),)
    session.renewed = ReanalysisReport(renewed=2, missing=1, failed=failed)
    renewal.start()
    qtbot.waitUntil(lambda: strip.text == SHOWN)
    # The user can export meanwhile, and quit without being asked.
    assert not strip.busy
    with qtbot.waitSignal(renewal.changed):
        open_gate(session)
    assert strip.text == (
        "Your library is up to date: 2 tracks analysed again, 1 can't be analysed again, 1 offline"
    )


def test_with_nothing_to_do_nothing_is_shown(
    qtbot: QtBot, renewal: Renewal, session: FakeSession, runner: JobRunner, strip: TaskStrip
) -> None:
    open_gate(session)
    with qtbot.assertNotEmitted(renewal.changed):
        renewal.start()
        qtbot.waitUntil(lambda: runner.n_running == 0)
    assert strip.isHidden()


def test_a_new_pack_alone_ranks_again_without_a_word(
    qtbot: QtBot, renewal: Renewal, session: FakeSession, strip: TaskStrip
) -> None:
    session.renewed = ReanalysisReport(embedded=2)
    open_gate(session)
    with qtbot.waitSignal(renewal.changed):
        renewal.start()
    assert strip.isHidden()


def test_it_can_be_cancelled(
    qtbot: QtBot, renewal: Renewal, session: FakeSession, strip: TaskStrip
) -> None:
    renewal.start()
    qtbot.waitUntil(lambda: strip.text == SHOWN)
    with qtbot.waitSignal(renewal.changed):
        strip.cancel()
    assert strip.text == "Cancelled: Updating your library"


def test_what_the_user_asked_for_is_shown_in_its_place(
    qtbot: QtBot, renewal: Renewal, runner: JobRunner, session: FakeSession, strip: TaskStrip
) -> None:
    renewal.start()
    qtbot.waitUntil(lambda: strip.text == SHOWN)
    done = threading.Event()

    def export(progress: Progress) -> str:
        while not done.wait(0.01):
            progress.step("Writing", 1, 2)
        return "out.mp4"

    job = runner.start(export, Lane.READ)
    strip.follow(job, "Exporting", lambda out: (f"Saved {out}", None))
    qtbot.waitUntil(lambda: strip.text == "Exporting · Writing")
    assert strip.busy
    with qtbot.waitSignal(job.ended):
        done.set()
    assert strip.text == "Saved out.mp4"
    qtbot.wait(100)
    # The sentence stays until it is dismissed; then the background is shown again.
    assert strip.text == "Saved out.mp4"
    strip._close.click()
    qtbot.waitUntil(lambda: strip.text == SHOWN and not strip.isHidden())
    with qtbot.waitSignal(renewal.changed):
        strip.cancel()


def test_a_sentence_is_not_replaced_by_the_end_of_the_background(
    qtbot: QtBot, renewal: Renewal, session: FakeSession, strip: TaskStrip
) -> None:
    session.renewed = ReanalysisReport(renewed=1)
    strip.say("Saved out.mp4")
    renewal.start()
    with qtbot.waitSignal(renewal.changed):
        open_gate(session)
    assert strip.text == "Saved out.mp4"


def test_what_the_notice_of_the_library_says_is_not_repeated(
    qtbot: QtBot,
    renewal: Renewal,
    session: FakeSession,
    runner: JobRunner,
    strip: TaskStrip,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def fail(progress: Progress) -> ReanalysisReport:
        raise LibraryError("the library is damaged.", remedy="Restore a snapshot.")

    monkeypatch.setattr(session, "renew_library", fail)
    renewal.start()
    qtbot.waitUntil(lambda: runner.n_running == 0)
    assert strip.isHidden()
