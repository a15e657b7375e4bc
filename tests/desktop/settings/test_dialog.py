"""The settings: each is shown, takes effect at once, and is saved."""

from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication, QCheckBox, QComboBox, QDoubleSpinBox, QLabel, QSpinBox
from pytestqt.qtbot import QtBot

from desktop.main_window import MainWindow
from desktop.settings.dialog import SettingsDialog
from desktop.theme import Theme
from engine.cache_files import cache_size, clear_cache
from engine.paths import cache_dir, config_dir
from engine.settings import load_settings
from tests.desktop.fake_session import FakeSession


@pytest.fixture
def dialog(window: MainWindow, qtbot: QtBot) -> SettingsDialog:
    window.menus.settings_requested.emit()
    dialog = window.settings.dialog
    assert dialog is not None
    qtbot.waitUntil(dialog.isVisible)
    return dialog


def choice(dialog: SettingsDialog, name: str) -> QComboBox:
    (box,) = (each for each in dialog.findChildren(QComboBox) if each.accessibleName() == name)
    return box


def choose(dialog: SettingsDialog, name: str, text: str) -> None:
    box = choice(dialog, name)
    box.setCurrentText(text)
    box.activated.emit(box.currentIndex())


def test_the_theme_changes_at_once_and_is_saved(dialog: SettingsDialog, theme: Theme) -> None:
    choose(dialog, "Colours", "Light")
    assert theme.choice == "light"
    assert load_settings().theme == "light"


def test_the_text_grows_everywhere_and_stays_so(
    dialog: SettingsDialog, window: MainWindow, qapp: QApplication
) -> None:
    before = qapp.font().pointSizeF()
    heading = next(each for each in window.findChildren(QLabel) if each.objectName() == "brand")
    px = heading.fontInfo().pixelSize()
    choose(dialog, "Text size", "150 %")
    assert qapp.font().pointSizeF() == pytest.approx(1.5 * before)
    assert heading.fontInfo().pixelSize() == pytest.approx(1.5 * px, abs=1)
    assert load_settings().text_size == 150
    choose(dialog, "Text size", "100 %")
    assert qapp.font().pointSizeF() == pytest.approx(before)


def test_speech_cores_and_picks_are_saved(dialog: SettingsDialog, window: MainWindow) -> None:
    (above,) = dialog.findChildren(QDoubleSpinBox)
    above.setValue(14.0)
    (cores,) = dialog.findChildren(QSpinBox)
    cores.setValue(1)
    picks = next(each for each in dialog.findChildren(QCheckBox) if "picks" in each.text())
    picks.setChecked(True)
    saved = load_settings()
    assert (saved.speech_above_lu, saved.n_threads, saved.exports_are_picks) == (14.0, 1, True)
    assert window.workspace.settings == saved


def test_closing_the_window_keeps_what_was_chosen(
    dialog: SettingsDialog, window: MainWindow
) -> None:
    choose(dialog, "Loudness of the music", "As it is")
    dialog.reject()
    window.close()
    assert load_settings().loudness == "off"


def test_settings_that_cannot_be_saved_say_so_and_take_effect(
    dialog: SettingsDialog, theme: Theme, monkeypatch: pytest.MonkeyPatch, qtbot: QtBot
) -> None:
    blocked = config_dir()
    blocked.parent.mkdir(parents=True, exist_ok=True)
    blocked.write_text("a file where the folder would be")
    with qtbot.waitSignal(dialog.failed):
        choose(dialog, "Colours", "Light")
    assert theme.choice == "light"


def test_the_cache_is_measured_and_cleared(
    dialog: SettingsDialog, session: FakeSession, qtbot: QtBot
) -> None:
    qtbot.waitUntil(lambda: dialog._cache.text() == "12.3 MB")
    dialog._clear.click()
    qtbot.waitUntil(lambda: dialog._cache.text() == "0.0 MB")
    assert not dialog._clear.isEnabled()
    assert session.n_cached == 0


def test_every_control_has_a_name(dialog: SettingsDialog) -> None:
    for kind in (QComboBox, QSpinBox, QDoubleSpinBox):
        assert all(each.accessibleName() for each in dialog.findChildren(kind))


def test_clearing_deletes_analyses_and_leaves_trainings() -> None:
    for name in ("clips/a.npz", "waveforms/b.npy", "training-states/c.pt"):
        path = cache_dir() / name
        path.parent.mkdir(parents=True)
        path.write_bytes(bytes(1000))
    outside = Path(cache_dir().parent / "outside")
    outside.mkdir()
    (outside / "kept").write_bytes(b"1")
    (cache_dir() / "levels").symlink_to(outside)
    assert cache_size() == 2000
    assert clear_cache() == 0
    assert (cache_dir() / "training-states" / "c.pt").exists()
    assert (outside / "kept").exists()
