"""A folder of small clips, made by the real engine from the window."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import soundfile
from PySide6.QtCore import QSettings
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from desktop.batch.dialog import BatchDialog
from desktop.engine_session import EngineSession
from desktop.main_window import MainWindow
from desktop.theme import Theme
from engine.stories.batch_options import OUT_FOLDER, PAGE
from engine.stories.batch_record import FILE

pytestmark = pytest.mark.slow

_MS = 120_000


@pytest.fixture
def window(qapp: QApplication, store: QSettings, no_leaks: None) -> Iterator[MainWindow]:
    window = MainWindow(EngineSession(), Theme(qapp), store)
    window.show()
    yield window
    window.close()
    window.deleteLater()


def opened(qtbot: QtBot, window: MainWindow, folder: Path | None) -> BatchDialog:
    before = window.findChildren(BatchDialog)
    window.batch.ask(folder)
    (dialog,) = (each for each in window.findChildren(BatchDialog) if each not in before)
    for name, box in dialog.boxes.items():
        box.setChecked(name == "wav")
    qtbot.waitUntil(dialog.start.isEnabled, timeout=_MS)
    return dialog


def finished(out: Path) -> dict[str, bool]:
    """Return whether each clip of the record has music, by its name."""
    entries = json.loads((out / FILE).read_text())["entries"]
    return {entry["name"]: entry["problem"] is None for entry in entries}


def test_stopped_and_continued_with_a_damaged_clip_among_them(
    qtbot: QtBot, window: MainWindow, write_clip: Callable[..., Path], tmp_path: Path
) -> None:
    clips = tmp_path / "clips"
    clips.mkdir()
    for name in ("a.mp4", "c.mp4"):
        write_clip(clips / name, n_frames=50)
    (clips / "b.mp4").write_bytes((clips / "a.mp4").read_bytes()[:3000])
    out, strip = clips / OUT_FOLDER, window.strip

    dialog = opened(qtbot, window, clips)
    assert dialog.found.text() == "3 videos"
    dialog.start.click()
    qtbot.waitUntil(lambda: strip.text.startswith("Clip 3 of 3 · c.mp4"), timeout=_MS)
    strip.cancel()
    qtbot.waitUntil(lambda: not window.batch.is_running, timeout=_MS)
    assert strip.text == "Cancelled: 2 of 3 clips are finished. Start it again to continue."
    assert finished(out) == {"a.mp4": True, "b.mp4": False}
    first = (out / "a.mp4" / "a.wav").stat()

    dialog = opened(qtbot, window, None)
    # The damaged one is tried again.
    assert dialog.found.text() == "3 videos · 1 of them finished with these options"
    dialog.start.click()
    qtbot.waitUntil(lambda: "have music" in strip.text, timeout=_MS)
    assert strip.text.startswith("2 clips have music, 1 without music\nb.mp4: ")
    assert finished(out) == {"a.mp4": True, "b.mp4": False, "c.mp4": True}
    assert (out / "a.mp4" / "a.wav").stat().st_mtime_ns == first.st_mtime_ns
    assert soundfile.info(out / "c.mp4" / "c.wav").frames == 2 * 48_000
    page = (out / PAGE).read_text()
    assert all(name in page for name in ("a.wav", "c.wav", "b.mp4"))
