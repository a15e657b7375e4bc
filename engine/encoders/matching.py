"""The matching pack: from features of videos and music to comparable embeddings."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Self

import numpy as np
import numpy.typing as npt

from engine.encoders.described import Described, DescribedClip
from engine.encoders.experts import Gaussian, product
from engine.encoders.fit_levels import FitLevels
from engine.encoders.isolated import IsolatedNetworks, Network
from engine.encoders.pack_checks import (
    MAX_BANK_BYTES,
    check_output,
    check_precision,
    check_tensors,
    read_bank,
)
from engine.encoders.pack_manifest import PackManifest, is_bundled, load_manifest, read_file
from engine.encoders.pack_space import embedding_space
from engine.encoders.score_weights import N_EMBEDDING, N_LEARNED, ScoreWeights
from engine.encoders.session import open_model
from engine.encoders.taste_weights import TasteWeights
from engine.encoders.track_axes import track_axes
from engine.encoders.wants import AXES, N_AXES
from engine.errors import PackError
from engine.paths import bundled_models_dir
from engine.translation import tr

if TYPE_CHECKING:
    from engine.encoders.profile import Profile

PACK_KIND: Final = "matching"
BUNDLED_PACK = "soundbed-2"
CONTENT, DYNAMICS, VIDEO, MUSIC = "content.onnx", "dynamics.onnx", "video.onnx", "music.onnx"
BANK = "bank.npy"

Float32Array = npt.NDArray[np.float32]


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


@dataclass(frozen=True, slots=True, eq=False)
class ClipReading:
    """What the picture's experts say about a clip.

    Attributes:
        wants: factors over the 26 named axes, by the expert: "content", "dynamics".
        learned: float32 (96,), the clip on the learned axes, of length 1, or 0.
        scenes: probability of each scene word, the likeliest first.
        is_still: whether nothing moves.
    """

    wants: Mapping[str, Gaussian]
    learned: Float32Array
    scenes: tuple[tuple[str, float], ...]
    is_still: bool = False


class MatchingPack:
    """The picture's experts, the student's encoders, and how they make a score.

    Attributes:
        prior: of the wants, before anything is seen.
        covariance: float32 (26, 26), of the wants of clips.
        weights: of the axes in a score.
        bank: float32 (n, 128), queries of reference clips.
        fit_levels: the scores of a fair and of a strong fit.
        space: the embedding space, stored with every vector; no other weights have it.
    """

    def __init__(
        self, manifest: PackManifest, models: Mapping[str, Network], bank: bytes, folder: Path
    ) -> None:
        self._manifest = manifest
        self._models = models
        self._folder = folder
        try:
            # What float32 can't hold becomes infinite, and is refused.
            with np.errstate(over="ignore"):
                extra = manifest.extra
                self._genres = tuple(str(genre) for genre in extra["genres"])
                self._taste = TasteWeights.parse(extra["taste"], len(self._genres))
                self._versions = {name: str(manifest.feature_versions[name]) for name in _FEATURES}
                self._scene_words = tuple(str(word) for word in extra["scenes"])
                if list(extra["axes"]) != list(AXES):
                    raise ValueError("it has other axes")
                self.prior, self.covariance = _prior(extra["prior"])
                self.weights = ScoreWeights.parse(extra["score"])
                self.fit_levels = FitLevels.parse(extra["fit"])
                self.bank = read_bank(bank, N_EMBEDDING)
            for name, (inputs, outputs) in _TENSORS.items():
                check_tensors(manifest, name, inputs, outputs)
            self.space = _space(manifest, folder)
        except (KeyError, TypeError, ValueError) as error:
            raise _unusable(folder, error) from error

    @classmethod
    def load(cls, folder: Path | None = None, *, is_own: bool = False) -> Self:
        """Load the pack in `folder`, or the bundled one.

        Args:
            folder: of the pack.
            is_own: whether this process has just written it: then its networks run here, and not
                in a process of their own, as those of a pack from somewhere else.

        Raises:
            PackError: when the pack is missing, edited or of another kind.
        """
        where = folder or bundled_models_dir() / BUNDLED_PACK
        manifest = load_manifest(where)
        if manifest.kind != PACK_KIND:
            raise _unusable(where, ValueError(f"its kind is {manifest.kind}"))
        if is_own or is_bundled(where):
            models = {name: open_model(where, manifest, name) for name in _TENSORS}
            return cls(manifest, models, read_file(where, manifest, BANK), where)
        networks = IsolatedNetworks(where, manifest, _TENSORS)
        bank = read_file(where, manifest, BANK, MAX_BANK_BYTES)
        pack = cls(manifest, networks.networks(), bank, where)
        networks.check()
        return pack

    @property
    def id(self) -> str:
        """Name of the pack, such as "soundbed-2"."""
        return self._manifest.id

    @property
    def folder(self) -> Path:
        """Where the pack is."""
        return self._folder

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

    def read_clip(self, features: DescribedClip) -> ClipReading:
        """Return what the experts say about a clip.

        Where nothing is to be seen, content is silent; where nothing moves, dynamics is.

        Raises:
            PackError: when the features are of another version, or a network returns nonsense.
        """
        self._check_version("video", features.version)
        try:
            content, scenes = self._content(features)
            spread = np.concatenate([features.spread, features.descriptors.as_vector()])
            moving = self._factor(DYNAMICS, features=spread[None].astype(np.float32))
            silent = Gaussian.silent(N_AXES)
            has_dynamics = features.n_seen > 0 and not features.is_still
            wants = {"content": content, "dynamics": moving if has_dynamics else silent}
            return ClipReading(wants, self._learned_clip(features), scenes, features.is_still)
        except ValueError as error:
            raise _unusable(self._folder, error) from error

    def embed_music(self, features: Described, profile: "Profile") -> Embedding:
        """Return a track's vector: its profile on the named axes, the deconfounded embedding z'_m
        (content only, with b = 0) on the learned ones, and its correction as a hub.

        Raises:
            PackError: as in `read_clip`.
        """
        self._check_version("music", features.version)
        inputs = features.vector[None].astype(np.float32)
        try:
            found = self._models[MUSIC].run(features=inputs)["embedding"]
            learned = check_output("embedding", found, N_LEARNED)
            vector = self.weights.track(track_axes(profile), learned, self.bank)
            return Embedding(vector, self.space)
        except ValueError as error:
            raise _unusable(self._folder, error) from error

    def _content(self, features: DescribedClip) -> tuple[Gaussian, tuple[tuple[str, float], ...]]:
        if features.n_seen == 0:
            return Gaussian.silent(N_AXES), ()
        seen = features.embeddings[features.seen].astype(np.float32)
        found = self._models[CONTENT].run(embeddings=seen)
        name = "still_mean" if features.is_still else "mean"
        factor = Gaussian(
            check_output(name, found[name], N_AXES),
            check_precision("precision", found["precision"], N_AXES),
        )
        scenes = check_output("scenes", found["scenes"], len(self._scene_words))
        order = np.argsort(-scenes, kind="stable")
        return factor, tuple((self._scene_words[n], float(scenes[n])) for n in order)

    def _factor(self, name: str, **inputs: Float32Array) -> Gaussian:
        found = self._models[name].run(**inputs)
        return Gaussian(
            check_output("mean", found["mean"], N_AXES),
            check_precision("precision", found["precision"], N_AXES),
        )

    def _learned_clip(self, features: DescribedClip) -> Float32Array:
        """Return the student's embedding of a clip: its experts fused, float32 (96,)."""
        nothing = np.zeros(N_LEARNED, np.float32)
        if features.n_seen == 0:
            return nothing
        found = self._models[VIDEO].run(features=features.vector[None].astype(np.float32))
        parts = ["content"] if features.is_still else ["content", "dynamics"]
        factors = [
            Gaussian(
                check_output(f"{part}_mean", found[f"{part}_mean"], N_LEARNED),
                check_precision(f"{part}_precision", found[f"{part}_precision"], N_LEARNED),
            )
            for part in parts
        ]
        prior = Gaussian(nothing, np.ones(N_LEARNED, np.float32))
        mean = product(prior, factors).mean
        length = float(np.linalg.norm(mean))
        return mean / np.float32(length) if length > 0 else nothing

    def _check_version(self, name: str, version: str) -> None:
        if version != self._versions[name]:
            raise PackError(
                tr("the model pack needs features “{expected}”, not “{found}”.").format(
                    expected=self._versions[name], found=version
                ),
                path=self._folder,
                remedy=tr("Use a pack made for this version of Soundbed, or train one."),
            )

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
        bias = self._taste.bias(histogram, np.asarray(genre_indexes, dtype=np.int64))
        return np.asarray(self.weights.taste * bias, np.float32)


