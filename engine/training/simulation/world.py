"""Simulates tracks with genre and content, uploaders with taste, and what they pick."""

from dataclasses import dataclass, replace
from typing import Self

import numpy as np
import numpy.typing as npt

from engine.training.simulation.parameters import (
    GENRE_COUNTS,
    LEAST_POPULAR,
    MOST_POPULAR,
    SimulationConfig,
)

Floats = npt.NDArray[np.float32]
Indices = npt.NDArray[np.int64]

# A Kumaraswamy distribution between Table 2's extremes with its mean 48.7 and deviation 57.
_CURVE_A, _CURVE_B = 0.3084, 1.0966
_CALIBRATIONS = 8
_CHUNK = 2_048
_MIN_TASTE = 1e-6


@dataclass(frozen=True, slots=True)
class Tracks:
    """The catalogue that uploaders choose from.

    Attributes:
        contents: float32 (n_tracks, n_content), unit vectors.
        genres: int64 (n_tracks,).
        shares: float64 (n_tracks,), share of all picks that each should get, summing to 1.
    """

    contents: Floats
    genres: Indices
    shares: npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Uploaders:
    """Who makes videos. A persona is an uploader before or after a change of taste.

    Attributes:
        of_videos: int64 (n_videos,), uploader of each video.
        personas: int64 (n_videos,), persona of each video: the uploader's number, or a number
            beyond all uploaders after the change.
        moments: float64 (n_videos,), when each video was made, between 0 and 1.
        tastes: float64 (n_personas, n_genres), rows summing to 1.
        mean_taste: float64 (n_genres,), what tastes are on average.
    """

    of_videos: Indices
    personas: Indices
    moments: npt.NDArray[np.float64]
    tastes: npt.NDArray[np.float64]
    mean_taste: npt.NDArray[np.float64]

    @property
    def n(self) -> int:
        """How many uploaders there are."""
        return int(self.of_videos.max()) + 1

    @property
    def log_tastes(self) -> npt.NDArray[np.float64]:
        """(n_personas, n_genres): log of taste over mean taste."""
        return np.asarray(np.log(self.tastes.clip(min=_MIN_TASTE) / self.mean_taste))


@dataclass(frozen=True, slots=True)
class World:
    """The uploaders' side of the simulation: content, exposure and choice.

    Attributes:
        tracks: the catalogue.
        uploaders: who chose.
        video_contents: float32 (n_videos, n_content), unit vectors.
        picks: int64 (n_videos,), the track chosen for each video.
    """

    tracks: Tracks
    uploaders: Uploaders
    video_contents: Floats
    picks: Indices


@dataclass(frozen=True, slots=True)
class Choices:
    """Videos that need music.

    Attributes:
        contents: float32 (n, n_content), of the videos.
        personas: int64 (n,), who chooses.
        known: int64 (n, k), the tracks they choose from.
    """

    contents: Floats
    personas: Indices
    known: Indices

    def rows(self, chosen: slice) -> Self:
        """Return some of them."""
        return replace(
            self,
            contents=self.contents[chosen],
            personas=self.personas[chosen],
            known=self.known[chosen],
        )


def make_world(config: SimulationConfig) -> World:
    """Return tracks, uploaders, videos and what was picked for each."""
    tracks = make_tracks(config)
    uploaders = make_uploaders(config)
    rng = generator(config, "videos")
    contents = video_contents(config, uploaders, uploaders.personas, rng)
    pools = calibrated_pools(config, tracks, uploaders, contents)
    personas = uploaders.personas
    choices = Choices(contents, personas, pools[personas])
    picks = choose(config, tracks, uploaders, choices, generator(config, "choice"))
    return World(tracks, uploaders, contents, picks)


_STREAMS = (
    "genres",
    "tracks",
    "uploaders",
    "videos",
    "exposure",
    "choice",
    "lens",
    "styles",
    "pictures",
    "sound",
    "video extras",
    "track extras",
    "views",
    "held out",
    "negatives",
    "do",
    "pgc",
    "splits",
    "phases",
    "pgc lens",
)


