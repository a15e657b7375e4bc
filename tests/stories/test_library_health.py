"""What is known of the user's library at the start, and what doctor says."""

from collections.abc import Callable
from pathlib import Path

import pytest

from engine.library.clips import SavedClip
from engine.library.library import Library
from engine.library.snapshots import Snapshots
from engine.paths import user_library
from engine.stories.library_health import check_at_start, examine_library
from tests import unusable


@pytest.fixture
def library() -> Library:
    own = Library.open()
    own.clips.save(SavedClip("one", Path("/clips/one.mp4"), "{}"))
    return own


def test_without_a_library_nothing_is_wrong_and_none_is_made() -> None:
    assert check_at_start().problems == ()
    assert examine_library().problems == ()
    assert not user_library().parent.exists()


def test_a_good_library_gets_its_snapshot_of_the_day(library: Library) -> None:
    health = check_at_start()
    assert (health.problems, health.can_restore) == ((), True)
    assert len(Snapshots(user_library()).all()) == 1
    check_at_start()
    values = examine_library().values
    assert (values["snapshots"], values["integrity"], values["broken_references"]) == (1, "ok", 0)


@pytest.mark.parametrize("damage", unusable.WAYS)
def test_what_is_wrong_is_said_with_what_to_do(
    library: Library, damage: Callable[[Path], None]
) -> None:
    check_at_start()
    damage(library.database.path)
    for health in (check_at_start(), examine_library()):
        (problem,) = health.problems
        assert "library.sqlite" in problem
        assert any(word in problem for word in ("Restore", "restore", "Move", "Check"))
        assert health.can_restore
    assert len(Snapshots(user_library()).all()) == 1


def test_damage_that_opening_does_not_meet_is_found_at_the_start(library: Library) -> None:
    for number in range(200):
        library.clips.save(SavedClip(f"{number}", Path(f"/clips/{number}.mp4"), "x" * 300))
    path = library.database.path
    # Another snapshot of today would find it, too.
    check_at_start()
    unusable.broken_at_the_end(path)
    assert Library.open_to_read().tracks.is_empty()
    (problem,) = check_at_start().problems
    assert "damaged" in problem


def test_files_that_are_not_where_they_were_are_counted(library: Library) -> None:
    with library.database.writing() as connection:
        connection.execute(
            "INSERT INTO tracks (path, path_text, size_bytes, modified_ns, state, title, features,"
            " content_hash) VALUES (x'2f78', '/x', 1, 1, 'ready', 'x', x'00', 'x')"
        )
    health = examine_library()
    assert health.values["missing_files"] == 1
    assert "soundbed library rescan" in health.problems[0]


def test_rows_that_refer_to_nothing_are_a_problem(library: Library) -> None:
    with library.database.writing() as connection:
        connection.execute("PRAGMA defer_foreign_keys = ON")
        connection.execute("COMMIT")
        connection.execute("PRAGMA foreign_keys = OFF")
        connection.execute("INSERT INTO excluded (folder_id, path) VALUES (99, x'2f78')")
        connection.execute("BEGIN")
    health = examine_library()
    assert health.values["broken_references"] == 1
    assert "snapshot" in health.problems[0]