_FEATURES = ("video", "music")
_FACTOR = {"mean": N_AXES, "precision": N_AXES}
_Lengths = Mapping[str, int | None]
_TENSORS: Mapping[str, tuple[_Lengths, _Lengths]] = {
    CONTENT: ({"embeddings": None}, {**_FACTOR, "still_mean": N_AXES, "scenes": None}),
    DYNAMICS: ({"features": None}, _FACTOR),
    VIDEO: (
        {"features": None},
        {
            f"{expert}_{value}": N_LEARNED
            for expert in ("content", "dynamics")
            for value in ("mean", "precision")
        },
    ),
    MUSIC: ({"features": None}, {"embedding": N_LEARNED}),
}


def space_of(folder: Path) -> str:
    """Return the embedding space of the pack in a folder, without loading its networks.

    Raises:
        PackError: when its manifest can't be used.
    """
    manifest = load_manifest(folder)
    try:
        return _space(manifest, folder)
    except (KeyError, ValueError) as error:
        raise _unusable(folder, error) from error


def _space(manifest: PackManifest, folder: Path) -> str:
    bundled = bundled_models_dir() / BUNDLED_PACK
    return embedding_space(manifest, folder, bundled, (*_TENSORS, BANK))


def _prior(values: Mapping[str, Any]) -> tuple[Gaussian, Float32Array]:
    """Read mean and covariance of the wants from a manifest.

    Raises:
        ValueError: when they are of another size, or not those of a distribution.
    """
    mean = np.asarray(values["mean"], np.float32)
    covariance = np.asarray(values["covariance"], np.float32)
    if mean.shape != (N_AXES,) or covariance.shape != (N_AXES, N_AXES):
        raise ValueError("the prior of the wants is over other axes")
    variance = covariance.diagonal()
    if not np.isfinite(covariance).all() or not (variance > 0).all():
        raise ValueError("the prior of the wants has no variance")
    return Gaussian(mean, np.asarray(1 / variance, np.float32)), covariance


def _unusable(folder: Path, error: Exception) -> PackError:
    return PackError(
        tr("the matching pack in this folder can't be used ({reason}).").format(reason=error),
        path=folder,
        remedy=tr("Install the pack again, or use another one."),
    )
