"""The rotating log file that `soundbed doctor` names."""

import logging
import sys
from contextlib import suppress
from logging.handlers import RotatingFileHandler

from engine.paths import log_file

_LARGEST_BYTES = 1_000_000
_N_OLD = 3
_FORMAT = "%(asctime)s %(levelname)s %(process)d %(name)s: %(message)s"


class _LogFile(RotatingFileHandler):
    """Our own handler, distinct from those that other libraries add."""

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802
        """Do nothing: a full disk must not fill the terminal with tracebacks."""


def start_logging() -> None:
    """Send every log record and Python warning to the log file; calling again changes nothing.

    A log that can't be written never stops the program.
    """
    root = logging.getLogger()
    path = str(log_file().absolute())
    for handler in [handler for handler in root.handlers if isinstance(handler, _LogFile)]:
        if handler.baseFilename == path:
            return
        root.removeHandler(handler)
        handler.close()
    try:
        log_file().parent.mkdir(parents=True, exist_ok=True)
    except OSError:
        # Without any handler, Python writes warnings to the terminal.
        if not root.handlers:
            root.addHandler(logging.NullHandler())
        return
    with suppress(OSError):
        handler = _LogFile(
            path,
            maxBytes=_LARGEST_BYTES,
            backupCount=_N_OLD,
            encoding="utf-8",
            errors="backslashreplace",
            delay=True,
        )
        handler.setFormatter(logging.Formatter(_FORMAT))
        handler.setLevel(logging.INFO)
        root.addHandler(handler)
        root.setLevel(logging.INFO)
        if not sys.warnoptions:
            logging.captureWarnings(True)
