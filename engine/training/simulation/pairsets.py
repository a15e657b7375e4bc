"""Simulated videos, tracks and picks as a `PairSet`."""

import numpy as np
import numpy.typing as npt

from engine.training.data.extras import Extras
from engine.training.data.pairs import PairSet
from engine.training.simulation.parameters import GENRE_NAMES, SimulationConfig
from engine.training.simulation.world import Floats, Indices

FEATURES_VERSION = "simulated-1"


def pair_set(
    config: SimulationConfig,
    *,
    videos: tuple[Floats, Extras],
    tracks: tuple[Floats, Extras],
    genres: Indices,
    picks: Indices,
    uploaders: npt.NDArray[np.str_],
    sources: npt.NDArray[np.str_],
    moments: npt.NDArray[np.float64],
    origin: str,
) -> PairSet:
    """Return a set in which video i goes with track `picks[i]`.

    Args:
        config: sizes of the features.
        videos: features (n_videos, n_features) and extras of the videos.
        tracks: features (n_tracks, n_features) and extras of the tracks.
        genres: (n_tracks,).
        picks: (n_videos,).
        uploaders: (n_videos,).
        sources: (n_videos,).
        moments: (n_videos,), when each was picked.
        origin: what the set is.
    """
    n_videos, half = len(picks), config.n_features // 2
    taken = np.argsort(np.argsort(moments))
    return PairSet(
        video_vectors=videos[0],
        music_vectors=tracks[0],
        pairs=np.stack([np.arange(n_videos), picks], axis=1),
        weights=np.ones(n_videos, dtype=np.float32),
        uploaders=uploaders,
        genres=genres,
        sources=sources,
        genre_names=GENRE_NAMES,
        video_blocks=(config.n_features,),
        # As in TT-150k, where music is described by two networks' features side by side.
        music_blocks=(half, config.n_features - half),
        video_version=FEATURES_VERSION,
        music_version=FEATURES_VERSION,
        origin=origin,
        extras=Extras(**videos[1].parts(), **tracks[1].parts(), taken=taken),
    )
