"""An OpenTimelineIO timeline for editing programs, see `engine.export.otio_timeline`."""

from engine.export.export_format import ExportFormat, ExportTask, FormatTexts
from engine.progress import Progress
from engine.translation import tr


def _texts() -> FormatTexts:
    return FormatTexts(
        title=tr("Timeline for editing programs…"),
        task=tr("Writing the timeline"),
        files=tr("OpenTimelineIO"),
        help=tr("an OpenTimelineIO timeline for editing programs"),
    )


def _write(task: ExportTask, _progress: Progress) -> None:
    from engine.export.otio_timeline import timeline_text
    from engine.files import write_text

    text = timeline_text(
        task.arrangement,
        with_clip_sound=task.info.sound is not None,
    )
    write_text(task.path_of(task.out), text)


FORMAT = ExportFormat(name="otio", suffixes=(".otio",), texts=_texts, write=_write)
