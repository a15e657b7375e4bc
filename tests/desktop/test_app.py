import subprocess
import sys
from pathlib import Path

_HEAVY = ("av", "cv2", "onnxruntime", "torch", "librosa", "soundfile", "scipy")


def run(code: str, **environment: str) -> subprocess.CompletedProcess[str]:
    import os

    return subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def test_the_window_opens_without_the_heavy_modules() -> None:
    done = run(
        "import sys\n"
        "from PySide6.QtCore import QSettings\n"
        "from PySide6.QtWidgets import QApplication\n"
        "from desktop.main_window import MainWindow\n"
        "from desktop.engine_session import EngineSession\n"
        "from desktop.theme import Theme\n"
        "app = QApplication([])\n"
        "window = MainWindow(EngineSession(), Theme(app), QSettings())\n"
        "window.show()\n"
        f"print([name for name in {_HEAVY!r} if name in sys.modules])\n"
        "window.close()\n"
    )
    assert done.stdout == "[]\n", done.stderr


def test_workers_start_without_qt() -> None:
    done = run(
        "import sys\n"
        "import desktop.app, desktop.engine_session\n"
        "print([name for name in sys.modules if name.startswith('PySide6')])\n"
    )
    assert done.stdout == "[]\n", done.stderr


def test_without_a_screen_it_says_so() -> None:
    code = (
        "import os, sys\n"
        "sys.platform = 'linux'\n"
        "for name in ('DISPLAY', 'WAYLAND_DISPLAY', 'QT_QPA_PLATFORM'):\n"
        "    os.environ.pop(name, None)\n"
        "from desktop.app import main\n"
        "sys.exit(main([]))\n"
    )
    done = run(code)
    assert done.returncode == 2
    assert "no screen is available" in done.stderr


def test_the_version() -> None:
    from engine import __version__

    done = run("from desktop.app import main; main(['--version'])")
    assert (done.returncode, done.stdout) == (0, f"soundbed {__version__}\n")


def test_the_saved_text_size_holds_from_the_start(tmp_path: Path) -> None:
    code = (
        "from dataclasses import replace\n"
        "from engine.settings import load_settings, save_settings\n"
        "save_settings(replace(load_settings(), text_size=150))\n"
        "from PySide6.QtWidgets import QApplication, QPushButton\n"
        "def look():\n"
        "    window, = [each for each in QApplication.topLevelWidgets() if each.isVisible()]\n"
        "    buttons = window.welcome.findChildren(QPushButton)\n"
        "    size = round(QApplication.font().pointSizeF())\n"
        "    print(size, {round(each.font().pointSizeF()) for each in buttons} == {size})\n"
        "    return 0 if window.close() else 1\n"
        "QApplication.exec = staticmethod(look)\n"
        "from desktop.app import main\n"
        "main([])\n"
    )
    done = run(code, SOUNDBED_HOME=str(tmp_path), QT_QPA_PLATFORM="offscreen")
    assert done.stdout == "15 True\n", done.stderr


def test_qt_speaks_the_language_of_the_window(tmp_path: Path) -> None:
    code = (
        "from dataclasses import replace\n"
        "from engine.settings import load_settings, save_settings\n"
        "save_settings(replace(load_settings(), language='de'))\n"
        "from PySide6.QtWidgets import QApplication, QDialogButtonBox, QLabel\n"
        "from desktop.help import ShortcutsDialog\n"
        "def look():\n"
        "    window, = [each for each in QApplication.topLevelWidgets() if each.isVisible()]\n"
        "    box = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)\n"
        "    window.menus.show_keys()\n"
        "    shown, = window.findChildren(ShortcutsDialog)\n"
        "    keys = {each.text() for each in shown.findChildren(QLabel)}\n"
        "    print(box.buttons()[0].text(), 'Strg+O' in keys, any('Ctrl' in key for key in keys))\n"
        "    return 0 if window.close() else 1\n"
        "QApplication.exec = staticmethod(look)\n"
        "from desktop.app import main\n"
        "main([])\n"
    )
    done = run(code, SOUNDBED_HOME=str(tmp_path), QT_QPA_PLATFORM="offscreen")
    assert done.stdout == "Abbrechen True False\n", done.stderr


def test_an_interrupt_closes_the_window(tmp_path: Path) -> None:
    code = (
        "import os, signal, sys, threading, time\n"
        "def interrupt():\n"
        "    while signal.getsignal(signal.SIGINT) is signal.default_int_handler:\n"
        "        time.sleep(0.05)\n"
        "    time.sleep(0.3)\n"
        "    os.kill(os.getpid(), signal.SIGINT)\n"
        "threading.Thread(target=interrupt).start()\n"
        "from desktop.app import main\n"
        "sys.exit(main([]))\n"
    )
    done = run(code, SOUNDBED_HOME=str(tmp_path), QT_QPA_PLATFORM="offscreen")
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "config" / "settings.json").exists()
