"""The simulated professionals: other tracks, a better match, another domain."""

import numpy as np

from engine.training.data.pairs import PairSet
from engine.training.simulation.observe import (
    Lens,
    picture_features,
    sound_features,
    track_extras,
    video_extras,
)
from engine.training.simulation.pairsets import Observations, Picks, pair_set
from engine.training.simulation.parameters import GENRE_NAMES, SimulationConfig
from engine.training.simulation.world import (
    generator,
    genre_centres,
    genre_counts,
    near,
)

UPLOADER = "professionals"


def make_professionals(config: SimulationConfig, lens: Lens) -> PairSet:
    """Return the PGC pairs: every track is used about equally often, and taste plays no part.

    All count as one uploader, so that they hardly change the mean taste of a joined set. They
    write no text (DebCM, section 5.2).
    """
    rng = generator(config, "pgc")
    # Each genre needs a track, and a smaller world than the default has fewer tracks as well.
    n_tracks = min(config.n_pgc_tracks, max(config.n_pgc // 4, len(GENRE_NAMES)))
    genres = np.repeat(np.arange(len(GENRE_NAMES)), genre_counts(n_tracks))
    sounds = near(genre_centres(config)[genres], config.genre_cosine, rng)
    picks = rng.permutation(np.arange(config.n_pgc) % n_tracks)
    contents = near(sounds[picks], config.pgc_cosine, rng)
    styles = rng.standard_normal((config.n_pgc, config.n_style), dtype=np.float32)
    pictures = picture_features(config, lens, contents, styles, rng) + lens.picture_shift
    return pair_set(
        config,
        Observations(pictures, video_extras(config, lens, contents, rng, with_text=False)),
        Observations(
            sound_features(config, lens, sounds, rng) + lens.sound_shift,
            track_extras(config, lens, sounds, rng),
        ),
        genres,
        Picks(
            picks,
            uploaders=np.full(config.n_pgc, UPLOADER),
            sources=np.char.add("song ", picks.astype(np.str_)),
            moments=rng.random(config.n_pgc),
        ),
        origin=f"{config.n_pgc} simulated professional pairs",
    )
