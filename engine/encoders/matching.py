"""The matching pack: from features of videos and music to comparable embeddings."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Protocol, Self

import numpy as np
import numpy.typing as npt

from engine.encoders.pack_checks import check_output, check_tensors
from engine.encoders.pack_manifest import PackManifest, load_manifest
from engine.encoders.session import OnnxModel, open_model
from engine.errors import PackError, SpaceMismatch
from engine.paths import bundled_models_dir
from engine.translation import tr

N_EMBEDDING = 128
PACK_KIND: Final = "matching"
BUNDLED_PACK = "soundbed-1"


class Described(Protocol):
    """Features of a clip or a track, such as `VideoFeatures` and `MusicFeatures`."""

    @property
    def vector(self) -> npt.NDArray[np.float32]:
        """float32 (D,)."""

    @property
    def version(self) -> str:
        """The feature version; a pack is trained on one."""


@dataclass(frozen=True, slots=True)
class Embedding:
    """A unit vector in the space of one matching pack.

    Attributes:
        vector: float32 (128,), of length 1.
        space: id of the embedding space; vectors of different spaces can't be compared.
    """

    vector: npt.NDArray[np.float32]
    space: str

    def __post_init__(self) -> None:
        if self.vector.shape != (N_EMBEDDING,) or self.vector.dtype != np.float32:
            raise ValueError(f"an embedding is float32 ({N_EMBEDDING},)")
        if not math.isclose(float(np.linalg.norm(self.vector)), 1.0, abs_tol=1e-3):
            raise ValueError("an embedding has length 1")

    def dot(self, other: Self) -> float:
        """Return the content score z_v·z'_m, a cosine.

        Raises:
            SpaceMismatch: when `other` was made by another pack.
        """
        if self.space != other.space:
            raise SpaceMismatch(
                tr("The embeddings “{one}” and “{other}” can't be compared.").format(
                    one=self.space, other=other.space
                ),
                remedy=tr("Run “soundbed library rescan” to embed the library again."),
            )
        return float(self.vector @ other.vector)


@dataclass(frozen=True, slots=True)
class TasteWeights:
    """How a taste changes scores: b(u, g) = a·log((u_g + ε)/(ū_g + ε)) + (u - ū)ᵀ B[:, g].

    Attributes:
        mean: float32 (n_genres,), ū, the average histogram of the training uploaders.
        log_weight: a, in units of the score.
        genre_weights: float32 (n_genres, n_genres), B.
        epsilon: ε.
    """

    mean: npt.NDArray[np.float32]
    log_weight: float
    genre_weights: npt.NDArray[np.float32]
    epsilon: float

    @classmethod
    def parse(cls, values: Mapping[str, Any], n_genres: int) -> Self:
        """Read the weights from the manifest's lists.

        Raises:
            ValueError: when they don't fit the number of genres, or aren't finite.
        """
        mean = np.asarray(values["mean"], dtype=np.float32)
        weights = np.asarray(values["genre_weights"], dtype=np.float32)
        log_weight, epsilon = float(values["log_weight"]), float(values["epsilon"])
        if mean.shape != (n_genres,) or weights.shape != (n_genres, n_genres):
            raise ValueError("the taste weights are for another number of genres")
        if not (np.isfinite(mean).all() and np.isfinite(weights).all() and epsilon > 0.0):
            raise ValueError("the taste weights aren't finite")
        return cls(mean, log_weight, weights, epsilon)

    def bias(
        self, histogram: npt.NDArray[np.float32], genres: npt.NDArray[np.integer[Any]]
    ) -> npt.NDArray[np.float32]:
        """Return b (n,) for tracks of the given genre indexes; 0 where the index is -1."""
        ratio = np.log((histogram + self.epsilon) / (self.mean + self.epsilon))
        of_genre = self.log_weight * ratio + (histogram - self.mean) @ self.genre_weights
        return np.where(genres >= 0, of_genre[np.maximum(genres, 0)], 0.0).astype(np.float32)


class MatchingPack:
    """The student's video and music encoders, and the taste weights they were trained with."""

    def __init__(
        self, manifest: PackManifest, video: OnnxModel, music: OnnxModel, folder: Path
    ) -> None:
        self._manifest = manifest
        self._video = video
        self._music = music
        self._folder = folder
        try:
            self._genres = tuple(str(genre) for genre in manifest.extra["genres"])
            self._taste = TasteWeights.parse(manifest.extra["taste"], len(self._genres))
            self._versions = {name: str(manifest.feature_versions[name]) for name in _FEATURES}
            for name in _FEATURES:
                check_tensors(
                    manifest, f"{name}.onnx", {"features": None}, {"embedding": N_EMBEDDING}
                )
        except (KeyError, TypeError, ValueError) as error:
            raise _unusable(folder, error) from error

    @classmethod
    def load(cls, folder: Path | None = None) -> Self:
        """Load the pack in `folder`, or the bundled one.

        Raises:
            PackError: when the pack is missing, edited or of another kind.
        """
        where = folder or bundled_models_dir() / BUNDLED_PACK
        manifest = load_manifest(where)
        if manifest.kind != PACK_KIND:
            raise _unusable(where, ValueError(f"its kind is {manifest.kind}"))
        video = open_model(where, manifest, "video.onnx")
        return cls(manifest, video, open_model(where, manifest, "music.onnx"), where)

    @property
    def id(self) -> str:
        """Name of the pack, such as "soundbed-1"."""
        return self._manifest.id

    @property
    def space(self) -> str:
        """The embedding space, stored with every vector."""
        return self._manifest.embedding_space or self.id

    @property
    def video_version(self) -> str:
        """The version of the clip features that the pack was trained on; names its network."""
        return self._versions["video"]

    @property
    def music_version(self) -> str:
        """The version of the music features that the pack was trained on."""
        return self._versions["music"]

    @property
    def genres(self) -> tuple[str, ...]:
        """The genres of a taste, in the order of a histogram."""
        return self._genres

    @property
    def mean_taste(self) -> npt.NDArray[np.float32]:
        """ū (n_genres,), the average taste of the training uploaders."""
        return self._taste.mean

    def embed_video(self, features: Described) -> Embedding:
        """Return the clip's embedding z_v."""
        return self._embed(self._video, "video", features.vector, features.version)

    def embed_music(self, features: Described) -> Embedding:
        """Return the track's deconfounded embedding z'_m: content only, with b = 0."""
        return self._embed(self._music, "music", features.vector, features.version)

    def taste_bias(
        self,
        genre_histogram: npt.NDArray[np.float32] | Sequence[float],
        genre_indexes: npt.NDArray[np.integer[Any]] | Sequence[int],
    ) -> npt.NDArray[np.float32]:
        """Return what a taste adds to each track's score, before weighting.

        Args:
            genre_histogram: (n_genres,) shares of the user's picks, summing to 1.
            genre_indexes: (n,) genre of each track, -1 when unsure.

        Returns:
            float32 (n,), in units of the content score.

        Raises:
            PackError: when the histogram has another number of genres.
        """
        histogram = np.asarray(genre_histogram, dtype=np.float32)
        if histogram.shape != self._taste.mean.shape:
            raise _unusable(self._folder, ValueError("the taste is over other genres"))
        return self._taste.bias(histogram, np.asarray(genre_indexes, dtype=np.int64))

    def _embed(
        self, model: OnnxModel, name: str, vector: npt.NDArray[np.float32], version: str
    ) -> Embedding:
        if version != self._versions[name]:
            raise PackError(
                tr("the model pack needs features “{expected}”, not “{found}”.").format(
                    expected=self._versions[name], found=version
                ),
                path=self._folder,
                remedy=tr("Use a pack made for this version of Soundbed, or train one."),
            )
        embedded = model.run(features=vector[None].astype(np.float32))["embedding"]
        try:
            return Embedding(check_output("embedding", embedded, N_EMBEDDING), self.space)
        except ValueError as error:
            raise _unusable(self._folder, error) from error


_FEATURES = ("video", "music")


def _unusable(folder: Path, error: Exception) -> PackError:
    return PackError(
        tr("the matching pack in this folder can't be used ({reason}).").format(reason=error),
        path=folder,
        remedy=tr("Install the pack again, or train one with “soundbed train”."),
    )
