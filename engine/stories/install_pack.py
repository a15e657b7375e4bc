"""STORY: a music pack → its files in the user's data folder, its tracks in the library."""

import shutil
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from engine.errors import MusicPackError, SoundbedError
from engine.files import scratch_folder
from engine.library.files import AnalysedFile
from engine.library.library import Library
from engine.library.operation import Operation
from engine.library.removed import RemoveFolder
from engine.library.scan import content_hash
from engine.library.tracks import TrackFile
from engine.limits import CHECKING_PACK_TRACK, n_cores
from engine.music_packs.archive import PackReader, open_pack
from engine.music_packs.installed import (
    STAGING_PREFIX,
    UNFINISHED,
    InstalledPack,
    copy_out,
    delete_copies,
    discard_removed,
    free_folder,
    installed_packs,
    mark_finished,
    mark_unfinished,
    not_copied,
    pack_lock,
    sweep,
)
from engine.music_packs.manifest import MusicPack, PackTrack
from engine.music_packs.stored_analysis import checked_features
from engine.progress import Progress
from engine.stories.embed import embed_tracks, embed_with_active_pack, usable_pack
from engine.stories.index import index_folder
from engine.translation import tr

if TYPE_CHECKING:
    from engine.encoders.matching import MatchingPack
    from engine.media.track_probe import AudioInfo

_LENGTH_TOLERANCE_S = 2.0


@dataclass(frozen=True, slots=True)
class InstallReport:
    """What an installation did.

    Attributes:
        pack: the installed pack.
        n_tracks: how many tracks it has.
        was_installed: whether the very same pack was installed before.
        replaced: the version that it replaced, None when there was none.
        n_analysed: tracks that had to be analysed.
        inverse: removes the pack; None where one of its id was installed before.
    """

    pack: InstalledPack
    n_tracks: int
    was_installed: bool
    replaced: int | None
    n_analysed: int
    inverse: Operation | None = None


def install_pack(
    path: Path, library: Library, progress: Progress, *, analyse: bool = False
) -> InstallReport:
    """Check a music pack and add it; if that is stopped or fails, the library is unchanged.

    Args:
        path: the pack.
        library: the user's own.
        progress: may cancel.
        analyse: analyse each track again, instead of using the analyses in the pack.

    Raises:
        InputError: when there is no such file.
        MusicPackError: when the pack is damaged, edited, too new, without licences or older than
            the installed one, or the disk is full.
        LibraryError: when the library can't be written.
        Cancelled: when the user stopped it.
    """
    from engine.music.vector import VERSION

    def wait() -> None:
        progress.step(tr("Waiting for another Soundbed"))

    with open_pack(path) as reader, pack_lock(reader.pack.id, wait):
        others = [found for found in installed_packs(library) if found.id == reader.pack.id]
        same = next((found for found in others if found.digest == reader.digest), None)
        if same is None:
            _refuse_older(reader, others)
        sweep(library)
        analyse = analyse or reader.pack.features_version != VERSION
        if not analyse:
            _check_analyses(reader, progress)
        with _copied(reader, same, progress) as (folder, target):
            if analyse:
                again = _analyse(folder, reader.pack, progress)
                rows: Iterable[AnalysedFile] = (_moved(row, folder, target) for row in again)
            else:
                _check_audio(folder, reader, progress)
                files = [_file(folder, track) for track in reader.pack.tracks]
                rows = _rows(reader, target, files, progress)
            if folder != target:
                _rename(folder, target)
            replaced = [found.folder for found in others if found.folder != target]
            with _going(replaced):
                _store(library, target, rows, replaced, usable_pack())
            mark_finished(target)
        for old in replaced:
            delete_copies(old)
        discard_removed(library, reader.pack.id)
    embed_with_active_pack(library, progress)
    return _report(reader, target, others, analysed=analyse)


@contextmanager
def _going(folders: Sequence[Path]) -> Iterator[None]:
    """Mark the copies of replaced packs, so that they go even if this process is killed."""
    for folder in folders:
        mark_unfinished(folder)
    try:
        yield
    except BaseException:
        for folder in folders:
            mark_finished(folder)
        raise


def _report(
    reader: PackReader, folder: Path, others: list[InstalledPack], *, analysed: bool
) -> InstallReport:
    pack = reader.pack
    was_installed = any(found.digest == reader.digest for found in others)
    versions = [found.version for found in others]
    return InstallReport(
        pack=InstalledPack(folder, pack.id, pack.version, pack.title, reader.digest),
        n_tracks=len(pack.tracks),
        was_installed=was_installed,
        replaced=max(versions) if versions and not was_installed else None,
        n_analysed=len(pack.tracks) if analysed else 0,
        inverse=None if others else RemoveFolder(folder),
    )


def _store(
    library: Library,
    folder: Path,
    rows: Iterable[AnalysedFile],
    replaced: Iterable[Path],
    pack: "MatchingPack | None",
) -> None:
    """Add a folder with its analysed tracks and remove others, in one transaction.

    Tracks are embedded from their features; what can't be embedded now is embedded later.
    """
    with library.database.writing():
        for old in replaced:
            library.folders.remove(old)
        added = library.folders.add(folder)
        ids = []
        for analysed in rows:
            ids.append(library.files.store(added.id, analysed))
            library.checks.set(ids[-1], analysed.check)
        if pack is not None:
            embed_tracks(library, pack, ids)


