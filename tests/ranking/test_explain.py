from collections.abc import Mapping
from typing import Any

import numpy as np
import pytest

from engine.encoders.experts import Gaussian, product
from engine.encoders.profile import Profile
from engine.encoders.score_weights import HUB, LEARNED, N_EMBEDDING, SCALE
from engine.encoders.track_axes import track_axes
from engine.encoders.wants import AXES, N_AXES
from engine.library.tracks import Track
from engine.ranking.explain import Asked, Explained, Explainer, Reason, pace_words, picture_pace
from engine.ranking.query import ClipWants, Correction, Query
from engine.video.descriptors import VideoDescriptors
from tests.tracks import make_track

PRIOR = Gaussian(np.zeros(N_AXES, np.float32), np.ones(N_AXES, np.float32))
CALM = make_track(1, profile=Profile("ambient", moods={"calm": 2.0, "dreamy": 2.0}, bpm=70.0))
LIVELY = make_track(2, profile=Profile("metal", moods={"energetic": 2.0}, bpm=160.0))
SAD = make_track(3, profile=Profile("classical", moods={"sad": 2.0}, bpm=60.0))
POP = make_track(4, profile=Profile("pop", moods={"happy": 2.0}, bpm=104.0))
TRACKS = (CALM, LIVELY, SAD, POP)


def make_descriptors(motion_mean: float = 0.08, n_cuts: int = 20) -> VideoDescriptors:
    """Return those of a minute with so much motion and so many cuts."""
    return VideoDescriptors(
        cuts_s=np.linspace(1, 59, n_cuts, dtype=np.float32),
        cut_rate_per_min=float(n_cuts),
        motion_mean=motion_mean,
        motion_std=0.0,
        motion_curve=np.zeros(4, np.float32),
        brightness=0.4,
        brightness_change=0.0,
        contrast=0.2,
        contrast_change=0.0,
        saturation=0.3,
        saturation_change=0.0,
        warmth=0.0,
        warmth_change=0.0,
    )


def expert(**wanted: float) -> Gaussian:
    """Return an expert that is sure of some axes and says nothing about the others."""
    mean, precision = np.zeros(N_AXES, np.float32), np.zeros(N_AXES, np.float32)
    for axis, value in wanted.items():
        mean[AXES.index(axis)], precision[AXES.index(axis)] = value, 9.0
    return Gaussian(mean, precision)


def query(experts: Mapping[str, Gaussian], prior: Gaussian = PRIOR) -> Query:
    wants = product(prior, experts.values())
    vector = np.zeros(N_EMBEDDING, np.float32)
    vector[:N_AXES] = wants.mean
    vector[LEARNED.start] = 1.0
    vector[HUB] = -1.0
    return Query(experts, prior, wants, vector, np.ones(N_AXES, np.float32))


def vectors(learned: tuple[float, ...] = (0.0,) * len(TRACKS)) -> Any:
    rows = np.zeros((len(TRACKS), N_EMBEDDING), np.float32)
    rows[:, :N_AXES] = [SCALE * track_axes(track.profile) for track in TRACKS]
    rows[:, LEARNED.start] = SCALE * np.array(learned)
    return rows


def explainer(
    asked: Query,
    *,
    scenes: tuple[tuple[str, float], ...] = (),
    correction: Correction | None = None,
    picture: VideoDescriptors | None = None,
    taste: tuple[float, ...] = (0.0,) * len(TRACKS),
    learned: tuple[float, ...] = (0.0,) * len(TRACKS),
) -> "Explanations":
    wants = ClipWants(scenes, asked.wants)
    what = Asked(picture or make_descriptors(), wants, asked, correction or Correction())
    return Explanations(what, vectors(learned), np.array(taste, np.float32))


class Explanations:
    """The reasons of all tracks of a list."""

    def __init__(
        self, asked: Asked, rows: Any, taste: Any, tracks: tuple[Track, ...] = TRACKS
    ) -> None:
        scores, nothing = asked.query.scores(rows), np.zeros(len(rows), np.float32)
        self.explainer = Explainer(asked, rows.mean(axis=0), scores, taste, nothing)
        self.explained = [
            Explained(*values)
            for values in zip(tracks, rows, scores.tolist(), taste.tolist(), strict=True)
        ]

    def reasons(self, index: int, words: str = "") -> list[Reason]:
        return self.explainer.reasons(self.explained[index], words)


def texts(found: Explanations, track: Track, by_words: str = "") -> list[str]:
    return [one.text for one in found.reasons(TRACKS.index(track), by_words)]


