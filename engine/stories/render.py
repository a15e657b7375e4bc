"""STORY: from an arrangement to the preview.

open_preview    files for music and clip sound apart, for a player with live levels
fill_preview    a part of them, rendered
"""

import hashlib
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from engine.arrangement.arrangement import Arrangement
from engine.errors import MediaUnreadable
from engine.export.mixing import clip_blocks, music_blocks, n_mix_samples
from engine.media.sound_file import BLOCK_SAMPLES, RATE_HZ, SoundFile, create_sound
from engine.progress import Progress, silent

# All previews together, but for the newest.
_MAX_BYTES = 1 << 30
# One that was filled or asked for lately may be playing.
_IN_USE_S = 60.0
_N_KEPT = 12
# What is rendered before it can be played: music and clip sound take turns.
_FILLED_S = 10.0


@dataclass(frozen=True, slots=True)
class PreviewSound:
    """What a player mixes live: sound files as long as the clip, filled where they are needed.

    Attributes:
        music: all music items; the music's levels are not in it.
        clip: the clip's own sound, None when it has none; its level is not in it.
    """

    music: Path
    clip: Path | None

    @property
    def files(self) -> tuple[Path, ...]:
        """Both, or the one that there is."""
        return (self.music,) if self.clip is None else (self.music, self.clip)


def open_preview(arrangement: Arrangement, folder: Path, *, with_clip: bool) -> PreviewSound:
    """Make the files of a preview, with nothing in them yet; those of an equal arrangement stay.

    Each arrangement has its own file, because a player may still have the one before open. Old
    ones are deleted when they take too much space.

    Args:
        arrangement: of which only what can't be changed live matters.
        folder: for the files; only one process may make them.
        with_clip: whether the clip has sound.

    Raises:
        ExportError: when the folder can't be written.
    """
    n_samples, clip = n_mix_samples(arrangement), None
    if with_clip:
        source = arrangement.clip
        clip = folder / f"clip-{_key([source.path], source.duration_s)}.sound"
    sound = PreviewSound(folder / f"music-{_music_key(arrangement)}.sound", clip)
    for path in sound.files:
        if path.exists():
            path.touch()
        else:
            create_sound(path, n_samples)
    _drop_old_previews(folder)
    return sound


def fill_preview(
    arrangement: Arrangement,
    sound: PreviewSound,
    part_s: tuple[float, float],
    progress: Progress | None = None,
) -> None:
    """Render what is missing of a part of a preview, from its start on.

    Args:
        arrangement: what to render.
        sound: made for it by `open_preview`.
        part_s: from when to when, in seconds of the clip.
        progress: may cancel.

    Raises:
        ExportError: when the disk is full.
        MediaError: when the clip or a track can't be read any more, or the preview is gone.
    """
    progress = progress or silent()
    music = SoundFile(sound.music)
    clip = None if sound.clip is None else SoundFile(sound.clip)
    start_s, end_s = max(part_s[0], 0.0), min(part_s[1], music.n_samples / RATE_HZ)
    while start_s < end_s:
        for path in sound.files:
            with suppress(OSError):
                path.touch()  # what is being filled isn't old
        length_s = min(_FILLED_S, end_s - start_s)
        while (missing := music.missing(start_s, length_s)) is not None:
            music.fill(missing[0], music_blocks(arrangement, progress, *_samples(missing)))
        while clip is not None and (missing := clip.missing(start_s, length_s)) is not None:
            clip.fill(missing[0], clip_blocks(arrangement, progress, *_samples(missing)))
        start_s += length_s


def _samples(blocks: tuple[int, int]) -> tuple[int, int]:
    first, end = blocks
    return first * BLOCK_SAMPLES, (end - first) * BLOCK_SAMPLES


def _music_key(arrangement: Arrangement) -> str:
    paths = [item.track.path for item in arrangement.items]
    sounds = [
        (item.segments, item.start_frame, item.gain, item.fade_in_s, item.fade_out_s)
        for item in arrangement.items
    ]
    return _key(paths, sounds, arrangement.clip.frame_rate, arrangement.clip.duration_s)


def _key(paths: list[Path], *settings: object) -> str:
    text = repr(([_identity(path) for path in paths], *settings))
    return hashlib.sha256(text.encode("utf-8", "surrogateescape")).hexdigest()[:16]


def _identity(path: Path) -> tuple[object, ...]:
    with suppress(OSError):
        status = path.stat()
        return str(path), status.st_size, status.st_mtime_ns
    # That it is gone is said when it is decoded.
    return (str(path),)


def _drop_old_previews(folder: Path) -> None:
    previews = sorted(folder.glob("*.sound"), key=lambda path: path.stat().st_mtime_ns)[::-1]
    n_bytes = 0
    for n_newer, path in enumerate(previews):
        with suppress(OSError, MediaUnreadable):  # on Windows a player may still have it open
            n_bytes += int(SoundFile(path).ready.sum()) * BLOCK_SAMPLES * 4
            is_in_use = time.time() - path.stat().st_mtime < _IN_USE_S
            if n_newer >= _N_KEPT and n_bytes > _MAX_BYTES and not is_in_use:
                path.unlink()
