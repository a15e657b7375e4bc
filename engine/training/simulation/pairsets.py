"""Simulated videos, tracks and picks as a `PairSet`."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from engine.training.data.extras import Extras
from engine.training.data.pairs import PairSet
from engine.training.simulation.parameters import GENRE_NAMES, SimulationConfig
from engine.training.simulation.world import Floats, Indices

FEATURES_VERSION = "simulated-1"


@dataclass(frozen=True, slots=True)
class Observations:
    """What can be observed of videos or of tracks.

    Attributes:
        features: float32 (n, n_features).
        extras: the parts that belong to videos, or those that belong to tracks.
    """

    features: Floats
    extras: Extras


@dataclass(frozen=True, slots=True)
class Picks:
    """Which track was picked for each video.

    Attributes:
        tracks: int64 (n_videos,).
        uploaders: str (n_videos,), who picked it.
        sources: str (n_videos,), see `PairSet`.
        moments: float64 (n_videos,), when it was picked.
    """

    tracks: Indices
    uploaders: npt.NDArray[np.str_]
    sources: npt.NDArray[np.str_]
    moments: npt.NDArray[np.float64]


def pair_set(
    config: SimulationConfig,
    videos: Observations,
    tracks: Observations,
    genres: Indices,
    picks: Picks,
    origin: str,
) -> PairSet:
    """Return a set in which video i goes with track `picks.tracks[i]`.

    Args:
        config: sizes of the features.
        videos: of the videos.
        tracks: of the tracks.
        genres: (n_tracks,).
        picks: which go together.
        origin: what the set is.
    """
    n_videos, half = len(picks.tracks), config.n_features // 2
    taken = np.argsort(np.argsort(picks.moments))
    return PairSet(
        video_vectors=videos.features,
        music_vectors=tracks.features,
        pairs=np.stack([np.arange(n_videos), picks.tracks], axis=1),
        weights=np.ones(n_videos, dtype=np.float32),
        uploaders=picks.uploaders,
        genres=genres,
        sources=picks.sources,
        genre_names=GENRE_NAMES,
        video_blocks=(config.n_features,),
        # As in TT-150k, where music is described by two networks' features side by side.
        music_blocks=(half, config.n_features - half),
        video_version=FEATURES_VERSION,
        music_version=FEATURES_VERSION,
        origin=origin,
        extras=Extras(**videos.extras.parts(), **tracks.extras.parts(), taken=taken),
    )
