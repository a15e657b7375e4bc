"""The recent clips."""

from pathlib import Path

from PySide6.QtCore import QSettings

from desktop.file_names import is_utf8

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
        return [path for path in self._stored() if path.is_file()]

    def add(self, clip: Path) -> None:
        """Put a clip first; one whose name isn't UTF-8 can't be saved and is left out."""
        if not is_utf8(clip):
            return
        others = [path for path in self._stored() if path != clip]
        self._store.setValue(_KEY, [str(path) for path in [clip, *others][:_N_KEPT]])

    def _stored(self) -> list[Path]:
        value = self._store.value(_KEY, [])
        # A list of one comes back from the file as a plain string.
        names = [value] if isinstance(value, str) else value if isinstance(value, list) else []
        return [Path(str(name)) for name in names]
