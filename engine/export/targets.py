"""Which files an export may write."""

from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from engine.errors import ExportError
from engine.translation import tr


def check_target(out: Path, sources: Iterable[Path], *, overwrite: bool) -> None:
    """Raise unless `out` may be written.

    Args:
        out: the file to write.
        sources: files that must stay, whatever name they are reached by.
        overwrite: whether it may replace another file.

    Raises:
        ExportError: naming what is in the way.
    """
    for source in sources:
        # A second name of the same file counts: writing there would lose the original.
        with suppress(OSError):
            if out.samefile(source):
                raise ExportError(
                    tr("this is the clip or the track itself."),
                    path=out,
                    remedy=tr("Choose another name."),
                )
    if out.is_dir():
        raise ExportError(tr("this is a folder."), path=out, remedy=tr("Choose a file name."))
    if not overwrite and (out.exists() or out.is_symlink()):
        raise ExportError(
            tr("a file with this name already exists."),
            path=out,
            remedy=tr("Choose another name, or allow it to be replaced."),
        )
