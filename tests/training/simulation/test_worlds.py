"""The harder worlds: each differs in what its name says, and the true match stays right."""

from dataclasses import replace

import numpy as np
import numpy.typing as npt
import pytest

from engine.errors import InputError
from engine.training.benchmark.measure import measure
from engine.training.data.pairs import PairSet
from engine.training.simulation.observe import make_lens
from engine.training.simulation.parameters import SimulationConfig
from engine.training.simulation.professionals import make_professionals
from engine.training.simulation.simulated_data import observe, simulate
from engine.training.simulation.world import World, make_world
from engine.training.simulation.worlds import (
    DEVELOPMENT_SEEDS,
    DEVELOPMENT_WORLDS,
    JUDGEMENT_SEEDS,
    WORLDS,
    in_world,
    world_named,
)
from tests.benchmarks.match_ceiling import ContentMap, TruthScorer, unit
from tests.present import present

SMALL = SimulationConfig(n_videos=3_000, n_tracks=300, n_pgc=1_200, n_pgc_tracks=300, n_features=96)
FREE = replace(SMALL, exposure_strength=0.0, choice_strength=0.0)
Floats = npt.NDArray[np.floating]


def explained(features: Floats, contents: Floats) -> float:
    """Share of the variance of contents that a linear map finds in other rows' features."""
    half = len(features) // 2
    known = np.c_[features, np.ones(len(features))]
    weights = np.linalg.lstsq(known[:half], contents[:half], rcond=None)[0]
    errors = contents[half:] - known[half:] @ weights
    return float(1 - (errors**2).sum() / ((contents[half:] - contents[:half].mean(0)) ** 2).sum())


def test_the_default_world_is_the_one_before_there_were_others(
    config: SimulationConfig,
) -> None:
    assert WORLDS["default"] == SimulationConfig()
    assert WORLDS["default"].describe() == (
        "Simulated data, not real: 24000 videos and 3003 tracks, taste on exposure 1 and on choice "
        "1, 6000 professional pairs, seed 0."
    )
    data = simulate(in_world("default", config))
    # Of the code before worlds had names.
    assert data.ugc.pairs[:12, 1].tolist() == [24, 68, 72, 29, 20, 54, 24, 70, 70, 70, 59, 60]
    assert data.tests[2].targets[:8].tolist() == [85, 59, 2, 73, 76, 35, 31, 21]
    pgc = present(data.pgc)
    for row, expected in (
        (data.ugc.video_vectors[0], [-0.77753806, -0.4182123, 0.762743, 1.4395554]),
        (data.ugc.music_vectors[0], [-2.6915987, -0.5958711, 0.03646457, -0.05098307]),
        (pgc.video_vectors[0], [1.4979652, 2.05683, 0.8920924, -0.6028522]),
        (pgc.music_vectors[0], [-0.88956445, 0.3835871, -0.8610271, 0.20776623]),
    ):
        assert row[:4] == pytest.approx(expected, abs=1e-5)


def test_every_world_differs_from_the_default_and_says_how() -> None:
    assert set(DEVELOPMENT_WORLDS) < set(WORLDS)
    assert not set(DEVELOPMENT_SEEDS) & set(JUDGEMENT_SEEDS)
    for name, world in WORLDS.items():
        assert (world.differences() == {}) == (name == "default")
        in_small = in_world(name, SMALL)
        assert (in_small.n_videos, in_small.n_features) == (3_000, 96)
    described = {world.describe() for world in WORLDS.values()}
    assert len(described) == len(WORLDS)
    assert "nonlinearity 1.5, seed 0." in WORLDS["nonlinear"].describe()


def test_an_unknown_world_lists_the_known_ones() -> None:
    with pytest.raises(InputError, match="no simulated world called flat") as raised:
        world_named("flat")
    assert "bad_pgc" in str(raised.value.remedy)


@pytest.mark.parametrize("name", list(WORLDS))
def test_content_alone_finds_the_true_match_and_follows_no_taste(name: str) -> None:
    config = in_world(name, SMALL)
    data, observed = simulate(config), observe(config)
    contents = observed.world.video_contents
    do = next(test for test in data.tests if test.name == "do")
    tracks = unit(observed.world.tracks.contents.astype(np.float64))
    scorer = TruthScorer(ContentMap(observed.pairs.video_vectors, contents), tracks)
    metrics = measure(scorer, do, data.ugc).metrics
    # Chance is .1; a linear map can't find all that non-linear features show.
    assert metrics["true_ndcg@15"] > (0.2 if config.nonlinearity else 0.4)
    # Content that follows taste can be guessed from style, which overshoots a little.
    assert abs(metrics["taste_slope"]) < 0.2


