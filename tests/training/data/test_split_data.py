from dataclasses import replace

import numpy as np

from engine.training.data.benchmark_data import BenchmarkData
from engine.training.data.split_data import validation_anew, with_own_tests
from tests.present import present
from tests.training import hand_made


def make_data(n_pairs: int = 60) -> BenchmarkData:
    """Video i by uploader i modulo 5; its number is its first feature."""
    data = hand_made.make_data()
    pairs = hand_made.make_pairs(n_pairs)
    vectors = np.arange(6 * n_pairs, dtype="f4").reshape(n_pairs, 6)
    return replace(data, ugc=replace(pairs, video_vectors=vectors))


def numbers(vectors: np.ndarray) -> set[int]:
    return {int(one) // 6 for one in vectors[:, 0]}


def test_videos_that_validate_are_drawn_from_training() -> None:
    data = make_data()
    one, other = validation_anew(data, 1), validation_anew(data, 2)
    validating = numbers(one.validation.queries.video_vectors)
    assert len(validating) == data.validation.n == 12
    assert validating != numbers(other.validation.queries.video_vectors)
    assert numbers(one.ugc.video_vectors) == set(range(60)) - validating
    # Video i goes with track i modulo 20.
    chosen = one.validation.queries.video_vectors[:, 0] // 6
    assert one.validation.targets.tolist() == (chosen % 20).tolist()
    assert one.tests == data.tests and one.validation.name == "validation"
    assert one.ugc.n_tracks == data.ugc.n_tracks


def test_every_uploader_keeps_half() -> None:
    data = make_data(20)
    found = validation_anew(data, 3)
    # Four videos each: two of each at most, ten of the twelve that were wanted.
    assert found.validation.n == 10
    _, counts = np.unique(found.ugc.uploaders, return_counts=True)
    assert counts.tolist() == [2] * 5
    assert sorted(present(found.validation.queries.uploaders)) == sorted("01234" * 2)


def test_no_copy_of_what_validates_is_learnt_from() -> None:
    data = make_data()
    vectors = data.ugc.video_vectors.copy()
    vectors[30:] = vectors[:30]
    found = validation_anew(replace(data, ugc=replace(data.ugc, video_vectors=vectors)), 1)
    validating = numbers(found.validation.queries.video_vectors)
    assert validating and found.ugc.n_videos
    assert not validating & numbers(found.ugc.video_vectors)


def test_a_video_of_two_tracks_leaves_training_whole() -> None:
    data = make_data(40)
    twice = replace(
        data.ugc,
        pairs=np.concatenate([data.ugc.pairs, data.ugc.pairs + np.array([0, 20])]),
        weights=np.ones(80, np.float32),
        uploaders=np.tile(data.ugc.uploaders, 2),
    )
    found = validation_anew(replace(data, ugc=twice), 1)
    validating = numbers(found.validation.queries.video_vectors)
    assert found.validation.n == 12 and found.ugc.n_pairs == 80 - 24
    assert not validating & numbers(found.ugc.video_vectors)


def test_nothing_to_spare_and_seed_nought_keep_the_set() -> None:
    data = make_data(5)
    assert validation_anew(data, 1) is data
    given = with_own_tests(make_data())
    assert given.split(0) is given.first
    assert given.split(1).ugc.n_pairs == given.first.ugc.n_pairs - 12
    assert given.description.endswith("Each seed has other validation videos.")
