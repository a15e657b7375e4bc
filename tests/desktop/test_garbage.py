import gc
import threading
import weakref
from collections.abc import Iterator

import pytest
from pytestqt.qtbot import QtBot

from desktop.garbage import (
    collections_on_this_thread,
    few_collections,
    skip_existing_objects,
)


class Ring:
    """Refers to itself, so that only the collector can find it."""

    def __init__(self) -> None:
        self.itself = self


@pytest.fixture(autouse=True)
def as_before() -> Iterator[None]:
    yield
    gc.unfreeze()


def test_no_test_of_the_window_collects_by_itself() -> None:
    assert not gc.isenabled()


def test_what_exists_is_skipped_and_garbage_made_later_is_found() -> None:
    skip_existing_objects()
    assert gc.get_freeze_count() > 1000
    assert len(gc.get_objects()) < 1000
    ring = weakref.ref(Ring())
    gc.collect()
    assert ring() is None


def test_garbage_made_before_is_cleared() -> None:
    ring = weakref.ref(Ring())
    skip_existing_objects()
    assert ring() is None


def test_few_collections_of_all_objects_until_the_last_block_ends() -> None:
    before = gc.get_threshold()
    first, second = few_collections(), few_collections()
    first.__enter__()
    assert gc.get_threshold() == (*before[:2], 1000)
    second.__enter__()
    # In whatever order they end.
    first.__exit__(None, None, None)
    assert gc.get_threshold() == (*before[:2], 1000)
    second.__exit__(None, None, None)
    assert gc.get_threshold() == before


def test_an_error_ends_the_block_too() -> None:
    before = gc.get_threshold()
    with pytest.raises(KeyError), few_collections():
        raise KeyError
    assert gc.get_threshold() == before


def test_garbage_of_any_thread_is_collected_on_this_one(qtbot: QtBot) -> None:
    threads: list[int] = []
    rings: list[weakref.ref[Ring]] = []

    def note(phase: str, _info: dict[str, int]) -> None:
        threads.append(threading.get_ident())

    def work() -> None:
        for _ in range(5000):
            rings.append(weakref.ref(Ring()))

    gc.callbacks.append(note)
    try:
        with collections_on_this_thread():
            worker = threading.Thread(target=work)
            worker.start()
            worker.join()
            assert not threads
            qtbot.waitUntil(lambda: not any(ring() for ring in rings), timeout=5000)
        assert set(threads) == {threading.get_ident()}
        assert gc.isenabled()
    finally:
        gc.callbacks.remove(note)
