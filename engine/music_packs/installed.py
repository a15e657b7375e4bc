"""Installed music packs: their folders, and the copies in them."""

import hashlib
import logging
import os
import shutil
import time
from collections.abc import Callable
from contextlib import AbstractContextManager, suppress
from dataclasses import asdict, dataclass
from pathlib import Path

from engine.errors import ExportError, MusicPackError, SoundbedError
from engine.files import replacing, write_text
from engine.library.folders import is_pack_folder, normalised
from engine.library.library import Library
from engine.library.licence_table import TABLE_NAME, write_table
from engine.library.snapshots import Snapshots
from engine.locks import exclusive
from engine.music_packs.archive import PackReader
from engine.music_packs.manifest import (
    LICENCES,
    MANIFEST_NAME,
    PackTrack,
    parse_manifest,
)
from engine.paths import music_packs_dir
from engine.progress import Progress
from engine.translation import tr
from engine.unwritable import data_remedy, reason_of

_log = logging.getLogger(__name__)
# Older packs that no library knows are deleted; younger ones may be in progress.
_LEFT_BEHIND_S = 3600.0
STAGING_PREFIX = ".installing-"
# A file in the folder of a pack whose rows aren't in the library yet, or no longer.
UNFINISHED = ".soundbed-unfinished"
_SPARE_BYTES = 50 * 2**20


@dataclass(frozen=True, slots=True)
class InstalledPack:
    """A music pack that was copied to the user's data folder.

    Attributes:
        folder: its copies.
        id, version, title: of the pack.
        digest: sha256 of its manifest.
    """

    folder: Path
    id: str
    version: int
    title: str
    digest: str


def pack_lock(pack_id: str, wait: Callable[[], None] | None = None) -> AbstractContextManager[None]:
    """Return a block in which no one else installs or deletes a pack of this id.

    Args:
        pack_id: its id.
        wait: called while another one does; raises to give up.
    """
    return exclusive("pack", pack_id, wait)


def installed_pack(folder: Path) -> InstalledPack | None:
    """Return the pack in a folder, None when there is none."""
    path = folder / MANIFEST_NAME
    if not is_pack_folder(folder) or not path.is_file():
        return None
    try:
        data = path.read_bytes()
        pack = parse_manifest(data, path)
    except (OSError, SoundbedError) as error:
        _log.warning("ignored: %s", error)
        return None
    return InstalledPack(
        folder, pack.id, pack.version, pack.title, hashlib.sha256(data).hexdigest()
    )


def copy_out(reader: PackReader, folder: Path, progress: Progress) -> None:
    """Copy the files of a pack to a folder and check them; correct ones are kept.

    Raises:
        MusicPackError: the pack was edited, or the disk is full.
        Cancelled: when the user stopped it.
    """
    pack = reader.pack
    names = [track.file for track in pack.tracks]
    names += [name for name in pack.members if name.startswith(LICENCES)]
    missing = [name for name in names if not (folder / name).exists()]
    if missing:
        _check_space(sum(pack.members[name].size_bytes for name in missing), reader.path)
    stage = tr("Copying music")
    n_done, n_bytes = 0, max(1, sum(pack.members[name].size_bytes for name in names))
    try:
        for name in names:
            target = folder / name
            progress.step(stage, n_done, n_bytes)
            if target.is_file() and _sha256(target) == pack.members[name].sha256:
                n_done += pack.members[name].size_bytes
                continue
            with replacing(target) as beside, beside.open("wb") as stream:
                for chunk in reader.chunks(name):
                    stream.write(chunk)
                    n_done += len(chunk)
                    progress.step(stage, n_done, n_bytes)
        # A new analysis reads the tags from this table; those in the files may be incomplete.
        write_text(folder / TABLE_NAME, write_table([_row(track) for track in pack.tracks]))
        with replacing(folder / MANIFEST_NAME) as beside:
            beside.write_bytes(reader.manifest)
    except ExportError as error:
        raise not_copied(error) from error


def not_copied(error: Exception) -> MusicPackError:
    """Return the error that a pack's music can't be written, which names no temporary folder."""
    return MusicPackError(
        tr("the music of the pack can't be copied ({reason}); nothing was installed.").format(
            reason=reason_of(error)
        ),
        path=music_packs_dir(),
        remedy=data_remedy(error),
    )


def delete_copies(folder: Path) -> None:
    """Delete the copies of a pack and their folder; other files in it stay."""
    path = folder / MANIFEST_NAME
    try:
        pack = parse_manifest(path.read_bytes(), path)
        for name in [*pack.members, TABLE_NAME, MANIFEST_NAME]:
            (folder / name).unlink(missing_ok=True)
        _delete_empty(folder)
    except (OSError, SoundbedError) as error:
        # Windows doesn't delete a file that is playing; `sweep` tries again.
        _log.warning("copies of a music pack couldn't be deleted: %s", error)


