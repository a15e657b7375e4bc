"""Ends child processes, also while other threads start and end others."""

import time
from multiprocessing.process import BaseProcess

_NOTED_S = 1.0
_POLL_S = 0.005


def end_process(process: BaseProcess, grace_s: float = 0.0, clean_up_s: float = 0.0) -> int | None:
    """End a child process and free what it took.

    A thread that starts a process first collects all those that have ended. Where it is about to
    collect this one, `join` returns before the exit code is known, and `close` would refuse.

    Args:
        process: one that was started.
        grace_s: how long it may take to end by itself.
        clean_up_s: how long it may take when asked to end; it isn't asked where this is 0.

    Returns:
        The exit code, -n after signal n; None where it didn't become known.
    """
    process.join(grace_s)
    if clean_up_s:
        process.terminate()
        process.join(clean_up_s)
    process.kill()
    process.join()
    end_s = time.monotonic() + _NOTED_S
    while (code := process.exitcode) is None and time.monotonic() < end_s:
        time.sleep(_POLL_S)
    if code is not None:
        process.close()
    return code
