"""The analyses of the clips of this session, so that going back to one needs no second look."""

from pathlib import Path
from threading import Lock

from desktop.session import Session
from engine.progress import Progress
from engine.stories.analyse import ClipAnalysis

_Stamp = tuple[int, int]


class ClipAnalyses:
    """Analyses clips, each once while its file stays the same.

    Args:
        session: the engine.
    """

    def __init__(self, session: Session) -> None:
        self._session = session
        self._known: dict[Path, tuple[_Stamp, ClipAnalysis]] = {}
        self._lock = Lock()

    def knows(self, clip: Path) -> bool:
        """Return whether a clip was analysed, though its file may have changed since."""
        with self._lock:
            return clip in self._known

    def get(self, clip: Path, progress: Progress) -> ClipAnalysis:
        """Return the analysis of a clip; called in a job.

        Raises:
            MediaError: when the clip can't be used.
            Cancelled: when the user stopped it.
        """
        stamp = _stamp(clip)
        with self._lock:
            known = self._known.get(clip)
        if known is not None and known[0] == stamp:
            return known[1]
        analysis = self._session.analyse(clip, progress)
        if stamp is not None:
            with self._lock:
                self._known[clip] = stamp, analysis
        return analysis

    def forget(self, clip: Path) -> None:
        """Free what is known of a clip."""
        with self._lock:
            self._known.pop(clip, None)

    def forget_others(self, version: str) -> None:
        """Free the analyses whose features are of another version.

        Args:
            version: of the features that are still of use.
        """
        with self._lock:
            self._known = {
                clip: known
                for clip, known in self._known.items()
                if known[1].features.version == version
            }


def _stamp(clip: Path) -> _Stamp | None:
    """Return size and time of a file, None where they can't be read: the analysis says why."""
    try:
        stat = clip.stat()
    except OSError:
        return None
    return stat.st_size, stat.st_mtime_ns
