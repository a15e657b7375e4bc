"""Which clips a pack has seen, of those in a set of pairs."""

import numpy as np
import numpy.typing as npt

from engine.encoders.clip_sketches import ClipSketches
from engine.encoders.pack_fingerprints import SeenClips, is_fingerprint
from engine.training.data.pairs import PairSet
from engine.translation import trn

Bools = npt.NDArray[np.bool_]
Links = npt.NDArray[np.int64]


def clips_of(pairs: PairSet) -> SeenClips:
    """Return the list of a pack that learns from these pairs: each clip's file and sketch."""
    files = pairs.extras.clip_ids
    named = [] if files is None else [name for name in files.tolist() if is_fingerprint(name)]
    sketches, _ = _sketches(pairs)
    return SeenClips(frozenset(named), frozenset(sketches.packed()))


def seen_videos(pairs: PairSet, seen: SeenClips | None) -> Bools:
    """Return which videos of a set a pack has seen, (n_videos,).

    Args:
        pairs: the set.
        seen: what the pack has seen; None where it doesn't say.
    """
    if seen is None:
        return np.zeros(pairs.n_videos, np.bool_)
    sketches, links = _sketches(pairs)
    found = np.zeros(pairs.n_videos, np.bool_)
    found[links[seen.know(sketches)[links[:, 0]], 1]] = True
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


def _sketches(pairs: PairSet) -> tuple[ClipSketches, Links]:
    """Return the sketches of all videos, and of each file of which several videos are parts.

    An edit is known by its parts that way, and they by it: the mean of the parts' features is
    nearly that of the whole.

    Returns:
        The sketches, and which row is of which video, (n, 2).
    """
    files = pairs.extras.clip_ids
    every = np.arange(pairs.n_videos)
    vectors, links = [pairs.video_vectors], [np.stack([every, every], axis=1)]
    if files is not None:
        names, numbers, counts = np.unique(files, return_inverse=True, return_counts=True)
        for number in np.flatnonzero(counts > 1):
            if is_fingerprint(str(names[number])):
                parts = np.flatnonzero(numbers == number)
                row = pairs.n_videos + len(vectors) - 1
                vectors.append(pairs.video_vectors[parts].mean(axis=0, keepdims=True))
                links.append(np.stack([np.full(len(parts), row), parts], axis=1))
    sketches = ClipSketches.of(np.concatenate(vectors), pairs.video_version)
    return sketches, np.concatenate(links)
