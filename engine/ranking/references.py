"""Music that the user wants more or less of, as further experts of a query.

A reference r has a value a_r on each of the 26 named axes and a unit vector l_r on the learned
ones. Of n references of its kind it counts 1/n, so that they count as their mean.

*More like r* is an expert on the named axes that asks for what r has, as surely as the prior Λ
(κ = 1): q̃_r(z) = N(w·a_r, (κ/n · Λ)⁻¹), with w = 1.5, as for a mood that the user sets. On the
learned axes the query's vector gets ρ/n · (l_r - μ), with ρ = 1.5 and μ the mean of the tracks that
are ranked: what r shares with all music says nothing. Together both count about as much as the
picture.

*Less like r* speaks only of the genres and moods that r has: q̃_r(z) = N(-1, (κ/n · Λ · a_r)⁻¹)
there, and nothing on other axes, so that less of a happy song isn't more of a sad one. On the
learned axes it subtracts γ·ρ/n · (l_r - μ), with γ = 1/2 as in relevance feedback (Rocchio 1971):
similar tracks fall, and the others keep the order that the picture and the other wishes give them.

Both only change the query's vector. A track's score stays one dot product with it.
See tests/benchmarks/RESULTS.md for how the weights were chosen.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from engine.encoders.experts import Gaussian
from engine.encoders.wants import AXES, N_AXES

# In the precisions of the prior.
_CERTAINTY = 1.0
_WANTED, _UNWANTED = 1.5, -1.0
_SOUND = 1.5
_LESS = 0.5
# From here on a track has a genre or mood.
_HAS_FROM = 0.5
# Valence and arousal have no opposite that the user would mean.
_N_NAMED = len(AXES) - 2

Float32Array = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Reference:
    """A piece of music that the user wants more or less of.

    Attributes:
        title: for people to read.
        content_hash: of its file; "" where it wasn't read yet.
        path: of a song from disk; None for a track of the library.
        is_wanted: whether the user wants more like it; else less.
    """

    title: str
    content_hash: str = ""
    path: Path | None = None
    is_wanted: bool = True


@dataclass(frozen=True, slots=True, eq=False)
class KnownReference:
    """A reference with its values.

    Attributes:
        reference: what the user chose.
        axes: float32 (26,), see `engine.encoders.track_axes`.
        learned: float32 (96,), of length 1; 0 where it isn't known.
    """

    reference: Reference
    axes: Float32Array
    learned: Float32Array


@dataclass(frozen=True, slots=True, eq=False)
class ReferenceExpert:
    """What one reference adds to a query.

    Attributes:
        wants: its factor over the 26 named axes.
        sound: float32 (96,), what it adds to the query's vector on the learned axes.
    """

    wants: Gaussian
    sound: Float32Array


def reference_experts(
    known: Sequence[KnownReference], prior: Gaussian, usual: Float32Array
) -> dict[str, ReferenceExpert]:
    """Return the expert of each reference, by a name that no other expert has.

    Args:
        known: the references.
        prior: over the 26 named axes.
        usual: float32 (96,), the mean of the learned axes of the tracks that are ranked.
    """
    n_alike = {
        kind: sum(each.reference.is_wanted == kind for each in known) for kind in (True, False)
    }
    return {
        f"reference {number}": _expert(each, prior, usual, n_alike[each.reference.is_wanted])
        for number, each in enumerate(known, start=1)
    }


def liked(
    experts: Mapping[str, ReferenceExpert], known: Sequence[KnownReference]
) -> dict[str, Reference]:
    """Return the music that the user wants more of, by the name of its expert.

    Args:
        experts: of all references.
        known: the references, in the same order.
    """
    named = zip(experts, (each.reference for each in known), strict=True)
    return {name: reference for name, reference in named if reference.is_wanted}


def sounds_of(experts: Mapping[str, ReferenceExpert]) -> dict[str, Float32Array]:
    """Return what the references add on the learned axes, by the name of their expert."""
    return {name: expert.sound for name, expert in experts.items()}


def _expert(
    known: KnownReference, prior: Gaussian, usual: Float32Array, n_alike: int
) -> ReferenceExpert:
    share = 1 / n_alike
    special = known.learned - usual if known.learned.any() else np.zeros_like(usual)
    if known.reference.is_wanted:
        mean = _WANTED * known.axes
        certainty = np.full(N_AXES, _CERTAINTY * share)
        sound = _SOUND * share * special
    else:
        has = np.where(known.axes >= _HAS_FROM, known.axes, 0.0)
        has[_N_NAMED:] = 0.0
        mean = np.where(has > 0, _UNWANTED, 0.0)
        certainty = _CERTAINTY * share * has
        sound = -_LESS * _SOUND * share * special
    wants = Gaussian(mean.astype(np.float32), (certainty * prior.precision).astype(np.float32))
    return ReferenceExpert(wants, np.asarray(sound, np.float32))
