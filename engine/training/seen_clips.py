"""Which clips a pack has seen, of those in a set of pairs."""

import numpy as np
import numpy.typing as npt

from engine.encoders.clip_sketches import ClipSketches
from engine.encoders.pack_fingerprints import SeenClips, is_fingerprint
from engine.training.data.pairs import PairSet
from engine.translation import trn

Bools = npt.NDArray[np.bool_]


def clips_of(pairs: PairSet) -> SeenClips:
    """Return the list of a pack that learns from these pairs: each clip's file and sketch."""
    files = pairs.extras.clip_ids
    named = [] if files is None else [name for name in files.tolist() if is_fingerprint(name)]
    return SeenClips(frozenset(named), frozenset(_sketches(pairs).packed()))


def seen_videos(pairs: PairSet, seen: SeenClips | None) -> Bools:
    """Return which videos of a set a pack has seen, (n_videos,).

    Args:
        pairs: the set.
        seen: what the pack has seen; None where it doesn't say.
    """
    if seen is None:
        return np.zeros(pairs.n_videos, np.bool_)
    found = seen.know(_sketches(pairs))
    files = pairs.extras.clip_ids
    return found if files is None else found | np.isin(files, list(seen.fingerprints))


def note_on_makers(n: int) -> str:
    """Return a note on clips by makers of whom a pack has seen other clips; "" for none."""
    if not n:
        return ""
    return trn(
        "{n} of the clips is by a maker of whom a pack has learnt from other clips. It counts, but "
        "says little about other makers.",
        "{n} of the clips are by makers of whom a pack has learnt from other clips. They count, but"
        " say little about other makers.",
        n,
    ).format(n=n)


def _sketches(pairs: PairSet) -> ClipSketches:
    return ClipSketches.of(pairs.video_vectors, pairs.video_version)
