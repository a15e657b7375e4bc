"""Several formats written together by the dialog, all or none."""

from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QMessageBox
from pytestqt.qtbot import QtBot

from desktop.export.actions import ExportActions
from desktop.export.hand_over_dialog import HandOverDialog
from desktop.workspace import Workspace
from engine.errors import ExportError
from engine.export.export_format import ExportPlan
from engine.export.formats import FORMATS
from engine.media.probe import SoundInfo
from tests.desktop.driving import answer
from tests.desktop.fake_session import FakeSession


def opened(qtbot: QtBot, exports: ExportActions, kinds: set[str]) -> HandOverDialog:
    exports.several.trigger()
    dialog = exports._window.findChildren(HandOverDialog)[-1]
    for name, box in dialog.boxes.items():
        box.setChecked(name in kinds)
    if kinds:
        qtbot.waitUntil(lambda: dialog.is_planned)
    return dialog


def test_ticked_formats_are_written_together_and_remembered(
    qtbot: QtBot, exports: ExportActions, session: FakeSession, tmp_path: Path
) -> None:
    dialog = opened(qtbot, exports, {"wav", "mix", "otio"})
    dialog.write.click()
    qtbot.waitUntil(lambda: not exports._strip.busy and bool(session.exported))
    name = "holiday with music"
    assert session.exported == [
        ("wav", tmp_path / f"{name}.wav", False),
        ("mix", tmp_path / f"{name} mix.wav", False),
        ("otio", tmp_path / f"{name}.otio", False),
    ]
    # The timeline has the music beside it.
    qtbot.waitUntil(lambda: exports._strip.text == f"Saved 4 files in {tmp_path}")
    exports.several.trigger()
    again = exports._window.findChildren(HandOverDialog)[-1]
    assert [kind.name for kind in again._kinds] == ["wav", "mix", "otio"]


def test_replacing_is_asked_once_for_all(
    qtbot: QtBot,
    exports: ExportActions,
    session: FakeSession,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name in ("holiday with music.wav", "holiday with music.txt"):
        (tmp_path / name).write_bytes(b"precious")
    dialog = opened(qtbot, exports, {"wav", "credits"})
    asked = answer(monkeypatch, QMessageBox.ButtonRole.RejectRole)
    dialog.write.click()
    assert asked == [
        "holiday with music.wav and 1 other file already exist. Replacing them can't be undone."
    ]
    assert dialog.isVisible()
    assert session.exported == []
    answer(monkeypatch, QMessageBox.ButtonRole.DestructiveRole)
    dialog.write.click()
    qtbot.waitUntil(lambda: [one[2] for one in session.exported] == [True, True])


def test_notes_and_problems_are_shown_before(
    qtbot: QtBot, exports: ExportActions, session: FakeSession, tmp_path: Path
) -> None:
    session.plans["video"] = ExportPlan(tmp_path / "a.mkv", ("Left out: subtitles.",))
    dialog = opened(qtbot, exports, {"video", "wav"})
    assert dialog.notes.text() == "Video with music: Left out: subtitles."
    session.plan_errors["video"] = ExportError("no container takes this picture.")
    dialog.boxes["credits"].setChecked(True)
    qtbot.waitUntil(lambda: "no container" in dialog.notes.text().lower())
    assert not dialog.write.isEnabled()
    dialog.boxes["video"].setChecked(False)
    qtbot.waitUntil(lambda: dialog.is_planned)
    assert dialog.write.isEnabled()


def test_with_nothing_ticked_nothing_can_be_written(qtbot: QtBot, exports: ExportActions) -> None:
    dialog = opened(qtbot, exports, set())
    qtbot.waitUntil(lambda: "at least one format" in dialog.notes.text())
    assert not dialog.write.isEnabled()


def test_surround_sound_is_a_choice_only_where_there_is_some(
    qtbot: QtBot, exports: ExportActions, workspace: Workspace, session: FakeSession
) -> None:
    dialog = opened(qtbot, exports, {"video"})
    assert not dialog.sound.isVisible()
    dialog.reject()
    assert workspace.clip is not None
    surround = SoundInfo("aac", 48_000, 6, 4.0, "5.1")
    workspace.clip = replace(workspace.clip, info=replace(workspace.clip.info, sound=surround))
    dialog = opened(qtbot, exports, {"video"})
    assert dialog.sound.isVisible()
    session.planned.clear()
    dialog.sound.setCurrentIndex(dialog.sound.findData("stereo"))
    qtbot.waitUntil(lambda: session.planned == [("video", "stereo")])
    qtbot.waitUntil(lambda: dialog.is_planned)
    dialog.write.click()
    assert workspace.settings.surround == "stereo"
    qtbot.waitUntil(lambda: not exports._strip.busy)


def test_enter_while_it_is_planned_writes_as_soon_as_it_is(
    qtbot: QtBot, exports: ExportActions, session: FakeSession, tmp_path: Path
) -> None:
    dialog = opened(qtbot, exports, {"wav", "fcp7", "otio"})
    dialog.name.setText("trip")
    assert not dialog.is_planned
    QTest.keyClick(dialog.name, Qt.Key.Key_Return)
    assert (dialog.isVisible(), dialog.write.isEnabled()) == (True, False)
    with qtbot.waitSignal(dialog.finished):
        pass
    qtbot.waitUntil(lambda: len(session.exported) == 3)
    # Both timelines share the music beside them.
    qtbot.waitUntil(lambda: exports._strip.text == f"Saved 4 files in {tmp_path}")


def test_a_change_after_enter_takes_it_back(
    qtbot: QtBot, exports: ExportActions, session: FakeSession
) -> None:
    dialog = opened(qtbot, exports, {"wav"})
    dialog.name.setText("trip")
    dialog.write.click()
    dialog.boxes["credits"].setChecked(True)
    qtbot.waitUntil(lambda: dialog.is_planned)
    assert (dialog.isVisible(), dialog.write.isEnabled()) == (True, True)
    assert session.exported == []


def test_a_problem_found_after_enter_is_shown(
    qtbot: QtBot, exports: ExportActions, session: FakeSession
) -> None:
    dialog = opened(qtbot, exports, {"wav"})
    session.plan_errors["wav"] = ExportError("no room for it.")
    dialog.name.setText("trip")
    dialog.write.click()
    qtbot.waitUntil(lambda: "no room" in dialog.notes.text().lower())
    assert (dialog.isVisible(), dialog.write.isEnabled()) == (True, False)
    del session.plan_errors["wav"]
    dialog.name.setText("trip 2")
    qtbot.waitUntil(lambda: dialog.is_planned)
    assert dialog.isVisible()
    assert session.exported == []


def test_cancel_after_enter_writes_nothing(
    qtbot: QtBot, exports: ExportActions, workspace: Workspace, session: FakeSession
) -> None:
    dialog = opened(qtbot, exports, {"wav"})
    dialog.name.setText("trip")
    dialog.write.click()
    dialog.reject()
    qtbot.waitUntil(lambda: workspace.runner.n_running == 0)
    assert session.exported == []


def test_it_lists_every_format(qtbot: QtBot, exports: ExportActions) -> None:
    dialog = opened(qtbot, exports, {"wav"})
    assert list(dialog.boxes) == [kind.name for kind in FORMATS]
