"""The benchmark data of a simulated world, compared with the world itself."""

from dataclasses import replace

import numpy as np
import numpy.typing as npt
import pytest

from engine.errors import InputError
from engine.training.data.benchmark_data import BenchmarkData, TestSet
from engine.training.data.pairs import PairSet
from engine.training.data.tastes import genre_entropies, tastes_of
from engine.training.simulation.observe import rhythm_fit
from engine.training.simulation.parameters import SimulationConfig
from engine.training.simulation.simulated_data import Observed, observe, simulate
from engine.training.simulation.testsets import held_out, matching_degrees
from tests.present import present

# No match and no choice by taste: what is taken says what was offered.
BLIND = SimulationConfig(
    n_videos=24_000,
    n_tracks=60,
    n_features=4,
    n_text=4,
    exposure_strength=2.0,
    choice_strength=0.0,
    match_weight=0.0,
    pool_size=20,
)


def rows_of(vectors: npt.NDArray[np.float32]) -> set[bytes]:
    return {row.tobytes() for row in vectors}


def all_tests(data: BenchmarkData) -> tuple[TestSet, ...]:
    return (data.validation, *data.tests)


def pick_shares(tracks: npt.NDArray[np.int64], n_tracks: int) -> npt.NDArray[np.float64]:
    return np.bincount(tracks, minlength=n_tracks) / len(tracks)


def test_no_test_set_holds_a_training_video_or_one_of_another(data: BenchmarkData) -> None:
    seen = [rows_of(data.ugc.video_vectors)]
    *apart, do, do_own = all_tests(data)
    seen += [rows_of(test.queries.video_vectors) for test in (*apart, do)]
    assert [len(rows) for rows in seen] == [600 - 3 * 30, 30, 30, 30, 30]
    assert len(set.union(*seen)) == sum(len(rows) for rows in seen)
    # Two who choose for the same videos, from the same tracks.
    assert rows_of(do_own.queries.video_vectors) == seen[-1]


def test_names_sizes_and_negatives(data: BenchmarkData) -> None:
    names = ["validation", "diverse", "matching", "do", "do_own"]
    assert [test.name for test in all_tests(data)] == names
    assert data.is_simulated and data.description.startswith("Simulated data, not real")
    for test in all_tests(data):
        # 90 tracks: no more than 89 of them are others.
        assert test.negatives.shape == (30, 89)
        for target, others in zip(test.targets, test.negatives, strict=True):
            assert len(set(others) | {target}) == 90


def test_training_pairs_are_the_remaining_picks(
    config: SimulationConfig, observed: Observed, data: BenchmarkData
) -> None:
    chosen = np.concatenate(list(held_out(config, observed.world, observed.pairs).values()))
    left = np.setdiff1d(np.arange(600), chosen)
    assert np.array_equal(data.ugc.pairs[:, 1], observed.world.picks[left])
    assert data.ugc.n_tracks == 90
    assert data.ugc.one_track_per_video


def test_uploaders_keep_half_of_their_history(observed: Observed, data: BenchmarkData) -> None:
    names, before = np.unique(observed.pairs.uploaders, return_counts=True)
    kept = dict(zip(*np.unique(data.ugc.uploaders, return_counts=True), strict=True))
    for name, count in zip(names, before, strict=True):
        assert kept[name] >= np.ceil(count / 2)


def test_tastes_of_queries_come_from_training_picks_alone(data: BenchmarkData) -> None:
    for test in all_tests(data):
        uploaders = present(test.queries.uploaders)
        for name, taste in zip(uploaders, test.queries.tastes, strict=True):
            picks = data.ugc.pairs[data.ugc.uploaders == name, 1]
            counts = np.bincount(data.ugc.genres[picks], minlength=6)
            assert np.allclose(taste, counts / counts.sum(), atol=1e-6)


def test_the_true_match_is_that_of_the_contents(
    config: SimulationConfig, observed: Observed, data: BenchmarkData
) -> None:
    rows = held_out(config, observed.world, observed.pairs)["diverse"]
    scores = observed.world.video_contents[rows] @ observed.world.tracks.contents.T
    test = data.tests[0]
    best = np.sort(scores, axis=1)[:, ::-1][:, :30]
    true_top = present(test.true_top)
    assert np.allclose(np.take_along_axis(scores, true_top, axis=1), best, atol=1e-6)
    jazz = (data.ugc.genres[true_top[:, :15]] == 1).mean(axis=1)
    assert np.allclose(present(test.true_genre_shares)[:, 1], jazz, atol=1e-6)