def test_content_names_how_the_picture_looks_and_what_the_track_has_of_it() -> None:
    found = explainer(query({"content": expert(dreamy=1.0, calm=0.8, ambient=0.6)}))
    assert texts(found, CALM) == ["looks dreamy, calm ↔ dreamy, calm"]
    assert texts(found, LIVELY) == texts(found, SAD) == []


def test_a_clear_scene_is_named_in_readable_words() -> None:
    asked = query({"content": expert(dreamy=1.0)})
    clear = explainer(asked, scenes=(("sea sunset", 0.4), ("surfing", 0.2)))
    assert texts(clear, CALM) == ["sea at sunset ↔ dreamy"]
    unclear = explainer(asked, scenes=(("sea sunset", 0.04), ("surfing", 0.03)))
    assert texts(unclear, CALM) == ["looks dreamy ↔ dreamy"]


def test_dynamics_names_pace_and_tempo() -> None:
    lively = explainer(
        query({"dynamics": expert(energetic=1.0, metal=0.8)}), picture=make_descriptors(0.3, 40)
    )
    assert texts(lively, LIVELY) == ["lively picture, fast cuts ↔ energetic, metal, 160 BPM"]
    calm = explainer(
        query({"dynamics": expert(calm=1.0, energetic=-1.0)}), picture=make_descriptors(0.01, 0)
    )
    assert texts(calm, CALM) == ["calm picture, a single shot ↔ calm, 70 BPM"]
    assert texts(calm, LIVELY) == []


def test_a_pace_that_does_not_show_is_not_claimed() -> None:
    # The expert asks for lively music, but the picture is neither lively nor quickly cut.
    found = explainer(query({"dynamics": expert(energetic=1.0)}), picture=make_descriptors(0.01, 1))
    assert texts(found, LIVELY) == ["movement and cuts ↔ energetic"]
    experts = {"content": expert(metal=1.0), "dynamics": expert(energetic=1.0)}
    both = explainer(query(experts), picture=make_descriptors(0.01, 1))
    assert [one.kind for one in both.reasons(TRACKS.index(LIVELY))] == ["content"]


def test_the_strongest_part_comes_first() -> None:
    experts = {"content": expert(dreamy=1.0), "dynamics": expert(calm=1.5, ambient=1.0)}
    found = explainer(query(experts), picture=make_descriptors(0.01, 0))
    assert [one.kind for one in found.reasons(0)] == ["dynamics", "content"]


def test_what_all_tracks_share_is_no_reason() -> None:
    all_calm = tuple(
        make_track(n, profile=Profile("ambient", moods={"calm": 2.0})) for n in range(3)
    )
    asked = query({"content": expert(calm=1.0)})
    what = Asked(make_descriptors(), ClipWants((), asked.wants), asked, Correction())
    rows = np.zeros((3, N_EMBEDDING), np.float32)
    rows[:, :N_AXES] = [SCALE * track_axes(track.profile) for track in all_calm]
    nothing = np.zeros(3, np.float32)
    found = Explanations(what, rows, nothing, all_calm)
    assert [found.reasons(n) for n in range(3)] == [[], [], []]


def test_what_was_asked_by_hand_and_in_words_is_named() -> None:
    correction = Correction(arousal=-0.5, moods=("sad",))
    found = explainer(query({"user": expert(sad=1.5)}), correction=correction)
    assert texts(found, SAD) == ["you chose sad, calm ↔ sad"]
    by_words = explainer(query({"words": expert(sad=1.5)}))
    assert texts(by_words, SAD, "words ↔ sad") == ["words ↔ sad"]
    # What a track has of a wish is no reason where others have more of it.
    assert texts(by_words, POP, "words ↔ pop") == []


def test_taste_is_a_reason_where_it_lifts_a_track() -> None:
    taste = explainer(query({"content": expert(sad=0.1)}), taste=(0.0, 0.0, 0.0, 1.0))
    assert texts(taste, POP) == ["similar to your earlier picks"]
    assert texts(taste, LIVELY) == []


def test_a_track_that_fits_without_details_says_so() -> None:
    usual = Gaussian(expert(happy=1.0).mean, PRIOR.precision)
    found = explainer(query({"content": Gaussian.silent(N_AXES)}, usual))
    assert texts(found, POP) == ["suits most clips"]
    assert texts(found, SAD) == []
    alike = explainer(query({"content": Gaussian.silent(N_AXES)}), learned=(0.0, 0.0, 0.9, 0.0))
    assert texts(alike, SAD) == ["goes with clips like this"]


def test_paces_lie_between_calm_and_lively() -> None:
    assert picture_pace(make_descriptors(0.0, 0)) == pytest.approx(-1)
    assert picture_pace(make_descriptors(1.0, 60)) == pytest.approx(1)
    assert pace_words(make_descriptors(1.0, 60), is_lively=False) == []
