"""More of one piece of music, less of another, and an area of the mood pad."""

import numpy as np
import pytest

from engine.encoders.experts import Gaussian
from engine.encoders.profile import Profile
from engine.encoders.score_weights import LEARNED, N_EMBEDDING, N_LEARNED, SCALE, STILL
from engine.encoders.track_axes import track_axes
from engine.encoders.wants import AXES, N_AXES
from engine.errors import InputError
from engine.ranking.affect_area import AffectArea
from engine.ranking.narrowing import Narrowing, narrow
from engine.ranking.query import Query, make_query
from engine.ranking.references import KnownReference, Reference, liked, reference_experts
from engine.stories.ranking_options import RankingOptions
from tests.tiny_matching import TinyPack, tiny_clip
from tests.tracks import candidates_of, make_track

PACK = TinyPack().load()
NOTHING = PACK.read_clip(tiny_clip([[0.0, 0.0, 0.0, 0.0]] * 2, cuts_s=(1.0,)))
USUAL = np.zeros(N_LEARNED, np.float32)
PROFILES = {
    "jazz": Profile("jazz", moods={"calm": 3.0}, valence=0.2, arousal=-0.6),
    "other jazz": Profile("jazz", moods={"calm": 3.0}, valence=0.3, arousal=-0.5),
    "metal": Profile("metal", moods={"energetic": 3.0}, valence=-0.1, arousal=0.9),
    "pop": Profile("pop", moods={"happy": 3.0}, valence=0.8, arousal=0.3),
}


def sound(number: int) -> np.ndarray:
    learned = np.zeros(N_LEARNED, np.float32)
    learned[number] = 1.0
    return learned


SOUNDS = {"jazz": sound(0), "other jazz": sound(0), "metal": sound(1), "pop": sound(2)}


def known(name: str, *, is_wanted: bool = True) -> KnownReference:
    reference = Reference(name, name, is_wanted=is_wanted)
    return KnownReference(reference, track_axes(PROFILES[name]), SOUNDS[name])


def tracks() -> np.ndarray:
    rows = np.zeros((len(PROFILES), N_EMBEDDING), np.float32)
    rows[:, :N_AXES] = [SCALE * track_axes(profile) for profile in PROFILES.values()]
    rows[:, LEARNED] = [SCALE * SOUNDS[name] for name in PROFILES]
    return rows


def asked(*references: KnownReference, usual: np.ndarray = USUAL) -> Query:
    experts = reference_experts(references, PACK.prior, usual)
    return make_query(PACK, NOTHING, references=experts)


def scores(*references: KnownReference, usual: np.ndarray = USUAL) -> dict[str, float]:
    found = asked(*references, usual=usual).scores(tracks())
    return dict(zip(PROFILES, found.tolist(), strict=True))


def test_more_like_one_brings_it_and_its_like_first() -> None:
    plain, found = scores(), scores(known("jazz"))
    assert max(found, key=lambda name: found[name] - plain[name]) in ("jazz", "other jazz")
    assert found["jazz"] - plain["jazz"] > 1.0
    assert found["other jazz"] > max(found["metal"], found["pop"]) + 1.0


def test_less_like_one_pushes_its_like_away_and_leaves_the_others_in_their_order() -> None:
    plain, found = scores(), scores(known("jazz", is_wanted=False))
    assert found["other jazz"] < plain["other jazz"] - 0.5
    # What has nothing in common is neither raised nor reordered.
    assert found["metal"] == pytest.approx(plain["metal"], abs=1e-5)
    assert found["pop"] == pytest.approx(plain["pop"], abs=1e-5)
    # The opposite of what it is isn't asked for.
    less = asked(known("pop", is_wanted=False)).wants.mean
    assert less[AXES.index("happy")] < -0.1
    assert less[-2:] == pytest.approx(asked().wants.mean[-2:])


