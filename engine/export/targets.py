"""Which files an export may write."""

from collections.abc import Iterable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from engine.errors import ExportError
from engine.path_checks import is_folder, is_there
from engine.translation import tr

if TYPE_CHECKING:
    from engine.export.export_format import ExportFormat


def named_targets(folder: Path, name: str, kinds: "Sequence[ExportFormat]") -> tuple[Path, ...]:
    """Return the file of each format in a folder, no two the same.

    Args:
        folder: for all of them.
        name: of the files, without a suffix.
        kinds: formats; those with the suffix of one before get their own name added.
    """
    outs: list[Path] = []
    suffixes: set[str] = set()
    for kind in kinds:
        suffix = kind.suffixes[0]
        added = f" {kind.name}" if suffix in suffixes else ""
        suffixes.add(suffix)
        outs.append(folder / f"{name}{added}{suffix}")
    return tuple(outs)


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
    if is_folder(out):
        raise ExportError(tr("this is a folder."), path=out, remedy=tr("Choose a file name."))
    if not overwrite and (is_there(out) or out.is_symlink()):
        raise ExportError(
            tr("a file with this name already exists."),
            path=out,
            remedy=tr("Choose another name, or allow it to be replaced."),
        )
