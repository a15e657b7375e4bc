"""STORY: from an arrangement to files: a video, sound, timelines for editing programs, credits.

plan_export       what a format of `engine.export.formats` will write, and what it leaves out
write_exports     files of several formats, which are all written, or none
"""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from engine.errors import ExportError
from engine.export.export_format import ExportFormat, ExportPlan, ExportTask, as_asked
from engine.export.targets import check_target
from engine.files import replacing_all
from engine.limits import PROBING_CLIP, RENDERING
from engine.media.worker import run_isolated
from engine.progress import Progress
from engine.settings import SoundChoice, load_settings
from engine.translation import tr

if TYPE_CHECKING:
    from engine.media.probe import VideoInfo


def plan_export(
    kind: ExportFormat, info: "VideoInfo", out: Path, sound: SoundChoice | None = None
) -> ExportPlan:
    """Find out what a format will write, before anything is written.

    Args:
        kind: the format.
        info: the clip.
        out: the wanted file.
        sound: whether a clip with surround sound keeps it; None as the user's settings say.

    Raises:
        ExportError: when the format can't hold the clip.
        MediaError: when the clip can't be read any more.
    """
    sound = sound or load_settings().surround
    if kind.plan is as_asked or not kind.isolated:
        return kind.plan(info, out, sound)
    return run_isolated(kind.plan, info, out, sound, path=info.path, limits=PROBING_CLIP)


def write_exports(
    exports: Sequence[tuple[ExportFormat, ExportTask]], progress: Progress
) -> tuple[ExportPlan, ...]:
    """Write files of several formats: all of them, or none when one can't be written.

    Args:
        exports: formats, each with what to write and where.
        progress: may cancel, which leaves nothing behind.

    Returns:
        What was written, and where.

    Raises:
        ExportError: when a file is there and may not be replaced, is one of the sources, or can't
            be written.
        MediaError: when the clip or a track can't be read any more.
        Cancelled: when the user stopped it.
    """
    plans = [task.plan or plan_export(kind, task.info, task.out) for kind, task in exports]
    # References between the files are absolute.
    named = [
        (kind, replace(task, out=plan.out.absolute(), plan=plan))
        for (kind, task), plan in zip(exports, plans, strict=True)
    ]
    paths = _check_targets(named)
    progress.check()
    with replacing_all(paths) as staged:
        for kind, task in named:
            _write(kind, replace(task, staged=dict(staged)), progress)
    return tuple(plans)


def _check_targets(exports: Sequence[tuple[ExportFormat, ExportTask]]) -> tuple[Path, ...]:
    """Return all files that will be written, once each; refuse those that may not be."""
    outs = [task.out for _, task in exports]
    tasks: dict[Path, ExportTask] = {}
    for kind, task in exports:
        for path in kind.files(task):
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