def test_diverse_is_by_the_uploaders_of_highest_entropy(
    config: SimulationConfig, observed: Observed
) -> None:
    rows = held_out(config, observed.world, observed.pairs)
    tastes = tastes_of(observed.pairs)
    entropies = genre_entropies(tastes.histograms)
    of_rows = entropies[observed.world.uploaders.of_videos[rows["diverse"]]]
    assert of_rows.min() >= np.quantile(entropies[observed.world.uploaders.of_videos], 0.8)
    # By hand: one genre has no entropy, two halves have log 2.
    assert genre_entropies(np.array([[1, 0], [0.5, 0.5]], "f4")) == pytest.approx([0, np.log(2)])


def test_matching_is_popular_and_in_rhythm(config: SimulationConfig, observed: Observed) -> None:
    rows = held_out(config, observed.world, observed.pairs)["matching"]
    degrees = matching_degrees(config, observed.world, observed.pairs)
    assert degrees[rows].mean() > degrees.mean() + 1.5 * degrees.std()
    extras = observed.pairs.extras
    beats = present(extras.beat_vectors)[observed.world.picks]
    fit = rhythm_fit(present(extras.cut_vectors), beats)
    assert fit[rows].mean() > fit.mean() + fit.std()


def test_rhythm_by_hand() -> None:
    cuts = np.array([[1, 2, 3, 0, 1, 0], [1, 2, 3, 0, 0, 0]], "f4")
    beats = np.array([[2, 4, 6, 1, 0, 1], [3, 2, 1, 1, 0, 1]], "f4")
    # Speeds go together and accents against each other; then the reverse and no cut at all.
    assert rhythm_fit(cuts, beats) == pytest.approx([0.0, -0.5])


def test_do_offers_every_track_equally() -> None:
    data = simulate(BLIND)
    targets = next(test for test in data.tests if test.name == "do").targets
    counts = np.bincount(targets, minlength=60)
    expected = len(targets) / 60
    # χ² of 59 degrees of freedom: mean 59, variance 118.
    assert ((counts - expected) ** 2 / expected).sum() < 59 + 5 * np.sqrt(118)
    shares = pick_shares(data.ugc.pairs[:, 1], 60)
    assert shares.max() > 2.5 / 60 and shares.min() < 0.25 / 60
    assert abs(np.corrcoef(counts, shares)[0, 1]) < 0.5


def test_do_cuts_the_arrow_from_taste_to_exposure() -> None:
    data = simulate(BLIND)

    def excess(tastes: npt.NDArray[np.float32], genres: npt.NDArray[np.int64]) -> float:
        own = tastes[np.arange(len(genres)), genres]
        return float((own - tastes @ pick_shares(genres, 6)).mean())

    by_name = {
        test.name: excess(test.queries.tastes, data.ugc.genres[test.targets])
        for test in all_tests(data)
    }
    assert by_name["validation"] > 0.05
    assert abs(by_name["do"]) < 0.02
    assert abs(by_name["do_own"]) < 0.02


def test_under_do_another_taste_chooses_than_the_pictures_own(config: SimulationConfig) -> None:
    strong_taste = replace(config, n_videos=4_000, n_test=200, choice_strength=3.0)
    data = simulate(strong_taste)
    own = {}
    for test in data.tests:
        genres = data.ugc.genres[test.targets]
        own[test.name] = float(test.queries.tastes[np.arange(test.n), genres].mean())
    assert own["do_own"] > own["do"] + 0.1


def test_the_uploaders_style_shows_in_the_picture_and_not_in_the_content() -> None:
    config = SimulationConfig(n_videos=2_000, n_tracks=60, n_features=64)
    observed = observe(config)
    uploaders, pictures = observed.world.uploaders, observed.pairs.video_vectors
    pictures = (pictures - pictures.mean(axis=0)) / pictures.std(axis=0)
    of_videos = uploaders.of_videos
    same = (of_videos[:, None] == of_videos) & ~np.eye(2_000, dtype=bool)
    likeness = pictures @ pictures.T / 64
    assert likeness[same].mean() > 0.2
    assert abs(likeness[~same].mean()) < 0.02
    # Style follows taste at .7: the best linear guess explains about half of its variance.
    tastes = uploaders.tastes[: uploaders.n]
    tastes = tastes - uploaders.mean_taste
    guess = tastes @ np.linalg.lstsq(tastes, observed.styles, rcond=None)[0]
    explained = 1 - ((observed.styles - guess) ** 2).sum() / (observed.styles**2).sum()
    assert explained == pytest.approx(0.49, abs=0.12)


