import threading
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QSettings
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog, QMainWindow, QMessageBox, QWidget
from pytestqt.qtbot import QtBot

from desktop.export.actions import ExportActions, with_suffix
from desktop.export.text_dialog import TextDialog
from desktop.jobs import JobRunner
from desktop.task_strip import TaskStrip
from desktop.workspace import Workspace
from engine.errors import ExportError
from engine.export.export_format import ExportPlan, ExportTask
from engine.export.formats import FORMATS
from engine.media.probe import SoundInfo
from engine.progress import Progress, silent
from engine.settings import Settings
from tests.desktop.driving import answer
from tests.desktop.fake_session import FakeSession

SOUND = FORMATS[1]


def choose(monkeypatch: pytest.MonkeyPatch, path: Path) -> list[str]:
    proposed: list[str] = []

    def ask(
        _parent: QWidget, _title: str, start: str, *_: str, **_options: object
    ) -> tuple[str, str]:
        proposed.append(start)
        return str(path), ""

    monkeypatch.setattr(QFileDialog, "getSaveFileName", ask)
    return proposed


def test_no_export_without_an_arrangement(
    session: FakeSession, plain_window: QMainWindow, store: QSettings
) -> None:
    workspace = Workspace(session, JobRunner(), Settings())
    exports = ExportActions(workspace, TaskStrip(plain_window), plain_window, store)
    exports.set_shown(True)
    assert not any(action.isEnabled() for action in exports.actions)
    workspace.close()