def _refuse_older(reader: PackReader, others: list[InstalledPack]) -> None:
    pack = reader.pack
    for found in others:
        if found.version < pack.version:
            continue
        raise MusicPackError(
            tr("version {installed} of “{title}” is installed, this is version {version}.").format(
                installed=found.version, title=found.title, version=pack.version
            )
            if found.version > pack.version
            else tr("another pack with the id {id} and version {version} is installed.").format(
                id=pack.id, version=pack.version
            ),
            path=reader.path,
            remedy=tr(
                "To install this one instead, first remove the other one; on the command line: "
                "soundbed library remove {id}"
            ).format(id=pack.id),
        )


def _check_analyses(reader: PackReader, progress: Progress) -> None:
    tracks = reader.pack.tracks
    for number, track in enumerate(tracks):
        progress.step(tr("Checking the pack"), number, len(tracks))
        checked_features(reader.read(track.analysis), track, reader.path)


@contextmanager
def _copied(
    reader: PackReader, same: InstalledPack | None, progress: Progress
) -> Iterator[tuple[Path, Path]]:
    """Yield where the files were copied to and where they belong; a failing block deletes them."""
    if same is not None:
        # Copies that were deleted or damaged since are made again.
        copy_out(reader, same.folder, progress)
        yield same.folder, same.folder
        return
    target = free_folder(f"{reader.pack.id}-{reader.digest[:12]}")
    with ExitStack() as ending:
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            staging = ending.enter_context(scratch_folder(target.parent, STAGING_PREFIX))
        except OSError as error:
            raise not_copied(error) from error
        try:
            copy_out(reader, staging, progress)
            yield staging, target
        except BaseException:
            shutil.rmtree(target, ignore_errors=True)
            raise


def _rename(folder: Path, target: Path) -> None:
    try:
        # If this process is killed before the rows are stored, the next start deletes the folder.
        (folder / UNFINISHED).touch()
        folder.replace(target)
    except OSError as error:
        raise not_copied(error) from error


def _check_audio(folder: Path, reader: PackReader, progress: Progress) -> None:
    """Raise MusicPackError if a file isn't music, or its length isn't as the pack states."""
    from engine.media.track_probe import probe_audio
    from engine.media.worker import WorkerPool

    tracks = {folder / track.file: track for track in reader.pack.tracks}
    with WorkerPool(min(n_cores(), len(tracks))) as pool:
        results = pool.map_unordered(
            probe_audio,
            [(path, (path,)) for path in tracks],
            limits=CHECKING_PACK_TRACK,
            progress=progress,
        )
        for number, (path, info) in enumerate(results, 1):
            progress.step(tr("Checking the music"), number, len(tracks))
            if isinstance(info, SoundbedError):
                raise _no_music(tracks[path], info.problem, reader.path)
            if not _fits(info, tracks[path]):
                raise _no_music(tracks[path], tr("its length is different."), reader.path)


def _fits(info: "AudioInfo", track: PackTrack) -> bool:
    # The length that a file states may be a guess from its bit rate.
    tolerance_s = max(_LENGTH_TOLERANCE_S, 0.1 * track.duration_s)
    return abs(info.duration_s - track.duration_s) <= tolerance_s


def _analyse(folder: Path, pack: MusicPack, progress: Progress) -> list[AnalysedFile]:
    """Analyse all files; return their rows in the order of the pack's tracks."""
    with scratch_folder() as scratch:
        analysed = Library.open(scratch / "analysed.sqlite")
        report = index_folder(folder, analysed, progress)
        ids = {track.path: track.file.id for track in analysed.tracks.all()}
        for track in pack.tracks:
            for problem in report.failed:
                if problem.path == folder / track.file:
                    raise _no_music(track, problem.message, folder)
        rows = []
        for track in pack.tracks:
            row = analysed.files.analysed(ids[folder / track.file])
            rows.append(replace(row, tags=track.tags))
        return rows


def _rows(
    reader: PackReader, target: Path, files: list[TrackFile], progress: Progress
) -> Iterator[AnalysedFile]:
    """Yield the rows of the pack's tracks, with the analyses in the pack."""
    pack = reader.pack
    for index, (track, file) in enumerate(zip(pack.tracks, files, strict=True)):
        progress.step(tr("Adding to the library"), index, len(files))
        yield AnalysedFile(
            file=replace(file, path=target / track.file, features_version=pack.features_version),
            tags=track.tags,
            profile=track.profile,
            features=reader.read(track.analysis),
            profile_pack=pack.profile_pack,
        )


def _file(folder: Path, track: PackTrack) -> TrackFile:
    path = folder / track.file
    status = path.stat()
    return TrackFile(path, status.st_size, status.st_mtime_ns, content_hash(path), track.duration_s)


def _moved(row: AnalysedFile, folder: Path, target: Path) -> AnalysedFile:
    return replace(row, file=replace(row.file, path=target / row.file.path.relative_to(folder)))


def _no_music(track: PackTrack, reason: str, path: Path) -> MusicPackError:
    return MusicPackError(
        tr("“{file}” in the music pack can't be played: {reason}").format(
            file=track.file, reason=reason
        ),
        path=path,
        remedy=tr("Nothing was installed. Get a corrected pack from its maker."),
    )
