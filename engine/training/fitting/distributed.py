"""Training by several processes, on one computer or many, started by torch's own launcher:

    torchrun --nproc-per-node 2 -m engine train …

Every process has all the data and draws the same batches and the same noise from the same seed.
It encodes its part of each batch (see `split_batch`), and all parts are gathered, so that the loss
is that of the whole batch, with the same negatives and masks as in one process.
DistributedDataParallel averages the gradients.
"""

import gc
import logging
import os
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from types import FrameType
from typing import Any

import torch
import torch.distributed as dist

# DistributedDataParallel imports this module, whose functions have the process group of that moment
# as a default argument. Imported after there is one, it would keep the group's threads running.
import torch.distributed.nn.functional
from torch import Tensor, nn
from torch.distributed.rendezvous import rendezvous

from engine.errors import TrainingError
from engine.progress import Progress
from engine.training.method.split_batch import n_processes
from engine.translation import tr

_log = logging.getLogger(__name__)

_VARIABLES = ("RANK", "WORLD_SIZE", "MASTER_ADDR", "MASTER_PORT")
# One process may analyse thousands of edits while the others wait. A process that ends is noticed
# at once, by its closed connection.
_TIMEOUT = timedelta(days=7)
_LOST_TEXTS = ("Connection closed by peer", "Connection reset by peer", "Broken pipe", "Timed out")


def is_first() -> bool:
    """Whether this process validates, saves and prints: rank 0, or the only one."""
    return not dist.is_initialized() or dist.get_rank() == 0


@contextmanager
def joined(device: torch.device) -> Iterator[None]:
    """Train together with the other processes that torch's launcher started; alone without it.

    When one of them fails, all end. Only the first to fail raises its error; in the others it
    becomes a `SystemExit` of the same code, so that the user reads one message.

    Args:
        device: where this process computes; each process on a computer uses a different GPU.

    Raises:
        TrainingError: when the others can't be reached, or one of them is lost.
    """
    if not all(name in os.environ for name in _VARIABLES) or os.environ["WORLD_SIZE"] == "1":
        yield
        return
    if device.type == "cuda":
        _claim_gpu()
    try:
        store, rank, n_ranks = next(rendezvous("env://"))
        backend = "nccl" if device.type == "cuda" else "gloo"
        dist.init_process_group(
            backend, store=store, rank=rank, world_size=n_ranks, timeout=_TIMEOUT
        )
    except (RuntimeError, ValueError) as error:
        raise TrainingError(
            tr("The processes of this training run can't reach each other ({reason}).").format(
                reason=str(error).partition("\n")[0]
            ),
            remedy=tr("Check the addresses and ports given to torchrun."),
        ) from error
    try:
        yield
    except Exception as error:
        shown = _lost() if _is_loss_of_another(error) else error
        if not _is_first_to_fail(store.add):
            _log.info("another process failed; here: %r", error)
            raise SystemExit(getattr(shown, "exit_code", 1)) from error
        if shown is error:
            raise
        raise shown from error
    finally:
        _leave_group()


def _leave_group() -> None:
    """Leave the group and wait for the end of its threads.

    A thread that is still running when the interpreter ends may abort the process. The threads need
    Python's lock to end, and of all that hold the group only `group` waits for them without it;
    so it must be the last.
    """
    group = dist.group.WORLD
    dist.destroy_process_group()
    gc.collect()
    del group


def _claim_gpu() -> None:
    number, n_gpus = int(os.environ.get("LOCAL_RANK", "0")), torch.cuda.device_count()
    if number >= n_gpus:
        raise TrainingError(
            tr("There are more processes than GPUs on this computer ({n}).").format(n=n_gpus),
            remedy=tr("Start one process per GPU, or train with --device cpu."),
        )
    torch.cuda.set_device(number)


def _is_first_to_fail(add: Callable[[str, int], int]) -> bool:
    try:
        return add("soundbed-failures", 1) == 1
    except RuntimeError:
        # The store ended with the process that failed first.
        return False


