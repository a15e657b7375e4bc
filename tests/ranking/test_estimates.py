"""Estimated embeddings: like those of tracks with such a profile."""

import numpy as np
import numpy.typing as npt
import pytest

from engine.encoders.profile import Profile
from engine.library.columns import TrackColumns
from engine.ranking.estimates import estimate_vectors
from tests.tracks import make_track


def columns(
    profiles: list[Profile], vectors: npt.NDArray[np.float32] | None = None
) -> TrackColumns:
    return TrackColumns.of([make_track(profile=profile) for profile in profiles], vectors)


JAZZ, METAL = Profile("jazz", moods={"calm": 2.0}), Profile("metal", moods={"energetic": 2.0})
VECTORS = np.asarray([[1, 0], [0, 1]] * 20, np.float32)


def test_a_track_is_placed_among_those_of_its_genre_and_moods() -> None:
    estimated = estimate_vectors(
        columns([JAZZ, METAL] * 20, VECTORS), columns([JAZZ, METAL, Profile()])
    )
    assert estimated.dtype == np.float32
    np.testing.assert_allclose(estimated[:2], [[1, 0], [0, 1]], atol=0.05)
    # Nothing is known of the third one: it is as near to one as to the other.
    np.testing.assert_allclose(estimated[2], [0.5**0.5] * 2, atol=0.05)


def test_what_is_unknown_counts_as_average() -> None:
    known = [Profile("jazz", bpm=90.0, vocals=0.2, key="A minor"), JAZZ]
    asked = columns([Profile("jazz"), Profile(loudness_lufs=-9)])
    estimated = estimate_vectors(columns(known, VECTORS[:2]), asked)
    assert np.isfinite(estimated).all()
    np.testing.assert_allclose(np.linalg.norm(estimated, axis=1), 1, rtol=1e-6)


def test_without_embedded_tracks_there_is_no_estimate() -> None:
    with pytest.raises(ValueError, match="needs embedded tracks"):
        estimate_vectors(columns([], np.zeros((0, 2), np.float32)), columns([JAZZ]))
