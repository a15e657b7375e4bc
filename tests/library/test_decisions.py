"""Favourites, hidden tracks, shortlists, the clips of picks, and a taste set by hand."""

import os
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from engine.library.clip_queries import SaveClipQuery
from engine.library.clips import SavedClip
from engine.library.database import Database
from engine.library.decisions import SetFavourite, SetHidden
from engine.library.libraries import Libraries
from engine.library.library import Library
from engine.library.migrations import MIGRATIONS
from engine.library.own_taste import ForgetTaste, SetTaste
from engine.library.picks import AddPick, Pick, Use
from engine.library.restoring import Change, difference, restore
from engine.library.shortlists import AddToShortlist, RemoveFromShortlist, SetShortlist
from engine.library.snapshots import Snapshots
from engine.paths import user_library

WEDDING = Pick("c1", "h1", "Song", (0.5, 0.5), "2026-05-01T10:00:00+00:00", Path("/v/wedding.mp4"))


@contextmanager
def connected(library: Library) -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(library.database.path, isolation_level=None)) as connection:
        yield connection


def test_favourites_and_hidden_tracks_are_apart_and_undone(library: Library) -> None:
    undo = library.apply(SetFavourite(("a", "b", "a", ""), True))
    library.apply(SetHidden(("b",), True))
    assert library.decisions.favourites() == {"a", "b"}
    assert library.decisions.hidden() == {"b"}
    assert undo is not None
    redo = library.apply(undo)
    assert library.decisions.favourites() == frozenset()
    assert library.decisions.hidden() == {"b"}
    assert redo == SetFavourite(("a", "b"), True)


def test_only_what_changed_is_changed_back(library: Library) -> None:
    library.apply(SetFavourite(("a",), True))
    undo = library.apply(SetFavourite(("a", "b"), True))
    assert undo == SetFavourite(("b",), False)
    library.apply(undo)
    assert library.decisions.favourites() == {"a"}
    assert library.apply(SetFavourite(("a",), True)) is None
    assert library.apply(SetHidden(("a",), False)) is None


@pytest.mark.parametrize(
    ("operation", "name"),
    [
        (SetFavourite(("a",), True), "Add to favourites"),
        (SetFavourite(("a",), False), "Remove from favourites"),
        (SetHidden(("a",), True), "Hide track"),
        (SetHidden(("a", "b"), True), "Hide tracks"),
        (SetHidden(("a",), False), "Show track again"),
    ],
)
def test_names_say_what_is_done(operation: SetFavourite | SetHidden, name: str) -> None:
    assert operation.name == name


def test_a_shortlist_keeps_its_order_and_each_track_once(library: Library) -> None:
    library.apply(AddToShortlist("c", ("b", "a", "", "b")))
    library.apply(AddToShortlist("other", ("z",)))
    library.apply(AddToShortlist("c", ("a", "d")))
    assert library.shortlists.of("c") == ("b", "a", "d")
    undo = library.apply(SetShortlist("c", ("d", "a", "b")))
    assert library.shortlists.of("c") == ("d", "a", "b")
    assert undo is not None
    library.apply(undo)
    assert library.shortlists.of("c") == ("b", "a", "d")
    undo = library.apply(RemoveFromShortlist("c", ("a", "unknown")))
    assert library.shortlists.of("c") == ("b", "d")
    assert undo == SetShortlist("c", ("b", "a", "d"))
    assert library.shortlists.of("other") == ("z",)
    assert library.apply(AddToShortlist("c", ("b",))) is None
    assert library.apply(RemoveFromShortlist("c", ("x",))) is None


