"""Files that a scan found → tracks in the library, each stored as soon as it is analysed."""

import logging
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from engine.errors import (
    InputError,
    LibraryError,
    MovingPicture,
    PackError,
    RemovedMeanwhile,
    SoundbedError,
    display_path,
)
from engine.library.files import AnalysedFile
from engine.library.folders import Folder
from engine.library.left_out import LeftOut
from engine.library.library import Library
from engine.library.licence_table import LicenceTable, name_below
from engine.library.reasons import check_of
from engine.library.scan import FoundFile
from engine.library.track_analysis import analyse_file
from engine.limits import analysing_track, n_cores
from engine.path_checks import is_there
from engine.progress import Progress
from engine.stories.index_report import FileProblem, IndexReport
from engine.stories.scan_comparison import copies_among, copy_track
from engine.translation import tr

_log = logging.getLogger(__name__)


def analyse_files(
    library: Library,
    folder: Folder,
    root: Path,
    files: Sequence[FoundFile],
    progress: Progress,
    *,
    low_priority: bool,
) -> IndexReport:
    """Analyse files and store each as soon as it is done, also what can't be used.

    Args:
        library: where the tracks go.
        folder: the added folder that they are in.
        root: what is scanned of it.
        files: new or changed ones.
        progress: may cancel; tracks analysed by then are kept.
        low_priority: leave the cores to whatever else wants them.

    Raises:
        LibraryError: when the library can't be written.
        PackError: when a bundled model is missing or damaged.
        Cancelled: when the user stopped it.
    """
    if not files:
        return IndexReport(n_workers=n_cores())
    from engine.media.worker import WorkerPool

    by_path = {file.path: file for file in files}
    copies = copies_among(files, progress)
    distinct = [file.path for file in files if file.path not in copies.others]
    table = _licences(root)
    report = IndexReport(n_workers=n_cores())
    stage = tr("Analysing music")
    progress.step(stage, 0, len(distinct))
    with WorkerPool(min(n_cores(), len(distinct)), low_priority=low_priority) as pool:
        results = pool.map_unordered(
            analyse_file,
            [(path, (path,)) for path in distinct],
            limits=lambda path: analysing_track(by_path[path].size_bytes),
            progress=progress,
            reports=True,
        )
        for n_done, (path, result) in enumerate(results, 1):
            if isinstance(result, AnalysedFile):
                # One transaction per track: whatever happens next, this one stays.
                stated = table.stated(name_below(path, root))
                tagged = replace(result, tags=replace(result.tags, **stated))
                try:
                    report += _store(library, folder, tagged, by_path[path])
                    report += _store_copies(library, path, copies.of(path))
                except RemovedMeanwhile:
                    if folder.path not in {each.path for each in library.folders.all()}:
                        break
            elif isinstance(result, PackError | LibraryError):
                raise result
            elif is_there(path):
                report += _store_unusable(library, (by_path[path], *copies.of(path)), result)
            progress.step(stage, n_done, len(distinct), display_path(path.name))
    return report


def _store(
    library: Library, folder: Folder, analysed: AnalysedFile, found: FoundFile
) -> IndexReport:
    check = analysed.check
    with library.database.writing():
        tags = library.repaired_tags.of_file(analysed.file.path, analysed.tags)
        track_id = library.files.store(folder.id, replace(analysed, tags=tags))
        library.checks.set(track_id, check)
        library.genre_tags.set([(analysed.file.content_hash, analysed.genre_tag)])
        if found.modified_ns == analysed.file.modified_ns:
            library.files.note_changes([(track_id, found.changed_ns)])
    incomplete = () if check is None else (FileProblem(analysed.file.path, check.label, check),)
    return IndexReport(added=1, music_s=analysed.file.duration_s, incomplete=incomplete)


def _store_copies(library: Library, path: Path, copies: tuple[FoundFile, ...]) -> IndexReport:
    """Store further files with the bytes of an analysed one."""
    report = IndexReport()
    for file in copies:
        with library.database.writing():
            track = library.tracks.at(path)
            if track is None:
                break
            copy_track(library, track.file, file)
        report += IndexReport(added=1)
    return report


def _store_unusable(
    library: Library, files: Iterable[FoundFile], error: SoundbedError
) -> IndexReport:
    """Store why files with the same bytes aren't music that can be used."""
    report = IndexReport()
    for file in files:
        with suppress(RemovedMeanwhile):
            report += _store_one_unusable(library, file, error)
    return report


def _store_one_unusable(library: Library, file: FoundFile, error: SoundbedError) -> IndexReport:
    from engine.media.track_probe import decoder_version

    version = decoder_version()
    if isinstance(error, MovingPicture) and library.tracks.at(file.path) is None:
        film = LeftOut(file.path, "film", file.size_bytes, file.modified_ns, version)
        return IndexReport(left_out=(film,))
    message, check = error.without_path, check_of(error, version)
    _log.warning("can't be used: %s", error)
    with library.database.writing():
        track_id = library.files.store_failed(file, message)
        library.checks.set(track_id, check)
        library.files.note_changes([(track_id, file.changed_ns)])
    return IndexReport(failed=(FileProblem(file.path, message, check),))


def _licences(root: Path) -> LicenceTable:
    try:
        return LicenceTable.read(root)
    except InputError as error:
        # It may be a table of another program.
        _log.warning("the table of licences is ignored: %s", error)
        return LicenceTable({}, ())
