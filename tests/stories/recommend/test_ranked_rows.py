"""Every track of the list can be read as a row."""

from pathlib import Path

import pytest

from engine.errors import InputError
from engine.library.decisions import SetFavourite, SetHidden
from engine.library.libraries import Libraries
from engine.library.library import Library
from engine.library.removed import RemoveTrack
from engine.progress import silent
from engine.ranking.sort_keys import Sort
from engine.stories.analyse import ClipAnalysis
from engine.stories.ranking_options import RankingOptions
from engine.stories.recommend import Recommendations, recommend
from tests.present import present
from tests.stories.recommend.readable import titles


def test_every_track_of_the_list_can_be_read(library: Library, clip: ClipAnalysis) -> None:
    found = recommend(clip, RankingOptions(top=1), silent())
    ranked = found.ranked
    assert titles(found) == ["b"]
    assert ranked.scores.tolist() == pytest.approx([0.9, 0.5, 0.1], abs=1e-3)
    rows = [present(row) for row in ranked.read(0, 3)]
    assert [(row.rank, row.track.title) for row in rows] == [(1, "b"), (2, "c"), (3, "a")]
    assert rows[0] == found.items[0]
    assert ranked.read(2, 3) == (rows[2],)
    assert [ranked.position_of(row.track) for row in rows] == [0, 1, 2]


def test_rows_that_vanish_are_nothing_when_they_are_read(
    library: Library, clip: ClipAnalysis, music: Path
) -> None:
    ranked = recommend(clip, RankingOptions(), silent()).ranked
    (music / "b.mp3").unlink()
    library.apply(RemoveTrack(3))
    rows = ranked.read(0, 3)
    assert rows[:2] == (None, None)
    assert present(rows[2]).track.title == "a"


def test_an_empty_list_says_why_and_what_each_word_would_find(
    library: Library, clip: ClipAnalysis
) -> None:
    def empty(options: RankingOptions) -> Recommendations:
        with pytest.raises(InputError) as raised:
            recommend(clip, options, silent())
        found = recommend(clip, options, silent(), may_be_empty=True)
        assert (found.items, len(found.ranked), found.ranked.read(0, 9)) == ((), 0, ())
        if "genre" not in options.filters:
            assert found.why_empty == raised.value.problem
        assert found.clip.wants is not None
        return found

    found = empty(RankingOptions({"bpm": (200, 210)}))
    assert found.facets["genre"] == {"jazz": 0, "metal": 0}
    found = empty(RankingOptions({"vocals": True}))
    assert found.facets["no-vocals"] == {"no-vocals": 0}
    assert found.facets["vocals"] == {"vocals": 0}
    assert "“zzz”" in empty(RankingOptions(search="zzz")).why_empty
    # A genre that is remembered with a clip, and that no track has any longer.
    found = empty(RankingOptions({"genre": ("polka",)}))
    assert "polka" in found.why_empty
    assert found.facets["genre"] == {"jazz": 2, "metal": 1}
    assert recommend(clip, RankingOptions(), silent()).why_empty == ""


def test_a_list_whose_files_are_away_may_be_empty(
    library: Library, clip: ClipAnalysis, music: Path
) -> None:
    for file in music.iterdir():
        file.unlink()
    found = recommend(clip, RankingOptions(), silent(), may_be_empty=True)
    assert found.items == ()
    assert found.ranked.read(0, 3) == (None, None, None)
    assert "are missing" in found.why_empty


def test_search_sort_and_hidden_tracks(library: Library, clip: ClipAnalysis) -> None:
    found = recommend(clip, RankingOptions(search="C"), silent())
    assert titles(found) == ["c"]
    by_title = recommend(clip, RankingOptions(sort=Sort("title", is_reversed=True)), silent())
    assert titles(by_title) == ["c", "b", "a"]
    assert by_title.ranked.scores.tolist() == pytest.approx([0.5, 0.9, 0.1], abs=1e-3)
    hidden = library.tracks.get(2).file.content_hash
    library.apply(SetHidden((hidden,), True))
    assert titles(recommend(clip, RankingOptions(), silent())) == ["c", "a"]
    assert titles(recommend(clip, RankingOptions(show_hidden=True), silent())) == ["b", "c", "a"]
    library.apply(SetFavourite((hidden,), True))
    assert titles(
        recommend(clip, RankingOptions({"favourite": True}, show_hidden=True), silent())
    ) == ["b"]


def test_search_finds_what_was_renamed_since(library: Library, clip: ClipAnalysis) -> None:
    libraries = Libraries()
    options = RankingOptions(search="sunrise")
    with pytest.raises(InputError, match="Nothing is found"):
        recommend(clip, options, silent(), libraries)
    with library.database.writing() as connection:
        connection.execute("UPDATE tracks SET title = 'Sunrise' WHERE id = 3")
    assert titles(recommend(clip, options, silent(), libraries)) == ["Sunrise"]
