"""How often tracks are listed for many clips, with lists that can be worked out by hand."""

import numpy as np
import pytest

from engine.ranking import audit
from engine.ranking.audit import places_of


@pytest.fixture(autouse=True)
def short_lists(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(audit, "N_FIRST", 1)
    monkeypatch.setattr(audit, "N_SEEN", 2)


# The third suits both clips, the fourth none.
TRACKS = np.array([[1, 0], [0, 1], [2, 2], [-1, -1]], np.float32)
CLIPS = np.array([[1, 0], [0, 1]], np.float32)


@pytest.mark.parametrize("size", [1, 3, 4])
def test_what_everything_and_what_nothing_matches(size: int) -> None:
    parts = [TRACKS[start : start + size] for start in range(0, 4, size)]
    places = places_of(CLIPS, parts, np.zeros(4, np.float32), np.ones(4, np.bool_))
    assert places.n_clips == 2
    assert places.n_first.tolist() == [0, 0, 2, 0]
    assert places.n_seen.tolist() == [1, 1, 2, 0]


def test_corrections_count_and_copies_dont() -> None:
    corrections = np.array([0, 0, 3, 0], np.float32)
    places = places_of(CLIPS, [TRACKS], corrections, np.ones(4, np.bool_))
    assert places.n_first.tolist() == [1, 1, 0, 0]
    is_listed = np.array([True, True, False, True])
    places = places_of(CLIPS, [TRACKS], np.zeros(4, np.float32), is_listed)
    assert places.n_first.tolist() == [1, 1, 0, 0]
    assert places.n_seen.tolist() == [2, 2, 0, 0]


def test_fewer_tracks_than_places_and_no_clips() -> None:
    places = places_of(CLIPS, [TRACKS[:1]], np.zeros(1, np.float32), np.ones(1, np.bool_))
    assert places.n_seen.tolist() == [2]
    none = places_of(CLIPS[:0], [TRACKS], np.zeros(4, np.float32), np.ones(4, np.bool_))
    assert (none.n_clips, none.n_first.tolist()) == (0, [0, 0, 0, 0])
