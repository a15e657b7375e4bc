"""What the user says about tracks: shown, ranked by, undone, and never lost by a scan."""

import sqlite3
import threading
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from engine.encoders.wants import AXES, WANTED_GENRES
from engine.errors import InputError, LibraryError
from engine.library.files import AnalysedFile
from engine.library.library import Library
from engine.library.operation import Operation
from engine.library.removed import RemoveFolder, RemoveTrack
from engine.library.repaired_tags import RepairTags
from engine.library.restoring import Change, difference, restore
from engine.library.scan import FoundFile
from engine.library.snapshots import Snapshots
from engine.library.track_edits import NO_EDIT, EditTracks, TrackEdit
from engine.library.tracks import Track
from engine.media.tags import Tags

MakeFile = Callable[..., AnalysedFile]
MUSIC = Path("/music")
ALL = TrackEdit("Dawn", "Mo", "First", "folk", ("calm", "dreamy"))


@pytest.fixture
def filled(library: Library, make_file: MakeFile) -> Library:
    folder = library.folders.add(MUSIC)
    for name in ("a.mp3", "b.mp3"):
        tags = Tags(title=name, artist="Artist", album="Album")
        track_id = library.files.store(folder.id, make_file(MUSIC / name, tags=tags))
        library.embeddings.store("one", [(track_id, np.ones(4, np.float32))])
    return library


def edit(library: Library, edit: TrackEdit, *names: str) -> Operation:
    inverse = library.apply(EditTracks(tuple((name, edit) for name in names or ("a.mp3",))))
    assert inverse is not None
    return inverse


def shown(library: Library, number: int = 1) -> Track:
    return library.tracks.get(number)


def test_an_edited_track_is_shown_so_everywhere(filled: Library) -> None:
    before = shown(filled, 2)
    edit(filled, ALL)
    track = shown(filled)
    assert (track.title, track.tags.artist, track.tags.album) == ("Dawn", "Mo", "First")
    assert (track.genre, track.profile.genre_probabilities[WANTED_GENRES.index("folk")]) == (
        "folk",
        1.0,
    )
    assert track.profile.moods["calm"] == 2.0 and track.profile.moods["happy"] < 0
    assert track.edited == {"title", "artist", "album", "genre", "moods"}
    assert shown(filled, 2) == before
    for found in (filled.tracks.all()[0], filled.tracks.some([1])[1], next(filled.tracks.each())):
        assert found == track
    assert filled.tracks.at(MUSIC / "a.mp3") == track
    assert filled.tracks.names([1]) == {1: ("Dawn", MUSIC / "a.mp3")}
    ((columns, rows),) = filled.columns("one")
    assert columns.genre_names[columns.genres[rows[0]]] == "folk"
    assert columns.axes[0, AXES.index("calm")] > 0.9 > 0.1 > columns.axes[0, AXES.index("happy")]


def test_undone_the_file_counts_again_and_redone_the_user(filled: Library) -> None:
    before = filled.tracks.all()
    undo = edit(filled, ALL, "a.mp3", "b.mp3")
    assert undo.name == "Edit 2 tracks"
    after = filled.tracks.all()
    redo = filled.apply(undo)
    assert filled.tracks.all() == before
    assert redo is not None
    filled.apply(redo)
    assert filled.tracks.all() == after
    # The way back to what the file says is an edit, too.
    assert edit(filled, NO_EDIT).name == "Edit track"
    assert shown(filled) == before[0]


def test_an_edit_replaces_the_one_before_and_undo_brings_that_back(filled: Library) -> None:
    edit(filled, TrackEdit(title="One"))
    undo = edit(filled, TrackEdit(title="Two", artist=""))
    assert (shown(filled).title, shown(filled).tags.artist) == ("Two", None)
    filled.apply(undo)
    assert (shown(filled).title, shown(filled).tags.artist) == ("One", "Artist")
    assert filled.edits.of(["a.mp3", "b.mp3"]) == {"a.mp3": TrackEdit(title="One")}


