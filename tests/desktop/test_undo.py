from dataclasses import dataclass, replace
from typing import ClassVar

import pytest
from pytestqt.qtbot import QtBot

from desktop.jobs import JobRunner
from desktop.undo import UndoStack
from engine.errors import InputError, LibraryError
from engine.library.database import Database
from engine.library.operation import Operation
from tests.desktop.fake_session import FakeSession

SHELF: list[str] = []


@dataclass(frozen=True)
class Add(Operation):
    """Puts a word on the shelf, or takes it away again."""

    part: ClassVar[type] = list

    word: str
    remove: bool = False
    final: bool = False

    @property
    def name(self) -> str:
        return f"Add {self.word}"

    def apply(self, _database: Database) -> "Add | None":
        if self.word == "full":
            raise LibraryError("the disk is full.")
        (SHELF.remove if self.remove else SHELF.append)(self.word)
        return None if self.final else replace(self, remove=not self.remove)


@pytest.fixture
def stack(session: FakeSession, runner: JobRunner) -> UndoStack:
    SHELF.clear()
    return UndoStack(session, runner)


def settle(qtbot: QtBot, stack: UndoStack) -> None:
    qtbot.waitUntil(lambda: not stack.busy)


def names(stack: UndoStack) -> tuple[str | None, str | None]:
    return stack.undo_name, stack.redo_name


def test_changes_are_undone_and_redone_in_order(qtbot: QtBot, stack: UndoStack) -> None:
    assert names(stack) == (None, None)
    for word in "ab":
        stack.do(Add(word))
    settle(qtbot, stack)
    assert SHELF == ["a", "b"]
    assert names(stack) == ("Add b", None)
    stack.undo()
    settle(qtbot, stack)
    assert SHELF == ["a"]
    assert names(stack) == ("Add a", "Add b")
    stack.redo()
    settle(qtbot, stack)
    assert SHELF == ["a", "b"]
    assert names(stack) == ("Add b", None)


def test_a_change_can_be_undone_before_it_has_run(qtbot: QtBot, stack: UndoStack) -> None:
    stack.do(Add("a"))
    stack.do(Add("b"))
    stack.undo()
    stack.undo()
    stack.redo()
    assert names(stack) == ("Add a", "Add b")
    settle(qtbot, stack)
    assert SHELF == ["a"]


def test_a_new_change_ends_what_could_be_redone(qtbot: QtBot, stack: UndoStack) -> None:
    stack.do(Add("a"))
    stack.undo()
    stack.do(Add("b"))
    settle(qtbot, stack)
    assert names(stack) == ("Add b", None)
    assert SHELF == ["b"]


def test_what_cannot_be_undone_is_no_step(qtbot: QtBot, stack: UndoStack) -> None:
    stack.do(Add("a"))
    stack.do(Add("z", final=True))
    settle(qtbot, stack)
    assert SHELF == ["a", "z"]
    assert names(stack) == ("Add a", None)


def test_a_failed_change_is_no_step_and_says_why(qtbot: QtBot, stack: UndoStack) -> None:
    stack.do(Add("a"))
    with qtbot.waitSignal(stack.failed) as caught:
        stack.do(Add("full"))
    assert "the disk is full" in str(caught.args)
    assert names(stack) == ("Add a", None)


def test_a_failed_undo_can_be_tried_again(
    qtbot: QtBot, stack: UndoStack, monkeypatch: pytest.MonkeyPatch
) -> None:
    stack.do(Add("a"))
    settle(qtbot, stack)

    def fail(_self: Add, _database: Database) -> None:
        raise LibraryError("the disk is full.")

    with monkeypatch.context() as patch:
        patch.setattr(Add, "apply", fail)
        with qtbot.waitSignal(stack.failed):
            stack.undo()
    assert names(stack) == ("Add a", None)
    stack.undo()
    settle(qtbot, stack)
    assert SHELF == []


def test_an_undo_that_is_not_possible_any_more_makes_way_for_the_one_before(
    qtbot: QtBot, stack: UndoStack, monkeypatch: pytest.MonkeyPatch
) -> None:
    stack.do(Add("a"))
    stack.do(Add("b"))
    settle(qtbot, stack)

    def refuse(_self: Add, _database: Database) -> None:
        raise InputError("This can't be undone any more.")

    with monkeypatch.context() as patch:
        patch.setattr(Add, "apply", refuse)
        with qtbot.waitSignal(stack.failed):
            stack.undo()
    assert names(stack) == ("Add a", None)


def test_steps_of_a_clip_go_with_it_and_saved_ones_come_first(
    qtbot: QtBot, stack: UndoStack
) -> None:
    stack.open_clip("one", [], [])
    stack.do(Add("a"), clip="one")
    stack.do(Add("b"))
    settle(qtbot, stack)
    SHELF.extend(("saved", "older"))
    stack.open_clip("two", [Add("older", remove=True), Add("saved", remove=True)], [Add("undone")])
    assert names(stack) == ("Add b", "Add undone")
    for expected in ("Add saved", "Add older", None):
        stack.undo()
        assert stack.undo_name == expected
    settle(qtbot, stack)
    assert SHELF == ["a"]


def test_a_change_made_by_a_longer_task_can_be_undone(qtbot: QtBot, stack: UndoStack) -> None:
    SHELF.append("a")
    stack.do(Add("b"))
    stack.undo()
    stack.add("Add folder", Add("a", remove=True))
    assert names(stack) == ("Add folder", None)
    stack.undo()
    settle(qtbot, stack)
    assert SHELF == []
    assert names(stack) == (None, "Add folder")


def test_a_change_that_follows_from_another_is_one_step_with_it(
    qtbot: QtBot, stack: UndoStack
) -> None:
    undone: list[str] = []
    stack.undone.connect(undone.append)
    stack.do(Add("a"))
    group = stack.do(Add("b"))
    stack.do(Add("c"), group=group)
    assert names(stack) == ("Add b", None)
    stack.undo()
    settle(qtbot, stack)
    assert SHELF == ["a"]
    assert names(stack) == ("Add a", "Add b")
    assert undone == ["Add b"]
    stack.redo()
    settle(qtbot, stack)
    assert SHELF == ["a", "b", "c"]
    assert names(stack) == ("Add b", None)


def test_a_change_between_two_of_a_group_keeps_them_apart(qtbot: QtBot, stack: UndoStack) -> None:
    group = stack.do(Add("a"))
    stack.do(Add("b"))
    stack.do(Add("c"), group=group)
    stack.undo()
    settle(qtbot, stack)
    assert SHELF == ["a", "b"]
    assert stack.undo_name == "Add b"
