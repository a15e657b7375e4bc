"""Finished sound as WAVs with the time they start at: the music, the mix, and its stems.

A stem is one part of the mix alone, as long as the mix and at its level in it: one track, or the
clip's own sound. Stems add up to the mix, except where the mix was limited.
"""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import numpy.typing as npt

from engine.arrangement.arrangement import Arrangement, TrackReference
from engine.arrangement.gains import MUTED_DB, PEAK_CEILING_DBTP, linear_gain
from engine.export.edit import clip_range
from engine.export.export_format import ExportTask
from engine.export.mixing import MIX_RATE_HZ, clip_blocks, mix_blocks, n_mix_samples
from engine.export.music_files import plain_name, time_reference
from engine.media.limiter import limit_peaks
from engine.media.timecode import timecode_base
from engine.media.wav import WavFormat, write_wav
from engine.progress import Progress
from engine.translation import tr

_Samples = npt.NDArray[np.float32]

# What `named_targets` adds to the name of the mix beside another WAV.
_STEMS = "stems"


def write_music(task: ExportTask, progress: Progress) -> None:
    """Write the music alone."""
    _write(task, task.out, _titles(task.arrangement), _music(task.arrangement, progress))


def write_mix(task: ExportTask, progress: Progress) -> None:
    """Write the music and the clip's own sound."""
    blocks = mix_blocks(task.arrangement, progress, with_clip=_clip_plays(task))
    _write(task, task.out, _titles(task.arrangement), blocks)


def write_stems(task: ExportTask, progress: Progress) -> None:
    """Write the mix and its stems."""
    write_mix(task, progress)
    files = iter(stem_files(task))
    for track in _audible_tracks(task.arrangement):
        items = tuple(item for item in task.arrangement.items if item.track == track)
        alone = replace(task.arrangement, items=items)
        _write(task, next(files), track.title, _music(alone, progress))
    for path in files:
        _write(task, path, tr("Clip sound"), _clip_sound(task, progress))


def stem_files(task: ExportTask) -> tuple[Path, ...]:
    """Return the stems of a task: each track that plays, then the clip's own sound."""
    # A mix that is called so already doesn't get "stems stems".
    name = task.out.stem.removesuffix(f" {_STEMS}")
    folder = task.out.with_name(tr("{name} stems").format(name=name))
    names = [track.title for track in _audible_tracks(task.arrangement)]
    if _clip_plays(task):
        names.append(tr("Clip sound"))
    numbered = enumerate(names, 1)
    return tuple(folder / f"{number:02d} {plain_name(name)}.wav" for number, name in numbered)


def _audible_tracks(arrangement: Arrangement) -> tuple[TrackReference, ...]:
    if arrangement.music_gain_db <= MUTED_DB:
        return ()
    return tuple(dict.fromkeys(item.track for item in arrangement.items if item.gain > 0))


def _titles(arrangement: Arrangement) -> str:
    return " + ".join(track.title for track in _audible_tracks(arrangement))


def _clip_plays(task: ExportTask) -> bool:
    return task.info.sound is not None and task.arrangement.clip_gain_db > MUTED_DB


def _music(arrangement: Arrangement, progress: Progress) -> Iterator[_Samples]:
    return mix_blocks(arrangement, progress, with_clip=False)


def _clip_sound(task: ExportTask, progress: Progress) -> Iterator[_Samples]:
    gain = np.float32(linear_gain(task.arrangement.clip_gain_db))
    blocks = (block * gain for block in clip_blocks(task.arrangement, progress))
    return limit_peaks(blocks, MIX_RATE_HZ, PEAK_CEILING_DBTP)


def _write(task: ExportTask, path: Path, title: str, blocks: Iterator[_Samples]) -> None:
    """Write what of the blocks lies between the clip's in and out point."""
    info, arrangement = task.info, task.arrangement
    frames = clip_range(arrangement, info)
    first, end = (round(frame / info.frame_rate * MIX_RATE_HZ) for frame in frames)
    if arrangement.part is None:
        end = n_mix_samples(arrangement)
    base = timecode_base(info.frame_rate, info.start_timecode)
    about = WavFormat(
        MIX_RATE_HZ,
        end - first,
        first_sample=time_reference(base, frames[0]),
        description=title,
    )
    write_wav(task.path_of(path), _from(blocks, first), about)


def _from(blocks: Iterator[_Samples], n_skipped: int) -> Iterator[_Samples]:
    for block in blocks:
        yield block[n_skipped:]
        n_skipped = max(0, n_skipped - len(block))
