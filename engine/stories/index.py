"""STORY: folders → analysed, embedded tracks in the library; after a stop it resumes."""

import logging
import os
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager
from dataclasses import replace
from pathlib import Path

from engine.errors import InputError
from engine.library.folders import Folder, normalised
from engine.library.left_out import LeftOut
from engine.library.library import Library
from engine.library.removed import RemoveFolder
from engine.library.scan import FoundFile, Scan, find_audio
from engine.locks import exclusive
from engine.path_checks import is_folder
from engine.paths import music_packs_dir
from engine.progress import Progress
from engine.stories.analyse_files import analyse_files
from engine.stories.embed import embed_with_active_pack
from engine.stories.index_report import IndexReport
from engine.stories.read_genre_tags import read_genre_tags
from engine.stories.reanalyse import ReanalysisReport, reanalyse
from engine.stories.scan_comparison import ScanOptions, compare, known_changes
from engine.stories.scan_progress import folder_progresses
from engine.translation import tr

_log = logging.getLogger(__name__)


def index_folder(
    folder: Path, library: Library, progress: Progress, *, low_priority: bool = False
) -> IndexReport:
    """Add a folder to the library and analyse its audio files; failed ones are tried again.

    After a crash, or a stop, `resume_scans` continues.

    Args:
        folder: where the music is; its subfolders belong to it.
        library: where the tracks go.
        progress: may cancel; tracks analysed by then are kept.
        low_priority: leave the cores to whatever else wants them.

    Raises:
        InputError: when it isn't a folder, or can't be read.
        LibraryError: when the library can't be written.
        PackError: when a bundled model is missing or damaged.
        Cancelled: when the user stopped it.
    """
    root, options = normalised(folder), ScanOptions(retry=True, low_priority=low_priority)
    with _scanning(library, root, progress):
        found = _find(folder, progress)
        with library.database.writing():
            before = library.folders.all()
            added = library.folders.add(folder)
            is_one_more = len(library.folders.all()) == len(before) + 1
            # A scan of the folder around this one may wait to be continued.
            is_begun = library.unfinished_scans.begin(added) or added.path == root
        report = _update(library, added, root, found, (progress, progress), options)
        if is_begun:
            library.unfinished_scans.end(added)
    report += _renewed(reanalyse(library, progress, below=root, low_priority=low_priority))
    read_genre_tags(library, progress, below=root)
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
    folders = options.in_order(library.folders.all())
    with library.database.writing():
        for folder in folders:
            if is_folder(folder.path):
                library.unfinished_scans.begin(folder)
    for folder, analysing in zip(
        folders, folder_progresses(library, folders, progress), strict=True
    ):
        with _scanning(library, folder.path, progress):
            report += _rescan_folder(library, folder, (progress, analysing), options)
    return report + _follow_up(library, progress, options)


def resume_scans(library: Library, progress: Progress) -> IndexReport | None:
    """Continue the scans that were stopped by a quit or a crash, with low priority.

    Those of folders that aren't there wait until they are.

    Args, Raises: see `rescan`.

    Returns:
        None when there is no such scan.
    """
    options = ScanOptions(low_priority=True)
    report = None
    folders = [
        each for each in options.in_order(library.unfinished_scans.all()) if is_folder(each.path)
    ]
    for folder, analysing in zip(
        folders, folder_progresses(library, folders, progress), strict=True
    ):
        with _scanning(library, folder.path, progress):
            # Another process may have completed it meanwhile.
            if folder in library.unfinished_scans.all():
                found = _rescan_folder(library, folder, (progress, analysing), options)
                report = (report or IndexReport()) + found
    return report and report + _follow_up(library, progress, options)


def _rescan_folder(
    library: Library, folder: Folder, progresses: tuple[Progress, Progress], options: ScanOptions
) -> IndexReport:
    """Scan an added folder.

    Args:
        library: the tracks.
        folder: the folder.
        progresses: of looking and comparing, and of the analysis.
        options: what is compared.
    """
    progress, _ = progresses
    try:
        found = _find(folder.path, progress)
    except InputError as error:
        _log.info("offline: %s", error)
        return _update(library, folder, folder.path, Scan((), ()), progresses, options)
    report = _update(library, folder, folder.path, found, progresses, options)
    library.unfinished_scans.end(folder)
    return report


def _follow_up(library: Library, progress: Progress, options: ScanOptions) -> IndexReport:
    """Analyse outdated tracks again, read genre tags, and embed the tracks that need it."""
    renewed = reanalyse(library, progress, low_priority=options.low_priority)
    read_genre_tags(library, progress)
    embed_with_active_pack(library, progress)
    return _renewed(renewed)


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
    progresses: tuple[Progress, Progress],
    options: ScanOptions,
) -> IndexReport:
    progress, analysing = progresses
    excluded = library.folders.excluded(folder)
    packs = _packs_inside(root)
    films = _known_films(library, root)
    found = [
        file
        for file in scan.files
        if _key(file) not in films
        and os.fsencode(file.path) not in excluded
        and (packs is None or packs not in file.path.parents)
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
        and (packs is None or packs not in known.path.parents)
        and known.state != "failed"
    ]
    library.files.mark(missing, "offline")
    known = compared.unchanged + compared.unusable
    library.files.note_changes(known_changes(known, found))
    started_s = time.monotonic()
    report = analyse_files(
        library, folder, root, compared.to_analyse, analysing, low_priority=options.low_priority
    )
    left_out = (
        *_left_out_folders(library, scan),
        *(films[key] for file in scan.files if (key := _key(file)) in films),
        *report.left_out,
    )
    if is_folder(root):
        library.left_out.replace(folder.id, root, left_out)
    return replace(
        report,
        added=report.added + compared.n_copied,
        unchanged=len(compared.unchanged),
        unusable=len(compared.unusable),
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
    """Return the folder of installed packs, where it is in an added folder but no part of it."""
    packs = normalised(music_packs_dir())
    return packs if root == packs or root in packs.parents else None