def _delete_empty(folder: Path) -> None:
    """Delete a folder without files; the marker goes last, so that `tidy` can resume.

    Raises:
        OSError: when there are other files in it.
    """
    for inner in sorted((path for path in folder.rglob("*") if path.is_dir()), reverse=True):
        inner.rmdir()
    (folder / UNFINISHED).unlink(missing_ok=True)
    folder.rmdir()


def mark_unfinished(folder: Path) -> None:
    """Let `tidy` delete the copies of a pack unless the library knows it then."""
    with suppress(OSError):
        (folder / UNFINISHED).touch()


def mark_finished(folder: Path) -> None:
    """Take the mark away again; `tidy` does so, too, when the library knows the pack."""
    with suppress(OSError):
        (folder / UNFINISHED).unlink(missing_ok=True)


def installed_packs(library: Library) -> tuple[InstalledPack, ...]:
    """Return the music packs among the added folders."""
    found = (installed_pack(folder.path) for folder in library.folders.all())
    return tuple(pack for pack in found if pack is not None)


def discard_removed(library: Library, pack_id: str) -> None:
    """Delete the copies of a removed pack now; it can't be restored any more."""
    added = {folder.path for folder in library.folders.all()}
    for removal_id, path in library.removed.folders().items():
        pack = installed_pack(path)
        if pack is not None and pack.id == pack_id:
            if path not in added:
                mark_unfinished(path)
            library.removed.purge(removal_id)
            if path not in added:
                delete_copies(path)


def delete_old(library: Library) -> None:
    """Delete what was removed more than a day ago, with the copies of removed music packs.

    Packs that the library doesn't know stay: another library, moved away for a while, may.
    """
    for folder in library.removed.folders().values():
        if installed_pack(folder) is not None:
            mark_unfinished(folder)
    old = library.removed.purge_old()
    kept = _kept(library)
    for folder in old:
        if folder not in kept and installed_pack(folder) is not None:
            delete_copies(folder)


def sweep(library: Library) -> None:
    """Delete what was removed more than a day ago, and packs that no library knows any more."""
    tidy(library)
    kept = _kept(library) | Snapshots(library.database.path).folders()
    with suppress(OSError):
        for folder in sorted(normalised(music_packs_dir()).iterdir()):
            if folder in kept or time.time() - folder.stat().st_mtime < _LEFT_BEHIND_S:
                continue
            if installed_pack(folder) is not None:
                delete_copies(folder)


def tidy(library: Library) -> None:
    """Delete what was removed more than a day ago, and what killed installations left."""
    delete_old(library)
    with suppress(OSError):
        for folder in sorted(normalised(music_packs_dir()).iterdir()):
            with suppress(_InUse, OSError):
                _tidy(library, folder)


def _tidy(library: Library, folder: Path) -> None:
    """Delete a pack that a killed process was installing or deleting.

    Raises:
        OSError: when that can't be done now.
        _InUse: when a living process does.
    """
    marker = folder / UNFINISHED
    if folder.name.startswith(STAGING_PREFIX) or not (marker.exists() or _is_empty(folder)):
        return
    pack = installed_pack(folder)
    if pack is None:
        _delete_empty(folder)
    else:
        with pack_lock(pack.id, _give_up):
            # The library is read under the lock: the installation may have just ended.
            if folder in _kept(library):
                marker.unlink(missing_ok=True)
            else:
                delete_copies(folder)


def _is_empty(folder: Path) -> bool:
    return not any(path.is_file() for path in folder.rglob("*"))


class _InUse(Exception):
    """Another process installs or deletes the pack."""


def _give_up() -> None:
    raise _InUse


def free_folder(name: str) -> Path:
    """Return an unused folder for a pack."""
    packs = normalised(music_packs_dir())
    number, folder = 1, packs / name
    while os.path.lexists(folder):
        number += 1
        folder = packs / f"{name}-{number}"
    return folder


def _kept(library: Library) -> set[Path]:
    """Return the folders that are in the library, or may be restored."""
    added = {folder.path for folder in library.folders.all()}
    return added | set(library.removed.folders().values())


def _row(track: PackTrack) -> dict[str, str]:
    return {"file": track.file} | {name: text for name, text in asdict(track.tags).items() if text}


def _check_space(n_bytes: int, path: Path) -> None:
    music_packs_dir().mkdir(parents=True, exist_ok=True)
    free = shutil.disk_usage(music_packs_dir()).free
    if free < n_bytes + _SPARE_BYTES:
        raise MusicPackError(
            tr("the disk is too full: {needed} MB are needed, {free} MB are free.").format(
                needed=(n_bytes + _SPARE_BYTES) >> 20, free=free >> 20
            ),
            path=path,
            remedy=tr("Free some space on the disk of {folder}.").format(folder=music_packs_dir()),
        )


def _sha256(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
