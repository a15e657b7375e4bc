"""What the user and the file say of genre and moods counts in lists, filters and search."""

import pytest

from engine.library.libraries import Libraries
from engine.library.library import Library
from engine.library.track_edits import EditTracks, TrackEdit
from engine.progress import silent
from engine.ranking.query import Correction
from engine.stories.analyse import ClipAnalysis
from engine.stories.candidates import filter_words
from engine.stories.ranking_options import RankingOptions
from engine.stories.recommend import Recommendations, recommend
from tests.library.stored_vectors import stored_vectors
from tests.stories.recommend.readable import titles

METAL = RankingOptions(filters={"genre": ("metal",)})


def ranked(clip: ClipAnalysis, options: RankingOptions | None = None) -> Recommendations:
    return recommend(clip, options or RankingOptions(), silent())


def edit(library: Library, name: str, edit: TrackEdit) -> EditTracks:
    inverse = library.apply(EditTracks(((f"{name}.mp3", edit),)))
    assert isinstance(inverse, EditTracks)
    return inverse


def test_an_edited_genre_is_filtered_by(library: Library, clip: ClipAnalysis) -> None:
    assert titles(ranked(clip, METAL)) == ["c"]
    undo = edit(library, "b", TrackEdit(genre="metal"))
    assert titles(ranked(clip, METAL)) == ["b", "c"]
    edit(library, "c", TrackEdit(genre="folk"))
    assert titles(ranked(clip, METAL)) == ["b"]
    library.apply(undo)
    assert titles(ranked(clip, RankingOptions(filters={"genre": ("folk",)}))) == ["c"]


def test_the_genre_of_the_file_is_filtered_by(
    library: Library, clip: ClipAnalysis, monkeypatch: pytest.MonkeyPatch
) -> None:
    library.genre_tags.set([("a.mp3", "Heavy Metal"), ("b.mp3", "Rock")])
    assert titles(ranked(clip, METAL)) == ["c", "a"]
    monkeypatch.setattr("engine.stories.candidates.active_space", lambda: "readable")
    assert set(filter_words(Libraries())["genre"]) == {"jazz", "metal"}
    # A genre that isn't ours is found as a text.
    assert titles(ranked(clip, RankingOptions(search="rock"))) == ["b"]


def test_edited_texts_genres_and_moods_are_searched(library: Library, clip: ClipAnalysis) -> None:
    edit(library, "a", TrackEdit(title="Sunrise", artist="Mo", genre="folk", moods=("epic",)))
    for text in ("sunr", "mo", "folk", "epic"):
        assert titles(ranked(clip, RankingOptions(search=text))) == ["Sunrise"], text
    assert titles(ranked(clip, RankingOptions(search="calm"))) == ["b", "c"]


def test_edited_moods_count_in_the_order_and_undo_brings_it_back(
    library: Library, clip: ClipAnalysis
) -> None:
    options = RankingOptions(correction=Correction(moods=("epic",)))
    before = ranked(clip, options)
    vectors = stored_vectors(library, "readable")[1].tolist()
    undo = edit(library, "a", TrackEdit(moods=("epic",)))
    after = ranked(clip, options)
    score = {item.track.path.stem: item.score for item in before.items}
    epic = {item.track.path.stem: item.score for item in after.items}
    assert epic["a"] > score["a"] + 0.1
    assert (epic["b"], epic["c"]) == pytest.approx((score["b"], score["c"]), abs=1e-5)
    library.apply(undo)
    assert [item.score for item in ranked(clip, options).items] == [
        item.score for item in before.items
    ]
    assert stored_vectors(library, "readable")[1].tolist() == vectors


def test_a_kept_list_reads_edited_rows(library: Library, clip: ClipAnalysis) -> None:
    found = ranked(clip)
    edit(library, "c", TrackEdit(title="Noon"))
    rows = found.ranked.read(0, 3)
    assert [row and row.track.title for row in rows] == ["b", "Noon", "a"]
