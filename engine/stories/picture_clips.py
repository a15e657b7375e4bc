"""STORY: a picture, or a folder of photographs → a clip that shows them."""

import hashlib
import json
import os
from contextlib import suppress
from dataclasses import replace
from itertools import islice
from pathlib import Path

from engine.errors import InputError, MediaUnreadable
from engine.files import write_text
from engine.library.scan import content_hash
from engine.limits import ANALYSING_CLIP
from engine.media.pictures import PICTURE_SUFFIXES, picture_format, pictures_in
from engine.media.probe import AUDIO_SUFFIXES, VideoInfo, probe_video
from engine.media.slide_show import MAX_PHOTOS, write_slide_show
from engine.path_checks import is_file, is_folder
from engine.paths import data_dir
from engine.progress import Progress
from engine.translation import tr

_FOLDER = "picture-clips"
_NOTES = ".json"
_MOST_NAME = 80
_MOST_SEARCHED = 2_000
_NOT_IN_NAMES = '/\\:*?"<>|'


def probe_clip(path: Path, progress: Progress) -> VideoInfo:
    """Check a clip and describe it; that of a picture or of a folder's photographs is written.

    It is kept with the user's data, because timelines of editing programs refer to it. A film of
    one frame without sound is a picture, too.

    Args:
        path: of a clip, a picture, or a folder with pictures.
        progress: may cancel.

    Returns:
        The description; its path is that of the clip that was written.

    Raises:
        MediaError: when it can't be used, or no picture of a folder can be read.
        ExportError: when the clip of pictures can't be written.
    """
    if is_folder(path) or _is_picture(path):
        return _described(_picture_clip(path, progress))
    info = probe_video(path)
    if info.n_frames == 1 and info.sound is None:
        return _described(_picture_clip(info.path, progress))
    return replace(info, warnings=(*info.warnings, *_warnings(info.path)))


def probe_clip_isolated(path: Path, progress: Progress) -> VideoInfo:
    """Do the same in a separate process, so that a broken file can crash only that process."""
    from engine.media.worker import run_isolated

    return run_isolated(probe_clip, path, path=path, limits=ANALYSING_CLIP, progress=progress)


def is_photo_folder(folder: Path) -> bool:
    """Return whether a folder holds pictures and, as far as a short search finds, no music."""
    with suppress(OSError):
        if not pictures_in(folder):
            return False
        names = (name for _, _, names in os.walk(folder) for name in names)
        suffixes = (Path(name).suffix.lower() for name in islice(names, _MOST_SEARCHED))
        return not any(suffix in AUDIO_SUFFIXES for suffix in suffixes)
    return False


def _is_picture(path: Path) -> bool:
    found = picture_format(path)
    # HEIF has the first bytes of MP4.
    return found is not None and (found != "mov" or path.suffix.lower() in PICTURE_SUFFIXES)


def _described(clip: Path) -> VideoInfo:
    info = probe_video(clip)
    return replace(info, warnings=(*info.warnings, *_warnings(clip)))


def _picture_clip(path: Path, progress: Progress) -> Path:
    pictures = _pictures(path) if is_folder(path) else (path,)
    if not pictures:
        raise MediaUnreadable(
            tr("there are no pictures in this folder."),
            path=path,
            remedy=tr("Choose a folder with JPEG or PNG files, or a video clip."),
        )
    name = "".join(c for c in path.stem if c.isprintable() and c not in _NOT_IN_NAMES).strip(" .")
    folder = data_dir() / _FOLDER / _digest(pictures, path)
    out = folder / f"{name[:_MOST_NAME] or 'pictures'}.mp4"
    notes = out.with_suffix(_NOTES)
    if not (is_file(out) and is_file(notes)):
        shown = write_slide_show(pictures, out, progress)
        write_text(notes, json.dumps(list(shown.warnings)))
    return out


def _pictures(folder: Path) -> tuple[Path, ...]:
    try:
        return pictures_in(folder)
    except OSError as error:
        raise InputError(
            tr("the folder can't be read ({reason}).").format(reason=error.strerror or error),
            path=folder,
            remedy=tr("Check that you have permission to read it."),
        ) from error


def _digest(pictures: tuple[Path, ...], path: Path) -> str:
    digest = hashlib.blake2b(b"pictures", digest_size=20)
    if len(pictures) > MAX_PHOTOS:
        # How many are left out is noted with the clip.
        digest.update(str(len(pictures)).encode())
    try:
        for picture in pictures[:MAX_PHOTOS]:
            digest.update(content_hash(picture).encode())
    except OSError as error:
        raise MediaUnreadable(
            tr("the file can't be read ({reason}).").format(reason=error.strerror or error),
            path=path,
            remedy=tr("Check that you have permission to read it, or copy it to another folder."),
        ) from error
    return digest.hexdigest()[:16]


def _warnings(clip: Path) -> tuple[str, ...]:
    """Return what was noted when a clip of pictures was written; nothing for other clips."""
    if clip.parent.parent != data_dir() / _FOLDER:
        return ()
    try:
        return tuple(map(str, json.loads(clip.with_suffix(_NOTES).read_text("utf-8"))))
    except (OSError, ValueError, TypeError):
        return ()
