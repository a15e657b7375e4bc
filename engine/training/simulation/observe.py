"""The features and texts of the simulated videos and tracks, as a system observes them."""

from dataclasses import dataclass, replace
from typing import Self

import numpy as np
import numpy.typing as npt

from engine.training.data.extras import Extras
from engine.training.simulation.parameters import SimulationConfig
from engine.training.simulation.world import Floats, Uploaders, generator, near, unit


@dataclass(frozen=True, slots=True)
class Lens:
    """How content, nuisance and style turn into features: the same for all videos and tracks.

    Attributes:
        picture: float32 (n_content + n_nuisance + n_style, n_features).
        sound: float32 (n_content + n_nuisance, n_features).
        picture_phases, sound_phases: float32 (n_features,), of the sines of `nonlinearity`.
        pgc_picture, pgc_sound: as `picture` and `sound`, in the professionals' domain.
        picture_shift, sound_shift: float32 (n_features,), added in the professionals' domain.
        style: float32 (n_genres, n_style), from taste minus mean taste.
        text: float32 (n_content, n_text).
        categories: float32 (n_categories, n_content), unit vectors.
        tags: float32 (n_tags, n_content), unit vectors.
        mood: float32 (n_content, n_mood).
        rhythm: float32 (n_content, n_rhythm_bins), shared by motion and beat.
    """

    picture: Floats
    sound: Floats
    picture_phases: Floats
    sound_phases: Floats
    pgc_picture: Floats
    pgc_sound: Floats
    picture_shift: Floats
    sound_shift: Floats
    style: Floats
    text: Floats
    categories: Floats
    tags: Floats
    mood: Floats
    rhythm: Floats

    def of_professionals(self) -> Self:
        """Return the lens of professionals' videos and tracks, without the shift."""
        return replace(self, picture=self.pgc_picture, sound=self.pgc_sound)


def make_lens(config: SimulationConfig, n_genres: int) -> Lens:
    """Return the lens of this world; every part adds a variance of about 1."""
    rng = generator(config, "lens")
    n_content, n_features = config.n_content, config.n_features
    of_picture = (n_content, config.n_nuisance, config.n_style)
    of_sound = (n_content, config.n_nuisance)

    def mixing(n_parts: tuple[int, ...], n_out: int) -> Floats:
        return _mixing(n_parts, n_out, rng)

    def shift() -> Floats:
        return (config.pgc_shift * rng.normal(size=n_features)).astype(np.float32)

    # Random numbers of their own: the other parts are the same in every world.
    phases = generator(config, "phases").uniform(0.0, 2 * np.pi, size=(2, n_features))
    other, share = generator(config, "pgc lens"), config.pgc_mixing_share
    picture, sound = mixing(of_picture, n_features), mixing(of_sound, n_features)
    return Lens(
        picture=picture,
        sound=sound,
        picture_phases=phases[0].astype(np.float32),
        sound_phases=phases[1].astype(np.float32),
        pgc_picture=_blend(picture, _mixing(of_picture, n_features, other), share),
        pgc_sound=_blend(sound, _mixing(of_sound, n_features, other), share),
        picture_shift=shift(),
        sound_shift=shift(),
        style=mixing((n_genres,), config.n_style),
        text=mixing((n_content,), config.n_text),
        categories=unit(rng.normal(size=(config.n_categories, n_content))),
        tags=unit(rng.normal(size=(config.n_tags, n_content))),
        mood=mixing((n_content,), config.n_mood),
        rhythm=mixing((n_content,), config.n_rhythm_bins),
    )


def _mixing(n_parts: tuple[int, ...], n_out: int, rng: np.random.Generator) -> Floats:
    blocks = [rng.normal(size=(n, n_out)) / np.sqrt(n) for n in n_parts]
    return np.concatenate(blocks).astype(np.float32)


def _blend(one: Floats, other: Floats, share: float) -> Floats:
    # Independent parts: the variance stays.
    return np.asarray(np.sqrt(1.0 - share) * one + np.sqrt(share) * other, dtype=np.float32)


def picture_features(
    config: SimulationConfig,
    lens: Lens,
    contents: Floats,
    styles: Floats,
    rng: np.random.Generator,
) -> Floats:
    """Return video vectors (n, n_features): blurred content, nuisance, style and noise."""
    blurred = near(contents, config.picture_cosine, rng)
    nuisance = rng.standard_normal((len(contents), config.n_nuisance), dtype=np.float32)
    parts = (_spread(blurred), nuisance, styles)
    return _features(config, parts, lens.picture, lens.picture_phases, rng)


def sound_features(
    config: SimulationConfig, lens: Lens, contents: Floats, rng: np.random.Generator
) -> Floats:
    """Return music vectors (n, n_features): blurred content, nuisance and noise."""
    blurred = near(contents, config.sound_cosine, rng)
    nuisance = rng.standard_normal((len(contents), config.n_nuisance), dtype=np.float32)
    parts = (_spread(blurred), nuisance)
    return _features(config, parts, lens.sound, lens.sound_phases, rng)