def test_changes_of_another_process_stay(library: Library) -> None:
    library.apply(AddToShortlist("c", ("a",)))
    code = (
        "import sys; from pathlib import Path\n"
        "from engine.library.library import Library\n"
        "from engine.library.decisions import SetFavourite\n"
        "from engine.library.shortlists import AddToShortlist\n"
        "library = Library.open(Path(sys.argv[1]))\n"
        "library.apply(AddToShortlist('c', ('b',)))\n"
        "library.apply(SetFavourite(('a',), True))\n"
    )
    subprocess.run(
        [sys.executable, "-c", code, str(library.database.path)], check=True, env=os.environ
    )
    library.apply(AddToShortlist("c", ("d",)))
    library.apply(SetFavourite(("a", "b"), True))
    assert library.shortlists.of("c") == ("a", "b", "d")
    assert library.decisions.favourites() == {"a", "b"}


def test_uses_name_the_clips_the_latest_first(library: Library) -> None:
    library.apply(AddPick(WEDDING))
    later = Pick("c2", "h1", "Song", (), "2026-06-01T10:00:00+00:00")
    library.apply(AddPick(later))
    assert library.picks.uses() == {
        "h1": (
            Use("", "c2", "2026-06-01T10:00:00+00:00"),
            Use("wedding.mp4", "c1", "2026-05-01T10:00:00+00:00"),
        )
    }


def test_a_clip_that_was_saved_elsewhere_since_is_named_by_its_new_file(library: Library) -> None:
    library.apply(AddPick(WEDDING))
    library.clips.save(SavedClip("c1", Path("/new/final.mp4"), "{}"))
    assert library.picks.uses()["h1"][0].clip_name == "final.mp4"
    assert library.picks.get("c1", "h1") == WEDDING


def test_names_that_arent_text_are_kept_as_bytes(library: Library) -> None:
    path = Path(os.fsdecode(b"/v/\xff\n.mp4"))
    library.apply(AddPick(Pick("c", "h", "Song", (), "", path)))
    assert library.picks.all()[0].clip_path == path
    assert library.picks.uses()["h"][0].clip_name == "��.mp4"


def test_picks_of_the_schema_before_take_the_paths_of_saved_clips(tmp_path: Path) -> None:
    path = tmp_path / "library.sqlite"
    steps = enumerate(MIGRATIONS)
    step = next(n for n, texts in steps if any("decisions" in text for text in texts))
    old = Library(Database(path, schema=step), "own")
    old.clips.save(SavedClip("c1", Path("/v/wedding.mp4"), "{}"))
    with connected(old) as connection:
        for clip in ("c1", "c2"):
            connection.execute(
                "INSERT INTO picks (clip_hash, track_hash, track_title, genre_probabilities, "
                "picked_at) VALUES (?, 'h', 'Song', '[1.0]', '2026-05-01')",
                (clip,),
            )
    library = Library.open(path)
    assert library.database.integrity(quick=True) == "ok"
    library.clips.remove("c1")
    assert [pick.clip_path for pick in library.picks.all()] == [Path("/v/wedding.mp4"), None]
    assert all(pick.counts_for_taste for pick in library.picks.all())


@pytest.mark.parametrize(
    "damaged", ["", "{", "[1, null]", "[NaN]", "[-1]", "7", "[1e999]", "[" * 3000, b"\xff", None]
)
def test_damaged_probabilities_leave_the_pick(library: Library, damaged: object) -> None:
    library.apply(AddPick(WEDDING))
    with connected(library) as connection:
        connection.execute("PRAGMA ignore_check_constraints = ON")
        value = "null" if damaged is None else damaged
        connection.execute("UPDATE picks SET genre_probabilities = ?", (value,))
    (pick,) = library.picks.all()
    assert (pick.genre_probabilities, pick.track_title) == ((), "Song")


def test_a_taste_set_by_hand_is_stored_and_undone(library: Library) -> None:
    assert library.own_taste.shares() == {}
    undo = library.apply(SetTaste.of({"jazz": 0.75, "metal": 0.25}))
    assert library.own_taste.shares() == {"jazz": 0.75, "metal": 0.25}
    assert undo is not None
    redo = library.apply(undo)
    assert library.own_taste.shares() == {}
    assert redo is not None
    library.apply(redo)
    assert library.own_taste.shares() == {"jazz": 0.75, "metal": 0.25}


