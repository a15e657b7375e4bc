"""STORY: from an arrangement to the preview.

render_preview    music and clip sound apart, for a player with live levels
"""

import hashlib
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from engine.arrangement.arrangement import Arrangement
from engine.export.mixing import clip_blocks, music_blocks, n_mix_samples
from engine.files import replacing
from engine.media.probe import probe_video
from engine.progress import Progress

_MAX_PREVIEWS = 4


@dataclass(frozen=True, slots=True)
class PreviewSound:
    """What a player mixes live: 48 kHz stereo as .npy, int16 (n, 2), each as long as the clip.

    Attributes:
        music: all music items; the music's level is not in it.
        clip: the clip's own sound, None when it has none; its level is not in it.
    """

    music: Path
    clip: Path | None


def render_preview(arrangement: Arrangement, out_dir: Path, progress: Progress) -> PreviewSound:
    """Write what a player needs, reusing existing files of an equal arrangement.

    Each file has a new name, because a player may still have the previous one open; only the
    newest few are kept.
    """
    n_samples = n_mix_samples(arrangement)
    music = out_dir / f"music-{_music_key(arrangement)}.npy"
    if not music.exists():
        _write_samples(music, music_blocks(arrangement, progress), n_samples)
    source, clip = arrangement.clip, None
    if probe_video(source.path).sound is not None:
        clip = out_dir / f"clip-{_key([source.path], source.duration_s)}.npy"
        if not clip.exists():
            _write_samples(clip, clip_blocks(arrangement, progress), n_samples)
    _drop_old_previews(out_dir, keep=music)
    return PreviewSound(music, clip)


def _write_samples(out: Path, blocks: Iterable[npt.NDArray[np.float32]], n_samples: int) -> None:
    """Write stereo sound as an array that can be memory-mapped, clipped at full scale."""
    header = {"descr": "<i2", "fortran_order": False, "shape": (n_samples, 2)}
    with replacing(out) as beside, beside.open("wb") as file:
        # Not by open_memmap: on a full disk, writing into a mapping kills the process.
        np.lib.format.write_array_header_1_0(file, header)
        for block in blocks:
            file.write(np.clip(np.rint(block * 32768), -32768, 32767).astype("<i2").tobytes())


def _music_key(arrangement: Arrangement) -> str:
    paths = [item.track.path for item in arrangement.items]
    sounds = [
        (item.segments, item.start_frame, item.gain, item.fade_in_s, item.fade_out_s)
        for item in arrangement.items
    ]
    return _key(paths, sounds, arrangement.clip.frame_rate, arrangement.clip.duration_s)


def _key(paths: list[Path], *settings: object) -> str:
    files = [(str(path), path.stat().st_size, path.stat().st_mtime_ns) for path in paths]
    text = repr((files, *settings))
    return hashlib.sha256(text.encode("utf-8", "surrogateescape")).hexdigest()[:16]


def _drop_old_previews(out_dir: Path, keep: Path) -> None:
    previews = sorted(out_dir.glob("music-*.npy"), key=lambda path: path.stat().st_mtime_ns)
    for path in previews[:-_MAX_PREVIEWS]:
        if path != keep:
            with suppress(OSError):  # on Windows a player may still have it open
                path.unlink()
