"""Every parameter of the simulated world, fixed before any system was tuned on it."""

import math
from dataclasses import dataclass, fields
from typing import Any

from engine.errors import InputError
from engine.translation import tr

GENRE_NAMES = ("hiphop", "jazz", "classical", "reggae", "pop", "metal")
GENRE_COUNTS = (651, 665, 1330, 311, 42, 4)
"""Tracks of each genre among 3,003 (Table 2 of DebCM)."""
LEAST_POPULAR, MOST_POPULAR = 3, 219
"""Videos of the rarest and of the most used track of TT-150k (Table 2)."""
_LEAST = {
    "n_videos": 100,
    "n_tracks": 2 * len(GENRE_NAMES),
    "n_content": 2,
    "videos_per_uploader": 1,
    "taste_concentration": 0.01,
    "n_features": 2,
    "n_rhythm_bins": 6,
    "seed": 0,
}
_DESCRIBED = ("n_videos", "n_tracks", "exposure_strength", "choice_strength", "n_pgc", "seed")


@dataclass(frozen=True, slots=True)
class SimulationConfig:
    """What is simulated: the causal graph of DebCM, section 3.2, with a known true match.

    An uploader's taste in genres affects which tracks they know (exposure) and which of these they
    choose (choice); a video's content doesn't depend on the uploader, unless `content_from_taste`
    says so. Strengths are exponents: 0 removes the effect, 1 is the default, and with both at 0
    nothing is confounded. Named worlds that are harder than the default: `worlds.WORLDS`.

    Attributes:
        n_videos: videos of uploaders, including those held out.
        n_tracks: tracks that they choose from; genres as in Table 2.
        exposure_strength: how strongly taste decides which tracks an uploader knows.
        choice_strength: how strongly taste decides which of them is chosen.
        n_content: dimensions of the content of videos and tracks, unit vectors.
        genre_cosine: between a track's content and the centre of its genre.
        videos_per_uploader: mean of a geometric distribution.
        taste_concentration: sum of the parameters of the Dirichlet distribution of tastes.
        taste_flattening: exponent on the genre shares, which gives that distribution's mean.
        pool_size: tracks that an uploader knows.
        match_weight: of the content cosine in the choice, beside Gumbel noise of scale 1.
        drift_share: share of the uploaders whose taste, and with it their pool, changes once.
        drift_start: share of their history after which it changes.
        n_features: of picture and of sound, each.
        picture_cosine: between the content of a video and what its picture shows of it.
        sound_cosine: between the content of a track and what its sound shows of it.
        n_nuisance: dimensions of the features that have nothing to do with the match.
        noise: standard deviation in each feature; content, nuisance and style have 1.
        n_style: dimensions of an uploader's style in the picture: as many as of the content.
            With 16 the corrected CMVAE follows taste about as far as in an earlier trial (slope
            .7, true NDCG .12), with 8 less (.5); fixed before any system was tuned.
        style_from_taste: correlation of that style with the uploader's taste.
        content_from_taste: cosine between a video's content and the genres its uploader likes, as
            far as they like them more than others do; 0 for content that doesn't depend on taste.
        nonlinearity: frequency of the sine that each feature passes through before its noise, for
            an argument of standard deviation 1; 0 for linear features. A linear map keeps about
            58 % of the variance at 1, 26 % at 1.5.
        n_pgc: pairs of professionals, unless there is a `pgc_share`.
        pgc_share: pairs of professionals for each video of uploaders; 0 for `n_pgc`.
        n_pgc_tracks: tracks of theirs, none of which uploaders know.
        pgc_cosine: between the contents of a professional's video and its track.
        pgc_reversed_share: share of the dimensions of content in which professionals choose the
            opposite of what matches: a rule that can be learnt, and is wrong.
        pgc_shift: standard deviation over features of the shift between the two domains.
        pgc_mixing_share: share of the variance of professionals' features that follows from
            content, nuisance and style in a way of its own; 0 for the same as in uploaders' ones.
        n_text: dimensions of the text vectors.
        text_cosine: between a video's content and what its text says about it.
        text_share: share of the uploaders' videos that have a text; professionals' have none.
        n_categories: kinds of video.
        n_tags: tags of tracks.
        tag_share: share of the tracks that have a tag.
        n_mood: dimensions of the mood vectors.
        aspect_cosine: between the content and each of category, tags, mood and rhythm.
        n_rhythm_bins: of the cut and beat vectors: half for speed, half for accents.
        views_match: how much a matching track makes a video popular, beside a spread of 1.
        n_test: queries of each test set, at most a twentieth of the videos.
        n_negatives: other tracks that a target is ranked among.
        held_out_share: largest share of an uploader's videos that is held out, over all test sets.
        seed: of all random numbers.
    """

    n_videos: int = 24_000
    n_tracks: int = 3_003
    exposure_strength: float = 1.0
    choice_strength: float = 1.0
    n_content: int = 16
    genre_cosine: float = 0.45
    videos_per_uploader: float = 12.0
    taste_concentration: float = 2.0
    taste_flattening: float = 0.6
    pool_size: int = 60
    match_weight: float = 10.0
    drift_share: float = 0.1
    drift_start: float = 0.67
    n_features: int = 256
    picture_cosine: float = 0.8
    sound_cosine: float = 0.9
    n_nuisance: int = 16
    noise: float = 0.5
    n_style: int = 16
    style_from_taste: float = 0.7
    content_from_taste: float = 0.0
    nonlinearity: float = 0.0
    n_pgc: int = 6_000
    pgc_share: float = 0.0
    n_pgc_tracks: int = 1_500
    pgc_cosine: float = 0.85
    pgc_reversed_share: float = 0.0
    pgc_shift: float = 0.4
    pgc_mixing_share: float = 0.0
    n_text: int = 64
    text_cosine: float = 0.6
    text_share: float = 0.7
    n_categories: int = 8
    n_tags: int = 24
    tag_share: float = 0.15
    n_mood: int = 8
    aspect_cosine: float = 0.7
    n_rhythm_bins: int = 16
    views_match: float = 0.5
    n_test: int = 1_200
    n_negatives: int = 100
    held_out_share: float = 0.5
    seed: int = 0

    def __post_init__(self) -> None:
        for field in fields(self):
            value = getattr(self, field.name)
            least = _LEAST.get(field.name, 0 if isinstance(value, float) else 1)
            is_share = field.name.endswith(("_cosine", "_share", "_start", "from_taste"))
            most = 1 if is_share else math.inf
            # The comparison is false for NaN too.
            if not least <= value <= most or value == math.inf:
                raise _unfit(field.name, value, least, most)
        if self.n_rhythm_bins % 2:
            raise InputError(
                tr("The simulation can't have {name} = {value}.").format(
                    name="n_rhythm_bins", value=self.n_rhythm_bins
                ),
                remedy=tr("Choose an even number."),
            )

    @property
    def n_queries(self) -> int:
        """How many queries each test set has."""
        return min(self.n_test, self.n_videos // 20)

    @property
    def n_professional_pairs(self) -> int:
        """How many pairs of professionals there are."""
        return max(1, round(self.pgc_share * self.n_videos)) if self.pgc_share else self.n_pgc

    def differences(self) -> dict[str, Any]:
        """Return the parameters that differ from the defaults."""
        return {f.name: v for f in fields(self) if (v := getattr(self, f.name)) != f.default}

    def as_dict(self) -> dict[str, Any]:
        """Return the parameters as plain numbers."""
        return {field.name: getattr(self, field.name) for field in fields(self)}

    def describe(self, by_seed: bool = False) -> str:
        """Return one sentence that says that the data are simulated, and how.

        Args:
            by_seed: whether there are several worlds, one for each seed of a benchmark.
        """
        drawn = "a world of its own for each seed" if by_seed else f"seed {self.seed}"
        others = "".join(
            f"{name} {value:g}, "
            for name, value in self.differences().items()
            if name not in _DESCRIBED
        )
        return (
            f"Simulated data, not real: {self.n_videos} videos and {self.n_tracks} tracks, taste "
            f"on exposure {self.exposure_strength:g} and on choice {self.choice_strength:g}, "
            f"{self.n_professional_pairs} professional pairs, {others}{drawn}."
        )


def _unfit(name: str, value: float, least: float, most: float) -> InputError:
    bounds = tr("Choose a number from {least} to {most}.")
    return InputError(
        tr("The simulation can't have {name} = {value}.").format(name=name, value=value),
        remedy=(tr("Choose at least {least}.") if most == math.inf else bounds).format(
            least=least, most=most
        ),
    )
