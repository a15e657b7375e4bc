"""Every track of the list can be read as a row."""

from pathlib import Path

import pytest

from engine.library.library import Library
from engine.library.removed import RemoveTrack
from engine.progress import silent
from engine.stories.analyse import ClipAnalysis
from engine.stories.ranking_options import RankingOptions
from engine.stories.recommend import recommend
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
