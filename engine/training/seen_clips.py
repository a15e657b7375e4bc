"""Which clips a pack has seen, of those in a set of pairs."""

import numpy as np
import numpy.typing as npt

from engine.encoders.pack_fingerprints import SeenClips, features_fingerprint, is_fingerprint
from engine.training.data.pairs import PairSet


def clips_of(pairs: PairSet) -> SeenClips:
    """Return the list of a pack that learns from these pairs: each clip's file and features."""
    return SeenClips(frozenset(name for names in _fingerprints(pairs) for name in names))


def seen_videos(pairs: PairSet, seen: SeenClips | None) -> npt.NDArray[np.bool_]:
    """Return which videos of a set a pack has seen, (n_videos,).

    Args:
        pairs: the set.
        seen: what the pack has seen; None where it doesn't say.
    """
    if seen is None:
        return np.zeros(pairs.n_videos, np.bool_)
    return np.array([seen.has(*names) for names in _fingerprints(pairs)], np.bool_)


def _fingerprints(pairs: PairSet) -> list[tuple[str, ...]]:
    """Return the known fingerprints of each video."""
    files = pairs.extras.clip_ids
    named = [""] * pairs.n_videos if files is None else files.tolist()
    return [
        (
            features_fingerprint(vector, pairs.video_version),
            *([name] if is_fingerprint(name) else []),
        )
        for vector, name in zip(pairs.video_vectors, named, strict=True)
    ]
