"""The query for a clip: the experts on its wants, fused, and each one's part."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from engine.encoders.experts import Gaussian, product
from engine.encoders.score_weights import AFFECT, HUB, LEARNED, N_LEARNED, SCALE, STILL
from engine.encoders.wants import AXES, N_AXES, WANTED_MOODS
from engine.errors import InputError
from engine.ranking.references import ReferenceExpert, sounds_of
from engine.translation import tr

if TYPE_CHECKING:
    from engine.encoders.matching import ClipReading, MatchingPack

# What the user sets by hand counts so many times as much as all that is usually known of clips.
_BY_HAND = 30.0
# A mood that is set by hand is clearly wanted.
_WANTED = 1.5
# Nearly dependent axes must not make a covariance singular.
_NUGGET = 0.05

Float32Array = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Correction:
    """What the user says about a clip, against the machine's estimate.

    Attributes:
        valence, arousal: -1 to 1; None where nothing is said.
        moods: names of moods that are wanted.
    """

    valence: float | None = None
    arousal: float | None = None
    moods: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        for value in (self.valence, self.arousal):
            if value is not None and not -1 <= value <= 1:
                raise InputError(
                    tr("Valence and arousal must be between -1 and 1."),
                    remedy=tr("0 is neither; leave it out to follow the picture."),
                )
        unknown = [mood for mood in self.moods if mood not in WANTED_MOODS]
        if unknown:
            raise InputError(
                tr("There is no mood “{mood}”.").format(mood=unknown[0]),
                remedy=tr("Choose one of: {words}").format(words=", ".join(WANTED_MOODS)),
            )

    @property
    def has_affect(self) -> bool:
        """Whether valence or arousal was set."""
        return self.valence is not None or self.arousal is not None

    def __bool__(self) -> bool:
        return bool(self.moods) or self.has_affect

    def expert(self, prior: Gaussian, covariance: Float32Array) -> Gaussian:
        """Return the factor of what was said, also about the axes that go along with it.

        Valence 0.6 says something about "happy" too: as much as the wants of clips go together.

        Args:
            prior: over the 26 axes.
            covariance: float32 (26, 26), of the wants of clips.
        """
        said = {AXES.index(mood): _WANTED for mood in self.moods}
        for name in ("valence", "arousal"):
            value = getattr(self, name)
            if value is not None:
                said[AXES.index(name)] = value
        axes = list(said)
        values = np.array([said[axis] for axis in axes])
        variance = covariance.diagonal().astype(np.float64)
        of_said = covariance[np.ix_(axes, axes)] + _NUGGET * np.diag(variance[axes])
        to_all = np.linalg.solve(of_said, covariance[axes]).T
        mean = prior.mean + to_all @ (values - prior.mean[axes])
        explained = np.clip((to_all * covariance[:, axes]).sum(axis=1) / variance, 0, 0.95)
        precision = _BY_HAND * explained * prior.precision
        return Gaussian(mean.astype(np.float32), precision.astype(np.float32))


@dataclass(frozen=True, slots=True, eq=False)
class Query:
    """The music that is wanted.

    Attributes:
        experts: factors over the 26 named axes, by name: "content", "dynamics", "words", "user",
            and one for each reference.
        prior: of the wants.
        wants: the product of all.
        vector: float32 (128,), in the space of the tracks.
        slope: float32 (26,), what a change of each want changes in the vector.
        sounds: float32 (96,) each, what the references add to the vector on the learned axes, by
            the name of their expert.
    """

    experts: Mapping[str, Gaussian]
    prior: Gaussian
    wants: Gaussian
    vector: Float32Array
    slope: Float32Array
    sounds: Mapping[str, Float32Array] = field(default_factory=dict)

    @property
    def is_still(self) -> bool:
        """Whether it is for a picture in which nothing moves."""
        return bool(self.vector[STILL])

    @property
    def says_nothing(self) -> bool:
        """Whether no expert knows anything."""
        return not any(expert.precision.any() for expert in self.experts.values())

    def scores(self, tracks: Float32Array) -> Float32Array:
        """Return the match of every track, float32 (n,), for vectors (n, 128)."""
        return np.asarray(tracks @ self.vector / SCALE, np.float32)

    def parts(self, tracks: Float32Array) -> dict[str, Float32Array]:
        """Return what each expert adds to each axis of each track's score.

        The parts of all experts, the prior's, the learned axes and the corrections add up to the
        score. The prior's part is left out: it is the same for every clip.

        Args:
            tracks: float32 (n, 128).

        Returns:
            For each expert float32 (n, 26), for a reference (n, 27), the last for what it adds on
            the learned axes; "learned", what the clip adds there, and "hub", which has all
            corrections of a track by itself, as (n, 1).
        """
        values = tracks[:, :N_AXES] / SCALE
        found = {}
        for name, expert in self.experts.items():
            share = expert.precision / self.wants.precision * (expert.mean - self.prior.mean)
            found[name] = np.asarray(values * (self.slope * share), np.float32)
        learned = np.asarray(tracks[:, LEARNED] / SCALE, np.float32)
        of_clip = self.vector[LEARNED]
        for name, sound in self.sounds.items():
            parts = np.column_stack([found[name], learned @ sound])
            found[name] = np.asarray(parts, np.float32)
            of_clip = of_clip - sound
        found["learned"] = (learned @ of_clip)[:, None]
        found["hub"] = (tracks[:, [HUB, AFFECT]] @ self.vector[[HUB, AFFECT]] / SCALE)[:, None]
        return found


@dataclass(frozen=True, slots=True, eq=False)
class ClipWants:
    """What is seen in a clip and what music it asks for, for people to read.

    Attributes:
        scenes: scene words with their probability, the likeliest first; empty where nothing is
            to be seen.
        wants: over the 26 named axes, everything known together.
        picture: the same by the picture alone, without what the user says; None where it wasn't
            asked for.
    """

    scenes: tuple[tuple[str, float], ...]
    wants: Gaussian
    picture: Gaussian | None = None

    def estimate(self, axis: str) -> tuple[float, float]:
        """Return mean and standard deviation of one of `AXES`, from -1 to 1."""
        return _estimate(self.wants, axis)

    def estimate_by_picture(self, axis: str) -> tuple[float, float]:
        """Return the same without what the user says."""
        return _estimate(self.picture or self.wants, axis)


def _estimate(wants: Gaussian, axis: str) -> tuple[float, float]:
    number = AXES.index(axis)
    mean = float(np.clip(wants.mean[number], -1, 1))
    return mean, float(wants.deviation[number])


def make_query(
    pack: "MatchingPack",
    reading: "ClipReading | None",
    correction: Correction | None = None,
    others: Mapping[str, Gaussian] | None = None,
    references: Mapping[str, ReferenceExpert] | None = None,
) -> Query:
    """Return the query for a clip, for words alone, or for both.

    Args:
        pack: the matching pack.
        reading: what its experts say about the clip; None for no clip.
        correction: what the user says about it.
        others: factors of further experts, such as words, over the 26 axes.
        references: those of music that the user wants more or less of.
    """
    references = references or {}
    experts = dict(reading.wants) if reading is not None else {}
    experts |= others or {}
    experts |= {name: reference.wants for name, reference in references.items()}
    if correction:
        experts["user"] = correction.expert(pack.prior, pack.covariance)
    wants = product(pack.prior, experts.values())
    learned = reading.learned if reading is not None else np.zeros(N_LEARNED, np.float32)
    is_still = reading is not None and reading.is_still
    has_affect = correction is not None and correction.has_affect
    how = {"is_still": is_still, "by_affect": is_still or has_affect}
    vector = pack.weights.query(wants, pack.prior, learned, **how)
    sounds = sounds_of(references)
    for sound in sounds.values():
        vector[LEARNED] += sound
    slope = pack.weights.slope(wants, pack.prior, **how)
    return Query(experts, pack.prior, wants, vector, slope, sounds)


def similarity_axes(tracks: Float32Array) -> Float32Array:
    """Return the learned axes of tracks as unit vectors (n, 96): how alike they sound."""
    learned = tracks[:, LEARNED]
    lengths = np.linalg.norm(learned, axis=1, keepdims=True)
    return np.asarray(learned / np.maximum(lengths, 1e-9), np.float32)
