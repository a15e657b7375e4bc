"""The processes that decode music: one for what the user waits for, one for what may come next."""

from collections.abc import Callable
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any, TypeVar

from engine.errors import SoundbedError
from engine.limits import Limits
from engine.progress import Progress

if TYPE_CHECKING:
    from engine.media.worker import WorkerPool

T = TypeVar("T")


class SoundWorkers:
    """Two worker processes, each started when it is first needed and kept for the next task."""

    def __init__(self) -> None:
        self._pools: dict[bool, WorkerPool] = {}
        self._locks = {False: Lock(), True: Lock()}

    def run(
        self,
        function: Callable[..., T],
        task: tuple[Path, tuple[Any, ...]],
        limits: Limits,
        progress: Progress,
        ahead: bool,
    ) -> T:
        """Run a module-level function in a worker and return its result.

        Args:
            function: importable by name.
            task: the file that errors name, and the arguments.
            limits: of the task.
            progress: cancelling it kills the worker.
            ahead: whether nobody waits for it; then it has low priority.

        Raises:
            SoundbedError: whatever the function raised.
            Cancelled: when the user stopped it.
        """
        with self._locks[ahead]:
            progress.check()
            outcomes = self._pool(ahead).map_unordered(function, [task], limits, progress)
            _, result = next(outcomes)
        if isinstance(result, SoundbedError):
            raise result
        return result

    def close(self) -> None:
        """End both."""
        for pool in self._pools.values():
            pool.close()

    def _pool(self, ahead: bool) -> "WorkerPool":
        from engine.media.worker import WorkerPool

        if ahead not in self._pools:
            self._pools[ahead] = WorkerPool(1, low_priority=ahead)
        return self._pools[ahead]
