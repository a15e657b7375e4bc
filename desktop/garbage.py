"""Python's garbage collector, which would stop the window, or crash it from another thread."""

import gc
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from PySide6.QtCore import QTimer

# As many collections of young objects come before one of all objects: once in some million new
# objects.
_RARELY = 1_000
_EVERY_MS = 200
_lock = threading.Lock()
_thresholds: list[tuple[int, int, int]] = []


def skip_existing_objects() -> None:
    """Let the garbage collector skip whatever exists now.

    Modules and the parts of the window live as long as the program. Looking through them for
    garbage took 45 ms each time, whichever thread was to do it, and finds nothing.
    """
    gc.collect()
    gc.freeze()


@contextmanager
def few_collections() -> Iterator[None]:
    """Let the garbage collector look through all objects seldom while the block runs.

    A scan makes hundreds of thousands of objects that are all used. Looking through them stopped
    the window for up to 0.8 s, again and again. Young objects are looked through as always.
    """
    with _lock:
        _thresholds.append(gc.get_threshold())
        young, middle, _ = _thresholds[0]
        gc.set_threshold(young, middle, _RARELY)
    try:
        yield
    finally:
        with _lock:
            before = _thresholds.pop()
            if not _thresholds:
                gc.set_threshold(*before)


@contextmanager
def collections_on_this_thread() -> Iterator[None]:
    """Collect garbage on this thread alone, which is the GUI thread, while the block runs.

    Python collects on whichever thread makes the next object. What it finds may be a closed dialog,
    which only the GUI thread may delete: on another thread that crashes the window now and then.
    """
    timer = QTimer(interval=_EVERY_MS)
    timer.timeout.connect(collect_if_due)
    gc.disable()
    timer.start()
    try:
        yield
    finally:
        timer.stop()
        gc.enable()


def collect_if_due() -> None:
    """Collect as old objects as Python would by its thresholds."""
    counts = zip(gc.get_count(), gc.get_threshold(), strict=True)
    due = [generation for generation, (n, most) in enumerate(counts) if n > most > 0]
    if due:
        gc.collect(due[-1])
