"""STORY: files that couldn't be used → analysed once more, such as after they were copied again."""

from collections import defaultdict
from collections.abc import Collection

from engine.library.folders import Folder
from engine.library.library import Library
from engine.library.scan import FoundFile
from engine.progress import Progress
from engine.stories.analyse_files import analyse_files
from engine.stories.embed import embed_with_active_pack
from engine.stories.index_report import IndexReport


def retry_files(library: Library, track_ids: Collection[int], progress: Progress) -> IndexReport:
    """Analyse the files of tracks once more, with low priority.

    Args:
        library: the tracks.
        track_ids: their numbers; those that were removed meanwhile are left out.
        progress: may cancel; what was analysed by then is kept.

    Raises:
        LibraryError: when the library can't be written.
        PackError: when a bundled model is missing or damaged.
        Cancelled: when the user stopped it.
    """
    wanted: dict[Folder, list[FoundFile]] = defaultdict(list)
    n_missing = 0
    for track in library.tracks.some(track_ids).values():
        folder = library.folders.around(track.path)
        try:
            status = track.path.stat()
        except OSError:
            n_missing += 1
            continue
        if folder is not None:
            wanted[folder].append(
                FoundFile(track.path, status.st_size, status.st_mtime_ns, status.st_ctime_ns)
            )
    report = IndexReport(offline=n_missing)
    for folder, files in wanted.items():
        report += analyse_files(library, folder, folder.path, files, progress, low_priority=True)
    embed_with_active_pack(library, progress)
    return report
