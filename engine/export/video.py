"""The clip with the music mixed in, its picture copied unchanged."""

from pathlib import Path
from typing import TYPE_CHECKING

from engine.export.export_format import ExportFormat, ExportPlan, ExportTask, FormatTexts
from engine.progress import Progress, silent
from engine.translation import tr

if TYPE_CHECKING:
    from engine.media.probe import VideoInfo
    from engine.settings import SoundChoice


def _texts() -> FormatTexts:
    return FormatTexts(
        title=tr("Video with music…"),
        task=tr("Writing the video"),
        files=tr("Videos"),
        help=tr("the clip with the music mixed in, its picture unchanged (.mp4, .mov, .mkv)"),
    )


def _plan(info: "VideoInfo", out: Path, sound: "SoundChoice") -> ExportPlan:
    from engine.media.video_plan import plan_video

    plan = plan_video(info, out, sound)
    return ExportPlan(plan.out, plan.notes, plan)


def _write(task: ExportTask, progress: Progress) -> None:
    from engine.arrangement.gains import MUTED_DB
    from engine.export.mixing import mix_blocks
    from engine.export.surround import mix_surround_blocks
    from engine.media.mux import mux_video

    assert task.plan is not None and task.plan.video is not None
    plan = task.plan.video
    if plan.layout == "stereo":
        with_clip = task.info.sound is not None and task.arrangement.clip_gain_db > MUTED_DB
        sound = mix_blocks(task.arrangement, silent(), with_clip=with_clip)
    else:
        sound = mix_surround_blocks(task.arrangement, plan.layout, plan.n_channels, silent())
    mux_video(task.info, plan, sound, task.path_of(task.out), progress)


FORMAT = ExportFormat(
    name="video",
    suffixes=(".mp4", ".mov", ".mkv"),
    texts=_texts,
    write=_write,
    isolated=True,
    plan=_plan,
    shortcut="Ctrl+E",
)