def _is_loss_of_another(error: Exception) -> bool:
    known = isinstance(error, RuntimeError) and any(text in str(error) for text in _LOST_TEXTS)
    return known or isinstance(error, dist.DistError)


def _lost() -> TrainingError:
    return TrainingError(
        tr("Another process of this training run was lost."),
        remedy=tr("Run the same command again to resume from the last saved state."),
    )


@contextmanager
def stopped_by_launcher(progress: Progress) -> Iterator[None]:
    """Let the launcher's SIGTERM, which follows a Ctrl-C, cancel `progress` in the same way."""
    if n_processes() == 1:
        yield
        return

    def stop(_number: int, _frame: FrameType | None) -> None:
        progress.cancel()

    before = signal.signal(signal.SIGTERM, stop)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


@contextmanager
def one_per_host_first() -> Iterator[None]:
    """Let one process of each computer run the block, then the others, which find its cache."""
    if n_processes() == 1:
        yield
        return
    runs_first = os.environ.get("LOCAL_RANK", "0") == "0"
    if not runs_first:
        dist.barrier()
    yield
    if runs_first:
        dist.barrier()


def require_same(digest: str) -> None:
    """Check that all processes train on the same data with the same settings.

    Args:
        digest: of data and settings, in ASCII and of the same length in every process.

    Raises:
        TrainingError: when another process has another digest.
    """
    if n_processes() == 1:
        return
    own = torch.tensor(list(digest.encode()), dtype=torch.uint8, device=_device())
    digests = [torch.empty_like(own) for _ in range(n_processes())]
    dist.all_gather(digests, own)
    if not all(torch.equal(one, own) for one in digests):
        raise TrainingError(
            tr("The processes of this training run don't have the same pairs and settings."),
            remedy=tr("Run each with the same files, options and version of Soundbed."),
        )


def any_process(flag: bool) -> bool:
    """Return whether the flag is set in any process."""
    if n_processes() == 1:
        return flag
    flags = torch.tensor(int(flag), device=_device())
    dist.all_reduce(flags, dist.ReduceOp.MAX)
    return bool(flags)


def number_of_first(number: Callable[[], float]) -> float:
    """Return what `number` gives in the first process, the only one that calls it."""
    if n_processes() == 1:
        return number()
    value = torch.tensor(number() if is_first() else 0.0, dtype=torch.float64, device=_device())
    dist.broadcast(value, src=0)
    return float(value)


def bytes_of_first(content: Callable[[], bytes | None]) -> bytes | None:
    """Return what `content` gives in the first process, the only one that calls it."""
    if n_processes() == 1:
        return content()
    own = content() if is_first() else None
    n_bytes = int(number_of_first(lambda: -1 if own is None else len(own)))
    if n_bytes < 0:
        return None
    values = torch.empty(n_bytes, dtype=torch.uint8, device=_device())
    if own:
        values.copy_(torch.frombuffer(bytearray(own), dtype=torch.uint8))
    if n_bytes:
        dist.broadcast(values, src=0)
    return values.cpu().numpy().tobytes()


def _device() -> torch.device:
    return torch.device("cuda" if dist.get_backend() == "nccl" else "cpu")


def shared_gradients(
    network: nn.Module, batch_loss: Callable[..., Tensor]
) -> Callable[..., Tensor]:
    """Return the batch loss whose backward pass averages the gradients over the processes.

    All processes get the weights of the first one.

    Args:
        network: what learns.
        batch_loss: the loss, a function of `network`.
    """
    if n_processes() == 1:
        return batch_loss
    module = _LossModule(network, batch_loss)
    # Buffers are the same in all processes and stay so.
    return nn.parallel.DistributedDataParallel(module, forward_sync_buffers=False)


class _LossModule(nn.Module):
    """A loss as a module's forward pass, the form that DistributedDataParallel takes."""

    def __init__(self, network: nn.Module, batch_loss: Callable[..., Tensor]) -> None:
        super().__init__()
        self.network = network
        self._batch_loss = batch_loss

    def forward(self, *arguments: Any) -> Tensor:
        return self._batch_loss(*arguments)
