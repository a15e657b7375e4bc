"""What the user's taste does to the list: learnt, set by hand, forgotten; how far tracks move."""

import numpy as np
import pytest

from engine.encoders.matching import MatchingPack
from engine.encoders.profile import Profile
from engine.encoders.wants import WANTED_GENRES
from engine.library.library import Library
from engine.library.own_taste import ForgetTaste, SetTaste
from engine.library.picks import Pick
from engine.progress import silent
from engine.ranking.taste import Taste, set_histogram
from engine.ranking.taste_moves import TasteMoves
from engine.stories import taste as story
from engine.stories.analyse import ClipAnalysis
from engine.stories.ranking_options import RankingOptions
from engine.stories.recommend import Recommendations, recommend
from engine.stories.taste import report_taste
from tests.stories.recommend.readable import titles


def tasted(clip: ClipAnalysis) -> Recommendations:
    return recommend(clip, RankingOptions(taste=1.0), silent())


def pick_metal(library: Library, n_clips: int) -> None:
    metal = next(track for track in library.tracks.all() if track.genre == "metal")
    for number in range(n_clips):
        library.picks.add(Pick.of(f"clip {number}", metal))


def test_rows_say_how_far_taste_moved_them_and_why(library: Library, clip: ClipAnalysis) -> None:
    pick_metal(library, 95)
    moves = {item.track.title: (item.moved, item.moved_text) for item in tasted(clip).items}
    assert moves == {
        "c": (1, "moved up 1: you often pick metal"),
        "b": (-1, "moved down 1: you rarely pick jazz"),
        "a": (0, ""),
    }


def test_without_taste_nothing_moves(library: Library, clip: ClipAnalysis) -> None:
    pick_metal(library, 95)
    found = recommend(clip, RankingOptions(), silent())
    assert [(item.moved, item.moved_text) for item in found.items] == [(0, "")] * 3


def test_a_taste_set_by_hand_replaces_what_was_learnt(library: Library, clip: ClipAnalysis) -> None:
    pick_metal(library, 95)
    library.apply(SetTaste.of({"jazz": 0.75, "metal": 0.25}))
    found = tasted(clip)
    # u(jazz) = 3/4, so jazz gains .25 and metal loses as much.
    assert titles(found) == ["b", "a", "c"]
    assert [item.score for item in found.items] == pytest.approx([1.15, 0.35, 0.25], abs=1e-3)
    texts = {item.track.title: item.moved_text for item in found.items}
    assert texts == {
        "b": "",
        "a": "moved up 1: you like jazz",
        "c": "moved down 1: you care less for metal",
    }


def test_a_forgotten_taste_has_no_effect_until_the_next_pick(
    library: Library, clip: ClipAnalysis
) -> None:
    plain = titles(recommend(clip, RankingOptions(), silent()))
    pick_metal(library, 95)
    undo = library.apply(ForgetTaste())
    found = tasted(clip)
    assert titles(found) == plain
    assert any("haven't picked any tracks yet" in note for note in found.notes)
    assert undo is not None
    library.apply(undo)
    assert titles(tasted(clip)) == ["c", "b", "a"]


def test_the_report_shows_what_counts(
    library: Library, pack: MatchingPack, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(story, "matching_pack", lambda: pack)
    nothing = report_taste()
    assert (nothing.genres, nothing.learnt, nothing.own) == (("jazz", "metal"), None, None)
    assert nothing.shown == nothing.crowd == pytest.approx((0.5, 0.5))
    pick_metal(library, 95)
    learnt = report_taste()
    assert learnt.shown == learnt.learnt == pytest.approx((0.025, 0.975))
    assert learnt.n_picks == 95
    library.apply(SetTaste.of({"jazz": 1.0}))
    assert report_taste().shown == report_taste().own == (1.0, 0.0)


def test_shares_count_for_the_nearest_genre_of_the_pack() -> None:
    found = set_histogram(
        {"lo-fi": 0.2, "hip-hop": 0.2, "jazz": 0.4, "polka": 1.0}, ["hip-hop", "jazz"]
    )
    assert found is not None
    assert found.tolist() == [0.5, 0.5]
    assert set_histogram({}, ["jazz"]) is None
    assert set_histogram({"jazz": 0.0}, ["jazz"]) is None


def test_moves_agree_with_two_sorted_lists(pack: MatchingPack) -> None:
    rng = np.random.default_rng(3)
    scores = rng.integers(0, 40, 300).astype(np.float32)
    added = rng.integers(-4, 4, 300).astype(np.float32)
    moves = TasteMoves(scores, added, Taste(np.asarray([0.9, 0.1], np.float32)), pack)
    without = scores - added
    for index in range(300):
        before = int((without > without[index]).sum())
        assert moves.places(index) == before - int((scores > scores[index]).sum())


def test_a_track_of_unknown_genre_moves_without_a_why(pack: MatchingPack) -> None:
    some = np.zeros(2, np.float32)
    moves = TasteMoves(some, some, Taste(np.asarray([0.9, 0.1], np.float32)), pack)
    assert moves.text(3, Profile()) == "moved up 3"
    shares = tuple(float(name == "metal") for name in WANTED_GENRES)
    # Metal is what this taste asks for less.
    assert moves.text(3, Profile("metal", shares)) == "moved up 3"