def generator(config: SimulationConfig, stream: str, of: str = "") -> np.random.Generator:
    """Return the random numbers of one part, so that a change of one part doesn't affect others."""
    return np.random.default_rng([config.seed, _STREAMS.index(stream), *of.encode()])


def make_tracks(config: SimulationConfig) -> Tracks:
    """Return the catalogue: genres in Table 2's proportions, popular tracks in all of them."""
    rng = generator(config, "tracks")
    genres = np.repeat(np.arange(len(GENRE_COUNTS)), genre_counts(config.n_tracks))
    centres = genre_centres(config)
    contents = near(centres[genres], config.genre_cosine, rng)
    shares = popularity_curve(config.n_tracks)
    return Tracks(contents, genres, rng.permutation(shares / shares.sum()))


def genre_counts(n_tracks: int) -> Indices:
    """Return how many tracks each genre has: Table 2's shares, rounded, at least one each."""
    exact = np.array(GENRE_COUNTS) * n_tracks / sum(GENRE_COUNTS)
    counts = np.maximum(np.floor(exact), 1).astype(np.int64)
    while counts.sum() != n_tracks:
        step = 1 if counts.sum() < n_tracks else -1
        short = np.where((counts > 1) | (step > 0), step * (exact - counts), -np.inf)
        counts[short.argmax()] += step
    return counts


def genre_centres(config: SimulationConfig) -> Floats:
    """Return the content (n_genres, n_content) at the centre of each genre."""
    rng = generator(config, "genres")
    return unit(rng.normal(size=(len(GENRE_COUNTS), config.n_content)))


def popularity_curve(n_tracks: int) -> npt.NDArray[np.float64]:
    """Return videos per track in TT-150k, falling: mean 48.7 ± 57, from 219 to 3 (Table 2)."""
    quantiles = np.linspace(1.0, 0.0, n_tracks)
    risen = (1.0 - (1.0 - quantiles) ** (1.0 / _CURVE_B)) ** (1.0 / _CURVE_A)
    return np.asarray(LEAST_POPULAR + (MOST_POPULAR - LEAST_POPULAR) * risen)


def make_uploaders(config: SimulationConfig) -> Uploaders:
    """Return uploaders with a skewed taste; the taste of some changes late in their history."""
    rng = generator(config, "uploaders")
    sizes = rng.geometric(1.0 / config.videos_per_uploader, size=config.n_videos)
    n_uploaders = int(np.searchsorted(np.cumsum(sizes), config.n_videos)) + 1
    of_videos = np.repeat(np.arange(n_uploaders), sizes[:n_uploaders])[: config.n_videos]
    moments = rng.random(config.n_videos)
    mean_taste = np.array(GENRE_COUNTS, dtype=np.float64) ** config.taste_flattening
    mean_taste /= mean_taste.sum()
    tastes = rng.dirichlet(config.taste_concentration * mean_taste, size=2 * n_uploaders)
    drifting = rng.random(n_uploaders) < config.drift_share
    changed = drifting[of_videos] & (moments > config.drift_start)
    personas = of_videos + n_uploaders * changed
    return Uploaders(of_videos, personas, moments, tastes, mean_taste)


def video_contents(
    config: SimulationConfig, uploaders: Uploaders, personas: Indices, rng: np.random.Generator
) -> Floats:
    """Return the content (n, n_content) of one new video of each persona.

    Args:
        config: how much of it follows taste.
        uploaders: their tastes.
        personas: (n,), who makes each video.
        rng: of the rest.
    """
    if not config.content_from_taste:
        return unit(rng.normal(size=(len(personas), config.n_content)))
    liked = (uploaders.tastes - uploaders.mean_taste) @ genre_centres(config)
    return near(unit(liked)[personas], config.content_from_taste, rng)


