"""Features of clips that were never filmed."""

from collections.abc import Sequence

import numpy as np

from engine.video.clip_features import VideoFeatures
from engine.video.descriptors import Motion, describe


def made_up(
    shown: Sequence[int],
    cuts_s: Sequence[float] = (),
    spacing_s: float = 1.0,
    noise: float = 0.5,
    details: float | Sequence[float] = 0.2,
) -> VideoFeatures:
    """Features of a clip whose samples show the things of these numbers; negative: nothing."""
    rng = np.random.default_rng(0)
    things = np.maximum(rng.normal(size=(max(shown) + 1, 64)), 0)
    n = len(shown)
    embeddings = things[np.maximum(shown, 0)] + noise * np.maximum(rng.normal(size=(n, 64)), 0)
    embeddings[np.array(shown) < 0] = rng.random(64)
    colours = np.zeros((n, 4), np.float32)
    motion = Motion(np.array(cuts_s, np.float32), 1.0, np.zeros(n, np.float32))
    return VideoFeatures(
        embeddings=embeddings.astype(np.float16),
        times_s=((np.arange(n) + 0.5) * spacing_s).astype(np.float32),
        colours=colours,
        details=np.where(np.array(shown) < 0, 0, details).astype(np.float32),
        descriptors=describe(motion, colours),
    )