def test_it_survives_a_new_analysis_a_move_a_removal_and_a_repair(
    filled: Library, make_file: MakeFile
) -> None:
    edit(filled, ALL)
    track = shown(filled)
    folder = filled.folders.at(MUSIC)
    again = make_file(MUSIC / "a.mp3", tags=Tags(title="From the file"))
    filled.files.store(folder.id, again)
    filled.files.renew(1, again)
    filled.files.store_profiles("profile 2", [(1, again.profile)])
    assert shown(filled) == track
    filled.files.move(track.file, FoundFile(MUSIC / "moved.mp3", 10, 2))
    assert shown(filled).title == "Dawn"
    for removal in (RemoveTrack(1), RemoveFolder(MUSIC)):
        undo = filled.apply(removal)
        assert undo is not None
        filled.apply(undo)
        assert shown(filled).title == "Dawn"
    filled.apply(RepairTags(((1, Tags(title="Repaired")),)))
    assert shown(filled).title == "Dawn"
    edit(filled, NO_EDIT)
    assert shown(filled).title == "Repaired"


def test_it_counts_for_all_copies_of_a_file_and_not_for_changed_bytes(
    filled: Library, make_file: MakeFile
) -> None:
    edit(filled, TrackEdit(title="Dawn"))
    copy = filled.files.copy(shown(filled).file, FoundFile(MUSIC / "copy.mp3", 10, 1))
    assert shown(filled, copy).title == "Dawn"
    assert replace(filled.tracks, with_edits=False).get(copy).title == "a.mp3"
    folder = filled.folders.at(MUSIC)
    changed = make_file(MUSIC / "a.mp3", content_hash="other", tags=Tags(title="New"))
    filled.files.store(folder.id, changed)
    assert shown(filled).title == "New"


def test_only_what_is_ranked_by_needs_new_vectors(filled: Library) -> None:
    edit(filled, TrackEdit(title="Dawn", artist="Mo"))
    assert filled.embeddings.missing("one", "music-1") == []
    undo = edit(filled, TrackEdit(title="Dawn", artist="Mo", genre="folk"))
    assert filled.embeddings.missing("one", "music-1") == [1]
    filled.embeddings.store("one", [(1, np.ones(4, np.float32))])
    filled.apply(undo)
    assert filled.embeddings.missing("one", "music-1") == [1]


def test_each_edit_is_listed_among_the_changes_of_the_library(filled: Library) -> None:
    def changed() -> list[int]:
        with filled.database.reading() as connection:
            rows = connection.execute("SELECT track_id FROM changes WHERE revision > ?", (last,))
            return [row["track_id"] for row in rows]

    with filled.database.reading() as connection:
        (last,) = connection.execute("SELECT max(revision) FROM changes").fetchone()
    edit(filled, TrackEdit(title="Dawn"))
    assert changed() == [1]
    edit(filled, NO_EDIT, "b.mp3")
    assert changed() == [1]
    edit(filled, NO_EDIT)
    assert changed() == [1, 1]
    filled.genre_tags.set([("b.mp3", "Rock")])
    assert changed() == [1, 1, 2]
    filled.genre_tags.set([("b.mp3", "Rock")])
    assert changed() == [1, 1, 2]
    filled.apply(RepairTags(((2, Tags(title="Repaired")),)))
    assert changed()[-1] == 2


def test_texts_are_one_line_of_plain_text(filled: Library) -> None:
    edit(filled, TrackEdit(title="<b>x</b>\n\u202egnos", artist="  ", album="y" * 10_000))
    tags = shown(filled).tags
    assert (tags.title, tags.artist, tags.album) == ("<b>x</b> gnos", None, "y" * 300)
    # No title at all is no edit.
    edit(filled, TrackEdit(title="\u200b \n"))
    assert shown(filled).title == "a.mp3"


def test_what_isnt_a_genre_or_mood_is_refused() -> None:
    with pytest.raises(InputError, match="no genre “polka”"):
        TrackEdit(genre="polka")
    with pytest.raises(InputError, match="no mood “angry”"):
        TrackEdit(moods=("calm", "angry"))


def test_a_file_that_cant_be_used_cant_be_edited(filled: Library) -> None:
    filled.files.store_failed(FoundFile(MUSIC / "bad.mp3", 1, 1), "it is cut off.")
    with pytest.raises(InputError, match="can't be edited"):
        edit(filled, ALL, "a.mp3", "")
    assert filled.edits.of(["a.mp3"]) == {}


