"""The profile pack: from features of music to genre (or "unsure"), moods and measured values."""

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any, Final, Protocol, Self

import msgspec
import numpy as np
import numpy.typing as npt

from engine.encoders.described import Described
from engine.encoders.pack_manifest import PackManifest, load_manifest
from engine.encoders.session import OnnxModel, open_model
from engine.errors import PackError
from engine.paths import bundled_models_dir
from engine.translation import tr

PACK_KIND: Final = "profile"
BUNDLED_PACK = "profile"
_N_DECIMALS = 5
_MAX_NAMES = 100
# Valence and arousal are tanh(z / 1.5): two of three tracks are within ±.6.
_AFFECT_SPREAD = 1.5

_Name = Annotated[str, msgspec.Meta(max_length=300)]
_Number = Annotated[float, msgspec.Meta(ge=-1e9, le=1e9)]
_Share = Annotated[float, msgspec.Meta(ge=0, le=1)]
_Signed = Annotated[float, msgspec.Meta(ge=-1, le=1)]
_SOME = msgspec.Meta(max_length=_MAX_NAMES)


class DescribedMusic(Described, Protocol):
    """Features of a track, such as `MusicFeatures`."""

    @property
    def bpm(self) -> float:
        """Beats per minute; 0 where no pulse was found."""

    @property
    def key(self) -> str:
        """Such as "A"."""

    @property
    def mode(self) -> str:
        """Major or minor."""

    @property
    def vocals(self) -> float:
        """0 (instrumental) to 1 (sung)."""

    @property
    def loudness_lufs(self) -> float:
        """Integrated loudness."""


@dataclass(frozen=True, slots=True)
class Profile:
    """What the program shows and filters of a track.

    Attributes:
        genre: the most likely genre, None when unsure or not analysed; for a track with a score,
            the one it was composed in, which the pack may not know.
        genre_probabilities: over the genres of the profile pack, in its order.
        moods: z-score by mood; 0 is the average of the pack's reference music.
        bpm: tempo in beats per minute, None where no pulse was found.
        key: such as "A minor".
        vocals: 0 (instrumental) to 1 (sung).
        loudness_lufs: integrated loudness.
        valence: from -1 (unpleasant) to 1 (pleasant), None where it isn't known.
        arousal: from -1 (calm) to 1 (stirring), None where it isn't known.
        instruments: names of `engine.encoders.instruments.INSTRUMENTS`; for a track with a score
            all that play, otherwise those that the tagging network hears.
    """

    genre: _Name | None = None
    genre_probabilities: Annotated[tuple[_Share, ...], _SOME] = ()
    moods: Annotated[dict[_Name, _Number], _SOME] = field(default_factory=dict)
    bpm: Annotated[float, msgspec.Meta(gt=0, le=1000)] | None = None
    key: _Name | None = None
    vocals: _Share | None = None
    loudness_lufs: _Number | None = None
    valence: _Signed | None = None
    arousal: _Signed | None = None
    instruments: Annotated[tuple[_Name, ...], _SOME] = ()

    def to_json(self) -> str:
        """Return the profile as one JSON object."""
        return json.dumps(msgspec.to_builtins(self), allow_nan=False)

    @classmethod
    def from_json(cls, text: str) -> Self:
        """Read what `to_json` wrote.

        Raises:
            ValueError: when it isn't a profile.
        """
        return msgspec.json.decode(text, type=cls)


@dataclass(frozen=True, slots=True, eq=False)
class _Scale:
    """Mean and standard deviation of a head's outputs over the reference music, (n,) each."""

    mean: npt.NDArray[np.float32]
    deviation: npt.NDArray[np.float32]

    @classmethod
    def read(cls, extra: Mapping[str, Any], name: str, n: int) -> Self:
        """Read the scale of n outputs from a manifest's extra values.

        Raises:
            KeyError, TypeError, ValueError: when it isn't there, or isn't a scale of n outputs.
        """
        mean = np.asarray(extra[f"{name}_mean"], dtype=np.float32)
        deviation = np.asarray(extra[f"{name}_deviation"], dtype=np.float32)
        if not mean.shape == deviation.shape == (n,):
            raise ValueError(f"the scale “{name}” is for another number of outputs than {n}")
        return cls(mean, deviation)

    def standardised(self, values: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
        """Return the z-scores of one track's outputs."""
        return np.asarray((values - self.mean) / self.deviation, np.float32)


class ProfilePack:
    """The genre, mood, valence and arousal heads over `MusicFeatures.vector`."""

    def __init__(self, manifest: PackManifest, model: OnnxModel, folder: Path) -> None:
        self._model = model
        self._folder = folder
        try:
            extra = manifest.extra
            self.genres: tuple[str, ...] = tuple(str(genre) for genre in extra["genres"])
            self.moods: tuple[str, ...] = tuple(str(mood) for mood in extra["moods"])
            self._mood_scale = _Scale.read(extra, "mood", len(self.moods))
            self._affect_scale = _Scale.read(extra, "affect", 2)
            self._unsure_below = float(extra["unsure_below"])
            self._version = str(manifest.feature_versions["music"])
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

    def profile(self, features: DescribedMusic) -> Profile:
        """Return the profile of one track, its numbers rounded to five decimals.

        Raises:
            PackError: when the pack was trained on another version of the features, or its
                network doesn't return probabilities.
        """
        if features.version != self._version:
            raise PackError(
                tr("the model pack needs features “{expected}”, not “{found}”.").format(
                    expected=self._version, found=features.version
                ),
                path=self._folder,
                remedy=tr("Use a pack made for this version of Soundbed."),
            )
        heads = self._model.run(features=features.vector[None].astype(np.float32))
        probabilities = heads["genres"][0]
        if not abs(float(probabilities.sum()) - 1.0) <= 1e-3:
            raise _unusable(self._folder, ValueError("genre probabilities don't sum to 1"))
        best = int(probabilities.argmax())
        sure = bool(probabilities[best] >= self._unsure_below)
        scores = self._mood_scale.standardised(heads["moods"][0])
        affect = np.tanh(self._affect_scale.standardised(heads["affect"][0]) / _AFFECT_SPREAD)
        return Profile(
            genre=self.genres[best] if sure else None,
            genre_probabilities=tuple(_rounded(share) or 0.0 for share in probabilities),
            moods={
                mood: _rounded(score) or 0.0 for mood, score in zip(self.moods, scores, strict=True)
            },
            bpm=_rounded(features.bpm) if features.bpm > 0 else None,
            key=f"{features.key} {features.mode}",
            vocals=_rounded(features.vocals),
            loudness_lufs=_rounded(features.loudness_lufs),
            valence=_rounded(affect[0]),
            arousal=_rounded(affect[1]),
        )


def _rounded(value: float) -> float | None:
    """Return a plain number with five decimals; None if it isn't finite, as JSON requires."""
    return round(float(value), _N_DECIMALS) if math.isfinite(value) else None


def _unusable(folder: Path, error: Exception) -> PackError:
    return PackError(
        tr("the profile pack in this folder can't be used ({reason}).").format(reason=error),
        path=folder,
        remedy=tr("Install Soundbed again."),
    )
