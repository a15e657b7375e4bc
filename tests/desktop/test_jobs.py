import threading
import time
import weakref
from collections.abc import Callable
from functools import partial

import pytest
from PySide6.QtCore import QObject, QThread, Signal
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from desktop.jobs import Job, JobRunner, Lane, LatestJobs
from engine.errors import InputError, SoundbedError
from engine.progress import Progress


def outcomes(job: Job) -> list[object]:
    seen: list[object] = []
    job.succeeded.connect(lambda result: seen.append(("succeeded", result)))
    job.failed.connect(lambda error: seen.append(("failed", error)))
    job.cancelled.connect(lambda: seen.append(("cancelled", None)))
    return seen


def test_a_result_arrives_on_the_gui_thread(qtbot: QtBot, runner: JobRunner) -> None:
    workers, receivers = [], []

    def work(_progress: Progress) -> int:
        workers.append(threading.get_ident())
        return 42

    job = runner.start(work)
    seen = outcomes(job)
    job.succeeded.connect(lambda _: receivers.append(threading.get_ident()))
    with qtbot.waitSignal(job.ended):
        pass
    assert seen == [("succeeded", 42)]
    assert workers != [threading.get_ident()]
    assert receivers == [threading.get_ident()]


def test_progress_arrives_in_order_and_on_the_gui_thread(qtbot: QtBot, runner: JobRunner) -> None:
    def work(progress: Progress) -> None:
        for n in range(3):
            progress.step(f"stage {n}", n, 3)

    job = runner.start(work)
    steps = []
    job.progressed.connect(
        lambda step: steps.append((step.stage, step.done, QThread.currentThread().isMainThread()))
    )
    with qtbot.waitSignal(job.ended):
        pass
    assert steps == [("stage 0", 0, True), ("stage 1", 1, True), ("stage 2", 2, True)]


def test_a_cancelled_job_never_succeeds(qtbot: QtBot, runner: JobRunner) -> None:
    started, may_finish = threading.Event(), threading.Event()

    def work(progress: Progress) -> str:
        started.set()
        may_finish.wait(5)
        return "too late"

    job = runner.start(work)
    seen = outcomes(job)
    assert started.wait(5)
    with qtbot.waitSignal(job.ended):
        job.cancel()
        may_finish.set()
    assert seen == [("cancelled", None)]


def test_cancelling_stops_the_work_at_its_next_step(qtbot: QtBot, runner: JobRunner) -> None:
    started = threading.Event()
    n_steps = 0

    def work(progress: Progress) -> None:
        nonlocal n_steps
        for n in range(10_000_000):
            started.set()
            progress.step("counting", n)
            n_steps = n

    job = runner.start(work)
    assert started.wait(5)
    with qtbot.waitSignal(job.cancelled):
        job.cancel()
    assert n_steps < 9_999_999


def test_an_error_of_the_engine_arrives_unchanged(qtbot: QtBot, runner: JobRunner) -> None:
    error = InputError("that makes no sense.")

    def work(_progress: Progress) -> None:
        raise error

    job = runner.start(work)
    with qtbot.waitSignal(job.failed) as caught:
        pass
    assert caught.args == [error]


def test_a_bug_becomes_an_error_that_names_the_log(
    qtbot: QtBot, runner: JobRunner, caplog: pytest.LogCaptureFixture
) -> None:
    def work(_progress: Progress) -> None:
        raise ZeroDivisionError("inner words")

    job = runner.start(work)
    with qtbot.waitSignal(job.failed) as caught:
        pass
    assert isinstance(caught.args[0], SoundbedError)
    assert "ZeroDivisionError" in str(caught.args[0])
    assert "soundbed.log" in str(caught.args[0])
    assert "inner words" in caplog.text


def test_writes_run_one_after_the_other_in_order(qtbot: QtBot, runner: JobRunner) -> None:
    running, most, order = 0, 0, []

    def write(number: int) -> Callable[[Progress], None]:
        def work(_progress: Progress) -> None:
            nonlocal running, most
            running += 1
            most = max(most, running)
            order.append(number)
            threading.Event().wait(0.01)
            running -= 1

        return work

    jobs = [runner.start(write(number), Lane.WRITE) for number in range(5)]
    with qtbot.waitSignal(jobs[-1].ended):
        pass
    assert most == 1
    assert order == [0, 1, 2, 3, 4]


def test_a_change_is_saved_while_a_folder_is_added(qtbot: QtBot, runner: JobRunner) -> None:
    saved = threading.Event()
    adding = runner.start(lambda _: saved.wait(5), Lane.INDEX)
    runner.start(lambda _: saved.set(), Lane.WRITE)
    with qtbot.waitSignal(adding.succeeded) as caught:
        pass
    assert caught.args == [True]


