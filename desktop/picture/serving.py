"""What the process that decodes the picture runs."""

import signal
from contextlib import suppress
from multiprocessing.connection import Connection

from desktop.picture.slots import FrameSlots
from engine.limits import SHOWING_CLIP


def run(connection: Connection, memory_name: str) -> None:
    """Decode until the window ends or wants no more; the process's main function."""
    # Ctrl-C reaches all processes of the group; the window handles it.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    # Imported here alone: the window itself decodes nothing.
    from desktop.picture.showing import Showing
    from engine.media.worker import limit_memory

    limit_memory(SHOWING_CLIP.memory_mb)
    slots = FrameSlots(memory_name)
    showing = Showing(slots, connection.send)
    with suppress(EOFError, OSError):
        while (command := connection.recv()) is not None:
            showing.obey(command)
    showing.close()
    slots.close()