def test_genre_and_moods_of_a_newer_version_are_left_to_the_analysis(filled: Library) -> None:
    edit(filled, ALL)
    with filled.database.writing() as connection:
        connection.execute("""UPDATE track_edits SET genre = 'polka', moods = '["calm", "odd"]'""")
    assert shown(filled).genre is None
    assert shown(filled).profile.moods["calm"] == 2.0
    assert filled.edits.of(["a.mp3"])["a.mp3"] == replace(ALL, genre=None, moods=("calm",))


def test_damaged_moods_are_an_error_that_names_the_track(filled: Library) -> None:
    edit(filled, ALL)
    with filled.database.writing() as connection:
        connection.execute("UPDATE track_edits SET moods = '[[['")
    with pytest.raises(LibraryError, match="damaged"):
        shown(filled)


def test_many_tracks_are_edited_while_another_process_writes(
    library: Library, make_file: MakeFile
) -> None:
    folder = library.folders.add(MUSIC)
    names = [f"{number}.mp3" for number in range(1200)]
    with library.database.writing():
        for name in names:
            library.files.store(folder.id, make_file(MUSIC / name))
    with closing(sqlite3.connect(library.database.path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        other.execute("UPDATE tracks SET album = 'theirs' WHERE id = 1")
        editing = threading.Thread(target=lambda: edit(library, TrackEdit(genre="folk"), *names))
        editing.start()
        other.execute("COMMIT")
        editing.join()
    assert {track.genre for track in library.tracks.all()} == {"folk"}
    assert shown(library).tags.album == "theirs"


# The genre that the file states


def test_the_genre_of_the_file_counts_unless_the_user_says_otherwise(filled: Library) -> None:
    analysed = shown(filled)
    filled.genre_tags.set([("a.mp3", "Hip-Hop/Rap")])
    track = shown(filled)
    assert (track.genre, track.genre_tag, track.edited) == ("hip-hop", "Hip-Hop/Rap", frozenset())
    shares = track.profile.genre_probabilities
    # Likely, not certain: what the sound says remains.
    assert 0.7 <= max(shares) == shares[WANTED_GENRES.index("hip-hop")] <= 1
    assert sum(shares) == pytest.approx(1, abs=1e-3)
    edit(filled, TrackEdit(genre="folk"))
    assert shown(filled).genre == "folk"
    edit(filled, TrackEdit(genre=""))
    assert shown(filled).genre is None
    edit(filled, NO_EDIT)
    assert shown(filled).genre == "hip-hop"
    filled.genre_tags.set([("a.mp3", "Rock")])
    track = shown(filled)
    assert (track.genre, track.genre_tag) == (analysed.genre, "Rock")


def test_a_genre_of_the_file_is_less_than_certain(filled: Library) -> None:
    filled.genre_tags.set([("a.mp3", "Ambient; Jazz")])
    shares = shown(filled).profile.genre_probabilities
    assert shown(filled).genre == "ambient"
    assert shares[WANTED_GENRES.index("ambient")] == pytest.approx(0.35)
    assert shares[WANTED_GENRES.index("jazz")] == pytest.approx(0.35)


def test_only_files_whose_tag_wasnt_read_are_unread(filled: Library) -> None:
    assert [file.path.name for file in filled.genre_tags.unread()] == ["a.mp3", "b.mp3"]
    filled.genre_tags.set([("a.mp3", "")])
    assert [file.path.name for file in filled.genre_tags.unread()] == ["b.mp3"]


def test_a_restore_says_which_edits_it_brings_back_and_which_are_lost(filled: Library) -> None:
    edit(filled, TrackEdit(title="Dawn"))
    path = filled.database.path
    taken = Snapshots(path).take("daily")
    assert difference(path, taken).is_empty
    edit(filled, TrackEdit(title="Dusk"))
    edit(filled, TrackEdit(genre="folk"), "b.mp3")
    found = difference(path, taken)
    assert found.edits == Change(lost=("b.mp3",), replaced=("Dawn",))
    assert found.sentences() == ["Edited tracks: 1 is lost (b.mp3); 1 changes (Dawn)"]
    restore(path, taken)
    assert (shown(filled).title, shown(filled, 2).genre) == ("Dawn", "jazz")
