"""The open clips as the window was left: put back after a crash, without opening one again and
again that makes it crash.
"""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject, QSettings, QTimer

from desktop.clip.open_clips import OpenClips
from desktop.file_names import is_utf8
from desktop.store import stored_list
from desktop.workspace import Workspace
from engine.locks import FileLock
from engine.path_checks import is_there
from engine.paths import data_dir
from engine.translation import tr, trn

_CLIPS, _CURRENT, _STATE = "session/clips", "session/current", "session/state"
# A clip that is shown so long doesn't make the window crash at once.
_SAFE_MS = 20_000


class SavedSession(QObject):
    """Saves which clips are open at each change.

    Of several windows of one user, the first one alone has a session.

    Args:
        clips: the open clips.
        workspace: opens them.
        store: where they are saved.
        parent: its owner.
    """

    def __init__(
        self,
        clips: OpenClips,
        workspace: Workspace,
        store: QSettings,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._clips = clips
        self._store = store
        self._lock = FileLock(data_dir() / "locks" / "window.lock")
        self._is_first = _acquired(self._lock)
        self._state = str(store.value(_STATE, "closed"))
        self._left = [Path(text) for text in stored_list(store, _CLIPS)]
        self._current = Path(str(store.value(_CURRENT, "")))
        self._safe = QTimer(self, singleShot=True, interval=_SAFE_MS)
        self._safe.timeout.connect(lambda: self._set_state("open"))
        if self._is_first:
            self._set_state("open")
            clips.changed.connect(self._save)
            workspace.clip_opened.connect(lambda _: self._safe.start())

    @property
    def left(self) -> tuple[Path, ...]:
        """The clips that were open when the window ended without being closed, the shown one first;
        empty where it was closed, and for files that are gone.
        """
        if not self._is_first or self._state == "closed":
            return ()
        found = [path for path in self._left if is_there(path)]
        return tuple(sorted(found, key=lambda path: path != self._current))

    @property
    def may_restore(self) -> bool:
        """Whether the clips may be opened without asking: it didn't end while it opened them."""
        return self._state == "open"

    def restore_or_ask(self, ask: Callable[[str, str, Callable[[], object]], object]) -> None:
        """Open the clips of a window that ended unexpectedly, or ask where that made it end.

        Args:
            ask: shows a sentence with a button.
        """
        n_clips = len(self.left)
        if n_clips and self.may_restore:
            self.restore()
        elif n_clips:
            text = trn(
                "Soundbed ended unexpectedly while it opened {n} clip.",
                "Soundbed ended unexpectedly while it opened {n} clips.",
                n_clips,
            )
            ask(text.format(n=n_clips), tr("Open again"), self.restore)

    def restore(self) -> None:
        """Open the clips again; if the window ends meanwhile, the next one asks first."""
        left = self.left
        if left:
            self._set_state("restoring")
            self._clips.add(left)

    def close(self) -> None:
        """Note that the window is closed, which leaves no session behind."""
        if self._is_first:
            self._safe.stop()
            self._set_state("closed")
            self._lock.release()

    def _save(self) -> None:
        listed, at = self._clips.clips, self._clips.current
        paths = [str(clip.path) for clip in listed if is_utf8(clip.path)]
        self._store.setValue(_CLIPS, paths)
        current = "" if at is None else str(listed[at].path)
        self._store.setValue(_CURRENT, current if current in paths else "")
        self._store.sync()

    def _set_state(self, state: str) -> None:
        self._store.setValue(_STATE, state)
        self._store.sync()


def _acquired(lock: FileLock) -> bool:
    try:
        lock.path.parent.mkdir(parents=True, exist_ok=True)
        return lock.acquire()
    except OSError:
        # A folder that can't be written keeps no session either.
        return False
