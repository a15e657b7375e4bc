"""Cores and devices of a training."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import torch
from torch._inductor.runtime import cache_dir_utils

from engine.errors import TrainingError
from engine.limits import n_cores
from engine.settings import Settings, save_settings
from engine.training.fitting.device import keep_torch_files, limit_threads, pick_device


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


def test_torch_keeps_its_files_in_the_cache(
    monkeypatch: pytest.MonkeyPatch, soundbed_home: Path
) -> None:
    # Set first, so that what it is in this test ends with it.
    monkeypatch.setenv("TORCHINDUCTOR_CACHE_DIR", "")
    monkeypatch.delenv("TORCHINDUCTOR_CACHE_DIR")
    (soundbed_home / "cache").write_text("no folder")
    with pytest.raises(TrainingError, match="PyTorch's files can't be made"):
        keep_torch_files()
    (soundbed_home / "cache").unlink()
    keep_torch_files()
    assert Path(cache_dir_utils.cache_dir()).is_relative_to(soundbed_home / "cache")


@pytest.mark.skipif(torch.cuda.is_available(), reason="needs a computer without a GPU")
def test_a_gpu_that_is_not_there_is_named() -> None:
    assert pick_device("auto") == torch.device("cpu")
    with pytest.raises(TrainingError, match="no GPU"):
        pick_device("cuda")