def test_a_video_is_exported_beside_the_clip(
    qtbot: QtBot,
    exports: ExportActions,
    workspace: Workspace,
    session: FakeSession,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    out = tmp_path / "out"  # the suffix is added
    proposed = choose(monkeypatch, out)
    exports.actions[0].trigger()
    qtbot.waitUntil(lambda: bool(session.exported) and not exports._strip.busy)
    qtbot.waitUntil(lambda: not workspace.changes.busy)
    assert session.picked() == []
    assert proposed == [str(tmp_path / "holiday with music.mp4")]
    assert session.exported == [("video", tmp_path / "out.mp4", False)]
    assert exports._strip.text == "Saved out.mp4"
    assert not exports._strip.busy


def test_asks_before_replacing_a_file(
    qtbot: QtBot,
    exports: ExportActions,
    session: FakeSession,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    there = tmp_path / "out.wav"
    there.write_bytes(b"precious")
    choose(monkeypatch, tmp_path / "out")
    asked = answer(monkeypatch, QMessageBox.ButtonRole.RejectRole)
    exports.actions[1].trigger()
    assert asked == ["A file named out.wav already exists. Replacing it can't be undone."]
    assert session.exported == []
    assert there.read_bytes() == b"precious"

    answer(monkeypatch, QMessageBox.ButtonRole.DestructiveRole)
    exports.actions[1].trigger()
    qtbot.waitUntil(lambda: session.exported == [("wav", there, True)])


def test_asks_before_replacing_a_file_with_another_suffix(
    qtbot: QtBot,
    exports: ExportActions,
    session: FakeSession,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    (tmp_path / "out.mov").write_bytes(b"precious")
    session.plans["video"] = ExportPlan(tmp_path / "out.mov")
    choose(monkeypatch, tmp_path / "out.mp4")
    asked = answer(monkeypatch, QMessageBox.ButtonRole.RejectRole)
    exports.actions[0].trigger()
    qtbot.waitUntil(lambda: bool(asked))
    assert asked == ["A file named out.mov already exists. Replacing it can't be undone."]
    assert session.exported == []


def test_asks_before_replacing_a_file_beside_a_timeline(
    qtbot: QtBot,
    exports: ExportActions,
    workspace: Workspace,
    session: FakeSession,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    number = [kind.name for kind in FORMATS].index("fcp7")
    assert workspace.clip is not None and workspace.arrangement is not None
    task = ExportTask(workspace.clip.info, workspace.arrangement, tmp_path / "out.xml")
    there = FORMATS[number].beside(task)[0]
    there.parent.mkdir()
    there.write_bytes(b"precious")
    choose(monkeypatch, tmp_path / "out.xml")
    asked = answer(monkeypatch, QMessageBox.ButtonRole.RejectRole)
    exports.actions[number].trigger()
    qtbot.waitUntil(lambda: bool(asked))
    assert asked == [f"A file named {there.name} already exists. Replacing it can't be undone."]
    assert session.exported == []


def test_what_is_left_out_is_said_before_and_after(
    qtbot: QtBot,
    exports: ExportActions,
    session: FakeSession,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    notes = ("It is written as out.mkv.", "Left out: subtitles.")
    session.plans["video"] = ExportPlan(tmp_path / "out.mkv", notes)
    choose(monkeypatch, tmp_path / "out.mp4")
    asked = answer(monkeypatch, QMessageBox.ButtonRole.RejectRole)
    exports.actions[0].trigger()
    qtbot.waitUntil(lambda: asked == ["It is written as out.mkv.\nLeft out: subtitles."])
    assert session.exported == []
    answer(monkeypatch, QMessageBox.ButtonRole.AcceptRole)
    exports.actions[0].trigger()
    qtbot.waitUntil(lambda: "out.mkv" in exports._strip.text)
    assert exports._strip.text == "Saved out.mkv · It is written as out.mkv. · Left out: subtitles."


def test_a_picture_that_no_file_takes_is_said_before_anything_is_written(
    qtbot: QtBot,
    exports: ExportActions,
    session: FakeSession,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    session.plan_errors["video"] = ExportError("no container takes this picture.")
    choose(monkeypatch, tmp_path / "out.mp4")
    exports.actions[0].trigger()
    qtbot.waitUntil(lambda: "no container" in exports._strip.text.lower())
    assert session.exported == []


@pytest.mark.parametrize(
    ("role", "sound"),
    [
        (QMessageBox.ButtonRole.AcceptRole, "surround"),
        (QMessageBox.ButtonRole.ActionRole, "stereo"),
    ],
)
def test_the_user_is_asked_about_surround_sound(
    exports: ExportActions,
    workspace: Workspace,
    session: FakeSession,
    clip_file: Path,
    monkeypatch: pytest.MonkeyPatch,
    role: QMessageBox.ButtonRole,
    sound: str,
) -> None:
    assert workspace.clip is not None
    surround = SoundInfo("aac", 48_000, 6, 4.0, "5.1")
    workspace.clip = replace(workspace.clip, info=replace(workspace.clip.info, sound=surround))
    choose(monkeypatch, clip_file.with_name("out.mp4"))
    asked = answer(monkeypatch, role)
    exports.actions[0].trigger()
    while not session.exported:
        QTest.qWait(10)
    assert asked == ["This clip has surround sound. Keep its channels, with the music in front?"]
    assert session.planned == [("video", sound)]
    assert workspace.settings.surround == sound


def test_cancelling_the_dialog_writes_nothing(
    exports: ExportActions, session: FakeSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_a, **_k: ("", ""))
    for action in exports.actions[:3]:
        action.trigger()
    assert session.exported == []


def test_a_cancelled_export_is_no_pick(
    qtbot: QtBot,
    exports: ExportActions,
    session: FakeSession,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def slow(_exports: object, progress: Progress) -> tuple[ExportPlan, ...]:
        for n in range(100_000):
            progress.step("Writing", n, 100_000)
        return ()

    choose(monkeypatch, tmp_path / "out.mp4")
    monkeypatch.setattr(session, "export", slow)
    exports.count_as_pick.trigger()
    exports.export(SOUND)
    assert exports._strip.busy
    exports._strip.cancel()
    qtbot.waitUntil(lambda: not exports._strip.busy)
    assert exports._strip.text == "Cancelled: Writing the music"
    assert session.picked() == []


def test_an_export_counts_as_a_pick_when_the_user_wants_that(
    qtbot: QtBot,
    exports: ExportActions,
    session: FakeSession,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    choose(monkeypatch, tmp_path / "out.mp4")
    exports.count_as_pick.trigger()
    exports.actions[0].trigger()
    qtbot.waitUntil(lambda: session.picked() == [("clip-holiday", "hash1")])


def test_the_exported_track_is_the_pick_even_if_another_is_chosen_meanwhile(
    qtbot: QtBot,
    exports: ExportActions,
    workspace: Workspace,
    session: FakeSession,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    clip, music = workspace.clip, workspace.music
    assert clip is not None
    assert music is not None
    may_finish = threading.Event()

    def slow(_exports: object, _progress: Progress) -> tuple[ExportPlan, ...]:
        assert may_finish.wait(5)
        return (ExportPlan(tmp_path / "out.wav"),)

    choose(monkeypatch, tmp_path / "out.mp4")
    exports.count_as_pick.trigger()
    monkeypatch.setattr(session, "export", slow)
    exports.export(SOUND)
    ranked = session.recommend(clip, workspace.options, silent())
    with qtbot.waitSignal(workspace.music_changed):
        workspace.choose(ranked.items[1])
    may_finish.set()
    qtbot.waitUntil(lambda: bool(session.picked()))
    assert session.picked() == [(clip.content_hash, music.tracks[0].file.content_hash)]


def test_the_menu_is_the_table_of_formats(exports: ExportActions) -> None:
    titles = [action.text() for action in exports.actions]
    assert titles == [kind.texts().title for kind in FORMATS]
    shortcuts = [action.shortcut().toString() for action in exports.actions]
    assert shortcuts == [kind.shortcut for kind in FORMATS]


def test_a_format_with_a_text_shows_it_before_saving(
    qtbot: QtBot,
    exports: ExportActions,
    plain_window: QMainWindow,
    session: FakeSession,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    choose(monkeypatch, tmp_path / "out")
    next(action for action in exports.actions if action.text() == "Credits…").trigger()
    (dialog,) = plain_window.findChildren(TextDialog)
    assert dialog.windowTitle() == "Credits"
    assert dialog._text.toPlainText().startswith("Music: “Track 1”")
    dialog.save_requested.emit()
    qtbot.waitUntil(lambda: session.exported == [("credits", tmp_path / "out.txt", False)])


def test_a_text_can_be_copied_and_saved(qtbot: QtBot, qapp: QApplication) -> None:
    dialog = TextDialog("Credits", "Paste these lines somewhere.", "Music: Track 1")
    qtbot.addWidget(dialog)
    dialog._copy.click()
    assert qapp.clipboard().text() == "Music: Track 1"
    with qtbot.waitSignal(dialog.save_requested):
        next(b for b in dialog.findChildren(type(dialog._copy)) if b.text() == "Save…").click()


@pytest.mark.parametrize(
    ("name", "kind", "expected"),
    [
        ("a", "video", "a.mp4"),
        ("a.MOV", "video", "a.MOV"),
        ("v1.2", "video", "v1.2.mp4"),
        ("a.mp3", "wav", "a.mp3.wav"),
        ("a.otio", "otio", "a.otio"),
        ("a", "fcp7", "a.xml"),
    ],
)
def test_suffixes(name: str, kind: str, expected: str) -> None:
    (chosen,) = (one for one in FORMATS if one.name == kind)
    assert with_suffix(Path("/x") / name, chosen) == Path("/x") / expected