@pytest.mark.parametrize("damaged", ["text", -1.0, 1e308, float("inf"), b"\x00"])
def test_damaged_shares_are_left_out(library: Library, damaged: object) -> None:
    library.apply(SetTaste.of({"jazz": 0.75, "metal": 0.25}))
    with connected(library) as connection:
        connection.execute("UPDATE own_taste SET share = ? WHERE genre = 'jazz'", (damaged,))
    assert library.own_taste.shares() == {"metal": 0.25}


def test_forgotten_picks_stay_uses_and_are_remembered_by_undo(library: Library) -> None:
    library.apply(AddPick(WEDDING))
    library.apply(SetTaste.of({"jazz": 1.0}))
    undo = library.apply(ForgetTaste())
    newer = Pick("c2", "h2", "New", (), "2026-06-01T10:00:00+00:00")
    library.apply(AddPick(newer))
    assert [pick.counts_for_taste for pick in library.picks.all()] == [False, True]
    assert library.own_taste.shares() == {}
    assert set(library.picks.uses()) == {"h1", "h2"}
    assert undo is not None
    library.apply(undo)
    assert library.picks.all() == (WEDDING, newer)
    assert library.own_taste.shares() == {"jazz": 1.0}


def test_decisions_need_no_library_to_be_read() -> None:
    libraries, none = Libraries(), frozenset[str]()
    assert libraries.of_user(lambda own: own.decisions.hidden(), none) == none
    Library.open().apply(SetHidden(("a",), True))
    assert libraries.of_user(lambda own: own.decisions.hidden(), none) == {"a"}


def test_decisions_of_a_library_that_cant_be_used_are_left_out() -> None:
    user_library().parent.mkdir(parents=True, exist_ok=True)
    user_library().write_bytes(b"no database" * 1000)
    libraries = Libraries()
    assert libraries.of_user(lambda own: own.decisions.hidden(), frozenset("x")) == {"x"}
    assert libraries.problems()


def test_a_restore_says_which_decisions_it_brings_back_and_which_are_lost(
    library: Library,
) -> None:
    path = library.database.path
    library.apply(AddPick(WEDDING))
    library.clips.save(SavedClip("c1", Path("/v/wedding.mp4"), "{}"))
    library.apply(SetHidden(("h1",), True))
    library.apply(AddToShortlist("c1", ("h1", "h2")))
    library.apply(SetTaste.of({"jazz": 0.5, "folk": 0.5}))
    library.apply(SaveClipQuery("c1", "calm"))
    taken = Snapshots(path).take("daily")
    assert difference(path, taken).is_empty
    library.apply(SetHidden(("h1",), False))
    library.apply(SetFavourite(("unknown",), True))
    library.apply(SetShortlist("c1", ("h2", "h1")))
    library.apply(SetTaste.of({"jazz": 0.75, "rock": 0.25}))
    library.apply(SaveClipQuery("c1", "loud"))
    found = difference(path, taken)
    assert found.marks == Change(gained=("Song",), lost=("unknown",))
    assert found.shortlists == Change(replaced=("/v/wedding.mp4",))
    assert found.sentences() == [
        "Favourites and hidden tracks: 1 comes back (Song); 1 is lost (unknown)",
        "Shortlists: 1 changes (/v/wedding.mp4)",
        "Genres of my taste: 1 comes back (folk); 1 is lost (rock); 1 changes (jazz)",
        "Searches and filters of clips: 1 changes (/v/wedding.mp4)",
    ]
    restore(path, taken)
    assert library.decisions.hidden() == {"h1"}
    assert library.shortlists.of("c1") == ("h1", "h2")


def test_a_library_with_all_decisions_passes_the_checks_of_sqlite(library: Library) -> None:
    library.apply(SetHidden(("a", "b"), True))
    library.apply(SetFavourite(("a",), True))
    library.apply(AddToShortlist("c", ("x", "y")))
    library.apply(SetTaste.of({"jazz": 0.5}))
    library.apply(AddPick(WEDDING))
    assert library.database.integrity(quick=True) == "ok"
    assert library.database.integrity() == "ok"
