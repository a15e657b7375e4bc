"""Child processes end and are freed, whichever thread learns of it first."""

import multiprocessing
import os
import signal
import sys
import threading
import time

import pytest

from engine.child_process import end_process

_context = multiprocessing.get_context("spawn")


def test_a_process_gets_time_to_end_by_itself() -> None:
    process = _context.Process(target=sys.exit, args=(3,))
    process.start()
    assert end_process(process, grace_s=30.0) == 3
    with pytest.raises(ValueError, match="closed"):
        process.is_alive()


@pytest.mark.skipif(sys.platform == "win32", reason="signals are those of POSIX")
def test_one_that_hangs_is_killed() -> None:
    process = _context.Process(target=time.sleep, args=(60,))
    process.start()
    assert end_process(process) == -signal.SIGKILL


@pytest.mark.skipif(sys.platform == "win32", reason="processes are collected so on POSIX alone")
def test_one_that_another_thread_collects_is_freed_when_its_code_is_noted() -> None:
    process = _context.Process(target=sys.exit, args=(3,))
    process.start()
    assert process.pid is not None
    os.waitpid(process.pid, 0)

    inner = vars(process)["_popen"]
    noting = threading.Timer(0.1, lambda: setattr(inner, "returncode", 3))
    noting.start()
    assert end_process(process) == 3
    noting.join()
    with pytest.raises(ValueError, match="closed"):
        process.is_alive()
