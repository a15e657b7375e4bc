"""A batch while it runs: the strip, other tasks beside it, cancel and resume."""

import threading
from pathlib import Path

import pytest
from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QMessageBox
from pytestqt.qtbot import QtBot

from desktop.batch.actions import _Follower, describe_report
from desktop.batch.dialog import BatchDialog
from desktop.jobs import Lane
from desktop.main_window import MainWindow
from desktop.time_left import time_left_words
from engine.progress import Progress, ProgressStep
from engine.stories.batch_options import OUT_FOLDER, BatchReport
from engine.stories.batch_record import BatchEntry
from tests.desktop.batch.conftest import Ask
from tests.desktop.driving import OpenClip, answer, drop
from tests.desktop.fake_session import FakeSession


@pytest.fixture
def gate(session: FakeSession) -> threading.Event:
    """Keeps the second clip waiting."""
    return session.clip_gates.setdefault("b.mp4", threading.Event())


def start(qtbot: QtBot, dialog: BatchDialog) -> None:
    qtbot.waitUntil(dialog.start.isEnabled)
    dialog.start.click()


def test_the_strip_names_the_clip_and_the_end(
    qtbot: QtBot,
    window: MainWindow,
    ask: Ask,
    clips: Path,
    gate: threading.Event,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    (clips / "c.mp4").write_bytes(b"bad")
    start(qtbot, ask(clips))
    # At once, although finding the clips and loading the networks takes a while.
    assert window.strip.isVisible()
    assert window.strip.text == "Music for a folder of clips"
    qtbot.waitUntil(lambda: window.strip.text == "Clip 2 of 3 · b.mp4 · Reading frames")
    assert window.batch.is_running
    gate.set()
    qtbot.waitUntil(lambda: not window.batch.is_running)
    assert window.strip.text == "2 clips have music, 1 without music\nc.mp4: it is damaged."
    opened: list[QUrl] = []

    def open_url(url: QUrl) -> bool:
        opened.append(url)
        return True

    monkeypatch.setattr(QDesktopServices, "openUrl", open_url)
    window.strip._show_report.click()
    window.strip._show_folder.click()
    assert [Path(url.toLocalFile()) for url in opened] == [
        clips / OUT_FOLDER / "report.html",
        clips / OUT_FOLDER,
    ]
    assert window.strip._show_folder.text() == "Open folder"


def test_a_report_that_no_browser_opens_says_where_it_is(
    qtbot: QtBot, window: MainWindow, ask: Ask, clips: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    start(qtbot, ask(clips))
    qtbot.waitUntil(lambda: window.strip.text == "3 clips have music")
    monkeypatch.setattr(QDesktopServices, "openUrl", lambda _: False)
    window.strip._show_report.click()
    assert window.strip.text == f"No browser opens {clips / OUT_FOLDER / 'report.html'}"


def test_cancelled_and_started_again_it_continues(
    qtbot: QtBot,
    window: MainWindow,
    session: FakeSession,
    ask: Ask,
    clips: Path,
    gate: threading.Event,
) -> None:
    start(qtbot, ask(clips))
    qtbot.waitUntil(lambda: "b.mp4" in window.strip.text)
    window.strip.cancel()
    qtbot.waitUntil(lambda: not window.batch.is_running)
    assert window.strip.text == ("Cancelled: 1 of 3 clips is finished. Start it again to continue.")
    assert window.strip._show_report.isVisible()
    gate.set()
    dialog = ask(None)
    assert "1 of them finished" in dialog.found.text()
    start(qtbot, dialog)
    qtbot.waitUntil(lambda: window.strip.text == "3 clips have music")
    assert len(session.batches) == 2


def test_cancelled_before_the_first_clip_is_finished(
    qtbot: QtBot, window: MainWindow, session: FakeSession, ask: Ask, clips: Path
) -> None:
    session.clip_gates["a.mp4"] = threading.Event()
    start(qtbot, ask(clips))
    qtbot.waitUntil(lambda: "a.mp4" in window.strip.text)
    window.strip.cancel()
    qtbot.waitUntil(lambda: not window.batch.is_running)
    assert window.strip.text == "Cancelled before the first clip was finished."
    assert not window.strip._show_report.isVisible()


def test_results_that_cannot_be_written_say_so(
    qtbot: QtBot, window: MainWindow, ask: Ask, clips: Path, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("no folder")
    dialog = ask(clips)
    dialog.out.set_path(tmp_path / "file" / "results")
    start(qtbot, dialog)
    qtbot.waitUntil(lambda: "can't be written" in window.strip.text)
    assert not window.batch.is_running
    assert "Choose another folder" in window.strip.text


def test_clips_can_be_opened_and_exported_meanwhile(
    qtbot: QtBot,
    window: MainWindow,
    ask: Ask,
    clips: Path,
    gate: threading.Event,
    open_clip: OpenClip,
    clip_file: Path,
) -> None:
    start(qtbot, ask(clips))
    qtbot.waitUntil(lambda: "b.mp4" in window.strip.text)
    open_clip(clip_file)
    done = threading.Event()

    def export(progress: Progress) -> str:
        while not done.wait(0.01):
            progress.step("Writing", 1, 2)
        return "out.mp4"

    assert not window.strip.busy
    job = window.runner.start(export, Lane.READ)
    window.strip.follow(job, "Exporting", lambda out: (f"Saved {out}", None))
    qtbot.waitUntil(lambda: window.strip.text == "Exporting · Writing")
    # The end of the batch waits until it can be read.
    gate.set()
    qtbot.waitUntil(lambda: not window.batch.is_running)
    assert window.strip.text == "Exporting · Writing"
    with qtbot.waitSignal(job.ended):
        done.set()
    assert window.strip.text == "Saved out.mp4"
    window.strip._close.click()
    assert window.strip.text == "3 clips have music"
    assert window.strip._show_report.isVisible()
    window.strip._close.click()
    assert window.strip.isHidden()


def test_one_folder_at_a_time(
    qtbot: QtBot,
    window: MainWindow,
    ask: Ask,
    clips: Path,
    gate: threading.Event,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    start(qtbot, ask(clips))
    qtbot.waitUntil(lambda: window.batch.is_running)
    said: list[str] = []
    monkeypatch.setattr(QMessageBox, "information", lambda *texts: said.append(texts[-1]))
    window.batch.action.trigger()
    assert said == ["Music for another folder is being made. Wait until it is done, or cancel it."]
    gate.set()
    qtbot.waitUntil(lambda: not window.batch.is_running)


def test_closing_the_window_asks_first(
    qtbot: QtBot,
    window: MainWindow,
    ask: Ask,
    clips: Path,
    gate: threading.Event,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    start(qtbot, ask(clips))
    qtbot.waitUntil(lambda: "b.mp4" in window.strip.text)
    asked: list[str] = []

    def question(*texts: object) -> QMessageBox.StandardButton:
        asked.append(str(texts[-1]))
        return QMessageBox.StandardButton.No

    monkeypatch.setattr(QMessageBox, "question", question)
    assert not window.close()
    assert "Started again later, it continues." in asked[0]
    assert window.batch.is_running
    gate.set()
    qtbot.waitUntil(lambda: not window.batch.is_running)
    assert window.close()


def test_a_dropped_folder_of_clips_is_offered(
    qtbot: QtBot, window: MainWindow, clips: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = answer(monkeypatch, QMessageBox.ButtonRole.YesRole)
    drop(window, clips)
    qtbot.waitUntil(lambda: bool(window.findChildren(BatchDialog)))
    assert asked == ["Make music for all clips in clips? Or add the music in it to your library."]
    (dialog,) = window.findChildren(BatchDialog)
    assert dialog.clips.path == clips
    dialog.reject()


def test_the_music_in_a_dropped_folder_of_clips_can_be_added(
    qtbot: QtBot,
    window: MainWindow,
    session: FakeSession,
    clips: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    answer(monkeypatch, QMessageBox.ButtonRole.AcceptRole)
    drop(window, clips)
    qtbot.waitUntil(lambda: session.added == [clips])
    qtbot.waitUntil(lambda: window.library.scans.current is None)
    assert not window.findChildren(BatchDialog)


def test_many_failures_are_counted() -> None:
    entries = [BatchEntry(f"{n}.mp4", 1, 1, "k").failed("it is damaged.") for n in range(5)]
    text = describe_report(BatchReport(Path("/r.html"), tuple(entries))).text
    assert text.splitlines() == [
        "0 clips have music, 5 without music",
        "0.mp4: it is damaged.",
        "1.mp4: it is damaged.",
        "2.mp4: it is damaged.",
        "2 more are in the report.",
    ]


def test_a_step_says_how_long_all_clips_take() -> None:
    step = ProgressStep("Mixing", 1.5, 3, "b.mp4", left_s=600.0)
    text = "Clip 2 of 3 · b.mp4 · Mixing · about 10 minutes left"
    assert _Follower().describe(step) == text


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0, "less than a minute left"),
        (59.9, "less than a minute left"),
        (60, "about 1 minute left"),
        (150, "about 2 minutes left"),
        (3599, "about 60 minutes left"),
        (3600, "about 1 h 0 min left"),
        (5000, "about 1 h 25 min left"),
    ],
)
def test_times_in_words(seconds: float, words: str) -> None:
    assert time_left_words(seconds) == words
