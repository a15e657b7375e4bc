"""The device that computes, and what to say when its memory runs out."""

import os
from collections.abc import Iterator
from contextlib import contextmanager

import torch

from engine.errors import TrainingError
from engine.limits import n_cores
from engine.paths import cache_dir
from engine.translation import tr
from engine.unwritable import data_remedy, reason_of

_TORCH_FOLDER = "TORCHINDUCTOR_CACHE_DIR"


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


def keep_torch_files() -> None:
    """Let torch keep its files in the user's cache, not among the system's temporary files.

    Raises:
        TrainingError: when their folder can't be made.
    """
    if _TORCH_FOLDER in os.environ:
        return
    folder = cache_dir() / "torch"
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise TrainingError(
            tr("the folder of PyTorch's files can't be made ({reason}).").format(
                reason=reason_of(error)
            ),
            path=folder,
            remedy=data_remedy(error),
        ) from error
    os.environ[_TORCH_FOLDER] = str(folder)


@contextmanager
def memory_errors_explained() -> Iterator[None]:
    """Turn an out-of-memory error of the block into a `TrainingError` that says what to do."""
    try:
        yield
    except torch.OutOfMemoryError as error:
        raise TrainingError(
            tr("The GPU ran out of memory."),
            remedy=tr(
                "Close other programs that use it; on the command line, a smaller --batch-size "
                "needs less, and --device cpu none."
            ),
        ) from error
    except (MemoryError, RuntimeError) as error:
        # torch has no separate error for the computer's main memory.
        if isinstance(error, RuntimeError) and "DefaultCPUAllocator" not in str(error):
            raise
        raise TrainingError(
            tr("The computer ran out of memory."),
            remedy=tr(
                "Close other programs, or train on fewer edits; on the command line, a smaller "
                "--batch-size needs less."
            ),
        ) from error
