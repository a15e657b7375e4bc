"""Installed music packs: their folders, what is in them, and putting files there."""

import hashlib
import logging
import os
import shutil
import time
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path

from engine.errors import ExportError, MusicPackError, SoundbedError
from engine.files import replacing, write_text
from engine.library.folders import is_pack_folder, normalised
from engine.library.library import Library
from engine.library.licence_table import TABLE_NAME, write_table
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

_log = logging.getLogger(__name__)
# What was left behind by an installation that was killed; a younger one may be at work still.
_LEFT_BEHIND_S = 3600.0
STAGING_PREFIX = ".installing-"
_SPARE_BYTES = 50 * 2**20


@dataclass(frozen=True, slots=True)
class InstalledPack:
    """A music pack whose files lie in the user's data folder.

    Args:
        folder: where.
        id, version, title: of the pack.
        digest: sha256 of its manifest.
    """

    folder: Path
    id: str
    version: int
    title: str
    digest: str


def installed_pack(folder: Path) -> InstalledPack | None:
    """Return the pack whose folder this is, None when it is an ordinary one."""
    path = folder / MANIFEST_NAME
    if not is_pack_folder(folder) or not path.is_file():
        return None
    try:
        data = path.read_bytes()
        pack = parse_manifest(data, path)
    except (OSError, SoundbedError) as error:
        _log.warning("left out: %s", error)
        return None
    return InstalledPack(
        folder, pack.id, pack.version, pack.title, hashlib.sha256(data).hexdigest()
    )


def copy_out(reader: PackReader, folder: Path, progress: Progress) -> None:
    """Write the files of a pack to a folder, each checked; those that are right already stay.

    Raises:
        MusicPackError: the pack was edited, or the disk has no room.
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
        # Where the app listens anew, the table says again what the files' own tags don't.
        write_text(folder / TABLE_NAME, write_table([_row(track) for track in pack.tracks]))
        with replacing(folder / MANIFEST_NAME) as beside:
            beside.write_bytes(reader.manifest)
    except ExportError as error:
        raise MusicPackError(
            error.problem,
            path=error.path,
            remedy=tr("Nothing was installed; free some space and try again."),
        ) from error


def delete_copies(folder: Path) -> None:
    """Delete the copies that an installation made, and their folder; anything else in it stays."""
    path = folder / MANIFEST_NAME
    try:
        pack = parse_manifest(path.read_bytes(), path)
        for name in [*pack.members, TABLE_NAME, MANIFEST_NAME]:
            (folder / name).unlink(missing_ok=True)
        inner = sorted((p for p in folder.rglob("*") if p.is_dir()), reverse=True)
        for empty in [*inner, folder]:
            empty.rmdir()
    except (OSError, SoundbedError) as error:
        # A file that is being played can't be deleted on Windows; `sweep` tries again.
        _log.warning("files of a music pack stay: %s", error)


def installed_packs(library: Library) -> tuple[InstalledPack, ...]:
    """Return the music packs among the added folders."""
    found = (installed_pack(folder.path) for folder in library.folders.all())
    return tuple(pack for pack in found if pack is not None)


def discard_removed(library: Library, pack_id: str) -> None:
    """Delete the copies of a removed pack now, instead of a day later: it can't be restored."""
    for removal_id, path in library.removed.folders().items():
        pack = installed_pack(path)
        if pack is not None and pack.id == pack_id:
            library.removed.purge(removal_id)
            delete_copies(path)


def sweep(library: Library) -> None:
    """Delete what was removed a day ago, and what killed installations left behind."""
    library.removed.purge_old()
    kept = {folder.path for folder in library.folders.all()}
    kept.update(library.removed.folders().values())
    with suppress(OSError):
        for folder in sorted(normalised(music_packs_dir()).iterdir()):
            if folder in kept or time.time() - folder.stat().st_mtime < _LEFT_BEHIND_S:
                continue
            if folder.name.startswith(STAGING_PREFIX):
                shutil.rmtree(folder, ignore_errors=True)
            elif installed_pack(folder) is not None:
                delete_copies(folder)


def free_folder(name: str) -> Path:
    """Return a folder for a pack that nothing lies at yet."""
    packs = normalised(music_packs_dir())
    number, folder = 1, packs / name
    while os.path.lexists(folder):
        number += 1
        folder = packs / f"{name}-{number}"
    return folder


def _row(track: PackTrack) -> dict[str, str]:
    return {"file": track.file} | {name: text for name, text in asdict(track.tags).items() if text}


def _check_space(n_bytes: int, path: Path) -> None:
    music_packs_dir().mkdir(parents=True, exist_ok=True)
    free = shutil.disk_usage(music_packs_dir()).free
    if free < n_bytes + _SPARE_BYTES:
        raise MusicPackError(
            tr("there is no room to install it: it needs {needed} MB, {free} MB are free.").format(
                needed=(n_bytes + _SPARE_BYTES) >> 20, free=free >> 20
            ),
            path=path,
            remedy=tr("Free some space on the disk of {folder}.").format(folder=music_packs_dir()),
        )


def _sha256(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
