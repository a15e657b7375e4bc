"""One batch encoded by several processes: each encodes some rows, and all get every row.

Each process computes the loss of the whole batch, and DistributedDataParallel averages the
gradients of the n processes. A weight that acts after the gathering has the whole gradient in
every process, so the mean is right. A weight before it has only the gradient of its own rows; that
part is therefore multiplied by n.
"""

from typing import Any

import torch
import torch.distributed as dist
from torch import Tensor


def n_processes() -> int:
    """Return how many processes train together, 1 when this one is alone."""
    return dist.get_world_size() if dist.is_initialized() else 1


def own_rows(n: int) -> slice:
    """Return which of a batch's `n` rows this process encodes; all of them when it is alone."""
    size = -(-n // n_processes())
    rank = dist.get_rank() if dist.is_initialized() else 0
    return slice(min(rank * size, n), min((rank + 1) * size, n))


def gathered(own: Tensor, n: int) -> Tensor:
    """Return the rows (n, d) that all processes computed; gradients flow back to each.

    Args:
        own: (m, d), this process's `own_rows`.
        n: rows of the whole batch.
    """
    if n_processes() == 1:
        return own
    whole: Tensor = _Gathered.apply(own, n)  # type: ignore[no-untyped-call]  # inherited from torch
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
