"""Runs a stage over many clips: in worker processes here, or on the workers of a Dask scheduler.

Each clip is decoded in a child process, on a Dask worker too: if a file crashes its decoder, that
clip is lost, but no worker. If a Dask worker dies, only time is lost: its clips go to another
one, up to the scheduler's limit (`distributed.scheduler.allowed-failures`, 3 unless set), then
each alone. A clip whose workers die even then is skipped, with the reason.

Every worker must reach the clips and the cache under the same paths, and run the same version of
Soundbed. Computers of the same kind give the same features to the bit. A scheduler runs whatever
it is sent, so name only your own.
"""

import logging
import multiprocessing
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any, TypeVar

from engine import __version__
from engine.errors import (
    ExportError,
    InputError,
    MediaError,
    PackError,
    SoundbedError,
    TrainingError,
)
from engine.limits import EXTRACTING_FEATURES, n_cores
from engine.media.worker import WorkerPool
from engine.progress import Progress
from engine.translation import tr

if TYPE_CHECKING:
    from distributed import Client, Future

T = TypeVar("T")
K = TypeVar("K")

_log = logging.getLogger(__name__)
_CONNECT_S = 10.0
# How long a cluster may be without any worker before the run gives up.
_NO_WORKER_S = 60.0
_POLL_S = 0.1


class WorkersDied(MediaError):
    """Dask workers died while they worked on a clip."""


@dataclass(frozen=True, slots=True)
class Unusable:
    """Stands for a clip that can't be used.

    Attributes:
        reason: translated, with what to do.
    """

    reason: str


def extract(
    function: Callable[..., T],
    tasks: Sequence[tuple[K, tuple[Any, ...]]],
    progress: Progress,
    scheduler: str | None = None,
) -> Iterator[tuple[K, T | SoundbedError]]:
    """Run a function over many clips and yield the results as they finish, in no fixed order.

    Args:
        function: importable by name; called as `function(*args)`.
        tasks: (key, args) pairs; a key that is a path is named in errors.
        progress: cancelling it ends the work; a Dask worker finishes its current clip.
        scheduler: address of a Dask scheduler, such as tcp://host:8786; None for processes here.

    Returns:
        (key, result), or (key, error) where that clip failed.

    Raises:
        InputError: when the scheduler can't be reached or Dask isn't installed.
        TrainingError: when the cluster has no workers left, or they run another version.
        Cancelled: when `progress` was cancelled.
    """
    if scheduler is not None:
        yield from _on_cluster(function, tasks, progress, scheduler)
        return
    with WorkerPool(n_cores()) as pool:
        yield from pool.map_unordered(function, tasks, EXTRACTING_FEATURES, progress)


def extract_usable(
    function: Callable[..., T],
    tasks: Sequence[tuple[K, tuple[Any, ...]]],
    progress: Progress,
    scheduler: str | None,
) -> Iterator[tuple[K, T | Unusable]]:
    """Run `extract` over finished edits and yield the result of each, or why it has none.

    Args:
        function, tasks, progress, scheduler: see `extract`.

    Raises:
        PackError: when a model pack for the features can't be used, as then no edit could be.
        ExportError: when the cache can't be written: fewer edits would make another pack.
        InputError, TrainingError, Cancelled: see `extract`.
    """
    stage = tr("Analysing finished edits")
    progress.step(stage, 0, len(tasks))
    for n_done, (key, result) in enumerate(extract(function, tasks, progress, scheduler), 1):
        progress.step(stage, n_done, len(tasks))
        if isinstance(result, (PackError, ExportError)):
            raise result
        if isinstance(result, SoundbedError):
            _log.warning("can't be used: %s", result)
            yield key, Unusable(result.without_path)
        else:
            yield key, result


def _on_cluster(
    function: Callable[..., T],
    tasks: Sequence[tuple[K, tuple[Any, ...]]],
    progress: Progress,
    scheduler: str,
) -> Iterator[tuple[K, T | SoundbedError]]:
    with _connected(scheduler) as client:
        suspects = []
        for number, result in _submitted(client, function, tasks, progress, scheduler):
            if isinstance(result, WorkersDied):
                suspects.append(number)
            else:
                yield tasks[number][0], result
        # Dask blames every clip that a dying worker had: one at a time shows which it was.
        for number in suspects:
            alone = _submitted(client, function, [tasks[number]], progress, scheduler)
            yield from ((tasks[number][0], result) for _, result in alone)


