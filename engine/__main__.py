"""`soundbed` and `python -m engine`."""

import argparse
import logging
import os
import signal
import sys
from collections.abc import Sequence
from types import FrameType

from engine.cli.parser import parse
from engine.cli.terminal import show_error, warn
from engine.errors import Cancelled, SoundbedError, display_path
from engine.logs import start_logging
from engine.paths import log_file
from engine.translation import tr, use_language
from engine.unfinished import start_sweep

_LONGEST_SWEEP_S = 2.0


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command.

    Returns:
        0 done, 1 internal error, 2 bad input or files, 3 a pack that stays a candidate, 130
        cancelled.
    """
    _tolerate_odd_text()
    try:
        arguments = parse(argv)
        if arguments is None:
            return 0
        start_logging()
        return _run(arguments)
    except (Cancelled, KeyboardInterrupt):
        show_error(tr("Cancelled."))
        return Cancelled.exit_code
    except SoundbedError as error:
        logging.getLogger(__name__).info("ended with: %s", error)
        show_error(str(error))
        return error.exit_code
    except BrokenPipeError:
        # The reader has ended (`| head`). Python would complain about it at its last flush.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except MemoryError as error:
        logging.getLogger(__name__).exception("out of memory")
        show_error(
            tr("The computer ran out of memory ({reason}). Process less at a time.").format(
                reason=" ".join(str(error).split()) or "MemoryError"
            )
        )
        return SoundbedError.exit_code
    except Exception:
        logging.getLogger(__name__).exception("unexpected error")
        show_error(
            tr("Something went wrong inside Soundbed. The log has the details: {path}").format(
                path=display_path(log_file())
            )
        )
        return 1


def _run(arguments: argparse.Namespace) -> int:
    sweeping = start_sweep()
    try:
        if not getattr(arguments, "reports_settings", False):
            _check_settings()
        signal.signal(signal.SIGTERM, _terminate)
        code = int(arguments.run(arguments))
        sys.stdout.flush()
        return code
    finally:
        # A folder on a network may not answer.
        sweeping.join(_LONGEST_SWEEP_S)


def _check_settings() -> None:
    # Imported here so that --help stays fast.
    from engine.settings import load_settings

    settings = load_settings(warn)
    if settings.language != "system":
        use_language(settings.language)


def _tolerate_odd_text() -> None:
    # Names and tags may contain characters that the terminal's encoding can't show.
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(errors="replace")


def _terminate(_number: int, _frame: FrameType | None) -> None:
    # An exception, unlike the default, lets transactions and worker processes end cleanly.
    raise SystemExit(128 + signal.SIGTERM)


if __name__ == "__main__":
    sys.exit(main())
