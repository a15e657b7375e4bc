"""Tags and embeddings of music, by the two musicnn networks."""

from dataclasses import dataclass
from pathlib import Path
from typing import Self

import numpy as np
import numpy.typing as npt

from engine.encoders.pack_manifest import load_manifest
from engine.encoders.session import OnnxModel, open_model
from engine.paths import bundled_models_dir

PACK = "musicnn"
FILES = ("msd.onnx", "mtt.onnx")
PATCH_FRAMES = 187
N_BANDS = 96
N_TAGS = 50
N_FEATURES = 200

# The networks' outputs in their order: the most used tags of the Million Song Dataset …
MSD_TAGS = (
    "rock", "pop", "alternative", "indie", "electronic", "female vocalists", "dance", "00s",
    "alternative rock", "jazz", "beautiful", "metal", "chillout", "male vocalists",
    "classic rock", "soul", "indie rock", "Mellow", "electronica", "80s", "folk", "90s", "chill",
    "instrumental", "punk", "oldies", "blues", "hard rock", "ambient", "acoustic",
    "experimental", "female vocalist", "guitar", "Hip-Hop", "70s", "party", "country",
    "easy listening", "sexy", "catchy", "funk", "electro", "heavy metal", "Progressive rock",
    "60s", "rnb", "indie pop", "sad", "House", "happy",
)  # fmt: skip
# … and those of MagnaTagATune.
MTT_TAGS = (
    "guitar", "classical", "slow", "techno", "strings", "drums", "electronic", "rock", "fast",
    "piano", "ambient", "beat", "violin", "vocal", "synth", "female", "indian", "opera", "male",
    "singing", "vocals", "no vocals", "harpsichord", "loud", "quiet", "flute", "woman",
    "male vocal", "no vocal", "pop", "soft", "sitar", "solo", "man", "classic", "choir", "voice",
    "new age", "dance", "male voice", "female vocal", "beats", "harp", "cello", "no voice",
    "weird", "country", "metal", "female voice", "choral",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class MusicTags:
    """The networks' outputs for each patch of three seconds.

    Attributes:
        msd_patches: (n, 50) float32, probability of each of `MSD_TAGS`.
        mtt_patches: (n, 50) float32, the same for `MTT_TAGS`.
        embedding_patches: (n, 400) float32, the penultimate layers, MSD's before MTT's.
    """

    msd_patches: npt.NDArray[np.float32]
    mtt_patches: npt.NDArray[np.float32]
    embedding_patches: npt.NDArray[np.float32]

    def __post_init__(self) -> None:
        n = len(self.msd_patches)
        shapes = (
            (self.msd_patches, N_TAGS),
            (self.mtt_patches, N_TAGS),
            (self.embedding_patches, 2 * N_FEATURES),
        )
        if n == 0 or any(array.shape != (n, width) for array, width in shapes):
            raise ValueError("tags need at least one patch, and the same number of each kind")

    @property
    def msd(self) -> npt.NDArray[np.float32]:
        """Mean over the patches, (50,)."""
        return np.asarray(self.msd_patches.mean(axis=0), np.float32)

    @property
    def mtt(self) -> npt.NDArray[np.float32]:
        """Mean over the patches, (50,)."""
        return np.asarray(self.mtt_patches.mean(axis=0), np.float32)

    @property
    def embedding(self) -> npt.NDArray[np.float32]:
        """Mean over the patches, (400,)."""
        return np.asarray(self.embedding_patches.mean(axis=0), np.float32)


class MusicTagger:
    """musicnn (Pons & Serra 2019), trained on the tags of MSD and of MagnaTagATune."""

    def __init__(self, msd: OnnxModel, mtt: OnnxModel) -> None:
        self._models = (msd, mtt)

    @classmethod
    def load(cls, folder: Path | None = None, n_threads: int | None = None) -> Self:
        """Load the pack in `folder`, or the bundled one.

        Raises:
            PackError: when the pack is missing, edited or damaged.
        """
        folder = folder or bundled_models_dir() / PACK
        manifest = load_manifest(folder)
        msd, mtt = (open_model(folder, manifest, name, n_threads) for name in FILES)
        return cls(msd, mtt)

    def tag(self, patches: npt.NDArray[np.float32]) -> MusicTags:
        """Return the tags of each patch.

        Args:
            patches: (n, 187, 96) float32, log-mel as `engine.music.mel` makes it; n at least 1.
        """
        if patches.ndim != 3 or patches.shape[1:] != (PATCH_FRAMES, N_BANDS) or not len(patches):
            raise ValueError(f"patches are {patches.shape}, not (n, {PATCH_FRAMES}, {N_BANDS})")
        tags, embeddings = [], []
        for model in self._models:
            # A batch of eight is no faster (36 ms each) and takes 1 GB instead of 170 MB.
            outs = [model.run(patches=patch[None]) for patch in patches]
            tags.append(np.concatenate([out["tags"] for out in outs]))
            embeddings.append(np.concatenate([out["embedding"] for out in outs]))
        return MusicTags(tags[0], tags[1], np.concatenate(embeddings, axis=1))


class MttTagger:
    """The MagnaTagATune network alone, which is enough to tell music from other sounds."""

    def __init__(self, model: OnnxModel) -> None:
        self._model = model

    @classmethod
    def load(cls) -> Self:
        """Load it from the bundled pack.

        Raises:
            PackError: when the pack is missing, edited or damaged.
        """
        folder = bundled_models_dir() / PACK
        return cls(open_model(folder, load_manifest(folder), FILES[1]))

    def tag(self, patches: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
        """Return the probability of each of `MTT_TAGS` in each patch, (n, 50).

        Args:
            patches: (n, 187, 96) float32, as for `MusicTagger.tag`.
        """
        return np.concatenate([self._model.run(patches=patch[None])["tags"] for patch in patches])