def test_reads_run_in_parallel(qtbot: QtBot, runner: JobRunner) -> None:
    both = threading.Barrier(2, timeout=5)
    jobs = [runner.start(lambda _: both.wait()) for _ in range(2)]
    with qtbot.waitSignals([job.succeeded for job in jobs]):
        pass


def test_shutdown_stops_reads_and_finishes_writes(qapp: QApplication, no_leaks: None) -> None:
    runner = JobRunner()
    written = []
    started = threading.Event()

    def read(progress: Progress) -> None:
        started.set()
        while True:
            progress.step("reading")

    runner.start(read)
    assert started.wait(5)
    runner.start(lambda _: time.sleep(0.05), Lane.WRITE)
    runner.start(lambda _: written.append("plan"), Lane.WRITE)
    runner.shutdown()
    assert written == ["plan"]
    assert runner.n_running == 0


def test_nothing_follows_a_job_that_the_shutdown_ended(qapp: QApplication, no_leaks: None) -> None:
    runner = JobRunner()
    ended = []
    for lane in Lane:
        runner.start(lambda _: time.sleep(0.05), lane).ended.connect(lambda: ended.append("job"))
    runner.shutdown()
    for _ in range(5):
        qapp.processEvents()
    assert ended == []


def test_emitting_a_signal_keeps_the_count_of_references(qapp: QApplication) -> None:
    # PySide6 6.12.0 loses a reference to True with each emit, which ends Python 3.11.
    import sys

    class Sender(QObject):
        sent = Signal()

    sender = Sender()
    before = sys.getrefcount(True)
    for _ in range(100):
        sender.sent.emit()
    assert sys.getrefcount(True) >= before


def returned(number: int, _progress: Progress) -> int:
    return number


class Widget:
    """Stands for what only the GUI thread may delete."""

    def use(self, _progress: Progress) -> None:
        pass


def test_what_a_job_worked_with_lives_until_its_thread_has_returned(
    qtbot: QtBot, runner: JobRunner, monkeypatch: pytest.MonkeyPatch
) -> None:
    may_return, run = threading.Event(), Job.run

    def run_slowly(job: Job) -> None:
        run(job)
        may_return.wait(5)

    monkeypatch.setattr(Job, "run", run_slowly)
    widget = Widget()
    alive = weakref.ref(widget)
    job = runner.start(widget.use)
    del widget
    with qtbot.waitSignal(job.ended):
        pass
    qtbot.wait(60)
    assert alive()
    may_return.set()
    qtbot.waitUntil(lambda: alive() is None)


def test_jobs_use_the_signals_of_those_that_ended(qtbot: QtBot, runner: JobRunner) -> None:
    results: list[int] = []
    for number in range(50):
        job = runner.start(partial(returned, number))
        job.succeeded.connect(results.append)
        with qtbot.waitSignal(job.ended):
            pass
        qtbot.waitUntil(lambda: not runner._returning)
    assert results == list(range(50))
    assert len(runner.findChildren(QObject)) < 10


def test_who_follows_a_job_that_ended_hears_nothing_of_others(
    qtbot: QtBot, runner: JobRunner
) -> None:
    first = runner.start(lambda _progress: "first")
    seen = outcomes(first)
    qtbot.waitUntil(lambda: not runner._returning)
    late = outcomes(first)
    second = runner.start(lambda _progress: "second")
    with qtbot.waitSignal(second.ended):
        pass
    assert seen == [("succeeded", "first")]
    assert late == []


@pytest.mark.parametrize("shuts_down", [True, False])
def test_a_runner_that_only_its_jobs_refer_to_is_deleted_once(
    qtbot: QtBot, shuts_down: bool
) -> None:
    deleted: list[bool] = []

    def run_a_job() -> None:
        runner = JobRunner()
        job = runner.start(lambda _progress: None)
        job.ended.connect(lambda: runner)
        qtbot.waitUntil(lambda: runner.n_running == 0)
        if shuts_down:
            runner.shutdown()
        runner.destroyed.connect(lambda: deleted.append(True))

    run_a_job()
    qtbot.waitUntil(lambda: bool(deleted))


def test_a_job_stops_the_one_before_of_its_name(qtbot: QtBot, runner: JobRunner) -> None:
    jobs, gate = LatestJobs(runner), threading.Event()

    def wait(progress: Progress) -> None:
        while not gate.wait(0.005):
            progress.check()

    first, other = jobs.start("rank", wait), jobs.start("music", wait)
    ended, kept = outcomes(first), outcomes(other)
    second = jobs.start("rank", wait)
    assert not jobs.is_latest("rank", first)
    qtbot.waitUntil(lambda: ended == [("cancelled", None)])
    assert jobs.is_running("rank")
    assert jobs.is_running("rank", second)
    assert not jobs.is_running("rank", first)
    assert jobs.is_latest("rank", second)
    gate.set()
    qtbot.waitUntil(lambda: not jobs.is_running("rank") and not jobs.is_running("music"))
    assert kept == [("succeeded", None)]