def _features(
    config: SimulationConfig,
    parts: tuple[Floats, ...],
    mixing: Floats,
    phases: Floats,
    rng: np.random.Generator,
) -> Floats:
    features = np.concatenate(parts, axis=1) @ mixing
    if config.nonlinearity:
        # Every part has a variance of 1. On average over phases, the sine keeps the variance.
        spread, frequency = np.sqrt(len(parts)), config.nonlinearity
        height = spread * np.sqrt(2.0 / -np.expm1(-(frequency**2)))
        features = (height * np.sin(frequency / spread * features + phases)).astype(np.float32)
    features += config.noise * rng.standard_normal(features.shape, dtype=np.float32)
    return np.asarray(features, dtype=np.float32)


def uploader_styles(config: SimulationConfig, lens: Lens, uploaders: Uploaders) -> Floats:
    """Return the style (n_uploaders, n_style) that shows in all pictures of an uploader.

    Its correlation with a projection of the taste is `style_from_taste`, its variance 1. It is a
    habit: a change of taste doesn't change it.
    """
    from_taste = (uploaders.tastes[: uploaders.n] - uploaders.mean_taste) @ lens.style
    # The projection mixes genres that exclude each other, so its spread has to be measured.
    from_taste /= from_taste.std(axis=0).clip(min=1e-6)
    share = config.style_from_taste
    own = generator(config, "styles").normal(size=from_taste.shape)
    return np.asarray(share * from_taste + np.sqrt(1 - share**2) * own, dtype=np.float32)


def video_extras(
    config: SimulationConfig,
    lens: Lens,
    contents: Floats,
    rng: np.random.Generator,
    with_text: bool,
) -> Extras:
    """Return text, category and cuts of videos; each follows the content with its own blur."""
    n = len(contents)
    cuts = _rhythm(lens, near(contents, config.aspect_cosine, rng))
    kinds = near(contents, config.aspect_cosine, rng) @ lens.categories.T
    text, has_text = None, None
    if with_text:
        text = _spread(near(contents, config.text_cosine, rng)) @ lens.text
        text += config.noise * rng.standard_normal(text.shape, dtype=np.float32)
        has_text = rng.random(n) < config.text_share
        text[~has_text] = 0
    return Extras(text, has_text, categories=kinds.argmax(axis=1), cut_vectors=cuts)


def track_extras(
    config: SimulationConfig, lens: Lens, contents: Floats, rng: np.random.Generator
) -> Extras:
    """Return tags, mood and beats of tracks; each follows the content with its own blur."""
    carried = near(contents, config.aspect_cosine, rng) @ lens.tags.T
    least = np.quantile(carried, 1 - config.tag_share, axis=0)
    mood = _spread(near(contents, config.aspect_cosine, rng)) @ lens.mood
    mood += config.noise * rng.standard_normal(mood.shape, dtype=np.float32)
    return Extras(
        tags=(carried >= least).astype(np.float32),
        mood_vectors=mood,
        beat_vectors=_rhythm(lens, near(contents, config.aspect_cosine, rng)),
    )


def rhythm_fit(cuts: Floats, beats: Floats) -> npt.NDArray[np.float64]:
    """Return how well each video's cuts fit its track's beats (n,), between -1 and 1.

    As in CMT (Di et al. 2021): the mean of two correlations over the clip, of motion speed with
    note density, the first half of the bins, and of visual cuts with strong beats, the second.

    Args:
        cuts: (n, n_bins).
        beats: (n, n_bins).
    """
    half = cuts.shape[1] // 2
    speed = _correlations(cuts[:, :half], beats[:, :half])
    accents = _correlations(cuts[:, half:], beats[:, half:])
    return (speed + accents) / 2


def _rhythm(lens: Lens, views: Floats) -> Floats:
    # Speed and density are positive; a cut or a strong beat exists or doesn't.
    pattern = _spread(views) @ lens.rhythm
    half = pattern.shape[1] // 2
    parts = [np.logaddexp(0, pattern[:, :half]), pattern[:, half:] > 0.5]
    return np.concatenate(parts, axis=1).astype(np.float32)


def _spread(contents: Floats) -> Floats:
    # Unit vectors, scaled to a variance of about 1 in each dimension.
    return np.asarray(contents * np.sqrt(contents.shape[1]), dtype=np.float32)


def _correlations(first: Floats, second: Floats) -> npt.NDArray[np.float64]:
    one = (first - first.mean(axis=1, keepdims=True)).astype(np.float64)
    other = (second - second.mean(axis=1, keepdims=True)).astype(np.float64)
    norms = np.sqrt((one**2).sum(axis=1) * (other**2).sum(axis=1))
    # A clip without any cut has no correlation with anything.
    return np.asarray((one * other).sum(axis=1) / norms.clip(min=1e-12))
