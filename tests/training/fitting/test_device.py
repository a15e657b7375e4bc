"""Cores and devices of a training."""

from collections.abc import Iterator

import pytest
import torch

from engine.errors import TrainingError
from engine.limits import n_cores
from engine.settings import Settings, save_settings
from engine.training.fitting.device import limit_threads, pick_device


@pytest.fixture
def threads() -> Iterator[int]:
    before = torch.get_num_threads()
    yield before
    torch.set_num_threads(before)


def test_the_setting_bounds_the_threads_of_torch(threads: int) -> None:
    limit_threads()
    assert torch.get_num_threads() == min(threads, n_cores())
    save_settings(Settings(n_threads=1))
    limit_threads()
    assert torch.get_num_threads() == 1


@pytest.mark.skipif(torch.cuda.is_available(), reason="needs a computer without a GPU")
def test_a_gpu_that_is_not_there_is_named() -> None:
    assert pick_device("auto") == torch.device("cpu")
    with pytest.raises(TrainingError, match="no GPU"):
        pick_device("cuda")
