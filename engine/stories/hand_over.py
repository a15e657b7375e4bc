"""STORY: from an arrangement to files: a video, sound, timelines for editing programs, credits.

write_export      one file of a format of `engine.export.formats`, with the files beside it
write_exports     several, which are all written, or none
"""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from engine.errors import ExportError
from engine.export.export_format import ExportFormat, ExportTask
from engine.export.targets import check_target
from engine.files import replacing_all
from engine.limits import RENDERING
from engine.media.worker import run_isolated
from engine.progress import Progress
from engine.translation import tr


def write_export(kind: ExportFormat, task: ExportTask, progress: Progress) -> Path:
    """Write one file, and those beside it that its format needs; see `write_exports`."""
    (written,) = write_exports([(kind, task)], progress)
    return written


def write_exports(
    exports: Sequence[tuple[ExportFormat, ExportTask]], progress: Progress
) -> tuple[Path, ...]:
    """Write files of several formats: all of them, or none when one can't be written.

    Args:
        exports: formats, each with what to write and where.
        progress: may cancel, which leaves nothing behind.

    Returns:
        Where each was written: the wanted path, with another suffix when its own can't hold the
        clip's picture.

    Raises:
        ExportError: when a file is there and may not be replaced, is one of the sources, or can't
            be written.
        MediaError: when the clip or a track can't be read any more.
        Cancelled: when the user stopped it.
    """
    named = [
        (kind, replace(task, out=kind.path_for_codec(task.info.codec, task.out)))
        for kind, task in exports
    ]
    paths = _check_targets(named)
    progress.check()
    with replacing_all(paths) as staged:
        for kind, task in named:
            _write(kind, replace(task, staged=dict(staged)), progress)
    return tuple(task.out for _, task in named)


def _check_targets(exports: Sequence[tuple[ExportFormat, ExportTask]]) -> tuple[Path, ...]:
    """Return all files that will be written, once each; refuse those that may not be."""
    outs = [task.out for _, task in exports]
    tasks: dict[Path, ExportTask] = {}
    for kind, task in exports:
        for path in (task.out, *kind.beside(task)):
            check_target(path, task.arrangement.sources, overwrite=task.overwrite)
            other = tasks.setdefault(path, task)
            # Timelines of one arrangement may share the sound beside them.
            is_shared = path not in outs and other.arrangement == task.arrangement
            if other is not task and not is_shared:
                raise ExportError(
                    tr("two outputs have this name."),
                    path=path,
                    remedy=tr("Give each a different name."),
                )
    return tuple(tasks)


def _write(kind: ExportFormat, task: ExportTask, progress: Progress) -> None:
    if kind.isolated:
        path = task.info.path
        run_isolated(kind.write, task, path=path, limits=RENDERING, progress=progress)
    else:
        progress.check()
        kind.write(task, progress)