def test_professionals_hardly_match_or_do_the_opposite() -> None:
    def cosines(config: SimulationConfig) -> tuple[float, float]:
        # Contents are what linear maps find in noiseless features.
        clear = replace(config, noise=0.0, picture_cosine=1.0, sound_cosine=1.0, pgc_shift=0.0)
        pairs, observed = make_professionals(clear, make_lens(clear, 6)), observe(clear)
        world, of = observed.world, observed.pairs
        videos = ContentMap(of.video_vectors, world.video_contents)(pairs.video_vectors)
        sounds = ContentMap(of.music_vectors, world.tracks.contents)(pairs.music_vectors)
        both = videos[pairs.pairs[:, 0]] * sounds[pairs.pairs[:, 1]]
        half = config.n_content // 2
        return float(both[:, :half].sum(axis=1).mean()), float(both[:, half:].sum(axis=1).mean())

    assert cosines(SMALL) == pytest.approx((0.425, 0.425), abs=0.08)
    assert cosines(in_world("bad_pgc", SMALL)) == pytest.approx((0.1, 0.1), abs=0.05)
    assert cosines(in_world("misleading_pgc", SMALL)) == pytest.approx((-0.425, 0.425), abs=0.08)


def test_professionals_number_follows_the_uploaders_videos() -> None:
    scaled = in_world("pgc_scaled", SMALL)
    pairs = make_professionals(scaled, make_lens(scaled, 6))
    assert (pairs.n_pairs, pairs.n_tracks) == (150, 37)
    assert replace(scaled, n_videos=6_000).n_professional_pairs == 300
    assert "300 professional pairs" in replace(scaled, n_videos=6_000).describe()


def test_professionals_mixing_is_partly_of_its_own() -> None:
    def likeness(share: float) -> float:
        lens = make_lens(replace(SMALL, pgc_mixing_share=share), 6)
        assert lens.pgc_picture.var() == pytest.approx(lens.picture.var(), rel=0.1)
        parts = ((lens.picture, lens.pgc_picture), (lens.sound, lens.pgc_sound))
        return min(float(np.corrcoef(a.ravel(), b.ravel())[0, 1]) for a, b in parts)

    same, other = (make_lens(replace(SMALL, pgc_mixing_share=share), 6) for share in (0.0, 1.0))
    assert likeness(0.0) == pytest.approx(1.0)
    assert likeness(0.5) == pytest.approx(np.sqrt(0.5), abs=0.05)
    assert likeness(1.0) == pytest.approx(0.0, abs=0.05)
    own, of_uploaders = (make_professionals(SMALL, lens) for lens in (other, same))
    for features in ("video_vectors", "music_vectors"):
        one, two = getattr(own, features), getattr(of_uploaders, features)
        assert abs(np.corrcoef(one.ravel(), two.ravel())[0, 1]) < 0.5
    # Uploaders' features don't change with it.
    here, there = observe(SMALL).pairs, observe(in_world("mixed_pgc", SMALL)).pairs
    assert np.array_equal(here.video_vectors, there.video_vectors)


def test_nonlinear_features_hide_content_from_a_linear_map() -> None:
    def found(config: SimulationConfig) -> tuple[float, float]:
        observed = observe(config)
        pictures = observed.pairs.video_vectors
        return explained(pictures, observed.world.video_contents), float(
            pictures.std(axis=0).mean()
        )

    plain, spread = found(SMALL)
    bent, same_spread = found(in_world("nonlinear", SMALL))
    assert same_spread == pytest.approx(spread, rel=0.05)
    assert plain > 0.4
    assert 0.02 < bent < 0.6 * plain


def test_content_follows_taste_where_it_says_so_and_nowhere_else() -> None:
    def follows(config: SimulationConfig) -> float:
        world = make_world(config)
        tastes = world.uploaders.tastes[world.uploaders.personas]
        return explained(tastes, world.video_contents)

    assert follows(SMALL) < 0.01
    assert follows(in_world("content_follows_taste", SMALL)) > 0.08


def excess(data_tastes: Floats, genres: npt.NDArray[np.int64]) -> float:
    """How much more an uploader likes the picked genres than uploaders do on average."""
    return float((data_tastes[np.arange(len(genres)), genres] - data_tastes.mean(0)[genres]).mean())


def test_under_do_taste_shows_in_picks_by_way_of_the_content_alone() -> None:
    def of_do(config: SimulationConfig) -> tuple[float, float]:
        data = simulate(replace(config, n_videos=12_000, n_test=600, match_weight=20.0))
        do = next(test for test in data.tests if test.name == "do")
        genres = data.ugc.genres
        shares = present(do.true_genre_shares)
        true_genres = shares.argmax(axis=1)
        return excess(do.queries.tastes, genres[do.targets]), excess(do.queries.tastes, true_genres)

    for by_picks in of_do(SMALL):
        assert abs(by_picks) < 0.04
    for by_picks in of_do(in_world("content_follows_taste", FREE)):
        assert by_picks > 0.05


def test_nothing_is_confounded_in_the_unconfounded_world() -> None:
    blind = replace(in_world("unconfounded", SMALL), match_weight=0.0)
    world, confounded = make_world(blind), make_world(replace(SMALL, match_weight=0.0))

    def pull(of: World) -> float:
        tastes = of.uploaders.tastes[of.uploaders.personas]
        return excess(tastes, of.tracks.genres[of.picks])

    assert abs(pull(world)) < 0.02
    assert pull(confounded) > 0.1


def test_few_uploaders_make_many_videos_each() -> None:
    def mean_size(pairs: PairSet) -> float:
        return pairs.n_pairs / len(set(pairs.uploaders))

    config = replace(SMALL, n_videos=6_000)
    assert mean_size(observe(config).pairs) == pytest.approx(12, rel=0.2)
    assert mean_size(observe(in_world("few_uploaders", config)).pairs) > 100