def test_professionals_are_shifted_by_one_vector(config: SimulationConfig) -> None:
    config = replace(config, n_features=256)
    here, there = simulate(replace(config, pgc_shift=0.0)), simulate(config)
    for name in ("video_vectors", "music_vectors"):
        shifts = getattr(there.pgc, name) - getattr(here.pgc, name)
        assert np.allclose(shifts, shifts[0], atol=1e-5)
        assert shifts[0].std() == pytest.approx(0.4, abs=0.06)
        assert np.array_equal(getattr(there.ugc, name), getattr(here.ugc, name))


def test_professionals_have_tracks_of_their_own_and_no_taste(data: BenchmarkData) -> None:
    pgc = present(data.pgc)
    assert (pgc.n_pairs, pgc.n_tracks) == (150, 37)
    assert not rows_of(pgc.music_vectors) & rows_of(data.ugc.music_vectors)
    counts = np.bincount(pgc.pairs[:, 1])
    assert counts.max() - counts.min() <= 1
    assert pgc.extras.text_vectors is None
    assert set(pgc.uploaders) == {"professionals"}


def test_a_missing_text_is_zero(observed: Observed) -> None:
    extras = observed.pairs.extras
    has_text, texts = present(extras.has_text), present(extras.text_vectors)
    assert has_text.mean() == pytest.approx(0.7, abs=0.08)
    assert not texts[~has_text].any()
    assert texts[has_text].any(axis=1).all()
    assert present(extras.tags).mean() == pytest.approx(0.15, abs=0.03)
    assert set(present(extras.categories)) <= set(range(8))


def test_pictures_and_sounds_show_the_content(observed: Observed) -> None:
    def correlation(vectors: npt.NDArray[np.float32], contents: npt.NDArray[np.float32]) -> float:
        guess = vectors @ np.linalg.lstsq(vectors, contents, rcond=None)[0]
        return float(np.corrcoef(guess.ravel(), contents.ravel())[0, 1])

    world, extras = observed.world, observed.pairs.extras
    with_text = present(extras.has_text)
    texts = present(extras.text_vectors)[with_text]
    assert correlation(observed.pairs.video_vectors, world.video_contents) > 0.5
    assert correlation(texts, world.video_contents[with_text]) > 0.4
    assert correlation(observed.pairs.music_vectors, world.tracks.contents) > 0.6
    assert correlation(present(extras.mood_vectors), world.tracks.contents) > 0.4


def test_moments_order_the_picks(observed: Observed) -> None:
    moments = observed.world.uploaders.moments
    assert np.array_equal(np.argsort(present(observed.pairs.extras.taken)), np.argsort(moments))


def test_the_seed_decides(config: SimulationConfig, data: BenchmarkData) -> None:
    again, other = simulate(config), simulate(replace(config, seed=1))
    assert_same(again, data)
    assert (other.ugc.video_vectors[:50] != data.ugc.video_vectors[:50]).all()
    assert (other.tests[0].targets != data.tests[0].targets).any()


def assert_same(one: BenchmarkData, other: BenchmarkData) -> None:
    for a, b in ((one.ugc, other.ugc), (one.pgc, other.pgc)):
        for name in PairSet.__dataclass_fields__:
            if name != "extras":
                assert np.array_equal(getattr(a, name), getattr(b, name)), name
    for test, twin in zip(all_tests(one), all_tests(other), strict=True):
        assert np.array_equal(test.targets, twin.targets)
        assert np.array_equal(test.negatives, twin.negatives)
        assert np.array_equal(present(test.true_top), present(twin.true_top))
        assert np.array_equal(test.queries.video_vectors, twin.queries.video_vectors)


def test_uploaders_of_one_video_leave_nothing_to_hold_out(config: SimulationConfig) -> None:
    with pytest.raises(InputError, match=r"too few videos.*more videos per uploader"):
        simulate(replace(config, videos_per_uploader=1.0))
