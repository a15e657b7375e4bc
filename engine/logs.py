"""The rotating log file that `soundbed doctor` names."""

import logging
import logging.handlers
import sys
from contextlib import suppress

from engine.paths import log_file

_LARGEST_BYTES = 1_000_000
_N_OLD = 3
_FORMAT = "%(asctime)s %(levelname)s %(process)d %(name)s: %(message)s"


def start_logging() -> None:
    """Send every log record and Python warning to the log file; calling again changes nothing.

    A log that can't be written never stops the program.
    """
    root = logging.getLogger()
    path = str(log_file())
    if any(getattr(handler, "baseFilename", None) == path for handler in root.handlers):
        return
    with suppress(OSError):
        log_file().parent.mkdir(parents=True, exist_ok=True)
        handler = logging.handlers.RotatingFileHandler(
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
        # logging writes its own failures (a full disk) to stderr with a traceback otherwise.
        logging.raiseExceptions = False
        if not sys.warnoptions:
            logging.captureWarnings(True)
