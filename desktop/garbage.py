"""Python's garbage collector, which would stop the window."""

import gc


def skip_existing_objects() -> None:
    """Let the garbage collector skip whatever exists now.

    Modules and the parts of the window live as long as the program. Looking through them for
    garbage took 45 ms each time, whichever thread was to do it, and finds nothing.
    """
    gc.collect()
    gc.freeze()
