"""How far a scan of several folders is: the new files of all of them are counted together."""

from collections.abc import Sequence

from engine.library.folders import Folder, normalised
from engine.library.library import Library
from engine.library.scan import n_new_audio
from engine.progress import PartProgress, Progress
from engine.translation import tr


class FolderProgress(PartProgress):
    """The analysis of one folder, whose files count among those of all folders.

    Args:
        whole: receives every step.
        n_before: new files of the folders before it.
        n_expected: new files of this folder.
        n_all: new files of all folders.
    """

    def __init__(self, whole: Progress, n_before: int, n_expected: int, n_all: int) -> None:
        super().__init__(whole, n_before, n_all)
        self._n_expected = n_expected

    def step(self, stage: str, done: float = 0, total: float | None = None, item: str = "") -> None:
        """Report; see `Progress.step`."""
        n_to_do = total or 0.0
        # Moved and copied files are done before; changed ones weren't expected.
        n_done = max(self._n_expected - n_to_do, 0.0) + done
        n_all = self._n_parts + max(n_to_do - self._n_expected, 0.0)
        self._whole.step(stage, self._index + n_done, n_all, item)


def folder_progresses(
    library: Library, folders: Sequence[Folder], progress: Progress
) -> list[FolderProgress]:
    """Return the progress of the analysis of each folder, in the same order.

    Args:
        library: knows which files are known.
        folders: in the order in which they are scanned.
        progress: of all of them; may cancel.
    """
    from engine.media.track_probe import SCANNED_SUFFIXES

    progress.step(tr("Looking for audio files"))
    known = library.files.known_paths()
    expected = [
        n_new_audio(normalised(folder.path), SCANNED_SUFFIXES, known, progress)
        for folder in folders
    ]
    return [
        FolderProgress(progress, sum(expected[:place]), n_new, sum(expected))
        for place, n_new in enumerate(expected)
    ]
