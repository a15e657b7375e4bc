"""A track on the axes of wants."""

import json

import numpy as np
import pytest

from engine.encoders.profile import Profile
from engine.encoders.track_axes import track_axes
from engine.encoders.wants import AXES, WANTED_GENRES, WANTED_MOODS
from engine.library.library import Library
from engine.paths import bundled_library_dir


def on(axis: str, profile: Profile) -> float:
    return float(track_axes(profile)[AXES.index(axis)])


def test_what_isnt_known_is_zero() -> None:
    assert track_axes(Profile()).tolist() == [0.0] * 26


def test_an_uncertain_genre_counts_by_its_root() -> None:
    found = track_axes(Profile("hip-hop", (0.75, 0.25) + (0.0,) * 12))
    assert found[:14] == pytest.approx([0.75**0.5, 0.5] + [0.0] * 12)
    assert on("folk", Profile("folk")) == 1.0


def test_profiles_of_ten_genres_are_read_by_name() -> None:
    older = (0.0,) * 9 + (0.64,)
    assert on("folk", Profile(None, older)) == pytest.approx(0.8)
    assert on("synthwave", Profile(None, older)) == 0.0


def test_moods_go_from_absent_to_clearly_there() -> None:
    profile = Profile(moods={"calm": 2.0, "tense": -0.25, "sad": -3.0, "unheard-of": 9.0})
    assert on("calm", profile) > 0.9
    assert on("tense", profile) < 0.1
    assert 0 <= on("sad", profile) < 1e-3


def test_valence_and_arousal_are_taken_over() -> None:
    profile = Profile(valence=-0.4, arousal=0.9)
    assert (on("valence", profile), on("arousal", profile)) == pytest.approx((-0.4, 0.9))


def test_a_bundled_track_is_of_the_genre_and_moods_it_was_written_for() -> None:
    scores = json.loads((bundled_library_dir() / "scores.json").read_text("utf-8"))["tracks"]
    written = {score["file"]: set(score["moods"]) for score in scores}
    for track in Library.open_bundled().tracks.all():
        axes = track_axes(track.profile)
        assert AXES[int(np.argmax(axes[: len(WANTED_GENRES)]))] == track.genre
        assert axes[: len(WANTED_GENRES)].sum() == 1.0
        moods = dict(zip(WANTED_MOODS, axes[len(WANTED_GENRES) : -2], strict=True))
        assert {mood for mood in moods if moods[mood] > 0.9} == written[track.path.name]
        assert {mood for mood in moods if moods[mood] > 0.1} == written[track.path.name]
