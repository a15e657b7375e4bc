"""The audit of the bundled library with the shipped pack, and of an own one with own clips."""

import numpy as np
import pytest

from engine.encoders.active import matching_pack
from engine.errors import Cancelled
from engine.progress import Progress, silent
from engine.stories.audit import audit_library


def test_the_bundled_library_has_no_track_that_comes_first_too_often() -> None:
    audit = audit_library(silent())
    assert (audit.is_own, audit.n_tracks) == (False, 126)
    assert audit.n_clips > 100
    shares = [each.share for each in audit.often]
    assert shares == sorted(shares, reverse=True)
    assert 0 < shares[0] < 0.5
    assert sum(each.of_library for each in audit.genres) == pytest.approx(1)
    assert sum(each.of_lists for each in audit.genres) == pytest.approx(1)


def test_the_users_own_clips_count_once_there_are_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    own = np.repeat(matching_pack().bank[:1], 30, axis=0).astype(np.float32)
    monkeypatch.setattr("engine.stories.audit.own_clips", lambda *_: own)
    audit = audit_library(silent())
    assert (audit.is_own, audit.n_clips) == (True, 30)
    # All of them have one list of fifty tracks.
    assert audit.n_never == len(audit.never) == 126 - 50
    assert [each.share for each in audit.often] == [1.0] * 5
    assert all(each.is_too_often for each in audit.often)


def test_it_can_be_cancelled() -> None:
    progress = Progress()
    progress.cancel()
    with pytest.raises(Cancelled):
        audit_library(progress)
