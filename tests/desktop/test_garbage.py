import gc
import weakref
from collections.abc import Iterator

import pytest

from desktop.garbage import few_collections, skip_existing_objects


class Ring:
    """Refers to itself, so that only the collector can find it."""

    def __init__(self) -> None:
        self.itself = self


@pytest.fixture(autouse=True)
def as_before() -> Iterator[None]:
    yield
    gc.unfreeze()


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
