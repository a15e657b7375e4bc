from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from engine.arrangement.alignment import Alignment
from engine.encoders.profile import Profile
from engine.library.tracks import Track
from engine.ranking.explain import explain, music_pace, picture_pace
from tests.tracks import make_track

NOTHING = Alignment(0.0, 0.0, 0, 0.0, 0.0, 0)


def clip(**changes: Any) -> Any:
    values = {
        "motion_mean": 0.08, "cut_rate_per_min": 20.0, "cuts_s": np.ones(3, np.float32),
        "brightness": 0.35, "saturation": 0.3,
    }  # fmt: skip
    return SimpleNamespace(**(values | changes))


def track(**values: Any) -> Track:
    return make_track(profile=Profile(**values))


def music(onset_density_hz: float = 3.0, mode: str = "major") -> Any:
    return SimpleNamespace(onset_density_hz=onset_density_hz, mode=mode)


def reasons(picture: Any, piece: Track, features: Any, alignment: Alignment = NOTHING) -> list[str]:
    return list(explain(picture, piece, features, alignment, match_rank=3, n_tracks=40, taste=0.0))


CALM = track(genre="ambient", bpm=70.0, moods={"calm": 2.0}, key="C major")
LIVELY = track(genre="metal", bpm=160.0, moods={"energetic": 2.0})


def test_a_calm_picture_beside_calm_music() -> None:
    picture = clip(motion_mean=0.01, cut_rate_per_min=3.0)
    assert reasons(picture, CALM, music(1.0)) == ["calm picture, slow cuts ↔ ambient, 70 BPM"]


def test_a_lively_picture_beside_lively_music() -> None:
    picture = clip(motion_mean=0.3, cut_rate_per_min=60.0)
    assert reasons(picture, LIVELY, music(8.0))[0] == "lively picture, fast cuts ↔ metal, 160 BPM"


def test_what_does_not_agree_is_not_claimed() -> None:
    calm, lively = clip(motion_mean=0.01, cut_rate_per_min=0.0), clip(motion_mean=0.3)
    assert reasons(calm, LIVELY, music(8.0)) == ["number 3 of 40 by the trained model"]
    assert reasons(lively, CALM, music(1.0)) == ["number 3 of 40 by the trained model"]


def test_a_single_shot_is_called_one() -> None:
    picture = clip(motion_mean=0.01, cut_rate_per_min=0.0, cuts_s=np.zeros(0, np.float32))
    assert reasons(picture, CALM, music(1.0))[0] == "calm picture, a single shot ↔ ambient, 70 BPM"


def test_an_unsure_genre_is_called_by_its_pace() -> None:
    piece = track(bpm=None, moods={"calm": 2.0})
    picture = clip(motion_mean=0.01, cut_rate_per_min=3.0)
    assert reasons(picture, piece, music(1.0))[0] == "calm picture, slow cuts ↔ calm"


def test_light_beside_mood() -> None:
    dark = track(moods={"dark": 1.2}, key="D minor")
    assert reasons(clip(brightness=0.1, saturation=0.1), dark, music(mode="minor"))[0] == (
        "dark picture, muted colours ↔ dark, D minor"
    )
    happy = track(moods={"happy": 1.2}, key="G major")
    assert reasons(clip(brightness=0.6, saturation=0.5), happy, music())[0] == (
        "bright picture, vivid colours ↔ happy, G major"
    )
    assert reasons(clip(brightness=0.6), dark, music(mode="minor")) == [
        "number 3 of 40 by the trained model"
    ]


def test_alignment_is_said_with_its_numbers() -> None:
    found = reasons(clip(), track(), music(), Alignment(8.0, 0.5, 60, 0.75, 0.2, 8))
    assert found == ["6 of 8 cuts fall on a beat", "the music rises and falls with the movement"]


def test_what_chance_gives_is_not_claimed() -> None:
    # Among 9 moments .9 is within three deviations; beats that meet 45 % of all cuts meet 75 %.
    found = reasons(clip(), track(), music(), Alignment(8.0, 0.9, 9, 0.75, 0.45, 8))
    assert found == ["number 3 of 40 by the trained model"]


def test_the_first_is_called_the_best_match() -> None:
    (reason,) = explain(clip(), track(), music(), NOTHING, match_rank=1, n_tracks=40, taste=0.0)
    assert reason == "the closest of 40 tracks by the trained model"
    (reason,) = explain(clip(), track(), music(), NOTHING, match_rank=1, n_tracks=1, taste=0.0)
    assert reason == "the only track to rank"


def test_paces_lie_between_calm_and_lively() -> None:
    assert picture_pace(clip(motion_mean=0.0, cut_rate_per_min=0.0)) == pytest.approx(-1)
    assert picture_pace(clip(motion_mean=1.0, cut_rate_per_min=99.0)) == pytest.approx(1)
    # Mood 0, 3 notes a second, 110 BPM: in the middle of all three.
    assert music_pace(track(bpm=110.0), music(3.0)) == pytest.approx(0)
