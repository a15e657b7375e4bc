"""The music alone, cut, faded and levelled, as a 24-bit WAV of the clip's length."""

from engine.export.export_format import ExportFormat, ExportTask, FormatTexts
from engine.progress import Progress
from engine.translation import tr


def _texts() -> FormatTexts:
    return FormatTexts(
        title=tr("Music as WAV…"),
        task=tr("Writing the music"),
        files=tr("Sound"),
        help=tr("the music alone, cut and faded, as long as the clip"),
    )


def _write(task: ExportTask, progress: Progress) -> None:
    from engine.export.mixing import MIX_RATE_HZ, mix_blocks, n_mix_samples
    from engine.media.wav import write_wav

    sound = mix_blocks(task.arrangement, progress, with_clip=False)
    write_wav(task.path_of(task.out), sound, MIX_RATE_HZ, n_mix_samples(task.arrangement))


FORMAT = ExportFormat(
    name="wav",
    suffixes=(".wav",),
    texts=_texts,
    write=_write,
    isolated=True,
    shortcut="Ctrl+Shift+E",
)
