from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from engine.errors import TrainingError
from engine.training.data.extras import Extras
from engine.training.data.own_pairs import own_benchmark
from engine.training.data.pairs import PairSet
from tests.present import present
from tests.training import hand_made

MINE, THEIRS = Path("mine.npz"), Path("theirs.npz")


@pytest.fixture
def pairs() -> PairSet:
    """100 videos of 20 makers, five each; video i with track i modulo 20 of 40."""
    pairs = hand_made.make_pairs(100)
    makers = np.char.add("maker ", (np.arange(100) // 5).astype(str))
    vectors = np.arange(600, dtype="f4").reshape(100, 6)
    return replace(pairs, uploaders=makers, sources=makers, video_vectors=vectors)


def test_whole_sources_are_held_out(pairs: PairSet) -> None:
    data = own_benchmark(pairs, None, 0, MINE)
    test = data.tests[0]
    assert (data.name, test.name, data.is_simulated) == ("mine", "test", False)
    assert (data.ugc.n_videos, data.validation.n, test.n) == (70, 10, 20)
    uploaders = [data.ugc.uploaders, data.validation.queries.uploaders, test.queries.uploaders]
    makers = [set(present(part)) for part in uploaders]
    assert [len(part) for part in makers] == [14, 2, 4] and len(set.union(*makers)) == 20
    assert data.ugc.n_tracks == 40
    # The first feature of video i is 6 i, and its track i modulo 20.
    assert (test.queries.video_vectors[:, 0] / 6 % 20).tolist() == test.targets.tolist()
    assert test.negatives.shape == (20, 39)
    assert test.true_top is None
    # Makers who aren't learnt from have the taste of their other picks: each chooses both genres
    # alike but for one pick of five, by which the share of the asked genre falls.
    chosen = present(test.queries.tastes)[np.arange(20), test.targets % 2]
    assert sorted(set(chosen.tolist())) == [0.25, 0.5]
    assert [each.name for each in data.tests] == ["test"]


def test_harder_halves_are_tests_of_their_own(pairs: PairSet) -> None:
    rhythms = np.ones((100, 5), "f4")
    one_sided = replace(pairs, genres=np.where(np.arange(40) < 10, 0, pairs.genres))
    known = replace(one_sided, extras=Extras(rhythms=rhythms))
    data = own_benchmark(known, None, 0, MINE)
    assert [(test.name, test.n) for test in data.tests] == [
        ("test", 20), ("diverse", 10), ("matching", 10),
    ]  # fmt: skip
    whole = {tuple(row) for row in data.tests[0].queries.video_vectors.tolist()}
    for test in data.tests[1:]:
        assert {tuple(row) for row in test.queries.video_vectors.tolist()} < whole


def test_the_split_is_the_seeds(pairs: PairSet) -> None:
    one, again, other = (own_benchmark(pairs, None, seed, MINE) for seed in (0, 0, 1))
    assert np.array_equal(one.ugc.pairs, again.ugc.pairs)
    assert np.array_equal(one.tests[0].negatives, again.tests[0].negatives)
    assert set(one.ugc.uploaders) != set(other.ugc.uploaders)


def test_a_video_of_several_tracks_asks_once_with_its_text(pairs: PairSet) -> None:
    text = np.arange(100, dtype="f4")[:, None]
    twice = replace(
        pairs,
        pairs=np.stack([np.arange(100) // 2, np.arange(100) % 20], axis=1),
        extras=Extras(text_vectors=text, has_text=np.ones(100, dtype=bool)),
    )
    test = own_benchmark(twice, None, 0, MINE).tests[0]
    videos = test.queries.video_vectors[:, 0] / 6
    assert len(set(videos)) == test.n
    assert np.array_equal(present(test.queries.text_vectors)[:, 0], videos)
    for video, target in zip(videos.astype(int), test.targets, strict=True):
        assert target in (2 * video % 20, (2 * video + 1) % 20)


def test_professionals_have_to_go_with_them(pairs: PairSet) -> None:
    others = replace(
        pairs,
        sources=np.char.add("film ", (np.arange(100) // 5).astype(str)),
        video_vectors=pairs.video_vectors + 0.5,
    )
    pgc = present(own_benchmark(pairs, others, 0, MINE, THEIRS).pgc)
    assert np.array_equal(pgc.video_vectors, others.video_vectors)
    with pytest.raises(TrainingError, match=r"theirs\.npz.*versions"):
        own_benchmark(pairs, replace(pairs, video_version="video-0"), 0, MINE, THEIRS)


def test_professionals_of_held_out_makers_are_left_out(pairs: PairSet) -> None:
    # All clips are the uploaders' own ones, under names of films.
    films = replace(pairs, sources=np.char.add("film ", (np.arange(100) // 5).astype(str)))
    data = own_benchmark(pairs, films, 0, MINE, THEIRS)
    assert data.ugc.n_videos == 70
    assert np.array_equal(present(data.pgc).video_vectors, data.ugc.video_vectors)


def test_clips_under_two_names_are_held_out_together(pairs: PairSet) -> None:
    vectors = pairs.video_vectors.copy()
    vectors[50:] = vectors[:50]
    data = own_benchmark(replace(pairs, video_vectors=vectors), None, 0, MINE)
    parts = [data.ugc.video_vectors]
    parts += [present(one.queries.video_vectors) for one in (data.validation, data.tests[0])]
    first = [set(part[:, 0].tolist()) for part in parts]
    assert [len(part) for part in first] == [35, 5, 10]
    assert len(set.union(*first)) == 50


def test_too_few_sources_to_hold_out_are_reported(pairs: PairSet) -> None:
    with pytest.raises(TrainingError, match=r"mine\.npz.*at least 16"):
        own_benchmark(pairs.take(np.arange(10)), None, 0, MINE)
    two = replace(pairs, sources=np.where(np.arange(100) < 50, "a", "b"))
    with pytest.raises(TrainingError, match=r"mine\.npz.*too few sources.*ten subfolders"):
        own_benchmark(two, None, 0, MINE)
