"""STORY: a candidate is published all the same, or a pack is deleted."""

import shutil
from dataclasses import replace
from pathlib import Path

from engine.encoders.matching import PACK_KIND
from engine.encoders.pack_manifest import is_bundled, load_manifest, save_manifest
from engine.errors import ExportError, InputError, PackError
from engine.files import replacing_folder
from engine.path_checks import is_there
from engine.stories.known_packs import candidate_reason, checked_pack, pack_in_use
from engine.translation import tr


def publish_candidate(candidate: Path, out: Path) -> None:
    """Publish a pack that wasn't, because it may be worse than the one it was compared with.

    Args:
        candidate: its folder, which is deleted.
        out: the folder that it was to be written to.

    Raises:
        InputError: when it isn't a candidate, is in use, or something else has the folder.
        PackError: when it can't be used.
        ExportError: when it can't be written.
    """
    checked_pack(candidate)
    manifest = load_manifest(candidate)
    if not candidate_reason(manifest):
        raise InputError(tr("this pack is published already."), path=candidate)
    _require_unused(candidate)
    if is_there(out):
        raise InputError(
            tr("something with this name already exists."),
            path=out,
            remedy=tr("Rename or move it, then publish the candidate."),
        )
    extra = {name: value for name, value in manifest.extra.items() if name != "candidate"}
    with replacing_folder(out) as folder:
        shutil.copytree(candidate, folder, dirs_exist_ok=True)
        save_manifest(folder, replace(manifest, extra=extra))
    discard_pack(candidate)


def discard_pack(folder: Path) -> None:
    """Delete a pack that isn't used.

    Raises:
        InputError: when it is bundled, in use, or no matching pack.
        ExportError: when it can't be deleted.
    """
    if is_bundled(folder) or not _is_matching(folder):
        raise InputError(tr("this isn't a matching pack of yours, so it stays."), path=folder)
    _require_unused(folder)
    try:
        shutil.rmtree(folder)
    except OSError as error:
        raise ExportError(
            tr("the folder can't be deleted ({reason}).").format(reason=error.strerror or error),
            path=folder,
            remedy=tr("Close the programs that use it, then delete it again."),
        ) from error


def _require_unused(folder: Path) -> None:
    if folder.absolute() == pack_in_use():
        raise InputError(
            tr("clips are ranked with this pack, so it stays."),
            path=folder,
            remedy=tr("Go back to the pack before first."),
        )


def _is_matching(folder: Path) -> bool:
    try:
        return load_manifest(folder).kind == PACK_KIND
    except PackError:
        return False
