"""The formats of finished sound, see `engine.export.mixed_wavs`."""

from typing import TYPE_CHECKING

from engine.export.export_format import ExportFormat, ExportTask, FormatTexts
from engine.progress import Progress
from engine.translation import tr

if TYPE_CHECKING:
    from pathlib import Path


def _music_texts() -> FormatTexts:
    return FormatTexts(
        title=tr("Music as WAV…"),
        task=tr("Writing the music"),
        files=tr("Sound"),
        help=tr("the music alone, cut, faded and levelled, as long as the clip or its part"),
    )


def _mix_texts() -> FormatTexts:
    return FormatTexts(
        title=tr("Mix as WAV…"),
        task=tr("Writing the mix"),
        files=tr("Sound"),
        help=tr("the music and the clip's own sound, as long as the clip or its part"),
    )


def _stems_texts() -> FormatTexts:
    return FormatTexts(
        title=tr("Mix and stems as WAV…"),
        task=tr("Writing the mix"),
        files=tr("Sound"),
        help=tr("the mix, and in a folder each track and the clip's sound alone"),
    )


def _write_music(task: ExportTask, progress: Progress) -> None:
    from engine.export.mixed_wavs import write_music

    write_music(task, progress)


def _write_mix(task: ExportTask, progress: Progress) -> None:
    from engine.export.mixed_wavs import write_mix

    write_mix(task, progress)


def _write_stems(task: ExportTask, progress: Progress) -> None:
    from engine.export.mixed_wavs import write_stems

    write_stems(task, progress)


def _stem_files(task: ExportTask) -> "tuple[Path, ...]":
    from engine.export.mixed_wavs import stem_files

    return stem_files(task)


MUSIC = ExportFormat(
    name="wav",
    suffixes=(".wav",),
    texts=_music_texts,
    write=_write_music,
    isolated=True,
    shortcut="Ctrl+Shift+E",
)
MIX = ExportFormat(
    name="mix", suffixes=(".wav",), texts=_mix_texts, write=_write_mix, isolated=True
)
STEMS = ExportFormat(
    name="stems",
    suffixes=(".wav",),
    texts=_stems_texts,
    write=_write_stems,
    isolated=True,
    beside=_stem_files,
)
