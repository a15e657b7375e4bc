"""Lists of rows that are already there, for tests that need no engine."""

import numpy as np

from engine.library.columns import content_key
from engine.ranking.ranked import RankedTracks
from engine.stories.recommend import Recommendation


def ranked_tracks(
    items: tuple[Recommendation, ...] = (), n_more: int = 0
) -> RankedTracks[Recommendation]:
    """Return a list of these rows, and so many behind them that can't be read."""
    keys = [content_key(item.track.file.content_hash) for item in items]
    rows = (*items, *(None for _ in range(n_more)))
    profiles = [item.track.profile for item in items]
    points = [(profile.valence or 0.0, profile.arousal or 0.0) for profile in profiles]
    return RankedTracks(
        np.asarray([*keys, *range(1, n_more + 1)], np.uint64),
        np.asarray([*(item.score for item in items), *([-1.0] * n_more)], np.float32),
        np.asarray([*points, *([(0.0, 0.0)] * n_more)], np.float32).reshape(-1, 2),
        lambda start, stop: rows[start:stop],
    )
