"""Training by several processes, on one computer or many, started by torch's own launcher:

    torchrun --nproc-per-node 2 -m engine train …

Every process holds all the data and draws the same batches, and the same noise, from the same
seed. It encodes its part of each batch; the posteriors of all parts are gathered, so that the loss
is that of the whole batch, with the same negatives and masks as in one process.

Each process computes that whole loss, and DistributedDataParallel averages the gradients. Of a
weight that acts after the gathering each holds the whole gradient, and the mean of n equal ones is
right; of a weight before it only what its own rows give, which therefore counts n times.
"""

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
from torch import Tensor, nn
from torch.distributed.rendezvous import rendezvous

from engine.errors import TrainingError
from engine.progress import Progress
from engine.translation import tr

_VARIABLES = ("RANK", "WORLD_SIZE", "MASTER_ADDR", "MASTER_PORT")
# One process may describe thousands of edits while the others wait. Those that end are noticed by
# their closed connections, at once.
_TIMEOUT = timedelta(days=7)
_LOSS_TEXTS = ("Connection closed by peer", "Connection reset by peer", "Broken pipe", "Timed out")


def is_first() -> bool:
    """Whether this process judges, saves and speaks: rank 0, or the only one."""
    return not dist.is_initialized() or dist.get_rank() == 0


def n_processes() -> int:
    """Return how many processes train together, 1 when this one is alone."""
    return dist.get_world_size() if dist.is_initialized() else 1


@contextmanager
def joined(device: torch.device) -> Iterator[None]:
    """Train together with the other processes that torch's launcher started; alone without it.

    When one of them fails, all end, and only the first to fail lets its error out, to be told; in
    the others it becomes a `SystemExit` of the same code.

    Args:
        device: where this process computes; each process of a host takes a GPU of its own.

    Raises:
        TrainingError: when the others can't be reached, or one of them is lost.
    """
    if not all(name in os.environ for name in _VARIABLES) or os.environ["WORLD_SIZE"] == "1":
        yield
        return
    if device.type == "cuda":
        _take_own_gpu()
    try:
        store, rank, n_ranks = next(rendezvous("env://"))
        backend = "nccl" if device.type == "cuda" else "gloo"
        dist.init_process_group(
            backend, store=store, rank=rank, world_size=n_ranks, timeout=_TIMEOUT
        )
    except (RuntimeError, ValueError) as error:
        raise TrainingError(
            tr("The processes of this training can't reach each other ({reason}).").format(
                reason=str(error).partition("\n")[0]
            ),
            remedy=tr("Look at the addresses and ports given to torchrun."),
        ) from error
    try:
        yield
    except Exception as error:
        told = _lost() if _is_loss_of_another(error) else error
        if not _is_first_to_fail(store.add):
            logging.getLogger(__name__).info("another process failed; here: %r", error)
            raise SystemExit(getattr(told, "exit_code", 1)) from error
        if told is error:
            raise
        raise told from error
    finally:
        dist.destroy_process_group()


def _take_own_gpu() -> None:
    number, n_gpus = int(os.environ.get("LOCAL_RANK", "0")), torch.cuda.device_count()
    if number >= n_gpus:
        raise TrainingError(
            tr("There are more processes than GPUs on this computer ({n}).").format(n=n_gpus),
            remedy=tr("Start one process for each GPU, or train with --device cpu."),
        )
    torch.cuda.set_device(number)


def _is_first_to_fail(add: Callable[[str, int], int]) -> bool:
    try:
        return add("soundbed-failures", 1) == 1
    except RuntimeError:
        # The store went with the process that failed first.
        return False


def _is_loss_of_another(error: Exception) -> bool:
    known = isinstance(error, RuntimeError) and any(text in str(error) for text in _LOSS_TEXTS)
    return known or isinstance(error, dist.DistError)


def _lost() -> TrainingError:
    return TrainingError(
        tr("Another process of this training is lost."),
        remedy=tr("Give the same command again to go on from the last saved state."),
    )


@contextmanager
def stopped_by_launcher(progress: Progress) -> Iterator[None]:
    """Let the launcher's SIGTERM, which follows a Ctrl-C, cancel `progress` as that does."""
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
def first_of_host_first() -> Iterator[None]:
    """Let one process of each host run the block, then the others, who find what it has cached."""
    if n_processes() == 1:
        yield
        return
    is_early = os.environ.get("LOCAL_RANK", "0") == "0"
    if not is_early:
        dist.barrier()
    yield
    if is_early:
        dist.barrier()


def require_same(digest: str) -> None:
    """Check that all processes train on the same data with the same settings.

    Args:
        digest: of these, in ASCII and as long in every process.

    Raises:
        TrainingError: when another process has another digest.
    """
    if n_processes() == 1:
        return
    own = torch.tensor(list(digest.encode()), dtype=torch.uint8, device=_device())
    all_of_them = [torch.empty_like(own) for _ in range(n_processes())]
    dist.all_gather(all_of_them, own)
    if not all(torch.equal(one, own) for one in all_of_them):
        raise TrainingError(
            tr("The processes of this training don't have the same pairs and settings."),
            remedy=tr("Give each of them the same files, options and version of Soundbed."),
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


def own_rows(n: int) -> slice:
    """Return which of a batch's `n` rows this process encodes; all of them when it is alone."""
    size = -(-n // n_processes())
    rank = dist.get_rank() if dist.is_initialized() else 0
    return slice(min(rank * size, n), min((rank + 1) * size, n))


def gathered(own: Tensor, n: int) -> Tensor:
    """Return the rows (n, d) that all processes computed; the gradient finds its way back.

    Args:
        own: (m, d), this process's `own_rows`.
        n: rows of the whole batch.
    """
    if n_processes() == 1:
        return own
    whole: Tensor = _Gathered.apply(own, n)  # type: ignore[no-untyped-call]
    return whole


class _Gathered(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, own: Tensor, n: int) -> Tensor:
        ctx.n = n
        size = -(-n // n_processes())
        padded = own.new_zeros(size, own.shape[1])
        padded[: len(own)] = own
        whole = own.new_empty(n_processes() * size, own.shape[1])
        dist.all_gather(list(whole.view(n_processes(), size, -1)), padded)
        return whole[:n]

    @staticmethod
    def backward(ctx: Any, *grads: Tensor) -> tuple[Tensor, None]:
        return grads[0][own_rows(ctx.n)] * n_processes(), None


def shared_gradients(
    network: nn.Module, batch_loss: Callable[..., Tensor]
) -> Callable[..., Tensor]:
    """Return the batch loss whose backward pass averages the gradients over the processes.

    The weights of the first process become those of all.

    Args:
        network: whose weights are learnt.
        batch_loss: the loss, a function of `network`.
    """
    if n_processes() == 1:
        return batch_loss
    module = _LossModule(network, batch_loss)
    # What isn't learnt is the same in all processes from here on.
    return nn.parallel.DistributedDataParallel(module, forward_sync_buffers=False)


class _LossModule(nn.Module):
    """A loss in the form that DistributedDataParallel takes: as a module's forward pass."""

    def __init__(self, network: nn.Module, batch_loss: Callable[..., Tensor]) -> None:
        super().__init__()
        self.network = network
        self._batch_loss = batch_loss

    def forward(self, *arguments: Any) -> Tensor:
        return self._batch_loss(*arguments)
