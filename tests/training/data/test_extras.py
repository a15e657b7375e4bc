from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from engine.training.data.extras import Extras
from engine.training.data.pairs import PairSet, join, load_pairs, save_pairs
from tests.training.tiny_pairs import make_pairs


def make_extras(n_videos: int, n_tracks: int, n_pairs: int, n_text: int = 3) -> Extras:
    """Parts whose every row says its own number."""
    return Extras(
        text_vectors=np.tile(np.arange(n_videos, dtype="f4")[:, None], (1, n_text)),
        has_text=np.arange(n_videos) > 0,
        categories=np.arange(n_videos) % 4,
        tags=np.tile(np.arange(n_tracks, dtype="f4")[:, None] % 2, (1, 2)),
        cut_vectors=np.tile(np.arange(n_videos, dtype="f4")[:, None], (1, 5)),
        beat_vectors=np.tile(np.arange(n_tracks, dtype="f4")[:, None], (1, 5)),
        taken=np.arange(n_pairs)[::-1].copy(),
        clip_ids=np.arange(n_videos).astype(np.str_),
    )


@pytest.fixture
def pairs() -> PairSet:
    """20 videos, 2 for each of the first 10 of 20 tracks."""
    plain = make_pairs(20, n_uploaders=4)
    return replace(
        plain,
        pairs=np.stack([np.arange(20), np.arange(20) // 2], axis=1),
        extras=make_extras(20, 20, 20),
    )


def test_extras_survive_their_file(pairs: PairSet, tmp_path: Path) -> None:
    save_pairs(pairs, tmp_path / "pairs.npz")
    read = load_pairs(tmp_path / "pairs.npz").extras
    assert read.mood_vectors is None
    for name, part in pairs.extras.parts().items():
        assert np.array_equal(getattr(read, name), part), name
        assert getattr(read, name).dtype == part.dtype, name


def test_an_older_file_has_no_extras(tmp_path: Path) -> None:
    save_pairs(make_pairs(20), tmp_path / "pairs.npz")
    assert load_pairs(tmp_path / "pairs.npz").extras == Extras()


def test_take_keeps_the_catalogue(pairs: PairSet) -> None:
    part = pairs.take(np.array([7, 2]))
    assert (part.n_videos, part.n_tracks, part.n_pairs) == (2, 20, 2)
    assert part.pairs.tolist() == [[1, 3], [0, 1]]
    assert np.array_equal(part.video_vectors, pairs.video_vectors[[2, 7]])
    assert part.uploaders.tolist() == [pairs.uploaders[7], pairs.uploaders[2]]
    extras = part.extras
    assert extras.text_vectors is not None and extras.text_vectors[:, 0].tolist() == [2, 7]
    assert extras.taken is not None and extras.taken.tolist() == [12, 17]
    assert extras.beat_vectors is pairs.extras.beat_vectors
    mask = np.arange(20) < 3
    assert pairs.take(mask).pairs.tolist() == [[0, 0], [1, 0], [2, 1]]


def test_of_videos_takes_the_extras_along(pairs: PairSet) -> None:
    part = pairs.of_videos(np.isin(np.arange(20), [4, 5, 18]))
    assert part.pairs.tolist() == [[0, 0], [1, 0], [2, 1]]
    extras = part.extras
    assert extras.beat_vectors is not None and extras.beat_vectors[:, 0].tolist() == [2, 9]
    assert extras.cut_vectors is not None and extras.cut_vectors[:, 0].tolist() == [4, 5, 18]


def test_one_track_per_video(pairs: PairSet) -> None:
    assert pairs.one_track_per_video
    twice = pairs.pairs.copy()
    twice[1, 0] = 0
    assert not replace(pairs, pairs=twice).one_track_per_video


def test_join_fills_what_has_a_missing_value_and_drops_the_rest(pairs: PairSet) -> None:
    poorer = Extras(beat_vectors=np.full((20, 5), 9, dtype="f4"), tags=np.ones((20, 1), "f4"))
    joined = join(pairs, replace(pairs, extras=poorer)).extras
    assert joined.has_text is not None and joined.text_vectors is not None
    assert joined.has_text.tolist() == [False] + [True] * 19 + [False] * 20
    assert joined.text_vectors[19:21, 0].tolist() == [19, 0]
    assert joined.categories is not None and joined.categories[18:22].tolist() == [2, 3, -1, -1]
    assert joined.beat_vectors is not None and joined.beat_vectors[19:21, 0].tolist() == [19, 9]
    assert joined.clip_ids is not None and joined.clip_ids[18:22].tolist() == ["18", "19", "", ""]
    assert joined.tags is None and joined.cut_vectors is None and joined.taken is None


def test_texts_of_two_encoders_are_not_joined(pairs: PairSet) -> None:
    other = replace(pairs, extras=make_extras(20, 20, 20, n_text=4))
    joined = join(pairs, other).extras
    assert joined.text_vectors is None and joined.has_text is None
    assert joined.categories is not None and len(joined.categories) == 40


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"text_vectors": np.zeros((20, 3), "f4")}, "come together"),
        ({"categories": np.zeros(19, dtype=np.int64)}, "categories has 19 rows instead of 20"),
        ({"tags": np.zeros(20, "f4")}, "tags has 1 dimensions"),
        ({"beat_vectors": np.full((20, 2), np.nan, "f4")}, "beat_vectors contains NaN"),
        ({"taken": np.zeros(3, dtype=np.int64)}, "taken has 3 rows"),
    ],
)
def test_what_does_not_fit_is_refused(
    pairs: PairSet, change: dict[str, np.ndarray], problem: str
) -> None:
    with pytest.raises(ValueError, match=problem):
        replace(pairs, extras=Extras(**change))
