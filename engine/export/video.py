"""The clip with the music mixed in, its picture copied unchanged."""

from pathlib import Path

from engine.export.export_format import ExportFormat, ExportTask, FormatTexts
from engine.progress import Progress, silent
from engine.translation import tr


def _texts() -> FormatTexts:
    return FormatTexts(
        title=tr("Video with music…"),
        task=tr("Writing the video"),
        files=tr("Videos"),
        help=tr("the clip with the music mixed in, its picture unchanged (.mp4, .mov, .mkv)"),
    )


def _path_for_codec(codec: str, out: Path) -> Path:
    from engine.media.mux import path_for_codec

    return path_for_codec(codec, out)


def _write(task: ExportTask, progress: Progress) -> None:
    from engine.arrangement.gains import MUTED_DB
    from engine.export.mixing import mix_blocks
    from engine.media.mux import mux_video

    with_clip = task.info.sound is not None and task.arrangement.clip_gain_db > MUTED_DB
    sound = mix_blocks(task.arrangement, silent(), with_clip=with_clip)
    mux_video(task.info, sound, task.path_of(task.out), progress)


FORMAT = ExportFormat(
    name="video",
    suffixes=(".mp4", ".mov", ".mkv"),
    texts=_texts,
    write=_write,
    isolated=True,
    path_for_codec=_path_for_codec,
    shortcut="Ctrl+E",
)
