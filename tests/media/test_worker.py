"""Worker processes that succeed, fail, hang and die."""

import os
import threading
import time
from pathlib import Path

import numpy as np
import pytest
import soundfile

from engine.errors import Cancelled, DecoderCrashed, MediaNotFound, TimedOut
from engine.limits import Limits
from engine.media.loudness import measure_loudness
from engine.media.track_probe import probe_audio
from engine.media.worker import WorkerPool, run_isolated
from engine.progress import Progress, ProgressStep, silent

# Tests use functions of the standard library, which the child can import by name.
ANY = Path("clip.mp4")
LIMITS = Limits(300, 1024)


def busy(processor_s: float, step_s: float, progress: Progress) -> float:
    """Use the processor for some seconds; report every now and then."""
    started_s = time.process_time()
    while (used_s := time.process_time() - started_s) < processor_s:
        progress.step("Working", used_s // step_s)
    return processor_s


@pytest.fixture
def tone(tmp_path: Path) -> Path:
    path = tmp_path / "tone.wav"
    wave = 0.1 * np.sin(2 * np.pi * 997 * np.arange(48_000 * 12) / 48_000)
    soundfile.write(path, wave, 48_000)
    return path


def test_the_result_is_returned() -> None:
    assert run_isolated(pow, 3, 4, path=ANY, limits=LIMITS) == 81


def test_runs_in_another_process() -> None:
    assert run_isolated(os.getpid, path=ANY, limits=LIMITS) != os.getpid()


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="no list of threads here")
def test_linear_algebra_uses_no_threads(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OPENBLAS_NUM_THREADS", raising=False)
    product = "(__import__('numpy').ones((600, 600)) @ __import__('numpy').ones((600, 600)))[0, 0]"
    n_threads = "len(__import__('os').listdir('/proc/self/task'))"
    # The worker's main thread, the one that watches its parent, and its heart.
    assert run_isolated(eval, f"({product}, {n_threads})", path=ANY, limits=LIMITS) == (
        600.0,
        3,
    )


def test_a_crash_names_the_file() -> None:
    with pytest.raises(DecoderCrashed, match=r"clip\.mp4: the decoder crashed"):
        run_isolated(os.abort, path=ANY, limits=LIMITS)


def test_a_hanging_process_is_killed_at_the_deadline() -> None:
    started = time.monotonic()
    with pytest.raises(TimedOut, match="nothing happened for 2 s"):
        run_isolated(time.sleep, 120, path=ANY, limits=Limits(60, 1024, idle_s=2))
    assert time.monotonic() - started < 30


def test_processor_time_counts_not_the_clock() -> None:
    # Sleeps longer than the deadline, in short naps that show that it lives.
    nap = "import time\nfor _ in range(6): sum(range(10**5)); time.sleep(0.3)"
    run_isolated(exec, nap, path=ANY, limits=Limits(2, 1024, idle_s=60))
    with pytest.raises(TimedOut, match="no result after 1 s of processor time"):
        run_isolated(exec, "while True: pass", path=ANY, limits=Limits(1, 1024))


def test_a_task_that_advances_gets_its_time_and_one_that_does_not_is_stopped() -> None:
    limits = Limits(60, 1024, stall_s=0.7)
    assert run_isolated(busy, 1.2, 0.3, path=ANY, limits=limits, progress=silent()) == 1.2
    with pytest.raises(TimedOut, match="no progress in 1 s of processor time"):
        run_isolated(busy, 30.0, 30.0, path=ANY, limits=limits, progress=silent())
    with WorkerPool(1) as pool:
        tasks = [(Path("advances"), (1.2, 0.3)), (Path("hangs"), (30.0, 30.0))]
        done = dict(pool.map_unordered(busy, tasks, lambda _: limits, reports=True))
    assert done[Path("advances")] == 1.2
    assert isinstance(done[Path("hangs")], TimedOut)


def test_what_a_worker_writes_to_standard_error_goes_to_the_log(
    capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO")
    flood = "import os\nfor n in range(5000): os.write(2, b'[mp3] line %d\\n' % n)\nprint('out')"
    run_isolated(exec, flood, path=ANY, limits=LIMITS)
    with pytest.raises(DecoderCrashed):
        run_isolated(
            exec, "import os\nos.write(2, b'last words')\nos.abort()", path=ANY, limits=LIMITS
        )
    messages = [record.getMessage() for record in caplog.records]
    assert "worker on clip.mp4: [mp3] line 0" in messages
    assert sum("[mp3] line" in message for message in messages) == 40
    assert "worker on clip.mp4: last words" in messages
    assert capfd.readouterr() == ("", "")


@pytest.mark.skipif(not Path("/proc/self/limits").exists(), reason="no such limit here")
def test_using_too_much_memory_is_an_error() -> None:
    with pytest.raises(DecoderCrashed, match="more memory than is allowed"):
        run_isolated(bytearray, 3 << 30, path=ANY, limits=LIMITS)


def test_memory_within_the_limit_is_allowed() -> None:
    grown = run_isolated(np.zeros, 1 << 20, path=ANY, limits=LIMITS)
    assert grown.shape == (1 << 20,)


def test_soundbed_errors_are_passed_on(tmp_path: Path) -> None:
    missing = tmp_path / "missing.wav"
    with pytest.raises(MediaNotFound) as caught:
        run_isolated(probe_audio, missing, path=missing, limits=LIMITS)
    assert caught.value.path == missing
    assert caught.value.remedy


def test_other_errors_name_file_and_reason() -> None:
    with pytest.raises(DecoderCrashed, match=r"clip\.mp4: .*ZeroDivisionError"):
        run_isolated(divmod, 1, 0, path=ANY, limits=LIMITS)


def test_progress_of_the_child_is_passed_on(tone: Path) -> None:
    steps: list[ProgressStep] = []
    measured = run_isolated(
        measure_loudness,
        tone,
        path=tone,
        limits=LIMITS,
        progress=Progress(steps.append),
    )
    assert steps[0] == ProgressStep("Measuring loudness", 0.0, None)
    assert measured.integrated_lufs == pytest.approx(-20.0, abs=0.1)


def test_cancelling_kills_the_child_from_another_thread() -> None:
    progress = Progress()
    threading.Timer(1.0, progress.cancel).start()
    started = time.monotonic()
    with WorkerPool(1) as pool, pytest.raises(Cancelled):
        list(pool.map_unordered(time.sleep, [(0, (120,))], LIMITS, progress))
    assert time.monotonic() - started < 30


@pytest.mark.skipif(os.name == "nt", reason="Windows ends a process without asking it")
def test_a_cancelled_child_leaves_no_temporary_file(tmp_path: Path) -> None:
    progress = Progress()
    code = (
        "import pathlib, time, engine.files\n"
        f"with engine.files.replacing(pathlib.Path({str(tmp_path / 'out.wav')!r})):\n"
        "    time.sleep(120)"
    )

    def cancel_once_it_writes() -> None:
        while not any(tmp_path.iterdir()):
            time.sleep(0.05)
        progress.cancel()

    threading.Thread(target=cancel_once_it_writes, daemon=True).start()
    with WorkerPool(1) as pool, pytest.raises(Cancelled):
        list(pool.map_unordered(exec, [(0, (code,))], LIMITS, progress))
    assert list(tmp_path.iterdir()) == []


def test_works_from_a_thread() -> None:
    results: list[int] = []
    thread = threading.Thread(
        target=lambda: results.append(run_isolated(abs, -5, path=ANY, limits=LIMITS))
    )
    thread.start()
    thread.join()
    assert results == [5]


def test_pool_does_all_tasks_and_keeps_its_workers() -> None:
    with WorkerPool(2) as pool:
        done = dict(pool.map_unordered(pow, [(n, (n, 2)) for n in range(20)], LIMITS))
        pids = {
            pid for _, pid in pool.map_unordered(os.getpid, [(n, ()) for n in range(6)], LIMITS)
        }
    assert done == {n: n * n for n in range(20)}
    assert len(pids) <= 2


def test_pool_survives_a_worker_that_dies() -> None:
    paths = [Path(f"{n}.mp3") for n in range(4)]
    with WorkerPool(1) as pool:
        died = dict(pool.map_unordered(os._exit, [(paths[0], (3,))], LIMITS))
        done = dict(pool.map_unordered(abs, [(path, (-1,)) for path in paths], LIMITS))
    assert isinstance(died[paths[0]], DecoderCrashed)
    assert str(died[paths[0]]).startswith("0.mp3: ")
    assert done == dict.fromkeys(paths, 1)


def test_pool_deadline_costs_only_the_slow_task() -> None:
    with WorkerPool(2) as pool:
        # Both processes are there before the clock starts: starting them may take seconds.
        list(pool.map_unordered(time.sleep, [(n, (0.5,)) for n in range(2)], LIMITS))
        tasks = [(Path("slow"), (120,)), (Path("quick"), (0,))]
        done = dict(pool.map_unordered(time.sleep, tasks, Limits(60, 1024, idle_s=3)))
    assert isinstance(done[Path("slow")], DecoderCrashed)
    assert done[Path("quick")] is None
