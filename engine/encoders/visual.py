"""Embeddings of frames, by the bundled picture network or another one.

Another network is another pack: its file, frame size and length of an embedding are read from its
manifest. Features of two networks can't be compared, so each has its own version of the features,
which a matching pack names: that is how its network is found.
"""

from pathlib import Path
from typing import Final, Self

import numpy as np
import numpy.typing as npt

from engine.encoders.isolated import check_large_network
from engine.encoders.pack_manifest import PackManifest, is_bundled, load_manifest, reinstall
from engine.encoders.session import OnnxModel, open_model
from engine.errors import PackError
from engine.paths import bundled_models_dir, user_models_dir
from engine.translation import tr

# EfficientNet-Lite0 without its classifier (Tan & Le 2019).
PACK = "efficientnet-lite0"
TITLE = "EfficientNet-Lite0 (ImageNet)"
# Of features made with the bundled network. A new version when the analysis of a clip changes.
FEATURES_VERSION = "video-2"
PACK_KIND: Final = "visual"
# Larger batches take more memory and are no faster.
_BATCH = 4


class VisualEncoder:
    """A picture network: uint8 frames to embeddings; it normalises the frames itself.

    Attributes:
        frame_size: height and width of a frame, in pixels.
        n_features: length of an embedding.
        features_version: of features made with its embeddings.
    """

    def __init__(
        self, model: OnnxModel, frame_size: int, n_features: int, features_version: str
    ) -> None:
        self._model = model
        self.frame_size = frame_size
        self.n_features = n_features
        self.features_version = features_version

    @classmethod
    def load(cls, folder: Path | None = None, n_threads: int | None = None) -> Self:
        """Load the pack in `folder`, or the bundled one.

        Raises:
            PackError: when the pack is missing, edited, damaged or of another kind, or made for
                another version of the features.
        """
        version = pack_version(folder)
        folder = folder or bundled_models_dir() / PACK
        manifest = load_manifest(folder)
        file, frame_size, n_features = _shapes(manifest, folder)
        model = open_model(folder, manifest, file, n_threads)
        return cls(model, frame_size, n_features, version)

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


def check_network_pack(folder: Path | None) -> None:
    """Check a picture network from somewhere else: run it once in a process with limits.

    Args:
        folder: of its pack; None for the bundled one, which needs no check.

    Raises:
        PackError: as in `VisualEncoder.load`, or when it takes too much time or memory.
    """
    if folder is None or is_bundled(folder):
        return
    pack_version(folder)
    manifest = load_manifest(folder)
    check_large_network(folder, manifest, _shapes(manifest, folder)[0])


def network_version(sha256: str) -> str:
    """Return the version of features made with a network, such as "video-2:ab12cd34".

    Args:
        sha256: of the network's file, in hexadecimal.
    """
    return f"{FEATURES_VERSION}:{sha256[:8]}"


def pack_version(folder: Path | None) -> str:
    """Return the version of features made with the pack in `folder`, or the bundled one.

    Raises:
        PackError: when the pack is missing or of another kind, or names another version.
    """
    if folder is None or folder == bundled_models_dir() / PACK:
        return FEATURES_VERSION
    manifest = load_manifest(folder)
    file, _, _ = _shapes(manifest, folder)
    found, needed = (
        manifest.feature_versions.get("video", ""),
        network_version(manifest.files[file]),
    )
    if found != needed:
        raise PackError(
            tr("the picture network makes features “{found}”, not “{needed}”.").format(
                found=found, needed=needed
            ),
            path=folder,
            remedy=_import_again(),
        )
    return needed


def find_pack(features_version: str) -> Path | None:
    """Return the folder of the network that a version of the features names; None for the bundled.

    Raises:
        PackError: when that network isn't among the bundled packs, nor among the user's.
    """
    if ":" not in features_version:
        return None
    for parent in (bundled_models_dir(), user_models_dir()):
        for folder in sorted(parent.iterdir()) if parent.is_dir() else ():
            try:
                manifest = load_manifest(folder)
            except PackError:
                continue
            if (
                manifest.kind == PACK_KIND
                and manifest.feature_versions.get("video") == features_version
            ):
                return folder
    raise PackError(
        tr("the picture network for features “{version}” isn't installed.").format(
            version=features_version
        ),
        path=user_models_dir(),
        remedy=_import_again(),
    )


def _import_again() -> str:
    return tr("Import the network with packaging/import_network.py, or use another matching pack.")


def _shapes(manifest: PackManifest, folder: Path) -> tuple[str, int, int]:
    """Return the network's file, its frame size and the length of its embeddings."""
    try:
        if manifest.kind != PACK_KIND:
            raise ValueError(f"its kind is {manifest.kind}")
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
