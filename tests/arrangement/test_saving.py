"""Changes of a clip's arrangement, undone and redone in the library."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from engine.arrangement.arrangement import Arrangement
from engine.arrangement.history import ArrangementHistory
from engine.arrangement.saving import ChangeArrangement, change_of, saved_steps
from engine.arrangement.segments import Segment
from engine.arrangement.storage import history_from_json
from engine.errors import ArrangementFromFuture
from engine.library.clips import SavedClip
from engine.library.library import Library
from engine.library.operation import Operation
from tests.arrangements import arranged

FIRST = arranged(Segment(0.0, 0.0, 12.0))
QUIETER = FIRST.with_gains(music_gain_db=-6.0)
LATER = arranged(Segment(3.0, 0.0, 12.0))


@pytest.fixture
def library(tmp_path: Path) -> Library:
    return Library.open(tmp_path / "library.sqlite")


def saved(library: Library) -> ArrangementHistory:
    clip = library.clips.get("clip")
    assert clip is not None
    return history_from_json(clip.text)


def apply(library: Library, operation: Operation | None) -> Operation:
    assert operation is not None
    inverse = library.apply(operation)
    assert inverse is not None
    return inverse


def change(library: Library, *arrangements: Arrangement) -> list[Operation]:
    """Save the arrangements one after the other; return what undoes each but the first."""
    assert library.apply(ChangeArrangement("clip", arrangements[0])) is None
    return [apply(library, ChangeArrangement("clip", each)) for each in arrangements[1:]]


def test_steps_are_undone_and_redone_and_stay_saved(library: Library) -> None:
    undo_first, undo_second = change(library, FIRST, QUIETER, LATER)
    redo_second = apply(library, undo_second)
    assert saved(library) == ArrangementHistory((FIRST, QUIETER, LATER), 1)
    redo_first = apply(library, undo_first)
    assert saved(library) == ArrangementHistory((FIRST, QUIETER, LATER), 0)
    apply(library, redo_first)
    undo_again = apply(library, redo_second)
    assert saved(library) == ArrangementHistory((FIRST, QUIETER, LATER), 2)
    apply(library, undo_again)
    assert saved(library).current == QUIETER


def test_what_undoes_the_saved_steps_is_what_undid_them_at_first(library: Library) -> None:
    undos = change(library, FIRST, QUIETER, LATER)
    undo, redo = saved_steps("clip", saved(library))
    assert targets(undo) == targets(undos) == [(FIRST, -1), (QUIETER, -1)]
    assert redo == []
    for each in reversed(undo):
        apply(library, each)
    undo, redo = saved_steps("clip", saved(library))
    assert undo == []
    assert targets(redo) == [(LATER, 1), (QUIETER, 1)]


def targets(operations: Sequence[Operation]) -> list[tuple[Arrangement, int]]:
    found = []
    for each in operations:
        assert isinstance(each, ChangeArrangement)
        found.append((each.arrangement, each.direction))
    return found


def test_a_change_is_named_after_what_differs() -> None:
    other = replace(FIRST.items[0].track, path=Path("/other.opus"))
    exchanged = replace(FIRST, items=(replace(FIRST.items[0], track=other),))
    names = [change_of("clip", FIRST, after).name for after in (QUIETER, LATER, exchanged)]
    assert names == ["Change levels", "Slip music", "Change track"]
    history = ArrangementHistory((FIRST, QUIETER, exchanged, LATER), 1)
    undo, redo = saved_steps("clip", history)
    assert [each.name for each in undo] == ["Change levels"]
    assert [each.name for each in redo] == ["Change track", "Change track"]


def test_the_steps_of_a_moved_clip_move_with_it(library: Library) -> None:
    change(library, FIRST, QUIETER)
    moved = replace(LATER, clip=replace(LATER.clip, path=Path("/elsewhere.mp4")))
    back = apply(library, ChangeArrangement("clip", moved))
    assert {each.clip.path for each in saved(library).arrangements} == {Path("/elsewhere.mp4")}
    apply(library, back)
    assert saved(library).position == 1


def test_a_damaged_history_is_replaced_and_a_newer_one_stays(library: Library) -> None:
    library.clips.save(SavedClip("clip", Path("/clip.mp4"), "damaged"))
    change(library, FIRST)
    assert saved(library).current == FIRST
    newer = SavedClip("clip", Path("/clip.mp4"), '{"version": 99}')
    library.clips.save(newer)
    with pytest.raises(ArrangementFromFuture):
        library.apply(ChangeArrangement("clip", FIRST))
    assert library.clips.get("clip") == newer
