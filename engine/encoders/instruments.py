"""Names of instruments: those that a score has, and those that the tagging networks hear."""

from collections.abc import Mapping
from typing import Final

import numpy as np
import numpy.typing as npt

from engine.encoders.audio import MTT_TAGS

VOCALS: Final = "vocals"
"""Singing or speech, listed with the instruments."""

INSTRUMENTS: Final = (
    "piano", "electric piano", "harpsichord", "clavinet", "organ", "accordion", "melodica",
    "harmonica", "guitar", "electric guitar", "ukulele", "banjo", "mandolin", "bass", "strings",
    "violin", "viola", "cello", "fiddle", "harp", "choir", "brass", "trumpet", "trombone", "tuba",
    "horn", "saxophone", "flute", "whistle", "clarinet", "oboe", "bassoon", "bagpipe", "bells",
    "vibraphone", "marimba", "kalimba", "timpani", "drums", "synthesizer", VOCALS,
)  # fmt: skip

# A tag of MagnaTagATune's network: the instrument, and the mean probability from which it counts.
# On the bundled tracks at least two of three that count have it in their score (harp: one).
_HEARD: Mapping[str, tuple[str, float]] = {
    "piano": ("piano", 0.2),
    "guitar": ("guitar", 0.2),
    "strings": ("strings", 0.15),
    "violin": ("violin", 0.1),
    "cello": ("cello", 0.1),
    "flute": ("flute", 0.07),
    "harp": ("harp", 0.15),
    "harpsichord": ("harpsichord", 0.15),
    "choir": ("choir", 0.05),
    "synth": ("synthesizer", 0.15),
    "drums": ("drums", 0.05),
}


def recognised_instruments(mtt_tags: npt.NDArray[np.float32]) -> tuple[str, ...]:
    """Return the instruments that a recording probably has, in alphabetical order.

    Args:
        mtt_tags: (50,), mean probability of each of `MTT_TAGS`.
    """
    return tuple(
        sorted(
            instrument
            for tag, (instrument, least) in _HEARD.items()
            if mtt_tags[MTT_TAGS.index(tag)] >= least
        )
    )
