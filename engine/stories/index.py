"""STORY: folders → analysed, embedded tracks in the library; after a stop it resumes."""

import logging
import os
import time
from collections import defaultdict
from contextlib import AbstractContextManager, suppress
from dataclasses import dataclass, field, replace
from pathlib import Path

from engine.errors import InputError, LibraryError, PackError, RemovedMeanwhile, SoundbedError
from engine.library.files import AnalysedFile
from engine.library.folders import Folder, normalised
from engine.library.library import Library
from engine.library.licence_table import LicenceTable, name_below
from engine.library.operation import Operation
from engine.library.removed import RemoveFolder
from engine.library.scan import FoundFile, content_hash, find_audio
from engine.library.track_analysis import analyse_file
from engine.library.tracks import TrackFile
from engine.limits import analysing_track, n_cores
from engine.locks import exclusive
from engine.paths import music_packs_dir
from engine.progress import Progress
from engine.stories.embed import embed_with_active_pack
from engine.stories.reanalyse import ReanalysisReport, reanalyse
from engine.translation import tr

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class IndexReport:
    """What a scan found and did.

    Attributes:
        added: new or changed files, which were analysed.
        unchanged: files that were in the library already.
        moved: files of the library found at another place.
        renewed: tracks analysed again, because another version had analysed them.
        failed: files that can't be used, each with the reason.
        offline: files of the library that weren't found; their tracks stay.
        music_s: length of the analysed music, in seconds.
        wall_s: how long the analysis took.
        n_workers: processes that analysed.
        inverse: removes the added folder; None where it was in the library, or others became
            part of it.
    """

    added: int = 0
    unchanged: int = 0
    moved: int = 0
    failed: tuple[tuple[Path, str], ...] = ()
    offline: int = 0
    music_s: float = 0.0
    wall_s: float = 0.0
    n_workers: int = 0
    inverse: Operation | None = None
    renewed: int = 0

    def __add__(self, other: "IndexReport") -> "IndexReport":
        return IndexReport(
            added=self.added + other.added,
            unchanged=self.unchanged + other.unchanged,
            moved=self.moved + other.moved,
            failed=self.failed + other.failed,
            offline=self.offline + other.offline,
            music_s=self.music_s + other.music_s,
            wall_s=self.wall_s + other.wall_s,
            n_workers=max(self.n_workers, other.n_workers),
            renewed=self.renewed + other.renewed,
        )


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
        report = _update(library, added, root, found, progress, retry=True)
    report += _renewed(reanalyse(library, progress, below=root))
    embed_with_active_pack(library, progress)
    return replace(report, inverse=RemoveFolder(added.path) if is_one_more else None)


def rescan(library: Library, progress: Progress) -> IndexReport:
    """Look for new, changed, moved and missing files in all added folders.

    Raises:
        LibraryError: when the library can't be written.
        PackError: when a bundled model is missing or damaged.
        Cancelled: when the user stopped it.
    """
    report = IndexReport()
    for folder in library.folders.all():
        with _scanning(library, folder.path, progress):
            try:
                found = _find(folder.path, progress)
            except InputError as error:
                _log.info("offline: %s", error)
                found = []
            report += _update(library, folder, folder.path, found, progress, retry=False)
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


@dataclass(slots=True)
class _Comparison:
    """The found files, compared with the library."""

    unchanged: list[TrackFile] = field(default_factory=list)
    to_analyse: list[FoundFile] = field(default_factory=list)
    failed: list[tuple[Path, str]] = field(default_factory=list)
    n_moved: int = 0


def _find(folder: Path, progress: Progress) -> list[FoundFile]:
    from engine.media.probe import AUDIO_SUFFIXES

    return find_audio(normalised(folder), AUDIO_SUFFIXES, progress)


def _update(
    library: Library,
    folder: Folder,
    root: Path,
    found: list[FoundFile],
    progress: Progress,
    *,
    retry: bool,
) -> IndexReport:
    excluded = library.folders.excluded(folder)
    packs = _packs_inside(root)
    found = [
        file
        for file in found
        if os.fsencode(file.path) not in excluded and packs not in file.path.parents
    ]
    compared = _compare(library, found, progress, retry=retry)
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
    n_workers = n_cores()
    started_s = time.monotonic()
    added, music_s, failed = _analyse(
        library, folder, root, compared.to_analyse, progress, n_workers
    )
    return IndexReport(
        added=added,
        unchanged=len(compared.unchanged),
        moved=compared.n_moved,
        failed=(*compared.failed, *failed),
        offline=len(missing),
        music_s=music_s,
        wall_s=time.monotonic() - started_s,
        n_workers=n_workers,
    )