def test_less_counts_for_less_than_more() -> None:
    plain = scores()["other jazz"]
    more, less = scores(known("jazz")), scores(known("jazz", is_wanted=False))
    assert more["other jazz"] - plain > plain - less["other jazz"] > 0


def test_several_references_count_as_their_mean() -> None:
    one = asked(known("jazz"))
    assert asked(known("jazz"), known("jazz")).vector == pytest.approx(one.vector, abs=1e-5)
    both, other = asked(known("jazz"), known("pop")), asked(known("pop"))
    assert both.vector == pytest.approx((one.vector + other.vector) / 2, abs=1e-5)
    # One that is unwanted takes nothing from one that is wanted.
    mixed = scores(known("jazz"), known("metal", is_wanted=False))
    assert mixed["jazz"] == pytest.approx(scores(known("jazz"))["jazz"], abs=0.2)


def test_what_all_tracks_sound_like_says_nothing() -> None:
    same = asked(known("jazz"), usual=SOUNDS["jazz"])
    assert not same.vector[LEARNED].any()
    unknown = known("jazz")
    silent = KnownReference(unknown.reference, unknown.axes, np.zeros(N_LEARNED, np.float32))
    assert not asked(silent, usual=SOUNDS["pop"]).vector[LEARNED].any()


@pytest.mark.parametrize("is_still", [False, True])
def test_the_parts_of_all_experts_add_up_to_the_score(is_still: bool) -> None:
    clip = tiny_clip([[0.3, 0.9, -0.2, 0.5]] * 2, cuts_s=() if is_still else (1.0,))
    references = [known("jazz"), known("pop"), known("metal", is_wanted=False)]
    experts = reference_experts(references, PACK.prior, np.full(N_LEARNED, 0.05, np.float32))
    words = Gaussian(np.full(N_AXES, 0.4, np.float32), np.ones(N_AXES, np.float32))
    query = make_query(PACK, PACK.read_clip(clip), None, {"words": words}, experts)
    assert bool(query.vector[STILL]) == is_still
    parts = query.parts(tracks())
    assert [parts[name].shape for name in experts] == [(4, N_AXES + 1)] * 3
    prior = tracks()[:, :N_AXES] / SCALE @ (query.slope * PACK.prior.mean)
    total = sum(part.sum(axis=1) for part in parts.values()) + prior
    assert total == pytest.approx(query.scores(tracks()), abs=1e-4)
    names = {name: reference.title for name, reference in liked(experts, references).items()}
    assert list(names.values()) == ["jazz", "pop"]


def test_the_middle_of_an_area_is_what_is_wanted() -> None:
    area = AffectArea((0.2, 0.8), (-1.0, 0.0))
    said = RankingOptions(area=area).said
    assert (said.valence, said.arousal) == pytest.approx((0.5, -0.5))
    assert not RankingOptions().said


@pytest.mark.parametrize("ends", [(0.5, 0.2), (-1.1, 0.0), (0.0, 1.1), (float("nan"), 0.5)])
def test_an_area_outside_the_plane_is_refused(ends: tuple[float, float]) -> None:
    for area in ({"valence": ends, "arousal": (0, 0)}, {"valence": (0, 0), "arousal": ends}):
        with pytest.raises(InputError, match="between -1 and 1"):
            AffectArea(**area)


def test_tracks_outside_an_area_are_left_out() -> None:
    made = [make_track(n, profile=profile) for n, profile in enumerate(PROFILES.values(), 1)]
    candidates = candidates_of(made)
    # A track on the edge is inside, although float32 can't hold the number.
    narrowed = narrow(candidates, Narrowing(area=AffectArea((0.2, 0.3), (-0.6, -0.5))))
    assert np.flatnonzero(narrowed.kept).tolist() == [0, 1]
    assert narrow(candidates, Narrowing()).kept.all()
    nothing = narrow(candidates, Narrowing(area=AffectArea((-1, -0.9), (-1, -0.9)))).problem
    assert nothing is not None and "None of the 4 tracks" in nothing.problem
