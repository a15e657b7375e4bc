"""STORY: folders → analysed, embedded tracks in the library; after a stop it resumes."""

import logging
import os
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, suppress
from dataclasses import replace
from pathlib import Path

from engine.errors import (
    InputError,
    LibraryError,
    MovingPicture,
    PackError,
    RemovedMeanwhile,
    SoundbedError,
)
from engine.library.files import AnalysedFile
from engine.library.folders import Folder, normalised
from engine.library.left_out import LeftOut
from engine.library.library import Library
from engine.library.licence_table import LicenceTable, name_below
from engine.library.reasons import check_of
from engine.library.removed import RemoveFolder
from engine.library.scan import FoundFile, Scan, find_audio
from engine.library.track_analysis import analyse_file
from engine.limits import analysing_track, n_cores
from engine.locks import exclusive
from engine.paths import music_packs_dir
from engine.progress import Progress
from engine.stories.embed import embed_with_active_pack
from engine.stories.index_report import FileProblem, IndexReport
from engine.stories.reanalyse import ReanalysisReport, reanalyse
from engine.stories.scan_comparison import (
    ScanOptions,
    compare,
    copies_among,
    copy_track,
    known_changes,
)
from engine.translation import tr

_log = logging.getLogger(__name__)


def index_folder(folder: Path, library: Library, progress: Progress) -> IndexReport:
    """Add a folder to the library and analyse its audio files; failed ones are tried again.

    Args:
        folder: where the music is; its subfolders belong to it.
        library: where the tracks go.
        progress: may cancel; tracks analysed by then are kept.

    Raises:
        InputError: when it isn't a folder, or can't be read.
        LibraryError: when the library can't be written.
        PackError: when a bundled model is missing or damaged.
        Cancelled: when the user stopped it.
    """
    root = normalised(folder)
    with _scanning(library, root, progress):
        found = _find(folder, progress)
        with library.database.writing():
            before = library.folders.all()
            added = library.folders.add(folder)
            is_one_more = len(library.folders.all()) == len(before) + 1
        report = _update(library, added, root, found, progress, ScanOptions(retry=True))
    report += _renewed(reanalyse(library, progress, below=root))
    embed_with_active_pack(library, progress)
    return replace(report, inverse=RemoveFolder(added.path) if is_one_more else None)


def rescan(library: Library, progress: Progress, options: ScanOptions | None = None) -> IndexReport:
    """Look for new, changed, moved and missing files in all added folders.

    Args:
        library: the tracks and the folders.
        progress: may cancel; tracks analysed by then are kept.
        options: what is compared, and what comes first; None for the usual.

    Raises:
        LibraryError: when the library can't be written.
        PackError: when a bundled model is missing or damaged.
        Cancelled: when the user stopped it.
    """
    report, options = IndexReport(), options or ScanOptions()
    for folder in options.in_order(library.folders.all()):
        with _scanning(library, folder.path, progress):
            try:
                found = _find(folder.path, progress)
            except InputError as error:
                _log.info("offline: %s", error)
                found = Scan((), ())
            report += _update(library, folder, folder.path, found, progress, options)
    report += _renewed(reanalyse(library, progress))
    embed_with_active_pack(library, progress)
    return report


def _scanning(library: Library, root: Path, progress: Progress) -> AbstractContextManager[None]:
    """Return a block in which no other process scans the folder, which would do the same work."""

    def wait() -> None:
        progress.step(tr("Waiting for another scan of this folder"))

    return exclusive("scan", f"{library.database.path}\n{root}", wait)


def _renewed(report: ReanalysisReport) -> IndexReport:
    return IndexReport(
        failed=report.failed,
        music_s=report.music_s,
        wall_s=report.wall_s,
        renewed=report.renewed,
    )


def _find(folder: Path, progress: Progress) -> Scan:
    from engine.media.track_probe import SCANNED_SUFFIXES, UNREADABLE_SUFFIXES

    return find_audio(normalised(folder), SCANNED_SUFFIXES, progress, UNREADABLE_SUFFIXES)


