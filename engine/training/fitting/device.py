"""The device that computes, and what to say when its memory runs out."""

from collections.abc import Iterator
from contextlib import contextmanager

import torch

from engine.errors import TrainingError
from engine.limits import n_cores
from engine.translation import tr


def pick_device(name: str) -> torch.device:
    """Return the device of that name; "auto" is the GPU when there is one, else the CPU.

    Raises:
        TrainingError: when "cuda" is asked for and there is none.
    """
    has_gpu = torch.cuda.is_available()
    if name == "cuda" and not has_gpu:
        raise TrainingError(
            tr("This computer has no GPU that PyTorch can use."),
            remedy=tr("Train with --device auto or --device cpu."),
        )
    return torch.device("cuda" if has_gpu and name != "cpu" else "cpu")


def limit_threads() -> None:
    """Let torch use no more cores than the setting `n_threads`, nor than a launcher gave it."""
    torch.set_num_threads(min(torch.get_num_threads(), n_cores()))


@contextmanager
def memory_errors_explained() -> Iterator[None]:
    """Turn an out-of-memory error of the block into a `TrainingError` that says what to do."""
    try:
        yield
    except torch.OutOfMemoryError as error:
        raise TrainingError(
            tr("The GPU ran out of memory."),
            remedy=tr("Try a smaller --batch-size, or --device cpu."),
        ) from error
    except (MemoryError, RuntimeError) as error:
        # torch has no separate error for the computer's main memory.
        if isinstance(error, RuntimeError) and "DefaultCPUAllocator" not in str(error):
            raise
        raise TrainingError(
            tr("The computer ran out of memory."),
            remedy=tr("Try a smaller --batch-size, or fewer pairs."),
        ) from error
