"""Embeddings of frames, by the picture network named here.

Another network is another pack: its file, frame size and length of an embedding are read from its
manifest. It also needs its own features version: features from two networks can't be compared.
"""

from pathlib import Path
from typing import Self

import numpy as np
import numpy.typing as npt

from engine.encoders.pack_manifest import PackManifest, load_manifest, reinstall
from engine.encoders.session import OnnxModel, open_model
from engine.errors import PackError
from engine.paths import bundled_models_dir
from engine.translation import tr

# EfficientNet-Lite0 without its classifier (Tan & Le 2019).
PACK = "efficientnet-lite0"
TITLE = "EfficientNet-Lite0 (ImageNet)"
FEATURES_VERSION = "video-1"
# Larger batches take more memory and are no faster.
_BATCH = 4


class VisualEncoder:
    """A picture network: uint8 frames to embeddings; it normalises the frames itself.

    Attributes:
        frame_size: height and width of a frame, in pixels.
        n_features: length of an embedding.
    """

    def __init__(self, model: OnnxModel, frame_size: int, n_features: int) -> None:
        self._model = model
        self.frame_size = frame_size
        self.n_features = n_features

    @classmethod
    def load(cls, folder: Path | None = None, n_threads: int | None = None) -> Self:
        """Load the pack in `folder`, or the bundled one.

        Raises:
            PackError: when the pack is missing, edited, damaged or of another kind.
        """
        folder = folder or bundled_models_dir() / PACK
        manifest = load_manifest(folder)
        file, frame_size, n_features = _shapes(manifest, folder)
        return cls(open_model(folder, manifest, file, n_threads), frame_size, n_features)

    def embed(self, frames: npt.NDArray[np.uint8]) -> npt.NDArray[np.float32]:
        """Return one embedding per frame.

        Args:
            frames: (n, frame_size, frame_size, 3) uint8 RGB; n may be 0.

        Returns:
            (n, n_features) float32.
        """
        size = self.frame_size
        if frames.ndim != 4 or frames.shape[1:] != (size, size, 3):
            raise ValueError(f"frames are {frames.shape}, not (n, {size}, {size}, 3)")
        if frames.dtype != np.uint8:
            raise ValueError(f"frames are {frames.dtype}, not uint8")
        out = np.empty((len(frames), self.n_features), np.float32)
        for start in range(0, len(frames), _BATCH):
            batch = slice(start, start + _BATCH)
            out[batch] = self._model.run(frames=frames[batch])["embedding"]
        return out


def _shapes(manifest: PackManifest, folder: Path) -> tuple[str, int, int]:
    """Return the network's file, its frame size and the length of its embeddings."""
    try:
        (file,) = manifest.inputs
        _, height, width, n_channels = manifest.inputs[file]["frames"]
        _, n_features = manifest.outputs[file]["embedding"]
        if height != width or n_channels != 3:
            raise ValueError(f"frames of {height} x {width} x {n_channels}")
        return file, int(height), int(n_features)
    except (KeyError, TypeError, ValueError) as error:
        raise PackError(
            tr("the folder contains no usable picture network ({reason}).").format(reason=error),
            path=folder,
            remedy=reinstall(),
        ) from error