def _update(
    library: Library,
    folder: Folder,
    root: Path,
    scan: Scan,
    progress: Progress,
    options: ScanOptions,
) -> IndexReport:
    excluded = library.folders.excluded(folder)
    packs = _packs_inside(root)
    films = _known_films(library, root)
    found = [
        file
        for file in scan.files
        if _key(file) not in films
        and os.fsencode(file.path) not in excluded
        and packs not in file.path.parents
    ]
    compared = compare(library, found, progress, options)
    back = [known for known in compared.unchanged if known.state == "offline"]
    library.files.mark(back, "ready")
    # Read again: a moved file is no longer at its old place.
    present = {file.path for file in found}
    missing = [
        known
        for known in library.files.known()
        if known.path not in present
        and root in known.path.parents
        and packs not in known.path.parents
        and known.state != "failed"
    ]
    library.files.mark(missing, "offline")
    library.files.note_changes(known_changes(compared.unchanged, found))
    started_s = time.monotonic()
    report = _analyse(library, folder, root, compared.to_analyse, progress)
    left_out = (
        *_left_out_folders(library, scan),
        *(films[key] for file in scan.files if (key := _key(file)) in films),
        *report.left_out,
    )
    if root.is_dir():
        library.left_out.replace(folder.id, root, left_out)
    return replace(
        report,
        added=report.added + compared.n_copied,
        unchanged=len(compared.unchanged),
        moved=compared.n_moved,
        offline=len(missing),
        wall_s=time.monotonic() - started_s,
        left_out=left_out,
    )


def _key(file: FoundFile | LeftOut) -> tuple[Path, int, int]:
    return file.path, file.size_bytes, file.modified_ns


def _known_films(library: Library, root: Path) -> dict[tuple[Path, int, int], LeftOut]:
    """Return the files that were found to be films, by path, size and time of change."""
    from engine.media.track_probe import decoder_version

    known = library.left_out.below(root)
    if not known:
        return {}
    version = decoder_version()
    return {_key(each): each for each in known if each.cause == "film" and each.decoder == version}


def _left_out_folders(library: Library, scan: Scan) -> Iterator[LeftOut]:
    """Yield what the scan left out, but for links to folders that were added by themselves."""
    added = [os.path.realpath(folder.path) for folder in library.folders.all()]
    for each in scan.left_out:
        if each.cause == "linked folder":
            target = Path(os.path.realpath(each.path))
            if any(target.is_relative_to(root) for root in added):
                continue
        yield each


def _packs_inside(root: Path) -> Path | None:
    # Installed packs may lie inside an added folder but aren't part of it.
    packs = normalised(music_packs_dir())
    return None if packs in root.parents else packs


def _analyse(
    library: Library, folder: Folder, root: Path, files: list[FoundFile], progress: Progress
) -> IndexReport:
    n_workers = n_cores()
    if not files:
        return IndexReport(n_workers=n_workers)
    from engine.media.worker import WorkerPool

    by_path = {file.path: file for file in files}
    copies = copies_among(files, progress)
    distinct = [file.path for file in files if file.path not in copies.others]
    table = _licences(root)
    report = IndexReport(n_workers=n_workers)
    stage = tr("Analysing music")
    progress.step(stage, 0, len(distinct))
    with WorkerPool(min(n_workers, len(distinct))) as pool:
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
            elif path.exists():
                for file in (by_path[path], *copies.of(path)):
                    with suppress(RemovedMeanwhile):
                        report += _store_unusable(library, file, result)
            progress.step(stage, n_done, len(distinct))
    return report


def _store(
    library: Library, folder: Folder, analysed: AnalysedFile, found: FoundFile
) -> IndexReport:
    check = analysed.check
    with library.database.writing():
        tags = library.repaired_tags.of_file(analysed.file.path, analysed.tags)
        track_id = library.files.store(folder.id, replace(analysed, tags=tags))
        library.checks.set(track_id, check)
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


def _store_unusable(library: Library, file: FoundFile, error: SoundbedError) -> IndexReport:
    """Store why a file isn't music that can be used."""
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
