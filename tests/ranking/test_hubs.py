"""Hubs among stills are marked down, and nothing else."""

import numpy as np
import numpy.typing as npt
import pytest

from engine.ranking import hubs
from engine.ranking.hubs import hub_offsets


def shares(scores: npt.NDArray[np.float32]) -> npt.NDArray[np.float64]:
    top = np.argsort(-scores, axis=1)[:, :5]
    return np.asarray(np.bincount(top.ravel(), minlength=scores.shape[1]) / len(scores))


@pytest.fixture
def scores() -> npt.NDArray[np.float32]:
    found = np.random.default_rng(0).normal(size=(200, 100)).astype(np.float32)
    found[:, 3] += 3
    return found


def test_a_hub_comes_below_the_cap(scores: npt.NDArray[np.float32]) -> None:
    assert shares(scores)[3] > 0.8
    offsets = hub_offsets([scores], 0.12)
    assert shares(scores - offsets).max() <= 0.12
    # By about what makes it one.
    assert offsets[3] == pytest.approx(3, abs=0.8)


def test_tracks_below_the_cap_keep_their_scores(scores: npt.NDArray[np.float32]) -> None:
    offsets = hub_offsets([scores], 0.2)
    assert (offsets > 0).tolist() == [column == 3 for column in range(100)]


def test_a_short_list_and_no_stills_change_nothing(scores: npt.NDArray[np.float32]) -> None:
    assert not hub_offsets([scores[:, :10]], 0.1).any()
    assert not hub_offsets([scores[:0]], 0.1).any()


def test_a_cap_that_cannot_be_kept_is_raised(scores: npt.NDArray[np.float32]) -> None:
    few = scores[:, :20]
    assert np.isfinite(hub_offsets([few], 0.0)).all()
    assert shares(few - hub_offsets([few], 0.0)).max() <= 0.55


def test_a_hub_of_a_large_library_comes_below_the_cap(monkeypatch: pytest.MonkeyPatch) -> None:
    many = np.random.default_rng(1).normal(size=(200, 2_000)).astype(np.float32)
    many[:, 7] += 4
    many[:, 8:20] += 2
    assert shares(many)[7] > 0.8
    offsets = hub_offsets([many], 0.1)
    assert shares(many - offsets).max() <= 0.1
    # As if the rounds had seen every track.
    monkeypatch.setattr(hubs, "_N_SEEN", 2_000)
    assert hub_offsets([many], 0.1).tolist() == offsets.tolist()


def test_the_next_track_does_not_change_what_a_hub_loses() -> None:
    many = np.random.default_rng(2).normal(size=(200, 1_001)).astype(np.float32)
    many[:, 3] += 4
    few, more = hub_offsets([many[:, :1_000]], 0.1), hub_offsets([many], 0.1)
    assert few[3] > 1
    assert few == pytest.approx(more[:1_000], abs=0.2)


def test_parts_of_the_tracks_count_as_one_list() -> None:
    many = np.random.default_rng(3).normal(size=(200, 1_000)).astype(np.float32)
    many[:, [7, 700]] += 4
    whole = hub_offsets([many], 0.1)
    parts = hub_offsets(np.array_split(many, 7, axis=1), 0.1)
    assert (whole > 1).nonzero()[0].tolist() == [7, 700]
    assert parts == pytest.approx(whole, rel=1e-5)
