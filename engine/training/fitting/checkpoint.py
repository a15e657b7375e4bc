"""The last good state of a fit, saved so that a killed run resumes and ends with the same result.

A state is a tree of dictionaries, lists, numbers and tensors. It is written as .npz: the tensors
as arrays, the tree around them as JSON; nothing is pickled.
"""

import io
import json
import time
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor

from engine import __version__
from engine.errors import ExportError, TrainingError
from engine.files import replacing
from engine.training.data.digests import digest_of
from engine.training.data.pairs import PairSet
from engine.training.fitting.distributed import bytes_of_first
from engine.training.method.training_config import TrainingConfig
from engine.translation import tr
from engine.unwritable import data_remedy, reason_of

EVERY_S = 5.0
# Saving takes at most this share of the time, however slow the disk or large the network is.
_SHARE_OF_TIME = 0.05
_FORMAT = "soundbed-checkpoint-1"
_TENSOR = "tensor"
_PAIRS = "pairs"


class Checkpoint:
    """One file with the state of one fit.

    Args:
        path: the file; its folder is made when needed.
        every_s: seconds between two saves; 0 saves after every step.
    """

    def __init__(self, path: Path, every_s: float = EVERY_S) -> None:
        self.path = path
        self._every_s = every_s
        self._due_s = time.monotonic() + every_s

    @property
    def due(self) -> bool:
        """Whether it is time to save."""
        return time.monotonic() >= self._due_s

    def save(self, state: dict[str, Any]) -> None:
        """Replace the saved state, completely or not at all.

        Raises:
            TrainingError: when the disk is full or can't be written; the old state stays.
        """
        started_s = time.monotonic()
        arrays: dict[str, Any] = {}
        tree = _packed(state, arrays)
        try:
            with replacing(self.path) as beside, beside.open("wb") as file:
                np.savez(file, format=np.array(_FORMAT), tree=np.array(json.dumps(tree)), **arrays)
        except ExportError as error:
            raise TrainingError(
                tr("the training state can't be saved ({reason}).").format(reason=reason_of(error)),
                path=self.path.parent,
                remedy=tr(
                    "{remedy} Then train again: it resumes from the last saved state."
                ).format(remedy=data_remedy(error)),
            ) from error
        ended_s = time.monotonic()
        pause_s = max(self._every_s, (ended_s - started_s) / _SHARE_OF_TIME)
        self._due_s = ended_s + (pause_s if self._every_s else 0.0)

    def load(self) -> dict[str, Any] | None:
        """Return the state that was saved last, its tensors on the CPU; None when there is none.

        When several processes train together, all get that of the first.

        Raises:
            TrainingError: when the file is damaged.
        """
        try:
            content = bytes_of_first(self._content)
            if content is None:
                return None
            with np.load(io.BytesIO(content), allow_pickle=False) as archive:
                arrays = {name: archive[name] for name in archive.files}
            if str(arrays["format"]) != _FORMAT:
                raise ValueError(tr("written by another version"))
            state: dict[str, Any] = _unpacked(json.loads(str(arrays["tree"])), arrays)
            return state
        except (OSError, ValueError, KeyError, TypeError, EOFError, zipfile.BadZipFile) as error:
            raise unusable(self.path, error) from error

    def _content(self) -> bytes | None:
        return self.path.read_bytes() if self.path.exists() else None


def unusable(path: Path, reason: object) -> TrainingError:
    """Return the error for a saved state that a fit can't resume from."""
    return TrainingError(
        tr("the saved training state can't be used ({reason}).").format(reason=reason),
        path=path,
        remedy=tr("Start a new training; with the command, add --fresh."),
    )


def run_key(config: TrainingConfig, *data: PairSet, start: str = "") -> str:
    """Return what distinguishes a training run: a digest of its data and settings.

    The versions of Soundbed and torch count too: another version may end in another result.

    Args:
        config: settings.
        data: sets of pairs.
        start: what else it depends on, such as the pack that it starts from.
    """
    return digest_of(__version__, torch.__version__, config, start, data)


def _packed(value: Any, arrays: dict[str, Any]) -> Any:
    if isinstance(value, Tensor):
        name = f"{_TENSOR}{len(arrays)}"
        arrays[name] = value.detach().cpu().numpy()
        return {_TENSOR: name}
    if isinstance(value, dict):
        # A list of pairs: JSON would turn the optimiser's integer keys into text.
        return {_PAIRS: [[key, _packed(one, arrays)] for key, one in value.items()]}
    if isinstance(value, (list, tuple)):
        return [_packed(one, arrays) for one in value]
    return value


def _unpacked(value: Any, arrays: dict[str, Any]) -> Any:
    if isinstance(value, list):
        return [_unpacked(one, arrays) for one in value]
    if not isinstance(value, dict):
        return value
    if _TENSOR in value:
        return torch.from_numpy(arrays[value[_TENSOR]])
    return {key: _unpacked(one, arrays) for key, one in value[_PAIRS]}
