"""`soundbed-desktop [CLIP]`: opens the window.

This module imports no Qt at its top: worker processes start by importing it, and need none.
"""

import argparse
import logging
import multiprocessing
import os
import signal
import socket
import sys
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING

from engine import __version__
from engine.logs import start_logging
from engine.paths import cache_dir, config_dir
from engine.settings import load_settings
from engine.translation import language, tr, use_language
from engine.unfinished import start_sweep

if TYPE_CHECKING:
    from PySide6.QtCore import QMessageLogContext, QSocketNotifier
    from PySide6.QtWidgets import QApplication

_log = logging.getLogger(__name__)


def main(argv: Sequence[str] | None = None) -> int:
    """Open the window, with a clip when one is named, and return when it is closed."""
    # A frozen program starts its workers through its own entry.
    multiprocessing.freeze_support()
    arguments = _parse(sys.argv[1:] if argv is None else argv)
    start_logging()
    if (chosen := load_settings().language) != "system":
        use_language(chosen)
    start_sweep()
    sys.excepthook = _log_unexpected
    if not _has_screen():
        print(
            tr(
                "soundbed-desktop: no screen is available here. On the command line, "
                "“soundbed recommend CLIP” shows the ranked tracks."
            ),
            file=sys.stderr,
        )
        return 2
    return _run_window(arguments.clip)


def _parse(argv: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="soundbed-desktop",
        description=tr("Finds music that fits a video."),
    )
    parser.add_argument("clip", nargs="?", type=Path, help=tr("a video to open"))
    parser.add_argument("--version", action="version", version=f"soundbed {__version__}")
    return parser.parse_args(argv)


def _run_window(clip: Path | None) -> int:
    from PySide6.QtCore import QSettings, Qt, qInstallMessageHandler
    from PySide6.QtWidgets import QApplication

    from desktop import icons
    from desktop.engine_session import EngineSession
    from desktop.garbage import collections_on_this_thread, skip_existing_objects
    from desktop.main_window import MainWindow
    from desktop.theme import Theme

    qInstallMessageHandler(_log_qt)
    _keep_sound_files_in_cache()
    # Frames are painted by the CPU. With this, Qt converts them there too: through the graphics
    # driver a frame took 270 ms on software OpenGL, on the CPU 2.5 ms.
    QApplication.setAttribute(Qt.ApplicationAttribute.AA_ForceRasterWidgets)
    app = QApplication(sys.argv[:1])
    app.setApplicationName("soundbed")
    app.setApplicationDisplayName("Soundbed")
    app.setApplicationVersion(__version__)
    app.setDesktopFileName("soundbed")
    app.setWindowIcon(icons.app_icon())
    _translate_qt(app)
    # Qt's file dialogs remember their places, else in a QtProject.conf in the user's ~/.config.
    QSettings.setPath(QSettings.Format.NativeFormat, QSettings.Scope.UserScope, str(config_dir()))
    store = QSettings(str(config_dir() / "window.ini"), QSettings.Format.IniFormat)
    theme = Theme(app)
    # Before there are widgets: those that aren't shown yet would keep the old size.
    theme.choose_text_size(load_settings().text_size)
    window = MainWindow(EngineSession(), theme, store)
    wakeup = _quit_on_interrupt(app)
    skip_existing_objects()
    window.show()
    window.tour.start_with_first_clip(window.workspace.clip_opened)
    if clip is not None:
        window.open_clip(clip.absolute())
    else:
        window.saved_session.restore_or_ask(window.strip.offer)
    try:
        with collections_on_this_thread():
            return app.exec()
    finally:
        wakeup.setEnabled(False)
        signal.set_wakeup_fd(-1)


def _translate_qt(app: "QApplication") -> None:
    """Let Qt's own dialogs, menus and names of keys speak the language of the window."""
    from PySide6.QtCore import QLibraryInfo, QLocale, QTranslator

    translator = QTranslator(app)
    folder = QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)
    if translator.load(QLocale(language()), "qtbase", "_", folder):
        app.installTranslator(translator)


def _keep_sound_files_in_cache() -> None:
    """Give PulseAudio's library, which Qt loads, a folder in the cache, not in the home.

    It makes one in sessions without XDG_RUNTIME_DIR. If it already has one, a sound server may be
    using it, so nothing is changed.
    """
    config_home = Path(os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config")
    known = (config_home / "pulse", Path.home() / ".pulse")
    if os.environ.get("XDG_RUNTIME_DIR") or any(folder.exists() for folder in known):
        return
    with suppress(OSError):
        cache_dir().mkdir(parents=True, exist_ok=True)
        os.environ.setdefault("PULSE_RUNTIME_PATH", str(cache_dir() / "pulse"))


def _log_qt(_kind: object, context: "QMessageLogContext", message: str | None) -> None:
    # Such as a codec that the graphics card lacks: for the log, not for the terminal.
    _log.info("Qt %s: %s", getattr(context, "category", ""), message)


def _has_screen() -> bool:
    if not sys.platform.startswith("linux") or os.environ.get("QT_QPA_PLATFORM"):
        return True
    # Qt would end the process with a core dump.
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def _quit_on_interrupt(app: "QApplication") -> "QSocketNotifier":
    """Close the window properly on Ctrl+C or SIGTERM, which Qt's event loop wouldn't notice."""
    from PySide6.QtCore import QSocketNotifier

    reader, writer = socket.socketpair()
    for end in (reader, writer):
        end.setblocking(False)
    signal.set_wakeup_fd(writer.fileno())
    notifier = QSocketNotifier(reader.fileno(), QSocketNotifier.Type.Read, app)
    # Python runs the handlers only when its own code runs, which this slot sees to.
    # The default argument keeps the other end open as long as the slot exists.
    notifier.activated.connect(lambda *_, _open=writer: reader.recv(16))
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: app.closeAllWindows())
    return notifier


def _log_unexpected(
    kind: type[BaseException], error: BaseException, trace: TracebackType | None
) -> None:
    # An exception in a slot is logged; the window stays open.
    _log.critical("unexpected error in the window", exc_info=(kind, error, trace))


if __name__ == "__main__":
    sys.exit(main())
