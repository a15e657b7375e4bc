"""The WAVs of music that timelines refer to, in a folder beside the timeline."""

import math
import unicodedata
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import numpy.typing as npt

from engine.arrangement.gains import linear_gain
from engine.export.edit import Edit, Piece, PieceSound, piece_items, plan_edit
from engine.export.export_format import ExportTask
from engine.export.mixing import MIX_RATE_HZ
from engine.media.timecode import TimecodeBase
from engine.media.track_probe import probe_audio
from engine.media.wav import WavFormat, write_wav
from engine.media.waveform import read_blocks
from engine.path_checks import is_there
from engine.progress import Progress
from engine.translation import tr

_Samples = npt.NDArray[np.float32]

# Sound is read from a place that falls on a sample at all usual rates, as the mix reads it.
_READ_GRID = MIX_RATE_HZ // 50
_MAX_NAME = 60
_PLAIN = frozenset(" -_.,()+")
_DAY_SAMPLES = 24 * 3600 * MIX_RATE_HZ


def music_files(task: ExportTask) -> tuple[Path, ...]:
    """Return the WAVs of a task: one for each piece, numbered and named after its track."""
    folder = task.out.with_name(tr("{name} music").format(name=task.out.stem))
    titles = [item.track.title for item in piece_items(task)]
    width = max(2, len(str(len(titles))))
    return tuple(
        folder / f"{number:0{width}d} {plain_name(title)}.wav"
        for number, title in enumerate(titles, 1)
    )


def write_music(task: ExportTask, progress: Progress) -> Edit:
    """Write the WAVs of a task that aren't written yet, and return the edit that uses them."""
    paths = dict.fromkeys(item.track.path for item in piece_items(task))
    lengths_s = {path: probe_audio(path).duration_s for path in paths}
    edit = plan_edit(task, music_files(task), lengths_s)
    pieces = list(edit.pieces())
    for number, piece in enumerate(pieces):
        progress.step(tr("Writing the music"), number, len(pieces))
        path = task.path_of(piece.sound.path)
        if not (is_there(path) and task.staged):
            write_wav(path, _blocks(piece.sound, progress), _about(piece, edit.base))
    return edit


def plain_name(title: str) -> str:
    """Return a title as a file name that every system and every editing program reads."""
    composed = unicodedata.normalize("NFC", title)
    plain = "".join(c if c.isalnum() or c in _PLAIN else "_" for c in composed)
    return " ".join(plain.split())[:_MAX_NAME].strip(" .") or "_"


def time_reference(base: TimecodeBase, frame: int) -> int:
    """Return the samples from midnight to a frame of the clip."""
    return round((base.first_frame + frame) / base.rate * MIX_RATE_HZ) % _DAY_SAMPLES


def _about(piece: Piece, base: TimecodeBase) -> WavFormat:
    return WavFormat(
        MIX_RATE_HZ,
        piece.sound.n_samples,
        first_sample=time_reference(base, piece.sound.first_frame),
        description=piece.name,
    )


def _blocks(sound: PieceSound, progress: Progress) -> Iterator[_Samples]:
    gain = np.float32(linear_gain(sound.gain_db))
    n_grid = math.ceil(sound.n_lead_samples / _READ_GRID) * _READ_GRID
    start_s = sound.track_start_s - n_grid / MIX_RATE_HZ
    n_skipped = n_grid - sound.n_lead_samples
    if start_s < 0:
        n_before = round(sound.track_start_s * MIX_RATE_HZ) - sound.n_lead_samples
        start_s, n_skipped = 0.0, max(0, n_before)
        if n_before < 0:
            yield np.zeros((-n_before, 2), np.float32)
    for block in read_blocks(sound.track, MIX_RATE_HZ, 2, start_s=start_s):
        progress.check()
        samples = block.samples[n_skipped:]
        n_skipped = max(0, n_skipped - len(block.samples))
        yield samples * gain
