"""Two matching packs are compared in the window."""

import shutil
import threading
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from desktop.main_window import MainWindow
from desktop.settings.compare_dialog import CompareDialog
from engine.stories.known_packs import bundled_pack, known_packs
from engine.training.paired_ranks import PairedInterval
from tests.current_packs import current_pack
from tests.desktop.fake_session import FakeSession


@pytest.fixture
def mine() -> Path:
    return current_pack("mine")


@pytest.fixture
def dialog(window: MainWindow, mine: Path, qtbot: QtBot) -> CompareDialog:
    packs = [pack for pack in known_packs() if not pack.problem]
    dialog = CompareDialog(window.workspace, packs, (0, 1), window)
    qtbot.addWidget(dialog)
    dialog.open()
    return dialog


def compare(dialog: CompareDialog) -> None:
    QTest.mouseClick(dialog.compare, Qt.MouseButton.LeftButton)


def test_it_says_what_is_missing(dialog: CompareDialog, tmp_path: Path) -> None:
    assert "Choose a folder with finished edits" in dialog.found.text()
    assert not dialog.compare.isEnabled()
    dialog.edits.set_path(tmp_path)
    assert dialog.compare.isEnabled() and dialog.found.text() == ""
    dialog.boxes[1].setCurrentIndex(0)
    assert dialog.found.text() == "Choose two packs." and not dialog.compare.isEnabled()
    dialog.boxes[1].setCurrentIndex(1)
    dialog.edits.set_path(None)
    dialog.with_picks.setChecked(True)
    assert dialog.compare.isEnabled()


def test_the_result_is_told_in_words(
    dialog: CompareDialog, session: FakeSession, mine: Path, tmp_path: Path, qtbot: QtBot
) -> None:
    dialog.edits.set_path(tmp_path)
    compare(dialog)
    qtbot.waitUntil(lambda: "is better" in dialog.found.text())
    assert session.compared == [(bundled_pack(), mine, tmp_path, False)]
    paragraphs = dialog.found.text().split("\n\n")
    assert paragraphs[0] == "“mine” is better than “soundbed-2”."
    assert "the own music of 42 clips moves up by +3.0 %" in paragraphs[1]
    assert "your choice is at 31 % of the list with “soundbed-2”, at 28 % with" in paragraphs[2]
    assert paragraphs[3].startswith("3 choices were left out")
    assert paragraphs[4:] == ["A note.", "/edits/torn.mp4: it is damaged."]
    # What was found is of other choices.
    dialog.with_picks.setChecked(True)
    assert dialog.found.text() == ""


def test_packs_of_one_name_are_told_apart_by_their_folders(
    window: MainWindow, mine: Path, session: FakeSession, qtbot: QtBot
) -> None:
    other = mine.with_name("elsewhere")
    shutil.copytree(mine, other)
    packs = [pack for pack in known_packs() if pack.place == "models"]
    dialog = CompareDialog(window.workspace, packs, (0, 1), window)
    qtbot.addWidget(dialog)
    dialog.open()
    names = {f"mine ({mine})", f"mine ({other})"}
    assert {dialog.boxes[0].itemText(row) for row in range(2)} == names
    dialog.with_picks.setChecked(True)
    compare(dialog)
    qtbot.waitUntil(lambda: "is better" in dialog.found.text())
    assert all(f"“{name}”" in dialog.found.text() for name in names)


@pytest.mark.parametrize(
    ("high", "low", "says"), [(0.05, 0.01, "is worse than"), (0.05, -0.01, "It isn't known")]
)
def test_the_verdict_follows_the_interval(
    high: float,
    low: float,
    says: str,
    dialog: CompareDialog,
    session: FakeSession,
    qtbot: QtBot,
) -> None:
    session.difference = replace(PairedInterval(0.02, 0, 0, 20, 4), low=low, high=high)
    dialog.with_picks.setChecked(True)
    compare(dialog)
    qtbot.waitUntil(lambda: says in dialog.found.text())


def test_it_can_be_cancelled_and_closing_cancels_it(
    dialog: CompareDialog, session: FakeSession, window: MainWindow, tmp_path: Path, qtbot: QtBot
) -> None:
    session.pack_gate = threading.Event()
    dialog.edits.set_path(tmp_path)
    compare(dialog)
    qtbot.waitUntil(lambda: dialog.found.text() == "Analysing")
    assert dialog.bar.isVisible() and not dialog.edits.isEnabled()
    assert dialog.compare.text() == "Cancel"
    compare(dialog)
    qtbot.waitUntil(lambda: dialog.found.text().startswith("Cancelled."))
    assert dialog.compare.text() == "Compare" and dialog.compare.isEnabled()
    compare(dialog)
    qtbot.waitUntil(lambda: dialog.found.text() == "Analysing")
    dialog.close()
    qtbot.waitUntil(lambda: window.runner.n_running == 0)
    assert session.compared == []


def test_what_goes_wrong_is_said(
    dialog: CompareDialog, mine: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    from desktop.engine_packs import EnginePacks

    # The real engine, for packs that can't be compared.
    monkeypatch.setattr(
        "tests.desktop.fake_packs.FakePacks.compare_packs", EnginePacks.compare_packs
    )
    (mine / "manifest.json").write_text("{")
    dialog.with_picks.setChecked(True)
    compare(dialog)
    qtbot.waitUntil(lambda: "manifest is damaged" in dialog.found.text())
    assert dialog.compare.isEnabled()
