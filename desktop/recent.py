"""The recent clips."""

from pathlib import Path

from PySide6.QtCore import QSettings

from desktop.file_names import is_utf8
from desktop.store import stored_list
from engine.path_checks import is_there

_KEY = "clips/recent"
_N_KEPT = 8


class RecentClips:
    """The clips opened last, the newest first.

    Args:
        store: where they are saved.
    """

    def __init__(self, store: QSettings) -> None:
        self._store = store

    def clips(self) -> list[Path]:
        """Return those whose files still exist."""
        return [path for path in self._stored() if is_there(path)]

    def add(self, clip: Path) -> None:
        """Put a clip first; one whose name isn't UTF-8 can't be saved and is left out."""
        if not is_utf8(clip):
            return
        others = [path for path in self._stored() if path != clip]
        self._store.setValue(_KEY, [str(path) for path in [clip, *others][:_N_KEPT]])

    def _stored(self) -> list[Path]:
        return [Path(name) for name in stored_list(self._store, _KEY)]
