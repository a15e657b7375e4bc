"""The query, and what each expert's part in a score is."""

from typing import Any

import numpy as np
import pytest

from engine.encoders.experts import Gaussian
from engine.encoders.matching import MatchingPack
from engine.encoders.profile import Profile
from engine.encoders.score_weights import HUB, LEARNED, N_EMBEDDING, N_LEARNED, SCALE, STILL
from engine.encoders.wants import AXES, N_AXES
from engine.errors import InputError
from engine.ranking.query import ClipWants, Correction, make_query, similarity_axes
from tests.tiny_matching import (
    CONTENT_PRECISION,
    DYNAMICS_PRECISION,
    ENERGETIC,
    SCORE,
    TinyPack,
    tiny_clip,
)

JAZZ, HAPPY, SAD, VALENCE, AROUSAL = (
    AXES.index(name) for name in ("jazz", "happy", "sad", "valence", "arousal")
)
MOVING = tiny_clip([[0.0, 1.0, 0.0, 3.0], [2.0, 1.0, 0.0, 3.0]], cuts_s=(1.0,))
STILL_CLIP = tiny_clip([[0.0, 1.0, 0.0, 3.0]])


def covariance() -> Any:
    """Happy goes with valence, sad goes against it; all other wants are on their own."""
    found = 0.25 * np.eye(N_AXES)
    for one, other, value in ((HAPPY, VALENCE, 0.2), (SAD, VALENCE, -0.15)):
        found[one, other] = found[other, one] = value
    return found.tolist()


@pytest.fixture(scope="module")
def pack() -> MatchingPack:
    """Everything that a score may consist of is in use."""
    rng = np.random.default_rng(3)
    gains = dict(zip(AXES, np.linspace(0.2, 1.5, N_AXES).tolist(), strict=True))
    score = {
        "gains": gains, "learned": 0.4, "prior_share": 0.3, "avoided": 1.7, "hub_share": 0.25,
        "n_closest": 3, "affect": 0.5, "still_cap": 0.1,
    }  # fmt: skip
    prior = {"mean": rng.uniform(-0.3, 0.4, N_AXES).tolist(), "covariance": covariance()}
    bank = rng.normal(size=(6, N_EMBEDDING))
    # Clips, not stills.
    bank[:, STILL] = 0
    return TinyPack(bank=bank, extra={"score": {**SCORE, **score}, "prior": prior}).load()


@pytest.fixture(scope="module")
def tracks(pack: MatchingPack) -> Any:
    """Of all kinds, (n, 128)."""

    class Features:
        version = "music-1"
        vector = np.array([0.3, -1.0, 0.7], np.float32)

    profiles = [
        Profile(genre="jazz", moods={"sad": 3.0, "calm": 0.5}, valence=-0.7, arousal=-0.4),
        Profile(genre="metal", moods={"energetic": 2.0}, valence=0.1, arousal=0.9),
        Profile(genre="pop", moods={"happy": 2.5}, valence=0.8, arousal=0.3),
    ]
    return np.stack([pack.embed_music(Features(), one).vector for one in profiles])


@pytest.mark.parametrize("is_still", [False, True])
@pytest.mark.parametrize("by_hand", [Correction(), Correction(0.5, -0.2, ("dreamy",))])
def test_all_parts_add_up_to_the_score(
    pack: MatchingPack, tracks: Any, by_hand: Correction, is_still: bool
) -> None:
    rng = np.random.default_rng(7)
    words = Gaussian(
        rng.normal(size=N_AXES).astype(np.float32), rng.uniform(0, 9, N_AXES).astype(np.float32)
    )
    clip = STILL_CLIP if is_still else MOVING
    query = make_query(pack, pack.read_clip(clip), by_hand, {"words": words})
    assert query.is_still == is_still
    parts = query.parts(tracks)
    experts = {"content", "dynamics", "words"} | ({"user"} if by_hand else set())
    assert set(parts) == experts | {"learned", "hub"}
    assert [name for name, part in parts.items() if not part.any()] == ["dynamics"] * is_still
    assert all(parts[name].shape == (3, N_AXES) for name in experts)
    # A still isn't compared with what clips usually want.
    prior = (1 - pack.weights.prior_share * (not is_still)) * pack.prior.mean
    of_prior = tracks[:, :N_AXES] / SCALE @ (query.slope * prior)
    total = sum(part.sum(axis=1) for part in parts.values()) + of_prior
    assert total == pytest.approx(query.scores(tracks), abs=1e-4)


def test_the_wants_are_the_product_of_all_experts(pack: MatchingPack) -> None:
    query = make_query(pack, pack.read_clip(MOVING))
    # A prior of precision 4, content of 3 and dynamics of 1.
    prior, total = 4.0, 4.0 + CONTENT_PRECISION + DYNAMICS_PRECISION
    jazz = (prior * pack.prior.mean[JAZZ] + CONTENT_PRECISION * 1.0) / total
    energetic = (prior * pack.prior.mean[ENERGETIC] + DYNAMICS_PRECISION * 1.0) / total
    assert query.wants.mean[[JAZZ, ENERGETIC]] == pytest.approx([jazz, energetic], abs=1e-5)
    assert query.wants.precision == pytest.approx(np.full(N_AXES, total))
    assert not query.says_nothing


def test_a_clip_that_wants_jazz_gets_jazz(tracks: Any) -> None:
    plain = TinyPack().load()
    query = make_query(plain, plain.read_clip(tiny_clip([[0.0, 1.0, 0.0, 0.0]])))
    assert query.scores(tracks).argmax() == 0
    wants = ClipWants((), query.wants)
    # Precision: 1 of the prior and 3 of content.
    assert wants.estimate("jazz") == pytest.approx((0.75, 0.5))
    assert wants.estimate("pop") == pytest.approx((0.0, 0.5))


