"""The profile pack: from features of music to genre (or "unsure") and ten moods."""

from dataclasses import dataclass
from pathlib import Path
from typing import Self

import numpy as np
import numpy.typing as npt

from engine.encoders.manifest import PackManifest, load_manifest
from engine.encoders.session import OnnxModel, open_model
from engine.encoders.student import Described
from engine.errors import PackError
from engine.paths import bundled_models_dir
from engine.translation import tr

PACK_KIND = "profile"
BUNDLED_PACK = "profile"


@dataclass(frozen=True, slots=True)
class MusicProfile:
    """Genre and moods of a track.

    Attributes:
        genre_probabilities: float32 (n_genres,), summing to 1, in the pack's order.
        genre: the most likely genre; None when the pack is unsure.
        moods: z-score of each mood; 0 is the average of the pack's reference music.
    """

    genre_probabilities: npt.NDArray[np.float32]
    genre: str | None
    moods: dict[str, float]

    def __post_init__(self) -> None:
        if self.genre_probabilities.ndim != 1:
            raise ValueError("genre probabilities must be one-dimensional")
        if abs(float(self.genre_probabilities.sum()) - 1.0) > 1e-3:
            raise ValueError("genre probabilities must sum to 1")


class ProfilePack:
    """The genre and mood heads over `MusicFeatures.vector`."""

    def __init__(self, manifest: PackManifest, model: OnnxModel, folder: Path) -> None:
        self._model = model
        self._folder = folder
        try:
            extra = manifest.extra
            self.genres: tuple[str, ...] = tuple(str(genre) for genre in extra["genres"])
            self.moods: tuple[str, ...] = tuple(str(mood) for mood in extra["moods"])
            self._mean = np.asarray(extra["mood_mean"], dtype=np.float32)
            self._deviation = np.asarray(extra["mood_deviation"], dtype=np.float32)
            self._unsure_below = float(extra["unsure_below"])
            self._version = str(manifest.feature_versions["music"])
            if not self._mean.shape == self._deviation.shape == (len(self.moods),):
                raise ValueError("the mood scales are for another number of moods")
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
        return cls(manifest, open_model(where, manifest, "profile.onnx"), where)

    def profile(self, features: Described) -> MusicProfile:
        """Return genre and moods of one track.

        Raises:
            PackError: when the pack was trained on another version of the features.
        """
        if features.version != self._version:
            raise PackError(
                tr("The pack needs features “{expected}”, not “{found}”.").format(
                    expected=self._version, found=features.version
                ),
                path=self._folder,
                remedy=tr("Use a pack made for this version of Soundbed."),
            )
        heads = self._model.run(features=features.vector[None].astype(np.float32))
        probabilities = np.ascontiguousarray(heads["genres"][0], dtype=np.float32)
        best = int(probabilities.argmax())
        sure = bool(probabilities[best] >= self._unsure_below)
        scores = (heads["moods"][0] - self._mean) / self._deviation
        return MusicProfile(
            genre_probabilities=probabilities,
            genre=self.genres[best] if sure else None,
            moods={mood: float(score) for mood, score in zip(self.moods, scores, strict=True)},
        )


def _unusable(folder: Path, error: Exception) -> PackError:
    return PackError(
        tr("The profile pack in this folder can't be used ({reason}).").format(reason=error),
        path=folder,
        remedy=tr("Install Soundbed again."),
    )
