"""Candidates are numbers and vectors; rows are read for what is shown, if they are the same."""

from pathlib import Path

import numpy as np
import pytest

from engine.library.library import Library
from engine.library.removed import RemoveTrack
from engine.library.tracks import Tracks
from engine.ranking.candidates import Candidates, gather
from tests.library.conftest import analysed


@pytest.fixture
def library(tmp_path: Path) -> Library:
    own = Library.open(tmp_path / "library.sqlite")
    folder = own.folders.add(Path("/music"))
    for number in range(4):
        track_id = own.files.store(folder.id, analysed(Path(f"/music/{number}.mp3")))
        own.embeddings.store("space", [(track_id, np.eye(4, dtype=np.float32)[number])])
    return own


def gathered(library: Library) -> Candidates:
    return gather([library], lambda each: each.columns("space"))


def titles(candidates: Candidates) -> list[str | None]:
    tracks = candidates.tracks(range(len(candidates)))
    return [None if track is None else track.title for track in tracks]


def test_a_track_removed_or_replaced_since_is_not_paired_with_the_vector(library: Library) -> None:
    candidates = gathered(library)
    assert titles(candidates) == ["0", "1", "2", "3"]
    library.apply(RemoveTrack(4))
    # Another track gets the number, and the bytes of a third one change.
    assert library.files.store(library.folders.all()[0].id, analysed(Path("/music/new.mp3"))) == 4
    with library.database.writing() as connection:
        connection.execute("UPDATE tracks SET content_hash = 'other' WHERE id = 2")
    assert titles(candidates) == ["0", None, "2", None]
    read = list(candidates.read([3, 2, 1, 0], 2))
    assert [(index, track.title) for index, track in read] == [(2, "2"), (0, "0")]


def test_no_rows_are_read_to_gather(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("all", "get", "some", "names"):
        monkeypatch.setattr(Tracks, name, None)
    candidates = gathered(library)
    kept = candidates.keep(np.array([True, False, True, True]))
    assert kept.vectors([0, 1, 2]).tolist() == np.eye(4)[[0, 2, 3]].tolist()
    assert np.concatenate([*kept.each_part()]).tolist() == np.eye(4)[[0, 2, 3]].tolist()
    assert kept.average() == pytest.approx([1 / 3, 0, 1 / 3, 1 / 3])


def test_the_parts_of_a_long_list_are_all_of_it(library: Library) -> None:
    parts = list(gathered(library).each_part(3))
    assert [len(part) for part in parts] == [3, 1]
    assert np.concatenate(parts).tolist() == np.eye(4).tolist()