def _submitted(
    client: "Client",
    function: Callable[..., T],
    tasks: Sequence[tuple[K, tuple[Any, ...]]],
    progress: Progress,
    scheduler: str,
) -> Iterator[tuple[int, T | SoundbedError]]:
    # Not pure: the same clip may have changed since another run on this scheduler.
    futures = [
        client.submit(_perform, __version__, function, key, args, pure=False) for key, args in tasks
    ]
    numbers = {future.key: number for number, future in enumerate(futures)}
    for future in _finished(client, futures, progress, scheduler):
        result = _outcome(future, scheduler)
        # Its result leaves the workers' memory.
        future.release()
        if isinstance(result, TrainingError):
            raise result
        yield numbers[future.key], result


def _perform(
    version: str, function: Callable[..., T], key: object, args: tuple[Any, ...]
) -> T | SoundbedError:
    """Do one task in a child process and return its result or error; runs on a Dask worker."""
    if version != __version__:
        return TrainingError(
            tr("A Dask worker runs Soundbed {theirs}, but this computer runs {ours}.").format(
                theirs=__version__, ours=version
            ),
            remedy=tr("Install the same version on every worker."),
        )
    # Dask marks its workers as daemons, which multiprocessing allows no children, as they could be
    # left behind. Ours end with their parent, even when it is killed.
    multiprocessing.current_process()._config["daemon"] = False  # type: ignore[attr-defined]  # private
    with WorkerPool(1) as pool:
        ((_, result),) = pool.map_unordered(function, [(key, args)], EXTRACTING_FEATURES)
    return result


def _finished(
    client: "Client", futures: list["Future"], progress: Progress, scheduler: str
) -> Iterator["Future"]:
    """Yield the futures as they finish, while there are workers and nobody cancels."""
    from distributed import as_completed

    waiting = as_completed(futures, loop=client.loop)
    seen_worker_s = time.monotonic()
    while not waiting.is_empty():
        yield from waiting.next_batch(block=False)
        progress.check()
        now_s = time.monotonic()
        if client.status != "running":
            raise _lost(scheduler, tr("it no longer answers"))
        if client.scheduler_info(n_workers=1)["workers"]:
            seen_worker_s = now_s
        elif now_s - seen_worker_s > _NO_WORKER_S:
            raise _lost(scheduler, tr("it has no workers"))
        time.sleep(_POLL_S)


def _outcome(future: "Future", scheduler: str) -> Any:
    """Return a finished task's result, or the error that stands for its clip."""
    from distributed import CancelledError, KilledWorker

    try:
        return future.result()
    except KilledWorker as error:
        return WorkersDied(
            tr("{n} workers died on this clip.").format(n=error.allowed_failures + 1),
            remedy=tr("Look into their logs, or leave the clip out."),
        )
    except CancelledError as error:
        raise _lost(scheduler, tr("it dropped the work")) from error
    except ImportError as error:
        raise TrainingError(
            tr("A Dask worker can't load Soundbed ({reason}).").format(reason=error),
            remedy=tr("Install the same version of Soundbed on every worker."),
        ) from error


@contextmanager
def _connected(scheduler: str) -> Iterator["Client"]:
    if find_spec("distributed") is None:
        raise InputError(
            tr("Dask isn't installed."),
            remedy=tr(
                "Install it with: pip install “soundbed[dask]” (in a checkout: "
                ".venv/bin/pip install -c packaging/constraints.txt -e “.[dask]”)."
            ),
        )
    from distributed import Client

    try:
        client = Client(scheduler, timeout=_CONNECT_S, set_as_default=False)
    except (OSError, ValueError) as error:
        raise InputError(
            tr("The Dask scheduler {address} can't be reached.").format(address=scheduler),
            remedy=tr(
                "Check the address, such as tcp://host:8786, and that the scheduler is running."
            ),
        ) from error
    try:
        yield client
    finally:
        # Unfinished work is dropped with the connection: nobody else waits for it.
        client.close()


def _lost(scheduler: str, reason: str) -> TrainingError:
    return TrainingError(
        tr("The Dask scheduler {address} can't continue: {reason}.").format(
            address=scheduler, reason=reason
        ),
        remedy=tr("Start it and its workers, then run this again: finished clips are cached."),
    )
