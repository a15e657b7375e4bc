"""STORY: tracks analysed by another version → analysed again; until then they stay as they are."""

import logging
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from engine.errors import LibraryError, PackError, SoundbedError
from engine.library.files import AnalysedFile
from engine.library.library import Library
from engine.library.reasons import check_of
from engine.library.track_analysis import analyse_file
from engine.library.tracks import TrackFile
from engine.limits import analysing_track, n_cores
from engine.path_checks import is_there
from engine.progress import Progress
from engine.stories.embed import embed_tracks, embed_with_active_pack, usable_pack
from engine.stories.index_report import FileProblem
from engine.translation import tr

if TYPE_CHECKING:
    from engine.encoders.matching import MatchingPack

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class ReanalysisReport:
    """What a new analysis of outdated tracks did.

    Attributes:
        renewed: tracks analysed again.
        missing: tracks whose files aren't there, or were changed; they stay as they are.
        failed: files that couldn't be analysed again; their tracks stay too.
        embedded: tracks embedded anew from their stored analysis, for a new pack.
        music_s: length of the analysed music, in seconds.
        wall_s: how long it took.
    """

    renewed: int = 0
    missing: int = 0
    failed: tuple[FileProblem, ...] = ()
    embedded: int = 0
    music_s: float = 0.0
    wall_s: float = 0.0


def outdated_files(library: Library) -> tuple[TrackFile, ...]:
    """Return the files of usable tracks whose features are of another version."""
    from engine.music.vector import VERSION

    return library.files.of_other_version(VERSION)


def bring_up_to_date(library: Library, progress: Progress) -> ReanalysisReport:
    """Do in the background what an update of Soundbed or another pack left to do.

    Args, Raises: see `reanalyse`.
    """
    if library.tracks.is_empty():
        return ReanalysisReport()
    n_embedded = embed_with_active_pack(library, progress)
    return replace(reanalyse(library, progress, in_background=True), embedded=n_embedded)


def reanalyse(
    library: Library,
    progress: Progress,
    *,
    below: Path | None = None,
    in_background: bool = False,
    low_priority: bool = False,
) -> ReanalysisReport:
    """Analyse again the tracks whose features are of another version.

    A track is ranked by its old analysis or by its new one, never lost in between: each is
    replaced, with its embedding, in one transaction. After a stop it resumes.

    Args:
        library: the tracks.
        progress: may cancel; tracks analysed by then are kept.
        below: only files in this folder; None for all.
        in_background: use one process of low priority, and don't try again what failed before.
        low_priority: leave the cores to whatever else wants them.

    Raises:
        LibraryError: when the library can't be written.
        PackError: when a bundled model is missing or damaged.
        Cancelled: when the user stopped it.
    """
    outdated = [
        file
        for file in outdated_files(library)
        if (below is None or below in file.path.parents) and not (in_background and file.message)
    ]
    present = {file.path: file for file in outdated if _is_unchanged(file)}
    report = ReanalysisReport(missing=len(outdated) - len(present))
    if not present:
        return report
    from engine.media.worker import WorkerPool

    started_s = time.monotonic()
    pack = usable_pack()
    stage = tr("Analysing music again")
    progress.step(stage, 0, len(present))
    n_workers = 1 if in_background else min(n_cores(), len(present))
    with WorkerPool(n_workers, low_priority=in_background or low_priority) as pool:
        tasks = _still_outdated(library, present.values())
        results = pool.map_unordered(
            analyse_file,
            tasks,
            limits=lambda path: analysing_track(present[path].size_bytes),
            progress=progress,
            reports=True,
        )
        for n_done, (path, result) in enumerate(results, 1):
            report = _count(report, library, present[path], result, pack)
            progress.step(stage, n_done, len(present))
    return replace(report, wall_s=time.monotonic() - started_s)


def _count(
    report: ReanalysisReport,
    library: Library,
    known: TrackFile,
    result: AnalysedFile | SoundbedError,
    pack: "MatchingPack | None",
) -> ReanalysisReport:
    """Store one result; return the report with it."""
    if isinstance(result, AnalysedFile):
        if not _renew(library, known.id, result, pack):
            return report
        music_s = report.music_s + result.file.duration_s
        return replace(report, renewed=report.renewed + 1, music_s=music_s)
    if isinstance(result, PackError | LibraryError):
        raise result
    if not is_there(known.path):
        # The drive was disconnected meanwhile.
        return replace(report, missing=report.missing + 1)
    _log.warning("can't be analysed again: %s", result)
    message = result.without_path
    library.files.note(known.id, message)
    from engine.media.track_probe import decoder_version

    problem = FileProblem(known.path, message, check_of(result, decoder_version()))
    return replace(report, failed=(*report.failed, problem))


def _still_outdated(
    library: Library, files: Iterable[TrackFile]
) -> Iterator[tuple[Path, tuple[Path]]]:
    """Yield a task for each file when its turn comes: a rescan may have been faster."""
    for file in files:
        try:
            current = library.tracks.get(file.id).file
        except LibraryError:
            # It was removed meanwhile.
            continue
        if (current.path, current.features_version) == (file.path, file.features_version):
            yield file.path, (file.path,)


def _is_unchanged(file: TrackFile) -> bool:
    # A changed file is analysed by a rescan, which also reads its tags.
    try:
        status = file.path.stat()
    except OSError:
        return False
    return (status.st_size, status.st_mtime_ns) == (file.size_bytes, file.modified_ns)


def _renew(
    library: Library, track_id: int, analysed: AnalysedFile, pack: "MatchingPack | None"
) -> bool:
    with library.database.writing():
        if not library.files.renew(track_id, analysed):
            return False
        library.checks.set(track_id, analysed.check)
        if pack is not None:
            embed_tracks(library, pack, [track_id])
            library.embeddings.delete_others(pack.space, track_id)
    return True
