"""The bundled library is complete, and embedded by the bundled pack."""

from collections import Counter

import numpy as np
import pytest

from engine.encoders.matching import MatchingPack
from engine.encoders.wants import WANTED_GENRES
from engine.library.library import Library
from engine.library.scan import content_hash
from engine.library.track_analysis import profile_pack_id
from engine.music.vector import VERSION
from tests.library.stored_vectors import stored_vectors


@pytest.fixture(scope="module")
def bundled() -> Library:
    return Library.open_bundled()


def test_every_genre_has_nine_tracks(bundled: Library) -> None:
    genres = Counter(track.genre for track in bundled.tracks.all())
    assert set(genres) > set(MatchingPack.load().genres)
    assert set(genres.values()) == {9} and genres.total() == 126


def test_each_track_is_of_exactly_one_genre(bundled: Library) -> None:
    for track in bundled.tracks.all():
        probabilities = track.profile.genre_probabilities
        assert sorted(probabilities) == [0.0] * 13 + [1.0]
        assert WANTED_GENRES[probabilities.index(1.0)] == track.genre


def test_every_track_has_the_marks_of_its_score(bundled: Library) -> None:
    for track in bundled.tracks.all():
        assert track.marks is not None and len(track.marks.sections) >= 3
        bars_s = bundled.tracks.features(track.file.id).downbeats_s
        for section in track.marks.sections:
            assert np.abs(bars_s - section.start_s).min() < 1e-3


def test_the_files_are_those_that_were_analysed(bundled: Library) -> None:
    for track in bundled.tracks.all():
        assert track.file.state == "ready"
        assert content_hash(track.path) == track.file.content_hash
        assert track.tags.licence == "CC0-1.0"


def test_every_track_is_embedded_by_the_bundled_pack_from_its_stored_features(
    bundled: Library,
) -> None:
    pack = MatchingPack.load()
    ids, vectors = stored_vectors(bundled, pack.space)
    assert sorted(ids.tolist()) == sorted(track.file.id for track in bundled.tracks.all())
    for track_id, vector in zip(ids[::25], vectors[::25], strict=True):
        features = bundled.tracks.features(int(track_id))
        assert features.version == VERSION
        profile = bundled.tracks.get(int(track_id)).profile
        assert pack.embed_music(features, profile).vector == pytest.approx(vector, abs=1e-4)
    assert np.linalg.norm(vectors, axis=1) == pytest.approx(1, abs=1e-4)


def test_the_profiles_are_those_of_the_bundled_pack(bundled: Library) -> None:
    with bundled.database.reading() as connection:
        packs = {row[0] for row in connection.execute("SELECT profile_pack FROM tracks")}
    assert packs == {profile_pack_id()}


def test_nothing_is_written_beside_the_bundled_library(bundled: Library) -> None:
    bundled.tracks.all()
    beside = {path.name for path in bundled.database.path.parent.iterdir()}
    assert not beside & {"library.sqlite-wal", "library.sqlite-shm", "library.sqlite-journal"}
