"""Where a trained pack or saved encoders go, checked before any training."""

import shutil
from pathlib import Path

from engine.encoders.matching import PACK_KIND
from engine.encoders.pack_manifest import load_manifest
from engine.errors import ExportError, InputError, PackError
from engine.files import existing_folder, scratch_folder
from engine.paths import bundled_models_dir
from engine.translation import tr
from engine.unwritable import export_remedy, reason_of

# A pack of the bundled size takes 8 MB, and the one it replaces stays until it is complete.
_MIN_FREE_BYTES = 64 * 2**20
# A manifest takes no longer name, and file systems take no longer one with a suffix.
_MAX_NAME = 100


def check_target(out: Path, may_replace: bool, kind: str = PACK_KIND) -> None:
    """Check that a pack can be written, and that nothing of the user's would be lost.

    Args:
        out: folder of the pack.
        may_replace: whether an existing pack may be replaced.
        kind: of the pack, as in its manifest; only one of the same kind is replaced.

    Raises:
        InputError: when the name can't be used, or something else has it.
        ExportError: when the folder above can't be written, or its drive is full.
    """
    _check_name(out)
    _check_existing(out, may_replace, kind)
    base = existing_folder(out.absolute().parent)
    if not base.is_dir():
        raise InputError(tr("this isn't a folder."), path=base, remedy=tr("Choose another folder."))
    try:
        with scratch_folder(base, ".soundbed-"):
            n_free_bytes = shutil.disk_usage(base).free
    except OSError as error:
        raise ExportError(
            tr("the folder can't be written ({reason}).").format(reason=reason_of(error)),
            path=base,
            remedy=export_remedy(error),
        ) from error
    if n_free_bytes < _MIN_FREE_BYTES:
        raise ExportError(
            tr("its drive has only {n} MB free.").format(n=n_free_bytes >> 20),
            path=base,
            remedy=tr("Free some space or choose another folder."),
        )


def _check_name(out: Path) -> None:
    name = out.name
    if not name or name == ".." or not name.isprintable() or len(name) > _MAX_NAME:
        raise InputError(
            tr("a pack can't have this name."),
            path=out,
            remedy=tr("Choose a name of at most {n} letters.").format(n=_MAX_NAME),
        )
    if out.resolve().is_relative_to(bundled_models_dir().resolve()):
        raise InputError(
            tr("this is among Soundbed's own models, which stay as they are."),
            path=out,
            remedy=tr("Choose another folder."),
        )


def _check_existing(out: Path, may_replace: bool, kind: str) -> None:
    if not out.exists() and not out.is_symlink():
        return
    if not may_replace:
        raise InputError(
            tr("something with this name already exists."),
            path=out,
            remedy=tr("Choose another name; on the command line, --replace replaces a pack.")
            if kind == PACK_KIND
            else tr("Choose another name, or replace encoders with --replace."),
        )
    # Never delete a folder that only happens to have the name.
    try:
        is_same_kind = load_manifest(out).kind == kind
    except PackError:
        is_same_kind = False
    if not is_same_kind or out.is_symlink():
        raise InputError(
            tr("this isn't a matching pack, so it isn't replaced.")
            if kind == PACK_KIND
            else tr("these aren't saved encoders, so they aren't replaced."),
            path=out,
            remedy=tr("Choose another name."),
        )
