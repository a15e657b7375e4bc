"""Many clips on a Dask cluster of two workers: dying workers, crashing decoders, no scheduler."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import TypeVar

import numpy as np
import numpy.typing as npt
import pytest

from engine.errors import (
    Cancelled,
    DecoderCrashed,
    InputError,
    MediaError,
    SoundbedError,
    TrainingError,
)
from engine.music.features import MusicFeatures
from engine.progress import Progress, silent
from engine.training.data import extraction
from engine.training.data.extraction import extract
from engine.training.evaluate_pack import describe_whole

T = TypeVar("T")

needs_dask = pytest.mark.skipif(
    find_spec("distributed") is None, reason="Dask (the extra “dask”) isn't installed"
)
# Functions of the standard library, so that workers find them by name. Each clip is handled in a
# child of a Dask worker: the child's parent is the worker.
KILL_WORKER = f"__import__('os').kill(__import__('os').getppid(), {int(signal.SIGKILL)})"


def start_scheduler(folder: Path) -> tuple[subprocess.Popen[bytes], str]:
    file = folder / "scheduler.json"
    arguments = ["--host", "127.0.0.1", "--port", "0", "--no-dashboard"]
    process = start("scheduler", *arguments, "--scheduler-file", str(file))
    deadline_s = time.monotonic() + 60
    while not file.is_file() or not file.read_text():
        assert process.poll() is None and time.monotonic() < deadline_s, "no scheduler"
        time.sleep(0.05)
    return process, json.loads(file.read_text())["address"]


def start(*arguments: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-m", "dask", *arguments],
        env={
            **os.environ,
            "PYTHONPATH": os.pathsep.join(path for path in sys.path if path),
            # A task that two workers died of is left out.
            "DASK_DISTRIBUTED__SCHEDULER__ALLOWED_FAILURES": "1",
        },
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


def end(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(20)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a scheduler with two workers of one thread, restarted when they die."""
    folder = tmp_path_factory.mktemp("cluster")
    scheduler, address = start_scheduler(folder)
    options = ["--nthreads", "1", "--no-dashboard", "--local-directory", str(folder)]
    nannies = [start("worker", address, *options) for _ in range(2)]
    yield address
    for process in (*nannies, scheduler):
        end(process)


def usable(result: T | SoundbedError) -> T:
    assert not isinstance(result, SoundbedError), result
    return result


def process_ids(cluster: str) -> set[int]:
    """The processes of both workers of the cluster, one of which may only just have started."""
    deadline_s, found = time.monotonic() + 60, set[int]()
    while len(found) != 2:
        assert time.monotonic() < deadline_s, "no second worker"
        results = extract(os.getppid, [(n, ()) for n in range(8)], silent(), cluster)
        found = {usable(pid) for _, pid in results}
    return found


@needs_dask
def test_a_killed_worker_costs_no_clip(
    cluster: str, write_clip: Callable[..., Path], tmp_path: Path
) -> None:
    clips = [
        write_clip(tmp_path / f"{n}.mp4", n_frames=25, tone_hz=300.0 + 100 * n) for n in range(4)
    ]
    workers = process_ids(cluster)
    found: dict[Path, tuple[npt.NDArray[np.float32], MusicFeatures]] = {}
    tasks = [(clip, (clip, tmp_path / "cluster")) for clip in clips]
    for clip, features in extract(describe_whole, tasks, silent(), cluster):
        if not found:
            os.kill(workers.pop(), signal.SIGKILL)
        found[clip] = usable(features)
    tasks = [(clip, (clip, tmp_path / "here")) for clip in clips]
    for clip, features in extract(describe_whole, tasks, silent()):
        picture, sound = usable(features)
        np.testing.assert_allclose(found[clip][0], picture, rtol=1e-4, atol=1e-5)
        np.testing.assert_allclose(found[clip][1].vector, sound.vector, rtol=1e-4, atol=1e-5)
    assert sorted(found) == clips


@needs_dask
def test_a_clip_whose_worker_died_is_given_to_another(cluster: str, tmp_path: Path) -> None:
    mark = str(tmp_path / "died once")
    once = f"'again' if __import__('os').path.exists({mark!r}) else (open({mark!r}, 'w').close(), "
    tasks = [(0, (f"{once}{KILL_WORKER})",)), (1, ("'untroubled'",))]
    assert dict(extract(eval, tasks, silent(), cluster)) == {0: "again", 1: "untroubled"}


@needs_dask
def test_a_clip_that_kills_every_worker_is_left_out(cluster: str) -> None:
    tasks = [(0, (KILL_WORKER,)), (1, ("1 + 1",))]
    results = dict(extract(eval, tasks, silent(), cluster))
    assert results[1] == 2
    assert isinstance(results[0], MediaError)
    assert "2 workers died" in str(results[0])


@needs_dask
def test_a_crash_in_decoding_costs_the_clip_and_no_worker(cluster: str) -> None:
    before = process_ids(cluster)
    clip = Path("strange.mp4")
    ((key, error),) = extract(os.abort, [(clip, ())], silent(), cluster)
    assert key == clip
    assert isinstance(error, DecoderCrashed)
    assert "strange.mp4" in str(error)
    after = process_ids(cluster)
    assert after <= before


@needs_dask
def test_cancelling_ends_the_run(cluster: str) -> None:
    progress = Progress()
    with pytest.raises(Cancelled):
        for _ in extract(time.sleep, [(n, (0.1,)) for n in range(50)], progress, cluster):
            progress.cancel()


@needs_dask
def test_another_version_on_a_worker_ends_the_run(
    cluster: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(extraction, "__version__", "99.0")
    with pytest.raises(
        TrainingError, match=r"runs Soundbed .*, but this computer runs 99\.0.*same version"
    ):
        list(extract(pow, [(0, (2, 3))], silent(), cluster))


@needs_dask
@pytest.mark.parametrize("address", ["tcp://127.0.0.1:1", "nonsense://here", "tcp://no.invalid:1"])
def test_a_scheduler_that_is_not_there_is_named(
    address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(extraction, "_CONNECT_S", 0.5)
    with pytest.raises(InputError, match=rf"scheduler {address} can't be reached"):
        list(extract(pow, [(0, (2, 3))], silent(), address))


@needs_dask
def test_a_cluster_without_workers_ends_the_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(extraction, "_NO_WORKER_S", 0.5)
    scheduler, address = start_scheduler(tmp_path)
    try:
        with pytest.raises(TrainingError, match="it has no workers"):
            list(extract(pow, [(0, (2, 3))], silent(), address))
    finally:
        end(scheduler)


@needs_dask
def test_a_scheduler_that_dies_ends_the_run(tmp_path: Path) -> None:
    scheduler, address = start_scheduler(tmp_path)

    class WhileWaiting(Progress):
        def check(self) -> None:
            scheduler.kill()

    try:
        with pytest.raises(TrainingError, match=f"scheduler {address} can't continue"):
            list(extract(pow, [(0, (2, 3))], WhileWaiting(), address))
    finally:
        end(scheduler)


def test_without_dask_it_says_how_to_install_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(extraction, "find_spec", lambda _: None)
    with pytest.raises(InputError, match=r"Dask isn't installed.*soundbed\[dask\]"):
        list(extract(pow, [(0, (2, 3))], silent(), "tcp://127.0.0.1:1"))
