"""What the window remembers in Qt's own settings."""

from collections.abc import Sequence

from PySide6.QtCore import QSettings


def stored_list(store: QSettings, key: str, default: Sequence[str] = ()) -> list[str]:
    """Return a list of texts, empty where something else is stored."""
    value = store.value(key, list(default))
    # A list of one comes back from the file as a plain string.
    if isinstance(value, str):
        return [value]
    return [str(text) for text in value] if isinstance(value, list) else []
