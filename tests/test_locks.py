"""Locks: one at a time, gone with their process, never left behind."""

import os
import subprocess
import sys
import threading
import time
from pathlib import Path
from types import SimpleNamespace

import pytest

from engine import locks
from engine.errors import Cancelled
from engine.locks import FileLock, exclusive, sweep_locks
from engine.paths import data_dir


def test_a_second_one_waits_and_no_file_is_left() -> None:
    order: list[str] = []

    def second() -> None:
        with exclusive("pack", "a", lambda: order.append("waits") if len(order) == 1 else None):
            order.append("second")

    thread = threading.Thread(target=second)
    with exclusive("pack", "a"), exclusive("pack", "b"):
        order.append("first")
        thread.start()
        until = time.monotonic() + 10
        while order == ["first"] and time.monotonic() < until:
            time.sleep(0.01)
    thread.join()
    assert order == ["first", "waits", "second"]
    assert list((data_dir() / "locks").iterdir()) == []


def test_waiting_can_be_given_up() -> None:
    def give_up() -> None:
        raise Cancelled

    with exclusive("pack", "a"), pytest.raises(Cancelled), exclusive("pack", "a", give_up):
        pytest.fail("two were in the block")


def test_the_lock_of_a_killed_process_is_free(tmp_path: Path) -> None:
    program = (
        "import os, sys; from pathlib import Path; from engine.locks import FileLock\n"
        "print(FileLock(Path(sys.argv[1])).acquire(), flush=True); os.read(0, 1)"
    )
    path = tmp_path / "a.lock"
    lock = FileLock(path)
    with subprocess.Popen(
        [sys.executable, "-c", program, str(path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "True\n"
        assert not lock.acquire()
        process.kill()
        process.wait()
    assert lock.acquire()
    lock.release()
    assert not path.exists()


def test_many_threads_never_meet() -> None:
    inside, met = 0, []

    def work() -> None:
        nonlocal inside
        for _ in range(20):
            with exclusive("pack", "a"):
                inside += 1
                # Lets others in, if anything does.
                time.sleep(0)
                met.append(inside)
                time.sleep(0.001)  # lets another one in, if it can
                inside -= 1

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert met == [1] * 80


def test_files_of_ended_processes_are_swept_and_others_stay() -> None:
    with exclusive("pack", "a"):
        (data_dir() / "locks" / "pack-of-an-ended-one.lock").touch()
        sweep_locks()
        assert len(list((data_dir() / "locks").iterdir())) == 1
    sweep_locks()
    assert list((data_dir() / "locks").iterdir()) == []


def test_what_is_written_on_windows_is_not_beyond_the_locked_byte(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # There a byte far beyond the end is locked; a file that is written from it on takes 1 GB.
    calls = SimpleNamespace(LK_NBLCK=2, locking=lambda *_: None)
    monkeypatch.setattr(locks, "msvcrt", calls, raising=False)
    lock = FileLock(tmp_path / "journal")
    lock.path.write_bytes(b"one\n")
    with monkeypatch.context() as windows:
        windows.setattr(sys, "platform", "win32")
        assert lock.acquire()
    os.write(lock.handle, b"two\n")
    assert lock.path.read_bytes() == b"one\ntwo\n"
    lock.release()


def test_a_lock_on_a_file_that_its_owner_has_deleted_is_worth_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = (FileLock(tmp_path / "a.lock") for _ in range(2))
    real, n_calls = locks._lock, 0

    def lock(handle: int) -> None:
        nonlocal n_calls
        n_calls += 1
        if n_calls == 1:
            first.path.unlink()
        real(handle)

    monkeypatch.setattr(locks, "_lock", lock)
    assert first.acquire()
    assert not second.acquire()
    first.release()
    assert second.acquire()
    second.release()
