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
    rng, n_pairs = generator(config, "pgc"), config.n_professional_pairs
    # Each genre needs a track, and a smaller world than the default has fewer tracks as well.
    n_tracks = min(config.n_pgc_tracks, max(n_pairs // 4, len(GENRE_NAMES)))
    genres = np.repeat(np.arange(len(GENRE_NAMES)), genre_counts(n_tracks))
    sounds = near(genre_centres(config)[genres], config.genre_cosine, rng)
    picks = rng.permutation(np.arange(n_pairs) % n_tracks)
    n_reversed = round(config.pgc_reversed_share * config.n_content)
    preferred = sounds * np.where(np.arange(config.n_content) < n_reversed, -1, 1)
    contents = near(preferred[picks].astype(np.float32), config.pgc_cosine, rng)
    styles = rng.standard_normal((n_pairs, config.n_style), dtype=np.float32)
    own = lens.of_professionals()
    pictures = picture_features(config, own, contents, styles, rng) + lens.picture_shift
    return pair_set(
        config,
        Observations(pictures, video_extras(config, lens, contents, rng, with_text=False)),
        Observations(
            sound_features(config, own, sounds, rng) + lens.sound_shift,
            track_extras(config, lens, sounds, rng),
        ),
        genres,
        Picks(
            picks,
            uploaders=np.full(n_pairs, UPLOADER),
            sources=np.char.add("song ", picks.astype(np.str_)),
            moments=rng.random(n_pairs),
        ),
        origin=f"{n_pairs} simulated professional pairs",
    )
