"""Genre interventions and later picks of given pairs."""

from dataclasses import replace

import numpy as np
import pytest

from engine.errors import TrainingError
from engine.training.data.benchmark_data import BenchmarkData
from engine.training.data.extras import Extras
from engine.training.data.given_splits import LATER, SHARES, genre_split, given_splits, later_split
from engine.training.data.pairs import PairSet
from tests.present import present
from tests.training import hand_made

N = 400
GENRES = ("jazz", "pop", "metal")


@pytest.fixture
def pairs() -> PairSet:
    """400 videos of 40 makers, ten each, each with its own track; half jazz, a tenth metal."""
    rng = np.random.default_rng(0)
    makers = np.char.add("maker ", (np.arange(N) // 10).astype(str))
    return replace(
        hand_made.make_pairs(N),
        # The first feature says which video it is.
        video_vectors=np.pad(np.arange(N, dtype="f4")[:, None], ((0, 0), (0, 5))),
        music_vectors=rng.normal(size=(N, 6)).astype("f4"),
        pairs=np.stack([np.arange(N)] * 2, axis=1),
        genres=rng.choice(3, N, p=[0.5, 0.4, 0.1]),
        genre_names=GENRES,
        uploaders=makers,
        sources=makers,
    )


def counts(tracks: np.ndarray, pairs: PairSet) -> list[int]:
    return [int(n) for n in np.bincount(pairs.genres[np.unique(tracks)], minlength=3)]


def used(data: BenchmarkData) -> list[np.ndarray]:
    """The tracks of training, validation and test; video i has track i."""
    return [np.unique(data.ugc.pairs[:, 1]), data.validation.targets, data.tests[0].targets]


@pytest.mark.parametrize("share", SHARES)
def test_ratios_are_reversed_in_testing(pairs: PairSet, share: float) -> None:
    data = genre_split(pairs, None, share, 0)
    training, validation, test = (counts(tracks, pairs) for tracks in used(data))
    for (jazz, pop, _), wanted in (
        (training, share),
        (validation, 1 - share),
        (test, 1 - share),
    ):
        assert jazz / (jazz + pop) == pytest.approx(wanted, abs=0.5 / (jazz + pop))
    assert data.tests[0].name == data.name == f"x{round(100 * share)}"


def test_the_number_of_tracks_is_the_same_for_every_strength(pairs: PairSet) -> None:
    sizes = {
        tuple(len(tracks) for tracks in used(genre_split(pairs, None, share, 0)))
        for share in SHARES
    }
    assert len(sizes) == 1


def test_no_copy_of_a_later_clip_is_learnt_from(pairs: PairSet) -> None:
    # Of each maker's ten, the last five are the first five again.
    first = np.arange(N) // 10 * 10 + np.arange(N) % 5
    twice = replace(pairs, video_vectors=pairs.video_vectors[first])
    data = later_split(twice, None, 0)
    learnt = set(data.ugc.video_vectors[:, 0].tolist())
    asked = [present(one.queries.video_vectors)[:, 0] for one in (data.validation, data.tests[0])]
    assert learnt and not learnt & set(np.concatenate(asked).tolist())


def test_neither_tracks_nor_sources_are_in_two_parts(pairs: PairSet) -> None:
    # Track 395 is also used by maker 0, so that makers 0 and 39 go together.
    linked = replace(
        pairs,
        pairs=np.concatenate([pairs.pairs, [[3, 395]]]),
        weights=np.ones(N + 1, "f4"),
        uploaders=np.append(pairs.uploaders, "maker 0"),
    )
    for seed in range(5):
        data = genre_split(linked, None, 0.7, seed)
        training, validation, test = used(data)
        assert not set(training) & (set(validation) | set(test)) and not set(validation) & set(test)
        makers = [
            set(data.ugc.sources),
            *(set(present(each.queries.uploaders)) for each in (data.validation, data.tests[0])),
        ]
        makers = [{maker.replace("maker 39", "maker 0") for maker in part} for part in makers]
        assert not makers[0] & makers[1] and not makers[0] & makers[2]
        assert not makers[1] & makers[2]


def test_test_sets_recommend_among_their_own_tracks(pairs: PairSet) -> None:
    test = genre_split(pairs, None, 0.5, 0).tests[0]
    pool = present(test.candidates_pool)
    assert set(pool) == set(test.targets) and set(test.negatives.ravel()) <= set(pool)
    assert (test.queries.video_vectors[:, 0] == test.targets).all()


def test_the_split_is_the_seeds(pairs: PairSet) -> None:
    one, again, other = (used(genre_split(pairs, None, 0.6, seed))[2] for seed in (0, 0, 1))
    assert np.array_equal(one, again) and not np.array_equal(one, other)


@pytest.mark.parametrize("kind", ["one genre", "few tracks", "one source"])
def test_what_a_set_cannot_bear_is_said(pairs: PairSet, kind: str) -> None:
    poor, problem = {
        "one genre": (replace(pairs, genres=np.where(pairs.genres == 0, 0, -1)), "fewer than two"),
        "few tracks": (
            replace(pairs, genres=np.where(np.arange(N) < 30, pairs.genres, -1)),
            r"“pop” \(16 tracks\) and “jazz” \(11\) aren't enough",
        ),
        "one source": (replace(pairs, sources=np.full(N, "all")), "aren't enough"),
    }[kind]
    with pytest.raises(TrainingError, match=rf"split by genre.*{problem}.*--splits"):
        genre_split(poor, None, 0.5, 0)


def test_the_last_picks_ask_and_the_earlier_ones_are_the_taste(pairs: PairSet) -> None:
    # Backwards in time: the first pairs are the last ones.
    taken = replace(pairs, extras=Extras(taken=np.arange(N)[::-1].copy()))
    data = later_split(taken, None, 0)
    asked = data.tests[0]
    # Of ten each, two ask in the end: one of them validates, the other tests.
    assert (data.ugc.n_pairs, data.validation.n, asked.n) == (320, 40, 40)
    assert asked.targets.tolist() == list(range(0, N, 10))
    assert data.validation.targets.tolist() == list(range(1, N, 10))
    for row, target in enumerate(asked.targets):
        earlier = pairs.genres[target + 2 : target + 10]
        assert asked.queries.tastes[row] == pytest.approx(np.bincount(earlier, minlength=3) / 8)
    assert "in time, ask" in data.description


def test_without_times_the_order_of_the_edits_counts(pairs: PairSet) -> None:
    data = later_split(pairs, None, 0)
    assert data.tests[0].targets.tolist() == list(range(9, N, 10))
    assert "in the order of the edits, as no times are known" in data.description


def test_short_histories_have_no_earlier_and_later(pairs: PairSet) -> None:
    strangers = replace(pairs, uploaders=np.arange(N).astype(str))
    with pytest.raises(TrainingError, match="no uploader has 8 edits"):
        later_split(strangers, None, 0)


def test_every_split_has_its_name(pairs: PairSet) -> None:
    # Half of the professionals' clips are the uploaders' own, in another order.
    films = replace(
        pairs,
        video_vectors=pairs.video_vectors[::-1] + np.where(np.arange(N) < 200, 0, 0.5)[:, None],
        sources=np.char.add("film ", np.arange(N).astype(str)),
    )
    found = given_splits(pairs, films)
    assert list(found) == ["x50", "x60", "x70", "x80", LATER]
    for name, split in found.items():
        data = split(3)
        assert (data.name, data.tests[0].name) == (name, name)
        asked = {row[0] for row in present(data.tests[0].queries.video_vectors).tolist()}
        kept = {row[0] for row in present(data.pgc).video_vectors.tolist()}
        assert {number + 0.5 for number in range(200)} <= kept
        assert any(number >= 200 for number in asked)
        assert not asked & kept