def _packs_inside(root: Path) -> Path | None:
    # Installed packs may lie inside an added folder but aren't part of it.
    packs = normalised(music_packs_dir())
    return None if packs in root.parents else packs


def _compare(
    library: Library, found: list[FoundFile], progress: Progress, *, retry: bool
) -> _Comparison:
    known_files = library.files.known()
    by_path = {known.path: known for known in known_files}
    # Of whatever version: a track analysed by another one is analysed again where it is now.
    usable = [known for known in known_files if known.features_version and known.content_hash]
    by_size: dict[int, list[TrackFile]] = defaultdict(list)
    for known in usable:
        by_size[known.size_bytes].append(known)
    result = _Comparison()
    for number, file in enumerate(found):
        progress.step(tr("Comparing files"), number, len(found))
        known_here = by_path.get(file.path)
        if known_here is not None and _is_current(known_here, file, retry):
            result.unchanged.append(known_here)
            continue
        # A moved or copied file has the length of a known one.
        twin = _same_bytes(file, by_size[file.size_bytes]) if file.size_bytes in by_size else None
        if twin is None:
            result.to_analyse.append(file)
            continue
        try:
            if twin.path == file.path:
                library.files.touch(twin, file.modified_ns)
                result.unchanged.append(twin)
            elif not os.path.lexists(twin.path):
                library.files.move(twin, file)
                by_size[file.size_bytes].remove(twin)
                result.n_moved += 1
            else:
                library.files.copy(twin, file)
                result.unchanged.append(twin)
        except RemovedMeanwhile:
            result.to_analyse.append(file)
    return result


def _is_current(known: TrackFile, file: FoundFile, retry: bool) -> bool:
    if (known.size_bytes, known.modified_ns) != (file.size_bytes, file.modified_ns):
        return False
    return known.state != "failed" or not retry


def _same_bytes(file: FoundFile, candidates: list[TrackFile]) -> TrackFile | None:
    try:
        digest = content_hash(file.path)
    except OSError:
        return None
    same = [known for known in candidates if known.content_hash == digest]
    same.sort(key=lambda known: (known.path != file.path, os.path.lexists(known.path)))
    return same[0] if same else None


def _analyse(
    library: Library,
    folder: Folder,
    root: Path,
    files: list[FoundFile],
    progress: Progress,
    n_workers: int,
) -> tuple[int, float, list[tuple[Path, str]]]:
    if not files:
        return 0, 0.0, []
    from engine.media.worker import WorkerPool

    by_path = {file.path: file for file in files}
    table = _licences(root)
    n_added, music_s, failed = 0, 0.0, []
    limits = analysing_track(max(file.size_bytes for file in files))
    stage = tr("Analysing music")
    progress.step(stage, 0, len(files))
    with WorkerPool(min(n_workers, len(files))) as pool:
        results = pool.map_unordered(
            analyse_file,
            [(file.path, (file.path,)) for file in files],
            limits=limits,
            progress=progress,
        )
        for n_done, (path, result) in enumerate(results, 1):
            if isinstance(result, AnalysedFile):
                # One transaction per track: whatever happens next, this one stays.
                stated = table.stated(name_below(path, root))
                tagged = replace(result, tags=replace(result.tags, **stated))
                try:
                    library.files.store(folder.id, tagged)
                except RemovedMeanwhile:
                    if folder.path not in {each.path for each in library.folders.all()}:
                        break
                    continue
                n_added += 1
                music_s += result.file.duration_s
            elif isinstance(result, PackError | LibraryError):
                raise result
            elif path.exists():
                message = _reason(result)
                _log.warning("can't be used: %s", result)
                file = by_path[path]
                with suppress(RemovedMeanwhile):
                    library.files.store_failed(file, message)
                    failed.append((path, message))
            progress.step(stage, n_done, len(files))
    return n_added, music_s, failed


def _licences(root: Path) -> LicenceTable:
    try:
        return LicenceTable.read(root)
    except InputError as error:
        # It may be a table of another program.
        _log.warning("the table of licences is ignored: %s", error)
        return LicenceTable({}, ())


def _reason(error: SoundbedError) -> str:
    return f"{error.problem} {error.remedy}".strip()
