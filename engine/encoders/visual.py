"""Embeddings of frames, by EfficientNet-Lite0."""

from pathlib import Path
from typing import Self

import numpy as np
import numpy.typing as npt

from engine.encoders.pack_manifest import load_manifest
from engine.encoders.session import OnnxModel, open_model
from engine.paths import bundled_models_dir

PACK = "efficientnet-lite0"
FILE = "efficientnet-lite0.onnx"
FRAME_SIZE = 224
N_FEATURES = 1280
# Larger batches take more memory and are no faster.
_BATCH = 4


class VisualEncoder:
    """EfficientNet-Lite0 without its classifier (Tan & Le 2019), ImageNet weights."""

    def __init__(self, model: OnnxModel) -> None:
        self._model = model

    @classmethod
    def load(cls, folder: Path | None = None, n_threads: int | None = None) -> Self:
        """Load the pack in `folder`, or the bundled one.

        Raises:
            PackError: when the pack is missing, edited or damaged.
        """
        folder = folder or bundled_models_dir() / PACK
        return cls(open_model(folder, load_manifest(folder), FILE, n_threads))

    def embed(self, frames: npt.NDArray[np.uint8]) -> npt.NDArray[np.float32]:
        """Return one embedding per frame.

        Args:
            frames: (n, 224, 224, 3) uint8 RGB; n may be 0. The network normalises them.

        Returns:
            (n, 1280) float32.
        """
        if frames.ndim != 4 or frames.shape[1:] != (FRAME_SIZE, FRAME_SIZE, 3):
            raise ValueError(f"frames are {frames.shape}, not (n, {FRAME_SIZE}, {FRAME_SIZE}, 3)")
        if frames.dtype != np.uint8:
            raise ValueError(f"frames are {frames.dtype}, not uint8")
        out = np.empty((len(frames), N_FEATURES), np.float32)
        for start in range(0, len(frames), _BATCH):
            batch = slice(start, start + _BATCH)
            out[batch] = self._model.run(frames=frames[batch])["embedding"]
        return out
