"""Some tracks ranked like all others: a shortlist."""

from engine.library.decisions import SetHidden
from engine.library.library import Library
from engine.library.picks import Pick
from engine.progress import silent
from engine.stories.analyse import ClipAnalysis
from engine.stories.ranking_options import RankingOptions
from engine.stories.recommend import recommend
from tests.stories.recommend.readable import titles


def test_only_the_given_tracks_are_listed_with_their_own_scores(
    library: Library, clip: ClipAnalysis
) -> None:
    whole = {item.track.title: item for item in recommend(clip, RankingOptions(), silent()).items}
    some = recommend(clip, RankingOptions().for_only(("a.mp3", "b.mp3")), silent())
    assert titles(some) == ["b", "a"]
    assert len(some.ranked) == 2
    for item in some.items:
        same = whole[item.track.title]
        assert (item.score, item.reasons, item.fit) == (same.score, same.reasons, same.fit)


def test_nothing_that_narrows_the_list_leaves_them_out(
    library: Library, clip: ClipAnalysis
) -> None:
    library.apply(SetHidden(("a.mp3",), True))
    asked = RankingOptions(filters={"genre": ("metal",)}, search="c", without="jazz, calm")
    assert titles(recommend(clip, asked.for_only(("a.mp3", "c.mp3")), silent())) == ["c", "a"]


def test_their_places_by_taste_are_those_in_the_whole_list(
    library: Library, clip: ClipAnalysis
) -> None:
    metal = next(track for track in library.tracks.all() if track.genre == "metal")
    for number in range(95):
        library.picks.add(Pick.of(f"clip {number}", metal))
    (item,) = recommend(clip, RankingOptions(taste=1.0).for_only(("b.mp3",)), silent()).items
    assert item.moved == -1


def test_tracks_that_are_gone_leave_an_empty_list(library: Library, clip: ClipAnalysis) -> None:
    found = recommend(clip, RankingOptions().for_only(("x",)), silent(), may_be_empty=True)
    assert found.items == ()
    assert found.why_empty
