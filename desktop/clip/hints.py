"""What the ways to open clips do, in the same words on the start page and in the menu."""

from engine.translation import tr


def open_hint() -> str:
    """Return what “Open a clip” does."""
    return tr("Open one or more videos or pictures, and choose the music of each yourself")


def batch_hint() -> str:
    """Return what “Music for a folder of clips” does."""
    return tr("Make music for all clips of a folder, and write the results to another folder")