def test_for_a_still_the_nearest_in_valence_and_arousal_comes_first(tracks: Any) -> None:
    gains = {**SCORE["gains"], "valence": 0.0, "arousal": 0.0}
    plain = TinyPack(extra={"score": {**SCORE, "gains": gains, "affect": 3.0}}).load()
    neutral = plain.read_clip(tiny_clip([[0.0, 0.0, 0.0, 0.0]]))
    query = make_query(plain, neutral)
    # Half the squared distance from 0, times 3.
    expected = [-1.5 * (v * v + a * a) for v, a in ((-0.7, -0.4), (0.1, 0.9), (0.8, 0.3))]
    assert query.scores(tracks) == pytest.approx(expected, abs=1e-5)
    tracks = tracks.copy()
    tracks[:, HUB] = 0
    # A clip is ranked so only when the user says what to come near to.
    moving = plain.read_clip(tiny_clip([[0.0] * 4] * 2, cuts_s=(1.0,)))
    assert make_query(plain, moving).scores(tracks) == pytest.approx([0, 0, 0], abs=1e-5)
    said = make_query(plain, moving, Correction(valence=0.1, arousal=0.9))
    wants = said.wants.mean[[VALENCE, AROUSAL]]
    near = [3 * (wants @ [v, a]) - 1.5 * (v * v + a * a) for v, a in ((-0.7, -0.4), (0.1, 0.9))]
    assert said.scores(tracks)[:2] == pytest.approx(near, abs=1e-5)
    assert said.scores(tracks).argmax() == 1


def test_an_estimate_for_people_stays_within_its_range() -> None:
    wants = Gaussian(np.full(N_AXES, -1.4, np.float32), np.ones(N_AXES, np.float32))
    assert ClipWants((), wants).estimate("sad") == (-1.0, 1.0)


def test_without_clip_or_words_nothing_is_said(pack: MatchingPack) -> None:
    assert make_query(pack, None).says_nothing
    black = tiny_clip([[0.0, 1.0, 0.0, 0.0]], details=0.0)
    assert make_query(pack, pack.read_clip(black)).says_nothing
    assert not make_query(pack, None, Correction(arousal=0.3)).says_nothing


def test_what_goes_along_with_what_is_said_changes_too(pack: MatchingPack) -> None:
    reading = pack.read_clip(MOVING)
    before = make_query(pack, reading).wants.mean
    raised = make_query(pack, reading, Correction(valence=0.6)).wants.mean
    assert raised[VALENCE] > before[VALENCE] + 0.2
    assert raised[HAPPY] > before[HAPPY] + 0.1
    lowered = make_query(pack, reading, Correction(valence=-0.6)).wants.mean
    assert lowered[HAPPY] < before[HAPPY] < raised[HAPPY]
    assert lowered[SAD] > raised[SAD] + 0.3
    others = [axis for axis in range(N_AXES) if axis not in (VALENCE, HAPPY, SAD)]
    assert raised[others] == pytest.approx(before[others], abs=1e-6)


def test_what_is_said_outweighs_what_is_seen(pack: MatchingPack) -> None:
    reading = pack.read_clip(MOVING)
    for value in (-1.0, -0.4, 0.0, 1.0):
        wants = make_query(pack, reading, Correction(arousal=value)).wants
        assert wants.mean[AROUSAL] == pytest.approx(value, abs=0.25)
    wanted = make_query(pack, reading, Correction(moods=("sad", "energetic"))).wants.mean
    assert min(wanted[SAD], wanted[ENERGETIC]) > 1
    assert wanted[VALENCE] < make_query(pack, reading).wants.mean[VALENCE]


@pytest.mark.parametrize("value", [1.01, -2.0, float("nan"), float("inf")])
def test_a_value_out_of_range_is_refused(value: float) -> None:
    with pytest.raises(InputError, match="between -1 and 1"):
        Correction(valence=value)
    with pytest.raises(InputError, match="between -1 and 1"):
        Correction(arousal=value)


@pytest.mark.parametrize("mood", ["grumpy", "jazz", "valence", ""])
def test_an_unknown_mood_is_named_with_those_that_are_known(mood: str) -> None:
    with pytest.raises(InputError, match=f"no mood “{mood}”.*happy, sad.*dreamy, playful$"):
        Correction(moods=("happy", mood))


def test_saying_nothing_corrects_nothing(pack: MatchingPack) -> None:
    assert not Correction()
    # 0 is something that is said.
    assert Correction(valence=0.0) and Correction(moods=("sad",))
    reading = pack.read_clip(MOVING)
    silent = make_query(pack, reading, Correction())
    assert "user" not in silent.experts
    assert np.array_equal(silent.vector, make_query(pack, reading).vector)


def test_how_alike_two_tracks_sound_is_told_by_their_learned_axes() -> None:
    tracks = np.zeros((3, N_EMBEDDING), np.float32)
    tracks[0, LEARNED.start : LEARNED.start + 2] = 0.3, 0.4
    tracks[1, LEARNED.start : LEARNED.start + 2] = 3.0, 4.0
    tracks[:, 0] = 9.0
    axes = similarity_axes(tracks)
    assert axes.shape == (3, N_LEARNED)
    assert axes[:2, :2] == pytest.approx(np.array([[0.6, 0.8]] * 2))
    assert not axes[2].any()
