"""The timelines for editing programs: FCP7 XML, FCPXML and OpenTimelineIO, with music as WAVs."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from engine.export.export_format import ExportFormat, ExportPlan, ExportTask, FormatTexts
from engine.progress import Progress
from engine.translation import tr

if TYPE_CHECKING:
    from pathlib import Path

    from engine.export.edit import Edit
    from engine.media.probe import VideoInfo
    from engine.settings import SoundChoice


def _plan(info: "VideoInfo", out: "Path", _sound: "SoundChoice") -> ExportPlan:
    if not info.is_variable:
        return ExportPlan(out)
    note = tr("The clip's frame rate varies; the timeline has {rate:g} frames per second.")
    return ExportPlan(out, (note.format(rate=round(float(info.frame_rate), 3)),))


def _music_files(task: ExportTask) -> "tuple[Path, ...]":
    from engine.export.music_files import music_files

    return music_files(task)


def _write(task: ExportTask, progress: Progress, text: "Callable[[Edit], str]") -> None:
    from engine.export.music_files import write_music
    from engine.files import write_text

    edit = write_music(task, progress)
    write_text(task.path_of(task.out), text(edit))


def _write_fcp7(task: ExportTask, progress: Progress) -> None:
    from engine.export.fcp7_timeline import fcp7_text

    _write(task, progress, fcp7_text)


def _write_fcpxml(task: ExportTask, progress: Progress) -> None:
    from engine.export.fcpxml_timeline import fcpxml_text

    _write(task, progress, fcpxml_text)


def _write_otio(task: ExportTask, progress: Progress) -> None:
    from engine.export.otio_timeline import otio_text

    _write(task, progress, otio_text)


def _fcp7_texts() -> FormatTexts:
    return FormatTexts(
        title=tr("Timeline for Premiere Pro (XML)…"),
        task=tr("Writing the timeline"),
        files=tr("Final Cut Pro 7 XML"),
        help=tr("a timeline for Premiere Pro (Final Cut Pro 7 XML), with a folder of music"),
    )


def _fcpxml_texts() -> FormatTexts:
    return FormatTexts(
        title=tr("Timeline for Final Cut Pro and Resolve (FCPXML)…"),
        task=tr("Writing the timeline"),
        files=tr("FCPXML"),
        help=tr(
            "a timeline for Final Cut Pro and DaVinci Resolve (FCPXML), with a folder of music"
        ),
    )


def _otio_texts() -> FormatTexts:
    return FormatTexts(
        title=tr("Timeline for other programs (OpenTimelineIO)…"),
        task=tr("Writing the timeline"),
        files=tr("OpenTimelineIO"),
        help=tr("a timeline for other editing programs (OpenTimelineIO), with a folder of music"),
    )


FCP7 = ExportFormat(
    name="fcp7",
    suffixes=(".xml",),
    texts=_fcp7_texts,
    write=_write_fcp7,
    isolated=True,
    beside=_music_files,
    plan=_plan,
)
FCPXML = ExportFormat(
    name="fcpxml",
    suffixes=(".fcpxml",),
    texts=_fcpxml_texts,
    write=_write_fcpxml,
    isolated=True,
    beside=_music_files,
    plan=_plan,
)
OTIO = ExportFormat(
    name="otio",
    suffixes=(".otio",),
    texts=_otio_texts,
    write=_write_otio,
    isolated=True,
    beside=_music_files,
    plan=_plan,
)
