"""Whether a piece has vocals, estimated from its tags."""

import numpy as np
import numpy.typing as npt

from engine.encoders.audio import MSD_TAGS, MTT_TAGS, MusicTags

_MSD_VOICE = ("female vocalists", "male vocalists", "female vocalist")
_MSD_NONE = ("instrumental",)
_MTT_VOICE = (
    "vocal", "vocals", "voice", "singing", "female", "woman", "female vocal", "female voice",
    "male", "man", "male vocal", "male voice", "choir", "choral", "opera",
)  # fmt: skip
_MTT_NONE = ("no vocals", "no vocal", "no voice")

# Halfway between pop and rock with vocals (about 2) and instrumental music (about -0.5).
_EVEN_BALANCE = 0.75
_STEEPNESS = 1.5
_LEAST = 1e-3


def vocals_probability(tags: MusicTags) -> float:
    """Return the probability of vocals, 0..1.

    σ(1.5 (ln(Σ p of tags for vocals / Σ p of tags for none) - 0.75)), with p the mean over the
    piece.
    """
    voice = _sum(tags.msd, MSD_TAGS, _MSD_VOICE) + _sum(tags.mtt, MTT_TAGS, _MTT_VOICE)
    none = _sum(tags.msd, MSD_TAGS, _MSD_NONE) + _sum(tags.mtt, MTT_TAGS, _MTT_NONE)
    balance = np.log((voice + _LEAST) / (none + _LEAST))
    return float(1 / (1 + np.exp(-_STEEPNESS * (balance - _EVEN_BALANCE))))


def _sum(means: npt.NDArray[np.float32], tags: tuple[str, ...], wanted: tuple[str, ...]) -> float:
    return float(sum(means[tags.index(tag)] for tag in wanted))