def calibrated_pools(
    config: SimulationConfig, tracks: Tracks, uploaders: Uploaders, contents: Floats
) -> Indices:
    """Return the tracks (n_personas, pool_size) that each persona knows.

    Drawn without replacement by appeal × (taste / mean taste) ^ exposure strength; the appeal of
    each track is adjusted until it is chosen as often as Table 2's popularity curve says.
    """
    rng = generator(config, "exposure")
    n_personas = len(uploaders.tastes)
    gumbel = rng.gumbel(size=(n_personas, len(tracks.genres))).astype(np.float32)
    gumbel += (config.exposure_strength * uploaders.log_tastes)[:, tracks.genres]
    appeal = np.log(tracks.shares)
    for _ in range(_CALIBRATIONS):
        pools = _largest(gumbel, appeal, config.pool_size)
        personas = uploaders.personas
        choices = Choices(contents, personas, pools[personas])
        taken = _expected_shares(config, tracks, uploaders, choices)
        # Half a pick keeps tracks that nobody knows yet within reach.
        least = 0.5 / config.n_videos
        appeal += 0.7 * np.log((tracks.shares + least) / (taken + least))
    return _largest(gumbel, appeal, config.pool_size)


def _largest(
    gumbel: Floats, appeal: npt.NDArray[np.float64], pool_size: int
) -> npt.NDArray[np.int64]:
    size = min(pool_size, gumbel.shape[1])
    pools = np.empty((len(gumbel), size), dtype=np.int64)
    for start in range(0, len(gumbel), _CHUNK):
        rows = slice(start, start + _CHUNK)
        keys = gumbel[rows] + appeal.astype(np.float32)
        pools[rows] = np.argpartition(-keys, size - 1, axis=1)[:, :size]
    return pools


def _expected_shares(
    config: SimulationConfig, tracks: Tracks, uploaders: Uploaders, choices: Choices
) -> npt.NDArray[np.float64]:
    expected = np.zeros(len(tracks.genres))
    for start in range(0, len(choices.contents), _CHUNK):
        part = choices.rows(slice(start, start + _CHUNK))
        utilities = utilities_of(config, tracks, uploaders, part)
        odds = np.exp(utilities - utilities.max(axis=1, keepdims=True))
        odds /= odds.sum(axis=1, keepdims=True)
        expected += np.bincount(part.known.ravel(), odds.ravel(), minlength=len(expected))
    return np.asarray(expected / expected.sum())


def choose(
    config: SimulationConfig,
    tracks: Tracks,
    uploaders: Uploaders,
    choices: Choices,
    rng: np.random.Generator,
) -> Indices:
    """Return the track (n,) that is chosen for each video, from those that its maker knows.

    The highest of match weight × content cosine + choice strength × log(taste / mean taste) +
    Gumbel noise wins.

    Args:
        config: the strengths.
        tracks: the catalogue.
        uploaders: their tastes.
        choices: the videos, who chooses, and from which tracks.
        rng: of the noise.
    """
    picks = np.empty(len(choices.contents), dtype=np.int64)
    for start in range(0, len(picks), _CHUNK):
        rows = slice(start, start + _CHUNK)
        part = choices.rows(rows)
        utilities = utilities_of(config, tracks, uploaders, part)
        best = (utilities + rng.gumbel(size=utilities.shape)).argmax(axis=1)
        picks[rows] = np.take_along_axis(part.known, best[:, None], axis=1)[:, 0]
    return picks


def utilities_of(
    config: SimulationConfig, tracks: Tracks, uploaders: Uploaders, choices: Choices
) -> npt.NDArray[np.float64]:
    """Return how much (n, k) each persona wants each known track for their video, without noise."""
    known = choices.known
    cosines = np.matmul(tracks.contents[known], choices.contents[:, :, None])[:, :, 0]
    log_tastes = uploaders.log_tastes[choices.personas]
    taste = np.take_along_axis(log_tastes, tracks.genres[known], axis=1)
    return np.asarray(config.match_weight * cosines + config.choice_strength * taste)


def unit(vectors: npt.NDArray[np.floating]) -> Floats:
    """Return the rows scaled to length 1."""
    return np.asarray(vectors / np.linalg.norm(vectors, axis=1, keepdims=True), dtype=np.float32)


def near(directions: Floats, cosine: float, rng: np.random.Generator) -> Floats:
    """Return unit vectors (n, d) that have exactly this cosine with the given unit vectors."""
    offsets = rng.normal(size=directions.shape)
    offsets -= (offsets * directions).sum(axis=1, keepdims=True) * directions
    return unit(cosine * directions + np.sqrt(1.0 - cosine**2) * unit(offsets))
